// SPDX-License-Identifier: GPL-3.0-or-later

package alerts_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/alerts"
)

func parse(t *testing.T, text string) []acsmon.Fields {
	t.Helper()
	var list []acsmon.Fields
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestMerge holds that each event comes once, in whichever lists the server has it, and with the
// source of what it is about.
func TestMerge(t *testing.T) {
	const (
		monitor = `{"id":1,"monitor":{"id":7,"name":"Shop"},"triggered_at":"2026-01-01"}`
		byID    = `{"id":2,"monitor_id":7,"device_id":3}`
		device  = `{"id":1,"device":{"id":3,"name":"core"},"monitor":null,"triggered_at":"2026-01-01"}`
		hook    = `{"id":9,"device":{"id":3},"webhook":{"id":4,"name":"CI"}}`
		silent  = `{"id":5}`
	)
	for _, test := range []struct {
		name, ofMonitors, ofDevices, source string
		want                                []string
	}{
		{"lists apart", "[" + monitor + "]", "[" + device + "]", alerts.Any, []string{"monitor 1 /monitor-events", "device 1 /alert-events"}},
		{"one list", "[]", "[" + monitor + "," + device + "]", alerts.Any, []string{"monitor 1 /alert-events", "device 1 /alert-events"}},
		{"monitors in both", "[" + monitor + "]", "[" + monitor + "," + device + "]", alerts.Any, []string{"monitor 1 /monitor-events", "device 1 /alert-events"}},
		{"of monitors", "[" + monitor + "]", "[" + monitor + "," + device + "]", alerts.Monitor, []string{"monitor 1 /monitor-events"}},
		{"of devices", "[" + monitor + "]", "[" + monitor + "," + device + "]", alerts.Device, []string{"device 1 /alert-events"}},
		{"named by ids", "[]", "[" + byID + "]", alerts.Any, []string{"monitor 2 /alert-events"}},
		{"of webhooks", "[" + monitor + "]", "[" + hook + "," + device + "]", alerts.Webhook, []string{"webhook 9 /alert-events"}},
		{"webhooks in both", "[" + hook + "]", "[" + hook + "]", alerts.Any, []string{"webhook 9 /alert-events"}},
		{"webhooks by their ids", "[]", `[{"id":9,"device_id":3,"device_webhook_id":4}]`, alerts.Any, []string{"webhook 9 /alert-events"}},
		{"webhooks by a word", "[]", `[{"id":9,"device_id":3,"source":"webhook"},{"id":8,"device_id":3,"alertable_type":"App\\Models\\DeviceWebhook"},{"id":7,"device_id":3,"source":"snmp"}]`, alerts.Any, []string{"webhook 9 /alert-events", "webhook 8 /alert-events", "device 7 /alert-events"}},
		{"alerts that have neither a device nor a monitor", "[]", `[{"id":9,"device":null,"monitor":null}]`, alerts.Webhook, []string{"webhook 9 /alert-events"}},
		{"a monitor that is not loaded", "[]", `[{"id":9,"device":null,"monitor":null,"monitor_id":7}]`, alerts.Any, []string{"monitor 9 /alert-events"}},
		{"alerts that say only that they have no device", "[]", `[{"id":9,"device":null}]`, alerts.Any, []string{"device 9 /alert-events"}},
		{"rows that say nothing", "[" + silent + "]", `[{"id":6}]`, alerts.Any, []string{"monitor 5 /monitor-events", "device 6 /alert-events"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, a := range alerts.Merge(test.source, parse(t, test.ofMonitors), parse(t, test.ofDevices)) {
				got = append(got, a.String()+" "+a.List)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestTheListsAreThoseOfTheClient(t *testing.T) {
	client, err := acsmon.New("https://monitoring.example.com", acsmon.WithToken("1|x"))
	if err != nil {
		t.Fatal(err)
	}
	if client.MonitorEvents.Path() != alerts.MonitorList || client.AlertEvents.Path() != alerts.DeviceList {
		t.Errorf("the client has %s and %s", client.MonitorEvents.Path(), client.AlertEvents.Path())
	}
}
