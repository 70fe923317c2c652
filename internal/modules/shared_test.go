// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// of says to which task of which playbook a run belongs, as the action plugin does.
func of(playbook, task string, given row) row {
	return with(given, row{"_acsmon_run": row{"ansible": playbook, "task": task}})
}

// task runs a module, which must not fail.
func (w *workbench) task(module string, given row) *result {
	w.t.Helper()
	r := w.run(module, given)
	if r.row["failed"] == true {
		w.t.Fatalf("%s should succeed, and failed: %s", module, r.msg())
	}
	return r
}

// mustChange runs a module, which must change something.
func (w *workbench) mustChange(module string, given row) {
	w.t.Helper()
	w.task(module, given).wantChanged()
}

// monitorNamed is the id of the first monitor with that name.
func (w *workbench) monitorNamed(name string) int64 {
	w.t.Helper()
	for _, monitor := range w.named(name) {
		return storedID(monitor)
	}
	w.t.Fatalf("the server has no monitor %q", name)
	return 0
}

// TestLoopCost counts the requests of a task that runs a hundred times, on an install with a thousand
// monitors.
func TestLoopCost(t *testing.T) {
	fleet := acsmontest.Options{Monitors: 1000}
	for _, test := range []struct {
		what          string
		item          func(w *workbench, n int) row
		reads, writes int
	}{
		{"a hundred creations with a group by name", func(_ *workbench, n int) row {
			return row{"name": fmt.Sprintf("Shop %03d", n), "type": "ping", "host": "shop.example", "group": "Shops"}
		}, 26, 100},
		{"a hundred that are as they should be", func(w *workbench, n int) row {
			return row{"name": w.Rows("monitors")[n*7]["name"], "state": "present"}
		}, 22, 0},
		{"a hundred removals of what is not there", func(_ *workbench, n int) row {
			return row{"name": fmt.Sprintf("Shop %03d", n), "state": "absent"}
		}, 22, 0},
	} {
		scenario(t, test.what, fleet, func(w *workbench) {
			w.Add("monitor-groups", row{"name": "Shops"})
			w.ResetRequests()
			for n := range 100 {
				w.task("acsmon_monitor", of("", "task", test.item(w, n)))
			}
			writes := len(w.Writes())
			if reads := len(w.Requests()) - writes; reads > test.reads || writes != test.writes {
				w.t.Errorf("the task made %d reads and %d writes, want at most %d reads and %d writes", reads, writes, test.reads, test.writes)
			}
		})
	}
}

// loopShop is a monitor with that host.
func loopShop(host string) row { return row{"name": "Shop", "type": "ping", "host": host} }

// loopEvents happen after a task has created Shop, which then runs again. In the end there must be that
// many monitors with the name.
var loopEvents = []struct {
	what string
	then func(w *workbench)
	want int
}{
	{"two items of one name", func(w *workbench) {
		w.run("acsmon_monitor", of("", "task", loopShop("a.example"))).wantUnchanged()
		w.mustChange("acsmon_monitor", of("", "task", loopShop("b.example")))
		w.task("acsmon_monitor", of("", "task", loopShop("b.example")))
	}, 1},
	{"another task deletes it in between", func(w *workbench) {
		w.mustChange("acsmon_monitor", of("", "another", row{"name": "Shop", "state": "absent"}))
		w.mustChange("acsmon_monitor", of("", "task", loopShop("a.example")))
	}, 1},
	{"a bulk task deletes it in between", func(w *workbench) {
		w.mustChange("acsmon_monitors", row{"monitors": []any{row{"name": "Shop"}}, "state": "deleted"})
		w.mustChange("acsmon_monitor", of("", "task", loopShop("a.example")))
	}, 1},
	{"somebody deletes it, and the task repeats it", func(w *workbench) {
		w.Remove("monitors", w.monitorNamed("Shop"))
		w.mustChange("acsmon_monitor", with(loopShop("a.example"), row{"_acsmon_run": row{"ansible": "", "task": "task", "repeat": "yes"}}))
	}, 1},
	{"somebody deletes it, and a minute goes by", func(w *workbench) {
		w.Remove("monitors", w.monitorNamed("Shop"))
		time.Sleep(61 * time.Second)
		w.mustChange("acsmon_monitor", of("", "task", loopShop("a.example")))
	}, 1},
	{"somebody creates another, and a minute goes by", func(w *workbench) {
		w.Add("monitors", row{"name": "Second", "type": "ping", "host": "c.example"})
		time.Sleep(61 * time.Second)
		w.task("acsmon_monitor", of("", "task", row{"name": "Second", "type": "ping", "host": "c.example"}))
		w.wantWrites(1) // and none for the second monitor
	}, 1},
	{"another user's credentials", func(w *workbench) {
		w.task("acsmon_monitor", of("", "task", with(loopShop("a.example"), row{"token": w.NewToken("monitors.view", "monitors.create", "monitors.edit")})))
	}, 1},
}

