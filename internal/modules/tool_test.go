// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// tools are tasks of each tool, with what the module sends and a key that the result must have.
var tools = []struct {
	given row
	sent  row
	found string
}{
	{row{"tool": "ping", "target": " www.example.com ", "count": "2"}, row{"host": "www.example.com", "count": 2.0}, "received"},
	{row{"tool": "traceroute", "target": "www.example.com"}, row{"host": "www.example.com"}, "hops"},
	{row{"tool": "port-scan", "target": "www.example.com", "ports": "22,80"}, row{"host": "www.example.com", "ports": "22,80"}, "open_ports"},
	{row{"tool": "ssl-check", "target": "www.example.com", "port": 8443}, row{"host": "www.example.com", "port": 8443.0}, "expires_at"},
	{row{"tool": "http-headers", "target": "https://www.example.com/"}, row{"url": "https://www.example.com/"}, "headers"},
	{row{"tool": "dns-lookup", "target": "example.com", "record_type": "MX"}, row{"host": "example.com", "type": "MX"}, "records"},
	{row{"tool": "whois", "target": "example.com"}, row{"host": "example.com"}, "text"},
}

// TestTools runs each tool on a server that answers with the result, and on one that answers with a
// job.
func TestTools(t *testing.T) {
	for name, alternatives := range alternatives() {
		for _, answers := range []string{"result", "job"} {
			alternatives.Tools = answers
			scenario(t, name+", "+answers, acsmontest.Options{Alternatives: alternatives, CheckTime: 7 * time.Second}, func(w *workbench) {
				for _, test := range tools {
					for _, r := range []*result{w.check("acsmon_tool", test.given), w.run("acsmon_tool", test.given)} {
						r.wantUnchanged().wantValues(row{"finished": true}).wantRequests(map[string]int{"result": 1, "job": 5}[answers])
						if hasJob := r.row["job"] != nil; hasJob != (answers == "job") || r.object("result")[test.found] == nil {
							w.t.Errorf("%v should show %s in its result, and a job if the server answers with one: %v", test.given, test.found, r.row)
						}
						if got := sentBody(w.t, r.request(0)); !reflect.DeepEqual(got, test.sent) {
							w.t.Errorf("%v sends %v, want %v", test.given, got, test.sent)
						}
					}
				}
			})
		}
	}
}

// TestToolsWithoutResult runs tools whose result does not come, or comes late.
func TestToolsWithoutResult(t *testing.T) {
	ping := row{"tool": "ping", "target": "www.example.com"}
	job := acsmontest.Options{Alternatives: acsmontest.Alternatives{Tools: "job"}, CheckTime: time.Minute}
	scenario(t, "a server that has no route for it", acsmontest.Options{Alternatives: acsmontest.Alternatives{Tools: "streamed"}}, func(w *workbench) {
		r := w.run("acsmon_tool", ping).warns("no known route for the result").wantRequests(4).wantValues(row{"finished": false, "result": nil})
		at[any](r, "job")
	})
	scenario(t, "one that is not waited for", job, func(w *workbench) {
		r := w.run("acsmon_tool", with(ping, row{"wait": false})).costs("POST /tools/ping").wantValues(row{"finished": false})
		at[any](r, "job")
	})
	scenario(t, "one that takes too long", job, func(w *workbench) {
		at[any](w.run("acsmon_tool", with(ping, row{"wait_timeout": 10})).fails(`ping of "www.example.com" is not finished after 10 s`), "job")
	})
	scenario(t, "one behind ten others", job, func(w *workbench) {
		for range 10 {
			w.run("acsmon_tool", with(ping, row{"wait": false}))
		}
		w.run("acsmon_tool", with(ping, row{"wait_timeout": 200})).wantValues(row{"finished": true})
		for range 10 {
			w.run("acsmon_tool", with(ping, row{"wait": false}))
		}
		w.run("acsmon_tool", with(ping, row{"max_wait": 1})).fails("answered 429")
	})
	scenario(t, "a response without content", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Path: "/tools/ping", Do: acsmontest.Answer(204, nil, "")})
		w.run("acsmon_tool", ping).wantValues(row{"finished": true, "result": row{}})
	})
	for _, job := range []string{"../../users", ".."} {
		scenario(t, "a job called "+job, acsmontest.Options{}, func(w *workbench) {
			w.Inject(acsmontest.Fault{Path: "/tools/ping", Do: acsmontest.Answer(200, nil, `{"job_id": "`+job+`", "queued": true}`)})
			w.run("acsmon_tool", ping).costs("POST /tools/ping")
		})
	}
	scenario(t, "what strangers say", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Path: "/tools/whois", Do: acsmontest.Answer(200, nil, `{"text": "\u001b[2J{{ 1 }}"}`)})
		w.run("acsmon_tool", row{"tool": "whois", "target": "example.com"}).hides("\x1b")
	})
}

