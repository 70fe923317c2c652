// SPDX-License-Identifier: MIT

package acsmontest_test

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// alternativeTests holds, for each value of each choice that the facts leave open, what a client
// sees of it on a server that has the monitors of threeMonitors. The defaults are tested by all
// other tests.
type alternativeTests map[string]func(t *testing.T, s *acsmontest.Server, admin *api)

// pageAlternatives are the choices of what a list says of its pages, and what encloses its rows.
var pageAlternatives = alternativeTests{
	"single=wrapped": func(t *testing.T, s *acsmontest.Server, admin *api) {
		made := create(admin).is(201).has("data.name", "web").lacks("id")
		item := path("/monitors/%v", made.at("data.id"))
		admin.get(item).has("data.host", "web.example.com")
		admin.do("PUT", item, row{"name": "b"}).is(200).has("data.name", "b")
		admin.get("/auth/me").has("data.name", "Administrator")
		admin.get("/monitors").has("data.0.name", "alpha")
	},
	"envelope=last-page": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.get("/monitors?per_page=2").has("meta.last_page", 2).lacks("last_page")
	},
	"envelope=last-page-top": func(t *testing.T, s *acsmontest.Server, admin *api) {
		got := admin.get("/monitors?per_page=2").has("last_page", 2).has("current_page", 1).has("per_page", 2).has("total", 3).has("meta.total", 3)
		if _, ok := got.at("meta").(row)["last_page"]; ok {
			t.Error("last_page is in meta too")
		}
	},
	"envelope=paginator": func(t *testing.T, s *acsmontest.Server, admin *api) {
		list := s.URL + "/api/v1/monitors"
		got := admin.get("/monitors?per_page=2").lacks("meta").has("current_page", 1).has("last_page", 2).has("total", 3).has("from", 1).has("to", 2).has("per_page", 2)
		got.has("path", list).has("first_page_url", list+"?per_page=2&page=1").has("last_page_url", list+"?per_page=2&page=2").has("next_page_url", list+"?per_page=2&page=2").has("prev_page_url", nil)
		got.has("links", []any{
			row{"url": nil, "label": "&laquo; Previous", "active": false},
			row{"url": list + "?per_page=2&page=1", "label": "1", "active": true},
			row{"url": list + "?per_page=2&page=2", "label": "2", "active": false},
			row{"url": list + "?per_page=2&page=2", "label": "Next &raquo;", "active": false},
		})
		for range 60 {
			s.Add("monitors", row{})
		}
		var labels []string
		for _, link := range admin.get("/monitors?per_page=2&page=16").at("links").([]any) {
			labels = append(labels, link.(row)["label"].(string))
		}
		if got, want := strings.Join(labels[1:len(labels)-1], " "), "1 2 ... 13 14 15 16 17 18 19 ... 31 32"; got != want {
			t.Errorf("page links %s, want %s", got, want)
		}
	},
	"envelope=collection": func(t *testing.T, s *acsmontest.Server, admin *api) {
		list := s.URL + "/api/v1/monitors"
		got := admin.get("/monitors?per_page=2").lacks("next_page_url", "total").has("links.next", list+"?per_page=2&page=2")
		got.has("meta.last_page", 2).has("meta.path", list).has("meta.links.1.label", "1").has("meta.total", 3)
	},
	"envelope=simple": func(t *testing.T, s *acsmontest.Server, admin *api) {
		list := s.URL + "/api/v1/monitors"
		got := admin.get("/monitors?per_page=2").lacks("next_page_url", "total").has("links.last", nil).has("links.next", list+"?per_page=2&page=2")
		if meta := got.has("meta.current_page", 1).at("meta").(row); meta["total"] != nil || meta["last_page"] != nil {
			t.Errorf("a simple paginator knows no total: %v", meta)
		}
	},
	"envelope=cursor": func(t *testing.T, s *acsmontest.Server, admin *api) {
		first := admin.get("/monitors?per_page=2&sort=-name").has("data.0.name", "gamma").has("links.prev", nil)
		if meta := first.at("meta").(row); len(meta) != 2 || meta["path"] == nil || meta["per_page"] != 2.0 {
			t.Errorf("a cursor paginator knows no page numbers: %v", meta)
		}
		next := first.at("links.next").(string)
		second := admin.get(strings.TrimPrefix(next, s.URL+"/api/v1")).has("data.0.name", "alpha").has("links.next", nil)
		back := second.at("links.prev").(string)
		admin.get(strings.TrimPrefix(back, s.URL+"/api/v1")).has("data.0.name", "gamma")
	},
	"next-page=page": func(t *testing.T, s *acsmontest.Server, admin *api) {
		list := s.URL + "/api/v1/monitors"
		admin.get("/monitors?per_page=2&sort=name").has("next_page_url", list+"?page=2").has("links.last", list+"?page=2")
	},
	"per-page=422": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.get("/monitors?per_page=100")
		admin.do("GET", "/monitors?per_page=101", nil).is(422).has("errors", row{"per_page": []string{"The per page field must not be greater than 100."}})
		admin.do("GET", "/monitors/7/results?per_page=101", nil).is(422)
	},
	"results=data": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.do("POST", "/monitors/7/check", nil).is(200)
		got := admin.get("/monitors/7/results").has("data.0.status", "up")
		if n := len(got.json.(row)); n != 1 {
			t.Errorf("%d members, want data alone: %s", n, got.text)
		}
	},
}

