// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"reflect"
	"slices"
	"strings"
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
		"https://monitoring.example.com/acs/api/v1/webhook-ingest/t1":    {"url": "/api/v1/webhook-ingest/t1", "token": "t0"},
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

// However much of its address a webhook shows, the URL is below the base URL, unless the webhook
// shows another host.
func TestIngestOfAPartOfTheAddress(t *testing.T) {
	const other = "https://ingest.example.com/in/webhook-ingest/T"
	for _, base := range []string{"https://monitoring.example.com", "https://monitoring.example.com/acs", "https://monitoring.example.com/a/b/api/v1/"} {
		client := newClient(t, base)
		below := strings.TrimSuffix(base, "/api/v1/") + "/api/v1/webhook-ingest/"
		for shown, want := range map[string]string{
			"T":                                below + "T",
			"webhook-ingest/T":                 below + "T",
			"/webhook-ingest/T":                below + "T",
			"api/v1/webhook-ingest/T":          below + "T",
			"/api/v1/webhook-ingest/T":         below + "T",
			"/acs/api/v1/webhook-ingest/T":     below + "T",
			"/api/v1/webhook-ingest/a%20b?k=v": below + "a%20b?k=v",
			"localhost:80/webhook-ingest/T":    below + "T",
			other:                              other,
			other + "?k=v":                     other + "?k=v",
			"//ingest.example.com/in/webhook-ingest/T":               other,
			"http://localhost/webhook-ingest/T":                      "http://localhost/webhook-ingest/T",
			"http://monitoring.example.com/api/v1/webhook-ingest/T":  below + "T", // TLS ends at a proxy
			"https://monitoring.example.com/api/v1/webhook-ingest/T": below + "T",
			"https://monitoring.example.com/devices/1/webhooks/3":    "", // the webhook's own
			"/api/v1/devices/1/webhooks/3":                           "",
		} {
			if address, _ := client.DeviceWebhooks.Ingest(acsmon.Fields{"url": shown}); address.Reveal() != want {
				t.Errorf("%s below %s gives %s, want %s", shown, base, address.Reveal(), want)
			}
		}
	}
}

// The newest events come first, however the server orders the list, and without reading it all.
func TestRecentEvents(t *testing.T) {
	for name, test := range map[string]struct {
		alternatives acsmontest.Alternatives
		requests     map[int]int // by the number of events
	}{
		"sorted":                       {acsmontest.Alternatives{}, map[int]int{1: 1, 5: 1, 20: 1, 400: 3}},
		"sorted, in small pages":       {acsmontest.Alternatives{PerPageCap: 7}, map[int]int{1: 1, 5: 1, 20: 3}},
		"sorted, without a total":      {acsmontest.Alternatives{PerPageCap: 7, Envelope: "simple"}, map[int]int{1: 1, 5: 1, 20: 3}},
		"sorted, without numbers":      {acsmontest.Alternatives{PerPageCap: 7, Envelope: "cursor"}, map[int]int{1: 1, 5: 1, 20: 3}},
		"a sort that is ignored":       {acsmontest.Alternatives{SortFields: []string{}}, map[int]int{1: 2, 5: 2, 20: 3}},
		"a sort that is refused":       {acsmontest.Alternatives{SortFields: []string{}, Unknown: "422"}, map[int]int{1: 3, 5: 3, 20: 3}},
		"a list that says no total":    {acsmontest.Alternatives{SortFields: []string{}, Envelope: "simple"}, map[int]int{1: 1 + 3, 5: 1 + 3, 20: 1 + 3}},
		"a list of small pages":        {acsmontest.Alternatives{SortFields: []string{}, PerPageCap: 7}, map[int]int{1: 2, 5: 2, 20: 1 + 4}},
		"a list that shows no numbers": {acsmontest.Alternatives{SortFields: []string{}, Envelope: "cursor"}, map[int]int{1: 1 + 3, 5: 1 + 3, 20: 1 + 3}},
	} {
		t.Run(name, func(t *testing.T) {
			server, client := start(t, acsmontest.Options{Alternatives: test.alternatives})
			device := server.Add("devices", acsmon.Fields{"name": "nas"})
			webhook := server.Add("webhooks", acsmon.Fields{"device_id": device, "name": "Backup"})
			var last int64
			for n := range 250 {
				last = server.Add("webhook-events", acsmon.Fields{"device_id": device, "webhook_id": webhook, "payload": map[string]any{"n": n}})
			}
			for n, requests := range test.requests {
				server.ResetRequests()
				events, err := client.DeviceWebhooks.RecentEvents(bg, device, webhook, n)
				if err != nil || len(events) != min(n, 250) || events[0].ID() != last || !slices.IsSortedFunc(events, func(a, b acsmon.Fields) int { return int(b.ID() - a.ID()) }) {
					t.Errorf("%d: %d events, %v, and not %d first: %v", n, len(events), err, last, ids(events))
				}
				if got := len(server.Requests()); got != requests {
					t.Errorf("%d events took %d requests, want %d: %v", n, got, requests, asked(server))
				}
			}
		})
	}
}
