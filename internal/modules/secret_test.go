// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// router is a device that has a secret.
var router = row{"name": "router", "ip_address": "192.0.2.1", "snmp_version": "2c", "snmp_community": "c0mmunity"}

// replaces is a server that forgets what an update does not name.
var replaces = acsmontest.Options{Alternatives: acsmontest.Alternatives{Put: "replace"}}

func (w *workbench) device(given row) *result {
	w.t.Helper()
	return w.run("acsmon_device", given)
}

// TestUpdatePassword is when a secret is sent.
func TestUpdatePassword(t *testing.T) {
	scenario(t, "on create alone, unless something else is to be changed", acsmontest.Options{}, func(w *workbench) {
		made := id(w.device(router))
		rotated := with(router, row{"snmp_community": "r0tated"})
		w.device(rotated).costs("GET /devices").wantUnchanged()
		w.has("devices", made, row{"snmp_community": "c0mmunity"})
		w.converges("acsmon_device", with(rotated, row{"location": "Rack 4"}))
		w.has("devices", made, row{"snmp_community": "r0tated", "location": "Rack 4"})
	})
	scenario(t, "always", acsmontest.Options{}, func(w *workbench) {
		made := id(w.device(router))
		always := with(router, row{"snmp_community": "r0tated", "update_password": "always"})
		want := row{"before": row{}, "after": row{"snmp_community": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}}
		for range 2 {
			for _, r := range []*result{w.check("acsmon_device", always), w.device(always).costs("GET /devices", fmt.Sprintf("PUT /devices/%d", made))} {
				if !r.changed() || !reflect.DeepEqual(r.row["diff"], any(want)) {
					w.t.Errorf("%v", r.row)
				}
			}
			w.has("devices", made, row{"snmp_community": "r0tated", "ip_address": "192.0.2.1"})
		}
		if r := w.device(row{"name": "router", "update_password": "always"}); !r.unchanged() {
			w.t.Errorf("no secret is given, and there is %v", r.row)
		}
	})
	scenario(t, "an empty one takes it away", acsmontest.Options{}, func(w *workbench) {
		made := id(w.device(router))
		w.device(row{"name": "router", "snmp_community": "", "update_password": "always"})
		w.has("devices", made, row{"snmp_community": nil})
	})
}

// TestMissingSecrets is an update that may make the server forget what it does not
// show and the task does not give.
func TestMissingSecrets(t *testing.T) {
	for _, test := range []struct {
		module, table string
		create        row
		update        row
		lost          string
		enough        row // without which of the secrets nothing is lost
	}{
		{"acsmon_device", "devices", router, row{"location": "Rack 4"}, "snmp_community of device", row{"snmp_community": "c0mmunity"}},
		{
			"acsmon_device", "devices",
			row{"name": "router", "ip_address": "192.0.2.1", "snmp_version": "3", "snmp_v3_user": "monitoring", "snmp_v3_auth_password": "auth-pass"},
			row{"location": "Rack 4"},
			"snmp_v3_user, snmp_v3_auth_protocol, snmp_v3_auth_password, snmp_v3_priv_protocol, snmp_v3_priv_password of device",
			row{"snmp_v3_user": "monitoring", "snmp_v3_auth_password": "auth-pass", "snmp_v3_auth_protocol": "", "snmp_v3_priv_protocol": "", "snmp_v3_priv_password": ""},
		},
		{
			"acsmon_alert_channel", "alert-channels", row{"name": "hook", "type": "webhook", "secret": "s1gning"},
			row{"is_active": false}, "secret of alert channel", row{"secret": "s1gning"},
		},
	} {
		given := with(test.update, row{"name": test.create["name"]})
		if device := test.create["device"]; device != nil {
			given["device"] = device
		}
		scenario(t, test.module+", "+test.lost, replaces, func(w *workbench) {
			w.addReferenced()
			made := id(w.run(test.module, test.create))
			before, writes := w.Row(test.table, made), len(w.Writes())
			for _, r := range []*result{w.check(test.module, given), w.run(test.module, given)} {
				r.fails("may make the server forget "+test.lost, "give it too", "missing_secrets: warn")
			}
			if got := w.Row(test.table, made); !reflect.DeepEqual(got, before) || len(w.Writes()) != writes {
				w.t.Errorf("it became %v", got)
			}
			w.converges(test.module, with(given, test.enough))
			if got := w.Row(test.table, made); !reflect.DeepEqual(got, with(before, test.update)) {
				w.t.Errorf("it became %v", got)
			}
			for column, value := range test.update {
				w.Set(test.table, made, row{column: map[any]any{"Rack 4": "", false: true}[value]})
			}
			w.check(test.module, with(given, row{"missing_secrets": "warn"})).warns(test.lost)
			real, _ := w.converges(test.module, with(given, row{"missing_secrets": "warn"}))
			real.warns("may make the server forget " + test.lost)
		})
	}
	scenario(t, "that cannot be there", replaces, func(w *workbench) {
		w.run("acsmon_alert_channel", row{"name": "mail", "type": "email"})
		w.converges("acsmon_alert_channel", row{"name": "mail", "is_active": false})
	})
}

