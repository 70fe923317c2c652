// SPDX-License-Identifier: GPL-3.0-or-later

package laravel_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/tests/laravel"
)

// A request is sent to both servers. In the path and in the body, #name stands for the id of what
// the request with that keep made.
type request struct {
	as     string // "" for the administrator, "viewer", "guest", "page" for one that does not ask for JSON
	method string
	path   string
	body   any
	keep   string
}

// conversation is what both servers are asked, in this order: each resource's life, lists, alerts,
// and everything that is refused.
var conversation = []request{
	{"", "GET", "/auth/me", nil, ""},
	{"", "POST", "/device-groups", row{"name": "Core", "color": "#123456"}, "devices"},
	{"", "POST", "/monitor-groups", row{"name": "  Web "}, "web"},
	{"", "POST", "/monitor-groups", row{"name": "Mail"}, "mail"},
	{"", "POST", "/devices", row{"name": "sw1", "ip_address": "192.0.2.1", "device_group_id": "#devices", "snmp_community": "c", "location": "", "unknown": 1}, "device"},
	{"", "GET", "/devices/#device", nil, ""},
	{"", "PUT", "/devices/#device", row{"name": "sw1", "ip_address": "192.0.2.1", "location": " London ", "is_active": "0", "poll_interval_seconds": "30"}, ""},
	{"", "POST", "/devices/#device/oids", row{"name": "Uptime", "oid": "1.3.6.1.2.1.1.3.0", "unit": "s"}, "oid"},
	{"", "POST", "/oids/#oid/toggle-monitor", nil, ""},
	{"", "PUT", "/oids/#oid", row{"name": "Uptime", "oid": "1.3.6.1.2.1.1.3.0", "unit": nil}, ""},
	{"", "GET", "/devices/#device/oids", nil, ""},
	{"", "POST", "/devices/#device/poll", nil, ""},

	{"", "POST", "/monitors", row{"name": "Site", "type": "https", "host": "www.example.com", "port": 443, "monitor_group_id": "#web", "device_id": "#device", "tags": []any{"a", " b "}, "config": row{
		"path": " /health ", "method": "", "expected_status": 200, "headers": row{"X-A": "1", "codes": row{"1": "a", "2": []any{1.5, 2.0, 1e30}}}, "own": row{"7": "x"},
	}}, "site"},
	{"", "POST", "/monitors", row{"name": "Ping", "type": "ping", "host": "a.example.com"}, "ping"},
	{"", "POST", "/monitors", row{"name": "Пинг 監視 %_\\", "type": "dns", "host": "b.example.com", "config": row{}}, "dns"},
	{"", "GET", "/monitors/#site", nil, ""},
	{"", "PUT", "/monitors/#site", row{"name": "Site", "type": "https", "host": "www.example.com", "monitor_group_id": "#mail", "device_id": nil}, ""},
	{"", "PATCH", "/monitors/#site", row{"name": "Site 2", "type": "https", "host": "www.example.com"}, ""},
	{"", "POST", "/monitors/#ping/check", nil, ""},
	{"", "GET", "/monitors/#ping", nil, ""},
	{"", "GET", "/monitors/#ping/results", nil, ""},
	{"", "GET", "/monitors/#ping/uptime?window=7d", nil, ""},
	{"", "GET", "/monitors/#ping/uptime?window=8d", nil, ""},
	{"", "GET", "/monitors?sort=-name&per_page=2", nil, ""},
	{"", "GET", "/monitors?per_page=2&page=2", nil, ""},
	{"", "GET", "/monitors?page=9", nil, ""},
	{"", "GET", "/monitors?page=abc", nil, ""},
	{"", "GET", "/monitors?per_page=1000", nil, ""},
	{"", "GET", "/monitors?search=SITE", nil, ""},
	{"", "GET", "/monitors?search=%25_%5C", nil, ""},
	{"", "GET", "/monitors?search=no-such-name", nil, ""},
	{"", "GET", "/monitors?filter[type]=ping", nil, ""},
	{"", "GET", "/monitors?filter[is_active]=true&filter[type]=dns", nil, ""},
	{"", "GET", "/monitors?filter[port]=443", nil, ""},
	{"", "GET", "/monitors?filter[nothing]=1", nil, ""},
	{"", "GET", "/monitors?sort=nothing", nil, ""},

	{"", "POST", "/alert-channels", row{"name": "Team", "type": "email", "config": row{"recipients": []any{"noc@example.com"}}, "secret": "s"}, "team"},
	{"", "PUT", "/alert-channels/#team", row{"name": "Team", "type": "email", "config": row{}}, ""},
	{"", "POST", "/alert-channels/#team/test", nil, ""},
	{"", "POST", "/alert-rules", row{"name": "Busy", "device_id": "#device", "oid_id": "#oid", "condition": "gt", "threshold": 90, "channel_ids": []any{"#team"}}, "busy"},
	{"", "PUT", "/alert-rules/#busy", row{"name": "Busy", "condition": "lt", "threshold": "9.50", "channel_ids": []any{}}, ""},
	{"", "POST", "/monitor-alert-rules", row{"name": "Down", "monitor_id": "#site", "condition": "status_down", "severity": "critical", "channel_ids": []any{"#team"}}, "down"},
	{"", "GET", "/monitor-alert-rules", nil, ""},

	// The database of each server holds these two: see differ.
	{"", "GET", "/alert-events?filter[status]=open", nil, "device-event"},
	{"", "GET", "/alert-events/#device-event", nil, ""},
	{"viewer", "POST", "/alert-events/#device-event/acknowledge", nil, ""},
	{"", "POST", "/alert-events/#device-event/acknowledge", row{"note": "seen"}, ""},
	{"", "POST", "/alert-events/#device-event/acknowledge", nil, ""},
	{"", "POST", "/alert-events/#device-event/resolve", nil, ""},
	{"", "POST", "/alert-events/#device-event/acknowledge", nil, ""},
	{"", "GET", "/devices/#device/alerts", nil, ""},
	{"", "GET", "/monitor-events", nil, ""},
	{"", "GET", "/system/health", nil, ""},
	{"", "GET", "/system/stats", nil, ""},

	{"", "POST", "/monitors", row{}, ""},
	{"", "POST", "/monitors", row{"name": strings.Repeat("x", 256), "type": "carrier-pigeon", "host": 5, "port": 70000, "is_active": "yes", "tags": []any{1}, "config": "x", "monitor_group_id": 5000, "check_interval_seconds": 1}, ""},
	{"", "POST", "/monitors", "{broken", ""},
	{"", "POST", "/monitors", "[]", ""},
	{"", "POST", "/monitors", row{"name": "cut\x00here", "type": "ping", "host": "h"}, "cut"},
	{"", "POST", "/devices", row{"name": "x", "ip_address": "not-an-address"}, ""},
	{"", "POST", "/alert-rules", row{"name": "x", "condition": "status_down", "threshold": []any{}, "channel_ids": []any{5000}}, ""},
	{"", "POST", "/alert-rules", row{"name": "x", "condition": "gt", "threshold": strings.Repeat("9", 256)}, ""},
	{"", "GET", "/monitors/5000", nil, ""},
	{"", "GET", "/monitors/abc", nil, ""},
	{"", "GET", "/nothing", nil, ""},
	{"", "PUT", "/monitors", row{}, ""},
	{"", "POST", "/monitors/#site", row{}, ""},
	{"", "DELETE", "/system/health", nil, ""},
	{"guest", "GET", "/monitors", nil, ""},
	{"guest", "GET", "/nothing", nil, ""},
	{"guest", "POST", "/auth/login", row{"email": "admin@example.com", "password": "wrong"}, ""},
	{"guest", "POST", "/auth/login", row{"email": "nobody"}, ""},
	{"viewer", "GET", "/monitors", nil, ""},
	{"viewer", "GET", "/devices", nil, ""},
	{"viewer", "DELETE", "/monitors/5000", nil, ""},
	{"viewer", "DELETE", "/monitors/#site", nil, ""},
	{"viewer", "POST", "/monitors", row{}, ""},
	{"viewer", "PUT", "/monitors/#site", row{"port": 0}, ""},
	{"page", "GET", "/monitors/#ping", nil, ""},
	{"page", "POST", "/monitors", row{}, ""},
	{"page guest", "GET", "/monitors", nil, ""},

	{"", "DELETE", "/monitors/#site", nil, ""},
	{"", "DELETE", "/monitors/#site", nil, ""},
	{"", "GET", "/monitor-alert-rules/#down", nil, ""},
	{"", "DELETE", "/devices/#device", nil, ""},
	{"", "GET", "/oids/#oid", nil, ""},
	{"", "DELETE", "/alert-channels/#team", nil, ""},
	{"", "POST", "/monitors", row{"name": "one", "type": "ping", "host": "h"}, "one"},
	{"", "POST", "/monitors", row{"name": "one", "type": "ping", "host": "h"}, ""},
}