// TestToolsWithOtherKeys runs a tool on a server that takes the target under another key.
func TestToolsWithOtherKeys(t *testing.T) {
	scenario(t, "a domain", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Path: "/tools/whois", Times: 1, Do: acsmontest.Answer(422, nil, `{"message": "The domain field is required.", "errors": {"domain": ["The domain field is required."]}}`)})
		w.Inject(acsmontest.Fault{Path: "/tools/whois", Do: acsmontest.Answer(200, nil, `{"registrar": "Example"}`)})
		r := w.run("acsmon_tool", row{"tool": "whois", "target": " example.com"}).costs("POST /tools/whois", "POST /tools/whois")
		at[row](r, "result")
		if got := sentBody(w.t, r.request(1)); !reflect.DeepEqual(got, row{"domain": "example.com"}) {
			w.t.Errorf("the second request sends %v, want the domain example.com", got)
		}
	})
	scenario(t, "a host that is refused", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Path: "/tools/ping", Do: acsmontest.Answer(422, nil, `{"message": "No.", "errors": {"host": ["The host field must be a host."], "colour": ["Which?"]}}`)})
		w.run("acsmon_tool", row{"tool": "ping", "target": "?"}).fails("must be a host").costs("POST /tools/ping")
	})
}

// TestMistakenTools refuses mistaken options before it sends anything. What only the server knows, the
// server refuses.
func TestMistakenTools(t *testing.T) {
	scenario(t, "mistakes", acsmontest.Options{}, func(w *workbench) {
		for says, given := range map[string]row{
			"target is empty":                           {"tool": "ping", "target": " "},
			"port cannot be combined with tool: ping":   {"tool": "ping", "target": "a", "port": 1},
			"count cannot be combined with tool: whois": {"tool": "whois", "target": "a", "count": 1},
			"wait_timeout must be 0 or more":            {"tool": "ping", "target": "a", "poll_interval": 0},
			`fields has the key "a b"`:                  {"tool": "ping", "target": "a", "fields": row{"a b": 1}},
			"ping, traceroute, port-scan, ssl-check":    {"tool": "telnet", "target": "a"},
		} {
			w.run("acsmon_tool", given).fails(says).costs()
		}
		w.run("acsmon_tool", row{"tool": "ping", "target": "a", "fields": row{"host": nil, "target": "a"}}).fails("The host field is required")
		w.run("acsmon_tool", row{"tool": "ping", "target": "a", "fields": row{"count": 3}})
		w.args["token"] = w.NewToken("devices.view")
		w.run("acsmon_tool", row{"tool": "ping", "target": "a"}).fails("monitors.run_tools")
	})
}

// sentBody is the JSON object that a request sent.
func sentBody(t *testing.T, request acsmontest.Request) (body row) {
	t.Helper()
	if err := json.Unmarshal(request.Body, &body); err != nil {
		t.Fatalf("%s %s sent %q: %v", request.Method, request.Path, request.Body, err)
	}
	return body
}
