// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// TestTypesInConfig stores numbers and booleans, although Ansible may turn them into texts.
func TestTypesInConfig(t *testing.T) {
	for _, test := range []struct {
		name                string
		current, given, has row
	}{
		{"a documented boolean", row{}, row{"ssl_verify": "false"}, row{"ssl_verify": false}},
		{"a word for a boolean", row{}, row{"ssl_verify": "no"}, row{"ssl_verify": false}},
		{"a number for a boolean", row{}, row{"ssl_verify": 1}, row{"ssl_verify": true}},
		{"a documented number", row{}, row{"expected_status": "200", "alert_ssl_expiry_days": " 14 "}, row{"expected_status": 200, "alert_ssl_expiry_days": 14}},
		{"a documented text", row{}, row{"path": "/1", "expected_body_regex": 200}, row{"path": "/1", "expected_body_regex": "200"}},
		{"a boolean that an earlier run stored as a text", row{"ssl_verify": "false"}, row{"ssl_verify": false}, row{"ssl_verify": false}},
		{"a number that an earlier run stored as a text", row{"expected_status": "200"}, row{"expected_status": "200"}, row{"expected_status": 200}},
		{"a boolean by what it is now", row{"follow": true}, row{"follow": "off"}, row{"follow": false}},
		{"a number by what it is now", row{"retries": 3}, row{"retries": "4"}, row{"retries": 4}},
		{"a fraction", row{"warn": 1.5}, row{"warn": "2.75"}, row{"warn": 2.75}},
		{"inside objects", row{"limits": row{"deep": row{"n": 1, "on": true}}}, row{"limits": row{"deep": row{"n": "2", "on": "no"}}},
			row{"limits": row{"deep": row{"n": 2, "on": false}}}},
		{"a number that is stored as a text and given as a number", row{"retries": "3"}, row{"retries": 3}, row{"retries": 3}},
		{"a text that looks like a number", row{"token_id": "12"}, row{"token_id": "013"}, row{"token_id": "013"}},
	} {
		scenario(t, test.name, acsmontest.Options{}, func(w *workbench) {
			id := w.Add("monitors", row{"name": "Web", "type": "https", "host": "www.example.com", "config": test.current})
			w.converges("acsmon_monitor", row{"name": "Web", "config": test.given})
			w.has("monitors", id, row{"config": test.has})
		})
		scenario(t, test.name+", in bulk", acsmontest.Options{}, func(w *workbench) {
			id := w.Add("monitors", row{"name": "Web", "type": "https", "host": "www.example.com", "config": test.current})
			w.become("acsmon_monitors", row{"monitors": []row{{"name": "Web", "config": test.given}}})
			w.has("monitors", id, row{"config": test.has})
		})
	}
	scenario(t, "in a new monitor", acsmontest.Options{}, func(w *workbench) {
		real, _ := w.converges("acsmon_monitor", row{"name": "Web", "type": "https", "host": "www.example.com",
			"config": row{"ssl_verify": "off", "expected_status": "204", "x": "7"}})
		w.has("monitors", id(real), row{"config": row{"ssl_verify": false, "expected_status": 204, "x": "7"}})
	})
	scenario(t, "rendered", acsmontest.Options{}, func(w *workbench) {
		r := w.run("acsmon_monitors", row{"state": "rendered", "monitors": []row{{"name": "Web", "config": row{"ssl_verify": "no"}}}})
		if got := at[row](r, "rendered", "monitors", 0, "config")["ssl_verify"]; got != false {
			w.t.Errorf("ssl_verify is rendered as %#v, want false", got)
		}
	})
}

