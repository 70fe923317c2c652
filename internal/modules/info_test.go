// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
)

// surveyed runs a scenario with monitors and devices in groups, some of which share a name.
func surveyed(t *testing.T, name string, o acsmontest.Options, f func(w *workbench)) {
	t.Helper()
	scenario(t, name, o, func(w *workbench) {
		web := w.Add("monitor-groups", row{"id": int64(3), "name": "Web"})
		w.Add("monitor-groups", row{"id": int64(4), "name": "5"})
		core := w.Add("device-groups", row{"id": int64(6), "name": "Core"})
		for id, device := range map[int64]row{
			21: {"name": "core-1", "device_type": "cisco_ios", "status": "up", "device_group_id": core, "snmp_version": "2c", "last_polled_at": "2026-04-22T10:00:03Z"},
			22: {"name": "core-2", "device_type": "linux", "status": "down", "device_group_id": core, "snmp_version": "1", "is_active": false},
			23: {"name": "sw", "device_type": "cisco_ios", "status": "down", "poll_interval_seconds": 300},
		} {
			w.Add("devices", with(device, row{"id": id, "ip_address": fmt.Sprintf("192.0.2.%d", id)}))
		}
		for id, monitor := range map[int64]row{
			11: {"name": "Shop", "type": "https", "status": "up", "monitor_group_id": web, "tags": []string{"web", "pci"}, "response_time_ms": 90, "device_id": int64(21)},
			12: {"name": "Mail", "type": "smtp", "status": "down", "tags": []string{"mail"}, "port": 25, "consecutive_failures": 3},
			13: {"name": "shop", "type": "https", "status": "degraded", "monitor_group_id": web, "tags": []string{"web"}, "response_time_ms": 1000},
			14: {"name": "Twin", "type": "ping", "status": "unknown", "is_active": false},
			15: {"name": "Twin", "type": "ping", "status": "up", "response_time_ms": 5, "monitor_group_id": int64(4)},
			16: {"name": "a, b", "type": "dns", "status": "up", "response_time_ms": 7, "device_id": int64(22)},
		} {
			w.Add("monitors", with(monitor, row{"id": id, "host": "host.example.com"}))
		}
		f(w)
	})
}

// ids lists the ids of the rows in a list of the answer.
func (r *result) ids(key string) []int64 {
	r.t.Helper()
	ids := []int64{}
	for _, element := range rowsAt(r, key) {
		var id int64
		fmt.Sscan(fmt.Sprint(element["id"]), &id)
		ids = append(ids, id)
	}
	return ids
}

func (r *result) lists(key string, want ...int64) *result {
	r.t.Helper()
	if got := r.ids(key); !slices.Equal(got, want) {
		r.t.Errorf("the answer has the %s %v, want %v", key, got, want)
	}
	return r
}

