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