// guessed is what follows: the pages name these routes, and hardly a key of their rows. So the
// answers are compared without their keys.
var guessed = []request{
	{"", "POST", "/devices", row{"name": "sw2", "ip_address": "192.0.2.2"}, "host"},
	{"", "POST", "/devices", row{"name": "sw3", "ip_address": "192.0.2.3"}, ""}, // one more than the licence allows
	{"", "POST", "/devices/#host/webhooks", row{"name": "Backup", "description": "  "}, "hook"},
	{"", "POST", "/devices/#host/webhooks", row{}, ""},
	{"", "GET", "/devices/#host/webhooks", nil, ""},
	{"", "GET", "/devices/#host/webhooks/#hook", nil, ""},
	{"", "GET", "/devices/#host/webhooks/5000", nil, ""},
	{"", "GET", "/devices/5000/webhooks", nil, ""},
	{"", "PUT", "/devices/#host/webhooks/#hook", row{"name": "Backups"}, ""},
	{"", "POST", "/devices/#host/webhooks/#hook/toggle", nil, ""},
	{"", "POST", "/devices/#host/webhooks/#hook/toggle", nil, ""},
	{"guest", "POST", "/webhook-ingest/no-such-token", row{"a": 1}, ""},
	{"", "GET", "/devices/#host/webhooks/#hook/events", nil, ""},
	{"", "POST", "/devices/#host/webhooks/#hook/alert-rules", row{"name": "Failed", "condition": "payload_eq", "payload_field": "a.b", "threshold": "x"}, "hook-rule"},
	{"", "POST", "/devices/#host/webhooks/#hook/alert-rules", row{"name": "Failed", "condition": "gt"}, ""},
	{"", "PUT", "/devices/#host/webhooks/#hook/alert-rules/#hook-rule", row{"name": "Failed", "condition": "payload_ne", "severity": "info"}, ""},
	{"", "GET", "/devices/#host/webhooks/#hook/alert-rules", nil, ""},
	{"", "GET", "/devices/#host/webhooks/#hook/alert-rules/#hook-rule", nil, ""},
	{"viewer", "GET", "/devices/#host/webhooks", nil, ""},
	{"viewer", "GET", "/devices/#host/webhooks/#hook/alert-rules", nil, ""},
	{"", "DELETE", "/devices/#host/webhooks/#hook/alert-rules/#hook-rule", nil, ""},
	{"", "DELETE", "/devices/#host/webhooks/#hook", nil, ""},

	{"", "GET", "/snmp-traps?filter[status]=open", nil, ""},
	{"", "GET", "/snmp-traps/5000", nil, ""},
	{"", "POST", "/snmp-traps", row{}, ""},
	{"", "POST", "/snmp-traps/5000/acknowledge", nil, ""},
	{"viewer", "GET", "/snmp-traps", nil, ""},

	{"", "POST", "/discovery", row{"name": "Net", "subnet": "192.0.2.0/30"}, "net"},
	{"", "POST", "/discovery", row{"name": "Net", "subnet": "192.0.2.0"}, ""},
	{"", "GET", "/discovery", nil, ""},
	{"", "PUT", "/discovery/#net", row{}, ""},
	{"", "POST", "/discovery/#net/run", nil, ""},
	{"", "GET", "/discovery/#net", nil, ""},
	{"", "POST", "/discovery-results/5000/import", nil, ""},
	{"viewer", "POST", "/discovery/#net/run", nil, ""},
	{"", "DELETE", "/discovery/#net", nil, ""},

	{"", "POST", "/tools/ping", row{"host": "a.example.com"}, ""},
	{"", "POST", "/tools/ping", row{}, ""},
	{"", "GET", "/tools/ping", nil, ""},
	{"", "POST", "/tools/http-headers", row{"url": "not a url"}, ""},
	{"viewer", "POST", "/tools/ping", row{"host": "a.example.com"}, ""},

	{"", "GET", "/roles", nil, "role"},
	{"", "POST", "/roles", row{"name": "x"}, ""},
	{"", "GET", "/roles/#role", nil, ""},
	{"", "DELETE", "/roles/#role", nil, ""},
	{"viewer", "GET", "/roles", nil, ""},
	{"", "POST", "/users", row{"name": "Ann", "email": "ann@example.com", "password": "correct-horse", "role_id": "#role"}, "ann"},
	{"", "POST", "/users", row{"name": "Ann", "email": "no-address", "password": "x"}, ""},
	{"", "GET", "/users/#ann", nil, ""},
	{"", "PUT", "/users/#ann", row{"name": "Ann B", "email": "ann@example.com", "password": "correct-horse", "role_id": "#role"}, ""},
	{"viewer", "GET", "/users", nil, ""},
	{"", "DELETE", "/users/#ann", nil, ""},

	{"", "POST", "/dashboards", row{"name": "Wall"}, "wall"},
	{"", "POST", "/dashboards", row{}, ""},
	{"", "GET", "/dashboards/#wall", nil, ""},
	{"", "PUT", "/dashboards/#wall", row{"name": "Wall 2"}, ""},
	{"viewer", "GET", "/dashboards", nil, ""},
	{"", "DELETE", "/dashboards/#wall", nil, ""},

	{"", "GET", "/mibs", nil, ""},
	{"", "POST", "/mibs", row{}, ""},
	{"", "GET", "/mibs/5000", nil, ""},
	{"", "PUT", "/mibs/5000", row{}, ""},
	{"viewer", "GET", "/mibs", nil, ""},
}

