// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// wantAudit holds what was changed on the server, each as "KIND ID ACTION".
func wantAudit(t *testing.T, server *acsmontest.Server, want ...string) {
	t.Helper()
	var done []string
	for _, entry := range server.AuditLog() {
		done = append(done, fmt.Sprintf("%s %d %s", entry.Kind, entry.ID, entry.Action))
	}
	if !slices.Equal(done, want) {
		t.Errorf("done is %q, want %q", done, want)
	}
}

// wantKeys holds which incidents the events that PagerDuty got are about.
func wantKeys(t *testing.T, bodies []string, want ...string) {
	t.Helper()
	var keys []string
	for _, body := range bodies {
		var event struct {
			Key string `json:"dedup_key"`
		}
		if err := json.Unmarshal([]byte(body), &event); err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		keys = append(keys, event.Key)
	}
	if !slices.Equal(keys, want) {
		t.Errorf("PagerDuty got events of %v, want %v", keys, want)
	}
}

// wantNoFile holds that a runbook left no file, also no part of one.
func (s *site) wantNoFile(name string) {
	s.t.Helper()
	if _, err := os.Stat(filepath.Join(s.dir, name)); err == nil {
		s.t.Errorf("%s was written", name)
	}
}

// faultsThatPass are faults of one request each.
var faultsThatPass = []acsmontest.Fault{
	{Method: "GET", Path: "/system/health", Do: acsmontest.TooManyRequests(time.Second)},
	{Method: "GET", Path: "/system/stats", Do: acsmontest.Unavailable(time.Second)},
	{Method: "GET", Path: "/devices", Skip: 1, Do: acsmontest.Status(500)}, // in the middle of the list
	{Method: "GET", Path: "/monitors", Skip: 2, Do: acsmontest.InvalidJSON()},
	{Method: "GET", Path: "/alert-events", Skip: 1, Do: acsmontest.Truncate()},
	{Method: "GET", Path: "/monitor-events", Skip: 1, Do: acsmontest.TooManyRequests(time.Second)},
	{Method: "POST", Path: "/monitor-events/*/acknowledge", Do: acsmontest.After(acsmontest.Status(502))},
	{Method: "POST", Path: "/monitor-events/*/resolve", Do: acsmontest.After(acsmontest.Status(504))},
	{Method: "POST", Path: "/monitors/*/check", Do: acsmontest.After(acsmontest.Reset())},
	{Method: "POST", Path: "/alert-events/*/acknowledge", Do: acsmontest.After(acsmontest.Reset())},
}

// What passes is got over: each runbook does its work once and whole, whether a
// request was not processed or only its answer was lost.
func TestRunbooksGetOverFaults(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server, warning := runbookServerWith(t, filepath.Join(s.dir, "executed"), acsmontest.Alternatives{PerPageCap: 1, Repeated: "409"})
	s.use(server)
	target := startReceiver(t)
	target.answers = []int{202, 500, 0, 429} // the CMDB, then PagerDuty
	s.env["PAGERDUTY_KEY"] = "routing-secret"
	faults := slices.Clone(faultsThatPass)
	for i := range faults {
		faults[i].Times = 1
	}
	server.Inject(faults...)
	vars := map[string]any{
		"url": target.URL, "source": "monitor", "ticket": "INC-9421", "alert_ids": []int64{warning},
		"monitor_names": []string{"Shop"}, "poll_interval": 0.1,
	}
	wantRunbook(t, s.runbook(vars, "health", "cmdb_sync", "weekly_uptime", "acknowledge_alerts", "resolve_alerts", "post_deploy_verify"), 0)
	// The bridge runs by itself: source and alert_ids would select its alerts too.
	wantRunbook(t, s.runbook(map[string]any{"url": target.URL, "retry_delay": 0, "retry_times": 5}, "pagerduty_bridge"), 0)
	for i, hits := range server.FaultHits() {
		if hits != 1 {
			t.Errorf("fault %d (%s %s) hit %d requests, want 1", i, faults[i].Method, faults[i].Path, hits)
		}
	}
	wantAudit(t, server, "monitor-events 9004 acknowledged", fmt.Sprintf("monitor-events %d resolved", warning),
		"alert-events 9001 acknowledged", "alert-events 9002 acknowledged")
	bodies := target.taken()
	records, err := os.ReadFile(filepath.Join(s.dir, "acsmon-devices.json"))
	s.must(err)
	wantRecords(t, records, server.Rows("devices"))
	if len(bodies) == 0 || bodies[0] != string(records) {
		t.Fatalf("sent are %q, want first what the file holds: %s", bodies, records)
	}
	// Of the one whose answer was lost PagerDuty gets two events, which are one incident.
	wantKeys(t, bodies[1:], "acsmon-device-9001", "acsmon-device-9001", "acsmon-device-9002")
	report, err := os.ReadFile(filepath.Join(s.dir, "acsmon-uptime.csv"))
	s.must(err)
	if n := strings.Count(string(report), "\n"); n != 1+len(server.Rows("monitors")) {
		t.Errorf("the report has %d lines, want one for each monitor, and the header:\n%s", n, report)
	}
}

// none are the variables of a runbook that gets none.
var none = map[string]any{}

// A faultyRunbook is a runbook whose requests meet faults that do not pass.
type faultyRunbook struct {
	*site
	server  *acsmontest.Server
	target  *receiver
	warning int64 // the alert that is acknowledged already
}

// fails runs a runbook that meets a fault, and holds what it says.
func (f faultyRunbook) fails(runbook string, vars map[string]any, fault acsmontest.Fault, says ...string) {
	f.t.Helper()
	f.server.ClearFaults()
	f.server.Inject(fault)
	f.server.ResetRequests()
	wantRunbook(f.t, f.runbook(vars, runbook), 2, says...)
}