// TestLoopTruth shares a list between the runs of one task, and never shows what is older than the last
// write.
func TestLoopTruth(t *testing.T) {
	for _, test := range loopEvents {
		scenario(t, test.what, acsmontest.Options{Monitors: 150}, func(w *workbench) {
			w.mustChange("acsmon_monitor", of("", "task", loopShop("a.example")))
			test.then(w)
			w.wantNamed("Shop", test.want)
		})
	}
}

// tasks are the tasks of a play that sets up an install from nothing.
var tasks = []struct {
	module string
	given  row
}{
	{"acsmon_monitor_group", row{"name": "New shop"}},
	{"acsmon_device_group", row{"name": "Core", "color": "#3b82f6"}},
	{"acsmon_alert_channel", row{"name": "Ops", "type": "email", "config": row{"to": "ops@shop.example"}}},
	{"acsmon_device", row{"name": "core-1", "ip_address": "192.0.2.1", "snmp_version": "2c", "snmp_community": "s3cretive", "group": "Core"}},
	{"acsmon_monitor", row{"name": "Shop", "type": "https", "host": "shop.example", "group": "New shop", "device": "core-1", "tags": []any{"web"}}},
	{"acsmon_monitor_alert_rule", row{"name": "Shop is down", "monitor": "Shop", "condition": "status_down", "severity": "critical", "channels": []any{"Ops"}}},
	{"acsmon_monitors", row{"monitors": []any{row{"name": "Mail", "type": "smtp", "host": "mail.example", "group": "New shop"}, row{"name": "Shop", "port": 443}}}},
	{"acsmon_monitor", row{"name": "Shop", "new_name": "Web shop"}},
	{"acsmon_monitor", row{"name": "Mail", "state": "absent"}},
	{"acsmon_monitor", row{"name": "Web shop", "tags": []any{"web", "production"}}},
	{"acsmon_role", row{"name": "operator", "permissions": []any{"monitors.run_tools"}, "purge_permissions": false}},
	{"acsmon_role", row{"name": "operator", "permissions": []any{"monitors.run_tools"}, "purge_permissions": false}},
	{"acsmon_user", row{"user_email": "ann@shop.example", "name": "Ann", "user_password": "s3cret", "roles": []any{"operator"}, "device_groups": []any{"Core"}}},
	{"acsmon_user", row{"user_email": "ann@shop.example", "name": "Anna", "roles": []any{"operator"}, "device_groups": []any{"Core"}}},
	{"acsmon_user", row{"user_email": "ann@shop.example", "name": "Anna", "roles": []any{"operator"}}},
	{"acsmon_dashboard", row{"name": "Shop", "widgets": []any{row{"title": "Alerts", "type": "alerts", "position": row{"x": 0}}}}},
	{"acsmon_dashboard", row{"name": "Shop", "widgets": []any{row{"title": "Alerts", "position": row{"x": 6}}, row{"title": "Uptime", "type": "uptime"}}}},
	{"acsmon_dashboard", row{"name": "Shop", "widgets": []any{row{"title": "Uptime", "type": "uptime"}, row{"title": "Alerts", "type": "alerts"}}}},
	{"acsmon_config", row{"dashboards": []any{row{"name": "Shop", "widgets": []any{row{"title": "Uptime", "type": "list"}}}}}},
	{"acsmon_mib", row{"name": "acsmon", "src": root + "go.mod"}},
	{"acsmon_mib", row{"name": "acsmon", "src": root + "go.mod"}},
	{"acsmon_mib", row{"name": "acsmon", "src": root + "go.sum"}},
	{"acsmon_mib", row{"name": "acsmon", "state": "absent"}},
}

// TestCheckModeAcrossTasks predicts in check mode what each task of a play does on an empty server.
func TestCheckModeAcrossTasks(t *testing.T) {
	scenario(t, "a play from nothing", acsmontest.Options{}, func(w *workbench) {
		var predictions []*result
		for n, task := range tasks {
			given := with(of("play", fmt.Sprint(n), task.given), row{"_ansible_diff": true})
			predictions = append(predictions, w.check(task.module, given))
		}
		for n, task := range tasks {
			real := w.task(task.module, with(of("real", fmt.Sprint(n), task.given), row{"_ansible_diff": true}))
			predicted := predictions[n]
			// A removal shows the whole row, and nobody knows what the server would have added to it.
			sameDiff := task.given["state"] == "absent" || reflect.DeepEqual(real.row["diff"], predicted.row["diff"])
			if real.row["changed"] != predicted.row["changed"] || !sameDiff {
				w.t.Errorf("task %d, %s: predicted changed=%v with the diff\n%v\nand it was changed=%v with\n%v", n, task.module,
					predicted.row["changed"], predicted.row["diff"], real.row["changed"], real.row["diff"])
			}
		}
	})
	scenario(t, "what nothing would create is an error", acsmontest.Options{}, func(w *workbench) {
		w.check("acsmon_monitor", of("play", "1", row{"name": "Shop", "type": "ping", "host": "a", "group": "Nowhere"})).fails("Nowhere")
	})
	scenario(t, "another playbook knows nothing of it", acsmontest.Options{}, func(w *workbench) {
		w.check("acsmon_monitor_group", of("play", "1", row{"name": "New shop"}))
		w.check("acsmon_monitor", of("another", "2", row{"name": "Shop", "type": "ping", "host": "a", "group": "New shop"})).fails("New shop")
	})
}

