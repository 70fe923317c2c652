// SPDX-License-Identifier: GPL-3.0-or-later

// Package files writes files in one step, and opens them without waiting for what is no file.
// It knows no content.
package files

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ReplacePrivate is Replace for what is its user's own: the mode is 0600, and folders
// that are missing are made 0700.
func ReplacePrivate(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return Replace(path, content, 0o600)
}

// ReplaceShortLived is Replace for a file of the mode 0600 that need not survive a crash of the
// machine: it does not wait for the disk.
func ReplaceShortLived(path string, content []byte) error {
	return replace(path, content, 0o600, func(*os.File) error { return nil })
}

// Replace writes a file in the place of another, if there is one, with the mode
// and nothing of the old one. Others see the old or the new file, whole, and none
// of it before it has its mode.
func Replace(path string, content []byte, mode os.FileMode) error {
	return replace(path, content, mode, (*os.File).Sync)
}

// unfinished begins the name of a file that is being written.
const unfinished = ".new-"

func replace(path string, content []byte, mode os.FileMode, flush func(*os.File) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), unfinished+"*") // mode 0600
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Chmod(mode), flush(file), file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}

// RemoveOld removes the files of a folder whose names end in the suffix and that nobody has
// written since then, and those that a process which was killed left unfinished.
func RemoveOld(folder, suffix string, since time.Time) {
	entries, _ := os.ReadDir(folder)
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), suffix) && !strings.HasPrefix(entry.Name(), unfinished) {
			continue
		}
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() && info.ModTime().Before(since) {
			_ = os.Remove(filepath.Join(folder, entry.Name()))
		}
	}
}
