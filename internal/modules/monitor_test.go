// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// website is a monitor that sets every option.
var website = row{
	"name": "Website", "type": "https", "host": "www.example.com", "port": 443, "check_interval_seconds": 90, "timeout_ms": 4000,
	"config": row{"path": "/health", "expected_status": 200, "ssl_verify": true, "headers": row{"X-A": "1"}},
	"group":  "Web", "device": "web-01", "tags": []string{"b", "a"}, "is_active": false,
}

// addSurroundings adds what website refers to, and a bystander that no test may change.
func (w *workbench) addSurroundings() (group, device, bystander int64) {
	w.Add("monitor-groups", row{"name": "Web 2"})
	group = w.Add("monitor-groups", row{"name": "Web"})
	device = w.Add("devices", row{"name": "web-01", "ip_address": "192.0.2.1"})
	bystander = w.Add("monitors", row{"name": "Website 2", "type": "ping", "host": "www.example.com", "tags": []string{"x"}})
	return group, device, bystander
}

// TestCreate creates a monitor with everything, and with no more than it needs.
func TestCreate(t *testing.T) {
	scenario(t, "with everything", acsmontest.Options{}, func(w *workbench) {
		group, device, bystander := w.addSurroundings()
		before := w.Row("monitors", bystander)
		real, again := w.converges("acsmon_monitor", website)
		w.has("monitors", id(real), row{
			"name": "Website", "type": "https", "host": "www.example.com", "port": 443, "check_interval_seconds": 90, "timeout_ms": 4000,
			"config":           row{"path": "/health", "expected_status": 200, "ssl_verify": true, "headers": row{"X-A": "1"}},
			"monitor_group_id": group, "device_id": device, "tags": []string{"b", "a"}, "is_active": false,
		})
		// The module searches, reads the list to be certain, resolves two references, and creates.
		real.costs("GET /monitors", "GET /monitors", "GET /devices", "GET /monitor-groups", "POST /monitors")
		again.costs("GET /monitors") // the row shows the names of its group and device
		if got := w.Row("monitors", bystander); !reflect.DeepEqual(got, before) {
			w.t.Errorf("another monitor is now %v, and was %v", got, before)
		}
	})
	scenario(t, "with no more than is needed", acsmontest.Options{Monitors: 250}, func(w *workbench) {
		real, again := w.converges("acsmon_monitor", row{"name": "new one", "type": "ping", "host": "192.0.2.1"})
		real.costs("GET /monitors", "GET /monitors", "GET /monitors", "GET /monitors", "POST /monitors")
		again.costs("GET /monitors")
		real.wantValues(row{"diff": row{"before": row{}, "after": row{"name": "new one", "type": "ping", "host": "192.0.2.1"}}})
	})
	scenario(t, "with a null in config, which is not sent", acsmontest.Options{}, func(w *workbench) {
		real, _ := w.converges("acsmon_monitor", row{"name": "x", "type": "https", "host": "h", "config": row{"path": "/", "expected_body_regex": nil}})
		w.has("monitors", id(real), row{"config": row{"path": "/"}})
	})
}

// TestMistakenCreate refuses a create that lacks something, before anything is written.
func TestMistakenCreate(t *testing.T) {
	scenario(t, "without what it needs", acsmontest.Options{}, func(w *workbench) {
		w.monitor(row{"name": "x"}).fails(`there is no monitor "x"`, "to create it, give type and host too")
		w.monitor(row{"name": "x", "type": "ping", "host": " "}).fails("to create it, give host too")
		w.check("acsmon_monitor", row{"name": "x", "type": "ping"}).fails("to create it, give host too")
	})
	scenario(t, "in a group that does not exist", acsmontest.Options{}, func(w *workbench) {
		for _, group := range []string{"Nowhere", "77"} {
			given := row{"name": "x", "type": "ping", "host": "h", "group": group}
			w.check("acsmon_monitor", given).fails("there is no monitor group", group)
			w.monitor(given).fails("there is no monitor group", group)
		}
		w.wantNoWrites()
	})
}

