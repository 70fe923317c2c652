// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// A verb is one call of the API: what it must send, and how it is made.
type verb struct {
	request string // {kind} stands for the id of the first row of that kind
	call    func(c *acsmon.Client, id map[string]int64) error
}

type idOf = map[string]int64

func list[T any](rows iter.Seq2[T, error]) error {
	_, err := acsmon.Collect(rows)
	return err
}

func second[T any](_ T, err error) error { return err }

var all = acsmon.Query{}

var verbs = []verb{
	{"GET /devices", func(c *acsmon.Client, _ idOf) error { return list(c.Devices.List(bg, all)) }},
	{"POST /devices", func(c *acsmon.Client, _ idOf) error {
		return second(c.Devices.Create(bg, acsmon.DeviceInput{Name: "new", IPAddress: "192.0.2.9"}))
	}},
	{"GET /devices/{devices}", func(c *acsmon.Client, id idOf) error { return second(c.Devices.Get(bg, id["devices"])) }},
	{"PUT /devices/{devices}", func(c *acsmon.Client, id idOf) error {
		return second(c.Devices.Update(bg, id["devices"], acsmon.DeviceInput{Name: "renamed", IPAddress: "192.0.2.8"}))
	}},
	{"POST /devices/{devices}/poll", func(c *acsmon.Client, id idOf) error { return second(c.Devices.Poll(bg, id["devices"])) }},
	{"POST /devices/{devices}/walk", func(c *acsmon.Client, id idOf) error { return second(c.Devices.Walk(bg, id["devices"])) }},
	{"GET /devices/{devices}/metrics", func(c *acsmon.Client, id idOf) error { return second(c.Devices.Metrics(bg, id["devices"], all)) }},
	{"GET /devices/{devices}/alerts", func(c *acsmon.Client, id idOf) error { return list(c.Devices.Alerts(bg, id["devices"], all)) }},

	{"GET /device-groups", func(c *acsmon.Client, _ idOf) error { return list(c.DeviceGroups.List(bg, all)) }},
	{"POST /device-groups", func(c *acsmon.Client, _ idOf) error {
		return second(c.DeviceGroups.Create(bg, acsmon.GroupInput{Name: "new"}))
	}},
	{"GET /device-groups/{device-groups}", func(c *acsmon.Client, id idOf) error { return second(c.DeviceGroups.Get(bg, id["device-groups"])) }},
	{"DELETE /device-groups/{device-groups}", func(c *acsmon.Client, id idOf) error { return c.DeviceGroups.Delete(bg, id["device-groups"]) }},

	{"GET /devices/{devices}/oids", func(c *acsmon.Client, id idOf) error { return list(c.OIDs.Of(id["devices"]).List(bg, all)) }},
	{"POST /devices/{devices}/oids", func(c *acsmon.Client, id idOf) error {
		return second(c.OIDs.Of(id["devices"]).Create(bg, acsmon.Fields{"name": "new", "oid": "1.3.6.1"}))
	}},
	{"GET /oids/{oids}", func(c *acsmon.Client, id idOf) error { return second(c.OIDs.Of(id["devices"]).Get(bg, id["oids"])) }},
	{"PUT /oids/{oids}", func(c *acsmon.Client, id idOf) error {
		return second(c.OIDs.Of(id["devices"]).Update(bg, id["oids"], acsmon.Fields{"name": "renamed", "oid": "1.3.6.1"}))
	}},
	{"POST /oids/{oids}/toggle-monitor", func(c *acsmon.Client, id idOf) error { return second(c.OIDs.ToggleMonitor(bg, id["oids"])) }},
	{"DELETE /oids/{oids}", func(c *acsmon.Client, id idOf) error { return c.OIDs.Of(id["devices"]).Delete(bg, id["oids"]) }},

	{"GET /devices/{devices}/webhooks", func(c *acsmon.Client, id idOf) error {
		return list(c.DeviceWebhooks.Of(id["devices"]).List(bg, all))
	}},
	{"POST /devices/{devices}/webhooks", func(c *acsmon.Client, id idOf) error {
		return second(c.DeviceWebhooks.Of(id["devices"]).Create(bg, acsmon.WebhookInput{Name: "new"}))
	}},
	{"POST /devices/{devices}/webhooks/{webhooks}/toggle", func(c *acsmon.Client, id idOf) error {
		return second(c.DeviceWebhooks.Toggle(bg, id["devices"], id["webhooks"]))
	}},
	{"GET /devices/{devices}/webhooks/{webhooks}/events", func(c *acsmon.Client, id idOf) error {
		return list(c.DeviceWebhooks.Events(bg, id["devices"], id["webhooks"], all))
	}},
	{"GET /devices/{devices}/webhooks/{webhooks}/alert-rules", func(c *acsmon.Client, id idOf) error {
		return list(c.DeviceWebhooks.Rules(id["devices"], id["webhooks"]).List(bg, all))
	}},
	{"POST /devices/{devices}/webhooks/{webhooks}/alert-rules", func(c *acsmon.Client, id idOf) error {
		return second(c.DeviceWebhooks.Rules(id["devices"], id["webhooks"]).Create(bg, acsmon.AlertRuleInput{Name: "new", More: acsmon.Fields{"condition": "status_down"}}))
	}},
	{"DELETE /devices/{devices}/webhooks/{webhooks}", func(c *acsmon.Client, id idOf) error {
		return c.DeviceWebhooks.Of(id["devices"]).Delete(bg, id["webhooks"])
	}},

	{"GET /snmp-traps", func(c *acsmon.Client, _ idOf) error { return list(c.SNMPTraps.List(bg, all)) }},
	{"GET /snmp-traps/{snmp-traps}", func(c *acsmon.Client, id idOf) error { return second(c.SNMPTraps.Get(bg, id["snmp-traps"])) }},
	{"POST /snmp-traps/{snmp-traps}/acknowledge", func(c *acsmon.Client, id idOf) error { return second(c.SNMPTraps.Acknowledge(bg, id["snmp-traps"])) }},
	{"DELETE /snmp-traps/{snmp-traps}", func(c *acsmon.Client, id idOf) error { return c.SNMPTraps.Delete(bg, id["snmp-traps"]) }},

	{"GET /monitors", func(c *acsmon.Client, _ idOf) error { return list(c.Monitors.List(bg, all)) }},
	{"POST /monitors", func(c *acsmon.Client, _ idOf) error { return second(c.Monitors.Create(bg, plainMonitor)) }},
	{"GET /monitors/{monitors}", func(c *acsmon.Client, id idOf) error { return second(c.Monitors.Get(bg, id["monitors"])) }},
	{"PUT /monitors/{monitors}", func(c *acsmon.Client, id idOf) error {
		changed := plainMonitor
		changed.Name = "another"
		return second(c.Monitors.Update(bg, id["monitors"], changed))
	}},
	{"POST /monitors/{monitors}/check", func(c *acsmon.Client, id idOf) error { return second(c.Monitors.Check(bg, id["monitors"])) }},
	{"GET /monitors/{monitors}/results", func(c *acsmon.Client, id idOf) error {
		for _, err := range c.Monitors.Results(bg, id["monitors"], all) {
			return err
		}
		return nil
	}},
	{"GET /monitors/{monitors}/uptime", func(c *acsmon.Client, id idOf) error { return second(c.Monitors.Uptime(bg, id["monitors"], "7d")) }},

	{"GET /monitor-groups", func(c *acsmon.Client, _ idOf) error { return list(c.MonitorGroups.List(bg, all)) }},
	{"PUT /monitor-groups/{monitor-groups}", func(c *acsmon.Client, id idOf) error {
		return second(c.MonitorGroups.Update(bg, id["monitor-groups"], acsmon.GroupInput{Name: "renamed"}))
	}},
	{"GET /alert-rules", func(c *acsmon.Client, _ idOf) error { return list(c.AlertRules.List(bg, all)) }},
	{"POST /alert-rules", func(c *acsmon.Client, _ idOf) error {
		return second(c.AlertRules.Create(bg, acsmon.AlertRuleInput{Name: "new", More: acsmon.Fields{"condition": "gt"}}))
	}},
	{"GET /monitor-alert-rules", func(c *acsmon.Client, _ idOf) error { return list(c.MonitorAlertRules.List(bg, all)) }},
	{"DELETE /monitor-alert-rules/{monitor-alert-rules}", func(c *acsmon.Client, id idOf) error {
		return c.MonitorAlertRules.Delete(bg, id["monitor-alert-rules"])
	}},

	{"GET /alert-events", func(c *acsmon.Client, _ idOf) error { return list(c.AlertEvents.List(bg, all)) }},
	{"GET /alert-events/{alert-events}", func(c *acsmon.Client, id idOf) error { return second(c.AlertEvents.Get(bg, id["alert-events"])) }},
	{"POST /alert-events/{alert-events}/acknowledge", func(c *acsmon.Client, id idOf) error {
		return second(c.AlertEvents.Acknowledge(bg, id["alert-events"], "seen"))
	}},
	{"POST /alert-events/{alert-events}/resolve", func(c *acsmon.Client, id idOf) error {
		return second(c.AlertEvents.Resolve(bg, id["alert-events"], ""))
	}},
	{"GET /monitor-events", func(c *acsmon.Client, _ idOf) error { return list(c.MonitorEvents.List(bg, all)) }},
	{"POST /monitor-events/{monitor-events}/acknowledge", func(c *acsmon.Client, id idOf) error {
		return second(c.MonitorEvents.Acknowledge(bg, id["monitor-events"], ""))
	}},
	{"POST /monitor-events/{monitor-events}/resolve", func(c *acsmon.Client, id idOf) error {
		return second(c.MonitorEvents.Resolve(bg, id["monitor-events"], "closed"))
	}},

	{"GET /alert-channels", func(c *acsmon.Client, _ idOf) error { return list(c.AlertChannels.List(bg, all)) }},
	{"POST /alert-channels", func(c *acsmon.Client, _ idOf) error {
		return second(c.AlertChannels.Create(bg, acsmon.AlertChannelInput{Name: "new", Type: "email"}))
	}},
	{"POST /alert-channels/{alert-channels}/test", func(c *acsmon.Client, id idOf) error { return second(c.AlertChannels.Test(bg, id["alert-channels"])) }},

	{"GET /discovery", func(c *acsmon.Client, _ idOf) error { return list(c.Discovery.List(bg, all)) }},
	{"POST /discovery", func(c *acsmon.Client, _ idOf) error {
		return second(c.Discovery.Create(bg, acsmon.Fields{"name": "new", "subnet": "192.0.2.0/24"}))
	}},
	{"POST /discovery/{discovery}/run", func(c *acsmon.Client, id idOf) error { return second(c.Discovery.Run(bg, id["discovery"])) }},
	{"POST /discovery-results/{discovery-results}/import", func(c *acsmon.Client, id idOf) error {
		return second(c.Discovery.Import(bg, id["discovery-results"], acsmon.Fields{}))
	}},
	{"DELETE /discovery/{discovery}", func(c *acsmon.Client, id idOf) error { return c.Discovery.Delete(bg, id["discovery"]) }},

	{"GET /users", func(c *acsmon.Client, _ idOf) error { return list(c.Users.List(bg, all)) }},
	{"POST /users", func(c *acsmon.Client, _ idOf) error {
		return second(c.Users.Create(bg, acsmon.UserInput{Name: "Ann", Email: "ann@example.com", Password: "s3cret"}))
	}},
	{"GET /users/{users}", func(c *acsmon.Client, id idOf) error { return second(c.Users.Get(bg, id["users"])) }},
	{"PUT /users/{users}", func(c *acsmon.Client, id idOf) error {
		return second(c.Users.Update(bg, id["users"], acsmon.UserInput{Name: "Bobby", Email: "bob@example.com"}))
	}},
	{"GET /roles", func(c *acsmon.Client, _ idOf) error { return list(c.Roles.List(bg, all)) }},
	{"GET /roles/{roles}", func(c *acsmon.Client, id idOf) error { return second(c.Roles.Get(bg, id["roles"])) }},
	{"PUT /roles/{roles}", func(c *acsmon.Client, id idOf) error {
		return second(c.Roles.Update(bg, id["roles"], acsmon.RoleInput{Name: "viewer", Permissions: []string{}}))
	}},
	{"GET /mibs", func(c *acsmon.Client, _ idOf) error { return list(c.MIBs.List(bg, all)) }},
	{"POST /mibs", func(c *acsmon.Client, _ idOf) error {
		return second(c.MIBs.Upload(bg, acsmon.MIBUpload{FileName: "ACME-MIB.txt", Content: []byte("ACME-MIB")}))
	}},
	{"GET /mibs/{mibs}", func(c *acsmon.Client, id idOf) error { return second(c.MIBs.Get(bg, id["mibs"])) }},
	{"DELETE /mibs/{mibs}", func(c *acsmon.Client, id idOf) error { return c.MIBs.Delete(bg, id["mibs"]) }},
	{"GET /dashboards", func(c *acsmon.Client, _ idOf) error { return list(c.Dashboards.List(bg, all)) }},
	{"POST /dashboards", func(c *acsmon.Client, _ idOf) error {
		return second(c.Dashboards.Create(bg, acsmon.Fields{"name": "new"}))
	}},
	{"PUT /dashboards/{dashboards}", func(c *acsmon.Client, id idOf) error {
		return second(c.Dashboards.Update(bg, id["dashboards"], acsmon.Fields{"name": "renamed"}))
	}},
	{"GET /dashboards/{dashboards}/widgets", func(c *acsmon.Client, id idOf) error {
		return list(c.Dashboards.Widgets(id["dashboards"]).List(bg, all))
	}},
	{"POST /dashboards/{dashboards}/widgets", func(c *acsmon.Client, id idOf) error {
		return second(c.Dashboards.Widgets(id["dashboards"]).Create(bg, acsmon.Fields{"title": "new", "type": "alerts"}))
	}},
	{"PUT /widgets/{widgets}", func(c *acsmon.Client, id idOf) error {
		return second(c.Dashboards.Widgets(id["dashboards"]).Update(bg, id["widgets"], acsmon.Fields{"title": "renamed", "type": "alerts"}))
	}},
	{"POST /widgets/positions", func(c *acsmon.Client, id idOf) error {
		return second(c.Dashboards.Place(bg, []acsmon.Fields{{"id": id["widgets"], "x": 3}}))
	}},
	{"DELETE /widgets/{widgets}", func(c *acsmon.Client, id idOf) error {
		return c.Dashboards.Widgets(id["dashboards"]).Delete(bg, id["widgets"])
	}},
	{"DELETE /dashboards/{dashboards}", func(c *acsmon.Client, id idOf) error { return c.Dashboards.Delete(bg, id["dashboards"]) }},

	{"GET /system/health", func(c *acsmon.Client, _ idOf) error { return second(c.System.Health(bg)) }},
	{"GET /system/stats", func(c *acsmon.Client, _ idOf) error { return second(c.System.Stats(bg)) }},
	{"POST /tools/ping", func(c *acsmon.Client, _ idOf) error { return second(c.Tools.Ping(bg, target)) }},
	{"POST /tools/traceroute", func(c *acsmon.Client, _ idOf) error { return second(c.Tools.Traceroute(bg, target)) }},
	{"POST /tools/port-scan", func(c *acsmon.Client, _ idOf) error { return second(c.Tools.PortScan(bg, target)) }},
	{"POST /tools/ssl-check", func(c *acsmon.Client, _ idOf) error { return second(c.Tools.SSLCheck(bg, target)) }},
	{"POST /tools/http-headers", func(c *acsmon.Client, _ idOf) error { return second(c.Tools.HTTPHeaders(bg, target)) }},
	{"POST /tools/dns-lookup", func(c *acsmon.Client, _ idOf) error { return second(c.Tools.DNSLookup(bg, target)) }},
	{"POST /tools/whois", func(c *acsmon.Client, _ idOf) error { return second(c.Tools.Whois(bg, target)) }},
}