// TestServerThatShowsSecrets is a server that shows what it should not: that is no
// reason to pass it on.
func TestServerThatShowsSecrets(t *testing.T) {
	scenario(t, "in every answer", acsmontest.Options{}, func(w *workbench) {
		shown := `{"id":7,"name":"router","ip_address":"192.0.2.1","snmp_version":"2c","snmp_community":"sh0wn","location":null}`
		list := `{"data":[` + shown + `],"next_page_url":null,"meta":{"total":1,"current_page":1,"per_page":100}}`
		json := map[string][]string{"Content-Type": {"application/json"}}
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/devices", Do: acsmontest.Answer(200, json, list)})
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/devices/7", Do: acsmontest.Answer(200, json, shown)})
		w.Inject(acsmontest.Fault{Method: "PUT", Path: "/devices/7", Do: acsmontest.Answer(200, json, strings.Replace(shown, "null", `"Rack 4"`, 1))})
		w.Inject(acsmontest.Fault{Method: "DELETE", Path: "/devices/7", Do: acsmontest.Answer(204, nil, "")})
		for _, given := range []row{
			{"name": "router"}, {"name": "router", "location": "Rack 4", "missing_secrets": "warn"}, {"name": "router", "state": "absent"},
		} {
			for _, r := range []*result{w.check("acsmon_device", given), w.device(given)} {
				if text := fmt.Sprint(r.row); strings.Contains(text, "sh0wn") || r.row["failed"] != nil {
					w.t.Errorf("the answer is %s", text)
				}
			}
		}
		for _, write := range w.Writes() {
			if strings.Contains(string(write.Body), "sh0wn") {
				w.t.Errorf("what may be a mask of the secret is sent back: %s", write.Body)
			}
		}
	})
}

// TestServerThatMasksSecrets is a server that shows stars in a config where there is a
// secret: they are not written over it, and not compared.
func TestServerThatMasksSecrets(t *testing.T) {
	scenario(t, "in a config", acsmontest.Options{}, func(w *workbench) {
		shown := `{"id":7,"name":"login","type":"ssh","host":"h","port":22,"check_interval_seconds":60,"timeout_ms":5000,"monitor_group_id":null,` +
			`"device_id":null,"tags":[],"is_active":true,"config":{"user":"u","login":{"password":"********"}}}`
		list := `{"data":[` + shown + `],"next_page_url":null,"meta":{"total":1,"current_page":1,"per_page":100}}`
		json := map[string][]string{"Content-Type": {"application/json"}}
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors", Do: acsmontest.Answer(200, json, list)})
		w.Inject(acsmontest.Fault{Method: "PUT", Path: "/monitors/7", Do: acsmontest.Answer(200, json, strings.Replace(shown, "22", "2222", 1))})
		secret := row{"login": row{"password": "r3al"}}
		for _, given := range []row{{"port": 2222}, {"port": 2222, "config": row{"user": "u"}}, {"config": row{"login": row{"key": 1}}}} {
			given = with(given, row{"name": "login"})
			for _, r := range []*result{w.check("acsmon_monitor", given), w.monitor(given)} {
				r.fails("the server shows config.login.password of monitor 7 masked", "give the secret too")
			}
		}
		w.pause(row{"state": "paused", "window": "w", "monitors": []string{"login"}}).fails("config.login.password of monitor 7 masked")
		w.monitor(row{"name": "login", "config": secret}).warns("does not show config.login.password").wantUnchanged()
		gathered := at[row](w.config(row{"state": "gathered", "sections": []string{"monitors"}}), "gathered")
		again := w.config(with(gathered, row{"state": "overridden", "scope": row{"all": true}}))
		if text := fmt.Sprint(gathered); strings.Contains(text, "****") || !again.unchanged() {
			w.t.Errorf("gathered %s, given back %v", text, again.row)
		}
		w.wantNoWrites()
		given := row{"name": "login", "port": 2222, "config": secret}
		w.check("acsmon_monitor", given).predicts(w.monitor(given))
		if body := string(w.Writes()[0].Body); !strings.Contains(body, `"r3al"`) || strings.Contains(body, "****") {
			w.t.Errorf("it sent %s", body)
		}
	})
}

