// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// inventoryOf returns the inventory of several sources, and what Ansible said.
func (s *site) inventoryOf(sources ...string) (inventory map[string]any, said string) {
	s.t.Helper()
	args := []string{"--list"}
	for _, source := range sources {
		args = append(args, "-i", source)
	}
	o := s.ok("ansible-inventory", args...)
	s.must(json.Unmarshal([]byte(o.stdout), &inventory))
	return inventory, strings.Join(strings.Fields(o.stderr), " ")
}

func hostNames(inventory map[string]any) []string {
	return slices.Sorted(maps.Keys(hostvars(inventory)))
}

// devices starts a server with devices of these names and addresses. Their ids
// begin with 11.
func devices(t *testing.T, pairs ...string) *acsmontest.Server {
	server := acsmontest.Start(t, acsmontest.Options{Seed: 1})
	for i := 0; i < len(pairs); i += 2 {
		server.Add("devices", map[string]any{"name": pairs[i], "ip_address": pairs[i+1], "status": "up", "location": pairs[i]})
	}
	return server
}

// Where a group and a host have the same name, Ansible takes it for the group. So no host gets the
// name of a group, wherever the group comes from.
func TestNoHostIsCalledLikeAGroup(t *testing.T) {
	t.Parallel()
	const routers = "groups: {routers: \"inventory_hostname is search('ams')\", ams: \"inventory_hostname is search('web')\"}\n"
	eachCore(t, func(t *testing.T, s *site) {
		s.use(devices(t, "ams", "10.0.0.1", "web", "10.0.0.2"))
		for _, test := range []struct {
			name    string
			files   map[string]string // in the order of their names
			hosts   string
			group   string
			members string
		}{
			{"a key of groups", map[string]string{"a.acsmon.yml": routers}, "ams_11 web", "routers", "ams_11"},
			{"a member of the group itself", map[string]string{"a.acsmon.yml": "groups: {ams: \"inventory_hostname is search('ams')\"}\n"}, "ams_11 web", "ams", "ams_11"},
			{"a name that Ansible makes valid", map[string]string{"a.acsmon.yml": "hostnames: ['a_{name}']\ngroups: {'a-ams': true}\n"}, "a_ams_11 a_web", "a_ams", "a_ams_11 a_web"},
			{"what keyed_groups makes", map[string]string{"a.acsmon.yml": "keyed_groups: [{key: \"'ams' if inventory_hostname is search('web') else 'routers'\", separator: ''}]\n"},
				"ams_11 web", "routers", "ams_11"},
			{"a parent in keyed_groups", map[string]string{"a.acsmon.yml": "keyed_groups: [{key: acsmon.status, prefix: s, parent_group: ams}]\n"}, "ams_11 web", "s_up", "ams_11 web"},
			{"the groups of a second file", map[string]string{"a.acsmon.yml": "", "b.acsmon.yml": routers}, "ams_11 web", "routers", "ams_11"},
			{"the groups of the first file", map[string]string{"a.acsmon.yml": routers, "b.acsmon.yml": ""}, "ams_11 web", "routers", "ams_11"},
			{"keyed groups of a second file", map[string]string{"a.acsmon.yml": "", "b.acsmon.yml": "keyed_groups: [{key: \"'ams'\", separator: ''}]\n"}, "ams_11 web", "ams", "ams_11 web"},
			{"group_by of a second file", map[string]string{"a.acsmon.yml": "", "b.acsmon.yml": "group_by: [{field: location, prefix: ''}]\n"}, "ams_11 web_12", "ams", "ams_11"},
			{"variables of groups of a second file", map[string]string{"a.acsmon.yml": "", "b.acsmon.yml": "group_vars: {ams: {x: 1}}\n"}, "ams_11 web", "status_up", "ams_11 web"},
		} {
			var sources []string
			for _, file := range slices.Sorted(maps.Keys(test.files)) {
				s.write(file, pluginLine+test.files[file])
				sources = append(sources, file)
			}
			inventory, said := s.inventoryOf(sources...)
			if got := strings.Join(hostNames(inventory), " "); got != test.hosts || said != "" {
				t.Errorf("%s: the hosts are %s, want %s; it said %s", test.name, got, test.hosts, said)
			}
			if got := strings.Join(slices.Sorted(slices.Values(members(inventory, test.group))), " "); got != test.members {
				t.Errorf("%s: in the group %s are %s, want %s", test.name, test.group, got, test.members)
			}
		}
	})
}

