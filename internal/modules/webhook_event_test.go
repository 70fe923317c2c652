// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

const ingestToken = "q7hx2token0of0the0hook"

// addWebhook adds a webhook to a device of addReferenced, and returns its ingest URL.
func (w *workbench) addWebhook() (id int64, url string) {
	w.t.Helper()
	w.addReferenced()
	id = w.Add("webhooks", row{"device_id": int64(807), "name": "Backup", "token": ingestToken})
	return id, fmt.Sprint(w.args["base_url"]) + "/api/v1/webhook-ingest/" + ingestToken
}

// push runs acsmon_webhook_event, and looks for the token of the webhook in the result.
func (w *workbench) push(given row) *result {
	w.t.Helper()
	r := w.run("acsmon_webhook_event", given)
	if text := fmt.Sprint(r.row); strings.Contains(text, ingestToken[:10]) {
		w.t.Errorf("the answer shows the ingest URL: %s", text)
	}
	for _, request := range r.requests {
		if request.Header.Get("Authorization") != "" {
			w.t.Errorf("the request for %s has a token, want none", request.Path)
		}
	}
	return r
}

// TestPushedEvent sends an event, which is then in the list of what the webhook has received.
func TestPushedEvent(t *testing.T) {
	for name, alternatives := range alternatives() {
		scenario(t, name, acsmontest.Options{Alternatives: alternatives}, func(w *workbench) {
			_, url := w.addWebhook()
			given := row{"ingest_url": url, "payload": row{"job": row{"state": "ok"}}, "query": row{"try": 2}}
			w.check("acsmon_webhook_event", given).costs().wantChanged()
			w.push(given).costs("POST /webhook-ingest/" + ingestToken).wantChanged().wantValues(row{"attempts": 1.0, "may_be_repeated": false})
			w.push(row{"ingest_url": url})
			hook := row{"device": "807", "name": "Backup", "recent_events": 1}
			if events := rowsAt(w.run("acsmon_webhook", hook), "events"); len(events) != 1 || events[0]["payload"] != nil {
				w.t.Errorf("the newest event is %v, want one without a payload", events)
			}
			hook["recent_events"] = 5
			events := rowsAt(w.check("acsmon_webhook", hook), "events")
			if len(events) != 2 || fmt.Sprint(events[1]["payload"], events[1]["query"]) != "map[job:map[state:ok]] map[try:2]" {
				w.t.Errorf("the events are %v, want two, the second with the state ok and try 2", events)
			}
		})
	}
}

// TestRecentEventsOfAWebhook reads the events of a webhook, if there is one.
func TestRecentEventsOfAWebhook(t *testing.T) {
	scenario(t, "one that is created, and one that is removed", acsmontest.Options{}, func(w *workbench) {
		w.addReferenced()
		given := row{"device": "807", "name": "Backup", "recent_events": 3}
		real, again := w.converges("acsmon_webhook", given)
		for _, r := range []*result{real, again} {
			r.wantValues(row{"events": []any{}})
		}
		hook := fmt.Sprintf("/devices/807/webhooks/%d/events", id(real))
		again.costs("GET /devices/807/webhooks", "GET "+hook)
		for _, n := range []int{-1, 101} {
			w.run("acsmon_webhook", with(given, row{"recent_events": n})).fails("must be between 0 and 100").costs()
		}
		w.Inject(acsmontest.Fault{Path: hook, Do: acsmontest.Status(403)})
		w.run("acsmon_webhook", with(given, row{"description": "Nightly"})).fails("webhooks.view").wantValues(row{"changed": true})
		w.run("acsmon_webhook", with(given, row{"state": "absent"})).wantValues(row{"events": nil})
	})
	scenario(t, "events of strangers", acsmontest.Options{}, func(w *workbench) {
		hook, _ := w.addWebhook()
		w.Add("webhook-events", row{"device_id": int64(807), "webhook_id": hook, "method": "POST\x1b[2J", "payload": row{"\x1b]0;x": ingestToken, "a": "\u202e"}})
		r := w.run("acsmon_webhook", row{"device": "807", "name": "Backup", "recent_events": 3})
		r.hides("\x1b", "\u202e", ingestToken)
	})
}

