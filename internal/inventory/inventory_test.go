// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// script is an inventory script where a user has it: in a folder, with settings
// beside it.
type script struct {
	t      *testing.T
	folder string
	env    map[string]string
	stdin  string
}

func newScript(t *testing.T, baseURL, token string) *script {
	t.Helper()
	return &script{t: t, folder: t.TempDir(), env: map[string]string{"ACSMON_BASE_URL": baseURL, "ACSMON_TOKEN": token, "HOME": folderstest.Home(t)}}
}

func (s *script) settings(yaml string) *script {
	s.t.Helper()
	writeFile(s.t, filepath.Join(s.folder, "acsmon.yml"), yaml)
	return s
}

func writeFile(tb testing.TB, path, content string) {
	tb.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// lookup looks variables up in a map.
func lookup(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { value, ok := env[name]; return value, ok }
}

func (s *script) run(args ...string) (stdout, stderr string, status int) {
	var out, complaint bytes.Buffer
	program := command.Program{Name: "acsmon", Flagged: Command}
	status = program.Run(s.t.Context(), args, command.Call{
		Program: filepath.Join(s.folder, "acsmon"), Stdin: strings.NewReader(s.stdin), Stdout: &out, Stderr: &complaint, Lookup: lookup(s.env),
	})
	return out.String(), complaint.String(), status
}

// ok runs the script, which has to succeed and to print nothing to stderr.
func (s *script) ok(args ...string) string {
	s.t.Helper()
	stdout, stderr, status := s.run(args...)
	if status != 0 || stderr != "" {
		s.t.Fatalf("%v ended with %d: %s", args, status, stderr)
	}
	return stdout
}

// fails runs the script, which has to fail with one sentence on stderr and nothing on stdout. Wrong
// usage has a hint on a second line.
func (s *script) fails(args ...string) string {
	s.t.Helper()
	stdout, stderr, status := s.run(args...)
	if status == 0 || stdout != "" || strings.Count(stderr, "\n") != status {
		s.t.Fatalf("%v ended with %d, printed %q and complained %q; want one sentence on stderr alone", args, status, stdout, stderr)
	}
	return stderr
}

// decoded is the inventory that was printed.
type printed struct {
	hosts  map[string]map[string]any
	groups map[string]struct {
		Hosts, Children []string
		Vars            map[string]any
	}
}

func (s *script) inventory(args ...string) printed {
	s.t.Helper()
	text := s.ok(append([]string{"--list"}, args...)...)
	var meta struct {
		Meta struct{ Hostvars map[string]map[string]any } `json:"_meta"`
	}
	var p printed
	if err := json.Unmarshal([]byte(text), &meta); err != nil {
		s.t.Fatal(err)
	}
	p.hosts = meta.Meta.Hostvars
	if err := json.Unmarshal([]byte(text), &p.groups); err != nil {
		s.t.Fatal(err)
	}
	delete(p.groups, "_meta")
	return p
}

// fleet is a small install in which everything occurs that the settings are about.
func fleet(t *testing.T) *acsmontest.Server {
	server := acsmontest.Start(t, acsmontest.Options{Seed: 1})
	core := server.Add("device-groups", map[string]any{"name": "Core network", "color": "#3b82f6"})
	edge := server.Add("device-groups", map[string]any{"name": "Edge", "color": "#ef4444"})
	device := func(fields map[string]any) int64 { return server.Add("devices", fields) }
	core1 := device(map[string]any{"name": "Core-SW-01", "ip_address": "10.0.0.1", "snmp_version": "3", "device_type": "cisco_ios",
		"status": "up", "poll_interval_seconds": 60, "device_group_id": core, "location": "Zürich"})
	device(map[string]any{"name": "core-sw-02.example.com", "ip_address": "10.0.0.2", "device_type": "cisco_nxos", "status": "down",
		"device_group_id": core, "location": "Bern"})
	device(map[string]any{"name": "edge", "ip_address": "10.0.1.1", "device_type": "mikrotik_routeros", "status": "up", "device_group_id": edge})
	device(map[string]any{"name": "edge", "ip_address": "2001:db8::7", "device_type": "mikrotik_routeros", "status": "unknown", "device_group_id": edge})
	device(map[string]any{"name": "UPS {{ 1 }}", "ip_address": "10.0.2.1", "status": "up"})
	device(map[string]any{"name": "retired", "ip_address": "10.0.9.9", "status": "down", "is_active": false})
	monitors := server.Add("monitor-groups", map[string]any{"name": "Web"})
	monitor := func(fields map[string]any) int64 { return server.Add("monitors", fields) }
	ssh := monitor(map[string]any{"name": "SSH of the core", "type": "ssh", "host": "10.0.0.1", "port": 22, "status": "up"})
	monitor(map[string]any{"name": "by device", "type": "snmp", "host": "unrelated.example.com", "status": "up", "device_id": core1})
	site := monitor(map[string]any{"name": "Site", "type": "https", "host": "www.example.com", "port": 443, "status": "degraded",
		"monitor_group_id": monitors, "tags": []string{"public", "eu"}})
	monitor(map[string]any{"name": "Site again", "type": "ping", "host": "WWW.example.com", "status": "up"})
	monitor(map[string]any{"name": "off", "type": "ping", "host": "off.example.com", "is_active": false})
	server.Add("alert-events", map[string]any{"severity": "critical", "status": "open", "device_id": core1, "current_value": "97 %"})
	server.Add("alert-events", map[string]any{"severity": "warning", "status": "resolved", "device_id": core1})
	server.Add("monitor-events", map[string]any{"severity": "warning", "status": "open", "monitor_id": site})
	server.Add("monitor-events", map[string]any{"severity": "info", "status": "open", "monitor_id": ssh})
	for _, kind := range []string{"alert-events", "monitor-events"} {
		for _, row := range server.Rows(kind) {
			server.Set(kind, row["id"].(int64), map[string]any{"triggered_at": "2026-04-22T09:55:12Z"})
		}
	}
	return server
}

// Settings in, inventory out: testdata/golden/NAME.yml gives NAME.json, from the
// server, and byte for byte the same from the cache.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yml"), func(t *testing.T) {
			server := fleet(t)
			settings, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := newScript(t, server.URL, server.Token).settings(string(settings))
			fresh := s.ok("--list")
			compareGolden(t, strings.TrimSuffix(file, ".yml")+".json", fresh)

			s.settings(string(settings) + "\ncache_timeout: 600\n")
			if first := s.ok("--list"); first != fresh {
				t.Error("a run that fills the cache gives something else")
			}
			server.ResetRequests()
			if cached := s.ok("--list"); cached != fresh {
				t.Error("a cached run gives something else than a fresh one")
			}
			if n := len(server.Requests()); n != 0 {
				t.Errorf("a cached run sent %d requests", n)
			}
		})
	}
}

