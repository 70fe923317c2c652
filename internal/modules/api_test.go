// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/lock"
)

func (w *workbench) api(given row) *result { w.t.Helper(); return w.run("acsmon_api", given) }

// wantResponse checks how many rows the response has, and how many requests they took.
func (r *result) wantResponse(rows, requests int) {
	r.t.Helper()
	if got := len(at[[]any](r, "response")); got != rows || len(r.requests) != requests {
		r.t.Errorf("the response has %d rows after %d requests, want %d rows after %d", got, len(r.requests), rows, requests)
	}
}

// TestAPIReads reads one resource, one page and all pages of a list, in check mode too.
func TestAPIReads(t *testing.T) {
	scenario(t, "of a list with three pages", acsmontest.Options{Monitors: 250, Prefix: "/monitoring"}, func(w *workbench) {
		id := w.Rows("monitors")[0]["id"]
		for _, check := range []bool{false, true} {
			r := w.api(row{"path": fmt.Sprint("/monitors/", id), "_ansible_check_mode": check}).costs(fmt.Sprint("GET /monitors/", id)).wantUnchanged()
			if got := r.object("response")["id"]; fmt.Sprint(got) != fmt.Sprint(id) {
				w.t.Errorf("the response has the id %v, want %v", got, id)
			}
			r = w.api(row{"path": "monitors", "all_pages": true, "query": row{"filter[type]": "https"}, "_ansible_check_mode": check})
			for _, monitor := range rowsAt(r, "response") {
				if monitor["type"] != "https" {
					w.t.Errorf("the response has %v, want monitors of type https alone", monitor)
				}
			}
		}
		w.api(row{"path": "monitors", "all_pages": true}).wantResponse(250, 3)
		w.api(row{"path": "monitors", "all_pages": true, "query": row{"per_page": 50}}).wantResponse(250, 5)
		page := w.api(row{"path": "monitors", "query": row{"per_page": 2, "page": 3, "sort": "-id"}})
		if got := rowsAt(page, "response", "data"); len(got) != 2 {
			w.t.Errorf("the page has %d rows, want 2: %v", len(got), got)
		}
	})
	scenario(t, "that wait for the rate limit", acsmontest.Options{RateLimit: 2}, func(w *workbench) {
		for range 4 {
			w.api(row{"path": "/auth/me"}).wantUnchanged()
		}
	})
}

