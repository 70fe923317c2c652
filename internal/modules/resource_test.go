// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/modules"
)

// lifeCycle is what one kind of resource goes through.
type lifeCycle struct {
	module   string
	table    string                   // the list of such resources in the sandbox
	list     string                   // the path of the list
	item     string                   // the path of one resource, without its id; "" if it is list
	identity string                   // the option that says which resource is meant
	column   string                   // the column of the identity in the table; "" if it is identity
	spell    func(name string) string // makes an identity of a name; nil if any name is an identity
	given    row                      // the other options that every task needs
	create   row                      // a value for every option
	stored   row                      // what the create stores in the table
	needs    []string                 // the options without which there is no create
	steps    []step
	fixed    bool     // the resource cannot be changed or renamed
	refused  row      // what the server refuses with a 422
	slugs    []string // the permissions to look, to create, to edit and to remove
	// The requests of a task beside the one that looks and the write: those before the look, and those
	// between the look and the write.
	before, between []string
	secrets         row // what must not be shown, by option
}

// step is an update.
type step struct {
	given  row
	stored row
	extra  []string // the requests beside the look and the write; {id} stands for the resource's id
	shape  bool     // only servers that show more than the documented fields show this one
}

// requests are the extra requests for the resource of that id.
func (s step) requests(id int64) []string {
	requests := slices.Clone(s.extra)
	for i := range requests {
		requests[i] = strings.ReplaceAll(requests[i], "{id}", fmt.Sprint(id))
	}
	return requests
}

