// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

const namesPlay = `
- hosts: localhost
  connection: local
  gather_facts: false
  collections: [acsmon.monitor]
  tasks:
    - name: full
      acsmon.monitor.acsmon_monitor_info: {}
    - name: short
      acsmon_monitor_info: {}
    - name: that of the action plugin
      acsmon.monitor.acsmon_api: {path: /monitors}
    - name: redirected
      example.renamed.monitors: {}
    - name: by action
      action: {module: acsmon.monitor.acsmon_monitor_info}
    - name: by local_action
      local_action: acsmon_monitor_info
    - name: in the background
      example.renamed.monitors: {}
      async: 30
      poll: 1
- hosts: localhost
  connection: local
  gather_facts: false
  collections: [acsmon.monitor]
  module_defaults:
    group/acsmon.monitor.acsmon: {base_url: "{{ two.url }}", token: "{{ two.token }}"}
    acsmon.monitor.acsmon_device_info: {base_url: "{{ three.url }}", token: "{{ three.token }}"}
  tasks:
    - name: default of the group
      acsmon.monitor.acsmon_monitor_info: {}
    - name: default of the group, short
      acsmon_monitor_info: {}
    - name: default of the group, redirected
      example.renamed.monitors: {}
    - name: default of another module
      acsmon.monitor.acsmon_device_info: {}
    - name: default of the group in the background
      acsmon.monitor.acsmon_monitor_info: {}
      async: 30
      poll: 1
- hosts: localhost
  connection: local
  gather_facts: false
  module_defaults:
    acsmon.monitor.acsmon_api: {path: /devices}
  tasks:
    - name: default of the action plugin's module
      acsmon.monitor.acsmon_monitor_info: {}
    - name: default of its own
      acsmon.monitor.acsmon_api: {}
`

// rowsByName is how many rows each task of namesPlay shows: monitors, or devices where there is a
// minus.
var rowsByName = map[string]int{
	"full": 5, "short": 5, "redirected": 5, "by action": 5, "by local_action": 5, "in the background": 5,
	"default of the group": 2, "default of the group, short": 2, "default of the group, redirected": 2,
	"default of the group in the background": 2, "default of another module": -3,
	"default of the action plugin's module": 5,
}

// A module does the same thing by every name that Ansible knows it by, and gets the defaults that
// are meant for it. The modules here look at different things, so a task that ran another module
// than its own would show it.
func TestNamesOfModules(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		s.use(acsmontest.Start(t, acsmontest.Options{Seed: 1, Monitors: 5, Devices: 7}))
		two := acsmontest.Start(t, acsmontest.Options{Seed: 2, Monitors: 2})
		three := acsmontest.Start(t, acsmontest.Options{Seed: 3, Devices: 3})
		renamed := filepath.Join(s.dir, "collections/ansible_collections/example/renamed")
		s.must(os.MkdirAll(filepath.Join(renamed, "meta"), 0o700))
		s.write("collections/ansible_collections/example/renamed/meta/runtime.yml",
			"plugin_routing: {modules: {monitors: {redirect: acsmon.monitor.acsmon_monitor_info}}}\n")
		s.env["ANSIBLE_COLLECTIONS_PATH"] += ":" + filepath.Join(s.dir, "collections")
		s.write("play.yml", namesPlay)
		results, failed := s.results("-i", "localhost,", "play.yml", "-e", vars("two", two), "-e", vars("three", three))
		if failed {
			t.Errorf("the play failed: %v", results)
		}
		for _, name := range slices.Sorted(maps.Keys(rowsByName)) {
			key, n := "monitors", rowsByName[name]
			if n < 0 {
				key, n = "devices", -n
			}
			if rows, _ := results[name][key].([]any); len(rows) != n {
				t.Errorf("%s: want %d %s: %v", name, n, key, results[name])
			}
		}
		for name, n := range map[string]int{"that of the action plugin": 5, "default of its own": 7} {
			answer, _ := results[name]["response"].(map[string]any)
			if rows, _ := answer["data"].([]any); len(rows) != n {
				t.Errorf("%s: want %d rows: %v", name, n, results[name])
			}
		}
	})
}

// vars are the URL and the token of a server as an extra variable.
func vars(name string, server *acsmontest.Server) string {
	return fmt.Sprintf(`{%q: {"url": %q, "token": %q}}`, name, server.URL, server.Token)
}
