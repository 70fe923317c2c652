// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// The address is found under whichever key it is, and is no longer in the fields.
func TestIngest(t *testing.T) {
	client, err := acsmon.New("https://monitoring.example.com/acs")
	if err != nil {
		t.Fatal(err)
	}
	for want, shown := range map[string]acsmon.Fields{
		"https://monitoring.example.com/acs/api/v1/webhook-ingest/t0k":   {"token": "t0k"},
		"https://monitoring.example.com/acs/api/v1/webhook-ingest/a%20b": {"ingest_token": "a b"},
		"https://monitoring.example.com/api/v1/webhook-ingest/t1":        {"url": "/api/v1/webhook-ingest/t1", "token": "t0"},
		"https://ingest.example.com/webhook-ingest/t2":                   {"ingest_url": "https://ingest.example.com/webhook-ingest/t2"},
		"": {"token": "********", "url": nil, "ingest_url": map[string]any{}},
	} {
		shown["name"] = "Backup"
		address, rest := client.DeviceWebhooks.Ingest(shown)
		if address.Reveal() != want {
			t.Errorf("%v gives %s, want %s", shown, address.Reveal(), want)
		}
		if !reflect.DeepEqual(rest, acsmon.Fields{"name": "Backup"}) {
			t.Errorf("%v leaves %v", shown, rest)
		}
	}
}

// The newest events come first, however the server orders the list, and without reading it all.
func TestRecentEvents(t *testing.T) {
	for name, test := range map[string]struct {
		alternatives acsmontest.Alternatives
		requests     int
	}{
		"sorted":                       {acsmontest.Alternatives{}, 1},
		"a sort that is ignored":       {acsmontest.Alternatives{SortFields: []string{}}, 3},
		"a sort that is refused":       {acsmontest.Alternatives{SortFields: []string{}, Unknown: "422"}, 4},
		"a list that says no total":    {acsmontest.Alternatives{SortFields: []string{}, Envelope: "simple"}, 1 + 3},
		"a list of small pages":        {acsmontest.Alternatives{SortFields: []string{}, PerPageCap: 7}, 3},
		"a list that shows no numbers": {acsmontest.Alternatives{SortFields: []string{}, Envelope: "cursor"}, 1 + 3},
	} {
		t.Run(name, func(t *testing.T) {
			server, client := start(t, acsmontest.Options{Alternatives: test.alternatives})
			device := server.Add("devices", acsmon.Fields{"name": "nas"})
			webhook := server.Add("webhooks", acsmon.Fields{"device_id": device, "name": "Backup"})
			var last int64
			for n := range 250 {
				last = server.Add("webhook-events", acsmon.Fields{"device_id": device, "webhook_id": webhook, "payload": map[string]any{"n": n}})
			}
			for _, n := range []int{1, 5} {
				server.ResetRequests()
				events, err := client.DeviceWebhooks.RecentEvents(bg, device, webhook, n)
				if err != nil || len(events) != n || events[0].ID() != last || !slices.IsSortedFunc(events, func(a, b acsmon.Fields) int { return int(b.ID() - a.ID()) }) {
					t.Errorf("%d: %v, %v, and not %d first", n, events, err, last)
				}
				if got := len(server.Requests()); got != test.requests {
					t.Errorf("%d requests, want %d: %v", got, test.requests, asked(server))
				}
			}
		})
	}
}