// TestRefusedEvents sends events that do not arrive, or may have arrived.
func TestRefusedEvents(t *testing.T) {
	scenario(t, "mistakes", acsmontest.Options{}, func(w *workbench) {
		_, url := w.addWebhook()
		for _, test := range []struct {
			given row
			says  string
		}{
			{row{"ingest_url": ingestToken}, "the ingest URL does not begin with https://"},
			{row{"ingest_url": url, "payload": `{"a": 1}`}, "payload is neither a mapping nor a list"},
			{row{"ingest_url": url, "query": row{"a": nil}}, "query.a has no value"},
		} {
			w.push(test.given).fails(test.says).costs()
			w.check("acsmon_webhook_event", test.given).fails(test.says)
		}
	})
	for name, test := range map[string]struct {
		fault   acsmontest.Fault
		says    []string
		changed bool
	}{
		"a webhook that is gone": {acsmontest.Fault{Do: acsmontest.Status(404)}, []string{"POST /webhook-ingest/*** answered 404", "check whether the webhook still exists"}, false},
		"a redirect":             {acsmontest.Fault{Do: acsmontest.Answer(301, map[string][]string{"Location": {"https://x.example/api/v1/webhook-ingest/" + ingestToken}}, "")}, []string{"redirects", "check ingest_url"}, false},
		"lost again and again":   {acsmontest.Fault{Do: acsmontest.After(acsmontest.Reset())}, []string{"the webhook may have received the event"}, true},
	} {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			_, url := w.addWebhook()
			w.Inject(test.fault)
			r := w.push(row{"ingest_url": url, "max_wait": 5}).fails(test.says...).wantValues(row{"changed": test.changed})
			at[row](r, "failure")
		})
	}
	scenario(t, "a response that is lost once", acsmontest.Options{}, func(w *workbench) {
		_, url := w.addWebhook()
		w.Inject(acsmontest.Fault{Times: 1, Do: acsmontest.After(acsmontest.Reset())})
		r := w.push(row{"ingest_url": url}).warns("may have received the event more than once")
		r.wantValues(row{"attempts": 2.0, "may_be_repeated": true})
		w.wantRows("webhook-events", 2)
	})
	scenario(t, "a webhook that is switched off", acsmontest.Options{}, func(w *workbench) {
		hook, url := w.addWebhook()
		w.run("acsmon_webhook", row{"device": "807", "id": hook, "is_active": false})
		w.push(row{"ingest_url": url}).fails("answered 403", "is active")
	})
}

// TestEventsTakeNothingElsewhere sends neither a token nor the headers of a gateway to another server.
func TestEventsTakeNothingElsewhere(t *testing.T) {
	scenario(t, "headers", acsmontest.Options{}, func(w *workbench) {
		_, url := w.addWebhook()
		debug := filepath.Join(w.t.TempDir(), "debug")
		w.args["_acsmon_environment"] = row{"ACSMON_DEBUG": debug, "ACSMON_TOKEN": "1|environment"}
		w.args["headers"] = row{"X-Gateway": "gateway-key"}
		sent := func(given row) string {
			w.push(given)
			requests := w.Requests()
			return requests[len(requests)-1].Header.Get("X-Gateway")
		}
		if got := sent(row{"ingest_url": url}); got != "gateway-key" {
			w.t.Errorf("the gateway's header is %q, want gateway-key", got)
		}
		if got := sent(row{"ingest_url": url, "base_url": "https://elsewhere.example.com"}); got != "" {
			w.t.Errorf("another server received the gateway's header %q, want none", got)
		}
		delete(w.args, "base_url")
		if got := sent(row{"ingest_url": url}); got != "" {
			w.t.Errorf("without base_url, the header is %q, want none", got)
		}
		if text, err := os.ReadFile(debug); err != nil || strings.Contains(string(text), ingestToken) || !strings.Contains(string(text), "POST") {
			w.t.Errorf("ACSMON_DEBUG should write POST and no token, and writes (%v)\n%s", err, text)
		}
	})
	scenario(t, "plain http", acsmontest.Options{}, func(w *workbench) {
		w.addWebhook()
		w.options = append(w.options, acsmon.WithDialer(w.Dial))
		w.push(row{"ingest_url": "http://hooks.example.com/api/v1/webhook-ingest/" + ingestToken}).warns("the ingest URL crosses the network unencrypted")
	})
}

// TestSilentBackup goes from the rule of a webhook over an event to an alert, and back.
func TestSilentBackup(t *testing.T) {
	for _, served := range []string{"named", "bare"} {
		scenario(t, served, acsmontest.Options{Alternatives: acsmontest.Alternatives{WebhookAlerts: served}}, func(w *workbench) {
			w.addReferenced()
			w.Add("alert-events", row{"device_id": int64(807), "triggered_at": "2026-04-22T10:00:00Z"})
			made := w.run("acsmon_webhook", row{"device": "807", "name": "Backup", "show_ingest_url": true, "rules": []row{
				{"name": "Backup", "condition": "payload_ne", "payload_field": "job.state", "threshold": "ok", "severity": "critical"},
			}})
			report := func(state string) {
				w.run("acsmon_webhook_event", row{"ingest_url": made.row["ingest_url"], "payload": row{"job": row{"state": state}}})
			}
			count := func(given row, want int) {
				w.t.Helper()
				found := rowsAt(w.run("acsmon_alert_info", given), "alerts")
				if len(found) != want {
					w.t.Errorf("%v finds %d alerts, want %d: %v", given, len(found), want, found)
				}
				for _, alert := range found {
					if given["source"] == "webhook" && alert["source"] != "webhook" {
						w.t.Errorf("%v finds %v, want alerts of webhooks alone", given, alert)
					}
				}
			}
			report("ok")
			count(row{"source": "webhook"}, 0)
			report("missing")
			count(row{"source": "webhook"}, 1)
			count(row{"source": "device"}, 1)
			count(row{"source": "monitor"}, 0)
			count(row{}, 2)
			count(row{"name_pattern": "back*"}, map[string]int{"named": 1}[served])
			real, _ := w.converges("acsmon_alert", row{"source": "webhook", "severity": []string{"critical"}})
			if found := rowsAt(real, "alerts"); len(found) != 1 {
				w.t.Errorf("the answer shows the alerts %v, want one", found)
			}
			report("ok")
			count(row{"source": "webhook"}, 0)
		})
	}
}
