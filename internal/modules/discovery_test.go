// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// scanServers are servers that differ in what a scan shows, what an import answers, and what a second
// scan leaves of the first.
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

// wantStates checks the states of the imports in the answer by their addresses.
func (r *result) wantStates(want map[string]string) *result {
	r.t.Helper()
	got := map[string]string{}
	if r.row["imports"] != nil {
		for _, made := range rowsAt(r, "imports") {
			got[fmt.Sprint(made["address"])] = fmt.Sprint(made["state"])
		}
	}
	if !maps.Equal(got, want) {
		r.t.Errorf("the imports are %v, want %v: %v", got, want, r.row)
	}
	return r
}

// discover runs acsmon_discovery.
func (w *workbench) discover(given row) *result {
	w.t.Helper()
	return w.run("acsmon_discovery", given)
}

// TestOnboarding goes from a subnet to devices with monitors and OIDs on each kind of server. Another
// scan changes nothing.
func TestOnboarding(t *testing.T) {
	for name, alternatives := range scanServers() {
		scenario(t, name, acsmontest.Options{Alternatives: alternatives, CheckTime: 40 * time.Second}, func(w *workbench) {
			all := with(office, row{"import": row{"all": true}})
			w.check("acsmon_discovery", all).wantChanged().wantStates(nil)
			scanned := w.discover(office).wantChanged()
			if got := at[string](scanned, "discovery", "status"); got != "completed" {
				w.t.Fatalf("the scan has the status %q, want completed", got)
			}
			web := with(office, row{"import": row{"services": []string{"SSH", "http?"}, "addresses": []string{"192.0.2.0/29"}}})
			real, again := w.converges("acsmon_discovery", web)
			real.wantStates(map[string]string{"192.0.2.2": "imported", "192.0.2.3": "imported"})
			again.wantStates(map[string]string{"192.0.2.2": "present", "192.0.2.3": "present"})
			for i := range rowsAt(real, "imports") {
				at[string](real, "imports", i, "device", "name")
				services, monitors := at[[]any](real, "imports", i, "services"), at[[]any](real, "imports", i, "monitors")
				if len(monitors) != len(services) {
					w.t.Errorf("the import has the monitors %v, want one for each of the services %v", monitors, services)
				}
			}
			w.converges("acsmon_discovery", all)
			w.discover(with(all, row{"run": "always"})).wantStates(map[string]string{"192.0.2.1": "present", "192.0.2.2": "present", "192.0.2.3": "present"})
			devices := slices.DeleteFunc(w.Rows("devices"), func(d row) bool { return !strings.HasPrefix(fmt.Sprint(d["ip_address"]), "192.0.2.") })
			if len(devices) != 3 {
				w.t.Fatalf("there are %d devices of the subnet, want 3: %v", len(devices), devices)
			}
			w.switchesOIDs(devices[0]["id"])
		})
	}
}

// switchesOIDs walks a device, and switches some of the OIDs that were found on and off.
func (w *workbench) switchesOIDs(device any) {
	w.t.Helper()
	switchOn := row{"device": fmt.Sprint(device), "match": []string{"IFINOCTETS.*", "1.3.6.1.2.1.2.2.1.16.?"}, "is_monitored": true, "wait_timeout": 60}
	w.run("acsmon_device", row{"id": device, "walk": "always"})
	w.run("acsmon_device_oid", switchOn).wantChanged()
	off, _ := w.converges("acsmon_device_oid", with(switchOn, row{"is_monitored": false}))
	if got := at[[]any](off, "device_oids"); len(got) != 4 {
		w.t.Errorf("%d OIDs were switched off, want 4: %v", len(got), got)
	}
}

// TestScans creates and removes scans in ways that their life cycle does not use.
func TestScans(t *testing.T) {
	scenario(t, "SNMP v3 and a schedule", acsmontest.Options{}, func(w *workbench) {
		given := row{
			"name": "dc", "subnet": "198.51.100.0/24", "schedule": "0 3 * * 1", "snmp_version": "3", "snmp_v3_user": "monitoring", "snmp_v3_auth_protocol": "SHA",
			"snmp_v3_auth_password": "auth-pass", "snmp_v3_priv_protocol": "AES", "snmp_v3_priv_password": "priv-pass",
		}
		real, again := w.converges("acsmon_discovery", given)
		w.has("discovery", id(real), given)
		real.hides("auth-pass", "priv-pass")
		again.hides("auth-pass", "priv-pass")
		w.discover(with(given, row{"schedule": "0 4 * * 1"})).fails("schedule")
	})
	scenario(t, "a scan without a name", acsmontest.Options{}, func(w *workbench) {
		real, _ := w.converges("acsmon_discovery", row{"subnet": "192.0.2.0/28"})
		w.has("discovery", id(real), row{"name": nil, "subnet": "192.0.2.0/28"})
		w.converges("acsmon_discovery", row{"subnet": "192.0.2.0/28", "state": "absent"})
	})
	scenario(t, "mistakes", acsmontest.Options{}, func(w *workbench) {
		for says, given := range map[string]row{
			"import does not say which results are meant":     {"import": row{}},
			"import.services is empty, which selects nothing": {"import": row{"services": []string{}}},
			`import.addresses has "192.0.2.0/64"`:             {"import": row{"addresses": []string{"192.0.2.0/64"}}},
			"poll_interval must be more than 0":               {"poll_interval": 0},
		} {
			w.discover(with(office, given)).fails(says).costs()
		}
	})
}