// TestLostSecret loses the answers to an update that carries a secret: whether it
// was set cannot be seen.
func TestLostSecret(t *testing.T) {
	scenario(t, "in an update", acsmontest.Options{}, func(w *workbench) {
		w.device(router)
		w.Inject(acsmontest.Fault{Method: "PUT", Do: acsmontest.After(acsmontest.Status(500))})
		given := with(router, row{"location": "Rack 4"})
		w.device(given).fails("it is not certain whether snmp_community of device", "update_password: always")
		w.ClearFaults()
		w.device(with(given, row{"update_password": "always"})).wantChanged()
	})
	scenario(t, "in a create", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/devices", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
		made := w.device(router).warns("was found to be the one that it made")
		w.has("devices", id(made), row{"snmp_community": "c0mmunity"})
	})
}

// TestActs is what a task does with a resource beside making it what it should be.
func TestActs(t *testing.T) {
	for _, test := range []struct {
		module, option, result, list, verb string
		create, absent                     row
	}{
		{"acsmon_alert_channel", "test", "tested", "/alert-channels", "test", row{"name": "mail", "type": "email"}, row{"name": "mail", "state": "absent"}},
		{"acsmon_discovery", "run", "started", "/discovery", "run", row{"name": "office", "subnet": "192.0.2.0/24"}, row{"name": "office", "state": "absent"}},
	} {
		done := func(r *result, want bool) *result {
			r.t.Helper()
			if r.row["failed"] != nil || r.row[test.result] != want {
				r.t.Errorf("%s should be %v: %v", test.result, want, r.row)
			}
			return r
		}
		scenario(t, test.module, acsmontest.Options{Alternatives: acsmontest.Alternatives{Queued: "202"}}, func(w *workbench) {
			changed := with(test.create, row{test.option: "changed"})
			if !done(w.check(test.module, changed), true).changed() {
				w.t.Error("check mode predicts no change")
			}
			made := done(w.run(test.module, changed), true)
			path := fmt.Sprintf("%s/%d", test.list, id(made))
			made.costs("GET "+test.list, "GET "+test.list, "POST "+test.list, "POST "+path+"/"+test.verb)
			if !done(w.run(test.module, changed).costs("GET "+test.list), false).unchanged() || !done(w.run(test.module, test.create), false).unchanged() {
				w.t.Error("another run changes something")
			}
			always := with(test.create, row{test.option: "always"})
			for range 2 {
				if !done(w.check(test.module, always).costs("GET "+test.list), true).changed() ||
					!done(w.run(test.module, always).costs("GET "+test.list, "POST "+path+"/"+test.verb), true).changed() {
					w.t.Error("nothing changed")
				}
			}
			w.Inject(acsmontest.Fault{Method: "POST", Path: path + "/" + test.verb, Do: acsmontest.Status(422)})
			r := w.run(test.module, always).fails("is as it should be, but its "+test.option+" failed", test.option+": always")
			if r.row["changed"] != false || r.row[test.result] != false {
				w.t.Errorf("%v", r.row)
			}
			done(w.run(test.module, with(test.absent, row{test.option: "always"})), false).costs("GET "+test.list, "DELETE "+path)
			done(w.run(test.module, with(test.absent, row{test.option: "always"})), false).costs("GET "+test.list, "GET "+test.list)
		})
	}
}

