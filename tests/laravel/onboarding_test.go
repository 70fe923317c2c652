// SPDX-License-Identifier: GPL-3.0-or-later

package laravel_test

import (
	"fmt"
	"testing"

	"github.com/acsmon/acsmon-ansible/tests/laravel"
)

// From a subnet to devices, an event to an alert, traps and tools, with the modules.
func TestOnboardingModules(t *testing.T) {
	u := newUser(t, laravel.Start(t, laravel.Options{}))
	u.onboards()
	u.reports()
	u.server.SQL(`insert into snmp_traps (device_id, source_ip, trap_oid, severity, received_at) select id, ip_address, '1.3.6.1.6.3.1.1.5.3', 'warning', now() from devices order by id limit 2`)
	u.converges("acsmon_trap", row{"status": []string{"open"}})
	u.converges("acsmon_trap", row{"all": true, "state": "absent"})
	for tool, target := range map[string]string{
		"ping": "www.example.com", "traceroute": "www.example.com", "port-scan": "www.example.com", "ssl-check": "www.example.com",
		"http-headers": "https://www.example.com/", "dns-lookup": "example.com", "whois": "example.com",
	} {
		if result := u.module("acsmon_tool", row{"tool": tool, "target": target}); result["finished"] != true || result["changed"] != false {
			t.Errorf("%s: want that it is finished and changes nothing: %v", tool, result)
		}
	}
}

// onboards scans a network and imports what is found, twice.
func (u *user) onboards() {
	u.Helper()
	scan := row{"name": "Office", "subnet": "192.0.2.0/24", "snmp_community": "not-public", "run": "changed", "wait": true, "poll_interval": 1}
	if result := u.module("acsmon_discovery", scan); result["changed"] != true || result["failed"] == true {
		u.Fatalf("the scan ends with %v, want a change", result)
	}
	scan["import"] = row{"all": true}
	for _, i := range u.converges("acsmon_discovery", scan)["imports"].([]any) {
		made := i.(row)
		if made["state"] != "imported" || made["device"] == nil || len(made["monitors"].([]any)) != len(made["services"].([]any)) {
			u.Errorf("the import is %v, want a device and a monitor for each service", made)
		}
	}
	if got := u.server.SQL("select (select count(*) from devices), (select count(*) from monitors)"); got != "2|2" {
		u.Errorf("there are %s devices and monitors", got)
	}
	scan["run"] = "always"
	if result := u.module("acsmon_discovery", scan); result["failed"] == true || u.server.SQL("select count(*) from devices") != "2" {
		u.Errorf("another scan: %v", result)
	}
}

// reports pushes events to a webhook, whose rule raises an alert and ends it.
func (u *user) reports() {
	u.Helper()
	hook := row{"device": "1", "name": "Backup", "show_ingest_url": true, "recent_events": 5, "rules": []row{
		{"name": "Failed", "condition": "payload_eq", "payload_field": "job.state", "threshold": "failed", "severity": "critical"},
	}}
	url := u.converges("acsmon_webhook", hook)["ingest_url"]
	for _, push := range []struct {
		state string
		open  int
	}{{"failed", 1}, {"ok", 0}} {
		result := u.module("acsmon_webhook_event", row{"ingest_url": url, "payload": row{"job": row{"state": push.state}}})
		if result["failed"] == true || fmt.Sprint(result["attempts"]) != "1" {
			u.Errorf("%v", result)
		}
		if alerts, _ := u.module("acsmon_alert_info", row{"source": "webhook"})["alerts"].([]any); len(alerts) != push.open {
			u.Errorf("after %s the alerts are %v", push.state, alerts)
		}
	}
	if events, _ := u.module("acsmon_webhook", hook)["events"].([]any); len(events) != 2 {
		u.Errorf("the events are %v", events)
	}
}