var farewell = []request{
	{"", "POST", "/auth/logout", nil, ""},
	{"", "GET", "/auth/me", nil, ""},
}

// accepted are the differences that stay, each with its reason, by a request's path or by what it
// keeps. Such a request is sent, and its answers are not compared.
var accepted = map[string]string{
	"cut": "the sandbox cuts a text when it comes, PostgreSQL's driver when it is stored: an answer that is not read back shows all of it",
}

// A side is one of the two servers, as the conversation is held with it.
type side struct {
	t           *testing.T
	url         string
	admin, view string
	ids         map[string]string
}

// ask sends a request, and gives what shown leaves of the answer in the form in which the two are
// compared.
func (s *side) ask(r request, shown func(answer) answer) string {
	s.t.Helper()
	a := api{s.t, s.url, s.admin}
	var headers []string
	switch who := strings.TrimPrefix(r.as, "page"); strings.TrimSpace(who) {
	case "guest":
		a.token = ""
	case "viewer":
		a.token = s.view
	}
	if strings.HasPrefix(r.as, "page") {
		headers = []string{"Accept", "*/*"}
	}
	got := a.ask(r.method, s.named(r.path), s.body(r.body), headers...)
	if r.keep != "" {
		s.ids[r.keep] = firstID(got.body)
	}
	return s.comparable(shown(got))
}