// lifeCycles has an entry for each resource. They refer to the ids of addReferenced.
var lifeCycles = []lifeCycle{
	{
		module: "acsmon_monitor", table: "monitors", list: "/monitors", identity: "name",
		create: row{
			"type": "https", "host": "shop.example.com", "port": 8443, "check_interval_seconds": 300, "timeout_ms": 2000,
			"config": row{"method": "HEAD"}, "group": "Core", "device": "core-sw-1", "tags": []string{"web", "eu"}, "is_active": false,
		},
		stored: row{
			"type": "https", "host": "shop.example.com", "port": 8443, "check_interval_seconds": 300, "timeout_ms": 2000,
			"config": row{"method": "HEAD"}, "monitor_group_id": int64(811), "device_id": int64(807), "tags": []string{"web", "eu"}, "is_active": false,
		},
		needs:   []string{"type", "host"},
		between: []string{"GET /devices", "GET /monitor-groups"},
		steps: []step{
			{given: row{"host": "store.example.com"}, stored: row{"host": "store.example.com"}},
			{given: row{"port": 443}, stored: row{"port": 443}},
			{given: row{"type": "http"}, stored: row{"type": "http"}},
			{given: row{"is_active": true}, stored: row{"is_active": true}},
			{given: row{"config": row{"path": "/cart"}}, stored: row{"config": row{"method": "HEAD", "path": "/cart"}}},
			{given: row{"check_interval_seconds": 60}, stored: row{"check_interval_seconds": 60}, shape: true},
			{given: row{"timeout_ms": 3000}, stored: row{"timeout_ms": 3000}, shape: true},
			{given: row{"tags": []string{"web"}}, stored: row{"tags": []string{"web"}}, shape: true},
			{given: row{"group": ""}, stored: row{"monitor_group_id": nil}, shape: true},
			{given: row{"group": "811"}, stored: row{"monitor_group_id": int64(811)}, extra: []string{"GET /monitor-groups/811"}, shape: true},
			{given: row{"device": "810"}, stored: row{"device_id": int64(810)}, extra: []string{"GET /devices/810"}, shape: true},
			{given: row{"device": ""}, stored: row{"device_id": nil}, shape: true},
		},
		refused: row{"host": strings.Repeat("h", 300)},
		slugs:   []string{"monitors.view", "monitors.create", "monitors.edit", "monitors.delete"},
	},
	{
		module: "acsmon_monitor_group", table: "monitor-groups", list: "/monitor-groups", identity: "name",
		create: row{"color": "#112233"}, stored: row{"color": "#112233"},
		steps:   []step{{given: row{"color": "#445566"}, stored: row{"color": "#445566"}}},
		refused: row{"color": strings.Repeat("c", 300)},
		slugs:   []string{"monitors.view", "monitors.create", "monitors.edit", "monitors.delete"},
	},
	{
		module: "acsmon_device_group", table: "device-groups", list: "/device-groups", identity: "name",
		create: row{"color": "#112233"}, stored: row{"color": "#112233"},
		steps:   []step{{given: row{"color": "#445566"}, stored: row{"color": "#445566"}}},
		refused: row{"color": strings.Repeat("c", 300)},
		slugs:   []string{"devices.view", "devices.create", "devices.edit", "devices.delete"},
	},
	{
		module: "acsmon_device", table: "devices", list: "/devices", identity: "name",
		create: row{
			"ip_address": "192.0.2.7", "snmp_version": "2c", "snmp_community": "c0mmunity", "device_type": "linux",
			"poll_interval_seconds": 30, "group": "Core", "location": "Rack 4", "is_active": false,
		},
		stored: row{
			"ip_address": "192.0.2.7", "snmp_version": "2c", "snmp_community": "c0mmunity", "device_type": "linux",
			"poll_interval_seconds": 30, "device_group_id": int64(801), "location": "Rack 4", "is_active": false,
		},
		needs:   []string{"ip_address"},
		between: []string{"GET /device-groups"},
		secrets: row{"snmp_community": "c0mmunity"},
		steps: []step{
			{given: row{"ip_address": "192.0.2.8"}, stored: row{"ip_address": "192.0.2.8"}},
			{given: row{"device_type": "windows"}, stored: row{"device_type": "windows"}},
			{given: row{"poll_interval_seconds": "300"}, stored: row{"poll_interval_seconds": 300}},
			{given: row{"is_active": true}, stored: row{"is_active": true}},
			{given: row{"location": "Rack 5"}, stored: row{"location": "Rack 5"}, shape: true},
			{given: row{"group": "Edge"}, stored: row{"device_group_id": int64(802)}, extra: []string{"GET /device-groups"}},
			{given: row{"group": "801"}, stored: row{"device_group_id": int64(801)}, extra: []string{"GET /device-groups/801"}},
			{given: row{"group": ""}, stored: row{"device_group_id": nil}},
			{
				given: row{
					"snmp_version": "3", "snmp_v3_user": "monitoring", "snmp_v3_auth_protocol": "SHA", "snmp_v3_auth_password": "auth-pass",
					"snmp_v3_priv_protocol": "AES", "snmp_v3_priv_password": "priv-pass", "snmp_community": "",
				},
				stored: row{
					"snmp_version": "3", "snmp_v3_user": "monitoring", "snmp_v3_auth_protocol": "SHA", "snmp_v3_auth_password": "auth-pass",
					"snmp_v3_priv_protocol": "AES", "snmp_v3_priv_password": "priv-pass", "snmp_community": nil,
				},
			},
		},
		refused: row{"ip_address": "nowhere"},
		slugs:   []string{"devices.view", "devices.create", "devices.edit", "devices.delete"},
	},
	{
		module: "acsmon_monitor_alert_rule", table: "monitor-alert-rules", list: "/monitor-alert-rules", identity: "name",
		create: row{
			"monitor": "Shop", "condition": "response_time_gt", "threshold": 500, "severity": "critical", "consecutive_failures": 2,
			"cooldown_minutes": 10, "notify_on_recovery": false, "channels": []string{"Tickets", "On call"}, "is_active": false,
		},
		stored: row{
			"monitor_id": int64(804), "condition": "response_time_gt", "threshold": "500", "severity": "critical", "consecutive_failures": 2,
			"cooldown_minutes": 10, "notify_on_recovery": false, "channel_ids": []int64{806, 805}, "is_active": false,
		},
		needs:   []string{"condition"},
		between: []string{"GET /alert-channels", "GET /monitors"},
		steps: append([]step{
			{given: row{"monitor": "803"}, stored: row{"monitor_id": int64(803)}, extra: []string{"GET /monitors/803"}},
			{given: row{"monitor": ""}, stored: row{"monitor_id": nil}},
			{given: row{"condition": "ssl_expiry_lt", "threshold": 14}, stored: row{"condition": "ssl_expiry_lt", "threshold": "14"}},
		}, ruleSteps...),
		refused: row{"threshold": strings.Repeat("9", 300)},
		slugs:   []string{"alerts.view", "alerts.create", "alerts.edit", "alerts.delete"},
	},
	{
		module: "acsmon_alert_rule", table: "alert-rules", list: "/alert-rules", identity: "name",
		create: row{
			"device": "core-sw-1", "oid": "1.3.6.1.2.1.1.3.0", "compare_to": "Temperature", "condition": "pct_gt", "threshold": 90.5, "severity": "critical", "consecutive_failures": 2,
			"cooldown_minutes": 10, "escalation_minutes": 30, "notify_on_recovery": false, "channels": []string{"Tickets", "On call"}, "is_active": false,
		},
		stored: row{
			"device_id": int64(807), "oid_id": int64(808), "compare_oid_id": int64(809), "condition": "pct_gt", "threshold": "90.5", "severity": "critical", "consecutive_failures": 2,
			"cooldown_minutes": 10, "escalation_minutes": 30, "notify_on_recovery": false, "channel_ids": []int64{806, 805}, "is_active": false,
		},
		needs:   []string{"condition"},
		between: []string{"GET /alert-channels", "GET /devices", "GET /devices/807/oids", "GET /devices/807/oids"},
		steps: append([]step{
			{given: row{"device": "core-sw-1", "oid": "Temperature"}, stored: row{"oid_id": int64(809)}, extra: []string{"GET /devices", "GET /devices/807/oids"}},
			{given: row{"device": "core-sw-1", "compare_to": "Uptime"}, stored: row{"compare_oid_id": int64(808)}, extra: []string{"GET /devices", "GET /devices/807/oids"}},
			{given: row{"device": "core-sw-1", "oid": "808"}, stored: row{"oid_id": int64(808)}, extra: []string{"GET /devices", "GET /devices/807/oids"}},
			{given: row{"oid": "809"}, stored: row{"oid_id": int64(809)}, extra: []string{"GET /oids/809"}},
			{given: row{"oid": ""}, stored: row{"oid_id": nil}},
			{given: row{"compare_to": ""}, stored: row{"compare_oid_id": nil}},
			{given: row{"device": "810"}, stored: row{"device_id": int64(810)}, extra: []string{"GET /devices/810"}, shape: true},
			{given: row{"escalation_minutes": 60}, stored: row{"escalation_minutes": 60}},
			{given: row{"condition": "regex", "threshold": "^(up|down)$"}, stored: row{"condition": "regex", "threshold": "^(up|down)$"}},
		}, ruleSteps...),
		refused: row{"threshold": strings.Repeat("9", 300)},
		slugs:   []string{"alerts.view", "alerts.create", "alerts.edit", "alerts.delete"},
	},
	{
		module: "acsmon_alert_channel", table: "alert-channels", list: "/alert-channels", identity: "name",
		create: row{
			"type": "webhook", "config": row{"url": "https://a.example.com", "headers": row{"X-A": "1"}}, "secret": "s1gning", "is_active": false,
		},
		stored: row{
			"type": "webhook", "config": row{"url": "https://a.example.com", "headers": row{"X-A": "1"}}, "secret": "s1gning", "is_active": false,
		},
		needs:   []string{"type"},
		secrets: row{"secret": "s1gning"},
		steps: []step{
			{given: row{"is_active": true}, stored: row{"is_active": true}},
			{
				given:  row{"config": row{"url": "https://b.example.com", "headers": nil}},
				stored: row{"config": row{"url": "https://b.example.com"}},
			},
			{given: row{"type": "slack"}, stored: row{"type": "slack"}},
		},
		refused: row{"type": "webhook", "config": row{}, "secret": strings.Repeat("s", 300)},
		slugs:   []string{"channels.view", "channels.create", "channels.edit", "channels.delete"},
	},
	{
		module: "acsmon_device_oid", table: "oids", list: "/devices/807/oids", item: "/oids", identity: "oid", given: row{"device": "core-sw-1"},
		create: row{"name": "CPU", "unit": "%", "is_monitored": false},
		stored: row{"device_id": int64(807), "name": "CPU", "unit": "%", "is_monitored": false},
		needs:  []string{"name"},
		before: []string{"GET /devices"},
		steps: []step{
			{given: row{"name": "Processor"}, stored: row{"name": "Processor"}},
			{given: row{"unit": "percent"}, stored: row{"unit": "percent"}},
			{given: row{"is_monitored": true}, stored: row{"is_monitored": true}},
		},
		refused: row{"unit": strings.Repeat("u", 300)},
		slugs:   []string{"devices.view", "devices.edit", "devices.edit", "devices.delete"},
	},
	{
		module: "acsmon_webhook", table: "webhooks", list: "/devices/807/webhooks", identity: "name", given: row{"device": "core-sw-1"},
		create: row{"description": "Reports once a night", "is_active": false},
		stored: row{"device_id": int64(807), "description": "Reports once a night", "is_active": false},
		before: []string{"GET /devices"},
		steps: []step{
			{given: row{"description": "Reports hourly"}, stored: row{"description": "Reports hourly"}},
			{given: row{"description": ""}, stored: row{"description": nil}},
			{given: row{"is_active": true}, stored: row{"is_active": true}},
		},
		refused: row{"description": strings.Repeat("d", 300)},
		slugs:   []string{"devices.view", "devices.create", "devices.edit", "devices.delete"},
	},
	{
		module: "acsmon_discovery", table: "discovery", list: "/discovery", identity: "name",
		create: row{"subnet": "192.0.2.0/24", "snmp_version": "1", "snmp_community": "c0mmunity", "schedule": "0 3 * * 1"},
		stored: row{"subnet": "192.0.2.0/24", "snmp_version": "1", "snmp_community": "c0mmunity", "schedule": "0 3 * * 1"},
		needs:  []string{"subnet"}, secrets: row{"snmp_community": "c0mmunity"}, fixed: true,
		refused: row{"subnet": "no network"},
		slugs:   []string{"discovery.view", "discovery.create", "", "discovery.create"},
	},
	{
		module: "acsmon_dashboard", table: "dashboards", list: "/dashboards", identity: "name",
		create: row{}, stored: row{"is_default": false},
		steps: []step{{
			given: row{"fields": row{"is_default": true}}, stored: row{"is_default": true},
			extra: []string{"GET /dashboards/{id}"}, // the list may show less of it than an update has to name
		}},
		refused: row{"fields": row{"is_default": "maybe"}},
		slugs:   []string{"dashboards.view", "dashboards.create", "dashboards.edit", "dashboards.delete"},
	},
	{
		module: "acsmon_user", table: "users", list: "/users", identity: "user_email", column: "email",
		spell: func(name string) string { return name + "@example.com" },
		create: row{
			"name": "Ann", "user_password": " pa55 word ", "roles": []string{"Auditor"}, "device_groups": []string{"Core", "Edge"}, "is_active": false,
		},
		stored: row{
			"name": "Ann", "password": " pa55 word ", "role_ids": []int64{821}, "device_group_ids": []int64{801, 802}, "is_active": false,
		},
		needs:   []string{"name", "user_password"},
		between: []string{"GET /device-groups", "GET /roles"},
		secrets: row{"user_password": " pa55 word "},
		steps: []step{
			{given: row{"name": "Anna"}, stored: row{"name": "Anna"}},
			{given: row{"roles": []string{"822"}}, stored: row{"role_ids": []int64{822}}, extra: []string{"GET /roles/822"}},
			{given: row{"roles": []string{"Auditor"}}, stored: row{"role_ids": []int64{821}}, extra: []string{"GET /roles"}},
			{given: row{"device_groups": []string{"802"}}, stored: row{"device_group_ids": []int64{802}}},
			{given: row{"device_groups": []string{}}, stored: row{"device_group_ids": []int64{}}},
			{given: row{"is_active": true}, stored: row{"is_active": true}},
			{given: row{"roles": []string{}}, stored: row{"role_ids": []int64{}}},
		},
		refused: row{"name": strings.Repeat("n", 300)},
		slugs:   []string{"users.view", "users.create", "users.edit", "users.delete"},
	},
}