// However many settings files name a device, it is one host; and a host of another
// source is never taken for a group.
func TestOneDeviceIsOneHost(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		s.use(devices(t, "web", "10.0.0.1", "web", "10.0.0.2", "db", "10.0.0.3"))
		s.write("a.acsmon.yml", pluginLine+"include: [ip_address=10.0.0.1]\n")
		s.write("b.acsmon.yml", pluginLine)
		if inventory, said := s.inventoryOf("a.acsmon.yml", "b.acsmon.yml"); strings.Join(hostNames(inventory), " ") != "db web web_12" || said != "" {
			t.Errorf("the hosts are %v; it said %s", hostNames(inventory), said)
		}
		s.write("b.acsmon.yml", pluginLine+"hostnames: [ip_address]\n")
		if inventory, said := s.inventoryOf("a.acsmon.yml", "b.acsmon.yml"); strings.Join(hostNames(inventory), " ") != "10.0.0.2 10.0.0.3 web" ||
			!strings.Contains(said, "1 devices keep the names that another settings file of this server gave them, such as web, not 10.0.0.1") {
			t.Errorf("the hosts are %v; it said %s", hostNames(inventory), said)
		}
		s.write("a.acsmon.yml", pluginLine+"group_by: [{field: location, prefix: ''}]\n")
		s.write("hosts.yml", "all: {hosts: {db: {}}}\n")
		s.write("ansible.cfg", "[inventory]\nenable_plugins = auto, yaml\nunparsed_is_failed = true\n")
		inventory, said := s.inventoryOf("hosts.yml", "a.acsmon.yml")
		if got := members(inventory, "_db"); len(got) != 1 || got[0] != "db" || said != "" {
			t.Errorf("the members of _db are %v; it said %s", got, said)
		}
		s.write("a.acsmon.yml", pluginLine+"groups: {db: true}\n")
		o := s.run("ansible-inventory", "-i", "hosts.yml", "-i", "a.acsmon.yml", "--list")
		if said := strings.Join(strings.Fields(o.all()), " "); !strings.Contains(said, "the group db has the name of a host of another") {
			t.Errorf("ended with %d: %s", o.status, o.all())
		}
	})
}

// A monitoring server watches itself: its address is the controller's for Ansible.
func TestNoDeviceIsTheController(t *testing.T) {
	t.Parallel()
	own := []string{"127.0.0.1", "::1", "0.0.0.0", "::", "::ffff:127.0.0.1", "127.8.8.8", "localhost", "localhost6", "LOCALHOST.localdomain", "2130706433", "127.1"}
	eachCore(t, func(t *testing.T, s *site) {
		pairs := []string{"other", "10.0.0.1"}
		for _, address := range own {
			pairs = append(pairs, "m", address, address, "")
		}
		s.use(devices(t, pairs...))
		s.write("acsmon.yml", pluginLine)
		for _, source := range []string{"acsmon", "acsmon.yml"} {
			inventory := s.inventory(source)
			for name, vars := range hostvars(inventory) {
				if to := vars.(map[string]any)["ansible_host"]; to != nil && name != "other" {
					t.Errorf("-i %s: %s is reached at %v", source, name, to)
				}
			}
			if n := len(hostvars(inventory)); n != len(pairs)/2 {
				t.Errorf("-i %s: %d hosts, want %d: %v", source, n, len(pairs)/2, hostNames(inventory))
			}
			for _, address := range own {
				if _, ok := hostvars(inventory)[address]; ok {
					t.Errorf("-i %s: a host is called %s", source, address)
				}
			}
		}
	})
}

// Hosts of several servers are one inventory; where two have the same name, it is
// said, or server_name keeps them apart.
func TestTwoServers(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		london, oslo := devices(t, "web", "10.1.0.1", "db", "10.1.0.2"), devices(t, "x", "10.2.0.9", "web", "10.2.0.1")
		write := func(file string, server *acsmontest.Server, settings string) {
			s.write(file, pluginLine+"base_url: "+server.URL+"\ntoken: \""+server.Token+"\"\n"+settings)
		}
		write("london.acsmon.yml", london, "")
		write("oslo.acsmon.yml", oslo, "")
		_, said := s.inventoryOf("london.acsmon.yml", "oslo.acsmon.yml")
		if !strings.Contains(said, "web (device 11 of "+london.URL+", and device 12 of "+oslo.URL+"): set server_name") {
			t.Errorf("it said %s", said)
		}
		write("london.acsmon.yml", london, "server_name: london\n")
		write("oslo.acsmon.yml", oslo, "server_name: oslo\nhostnames: ['{name}.{server_name}']\n")
		inventory, said := s.inventoryOf("london.acsmon.yml", "oslo.acsmon.yml")
		if got := strings.Join(hostNames(inventory), " "); got != "london_db london_web web.oslo x.oslo" || said != "" {
			t.Errorf("the hosts are %s; it said %s", got, said)
		}
		if got := strings.Join(members(inventory, "server_oslo"), " "); got != "web.oslo x.oslo" {
			t.Errorf("in the group of the server are %s", got)
		}
		s.env["ACSMON_INVENTORY"] = filepath.Join(s.dir, "london.acsmon.yml")
		if script := s.inventory("acsmon"); strings.Join(members(script, "server_london"), " ") != "london_db london_web" {
			t.Errorf("the script gives %v", script)
		}
	})
}

// What the guide names in the place of an exported YAML file keeps text inert.
func TestExportedInventoryRunsNothing(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		touched := filepath.Join(s.dir, "touched")
		s.use(devices(t, "x", "10.0.0.1"))
		server := devices(t, "{{ lookup('pipe', 'touch "+touched+"') }}", "10.0.0.2")
		s.use(server)
		steps := loadGuide(t, "guide_inventory").block("sh", "kept.json")
		s.write("steps.sh", "set -e\n"+steps)
		s.ok("sh", "steps.sh")
		s.must(server.Close())
		s.write("play.yml", "- hosts: all\n  gather_facts: false\n  connection: local\n  tasks: [{ansible.builtin.debug: {msg: \"{{ acsmon.name }}\"}}]\n")
		o := s.ok("ansible-playbook", "-i", "kept", "play.yml")
		if _, err := os.Stat(touched); err == nil || !strings.Contains(o.stdout, "lookup") {
			t.Errorf("a device's text ran, or is not shown (%v): %s", err, o.all())
		}
	})
}