// TestCreateOfWhatIsThere finds a monitor that the search of the server misses, and creates none if the
// list cannot be understood.
func TestCreateOfWhatIsThere(t *testing.T) {
	scenario(t, "that the server's search misses", acsmontest.Options{}, func(w *workbench) {
		missed := acsmontest.Answer(200, http.Header{"Content-Type": {"application/json"}}, `{"data":[],"next_page_url":null,"meta":{"total":0,"current_page":1,"per_page":100}}`)
		_, _, bystander := w.addSurroundings()
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors", Times: 1, Do: missed})
		real := w.monitor(row{"name": "Website 2", "type": "ping", "host": "new.example.com"})
		real.costs("GET /monitors", "GET /monitors", fmt.Sprintf("PUT /monitors/%d", bystander))
		w.ClearFaults()
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors", Times: 2, Do: missed})
		w.monitor(row{"name": "nothing", "new_name": "Website 2", "host": "newer.example.com"}).costs("GET /monitors", "GET /monitors", "GET /monitors", fmt.Sprintf("PUT /monitors/%d", bystander))
		w.has("monitors", bystander, row{"host": "newer.example.com"})
	})
	scenario(t, "in a list that cannot be understood", acsmontest.Options{}, func(w *workbench) {
		w.addSurroundings()
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors", Do: acsmontest.WrongTypes()})
		for _, state := range []string{"present", "absent"} {
			w.monitor(row{"name": "Website 2", "type": "ping", "host": "h", "state": state}).fails("nothing can be found", "check the base URL")
		}
	})
}

// id is the id of the resource that an answer shows.
func id(r *result) int64 {
	r.t.Helper()
	return int64(at[float64](r, r.key, "id"))
}

// updates change one option of website each.
var updates = []struct {
	option        string
	value         any
	column        string
	stored        any // -1 is the id of the group Web 2
	before, after any // the values in the diff
	requests      []string
}{
	{"type", "http", "type", "http", "https", "http", nil},
	{"host", " new.example.com ", "host", "new.example.com", "www.example.com", "new.example.com", nil},
	{"port", "8443", "port", 8443, 443.0, 8443.0, nil},
	{"check_interval_seconds", 300, "check_interval_seconds", 300, 90.0, 300.0, nil},
	{"timeout_ms", 9000, "timeout_ms", 9000, 4000.0, 9000.0, nil},
	{"is_active", "yes", "is_active", true, false, true, nil},
	{"tags", []string{"c", "a"}, "tags", []string{"c", "a"}, []any{"b", "a"}, []any{"c", "a"}, nil},
	{"tags", []string{}, "tags", []string{}, []any{"b", "a"}, []any{}, nil},
	{
		"config", row{"path": "/", "ssl_verify": nil, "headers": row{"X-B": "2"}}, "config",
		row{"path": "/", "expected_status": 200, "headers": row{"X-A": "1", "X-B": "2"}},
		row{"path": "/health", "ssl_verify": true, "headers": row{}}, row{"path": "/", "headers": row{"X-B": "2"}}, nil,
	},
	{"group", "Web 2", "monitor_group_id", int64(-1), "Web", "Web 2", []string{"GET /monitor-groups"}},
	{"group", "", "monitor_group_id", nil, "Web", nil, nil},
	{"device", "", "device_id", nil, "web-01", nil, nil},
}