// TestTypesInConfigThatCannotBe refuses values of a wrong type before anything is written.
func TestTypesInConfigThatCannotBe(t *testing.T) {
	for name, test := range map[string]struct {
		given row
		says  string
	}{
		"a boolean":              {row{"ssl_verify": "perhaps"}, `config.ssl_verify is "perhaps": it must be true or false`},
		"a number for a boolean": {row{"ssl_verify": 2}, `config.ssl_verify is 2: it must be true or false`},
		"a number":               {row{"expected_status": "2xx"}, `config.expected_status is "2xx": it must be a number`},
		"a boolean for a number": {row{"expected_status": true}, `config.expected_status is true: it must be a number`},
		"a boolean for a text":   {row{"path": true}, `config.path is true: it must be a text, so put it in quotes`},
		"a text for a number":    {row{"retries": "often"}, `config.retries is "often": it must be a number`},
		"a secret":               {row{"token": "s3cret-x"}, `config.token is "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER": it must be a number`},
		"inside an object":       {row{"deep": row{"on": "2"}}, `config.deep.on is "2": it must be true or false`},
	} {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			w.Add("monitors", row{"name": "Web", "type": "https", "host": "www.example.com", "config": row{"retries": 3, "token": 12, "deep": row{"on": true}}})
			for _, run := range []func(string, row) *result{w.run, w.check} {
				run("acsmon_monitor", row{"name": "Web", "config": test.given}).fails(test.says).costs("GET /monitors")
				run("acsmon_monitors", row{"monitors": []row{{"name": "Web", "config": test.given}}}).fails(test.says).costs("GET /monitors")
			}
		})
	}
}

// addShared adds a monitor and a rule that another team has set up.
func (w *workbench) addShared() (monitor, rule int64) {
	w.Add("monitor-groups", row{"name": "Shop"})
	w.Add("alert-channels", row{"name": "Mine", "type": "email"})
	theirs := w.Add("alert-channels", row{"name": "Theirs", "type": "email"})
	w.Add("alert-channels", row{"name": "Third", "type": "email"})
	monitor = w.Add("monitors", row{"name": "Web", "type": "https", "host": "www.example.com", "port": 443,
		"tags": []string{"theirs"}, "config": row{"path": "/", "theirs": row{"a": 1}}})
	rule = w.Add("monitor-alert-rules", row{"name": "Web down", "monitor_id": monitor, "condition": "status_down", "channel_ids": []int64{theirs}})
	return monitor, rule
}

// inBulk makes a task of acsmon_config out of the options of one resource.
func inBulk(section string) func(given row) (string, row) {
	return func(given row) (string, row) {
		item, task := row{}, row{}
		for key, value := range given {
			switch key {
			case "purge_tags", "purge_channels", "config_mode", "create_only", "state", "scope":
				task[key] = value
			default:
				item[key] = value
			}
		}
		task[section] = []row{item}
		return "acsmon_config", task
	}
}

// bySingle gives the options of one resource to its own module.
func bySingle(module string) func(given row) (string, row) {
	return func(given row) (string, row) { return module, given }
}

// composed are the two ways to ask for a monitor and for an alert rule.
var composed = map[string][2]func(given row) (string, row){
	"single": {bySingle("acsmon_monitor"), bySingle("acsmon_monitor_alert_rule")},
	"bulk":   {inBulk("monitors"), inBulk("monitor_alert_rules")},
}

// TestAdding adds to what others have set, and takes nothing of theirs away.
func TestAdding(t *testing.T) {
	for name, of := range composed {
		scenario(t, name+": tags and a config", acsmontest.Options{}, func(w *workbench) {
			id, _ := w.addShared()
			w.converges(of[0](row{"name": "Web", "tags": []string{"mine"}, "purge_tags": false, "config": row{"path": "/x"}}))
			w.has("monitors", id, row{"tags": []string{"theirs", "mine"}, "config": row{"path": "/x", "theirs": row{"a": 1}}})
			w.converges(of[0](row{"name": "Web", "tags": []string{"mine"}}))
			w.has("monitors", id, row{"tags": []string{"mine"}})
		})
		scenario(t, name+": a config that is replaced", acsmontest.Options{}, func(w *workbench) {
			id, _ := w.addShared()
			w.converges(of[0](row{"name": "Web", "config_mode": "replace", "config": row{"path": "/"}}))
			w.has("monitors", id, row{"tags": []string{"theirs"}, "config": row{"path": "/"}})
		})
		scenario(t, name+": channels", acsmontest.Options{}, func(w *workbench) {
			_, id := w.addShared()
			w.converges(of[1](row{"name": "Web down", "channels": []string{"Mine", "Third"}, "purge_channels": false}))
			w.has("monitor-alert-rules", id, row{"channel_ids": []int64{2, 1, 3}})
			w.converges(of[1](row{"name": "Web down", "channels": []string{"Mine"}}))
			w.has("monitor-alert-rules", id, row{"channel_ids": []int64{1}})
		})
	}
}

