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

// replaces are the options of a server that forgets what an update does not name.
var replaces = acsmontest.Options{Alternatives: acsmontest.Alternatives{Put: "replace"}}

func (w *workbench) device(given row) *result {
	w.t.Helper()
	return w.run("acsmon_device", given)
}

// TestUpdatePassword sends a secret when it creates, when it changes something else, or always.
func TestUpdatePassword(t *testing.T) {
	scenario(t, "on create", acsmontest.Options{}, func(w *workbench) {
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
		want := row{"before": row{}, "after": row{"snmp_community": noLog}}
		for range 2 {
			for _, r := range []*result{w.check("acsmon_device", always), w.device(always).costs("GET /devices", fmt.Sprintf("PUT /devices/%d", made))} {
				r.wantChanged().wantValues(row{"diff": want})
			}
			w.has("devices", made, row{"snmp_community": "r0tated", "ip_address": "192.0.2.1"})
		}
		w.device(row{"name": "router", "update_password": "always"}).wantUnchanged() // the task gives no secret
	})
	scenario(t, "an empty secret removes it", acsmontest.Options{}, func(w *workbench) {
		made := id(w.device(router))
		w.device(row{"name": "router", "snmp_community": "", "update_password": "always"})
		w.has("devices", made, row{"snmp_community": nil})
	})
}

// forgotten are updates that may make the server forget secrets, which it does not show and the task
// does not give.
var forgotten = []struct {
	module, table  string
	create, update row
	lost           string
	enough         row // the secrets with which nothing is lost
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
}

// TestMissingSecrets refuses such an update, unless the task gives the secrets or accepts the warning.
func TestMissingSecrets(t *testing.T) {
	for _, test := range forgotten {
		given := with(test.update, row{"name": test.create["name"]})
		scenario(t, test.module+", "+test.lost, replaces, func(w *workbench) {
			w.addReferenced()
			made := id(w.run(test.module, test.create))
			before, writes := w.Row(test.table, made), len(w.Writes())
			for _, r := range []*result{w.check(test.module, given), w.run(test.module, given)} {
				r.fails("may make the server forget "+test.lost, "give it too", "missing_secrets: warn")
			}
			w.wantWrites(writes)
			w.has(test.table, made, before)
			w.converges(test.module, with(given, test.enough))
			w.has(test.table, made, with(before, test.update))
			for column, value := range test.update {
				w.Set(test.table, made, row{column: map[any]any{"Rack 4": "", false: true}[value]})
			}
			w.check(test.module, with(given, row{"missing_secrets": "warn"})).warns(test.lost)
			real, _ := w.converges(test.module, with(given, row{"missing_secrets": "warn"}))
			real.warns("may make the server forget " + test.lost)
		})
	}
	scenario(t, "of a channel that has none", replaces, func(w *workbench) {
		w.run("acsmon_alert_channel", row{"name": "mail", "type": "email"})
		w.converges("acsmon_alert_channel", row{"name": "mail", "is_active": false})
	})
}

// TestServerThatShowsSecrets hides a secret that the server shows although it should not.
func TestServerThatShowsSecrets(t *testing.T) {
	scenario(t, "in every answer", acsmontest.Options{}, func(w *workbench) {
		shown := `{"id":7,"name":"router","ip_address":"192.0.2.1","snmp_version":"2c","snmp_community":"sh0wn","location":null}`
		list := `{"data":[` + shown + `],"next_page_url":null,"meta":{"total":1,"current_page":1,"per_page":100}}`
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/devices", Do: acsmontest.Answer(200, jsonContent, list)})
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/devices/7", Do: acsmontest.Answer(200, jsonContent, shown)})
		w.Inject(acsmontest.Fault{Method: "PUT", Path: "/devices/7", Do: acsmontest.Answer(200, jsonContent, strings.Replace(shown, "null", `"Rack 4"`, 1))})
		w.Inject(acsmontest.Fault{Method: "DELETE", Path: "/devices/7", Do: acsmontest.Answer(204, nil, "")})
		for _, given := range []row{
			{"name": "router"}, {"name": "router", "location": "Rack 4", "missing_secrets": "warn"}, {"name": "router", "state": "absent"},
		} {
			for _, r := range []*result{w.check("acsmon_device", given), w.device(given)} {
				r.succeeds().hides("sh0wn")
			}
		}
		for _, write := range w.Writes() {
			if strings.Contains(string(write.Body), "sh0wn") {
				w.t.Errorf("the module sent back a secret that may be a mask: %s", write.Body)
			}
		}
	})
}