// ruleSteps are updates of the options that all alert rules have.
var ruleSteps = []step{
	{given: row{"threshold": "600"}, stored: row{"threshold": "600"}},
	{given: row{"severity": "info"}, stored: row{"severity": "info"}},
	{given: row{"consecutive_failures": 3}, stored: row{"consecutive_failures": 3}},
	{given: row{"cooldown_minutes": 0}, stored: row{"cooldown_minutes": 0}},
	{given: row{"notify_on_recovery": true}, stored: row{"notify_on_recovery": true}},
	{given: row{"is_active": true}, stored: row{"is_active": true}},
	{given: row{"channels": []string{"806"}}, stored: row{"channel_ids": []int64{806}}},
	{given: row{"channels": []string{"On call", "806"}}, stored: row{"channel_ids": []int64{805, 806}}, extra: []string{"GET /alert-channels"}},
	{given: row{"channels": []string{}}, stored: row{"channel_ids": []int64{}}},
}

func init() {
	for _, l := range lifeCycles {
		least[l.module] = with(l.naming("x"), row{"state": "absent"})
	}
}

// addReferenced adds what the lifeCycles refer to, and one resource of each kind that no test may change.
func (w *workbench) addReferenced() {
	w.Add("device-groups", row{"id": 801, "name": "Core"})
	w.Add("device-groups", row{"id": 802, "name": "Edge"})
	w.Add("monitor-groups", row{"id": 811, "name": "Core"})
	w.Add("monitors", row{"id": 803, "name": "Shop 2", "type": "ping", "host": "h"})
	w.Add("monitors", row{"id": 804, "name": "Shop", "type": "ping", "host": "h"})
	w.Add("alert-channels", row{"id": 805, "name": "On call", "type": "email"})
	w.Add("alert-channels", row{"id": 806, "name": "Tickets", "type": "webhook"})
	w.Add("devices", row{"id": 807, "name": "core-sw-1", "ip_address": "192.0.2.1"})
	w.Add("devices", row{"id": 810, "name": "core-sw-10", "ip_address": "192.0.2.10"})
	w.Add("oids", row{"id": 808, "device_id": 807, "oid": "1.3.6.1.2.1.1.3.0", "name": "Uptime"})
	w.Add("oids", row{"id": 809, "device_id": 807, "oid": "1.3.6.1.2.1.1.3.1", "name": "Temperature"})
	w.Add("oids", row{"id": 812, "device_id": 810, "oid": "1.3.6.1.2.1.1.3.9", "name": "Uptime"})
	w.Add("webhooks", row{"id": 813, "device_id": 807, "name": "Other", "token": "other-webhooks-token"})
	w.Add("roles", row{"id": 821, "name": "Auditor", "permissions": []string{"devices.view"}})
	w.Add("roles", row{"id": 822, "name": "Night shift"})
	w.Add("monitor-alert-rules", row{"name": "Other", "condition": "status_down"})
	w.Add("alert-rules", row{"name": "Other", "condition": "gt"})
	w.Add("discovery", row{"name": "Other", "subnet": "10.0.0.0/8"})
}

