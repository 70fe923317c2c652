// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// hook is a webhook with rules.
var hook = row{
	"device": "807", "name": "hook", "description": "Backups",
	"rules": []any{
		row{"name": "first", "condition": "payload_gt", "payload_field": "job.minutes", "threshold": 20, "channels": []string{"On call"}},
		row{"name": "second", "condition": "payload_ne", "payload_field": "job.state", "threshold": "ok", "severity": "critical", "is_active": false},
	},
}

// rules describes the stored rules of a webhook by their names.
func (w *workbench) rules(webhook int64) map[string]string {
	rules := map[string]string{}
	for _, r := range w.Rows("webhook-alert-rules") {
		if r["webhook_id"] == webhook {
			rules[fmt.Sprint(r["name"])] = fmt.Sprintf("%v %v %v %v %v %v", r["condition"], r["payload_field"], r["threshold"], r["severity"], r["channel_ids"], r["is_active"])
		}
	}
	return rules
}

// hookRules returns the rules of hook.
func hookRules() (first, second row) {
	rules, _ := hook["rules"].([]any)
	first, _ = rules[0].(row)
	second, _ = rules[1].(row)
	return first, second
}

// TestChildren takes the rules of a webhook through their life on each kind of server.
func TestChildren(t *testing.T) {
	first, second := hookRules()
	for name, alt := range alternatives("webhooks", "switches", "rules") {
		scenario(t, name, acsmontest.Options{Alternatives: alt}, func(w *workbench) {
			w.addReferenced()
			w.Add("webhook-alert-rules", row{"device_id": 807, "webhook_id": 813, "name": "first", "condition": "status_down"})
			list := "/devices/807/webhooks"
			step := func(rules []any, changes row, want map[string]string, costs ...string) *result {
				w.t.Helper()
				real, again := w.converges("acsmon_webhook", with(with(hook, changes), row{"rules": rules}))
				made := id(again)
				if got := w.rules(made); !reflect.DeepEqual(got, want) {
					w.t.Errorf("the rules are\n%v\nwant\n%v", got, want)
				}
				if shown := at[[]any](again, "rules"); len(shown) != len(want) {
					w.t.Errorf("the answer shows %d rules, want %d: %v", len(shown), len(want), shown)
				}
				if name == "default" {
					real.costs(strings.Split(strings.ReplaceAll(strings.Join(costs, "\n"), "HOOK", fmt.Sprintf("%s/%d", list, made)), "\n")...)
				}
				return real
			}
			both := map[string]string{"first": "payload_gt job.minutes 20 warning [805] true", "second": "payload_ne job.state ok critical [] false"}
			made := step([]any{first, second}, nil, both, "GET "+list, "GET "+list, "GET /alert-channels",
				"POST "+list, "GET HOOK/alert-rules", "POST HOOK/alert-rules", "POST HOOK/alert-rules")
			if after := made.object("diff", "after"); len(made.object("diff", "after", "rules")) != 2 || after["description"] != "Backups" {
				w.t.Errorf("after is %v in the diff, want two rules and the description Backups", after)
			}
			rule := w.Rows("webhook-alert-rules")[1]["id"]

			both["first"] = "payload_gt job.minutes 30 warning [805] true"
			step([]any{with(first, row{"threshold": 30}), second}, nil, both,
				"GET "+list, "GET HOOK/alert-rules", "GET /alert-channels", fmt.Sprintf("PUT HOOK/alert-rules/%v", rule))
			both = map[string]string{"renamed": "payload_gt job.minutes 30 warning [805] true"}
			step([]any{row{"id": rule, "name": "renamed"}}, row{"is_active": false}, both,
				"GET "+list, "GET HOOK/alert-rules", "PUT HOOK", fmt.Sprintf("PUT HOOK/alert-rules/%v", rule),
				fmt.Sprintf("DELETE HOOK/alert-rules/%v", w.Rows("webhook-alert-rules")[2]["id"]))
			w.run("acsmon_webhook", row{"device": "807", "name": "hook"}).wantUnchanged() // a task that does not set rules
			step([]any{}, nil, map[string]string{}, "GET "+list, "GET HOOK/alert-rules", fmt.Sprintf("DELETE HOOK/alert-rules/%v", rule))
			w.converges("acsmon_webhook", row{"device": "807", "name": "hook", "state": "absent", "rules": []any{first}})
			if got := w.rules(813); len(got) != 1 {
				w.t.Errorf("another webhook has the rules %v, want the one that it had", got)
			}
		})
	}
}