// TestServerThatMasksSecrets is a server that shows stars in the place of a secret in a config. They are
// not compared, and not written over the secret.
func TestServerThatMasksSecrets(t *testing.T) {
	scenario(t, "in a config", acsmontest.Options{}, func(w *workbench) {
		shown := `{"id":7,"name":"login","type":"ssh","host":"h","port":22,"check_interval_seconds":60,"timeout_ms":5000,"monitor_group_id":null,` +
			`"device_id":null,"tags":[],"is_active":true,"config":{"user":"u","login":{"password":"********"}}}`
		list := `{"data":[` + shown + `],"next_page_url":null,"meta":{"total":1,"current_page":1,"per_page":100}}`
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors", Do: acsmontest.Answer(200, jsonContent, list)})
		w.Inject(acsmontest.Fault{Method: "PUT", Path: "/monitors/7", Do: acsmontest.Answer(200, jsonContent, strings.Replace(shown, "22", "2222", 1))})
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
		again.wantUnchanged()
		if text := fmt.Sprint(gathered); strings.Contains(text, "****") {
			w.t.Errorf("a mask is gathered: %s", text)
		}
		w.wantNoWrites()
		given := row{"name": "login", "port": 2222, "config": secret}
		w.check("acsmon_monitor", given).predicts(w.monitor(given))
		if body := string(w.Writes()[0].Body); !strings.Contains(body, `"r3al"`) || strings.Contains(body, "****") {
			w.t.Errorf("the module sent %s, want the secret and no mask", body)
		}
	})
}

// TestLostSecret loses the response to an update with a secret. Nobody can see whether the secret was
// set.
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

// TestActs tests a channel and runs a scan, when it has changed or always.
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
				r.t.Errorf("the module should succeed with %s=%v, and answered %v", test.result, want, r.row)
			}
			return r
		}
		scenario(t, test.module, acsmontest.Options{Alternatives: acsmontest.Alternatives{Queued: "202"}}, func(w *workbench) {
			changed := with(test.create, row{test.option: "changed"})
			done(w.check(test.module, changed), true).wantChanged()
			made := done(w.run(test.module, changed), true)
			path := fmt.Sprintf("%s/%d", test.list, id(made))
			made.costs("GET "+test.list, "GET "+test.list, "POST "+test.list, "POST "+path+"/"+test.verb)
			done(w.run(test.module, changed).costs("GET "+test.list), false).wantUnchanged()
			done(w.run(test.module, test.create), false).wantUnchanged()
			always := with(test.create, row{test.option: "always"})
			for range 2 {
				done(w.check(test.module, always).costs("GET "+test.list), true).wantChanged()
				done(w.run(test.module, always).costs("GET "+test.list, "POST "+path+"/"+test.verb), true).wantChanged()
			}
			w.Inject(acsmontest.Fault{Method: "POST", Path: path + "/" + test.verb, Do: acsmontest.Status(422)})
			r := w.run(test.module, always).fails("is as it should be, but its "+test.option+" failed", test.option+": always")
			r.wantValues(row{"changed": false, test.result: false})
			done(w.run(test.module, with(test.absent, row{test.option: "always"})), false).costs("GET "+test.list, "DELETE "+path)
			done(w.run(test.module, with(test.absent, row{test.option: "always"})), false).costs("GET "+test.list, "GET "+test.list)
		})
	}
}

