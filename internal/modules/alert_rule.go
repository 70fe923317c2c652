// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"fmt"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// monitorAlertRule declares acsmon_monitor_alert_rule.
var monitorAlertRule = resource{
	name: "acsmon_monitor_alert_rule",
	key:  "monitor_alert_rule",
	kind: ruleKind("monitor alert rule", []converge.Field{
		{Name: "monitor", Send: "monitor_id", Form: converge.Link, Read: []string{"monitor_id", "monitor.id"}},
	}),
	rules: identity,
	store: func(c *acsmon.Client) converge.Store { return withChannels(c.MonitorAlertRules.Fields()) },
	links: map[string]link{"monitor": monitors, "channels": alertChannels},
	match: []string{"name", "monitor"},
	check: checkRule,
}

// alertRule declares acsmon_alert_rule.
var alertRule = resource{
	name: "acsmon_alert_rule",
	key:  "alert_rule",
	kind: ruleKind("alert rule", []converge.Field{
		{Name: "device", Send: "device_id", Form: converge.Link, Read: []string{"device_id", "device.id"}},
		{Name: "oid", Send: "oid_id", Form: converge.Link, Read: []string{"oid_id", "oid.id"}},
		{Name: "compare_to", Send: "compare_oid_id", Form: converge.Link, Read: []string{
			"compare_oid_id", "compare_oid.id", "compare_to_oid_id", "compare_to_oid.id", "compare_to_id",
		}},
	}, converge.Field{Name: "escalation_minutes"}),
	rules: identity,
	store: func(c *acsmon.Client) converge.Store { return withChannels(c.AlertRules.Fields()) },
	links: map[string]link{"device": devices, "channels": alertChannels},
	match: []string{"name", "device"},
	parts: map[string]part{"oid": oidOfDevice, "compare_to": oidOfDevice},
	check: checkRule,
}

// oidOfDevice is an OID that a rule names together with the device to which it belongs.
var oidOfDevice = part{
	kind: "OID", module: "acsmon_device_oid", of: "device", keys: []string{"oid", "name"},
	store: func(c *acsmon.Client, device int64) converge.Store { return c.OIDs.Of(device) },
}

// ruleKind is what all alert rules share, with the fields that say what a rule of this sort
// watches, and others. The API's documentation names what rules have, but not the keys: their names
// are only here.
func ruleKind(name string, watched []converge.Field, others ...converge.Field) converge.Kind {
	fields := append([]converge.Field{{Name: "name"}}, watched...)
	return converge.Kind{Name: name, Required: []string{"name", "condition"}, Fields: append(append(fields, []converge.Field{
		{Name: "condition"},
		{Name: "threshold", Form: converge.Quantity},
		{Name: "severity"},
		{Name: "consecutive_failures"},
		{Name: "cooldown_minutes"},
		{Name: "notify_on_recovery"},
		{Name: "channels", Send: "channel_ids", Form: converge.Links, Read: []string{"channel_ids", "channels"}},
		{Name: "is_active", New: true},
	}...), others...)}
}

func checkRule(desired map[string]any) error {
	switch desired["threshold"].(type) {
	case []any, map[string]any, bool:
		return fmt.Errorf("threshold is %v: give a number or a text", desired["threshold"])
	}
	return nil
}