// TestUpdate changes each field in one request, and nothing else of any monitor.
func TestUpdate(t *testing.T) {
	for _, test := range updates {
		scenario(t, fmt.Sprintf("%s=%v", test.option, test.value), acsmontest.Options{}, func(w *workbench) {
			_, _, bystander := w.addSurroundings()
			made := w.monitor(website)
			if test.stored == int64(-1) {
				test.stored = w.Rows("monitor-groups")[0]["id"]
			}
			want := w.Row("monitors", id(made))
			want[test.column] = test.stored
			untouched := w.Row("monitors", bystander)
			real, again := w.converges("acsmon_monitor", row{"name": "Website", test.option: test.value})
			real.costs(append(append([]string{"GET /monitors"}, test.requests...), fmt.Sprintf("PUT /monitors/%d", id(made)))...)
			again.costs("GET /monitors")
			if got := w.Row("monitors", id(made)); !reflect.DeepEqual(got, want) {
				w.t.Errorf("the monitor is\n%v\nwant\n%v", got, want)
			}
			if got := w.Row("monitors", bystander); !reflect.DeepEqual(got, untouched) {
				w.t.Errorf("another monitor is now %v, and was %v", got, untouched)
			}
			real.wantValues(row{"diff": row{"before": row{test.option: test.before}, "after": row{test.option: test.after}}})
		})
	}
}

// TestUpdateThatChangesNothing gives values that the monitor has, in other forms.
func TestUpdateThatChangesNothing(t *testing.T) {
	scenario(t, "by name and by id", acsmontest.Options{}, func(w *workbench) {
		group, device, _ := w.addSurroundings()
		made := id(w.monitor(website))
		for _, given := range []row{
			{"port": "443"}, {"port": 443.0}, {"host": "www.example.com\n"}, {"tags": "a,b"}, {"tags": []string{"a", "b", "a "}},
			{"is_active": "off"}, {"config": row{}}, {"config": row{"expected_status": "200"}}, {"config": row{"ssl_verify": 1}},
			{"config": row{"expected_body_regex": nil}}, {"config": row{"headers": row{"X-B": nil}}}, {"config": row{"expected_status": 200.0}},
			{"group": fmt.Sprint(group)}, {"device": fmt.Sprint(device)}, {"group": " Web "},
		} {
			w.monitor(with(given, row{"name": " Website"})).costs("GET /monitors").wantUnchanged()
			w.monitor(with(given, row{"id": made})).costs(fmt.Sprintf("GET /monitors/%d", made)).wantUnchanged()
		}
	})
}

// TestUpdateByID finds a monitor by its id, and may rename it.
func TestUpdateByID(t *testing.T) {
	scenario(t, "with another name", acsmontest.Options{}, func(w *workbench) {
		w.addSurroundings()
		made := id(w.monitor(website))
		real, again := w.converges("acsmon_monitor", row{"id": made, "name": "Site", "port": 80})
		real.costs(fmt.Sprintf("GET /monitors/%d", made), fmt.Sprintf("PUT /monitors/%d", made))
		again.costs(fmt.Sprintf("GET /monitors/%d", made))
		w.has("monitors", made, row{"name": "Site", "port": 80})
		w.monitor(row{"id": 4711, "port": 80}).fails("there is no monitor with id 4711")
		w.check("acsmon_monitor", row{"id": 4711}).fails("there is no monitor with id 4711")
	})
	scenario(t, "a group by an id that does not exist", acsmontest.Options{}, func(w *workbench) {
		w.addSurroundings()
		w.monitor(website)
		w.check("acsmon_monitor", row{"name": "Website", "group": "4711"}).fails("there is no monitor group with id 4711")
	})
}

