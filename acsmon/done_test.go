// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"testing"
	"testing/synctest"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// TestDone: what a server answers to a request that has something done, and whether
// it says that it is done.
func TestDone(t *testing.T) {
	for body, done := range map[string]bool{
		``: true, ` `: true, `{}`: true, `[]`: true, `1`: true, `true`: true, `null`: true, `{"queued":true}`: true, `{"message":"Acknowledged."}`: true,
		`{"message":"Service Unavailable"}`: false, `{"message":"We are down for maintenance"}`: false,
		`false`: false, `"ok"`: false, `[1]`: false, `<html><title>Be right back</title></html>`: false, `{"queued":`: false,
	} {
		t.Run(body, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := acsmontest.New(acsmontest.Options{Monitors: 1, Devices: 1})
				defer server.Close()
				client, err := acsmon.New(server.URL, acsmon.WithToken(acsmon.Secret(server.Token)), acsmon.WithDialer(server.Dial))
				if err != nil {
					t.Fatal(err)
				}
				defer client.CloseIdleConnections()
				server.Inject(acsmontest.Fault{Method: "POST", Do: acsmontest.Answer(200, nil, body)})
				for name, ask := range map[string]func() error{
					"acknowledge": func() error { _, err := client.AlertEvents.Acknowledge(t.Context(), 1, ""); return err },
					"resolve":     func() error { _, err := client.MonitorEvents.Resolve(t.Context(), 1, ""); return err },
					"check":       func() error { _, err := client.Monitors.Check(t.Context(), 1); return err },
					"poll":        func() error { _, err := client.Devices.Poll(t.Context(), 1); return err },
					"walk":        func() error { _, err := client.Devices.Walk(t.Context(), 1); return err },
					"test":        func() error { _, err := client.AlertChannels.Test(t.Context(), 1); return err },
				} {
					if err := ask(); (err == nil) != done {
						t.Errorf("%s: %q is answered, and the error is %v", name, body, err)
					}
				}
			})
		})
	}
}