// queryAlternatives are the choices of what a filter, a sort and a search do.
var queryAlternatives = alternativeTests{
	"unknown=400": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.do("GET", "/monitors?filter[nothing]=1", nil).is(400).has("message", "Requested filter(s) `nothing` are not allowed.")
		admin.do("GET", "/monitors?sort=-nothing", nil).is(400).has("message", "Requested sort(s) `nothing` are not allowed.")
		admin.get("/monitors?filter[status]=up&sort=name")
	},
	"unknown=422": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.do("GET", "/monitors?filter[nothing]=1", nil).is(422).has("errors", row{"filter[nothing]": []string{"The selected filter[nothing] is invalid."}})
		admin.do("GET", "/monitors?sort=nothing", nil).is(422).has("errors", row{"sort": []string{"The selected sort is invalid."}})
	},
	"search=tags": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.get("/monitors?search=EDGE").has("data.0.name", "alpha").has("meta.total", 1)
	},
	"search=ignored": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.get("/monitors?search=no-such-name").has("data.0.name", "alpha")
	},
}

// rowAlternatives are the choices of which keys a row has.
var rowAlternatives = alternativeTests{
	"list-rows=sparse": func(t *testing.T, s *acsmontest.Server, admin *api) {
		rows := admin.get("/monitors").at("data.0").(row)
		for _, name := range []string{"config", "tags"} {
			if _, ok := rows[name]; ok {
				t.Errorf("a list row has %s", name)
			}
		}
		admin.get("/monitors/7").has("tags", []string{"edge"}).has("config", []any{})
	},
	"shapes=documented": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.get("/monitors/7").lacks("tags", "check_interval_seconds", "monitor_group").has("config", []any{})
	},
	"references=ids": func(t *testing.T, s *acsmontest.Server, admin *api) {
		s.Set("monitors", 7, row{"monitor_group_id": s.Add("monitor-groups", row{"id": 3, "name": "g"})})
		admin.get("/monitors/7").has("monitor_group_id", 3).has("device_id", nil).lacks("monitor_group", "device")
	},
	"references=both": func(t *testing.T, s *acsmontest.Server, admin *api) {
		s.Set("monitors", 7, row{"monitor_group_id": s.Add("monitor-groups", row{"id": 3, "name": "g"})})
		admin.get("/monitors/7").has("monitor_group_id", 3).has("monitor_group.name", "g").has("device", nil).has("device_id", nil)
	},
	"create-shows=given": func(t *testing.T, s *acsmontest.Server, admin *api) {
		made := create(admin).is(201).has("name", "web").has("status", nil).has("check_interval_seconds", nil).has("is_active", nil)
		admin.get(path("/monitors/%d", made.id())).has("status", "unknown").has("check_interval_seconds", 60)
	},
	"updated=stale": func(t *testing.T, s *acsmontest.Server, admin *api) {
		group := s.Add("monitor-groups", row{"name": "Web"})
		admin.do("PUT", "/monitors/7", row{"monitor_group_id": group, "port": 99}).is(200).has("monitor_group", nil).has("port", 99)
		admin.get("/monitors/7").has("monitor_group.name", "Web")
	},
	"licence-key=license": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.get("/system/stats").has("license.cap", 4).lacks("licence")
	},
}

