// SPDX-License-Identifier: GPL-3.0-or-later

// Package files writes files in one step, and opens them without waiting for what is no file.
// It knows no content.
package files

import (
	"errors"
	"os"
	"path/filepath"
)

// ReplacePrivate is Replace for what is its user's own: the mode is 0600, and folders
// that are missing are made 0700.
func ReplacePrivate(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return Replace(path, content, 0o600)
}

// Replace writes a file in the place of another, if there is one, with the mode
// and nothing of the old one. Others see the old or the new file, whole, and none
// of it before it has its mode.
func Replace(path string, content []byte, mode os.FileMode) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Chmod(mode), file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}
