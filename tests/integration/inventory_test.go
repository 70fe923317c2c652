// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// hosts returns the host variables of the inventory as Ansible read it.
func (s *site) hosts() map[string]map[string]any {
	s.t.Helper()
	o := s.ok("ansible-inventory", "-i", "acsmon", "--list")
	if o.stderr != "" {
		s.t.Errorf("ansible-inventory printed on stderr: %s", o.stderr)
	}
	var inventory struct {
		Meta struct {
			Hostvars map[string]map[string]any `json:"hostvars"`
		} `json:"_meta"`
	}
	s.must(json.Unmarshal([]byte(o.stdout), &inventory))
	return inventory.Meta.Hostvars
}

func TestInventoryOfAThousandDevicesCostsTenRequests(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1})
		for i := range 1000 {
			server.Add("devices", map[string]any{"name": fmt.Sprintf("sw-%d", i), "ip_address": fmt.Sprintf("10.1.%d.%d", i/250, i%250+1)})
		}
		s.use(server)
		hosts := s.hosts()
		if len(hosts) != 1000 {
			t.Errorf("%d hosts, want 1000", len(hosts))
		}
		if got := hosts["sw-7"]["ansible_host"]; got != "10.1.0.8" {
			t.Errorf("ansible_host is %v, want 10.1.0.8", got)
		}
		wantRequests(t, server, 10)
	})
}

func TestInventoryFailsLoudly(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		s.env["ACSMON_BASE_URL"], s.env["ACSMON_TOKEN"] = "http://127.0.0.1:9", "1|x"
		o := s.run("ansible-inventory", "-i", "acsmon", "--list")
		if o.status == 0 || !strings.Contains(o.all(), "connection refused") {
			t.Errorf("ended with %d:\n%s", o.status, o.all())
		}
		script := s.run("./acsmon", "--list")
		if script.status == 0 || script.stdout != "" || strings.Count(script.stderr, "\n") != 1 {
			t.Errorf("the script ended with %d, printed %q and complained %q", script.status, script.stdout, script.stderr)
		}
	})
}

// hostileDevices are devices that SNMP discovery found in a hostile network: each tries to run a
// command on the controller that touches a file, or to break a host name.
func hostileDevices(touched string) []map[string]any {
	lookup := "{{ lookup('pipe', 'touch " + touched + "') }}"
	return []map[string]any{
		{"name": lookup},
		{"name": "{% set x = lookup('pipe', 'touch " + touched + "') %}"},
		{"name": "plain", "device_type": lookup, "location": "#jinja2:variable_start_string:'[%',variable_end_string:'%]'\n[% lookup('pipe', 'touch " + touched + "') %]"},
		{"name": "-oProxyCommand=touch " + touched},
		{"name": "address", "ip_address": "-oProxyCommand=touch " + touched},
		{"name": "all"}, {"name": "localhost"}, {"name": "_meta"}, {"name": "web[01:50]"}, {"name": "a,b:c"},
		{"name": "same"}, {"name": "same"}, {"name": "a b"}, {"name": "a_b"},
		{"name": "__ansible_unsafe"}, {"name": "__ansible_vault"}, {"name": "__ansible_type"},
		{"name": strings.Repeat("long", 1250)}, {"name": "líne\u202e\x1b[31m"}, {"name": "ansible_connection"},
	}
}

func TestHostileFleetRunsNothing(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		touched := filepath.Join(s.dir, "touched")
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1})
		fleet := hostileDevices(touched)
		for i, device := range fleet {
			if device["ip_address"] == nil {
				device["ip_address"] = fmt.Sprintf("192.0.2.%d", i+1)
			}
			server.Add("devices", device)
		}
		s.use(server)
		hosts := s.hosts()
		if len(hosts) != len(fleet) {
			t.Errorf("%d hosts, want %d: %v", len(hosts), len(fleet), hosts)
		}
		for name, vars := range hosts {
			for variable := range vars {
				if strings.HasPrefix(variable, "ansible_") && variable != "ansible_host" {
					t.Errorf("host %s has the connection variable %s", name, variable)
				}
			}
		}
		// Every variable of every host is evaluated, on each host by its name.
		s.write("play.yml", `
- hosts: all
  gather_facts: false
  connection: local
  tasks:
    - ansible.builtin.debug: {msg: "{{ acsmon | string }} {{ device_type | default('') }} {{ ansible_host | default('') }}"}
`)
		o := s.ok("ansible-playbook", "-i", "acsmon", "play.yml")
		if ran := strings.Count(o.stdout, "ok=1"); ran != len(fleet) {
			t.Errorf("the play reached %d hosts, want %d:\n%s", ran, len(fleet), o.all())
		}
		s.run("ansible", "-i", "acsmon", "all", "-m", "ansible.builtin.ping", "-e", "ansible_ssh_timeout=1", "-e", "ansible_host=127.0.0.1", "-e", "ansible_port=9")
		if _, err := os.Stat(touched); err == nil {
			t.Error("a device's text ran a command on the controller")
		}
	})
}

// Ansible refuses a whole inventory whose variables hold such a key.
func TestKeysThatAnsibleReservesLoseNoHost(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1})
		server.Add("devices", map[string]any{"name": "one", "ip_address": "192.0.2.1"})
		server.Inject(acsmontest.Fault{Method: "GET", Path: "/devices", Do: acsmontest.Answer(200, nil,
			`{"data":[{"id":1,"name":"one","ip_address":"192.0.2.1","is_active":true,"__ansible_type":"x","custom":{"__ansible_unsafe":"{{ 1 }}"}},
			{"id":2,"name":"two","ip_address":"192.0.2.2","is_active":true}],"meta":{"current_page":1,"per_page":100,"total":2},"next_page_url":null}`)})
		s.use(server)
		if hosts := s.hosts(); len(hosts) != 2 {
			t.Errorf("%d hosts, want 2: %v", len(hosts), hosts)
		}
	})
}
