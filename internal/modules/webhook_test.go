// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// TestIngestURL hides the URL at which a webhook takes events, under whichever key the server shows it,
// unless the task asks for it.
func TestIngestURL(t *testing.T) {
	for _, key := range []string{"token", "ingest_token", "url", "ingest_url"} {
		scenario(t, key, acsmontest.Options{Alternatives: acsmontest.Alternatives{Ingest: key}}, func(w *workbench) {
			w.addReferenced()
			given := row{"device": "807", "name": "Backup"}
			real, again := w.converges("acsmon_webhook", given)
			made := w.Row("webhooks", id(real))
			token := fmt.Sprint(made["token"])
			hidden := func(r *result) { w.t.Helper(); r.hides(token, "webhook-ingest") }
			hidden(real)
			hidden(again)
			hidden(w.run("acsmon_webhook", with(given, row{"description": "x"})))
			hidden(w.run("acsmon_api", row{"path": "/devices/807/webhooks"}))
			hidden(w.run("acsmon_api", row{"path": fmt.Sprintf("/devices/807/webhooks/%v", made["id"])}))

			show := with(given, row{"show_ingest_url": true})
			for _, r := range []*result{w.check("acsmon_webhook", show), w.run("acsmon_webhook", show)} {
				if !strings.HasSuffix(fmt.Sprint(r.row["ingest_url"]), "/api/v1/webhook-ingest/"+token) {
					w.t.Errorf("ingest_url is %v, want one that ends with the token", r.row["ingest_url"])
				}
				delete(r.row, "ingest_url")
				hidden(r)
			}
			hidden(w.run("acsmon_webhook", with(show, row{"state": "absent"})))
		})
	}
}

// TestSwitchedWebhooks switches webhooks on a server where an update does not do so.
func TestSwitchedWebhooks(t *testing.T) {
	for _, shows := range []string{"all", "given"} {
		scenario(t, shows, acsmontest.Options{Alternatives: acsmontest.Alternatives{Switches: "toggle", CreateShows: shows}}, func(w *workbench) {
			w.addReferenced()
			off := row{"device": "807", "name": "Backup", "is_active": false}
			real, _ := w.converges("acsmon_webhook", off)
			w.has("webhooks", id(real), row{"is_active": false})
			real, _ = w.converges("acsmon_webhook", with(off, row{"is_active": true}))
			one := fmt.Sprintf("/devices/807/webhooks/%d", id(real))
			real.costs("GET /devices/807/webhooks", "PUT "+one, "POST "+one+"/toggle", "GET "+one)
			w.has("webhooks", id(real), row{"is_active": true})
		})
	}
	lost := acsmontest.Options{Alternatives: acsmontest.Alternatives{Switches: "toggle"}}
	scenario(t, "a switch whose response is lost", lost, func(w *workbench) {
		w.addReferenced()
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/devices/807/webhooks/*/toggle", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
		real, _ := w.converges("acsmon_webhook", row{"device": "807", "name": "Backup", "is_active": false})
		w.has("webhooks", id(real), row{"is_active": false})
	})
	scenario(t, "a switch that is refused", lost, func(w *workbench) {
		w.addReferenced()
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/devices/807/webhooks/*/toggle", Do: acsmontest.Status(403)})
		given := row{"device": "807", "name": "Backup", "is_active": false}
		w.run("acsmon_webhook", given).fails("did not take is_active (sent false, shown true) of webhook")
		w.run("acsmon_webhook", given).fails("toggle answered 403")
	})
}

// An update that resets what it does not name is followed by the switch, whatever the server shows
// for true and false. A response that shows a row as it was does not undo the update.
func TestASwitchStaysAsItWas(t *testing.T) {
	for _, booleans := range []string{"booleans", "integers"} {
		alt := acsmontest.Alternatives{Switches: "toggle", Put: "replace", Booleans: booleans}
		scenario(t, booleans, acsmontest.Options{Alternatives: alt}, func(w *workbench) {
			device := w.Add("devices", row{"name": "sw", "ip_address": "10.0.0.1"})
			hook := w.Add("webhooks", row{"device_id": device, "name": "Jobs", "is_active": false})
			w.run("acsmon_webhook", row{"device": "sw", "name": "Jobs", "description": "Nightly"})
			w.has("webhooks", hook, row{"is_active": false, "description": "Nightly"})
		})
	}
	scenario(t, "an error of the switch", acsmontest.Options{Alternatives: acsmontest.Alternatives{Switches: "toggle"}}, func(w *workbench) {
		device := w.Add("devices", row{"name": "sw", "ip_address": "10.0.0.1"})
		w.Add("webhooks", row{"device_id": device, "name": "Jobs", "is_active": true})
		w.Inject(acsmontest.Fault{Method: "POST", Times: 1, Do: acsmontest.Status(500)})
		w.run("acsmon_webhook", row{"device": "sw", "name": "Jobs", "is_active": false}).fails("/toggle answered 500: Server Error")
	})
	scenario(t, "stale", acsmontest.Options{}, func(w *workbench) {
		device := w.Add("devices", row{"name": "sw", "ip_address": "10.0.0.1"})
		oid := w.Add("oids", row{"device_id": device, "oid": "1.3.6.1", "name": "in", "is_monitored": false})
		stale := acsmontest.Answer(200, map[string][]string{"Content-Type": {"application/json"}},
			fmt.Sprintf(`{"id":%d,"oid":"1.3.6.1","name":"in","is_monitored":false}`, oid))
		w.Inject(acsmontest.Fault{Method: "PUT", Do: acsmontest.After(stale)})
		w.run("acsmon_device_oid", row{"device": "sw", "oid": "1.3.6.1", "is_monitored": true})
		w.has("oids", oid, row{"is_monitored": true})
	})
}
