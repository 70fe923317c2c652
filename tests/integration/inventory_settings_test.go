// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// refuses runs what has to fail, and looks for a text in what Ansible says.
func (s *site) refuses(source, want string, args ...string) {
	s.t.Helper()
	o := s.run("ansible-inventory", append([]string{"-i", source, "--list"}, args...)...)
	if said := strings.Join(strings.Fields(o.all()), " "); o.status == 0 || !strings.Contains(said, want) || strings.Contains(said, "Traceback") {
		s.t.Errorf("-i %s ended with %d, and says not %q: %s", source, o.status, want, o.all())
	}
}

// A setting that has no effect is an error, through both doors.
func TestSettingsWithoutEffectAreRefused(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		s.use(devices(t, "web", "10.0.0.1", "rack 4: PDU=A", "10.0.0.2"))
		for settings, want := range map[string]string{
			"hostnames: [nmae]\n":                 "did you mean name?",
			"group_by: [monitors.type]\n":         "which hosts have with with_monitors: true",
			"group_by: [[status, locaton]]\n":     "group_by names the field locaton, which the server shows for none of the hosts (did you mean location?)",
			"include: [locaton=web]\n":            "did you mean location?): write name=locaton=web",
			"exclude: [\"ip_adress~^10\"]\n":      "did you mean ip_address?",
			"exclude: [PDU=A]\n":                  "write name=PDU=A",
			"hostnames: [\"name.split('.')[0]\"]": "is not a field: write a field",
			"filters: {is_active: false}\n":       "set include_inactive: true",
			"hostname: [name]\n":                  "compose,",
		} {
			s.write("acsmon.yml", pluginLine+settings)
			s.refuses("acsmon", want)
			s.refuses("acsmon.yml", want)
		}
		s.write("acsmon.yml", pluginLine+"exclude: [\"rack 4: PDU=A\"]\n")
		for _, source := range []string{"acsmon", "acsmon.yml"} {
			if got := hostNames(s.inventory(source)); len(got) != 1 || got[0] != "web" {
				t.Errorf("-i %s: the hosts are %v, want web", source, got)
			}
		}
	})
}

// Templates are evaluated before the types of options are looked at.
func TestTemplatesInEveryOption(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		s.use(devices(t, "web", "10.0.0.1", "db", "10.0.0.2"))
		s.write("extra.json", `{"f": {"location": "web"}, "n": 60, "d": "id", "s": ["devices"], "p": "x", "yes_please": true, "names": ["location"]}`)
		s.write("acsmon.yml", pluginLine+`
filters: "{{ f }}"
cache_timeout: "{{ n }}"
timeout: "{{ n }}"
duplicates: "{{ d }}"
sources: "{{ s }}"
include_inactive: "{{ yes_please }}"
hostnames: "{{ names }}"
group_by: [{field: status, prefix: "{{ p }}"}]
`)
		inventory := s.inventory("acsmon.yml", "-e", "@extra.json")
		if got := members(inventory, "x_up"); len(got) != 1 || got[0] != "web" {
			t.Errorf("the inventory is %v", inventory)
		}
		s.refuses("acsmon.yml", "the template in the option filters cannot be evaluated")
	})
}

func TestMessagesOfThePlugin(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		s.use(devices(t, "web", "10.0.0.1"))
		s.write("prod.yml", pluginLine)
		s.refuses("prod.yml", "its name ends in acsmon.yml or acsmon.yaml")
		s.must(os.Mkdir(filepath.Join(s.dir, "sub"), 0o700))
		s.write("sub/acsmon.yml", pluginLine+"ca_path: ca.pem\n")
		s.refuses("sub/acsmon.yml", filepath.Join(s.dir, "sub", "ca.pem"))
		s.env["ANSIBLE_VAULT_PASSWORD_FILE"] = filepath.Join(s.dir, "vault-password")
		s.write("vault-password", "open sesame")
		s.write("acsmon.yml", pluginLine)
		s.ok("ansible-vault", "encrypt", "acsmon.yml")
		if n := len(hostvars(s.inventory("acsmon.yml"))); n != 1 {
			t.Errorf("%d hosts from an encrypted file, want 1", n)
		}
		s.refuses("acsmon", "encrypted by ansible-vault, and only Ansible can decrypt it")
	})
}