// whole returns the whole answer.
func whole(got answer) answer { return got }

var model = regexp.MustCompile(`App\\\\Models\\\\\w+`)

// shapeless is an answer without what the sandbox and the application each guess for themselves:
// the keys of a row, the fields that are refused, and the name of the model. The number of rows
// stays.
func shapeless(got answer) answer {
	got.body = model.ReplaceAllString(got.body, "MODEL")
	var page struct{ Data []any }
	switch {
	case got.status == 422:
		got.body = fmt.Sprintf(`{"errors":%t}`, strings.Contains(got.body, `"errors"`))
	case got.status < 300 && json.Unmarshal([]byte(got.body), &page) == nil && page.Data != nil:
		got.body = fmt.Sprintf(`{"rows":%d}`, len(page.Data))
	case got.status < 300 && got.body != "":
		got.body = `{"a":"row"}`
	}
	return got
}

// named puts the ids that this server gave into a text.
func (s *side) named(text string) string {
	return regexp.MustCompile(`#[a-z-]+`).ReplaceAllStringFunc(text, func(name string) string { return s.ids[name[1:]] })
}

func (s *side) body(v any) any {
	switch v := v.(type) {
	case row:
		out := row{}
		for key, value := range v {
			out[key] = s.body(value)
		}
		return out
	case []any:
		out := []any{}
		for _, value := range v {
			out = append(out, s.body(value))
		}
		return out
	case string:
		if id := s.ids[strings.TrimPrefix(v, "#")]; strings.HasPrefix(v, "#") && !regexp.MustCompile(`^#[0-9]`).MatchString(v) {
			return json.Number(id)
		}
	}
	return v
}