// naming returns the arguments that every task about the resource with that name has.
func (l lifeCycle) naming(name string) row { return with(l.given, row{l.identity: l.spelled(name)}) }

// spelled is the identity that a name makes.
func (l lifeCycle) spelled(name string) string {
	if l.spell == nil || strings.TrimSpace(name) == "" {
		return name
	}
	return l.spell(name)
}

// named lists the rows with that identity.
func (l lifeCycle) named(w *workbench, name string) []row {
	return slices.DeleteFunc(w.Rows(l.table), func(r row) bool { return r[cmp.Or(l.column, l.identity)] != l.spelled(name) })
}

// whole sets every option of the resource with that name.
func (l lifeCycle) whole(name string) row { return with(l.naming(name), l.create) }

// path is the path of the resource with that id.
func (l lifeCycle) path(id any) string {
	if l.item != "" {
		return fmt.Sprintf("%s/%v", l.item, id)
	}
	return fmt.Sprintf("%s/%v", l.list, id)
}

// one is the only row with that identity.
func (l lifeCycle) one(w *workbench, name string) row {
	w.t.Helper()
	rows := l.named(w, name)
	if len(rows) != 1 {
		w.t.Fatalf("the server has %d %s with the name %q, want one: %v", len(rows), l.table, name, rows)
	}
	return rows[0]
}