// TestOwner refuses an OID that belongs to another device, and a name of an OID without a device.
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
			w.t.Errorf("the OIDs are now\n%v\nand were\n%v", got, before)
		}
	})
	scenario(t, "an OID whose name is one of a device", acsmontest.Options{}, func(w *workbench) {
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

// TestEverydayWordsAreSecretsElsewhere has a secret that is an everyday word or number. Other values that
// the task gives in the open keep it.
func TestEverydayWordsAreSecretsElsewhere(t *testing.T) {
	for _, community := range []string{"public", "core", "1920", "Rack", "private"} {
		scenario(t, community, acsmontest.Options{}, func(w *workbench) {
			name := community + "-web-01"
			given := row{"name": name, "ip_address": "192.0.2.1", "snmp_version": "2c", "snmp_community": community, "location": "Rack " + community}
			for _, r := range []*result{w.check("acsmon_device", given), w.device(given), w.device(given)} {
				if device := at[row](r, "device"); device["name"] != name || device["location"] != given["location"] {
					w.t.Errorf("the answer shows the device %v, want its name %s and its location %s", device, name, given["location"])
				}
				if after := r.object("diff", "after"); r.changed() && after["name"] != name {
					w.t.Errorf("the diff shows %v, want the name %s", after, name)
				}
				if args := r.object("invocation", "module_args"); args["name"] != name || args["snmp_community"] != noLog {
					w.t.Errorf("the answer shows the arguments %v, want the name %s and no community", args, name)
				}
			}
			r := w.check("acsmon_config", row{"devices": []row{with(given, row{"location": "cellar of " + community, "poll_interval_seconds": 1920})}})
			if text := fmt.Sprint(r.row["diff"]); !strings.Contains(text, name) || !strings.Contains(text, "cellar of "+community) || strings.Contains(text, "****") {
				w.t.Errorf("the diff should keep %q in names and locations, and is %s", community, text)
			}
		})
	}
	scenario(t, "in a message", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/devices", Do: acsmontest.Answer(422, nil, `{"message":"the community public of public-web-01 is weak"}`)})
		w.device(row{"name": "public-web-01", "ip_address": "192.0.2.1", "snmp_version": "2c", "snmp_community": "public"}).
			fails("the community ******** of public-web-01 is weak")
	})
}

// object is the object at a path of keys in the answer. If there is none, it is empty.
func (r *result) object(keys ...string) row {
	object := r.row
	for _, key := range keys {
		object, _ = object[key].(row)
	}
	return object
}

// TestMasksAreRefused refuses a mask that is given as if it were the secret itself.
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

// TestSecretsByTheNamesOfTheirKeys hides secrets in a config by the names of their keys.
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
					w.t.Errorf("the config in the %s is %v, want %v", at, got, shown)
				}
			}
		}
		w.monitor(given).wantUnchanged()
		w.run("acsmon_config", row{"state": "gathered", "secret_keys": []string{"account_sid"}}).hides("b3arer", "pa55", "AC1")
	})
	scenario(t, "the URL of a Slack webhook", acsmontest.Options{}, func(w *workbench) {
		r := w.run("acsmon_alert_channel", row{"name": "c", "type": "slack", "config": row{"url": "https://hooks.slack.com/services/T0/B0/x", "channel": "#ops"}})
		if got := r.object("alert_channel", "config"); got["url"] != noLog || got["channel"] != "#ops" {
			w.t.Errorf("the config is %v, want its url hidden and its channel shown", got)
		}
	})
}

// TestConfigOfARowHoldsNoSecret hides the secrets of a config whose keys have the names of options.
func TestConfigOfARowHoldsNoSecret(t *testing.T) {
	scenario(t, "config", acsmontest.Options{}, func(w *workbench) {
		w.Add("monitors", row{"name": "Db", "type": "mysql", "host": "db", "config": row{"password": "pw-of-db", "token": "token-of-db", "username": "shop"}})
		for _, r := range []*result{w.run("acsmon_monitor_info", nil), w.run("acsmon_monitor", row{"name": "Db"}), w.lookup(nil, "monitors")} {
			shown := fmt.Sprint(r.row)
			if strings.Contains(shown, "-of-db") || !strings.Contains(shown, "shop") {
				w.t.Errorf("the answer should show the user name and no secret, and is %s", shown)
			}
		}
	})
}