func compareGolden(t *testing.T, file, text string) {
	t.Helper()
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(text), "", "  "); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, indented.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(indented.Bytes(), want) {
		t.Errorf("got\n%s\nwant\n%s", &indented, want)
	}
}

// A device that a server lists although it ignores the search is left out.
func TestSearchThatTheServerIgnores(t *testing.T) {
	server := acsmontest.New(acsmontest.Options{Seed: 1, Alternatives: acsmontest.Alternatives{Search: "ignored"}})
	copyFleet(fleet(t), server)
	if err := server.Listen(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	hosts := newScript(t, server.URL, server.Token).settings("search: EDGE\n").inventory().hosts
	for name := range hosts {
		if !strings.Contains(strings.ToLower(name), "edge") {
			t.Errorf("%s was not searched for", name)
		}
	}
	if len(hosts) == 0 {
		t.Error("nothing was found")
	}
}

// Whatever the API leaves open, the same fleet gives the same hosts and groups.
func TestEveryAlternativeOfTheAPI(t *testing.T) {
	settings := "with_alerts: true\nwith_monitors: true\nfilters: {status: [up, down, unknown], snmp_version: 2c}\n" +
		"group_by: [{field: device_group}, {field: alerts.severity}, {field: monitors.type}]\n" +
		"monitor_filters: {type: ssh}\nexclude: ['retired']\nfields: [id]\n"
	base := fleet(t)
	want := newScript(t, base.URL, base.Token).settings(settings).inventory()
	for name, alternatives := range acsmontest.EachAlternative() {
		t.Run(name, func(t *testing.T) {
			server := acsmontest.New(acsmontest.Options{Seed: 1, Alternatives: alternatives})
			copyFleet(base, server)
			if err := server.Listen(""); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { server.Close() })
			got := newScript(t, server.URL, server.Token).settings(settings).inventory()
			if !maps.EqualFunc(got.hosts, want.hosts, func(a, b map[string]any) bool { return a["ansible_host"] == b["ansible_host"] }) {
				t.Errorf("the hosts are %v, want %v", got.hosts, want.hosts)
			}
			if !slices.Equal(slices.Sorted(maps.Keys(got.groups)), slices.Sorted(maps.Keys(want.groups))) {
				t.Errorf("the groups are %v, want %v", got.groups, want.groups)
			}
		})
	}
}