// TestCreateOnly leaves a resource that exists alone, and says what differs.
func TestCreateOnly(t *testing.T) {
	for name, of := range composed {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			id, _ := w.addShared()
			before := w.Row("monitors", id)
			module, task := of[0](row{"name": "Web", "port": 80, "group": "Shop", "tags": []string{"mine"}, "type": "https", "create_only": true})
			for _, run := range []func(string, row) *result{w.check, w.run} {
				r := run(module, task).wantUnchanged()
				shown := r.row
				if name == "bulk" {
					shown = at[row](r, "resources", 0)
				}
				if got, want := shown["differs_in"], []any{"group", "port", "tags"}; !reflect.DeepEqual(got, any(want)) {
					w.t.Errorf("the answer says that the monitor differs in %v, want %v", got, want)
				}
			}
			if now := w.Row("monitors", id); !reflect.DeepEqual(now, before) {
				w.t.Errorf("the monitor is now\n%v\nand was\n%v", now, before)
			}
			w.converges(of[0](row{"name": "New", "type": "ping", "host": "192.0.2.1", "create_only": true}))
		})
	}
	scenario(t, "options that contradict it", acsmontest.Options{}, func(w *workbench) {
		w.run("acsmon_monitor", row{"name": "a", "state": "absent", "create_only": true}).fails("create_only leaves alone what exists, but state says").costs()
		w.run("acsmon_device", row{"name": "a", "new_name": "b", "create_only": true}).fails("create_only leaves alone what exists, but new_name says").costs()
	})
}

// TestOverriddenWithoutEmptying removes what is not listed. What is listed keeps what others have set,
// if the task says so.
func TestOverriddenWithoutEmptying(t *testing.T) {
	for name, test := range map[string]struct {
		given row
		has   row
	}{
		"as it was":         {row{}, row{"tags": []string{}, "config": row{"path": "/x"}}},
		"merge":             {row{"config_mode": "merge"}, row{"tags": []string{"theirs"}, "config": row{"path": "/x", "theirs": row{"a": 1}}}},
		"tags alone remain": {row{"purge_tags": false}, row{"tags": []string{"theirs"}, "config": row{"path": "/x"}}},
	} {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			id, _ := w.addShared()
			gone := w.Add("monitors", row{"name": "Gone", "type": "ping", "host": "192.0.2.1"})
			w.become("acsmon_monitors", with(test.given, row{"state": "overridden", "scope": row{"all": true},
				"monitors": []row{{"name": "Web", "config": row{"path": "/x"}}}}))
			w.has("monitors", id, test.has)
			if w.Row("monitors", gone) != nil {
				w.t.Error("the monitor that is not listed is still there")
			}
		})
	}
}

// TestMistakenFields refuses keys in fields that an option sets, or that the server measures.
func TestMistakenFields(t *testing.T) {
	for name, test := range map[string]struct {
		module string
		given  row
		says   string
	}{
		"what an option sets":        {"acsmon_monitor", row{"name": "a", "fields": row{"monitor_group_id": 1}}, "fields.monitor_group_id is what the option group sets: use that"},
		"another name of it":         {"acsmon_device", row{"name": "a", "fields": row{"device_group": 1}}, "fields.device_group is what the option group sets"},
		"a secret":                   {"acsmon_device", row{"name": "a", "fields": row{"snmp_community": "x"}}, "fields.snmp_community is what the option snmp_community sets"},
		"the id":                     {"acsmon_alert_channel", row{"name": "a", "fields": row{"id": 1}}, "fields.id is what the option id sets"},
		"the owner":                  {"acsmon_device_oid", row{"device": "1", "oid": "1.3", "fields": row{"device_id": 1}}, "fields.device_id is what the option device sets"},
		"what the server measures":   {"acsmon_monitor", row{"name": "a", "fields": row{"uptime_percent_7d": 1}}, "fields.uptime_percent_7d is what the server measures"},
		"a time":                     {"acsmon_monitor_group", row{"name": "a", "fields": row{"created_at": "x"}}, "fields.created_at is what the server measures"},
		"what is no key":             {"acsmon_alert_rule", row{"name": "a", "fields": row{"a.b": 1}}, `fields has the key "a.b"`},
		"in a list":                  {"acsmon_config", row{"alert_rules": []row{{"name": "a", "fields": row{"oid_id": 1}}}}, "fields.oid_id is what the option oid sets"},
		"in another list of another": {"acsmon_monitors", row{"monitors": []row{{"name": "a", "fields": row{"tags": 1}}}}, "fields.tags is what the option tags sets"},
	} {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			w.run(test.module, test.given).fails(test.says)
			w.wantNoWrites()
		})
	}
}

