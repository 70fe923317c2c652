// SPDX-License-Identifier: MIT

package acsmontest_test

import (
	"cmp"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// With Shapes: "documented", rows have exactly the keys in the README of the official client. By
// default they have more, which is our choice.
func TestShapes(t *testing.T) {
	for _, shapes := range []string{"", "documented"} {
		t.Run("shapes="+shapes, func(t *testing.T) {
			_, admin := start(t, acsmontest.Options{Devices: 4, Monitors: 4, OpenAlerts: 4, Alternatives: acsmontest.Alternatives{Shapes: shapes}})
			for kind, members := range map[string][]string{
				"devices": {"id", "name", "ip_address", "snmp_version", "device_type", "status", "last_polled_at", "poll_interval_seconds", "is_active", "device_group"},
				"monitors": {"id", "name", "type", "host", "port", "status", "response_time_ms", "ssl_expiry_at", "uptime_percent_7d",
					"uptime_percent_30d", "consecutive_failures", "last_checked_at", "config"},
				"alert-events":   {"id", "severity", "status", "triggered_at", "acknowledged_at", "resolved_at", "current_value", "monitor", "device"},
				"monitor-events": {"id", "severity", "status", "triggered_at", "acknowledged_at", "resolved_at", "current_value", "monitor", "device"},
			} {
				list := admin.get("/" + kind)
				shown := list.at("data.0").(row)
				for _, key := range members {
					if _, ok := shown[key]; !ok {
						t.Errorf("a row of %s lacks %s, which is documented: %v", kind, key, shown)
					}
				}
				if shapes == "documented" && len(shown) != len(members) {
					t.Errorf("a row of %s has more than %v: %v", kind, members, shown)
				}
				one := admin.get(path("/%s/%v", kind, list.at("data.0.id")))
				if !reflect.DeepEqual(one.json, list.at("data.0")) {
					t.Errorf("%s: read alone %s, in the list %v", kind, one.text, list.at("data.0"))
				}
			}
		})
	}
}

func TestCreateMonitor(t *testing.T) {
	s, admin := start(t, acsmontest.Options{})
	group := s.Add("monitor-groups", row{"name": "Web"})
	made := admin.do("POST", "/monitors", row{
		"name": "  Login API health\t", "type": "https", "host": "api.example.com", "port": "443", "check_interval_seconds": 120, "timeout_ms": 3000,
		"is_active": 0, "monitor_group_id": group, "tags": []string{" api ", "production"}, "status": "up", "id": 99, "nothing": 1,
		"config": row{"method": "GET", "path": " /health ", "expected_status": 200, "expected_body_regex": "", "ssl_verify": true, "headers": row{"X": " y "}, "ratio": 0.5},
	}).is(201)
	made.has("name", "Login API health").has("port", 443).has("is_active", false).has("status", "unknown").has("last_checked_at", nil)
	made.has("tags", []string{"api", "production"}).has("monitor_group", row{"id": group, "name": "Web", "color": "#6b7280"}).has("device", nil)
	made.has("config", row{"method": "GET", "path": "/health", "expected_status": 200, "expected_body_regex": nil, "ssl_verify": true, "headers": row{"X": "y"}, "ratio": 0.5})
	if made.id() == 99 {
		t.Error("the client chose the id")
	}
	if got := admin.get(path("/monitors/%d", made.id())); got.text != made.text {
		t.Errorf("read %s, created %s", got.text, made.text)
	}

	plain := admin.do("POST", "/monitors", plainMonitor).is(201)
	plain.has("port", nil).has("check_interval_seconds", 60).has("timeout_ms", 5000).has("is_active", true).has("tags", []any{}).has("config", []any{}).has("monitor_group", nil)
	again := admin.do("POST", "/monitors", plainMonitor).is(201)
	if again.id() <= plain.id() {
		t.Errorf("ids %d, then %d", plain.id(), again.id())
	}
}

func TestCreateDevice(t *testing.T) {
	s, admin := start(t, acsmontest.Options{})
	made := admin.do("POST", "/devices", row{
		"name": "core-switch-01", "ip_address": "10.0.0.1", "snmp_version": "3", "snmp_community": "public", "snmp_v3_auth_password": "hidden", "location": "London",
	}).is(201)
	made.has("poll_interval_seconds", 60).has("status", "unknown").has("location", "London").lacks("snmp_community", "snmp_v3_auth_password")
	if got := s.Row("devices", made.id())["snmp_community"]; got != "public" {
		t.Errorf("the stored community is %v", got)
	}
}

// monitorWith returns the least that a create of a monitor takes, with one field changed.
func monitorWith(name string, value any) row {
	m := maps.Clone(plainMonitor)
	m[name] = value
	return m
}

// refusedMonitors are bodies of a create that the validation of a server refuses. The server has the
// monitor group 3, Web. Where errors is nil, any do.
var refusedMonitors = map[string]struct {
	body    any
	message string
	errors  row
}{
	"nothing": {row{}, "The name field is required. (and 2 more errors)", row{
		"name": []string{"The name field is required."}, "type": []string{"The type field is required."}, "host": []string{"The host field is required."},
	}},
	"two errors":      {row{"name": "a"}, "The type field is required. (and 1 more error)", nil},
	"empty name":      {monitorWith("name", ""), "The name field is required.", row{"name": []string{"The name field is required."}}},
	"blank name":      {monitorWith("name", " \t\n"), "The name field is required.", nil},
	"null name":       {monitorWith("name", nil), "The name field is required.", nil},
	"number as name":  {monitorWith("name", 7), "The name field must be a string.", nil},
	"long name":       {monitorWith("name", strings.Repeat("ü", 256)), "The name field must not be greater than 255 characters.", nil},
	"unknown type":    {monitorWith("type", "carrier-pigeon"), "The selected type is invalid.", nil},
	"port 0":          {monitorWith("port", 0), "The port field must be between 1 and 65535.", nil},
	"port 65536":      {monitorWith("port", "65536"), "The port field must be between 1 and 65535.", nil},
	"port text":       {monitorWith("port", "https"), "The port field must be an integer.", nil},
	"port fraction":   {monitorWith("port", 80.5), "The port field must be an integer.", nil},
	"port hex":        {monitorWith("port", "0x50"), "The port field must be an integer.", nil},
	"port true":       {monitorWith("port", true), "The port field must be an integer.", nil},
	"interval 29":     {monitorWith("check_interval_seconds", 29), "The check interval seconds field must be between 30 and 86400.", nil},
	"interval 86401":  {monitorWith("check_interval_seconds", 86401), "The check interval seconds field must be between 30 and 86400.", nil},
	"interval null":   {monitorWith("check_interval_seconds", nil), "The check interval seconds field must be an integer.", nil},
	"active yes":      {monitorWith("is_active", "yes"), "The is active field must be true or false.", nil},
	"active 2":        {monitorWith("is_active", 2), "The is active field must be true or false.", nil},
	"active \"true\"": {monitorWith("is_active", "true"), "The is active field must be true or false.", nil},
	"config text":     {monitorWith("config", "GET"), "The config field must be an array.", nil},
	"config null":     {monitorWith("config", nil), "The config field must be an array.", nil},
	"tags text":       {monitorWith("tags", "a,b"), "The tags field must be an array.", nil},
	"tags numbers":    {monitorWith("tags", []any{"a", 7, nil}), "The tags.1 field must be a string. (and 1 more error)", row{"tags.1": []string{"The tags.1 field must be a string."}, "tags.2": []string{"The tags.2 field must be a string."}}},
	"no such group":   {monitorWith("monitor_group_id", 4), "The selected monitor group id is invalid.", nil},
	"group by name":   {monitorWith("monitor_group_id", "Web"), "The selected monitor group id is invalid.", nil},
	"not UTF-8":       {"{\"name\":\"\xff\"}", "The name field is required. (and 2 more errors)", nil},
	"not JSON":        {"{", "The name field is required. (and 2 more errors)", nil},
}

func TestRefusedMonitors(t *testing.T) {
	s, _ := start(t, acsmontest.Options{})
	s.Add("monitor-groups", row{"id": 3, "name": "Web"})
	for name, test := range refusedMonitors {
		t.Run(name, func(t *testing.T) {
			got := newAPI(t, s).do("POST", "/monitors", test.body).is(422).has("message", test.message)
			got.at("errors")
			if test.errors != nil {
				got.has("errors", test.errors)
			}
		})
	}
	if n := len(s.Rows("monitors")); n != 0 {
		t.Errorf("%d monitors are stored, want none", n)
	}
}

func TestAcceptedMonitors(t *testing.T) {
	s, _ := start(t, acsmontest.Options{})
	s.Add("monitor-groups", row{"id": 3, "name": "Web"})
	accepted := map[string]row{
		"port null": monitorWith("port", nil), "port empty": monitorWith("port", ""), "port as text": monitorWith("port", "80"), "port whole": monitorWith("port", 80.0),
		"host of any form": monitorWith("host", "not a host!"), "active 0": monitorWith("is_active", 0), "active \"1\"": monitorWith("is_active", "1"),
		"empty list as config": monitorWith("config", []any{}), "group as text": monitorWith("monitor_group_id", "3"), "group empty": monitorWith("monitor_group_id", ""),
		"long name": monitorWith("name", strings.Repeat("ü", 255)),
	}
	for _, kind := range []string{"ping", "tcp", "http", "https", "ssl", "ssh", "smtp", "ftp", "pop3", "imap", "dns", "mysql", "redis", "snmp"} {
		accepted["type "+kind] = monitorWith("type", kind)
	}
	for name, body := range accepted {
		t.Run(name, func(t *testing.T) {
			newAPI(t, s).do("POST", "/monitors", body).is(201).has("type", body["type"])
		})
	}
	if n := len(s.Rows("monitors")); n != len(accepted) {
		t.Errorf("%d monitors are stored, want %d", n, len(accepted))
	}
}

func TestAddressesAndVersionsOfDevices(t *testing.T) {
	_, admin := start(t, acsmontest.Options{})
	admin.do("POST", "/devices", row{"name": "a", "ip_address": "10.0.0.300"}).is(422).has("message", "The ip address field must be a valid IP address.")
	admin.do("POST", "/devices", row{"name": "a", "ip_address": "fe80::1", "snmp_version": "2"}).is(422).has("message", "The selected snmp version is invalid.")
	admin.do("POST", "/devices", row{"name": "a", "ip_address": "fe80::1"}).is(201)
}

// A JSON body is read only when it is declared as one.
func TestContentType(t *testing.T) {
	_, admin := start(t, acsmontest.Options{})
	for mediaType, status := range map[string]int{
		"application/json": 201, "application/json; charset=utf-8": 201, "application/vnd.api+json": 201,
		"": 422, "text/plain": 422, "application/x-www-form-urlencoded": 422,
	} {
		admin.header = http.Header{"Content-Type": {mediaType}}
		admin.do("POST", "/monitors", plainMonitor).is(status)
	}
}

func TestBodyTooLarge(t *testing.T) {
	_, admin := start(t, acsmontest.Options{})
	admin.do("POST", "/monitors", row{"name": strings.Repeat("x", 9<<20)}).is(413)
}

// PUT changes what it names; config is replaced as a whole.
func TestUpdate(t *testing.T) {
	s, admin := start(t, acsmontest.Options{})
	id := s.Add("monitors", row{"name": "web", "type": "https", "host": "a", "port": 443, "status": "up", "tags": []string{"a"}, "config": row{"path": "/", "method": "GET"}})
	monitor := path("/monitors/%d", id)
	admin.do("PUT", monitor, row{"name": "web2", "config": row{"path": "/health"}, "status": "down"}).is(200).
		has("name", "web2").has("host", "a").has("port", 443).has("tags", []string{"a"}).has("config", row{"path": "/health"}).has("status", "up")
	admin.do("PUT", monitor, row{}).is(200).has("name", "web2")
	admin.do("PUT", monitor, row{"port": "", "tags": []any{}, "config": row{}}).is(200).has("port", nil).has("tags", []any{}).has("config", []any{})
	admin.do("PUT", monitor, row{"name": ""}).is(422).has("message", "The name field is required.")
	admin.do("PUT", monitor, row{"port": 0}).is(422)
	admin.do("PUT", "/monitors/9999", row{"name": "x"}).is(404)
	if got := s.Row("monitors", id)["name"]; got != "web2" {
		t.Errorf("the stored name is %v", got)
	}

	device := s.Add("devices", row{"name": "sw", "ip_address": "10.0.0.1", "snmp_community": "public"})
	admin.do("PUT", path("/devices/%d", device), row{"name": "sw2"}).is(200)
	if got := s.Row("devices", device)["snmp_community"]; got != "public" {
		t.Errorf("the stored community is %v", got)
	}
}

func TestDelete(t *testing.T) {
	s, admin := start(t, acsmontest.Options{Monitors: 2})
	id := s.Rows("monitors")[0]["id"].(int64)
	if got := admin.do("DELETE", path("/monitors/%d", id), nil).is(204); got.text != "" {
		t.Errorf("204 with a body: %s", got.text)
	}
	admin.do("DELETE", path("/monitors/%d", id), nil).is(404)
	admin.do("GET", path("/monitors/%d", id), nil).is(404)
	admin.get("/monitors").has("meta.total", 1)
}

func TestLicenceCap(t *testing.T) {
	s, admin := start(t, acsmontest.Options{Devices: 1, Monitors: 1, LicenceCap: 3})
	admin.do("POST", "/monitors", row{"name": "a"}).is(422).has("message", "The type field is required. (and 1 more error)")
	admin.do("POST", "/monitors", plainMonitor).is(201)
	message := "Your licence allows 3 devices and monitors."
	admin.do("POST", "/monitors", plainMonitor).is(422).has("message", message).has("errors", row{"licence": []string{message}})
	admin.do("POST", "/devices", row{"name": "a", "ip_address": "10.0.0.1"}).is(422).has("message", message)
	admin.do("POST", "/monitor-groups", row{"name": "g"}).is(201)
	admin.get("/system/stats").has("licence", row{"cap": 3, "used": 3})
	admin.do("DELETE", path("/devices/%d", s.Rows("devices")[0]["id"]), nil).is(204)
	admin.do("POST", "/monitors", plainMonitor).is(201)
}

// resourceLives says of each resource how it is created, changed and found. The server has the
// device 1, the monitor 2, the channel 3, the webhook 4 of that device, and the dashboard 5.
var resourceLives = map[string]struct {
	list, item string // item empty: under the list
	values     row    // what a create sends
	change     row    // what an update sends
	secret     string // a written field that is never shown
	noGet      bool
	noPut      bool
}{
	"device groups":  {list: "/device-groups", values: row{"name": "Core network", "color": "#3b82f6"}, change: row{"color": "#000000"}},
	"monitor groups": {list: "/monitor-groups", values: row{"name": "Web", "color": "#3b82f6"}, change: row{"name": "Web 2"}},
	"devices":        {list: "/devices", values: row{"name": "a", "ip_address": "10.0.0.2", "device_type": "linux"}, change: row{"poll_interval_seconds": 30}, secret: "snmp_community"},
	"monitors":       {list: "/monitors", values: row{"name": "a", "type": "ssl", "host": "a"}, change: row{"tags": []string{"x"}}},
	"OIDs":           {list: "/devices/1/oids", item: "/oids", values: row{"name": "in", "oid": "1.3.6.1", "unit": "bit"}, change: row{"unit": "octets"}},
	"webhooks":       {list: "/devices/1/webhooks", values: row{"name": "hook", "description": "Backups"}, change: row{"description": "Nightly"}},
	"webhook rules": {list: "/devices/1/webhooks/4/alert-rules", noGet: true,
		values: row{"name": "r", "condition": "payload_contains", "payload_field": "job.state", "threshold": "error"}, change: row{"severity": "critical"}},
	"alert rules": {list: "/alert-rules", values: row{"name": "r", "condition": "pct_gt", "threshold": "90", "device_id": 1, "channel_ids": []int64{3}, "severity": "critical",
		"consecutive_failures": 3, "cooldown_minutes": 10, "escalation_minutes": 30, "notify_on_recovery": false}, change: row{"threshold": "95.5"}},
	"monitor alert rules": {list: "/monitor-alert-rules", values: row{"name": "r", "condition": "response_time_gt", "threshold": "500", "monitor_id": 2}, change: row{"channel_ids": []int64{3}}},
	"alert channels":      {list: "/alert-channels", values: row{"name": "hook", "type": "webhook", "config": row{"url": "https://example.com"}}, change: row{"is_active": false}, secret: "secret"},
	"discovery":           {list: "/discovery", values: row{"name": "office", "subnet": "10.1.0.0/24"}, secret: "snmp_community", noPut: true},
	"dashboards":          {list: "/dashboards", values: row{"name": "main", "layout": row{"columns": 2}}, change: row{"is_default": true}},
	"widgets": {list: "/dashboards/5/widgets", item: "/widgets", noGet: true,
		values: row{"title": "Alerts", "type": "alerts", "config": row{"limit": 5}, "position": row{"x": 0, "y": 1, "w": 6, "h": 4}}, change: row{"title": "Open alerts"}},
	"users": {list: "/users", values: row{"name": "a", "email": "a@example.com"}, change: row{"name": "b"}, secret: "password"},
}

func TestEveryResource(t *testing.T) {
	s, _ := start(t, acsmontest.Options{})
	s.Add("devices", row{"id": 1, "name": "sw", "ip_address": "10.0.0.1"})
	s.Add("monitors", row{"id": 2, "name": "web", "type": "https", "host": "a"})
	s.Add("alert-channels", row{"id": 3, "name": "mail", "type": "email"})
	s.Add("webhooks", row{"id": 4, "device_id": 1, "name": "hook"})
	s.Add("dashboards", row{"id": 5, "name": "NOC"})
	for name, life := range resourceLives {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, s)
			body := maps.Clone(life.values)
			if life.secret != "" {
				body[life.secret] = "s3cret"
			}
			made := a.do("POST", life.list, body).is(201).hasAll(life.values)
			if strings.Contains(made.text, "s3cret") {
				t.Errorf("the secret %s is shown: %s", life.secret, made.text)
			}
			a.do("POST", life.list, row{}).is(422)
			if got := a.get(life.list + "?per_page=100&sort=-id"); got.at("data.0.id") != made.at("id") {
				t.Errorf("the list does not begin with %v, which was created: %s", made.at("id"), got.text)
			}
			item := path("%s/%v", cmp.Or(life.item, life.list), made.at("id"))
			if life.noGet {
				a.do("GET", item, nil).is(405)
			} else {
				a.get(item).has("id", made.at("id"))
			}
			if life.noPut {
				a.do("PUT", item, life.change).is(405)
			} else {
				want := maps.Clone(life.values)
				maps.Copy(want, life.change)
				a.do("PUT", item, life.change).is(200).hasAll(want)
			}
			a.do("DELETE", item, nil).is(204)
			a.do("DELETE", item, nil).is(404)
		})
	}
}

