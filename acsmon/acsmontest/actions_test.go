// SPDX-License-Identifier: MIT

package acsmontest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// A check is queued; its outcome shows later, by the server's clock.
func TestCheck(t *testing.T) {
	c := newClock()
	s, admin := start(t, acsmontest.Options{Now: c.now, CheckTime: 10 * time.Second})
	id := s.Add("monitors", row{"name": "web", "type": "https", "host": "web.example.com"})
	monitor := path("/monitors/%d", id)
	admin.get(monitor+"/results").has("data", []any{})

	queued := admin.do("POST", monitor+"/check", nil).is(200).has("queued", true)
	if job, _ := queued.at("job_id").(string); job == "" {
		t.Errorf("no job id: %s", queued.text)
	}
	c.advance(9 * time.Second)
	admin.get(monitor).has("status", "unknown")
	c.advance(time.Second)
	up := admin.get(monitor).has("status", "up").has("last_checked_at", "2026-04-22T10:15:10Z").has("consecutive_failures", 0)
	if ms, ok := up.at("response_time_ms").(float64); !ok || ms <= 0 {
		t.Errorf("response time %v", up.at("response_time_ms"))
	}

	s.SetOutcome(id, "down", "up")
	for range 2 {
		admin.do("POST", monitor+"/check", nil).is(200)
	}
	c.advance(5 * time.Second)
	admin.do("POST", monitor+"/check", nil).is(200)
	c.advance(5 * time.Second)
	admin.get(monitor).has("status", "up")
	got := admin.get(monitor+"/results?per_page=2").has("meta.total", 3)
	got.has("data.0.status", "up").has("data.0.checked_at", "2026-04-22T10:15:20Z").has("data.1.status", "down").has("data.1.response_time_ms", nil)
	if n := len(got.at("data.0").(row)); n != 3 {
		t.Errorf("a result has %d members, want 3", n)
	}
	admin.do("POST", "/monitors/9999/check", nil).is(404)
}

func TestCheckOutcomes(t *testing.T) {
	for name, test := range map[string]struct {
		fields row
		want   string
	}{
		"new":           {row{}, "up"},
		"new, .invalid": {row{"host": "web.invalid"}, "down"},
		"down":          {row{"status": "down", "consecutive_failures": 2}, "down"},
		"degraded":      {row{"status": "degraded"}, "degraded"},
	} {
		t.Run(name, func(t *testing.T) {
			s, admin := start(t, acsmontest.Options{})
			id := s.Add("monitors", test.fields)
			admin.do("POST", path("/monitors/%d/check", id), nil).is(200)
			got := admin.get(path("/monitors/%d", id)).has("status", test.want)
			if failures, _ := test.fields["consecutive_failures"].(int); test.want == "down" {
				got.has("consecutive_failures", failures+1).has("response_time_ms", nil)
			}
		})
	}
}

func TestCheckOfDeletedMonitor(t *testing.T) {
	c := newClock()
	s, admin := start(t, acsmontest.Options{Monitors: 1, Now: c.now, CheckTime: time.Second})
	id := s.Rows("monitors")[0]["id"].(int64)
	admin.do("POST", path("/monitors/%d/check", id), nil).is(200)
	s.Remove("monitors", id)
	c.advance(time.Minute)
	admin.get("/monitors").has("meta.total", 0)
}

func TestPollAndWalk(t *testing.T) {
	c := newClock()
	s, admin := start(t, acsmontest.Options{Now: c.now, CheckTime: time.Second})
	id := s.Add("devices", row{"name": "sw"})
	for _, verb := range []string{"poll", "walk"} {
		admin.do("POST", path("/devices/%d/%s", id, verb), nil).is(200).has("queued", true)
		c.advance(time.Second)
		admin.get(path("/devices/%d", id)).has("status", "up").has("last_polled_at", c.now().Format(time.RFC3339))
	}
	got := admin.get(path("/devices/%d/metrics", id))
	got.has("data.0.name", "cpu_percent").has("data.0.recorded_at", c.now().Format(time.RFC3339))
}

// The past of a seeded monitor agrees with its present.
func TestSeededResults(t *testing.T) {
	c := newClock()
	_, admin := start(t, acsmontest.Options{Monitors: 40, OpenAlerts: 4, Now: c.now})
	for _, id := range admin.get("/monitors").column("id") {
		monitor := admin.get(path("/monitors/%v", id))
		results := admin.get(path("/monitors/%v/results?per_page=100", id))
		results.has("data.0.status", monitor.at("status")).has("data.0.checked_at", monitor.at("last_checked_at")).has("data.0.response_time_ms", monitor.at("response_time_ms"))
		last := "9999"
		for i, at := range results.column("checked_at") {
			if at.(string) >= last {
				t.Errorf("monitor %v: result %d of %v is not older than the one before", id, i, at)
			}
			last = at.(string)
		}
	}
}

func TestUptime(t *testing.T) {
	s, admin := start(t, acsmontest.Options{})
	id := s.Add("monitors", row{"check_interval_seconds": 60, "uptime_percent_7d": 99.5, "uptime_percent_30d": 99.91})
	uptime := path("/monitors/%d/uptime", id)
	admin.get(uptime+"?window=30d").has("uptime_percent", 99.91).has("total_checks", 43200).has("failed_checks", 39)
	admin.get(uptime+"?window=7d").has("uptime_percent", 99.5).has("total_checks", 10080).has("failed_checks", 50)
	admin.get(uptime).has("window", "30d")
	admin.do("GET", uptime+"?window=1y", nil).is(422).has("message", "The selected window is invalid.")
	unchecked := s.Add("monitors", row{})
	admin.get(path("/monitors/%d/uptime", unchecked)).has("uptime_percent", nil).has("total_checks", 0)
}