func copyFleet(from, to *acsmontest.Server) {
	for _, kind := range []string{"device-groups", "monitor-groups", "devices", "monitors", "alert-events", "monitor-events"} {
		for _, row := range from.Rows(kind) {
			to.Add(kind, row)
		}
	}
}

func TestRequestsAreOneAHundredRows(t *testing.T) {
	server := acsmontest.Start(t, acsmontest.Options{Seed: 1})
	for i := range 1000 {
		server.Add("devices", map[string]any{"name": fmt.Sprintf("sw-%d", i), "ip_address": "10.0.0.1"})
	}
	s := newScript(t, server.URL, server.Token)
	if hosts := s.inventory().hosts; len(hosts) != 1000 {
		t.Errorf("%d hosts, want 1000", len(hosts))
	}
	if n := len(server.Requests()); n != 10 {
		t.Errorf("%d requests for 1000 devices, want 10", n)
	}
}

func TestHost(t *testing.T) {
	server := fleet(t)
	s := newScript(t, server.URL, server.Token)
	var vars map[string]any
	if err := json.Unmarshal([]byte(s.ok("--host", "Core-SW-01")), &vars); err != nil || vars["ansible_host"] != "10.0.0.1" {
		t.Errorf("the variables of Core-SW-01 are %v (%v)", vars, err)
	}
	if got := s.ok("--host", "nobody"); got != "{}\n" {
		t.Errorf("the variables of a host that does not exist are %q", got)
	}
}

// served is an inventory script whose server has these devices, as JSON.
func served(t *testing.T, devices string) *script {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"data":`+devices+`,"next_page_url":null}`)
	}))
	t.Cleanup(server.Close)
	return newScript(t, server.URL, "1|secret-token")
}

func TestHostileDevices(t *testing.T) {
	for _, test := range []struct{ name, devices, want string }{
		{"a template as a name", `[{"id":1,"name":"{{ lookup('pipe', 'touch x') }}","ip_address":"10.0.0.1"}]`,
			`{"_meta":{"hostvars":{"___lookup__pipe____touch_x_____":{"device_group":null,"device_type":null,"ansible_host":"10.0.0.1",` +
				`"acsmon":{"id":1,"ip_address":"10.0.0.1","name":{"__ansible_unsafe":"{{ lookup('pipe', 'touch x') }}"}}}}},` +
				`"ungrouped":{"hosts":["___lookup__pipe____touch_x_____"]}}`},
		{"an option as name and address", `[{"id":1,"name":"-oProxyCommand=touch x","ip_address":"-oProxyCommand=touch x"}]`,
			`{"_meta":{"hostvars":{"_oProxyCommand_touch_x":{"device_group":null,"device_type":null,` +
				`"acsmon":{"id":1,"ip_address":"-oProxyCommand=touch x","name":"-oProxyCommand=touch x"}}}},` +
				`"ungrouped":{"hosts":["_oProxyCommand_touch_x"]}}`},
		{"a host with the name of a group", `[{"id":1,"name":"status_up","status":"up"}]`,
			`{"_meta":{"hostvars":{"status_up_1":{"device_group":null,"device_type":null,"acsmon":{"id":1,"name":"status_up","status":"up"}}}},` +
				`"status_up":{"hosts":["status_up_1"]}}`},
		{"Ansible's marks, and Ansible's variables", `[{"id":1,"name":"a","__ansible_type":{"__ansible_vault":"x"},"ansible_connection":"local"}]`,
			`{"_meta":{"hostvars":{"a":{"device_group":null,"device_type":null,` +
				`"acsmon":{"___ansible_type":{"___ansible_vault":"x"},"ansible_connection":"local","id":1,"name":"a"}}}},"ungrouped":{"hosts":["a"]}}`},
		{"values of other types than they should be", `[{"id":"1","name":7,"ip_address":["10.0.0.1"],"device_group":"x","device_type":{"a":"{{ b }}"},"status":[]}]`,
			`{"_meta":{"hostvars":{"7":{"device_group":"x","device_type":null,` +
				`"acsmon":{"device_group":"x","device_type":{"a":{"__ansible_unsafe":"{{ b }}"}},"id":"1","ip_address":["10.0.0.1"],"name":7,"status":[]},"ansible_host":"10.0.0.1"}}},` +
				`"device_group_x":{"hosts":["7"]}}`},
		{"no name at all", `[{"id":1},{"id":2,"name":" \n "},{"id":3,"name":"device_2"}]`,
			`{"_meta":{"hostvars":{"device_1":{"device_group":null,"device_type":null,"acsmon":{"id":1}},` +
				`"device_2":{"device_group":null,"device_type":null,"acsmon":{"id":3,"name":"device_2"}},` +
				`"device_2_2":{"device_group":null,"device_type":null,"acsmon":{"id":2,"name":" \n "}}}},` +
				`"ungrouped":{"hosts":["device_1","device_2","device_2_2"]}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := served(t, test.devices).ok("--list")
			var have, want any
			if err := json.Unmarshal([]byte(got), &have); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(test.want), &want); err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(have) != fmt.Sprint(want) {
				t.Errorf("got  %swant %s", got, test.want)
			}
		})
	}
}

