// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// standAlone takes the collection from a site and puts the single-purpose
// executables into it, the modules in the library folder beside the playbook.
func (s *site) standAlone() {
	s.t.Helper()
	for _, name := range []string{"acsmon", "ansible.cfg"} {
		s.must(os.Remove(filepath.Join(s.dir, name)))
	}
	s.must(os.Mkdir(filepath.Join(s.dir, "library"), 0o700))
	s.copyFrom(binaries, "inventory", "acsmon_monitor", "acsmon_alert")
	for _, name := range []string{"acsmon_monitor", "acsmon_alert"} {
		s.must(os.Rename(filepath.Join(s.dir, name), filepath.Join(s.dir, "library", name)))
	}
	s.env["ANSIBLE_COLLECTIONS_PATH"] = filepath.Join(s.dir, "no-collections")
}

const standaloneSettings = `
base_url: %s
group_by: [{field: device_type, prefix: kind}]
`

const standalonePlay = `
- hosts: localhost
  connection: local
  gather_facts: false
  module_defaults:
    acsmon_monitor: &server {base_url: "{{ environments.owner.ACSMON_BASE_URL }}", token: "{{ token }}"}
    acsmon_alert: *server
  tasks:
    - name: predicted
      acsmon_monitor: &shop {name: Shop, type: https, host: shop.example.com, check_interval_seconds: 90}
      check_mode: true
    - name: created
      acsmon_monitor: *shop
    - name: unchanged
      acsmon_monitor: *shop
    - name: in the background
      acsmon_monitor: {name: Shop, check_interval_seconds: 120}
      async: 60
      poll: 1
    - name: misspelt
      acsmon_monitor: {name: Shop, check_intervall_seconds: 120}
      failed_when: false
    - name: acknowledged
      acsmon_alert: {severity: [critical]}
- hosts: kind_cisco_nxos[0]
  gather_facts: false
  tasks:
    - name: for a device
      acsmon_monitor: {name: "{{ inventory_hostname }}", type: ping, host: "{{ ansible_host }}"}
      delegate_to: localhost
`

// standaloneOutcomes are how what is printed of each task begins.
var standaloneOutcomes = map[string]string{
	"predicted": "changed: .*", "created": "changed: .*", "unchanged": "ok: .*", "in the background": "changed: .*",
	"misspelt": `ok: (?s:.*)did you mean check_interval_seconds`, "acknowledged": "changed: .*", "for a device": "changed: .*",
}

// The modules and the inventory do without the collection what they do with it.
func TestStandalone(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		s.standAlone()
		server := fleet(t)
		s.use(server)
		s.credentials(server)
		s.write("acsmon.yml", fmt.Sprintf(standaloneSettings, server.URL))
		s.write("play.yml", standalonePlay)

		graph := s.ok("ansible-inventory", "-i", "inventory", "--graph")
		if !strings.Contains(graph.stdout, "@kind_cisco_nxos:") || graph.stderr != "" {
			t.Errorf("the inventory is\n%s", graph.all())
		}
		var o outcome
		secret := server.Token[2:]
		wantOnNoCommandLine(t, secret, func() {
			o = s.ok("ansible-playbook", "-i", "inventory", "-e", "@vars.json", "--diff", "-vvvv", "play.yml")
		})
		if i := strings.Index(o.all(), secret); i >= 0 {
			t.Errorf("the token is in the output: …%s", o.all()[max(0, i-300):i])
		}
		printed := byTask(o.stdout)
		for task, pattern := range standaloneOutcomes {
			if !regexp.MustCompile("(?m)^" + pattern).MatchString(printed[task]) {
				t.Errorf("%s: want %q:\n%s", task, pattern, printed[task])
			}
		}
		if n := count(server, "monitors", "Shop"); n != 1 {
			t.Errorf("there are %d monitors Shop, want one", n)
		}
	})
}