// Ansible's own cache: the same inventory from it, no secret in it, and both ways
// to refresh.
func TestAnsiblesOwnCache(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1, Devices: 12, Monitors: 9, OpenAlerts: 4})
		server.Add("devices", map[string]any{"name": "a {{ b }}", "ip_address": "10.9.0.1", "location": "{% raw %}"})
		s.use(server)
		_, secret, _ := strings.Cut(server.Token, "|")
		const settings = "with_alerts: true\nwith_monitors: true\nkeyed_groups: [{key: acsmon.status, prefix: s}]\n"
		s.write("acsmon.yml", pluginLine+settings)
		fresh := s.inventory("acsmon.yml")
		asked := len(server.Requests())
		play := func(args ...string) {
			t.Helper()
			s.write("play.yml", "- hosts: localhost\n  gather_facts: false\n  connection: local\n  tasks: [{ansible.builtin.meta: refresh_inventory}]\n")
			s.ok("ansible-playbook", append([]string{"-i", "acsmon.yml", "play.yml"}, args...)...)
		}
		for name, use := range map[string]func(){
			"the settings file": func() {
				s.write("acsmon.yml", pluginLine+settings+"cache: true\ncache_plugin: jsonfile\ncache_connection: kept-file\ncache_timeout: 600\n")
			},
			"ansible.cfg": func() {
				s.write("acsmon.yml", pluginLine+settings)
				s.write("ansible.cfg", "[inventory]\nenable_plugins = script, auto\nunparsed_is_failed = true\ncache = true\ncache_plugin = jsonfile\ncache_connection = kept-cfg\n")
			},
		} {
			use()
			server.ResetRequests()
			if got := s.inventory("acsmon.yml"); !reflect.DeepEqual(got, fresh) {
				t.Errorf("%s: a run that fills the cache gives %v, want %v", name, got, fresh)
			}
			wantRequests(t, server, asked)
			if got := s.inventory("acsmon.yml"); !reflect.DeepEqual(got, fresh) {
				t.Errorf("%s: a cached run gives %v, want %v", name, got, fresh)
			}
			wantRequests(t, server, asked)
			play()
			wantRequests(t, server, 2*asked)
			play("--flush-cache")
			wantRequests(t, server, 4*asked)
		}
		for _, folder := range []string{"kept-file", "kept-cfg"} {
			s.wantFilesWithout(folder, secret)
		}
		own, _ := filepath.Glob(filepath.Join(s.env["HOME"], ".cache", "acsmon", "inventory", "*.json"))
		if len(own) > 0 {
			t.Errorf("the executable keeps %v as well", own)
		}
	})
}

// wantFilesWithout holds that a folder has files, and none of them the secret.
func (s *site) wantFilesWithout(folder, secret string) {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.dir, folder, "*"))
	if err != nil || len(files) == 0 {
		s.t.Errorf("%s holds %v, want a file (%v)", folder, files, err)
	}
	for _, file := range files {
		if content, err := os.ReadFile(file); err != nil {
			s.t.Error(err)
		} else if strings.Contains(string(content), secret) {
			s.t.Errorf("%s holds the token", file)
		}
	}
}

// What only Jinja can say of names and hosts, and what expressions see.
func TestJinjaOfNamesAndHosts(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := devices(t, "web.example.com", "10.0.0.1", "db.example.com", "10.0.0.2", "old.example.com", "10.0.0.3", "{{ 1 }}", "10.0.0.4")
		s.use(server)
		s.write("extra.json", `{"prefix": "p"}`)
		s.write("acsmon.yml", pluginLine+`
hostnames: ["{{ (acsmon.name.split('.')[0] ~ '-' ~ acsmon.id) if 'example' in acsmon.name }}", "{{ prefix }}-{id}"]
exclude_host_filters: ["acsmon.name is search('^old')"]
field_variables: {}
vars: {greeting: hello}
compose: {said: "greeting ~ ' ' ~ inventory_hostname"}
keyed_groups: [{key: greeting, prefix: g}]
groups: {polite: "greeting == 'hello'"}
`)
		inventory := s.inventory("acsmon.yml", "-e", "@extra.json")
		if got := strings.Join(hostNames(inventory), " "); got != "db-12 p-17 web-11" {
			t.Errorf("the hosts are %s", got)
		}
		vars := hostvars(inventory)["web-11"].(map[string]any)
		if said := vars["said"]; said != "hello web-11" && !reflect.DeepEqual(said, map[string]any{"__ansible_unsafe": "hello web-11"}) || vars["device_type"] != nil {
			t.Errorf("the variables are %v", vars)
		}
		if len(members(inventory, "g_hello")) != 3 || len(members(inventory, "polite")) != 3 {
			t.Errorf("the groups are %v", inventory)
		}
		wantRequests(t, server, 1)
	})
}