// TestAPIWrites creates, changes and removes a resource. A write is not repeated when its response is
// lost, unless the task says that it may be.
func TestAPIWrites(t *testing.T) {
	scenario(t, "of a dashboard", acsmontest.Options{}, func(w *workbench) {
		given := row{"method": "POST", "path": "/dashboards", "body": row{"name": "Wall"}}
		w.check("acsmon_api", given).costs().wantChanged().wantValues(row{"response": nil})
		made := w.api(given).costs("POST /dashboards")
		path := fmt.Sprint("/dashboards/", at[float64](made, "response", "id"))
		changed := w.api(row{"method": "PUT", "path": path, "body": row{"name": "Desk"}}).wantChanged()
		if got := at[string](changed, "response", "name"); got != "Desk" {
			w.t.Errorf("the response has the name %q, want Desk", got)
		}
		w.api(row{"method": "DELETE", "path": path}).wantChanged().wantValues(row{"response": nil})
		w.api(row{"path": path}).fails("404")
	})
	for _, idempotent := range []bool{false, true} {
		scenario(t, fmt.Sprint("whose response is lost, with idempotent ", idempotent), acsmontest.Options{}, func(w *workbench) {
			w.Inject(acsmontest.Fault{Method: "POST", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
			before := len(w.Rows("dashboards"))
			r := w.api(row{"method": "POST", "path": "/dashboards", "body": row{"name": "Wall"}, "idempotent": idempotent})
			if idempotent {
				r.wantChanged()
				w.wantRows("dashboards", before+2)
			} else {
				r.fails("it is not certain whether the server carried this out", "look before you repeat it")
				w.wantRows("dashboards", before+1)
			}
		})
	}
}

// TestAPIRefuses refuses what leads away from the API, or what the server would not understand.
func TestAPIRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		given row
		says  string
	}{
		"no path":                {row{}, "path"},
		"a URL":                  {row{"path": "https://evil.example.com/x"}, "is a URL"},
		"another origin":         {row{"path": "//evil.example.com/x"}, "empty segment"},
		"a way out":              {row{"path": "/monitors/../../admin"}, "leads elsewhere"},
		"a hidden way out":       {row{"path": "/%2e%2e/admin"}, "a character that no route has"},
		"the prefix again":       {row{"path": "/api/v1/monitors"}, "begins with /api/v1"},
		"a query in the path":    {row{"path": "/monitors?page=2"}, "query"},
		"a login":                {row{"method": "POST", "path": "/auth/login", "body": row{}}, "logs in by itself"},
		"a logout":               {row{"method": "POST", "path": "auth/logout"}, "acsmon logout"},
		"a body of a GET":        {row{"path": "/monitors", "body": row{"a": 1}}, "a GET has no body"},
		"a body of text":         {row{"path": "/dashboards", "method": "POST", "body": `{"name": "x"}`}, "give it as YAML"},
		"all pages of a write":   {row{"path": "/dashboards", "method": "DELETE", "all_pages": true}, "use GET"},
		"a page of all":          {row{"path": "/monitors", "all_pages": true, "query": row{"page": 2}}, "leave query.page out"},
		"a nested query":         {row{"path": "/monitors", "query": row{"filter": row{"status": "up"}}}, "query.filter has no value"},
		"a page size of nothing": {row{"path": "/monitors", "all_pages": true, "query": row{"per_page": "all"}}, `query.per_page is "all"`},
		"a method":               {row{"path": "/monitors", "method": "HEAD"}, "HEAD"},
	} {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			w.api(test.given).fails(test.says).costs()
			w.check("acsmon_api", test.given).fails(test.says)
		})
	}
	scenario(t, "what the server refuses", acsmontest.Options{}, func(w *workbench) {
		r := w.api(row{"method": "POST", "path": "/dashboards", "body": row{}}).fails("422", "name")
		if failure := r.object("failure"); failure["status"] != 422.0 || r.object("failure", "errors")["name"] == nil || failure["path"] != "/api/v1/dashboards" {
			w.t.Errorf("the failure is %v, want status 422 of /api/v1/dashboards with an error of name", failure)
		}
		w.api(row{"path": "/users", "token": w.NewToken("monitors.view")}).fails("403")
		w.api(row{"path": "/system/health", "all_pages": true}).fails("a list was expected")
		w.Inject(acsmontest.Fault{Do: acsmontest.HTMLPage()})
		w.api(row{"path": "/users"}).fails("an HTML page")
	})
	scenario(t, "no text of strangers, but makes its control characters visible", acsmontest.Options{}, func(w *workbench) {
		id := w.Add("dashboards", row{"name": "\x1b]0;x\a"})
		r := w.api(row{"path": fmt.Sprint("/dashboards/", id)})
		if got, want := at[string](r, "response", "name"), `\u001b]0;x\u0007`; got != want {
			w.t.Errorf("the response has the name %q, want %q", got, want)
		}
	})
	readsOptions(t, "acsmon_api", "api.go")
}

// TestLocks holds the lock of writes for a minute. A module that looks and then writes waits for it. A
// module that reads, or whose write depends on nothing that it has read, does not wait.
func TestLocks(t *testing.T) {
	for _, test := range []struct {
		module string
		given  row
		waits  bool
	}{
		{"acsmon_monitor_info", row{}, false},
		{"acsmon_device_info", row{}, false},
		{"acsmon_alert_info", row{}, false},
		{"acsmon_system_info", row{}, false},
		{"acsmon_monitor_check", row{"all": true}, false},
		{"acsmon_device_poll", row{"all": true}, false},
		{"acsmon_api", row{"path": "/monitors"}, false},
		{"acsmon_api", row{"path": "/dashboards", "method": "POST", "body": row{"name": "x"}}, true},
		{"acsmon_api", row{"path": "/dashboards", "method": "POST", "_ansible_check_mode": true}, false},
		{"acsmon_monitor", row{"name": "new", "type": "ping", "host": "h"}, true},
	} {
		deployed(t, fmt.Sprint(test.module, test.given), acsmontest.Options{}, func(w *workbench) {
			origin, err := acsmon.Origin(fmt.Sprint(w.args["base_url"]))
			if err != nil {
				w.t.Fatal(err)
			}
			release, err := lock.Take(w.t.Context(), "writes to "+origin)
			if err != nil {
				w.t.Fatal(err)
			}
			held := time.AfterFunc(time.Minute, release)
			r := w.run(test.module, test.given).succeeds()
			if held.Stop() {
				release()
			}
			if waited := r.took >= time.Minute; waited != test.waits {
				w.t.Errorf("the module took %v, and should wait for the lock: %v", r.took, test.waits)
			}
		})
	}
}
