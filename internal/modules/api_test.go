// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/lock"
)

func (w *workbench) api(given row) *result { w.t.Helper(); return w.run("acsmon_api", given) }

func TestAPI(t *testing.T) {
	scenario(t, "reads", acsmontest.Options{Monitors: 250, Prefix: "/monitoring"}, func(w *workbench) {
		id := w.Rows("monitors")[0]["id"]
		for _, check := range []bool{false, true} {
			r := w.api(row{"path": fmt.Sprint("/monitors/", id), "_ansible_check_mode": check}).costs(fmt.Sprint("GET /monitors/", id))
			if !r.unchanged() || fmt.Sprint(at[row](r, "response")["id"]) != fmt.Sprint(id) {
				w.t.Errorf("%v", r.row)
			}
			r = w.api(row{"path": "monitors", "all_pages": true, "query": row{"filter[type]": "https"}, "_ansible_check_mode": check})
			for _, monitor := range rowsAt(r, "response") {
				if monitor["type"] != "https" {
					w.t.Errorf("%v was not asked for", monitor)
				}
			}
		}
		if r := w.api(row{"path": "monitors", "all_pages": true}); len(at[[]any](r, "response")) != 250 || len(r.requests) != 3 {
			w.t.Errorf("%d rows came in %d requests", len(at[[]any](r, "response")), len(r.requests))
		}
		if r := w.api(row{"path": "monitors", "all_pages": true, "query": row{"per_page": 50}}); len(at[[]any](r, "response")) != 250 || len(r.requests) != 5 {
			w.t.Errorf("%d rows came in %d requests", len(at[[]any](r, "response")), len(r.requests))
		}
		if r := w.api(row{"path": "monitors", "query": row{"per_page": 2, "page": 3, "sort": "-id"}}); len(at[[]any](r, "response", "data")) != 2 {
			w.t.Errorf("%v", r.row)
		}
	})
	scenario(t, "writes", acsmontest.Options{}, func(w *workbench) {
		given := row{"method": "POST", "path": "/dashboards", "body": row{"name": "Wall"}}
		if check := w.check("acsmon_api", given).costs(); !check.changed() || check.row["response"] != nil {
			w.t.Errorf("check mode answers %v", check.row)
		}
		made := w.api(given).costs("POST /dashboards")
		path := fmt.Sprint("/dashboards/", at[row](made, "response")["id"])
		if changed := w.api(row{"method": "PUT", "path": path, "body": row{"name": "Desk"}}); at[row](changed, "response")["name"] != "Desk" || !changed.changed() {
			w.t.Errorf("%v", changed.row)
		}
		if gone := w.api(row{"method": "DELETE", "path": path}); !gone.changed() || gone.row["response"] != nil {
			w.t.Errorf("%v", gone.row)
		}
		w.api(row{"path": path}).fails("404")
	})
	for _, idempotent := range []bool{false, true} {
		scenario(t, fmt.Sprint("loses an answer, idempotent ", idempotent), acsmontest.Options{}, func(w *workbench) {
			w.Inject(acsmontest.Fault{Method: "POST", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
			before := len(w.Rows("dashboards"))
			r := w.api(row{"method": "POST", "path": "/dashboards", "body": row{"name": "Wall"}, "idempotent": idempotent})
			made := len(w.Rows("dashboards")) - before
			if idempotent && (made != 2 || !r.changed()) || !idempotent && made != 1 {
				w.t.Errorf("%d were made: %v", made, r.row)
			}
			if !idempotent {
				r.fails("it is not certain whether the server carried this out", "look before you repeat it")
			}
		})
	}
	scenario(t, "waits for the rate limit", acsmontest.Options{RateLimit: 2}, func(w *workbench) {
		for range 4 {
			w.api(row{"path": "/auth/me"}).wantUnchanged()
		}
	})
}

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
		if failure := at[row](r, "failure"); failure["status"] != 422.0 || failure["errors"].(row)["name"] == nil || failure["path"] != "/api/v1/dashboards" {
			w.t.Errorf("the failure is %v", failure)
		}
		w.api(row{"path": "/users", "token": w.NewToken("monitors.view")}).fails("403")
		w.api(row{"path": "/system/health", "all_pages": true}).fails("a list was expected")
		w.Inject(acsmontest.Fault{Do: acsmontest.HTMLPage()})
		w.api(row{"path": "/users"}).fails("an HTML page")
	})
	scenario(t, "nothing of what strangers wrote, but makes it visible", acsmontest.Options{}, func(w *workbench) {
		id := w.Add("dashboards", row{"name": "\x1b]0;x\a"})
		r := w.api(row{"path": fmt.Sprint("/dashboards/", id)})
		if name := fmt.Sprint(at[row](r, "response")["name"]); name != `\u001b]0;x\u0007` || strings.ContainsRune(name, '\a') {
			w.t.Errorf("the name is %q", name)
		}
	})
	readsOptions(t, "acsmon_api", "api.go")
}

// TestLocks: what writes waits for others that look and write; what reads, or has
// the server do what depends on nothing that was read, does not.
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
			origin, err := acsmon.Origin(w.args["base_url"].(string))
			if err != nil {
				w.t.Fatal(err)
			}
			release, err := lock.Take(w.t.Context(), "writes to "+origin)
			if err != nil {
				w.t.Fatal(err)
			}
			start := time.Now()
			held := time.AfterFunc(time.Minute, release)
			r := w.run(test.module, test.given)
			if held.Stop() {
				release()
			}
			if waited := time.Since(start) >= time.Minute; waited != test.waits || r.row["failed"] == true {
				w.t.Errorf("it took %v: %v", time.Since(start), r.row["msg"])
			}
		})
	}
}