// What does not pass ends the runbook with a sentence that says how far it came. Nothing half is
// left, and a run without faults does the rest, and only that.
func TestRunbooksFailWhole(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server, warning := runbookServerWith(t, filepath.Join(s.dir, "executed"), acsmontest.Alternatives{PerPageCap: 1})
	s.use(server)
	s.env["PAGERDUTY_KEY"], s.env["ACSMON_MAX_WAIT"] = "routing-secret", "0" // no repeats
	f := faultyRunbook{s, server, startReceiver(t), warning}
	var monitors []any
	for _, monitor := range server.Rows("monitors")[:2] {
		monitors = append(monitors, monitor["id"])
	}
	closed := map[string]any{"ticket": "INC-9421", "alert_ids": []int64{warning}, "source": "monitor"}
	deployed := map[string]any{"monitor_ids": monitors, "poll_interval": 0.1}
	sent := map[string]any{"url": f.target.URL, "retry_delay": 0}

	f.fails("health", none, acsmontest.Fault{Path: "/system/health", Do: acsmontest.TooManyRequests(time.Minute)}, "GET /system/health answered 429", "come back at")
	f.wantAlertsInPart(closed)
	f.fails("post_deploy_verify", deployed, acsmontest.Fault{Method: "POST", Skip: 1, Do: acsmontest.Status(502)},
		"1 of 2 checks were triggered, and 1 failed", "502")
	wantAudit(t, server, "monitor-events 9004 acknowledged", fmt.Sprintf("monitor-events %d resolved", warning))
	f.wantNoHalfFile(sent)
	f.wantTheSameIncidents(sent)

	for _, vars := range []map[string]any{deployed, closed} {
		maps.Copy(sent, vars)
	}
	wantRunbook(t, s.runbook(sent, "resolve_alerts", "post_deploy_verify", "acknowledge_alerts", "weekly_uptime", "health"), 0)
	wantAudit(t, server, "monitor-events 9004 acknowledged", fmt.Sprintf("monitor-events %d resolved", warning),
		"alert-events 9001 acknowledged", "alert-events 9002 acknowledged")
}

// wantAlertsInPart: what was done of many alerts is said, and a lost answer is looked up.
func (f faultyRunbook) wantAlertsInPart(closed map[string]any) {
	f.t.Helper()
	f.fails("acknowledge_alerts", none, acsmontest.Fault{Method: "GET", Path: "/alert-events", Skip: 1, Do: acsmontest.Status(500)},
		"GET /alert-events answered 500")
	wantWrites(f.t, f.server)
	f.fails("acknowledge_alerts", none, acsmontest.Fault{Path: "/alert-events/9001/acknowledge", Do: acsmontest.Status(502)},
		"1 of 3 alerts are acknowledged now, and 1 failed: alert device 9001 (POST /alert-events/9001/acknowledge answered 502",
		"; 1 were not tried after that; run the task again for the rest")
	wantWrites(f.t, f.server, "POST /monitor-events/9004/acknowledge", "POST /alert-events/9001/acknowledge")
	f.fails("resolve_alerts", closed, acsmontest.Fault{Method: "POST", Do: acsmontest.Status(502)},
		fmt.Sprintf("0 of 1 alerts are resolved now, and 1 failed: alert monitor %d (", f.warning), "run the task again for the rest")
	f.server.ClearFaults()
	f.server.Inject(acsmontest.Fault{Method: "POST", Do: acsmontest.After(acsmontest.Reset())}) // a look at the alert shows that it is done
	wantRunbook(f.t, f.runbook(closed, "resolve_alerts"), 0)
}

// wantNoHalfFile: a list that is not fetched to its end becomes no file, and is not sent.
func (f faultyRunbook) wantNoHalfFile(sent map[string]any) {
	f.t.Helper()
	f.fails("weekly_uptime", none, acsmontest.Fault{Method: "GET", Path: "/monitors", Skip: 1, Do: acsmontest.InvalidJSON()}, "GET /monitors")
	f.wantNoFile("acsmon-uptime.csv")
	f.fails("cmdb_sync", sent, acsmontest.Fault{Method: "GET", Path: "/devices", Skip: 1, Do: acsmontest.Truncate()}, "GET /devices")
	f.wantNoFile("acsmon-devices.json")
	f.target.answers = []int{503}
	f.fails("cmdb_sync", sent, acsmontest.Fault{Path: "/nothing"}, f.target.URL+" did not take the records: Status code was 503")
	if bodies := f.target.taken(); len(bodies) > 0 {
		f.t.Errorf("the CMDB took %q, want nothing", bodies)
	}
}

// wantTheSameIncidents: what PagerDuty has, and the server does not know, is forwarded again as the
// same incidents.
func (f faultyRunbook) wantTheSameIncidents(sent map[string]any) {
	f.t.Helper()
	incidents := []string{"acsmon-device-9001", "acsmon-device-9002"}
	f.fails("pagerduty_bridge", sent, acsmontest.Fault{Method: "POST", Do: acsmontest.Status(500)},
		"0 of 2 alerts are acknowledged now, and 2 failed: alert device 9001 (", ", alert device 9002 (", "run the task again for the rest")
	wantKeys(f.t, f.target.taken(), incidents...)
	f.server.ClearFaults()
	wantRunbook(f.t, f.runbook(sent, "pagerduty_bridge", "cmdb_sync"), 0)
	bodies := f.target.taken()
	if len(bodies) == 0 {
		f.t.Fatal("nothing was sent, want two events and the records")
	}
	last := len(bodies) - 1
	wantKeys(f.t, bodies[:last], incidents...)
	wantRecords(f.t, []byte(bodies[last]), f.server.Rows("devices"))
}