// valueAlternatives are the choices of in which form a value is written.
var valueAlternatives = alternativeTests{
	"empty-object=object": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.get("/monitors/7").has("config", row{})
		id := s.Add("alert-events", row{"status": "resolved"})
		admin.do("POST", path("/alert-events/%d/acknowledge", id), nil).is(422).has("errors", []any{})
	},
	"numbers=strings": func(t *testing.T, s *acsmontest.Server, admin *api) {
		s.Set("monitors", 11, row{"uptime_percent_7d": 99.5, "config": row{"expected_status": 200}, "monitor_group_id": s.Add("monitor-groups", row{"id": 3, "name": "g"})})
		admin.get("/monitors/11").has("id", "11").has("port", "443").has("uptime_percent_7d", "99.5").has("monitor_group.id", "3").
			has("config.expected_status", 200).has("is_active", true).has("ssl_expiry_at", nil)
		admin.get("/monitors?per_page=2").has("data.0.id", "7").has("meta.per_page", "2").has("meta.total", 3)
	},
	"numbers=decimals": func(t *testing.T, s *acsmontest.Server, admin *api) {
		s.Set("monitors", 7, row{"uptime_percent_7d": 99.5, "uptime_percent_30d": 100})
		admin.get("/monitors/7").has("uptime_percent_7d", "99.50").has("uptime_percent_30d", "100.00").has("id", 7)
	},
	"booleans=integers": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.get("/monitors/7").has("is_active", 1)
		admin.get("/monitors/9").has("is_active", 0)
	},
	"nulls=left-out": func(t *testing.T, s *acsmontest.Server, admin *api) {
		s.Set("monitors", 7, row{"last_checked_at": nil, "device_id": nil})
		admin.get("/monitors/7").has("id", 7).lacks("last_checked_at", "device")
		s.Set("monitors", 7, row{"last_checked_at": "2026-04-22T10:15:01Z"})
		admin.get("/monitors/7").has("last_checked_at", "2026-04-22T10:15:01Z")
	},
	"channels=channels": func(t *testing.T, s *acsmontest.Server, admin *api) {
		channel := s.Add("alert-channels", row{"name": "Mail", "type": "email"})
		rule := s.Add("alert-rules", row{"name": "Hot", "condition": "gt", "channel_ids": []int64{channel}})
		path := fmt.Sprintf("/alert-rules/%d", rule)
		admin.get(path).has("channels.0.id", channel).has("channels.0.name", "Mail").lacks("channel_ids")
		admin.do("PUT", path, row{"name": "Hot", "condition": "gt", "channel_ids": []int64{}, "channels": []int64{channel}}).has("channels.0.id", channel)
		admin.do("PUT", path, row{"name": "Hot", "condition": "gt", "channel_ids": []int64{channel}, "channels": []int64{}}).has("channels", []any{})
	},
	"times=microseconds": func(t *testing.T, s *acsmontest.Server, admin *api) {
		s.Set("monitors", 7, row{"last_checked_at": "2026-04-22T10:15:01Z"})
		admin.get("/monitors/7").has("last_checked_at", "2026-04-22T10:15:01.000000Z").has("ssl_expiry_at", nil)
	},
	"times=offset": func(t *testing.T, s *acsmontest.Server, admin *api) {
		s.Set("monitors", 7, row{"last_checked_at": "2026-04-22T23:15:01Z"})
		admin.get("/monitors/7").has("last_checked_at", "2026-04-23T01:15:01+02:00")
		admin.do("POST", "/monitors/7/check", nil).is(200)
		if at := admin.get("/monitors/7/results").at("data.0.checked_at").(string); !strings.HasSuffix(at, "+02:00") {
			t.Errorf("a result's time is %s", at)
		}
	},
	"times=mixed": func(t *testing.T, s *acsmontest.Server, admin *api) {
		s.Set("monitors", 7, row{"last_checked_at": "2026-04-22T10:15:00Z"})
		admin.get("/monitors").has("data.0.last_checked_at", "2026-04-22T10:15:00.000000Z")
		admin.get("/monitors/7").has("last_checked_at", "2026-04-22T10:15:00Z")
	},
}