// selections are tasks of the info modules, and what they find in a surveyed install.
var selections = []struct {
	name, module string
	given        row
	want         []int64
	costs        int
}{
	{"all monitors", "monitor", row{}, []int64{11, 12, 13, 14, 15, 16}, 1},
	{"monitors of two statuses", "monitor", row{"status": []string{"down", "degraded"}}, []int64{12, 13}, 1},
	{"monitors of a type", "monitor", row{"type": "https"}, []int64{11, 13}, 1},
	{"monitors of a type and a status", "monitor", row{"type": "https", "status": "up"}, []int64{11}, 1},
	{"a monitor by name, exactly", "monitor", row{"names": "Shop"}, []int64{11}, 1},
	{"monitors of one name", "monitor", row{"names": []string{" Twin "}}, []int64{14, 15}, 1},
	{"names with a comma", "monitor", row{"names": []string{"a, b"}}, []int64{16}, 1},
	{"several names, one of which nobody has", "monitor", row{"names": []string{"Mail", "Shop", "Nobody"}}, []int64{11, 12}, 1},
	{"monitors of a group by name", "monitor", row{"group": "Web"}, []int64{11, 13}, 2},
	{"monitors of a group by id", "monitor", row{"group": "4"}, []int64{15}, 2},
	{"monitors of a device", "monitor", row{"device": "core-2"}, []int64{16}, 2},
	{"monitors with all of two tags", "monitor", row{"tags": []string{"pci", "web"}}, []int64{11}, 1},
	{"monitors with a tag", "monitor", row{"tags": "web"}, []int64{11, 13}, 1},
	{"paused monitors", "monitor", row{"is_active": false}, []int64{14}, 1},
	{"active monitors", "monitor", row{"is_active": true, "type": "ping"}, []int64{15}, 1},
	{"a filter of a number", "monitor", row{"filters": row{"port": 25}}, []int64{12}, 1},
	{"a filter of a text that is a number", "monitor", row{"filters": row{"consecutive_failures": "3"}}, []int64{12}, 1},
	{"a filter of several values", "monitor", row{"filters": row{"type": []string{"smtp", "dns"}}}, []int64{12, 16}, 1},
	{"a filter of a boolean", "monitor", row{"filters": row{"is_active": false}}, []int64{14}, 1},
	{"sorted by a number, downwards", "monitor", row{"sort": "-response_time_ms", "status": []string{"up", "degraded"}}, []int64{13, 11, 16, 15}, 1},
	{"sorted by a number, cut", "monitor", row{"sort": "response_time_ms", "status": []string{"up", "degraded"}, "limit": 2}, []int64{15, 16}, 1},
	{"sorted by name", "monitor", row{"sort": "name", "limit": 2}, []int64{16, 12}, 1},
	{"cut", "monitor", row{"limit": 2}, []int64{11, 12}, 1},
	{"a monitor by id", "monitor", row{"ids": 13}, []int64{13}, 1},
	{"a monitor by an id that nobody has", "monitor", row{"ids": []int{4711}}, []int64{}, 1},
	{"monitors by id", "monitor", row{"ids": []int{16, 11, 4711, 11}}, []int64{11, 16}, 1},
	{"monitors by id that are up", "monitor", row{"ids": []int{11, 12}, "status": "up"}, []int64{11}, 1},
	{"no ids", "monitor", row{"ids": []int{}}, []int64{}, 0},
	{"no names", "monitor", row{"names": []string{}}, []int64{}, 0},
	{"no status", "monitor", row{"status": []string{}, "type": "ping"}, []int64{}, 0},

	{"all devices", "device", row{}, []int64{21, 22, 23}, 1},
	{"devices that are down", "device", row{"status": "down"}, []int64{22, 23}, 1},
	{"devices of a group", "device", row{"group": "Core"}, []int64{21, 22}, 2},
	{"devices of a type", "device", row{"device_type": []string{"cisco_ios"}}, []int64{21, 23}, 1},
	{"devices that are switched off", "device", row{"is_active": false}, []int64{22}, 1},
	{"devices by the id of their group", "device", row{"filters": row{"device_group_id": 6}}, []int64{21, 22}, 1},
	{"devices by the name of their group", "device", row{"filters": row{"device_group": "Core"}}, []int64{21, 22}, 1},
	{"devices by version", "device", row{"filters": row{"snmp_version": 1}}, []int64{22}, 1},
	{"a filter of a path", "device", row{"filters": row{"device_group.name": "Core"}, "names": []string{"core-1", "sw"}}, []int64{21}, 1},
	{"devices by name", "device", row{"names": []string{"sw"}}, []int64{23}, 1},
	{"devices by id", "device", row{"ids": []int{23, 21}}, []int64{21, 23}, 1},
	{"the device that was polled last", "device", row{"sort": "-last_polled_at", "limit": 1}, []int64{21}, 1},
}

// TestInfoSelection finds what a task selects with as few requests as possible, in check mode too.
func TestInfoSelection(t *testing.T) {
	for _, test := range selections {
		surveyed(t, test.name, acsmontest.Options{}, func(w *workbench) {
			r := w.run("acsmon_"+test.module+"_info", test.given).lists(test.module+"s", test.want...).wantRequests(test.costs).wantUnchanged()
			check := w.check("acsmon_"+test.module+"_info", test.given)
			delete(check.row, "invocation")
			delete(r.row, "invocation")
			if fmt.Sprint(check.row) != fmt.Sprint(r.row) {
				w.t.Errorf("check mode answers\n%v\nand the run\n%v", check.row, r.row)
			}
		})
	}
}

