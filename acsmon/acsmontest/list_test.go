// SPDX-License-Identifier: MIT

package acsmontest_test

import (
	"reflect"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// threeMonitors are 7 alpha, 9 Beta, 11 gamma.
func threeMonitors(s *acsmontest.Server) {
	s.Add("monitors", row{"id": 7, "name": "alpha", "type": "ping", "host": "10.0.0.7", "status": "up", "response_time_ms": 20, "tags": []string{"edge"}})
	s.Add("monitors", row{"id": 9, "name": "Beta", "type": "https", "host": "beta.example.com", "status": "down", "is_active": false})
	s.Add("monitors", row{"id": 11, "name": "gamma", "type": "https", "host": "Gamma.example.com", "status": "up", "response_time_ms": 100, "port": 443})
}

// The envelope is the README's, to the member.
func TestEnvelope(t *testing.T) {
	s, admin := start(t, acsmontest.Options{})
	for range 5 {
		s.Add("device-groups", row{"name": "g"})
	}
	list := s.URL + "/api/v1/device-groups"
	for name, test := range map[string]struct {
		query string
		rows  int
		rest  row
	}{
		"default": {"", 5, row{
			"links":         row{"first": list + "?page=1", "last": list + "?page=1", "prev": nil, "next": nil},
			"meta":          row{"current_page": 1, "from": 1, "to": 5, "per_page": 50, "total": 5},
			"next_page_url": nil,
		}},
		"middle": {"?per_page=2&page=2", 2, row{
			"links": row{"first": list + "?per_page=2&page=1", "last": list + "?per_page=2&page=3",
				"prev": list + "?per_page=2&page=1", "next": list + "?per_page=2&page=3"},
			"meta":          row{"current_page": 2, "from": 3, "to": 4, "per_page": 2, "total": 5},
			"next_page_url": list + "?per_page=2&page=3",
		}},
		"keeps the query": {"?per_page=3&sort=-name&filter[name]=g&search=g", 3, row{
			"links": row{"first": list + "?per_page=3&sort=-name&filter%5Bname%5D=g&search=g&page=1", "last": list + "?per_page=3&sort=-name&filter%5Bname%5D=g&search=g&page=2",
				"prev": nil, "next": list + "?per_page=3&sort=-name&filter%5Bname%5D=g&search=g&page=2"},
			"meta":          row{"current_page": 1, "from": 1, "to": 3, "per_page": 3, "total": 5},
			"next_page_url": list + "?per_page=3&sort=-name&filter%5Bname%5D=g&search=g&page=2",
		}},
		"past the end": {"?page=9", 0, row{
			"links":         row{"first": list + "?page=1", "last": list + "?page=1", "prev": list + "?page=8", "next": nil},
			"meta":          row{"current_page": 9, "from": nil, "to": nil, "per_page": 50, "total": 5},
			"next_page_url": nil,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got := newAPI(t, s).get("/device-groups" + test.query).json.(row)
			if n := len(got["data"].([]any)); n != test.rows {
				t.Errorf("%d rows, want %d", n, test.rows)
			}
			delete(got, "data")
			if !reflect.DeepEqual(got, asJSON(test.rest)) {
				t.Errorf("envelope\n%v, want\n%v", got, asJSON(test.rest))
			}
		})
	}
	admin.get("/monitors").has("data", []any{}).has("meta.from", nil).has("meta.total", 0)
}

func TestPageSize(t *testing.T) {
	s, _ := start(t, acsmontest.Options{Monitors: 230})
	for query, want := range map[string]int{
		"": 50, "?per_page=100": 100, "?per_page=101": 100, "?per_page=100000": 100, "?per_page=0": 50, "?per_page=-1": 50, "?per_page=x": 50,
		"?per_page=100&page=3": 30, "?page=0": 50, "?page=x": 50, "?page=9223372036854775807": 0,
	} {
		t.Run(query, func(t *testing.T) {
			if got := len(newAPI(t, s).get("/monitors" + query).column("id")); got != want {
				t.Errorf("%d rows, want %d", got, want)
			}
		})
	}
}

func TestSelecting(t *testing.T) {
	s, _ := start(t, acsmontest.Options{})
	threeMonitors(s)
	group := s.Add("monitor-groups", row{"name": "Web"})
	s.Set("monitors", 9, row{"monitor_group_id": group})
	s.Set("monitors", 11, row{"monitor_group_id": group})
	for query, want := range map[string][]any{
		"":                                      {7.0, 9.0, 11.0},
		"?search=BETA":                          {9.0},
		"?search=example":                       {9.0, 11.0},
		"?search=.7":                            {7.0},
		"?search=edge":                          {}, // a tag
		"?filter[status]=up":                    {7.0, 11.0},
		"?filter[status]=u":                     {},
		"?filter[is_active]=true":               {7.0, 11.0},
		"?filter[is_active]=1":                  {7.0, 11.0},
		"?filter[is_active]=0":                  {9.0},
		"?filter[port]=443":                     {11.0},
		"?filter[id]=9":                         {9.0},
		"?filter[status]=":                      {7.0, 9.0, 11.0},
		"?filter[status]=up&filter[type]=https": {11.0},
		path("?filter[monitor_group_id]=%d", group):  {9.0, 11.0},
		"?filter[nothing]=1":                         {7.0, 9.0, 11.0},
		"?filter[tags]=edge":                         {7.0, 9.0, 11.0}, // not a plain column
		"?sort=name":                                 {7.0, 9.0, 11.0}, // without regard to case
		"?sort=-name":                                {11.0, 9.0, 7.0},
		"?sort=response_time_ms":                     {7.0, 11.0, 9.0}, // null last
		"?sort=-response_time_ms":                    {9.0, 11.0, 7.0},
		"?sort=type":                                 {9.0, 11.0, 7.0}, // ties in the order of ids
		"?sort=nothing":                              {7.0, 9.0, 11.0},
		"?sort=config":                               {7.0, 9.0, 11.0},
		"?sort=-name&per_page=1&page=2":              {9.0},
		"?search=example&filter[status]=up&sort=-id": {11.0},
	} {
		t.Run(query, func(t *testing.T) {
			got := newAPI(t, s).get("/monitors" + query)
			if ids := got.column("id"); !reflect.DeepEqual(ids, want) {
				t.Errorf("ids %v, want %v", ids, want)
			}
		})
	}
}

// A selection is remembered between the pages of a walk, and never longer than
// it is true.
func TestSelectionFollowsChanges(t *testing.T) {
	s, admin := start(t, acsmontest.Options{})
	threeMonitors(s)
	up := func() []any { return admin.get("/monitors?filter[status]=up").column("id") }
	want := func(ids ...any) {
		t.Helper()
		if got := up(); !reflect.DeepEqual(got, ids) {
			t.Errorf("ids %v, want %v", got, ids)
		}
	}
	want(7.0, 11.0)
	s.Set("monitors", 9, row{"status": "up"})
	want(7.0, 9.0, 11.0)
	admin.do("DELETE", "/monitors/7", nil).is(204)
	want(9.0, 11.0)
	s.Remove("monitors", 11)
	want(9.0)
	s.SetOutcome(9, "down")
	admin.do("POST", "/monitors/9/check", nil).is(200)
	if got := up(); len(got) != 0 {
		t.Errorf("ids %v, want none", got)
	}
}

func TestRemovedReferences(t *testing.T) {
	s, admin := start(t, acsmontest.Options{})
	group := s.Add("device-groups", row{"name": "Core"})
	device := s.Add("devices", row{"name": "sw", "ip_address": "10.0.0.1", "device_group_id": group})
	admin.get(path("/devices/%d", device)).has("device_group", row{"id": group, "name": "Core", "color": "#6b7280"})
	admin.do("DELETE", path("/device-groups/%d", group), nil).is(204)
	admin.get(path("/devices/%d", device)).has("device_group", nil)
	admin.get(path("/devices?filter[device_group_id]=%d", group)).has("data", []any{})
}

// One id can exist in both lists.
func TestEventsAreApart(t *testing.T) {
	s, admin := start(t, acsmontest.Options{Devices: 4, Monitors: 4, OpenAlerts: 4})
	devices, monitors := admin.get("/alert-events"), admin.get("/monitor-events")
	for i, id := range devices.column("id") {
		if devices.column("monitor")[i] != nil || devices.column("device")[i] == nil {
			t.Errorf("alert event %v is not a device's", id)
		}
	}
	for i, id := range monitors.column("id") {
		if monitors.column("monitor")[i] == nil || monitors.column("device")[i] != nil {
			t.Errorf("monitor event %v is not a monitor's", id)
		}
	}
	id := s.Add("alert-events", row{"device_id": s.Rows("devices")[0]["id"]})
	s.Add("monitor-events", row{"id": id, "monitor_id": s.Rows("monitors")[0]["id"]})
	admin.do("POST", path("/monitor-events/%d/acknowledge", id), nil).is(200)
	admin.get(path("/alert-events/%d", id)).has("status", "open")
	admin.get(path("/monitor-events/%d", id)).has("status", "acknowledged")
}

func TestDeviceAlerts(t *testing.T) {
	s, admin := start(t, acsmontest.Options{})
	one, two := s.Add("devices", row{"name": "a"}), s.Add("devices", row{"name": "b"})
	s.Add("alert-events", row{"id": 5, "device_id": one})
	s.Add("alert-events", row{"id": 6, "device_id": two})
	got := admin.get(path("/devices/%d/alerts", two)).has("meta.total", 1).has("data.0.id", 6)
	got.has("data.0.device.name", "b")
	admin.do("GET", "/devices/99/alerts", nil).is(404)
}
