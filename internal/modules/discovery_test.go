// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// scanServers are the servers that differ in what a scan shows, an import answers, and a second
// run leaves.
func scanServers() map[string]acsmontest.Alternatives {
	all := alternatives()
	for _, discovered := range []string{"hostname", "name"} {
		for _, answers := range []string{"device", "both", "message"} {
			for _, rerun := range []string{"kept", "new"} {
				all[discovered+", "+answers+", "+rerun] = acsmontest.Alternatives{Discovered: discovered, Imported: answers, Rerun: rerun}
			}
		}
	}
	return all
}

var office = row{"name": "office", "subnet": "192.0.2.0/24", "run": "changed", "wait": true}

// states are the states of the imports in a result, by address.
func (r *result) states() map[string]string {
	r.t.Helper()
	states := map[string]string{}
	imports, _ := r.row["imports"].([]any)
	for _, i := range imports {
		states[fmt.Sprint(i.(row)["address"])] = fmt.Sprint(i.(row)["state"])
	}
	return states
}

// TestOnboarding goes from a subnet to devices with monitors and OIDs, on each kind of server, and
// then changes nothing.
func TestOnboarding(t *testing.T) {
	for name, alternatives := range scanServers() {
		scenario(t, name, acsmontest.Options{Alternatives: alternatives, CheckTime: 40 * time.Second}, func(w *workbench) {
			all := with(office, row{"import": row{"all": true}})
			if check := w.check("acsmon_discovery", all); !check.changed() || len(check.states()) != 0 {
				w.t.Errorf("%v", check.row)
			}
			scanned := w.run("acsmon_discovery", office)
			if !scanned.changed() || at[row](scanned, "discovery")["status"] != "completed" {
				w.t.Fatalf("%v", scanned.row)
			}
			web := with(office, row{"import": row{"services": []string{"SSH", "http?"}, "addresses": []string{"192.0.2.0/29"}}})
			real, again := w.converges("acsmon_discovery", web)
			if want := map[string]string{"192.0.2.2": "imported", "192.0.2.3": "imported"}; !maps.Equal(real.states(), want) {
				w.t.Errorf("%v, want %v", real.states(), want)
			}
			if want := map[string]string{"192.0.2.2": "present", "192.0.2.3": "present"}; !maps.Equal(again.states(), want) {
				w.t.Errorf("%v, want %v", again.states(), want)
			}
			for _, i := range rowsAt(real, "imports") {
				made := i
				device, _ := made["device"].(row)
				services := made["services"].([]any)
				if device["name"] == nil || len(made["monitors"].([]any)) != len(services) {
					w.t.Errorf("%v", made)
				}
			}
			w.converges("acsmon_discovery", all)
			again = w.run("acsmon_discovery", with(all, row{"run": "always"}))
			if !slices.Equal(slices.Collect(maps.Values(again.states())), []string{"present", "present", "present"}) {
				w.t.Errorf("after another scan: %v", again.states())
			}
			devices := slices.DeleteFunc(w.Rows("devices"), func(d row) bool { return !strings.HasPrefix(fmt.Sprint(d["ip_address"]), "192.0.2.") })
			if len(devices) != 3 {
				w.t.Errorf("%d devices", len(devices))
			}

			switchOn := row{"device": fmt.Sprint(devices[0]["id"]), "match": []string{"IFINOCTETS.*", "1.3.6.1.2.1.2.2.1.16.?"}, "is_monitored": true, "wait_timeout": 60}
			w.run("acsmon_device", row{"id": devices[0]["id"], "walk": "always"})
			w.run("acsmon_device_oid", switchOn).wantChanged()
			on, _ := w.converges("acsmon_device_oid", with(switchOn, row{"is_monitored": false}))
			if got := at[[]any](on, "device_oids"); len(got) != 4 {
				w.t.Errorf("%v", got)
			}
		})
	}
}