// TestInfoOfNamesWithCommas filters by such a name itself, because some servers take a filter with a
// comma for a list.
func TestInfoOfNamesWithCommas(t *testing.T) {
	surveyed(t, "and without", acsmontest.Options{}, func(w *workbench) {
		for name, sent := range map[string]bool{"a, b": false, "Shop": true} {
			r := w.run("acsmon_monitor_info", row{"names": []string{name}})
			if query := r.request(0).Query; strings.Contains(query, "filter") != sent {
				w.t.Errorf("for %q the module sent the query %s, want a filter in it: %v", name, query, sent)
			}
		}
	})
}

// TestInfoSearch leaves out what a server returns although the search does not match it.
func TestInfoSearch(t *testing.T) {
	for _, search := range []string{"name-host", "ignored"} {
		surveyed(t, search, acsmontest.Options{Alternatives: acsmontest.Alternatives{Search: search}}, func(w *workbench) {
			w.run("acsmon_monitor_info", row{"search": " twi "}).lists("monitors", 14, 15)
			w.run("acsmon_device_info", row{"search": "192.0.2.23"}).lists("devices", 23)
			w.run("acsmon_monitor_info", row{"search": "twi", "ids": 14}).fails("give one of the two").costs()
		})
	}
}

// TestInfoServers selects the right rows on each kind of server, or fails and says what the server does
// not show.
func TestInfoServers(t *testing.T) {
	for name, alternative := range alternatives() {
		surveyed(t, name, acsmontest.Options{Alternatives: alternative, Prefix: "/monitoring"}, func(w *workbench) {
			for _, test := range selections {
				r := w.run("acsmon_"+test.module+"_info", test.given)
				if r.row["failed"] == true {
					lacking := alternative.ListRows == "sparse" || alternative.Shapes == "documented" || alternative.References == "ids"
					if !lacking || !strings.Contains(r.msg(), "does not show") && !strings.Contains(r.msg(), "shows no such field") {
						w.t.Errorf("%s should succeed, and failed: %s", test.name, r.msg())
					}
					continue
				}
				if alternative.References == "ids" && test.name == "a filter of a path" {
					continue
				}
				if got := r.ids(test.module + "s"); !slices.Equal(got, test.want) {
					w.t.Errorf("%s finds %v, want %v", test.name, got, test.want)
				}
			}
		})
	}
}

// TestInfoOfUnshownFields fails for a filter of a field that no row shows, whether the server ignores the
// filter or refuses it. It leaves an order of such a field to the server.
func TestInfoOfUnshownFields(t *testing.T) {
	for _, test := range []struct {
		unknown string
		given   row
		says    string // "" is success
		costs   int
	}{
		{"ignored", row{"filters": row{"vendor": "Cisco"}}, "the filter vendor cannot be applied: the server shows no such field in its lists", 1},
		{"ignored", row{"filters": row{"devicetype": "linux"}}, "(did you mean device_type?)", 1},
		{"ignored", row{"filters": row{"device_group.nmae": "Core"}}, "(did you mean device_group.name?)", 1},
		{"ignored", row{"filters": row{"snmp_version.major": 2}}, "the filter snmp_version.major cannot be applied", 1},
		{"422", row{"filters": row{"vendor": "Cisco"}}, "the filter vendor cannot be applied", 2},
		{"ignored", row{"filters": row{"vendor": []string{"Cisco", "Juniper"}}}, "the filter vendor cannot be applied", 1},
		{"ignored", row{"sort": "vendor"}, "", 1},
		{"400", row{"sort": "vendor"}, "400", 2},
		{"400", row{"sort": "-vendor", "status": []string{"up"}}, "400", 2},
		{"422", row{"filters": row{"snmp_version": "1", "vendor": "Cisco"}, "sort": "name"}, "the filter vendor cannot be applied", 3},
	} {
		surveyed(t, fmt.Sprint(test.unknown, test.given), acsmontest.Options{Alternatives: acsmontest.Alternatives{Unknown: test.unknown}}, func(w *workbench) {
			r := w.run("acsmon_device_info", test.given)
			if test.says != "" {
				r.fails(test.says)
			} else {
				r.wantUnchanged()
			}
			r.wantRequests(test.costs)
		})
	}
}

