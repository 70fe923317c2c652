// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// TestTypesInConfig stores what is meant where Ansible makes texts of numbers and booleans.
func TestTypesInConfig(t *testing.T) {
	for _, test := range []struct {
		name                string
		current, given, has row
	}{
		{"a documented boolean", row{}, row{"ssl_verify": "false"}, row{"ssl_verify": false}},
		{"a word for it", row{}, row{"ssl_verify": "no"}, row{"ssl_verify": false}},
		{"a number for it", row{}, row{"ssl_verify": 1}, row{"ssl_verify": true}},
		{"a documented number", row{}, row{"expected_status": "200", "alert_ssl_expiry_days": " 14 "}, row{"expected_status": 200, "alert_ssl_expiry_days": 14}},
		{"a documented text", row{}, row{"path": "/1", "expected_body_regex": 200}, row{"path": "/1", "expected_body_regex": "200"}},
		{"the text of an earlier run is repaired", row{"ssl_verify": "false"}, row{"ssl_verify": false}, row{"ssl_verify": false}},
		{"and so is that of a number", row{"expected_status": "200"}, row{"expected_status": "200"}, row{"expected_status": 200}},
		{"a boolean by what it is now", row{"follow": true}, row{"follow": "off"}, row{"follow": false}},
		{"a number by what it is now", row{"retries": 3}, row{"retries": "4"}, row{"retries": 4}},
		{"a fraction", row{"warn": 1.5}, row{"warn": "2.75"}, row{"warn": 2.75}},
		{"at a depth", row{"limits": row{"deep": row{"n": 1, "on": true}}}, row{"limits": row{"deep": row{"n": "2", "on": "no"}}},
			row{"limits": row{"deep": row{"n": 2, "on": false}}}},
		{"a text by what is given", row{"retries": "3"}, row{"retries": 3}, row{"retries": 3}},
		{"a text that is one", row{"token_id": "12"}, row{"token_id": "013"}, row{"token_id": "013"}},
	} {
		scenario(t, test.name, acsmontest.Options{}, func(w *world) {
			id := w.Add("monitors", row{"name": "Web", "type": "https", "host": "www.example.com", "config": test.current})
			w.converges("acsmon_monitor", row{"name": "Web", "config": test.given})
			w.has("monitors", id, row{"config": test.has})
		})
		scenario(t, test.name+", in bulk", acsmontest.Options{}, func(w *world) {
			id := w.Add("monitors", row{"name": "Web", "type": "https", "host": "www.example.com", "config": test.current})
			w.become("acsmon_monitors", row{"monitors": []row{{"name": "Web", "config": test.given}}})
			w.has("monitors", id, row{"config": test.has})
		})
	}
	scenario(t, "in a new monitor", acsmontest.Options{}, func(w *world) {
		real, _ := w.converges("acsmon_monitor", row{"name": "Web", "type": "https", "host": "www.example.com",
			"config": row{"ssl_verify": "off", "expected_status": "204", "x": "7"}})
		w.has("monitors", id(real), row{"config": row{"ssl_verify": false, "expected_status": 204, "x": "7"}})
	})
	scenario(t, "rendered", acsmontest.Options{}, func(w *world) {
		r := w.run("acsmon_monitors", row{"state": "rendered", "monitors": []row{{"name": "Web", "config": row{"ssl_verify": "no"}}}})
		if got := r.object("rendered")["monitors"].([]any)[0].(row)["config"].(row)["ssl_verify"]; got != false {
			t.Errorf("ssl_verify is rendered as %#v", got)
		}
	})
}

// TestTypesInConfigThatCannotBe refuses them before anything is written.
func TestTypesInConfigThatCannotBe(t *testing.T) {
	for name, test := range map[string]struct {
		given row
		says  string
	}{
		"a boolean":              {row{"ssl_verify": "perhaps"}, `config.ssl_verify is "perhaps": it must be true or false`},
		"a number for a boolean": {row{"ssl_verify": 2}, `config.ssl_verify is 2: it must be true or false`},
		"a number":               {row{"expected_status": "2xx"}, `config.expected_status is "2xx": it must be a number`},
		"a boolean for a number": {row{"expected_status": true}, `config.expected_status is true: it must be a number`},
		"a boolean for a text":   {row{"path": true}, `config.path is true: it must be a text, so put it in quotes`},
		"what it is now":         {row{"retries": "often"}, `config.retries is "often": it must be a number`},
		"at a depth":             {row{"deep": row{"on": "2"}}, `config.deep.on is "2": it must be true or false`},
	} {
		scenario(t, name, acsmontest.Options{}, func(w *world) {
			w.Add("monitors", row{"name": "Web", "type": "https", "host": "www.example.com", "config": row{"retries": 3, "deep": row{"on": true}}})
			for _, run := range []func(string, row) *result{w.run, w.check} {
				run("acsmon_monitor", row{"name": "Web", "config": test.given}).fails(test.says).costs("GET /monitors")
				run("acsmon_monitors", row{"monitors": []row{{"name": "Web", "config": test.given}}}).fails(test.says).costs("GET /monitors")
			}
		})
	}
}