var target = acsmon.Fields{"host": "www.example.com", "url": "https://www.example.com", "domain": "example.com", "port": 443}

// install is a server with a row of every kind, and the first id of each.
func install(t *testing.T, a acsmontest.Alternatives) (*acsmontest.Server, idOf) {
	server := acsmontest.Start(t, acsmontest.Options{Devices: 3, Monitors: 3, OpenAlerts: 4, Alternatives: a})
	id := idOf{}
	device := server.Rows("devices")[0]["id"]
	id["webhooks"] = server.Add("webhooks", map[string]any{"device_id": device, "name": "hook"})
	id["discovery-results"] = server.Add("discovery-results", map[string]any{
		"discovery_id": server.Rows("discovery")[0]["id"], "name": "found", "ip_address": "192.0.2.7",
	})
	for _, kind := range acsmontest.Kinds() {
		for _, row := range slices.Backward(server.Rows(kind)) {
			if kind != "monitor-events" || row["monitor_id"] != nil { // both kinds may share one table
				id[kind] = row["id"].(int64)
			}
		}
	}
	id["users"] = server.Add("users", map[string]any{"name": "Bob", "email": "bob@example.com"}) // not the token's own
	return server, id
}

func (v verb) asked(id idOf) string {
	request := v.request
	for kind, n := range id {
		request = strings.ReplaceAll(request, "{"+kind+"}", text(n))
	}
	return request
}

