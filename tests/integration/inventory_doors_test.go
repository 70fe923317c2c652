// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

const pluginLine = "plugin: acsmon.monitor.acsmon\n"

// inventory returns an inventory as Ansible read it. Nothing may be said on stderr.
func (s *site) inventory(source string, args ...string) map[string]any {
	s.t.Helper()
	o := s.ok("ansible-inventory", append([]string{"-i", source, "--list"}, args...)...)
	if o.stderr != "" {
		s.t.Errorf("ansible-inventory -i %s printed on stderr: %s", source, o.stderr)
	}
	var inventory map[string]any
	s.must(json.Unmarshal([]byte(o.stdout), &inventory))
	return inventory
}

func hostvars(inventory map[string]any) map[string]any {
	return inventory["_meta"].(map[string]any)["hostvars"].(map[string]any)
}

func members(inventory map[string]any, group string) []string {
	object, _ := inventory[group].(map[string]any)
	list, _ := object["hosts"].([]any)
	var names []string
	for _, name := range list {
		names = append(names, name.(string))
	}
	return names
}

// The settings of every golden test give the same inventory as a script and
// through the plugin.
func TestTheTwoDoorsAgree(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../internal/inventory/testdata/golden/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no settings: %v", err)
	}
	server := acsmontest.Start(t, acsmontest.Options{Seed: 1, Devices: 12, Monitors: 20, OpenAlerts: 8})
	for _, name := range []string{"Core-SW-01", "edge", "edge", "a {{ b }}", "status_up"} {
		server.Add("devices", map[string]any{"name": name, "ip_address": "10.9.0.1", "location": "{% raw %}"})
	}
	eachCore(t, func(t *testing.T, s *site) {
		s.use(server)
		for _, file := range files {
			settings, err := os.ReadFile(file)
			s.must(err)
			s.write("acsmon.yml", pluginLine+strings.TrimPrefix(string(settings), pluginLine))
			if script, plugin := s.inventory("acsmon"), s.inventory("acsmon.yml"); !reflect.DeepEqual(script, plugin) {
				t.Errorf("%s: the script gives %v, the plugin %v", filepath.Base(file), script, plugin)
			}
		}
	})
}

// hostileHostNames are names that run a command on the controller, or mean something else to Ansible
// than a host, and the text that runs it.
func hostileHostNames(touched string) (lookup string, names []string) {
	lookup = "{{ lookup('pipe', 'touch " + touched + "') }}"
	return lookup, []string{
		lookup, "{% set x = lookup('pipe', 'touch " + touched + "') %}", "-oProxyCommand=touch " + touched,
		"#jinja2:variable_start_string:'[%',variable_end_string:'%]'\n[% lookup('pipe', 'touch " + touched + "') %]",
		"all", "localhost", "127.0.0.1", "_meta", "ungrouped", "web[01:50]", "a,b:c", "!x", "&y", "~z", "*", "fe80::1%eth0", "2001:db8::1",
		"same", "same", "a b", "a_b", strings.Repeat("long", 1250), "líne\u202e\x1b[31m", "routers", "\u0000", "{", "%",
	}
}

