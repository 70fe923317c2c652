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

// alerts is what the scenarios of acsmon_alert begin with: ids of a monitor, a device and their
// alerts.
type alerts struct {
	*workbench
	monitor, device                       int64
	monitorOpen, monitorAcked, monitorOld int64 // alerts of the monitor
	deviceOpen, deviceInfo                int64 // alerts of the device
}

// alarmed runs a scenario with a monitor and a device that have alerts. If the server numbers the
// alerts of monitors and of devices apart, the first of each have the same id.
func alarmed(t *testing.T, name string, o acsmontest.Options, f func(a alerts)) {
	t.Helper()
	scenario(t, name, o, func(w *workbench) {
		a := alerts{workbench: w}
		a.monitor = w.Add("monitors", row{"name": "Intranet", "type": "https", "host": "h"})
		a.device = w.Add("devices", row{"name": "core", "ip_address": "192.0.2.1"})
		w.Add("monitors", row{"name": "Other", "type": "https", "host": "h"})
		at := time.Now().UTC()
		event := func(kind string, id int64, about row) int64 {
			at = at.Add(time.Second)
			fields := with(row{"severity": "critical", "triggered_at": at, "current_value": "down"}, about)
			if id > 0 && o.Alternatives.Events == "" {
				fields["id"] = id
			}
			return w.Add(kind, fields)
		}
		a.monitorOpen = event("monitor-events", 500, row{"monitor_id": a.monitor})
		a.monitorAcked = event("monitor-events", 0, row{"monitor_id": a.monitor, "status": "acknowledged", "severity": "warning"})
		a.monitorOld = event("monitor-events", 0, row{"monitor_id": a.monitor, "status": "resolved"})
		a.deviceOpen = event("alert-events", 500, row{"device_id": a.device})
		a.deviceInfo = event("alert-events", 600, row{"device_id": a.device, "severity": "info"})
		f(a)
	})
}

// shows lists the alerts of an answer: "monitor 500 acknowledged".
func (r *result) shows() []string {
	r.t.Helper()
	texts := []string{}
	for _, alert := range rowsAt(r, "alerts") {
		texts = append(texts, fmt.Sprint(alert["source"], " ", alert["id"], " ", alert["status"]))
	}
	return texts
}

func (r *result) showsOnly(want ...string) *result {
	r.t.Helper()
	if got := r.shows(); !slices.Equal(got, want) {
		r.t.Errorf("the alerts are %q, want %q: %s", got, want, r.msg())
	}
	return r
}

// settles runs a task of acsmon_alert as converges does, and compares the alerts that check mode and
// the run show.
func (a alerts) settles(given row) (real, again *result) {
	a.t.Helper()
	check := a.check("acsmon_alert", given)
	real, again = a.converges("acsmon_alert", given)
	if !slices.Equal(check.shows(), real.shows()) {
		a.t.Errorf("check mode shows the alerts %q, and the run %q", check.shows(), real.shows())
	}
	return real, again
}

// TestEmptyAlertSelection refuses a task that does not say which alerts it means.
func TestEmptyAlertSelection(t *testing.T) {
	alarmed(t, "nothing is selected", acsmontest.Options{}, func(a alerts) {
		for _, given := range []row{
			{}, {"source": "device"}, {"source": "any"}, {"note": "x"}, {"ids": []int{}}, {"severity": []string{}}, {"monitor": ""}, {"device": " "}, {"all": false},
		} {
			a.alert(given).fails("nothing says which alerts are meant", "all: true").costs()
		}
	})
	alarmed(t, "a part of the selection is empty", acsmontest.Options{}, func(a alerts) {
		for name, empty := range map[string]any{"ids": []int{}, "status": []string{}, "monitor": "", "device": " "} {
			a.alert(row{"severity": []string{"critical"}, name: empty}).fails(name + " is empty").costs()
			a.alert(row{"all": true, name: empty}).fails(name + " is empty").costs()
		}
	})
}