// singles are the tasks of a play that makes one resource in each task, and then acts on them.
var singles = []struct {
	module string
	given  row
}{
	{"acsmon_monitor_group", row{"name": "Shop"}},
	{"acsmon_device_group", row{"name": "Core"}},
	{"acsmon_alert_channel", row{"name": "Ops", "type": "email", "config": row{"to": "ops@shop.example"}}},
	{"acsmon_device", row{"name": "core-1", "ip_address": "192.0.2.1", "snmp_version": "2c", "snmp_community": "s3cretive", "group": "Core"}},
	{"acsmon_device_oid", row{"device": "core-1", "oid": "1.3.6.1.2.1.1.3.0", "name": "uptime"}},
	{"acsmon_monitor", row{"name": "API", "type": "https", "host": "shop.example", "group": "Shop", "device": "core-1", "tags": []any{"web"}, "match_on": []any{"name", "group"}}},
	{"acsmon_monitor", row{"name": "Mail", "type": "smtp", "host": "mail.example", "group": "Shop"}},
	{"acsmon_monitor_alert_rule", row{"name": "API is down", "monitor": "API", "condition": "status_down", "severity": "critical", "channels": []any{"Ops"}}},
	{"acsmon_alert_rule", row{"name": "core-1 restarted", "device": "core-1", "oid": "uptime", "condition": "lt", "threshold": 100, "channels": []any{"Ops"}}},
	{"acsmon_webhook", row{"device": "core-1", "name": "Backup", "rules": []any{row{"name": "late", "condition": "status_down", "channels": []any{"Ops"}}}}},
	{"acsmon_alert", row{"state": "acknowledged", "monitor": "API"}},
	{"acsmon_alert", row{"state": "resolved", "device": "core-1", "linked": true}},
	{"acsmon_alert", row{"state": "acknowledged", "monitor_group": "Shop", "tags": []any{"web"}}},
	{"acsmon_monitor_check", row{"names": []any{"API"}, "wait": true}},
	{"acsmon_monitor_check", row{"group": "Shop"}},
	{"acsmon_device_poll", row{"names": []any{"core-1"}}},
	{"acsmon_monitor_pause", row{"state": "paused", "monitors": []any{"Mail"}, "window": "repair"}},
	{"acsmon_monitor_pause", row{"state": "paused", "groups": []any{"Shop"}, "window": "deploy"}},
	{"acsmon_monitor_pause", row{"state": "resumed", "groups": []any{"Shop"}, "window": "deploy"}},
}

// TestCheckModeOfAPlayOfSingles predicts each task of a play on an empty server, those too that act on
// what others would have created. In a second run, nothing changes but the actions.
func TestCheckModeOfAPlayOfSingles(t *testing.T) {
	for name, o := range map[string]acsmontest.Options{
		"an empty server":         {},
		"one that wraps its rows": {Alternatives: acsmontest.Alternatives{Single: "wrapped", Unknown: "422"}},
	} {
		scenario(t, name, o, func(w *workbench) {
			predictions := make([]*result, len(singles))
			for n, task := range singles {
				predictions[n] = w.check(task.module, with(of("play", fmt.Sprint(n), task.given), row{"_ansible_diff": true}))
				if predictions[n].row["failed"] != nil {
					w.t.Fatalf("task %d, %s, in check mode: %s", n, task.module, predictions[n].msg())
				}
			}
			for _, r := range w.Requests() {
				if text := r.Path + "?" + r.Query; strings.Contains(text, "/-") || strings.Contains(text, "=-") {
					w.t.Errorf("the server received an id of a prediction: %s?%s", r.Path, r.Query)
				}
			}
			for n, task := range singles {
				real, predicted := w.task(task.module, with(of("real", fmt.Sprint(n), task.given), row{"_ansible_diff": true})), predictions[n]
				if real.row["changed"] != predicted.row["changed"] || !reflect.DeepEqual(real.row["diff"], predicted.row["diff"]) {
					w.t.Errorf("task %d, %s: predicted changed=%v with the diff\n%v\nand it was changed=%v with\n%v", n, task.module,
						predicted.row["changed"], predicted.row["diff"], real.row["changed"], real.row["diff"])
				}
			}
			for n, task := range singles {
				action := task.module == "acsmon_monitor_check" || task.module == "acsmon_device_poll" || task.given["window"] == "deploy"
				if r := w.task(task.module, of("again", fmt.Sprint(n), task.given)); !action && !r.unchanged() {
					w.t.Errorf("task %d, %s, should change nothing the second time, and answered %v", n, task.module, r.row)
				}
			}
		})
	}
}