// hides checks that the answer shows no secret of the resource.
func (l lifeCycle) hides(r *result) *result {
	r.t.Helper()
	for _, secret := range l.secrets {
		r.hides(fmt.Sprint(secret))
	}
	return r.hides("auth-pass", "priv-pass")
}

// TestLifeCycles takes each kind of resource through its life, on each kind of server.
func TestLifeCycles(t *testing.T) {
	for _, l := range lifeCycles {
		for name, alt := range alternatives("rules") {
			scenario(t, l.module+" "+name, acsmontest.Options{Alternatives: alt}, func(w *workbench) {
				w.addReferenced()
				l.live(w, alt.Shapes == "documented", name == "default")
			})
		}
	}
}

// live creates, updates, renames and removes a resource. On a documented server, it leaves out the fields
// that such a server does not show. If it is counted, it checks the requests of every task.
func (l lifeCycle) live(w *workbench, documented, counted bool) {
	untouched := w.others(l.table, 0)
	real, again := w.converges(l.module, l.whole("1.3.6.1.9"))
	l.hides(real)
	l.hides(again)
	l.returns(again, counted)
	made := l.one(w, "1.3.6.1.9")
	for column, value := range l.stored {
		if !reflect.DeepEqual(made[column], value) {
			w.t.Errorf("%s was created as %#v, want %#v (nil if acsmon/acsmontest/resources.go lacks the column)", column, made[column], value)
		}
	}
	if counted {
		look := append(slices.Clone(l.before), "GET "+l.list)
		real.costs(slices.Concat(look, l.certain(), l.between, []string{"POST " + l.list})...)
		again.costs(slices.Concat(look, l.again())...)
	}
	id := storedID(made)
	var run runner = w.converges
	if !counted {
		run = w.changes
	}
	l.update(w, made, run, documented, counted)
	l.rename(w, id, run, counted)
	l.end(w, id, run, counted)
	if got := w.others(l.table, id); !reflect.DeepEqual(got, untouched) {
		w.t.Errorf("the other rows are now\n%v\nand were\n%v", got, untouched)
	}
}