// TestMistakenChildren refuses rules that cannot be made, before anything is written.
func TestMistakenChildren(t *testing.T) {
	for _, test := range []struct {
		rule row
		says []string
	}{
		{row{"condition": "payload_gt"}, []string{"rules[0].id", "rules[0].name"}},
		{row{"name": " ", "condition": "payload_gt"}, []string{"rules[0]: name is empty"}},
		{row{"name": "x", "condition": "payload_gt", "threshold": true}, []string{"rules[0]: threshold is true"}},
		{row{"name": "x", "treshold": 1}, []string{"rules[0].treshold", "did you mean rules[0].threshold"}},
		{row{"name": "x"}, []string{`rules[0] ("x")`, "to create it, give condition too"}},
		{row{"id": 4711}, []string{"rules[0]", "with id 4711"}},
		{row{"name": "x", "condition": "payload_gt", "channels": "Nowhere"}, []string{`there is no alert channel "Nowhere"`}},
	} {
		scenario(t, fmt.Sprint(test.rule), acsmontest.Options{}, func(w *workbench) {
			w.addReferenced()
			given := with(hook, row{"rules": []any{test.rule}})
			w.check("acsmon_webhook", given).fails(test.says...)
			w.run("acsmon_webhook", given).fails(test.says...)
			w.wantNoWrites()
		})
	}
}

// TestChildrenThatFail reports what was done when a rule fails, and the next run does the rest.
func TestChildrenThatFail(t *testing.T) {
	first, _ := hookRules()
	scenario(t, "refused by the server", acsmontest.Options{}, func(w *workbench) {
		w.addReferenced()
		bad := with(hook, row{"rules": []any{first, row{"name": "bad", "condition": "payload_gt", "threshold": strings.Repeat("9", 256)}}})
		r := w.run("acsmon_webhook", bad).fails(`rules[1] ("bad")`, "422").wantValues(row{"changed": true})
		if got := w.rules(id(r)); len(got) != 1 {
			w.t.Errorf("the failed run leaves the rules %v, want the first alone", got)
		}
		w.run("acsmon_webhook", hook)
		if got := w.rules(id(r)); len(got) != 2 {
			w.t.Errorf("the next run leaves the rules %v, want both", got)
		}
	})
	scenario(t, "whose responses are lost", acsmontest.Options{}, func(w *workbench) {
		w.addReferenced()
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/devices/807/webhooks/*/alert-rules", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
		made := w.run("acsmon_webhook", hook).warns("was found to be the one that it made")
		w.Inject(acsmontest.Fault{Method: "PUT", Do: acsmontest.After(acsmontest.Status(500))})
		changed := with(hook, row{"rules": []any{first, row{"name": "second", "severity": "info"}}})
		w.run("acsmon_webhook", changed).warns("was found to be as it was sent")
		if got := w.rules(id(made)); len(got) != 2 || !strings.Contains(got["second"], "info") {
			w.t.Errorf("the rules are %v, want two, of which the second has the severity info", got)
		}
	})
}

// TestChildrenWithoutPermission names the permission that is missing.
func TestChildrenWithoutPermission(t *testing.T) {
	for i, missing := range []string{"alerts.view", "alerts.create", "alerts.edit", "alerts.delete"} {
		scenario(t, "without "+missing, acsmontest.Options{}, func(w *workbench) {
			w.addReferenced()
			given := hook
			if i != 1 {
				w.run("acsmon_webhook", hook)
			}
			switch i {
			case 2:
				given = with(hook, row{"rules": []any{row{"name": "first", "threshold": 1}, row{"name": "second"}}})
			case 3:
				given = with(hook, row{"rules": []any{}})
			}
			w.run("acsmon_webhook", with(given, row{"token": w.tokenWithout(missing)})).fails("403", missing)
		})
	}
}

// TestChildrenThatAddChannels adds channels to rules of a webhook that have the channels of others.
func TestChildrenThatAddChannels(t *testing.T) {
	scenario(t, "webhook rules", acsmontest.Options{}, func(w *workbench) {
		w.addReferenced()
		real, _ := w.converges("acsmon_webhook", hook)
		theirs := w.Add("alert-channels", row{"name": "Theirs", "type": "email"})
		made := id(real)
		for _, r := range w.Rows("webhook-alert-rules") {
			w.Set("webhook-alert-rules", storedID(r), row{"channel_ids": []int64{theirs}})
		}
		adding := with(hook, row{"purge_channels": false})
		w.converges("acsmon_webhook", adding)
		want := map[string]string{
			"first":  fmt.Sprintf("payload_gt job.minutes 20 warning [%d 805] true", theirs),
			"second": fmt.Sprintf("payload_ne job.state ok critical [%d] false", theirs),
		}
		if got := w.rules(made); !reflect.DeepEqual(got, want) {
			w.t.Errorf("the rules are\n%v\nwant\n%v", got, want)
		}
		w.converges("acsmon_webhook", hook)
		if got, want := w.rules(made)["first"], "payload_gt job.minutes 20 warning [805] true"; got != want {
			w.t.Errorf("the first rule is %s, want %s", got, want)
		}
	})
}
