// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"strings"
	"testing"
)

func TestExpressions(t *testing.T) {
	r := record{"id": int64(7), "name": "SW-Core.Example.com", "device_group": map[string]any{"name": "Core"}, "empty": ""}
	for _, test := range []struct{ source, want string }{
		{"name", "SW-Core.Example.com"},
		{" device_group.name ", "Core"},
		{"{name}-{id}", "SW-Core.Example.com-7"},
		{"name | short", "SW-Core"},
		{"name|short|lower", "sw-core"},
		{"{device_group | lower}-{name | short}", "core-SW-Core"},
		{`name | regex_replace('^SW-(\w+).*$', '\1-$x')`, "Core-$x"},
		{`{name | regex_replace("[|}]|Core", '')}.x`, "SW-.Example.com.x"},
		{"{id | upper}", "7"},
		{"{name}{empty}", ""},
		{"nothing", ""},
	} {
		e, err := parseExpression(test.source)
		if err != nil {
			t.Errorf("%q: %v", test.source, err)
			continue
		}
		if got := e.of(r); got != test.want {
			t.Errorf("%q gives %q, want %q", test.source, got, test.want)
		}
	}
	for source, want := range map[string]string{
		"name.split('.')[0]":             "is not a field: write a field",
		"name | first":                   `"first" is not a transformation`,
		"name | regex_replace('(', '')":  "the pattern is not valid",
		"name | regex_replace(x, y)":     "is not a transformation",
		"{name":                          "unmatched brace",
		"name}":                          "unmatched brace",
		"":                               "is not a field",
		"{}":                             "is not a field",
		"{name} {device_group['name']}x": "is not a field",
	} {
		if _, err := parseExpression(source); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: the error is %v, want %q", source, err, want)
		}
	}
}

func TestPatterns(t *testing.T) {
	r := record{"name": "core-1", "n": "80", "seen": "2026-04-22T09:55:12Z", "tags": []any{"a", "b"}, "text": "abc"}
	for source, want := range map[string]bool{
		"CORE-*": true, "core": false, "core-?": true, "name=core-1": true, "{name}=core-1": true, "n=80": true, "n>79": true, "n>80": false,
		"n>=80": true, "n <= 80": true, "n<100": true, "n!=80": false, "n!=8*": false, "n!=81": true, "missing!=x": true, "missing=x": false,
		"missing<1": false, "tags=b": true, "tags!=b": false, "tags~^A$": true, "name~e-[0-9]$": true, "text>1": false,
		"seen>2026-04-22": true, "seen<2026-04-22T09:55:13Z": true, "seen<2026-01-01": false, "rack 4: PDU=A": false,
	} {
		p, err := parsePattern(source)
		if err != nil {
			t.Errorf("%q: %v", source, err)
		} else if got := meetsAny(r, []pattern{p}); got != want {
			t.Errorf("%q is met: %v, want %v", source, got, want)
		}
	}
	for source, want := range map[string]string{"n>many": "a number or a time", "name~(": "no valid regular expression"} {
		if _, err := parsePattern(source); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: the error is %v, want %q", source, err, want)
		}
	}
	p, err := parsePattern("rack 4: PDU=A")
	if err != nil || p.field != "" || !meetsAny(record{"name": "Rack 4: PDU=A"}, []pattern{p}) {
		t.Errorf("a device's name is taken for a condition: %v (%v)", p, err)
	}
}