// TestInfoOfAnEmptyFleet accepts every filter, because without rows nothing shows that it is wrong.
func TestInfoOfAnEmptyFleet(t *testing.T) {
	scenario(t, "with a filter that no row shows", acsmontest.Options{}, func(w *workbench) {
		w.run("acsmon_device_info", row{"filters": row{"vendor": "Cisco"}}).lists("devices").costs("GET /devices")
		w.run("acsmon_alert_info", row{"filters": row{"vendor": "Cisco"}}).lists("alerts")
	})
}

// wantPages checks how many monitors the answer lists, and how many requests they took.
func (r *result) wantPages(monitors, requests int) *result {
	r.t.Helper()
	if got := len(r.ids("monitors")); got != monitors {
		r.t.Errorf("the answer has %d monitors, want %d", got, monitors)
	}
	return r.wantRequests(requests)
}

// TestInfoPages reads as many pages as it needs, and no more.
func TestInfoPages(t *testing.T) {
	scenario(t, "of a large install", acsmontest.Options{Monitors: 530, Devices: 250}, func(w *workbench) {
		all := w.run("acsmon_monitor_info", row{}).wantPages(530, 6).ids("monitors")
		w.run("acsmon_monitor_info", row{"limit": 100}).wantPages(100, 1)
		w.run("acsmon_monitor_info", row{"sort": "-name", "limit": 1}).wantPages(1, 6)
		w.run("acsmon_monitor_info", row{"ids": []any{all[500], all[2], all[510]}}).wantPages(3, 3)
	})
}

// TestMonitorIncludes includes results and the uptime of each monitor, at one request for each.
func TestMonitorIncludes(t *testing.T) {
	scenario(t, "results and uptime", acsmontest.Options{Monitors: 3}, func(w *workbench) {
		r := w.run("acsmon_monitor_info", row{"include": []string{"results", "uptime"}, "window": "7d", "results_limit": 4})
		r.wantRequests(1 + 2*3)
		for i, monitor := range rowsAt(r, "monitors") {
			results := rowsAt(r, "monitors", i, "results")
			if len(results) != 4 || results[0]["checked_at"] != monitor["last_checked_at"] {
				w.t.Errorf("%v has the results %v, want 4 with the one of %v first", monitor["name"], results, monitor["last_checked_at"])
			}
			if window := at[string](r, "monitors", i, "uptime", "window"); window != "7d" {
				w.t.Errorf("%v has the uptime of %s, want 7d", monitor["name"], window)
			}
		}
	})
	for _, limit := range []int{0, 101} {
		surveyed(t, fmt.Sprint("results_limit ", limit), acsmontest.Options{}, func(w *workbench) {
			w.run("acsmon_monitor_info", row{"include": "results", "results_limit": limit}).fails("results_limit is", "between 1 and 100").costs()
		})
	}
	surveyed(t, "of a monitor that was never checked", acsmontest.Options{}, func(w *workbench) {
		r := w.run("acsmon_monitor_info", row{"names": "Shop", "include": "results"})
		if results := at[[]any](r, "monitors", 0, "results"); len(results) != 0 {
			w.t.Errorf("the results are %v, want none", results)
		}
	})
	surveyed(t, "of a monitor that is removed meanwhile", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Path: "/monitors/13/uptime", Do: acsmontest.Status(404)})
		r := w.run("acsmon_monitor_info", row{"type": "https", "include": "uptime"}).lists("monitors", 11, 13).warns("no uptime of monitor 13")
		if uptime, ok := r.row["monitors"].([]any)[1].(row)["uptime"]; uptime != nil || !ok {
			w.t.Errorf("the uptime is %v, want null", uptime)
		}
	})
	surveyed(t, "that fail", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Path: "/monitors/13/uptime", Do: acsmontest.Status(403)})
		w.run("acsmon_monitor_info", row{"type": "https", "include": "uptime"}).fails("the uptime of monitor 13", "monitors.view")
	})
	scenario(t, "that cannot fit into max_wait", acsmontest.Options{Monitors: 150, RateLimit: 60}, func(w *workbench) {
		r := w.run("acsmon_monitor_info", row{"include": []string{"results", "uptime"}, "max_wait": 200}).
			fails("include takes a request for each monitor and each value: 300 requests", "60 a minute", "about 300 s, but only 200 s are left", "set max_wait to 360")
		r.costs("GET /monitors", "GET /monitors")
		r = w.run("acsmon_monitor_info", row{"include": []string{"results", "uptime"}, "max_wait": 420}).succeeds()
		if r.took < 4*time.Minute || r.took > 6*time.Minute {
			w.t.Errorf("302 requests took %v, want 4 to 6 minutes", r.took)
		}
	})
}