// update takes the resource through its steps. Each changes what it says and nothing else.
func (l lifeCycle) update(w *workbench, want row, run runner, documented, counted bool) {
	w.t.Helper()
	id, steps := storedID(want), l.steps
	if !counted {
		steps = l.together()
	}
	for _, step := range steps {
		w.ResetRequests()
		if step.shape && documented {
			continue
		}
		given := with(with(l.secrets, step.given), l.naming("1.3.6.1.9"))
		if _, ok := l.secrets["snmp_community"]; ok && want["snmp_version"] == "3" {
			given["snmp_community"] = ""
		}
		real, again := run(l.module, given)
		l.hides(real)
		l.hides(again)
		want = with(want, step.stored)
		if got := w.Row(l.table, id); !reflect.DeepEqual(got, want) {
			w.t.Errorf("after %v the row is\n%v\nwant\n%v", step.given, got, want)
		}
		if counted {
			look := append(slices.Clone(l.before), "GET "+l.list)
			real.costs(slices.Concat(look, step.requests(id), []string{"PUT " + l.path(id)})...)
		}
	}
}

// returns checks that the answer has every key of which the documentation says that it is always
// returned.
func (l lifeCycle) returns(r *result, counted bool) {
	r.t.Helper()
	resource := r.resource()
	for name, key := range specOf(r.t, l.module).Return[r.key].Contains {
		_, shown := resource[name]
		if always := key.Returned == "always" || strings.HasSuffix(key.Returned, " exists"); counted && always && !shown {
			r.t.Errorf("the documentation says that %s is returned %s, and it is not in %v", name, key.Returned, resource)
		}
	}
}

// runner runs a task and checks its effect: converges or changes.
type runner func(module string, given row) (real, again *result)

// changes is the short runner: the run changes something, and another run changes nothing.
func (w *workbench) changes(module string, given row) (real, again *result) {
	w.t.Helper()
	return w.run(module, given).wantChanged(), w.run(module, given).wantUnchanged()
}

// again lists the requests beside the look of a task with every option that finds nothing to do. A list
// may not show the names of what a row refers to.
func (l lifeCycle) again() []string {
	switch l.table {
	case "devices", "monitors":
		return nil
	case "users":
		return []string{"GET /device-groups"}
	}
	return l.between
}

// together joins as many updates into one as do not contradict each other, in their order. An update
// that changes the kind of credentials stays by itself.
func (l lifeCycle) together() []step {
	all := []step{{}}
	for _, s := range l.steps {
		last := &all[len(all)-1]
		fits := s.shape == last.shape && s.given["snmp_version"] == nil
		for option := range s.given {
			if _, taken := last.given[option]; taken {
				fits = false
			}
		}
		if !fits {
			all = append(all, step{shape: s.shape})
			last = &all[len(all)-1]
		}
		last.given, last.stored = with(last.given, s.given), with(last.stored, s.stored)
	}
	return slices.DeleteFunc(all, func(s step) bool { return s.given == nil })
}

