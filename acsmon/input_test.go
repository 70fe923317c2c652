// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// inputs are writes of typed inputs, and what each sends.
var inputs = []struct {
	name string
	call func(client *acsmon.Client) error
	want string
}{
	{"an empty monitor", func(client *acsmon.Client) error { return second(client.Monitors.Create(bg, acsmon.MonitorInput{})) }, `POST {}`},
	{"a whole monitor", func(client *acsmon.Client) error {
		return second(client.Monitors.Create(bg, acsmon.MonitorInput{
			Name: "n", Type: "https", Host: "h", Port: 1, CheckIntervalSeconds: 60, TimeoutMS: 5, Config: map[string]any{"path": "/"},
			More: acsmon.Fields{"tags": []string{"a"}},
		}))
	}, `POST {"check_interval_seconds":60,"config":{"path":"/"},"host":"h","name":"n","port":1,"tags":["a"],"timeout_ms":5,"type":"https"}`},
	{"null and an empty config", func(client *acsmon.Client) error {
		return second(client.Monitors.Update(bg, 1, acsmon.MonitorInput{Port: 1, Config: map[string]any{}, More: acsmon.Fields{"port": nil}}))
	}, `PUT {"config":{},"port":null}`},
	{"an empty device", func(client *acsmon.Client) error { return second(client.Devices.Create(bg, acsmon.DeviceInput{})) }, `POST {}`},
	{"a whole device", func(client *acsmon.Client) error {
		no := false
		return second(client.Devices.Update(bg, 1, acsmon.DeviceInput{
			Name: "n", IPAddress: "192.0.2.1", SNMPVersion: "2c", DeviceType: "router", PollIntervalSeconds: 30, IsActive: &no,
			More: acsmon.Fields{"location": "x"},
		}))
	}, `PUT {"device_type":"router","ip_address":"192.0.2.1","is_active":false,"location":"x","name":"n","poll_interval_seconds":30,"snmp_version":"2c"}`},
	{"no fields", func(client *acsmon.Client) error { return second(client.Dashboards.Create(bg, nil)) }, `POST {}`},
	{"no arguments", func(client *acsmon.Client) error { return second(client.Tools.Run(bg, "ping", nil)) }, `POST {}`},
	{"an import as it is", func(client *acsmon.Client) error { return second(client.Discovery.Import(bg, 1, nil)) }, `POST {}`},
	{"an empty group", func(client *acsmon.Client) error { return second(client.DeviceGroups.Create(bg, acsmon.GroupInput{})) }, `POST {}`},
	{"a whole group", func(client *acsmon.Client) error {
		return second(client.MonitorGroups.Update(bg, 1, acsmon.GroupInput{Name: "n", Color: "#336699", More: acsmon.Fields{"parent": 1}}))
	}, `PUT {"color":"#336699","name":"n","parent":1}`},
	{"a device rule", func(client *acsmon.Client) error {
		return second(client.AlertRules.Create(bg, acsmon.AlertRuleInput{Name: "n", Severity: "info", More: acsmon.Fields{"threshold": 0}}))
	}, `POST {"name":"n","severity":"info","threshold":0}`},
	{"a monitor rule", func(client *acsmon.Client) error {
		return second(client.MonitorAlertRules.Update(bg, 1, acsmon.AlertRuleInput{Severity: "critical"}))
	}, `PUT {"severity":"critical"}`},
	{"a webhook's rule", func(client *acsmon.Client) error {
		return second(client.DeviceWebhooks.Rules(1, 2).Create(bg, acsmon.AlertRuleInput{Name: "n", More: acsmon.Fields{"payload_field": "a.b"}}))
	}, `POST {"name":"n","payload_field":"a.b"}`},
	{"a channel", func(client *acsmon.Client) error {
		return second(client.AlertChannels.Create(bg, acsmon.AlertChannelInput{Name: "n", Type: "sms", More: acsmon.Fields{"type": "slack"}}))
	}, `POST {"name":"n","type":"slack"}`},
	{"a webhook", func(client *acsmon.Client) error {
		return second(client.DeviceWebhooks.Of(1).Update(bg, 2, acsmon.WebhookInput{Name: "n", More: acsmon.Fields{"description": nil}}))
	}, `PUT {"description":null,"name":"n"}`},
	{"a user", func(client *acsmon.Client) error {
		return second(client.Users.Create(bg, acsmon.UserInput{Name: "n", Email: "e@example.com", Password: "secret", More: acsmon.Fields{"roles": []int{1}}}))
	}, `POST {"email":"e@example.com","name":"n","password":"secret","roles":[1]}`},
	{"a role without permissions", func(client *acsmon.Client) error {
		return second(client.Roles.Update(bg, 1, acsmon.RoleInput{Name: "n", Permissions: []string{}}))
	}, `PUT {"name":"n","permissions":[]}`},
	{"a role's name", func(client *acsmon.Client) error {
		return second(client.Roles.Update(bg, 1, acsmon.RoleInput{Name: "n"}))
	}, `PUT {"name":"n"}`},
}

func TestInputsSendWhatIsSet(t *testing.T) {
	var sent string
	client := handle(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent = r.Method + " " + string(body)
		_ = json.NewEncoder(w).Encode(map[string]any{"id": 1, "name": "x"})
	})
	for _, test := range inputs {
		if err := test.call(client); err != nil || sent != test.want {
			t.Errorf("%s: sent %s, want %s (%v)", test.name, sent, test.want, err)
		}
	}
}
