// SPDX-License-Identifier: MIT

package acsmontest_test

import (
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// A webhook takes what is pushed to the address that the server made, from whoever
// knows it.
func TestIngest(t *testing.T) {
	for _, key := range []string{"token", "ingest_token", "url", "ingest_url"} {
		t.Run(key, func(t *testing.T) {
			s, admin := start(t, acsmontest.Options{RateLimit: 60, Alternatives: acsmontest.Alternatives{Ingest: key}})
			device := s.Add("devices", row{"name": "nas"})
			hooks := path("/devices/%d/webhooks", device)
			made := admin.do("POST", hooks, row{"name": "Backup", "url": "https://example.com", "token": "mine"}).is(201)
			token := s.Rows("webhooks")[0]["token"].(string)
			shown, _ := made.at(key).(string)
			if len(token) < 16 || !strings.HasSuffix(shown, token) || strings.HasSuffix(key, "url") != strings.HasPrefix(shown, s.URL+"/api/v1/webhook-ingest/") {
				t.Errorf("%s is shown as %q", token, shown)
			}
			guest := admin.as("")
			guest.do("POST", "/webhook-ingest/"+token+"?host=nas", row{"job": row{"state": "ok"}}).is(200)
			guest.do("GET", "/webhook-ingest/"+token, nil).is(200)
			guest.do("POST", "/webhook-ingest/guess", row{}).is(404)
			events := admin.get(path("%s/%v/events?sort=id", hooks, made.at("id"))).has("meta.total", 2)
			events.has("data.0.payload", row{"job": row{"state": "ok"}}).has("data.0.query", row{"host": "nas"}).has("data.1.method", "GET")
			admin.do("POST", path("%s/%v/toggle", hooks, made.at("id")), nil).is(200).has("is_active", false)
			guest.do("POST", "/webhook-ingest/"+token, row{}).is(403)
		})
	}
}

// Some servers switch a webhook by the route for that alone.
func TestSwitches(t *testing.T) {
	s, admin := start(t, acsmontest.Options{Alternatives: acsmontest.Alternatives{Switches: "toggle"}})
	hooks := path("/devices/%d/webhooks", s.Add("devices", row{"name": "nas"}))
	made := admin.do("POST", hooks, row{"name": "Backup", "is_active": false}).is(201).has("is_active", true)
	admin.do("PUT", path("%s/%v", hooks, made.at("id")), row{"is_active": false}).is(200).has("is_active", true)
}

// The rules of a webhook raise alerts and end them, where a server serves such alerts.
func TestWebhookAlerts(t *testing.T) {
	rules := []struct {
		rule      row
		bad, good any
	}{
		{row{"condition": "payload_ne", "payload_field": "job.state", "threshold": "ok"}, row{"job": row{"state": "failed"}}, row{"job": row{"state": "ok"}}},
		{row{"condition": "payload_eq", "payload_field": "code", "threshold": "2"}, row{"code": 2}, row{"code": 0}},
		{row{"condition": "payload_contains", "payload_field": "text", "threshold": "err"}, row{"text": "an error"}, row{"text": "fine"}},
		{row{"condition": "payload_gt", "payload_field": "minutes", "threshold": "90"}, row{"minutes": 90.5}, row{"minutes": 90}},
		{row{"condition": "payload_lt", "payload_field": "left", "threshold": "10"}, row{"left": 9}, row{"left": "11"}},
		{row{"condition": "status_down"}, row{"status": "down"}, row{"status": "up"}},
		{row{"condition": "status_up"}, row{"status": "up"}, row{"status": "down"}},
	}
	for _, served := range []string{"absent", "named", "bare"} {
		for _, test := range rules {
			t.Run(served+" "+test.rule["condition"].(string), func(t *testing.T) {
				s, admin := start(t, acsmontest.Options{Alternatives: acsmontest.Alternatives{WebhookAlerts: served}})
				device := s.Add("devices", row{"name": "nas"})
				hooks := path("/devices/%d/webhooks", device)
				hook := admin.do("POST", hooks, row{"name": "Backup"}).is(201)
				test.rule["name"], test.rule["severity"], test.rule["consecutive_failures"] = "r", "critical", 2
				admin.do("POST", path("%s/%v/alert-rules", hooks, hook.at("id")), test.rule).is(201)
				push := func(payload any) {
					admin.as("").do("POST", "/webhook-ingest/"+hook.at("token").(string), payload).is(200)
				}
				push(test.bad)
				admin.get("/alert-events").has("meta.total", 0)
				push(row{"unrelated": 1})
				push(test.bad)
				push(test.bad)
				if served == "absent" {
					admin.get("/alert-events").has("meta.total", 0)
					return
				}
				alerts := admin.get("/alert-events").has("meta.total", 1).has("data.0.severity", "critical").has("data.0.status", "open").has("data.0.device", nil).has("data.0.monitor", nil)
				if served == "named" {
					alerts.has("data.0.webhook.name", "Backup")
				}
				push(test.good)
				admin.get("/alert-events").has("data.0.status", "resolved")
				push(test.bad)
				admin.get("/alert-events").has("meta.total", 1)
			})
		}
	}
}