// rename renames by name and by id.
func (l lifeCycle) rename(w *workbench, id int64, run runner, counted bool) {
	last := with(l.secrets, l.given)
	if w.Row(l.table, id)["snmp_version"] == "3" {
		last = row{
			"snmp_v3_user": "monitoring", "snmp_v3_auth_protocol": "SHA", "snmp_v3_auth_password": "auth-pass",
			"snmp_v3_priv_protocol": "AES", "snmp_v3_priv_password": "priv-pass",
		}
	}
	if l.fixed {
		w.run(l.module, with(last, row{"id": id, "name": "x"})).fails("which the API cannot change")
		w.run(l.module, with(l.naming("1.3.6.1.9"), row{"subnet": "10.0.0.0/8"})).fails("differs in subnet", "remove it first")
		return
	}
	real, _ := run(l.module, with(last, row{"id": id, l.identity: l.spelled("1.3.6.1.8")}))
	if counted {
		real.costs(slices.Concat(l.before, []string{"GET " + l.path(id), "PUT " + l.path(id)})...)
	}
	if l.identity == "name" && counted {
		run(l.module, with(last, row{"name": "1.3.6.1.8", "new_name": "{{ x }}"}))
		run(l.module, with(last, row{"name": "{{ x }}", "new_name": "1.3.6.1.8"}))
	}
	if got := l.one(w, "1.3.6.1.8")["id"]; got != id {
		w.t.Errorf("the resource with the new name has the id %v, want %v", got, id)
	}
	w.run(l.module, with(l.given, row{"id": 4711})).fails("with id 4711")
	run(l.module, with(last, row{"id": id, l.identity: l.spelled("1.3.6.1.9")}))
}

// certain lists the requests that make it certain that there is no such resource: none if the first look
// has seen the whole list.
func (l lifeCycle) certain() []string {
	if l.identity != "name" {
		return nil
	}
	return []string{"GET " + l.list}
}

// end removes by name and by id.
func (l lifeCycle) end(w *workbench, id int64, run runner, counted bool) {
	absent := with(l.naming("1.3.6.1.9"), row{"state": "absent"})
	look := append(slices.Clone(l.before), "GET "+l.list)
	real, again := run(l.module, absent)
	l.hides(real)
	if counted {
		real.costs(append(slices.Clone(look), "DELETE "+l.path(id))...)
		again.costs(slices.Concat(look, l.certain())...)
	}
	if real.resource()["id"] == nil || again.resource() != nil {
		w.t.Errorf("the run should show what it removes and the next one nothing, and they answered\n%v\nand\n%v", real.row, again.row)
	}
	if !counted {
		return
	}
	w.run(l.module, l.whole("1.3.6.1.9"))
	run(l.module, with(l.given, row{"id": l.one(w, "1.3.6.1.9")["id"], "state": "absent"}))
}

// others lists all rows of a table but one.
func (w *workbench) others(table string, id int64) []row {
	return slices.DeleteFunc(w.Rows(table), func(r row) bool { return r["id"] == id })
}

// TestRefusedLife says what is missing or refused where a resource cannot be created.
func TestRefusedLife(t *testing.T) {
	for _, l := range lifeCycles {
		scenario(t, l.module, acsmontest.Options{}, func(w *workbench) {
			w.addReferenced()
			for _, option := range l.needs {
				given := l.whole("x")
				delete(given, option)
				w.run(l.module, given).fails("to create it, give " + option + " too")
			}
			before := w.Rows(l.table)
			r := w.run(l.module, with(l.whole("x"), l.refused)).fails("422")
			if errors := r.object("failure", "errors"); len(errors) == 0 {
				w.t.Errorf("the failure is %v, want the errors of the server in it", r.row["failure"])
			}
			if got := w.Rows(l.table); !reflect.DeepEqual(got, before) {
				w.t.Errorf("after the refused task the rows are\n%v\nand before it they were\n%v", got, before)
			}
			for range 2 {
				w.Add(l.table, with(l.stored, row{"name": "twin", cmp.Or(l.column, l.identity): l.spelled("twin")}))
			}
			w.run(l.module, l.whole("twin")).fails(fmt.Sprintf("%q means more than one", l.spelled("twin")), "use the id")
			w.run(l.module, l.naming("  ")).fails(l.identity + " is empty").costs()
			w.run(l.module, l.given).fails("one of the options id", l.identity)
		})
	}
}

// TestReferencesToNothing refuses a name and an id that nothing has.
func TestReferencesToNothing(t *testing.T) {
	for _, l := range lifeCycles {
		scenario(t, l.module, acsmontest.Options{}, func(w *workbench) {
			w.addReferenced()
			for _, reference := range []string{"Nowhere", "4711"} {
				for _, option := range []string{"group", "monitor", "device", "channels", "roles", "device_groups"} {
					if l.create[option] == nil {
						continue
					}
					given := with(l.whole("x"), row{option: reference})
					w.check(l.module, given).fails("there is no", reference)
					w.run(l.module, given).fails("there is no", reference)
				}
				if l.given["device"] != nil {
					w.run(l.module, with(l.whole("x"), row{"device": reference})).fails("there is no device", reference)
					w.run(l.module, with(l.naming("x"), row{"device": reference, "state": "absent"})).fails("there is no device", reference)
				}
			}
		})
	}
}