// TestScansThatAreWaitedFor waits for scans that run already, take too long, fail, or show no results.
func TestScansThatAreWaitedFor(t *testing.T) {
	scenario(t, "one that runs already", acsmontest.Options{CheckTime: 30 * time.Second}, func(w *workbench) {
		w.discover(with(office, row{"wait": false}))
		r := w.discover(with(office, row{"import": row{"device_types": []string{"switch"}}, "poll_interval": 4}))
		r.wantStates(map[string]string{"192.0.2.1": "imported"}).wantValues(row{"started": false})
	})
	scenario(t, "one that takes too long", acsmontest.Options{CheckTime: time.Hour}, func(w *workbench) {
		r := w.discover(with(office, row{"wait_timeout": 60, "import": row{"all": true}})).fails("is not finished after 60 s: set wait_timeout to more")
		r.wantValues(row{"changed": true})
		if got := at[string](r, "discovery", "status"); got != "running" {
			w.t.Errorf("the scan has the status %q, want running", got)
		}
		w.wantRows("devices", 0)
	})
	scenario(t, "one that fails", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/discovery/*", Do: acsmontest.Answer(200, nil, `{"id": 1, "status": "failed", "last_run_at": "2026-04-22T11:00:00Z"}`)})
		w.discover(office).fails(`ended with the status "failed"`)
	})
	scenario(t, "one that does not show its results", acsmontest.Options{}, func(w *workbench) {
		w.Add("discovery", row{"name": "office", "subnet": "192.0.2.0/24", "status": "completed"})
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/discovery/*", Do: acsmontest.Answer(200, nil, `{"id": 1, "status": "completed"}`)})
		w.discover(with(office, row{"import": row{"all": true}})).fails("the server does not show what discovery scan")
	})
}

// found adds a scan that has found three hosts, none of which is imported.
func (w *workbench) found() (results []int64) {
	w.t.Helper()
	scan := w.Add("discovery", row{"id": int64(70), "name": "office", "subnet": "192.0.2.0/24", "status": "completed", "last_run_at": "2026-04-22T10:00:00Z"})
	for n, services := range [][]string{{"ssh:22"}, {"https:443"}, nil} {
		results = append(results, w.Add("discovery-results", row{"discovery_id": scan, "name": fmt.Sprintf("host-%d", n), "ip_address": fmt.Sprintf("192.0.2.%d", n+1), "services": services}))
	}
	return results
}

var importAll = row{"name": "office", "import": row{"all": true}}

// TestImportRequests counts the requests of an import of one result.
func TestImportRequests(t *testing.T) {
	scenario(t, "of one result", acsmontest.Options{}, func(w *workbench) {
		results := w.found()
		w.discover(with(importAll, row{"import": row{"hostnames": []string{"nothing"}}})).costs("GET /discovery", "GET /discovery/70")
		one := with(importAll, row{"import": row{"hostnames": []string{"host-0"}}})
		w.discover(one).costs("GET /discovery", "GET /discovery/70", "GET /devices", fmt.Sprintf("POST /discovery-results/%d/import", results[0]), "GET /monitors")
		w.discover(one).costs("GET /discovery", "GET /discovery/70", "GET /devices")
	})
}

// TestImportsWithoutAResponse loses what the server answers to an import. No device is made twice.
func TestImportsWithoutAResponse(t *testing.T) {
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
				w.converges("acsmon_discovery", importAll)
				w.wantRows("devices", 3)
				w.wantRows("monitors", 2)
			})
		}
	}
	scenario(t, "an import that may not have been carried out", acsmontest.Options{}, func(w *workbench) {
		results := w.found()
		w.Inject(acsmontest.Fault{Method: "POST", Path: fmt.Sprintf("/discovery-results/%d/import", results[0]), Times: 1, Do: acsmontest.Reset()})
		r := w.discover(importAll).fails("results are imported now", "it is not certain whether the server carried this out")
		r.wantStates(map[string]string{"192.0.2.1": "missing", "192.0.2.2": "missing", "192.0.2.3": "missing"})
		w.wantRows("devices", 0)
		w.discover(importAll)
		w.wantRows("devices", 3)
	})
	scenario(t, "an import that is not looked for longer than max_wait", acsmontest.Options{}, func(w *workbench) {
		w.found()
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/discovery-results/*/import", Do: acsmontest.Reset()})
		r := w.discover(with(importAll, row{"max_wait": 4, "import": row{"hostnames": []string{"host-0"}}})).fails("it is not certain")
		if r.took > 4*time.Second {
			w.t.Errorf("the module took %v, want at most the 4 s of max_wait", r.took)
		}
	})
}

