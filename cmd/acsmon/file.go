// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/files"
)

// mayWrite returns an error if something exists at the path, unless it is a file and the user wants
// to replace it.
func mayWrite(path string, force bool) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s cannot be written: %w", path, err)
	case info.Mode()&fs.ModeSymlink != 0:
		return command.Hint(fmt.Errorf("%s is a link, which is not followed", path), "name the file itself")
	case !info.Mode().IsRegular():
		return command.Hint(fmt.Errorf("%s is not a file", path), "leave the file out for standard output")
	case !force:
		return command.Hint(fmt.Errorf("%s exists", path), "overwrite it with --force, or name another file")
	}
	return nil
}

// writeOwn writes a file that nobody else can read at any time. With force, it may replace another.
func writeOwn(path string, content []byte, force bool) error {
	err := mayWrite(path, force)
	if err != nil {
		return err
	}
	if force {
		err = files.Replace(path, content, 0o600)
	} else {
		err = create(path, content)
	}
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, err)
	}
	return nil
}

// create writes a file that must not exist yet, not even as a link.
func create(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err != nil {
		_ = os.Remove(path)
	}
	return err
}