// TestRename renames a monitor, unless it has the new name already. Two monitors are an error.
func TestRename(t *testing.T) {
	rename := row{"name": "old", "new_name": "new", "port": 8080}
	add := func(w *workbench, name string) int64 {
		return w.Add("monitors", row{"name": name, "type": "tcp", "host": "h", "port": 80})
	}
	scenario(t, "the old name exists", acsmontest.Options{}, func(w *workbench) {
		old := add(w, "old")
		real, _ := w.converges("acsmon_monitor", rename)
		w.has("monitors", old, row{"name": "new", "port": 8080})
		real.costs("GET /monitors", "GET /monitors", fmt.Sprintf("PUT /monitors/%d", old))
	})
	scenario(t, "the new name exists", acsmontest.Options{}, func(w *workbench) {
		renamed := add(w, "new")
		w.converges("acsmon_monitor", rename)
		w.has("monitors", renamed, row{"name": "new", "port": 8080})
		w.monitor(rename).costs("GET /monitors", "GET /monitors")
	})
	scenario(t, "both names exist", acsmontest.Options{}, func(w *workbench) {
		old, renamed := add(w, "old"), add(w, "new")
		w.check("acsmon_monitor", rename).fails("cannot be renamed", fmt.Sprint(old), fmt.Sprint(renamed))
		w.monitor(rename).fails("cannot be renamed")
	})
	scenario(t, "neither name exists, so the new one is created", acsmontest.Options{}, func(w *workbench) {
		w.monitor(rename).fails(`there is no monitor "new"`, "type and host")
		real, _ := w.converges("acsmon_monitor", with(rename, row{"type": "tcp", "host": "h"}))
		w.has("monitors", id(real), row{"name": "new", "port": 8080})
	})
	scenario(t, "by id", acsmontest.Options{}, func(w *workbench) {
		old := add(w, "old")
		real, again := w.converges("acsmon_monitor", row{"id": old, "new_name": "new"})
		w.has("monitors", old, row{"name": "new", "port": 80})
		real.costs(fmt.Sprintf("GET /monitors/%d", old), fmt.Sprintf("PUT /monitors/%d", old))
		again.costs(fmt.Sprintf("GET /monitors/%d", old))
	})
	scenario(t, "to itself", acsmontest.Options{}, func(w *workbench) {
		add(w, "same")
		w.monitor(row{"name": "same", "new_name": " same "}).costs("GET /monitors").wantUnchanged()
	})
}

// TestAbsent removes a monitor, and shows what it was.
func TestAbsent(t *testing.T) {
	scenario(t, "by name", acsmontest.Options{}, func(w *workbench) {
		_, _, bystander := w.addSurroundings()
		made := id(w.monitor(website))
		real, again := w.converges("acsmon_monitor", row{"name": "Website", "state": "absent", "group": "Nowhere"})
		real.costs("GET /monitors", fmt.Sprintf("DELETE /monitors/%d", made))
		again.costs("GET /monitors", "GET /monitors")
		if host := at[string](real, "diff", "before", "host"); id(real) != made || host != "www.example.com" {
			w.t.Errorf("the answer shows the monitor %d with the host %s, want the removed one, %d with www.example.com", id(real), host, made)
		}
		if w.Row("monitors", made) != nil || w.Row("monitors", bystander) == nil {
			w.t.Errorf("the server has the monitors %v, want the bystander alone", w.Rows("monitors"))
		}
		again.wantValues(row{"monitor": nil})
	})
	scenario(t, "by id", acsmontest.Options{}, func(w *workbench) {
		_, _, bystander := w.addSurroundings()
		w.converges("acsmon_monitor", row{"id": bystander, "state": "absent"})
	})
	scenario(t, "deleted by someone else meanwhile", acsmontest.Options{}, func(w *workbench) {
		_, _, bystander := w.addSurroundings()
		w.Inject(acsmontest.Fault{Method: "GET", Times: 1, Do: acsmontest.Then(func(s *acsmontest.Server) { s.Remove("monitors", bystander) })})
		w.monitor(row{"id": bystander, "state": "absent"}).succeeds()
	})
	scenario(t, "updated when someone else deletes it", acsmontest.Options{}, func(w *workbench) {
		_, _, bystander := w.addSurroundings()
		w.Inject(acsmontest.Fault{Method: "GET", Times: 1, Do: acsmontest.Then(func(s *acsmontest.Server) { s.Remove("monitors", bystander) })})
		w.monitor(row{"id": bystander, "port": 80}).fails("deleted by someone else", "run the task again")
	})
}