func TestEveryVerbSendsOneRequestAndWorks(t *testing.T) {
	for _, v := range verbs {
		t.Run(v.request, func(t *testing.T) {
			server, id := install(t, acsmontest.Alternatives{})
			client := newClient(t, server.URL, acsmon.WithToken(acsmon.Secret(server.Token)))
			if err := v.call(client, id); err != nil {
				t.Fatal(err)
			}
			if got := asked(server)[0]; got != v.asked(id) {
				t.Errorf("asked %s, want %s", got, v.asked(id))
			}
			if n := len(server.Requests()); n != 1 && !strings.HasSuffix(v.request, "/results") {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestA403NamesThePermissionThatWouldHaveBeenEnough(t *testing.T) {
	for _, v := range verbs {
		t.Run(v.request, func(t *testing.T) {
			server, id := install(t, acsmontest.Alternatives{})
			err := v.call(newClient(t, server.URL, acsmon.WithToken(acsmon.Secret(server.NewToken()))), id)
			if !acsmon.IsForbidden(err) {
				t.Fatalf("without permissions: %v", err)
			}
			slug := apiError(t, err).Permission
			saysAll(t, err.Error(), "lacks the permission "+slug)
			if err := v.call(newClient(t, server.URL, acsmon.WithToken(acsmon.Secret(server.NewToken(slug)))), id); err != nil {
				t.Errorf("with %s: %v", slug, err)
			}
		})
	}
}

func TestEveryVerbWorksUnderEveryAlternative(t *testing.T) {
	for name, alternatives := range acsmontest.EachAlternative("webhooks", "switches", "discovery", "tools", "users", "dashboards") {
		t.Run(name, func(t *testing.T) {
			server, id := install(t, alternatives)
			client := newClient(t, server.URL, acsmon.WithToken(acsmon.Secret(server.Token)))
			for _, v := range verbs {
				err := v.call(client, id)
				absent := alternatives.Events == "one-list" && strings.Contains(v.request, "/monitor-events") ||
					alternatives.DeviceAlerts == "absent" && strings.HasSuffix(v.request, "{devices}/alerts")
				settled := alternatives.Events == "shared" && strings.HasSuffix(v.request, "/acknowledge") && acsmon.IsInvalid(err)
				if absent != acsmon.IsNotFound(err) || err != nil && !absent && !settled {
					t.Errorf("%s: the error is %v, want not found: %t, settled before: %t", v.request, err, absent, settled)
				}
			}
		})
	}
}

func TestATypedResourceHasWhatTheServerSentInEveryFormOfIt(t *testing.T) {
	fields := map[string]any{
		"name": "Public website", "type": "https", "host": "example.com", "port": 443, "status": "up", "response_time_ms": 142,
		"ssl_expiry_at": "2026-09-14T00:00:00Z", "uptime_percent_7d": 99.97, "uptime_percent_30d": 99.81,
		"consecutive_failures": 2, "last_checked_at": "2026-04-22T10:15:01Z", "config": map[string]any{"path": "/"},
	}
	variants := map[string]acsmontest.Alternatives{"stock": {}}
	for name, a := range acsmontest.EachAlternative() {
		variants[name] = a
	}
	for name, a := range variants {
		t.Run(name, func(t *testing.T) {
			server, client := start(t, acsmontest.Options{Alternatives: a})
			id := server.Add("monitors", fields)
			m, err := client.Monitors.Get(bg, id)
			if err != nil {
				t.Fatal(err)
			}
			checked := time.Date(2026, 4, 22, 10, 15, 1, 0, time.UTC)
			if m.ID != id || m.Name != "Public website" || m.Type != "https" || m.Host != "example.com" || m.Port != 443 ||
				m.Status != "up" || m.ResponseTimeMS != 142 || m.UptimePercent7d != 99.97 || m.UptimePercent30d != 99.81 ||
				m.ConsecutiveFailures != 2 || !m.LastCheckedAt.Equal(checked) || m.SSLExpiryAt == nil || m.Config["path"] != "/" {
				t.Errorf("the monitor is %+v, want all fields as they were sent", m)
			}
			if m.Fields.ID() != id {
				t.Errorf("Fields hold the id %d", m.Fields.ID())
			}
		})
	}
}

func TestAResourceKeepsAndShowsEveryKeyThatTheServerSent(t *testing.T) {
	const sent = `{"big":9007199254740993,"future":{"deep":[1.50,null]},"id":7,"name":"x"}`
	client := handle(t, answer(200, sent))
	device, err := client.Devices.Get(bg, 7)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := json.Marshal(device)
	if err != nil || string(shown) != sent {
		t.Errorf("the device is encoded as %s, want %s: %v", shown, sent, err)
	}
}

func TestValuesOfAnotherTypeAreReadAsFarAsTheyCanBeMeant(t *testing.T) {
	tests := []struct {
		sent string
		want func(d acsmon.Device) bool
	}{
		{`"name":5`, func(d acsmon.Device) bool { return d.Name == "5" }},
		{`"name":null`, func(d acsmon.Device) bool { return d.Name == "" }},
		{`"poll_interval_seconds":"60"`, func(d acsmon.Device) bool { return d.PollIntervalSeconds == 60 }},
		{`"poll_interval_seconds":60.0`, func(d acsmon.Device) bool { return d.PollIntervalSeconds == 60 }},
		{`"poll_interval_seconds":""`, func(d acsmon.Device) bool { return d.PollIntervalSeconds == 0 }},
		{`"is_active":1`, func(d acsmon.Device) bool { return d.IsActive }},
		{`"is_active":"1"`, func(d acsmon.Device) bool { return d.IsActive }},
		{`"is_active":"true"`, func(d acsmon.Device) bool { return d.IsActive }},
		{`"is_active":0`, func(d acsmon.Device) bool { return !d.IsActive }},
		{`"device_group":[]`, func(d acsmon.Device) bool { return d.DeviceGroup == nil }},
		{`"device_group":{"id":"3","name":"Core"}`, func(d acsmon.Device) bool { return d.DeviceGroup.ID == 3 && d.DeviceGroup.Name == "Core" }},
		{`"last_polled_at":""`, func(d acsmon.Device) bool { return d.LastPolledAt == nil }},
		{`"last_polled_at":"2026-04-22 10:14:33"`, func(d acsmon.Device) bool { return d.LastPolledAt.Hour() == 10 }},
		{`"last_polled_at":"2026-04-22T12:14:33.123456+02:00"`, func(d acsmon.Device) bool { return d.LastPolledAt.Hour() == 10 }},
	}
	for _, test := range tests {
		device, err := handle(t, answer(200, `{"id":"7",`+test.sent+`}`)).Devices.Get(bg, 7)
		if err != nil || device.ID != 7 || !test.want(device) {
			t.Errorf("%s is decoded to %+v: %v", test.sent, device, err)
		}
	}
}

func TestAValueThatCannotBeMeantIsAnErrorThatSaysWhich(t *testing.T) {
	tests := []struct{ sent, says string }{
		{`"name":["x"]`, `a text was expected as "name", but a list came`},
		{`"poll_interval_seconds":"soon"`, `a number was expected as "poll_interval_seconds", but "soon" came`},
		{`"poll_interval_seconds":1.5`, `a whole number was expected`},
		{`"poll_interval_seconds":1e300`, `a whole number was expected`},
		{`"poll_interval_seconds":"NaN"`, `a number was expected`},
		{`"is_active":"maybe"`, `true or false was expected as "is_active", but "maybe" came`},
		{`"last_polled_at":"yesterday"`, `a time was expected as "last_polled_at", but "yesterday" came`},
		{`"device_group":"Core"`, `an object was expected`},
		{`"device_group":{"id":{"secret":1}}`, `expected as "device_group", but an object came`},
	}
	for _, test := range tests {
		row := `{"id":7,` + test.sent + `}`
		_, err := handle(t, answer(200, row), acsmon.WithMaxWait(0)).Devices.Get(bg, 7)
		saysAll(t, apiError(t, err).Error(), "GET /devices/7", test.says)
		_, err = acsmon.Collect(handle(t, answer(200, `{"data":[`+row+`]}`)).Devices.List(bg, all))
		saysAll(t, apiError(t, err).Error(), "GET /devices answered 200", test.says)
	}
}

func TestCreateUpdateAndDeleteDoWhatTheySay(t *testing.T) {
	server, client := start(t, acsmontest.Options{})
	made, err := client.Monitors.Create(bg, acsmon.MonitorInput{
		Name: "Login <API> & more", Type: "https", Host: "api.example.com", Port: 443, Config: acsmon.Fields{"path": "/health"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if made.Name != "Login <API> & more" || made.Config["path"] != "/health" {
		t.Errorf("created %+v", made)
	}
	changed, err := client.Monitors.Update(bg, made.ID, acsmon.MonitorInput{More: acsmon.Fields{"port": nil}})
	if err != nil || changed.Port != 0 || changed.Name != made.Name {
		t.Errorf("updated %+v, %v", changed, err)
	}
	if err := client.Monitors.Delete(bg, made.ID); err != nil {
		t.Error(err)
	}
	if err := client.Monitors.Delete(bg, made.ID); !acsmon.IsNotFound(err) {
		t.Errorf("what is gone gives %v", err)
	}
	if len(server.Rows("monitors")) != 0 {
		t.Error("the monitor is still there")
	}
}

// TestUpdateThatIsNotShown is a server that answers an update with less than the
// row: it is done, and is not sent again.
func TestUpdateThatIsNotShown(t *testing.T) {
	for name, answer := range map[string]acsmontest.Effect{
		"no content": acsmontest.Answer(204, nil, ""),
		"a message":  acsmontest.Answer(200, map[string][]string{"Content-Type": {"application/json"}}, `{"message":"Updated."}`),
		"no data":    acsmontest.Answer(200, map[string][]string{"Content-Type": {"application/json"}}, `{"data":null}`),
	} {
		t.Run(name, func(t *testing.T) {
			server, client := start(t, acsmontest.Options{Monitors: 1})
			server.Inject(acsmontest.Fault{Method: "PUT", Do: acsmontest.After(answer)})
			row, err := client.Monitors.Fields().Update(bg, 1, acsmon.Fields{"port": 8443})
			if row != nil || err != nil {
				t.Errorf("the row is %v, want none: %v", row, err)
			}
			if n := len(server.Writes()); n != 1 {
				t.Errorf("%d writes", n)
			}
		})
	}
}

func TestANoteGoesIntoTheAuditLog(t *testing.T) {
	server, client := start(t, acsmontest.Options{Monitors: 2, OpenAlerts: 2})
	events, err := acsmon.Collect(client.MonitorEvents.List(bg, acsmon.Query{Filter: map[string]string{"status": "open"}}))
	if err != nil || len(events) != 2 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	acknowledged, err := client.MonitorEvents.Acknowledge(bg, events[0].ID, "on it")
	if err != nil || acknowledged.Status != "acknowledged" || acknowledged.AcknowledgedAt == nil {
		t.Errorf("the alert is %+v, want it acknowledged: %v", acknowledged, err)
	}
	if _, err := client.MonitorEvents.Resolve(bg, events[0].ID, ""); err != nil {
		t.Error(err)
	}
	var log []string
	for _, entry := range server.AuditLog() {
		log = append(log, entry.Action+" "+entry.Note)
	}
	if want := []string{"acknowledged on it", "resolved "}; !slices.Equal(log, want) {
		t.Errorf("audit log %q, want %q", log, want)
	}
}

func TestAcknowledgingWhatIsSoAlreadyIsAConflictWhereTheServerSaysSo(t *testing.T) {
	for _, repeated := range []string{"200", "409", "422"} {
		_, client := start(t, acsmontest.Options{Devices: 1, OpenAlerts: 1, Alternatives: acsmontest.Alternatives{Repeated: repeated}})
		event := must(acsmon.Collect(client.AlertEvents.List(bg, acsmon.Query{Filter: map[string]string{"status": "open"}})))[0]
		must(client.AlertEvents.Acknowledge(bg, event.ID, ""))
		_, err := client.AlertEvents.Acknowledge(bg, event.ID, "")
		if acsmon.IsConflict(err) != (repeated != "200") {
			t.Errorf("with %s: %v", repeated, err)
		}
	}
}