// TestAlertSelection selects alerts by what the rows of alerts show.
func TestAlertSelection(t *testing.T) {
	alarmed(t, "all", acsmontest.Options{}, func(a alerts) {
		real, again := a.settles(row{"all": true})
		real.showsOnly("monitor 500 acknowledged", "device 500 acknowledged", "device 600 acknowledged")
		real.costs("GET /monitor-events", "GET /alert-events", "POST /monitor-events/500/acknowledge", "POST /alert-events/500/acknowledge", "POST /alert-events/600/acknowledge")
		again.showsOnly().costs("GET /monitor-events", "GET /alert-events")
	})
	alarmed(t, "all, of one source", acsmontest.Options{}, func(a alerts) {
		real, _ := a.settles(row{"all": true, "source": "monitor"})
		real.showsOnly("monitor 500 acknowledged").costs("GET /monitor-events", "GET /alert-events", "POST /monitor-events/500/acknowledge")
		real, _ = a.settles(row{"all": true, "source": "device"})
		real.showsOnly("device 500 acknowledged", "device 600 acknowledged")
		real.wantRequests(3)
		if first := real.request(0).Path; first != "/alert-events" {
			a.t.Errorf("the first request reads %s, want /alert-events", first)
		}
	})
	alarmed(t, "a task that resolves selects acknowledged alerts too", acsmontest.Options{}, func(a alerts) {
		real, _ := a.settles(row{"state": "resolved", "source": "monitor", "all": true})
		real.showsOnly("monitor 500 resolved", fmt.Sprintf("monitor %d resolved", a.monitorAcked))
	})
	alarmed(t, "by severity", acsmontest.Options{}, func(a alerts) {
		real, _ := a.settles(row{"severity": "critical"})
		real.showsOnly("monitor 500 acknowledged", "device 500 acknowledged")
		real, _ = a.settles(row{"severity": []string{"info", "warning"}, "state": "resolved"})
		real.showsOnly(fmt.Sprintf("monitor %d resolved", a.monitorAcked), "device 600 resolved")
	})
	alarmed(t, "by status", acsmontest.Options{}, func(a alerts) {
		a.alert(row{"status": []string{"acknowledged"}}).wantUnchanged()
		r := a.alert(row{"status": []string{"open", "acknowledged", "resolved"}, "monitor": "Intranet"})
		r.showsOnly("monitor 500 acknowledged", fmt.Sprintf("monitor %d acknowledged", a.monitorAcked), fmt.Sprintf("monitor %d resolved", a.monitorOld))
		r.wantValues(row{"diff": row{"before": row{"monitor 500": "open"}, "after": row{"monitor 500": "acknowledged"}}})
		real, _ := a.settles(row{"status": []string{"acknowledged"}, "state": "resolved"})
		real.showsOnly("monitor 500 resolved", fmt.Sprintf("monitor %d resolved", a.monitorAcked))
	})
}

// TestAlertsOfAMonitorOrADevice selects alerts by the monitor or the device that they are about.
func TestAlertsOfAMonitorOrADevice(t *testing.T) {
	alarmed(t, "by monitor and by device", acsmontest.Options{}, func(a alerts) {
		real, again := a.settles(row{"monitor": " Intranet "})
		real.showsOnly("monitor 500 acknowledged")
		again.costs("GET /monitors", "GET /monitor-events", "GET /alert-events")
		real, _ = a.settles(row{"monitor": fmt.Sprint(a.monitor), "state": "resolved"})
		real.costs("GET /monitor-events", "GET /monitor-events", "GET /alert-events", "GET /alert-events", "POST /monitor-events/500/resolve",
			fmt.Sprintf("POST /monitor-events/%d/resolve", a.monitorAcked))
		real, _ = a.settles(row{"device": "core", "severity": "info"})
		real.showsOnly("device 600 acknowledged")
		real, _ = a.settles(row{"device": fmt.Sprint(a.device)})
		real.showsOnly("device 500 acknowledged")
		a.alert(row{"monitor": "Other"}).showsOnly().wantUnchanged()
		a.alert(row{"monitor": "Intranet", "device": "core"}).showsOnly().wantUnchanged()
	})
	alarmed(t, "by a monitor or a device that does not exist", acsmontest.Options{}, func(a alerts) {
		a.Add("monitors", row{"name": "twin", "type": "ping", "host": "h"})
		a.Add("monitors", row{"name": "twin", "type": "ping", "host": "h"})
		a.alert(row{"monitor": "intranet"}).fails(`there is no monitor "intranet"`)
		a.alert(row{"device": "nothing"}).fails(`there is no device "nothing"`)
		a.alert(row{"monitor": "4711"}).fails("there is no monitor with id 4711")
		a.check("acsmon_alert", row{"device": "4711"}).fails("there is no device with id 4711")
		a.alert(row{"monitor": "twin"}).fails(`"twin" means more than one`)
		a.wantNoWrites()
	})
}