func TestPluginRunsNothingOfAHostileFleet(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		touched := filepath.Join(s.dir, "touched")
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1})
		lookup, names := hostileHostNames(touched)
		for i, name := range names {
			server.Add("devices", map[string]any{"name": name, "ip_address": fmt.Sprintf("192.0.2.%d", i+1), "device_type": lookup, "location": name})
		}
		s.use(server)
		s.write("acsmon.yml", pluginLine+"compose: {joined: \"acsmon.name ~ '{' ~ acsmon.location\"}\nkeyed_groups: [{key: acsmon.location, prefix: at}]\n")
		// A group that another source made: a host of its name would set its variables.
		s.write("static.yml", "routers: {hosts: {own: {ansible_host: 192.0.2.200}}}\n")
		s.write("ansible.cfg", "[inventory]\nenable_plugins = script, auto, yaml\nunparsed_is_failed = true\n")
		sources := []string{"-i", "static.yml", "-i", "acsmon.yml"}
		o := s.ok("ansible-inventory", append(sources, "--list")...)
		var inventory map[string]any
		s.must(json.Unmarshal([]byte(o.stdout), &inventory))
		if n := len(hostvars(inventory)); n != len(names)+1 || strings.Contains(o.stderr, "WARNING") {
			t.Errorf("%d hosts, want %d; it said %s", n, len(names)+1, o.stderr)
		}
		if routers := members(inventory, "routers"); len(routers) != 1 || routers[0] != "own" {
			t.Errorf("the group of another source has %v", routers)
		}
		s.write("play.yml", `
- hosts: all:!own
  gather_facts: false
  connection: local
  tasks:
    - ansible.builtin.set_fact: {label: "{{ acsmon.name }}{{ acsmon.location }}{{ joined }}"}
    - ansible.builtin.debug: {msg: "{{ label }} {{ acsmon | string }} {{ device_type }} {{ hostvars[inventory_hostname].ansible_host | default('') }}"}
`)
		o = s.ok("ansible-playbook", append(sources, "play.yml")...)
		if ran := strings.Count(o.stdout, "ok=2"); ran != len(names) {
			t.Errorf("the play reached %d hosts, want %d:\n%s", ran, len(names), o.all())
		}
		for name := range hostvars(inventory) {
			if o := s.ok("ansible", append(sources, name, "--list-hosts")...); !strings.Contains(o.stdout, "hosts (1)") && name != "own" {
				t.Errorf("the pattern %q does not mean the host: %s", name, o.all())
			}
		}
		if _, err := os.Stat(touched); err == nil {
			t.Error("a device's text ran a command on the controller")
		}
	})
}

func TestTrustIsOptIn(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1})
		server.Add("devices", map[string]any{"name": "{{ 6 * 7 }}", "ip_address": "192.0.2.1", "location": "{{ 6 * 7 }}"})
		s.use(server)
		s.write("acsmon.yml", pluginLine+"hostnames: [id]\ntrust: [location]\n")
		for _, source := range []string{"acsmon", "acsmon.yml"} {
			o := s.ok("ansible", "-i", source, "all", "-c", "local", "-m", "ansible.builtin.debug", "-a", "msg={{acsmon.name}}/{{acsmon.location}}")
			if !strings.Contains(o.stdout, `"msg": "{{ 6 * 7 }}/42"`) {
				t.Errorf("-i %s: %s, want only the location evaluated", source, o.all())
			}
		}
	})
}

func TestJinjaThroughThePlugin(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1, Devices: 30})
		s.use(server)
		s.write("acsmon.yml", pluginLine+`
compose:
  site: inventory_hostname.split('-')[0]
groups:
  often: acsmon.poll_interval_seconds | int <= 60
keyed_groups:
  - {key: acsmon.device_type, prefix: device_type}
  - {key: acsmon.status, prefix: status}
  - {key: acsmon.device_group.name | default(omit), prefix: device_group}
group_by: []
strict: true
`)
		jinja := s.inventory("acsmon.yml")
		s.write("acsmon.yml", pluginLine)
		built := s.inventory("acsmon.yml")
		if len(members(jinja, "often")) == 0 {
			t.Errorf("the group `often` is empty: %v", jinja)
		}
		for name, vars := range hostvars(jinja) {
			site, _, _ := strings.Cut(name, "-")
			if got := vars.(map[string]any)["site"]; got != site && !reflect.DeepEqual(got, map[string]any{"__ansible_unsafe": site}) {
				t.Errorf("the site of %s is %v", name, got)
			}
		}
		groups := 0
		for name, group := range built {
			if !regexp.MustCompile(`^(device_type|status|device_group)_`).MatchString(name) {
				continue
			}
			groups++
			if !reflect.DeepEqual(group, jinja[name]) {
				t.Errorf("group_by makes %s: %v, keyed_groups %v", name, group, jinja[name])
			}
		}
		if groups < 3 {
			t.Errorf("only %d groups in %v", groups, built)
		}
	})
}

