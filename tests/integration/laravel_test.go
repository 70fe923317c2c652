// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/specs/docs"
	"github.com/acsmon/acsmon-ansible/tests/laravel"
)

// useLaravel points the site at a real Laravel application.
func (s *site) useLaravel(server *laravel.Server) {
	s.env["ACSMON_BASE_URL"], s.env["ACSMON_TOKEN"] = server.URL, server.Token
}

// everything is a task for each module that manages a resource. The order is that in which they
// need each other.
const everything = `
- acsmon.monitor.acsmon_device_group: {name: Core, color: "#123456"}
  name: device group
- acsmon.monitor.acsmon_device: {name: sw1, ip_address: 192.0.2.10, snmp_version: 2c, snmp_community: not-public, group: Core}
  name: device
- acsmon.monitor.acsmon_device_oid: {device: sw1, oid: 1.3.6.1.2.1.1.3.0, name: Uptime, unit: s}
  name: OID
- acsmon.monitor.acsmon_monitor_group: {name: Web}
  name: monitor group
- acsmon.monitor.acsmon_monitor: {name: Shop, type: https, host: shop.example.com, group: Web, device: sw1, tags: [a, b], config: {path: /health}}
  name: monitor
- acsmon.monitor.acsmon_alert_channel: {name: Team, type: email, config: {recipients: [noc@example.com]}}
  name: channel
- acsmon.monitor.acsmon_alert_rule: {name: Rebooted, device: sw1, oid: 1.3.6.1.2.1.1.3.0, condition: lt, threshold: "300", channels: [Team]}
  name: rule
- acsmon.monitor.acsmon_monitor_alert_rule: {name: Shop down, monitor: Shop, condition: status_down, channels: [Team]}
  name: monitor rule
`

// nothing is the reverse of everything.
const nothing = `
- acsmon.monitor.acsmon_monitor_alert_rule: {name: Shop down, state: absent}
  name: monitor rule
- acsmon.monitor.acsmon_alert_rule: {name: Rebooted, state: absent}
  name: rule
- acsmon.monitor.acsmon_alert_channel: {name: Team, state: absent}
  name: channel
- acsmon.monitor.acsmon_monitor: {name: Shop, state: absent}
  name: monitor
- acsmon.monitor.acsmon_monitor_group: {name: Web, state: absent}
  name: monitor group
- acsmon.monitor.acsmon_device: {name: sw1, state: absent}
  name: device
- acsmon.monitor.acsmon_device_group: {name: Core, state: absent}
  name: device group
`

// Against a real Laravel application, a play that makes everything changes everything once, both
// doors of the inventory show it, the runbooks handle its alerts, and a play that removes it does.
func TestLaravel(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := laravel.Start(t, laravel.Options{RateLimit: 1000})
		s.useLaravel(server)
		s.converge(everything, server)

		s.write("acsmon.yml", pluginLine)
		script, plugin := s.inventory("acsmon"), s.inventory("acsmon.yml")
		if !reflect.DeepEqual(script, plugin) || hostvars(script)["sw1"] == nil {
			t.Errorf("the script gives %v, the plugin %v", script, plugin)
		}

		server.SQL(`insert into alert_events (severity, device_id, current_value, triggered_at) select 'critical', id, '{{ x }}', now() from devices;
			insert into monitor_events (severity, monitor_id, current_value, triggered_at) select 'critical', id, 'down', now() from monitors`)
		acknowledge := map[string]any{"who": "ann", "where": "ops1"}
		wantRunbook(t, s.runbook(acknowledge, "--check", "acknowledge_alerts"), 0)
		wantRunbook(t, s.runbook(acknowledge, "acknowledge_alerts"), 0)
		if got := server.SQL("select status from alert_events union all select status from monitor_events"); got != "acknowledged\nacknowledged" {
			t.Errorf("the alerts are %s", got)
		}
		wantRunbook(t, s.runbook(map[string]any{}, "health"), 0)

		s.converge(nothing, server)
		if got := server.SQL("select (select count(*) from monitors) + (select count(*) from devices) + (select count(*) from alert_rules)"); got != "0" {
			t.Errorf("%s rows are left", got)
		}
	})
}

// converge runs tasks twice: each changes something once, and the second run writes nothing.
func (s *site) converge(tasks string, server *laravel.Server) {
	s.t.Helper()
	for _, changed := range []bool{true, false} {
		before := len(server.Writes())
		results, failed := s.play(tasks)
		for name, result := range results {
			if failed || result["changed"] != changed {
				s.t.Errorf("%s: changed should be %v: %v", name, changed, result)
			}
		}
		if writes := server.Writes()[before:]; !changed && len(writes) > 0 || changed && len(writes) < len(results)/2 {
			s.t.Errorf("changed should be %v, and there were %q", changed, writes)
		}
	}
}

// populate gives a Laravel application the rows of a sandbox.
func populate(t *testing.T, server *laravel.Server, from *acsmontest.Server) {
	t.Helper()
	for _, kind := range []string{
		"device-groups", "devices", "monitor-groups", "monitors", "alert-channels", "oids", "alert-events", "monitor-events",
	} {
		rows, table := from.Rows(kind), strings.ReplaceAll(kind, "-", "_")
		if len(rows) == 0 {
			continue
		}
		encoded, err := json.Marshal(rows)
		if err != nil {
			t.Fatal(err)
		}
		columns := server.SQL("select string_agg(column_name, ', ') from information_schema.columns where table_name = '%s' and json '%s'->0->>column_name is not null",
			table, strings.ReplaceAll(string(encoded), "'", "''"))
		server.SQL("insert into %[1]s (%[2]s) select %[2]s from json_populate_recordset(null::%[1]s, '%[3]s'); select setval('%[1]s_id_seq', (select max(id) from %[1]s))",
			table, columns, strings.ReplaceAll(string(encoded), "'", "''"))
	}
}

// Every example of the documentation runs against a real Laravel application: those of all modules
// in one playbook.
func TestLaravelRunsDocumentedExamples(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server := laravel.Start(t, laravel.Options{})
	populate(t, server, fleet(t))
	s.useLaravel(server)
	names, err := docs.ModuleNames()
	s.must(err)
	var playbook strings.Builder
	for _, module := range names {
		spec, err := docs.Module(module)
		s.must(err)
		fmt.Fprintf(&playbook, "- hosts: all\n  name: %s\n  gather_facts: false\n  tasks:\n%s", module, indent(string(spec.Examples), "    "))
	}
	s.write("play.yml", playbook.String())
	wantRecap(t, s.ok("ansible-playbook", "-i", "elsewhere,", "play.yml"), "any", "0")
}
