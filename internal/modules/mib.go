// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// mib declares acsmon_mib. The API can upload a MIB, but not change it: see mibs.
var mib = resource{
	name: "acsmon_mib",
	key:  "mib",
	kind: converge.Kind{
		Name:     "MIB",
		Fields:   []converge.Field{{Name: "name"}, {Name: "src", Send: "digest", Form: converge.Content}},
		Required: []string{"name", "src"},
		Replaced: true,
	},
	rules:   identity,
	store:   func(c *acsmon.Client) converge.Store { return newMIBs(c) },
	check:   loadMIB,
	guarded: true,
}

// largestMIB is what PHP accepts by default.
const largestMIB = 8 << 20

// loadMIB replaces the path of the file by the file.
func loadMIB(desired map[string]any) error {
	path, given := desired["src"].(string)
	if !given {
		return nil
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return fmt.Errorf("src cannot be read: %w", err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("src is %s, which is not a regular file: name a MIB file on the host where the task runs", path)
	case info.Size() == 0 || info.Size() > largestMIB:
		return fmt.Errorf("src is %s, which has %d bytes: a MIB has 1 byte to 8 MiB", path, info.Size())
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("src cannot be read: %w", err)
	}
	desired["src"] = converge.File{Name: filepath.Base(path), Content: content}
	return nil
}