// writeAlternatives are the choices of what a write changes, and with which status it is answered.
var writeAlternatives = alternativeTests{
	"put=replace": func(t *testing.T, s *acsmontest.Server, admin *api) {
		s.Set("monitors", 11, row{"config": row{"path": "/"}, "tags": []string{"a"}, "check_interval_seconds": 300})
		admin.do("PUT", "/monitors/11", row{"name": "x"}).is(422).has("message", "The type field is required. (and 1 more error)")
		admin.do("PUT", "/monitors/11", plainMonitor).is(200).has("port", nil).has("config", []any{}).has("tags", []any{}).has("check_interval_seconds", 60).has("status", "up")
		device := s.Add("devices", row{"name": "sw", "ip_address": "10.0.0.1", "snmp_community": "public"})
		admin.do("PUT", path("/devices/%d", device), row{"name": "sw", "ip_address": "10.0.0.1"}).is(200)
		if got := s.Row("devices", device)["snmp_community"]; got != nil {
			t.Errorf("the community is still %v", got)
		}
	},
	"created=200": func(t *testing.T, s *acsmontest.Server, admin *api) { create(admin).is(200) },
	"deleted=200": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.do("DELETE", "/monitors/7", nil).is(200).has("message", "Monitor deleted.")
	},
	"queued=202": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.do("POST", "/monitors/7/check", nil).is(202).has("queued", true)
	},
	"names=unique": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.do("PUT", "/monitors/7", row{"name": "gamma"}).is(422).has("errors", row{"name": []string{"The name has already been taken."}})
		admin.do("PUT", "/monitors/7", row{"name": "alpha"}).is(200)
		admin.do("POST", "/monitors", row{"name": "alpha", "type": "ping", "host": "h"}).is(422)
	},
	"config-keys=known": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.do("PUT", "/monitors/7", row{"config": row{"path": "/", "colour": "blue"}}).is(200).has("config", row{"path": "/"})
	},
}

// alertAlternatives are the choices of where alerts are, and what happens to one that is acknowledged again.
var alertAlternatives = alternativeTests{
	"events=shared": func(t *testing.T, s *acsmontest.Server, admin *api) {
		device, monitor := s.Add("alert-events", row{"device_id": s.Add("devices", row{})}), s.Add("monitor-events", row{"monitor_id": 7})
		if device == monitor {
			t.Error("two events of one list have one id")
		}
		admin.get("/alert-events").has("meta.total", 2).has("data.1.monitor.name", "alpha")
		admin.get("/monitor-events").has("meta.total", 1).has("data.0.id", monitor)
		admin.do("GET", path("/monitor-events/%d", device), nil).is(404)
		admin.do("POST", path("/monitor-events/%d/acknowledge", monitor), nil).is(200)
		admin.get(path("/alert-events/%d", monitor)).has("status", "acknowledged")
	},
	"events=one-list": func(t *testing.T, s *acsmontest.Server, admin *api) {
		s.Add("alert-events", row{"device_id": s.Add("devices", row{})})
		s.Add("monitor-events", row{"monitor_id": 7})
		admin.get("/alert-events").has("meta.total", 2)
		admin.do("GET", "/monitor-events", nil).is(404).has("message", "The route api/v1/monitor-events could not be found.")
	},
	"repeated=409": func(t *testing.T, s *acsmontest.Server, admin *api) {
		id := s.Add("alert-events", row{"status": "acknowledged"})
		admin.do("POST", path("/alert-events/%d/acknowledge", id), nil).is(409).has("message", "The alert is already acknowledged.")
		admin.do("POST", path("/alert-events/%d/resolve", id), nil).is(200)
		admin.do("POST", path("/alert-events/%d/resolve", id), nil).is(409)
		admin.do("POST", path("/alert-events/%d/acknowledge", id), nil).is(422)
	},
	"repeated=422": func(t *testing.T, s *acsmontest.Server, admin *api) {
		id := s.Add("alert-events", row{"status": "acknowledged"})
		admin.do("POST", path("/alert-events/%d/acknowledge", id), nil).is(422).has("message", "The alert is already acknowledged.")
	},
	"device-alerts=absent": func(t *testing.T, s *acsmontest.Server, admin *api) {
		id := s.Add("devices", row{})
		admin.do("GET", path("/devices/%d/alerts", id), nil).is(404)
	},
}