var firstIDPattern = regexp.MustCompile(`"id": ?"?(\d+)`)

func firstID(body string) string {
	if found := firstIDPattern.FindStringSubmatch(body); found != nil {
		return found[1]
	}
	return "none"
}

// headersCompared are those that mean something to a client.
var headersCompared = []string{"Content-Type", "Allow", "Location", "Retry-After", "Cache-Control", "X-RateLimit-Limit", "X-RateLimit-Remaining"}

// comparable is an answer without what has to differ: ids, times, and where the server is.
func (s *side) comparable(got answer) string {
	var b strings.Builder
	fmt.Fprintln(&b, got.status)
	for _, name := range headersCompared {
		fmt.Fprintf(&b, "%s: %s\n", name, strings.ToLower(strings.ReplaceAll(got.header.Get(name), s.url, "BASE")))
	}
	body := idInMessage.ReplaceAllString(strings.ReplaceAll(got.body, strings.ReplaceAll(s.url, "/", `\/`), "BASE"), "] ID")
	switch {
	case strings.HasPrefix(body, "{\n"): // as the exception handler writes it, to the byte
		fmt.Fprintln(&b, body)
	case strings.Contains(got.header.Get("Content-Type"), "html"):
		fmt.Fprintln(&b, "a page")
	default:
		var v any
		if err := json.Unmarshal([]byte(body), &v); err != nil {
			fmt.Fprintln(&b, body)
			break
		}
		encoded, _ := json.MarshalIndent(plain("", v), "", "  ")
		fmt.Fprintf(&b, "%s\n", encoded)
	}
	return b.String()
}

var (
	digits   = regexp.MustCompile(`[0-9]`)
	datePart = regexp.MustCompile(`^\d{4}-\d\d-\d\dT`)
	uuid     = regexp.MustCompile(`^[0-9a-z]{8}-[0-9a-z]{4}-`)
	cursor   = regexp.MustCompile(`cursor=[^&]*`)

	idInPath    = regexp.MustCompile(`/\d+/`)
	idInMessage = regexp.MustCompile(`\] \d+`)
)

