// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// bareMonitor is a kind that declares no more than a monitor needs.
var bareMonitor = Kind{Name: "monitor", Fields: []Field{{Name: "name"}, {Name: "type"}, {Name: "host"}}, Required: []string{"name", "type", "host"}}

// TestExtras sets keys of the API that the kind does not declare.
func TestExtras(t *testing.T) {
	for _, test := range []struct {
		key             string
		was, given, has any
	}{
		{"port", 80, 443, 443},
		{"port", 80, "443", 443},
		{"is_active", true, "no", false},
		{"is_active", false, true, true},
		{"tags", list{"a"}, list{"b", "c"}, list{"b", "c"}},
		{"config", object{"a": 1, "b": object{"c": true}}, object{"b": object{"c": "no"}}, object{"a": 1, "b": object{"c": false}}},
		{"port", 80, nil, nil},
	} {
		onServer(t, fmt.Sprint(test.key, " ", test.given), acsmontest.Options{}, func(t *testing.T, w *testServer) {
			w.Kind = bareMonitor
			id := w.Add("monitors", object{"name": "a", "type": "tcp", "host": "h", test.key: test.was})
			item := Item{Name: "a", Desired: object{Extra(test.key): test.given}}
			p, _, err := w.converge(t.Context(), item)
			if err != nil || p.Action != Update || len(p.After) != 1 {
				t.Fatalf("the plan is %+v, want an update of one field: %v", p, err)
			}
			if _, shown := p.After["fields."+test.key]; !shown {
				t.Errorf("the diff shows %v, want fields.%s", p.After, test.key)
			}
			if got, want := encoded(w.Row("monitors", id)[test.key]), encoded(test.has); got != want {
				t.Errorf("%s is %s, want %s", test.key, got, want)
			}
			if p, _, err := w.converge(t.Context(), item); err != nil || p.Action != Keep {
				t.Errorf("the plan of another run is %+v, want to keep the monitor: %v", p, err)
			}
		})
	}
}

func TestExtrasInACreate(t *testing.T) {
	onServer(t, "monitor", acsmontest.Options{}, func(t *testing.T, w *testServer) {
		w.Kind = bareMonitor
		item := Item{Name: "a", Desired: object{"type": "tcp", "host": "h", Extra("port"): 81, Extra("config"): object{"x": 1}}}
		_, outcome, err := w.converge(t.Context(), item)
		if row := w.Row("monitors", outcome.Resource.ID()); err != nil || fmt.Sprint(row["port"]) != "81" || encoded(row["config"]) != `{"x":1}` {
			t.Errorf("the created monitor is %v, want port 81 and config {x: 1}: %v", row, err)
		}
		sent := bareMonitor.Render(item)
		if sent["port"] != 81 || !reflect.DeepEqual(sent["config"], object{"x": 1}) {
			t.Errorf("the item is rendered as %v, want port 81 and config {x: 1}", sent)
		}
	})
}

func TestExtrasThatTheServerDoesNotShow(t *testing.T) {
	onServer(t, "monitor", acsmontest.Options{}, func(t *testing.T, w *testServer) {
		id := w.addMonitors(1)[0]
		w.ResetRequests()
		_, _, err := w.converge(t.Context(), Item{ID: id, Desired: object{Extra("prioritty"): 1}})
		if err == nil || !strings.Contains(err.Error(), "the server does not show fields.prioritty of monitor") || len(w.Writes()) > 0 {
			t.Errorf("the error is %v, after the writes %v", err, w.Writes())
		}
		_, outcome, err := w.converge(t.Context(), Item{Name: "new", Desired: object{"type": "tcp", "host": "h", "port": 1, Extra("prioritty"): 1}})
		if err == nil || !outcome.Written || !strings.Contains(err.Error(), "was written, but the server does not show fields.prioritty") {
			t.Errorf("the outcome is %+v, want one that is written: %v", outcome, err)
		}
	})
}

func encoded(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}