// TestFields sets keys of the API for which a module has no option.
func TestFields(t *testing.T) {
	scenario(t, "in a create", acsmontest.Options{}, func(w *workbench) {
		r := w.check("acsmon_monitor", row{"name": "a", "type": "ping", "host": "h", "fields": row{"priority": 2}})
		if got := fmt.Sprint(r.object("diff", "after")["fields.priority"]); got != "2" {
			w.t.Errorf("check mode predicts fields.priority = %s, want 2: %v", got, r.row)
		}
		r = w.run("acsmon_monitors", row{"state": "rendered", "monitors": []row{{"name": "a", "fields": row{"priority": 2}}}})
		if got := fmt.Sprint(r.object("rendered")["monitors"]); !strings.Contains(got, "priority:2") {
			w.t.Errorf("rendered are the monitors %s, want priority:2 in them", got)
		}
	})
	scenario(t, "that the server does not take", acsmontest.Options{}, func(w *workbench) {
		w.Add("monitors", row{"name": "a", "type": "ping", "host": "h"})
		for _, given := range []row{{"name": "a", "fields": row{"prioritty": 2}}, {"name": "a", "host": "other", "fields": row{"prioritty": 2}}} {
			w.check("acsmon_monitor", given).fails("the server does not show fields.prioritty of monitor")
			w.run("acsmon_monitor", given).fails("the server does not show fields.prioritty of monitor")
			w.run("acsmon_monitors", row{"monitors": []row{given}}).fails("the server does not show fields.prioritty of monitor")
		}
		w.wantNoWrites()
	})
}

// TestWarnedUpdates warns of an update that leaves something behind, or that may mean another monitor.
func TestWarnedUpdates(t *testing.T) {
	for name, of := range doors {
		scenario(t, name+": a port that is cleared", acsmontest.Options{}, func(w *workbench) {
			id := w.Add("monitors", row{"name": "Web", "type": "tcp", "host": "h", "port": 443})
			w.converges(of(row{"name": "Web", "port": 0}))
			w.has("monitors", id, row{"port": nil})
		})
		scenario(t, name+": a change of type", acsmontest.Options{}, func(w *workbench) {
			w.Add("monitors", row{"name": "Web", "type": "https", "host": "h", "port": 443, "config": row{"ssl_verify": true, "path": "/"}})
			given := row{"name": "Web", "type": "http", "config": row{"path": "/x"}}
			w.check(of(given)).warns("changes from https to http, and port 443, config.ssl_verify stays from the old one")
			w.run(of(given)).warns("changes from https to http, and port 443, config.ssl_verify stays from the old one")
		})
		scenario(t, name+": a change of type that says all", acsmontest.Options{}, func(w *workbench) {
			id := w.Add("monitors", row{"name": "Web", "type": "https", "host": "h", "port": 443, "config": row{"ssl_verify": true}})
			module, task := of(row{"name": "Web", "type": "http", "port": 0, "config": row{"path": "/x"}})
			real, _ := w.converges(module, with(task, row{"config_mode": "replace"}))
			w.has("monitors", id, row{"type": "http", "port": nil, "config": row{"path": "/x"}})
			real.wantNoWarnings()
		})
		scenario(t, name+": a monitor that may be another one", acsmontest.Options{}, func(w *workbench) {
			w.Add("monitor-groups", row{"name": "Shop"})
			theirs := w.Add("monitor-groups", row{"name": "Theirs"})
			w.Add("monitors", row{"name": "API", "type": "ping", "host": "theirs", "monitor_group_id": theirs})
			w.check(of(row{"name": "API", "host": "mine", "group": "Shop"})).warns(`("API") moves to another host and to another group`)
			w.check(of(row{"name": "API", "host": "mine", "group": "Theirs"})).wantNoWarnings()
		})
		scenario(t, name+": a refusal of what the task does not name", acsmontest.Options{}, func(w *workbench) {
			w.Add("monitors", row{"name": "Web", "type": "tcp", "host": "h", "check_interval_seconds": 5})
			w.run(of(row{"name": "Web", "port": 80})).
				fails("the server refuses its own value of check_interval_seconds: give it too")
			w.run(of(row{"name": "Web", "port": 80, "check_interval_seconds": 60}))
			r := w.run(of(row{"name": "Web", "check_interval_seconds": 5})).fails("check_interval_seconds")
			if strings.Contains(r.msg(), "its own value") {
				w.t.Errorf("the task gives the value, and the message calls it the server's own: %s", r.msg())
			}
		})
	}
}