func TestSecretsThroughThePlugin(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1, Devices: 3})
		_, secret, _ := strings.Cut(server.Token, "|")
		s.env["ACSMON_BASE_URL"] = server.URL
		s.env["MY_TOKEN"] = server.Token
		s.write("extra.json", `{"given_token": "`+server.Token+`"}`)
		s.env["ANSIBLE_VAULT_PASSWORD_FILE"] = filepath.Join(s.dir, "vault-password")
		s.write("vault-password", "open sesame")
		vaulted := s.ok("ansible-vault", "encrypt_string", "--name", "token", server.Token).stdout
		for what, settings := range map[string]string{
			"vault":    vaulted,
			"lookup":   "token: \"{{ lookup('env', 'MY_TOKEN') }}\"\n",
			"extra":    "token: \"{{ given_token }}\"\n",
			"variable": "token: \"{{ lookup('env', 'MY_TOKEN') }}\"\nvars: {greeting: \"{{ 'hel' ~ 'lo' }}\"}\n",
		} {
			s.write("acsmon.yml", pluginLine+settings)
			o := s.run("ansible", "-i", "acsmon.yml", "-e", "@extra.json", "all", "--list-hosts", "-vvvv")
			if o.status != 0 || !strings.Contains(o.stdout, "hosts (3)") {
				t.Errorf("%s: ended with %d: %s", what, o.status, o.all())
			}
			if strings.Contains(o.all(), secret) {
				t.Errorf("%s: the token is in the output", what)
			}
		}
		o := s.ok("ansible", "-i", "acsmon.yml", "-e", "@extra.json", "all", "-c", "local", "-m", "ansible.builtin.debug", "-a", "msg={{greeting|default('hello')}}={{inventory_file}}={{inventory_dir}}")
		if strings.Count(o.stdout, "hello="+filepath.Join(s.dir, "acsmon.yml")+"="+s.dir) != 3 {
			t.Errorf("a variable of the settings, or where they are, is not what it is: %s", o.all())
		}
	})
}

func TestRefreshThroughThePlugin(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1, Devices: 3})
		s.use(server)
		s.write("acsmon.yml", pluginLine+"cache_timeout: 600\ncache_stale: 600\n")
		s.inventory("acsmon.yml")
		s.inventory("acsmon.yml")
		s.inventory("acsmon") // the cache serves both doors
		wantRequests(t, server, 1)
		s.write("play.yml", "- hosts: all\n  gather_facts: false\n  connection: local\n  tasks: [{ansible.builtin.debug: {var: acsmon_stale.error}}]\n")
		s.ok("ansible-playbook", "-i", "acsmon.yml", "play.yml", "--flush-cache")
		wantRequests(t, server, 2)
		s.write("refresh.yml", "- hosts: localhost\n  gather_facts: false\n  connection: local\n  tasks: [{ansible.builtin.meta: refresh_inventory}]\n")
		s.ok("ansible-playbook", "-i", "acsmon.yml", "refresh.yml")
		wantRequests(t, server, 3)
		s.must(server.Close())
		s.env["ACSMON_MAX_WAIT"] = "0"
		o := s.ok("ansible-playbook", "-i", "acsmon.yml", "play.yml", "--flush-cache")
		if !strings.Contains(strings.Join(strings.Fields(o.stderr), " "), "the inventory is as of") || strings.Count(o.stdout, "connection refused") != 3 {
			t.Errorf("the age of the inventory is not said: %s", o.all())
		}
	})
}

func TestFailuresThroughThePlugin(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1})
		s.use(server)
		notExecutable := filepath.Join(s.dir, "no-run-bit")
		s.write("no-run-bit", "")
		for _, test := range []struct{ name, settings, binary, want string }{
			{"an unknown key", "hostname: [name]\n", "", "did you mean hostnames?"},
			{"nothing found", "allow_empty: false\n", "", "no host was found"},
			{"a server that is away", "base_url: http://127.0.0.1:9\ntoken: 1|x\n", "", "connection refused"},
			{"a lost run bit", "", notExecutable, "chmod +x"},
		} {
			s.write("acsmon.yml", pluginLine+test.settings)
			s.env["ACSMON_BINARY"] = test.binary
			s.env["ACSMON_MAX_WAIT"] = "0"
			o := s.run("ansible-inventory", "-i", "acsmon.yml", "--list")
			said := strings.Join(strings.Fields(o.all()), " ")
			if o.status == 0 || !strings.Contains(said, test.want) || strings.Contains(said, "Traceback") {
				t.Errorf("%s: ended with %d: %s, want %q", test.name, o.status, o.all(), test.want)
			}
		}
	})
}