// TestDeviceIncludes includes the open alerts of devices, which all take a few requests, and their
// metrics, at one request for each device.
func TestDeviceIncludes(t *testing.T) {
	surveyed(t, "alerts and metrics", acsmontest.Options{}, func(w *workbench) {
		w.Add("alert-events", row{"id": int64(500), "device_id": int64(21), "status": "open", "severity": "critical", "current_value": "97"})
		w.Add("alert-events", row{"id": int64(501), "device_id": int64(21), "status": "resolved"})
		w.Add("alert-events", row{"id": int64(502), "device_id": int64(23), "status": "acknowledged"})
		w.Add("monitor-events", row{"id": int64(500), "monitor_id": int64(11), "status": "open"})
		r := w.run("acsmon_device_info", row{"include": []string{"alerts", "metrics"}, "group": "Core"}).lists("devices", 21, 22)
		r.costs("GET /device-groups", "GET /devices", "GET /monitor-events", "GET /monitor-events", "GET /alert-events", "GET /alert-events",
			"GET /devices/21/metrics", "GET /devices/22/metrics")
		if alerts := rowsAt(r, "devices", 0, "alerts"); len(alerts) != 1 || alerts[0]["id"] != 500.0 || alerts[0]["source"] != "device" {
			w.t.Errorf("the first device has the alerts %v, want the device's alert 500 alone", alerts)
		}
		if alerts, metrics := rowsAt(r, "devices", 1, "alerts"), rowsAt(r, "devices", 1, "metrics"); len(alerts) != 0 || len(metrics) == 0 {
			w.t.Errorf("the second device has the alerts %v and the metrics %v, want no alerts and some metrics", alerts, metrics)
		}
		w.run("acsmon_device_info", row{"include": "alerts", "names": []string{"Nobody"}}).lists("devices").costs("GET /devices")
	})
	scenario(t, "alerts of many", acsmontest.Options{Devices: 300, OpenAlerts: 120}, func(w *workbench) {
		r := w.run("acsmon_device_info", row{"include": "alerts"})
		n := 0
		for i := range rowsAt(r, "devices") {
			n += len(rowsAt(r, "devices", i, "alerts"))
		}
		if r.wantRequests(3 + 2 + 2 + 1); n != 150 {
			w.t.Errorf("the devices have %d alerts, want 150", n)
		}
	})
	scenario(t, "metrics of too many", acsmontest.Options{Devices: 150, RateLimit: 60}, func(w *workbench) {
		w.run("acsmon_device_info", row{"include": "metrics", "max_wait": 60}).fails("150 requests", "set max_wait to").costs("GET /devices", "GET /devices")
	})
}

// find runs acsmon_alert_info.
func (a alerts) find(given row) *result { a.t.Helper(); return a.run("acsmon_alert_info", given) }

