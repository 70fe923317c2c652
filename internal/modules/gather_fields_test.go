// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// TestGatherFields gathers keys for which there is no option, in a form that a task takes back.
func TestGatherFields(t *testing.T) {
	server := acsmontest.New(acsmontest.Options{})
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		server.ServeHTTP(recorder, r)
		w.WriteHeader(recorder.Code)
		_, _ = w.Write([]byte(strings.ReplaceAll(recorder.Body.String(), `"name":"Web"`, `"priority":2,"notes":null,"name":"Web"`)))
	}))
	t.Cleanup(gateway.Close)
	w := &workbench{server, t, row{"base_url": gateway.URL, "token": server.Token}, nil}
	w.Add("monitors", row{"name": "Web", "type": "https", "host": "www.example.com"})
	w.Add("monitors", row{"name": "Mail", "type": "smtp", "host": "mail.example.com"})

	given := row{"state": "gathered", "gather_fields": []string{"priority", "notes", "status", "host"}}
	for _, module := range []string{"acsmon_monitors", "acsmon_config"} {
		gathered := w.run(module, given)
		if got, want := at[row](gathered, "gathered", "monitors", 0)["fields"], (row{"priority": 2.0}); !reflect.DeepEqual(got, any(want)) {
			t.Errorf("%s: the first monitor has the fields %v, want %v", module, got, want)
		}
		if got := at[row](gathered, "gathered", "monitors", 1)["fields"]; got != nil {
			t.Errorf("%s: the second monitor, which shows no such key, has the fields %v, want none", module, got)
		}
		w.run(module, row{"monitors": at[[]any](gathered, "gathered", "monitors")}).wantUnchanged()
		if plain := at[row](w.run(module, row{"state": "gathered"}), "gathered", "monitors", 0); plain["fields"] != nil {
			t.Errorf("%s: without gather_fields the first monitor is %v, want no fields", module, plain)
		}
		w.run(module, row{"state": "gathered", "gather_fields": []string{"a.b"}}).fails(`fields has the key "a.b"`)
	}
}
