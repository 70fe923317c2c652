// SPDX-License-Identifier: GPL-3.0-or-later

// Package alerts fetches alert events. It owns what distinguishes one alert from another, in which
// of the server's two lists an alert is, and what an alert is about. It must not know who asks, or
// what is done with an alert.
package alerts

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// What an alert is about, and which alerts are wanted.
const (
	Device  = "device"
	Monitor = "monitor"
	Webhook = "webhook"
	Any     = "any"
)

// The lists of alerts, by their paths.
const (
	MonitorList = "/monitor-events"
	DeviceList  = "/alert-events"
)

// The statuses of an alert.
const (
	Open         = "open"
	Acknowledged = "acknowledged"
	Resolved     = "resolved"
)

// Alert is an alert event as the server last showed it, with the kind of resource that it is about
// and the path of the list that it is in. Each of the two lists numbers its own alerts.
type Alert struct {
	Source string        `json:"source"` // device, monitor or webhook
	List   string        `json:"list"`
	Row    acsmon.Fields `json:"alert"`
}

// Status is open, acknowledged or resolved.
func (a Alert) Status() string { return rows.Text(a.Row["status"]) }

// String names the alert in messages: "monitor 500".
func (a Alert) String() string { return fmt.Sprintf("%s %d", a.Source, a.Row.ID()) }

// Fields returns the row with the alert's source.
func (a Alert) Fields() acsmon.Fields {
	fields := maps.Clone(a.Row)
	fields["source"] = a.Source
	return fields
}

// Reference returns the id of the monitor or the device that an alert is about; "" if the row names
// none.
func (a Alert) Reference(kind string) string {
	for _, path := range about(kind) {
		if found := rows.Texts(a.Row, path); len(found) > 0 {
			return found[0]
		}
	}
	return ""
}

// Name returns the name of the monitor, the device or the webhook that an alert is about; "" if the
// row does not show it.
func (a Alert) Name(kind string) string {
	if names := rows.Texts(a.Row, kind+".name"); len(names) > 0 {
		return names[0]
	}
	return ""
}

// about returns where an alert may name the monitor or the device that it is about.
func about(kind string) []string { return []string{kind + ".id", kind + "_id"} }

// About is a condition on the monitor or the device that an alert is about.
func About(option, kind string, ids []int64) rows.Condition {
	return rows.Condition{Option: option, Paths: about(kind), Wanted: rows.Anys(ids), Optional: true}
}

// Statuses is a condition on the status. Two statuses are asked for one after the other, because
// without them the server would list all alerts of the past.
func Statuses(statuses []string) []rows.Condition {
	conditions := rows.OneOf("status", "status", statuses)
	for i := range conditions {
		conditions[i].Split = true
	}
	return conditions
}

// Merge returns the alerts of a source that are in the rows of the two lists, each once; those of
// monitors come first. A server may have the alerts of monitors in the list of devices' alerts, in
// a list of their own, or in both.
func Merge(source string, ofMonitors, ofDevices []acsmon.Fields) []Alert {
	return slices.Concat(
		ofList(MonitorList, Monitor, source, ofMonitors, ofDevices),
		ofList(DeviceList, Device, source, ofDevices, ofMonitors))
}

// ofList returns the alerts of one list that are of the wanted source. Alerts of the other list's
// kind are left to that list, if they are there too.
func ofList(list, kind, source string, own, others []acsmon.Fields) []Alert {
	elsewhere := map[string]bool{}
	for _, row := range others {
		elsewhere[key(row)] = true
	}
	var alerts []Alert
	for _, row := range own {
		a := Alert{sourceOf(row, kind), list, row}
		if source != Any && a.Source != source || a.Source != kind && (a.Source != Webhook || kind == Monitor) && elsewhere[key(row)] {
			continue
		}
		alerts = append(alerts, a)
	}
	return alerts
}

// webhookKeys are the keys by which an alert of a webhook may name the webhook. They are a guess:
// no public page says what such an alert looks like.
var webhookKeys = []string{"webhook", "webhook_id", "device_webhook", "device_webhook_id"}

// sourceKeys are the keys under which an alert may say what kind of thing it is about. They are a
// guess, too.
var sourceKeys = []string{"source", "source_type", "alertable_type"}

// sourceOf says what an alert is about; if the row does not say, it is what its list is for. A
// webhook belongs to a device, so it is looked for first.
func sourceOf(row acsmon.Fields, kind string) string {
	if ofWebhook(row) {
		return Webhook
	}
	empty := 0
	for _, source := range []string{Monitor, Device} {
		object, isObject := row[source]
		id, isID := row[source+"_id"]
		switch {
		case object != nil || id != nil:
			return source
		case isObject || isID:
			empty++
		}
	}
	if empty == 2 { // the server shows both, and the alert has neither
		return Webhook
	}
	return kind
}

// ofWebhook reports whether a row says that an alert is about a webhook.
func ofWebhook(row acsmon.Fields) bool {
	return slices.ContainsFunc(webhookKeys, func(key string) bool { return row[key] != nil }) ||
		slices.ContainsFunc(sourceKeys, func(key string) bool {
			return strings.Contains(strings.ToLower(rows.Text(row[key])), Webhook)
		})
}

// key distinguishes an alert from one that has the same id in the other list.
func key(row acsmon.Fields) string {
	a := Alert{Row: row}
	return fmt.Sprint(row.ID(), " ", a.Reference(Monitor), " ", a.Reference(Device), " ", row["triggered_at"])
}
