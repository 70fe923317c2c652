// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// monitor declares acsmon_monitor. The API's documentation says that a monitor has a group, a
// device, tags and is_active, but not under which keys: the keys that are sent, and those where
// they are looked for, are only here.
var monitor = resource{
	name: "acsmon_monitor",
	key:  "monitor",
	kind: converge.Kind{
		Name: "monitor",
		Fields: []converge.Field{
			{Name: "name"},
			{Name: "type"},
			{Name: "host", Form: converge.Host},
			{Name: "port"},
			{Name: "check_interval_seconds"},
			{Name: "timeout_ms"},
			{Name: "config", Form: converge.MergeTyped(configTypes)},
			{Name: "group", Send: "monitor_group_id", Form: converge.Link,
				Read: []string{"monitor_group_id", "monitor_group.id", "group_id", "group.id"}},
			{Name: "device", Send: "device_id", Form: converge.Link, Read: []string{"device_id", "device.id"}},
			{Name: "tags", Form: converge.Set, New: []any{}},
			{Name: "is_active", New: true},
		},
		Required: []string{"name", "type", "host"},
		Searched: []string{"host"},
		Measured: []string{"status", "response_time_ms", "uptime_percent_7d", "uptime_percent_30d", "consecutive_failures"},
	},
	rules: identity,
	store: func(c *acsmon.Client) converge.Store { return c.Monitors.Fields() },
	links: map[string]link{"group": monitorGroups, "device": devices},
	match: []string{"name", "host", "type", "group", "device"},
	check: checkMonitor, advise: adviseOnMonitor,
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

// checkMonitor treats a port of 0 as none.
func checkMonitor(desired map[string]any) error {
	port, given := desired["port"].(int64)
	switch {
	case given && port == 0:
		desired["port"] = nil
	case given && (port < 1 || port > 65535):
		return fmt.Errorf("port is %d: it must be between 1 and 65535, or 0 for none", port)
	}
	return nil
}

// adviseOnMonitor warns about what stays from the type that a monitor had, and about a monitor that
// becomes another one.
func adviseOnMonitor(item converge.Item, plan *converge.Plan) []string {
	if plan.Action != converge.Update {
		return nil
	}
	var warnings []string
	if stays := staysFromType(item, plan); plan.After["type"] != nil && len(stays) > 0 {
		warnings = append(warnings, fmt.Sprintf(
			"the type of monitor %d changes from %v to %v, and %s stays from the old one: give the port that is meant (0 for none), and config with config_mode: replace",
			plan.Current.ID(), plan.Before["type"], plan.After["type"], strings.Join(stays, ", ")))
	}
	if item.ID == 0 && plan.Before["host"] != nil && plan.Before["group"] != nil && plan.After["host"] != nil && plan.After["group"] != nil {
		warnings = append(warnings, fmt.Sprintf(
			"monitor %d (%q) moves to another host and to another group: if another team's monitor of that name is not meant, set match_on: [name, group], or give this one another name",
			plan.Current.ID(), item.Name))
	}
	return warnings
}

// staysFromType lists what the task does not say about the port and the config.
func staysFromType(item converge.Item, plan *converge.Plan) []string {
	var stays []string
	if port := plan.Predicted["port"]; port != nil {
		if _, given := item.Desired["port"]; !given {
			stays = append(stays, fmt.Sprintf("port %v", port))
		}
	}
	given, _ := item.Desired["config"].(map[string]any)
	config, _ := plan.Predicted["config"].(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(config)) {
		if _, isGiven := given[key]; !isGiven {
			stays = append(stays, "config."+key)
		}
	}
	return stays
}
