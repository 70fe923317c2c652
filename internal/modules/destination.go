// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// destination is a file that a module keeps up to date, on the host where the task runs.
type destination struct {
	option string      // its name, in messages
	path   string      // absolute
	mode   fs.FileMode // 0: that of the file, or defaultMode if there is none
}

// newDestination returns the file that an option names. It can be written.
func newDestination(option, path string, mode any) (destination, error) {
	d := destination{option: option}
	var err error
	if d.mode, err = parseMode(mode); err != nil {
		return d, err
	}
	if d.path, err = filepath.Abs(strings.TrimSpace(path)); err != nil {
		return d, fmt.Errorf("%s: %w", option, err)
	}
	return d, d.check()
}

// defaultMode is the mode of a new file: what a server monitors is private.
const defaultMode = 0o640

// parseMode parses the option mode: octal digits, or the number that YAML 1.1 makes of unquoted
// ones.
func parseMode(given any) (fs.FileMode, error) {
	var mode uint64
	var err error
	switch given := given.(type) {
	case nil:
		return 0, nil
	case json.Number:
		mode, err = strconv.ParseUint(given.String(), 10, 32)
	case int64:
		mode = uint64(given)
	case string:
		mode, err = strconv.ParseUint(strings.TrimPrefix(strings.TrimSpace(given), "0o"), 8, 32)
	default:
		err = errors.New("no mode")
	}
	if err != nil || mode > 0o777 || mode&0o600 != 0o600 {
		return 0, fmt.Errorf(`mode is %v: it must be octal digits in quotes that let the owner read and write, such as "0640"`, given)
	}
	return fs.FileMode(mode), nil
}

// check finds what would keep the file from being written, before any work is done for it.
func (d destination) check() error {
	folder := filepath.Dir(d.path)
	info, err := os.Lstat(d.path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("%s is %s, which is a folder: name a file", d.option, d.path)
	case err == nil && !info.Mode().IsRegular() && info.Mode()&fs.ModeSymlink == 0:
		return fmt.Errorf("%s is %s, which is not a regular file: name another", d.option, d.path)
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Errorf("%s is %s, but there is no folder %s: create it first", d.option, d.path, folder)
	}
	if err := syscall.Access(folder, 0o3); err != nil { // to write and to search
		return fmt.Errorf("%s is %s, but its folder cannot be written to: %w", d.option, d.path, err)
	}
	return nil
}

// current returns the content of the file and what it is; nil if there is none. It does not follow
// a symbolic link, because that will be replaced.
func (d destination) current() ([]byte, fs.FileInfo, error) {
	info, err := os.Lstat(d.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", d.option, err)
	}
	content, err := os.ReadFile(d.path)
	if err != nil {
		return nil, nil, fmt.Errorf("%s cannot be compared: %w", d.option, err)
	}
	return content, info, nil
}