// TestDiscovery is what a scan can be told beside its life.
func TestDiscovery(t *testing.T) {
	scenario(t, "SNMP v3 and a schedule", acsmontest.Options{}, func(w *workbench) {
		given := row{
			"name": "dc", "subnet": "198.51.100.0/24", "schedule": "0 3 * * 1", "snmp_version": "3", "snmp_v3_user": "monitoring", "snmp_v3_auth_protocol": "SHA",
			"snmp_v3_auth_password": "auth-pass", "snmp_v3_priv_protocol": "AES", "snmp_v3_priv_password": "priv-pass",
		}
		real, again := w.converges("acsmon_discovery", given)
		stored := maps.Clone(given)
		w.has("discovery", id(real), stored)
		for _, r := range []*result{real, again} {
			if text := fmt.Sprint(r.row); strings.Contains(text, "auth-pass") || strings.Contains(text, "priv-pass") {
				w.t.Errorf("a secret is in %s", text)
			}
		}
		w.run("acsmon_discovery", with(given, row{"schedule": "0 4 * * 1"})).fails("schedule")
	})
	scenario(t, "a scan without a name", acsmontest.Options{}, func(w *workbench) {
		real, _ := w.converges("acsmon_discovery", row{"subnet": "192.0.2.0/28"})
		w.has("discovery", id(real), row{"name": nil, "subnet": "192.0.2.0/28"})
		w.converges("acsmon_discovery", row{"subnet": "192.0.2.0/28", "state": "absent"})
	})
	scenario(t, "one that runs already", acsmontest.Options{CheckTime: 30 * time.Second}, func(w *workbench) {
		w.run("acsmon_discovery", with(office, row{"wait": false}))
		r := w.run("acsmon_discovery", with(office, row{"import": row{"device_types": []string{"switch"}}, "poll_interval": 4}))
		if want := map[string]string{"192.0.2.1": "imported"}; !maps.Equal(r.states(), want) || r.row["started"] != false {
			w.t.Errorf("%v", r.row)
		}
	})
	scenario(t, "one that takes too long", acsmontest.Options{CheckTime: time.Hour}, func(w *workbench) {
		r := w.run("acsmon_discovery", with(office, row{"wait_timeout": 60, "import": row{"all": true}})).fails("is not finished after 60 s: set wait_timeout to more")
		if r.row["changed"] != true || at[row](r, "discovery")["status"] != "running" || len(w.Rows("devices")) != 0 {
			w.t.Errorf("%v", r.row)
		}
	})
	scenario(t, "one that fails", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/discovery/*", Do: acsmontest.Answer(200, nil, `{"id": 1, "status": "failed", "last_run_at": "2026-04-22T11:00:00Z"}`)})
		w.run("acsmon_discovery", office).fails(`ended with the status "failed"`)
	})
	scenario(t, "one that does not show its results", acsmontest.Options{}, func(w *workbench) {
		w.Add("discovery", row{"name": "office", "subnet": "192.0.2.0/24", "status": "completed"})
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/discovery/*", Do: acsmontest.Answer(200, nil, `{"id": 1, "status": "completed"}`)})
		w.run("acsmon_discovery", with(office, row{"import": row{"all": true}})).fails("the server does not show what discovery scan")
	})
	scenario(t, "mistakes", acsmontest.Options{}, func(w *workbench) {
		for says, given := range map[string]row{
			"import does not say which results are meant":     {"import": row{}},
			"import.services is empty, which selects nothing": {"import": row{"services": []string{}}},
			`import.addresses has "192.0.2.0/64"`:             {"import": row{"addresses": []string{"192.0.2.0/64"}}},
			"poll_interval must be more than 0":               {"poll_interval": 0},
		} {
			w.run("acsmon_discovery", with(office, given)).fails(says).costs()
		}
	})
}

// found adds a scan that has found three hosts, of which none is imported.
func (w *workbench) found() (results []int64) {
	w.t.Helper()
	scan := w.Add("discovery", row{"id": int64(70), "name": "office", "subnet": "192.0.2.0/24", "status": "completed", "last_run_at": "2026-04-22T10:00:00Z"})
	for n, services := range [][]string{{"ssh:22"}, {"https:443"}, nil} {
		results = append(results, w.Add("discovery-results", row{"discovery_id": scan, "name": fmt.Sprintf("host-%d", n), "ip_address": fmt.Sprintf("192.0.2.%d", n+1), "services": services}))
	}
	return results
}

var importAll = row{"name": "office", "import": row{"all": true}}

// TestImports are those in which something goes wrong: no device is made twice.
func TestImports(t *testing.T) {
	scenario(t, "what it costs", acsmontest.Options{}, func(w *workbench) {
		results := w.found()
		w.run("acsmon_discovery", with(importAll, row{"import": row{"hostnames": []string{"nothing"}}})).costs("GET /discovery", "GET /discovery/70")
		one := with(importAll, row{"import": row{"hostnames": []string{"host-0"}}})
		w.run("acsmon_discovery", one).costs("GET /discovery", "GET /discovery/70", "GET /devices", fmt.Sprintf("POST /discovery-results/%d/import", results[0]), "GET /monitors")
		w.run("acsmon_discovery", one).costs("GET /discovery", "GET /discovery/70", "GET /devices")
	})
	for name, effect := range map[string]acsmontest.Effect{
		"a lost response":             acsmontest.After(acsmontest.Reset()),
		"a proxy that gives up":       acsmontest.After(acsmontest.Status(504)),
		"a fault after the import":    acsmontest.After(acsmontest.Status(500)),
		"a response that is not JSON": acsmontest.After(acsmontest.Answer(200, nil, "<html>")),
		"nothing":                     acsmontest.After(acsmontest.Answer(204, nil, "")),
	} {
		for _, discovered := range []string{"hostname", "name"} {
			scenario(t, name+", "+discovered, acsmontest.Options{Alternatives: acsmontest.Alternatives{Discovered: discovered}}, func(w *workbench) {
				w.found()
				w.Inject(acsmontest.Fault{Method: "POST", Path: "/discovery-results/*/import", Do: effect})
				real, _ := w.converges("acsmon_discovery", importAll)
				if n := len(w.Rows("devices")); n != 3 || len(w.Rows("monitors")) != 2 {
					w.t.Errorf("%d devices, %v", n, real.row)
				}
			})
		}
	}
	scenario(t, "one that may not have been carried out", acsmontest.Options{}, func(w *workbench) {
		results := w.found()
		w.Inject(acsmontest.Fault{Method: "POST", Path: fmt.Sprintf("/discovery-results/%d/import", results[0]), Times: 1, Do: acsmontest.Reset()})
		r := w.run("acsmon_discovery", importAll).fails("results are imported now", "it is not certain whether the server carried this out")
		if len(w.Rows("devices")) == 3 || r.states()["192.0.2.1"] != "missing" {
			w.t.Errorf("%v", r.row)
		}
		w.run("acsmon_discovery", importAll)
		w.wantRows("devices", 3)
	})
	scenario(t, "one that is not looked for longer than max_wait", acsmontest.Options{}, func(w *workbench) {
		w.found()
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/discovery-results/*/import", Do: acsmontest.Reset()})
		begun := time.Now()
		w.run("acsmon_discovery", with(importAll, row{"max_wait": 4, "import": row{"hostnames": []string{"host-0"}}})).fails("it is not certain")
		if took := time.Since(begun); took > 4*time.Second {
			w.t.Errorf("it took %s", took)
		}
	})
	scenario(t, "one that somebody else has imported meanwhile", acsmontest.Options{}, func(w *workbench) {
		results := w.found()
		w.Inject(acsmontest.Fault{Method: "POST", Path: fmt.Sprintf("/discovery-results/%d/import", results[1]), Do: acsmontest.After(acsmontest.Status(422))})
		r := w.run("acsmon_discovery", importAll)
		if want := map[string]string{"192.0.2.1": "imported", "192.0.2.2": "present", "192.0.2.3": "imported"}; !maps.Equal(r.states(), want) {
			w.t.Errorf("%v", r.row)
		}
	})
	scenario(t, "one that is refused", acsmontest.Options{}, func(w *workbench) {
		results := w.found()
		w.Inject(acsmontest.Fault{Method: "POST", Path: fmt.Sprintf("/discovery-results/%d/import", results[1]), Do: acsmontest.Status(422)})
		r := w.run("acsmon_discovery", importAll).fails("2 of 3 results are imported now, and 1 failed: result", "(192.0.2.2)", "run the task again for the rest")
		if want := map[string]string{"192.0.2.1": "imported", "192.0.2.2": "missing", "192.0.2.3": "imported"}; !maps.Equal(r.states(), want) || r.row["changed"] != true {
			w.t.Errorf("%v", r.row)
		}
	})
	scenario(t, "a full licence", acsmontest.Options{LicenceCap: 2}, func(w *workbench) {
		w.found()
		r := w.run("acsmon_discovery", importAll).fails("licence")
		if want := map[string]string{"192.0.2.1": "imported", "192.0.2.2": "missing", "192.0.2.3": "missing"}; !maps.Equal(r.states(), want) {
			w.t.Errorf("%v", r.row)
		}
	})
	scenario(t, "a permission that is missing", acsmontest.Options{}, func(w *workbench) {
		w.found()
		w.args["token"] = w.NewToken("discovery.view", "devices.view", "monitors.view")
		w.run("acsmon_discovery", importAll).fails("discovery.create", "2 were not tried after that")
	})
	scenario(t, "an address that a device has, in another spelling", acsmontest.Options{}, func(w *workbench) {
		scan := w.Add("discovery", row{"name": "office", "subnet": "2001:db8::/64", "status": "completed"})
		w.Add("discovery-results", row{"discovery_id": scan, "name": "six", "ip_address": "2001:db8:0:0::1"})
		w.Add("devices", row{"name": "six", "ip_address": "2001:DB8::1"})
		r := w.run("acsmon_discovery", importAll)
		if !r.unchanged() || !reflect.DeepEqual(r.states(), map[string]string{"2001:db8:0:0::1": "present"}) {
			w.t.Errorf("%v", r.row)
		}
	})
	scenario(t, "monitors of its address that show no device", acsmontest.Options{}, func(w *workbench) {
		results := w.found()
		w.Add("monitors", row{"name": "page", "type": "https", "host": "HTTPS://192.0.2.1:8443/login"})
		w.Add("monitors", row{"name": "elsewhere", "type": "ping", "host": "192.0.2.10"})
		w.Inject(acsmontest.Fault{Method: "POST", Path: fmt.Sprintf("/discovery-results/%d/import", results[0]), Do: acsmontest.After(acsmontest.Answer(204, nil, ""))})
		r := w.run("acsmon_discovery", with(importAll, row{"import": row{"hostnames": []string{"host-0"}}}))
		monitors := at[[]any](r, "imports", 0, "monitors")
		if !slices.ContainsFunc(monitors, func(m any) bool { return m.(row)["name"] == "page" }) ||
			slices.ContainsFunc(monitors, func(m any) bool { return m.(row)["name"] == "elsewhere" }) {
			w.t.Errorf("%v", monitors)
		}
	})
	scenario(t, "two results of one address", acsmontest.Options{}, func(w *workbench) {
		w.found()
		w.Add("discovery-results", row{"discovery_id": int64(70), "name": "again", "ip_address": "192.0.2.2"})
		real, _ := w.converges("acsmon_discovery", importAll)
		if len(w.Rows("devices")) != 3 || len(at[[]any](real, "imports")) != 4 {
			w.t.Errorf("%v", real.row)
		}
		for _, i := range rowsAt(real, "imports") {
			if made := i; made["device"].(row)["ip_address"] != made["address"] || (made["state"] == "present") != (made["hostname"] == "again") {
				w.t.Errorf("%v", made)
			}
		}
	})
	scenario(t, "results and devices without an address", acsmontest.Options{}, func(w *workbench) {
		w.found()
		w.Add("devices", row{"name": "nowhere"})
		for range 2 {
			w.Add("discovery-results", row{"discovery_id": int64(70), "name": "a host"})
		}
		w.run("acsmon_discovery", importAll)
		w.wantRows("devices", 6)
	})
	scenario(t, "what strangers call themselves", acsmontest.Options{}, func(w *workbench) {
		scan := w.Add("discovery", row{"name": "office", "subnet": "192.0.2.0/24", "status": "completed"})
		w.Add("discovery-results", row{"discovery_id": scan, "name": "\x1b[2J{{ 1 }}", "ip_address": "192.0.2.9", "services": []string{"ssh\u202e:22"}})
		if text := fmt.Sprint(w.check("acsmon_discovery", importAll).row); strings.ContainsAny(text, "\x1b\u202e") {
			w.t.Errorf("%q", text)
		}
	})
}

// TestWalks are walks of devices.
func TestWalks(t *testing.T) {
	scenario(t, "when they are", acsmontest.Options{}, func(w *workbench) {
		created := with(router, row{"walk": "created"})
		if r := w.check("acsmon_device", created); r.row["walked"] != true {
			w.t.Errorf("%v", r.row)
		}
		real := w.run("acsmon_device", created)
		walk := fmt.Sprintf("POST /devices/%d/walk", id(real))
		real.costs("GET /devices", "GET /devices", "POST /devices", walk)
		if r := w.run("acsmon_device", created).costs("GET /devices"); !r.unchanged() || r.row["walked"] != false {
			w.t.Errorf("%v", r.row)
		}
		if r := w.run("acsmon_device", with(created, row{"location": "Rack 9"})); !r.changed() || r.row["walked"] != false {
			w.t.Errorf("%v", r.row)
		}
		for _, r := range []*result{w.check("acsmon_device", row{"name": "router", "walk": "always"}), w.run("acsmon_device", row{"name": "router", "walk": "always"}).costs("GET /devices", walk)} {
			if !r.changed() || r.row["walked"] != true {
				w.t.Errorf("%v", r.row)
			}
		}
	})
}

// TestMatchedOIDs are several OIDs that one task switches.
func TestMatchedOIDs(t *testing.T) {
	for _, switches := range []string{"put", "toggle"} {
		options := acsmontest.Options{Alternatives: acsmontest.Alternatives{Switches: switches}, CheckTime: 20 * time.Second}
		scenario(t, switches, options, func(w *workbench) {
			device := w.run("acsmon_device", with(router, row{"walk": "created"}))
			traffic := row{"device": "router", "match": []string{"if*Octets.1"}, "is_monitored": true}
			w.run("acsmon_device_oid", traffic).fails(`matches "if*Octets.1"`, "wait longer with wait_timeout")
			w.check("acsmon_device_oid", traffic).warns("in check mode nothing walks it")
			on := w.run("acsmon_device_oid", with(traffic, row{"wait_timeout": 60}))
			if got := at[[]any](on, "device_oids"); !on.changed() || len(got) != 2 {
				w.t.Errorf("%v", on.row)
			}
			w.run("acsmon_device_oid", traffic).costs("GET /devices", fmt.Sprintf("GET /devices/%d/oids", id(device))).wantUnchanged()
			monitored := 0
			for _, oid := range w.Rows("oids") {
				if oid["is_monitored"] == true {
					monitored++
				}
			}
			if monitored != 2 {
				w.t.Errorf("%d are monitored", monitored)
			}
			w.converges("acsmon_device_oid", with(traffic, row{"is_monitored": false}))
			gone, _ := w.converges("acsmon_device_oid", row{"device": "router", "match": []string{"ifIn*"}, "state": "absent"})
			if got := at[[]any](gone, "device_oids"); len(got) != 2 || len(w.Rows("oids")) != 4 {
				w.t.Errorf("%v", gone.row)
			}
		})
	}
	scenario(t, "mistakes", acsmontest.Options{}, func(w *workbench) {
		w.addReferenced()
		for says, given := range map[string]row{
			"match is empty":                    {"match": []string{}, "is_monitored": true},
			"nothing says what they should be":  {"match": []string{"*"}},
			"poll_interval must be more than 0": {"match": []string{"*"}, "is_monitored": true, "poll_interval": 0},
			"match":                             {"match": []string{"*"}, "is_monitored": true, "oid": "1.2"},
		} {
			w.run("acsmon_device_oid", with(given, row{"device": "807"})).fails(says).costs()
		}
		w.run("acsmon_device_oid", row{"device": "4711", "match": []string{"*"}, "is_monitored": true}).fails("there is no device with id 4711")
	})
}