// refusalAlternatives are the choices of how a request is refused.
var refusalAlternatives = alternativeTests{
	"login-refused=401": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.do("POST", "/auth/login", row{"email": "a@example.com", "password": "x"}).is(401).lacks("errors").at("message")
	},
	"licence=422-message": func(t *testing.T, s *acsmontest.Server, admin *api) {
		create(admin).is(201)
		create(admin).is(422).lacks("errors").has("message", "Your licence allows 4 devices and monitors.")
	},
	"licence=403": func(t *testing.T, s *acsmontest.Server, admin *api) {
		create(admin).is(201)
		create(admin).is(403).has("message", "Your licence allows 4 devices and monitors.")
	},
	"guest=html": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.header = http.Header{"Accept": {"text/html"}}
		for _, got := range []*answer{admin.as("").do("GET", "/monitors", nil).is(401), admin.do("POST", "/monitors", row{}).is(422)} {
			if !strings.HasPrefix(got.text, "<!DOCTYPE html>") {
				t.Errorf("not a page: %s", got.text)
			}
		}
	},
	"guest=no-login": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.header = http.Header{"Accept": {"*/*"}}
		admin.as("").do("GET", "/monitors", nil).is(500).hasHeader("Content-Type", "text/html; charset=utf-8")
		admin.do("POST", "/monitors", row{}).is(302)
	},
	"framework=8": func(t *testing.T, s *acsmontest.Server, admin *api) {
		admin.do("GET", "/nothing", nil).is(404).has("message", "")
		admin.do("PUT", "/monitors", nil).is(405).has("message", "The PUT method is not supported for this route. Supported methods: GET, HEAD, POST.")
		admin.do("POST", "/monitors", row{"name": strings.Repeat("x", 256), "type": "ping", "host": "h", "is_active": "maybe"}).is(422).
			has("message", "The given data was invalid.").has("errors", row{
			"name":      []string{"The name must not be greater than 255 characters."},
			"is_active": []string{"The is active field must be true or false."},
		})
		admin.do("PUT", "/monitors/7", row{"name": "\u00a0 x \t"}).is(200).has("name", "\u00a0 x")
	},
	"refusals=input-first": func(t *testing.T, s *acsmontest.Server, admin *api) {
		viewer := admin.as(s.NewToken("monitors.view"))
		viewer.do("POST", "/monitors", row{}).is(422)
		viewer.do("POST", "/monitors", plainMonitor).is(403)
		viewer.do("PUT", "/monitors/7", row{"port": 0}).is(422)
		viewer.do("PUT", "/monitors/7", row{"port": 1}).is(403)
		viewer.do("PUT", "/monitors/5000", row{"port": 0}).is(404)
		viewer.do("DELETE", "/monitors/7", nil).is(403)
	},
}

// create asks for a monitor that every server takes until its licence is used up.
func create(admin *api) *answer { return admin.do("POST", "/monitors", plainMonitor) }