// A group that the data names can never be a parent: Ansible refuses a whole
// inventory whose groups run in circles.
func TestGroupsNeverRunInCircles(t *testing.T) {
	s := served(t, `[{"id":1,"name":"a","device_type":"places","status":"kinds"}]`).settings(
		"group_by:\n- {field: device_type, prefix: '', parent: kinds}\n- {field: status, prefix: '', parent: places}\n")
	groups := s.inventory().groups
	for parent, child := range map[string]string{"kinds": "_places", "places": "_kinds"} {
		if got := groups[parent].Children; len(got) != 1 || got[0] != child {
			t.Errorf("the children of %s are %v, want %s", parent, got, child)
		}
	}
}

func TestDataNeverSetsConnectionVariables(t *testing.T) {
	s := served(t, `[{"id":1,"name":"a","_connection":"local","host":"10.0.0.1"}]`).settings("variable_prefix: ansible\n")
	for variable := range s.inventory().hosts["a"] {
		if strings.HasPrefix(variable, "ansible_") && variable != "ansible_host" {
			t.Errorf("the server set %s", variable)
		}
	}
}

func TestTrustIsOptIn(t *testing.T) {
	devices := `[{"id":1,"name":"{{ a }}","location":"{{ b }}","device_group":{"name":"{{ c }}","color":"{{ d }}"}}]`
	s := served(t, devices).settings("trust: [location, device_group.name]\n")
	want := `"acsmon":{"device_group":{"color":{"__ansible_unsafe":"{{ d }}"},"name":"{{ c }}"},"id":1,"location":"{{ b }}","name":{"__ansible_unsafe":"{{ a }}"}}`
	if got := s.ok("--list"); !strings.Contains(got, want) {
		t.Errorf("got %s, want it to hold %s", got, want)
	}
}

