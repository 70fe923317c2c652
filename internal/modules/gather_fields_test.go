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

// TestGatherFields gathers keys that no option sets, in a form that can be given back.
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
		gathered := w.run(module, given).object("gathered")
		items := gathered["monitors"].([]any)
		if got := items[0].(row)["fields"]; !reflect.DeepEqual(got, row{"priority": 2.0}) {
			t.Errorf("%s: the fields are %v", module, got)
		}
		if got := items[1].(row)["fields"]; got != nil {
			t.Errorf("%s: the fields of what shows none are %v", module, got)
		}
		if r := w.run(module, row{"monitors": items}); !r.unchanged() {
			t.Errorf("%s: what was gathered changes something: %v", module, r.row)
		}
		if plain := w.run(module, row{"state": "gathered"}).object("gathered")["monitors"].([]any); plain[0].(row)["fields"] != nil {
			t.Errorf("%s: without gather_fields there is %v", module, plain[0])
		}
		w.run(module, row{"state": "gathered", "gather_fields": []string{"a.b"}}).fails(`fields has the key "a.b"`)
	}
}