func TestAlternatives(t *testing.T) {
	tests := alternativeTests{}
	for _, subject := range []alternativeTests{
		pageAlternatives, queryAlternatives, rowAlternatives, valueAlternatives, writeAlternatives, alertAlternatives, refusalAlternatives,
	} {
		maps.Copy(tests, subject)
	}
	alternatives := maps.Collect(acsmontest.EachAlternative("rules"))
	alternatives["updated=stale"] = acsmontest.Alternatives{Updated: "stale"}
	alternatives["names=unique"] = acsmontest.Alternatives{Names: "unique"}
	alternatives["config-keys=known"] = acsmontest.Alternatives{ConfigKeys: "known"}
	for name, alternative := range alternatives {
		t.Run(name, func(t *testing.T) {
			look := tests[name]
			if look == nil {
				t.Fatal("nothing tests this alternative")
			}
			s, admin := start(t, acsmontest.Options{LicenceCap: 4, Alternatives: alternative})
			threeMonitors(s)
			look(t, s, admin)
		})
	}
	for name := range tests {
		if _, ok := alternatives[name]; !ok {
			t.Errorf("%s is tested, and there is no such alternative", name)
		}
	}
}

func TestPageSizeIsCapped(t *testing.T) {
	s, admin := start(t, acsmontest.Options{Alternatives: acsmontest.Alternatives{PerPageCap: 2}})
	threeMonitors(s)
	admin.get("/monitors?per_page=100").has("meta.per_page", 2).has("meta.to", 2)
	admin.get("/monitors").has("meta.per_page", 2)
}

func TestOnlyNamedFieldsFilterAndSort(t *testing.T) {
	s, admin := start(t, acsmontest.Options{Alternatives: acsmontest.Alternatives{Unknown: "400", FilterFields: []string{"status"}, SortFields: []string{"name"}}})
	threeMonitors(s)
	admin.get("/monitors?filter[status]=down&sort=-name").has("meta.total", 1)
	admin.do("GET", "/monitors?filter[type]=https", nil).is(400)
	admin.do("GET", "/monitors?sort=status", nil).is(400)
}

func TestChoices(t *testing.T) {
	var a acsmontest.Alternatives
	for _, c := range acsmontest.Choices() {
		for _, value := range c.Values {
			if err := a.Set(c.Name, value); err != nil {
				t.Error(err)
			}
		}
		if err := a.Set(c.Name, "nonsense"); err == nil || !strings.Contains(err.Error(), c.Values[1]) {
			t.Errorf("%s=nonsense: %v", c.Name, err)
		}
	}
	if err := a.Set("nonsense", "bare"); err == nil {
		t.Error("an alternative that does not exist was set")
	}
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, `"nonsense"`) {
			t.Errorf("New with a value that does not exist: %s", got)
		}
	}()
	acsmontest.New(acsmontest.Options{Alternatives: acsmontest.Alternatives{Put: "nonsense"}})
}

// Every value of every choice still gives a server that works as a whole.
func TestAlternativesTogether(t *testing.T) {
	var last acsmontest.Alternatives
	for _, c := range acsmontest.Choices() {
		if err := last.Set(c.Name, c.Values[len(c.Values)-1]); err != nil {
			t.Fatal(err)
		}
	}
	s, admin := start(t, acsmontest.Options{Devices: 30, Monitors: 30, OpenAlerts: 10, Alternatives: last})
	for _, list := range []string{"/devices", "/monitors", "/alert-events", "/device-groups", "/monitor-groups", "/alert-channels", "/monitor-alert-rules"} {
		got := admin.get(list + "?per_page=100")
		if n := len(got.column("id")); n == 0 {
			t.Errorf("%s: no rows", list)
		}
	}
	if got := s.Row("monitors", s.Rows("monitors")[0]["id"].(int64))["id"]; reflect.TypeOf(got).Kind() != reflect.Int64 {
		t.Errorf("a row's id is a %T", got)
	}
}