// TestImportsThatFail imports what it can, reports the rest, and makes no device twice.
func TestImportsThatFail(t *testing.T) {
	scenario(t, "a result that somebody else has imported meanwhile", acsmontest.Options{}, func(w *workbench) {
		results := w.found()
		w.Inject(acsmontest.Fault{Method: "POST", Path: fmt.Sprintf("/discovery-results/%d/import", results[1]), Do: acsmontest.After(acsmontest.Status(422))})
		w.discover(importAll).wantStates(map[string]string{"192.0.2.1": "imported", "192.0.2.2": "present", "192.0.2.3": "imported"})
	})
	scenario(t, "a result that is refused", acsmontest.Options{}, func(w *workbench) {
		results := w.found()
		w.Inject(acsmontest.Fault{Method: "POST", Path: fmt.Sprintf("/discovery-results/%d/import", results[1]), Do: acsmontest.Status(422)})
		r := w.discover(importAll).fails("2 of 3 results are imported now, and 1 failed: result", "(192.0.2.2)", "run the task again for the rest")
		r.wantStates(map[string]string{"192.0.2.1": "imported", "192.0.2.2": "missing", "192.0.2.3": "imported"}).wantValues(row{"changed": true})
	})
	scenario(t, "a full licence", acsmontest.Options{LicenceCap: 2}, func(w *workbench) {
		w.found()
		w.discover(importAll).fails("licence").wantStates(map[string]string{"192.0.2.1": "imported", "192.0.2.2": "missing", "192.0.2.3": "missing"})
	})
	scenario(t, "a permission that is missing", acsmontest.Options{}, func(w *workbench) {
		w.found()
		w.args["token"] = w.NewToken("discovery.view", "devices.view", "monitors.view")
		w.discover(importAll).fails("discovery.create", "2 were not tried after that")
	})
}

// TestImportsAndAddresses finds the device and the monitors of a result by its address.
func TestImportsAndAddresses(t *testing.T) {
	scenario(t, "an address that a device has in another spelling", acsmontest.Options{}, func(w *workbench) {
		scan := w.Add("discovery", row{"name": "office", "subnet": "2001:db8::/64", "status": "completed"})
		w.Add("discovery-results", row{"discovery_id": scan, "name": "six", "ip_address": "2001:db8:0:0::1"})
		w.Add("devices", row{"name": "six", "ip_address": "2001:DB8::1"})
		w.discover(importAll).wantUnchanged().wantStates(map[string]string{"2001:db8:0:0::1": "present"})
	})
	scenario(t, "monitors of the address that show no device", acsmontest.Options{}, func(w *workbench) {
		results := w.found()
		w.Add("monitors", row{"name": "page", "type": "https", "host": "HTTPS://192.0.2.1:8443/login"})
		w.Add("monitors", row{"name": "elsewhere", "type": "ping", "host": "192.0.2.10"})
		w.Inject(acsmontest.Fault{Method: "POST", Path: fmt.Sprintf("/discovery-results/%d/import", results[0]), Do: acsmontest.After(acsmontest.Answer(204, nil, ""))})
		r := w.discover(with(importAll, row{"import": row{"hostnames": []string{"host-0"}}}))
		var names []any
		for _, monitor := range rowsAt(r, "imports", 0, "monitors") {
			names = append(names, monitor["name"])
		}
		if !slices.Contains(names, any("page")) || slices.Contains(names, any("elsewhere")) {
			w.t.Errorf("the import has the monitors %v, want page among them and elsewhere not", names)
		}
	})
	scenario(t, "two results of one address", acsmontest.Options{}, func(w *workbench) {
		w.found()
		w.Add("discovery-results", row{"discovery_id": int64(70), "name": "again", "ip_address": "192.0.2.2"})
		real, _ := w.converges("acsmon_discovery", importAll)
		w.wantRows("devices", 3)
		imports := rowsAt(real, "imports")
		if len(imports) != 4 {
			w.t.Errorf("the answer shows %d imports, want 4: %v", len(imports), imports)
		}
		for i, made := range imports {
			want := "imported"
			if made["hostname"] == "again" {
				want = "present"
			}
			if address := at[string](real, "imports", i, "device", "ip_address"); address != made["address"] || made["state"] != want {
				w.t.Errorf("the import is %v, want the state %s and a device with its address", made, want)
			}
		}
	})
}