// TestAlertInfo finds alerts on each kind of server.
func TestAlertInfo(t *testing.T) {
	for name, alternative := range alternatives() {
		alarmed(t, name, acsmontest.Options{Alternatives: alternative}, func(a alerts) {
			acked := fmt.Sprintf("monitor %d acknowledged", a.monitorAcked)
			open := fmt.Sprintf("monitor %d open", a.monitorOpen)
			old := fmt.Sprintf("monitor %d resolved", a.monitorOld)
			device, info := fmt.Sprintf("device %d open", a.deviceOpen), fmt.Sprintf("device %d open", a.deviceInfo)
			for _, test := range []struct {
				given row
				want  []string
			}{
				{row{}, []string{open, acked, device, info}},
				{row{"status": "open"}, []string{open, device, info}},
				{row{"status": []string{"open", "acknowledged", "resolved"}, "source": "monitor"}, []string{open, acked, old}},
				{row{"status": []string{"acknowledged", "resolved"}}, []string{acked, old}},
				{row{"severity": []string{"critical"}}, []string{open, device}},
				{row{"severity": []string{"info", "warning"}, "source": "device"}, []string{info}},
				{row{"monitor": "Intranet"}, []string{open, acked}},
				{row{"device": fmt.Sprint(a.device), "status": "open"}, []string{device, info}},
				{row{"ids": []int64{a.monitorOld, a.deviceInfo}}, []string{old, info}},
				{row{"ids": []int64{}}, nil},
				{row{"ids": 4711}, nil},
				{row{"severity": []string{}}, nil},
				{row{"limit": 1, "source": "device", "severity": "info"}, []string{info}},
			} {
				got := a.find(test.given).shows()
				slices.Sort(got)
				slices.Sort(test.want)
				// A server with one list of events gives the alerts other ids.
				if same := slices.Equal(got, test.want); !same && alternative.Events == "" || len(got) != len(test.want) {
					a.t.Errorf("%v finds %q, want %q", test.given, got, test.want)
				}
			}
		})
	}
}

// TestAlertInfoRequests counts requests: one for each list and status.
func TestAlertInfoRequests(t *testing.T) {
	alarmed(t, "filters", acsmontest.Options{}, func(a alerts) {
		a.find(row{"status": "open"}).costs("GET /monitor-events", "GET /alert-events")
		a.find(row{}).costs("GET /monitor-events", "GET /monitor-events", "GET /alert-events", "GET /alert-events")
		a.find(row{"source": "device", "severity": "info"}).costs("GET /alert-events", "GET /alert-events")
		a.find(row{"monitor": "Intranet", "status": "open"}).costs("GET /monitors", "GET /monitor-events", "GET /alert-events")
	})
	alarmed(t, "filters that the server ignores", acsmontest.Options{Alternatives: acsmontest.Alternatives{FilterFields: []string{"id"}}}, func(a alerts) {
		a.find(row{}).costs("GET /monitor-events", "GET /alert-events", "GET /alert-events") // those of devices are all open
	})
}

// TestAlertInfoOfMovingAlerts finds each alert once, in the right order, whatever happens meanwhile.
func TestAlertInfoOfMovingAlerts(t *testing.T) {
	alarmed(t, "that change while they are read", acsmontest.Options{}, func(a alerts) {
		a.Inject(acsmontest.Fault{Path: "/monitor-events", Times: 1, Do: acsmontest.Then(func(s *acsmontest.Server) {
			s.Set("monitor-events", a.monitorOpen, row{"status": "acknowledged"})
		})})
		if shown := a.find(row{"source": "monitor"}).shows(); len(shown) != 2 {
			a.t.Errorf("the answer shows the alerts %q, want 2", shown)
		}
	})
	alarmed(t, "of devices, behind those of monitors in one list", acsmontest.Options{Alternatives: acsmontest.Alternatives{Events: "one-list"}}, func(a alerts) {
		if shown := a.find(row{"source": "device", "limit": 1}).shows(); len(shown) != 1 || !strings.HasPrefix(shown[0], "device ") {
			a.t.Errorf("the answer shows the alerts %q, want one of a device", shown)
		}
	})
	alarmed(t, "in order", acsmontest.Options{}, func(a alerts) {
		a.Set("alert-events", a.deviceInfo, row{"triggered_at": "2030-01-01T00:00:00Z"})
		a.find(row{"sort": "-triggered_at", "limit": 1}).showsOnly(fmt.Sprintf("device %d open", a.deviceInfo))
	})
	alarmed(t, "of both kinds with one id", acsmontest.Options{}, func(a alerts) {
		a.find(row{"ids": []int{500}}).showsOnly("monitor 500 open", "device 500 open")
		a.find(row{"ids": []int{500}, "source": "device"}).showsOnly("device 500 open")
	})
}

