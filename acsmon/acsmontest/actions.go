// SPDX-License-Identifier: MIT

package acsmontest

import (
	"fmt"
	"math"
	"net/http"
	"time"
)

// resultsKept is how many past checks a seeded monitor has.
const resultsKept = 200

// init adds the routes that do more than create, read, update and delete.
func init() {
	action("POST", "devices", "poll", "devices.edit", pollDevice)
	action("POST", "devices", "walk", "devices.edit", walkDevice)
	action("GET", "devices", "metrics", "devices.view", deviceMetrics)
	action("GET", "devices", "alerts", "devices.view", deviceAlerts)

	action("POST", "monitors", "check", "monitors.edit", checkMonitor)
	action("GET", "monitors", "results", "monitors.view", monitorResults)
	action("GET", "monitors", "uptime", "monitors.view", monitorUptime)

	for _, kind := range []string{"alert-events", "monitor-events"} {
		action("POST", kind, "acknowledge", "alerts.acknowledge", acknowledgeEvent)
		action("POST", kind, "resolve", "alerts.acknowledge", resolveEvent)
	}

	action("POST", "oids", "toggle-monitor", "devices.edit", toggle("is_monitored"))
	action("POST", "webhooks", "toggle", "devices.edit", toggle("is_active"))
	action("POST", "snmp-traps", "acknowledge", "alerts.acknowledge", acknowledgeEvent)
	action("POST", "alert-channels", "test", "channels.edit", testChannel)
	action("POST", "discovery", "run", "discovery.run", runDiscovery)
	action("POST", "discovery-results", "import", "discovery.create", importResult)

	addRoute("GET", "system/health", "settings.view", permitted((*call).health))
	addRoute("GET", "system/stats", "settings.view", permitted((*call).stats))
}

func pollDevice(c *call, r *resource, device row) *response {
	id := device["id"].(int64)
	return c.queued(func(at time.Time) { c.s.runPoll(id, at) })
}

func checkMonitor(c *call, r *resource, monitor row) *response {
	id := monitor["id"].(int64)
	return c.queued(func(at time.Time) { c.s.runCheck(id, at) })
}

// deviceAlerts are the alert events of one device.
func deviceAlerts(c *call, r *resource, device row) *response {
	events := resourceOf["alert-events"]
	c.path = params{"device_id": device["id"].(int64)}
	return events.serveList(c)
}

// deviceMetrics are the values that the poller read last. No public page says what they look like.
func deviceMetrics(c *call, r *resource, device row) *response {
	metrics := []struct {
		name, unit string
		most       int
	}{
		{"cpu_percent", "%", 100}, {"memory_percent", "%", 100}, {"uptime_seconds", "s", 1e7}, {"if_in_bps", "bit/s", 1e9}, {"if_out_bps", "bit/s", 1e9},
	}
	rng := random(c.s.options.Seed, "metrics", device["id"].(int64))
	rows := make([]object, len(metrics))
	for i, m := range metrics {
		rows[i] = object{{"name", m.name}, {"value", rng.IntN(m.most)}, {"unit", m.unit}, {"recorded_at", device["last_polled_at"]}}
	}
	p, failed := c.paging(len(rows))
	if failed != nil {
		return failed
	}
	return c.envelope(p, c.rows(p, func(e *encoder, i int) { e.columns(rows[i]) }))
}

// monitorResults are the checks of a monitor, the newest first: those that ran here, then those
// that a seeded monitor has from the start.
func monitorResults(c *call, r *resource, monitor row) *response {
	s, id := c.s, monitor["id"].(int64)
	ran := s.results[id]
	total := len(ran)
	past := s.seededRow("monitors", id)
	if past != nil && past["last_checked_at"] != nil {
		total += resultsKept
	}
	p, failed := c.paging(total)
	if failed != nil {
		return failed
	}
	rows := c.rows(p, func(e *encoder, i int) {
		var found result
		if i < len(ran) {
			found = ran[len(ran)-1-i]
		} else {
			found = s.pastResult(past, i-len(ran))
		}
		e.columns(object{{"checked_at", found.at}, {"status", found.status}, {"response_time_ms", found.ms}})
	})
	if s.alt.Results == "data" {
		return c.answer(http.StatusOK, object{{"data", rows}})
	}
	return c.envelope(p, rows)
}

