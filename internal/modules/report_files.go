// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
)

// reports are the files of the option report.
type reports []output

// reportFiles returns the files that the task names. All of them can be written, and each has one
// of the endings.
func reportFiles(t *ansible.Task, endings []string) (reports, error) {
	var files reports
	named, _ := t.Arg("report").([]any)
	for _, path := range named {
		ending := strings.ToLower(filepath.Ext(fmt.Sprint(path)))
		if !slices.Contains(endings, ending) {
			last := len(endings) - 1
			return nil, fmt.Errorf("report is %s: end the name with %s or %s, which says what the report is written as",
				path, strings.Join(endings[:last], ", "), endings[last])
		}
		destination, err := newDestination("report", fmt.Sprint(path), nil)
		if err != nil {
			return nil, err
		}
		files = append(files, output{destination, strings.TrimPrefix(ending, ".")})
	}
	return files, nil
}

// write brings the files up to date, even in check mode: they say what the server is like, and are
// not part of what the task changes.
func (files reports) write(r rendering, result ansible.Result) error {
	var paths []string
	now := time.Now()
	for _, file := range files {
		change, err := file.change(r, now)
		if err != nil {
			return err
		}
		if change.needed() {
			if err := change.apply(); err != nil {
				return err
			}
		}
		paths = append(paths, file.path)
	}
	if paths != nil {
		result["report"] = paths
	}
	return nil
}