// A setting that names a field that no row shows would have no effect, so it is an error.
func TestUnknownFieldsAreErrors(t *testing.T) {
	for settings, want := range map[string]string{
		"hostnames: [nmae]\n":                                       "hostnames names the field nmae, which the server shows for none of the hosts (did you mean name?)",
		"hostnames: ['{name}-{device_group.nmae}']\n":               "(did you mean device_group.name?)",
		"connect_with: [ip_adress]\n":                               "(did you mean ip_address?)",
		"group_by: [stauts]\n":                                      "group_by names the field stauts, which the server shows for none of the hosts (did you mean status?)",
		"group_by: [[status, locaton]]\n":                           "(did you mean location?)",
		"include: [stauts=up]\n":                                    "include holds \"stauts=up\", and stauts is a field, which the server shows for none of the hosts (did you mean status?): write name=stauts=up",
		"exclude: ['{stauts}=up']\n":                                "(did you mean status?)",
		"fields: [stauts]\n":                                        "fields names the field stauts",
		"fields: [device_group.name]\n":                             "it takes whole fields, here device_group",
		"trust: [locaton]\n":                                        "trust names the field locaton",
		"field_variables: {site: locaton}\n":                        "field_variables names the field locaton",
		"with_monitors: true\nmonitor_filters: {tpye: ssh}\n":       "tpye",
		"group_by: [monitors.type]\n":                               "group_by names the field monitors.type, which hosts have with with_monitors: true",
		"hostnames: [alerts.severity]\n":                            "which hosts have with with_alerts: true",
		"with_monitors: true\ngroup_by: [monitors.tpye]\n":          "which the server shows for none of the monitors (did you mean monitors.type?)",
		"with_alerts: true\ngroup_by: [alerts.severty]\n":           "(did you mean alerts.severity?)",
		"sources: [monitors]\nhostnames: [nmae]\n":                  "(did you mean name?)",
		"hostnames: [\"name.split('.')[0]\"]\n":                     "hostnames: \"name.split('.')[0]\" is not a field",
		"group_by: ['name | lower']\n":                              "group_by holds \"name | lower\": it must be a field",
		"filters: {is_active: false}\n":                             "set include_inactive: true",
		"with_monitors: true\nmonitor_filters: {is_active: 'no'}\n": "set include_inactive: true",
		"monitor_filters: {type: ssh}\n":                            "monitor_filters has no effect without monitors",
		"sources: [monitors]\nsearch: x\n":                          "sources has none",
		"filters: {device_group.nmae: Edge}\n":                      "the filter device_group.nmae cannot be applied",
		"field_variables: {acsmon: name}\n":                         "means something else to Ansible or to this inventory",
		"field_variables: {hostvars: name}\n":                       "means something else to Ansible or to this inventory",
		"field_variables: {ansible_user: name}\n":                   "it must be a variable's name",
	} {
		server := fleet(t)
		if got := newScript(t, server.URL, server.Token).settings(settings).fails("--list"); !strings.Contains(got, want) {
			t.Errorf("%s: the complaint is %q, want %q in it", settings, got, want)
		}
	}
}

// Where there is no row, or only null, it is unknown which fields there are.
func TestFieldsOfNothingAreNoErrors(t *testing.T) {
	for devices, settings := range map[string]string{
		`[]`: "hostnames: [x]\ngroup_by: [y]\ninclude: [z=1]\nfields: [w]\n",
		`[{"id":1,"name":"a","device_group":null}]`: "group_by: [device_group.color]\n",
		`[{"id":2,"name":"a","tags":[]}]`:           "group_by: [tags.name]\n",
	} {
		served(t, devices).settings(settings).ok("--list")
	}
}

func TestAPatternThatIsANameAndACondition(t *testing.T) {
	s := served(t, `[{"id":1,"name":"status=up","status":"down"},{"id":2,"name":"b","status":"up"},{"id":3,"name":"rack 4: PDU=A","status":"down"}]`)
	if got := s.settings("exclude: [status=up]\n").fails("--list"); !strings.Contains(got, "write name=status=up for the device, or {status}=up for the condition") {
		t.Errorf("the complaint is %s", got)
	}
	for pattern, gone := range map[string]string{"name=status=up": "status_up", "{status}=up": "b", "rack 4: PDU=A": "rack_4__PDU_A"} {
		hosts := s.settings("exclude: ['" + pattern + "']\n").inventory().hosts
		if _, ok := hosts[gone]; ok || len(hosts) != 2 {
			t.Errorf("%s leaves %v", pattern, hosts)
		}
	}
}

func TestMessagesOfTheScript(t *testing.T) {
	server := fleet(t)
	s := newScript(t, server.URL, server.Token)
	for settings, want := range map[string]string{
		"hostname: [name]\n": "compose,", "$ANSIBLE_VAULT;1.1;AES256\n6162\n": "encrypted by ansible-vault",
		"ca_path: ca.pem\n": s.folder + "/ca.pem",
	} {
		if got := s.settings(settings).fails("--list"); !strings.Contains(got, want) {
			t.Errorf("%s: the complaint is %s", settings, got)
		}
	}
	s.settings("cache: true\ncache_plugin: jsonfile\n")
	if got := s.ok("--list"); !strings.Contains(got, "for 3600 seconds (cache_timeout)") {
		t.Errorf("the list says nothing of the cache: %s", got)
	}
	server.ResetRequests()
	if got := s.ok("--explain", "Core-SW-01"); !strings.Contains(got, "note: cache is Ansible's own cache") || len(server.Requests()) > 0 {
		t.Errorf("--explain sent %d requests and says %s", len(server.Requests()), got)
	}
	s.settings("")
	writeFile(t, s.env["HOME"]+"/mine.yml", "variable: mine\n")
	s.env["ACSMON_INVENTORY"] = "~/mine.yml"
	if got := s.ok("--list"); !strings.Contains(got, `"mine":{`) {
		t.Error("a ~ in ACSMON_INVENTORY is not expanded")
	}
	s.env["ACSMON_CA_PATH"] = "~/ca.pem"
	if got := s.fails("--list"); !strings.Contains(got, s.env["HOME"]+"/ca.pem") {
		t.Errorf("a ~ in ACSMON_CA_PATH is not expanded: %s", got)
	}
}