// TestAlertInfoRefuses refuses a monitor or a device that does not exist.
func TestAlertInfoRefuses(t *testing.T) {
	alarmed(t, "mistakes", acsmontest.Options{}, func(a alerts) {
		a.find(row{"monitor": "Nobody"}).fails(`there is no monitor "Nobody"`)
		a.find(row{"device": "4711"}).fails("there is no device with id 4711")
		a.find(row{"monitor": " "}).fails("monitor is empty").costs()
	})
}

// TestSystemInfo shows the server's health, its figures, the user of the token and the rate limit.
func TestSystemInfo(t *testing.T) {
	scenario(t, "all", acsmontest.Options{Monitors: 3, RateLimit: 60}, func(w *workbench) {
		r := w.run("acsmon_system_info", row{}).costs("GET /system/health", "GET /system/stats", "GET /auth/me")
		if status, total := at[string](r, "health", "status"), at[float64](r, "stats", "monitors", "total"); status != "ok" || total != 3 {
			w.t.Errorf("the health is %s and there are %v monitors, want ok and 3", status, total)
		}
		if user := at[row](r, "user"); user["email"] != "admin@example.com" || user["roles"] != nil || user["permissions"] != nil {
			w.t.Errorf("the user is %v, want admin@example.com without roles and permissions", user)
		}
		r.wantValues(row{"roles": []any{"admin"}, "rate_limit": row{"per_minute": 60.0, "remaining": 57.0}})
	})
	scenario(t, "who am I, with nothing but a token", acsmontest.Options{}, func(w *workbench) {
		token := w.NewToken("monitors.view", "alerts.view")
		r := w.run("acsmon_system_info", row{"include": "user", "token": token}).costs("GET /auth/me")
		r.wantValues(row{"permissions": []any{"alerts.view", "monitors.view"}, "rate_limit": nil})
		w.run("acsmon_system_info", row{"token": token}).fails("403", "settings.view")
		w.run("acsmon_system_info", row{"include": []string{}}).costs()
	})
}

// TestInfoRefuses refuses mistaken options, missing permissions, and rows that are none.
func TestInfoRefuses(t *testing.T) {
	surveyed(t, "mistakes", acsmontest.Options{}, func(w *workbench) {
		for _, test := range []struct {
			given row
			says  string
		}{
			{row{"group": "Nowhere"}, `there is no monitor group "Nowhere"`},
			{row{"group": ""}, "group is empty"},
			{row{"device": "4711"}, "there is no device with id 4711"},
			{row{"limit": 0}, "limit is 0"},
			{row{"ids": []int{0}}, "ids holds 0"},
			{row{"filters": row{"status": nil}}, "the filter status has no value"},
			{row{"filters": row{"status": []string{}}}, "the filter status has no value"},
			{row{"filters": row{"config": row{"a": 1}}}, "the filter config has no value"},
			{row{"filters": row{"filter[status]": "up"}}, "which is not a field"},
			{row{"status": "upp"}, "upp"},
			{row{"namse": []string{"x"}}, "did you mean names?"},
		} {
			if r := w.run("acsmon_monitor_info", test.given).fails(test.says); strings.Contains(r.msg(), "\n") {
				w.t.Errorf("the message has more than one line: %s", r.msg())
			}
		}
	})
	for module, slugs := range map[string][]string{
		"acsmon_monitor_info": {"monitors.view"}, "acsmon_device_info": {"devices.view", "alerts.view"},
		"acsmon_alert_info": {"alerts.view"}, "acsmon_system_info": {"settings.view"},
	} {
		for _, slug := range slugs {
			surveyed(t, module+" without "+slug, acsmontest.Options{}, func(w *workbench) {
				given := row{"token": w.tokenWithout(slug)}
				if module == "acsmon_device_info" {
					given["include"] = "alerts"
				}
				if status := at[float64](w.run(module, given).fails("403", slug), "failure", "status"); status != 403 {
					w.t.Errorf("the failure has the status %v, want 403", status)
				}
			})
		}
	}
	surveyed(t, "rows that are none", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Path: "/monitors", Do: acsmontest.WrongTypes()})
		w.run("acsmon_monitor_info", row{}).fails("check the base URL")
	})
}

