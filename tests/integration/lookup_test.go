// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/specs/docs"
)

const lookupPlay = `
- hosts: web1,web2,web3
  gather_facts: false
  connection: local
  vars:
    shop: "{{ lookup('acsmon.monitor.acsmon', 'monitor', 'Shop') }}"
    wanted: {status: [down, degraded], tags: ["{{ 'pro' ~ 'duction' }}"]}
    down: "{{ query('acsmon.monitor.acsmon', 'monitors', **wanted) }}"
  tasks:
    - name: ten templates cost one reading
      ansible.builtin.assert:
        that:
          - shop.status == 'up'
          - shop.check_interval_seconds == 60
          - lookup('acsmon.monitor.acsmon', 'monitor', shop.id).name == 'Shop'
          - lookup('acsmon.monitor.acsmon', 'monitor', 'Shop', 'Database', wantlist=true) | map(attribute='name') | list == ['Shop', 'Database']
          - down | map(attribute='name') | list == ['Database']
          - query('acsmon.monitor.acsmon', 'monitors', names=[]) == []

    - name: what the server says is no template
      ansible.builtin.debug:
        msg: "{{ item.name }}"
      loop: "{{ query('acsmon.monitor.acsmon', 'monitors', search='touch') }}"
      register: hostile

    - name: nor in a loop over the plugin itself
      ansible.builtin.set_fact:
        again: "{{ item.name }}"
      with_acsmon.monitor.acsmon: [monitor, "{{ hostile.results[0].item.id }}"]

- hosts: localhost
  gather_facts: false
  tasks:
    - name: a near miss is told
      ansible.builtin.debug:
        msg: "{{ lookup('acsmon.monitor.acsmon', 'monitr', 'Shop') }}"
      ignore_errors: true

    - name: errors can be ignored as of any lookup
      ansible.builtin.assert:
        that: lookup('acsmon.monitor.acsmon', 'monitor', 'missing', errors='ignore') | default('none', true) == 'none'

    - name: another server, with a token of its own
      ansible.builtin.assert:
        that: query('acsmon.monitor.acsmon', 'devices', cache_timeout=0, **other) | length == 2
      vars:
        other: {base_url: "{{ other_url }}", token: "{{ other_token }}"}

    - name: the examples of the documentation
      ansible.builtin.import_tasks: examples.yml
      vars: {monitoring_url: "{{ other_url }}", monitoring_token: "{{ other_token }}"}
`

// TestLookup: a play of three hosts whose templates look up the same things.
func TestLookup(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{})
		other := acsmontest.Start(t, acsmontest.Options{Seed: 1, Devices: 2})
		touched := filepath.Join(s.dir, "touched")
		for _, monitor := range []map[string]any{
			{"name": "Shop", "type": "ping", "host": "192.0.2.1", "status": "up"},
			{"name": "Database", "type": "ping", "host": "192.0.2.2", "status": "down", "tags": []string{"production"}},
			{"name": "{{ lookup('pipe', 'touch " + touched + "') }}", "type": "ping", "host": "192.0.2.3"},
			{"name": "#jinja2:variable_start_string:'[%',variable_end_string:'%]'\n[% lookup('pipe', 'touch " + touched + "') %]", "type": "ping", "host": "192.0.2.4"},
		} {
			server.Add("monitors", monitor)
		}
		server.Add("monitors", map[string]any{"name": "Public website", "type": "ping", "host": "192.0.2.5"})
		server.Add("monitor-groups", map[string]any{"name": "Databases"})
		server.Add("alert-events", map[string]any{"severity": "critical", "status": "open"})
		spec, err := docs.Lookup("acsmon")
		s.must(err)
		s.use(server)
		s.write("examples.yml", string(spec.Examples))
		s.write("play.yml", lookupPlay)
		o := s.run("ansible-playbook", "-vvv", "-i", "web1,web2,web3,", "-e", "other_url="+other.URL, "-e", "other_token="+other.Token, "play.yml")
		if o.status != 0 || !strings.Contains(o.stdout, `\"monitr\" cannot be looked up: did you mean monitor?`) {
			t.Fatalf("status %d:\n%s%s", o.status, o.stdout, o.stderr)
		}
		if _, err := os.Stat(touched); err == nil {
			t.Error("a name of the server's was evaluated")
		}
		requests := map[string]int{}
		for _, request := range server.Requests() {
			requests[request.Method+" "+request.Path]++
		}
		want := map[string]int{"GET /monitors": 1, "GET /monitor-groups": 1, "GET /alert-events": 2, "GET /monitor-events": 2} // of two statuses
		if !maps.Equal(requests, want) {
			t.Errorf("the play made the requests %v, want %v", requests, want)
		}
		if strings.Contains(o.stdout+o.stderr, server.Token) {
			t.Error("the token was printed")
		}
	})
}
