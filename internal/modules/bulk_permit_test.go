// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// TestFullLicence carries out a plan for which the licence has no room. Monitors that the plan removes
// anyway are removed first, but no more of them than the creates need.
func TestFullLicence(t *testing.T) {
	tcp := func(names ...string) []row {
		var all []row
		for _, name := range names {
			all = append(all, row{"name": name, "type": "tcp", "host": "h"})
		}
		return all
	}
	for name, test := range map[string]struct {
		limit    int
		monitors []row
		deletes  int // max_deletions
		writes   string
		says     string
	}{
		"one for another":         {3, tcp("a", "b", "new"), 5, "DELETE POST", ""},
		"two for two":             {3, tcp("a", "n1", "n2"), 5, "DELETE DELETE POST POST", ""},
		"no more than needed":     {4, tcp("n1", "n2"), 5, "DELETE POST POST DELETE DELETE", ""},
		"room for all":            {9, tcp("n1", "n2"), 5, "POST POST DELETE DELETE DELETE", ""},
		"more than goes":          {3, tcp("a", "b", "n1", "n2"), 5, "", "the licence allows 3 devices and monitors, there are 3, and the task would create 2 and remove 1: nothing was written"},
		"more than may go":        {3, tcp("n1"), 1, "", "max_deletions is 1"},
		"what is created off":     {3, append(tcp("a", "b"), row{"name": "off", "type": "tcp", "host": "h", "is_active": false}), 5, "POST", "answered 422"},
		"a licence without a cap": {0, tcp("a", "b", "new"), 5, "POST DELETE", ""},
	} {
		for _, key := range []string{"licence", "license"} {
			scenario(t, name+", "+key, acsmontest.Options{LicenceCap: test.limit, Alternatives: acsmontest.Alternatives{LicenceKey: key}}, func(w *workbench) {
				for _, name := range []string{"a", "b", "c"} {
					w.Add("monitors", row{"name": name, "type": "tcp", "host": "h", "is_active": name != "a"})
				}
				given := row{"state": "overridden", "scope": row{"all": true}, "max_deletions": test.deletes, "monitors": test.monitors}
				if test.says != "" {
					w.run("acsmon_monitors", given).fails(test.says)
				} else {
					checked, ran := w.check("acsmon_monitors", given), w.run("acsmon_monitors", given)
					if a, b := inOrder(checked), inOrder(ran); a != b {
						w.t.Errorf("check mode predicts the order\n%s\nand the run has\n%s", a, b)
					}
					w.run("acsmon_monitors", given).wantUnchanged()
				}
				var methods []string
				for _, r := range w.Writes() {
					methods = append(methods, r.Method)
				}
				if got := strings.Join(methods, " "); got != test.writes {
					w.t.Errorf("the writes are %q, want %q", got, test.writes)
				}
			})
		}
	}
}

// inOrder lists the changes of a result in their order.
func inOrder(r *result) string {
	var all []string
	for _, one := range rowsAt(r, "resources") {
		if one["action"] != "none" && one["action"] != "keep" {
			all = append(all, fmt.Sprint(one["action"], " ", one["name"]))
		}
	}
	return strings.Join(all, "\n")
}

// TestTwoSpellings has permissions that the vendor's pages spell in two ways. The message names the
// spellings that the user lacks.
func TestTwoSpellings(t *testing.T) {
	group := row{"name": "Core"}
	for _, test := range []struct {
		slugs  string
		grants []string
		given  string
		says   string
	}{
		{"endpoints", []string{"devices.view"}, "acsmon_device_group", "lacks the permission devices.create or device-groups.create"},
		{"roles", []string{"device-groups.view", "devices.create"}, "acsmon_device_group", "lacks the permission device-groups.create: grant"},
		{"endpoints", []string{"devices.view", "device-groups.create"}, "acsmon_device_group", "lacks the permission devices.create: grant"},
		{"roles", []string{}, "acsmon_monitor_group", "lacks the permission monitors.view or monitor-groups.view"},
	} {
		scenario(t, test.says, acsmontest.Options{Alternatives: acsmontest.Alternatives{Slugs: test.slugs}}, func(w *workbench) {
			w.run(test.given, with(group, row{"token": w.NewToken(test.grants...)})).fails(test.says)
		})
	}
}

// TestTakenName creates a resource whose name the server says is taken, although it shows no such row.
func TestTakenName(t *testing.T) {
	scenario(t, "taken", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/device-groups", Do: acsmontest.Answer(422, nil, `{"message":"The name has already been taken.","errors":{"name":["The name has already been taken."]}}`)})
		w.run("acsmon_device_group", row{"name": "Core"}).fails("has already been taken", "restricted to some device groups and not see it")
	})
}
