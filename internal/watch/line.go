// SPDX-License-Identifier: GPL-3.0-or-later

package watch

import (
	"fmt"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/alerts"
	"github.com/acsmon/acsmon-ansible/internal/exact"
	"github.com/acsmon/acsmon-ansible/internal/rows"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// Line is one change of one alert. All of its text is inert (see untrusted.Inert).
type Line struct {
	// Key is the same every time that this change of this alert is reported.
	Key      string `json:"key"`
	Change   string `json:"change"` // opened, acknowledged, resolved, removed, overdue
	Source   string `json:"source"` // device, monitor or webhook
	ID       int64  `json:"id"`     // of the alert, within its list
	Severity string `json:"severity"`
	// Status is the current status of the alert; if it no longer exists, its last one.
	Status    string `json:"status"`
	Device    string `json:"device,omitempty"`
	DeviceID  int64  `json:"device_id,omitempty"`
	Monitor   string `json:"monitor,omitempty"`
	MonitorID int64  `json:"monitor_id,omitempty"`
	Webhook   string `json:"webhook,omitempty"`
	WebhookID int64  `json:"webhook_id,omitempty"`
	Server    string `json:"server"` // its origin
	Alert     any    `json:"alert"`  // the whole row
}

// Key distinguishes an alert from all others of its server.
func Key(alert alerts.Alert) string { return fmt.Sprintf("%s-%d", alert.Source, alert.Row.ID()) }

func newLine(server, change string, alert alerts.Alert) Line {
	line := Line{
		Key: Key(alert) + "-" + change, Change: change, Source: alert.Source, ID: alert.Row.ID(),
		Severity: inert(alert.Row["severity"]), Status: inert(alert.Row["status"]),
		Server: server, Alert: untrusted.InertValue(untrusted.SecretKeys{}.HideInRow(alert.Row)),
	}
	line.Device, line.DeviceID = reference(alert.Row["device"])
	line.Monitor, line.MonitorID = reference(alert.Row["monitor"])
	line.Webhook, line.WebhookID = reference(alert.Row["webhook"])
	return line
}

// reference returns the name and the id of what an alert is about.
func reference(value any) (name string, id int64) {
	object, _ := value.(map[string]any)
	return inert(object["name"]), acsmon.Fields(object).ID()
}

// inert returns a scalar as a text in which nothing is evaluated.
func inert(value any) string { return untrusted.Inert(rows.Text(value)) }

// encode returns the line as JSON, with its line end.
func (l Line) encode() ([]byte, error) {
	return exact.Marshal(l, "")
}