// monitorUptime is the share of good checks of a monitor in a period of days.
func monitorUptime(c *call, r *resource, monitor row) *response {
	window := c.last("window")
	days := map[string]int{"": 30, "30d": 30, "7d": 7}[window]
	if days == 0 {
		return c.invalid([]fault422{{"window", "The selected window is invalid."}})
	}
	interval, _ := monitor["check_interval_seconds"].(int)
	percent, ok := monitor[fmt.Sprintf("uptime_percent_%dd", days)].(float64)
	total, failed := 0, 0
	var shown any
	if ok {
		total = days * 24 * 60 * 60 / max(interval, 1)
		failed = int(math.Round(float64(total) * (100 - percent) / 100))
		shown = percent
	}
	return c.answer(http.StatusOK, object{
		{"uptime_percent", shown}, {"total_checks", total}, {"failed_checks", failed}, {"window", fmt.Sprintf("%dd", days)},
	})
}

func acknowledgeEvent(c *call, r *resource, event row) *response {
	return c.handleEvent(r, event, "acknowledged", "acknowledged_at")
}

func resolveEvent(c *call, r *resource, event row) *response {
	return c.handleEvent(r, event, "resolved", "resolved_at")
}

// handleEvent acknowledges or resolves an event.
func (c *call) handleEvent(r *resource, event row, status, column string) *response {
	input, failed := c.validateFields([]field{{name: "note", writable: true, max: 1000}}, c.input(), false)
	if failed != nil {
		return failed
	}
	if event["status"] == status {
		switch c.s.alt.Repeated {
		case "409":
			return c.fail(http.StatusConflict, "The alert is already %s.", status)
		case "422":
			return c.refusedEvent(status)
		}
		return c.one(http.StatusOK, r, event)
	}
	if event["status"] == "resolved" {
		return c.refusedEvent("resolved")
	}
	event["status"], event[column] = status, c.s.now().Format(timeLayout)
	note, _ := input["note"].(string)
	c.changed(r, status, event, note)
	return c.one(http.StatusOK, r, event)
}

// refusedEvent is a 422 whose errors are an empty PHP array.
func (c *call) refusedEvent(status string) *response {
	return c.answer(http.StatusUnprocessableEntity, object{{"message", "The alert is already " + status + "."}, {"errors", []string{}}})
}

// toggle switches a boolean column on or off.
func toggle(column string) func(c *call, r *resource, values row) *response {
	return func(c *call, r *resource, values row) *response {
		on, _ := values[column].(bool)
		values[column] = !on
		c.changed(r, "updated", values, "")
		return c.one(http.StatusOK, r, values)
	}
}

func testChannel(c *call, r *resource, channel row) *response {
	return c.answer(http.StatusOK, object{{"message", "Test notification sent."}})
}

// No public page says what health and stats look like.
func (c *call) health() *response {
	return c.answer(http.StatusOK, object{
		{"status", "ok"},
		{"checks", object{{"database", "ok"}, {"queue", "ok"}, {"poller", "ok"}, {"probes", "ok"}}},
		{"time", c.s.alt.time(c.s.now().Format(timeLayout))},
	})
}

func (c *call) stats() *response {
	s := c.s
	count := func(kind string, statuses ...string) object {
		r := resourceOf[kind]
		o := object{{"total", len(s.find(r, nil, selection{}))}}
		for _, status := range statuses {
			sel := selection{filters: []filter{{r.field("status"), status}}}
			o = append(o, member{status, len(s.find(r, nil, sel))})
		}
		return o
	}
	var limit any
	if s.options.LicenceCap > 0 {
		limit = s.options.LicenceCap
	}
	return c.answer(http.StatusOK, object{
		{"devices", count("devices", "up", "down", "unknown")},
		{"monitors", count("monitors", "up", "down", "degraded", "unknown")},
		{"alert_events", count("alert-events", alertStatuses...)},
		{"monitor_events", count("monitor-events", alertStatuses...)},
		{c.s.alt.LicenceKey, object{{"cap", limit}, {"used", s.licensed()}}},
	})
}