// TestOwner is a row that its id alone finds, and that belongs to another device.
func TestOwner(t *testing.T) {
	scenario(t, "an OID of another device", acsmontest.Options{}, func(w *workbench) {
		w.addReferenced()
		before := w.Rows("oids")
		for _, given := range []row{{"unit": "s"}, {"state": "absent"}} {
			w.run("acsmon_device_oid", with(given, row{"device": "807", "id": 812})).fails("id 812 belongs to device 810, not to device 807")
		}
		w.run("acsmon_device_oid", row{"device": "810", "id": 812, "unit": "s"}).costs("GET /oids/812", "PUT /oids/812")
		w.Set("oids", 812, row{"unit": nil})
		if got := w.Rows("oids"); !reflect.DeepEqual(got, before) {
			w.t.Errorf("the OIDs became %v", got)
		}
	})
	scenario(t, "an OID that only a device can tell", acsmontest.Options{}, func(w *workbench) {
		w.addReferenced()
		w.run("acsmon_alert_rule", row{"name": "x", "condition": "gt", "oid": "Uptime"}).fails(`OID "Uptime" can only be looked up within one device: give device too`)
		w.run("acsmon_alert_rule", row{"name": "x", "condition": "gt", "device": "810", "oid": "Temperature"}).fails(`there is no OID "Temperature"`)
		w.run("acsmon_alert_rule", row{"name": "x", "condition": "gt", "device": "4711", "oid": "Uptime"}).fails("there is no device with id 4711")
		real, again := w.converges("acsmon_alert_rule", row{"name": "x", "condition": "gt", "device": "810", "oid": "Uptime"})
		w.has("alert-rules", id(real), row{"oid_id": int64(812)})
		again.costs("GET /alert-rules", "GET /devices/810/oids")
		w.run("acsmon_alert_rule", row{"name": "x", "condition": "gt", "threshold": []any{1}}).fails("threshold is [1]").costs()
	})
}

const noLog = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"

// TestEverydayWordsAreSecretsElsewhere is a secret that is a word or a number of everyday
// life: what a task gives in the open keeps it, and so do numbers.
func TestEverydayWordsAreSecretsElsewhere(t *testing.T) {
	for _, community := range []string{"public", "core", "1920", "Rack", "private"} {
		scenario(t, community, acsmontest.Options{}, func(w *workbench) {
			name := community + "-web-01"
			given := row{"name": name, "ip_address": "192.0.2.1", "snmp_version": "2c", "snmp_community": community, "location": "Rack " + community}
			for _, r := range []*result{w.check("acsmon_device", given), w.device(given), w.device(given)} {
				device := at[row](r, "device")
				if device["name"] != name || device["location"] != given["location"] {
					w.t.Errorf("the device is %v", device)
				}
				if after := r.object("diff", "after"); r.changed() && after["name"] != name {
					w.t.Errorf("the diff is %v", r.row["diff"])
				}
				if args := r.object("invocation", "module_args"); args["name"] != name || args["snmp_community"] != noLog {
					w.t.Errorf("the arguments are %v", args)
				}
			}
			r := w.check("acsmon_config", row{"devices": []row{with(given, row{"location": "cellar of " + community, "poll_interval_seconds": 1920})}})
			if text := fmt.Sprint(r.row["diff"]); !strings.Contains(text, name) || !strings.Contains(text, "cellar of "+community) || strings.Contains(text, "****") {
				w.t.Errorf("the diff is %s", text)
			}
		})
	}
	scenario(t, "in a message", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/devices", Do: acsmontest.Answer(422, nil, `{"message":"the community public of public-web-01 is weak"}`)})
		w.device(row{"name": "public-web-01", "ip_address": "192.0.2.1", "snmp_version": "2c", "snmp_community": "public"}).
			fails("the community ******** of public-web-01 is weak")
	})
}

// object is an object within the result.
func (r *result) object(keys ...string) row {
	object := r.row
	for _, key := range keys {
		object, _ = object[key].(row)
	}
	return object
}