// A server may ignore a filter that it does not know, and then its answer says nothing of it.
func TestFiltersHoldOnTheRowsThatCame(t *testing.T) {
	for _, test := range []struct{ name, devices, settings, hosts, complaint string }{
		{"a field that no row shows", `[{"id":1,"name":"a","status":"up"}]`, "filters: {stauts: down}\n", "",
			"the filter stauts cannot be applied: the server shows no such field in its lists"},
		{"one of several values, of such a field", `[{"id":1,"name":"a","status":"up"}]`, "filters: {stauts: [down, up]}\n", "",
			"the filter stauts cannot be applied: the server shows no such field in its lists"},
		{"a field that one row leaves out", `[{"id":1,"name":"a"},{"id":2,"name":"b","location":"Bern"}]`, "filters: {location: Bern}\n", `"ungrouped":{"hosts":["b"]}`, ""},
		{"the id of an object", `[{"id":1,"name":"a","device_group":{"id":7,"name":"x"}},{"id":2,"name":"b","device_group":{"id":8,"name":"x"}},` +
			`{"id":3,"name":"c","device_group":null}]`, "filters: {device_group_id: 8}\n", `"device_group_x":{"hosts":["b"]}}`, ""},
		{"no rows to show it", `[]`, "filters: {location: Bern}\n", `{"_meta":{"hostvars":{}}}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := served(t, test.devices).settings(test.settings)
			if test.complaint != "" {
				if got := s.fails("--list"); !strings.Contains(got, test.complaint) {
					t.Errorf("the complaint is %q, want %q in it", got, test.complaint)
				}
				return
			}
			if got := s.ok("--list"); !strings.Contains(got, test.hosts) {
				t.Errorf("got %s, want it to hold %s", got, test.hosts)
			}
		})
	}
}

func TestBadInput(t *testing.T) {
	for _, test := range []struct{ name, settings, want string }{
		{"a typo in the YAML", "token: \"secret-token\nfilters: {", "line 1"},
		{"not a mapping", "- secret-token\n", "must hold settings"},
		{"an unknown key", "hostname: [name]\n", "did you mean hostnames?"},
		{"a wrong type", "cache_timeout: soon\n", "cache_timeout"},
		{"a vault", "token: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3132\n", "-i acsmon.yml"},
		{"a template", "token: \"{{ lookup('env', 'secret-token') }}\"\n", "token is a template"},
		{"what needs Jinja", "keyed_groups: [{key: x}]\n", "keyed_groups needs Jinja"},
		{"another plugin", "plugin: other.plugin\n", "plugin must be acsmon.monitor.acsmon"},
		{"an open brace", "hostnames: ['{name']\n", "hostnames"},
		{"no variable", "variable: ''\n", "variable is empty"},
		{"a variable that is a keyword", "variable: hosts\n", "variable is \"hosts\", which means something else to Ansible"},
		{"a variable that Ansible sets", "variable: hostvars\n", "variable is \"hostvars\""},
		{"a variable that Python cannot have", "variable: class\n", "variable is \"class\""},
		{"a variable of the connection", "variable: ansible_user\n", "variable is \"ansible_user\""},
		{"a variable that is there already", "variable: device_type\n", "variable is \"device_type\""},
		{"a variable of Ansible's", "variable_prefix: ansible_\n", "variable_prefix"},
		{"a group that cannot be", "group_vars: {'Core network': {a: 1}}\n", "group_vars"},
		{"a group without variables", "group_vars: {status_up: x}\n", "group_vars of \"status_up\" are not variables"},
		{"a filter without a value", "filters: {status: }\n", "the filter status has no value"},
		{"a filter that the server ignores", "filters: {stat: up}\n", "the filter stat cannot be applied: the server shows no such field in its lists (did you mean status?)"},
		{"a filter of another product's", "filters: {site: london}\n", "the filter site cannot be applied"},
		{"a filter of several values", "filters: {stat: [up, down]}\n", "did you mean status?"},
		{"two tokens", "token: secret-token\nemail: a@example.com\npassword: secret-token\n", "exclude each other"},
		{"nothing found", "filters: {status: nowhere}\nallow_empty: false\n", "no host was found among the devices"},
		{"names that may not repeat", "hostnames: [device_type]\nduplicates: fail\n", "two hosts would be called"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := fleet(t)
			complaint := newScript(t, server.URL, server.Token).settings(test.settings).fails("--list")
			if !strings.Contains(complaint, test.want) || strings.Contains(complaint, "secret-token") {
				t.Errorf("the complaint is %q, want %q in it and no value", complaint, test.want)
			}
		})
	}
}

func TestBadArguments(t *testing.T) {
	s := newScript(t, "http://127.0.0.1:9", "1|x")
	for _, args := range [][]string{{}, {"--lst"}, {"--list", "x"}, {"--list", "--host", "x"}, {"--host"}} {
		if complaint := s.fails(args...); !strings.HasSuffix(complaint, "\nhint: inventory --help shows the usage\n") {
			t.Errorf("%q: the complaint is %q", args, complaint)
		}
	}
}

func TestSettingsAreFound(t *testing.T) {
	server := fleet(t)
	s := newScript(t, server.URL, server.Token)
	elsewhere := filepath.Join(t.TempDir(), "settings.yaml")
	if err := os.WriteFile(elsewhere, []byte("variable: elsewhere\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	has := func(variable string) {
		t.Helper()
		if _, ok := s.inventory().hosts["Core-SW-01"][variable]; !ok {
			t.Errorf("the settings with `variable: %s` were not read", variable)
		}
	}
	has("acsmon")
	s.settings("variable: beside\n")
	has("beside")
	s.env["ACSMON_INVENTORY"] = elsewhere
	has("elsewhere")
	s.env["ACSMON_INVENTORY"] = elsewhere + ".gone"
	s.fails("--list")
}

// max_wait is for the whole run, however many requests it takes.
func TestAllListsShareTheLongestWait(t *testing.T) {
	server := fleet(t)
	for _, path := range []string{"/devices", "/monitors"} {
		server.Inject(acsmontest.Fault{Path: path, Times: 1, Do: acsmontest.TooManyRequests(time.Second)})
	}
	s := newScript(t, server.URL, server.Token).settings("with_monitors: true\n")
	s.env["ACSMON_MAX_WAIT"] = "1.5"
	if message := s.fails("--list"); !strings.Contains(message, "GET /monitors answered 429") || !strings.Contains(message, "max_wait") {
		t.Errorf("the message is %s", message)
	}
}
