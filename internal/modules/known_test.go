// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/profile"
)

// knows gives a profile of the server to every later run.
func (w *workbench) knows(p profile.Profile) {
	w.t.Helper()
	origin, err := acsmon.Origin(fmt.Sprint(w.args["base_url"]))
	if err != nil {
		w.t.Fatal(err)
	}
	p.Server = origin
	path := filepath.Join(w.t.TempDir(), "profile.json")
	if err := p.Save(path); err != nil {
		w.t.Fatal(err)
	}
	w.args["profile"] = path
}

// friendly is a server that keeps what an update does not name, and whose search finds what there is.
var friendly = profile.Profile{Lists: map[string]profile.List{
	"/devices":  {KeepsUnnamed: profile.Yes, SearchFinds: profile.Yes},
	"/monitors": {KeepsUnnamed: profile.Yes, SearchFinds: profile.Yes},
}}

// TestAKnownServer takes fewer requests if a profile says what the server does.
func TestAKnownServer(t *testing.T) {
	scenario(t, "an update is one search and one field", acsmontest.Options{Devices: 1000}, func(w *workbench) {
		made := w.Add("devices", with(router, row{"location": "Rack 1", "device_group_id": nil}))
		moved := row{"name": "router", "location": "Rack 4"}
		w.device(moved).fails("snmp_community")
		w.knows(friendly)
		r := w.device(moved).costs("GET /devices", fmt.Sprintf("PUT /devices/%d", made))
		if got, want := string(r.wantNoWarnings().request(1).Body), `{"location":"Rack 4"}`; got != want {
			w.t.Errorf("the module sent %s, want %s", got, want)
		}
		w.has("devices", made, row{"snmp_community": "c0mmunity", "location": "Rack 4"})
	})
	create := row{"name": "brand new", "type": "ping", "host": "192.0.2.1"}
	scenario(t, "a create is a search and a write", acsmontest.Options{Monitors: 1000}, func(w *workbench) {
		w.knows(friendly)
		w.monitor(create).costs("GET /monitors", "POST /monitors")
		w.monitor(create).costs("GET /monitors")
		w.monitor(row{"name": "not there", "state": "absent"}).costs("GET /monitors")
	})
	scenario(t, "without a profile the whole list is read", acsmontest.Options{Monitors: 1000}, func(w *workbench) {
		if r := w.monitor(create); len(r.requests) < 12 {
			w.t.Errorf("the module made %d requests, want 12 or more", len(r.requests))
		}
	})
	scenario(t, "a profile of facts that do not hold changes nothing", acsmontest.Options{Monitors: 1000}, func(w *workbench) {
		w.knows(profile.Profile{Lists: map[string]profile.List{"/monitors": {KeepsUnnamed: profile.No, SearchFinds: profile.No}}})
		if r := w.monitor(create); len(r.requests) < 12 {
			w.t.Errorf("the module made %d requests, want 12 or more", len(r.requests))
		}
	})
	scenario(t, "pages are as large as the server gives", acsmontest.Options{Monitors: 1000, Alternatives: acsmontest.Alternatives{PerPageCap: 500}}, func(w *workbench) {
		w.knows(profile.Profile{Lists: map[string]profile.List{"/monitors": {PageSize: 500}}})
		w.run("acsmon_monitor_info", row{}).costs("GET /monitors", "GET /monitors")
	})
}

// TestAProfileIsContradicted sends the whole row to a server that needs it against its profile, and warns.
// If a secret could be lost by that, the task fails.
func TestAProfileIsContradicted(t *testing.T) {
	replaces := acsmontest.Options{Alternatives: acsmontest.Alternatives{Put: "replace"}}
	moved := row{"name": "router", "location": "Rack 4"}
	scenario(t, "with the secret", replaces, func(w *workbench) {
		made := w.Add("devices", with(router, row{"location": "Rack 1", "poll_interval_seconds": 3600}))
		w.knows(friendly)
		put, get := fmt.Sprintf("PUT /devices/%d", made), fmt.Sprintf("GET /devices/%d", made)
		w.device(with(moved, row{"snmp_community": "c0mmunity", "snmp_version": "2c"})).costs("GET /devices", put, get, put).
			warns("contradicts the server profile, which is put aside for this run: run acsmon doctor --write again")
		w.has("devices", made, row{"location": "Rack 4", "poll_interval_seconds": 3600, "ip_address": "192.0.2.1", "snmp_community": "c0mmunity"})
	})
	scenario(t, "without it", replaces, func(w *workbench) {
		made := w.Add("devices", with(router, row{"location": "Rack 1"}))
		w.knows(friendly)
		w.device(moved).fails("contradicts the server profile", "snmp_community")
		w.has("devices", made, row{"location": "Rack 1", "snmp_community": "c0mmunity"})
	})
}

// TestKnownKeys sends the key that the profile names.
func TestKnownKeys(t *testing.T) {
	scenario(t, "group", acsmontest.Options{}, func(w *workbench) {
		group := w.Add("monitor-groups", row{"name": "Web", "color": "#fff"})
		w.knows(profile.Profile{Keys: map[string]map[string]string{"acsmon_monitor": {"group": "group.id", "device": "device.id"}}})
		r := w.monitor(row{"name": "a", "type": "ping", "host": "192.0.2.1", "group": "Web"})
		sent := ""
		for _, request := range r.requests {
			if request.Method == "POST" {
				sent = string(request.Body)
			}
		}
		if !strings.Contains(sent, fmt.Sprintf(`"group_id":%d`, group)) || strings.Contains(sent, "monitor_group_id") {
			w.t.Errorf("the module sent %s, want group_id %d and no monitor_group_id", sent, group)
		}
	})
}
