// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// The route that has answered once is the first that is tried from then on, and not the only one.
func TestResultRemembersItsRoute(t *testing.T) {
	route, requests := "/api/v1/tools/ping/", []string{}
	client := handle(t, func(w http.ResponseWriter, r *http.Request) {
		requests = append(requests, r.URL.Path)
		if !strings.HasPrefix(r.URL.Path, route) {
			answer(404, `{"message": "Not Found"}`)(w, r)
			return
		}
		answer(200, `{"status": "running"}`)(w, r)
	})
	poll := func(want int) {
		t.Helper()
		requests = nil
		if _, finished, err := client.Tools.Result(bg, "ping", "j1"); err != nil || finished {
			t.Errorf("finished: %t, %v", finished, err)
		}
		if len(requests) != want {
			t.Errorf("%d requests, want %d: %v", len(requests), want, requests)
		}
	}
	poll(2)
	poll(1)
	poll(1)
	route = "/api/v1/tools/jobs/"
	poll(3)
	poll(1)
	route, requests = "/api/v1/nowhere/", nil
	if _, _, err := client.Tools.Result(bg, "ping", "j1"); !acsmon.IsNotFound(err) || len(requests) != 3 {
		t.Errorf("%v after %v", err, requests)
	}
}

// What is no name of a tool and no id of a job does not become the path of another route.
func TestResultRefusesWhatIsNoJob(t *testing.T) {
	client := handle(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was requested", r.URL) })
	for job, tool := range map[string]string{"j1": "../users", "../../users/7": "ping", "": "ping", "a/b": "ping", "%2e%2e": "ping", "j2": ""} {
		if _, _, err := client.Tools.Result(bg, tool, job); err == nil {
			t.Errorf("%q of %q is no error", job, tool)
		}
	}
}