func TestWhatIsNotWrittenThroughTheAPI(t *testing.T) {
	s, admin := start(t, acsmontest.Options{})
	role := path("/roles/%d", s.Add("roles", row{"name": "auditor"}))
	admin.do("PUT", role, row{"permissions": []string{"devices.view"}}).is(200).has("permissions", []string{"devices.view"})
	admin.do("POST", "/roles", row{}).is(405)
	admin.do("DELETE", role, nil).is(405)
	admin.do("POST", "/snmp-traps", row{}).is(405)
	admin.do("POST", "/alert-events", row{}).is(405)
}

// A nested row is found under its own parents only.
func TestNesting(t *testing.T) {
	s, admin := start(t, acsmontest.Options{})
	one, two := s.Add("devices", row{"name": "a"}), s.Add("devices", row{"name": "b"})
	hook := s.Add("webhooks", row{"device_id": one, "name": "hook"})
	rule := s.Add("webhook-alert-rules", row{"device_id": one, "webhook_id": hook, "name": "r"})
	s.Add("webhook-events", row{"device_id": one, "webhook_id": hook, "method": "POST"})
	s.Add("oids", row{"device_id": one, "name": "in"})

	admin.get(path("/devices/%d/oids", one)).has("meta.total", 1)
	admin.get(path("/devices/%d/oids", two)).has("meta.total", 0)
	admin.do("GET", "/devices/99/oids", nil).is(404).has("message", `No query results for model [App\Models\Device] 99`)
	admin.do("POST", "/devices/99/oids", row{"name": "x", "oid": "1"}).is(404)
	admin.get(path("/devices/%d/webhooks/%d", one, hook))
	admin.do("GET", path("/devices/%d/webhooks/%d", two, hook), nil).is(404)
	admin.get(path("/devices/%d/webhooks/%d/events", one, hook)).has("meta.total", 1)
	admin.do("GET", path("/devices/%d/webhooks/%d/events", two, hook), nil).is(404)
	admin.do("POST", path("/devices/%d/webhooks/%d/alert-rules", two, hook), row{"name": "x", "condition": "gt"}).is(404)
	admin.do("DELETE", path("/devices/%d/webhooks/%d/alert-rules/%d", two, hook, rule), nil).is(404)
	admin.do("DELETE", path("/devices/%d/webhooks/%d/alert-rules/%d", one, hook, rule), nil).is(204)
}
