// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/files"
)

// destination is a file that a module keeps up to date, on the host on which the task
// runs.
type destination struct {
	option string      // that names it, in messages
	path   string      // a whole one
	mode   fs.FileMode // 0: that of the file, or defaultMode if there is none
}

// newDestination gives the file that an option names, which can be written.
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

// defaultMode is that of a new file: what a server monitors is nobody else's business.
const defaultMode = 0o640

// parseMode reads the option mode: octal digits, or the number that YAML 1.1 makes of
// unquoted ones.
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
		return 0, fmt.Errorf(`mode is %v, and must be octal digits in quotes that let the owner read and write, such as "0640"`, given)
	}
	return fs.FileMode(mode), nil
}

// check finds what would keep the file from being written, before it is worked for.
func (d destination) check() error {
	folder := filepath.Dir(d.path)
	info, err := os.Lstat(d.path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("%s is %s, and that is a folder: name a file", d.option, d.path)
	case err == nil && !info.Mode().IsRegular() && info.Mode()&fs.ModeSymlink == 0:
		return fmt.Errorf("%s is %s, and that is no regular file: name another", d.option, d.path)
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Errorf("%s is %s, and there is no folder %s: create it first", d.option, d.path, folder)
	}
	if err := syscall.Access(folder, 0o3); err != nil { // to write and to search
		return fmt.Errorf("%s is %s, and its folder cannot be written to: %w", d.option, d.path, err)
	}
	return nil
}

// current is what the file holds, and what it is; nil if there is none. Behind a
// symbolic link it does not look: that is replaced.
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

// output is a destination, and what a module writes there.
type output struct {
	destination
	format string
	// render gives the content; before is what the file holds.
	render func(before []byte) ([]byte, error)
}

// write brings the files up to date, unless in check mode, and tells of it in the
// result.
func write(t *ansible.Task, outputs []output, result ansible.Result) error {
	shown, diffs := []map[string]any{}, []map[string]any{}
	result["changed"], result["files"] = false, shown
	for _, o := range outputs {
		change, err := o.change()
		if err != nil {
			return err
		}
		if change.needed() {
			if !t.CheckMode {
				err = change.apply()
			}
			if err != nil {
				return err
			}
			result["changed"] = true
			if diffs = append(diffs, change.diff()); t.DiffMode {
				result["diff"] = diffs
			}
		}
		shown = append(shown, map[string]any{"path": o.path, "format": o.format, "mode": fmt.Sprintf("%04o", change.mode), "changed": change.needed()})
		result["files"] = shown
	}
	return nil
}

// change is what makes a destination what it has to be.
type change struct {
	destination
	before, after []byte
	was           fs.FileInfo // nil: there was no file
}

// change gives what makes the file what it has to be.
func (o output) change() (change, error) {
	before, was, err := o.current()
	if err != nil {
		return change{}, err
	}
	after, err := o.render(before)
	c := change{o.destination, before, after, was}
	if c.mode == 0 {
		c.mode = defaultMode
		if was != nil {
			c.mode = was.Mode().Perm()
		}
	}
	return c, err
}

// needed says whether the file is not as it has to be.
func (c change) needed() bool {
	return c.was == nil || c.was.Mode().Perm() != c.mode || !bytes.Equal(c.before, c.after)
}

// diff shows the change, as Ansible shows files.
func (c change) diff() map[string]any {
	before, after := string(c.before), string(c.after)
	if before == after {
		before, after = fmt.Sprintf("mode: %04o\n", c.was.Mode().Perm()), fmt.Sprintf("mode: %04o\n", c.mode)
	}
	return map[string]any{"before_header": c.path, "after_header": c.path, "before": before, "after": after}
}

func (c change) apply() error {
	if err := files.Replace(c.path, c.after, c.mode); err != nil {
		return fmt.Errorf("%s cannot be written: %w", c.option, err)
	}
	return nil
}
