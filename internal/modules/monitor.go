// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"fmt"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// monitor declares acsmon_monitor. The API's documentation names group, device,
// tags and is_active as things that a monitor has and not the keys under which
// they stand: what is sent, and where they are looked for, is said here alone.
var monitor = resource{
	name: "acsmon_monitor",
	key:  "monitor",
	kind: converge.Kind{
		Name: "monitor",
		Fields: []converge.Field{
			{Name: "name"},
			{Name: "type"},
			{Name: "host"},
			{Name: "port"},
			{Name: "check_interval_seconds"},
			{Name: "timeout_ms"},
			{Name: "config", Form: converge.MergeTyped(configTypes)},
			{Name: "group", Send: "monitor_group_id", Form: converge.Link,
				Read: []string{"monitor_group_id", "monitor_group.id", "group_id", "group.id"}},
			{Name: "device", Send: "device_id", Form: converge.Link, Read: []string{"device_id", "device.id"}},
			{Name: "tags", Form: converge.Set},
			{Name: "is_active"},
		},
		Required: []string{"name", "type", "host"},
		Measured: []string{"status", "response_time_ms", "uptime_percent_7d", "uptime_percent_30d", "consecutive_failures"},
	},
	rules: identity,
	store: func(c *acsmon.Client) converge.Store { return c.Monitors.Fields() },
	links: map[string]link{"group": monitorGroups, "device": devices},
	check: checkMonitor,
}

// configTypes are the types of the keys of config that the API documents.
var configTypes = map[string]converge.KeyType{
	"method":                converge.TextKey,
	"path":                  converge.TextKey,
	"expected_status":       converge.NumberKey,
	"expected_body_regex":   converge.TextKey,
	"ssl_verify":            converge.BooleanKey,
	"alert_ssl_expiry_days": converge.NumberKey,
}

func checkMonitor(desired map[string]any) error {
	if port, ok := desired["port"].(int64); ok && (port < 1 || port > 65535) {
		return fmt.Errorf("port is %d: it must be between 1 and 65535", port)
	}
	return nil
}