// TestFailedBulkTaskIsShort fails with a result that shows what was changed and what failed, and
// nothing else.
func TestFailedBulkTaskIsShort(t *testing.T) {
	many := func(w *workbench) []row {
		var items []row
		for i := range 50 {
			name := fmt.Sprintf("m%02d", i)
			w.Add("monitors", row{"name": name, "type": "ping", "host": "h"})
			items = append(items, row{"name": name, "host": "h"})
		}
		return items
	}
	scenario(t, "before anything is written", acsmontest.Options{}, func(w *workbench) {
		items := many(w)
		r := w.run("acsmon_monitors", row{"state": "overridden", "scope": row{"all": true}, "max_deletions": 0, "monitors": items[1:]}).fails("max_deletions is 0")
		if got := r.items(); len(got) != 0 {
			w.t.Errorf("the answer shows %v, want no resource", got)
		}
	})
	scenario(t, "a change of many that fails", acsmontest.Options{}, func(w *workbench) {
		items := many(w)
		items[3]["host"], items[7]["check_interval_seconds"], items[9]["host"] = "other", 1, "other"
		r := w.run("acsmon_monitors", row{"on_error": "continue", "monitors": items}).fails("2 of 3 changes were made, 1 failed")
		if got, want := r.names("resources", "name"), "m03, m07, m09"; got != want {
			w.t.Errorf("the answer shows %s, want %s", got, want)
		}
	})
}

// TestWhatIsMissingSaysHowToMakeIt refers to resources that do not exist, by the module of one resource
// and by acsmon_config. The message names the module that makes them.
func TestWhatIsMissingSaysHowToMakeIt(t *testing.T) {
	for _, test := range []struct {
		module, section string
		given           row
		says            string
	}{
		{"acsmon_monitor", "monitors", row{"name": "a", "type": "ping", "host": "h", "group": "Shop"}, `there is no monitor group "Shop": create it first, with acsmon_monitor_group, or check the name`},
		{"acsmon_monitor", "monitors", row{"name": "a", "type": "ping", "host": "h", "device": "web-01"}, `there is no device "web-01": create it first, with acsmon_device, or check the name`},
		{"acsmon_device", "devices", row{"name": "a", "ip_address": "192.0.2.1", "group": "Core"}, `there is no device group "Core": create it first, with acsmon_device_group, or check the name`},
		{"acsmon_monitor_alert_rule", "monitor_alert_rules", row{"name": "a", "condition": "status_down", "monitor": "Web"}, `there is no monitor "Web": create it first, with acsmon_monitor, or check the name`},
		{"acsmon_monitor_alert_rule", "monitor_alert_rules", row{"name": "a", "condition": "status_down", "channels": []string{"Mail", "SMS"}},
			`there is no alert channel "Mail": create it first, with acsmon_alert_channel, or check the name`},
		{"acsmon_alert_rule", "alert_rules", row{"name": "a", "condition": "gt", "threshold": 1, "device": "there", "oid": "cpu"}, `there is no OID "cpu": create it first, with acsmon_device_oid, or check the name`},
		{"acsmon_webhook", "", row{"name": "a", "device": "web-01"}, `there is no device "web-01": create it first, with acsmon_device, or check the name`},
	} {
		scenario(t, test.says, acsmontest.Options{}, func(w *workbench) {
			w.Add("devices", row{"name": "there", "ip_address": "192.0.2.1"})
			for _, run := range []func(string, row) *result{w.check, w.run} {
				run(test.module, test.given).fails(test.says)
				if test.section != "" {
					run("acsmon_config", row{test.section: []row{test.given}}).fails(test.says)
				}
			}
			w.wantNoWrites()
		})
	}
}
