// SPDX-License-Identifier: MIT

package acsmontest

// This file is the one home of the paths, slugs, field names and rules of every resource. Where
// they are not publicly known, they are chosen here.

var (
	severities    = []string{"info", "warning", "critical"}
	alertStatuses = []string{"open", "acknowledged", "resolved"}
	monitorTypes  = []string{"ping", "tcp", "http", "https", "ssl", "ssh", "smtp", "ftp", "pop3", "imap", "dns", "mysql", "redis", "snmp"}
	snmpVersions  = []string{"1", "2c", "3"}
	snmpRules     = []string{"gt", "lt", "eq", "ne", "contains", "regex", "pct_gt", "pct_lt"}
	// configKeys are the keys of a monitor's config that the public pages name or imply.
	configKeys = []string{
		"method", "path", "expected_status", "expected_body_regex", "ssl_verify", "alert_ssl_expiry_days", "follow_redirects", "headers", "record_type",
	}
	monitorRules = []string{"status_down", "response_time_gt", "ssl_expiry_lt", "body_mismatch"}
	webhookRules = []string{"status_down", "status_up", "payload_eq", "payload_ne", "payload_contains", "payload_gt", "payload_lt"}
)

var groupFields = []field{
	{name: "name", writable: true, required: true},
	{name: "color", writable: true, def: "#6b7280"},
}

// snmpSecrets are the credentials with which a device is polled. They can be written but not read.
var snmpSecrets = []field{
	{name: "snmp_community", writable: true, secret: true},
	{name: "snmp_v3_user", writable: true, secret: true},
	{name: "snmp_v3_auth_protocol", writable: true, secret: true},
	{name: "snmp_v3_auth_password", writable: true, secret: true},
	{name: "snmp_v3_priv_protocol", writable: true, secret: true},
	{name: "snmp_v3_priv_password", writable: true, secret: true},
}

// ruleFields are the columns that every kind of alert rule has. The conditions are those that it
// allows, and the watched fields, which come first, say what it watches.
func ruleFields(conditions []string, watched ...field) []field {
	return append(append([]field{{name: "name", writable: true, required: true}}, watched...), []field{
		{name: "condition", writable: true, required: true, choices: conditions},
		{name: "threshold", kind: scalar, writable: true},
		{name: "severity", writable: true, def: "warning", choices: severities},
		{name: "consecutive_failures", kind: integer, writable: true, def: 1},
		{name: "cooldown_minutes", kind: integer, writable: true, def: 5},
		{name: "notify_on_recovery", kind: boolean, writable: true, def: true},
		{name: "channel_ids", kind: ids, writable: true, to: "alert-channels"},
		{name: "is_active", kind: boolean, writable: true, def: true},
	}...)
}

var eventFields = []field{
	{name: "severity", def: "warning", choices: severities},
	{name: "status", def: "open", choices: alertStatuses},
	{name: "triggered_at", kind: moment},
	{name: "acknowledged_at", kind: moment},
	{name: "resolved_at", kind: moment},
	{name: "current_value"},
	{name: "monitor_id", kind: reference, to: "monitors", as: "monitor", show: []string{"name", "type"}},
	{name: "device_id", kind: reference, to: "devices", as: "device", show: []string{"name", "ip_address"}},
	{name: "webhook_id", kind: reference, to: "webhooks", hidden: true},
	{name: "webhook_rule_id", kind: reference, to: "webhook-alert-rules", hidden: true},
}

