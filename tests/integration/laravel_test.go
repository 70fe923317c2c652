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
- acsmon.monitor.acsmon_webhook: {device: sw1, name: Backup, rules: [{name: Failed, condition: payload_eq, payload_field: state, threshold: failed}]}
  name: webhook
- acsmon.monitor.acsmon_discovery: {name: Office, subnet: 192.0.2.0/24}
  name: scan
- acsmon.monitor.acsmon_alert_rule: {name: Rebooted, device: sw1, oid: 1.3.6.1.2.1.1.3.0, condition: lt, threshold: "300", channels: [Team]}
  name: rule
- acsmon.monitor.acsmon_monitor_alert_rule: {name: Shop down, monitor: Shop, condition: status_down, channels: [Team]}
  name: monitor rule
`

// nothing is the reverse of everything.
const nothing = `
- acsmon.monitor.acsmon_discovery: {name: Office, state: absent}
  name: scan
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

// roles has both roles of the collection: monitors of a host, which are paused while it is
// deployed.
const roles = `
- hosts: web1
  gather_facts: false
  connection: local
  vars:
    host_monitors_owner: test
    deploy_window_name: test
    deploy_window_poll_interval: 0.3
    deploy_window_tasks: release.yml
  roles: [acsmon.monitor.host_monitors, acsmon.monitor.deploy_window]
`

// Against a real Laravel application, a play that makes everything changes everything once, both
// doors of the inventory show it, the runbooks handle its alerts, the roles watch a host and deploy
// to it, and a play that removes everything does.
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

		s.runbooksOn(server)
		s.rolesOn(server)
		s.converge(nothing, server)
		if got := server.SQL("select (select count(*) from monitors) + (select count(*) from devices) + (select count(*) from alert_rules)"); got != "0" {
			t.Errorf("%s rows are left", got)
		}
	})
}

// runbooksOn runs every runbook of the collection, in check mode and for real.
func (s *site) runbooksOn(server *laravel.Server) {
	s.t.Helper()
	server.SQL(`insert into alert_events (severity, device_id, current_value, triggered_at) select 'critical', id, '{{ x }}', now() from devices;
		insert into monitor_events (severity, monitor_id, current_value, triggered_at) select 'critical', id, 'down', now() from monitors`)
	warning := server.SQL("insert into monitor_events (severity, status, monitor_id, current_value, triggered_at) select 'warning', 'acknowledged', id, 'slow', now() from monitors returning id")
	target := startReceiver(s.t)
	s.env["PAGERDUTY_KEY"], s.env["CMDB_AUTHORIZATION"] = "routing-key", "Bearer cmdb"
	vars := map[string]any{
		"url": target.URL, "source": "monitor", "ticket": "INC-9421", "alert_ids": []string{warning}, "who": "ann", "where": "ops1",
		"monitor_names": []string{"Shop"}, "poll_interval": 0.2, "deploy_window_name": "test",
	}
	all := []string{"health", "cmdb_sync", "weekly_uptime", "acknowledge_alerts", "resolve_alerts", "post_deploy_verify", "resume_window"}
	before := len(server.Writes())
	wantRunbook(s.t, s.runbook(vars, append([]string{"--check"}, all...)...), 0)
	if writes := server.Writes()[before:]; len(writes) > 0 || len(target.taken()) > 0 {
		s.t.Errorf("check mode wrote %q", writes)
	}
	wantRunbook(s.t, s.runbook(vars, all...), 0)
	wantRunbook(s.t, s.runbook(map[string]any{"url": target.URL}, "pagerduty_bridge"), 0)
	if sent := target.taken(); len(sent) != 2 || !strings.Contains(sent[1], "{{ x }}") {
		s.t.Errorf("sent %q", sent)
	}
	got := server.SQL("select severity, status from alert_events union all (select severity, status from monitor_events order by id)")
	if want := "critical|acknowledged\ncritical|acknowledged\nwarning|resolved"; got != want {
		s.t.Errorf("the alerts are %s, want %s", got, want)
	}
}

// rolesOn runs both roles twice: the second run finds the monitors as they should be.
func (s *site) rolesOn(server *laravel.Server) {
	s.t.Helper()
	s.write("hosts.yml", "all: {hosts: {web1: {ansible_host: 192.0.2.20, acsmon_monitors: [{type: ssh}, {type: https, config: {path: /health}}]}}}\n")
	s.write("roles.yml", roles)
	s.write("release.yml", "- ansible.builtin.raw: echo released\n")
	for range 2 {
		o := s.ok("ansible-playbook", "-i", "hosts.yml", "roles.yml")
		if got := server.SQL("select type, is_active from monitors where name like 'web1 %%' order by type"); got != "https|t\nssh|t" {
			s.t.Errorf("the host's monitors are %s:\n%s", got, o.all())
		}
	}
	server.SQL("delete from monitors where name like 'web1 %%'")
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
	// The examples name the keys of a trap, which no page of the vendor's does. Two modules that stand
	// beside each other have a server each: their examples may begin alike.
	var servers []*laravel.Server
	for range 2 {
		server := laravel.Start(t, laravel.Options{Switches: map[string]string{"trap-keys": "oid"}})
		populate(t, server, fleet(t))
		servers = append(servers, server)
	}
	names, err := docs.ModuleNames()
	s.must(err)
	var playbook strings.Builder
	for i, module := range names {
		spec, err := docs.Module(module)
		s.must(err)
		server := servers[i%len(servers)]
		fmt.Fprintf(&playbook, "- hosts: all\n  name: %[1]s\n  gather_facts: false\n  vars: {acsmon_base_url: %[2]q, acsmon_token: %[3]q}\n"+
			"  environment: {ACSMON_BASE_URL: %[2]q, ACSMON_TOKEN: %[3]q}\n  tasks:\n%[4]s", module, server.URL, server.Token, indent(string(spec.Examples), "    "))
	}
	s.write("play.yml", playbook.String())
	wantRecap(t, s.ok("ansible-playbook", "-i", "elsewhere,", "play.yml"), "any", "0")
}
