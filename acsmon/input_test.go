// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

func TestInputsSendWhatIsSet(t *testing.T) {
	var sent string
	client := handle(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent = r.Method + " " + string(body)
		_ = json.NewEncoder(w).Encode(map[string]any{"id": 1, "name": "x"})
	})
	no := false
	tests := []struct {
		name string
		call func() error
		want string
	}{
		{"an empty monitor", func() error { return second(client.Monitors.Create(bg, acsmon.MonitorInput{})) }, `POST {}`},
		{"a whole monitor", func() error {
			return second(client.Monitors.Create(bg, acsmon.MonitorInput{
				Name: "n", Type: "https", Host: "h", Port: 1, CheckIntervalSeconds: 60, TimeoutMS: 5, Config: map[string]any{"path": "/"},
				More: acsmon.Fields{"tags": []string{"a"}},
			}))
		}, `POST {"check_interval_seconds":60,"config":{"path":"/"},"host":"h","name":"n","port":1,"tags":["a"],"timeout_ms":5,"type":"https"}`},
		{"null and an empty config", func() error {
			return second(client.Monitors.Update(bg, 1, acsmon.MonitorInput{Port: 1, Config: map[string]any{}, More: acsmon.Fields{"port": nil}}))
		}, `PUT {"config":{},"port":null}`},
		{"an empty device", func() error { return second(client.Devices.Create(bg, acsmon.DeviceInput{})) }, `POST {}`},
		{"a whole device", func() error {
			return second(client.Devices.Update(bg, 1, acsmon.DeviceInput{
				Name: "n", IPAddress: "192.0.2.1", SNMPVersion: "2c", DeviceType: "router", PollIntervalSeconds: 30, IsActive: &no,
				More: acsmon.Fields{"location": "x"},
			}))
		}, `PUT {"device_type":"router","ip_address":"192.0.2.1","is_active":false,"location":"x","name":"n","poll_interval_seconds":30,"snmp_version":"2c"}`},
	}
	for _, test := range tests {
		if err := test.call(); err != nil || sent != test.want {
			t.Errorf("%s: sent %s, want %s (%v)", test.name, sent, test.want, err)
		}
	}
}