// plain is a value in which all ids are one, and all moments.
func plain(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			v[name] = plain(name, value)
		}
		return v
	case []any:
		for i, value := range v {
			v[i] = plain(strings.TrimSuffix(key, "s"), value)
		}
		return v
	case float64:
		if key == "id" || strings.HasSuffix(key, "_id") || key == "response_time_ms" {
			return 0
		}
	case string:
		switch {
		case key == "id" || strings.HasSuffix(key, "_id") && !uuid.MatchString(v) || key == "response_time_ms":
			return digits.ReplaceAllString(v, "")
		case key == "job_id":
			return "a job"
		case key == "token":
			return "a token"
		case datePart.MatchString(v):
			return digits.ReplaceAllString(v, "0")
		}
		return idInPath.ReplaceAllString(cursor.ReplaceAllString(v, "cursor="), "/ID/")
	}
	return v
}

// differ holds the conversation with both servers, and gives what they answer differently.
func differ(t *testing.T, switches map[string]string) {
	t.Helper()
	var alternatives acsmontest.Alternatives
	for name, value := range switches {
		if err := alternatives.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	alternatives.Framework = "8"
	alternatives.PerPageCap = 60
	sandbox := acsmontest.Start(t, acsmontest.Options{RateLimit: 1000, LoginLimit: 1000, LicenceCap: 6, Alternatives: alternatives})
	real := laravel.Start(t, laravel.Options{RateLimit: 1000, LoginLimit: 1000, LicenceCap: 6, PerPageCap: 60, Switches: switches})
	sides := []*side{
		{t, real.URL, real.Token, real.NewToken("monitors.view"), map[string]string{}},
		{t, sandbox.URL, sandbox.Token, sandbox.NewToken("monitors.view"), map[string]string{}},
	}
	compare := func(r request, shown func(answer) answer) {
		if r.keep == "device-event" {
			id := sides[0].ids["device"]
			real.SQL("insert into alert_events (device_id, current_value, triggered_at) values (%s, '99', now())", id)
			var device int64
			fmt.Sscan(sides[1].ids["device"], &device)
			sandbox.Add("alert-events", row{"device_id": device, "current_value": "99", "triggered_at": "2026-04-22T10:15:00Z"})
		}
		want, got := sides[0].ask(r, shown), sides[1].ask(r, shown)
		name := strings.TrimSpace(r.as + " " + r.method + " " + r.path)
		if want != got && accepted[r.path] == "" && accepted[r.keep] == "" {
			t.Errorf("%s %v: Laravel alone answers\n%sand the sandbox\n%s", name, r.body, without(want, got), without(got, want))
		}
	}
	for _, part := range []struct {
		requests []request
		shown    func(answer) answer
	}{{conversation, whole}, {guessed, shapeless}, {farewell, whole}} {
		for _, r := range part.requests {
			compare(r, part.shown)
		}
	}
}

// without returns the lines of a text that another does not have, so that a difference can be seen.
func without(text, other string) string {
	theirs := strings.Split(other, "\n")
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !slices.Contains(theirs, strings.TrimSuffix(line, "\n")) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// The sandbox answers as a real Laravel application does, under each value of each switch: as in
// TestEverySwitch, the n-th pair of servers has the n-th value of each.
func TestSandboxIsLikeLaravel(t *testing.T) {
	servers := 0
	for _, choice := range laravel.Switches() {
		servers = max(servers, len(choice.Values))
	}
	for n := range servers {
		switches := map[string]string{}
		for _, choice := range laravel.Switches() {
			switches[choice.Name] = choice.Values[n%len(choice.Values)]
		}
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			differ(t, switches)
			if t.Failed() {
				t.Logf("switches: %v", switches)
			}
		})
	}
}

// Every switch of the application is an alternative of the sandbox, with the same values.
func TestSwitchesAreAlternatives(t *testing.T) {
	known := map[string][]string{}
	for _, c := range acsmontest.Choices() {
		known[c.Name] = c.Values
	}
	for _, choice := range laravel.Switches() {
		for i, value := range choice.Values {
			if !slices.Contains(known[choice.Name], value) || i == 0 && known[choice.Name][0] != value {
				t.Errorf("%s=%s is no alternative of the sandbox: %q", choice.Name, value, known[choice.Name])
			}
		}
	}
}
