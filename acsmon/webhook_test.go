// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"reflect"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
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