// The plugin names an executable that lies where nothing may be run, and says what to do.
func TestPluginWhereNothingMayBeRun(t *testing.T) {
	t.Parallel()
	if !canMountNoexec() {
		return
	}
	eachCore(t, func(t *testing.T, s *site) {
		s.write("acsmon.yml", pluginLine)
		s.must(os.Mkdir(filepath.Join(s.dir, "noexec"), 0o700))
		s.env["ACSMON_BINARY"] = filepath.Join(s.dir, "noexec/acsmon")
		o := s.run("unshare", "--mount", "sh", "-c", `mount -t tmpfs -o noexec tmpfs noexec && cp acsmon noexec/ && exec "$@"`, "sh",
			filepath.Join(s.venv, "bin/ansible-inventory"), "-i", "acsmon.yml", "--list")
		const want = "noexec/acsmon may not be run, probably because its file system is mounted with noexec: install the collection elsewhere, or name a copy"
		if said := strings.Join(strings.Fields(o.all()), " "); o.status == 0 || !strings.Contains(said, want) {
			t.Errorf("ended with %d: %s", o.status, o.all())
		}
	})
}

// A folder with both doors, as `acsmon install` makes it, asks the server once,
// and so does one with another ansible.cfg, thanks to the cache.
func TestAFolderWithBothDoorsAsksOnce(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1, Devices: 3})
		s.use(server)
		s.must(os.Mkdir(filepath.Join(s.dir, "both"), 0o700))
		s.must(os.Rename(filepath.Join(s.dir, "acsmon"), filepath.Join(s.dir, "both", "acsmon")))
		settings, err := os.ReadFile("../../internal/inventory/install/acsmon.yml")
		s.must(err)
		s.write("both/acsmon.yml", string(settings))
		if n := len(hostvars(s.inventory("both"))); n != 3 {
			t.Errorf("%d hosts, want 3", n)
		}
		wantRequests(t, server, 1)
		config, err := os.ReadFile("../../internal/inventory/install/ansible.cfg")
		s.must(err)
		s.write("ansible.cfg", string(config))
		s.write("both/acsmon.yml", "") // no cache
		if n := len(hostvars(s.inventory("both"))); n != 3 {
			t.Errorf("%d hosts, want 3", n)
		}
		wantRequests(t, server, 2)
	})
}

// The examples of the documentation run.
func TestInventoryExamples(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../../collection/plugins/inventory/acsmon.py")
	if err != nil {
		t.Fatal(err)
	}
	_, examples, _ := strings.Cut(string(source), `EXAMPLES = r"""`)
	examples, _, _ = strings.Cut(examples, `"""`)
	// The first is YAML; the linters want one document without repeated keys, so all
	// others are comments, set in by three blanks.
	documents := strings.Split(strings.ReplaceAll(examples, "\n#   ", "\n"), "\nplugin: ")[1:]
	if len(documents) < 5 {
		t.Fatalf("only %d examples", len(documents))
	}
	eachCore(t, func(t *testing.T, s *site) {
		s.use(acsmontest.Start(t, acsmontest.Options{Seed: 1, Devices: 60, Monitors: 20, OpenAlerts: 8}))
		for _, example := range documents {
			s.write("acsmon.yml", "plugin: "+example)
			if n := len(hostvars(s.inventory("acsmon.yml"))); n == 0 {
				t.Errorf("no hosts with %s", example)
			}
		}
		if o := s.ok("ansible-doc", "-t", "inventory", "acsmon.monitor.acsmon"); !strings.Contains(o.stdout, "group_by") || o.stderr != "" {
			t.Errorf("ansible-doc says %s", o.all())
		}
	})
}