// TestAlertIDs selects alerts by their ids, which the alerts of monitors and those of devices may share.
func TestAlertIDs(t *testing.T) {
	alarmed(t, "one alert", acsmontest.Options{}, func(a alerts) {
		real, again := a.settles(row{"ids": []int64{600}})
		real.showsOnly("device 600 acknowledged").costs("GET /monitor-events/600", "GET /alert-events/600", "POST /alert-events/600/acknowledge")
		again.showsOnly("device 600 acknowledged").costs("GET /monitor-events/600", "GET /alert-events/600")
	})
	alarmed(t, "an id that both lists have", acsmontest.Options{}, func(a alerts) {
		a.alert(row{"ids": []int{500}}).fails("id 500", "a device's alert and a monitor's both have the id", "set source")
		a.check("acsmon_alert", row{"ids": []int{500, 600}, "state": "resolved"}).fails("id 500")
		real, _ := a.settles(row{"ids": "500", "source": "monitor"})
		real.showsOnly("monitor 500 acknowledged")
		a.has("alert-events", 500, row{"status": "open"})
		real, _ = a.settles(row{"ids": []int{500}, "source": "device"})
		real.showsOnly("device 500 acknowledged")
	})
	alarmed(t, "ids that do not exist", acsmontest.Options{}, func(a alerts) {
		a.alert(row{"ids": []int{600, 4711, 4712}}).fails("there is no alert with id 4711, 4712")
		a.alert(row{"ids": []int{600}, "source": "monitor"}).fails("there is no alert with id 600")
		a.alert(row{"ids": []int{0}}).fails("ids holds 0").costs()
		a.wantNoWrites()
	})
	alarmed(t, "alerts that have the wanted status already", acsmontest.Options{}, func(a alerts) {
		r := a.alert(row{"ids": []int64{a.monitorAcked, a.monitorOld}})
		r.wantUnchanged()
		r.showsOnly(fmt.Sprintf("monitor %d acknowledged", a.monitorAcked), fmt.Sprintf("monitor %d resolved", a.monitorOld))
		real, _ := a.settles(row{"ids": []int64{a.monitorAcked, a.monitorOld}, "state": "resolved"})
		a.wantWrites(1)
		real.showsOnly(fmt.Sprintf("monitor %d resolved", a.monitorAcked), fmt.Sprintf("monitor %d resolved", a.monitorOld))
	})
	alarmed(t, "ids with another condition", acsmontest.Options{}, func(a alerts) {
		a.alert(row{"ids": []int{600}, "severity": "critical"}).showsOnly().wantUnchanged()
	})
}

// TestManyAlertIDs looks for ids in a list of many pages.
func TestManyAlertIDs(t *testing.T) {
	scenario(t, "in a long list", acsmontest.Options{Monitors: 500, OpenAlerts: 400}, func(w *workbench) {
		var few, many []any
		for i, event := range w.Rows("monitor-events") {
			switch {
			case i%100 == 99 && len(few) < 3:
				few = append(few, event["id"])
			case i%2 == 0 && len(many) < 200:
				many = append(many, event["id"])
			}
		}
		w.ResetRequests()
		// The module reads one page, then each alert that is not on it. The list of devices' alerts is
		// empty.
		w.check("acsmon_alert", row{"ids": few}).costs("GET /monitor-events", fmt.Sprint("GET /monitor-events/", few[1]), fmt.Sprint("GET /monitor-events/", few[2]), "GET /alert-events")
		r := w.check("acsmon_alert", row{"ids": many})
		if len(r.shows()) != 200 || len(r.requests) > 8 {
			w.t.Errorf("the answer shows %d alerts after %d requests, want 200 after at most 8", len(r.shows()), len(r.requests))
		}
	})
}

