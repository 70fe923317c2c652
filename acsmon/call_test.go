// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

func TestCallOfAnyRoute(t *testing.T) {
	server, client := start(t, acsmontest.Options{Monitors: 3, Prefix: "/monitoring"})
	id := server.Rows("monitors")[0]["id"]
	call := func(r acsmon.Request) any {
		t.Helper()
		answer, err := client.Call(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	page := call(acsmon.Request{Method: "GET", Path: "monitors", Query: url.Values{"per_page": {"2"}}}).(map[string]any)
	if rows := page["data"].([]any); len(rows) != 2 || rows[0].(map[string]any)["id"] != json.Number(fmt.Sprint(id)) {
		t.Errorf("the page is %v", page)
	}
	made := call(acsmon.Request{Method: "POST", Path: "/dashboards", Body: map[string]any{"name": "<NOC>"}}).(map[string]any)
	if made["name"] != "<NOC>" {
		t.Errorf("the dashboard is %v", made)
	}
	path := fmt.Sprint("/dashboards/", made["id"])
	if changed := call(acsmon.Request{Method: "PUT", Path: path, Body: map[string]any{"name": "Wall"}}).(map[string]any); changed["name"] != "Wall" {
		t.Errorf("the dashboard is %v", changed)
	}
	if answer := call(acsmon.Request{Method: "DELETE", Path: path}); answer != nil {
		t.Errorf("the answer is %v", answer)
	}
	_, err := client.Call(t.Context(), acsmon.Request{Method: "GET", Path: path})
	if !acsmon.IsNotFound(err) {
		t.Errorf("the error is %v", err)
	}
}

func TestCallRefusesPathsThatLeadElsewhere(t *testing.T) {
	server, client := start(t, acsmontest.Options{})
	server.ResetRequests()
	for _, path := range []string{
		"", "/", "//evil.example.com/x", "https://evil.example.com/x", "http:x", "/../admin", "monitors/../../x", "/monitors/..", "/./x",
		"/monitors/%2e%2e/x", "/monitors/..%2fx", "/monitors\\..\\x", "/monitors/", "/monitors//7", "/monitors?per_page=1", "/monitors#x", "/mon\nitors",
		"/monitors/ 7", "/api/v1/monitors", "api/v1", "/m\u2024\u2024/x", "/monitors/7;x", "@evil.example.com",
	} {
		if _, err := client.Call(t.Context(), acsmon.Request{Method: "GET", Path: path}); err == nil || !strings.Contains(err.Error(), "the path ") {
			t.Errorf("%q: the error is %v, want one of the path", path, err)
		}
		if _, err := acsmon.Collect(client.Rows(t.Context(), path, acsmon.Query{})); err == nil {
			t.Errorf("%q is a list", path)
		}
	}
	if _, err := client.Call(t.Context(), acsmon.Request{Method: "get", Path: "/monitors"}); err == nil || !strings.Contains(err.Error(), `"get"`) {
		t.Errorf("the method: %v", err)
	}
	if requests := asked(server); len(requests) > 0 {
		t.Errorf("sent were %v", requests)
	}
}

func FuzzCallPath(f *testing.F) {
	for _, path := range []string{"/monitors/7", "a/../b", "//x", "%2e%2e", "a/%2F", "\x00"} {
		f.Add(path)
	}
	asked := make(chan string, 1)
	client := handle(f, func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Path
		fmt.Fprint(w, "{}")
	})
	f.Fuzz(func(t *testing.T, path string) {
		if _, err := client.Call(context.Background(), acsmon.Request{Method: "GET", Path: path}); err != nil {
			return
		}
		if got := <-asked; got != "/api/v1/"+strings.TrimPrefix(path, "/") {
			t.Errorf("%q asked for %q", path, got)
		}
	})
}

// TestCallRepeats: what may be harmful twice is sent once and ends as uncertain.
func TestCallRepeats(t *testing.T) {
	for _, test := range []struct {
		method     string
		idempotent bool
		sent       int
	}{{"GET", false, 2}, {"PUT", false, 2}, {"DELETE", false, 2}, {"POST", false, 1}, {"PATCH", false, 1}, {"POST", true, 2}, {"PATCH", true, 2}} {
		t.Run(fmt.Sprint(test.method, test.idempotent), func(t *testing.T) {
			inFakeTime(t, acsmontest.Options{Monitors: 1}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
				server.Inject(acsmontest.Fault{Times: 1, Do: acsmontest.Status(502)})
				_, err := client.Call(t.Context(), acsmon.Request{Method: test.method, Path: "/nowhere", Idempotent: test.idempotent})
				var uncertain *acsmon.UncertainError
				if n := len(asked(server)); n != test.sent || errors.As(err, &uncertain) != (test.sent == 1) {
					t.Errorf("it was sent %d times: %v", n, err)
				}
			})
		})
	}
}

func TestCallOfAnswersThatAreNone(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
		server.Inject(acsmontest.Fault{Do: acsmontest.HTMLPage()})
		_, err := client.Call(t.Context(), acsmon.Request{Method: "GET", Path: "/users"})
		if err == nil || !strings.Contains(err.Error(), "JSON") {
			t.Errorf("the error is %v", err)
		}
		server.ClearFaults()
		server.Inject(acsmontest.Fault{Do: acsmontest.EmptyBody()})
		if _, err := client.Call(t.Context(), acsmon.Request{Method: "GET", Path: "/users"}); err == nil {
			t.Error("a GET may be answered with nothing")
		}
	})
}

func TestRowsOfAnyList(t *testing.T) {
	server, client := start(t, acsmontest.Options{Monitors: 250})
	server.ResetRequests()
	rows, err := acsmon.Collect(client.Rows(t.Context(), "/monitors", acsmon.Query{Params: map[string]string{"search": ""}}))
	if err != nil || len(rows) != 250 {
		t.Errorf("%d rows: %v", len(rows), err)
	}
	if requests := asked(server); !slices.Equal(requests, []string{"GET /monitors", "GET /monitors", "GET /monitors"}) {
		t.Errorf("the requests are %v", requests)
	}
}