// TestImportsOfOddResults imports results without an address, and shows no control characters of others.
func TestImportsOfOddResults(t *testing.T) {
	scenario(t, "results and devices without an address", acsmontest.Options{}, func(w *workbench) {
		w.found()
		w.Add("devices", row{"name": "nowhere"})
		for range 2 {
			w.Add("discovery-results", row{"discovery_id": int64(70), "name": "a host"})
		}
		w.discover(importAll)
		w.wantRows("devices", 6)
	})
	scenario(t, "what strangers call themselves", acsmontest.Options{}, func(w *workbench) {
		scan := w.Add("discovery", row{"name": "office", "subnet": "192.0.2.0/24", "status": "completed"})
		w.Add("discovery-results", row{"discovery_id": scan, "name": "\x1b[2J{{ 1 }}", "ip_address": "192.0.2.9", "services": []string{"ssh\u202e:22"}})
		w.check("acsmon_discovery", importAll).hides("\x1b", "\u202e")
	})
}

// TestWalks walks a device when it is created, or always.
func TestWalks(t *testing.T) {
	scenario(t, "of a router", acsmontest.Options{}, func(w *workbench) {
		created := with(router, row{"walk": "created"})
		w.check("acsmon_device", created).wantValues(row{"walked": true})
		real := w.run("acsmon_device", created)
		walk := fmt.Sprintf("POST /devices/%d/walk", id(real))
		real.costs("GET /devices", "GET /devices", "POST /devices", walk)
		w.run("acsmon_device", created).costs("GET /devices").wantUnchanged().wantValues(row{"walked": false})
		w.run("acsmon_device", with(created, row{"location": "Rack 9"})).wantChanged().wantValues(row{"walked": false})
		always := row{"name": "router", "walk": "always"}
		w.check("acsmon_device", always).wantChanged().wantValues(row{"walked": true})
		w.run("acsmon_device", always).costs("GET /devices", walk).wantChanged().wantValues(row{"walked": true})
	})
}

// TestMatchedOIDs switches and removes several OIDs of a device in one task.
func TestMatchedOIDs(t *testing.T) {
	for _, switches := range []string{"put", "toggle"} {
		options := acsmontest.Options{Alternatives: acsmontest.Alternatives{Switches: switches}, CheckTime: 20 * time.Second}
		scenario(t, switches, options, func(w *workbench) {
			device := w.run("acsmon_device", with(router, row{"walk": "created"}))
			traffic := row{"device": "router", "match": []string{"if*Octets.1"}, "is_monitored": true}
			w.run("acsmon_device_oid", traffic).fails(`matches "if*Octets.1"`, "wait longer with wait_timeout")
			w.check("acsmon_device_oid", traffic).warns("in check mode nothing walks it")
			on := w.run("acsmon_device_oid", with(traffic, row{"wait_timeout": 60}))
			if got := at[[]any](on.wantChanged(), "device_oids"); len(got) != 2 {
				w.t.Errorf("%d OIDs were switched on, want 2: %v", len(got), got)
			}
			w.run("acsmon_device_oid", traffic).costs("GET /devices", fmt.Sprintf("GET /devices/%d/oids", id(device))).wantUnchanged()
			monitored := 0
			for _, oid := range w.Rows("oids") {
				if oid["is_monitored"] == true {
					monitored++
				}
			}
			if monitored != 2 {
				w.t.Errorf("%d OIDs are monitored, want 2", monitored)
			}
			w.converges("acsmon_device_oid", with(traffic, row{"is_monitored": false}))
			gone, _ := w.converges("acsmon_device_oid", row{"device": "router", "match": []string{"ifIn*"}, "state": "absent"})
			if got := at[[]any](gone, "device_oids"); len(got) != 2 {
				w.t.Errorf("%d OIDs were removed, want 2: %v", len(got), got)
			}
			w.wantRows("oids", 4)
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

// A subnet is the same in any spelling of its address, so there is no second scan of it.
func TestASubnetIsFoundInAnySpelling(t *testing.T) {
	scenario(t, "", acsmontest.Options{}, func(w *workbench) {
		w.run("acsmon_discovery", row{"subnet": "2001:db8::/48", "snmp_version": "2c"})
		w.discover(row{"subnet": "2001:0DB8:0::/48"}).wantUnchanged()
		w.wantRows("discovery", 1)
	})
}