var resources = []*resource{
	{
		kind: "devices", model: "Device",
		list: "devices", item: "devices/{id}",
		view: "devices.view", create: "devices.create", edit: "devices.edit", remove: "devices.delete",
		search:   []string{"name", "ip_address"},
		licensed: true,
		fields: append([]field{
			{name: "name", writable: true, required: true},
			{name: "ip_address", writable: true, required: true, format: "ip"},
			{name: "snmp_version", writable: true, def: "2c", choices: snmpVersions},
			{name: "device_type", writable: true},
			{name: "status", def: "unknown"},
			{name: "last_polled_at", kind: moment},
			{name: "poll_interval_seconds", kind: integer, writable: true, def: 60},
			{name: "is_active", kind: boolean, writable: true, def: true},
			{name: "device_group_id", kind: reference, writable: true, to: "device-groups", as: "device_group", show: []string{"name", "color"}},
			{name: "location", writable: true, extra: true},
		}, snmpSecrets...),
	},
	{
		kind: "device-groups", model: "DeviceGroup",
		list: "device-groups", item: "device-groups/{id}",
		view: "devices.view", create: "devices.create", edit: "devices.edit", remove: "devices.delete",
		search: []string{"name"},
		fields: groupFields,
	},
	{
		kind: "monitors", model: "Monitor",
		list: "monitors", item: "monitors/{id}",
		view: "monitors.view", create: "monitors.create", edit: "monitors.edit", remove: "monitors.delete",
		search:   []string{"name", "host"},
		licensed: true,
		fields: []field{
			{name: "name", writable: true, required: true},
			{name: "type", writable: true, required: true, choices: monitorTypes},
			{name: "host", writable: true, required: true},
			{name: "port", kind: integer, writable: true, min: 1, max: 65535},
			{name: "status", def: "unknown"},
			{name: "response_time_ms", kind: integer},
			{name: "ssl_expiry_at", kind: moment},
			{name: "uptime_percent_7d", kind: number},
			{name: "uptime_percent_30d", kind: number},
			{name: "consecutive_failures", kind: integer, def: 0},
			{name: "last_checked_at", kind: moment},
			{name: "check_interval_seconds", kind: integer, writable: true, def: 60, min: 30, max: 86400, extra: true},
			{name: "timeout_ms", kind: integer, writable: true, def: 5000, extra: true},
			{name: "is_active", kind: boolean, writable: true, def: true, extra: true},
			{name: "monitor_group_id", kind: reference, writable: true, to: "monitor-groups", as: "monitor_group", show: []string{"name", "color"}, dual: true, extra: true},
			{name: "device_id", kind: reference, writable: true, to: "devices", as: "device", show: []string{"name"}, dual: true, extra: true},
			{name: "tags", kind: words, writable: true, detail: true, extra: true},
			{name: "config", kind: document, writable: true, detail: true, keys: configKeys},
		},
	},
	{
		kind: "monitor-groups", model: "MonitorGroup",
		list: "monitor-groups", item: "monitor-groups/{id}",
		view: "monitors.view", create: "monitors.create", edit: "monitors.edit", remove: "monitors.delete",
		search: []string{"name"},
		fields: groupFields,
	},
	{
		kind: "alert-events", model: "AlertEvent",
		list: "alert-events", item: "alert-events/{id}",
		view:   "alerts.view",
		search: []string{"current_value", "monitor_id", "device_id"},
		fields: eventFields,
		shown:  eventSubject,
	},
	{
		kind: "monitor-events", model: "MonitorEvent",
		list: "monitor-events", item: "monitor-events/{id}",
		view:   "alerts.view",
		search: []string{"current_value", "monitor_id", "device_id"},
		fields: eventFields,
		scope: func(s *Server, values row) bool {
			return s.alt.Events == "apart" || values["monitor_id"] != nil
		},
	},
	{
		kind: "oids", model: "Oid",
		list: "devices/{device_id}/oids", item: "oids/{id}",
		view: "devices.view", create: "devices.edit", edit: "devices.edit", remove: "devices.delete",
		search: []string{"name", "oid"},
		fields: []field{
			{name: "device_id", kind: reference, to: "devices"},
			{name: "name", writable: true, required: true},
			{name: "oid", writable: true, required: true},
			{name: "unit", writable: true},
			{name: "is_monitored", kind: boolean, writable: true, def: true, toggled: true},
			{name: "last_value"},
		},
	},
	{
		kind: "webhooks", model: "DeviceWebhook",
		list: "devices/{device_id}/webhooks", item: "devices/{device_id}/webhooks/{id}",
		view: "devices.view", create: "devices.create", edit: "devices.edit", remove: "devices.delete",
		search: []string{"name"},
		fields: []field{
			{name: "device_id", kind: reference, to: "devices"},
			{name: "name", writable: true, required: true},
			{name: "description", writable: true},
			{name: "is_active", kind: boolean, writable: true, def: true, toggled: true},
			{name: "token", secret: true, make: newIngestToken},
		},
		shown: ingestAddress,
	},
	{
		kind: "webhook-events", model: "DeviceWebhookEvent",
		list:   "devices/{device_id}/webhooks/{webhook_id}/events",
		view:   "devices.view",
		search: []string{"ip_address"},
		fields: []field{
			{name: "device_id", kind: reference, to: "devices"},
			{name: "webhook_id", kind: reference, to: "webhooks"},
			{name: "method"},
			{name: "payload", kind: document},
			{name: "query", kind: document},
			{name: "ip_address"},
			{name: "received_at", kind: moment},
		},
	},
	{
		kind: "webhook-alert-rules", model: "DeviceWebhookAlertRule",
		list: "devices/{device_id}/webhooks/{webhook_id}/alert-rules", item: "devices/{device_id}/webhooks/{webhook_id}/alert-rules/{id}",
		view: "alerts.view", create: "alerts.create", edit: "alerts.edit", remove: "alerts.delete",
		listed: true,
		search: []string{"name"},
		fields: ruleFields(webhookRules,
			field{name: "device_id", kind: reference, to: "devices"},
			field{name: "webhook_id", kind: reference, to: "webhooks"},
			field{name: "payload_field", writable: true},
		),
	},
	{
		kind: "snmp-traps", model: "SnmpTrap",
		list: "snmp-traps", item: "snmp-traps/{id}",
		view: "devices.view", remove: "devices.delete",
		search: []string{"oid", "value", "device_id"},
		fields: []field{
			{name: "device_id", kind: reference, to: "devices", as: "device", show: []string{"name", "ip_address"}},
			{name: "oid"},
			{name: "value"},
			{name: "severity", def: "info"},
			{name: "status", def: "open"},
			{name: "received_at", kind: moment},
			{name: "acknowledged_at", kind: moment},
		},
	},
	{
		kind: "alert-rules", model: "AlertRule",
		list: "alert-rules", item: "alert-rules/{id}",
		view: "alerts.view", create: "alerts.create", edit: "alerts.edit", remove: "alerts.delete",
		search: []string{"name"},
		fields: ruleFields(snmpRules,
			field{name: "device_id", kind: reference, writable: true, to: "devices"},
			field{name: "oid_id", kind: reference, writable: true, to: "oids"},
			field{name: "compare_oid_id", kind: reference, writable: true, to: "oids"},
			field{name: "escalation_minutes", kind: integer, writable: true},
		),
	},
	{
		kind: "monitor-alert-rules", model: "MonitorAlertRule",
		list: "monitor-alert-rules", item: "monitor-alert-rules/{id}",
		view: "alerts.view", create: "alerts.create", edit: "alerts.edit", remove: "alerts.delete",
		search: []string{"name"},
		fields: ruleFields(monitorRules,
			field{name: "monitor_id", kind: reference, writable: true, to: "monitors"},
		),
	},
	{
		kind: "alert-channels", model: "AlertChannel",
		list: "alert-channels", item: "alert-channels/{id}",
		view: "channels.view", create: "channels.create", edit: "channels.edit", remove: "channels.delete",
		search: []string{"name"},
		fields: []field{
			{name: "name", writable: true, required: true},
			{name: "type", writable: true, required: true, choices: []string{"email", "sms", "slack", "webhook"}},
			{name: "config", kind: document, writable: true, detail: true},
			{name: "secret", writable: true, secret: true},
			{name: "is_active", kind: boolean, writable: true, def: true},
		},
	},
	{
		kind: "discovery", model: "Discovery",
		list: "discovery", item: "discovery/{id}",
		view: "discovery.view", create: "discovery.create", remove: "discovery.create",
		search: []string{"name", "subnet"},
		fields: append([]field{
			{name: "name", writable: true},
			{name: "subnet", writable: true, required: true, format: "cidr"},
			{name: "snmp_version", writable: true, def: "2c", choices: snmpVersions},
			{name: "schedule", writable: true},
			{name: "status", def: "pending"},
			{name: "last_run_at", kind: moment},
		}, snmpSecrets...),
		results: discoveryResults,
	},
	{
		kind: "discovery-results", model: "DiscoveryResult",
		item: "discovery-results/{id}",
		fields: []field{
			{name: "discovery_id", kind: reference, to: "discovery"},
			{name: "name"},
			{name: "ip_address"},
			{name: "device_type"},
			{name: "sys_descr"},
			{name: "services", kind: words},
			{name: "device_id", kind: reference, to: "devices"},
			{name: "imported_at", kind: moment},
		},
	},
	{
		kind: "mibs", model: "Mib",
		list: "mibs", item: "mibs/{id}",
		view: "mibs.view", create: "mibs.upload", remove: "mibs.delete",
		search: []string{"name"},
		input:  mibInput,
		rules:  wantFile,
		shown:  mibDigest,
		fields: []field{
			{name: "name", writable: true, required: true},
			{name: "vendor", writable: true},
			{name: "file_name", writable: true},
			{name: "content", writable: true, secret: true, max: maxBody},
		},
	},
	{
		kind: "dashboards", model: "Dashboard",
		list: "dashboards", item: "dashboards/{id}",
		view: "dashboards.view", create: "dashboards.create", edit: "dashboards.edit", remove: "dashboards.delete",
		search: []string{"name"},
		fields: []field{
			{name: "name", writable: true, required: true},
			{name: "layout", kind: document, writable: true, detail: true},
			{name: "is_default", kind: boolean, writable: true, def: false},
		},
		nested: "widgets",
	},
	{
		kind: "widgets", model: "Widget",
		list: "dashboards/{dashboard_id}/widgets", item: "widgets/{id}",
		view: "dashboards.view", create: "dashboards.edit", edit: "dashboards.edit", remove: "dashboards.edit",
		listed: true,
		search: []string{"title"},
		input:  widgetInput,
		shown:  widgetPosition,
		fields: []field{
			{name: "dashboard_id", kind: reference, to: "dashboards"},
			{name: "title", writable: true, required: true},
			{name: "type", writable: true, required: true},
			{name: "config", kind: document, writable: true},
			{name: "position", kind: document, writable: true, hidden: true},
		},
	},
	{
		kind: "users", model: "User",
		list: "users", item: "users/{id}",
		view: "users.view", create: "users.create", edit: "users.edit", remove: "users.delete",
		search: []string{"name", "email"},
		fields: []field{
			{name: "name", writable: true, required: true},
			{name: "email", writable: true, required: true, format: "email"},
			{name: "password", writable: true, required: true, secret: true, kept: true},
			{name: "role_ids", kind: ids, writable: true, to: "roles", hidden: true},
			{name: "device_group_ids", kind: ids, writable: true, to: "device-groups", hidden: true},
			{name: "is_active", kind: boolean, writable: true, def: true},
		},
		input: userInput,
		rules: userRules,
		shown: userShown,
	},
	{
		kind: "roles", model: "Role",
		list: "roles", item: "roles/{id}",
		view: "roles.manage", edit: "roles.manage",
		search: []string{"name"},
		fields: []field{
			{name: "name", writable: true, required: true},
			{name: "permissions", kind: words, writable: true},
		},
		shown: roleShown,
	},
}

// resourceOf finds a resource by its kind.
var resourceOf = func() map[string]*resource {
	byKind := map[string]*resource{}
	for _, r := range resources {
		byKind[r.kind] = r
	}
	return byKind
}()