// TestLifeWithoutPermission names the permission that is missing.
func TestLifeWithoutPermission(t *testing.T) {
	for _, l := range lifeCycles {
		for i, verb := range []string{"view", "create", "edit", "delete"} {
			missing := l.slugs[i]
			if missing == "" {
				continue
			}
			scenario(t, l.module+" without "+missing+" to "+verb, acsmontest.Options{}, func(w *workbench) {
				w.addReferenced()
				given := l.whole("x")
				if verb != "create" {
					w.run(l.module, given)
				}
				switch verb {
				case "edit":
					given = with(given, l.steps[0].given)
				case "delete":
					given = with(l.naming("x"), row{"state": "absent"})
				}
				l.hides(w.run(l.module, with(given, row{"token": w.tokenWithout(missing)})).fails("403", missing))
			})
		}
	}
}

// TestHostileIdentities creates, finds and removes a resource with each name, beside others whose names
// a careless search takes for the same.
func TestHostileIdentities(t *testing.T) {
	for _, l := range lifeCycles {
		if l.spell != nil { // the server refuses such identities
			continue
		}
		scenario(t, l.module, acsmontest.Options{}, func(w *workbench) {
			w.addReferenced()
			for _, name := range []string{
				`it's "quoted"`, `100%`, `a_b`, `\`, "監視", "12345", "1e3", "{{ lookup('pipe', 'id') }}", "{% raw %}", "esc\x1b[31m", "new\nline",
				"a,b", "<b>&amp;</b>", "null", "-oProxyCommand=touch x", "../..", "x",
			} {
				for _, other := range []string{name + "x", "x" + name, "axb"} {
					w.Add(l.table, with(l.stored, row{"name": "y", l.identity: other}))
				}
				others := w.Rows(l.table)
				w.converges(l.module, l.whole(name))
				l.one(w, name)
				w.converges(l.module, with(l.naming(" "+name+"\n"), row{"state": "absent"}))
				if got := w.Rows(l.table); !reflect.DeepEqual(got, others) {
					w.t.Errorf("the other rows are now\n%v\nand were\n%v", got, others)
				}
				for _, r := range others {
					w.Remove(l.table, storedID(r))
				}
				w.addReferenced()
			}
		})
	}
}

// TestEveryResourceHasALifeCycle compares the table with the modules that make something present or
// absent. acsmon_mib, which needs a file, has tests of its own.
func TestEveryResourceHasALifeCycle(t *testing.T) {
	for _, m := range modules.All() {
		state := specOf(t, m.Name).Options["state"]
		isResource := state != nil && slices.Equal(state.Choices, []any{"present", "absent"})
		if isResource && m.Name != "acsmon_mib" && !slices.ContainsFunc(lifeCycles, func(l lifeCycle) bool { return l.module == m.Name }) {
			t.Errorf("%s has no entry in the table lifeCycles of resource_test.go: add one", m.Name)
		}
	}
}

// TestLifeCyclesSetEveryField compares the table with the documentation: everything that can be set
// is set by a create, and changed by an update.
func TestLifeCyclesSetEveryField(t *testing.T) {
	common := slices.Concat([]string{"state", "id", "new_name", "update_password", "missing_secrets", "create_only", "match_on", "fields", "config_mode", "purge_channels", "purge_tags", "test", "run", "rules", "widgets", "show_ingest_url", "recent_events", "walk", "match", "wait", "wait_timeout", "poll_interval", "import"}, slices.Collect(maps.Keys(connectionOptions)))
	for _, l := range lifeCycles {
		lived := row{}
		maps.Copy(lived, l.create)
		for _, step := range l.steps {
			maps.Copy(lived, step.given)
		}
		for option := range specOf(t, l.module).Options {
			if l.fixed && strings.HasPrefix(option, "snmp_v3") {
				continue // TestDiscovery sets them
			}
			if _, ok := lived[option]; !ok && option != l.identity && l.given[option] == nil && !slices.Contains(common, option) {
				t.Errorf("%s: no task of its life cycle sets %s: add it to the entry in the table lifeCycles", l.module, option)
			}
			updated := l.fixed || slices.ContainsFunc(l.steps, func(s step) bool { _, ok := s.given[option]; return ok })
			if _, created := l.create[option]; created && !updated && l.secrets[option] == nil {
				t.Errorf("%s: no step of its life cycle changes %s: add one to the entry in the table lifeCycles", l.module, option)
			}
		}
	}
}