// TestInfoOfHostileRows makes control characters visible, and renames keys that Ansible would interpret.
func TestInfoOfHostileRows(t *testing.T) {
	surveyed(t, "names", acsmontest.Options{}, func(w *workbench) {
		w.Set("monitors", 11, row{"name": "\x1b[31mred\u202e", "config": row{"__ansible_unsafe": "{{ 1 }}"}})
		w.Set("devices", 21, row{"name": "\u009b2J"})
		monitor := at[row](w.run("acsmon_monitor_info", row{"ids": 11}), "monitors", 0)
		if config, _ := monitor["config"].(row); monitor["name"] != `\u001b[31mred\u202e` || config["___ansible_unsafe"] == nil {
			w.t.Errorf("the monitor is %v, want a visible name and the key ___ansible_unsafe", monitor)
		}
		if device := at[row](w.run("acsmon_device_info", row{"ids": 21}), "devices", 0); device["name"] != `\u009b2J` {
			w.t.Errorf("the device is %v, want a visible name", device)
		}
	})
}

// TestInfoIsDocumented compares the keys of the answers, at every depth, with the documentation, and the
// documented options with those that the code reads.
func TestInfoIsDocumented(t *testing.T) {
	for module, given := range map[string]row{
		"acsmon_monitor_info": {"include": []string{"results", "uptime"}},
		"acsmon_device_info":  {"include": []string{"alerts", "metrics"}},
		"acsmon_alert_info":   {},
		"acsmon_system_info":  {},
	} {
		scenario(t, module, acsmontest.Options{Devices: 4, Monitors: 6, OpenAlerts: 4}, func(w *workbench) {
			r := w.run(module, given)
			for name, documented := range specOf(w.t, module).Return {
				w.isDocumented(name, r.row[name], documented)
			}
		})
	}
	readsOptions(t, "acsmon_monitor_info", "monitor_info.go", "info.go")
	readsOptions(t, "acsmon_device_info", "device_info.go", "info.go")
	readsOptions(t, "acsmon_alert_info", "alert_info.go", "alert_subject.go", "info.go")
	readsOptions(t, "acsmon_system_info", "system_info.go")
}

// readsOptions compares the options that a module documents with those that its files read.
func readsOptions(t *testing.T, module string, files ...string) {
	t.Helper()
	read := slices.Collect(maps.Keys(connectionOptions))
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range readOption.FindAllStringSubmatch(string(source), -1) {
			read = append(read, strings.Join(match[1:], ""))
		}
	}
	read = slices.DeleteFunc(read, func(name string) bool { return name == "" })
	slices.Sort(read)
	documented := slices.Sorted(maps.Keys(specOf(t, module).Options))
	if read = slices.Compact(read); !slices.Equal(read, documented) {
		t.Errorf("%s reads the options\n%v\nand documents\n%v", module, read, documented)
	}
}

// isDocumented checks that every key of a value is documented, and that none is missing of which the
// documentation says that it is always returned.
func (w *workbench) isDocumented(name string, value any, documented *ansible.Return) {
	w.t.Helper()
	if list, ok := value.([]any); ok {
		for _, element := range list {
			w.isDocumented(name, element, documented)
		}
		return
	}
	object, ok := value.(row)
	if !ok || documented.Contains == nil {
		return
	}
	for key, value := range object {
		if documented.Contains[key] == nil {
			if key != "window" && key != "ip_address" { // the sandbox's own
				text, _ := json.Marshal(object)
				w.t.Errorf("the answer has %s.%s, which is not documented: %s", name, key, text)
			}
			continue
		}
		w.isDocumented(name+"."+key, value, documented.Contains[key])
	}
	for key, inner := range documented.Contains {
		if _, ok := object[key]; !ok && inner.Returned == "always" {
			w.t.Errorf("the documentation says that %s.%s is always returned, and it is not in %v", name, key, object)
		}
	}
}
