// SPDX-License-Identifier: GPL-3.0-or-later

package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// maxOwn is how much is loaded of a file: more is not one that this project wrote.
const maxOwn = 1 << 30

var (
	// errNoFile is the cause of an error about a path that holds something else than a file.
	errNoFile = errors.New("it is not a regular file")
	// errNotOwn is the cause of an error about a file that others own or may write.
	errNotOwn = errors.New("it is not a file that this user alone can write")
)

// Load gives the content of a regular file, whoever owns it. It does not wait for a FIFO's
// other end, as os.ReadFile does.
func Load(path string) ([]byte, error) { return load(path, regular) }

// LoadOwn is Load for a file that the user owns and nobody else may write.
func LoadOwn(path string) ([]byte, error) { return load(path, own) }

func load(path string, allowed func(*unix.Stat_t) bool) ([]byte, error) {
	file, err := open(path, os.O_RDONLY, allowed)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxOwn+1))
	if err == nil && len(content) > maxOwn {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fmt.Errorf("larger than %d MiB", maxOwn>>20)}
	}
	return content, err
}

// LoadPrivate is Load for a file that nobody but its owner may read or write.
func LoadPrivate(path string) ([]byte, error) {
	var mode fs.FileMode
	content, err := load(path, func(found *unix.Stat_t) bool {
		mode = fs.FileMode(found.Mode).Perm()
		return regular(found)
	})
	if err == nil && mode&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others (mode %04o): run chmod 600 %s", path, mode, path)
	}
	return content, err
}

// AppendPrivate opens a regular file of the user's to write at its end, which nobody else can
// read from then on. A link is not followed.
func AppendPrivate(path string) (*os.File, error) {
	file, err := open(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY|unix.O_NOFOLLOW, func(found *unix.Stat_t) bool {
		return regular(found) && int(found.Uid) == os.Getuid()
	})
	if err != nil {
		return nil, err
	}
	if err := file.Chmod(0o600); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// open opens a path without waiting for whatever else it may be than a file, and holds what it
// has opened, and not the path, against what is allowed.
func open(path string, flag int, allowed func(*unix.Stat_t) bool) (*os.File, error) {
	file, err := os.OpenFile(path, flag|unix.O_NONBLOCK|unix.O_NOCTTY, 0o600)
	if errors.Is(err, unix.ENXIO) || errors.Is(err, unix.EISDIR) || errors.Is(err, unix.ELOOP) { // a FIFO without a reader, a link
		return nil, &fs.PathError{Op: "open", Path: path, Err: errNoFile}
	}
	if err != nil {
		return nil, err
	}
	var found unix.Stat_t
	err = unix.Fstat(int(file.Fd()), &found)
	switch {
	case err == nil && !regular(&found):
		err = errNoFile
	case err == nil && !allowed(&found):
		err = errNotOwn
	}
	if err != nil {
		file.Close()
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return file, nil
}

func regular(found *unix.Stat_t) bool { return found.Mode&unix.S_IFMT == unix.S_IFREG }

func own(found *unix.Stat_t) bool {
	return regular(found) && int(found.Uid) == os.Getuid() && found.Mode&0o022 == 0
}

// OwnFolder makes a folder, with the mode 0700, where it is missing. That it is a link, or that
// somebody else can put files into it, is an error.
func OwnFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	var found unix.Stat_t
	if err := unix.Lstat(path, &found); err != nil {
		return err
	}
	if found.Mode&unix.S_IFMT != unix.S_IFDIR || int(found.Uid) != os.Getuid() || found.Mode&0o022 != 0 {
		return fmt.Errorf("%s is not a folder that only its user can write to: remove it", filepath.Clean(path))
	}
	return nil
}
