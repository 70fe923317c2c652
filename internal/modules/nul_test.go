// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// TestNULIsRefused names the option of a text that the server's database cannot keep.
func TestNULIsRefused(t *testing.T) {
	for option, test := range map[string]struct {
		module string
		given  row
	}{
		"name":                            {"acsmon_monitor", row{"name": "a\x00b", "type": "ping", "host": "h"}},
		"tags[1]":                         {"acsmon_monitor", row{"name": "a", "tags": []string{"x", "y\x00"}}},
		"config.headers.X":                {"acsmon_monitor", row{"name": "a", "config": row{"headers": row{"X": "\x00"}}}},
		"config.headers, a key of it,":    {"acsmon_monitor", row{"name": "a", "config": row{"headers": row{"X\x00": "y"}}}},
		"fields.notes":                    {"acsmon_device", row{"name": "a", "fields": row{"notes": "a\x00"}}},
		"monitors[0].config.send":         {"acsmon_monitors", row{"monitors": []row{{"name": "a", "config": row{"send": "x\x00y"}}}}},
		"alert_channels[0].config.people": {"acsmon_config", row{"alert_channels": []row{{"name": "a", "config": row{"people": "\x00"}}}}},
		"note":                            {"acsmon_alert", row{"state": "acknowledged", "all": true, "note": "done\x00"}},
		"body.name":                       {"acsmon_api", row{"method": "POST", "path": "/monitors", "body": row{"name": "\x00"}}},
	} {
		scenario(t, option, acsmontest.Options{}, func(w *workbench) {
			w.run(test.module, test.given).fails(option + " holds a NUL character, which the server cannot keep: take it out").costs()
		})
	}
}