// TestMasksAreRefused is what a result shows in the place of a secret, given as if it was the thing
// itself.
func TestMasksAreRefused(t *testing.T) {
	for _, test := range []struct {
		module string
		given  row
		says   string
	}{
		{"acsmon_monitor", row{"name": "********-web-01", "type": "ping", "host": "192.0.2.1"}, "name holds"},
		{"acsmon_monitor", row{"name": "a", "type": "ping", "host": "192.0.2.1", "tags": []string{"web", "********"}}, "tags[1] holds"},
		{"acsmon_monitor", row{"name": "a", "type": "https", "host": "a.example", "config": row{"headers": row{"Authorization": noLog}}}, "config.headers.Authorization holds"},
		{"acsmon_monitor", row{"name": "a", "type": "https", "host": "a.example", "config": row{"x ********": 1}}, "config, a key of it, holds"},
		{"acsmon_device", row{"name": "a", "ip_address": "192.0.2.1", "snmp_version": "2c", "snmp_community": noLog}, "snmp_community holds"},
		{"acsmon_device", row{"name": "a", "ip_address": "192.0.2.1", "location": "at ******** Street"}, "location holds"},
		{"acsmon_alert", row{"all": true, "state": "acknowledged", "note": "by " + noLog}, "note holds"},
		{"acsmon_monitor_group", row{"name": noLog}, "name holds"},
		{"acsmon_monitors", row{"monitors": []row{{"name": "a"}, {"name": "b", "notes": "x"}, {"name": "********", "type": "ping", "host": "h"}}}, "monitors[2].name holds"},
		{"acsmon_config", row{"monitors": []row{{"name": "a", "type": "ping", "host": "h", "tags": []string{"********"}}}}, "monitors[0].tags[0] holds"},
		{"acsmon_monitor_pause", row{"state": "paused", "monitors": []string{"********-web"}, "window": "w"}, "monitors[0] holds"},
		{"acsmon_api", row{"method": "POST", "path": "/monitors", "body": row{"name": "********"}}, "body.name holds"},
	} {
		for _, check := range []bool{false, true} {
			scenario(t, test.module+" "+test.says, acsmontest.Options{}, func(w *workbench) {
				run := w.run
				if check {
					run = w.check
				}
				run(test.module, test.given).fails(test.says, "stands for a secret").costs()
			})
		}
	}
}

// TestSecretsByTheNamesOfTheirKeys is a config with secrets that no option marks.
func TestSecretsByTheNamesOfTheirKeys(t *testing.T) {
	config := row{"headers": row{"Authorization": "Bearer b3arer", "X-Team": "web"}, "password": "pa55", "account_sid": "AC1", "path": "/x"}
	shown := row{"headers": row{"Authorization": noLog, "X-Team": "web"}, "password": noLog, "account_sid": noLog, "path": "/x"}
	given := row{"name": "a", "type": "https", "host": "a.example", "config": config, "secret_keys": []string{"Account_SID"}}
	scenario(t, "a resource", acsmontest.Options{}, func(w *workbench) {
		for _, r := range []*result{w.check("acsmon_monitor", given), w.monitor(given)} {
			for at, got := range map[string]any{
				"result": r.object("monitor")["config"], "diff": r.object("diff", "after")["config"], "arguments": r.object("invocation", "module_args")["config"],
			} {
				if !reflect.DeepEqual(got, any(shown)) {
					w.t.Errorf("the config in the %s is %v", at, got)
				}
			}
		}
		w.monitor(given).wantUnchanged()
		gathered := w.run("acsmon_config", row{"state": "gathered", "secret_keys": []string{"account_sid"}})
		text := fmt.Sprint(gathered.row)
		for _, secret := range []string{"b3arer", "pa55", "AC1"} {
			if strings.Contains(text, secret) {
				w.t.Errorf("%s is in %s", secret, text)
			}
		}
	})
	scenario(t, "the URL of a Slack webhook", acsmontest.Options{}, func(w *workbench) {
		r := w.run("acsmon_alert_channel", row{"name": "c", "type": "slack", "config": row{"url": "https://hooks.slack.com/services/T0/B0/x", "channel": "#ops"}})
		if got := r.object("alert_channel", "config"); got["url"] != noLog || got["channel"] != "#ops" {
			w.t.Errorf("the config is %v", got)
		}
	})
}

// TestConfigOfARowHoldsNoSecret: its keys are the server's, and some have the names of options.
func TestConfigOfARowHoldsNoSecret(t *testing.T) {
	scenario(t, "config", acsmontest.Options{}, func(w *workbench) {
		w.Add("monitors", row{"name": "Db", "type": "mysql", "host": "db", "config": row{"password": "pw-of-db", "token": "token-of-db", "username": "shop"}})
		for _, r := range []*result{w.run("acsmon_monitor_info", nil), w.run("acsmon_monitor", row{"name": "Db"}), w.lookup(nil, "monitors")} {
			shown := fmt.Sprint(r.row)
			if strings.Contains(shown, "-of-db") || !strings.Contains(shown, "shop") {
				t.Errorf("the result is %s", shown)
			}
		}
	})
}