func TestAcknowledgeAndResolve(t *testing.T) {
	for _, kind := range []string{"alert-events", "monitor-events"} {
		t.Run(kind, func(t *testing.T) {
			c := newClock()
			s, admin := start(t, acsmontest.Options{Now: c.now})
			id := s.Add(kind, row{"severity": "critical", "triggered_at": c.now()})
			event := path("/%s/%d", kind, id)

			admin.do("POST", event+"/acknowledge", row{"note": " on it "}).is(200).has("status", "acknowledged").has("acknowledged_at", "2026-04-22T10:15:00Z").has("resolved_at", nil)
			c.advance(time.Minute)
			admin.do("POST", event+"/acknowledge", row{"note": "again"}).is(200).has("acknowledged_at", "2026-04-22T10:15:00Z")
			admin.do("POST", event+"/resolve", nil).is(200).has("status", "resolved").has("acknowledged_at", "2026-04-22T10:15:00Z").has("resolved_at", "2026-04-22T10:16:00Z")
			admin.do("POST", event+"/resolve", nil).is(200).has("resolved_at", "2026-04-22T10:16:00Z")
			admin.do("POST", event+"/acknowledge", nil).is(422).has("message", "The alert is already resolved.").has("errors", []any{})
			admin.do("POST", event+"/resolve", row{"note": 7}).is(422).has("message", "The note field must be a string.")
			admin.do("POST", path("/%s/9999/acknowledge", kind), nil).is(404)

			open := s.Add(kind, row{})
			admin.do("POST", path("/%s/%d/resolve", kind, open), row{"note": "INC-9421"}).is(200).has("status", "resolved").has("acknowledged_at", nil)

			var got []acsmontest.AuditEntry
			for _, entry := range s.AuditLog() {
				if entry.UserID == 0 {
					t.Error("an audit entry names no user")
				}
				entry.UserID = 0
				got = append(got, entry)
			}
			first := c.now().Add(-time.Minute)
			want := []acsmontest.AuditEntry{
				{Time: first, Action: "acknowledged", Kind: kind, ID: id, Note: "on it"},
				{Time: c.now(), Action: "resolved", Kind: kind, ID: id},
				{Time: c.now(), Action: "resolved", Kind: kind, ID: open, Note: "INC-9421"},
			}
			if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
				t.Errorf("audit log\n%v, want\n%v", got, want)
			}
		})
	}
}

func TestOtherActions(t *testing.T) {
	c := newClock()
	s, admin := start(t, acsmontest.Options{Now: c.now, CheckTime: time.Second, LicenceCap: 3})
	device := s.Add("devices", row{"name": "sw"})
	oid := s.Add("oids", row{"device_id": device})
	hook := s.Add("webhooks", row{"device_id": device})
	trap := s.Add("snmp-traps", row{"device_id": device})
	channel := s.Add("alert-channels", row{"name": "mail", "type": "email"})

	toggle := path("/oids/%d/toggle-monitor", oid)
	admin.do("POST", toggle, nil).is(200).has("is_monitored", false)
	admin.do("POST", toggle, nil).is(200).has("is_monitored", true)
	admin.do("POST", path("/devices/%d/webhooks/%d/toggle", device, hook), nil).is(200).has("is_active", false)
	admin.do("POST", path("/snmp-traps/%d/acknowledge", trap), nil).is(200).has("acknowledged_at", "2026-04-22T10:15:00Z")
	admin.do("POST", path("/alert-channels/%d/test", channel), nil).is(200)

	discovery := path("/discovery/%d", admin.do("POST", "/discovery", row{"name": "office", "subnet": "10.1.0.0/29"}).is(201).id())
	admin.do("POST", discovery+"/run", nil).is(200).has("queued", true)
	admin.get(discovery).has("status", "running").has("results", []any{})
	c.advance(time.Second)
	found := admin.get(discovery).has("status", "completed").has("last_run_at", "2026-04-22T10:15:01Z").has("results.2.ip_address", "10.1.0.3")
	imported := admin.do("POST", path("/discovery-results/%v/import", found.at("results.0.id")), nil).is(201).has("ip_address", "10.1.0.1")
	admin.get(discovery).has("results.0.device_id", imported.at("id")).has("results.1.device_id", nil)
	admin.do("POST", path("/discovery-results/%v/import", found.at("results.1.id")), nil).is(201)
	admin.do("POST", path("/discovery-results/%v/import", found.at("results.2.id")), nil).is(422)
	admin.do("GET", path("/discovery-results/%v", found.at("results.0.id")), nil).is(404)
	admin.do("POST", "/discovery", row{"name": "office", "subnet": "10.1.0.0"}).is(422).has("message", "The subnet field must be a valid subnet.")
}

func TestTools(t *testing.T) {
	s, _ := start(t, acsmontest.Options{})
	for _, name := range []string{"ping", "traceroute", "port-scan", "ssl-check", "http-headers", "dns-lookup", "whois"} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, s)
			a.do("POST", "/tools/"+name, row{}).is(422)
			got := a.do("POST", "/tools/"+name, row{"host": "example.com", "url": "https://example.com"}).is(200)
			if !strings.Contains(got.text, "example.com") {
				t.Errorf("the answer is not about the host: %s", got.text)
			}
		})
	}
}

func TestSystem(t *testing.T) {
	_, admin := start(t, acsmontest.Options{Devices: 30, Monitors: 30, OpenAlerts: 10})
	admin.get("/system/health").has("status", "ok")
	stats := admin.get("/system/stats").has("devices.total", 30).has("monitors.total", 30).has("alert_events.open", 5).has("monitor_events.open", 5).has("licence", row{"cap": nil, "used": 60})
	stats.has("devices.down", admin.get("/devices?filter[status]=down").at("meta.total"))
}
