// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"context"
	"fmt"
	"log"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Notify somebody when a monitor is down. No public page names the keys in More: these are the
// sandbox's.
func ExampleAlertChannels() {
	client, done := connect()
	defer done()
	ctx := context.Background()

	channel, err := client.AlertChannels.Create(ctx, acsmon.AlertChannelInput{
		Name: "On call", Type: "email",
		More: acsmon.Fields{"config": acsmon.Fields{"recipients": []string{"oncall@example.com"}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.AlertChannels.Test(ctx, channel.ID); err != nil {
		log.Fatal(err)
	}
	rule, err := client.MonitorAlertRules.Create(ctx, acsmon.AlertRuleInput{
		Name: "Anything down", Severity: "critical",
		More: acsmon.Fields{"condition": "status_down", "channel_ids": []int64{channel.ID}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(rule.Name, "is", rule.Severity)
	// Output:
	// Anything down is critical
}

// Poll one more OID of a device, and raise an alert if its value is too high.
func ExampleOIDs_Of() {
	client, done := connect()
	defer done()
	ctx := context.Background()

	devices, err := acsmon.Collect(client.Devices.List(ctx, acsmon.Query{Search: "core"}))
	if err != nil || len(devices) == 0 {
		log.Fatal("there is no core device: ", err)
	}
	oid, err := client.OIDs.Of(devices[0].ID).Create(ctx, acsmon.Fields{"name": "Temperature", "oid": "1.3.6.1.4.1.9.9.13.1.3.1.3"})
	if err != nil {
		log.Fatal(err)
	}
	rule, err := client.AlertRules.Create(ctx, acsmon.AlertRuleInput{
		Name: "Too hot",
		More: acsmon.Fields{"device_id": devices[0].ID, "oid_id": oid.ID(), "condition": "gt", "threshold": "60"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(rule.Name, "has the severity", rule.Severity)
	// Output:
	// Too hot has the severity warning
}

// Which monitors have an open alert. A server may list the alerts of monitors alone, or together
// with those of devices.
func ExampleClient_monitorEvents() {
	client, done := connect()
	defer done()

	open := acsmon.Query{Filter: map[string]string{"status": "open"}}
	for event, err := range client.MonitorEvents.List(context.Background(), open) {
		if err != nil {
			log.Fatal(err)
		}
		if event.Monitor != nil {
			fmt.Println(event.Monitor.Name, event.Severity)
			break
		}
	}
	// Output:
	// dns104.example.com dns warning
}
