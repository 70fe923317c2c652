// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"bytes"
	"fmt"
	"io/fs"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/files"
	"github.com/acsmon/acsmon-ansible/internal/report"
)

// output is a destination, and the form of the report that a module writes there.
type output struct {
	destination
	format string
}

// rendering returns a report in a form, as it is at a time.
type rendering func(form string, at time.Time) ([]byte, error)

// write brings the files up to date, except in check mode, and adds to the result what it did.
func write(t *ansible.Task, outputs []output, r rendering, result ansible.Result) error {
	now := time.Now()
	shown, diffs := []map[string]any{}, []map[string]any{}
	result["changed"], result["files"] = false, shown
	for _, o := range outputs {
		change, err := o.change(r, now)
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

// change is what must be done to a destination.
type change struct {
	destination
	before, after []byte
	was           fs.FileInfo // nil: there was no file
}

// change returns what must be done to the file. A file that differs from the report only in the time
// at which it was made is kept.
func (o output) change(r rendering, now time.Time) (change, error) {
	before, was, err := o.current()
	if err != nil {
		return change{}, err
	}
	at, known := report.Generated(before)
	if !known {
		at = now
	}
	after, err := r(o.format, at)
	if known && err == nil && !bytes.Equal(before, after) {
		after, err = r(o.format, now)
	}
	c := change{o.destination, before, after, was}
	if c.mode == 0 {
		c.mode = defaultMode
		if was != nil {
			c.mode = was.Mode().Perm()
		}
	}
	return c, err
}

// needed reports whether the file is not as it should be.
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