// TestHostileNames creates, updates and removes a monitor with each name, beside others whose names a
// careless search takes for the same.
func TestHostileNames(t *testing.T) {
	for _, name := range []string{
		`it's "quoted"`, `100%`, `%`, `_`, `a_b`, `back\slash`, `\`, "Zürich Überwachung", "監視", "🔥 emoji 👩‍💻", "12345", "007", "1e3", "0x10",
		strings.Repeat("long ", 39) + "name!", "{{ lookup('pipe', 'id') }}", "{% raw %}", "{{ x }}", "#jinja2: x", "tab\tinside", "esc\x1b[31m", "del\x7f",
		"new\nline", "a,b", "key=value", "$HOME ~", "<b>&amp;</b>", "null", "true", "[]", "-oProxyCommand=touch x", "../..", "a/b?c=d#e", "x", "é",
	} {
		scenario(t, fmt.Sprintf("%.20q", name), acsmontest.Options{}, func(w *workbench) {
			for _, other := range []string{name + "x", "x" + name, strings.ToUpper(name), "axb", "ab", "10", "7"} {
				if other != name {
					w.Add("monitors", row{"name": other, "type": "ping", "host": "192.0.2.1"})
				}
			}
			others := w.Rows("monitors")
			w.converges("acsmon_monitor", row{"name": name, "type": "tcp", "host": "h", "port": 80})
			w.converges("acsmon_monitor", row{"name": "  " + name + "\n", "port": 81})
			made := w.named(name)
			if len(made) != 1 || made[0]["port"] != 81 {
				w.t.Fatalf("the monitors with that name are %v, want one with port 81", made)
			}
			w.converges("acsmon_monitor", row{"name": name, "state": "absent"})
			if got := w.Rows("monitors"); !reflect.DeepEqual(got, others) {
				w.t.Errorf("the other monitors are now\n%v\nand were\n%v", got, others)
			}
		})
	}
	scenario(t, "invisible ends, which the server takes off", acsmontest.Options{}, func(w *workbench) {
		for _, name := range []string{"\x00end\x00", "\u00a0end", "end\u200b", "\ufeffend"} {
			w.monitor(row{"name": name, "type": "ping", "host": "h"})
		}
		w.wantNamed("end", 1)
		for _, name := range []string{"", "  ", "\u200b"} {
			w.monitor(row{"name": name, "type": "ping", "host": "h"}).fails("name is empty").costs()
		}
	})
}

// TestAmbiguousNames refuses a name that several resources have, and names their ids.
func TestAmbiguousNames(t *testing.T) {
	scenario(t, "of monitors", acsmontest.Options{}, func(w *workbench) {
		one := w.Add("monitors", row{"name": "twin", "type": "ping", "host": "a"})
		two := w.Add("monitors", row{"name": "twin", "type": "ping", "host": "b"})
		for _, given := range []row{
			{"name": "twin", "port": 1}, {"name": "twin", "state": "absent"}, {"name": "twin", "new_name": "x"}, {"name": "x", "new_name": "twin"},
		} {
			w.monitor(given).fails(`"twin" means more than one`, fmt.Sprint(one), fmt.Sprint(two), "use the id")
		}
		w.wantNoWrites()
		w.converges("acsmon_monitor", row{"id": two, "name": "twin", "port": 1})
		w.has("monitors", one, row{"port": nil})
	})
	scenario(t, "of a group and of a device", acsmontest.Options{}, func(w *workbench) {
		for range 2 {
			w.Add("monitor-groups", row{"name": "G"})
			w.Add("devices", row{"name": "D", "ip_address": "192.0.2.1"})
		}
		w.monitor(row{"name": "x", "type": "ping", "host": "h", "group": "G"}).fails(`"G" means more than one`)
		w.monitor(row{"name": "x", "type": "ping", "host": "h", "device": "D"}).fails(`"D" means more than one`)
	})
}

// TestPermissions takes each permission away, and expects to be told which.
func TestPermissions(t *testing.T) {
	for missing, given := range map[string]row{
		"monitors.view":   {"name": "Website", "type": "ping", "host": "h"},
		"monitors.create": {"name": "new", "type": "ping", "host": "h"},
		"monitors.edit":   {"name": "Website 2", "port": 80},
		"monitors.delete": {"name": "Website 2", "state": "absent"},
		"devices.view":    {"name": "Website 2", "device": "web-01"},
	} {
		scenario(t, missing, acsmontest.Options{}, func(w *workbench) {
			w.addSurroundings()
			r := w.monitor(with(given, row{"token": w.tokenWithout(missing)})).fails("403", missing)
			if status := at[float64](r, "failure", "status"); status != 403 {
				w.t.Errorf("the failure has the status %v, want 403", status)
			}
		})
	}
}

// TestRefusals says what is wrong when the server refuses a request, or answers with something else.
func TestRefusals(t *testing.T) {
	given := row{"name": "x", "type": "ping", "host": "h"}
	scenario(t, "a token that is not valid", acsmontest.Options{}, func(w *workbench) {
		r := w.monitor(with(given, row{"token": "1|gone"})).fails("401", "token")
		if failure := at[row](r, "failure"); failure["method"] != "GET" || failure["path"] != "/api/v1/monitors" {
			w.t.Errorf("the failure is %v, want GET /api/v1/monitors", failure)
		}
	})
	scenario(t, "fields that the server refuses", acsmontest.Options{}, func(w *workbench) {
		r := w.monitor(with(given, row{"check_interval_seconds": 5})).fails("422", "check_interval_seconds", "between 30 and 86400")
		if errors := at[[]any](r, "failure", "errors", "check_interval_seconds"); len(errors) != 1 {
			w.t.Errorf("check_interval_seconds has the errors %v, want one", errors)
		}
		w.wantNamed("x", 0)
	})
	for _, licence := range []string{"422", "422-message", "403"} {
		scenario(t, "the licence, as "+licence, acsmontest.Options{LicenceCap: 1, Alternatives: acsmontest.Alternatives{Licence: licence}}, func(w *workbench) {
			w.addSurroundings()
			w.monitor(given).fails("licence allows 1 devices and monitors")
		})
	}
	scenario(t, "a web page", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Do: acsmontest.HTMLPage()})
		w.monitor(given).fails("HTML page", "Log in - ACS Monitor")
	})
	scenario(t, "a redirect", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Do: acsmontest.Redirect(302, "https://elsewhere.example/login")})
		w.monitor(given).fails("redirects", "elsewhere.example").costs("GET /monitors")
	})
	scenario(t, "nothing", acsmontest.Options{}, func(w *workbench) {
		w.Close()
		r := w.monitor(given).fails("GET /monitors failed")
		if status := at[float64](r, "failure", "status"); status != 0 {
			w.t.Errorf("the failure has the status %v, want 0", status)
		}
	})
	scenario(t, "half of a response, at first", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "GET", Times: 2, Do: acsmontest.Truncate()})
		w.monitor(given).wantChanged()
	})
}

// TestFieldsThatTheServerChanges fails if the server stores another value than the module sends, and
// shows what was written.
func TestFieldsThatTheServerChanges(t *testing.T) {
	w := behindGateway(t, `"timeout_ms":9`, `"timeout_ms":5`)
	made := w.monitor(row{"name": "x", "type": "ping", "host": "h", "timeout_ms": 9}).fails("the server did not take timeout_ms (sent 9, shown 5) of monitor")
	made.wantValues(row{"changed": true})
	w.monitor(row{"id": id(made), "timeout_ms": 7})
	updated := w.monitor(row{"id": id(made), "timeout_ms": 9, "port": 1}).fails("the server did not take timeout_ms (sent 9, shown 5) of monitor")
	updated.wantValues(row{"changed": true})
	if got := at[float64](updated, "monitor", "timeout_ms"); got != 5 {
		t.Errorf("the answer shows timeout_ms = %v, want 5, which the server has stored", got)
	}
}

// TestArguments refuses mistaken options before it asks the server anything.
func TestArguments(t *testing.T) {
	for _, test := range []struct {
		given row
		says  []string
	}{
		{row{"nmae": "x"}, []string{"nmae", "did you mean name"}},
		{row{"name": "x", "interval": 60}, []string{"interval", "check_interval_seconds"}},
		{row{"name": "x", "type": "htps"}, []string{"htps", "did you mean"}},
		{row{"name": "x", "port": "https"}, []string{"port", "https"}},
		{row{"name": "x", "port": -1}, []string{"port is -1", "between 1 and 65535"}},
		{row{"name": "x", "port": 65536}, []string{"port is 65536"}},
		{row{"name": "x", "config": []any{1}}, []string{"config"}},
		{row{"name": "x", "tags": row{"a": 1}}, []string{"tags"}},
		{row{"name": "x", "is_active": "maybe"}, []string{"is_active", "maybe"}},
		{row{"name": []any{"x"}}, []string{"name"}},
		{row{"id": 0}, []string{"id is 0"}},
		{row{"id": -1}, []string{"id is -1"}},
		{row{"id": "first"}, []string{"id", "first"}},
		{row{}, []string{"id", "name"}},
		{row{"new_name": "x"}, []string{"name"}},
		{row{"name": "x", "new_name": "y", "state": "absent"}, []string{"new_name", "absent"}},
		{row{"name": "x", "email": "a@example.com", "password": "p"}, []string{"token", "email"}},
		{row{"name": "x", "state": "gone"}, []string{"state", "gone"}},
		{row{"name": "x", "base_url": "monitoring.example.com"}, []string{"https://"}},
		{row{"name": "x", "base_url": "https://u:p@example.com"}, []string{"credentials"}},
		{row{"name": "x", "base_url": "https://u:pässword@example.com"}, []string{"credentials"}},
	} {
		scenario(t, fmt.Sprint(test.given), acsmontest.Options{}, func(w *workbench) {
			w.monitor(test.given).fails(test.says...).costs().hides("pässword")
		})
	}
}

// TestWaits waits for the rate limit and for maintenance, no longer than max_wait allows.
func TestWaits(t *testing.T) {
	exhaust := func(w *workbench) {
		for range 10 {
			w.monitor(row{"name": "none", "state": "absent"})
		}
	}
	given := row{"name": "x", "type": "ping", "host": "h"}
	scenario(t, "the limit is waited out", acsmontest.Options{RateLimit: 10}, func(w *workbench) {
		exhaust(w)
		if r := w.monitor(given).wantChanged(); r.took < 50*time.Second || r.took > 70*time.Second {
			w.t.Errorf("the module took %v, want about a minute", r.took)
		}
	})
	scenario(t, "as far as max_wait allows", acsmontest.Options{RateLimit: 10}, func(w *workbench) {
		exhaust(w)
		r := w.monitor(with(given, row{"max_wait": 20})).fails("429", "max_wait")
		w.wantNoWrites()
		if status := at[float64](r, "failure", "status"); status != 429 || r.took > time.Second {
			w.t.Errorf("the module failed with status %v after %v, want 429 at once", status, r.took)
		}
	})
	scenario(t, "and a write that does not fit is not begun", acsmontest.Options{RateLimit: 2}, func(w *workbench) {
		w.monitor(with(given, row{"max_wait": 20})).fails("set max_wait to 120 or more")
		w.wantNoWrites()
	})
	scenario(t, "maintenance ends", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Times: 3, Do: acsmontest.Maintenance(30 * time.Second)})
		w.monitor(given).wantChanged()
	})
}