// TestAlertServers takes alerts through their life on each kind of server.
func TestAlertServers(t *testing.T) {
	for name, alt := range alternatives() {
		alarmed(t, name, acsmontest.Options{Alternatives: alt}, func(a alerts) {
			real, _ := a.settles(row{"monitor": "Intranet", "note": "at work"})
			real.showsOnly(fmt.Sprintf("monitor %d acknowledged", a.monitorOpen))
			real, _ = a.settles(row{"severity": []string{"critical", "info"}, "source": "device"})
			real.showsOnly(fmt.Sprintf("device %d acknowledged", a.deviceOpen), fmt.Sprintf("device %d acknowledged", a.deviceInfo))
			real, _ = a.settles(row{"ids": []int64{a.monitorOpen, a.monitorAcked}, "source": "monitor", "state": "resolved"})
			real.showsOnly(fmt.Sprintf("monitor %d resolved", a.monitorOpen), fmt.Sprintf("monitor %d resolved", a.monitorAcked))
			real, _ = a.settles(row{"all": true, "state": "resolved", "note": "done"})
			real.showsOnly(fmt.Sprintf("device %d resolved", a.deviceOpen), fmt.Sprintf("device %d resolved", a.deviceInfo))
			notes := map[string]int{}
			for _, entry := range a.AuditLog() {
				notes[entry.Action+" "+entry.Note]++
			}
			if want := (map[string]int{"acknowledged ": 2, "acknowledged at work": 1, "resolved ": 2, "resolved done": 2}); !maps.Equal(notes, want) {
				a.t.Errorf("the audit log has %v, want %v", notes, want)
			}
		})
	}
}

// TestAlertsThatOthersSettle lets somebody else settle an alert first. Servers answer in different
// ways when an alert is settled twice.
func TestAlertsThatOthersSettle(t *testing.T) {
	for _, repeated := range []string{"200", "409", "422"} {
		o := acsmontest.Options{Alternatives: acsmontest.Alternatives{Repeated: repeated}}
		alarmed(t, "someone else is faster, "+repeated, o, func(a alerts) {
			a.Inject(acsmontest.Fault{Method: "GET", Path: "/alert-events", Times: 1, Do: acsmontest.Then(func(s *acsmontest.Server) {
				s.Set("alert-events", 600, row{"status": "acknowledged"})
			})})
			a.alert(row{"severity": "info"}).showsOnly("device 600 acknowledged").succeeds()
		})
		alarmed(t, "and resolves it, "+repeated, o, func(a alerts) {
			a.Inject(acsmontest.Fault{Method: "GET", Path: "/alert-events", Times: 1, Do: acsmontest.Then(func(s *acsmontest.Server) {
				s.Set("alert-events", 600, row{"status": "resolved"})
			})})
			r := a.alert(row{"severity": "info"}).showsOnly("device 600 resolved").succeeds()
			if repeated != "200" {
				r.wantUnchanged()
			}
		})
		alarmed(t, "the answer is lost, "+repeated, o, func(a alerts) {
			a.Inject(acsmontest.Fault{Method: "POST", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
			r := a.alert(row{"severity": "info", "note": "once"}).showsOnly("device 600 acknowledged")
			r.wantChanged()
			if log := a.AuditLog(); len(log) != 1 {
				a.t.Errorf("the audit log has %d entries, want 1: %v", len(log), log)
			}
		})
	}
}

// alertSubjects are selections of alerts by what people think in.
var alertSubjects = []struct {
	name  string
	given row
	want  []string
	costs int // the requests beside those for the two lists of alerts
}{
	{"a list of monitors", row{"monitors": []any{"Shop", 12}}, []string{"monitor 1", "monitor 2"}, 1},
	{"a list of devices", row{"devices": []string{"core-1", "sw"}}, []string{"device 1", "device 3"}, 1},
	{"a group of monitors", row{"monitor_group": "Web"}, []string{"monitor 1"}, 2},
	{"a group of monitors by its id", row{"monitor_group": "4"}, []string{}, 2},
	{"tags", row{"tags": []string{"web", "pci"}}, []string{"monitor 1"}, 1},
	{"tags in a group", row{"tags": "mail", "monitor_group": "Web"}, []string{}, 2},
	{"a group of devices", row{"device_group": "Core"}, []string{"device 1", "device 2"}, 2},
	{"a device without its monitors", row{"device": "core-1"}, []string{"device 1"}, 1},
	{"a device with its monitors", row{"device": "core-1", "linked": true}, []string{"monitor 1", "device 1"}, 2},
	{"a group of devices with their monitors", row{"device_group": "Core", "linked": true}, []string{"monitor 1", "monitor 3", "device 1", "device 2"}, 3},
	{"hosts by name", row{"hosts": row{"core-2": []string{}, "other": nil}}, []string{"monitor 3", "device 2"}, 2},
	{"hosts by address", row{"hosts": row{"x": "192.0.2.23", "y": []string{"HOST.example.com."}}}, []string{"monitor 1", "monitor 2", "monitor 3", "device 3"}, 2},
	{"a pattern of names", row{"name_pattern": "c*e-?"}, []string{"device 1", "device 2"}, 0},
	{"a pattern of monitors' names", row{"name_pattern": "SHOP"}, []string{"monitor 1"}, 0},
	{"old ones", row{"older_than": "1d"}, []string{"monitor 2", "device 3"}, 0},
	{"new ones", row{"newer_than": "1d12h"}, []string{"monitor 1", "monitor 3", "device 1", "device 2"}, 0},
	{"of an age", row{"older_than": "5400", "newer_than": "2h30m"}, []string{"device 2"}, 0},
	{"a device of a severity", row{"devices": "core-1", "severity": "info"}, []string{}, 1},
}

// addSubjectAlerts adds open alerts of different ages to a surveyed install.
func (w *workbench) addSubjectAlerts() {
	ago := func(d time.Duration) string { return time.Now().Add(-d).UTC().Format(time.RFC3339) }
	for id, event := range map[int64]row{
		1: {"monitor_id": int64(11), "triggered_at": ago(time.Minute)}, 2: {"monitor_id": int64(12), "triggered_at": ago(48 * time.Hour)},
		3: {"monitor_id": int64(16), "triggered_at": ago(time.Hour)},
	} {
		w.Add("monitor-events", with(event, row{"id": id, "status": "open", "severity": "critical"}))
	}
	for id, event := range map[int64]row{
		1: {"device_id": int64(21), "triggered_at": ago(time.Minute)}, 2: {"device_id": int64(22), "triggered_at": ago(2 * time.Hour)},
		3: {"device_id": int64(23), "triggered_at": ago(72 * time.Hour)},
	} {
		w.Add("alert-events", with(event, row{"id": id, "status": "open", "severity": "critical"}))
	}
}

// showsInAnyOrder checks the alerts of an answer, which all have one status.
func (r *result) showsInAnyOrder(status string, alerts []string) *result {
	r.t.Helper()
	want := []string{}
	for _, alert := range alerts {
		want = append(want, alert+" "+status)
	}
	got := r.shows()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		r.t.Errorf("the alerts are %q, want %q in any order: %s", got, want, r.msg())
	}
	return r
}

// TestAlertSubjects selects the same alerts to read them and to act on them, and counts the requests.
func TestAlertSubjects(t *testing.T) {
	for _, test := range alertSubjects {
		surveyed(t, test.name, acsmontest.Options{}, func(w *workbench) {
			w.addSubjectAlerts()
			w.run("acsmon_alert_info", with(test.given, row{"status": "open"})).showsInAnyOrder("open", test.want).wantRequests(2 + test.costs)
			w.check("acsmon_alert", test.given).showsInAnyOrder("acknowledged", test.want)
			w.alert(test.given).showsInAnyOrder("acknowledged", test.want).wantRequests(2 + test.costs + len(test.want))
		})
	}
}

// TestAlertSubjectsRefuse refuses subjects that do not exist and ages that are not durations.
func TestAlertSubjectsRefuse(t *testing.T) {
	surveyed(t, "mistakes", acsmontest.Options{}, func(w *workbench) {
		for _, test := range []struct {
			given row
			says  string
		}{
			{row{"monitors": []string{"Nobody"}}, `there is no monitor "Nobody"`},
			{row{"monitors": []string{"Twin"}}, `the name "Twin" means more than one monitor`},
			{row{"devices": []string{"4711"}}, "there is no device with id 4711"},
			{row{"monitor_group": "Nowhere"}, `there is no monitor group "Nowhere"`},
			{row{"older_than": "a week"}, `older_than is "a week": give a duration such as 90s`},
			{row{"older_than": "99999w"}, "give a duration such as 90s"},
			{row{"newer_than": "-1h"}, `newer_than is "-1h": give a duration`},
			{row{"linked": true, "severity": "info"}, "linked takes the monitors of devices: give device, devices or device_group too"},
			{row{"hosts": row{}}, "nothing says which alerts are meant"},
			{row{"hosts": row{}, "severity": "info"}, "hosts is empty, which selects nothing"},
			{row{"tags": []string{}, "all": true}, "tags is empty, which selects nothing"},
			{row{"name_pattern": " ", "all": true}, "name_pattern is empty, which selects nothing"},
		} {
			w.alert(test.given).fails(test.says)
		}
	})
	alarmed(t, "alerts without a time", acsmontest.Options{}, func(a alerts) {
		a.Inject(acsmontest.Fault{Path: "/alert-events", Do: acsmontest.Answer(200, nil, `{"data":[{"id":1,"status":"open","device":{"id":1}}],"meta":{"total":1}}`)})
		a.alert(row{"source": "device", "older_than": "1h"}).fails("the server does not show when an alert was triggered")
	})
}

// TestAlertsThatAreLeftOut selects by a device, and is told of the alerts of a monitor with the
// device's name, which are left out.
func TestAlertsThatAreLeftOut(t *testing.T) {
	alarmed(t, "alerts of a monitor with the name of the device", acsmontest.Options{}, func(a alerts) {
		a.Set("monitors", a.monitor, row{"name": "core HTTPS"})
		says := `These alerts are left out, because they are about monitors that have the name of a selected device: 1 of monitor "core HTTPS". Set linked: true to include`
		a.alert(row{"device": "core"}).warns(says).showsOnly("device 500 acknowledged", "device 600 acknowledged")
		a.alert(row{"device": "core", "linked": true}).wantNoWarnings()
		a.alert(row{"monitor": "core HTTPS"}).showsOnly("monitor 500 acknowledged").wantNoWarnings()
	})
}

// TestAlertsThatTheServerRefuses goes on with the other alerts if the server refuses one of them. A
// fault that would meet every alert ends the run.
func TestAlertsThatTheServerRefuses(t *testing.T) {
	for status, says := range map[int]string{
		400: "2 of 3 alerts are resolved now, and 1 failed: alert device 500 (", 409: "2 of 3 alerts are resolved now, and 1 failed: alert device 500 (",
		422: "2 of 3 alerts are resolved now, and 1 failed: alert device 500 (", 500: "2 of 3 alerts are resolved now, and 1 failed: alert device 500 (",
		401: "1 of 3 alerts are resolved now, and 1 failed: alert device 500 (", 403: "; 1 were not tried after that", 502: "; 1 were not tried after that",
	} {
		alarmed(t, fmt.Sprint(status), acsmontest.Options{}, func(a alerts) {
			a.Inject(acsmontest.Fault{Method: "POST", Path: "/alert-events/500/*", Do: acsmontest.Status(status)})
			r := a.alert(row{"severity": []string{"critical", "info"}, "state": "resolved"}).fails(says, "run the task again for the rest")
			r.wantValues(row{"changed": true})
			want := "open"
			if slices.Contains([]int{400, 409, 422, 500}, status) {
				want = "resolved"
			}
			a.has("alert-events", 600, row{"status": want}) // the alert behind the refused one
		})
	}
	alarmed(t, "two of several", acsmontest.Options{}, func(a alerts) {
		a.Inject(acsmontest.Fault{Method: "POST", Path: "/alert-events/*/*", Do: acsmontest.Status(422)})
		r := a.alert(row{"all": true}).fails("1 of 3 alerts are acknowledged now, and 2 failed: alert device 500 (", "alert device 600 (")
		r.showsOnly("monitor 500 acknowledged")
	})
	alarmed(t, "one that is gone", acsmontest.Options{}, func(a alerts) {
		a.Inject(acsmontest.Fault{Method: "POST", Path: "/alert-events/500/*", Do: acsmontest.Status(404)})
		r := a.alert(row{"all": true}).warns("alert device 500 does not exist any more: it was removed while this ran")
		r.showsOnly("monitor 500 acknowledged", "device 600 acknowledged").wantChanged()
	})
}

// TestAlertsThatAreAnsweredOddly reports what the server did, whatever it answered.
func TestAlertsThatAreAnsweredOddly(t *testing.T) {
	for name, odd := range map[string]acsmontest.Effect{
		"500": acsmontest.Status(500), "502": acsmontest.Status(502), "a page": acsmontest.HTMLPage(), "nothing": acsmontest.EmptyBody(), "null": acsmontest.NullBody(),
		"half": acsmontest.InvalidJSON(), "a number": acsmontest.Answer(200, nil, "1"), "an empty object": acsmontest.Answer(200, nil, "{}"),
		"maintenance": acsmontest.Answer(200, nil, `{"message":"Service Unavailable"}`), "another status": acsmontest.Answer(200, nil, `{"id":600,"status":"muted"}`),
	} {
		for _, state := range []string{"acknowledged", "resolved"} {
			alarmed(t, name+", after it was "+state, acsmontest.Options{}, func(a alerts) {
				a.Inject(acsmontest.Fault{Method: "POST", Do: acsmontest.After(odd)})
				r := a.alert(row{"severity": "info", "state": state}).showsOnly("device 600 " + state)
				r.wantChanged().wantValues(row{"diff": row{"before": row{"device 600": "open"}, "after": row{"device 600": state}}})
			})
		}
		alarmed(t, name+", and nothing was done", acsmontest.Options{}, func(a alerts) {
			if name == "half" { // of a response to what was carried out
				odd = acsmontest.Answer(200, nil, `{"id":600,`)
			}
			a.Inject(acsmontest.Fault{Method: "POST", Do: odd})
			a.alert(row{"severity": "info"}).fails("0 of 1 alerts are acknowledged now, and 1 failed: alert device 600 (").showsOnly()
		})
	}
}

// TestAlertsWhoseResponseIsLost settles an alert whose response does not arrive whole.
func TestAlertsWhoseResponseIsLost(t *testing.T) {
	for name, odd := range map[string]acsmontest.Effect{
		"500": acsmontest.After(acsmontest.Status(500)), "502": acsmontest.After(acsmontest.Status(502)), "nothing": acsmontest.After(acsmontest.EmptyBody()),
		"null": acsmontest.After(acsmontest.NullBody()), "a web page": acsmontest.After(acsmontest.HTMLPage()), "half of it": acsmontest.Truncate(),
		"other types": acsmontest.WrongTypes(), "no JSON": acsmontest.InvalidJSON(), "a closed connection": acsmontest.After(acsmontest.Reset()),
	} {
		for _, state := range []string{"acknowledged", "resolved"} {
			alarmed(t, state+", and answered with "+name, acsmontest.Options{}, func(a alerts) {
				a.Inject(acsmontest.Fault{Method: "POST", Do: odd})
				a.alert(row{"severity": "info", "state": state}).showsOnly("device 600 " + state).wantChanged()
			})
		}
	}
}

// TestAlertFailures fails in the middle, at the first alert, or before any of them, and reports what
// was done.
func TestAlertFailures(t *testing.T) {
	alarmed(t, "in the middle", acsmontest.Options{}, func(a alerts) {
		a.Inject(acsmontest.Fault{Method: "POST", Path: "/alert-events/500/*", Do: acsmontest.Status(500)})
		r := a.alert(row{"all": true}).fails("2 of 3 alerts are acknowledged now, and 1 failed: alert device 500 (", "run the task again for the rest")
		r.wantValues(row{"changed": true, "diff": row{
			"before": row{"device 600": "open", "monitor 500": "open"}, "after": row{"device 600": "acknowledged", "monitor 500": "acknowledged"},
		}})
		r.showsOnly("monitor 500 acknowledged", "device 600 acknowledged")
		if failure := at[row](r, "failure"); failure["path"] != "/api/v1/alert-events/500/acknowledge" || failure["status"] != 500.0 {
			a.t.Errorf("the failure is %v, want status 500 of /api/v1/alert-events/500/acknowledge", failure)
		}
		a.ClearFaults()
		real, _ := a.settles(row{"all": true})
		real.showsOnly("device 500 acknowledged")
	})
	alarmed(t, "at the first alert", acsmontest.Options{}, func(a alerts) {
		a.Inject(acsmontest.Fault{Method: "POST", Do: acsmontest.Status(403)})
		a.alert(row{"severity": "info"}).fails("0 of 1 alerts", "403", "alerts.acknowledge").wantValues(row{"changed": false, "diff": nil})
	})
	alarmed(t, "an alert vanishes", acsmontest.Options{}, func(a alerts) {
		a.Inject(acsmontest.Fault{Method: "GET", Path: "/alert-events", Times: 1, Do: acsmontest.Then(func(s *acsmontest.Server) { s.Remove("alert-events", 600) })})
		a.alert(row{"severity": "info"}).warns("alert device 600 does not exist any more").wantUnchanged()
	})
	alarmed(t, "a list that cannot be understood", acsmontest.Options{}, func(a alerts) {
		a.Inject(acsmontest.Fault{Method: "GET", Path: "/alert-events", Do: acsmontest.WrongTypes()})
		a.alert(row{"severity": "info"}).fails("holds a row without an id")
		a.alert(row{"state": "resolved", "all": true}).fails("holds a row without an id")
	})
	alarmed(t, "a note that is too long", acsmontest.Options{}, func(a alerts) {
		r := a.alert(row{"severity": "info", "note": strings.Repeat("x", 1001)}).fails("422", "note")
		if failure := r.object("failure", "errors"); failure["note"] == nil {
			a.t.Errorf("the failure should name note, and has the errors %v", failure)
		}
	})
	for _, slug := range []string{"alerts.view", "alerts.acknowledge", "monitors.view", "devices.view"} {
		alarmed(t, "without "+slug, acsmontest.Options{}, func(a alerts) {
			given := row{"monitor": "Intranet"}
			if slug == "devices.view" {
				given = row{"device": "core"}
			}
			a.alert(with(given, row{"token": a.tokenWithout(slug)})).fails("403", slug)
		})
	}
}

// TestAlertsInALongList counts requests where there are many alerts, and refuses more than max_wait
// allows before it writes anything.
func TestAlertsInALongList(t *testing.T) {
	scenario(t, "more than fits into max_wait", acsmontest.Options{Monitors: 30, OpenAlerts: 30, RateLimit: 10}, func(w *workbench) {
		w.alert(row{"all": true, "max_wait": 100}).fails("30 requests at 10 a minute", "set max_wait to").wantValues(row{"changed": false})
		w.wantNoWrites()
		if got := len(w.alert(row{"all": true, "max_wait": 400}).wantChanged().shows()); got != 30 {
			w.t.Errorf("the answer shows %d alerts, want 30", got)
		}
	})
	scenario(t, "filters that are ignored, in a long list", acsmontest.Options{Monitors: 200, OpenAlerts: 250,
		Alternatives: acsmontest.Alternatives{FilterFields: []string{"id"}}}, func(w *workbench) {
		r := w.check("acsmon_alert", row{"state": "resolved", "source": "monitor", "severity": "critical"})
		for _, shown := range rowsAt(r, "alerts") {
			if shown := shown; shown["severity"] != "critical" || shown["source"] != "monitor" {
				w.t.Errorf("the answer shows %v, which is not a critical alert of a monitor", shown)
			}
		}
		// There are 438 alerts of monitors, and none of devices, which are asked for by each status.
		if got := len(r.requests); got > 7 {
			w.t.Errorf("the module made %d requests, want at most 7", got)
		}
	})
}

// TestAlertsOfOneListAtBothPaths is an install that serves one list at both paths. Each alert comes
// once, and its row says what it is about.
func TestAlertsOfOneListAtBothPaths(t *testing.T) {
	both := func(a alerts) {
		show := func(id int64) string {
			event := a.Row("alert-events", id)
			about := map[string]string{"monitor": "null", "device": "null"}
			for kind := range about {
				if of, ok := event[kind+"_id"].(int64); ok {
					about[kind] = fmt.Sprintf(`{"id":%d,"name":"x"}`, of)
				}
			}
			return fmt.Sprintf(`{"id":%d,"status":%q,"severity":%q,"triggered_at":%q,"monitor":%s,"device":%s}`,
				id, event["status"], event["severity"], event["triggered_at"], about["monitor"], about["device"])
		}
		page := fmt.Sprintf(`{"data":[%s,%s]}`, show(a.monitorOpen), show(a.deviceOpen))
		a.Inject(acsmontest.Fault{Method: "GET", Path: "/monitor-events", Do: acsmontest.Answer(200, nil, page)})
	}
	one := acsmontest.Options{Alternatives: acsmontest.Alternatives{Events: "one-list"}}
	alarmed(t, "alerts of monitors alone", one, func(a alerts) {
		both(a)
		a.check("acsmon_alert", row{"source": "monitor", "all": true}).showsOnly(fmt.Sprintf("monitor %d acknowledged", a.monitorOpen))
	})
	alarmed(t, "each alert once", one, func(a alerts) {
		both(a)
		a.check("acsmon_alert", row{"severity": []string{"critical"}}).
			showsOnly(fmt.Sprintf("monitor %d acknowledged", a.monitorOpen), fmt.Sprintf("device %d acknowledged", a.deviceOpen))
	})
	alarmed(t, "by id", one, func(a alerts) {
		both(a)
		a.check("acsmon_alert", row{"ids": []int64{a.monitorOpen, a.deviceOpen}}).
			showsOnly(fmt.Sprintf("monitor %d acknowledged", a.monitorOpen), fmt.Sprintf("device %d acknowledged", a.deviceOpen))
	})
}
