// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"time"
)

// Event is an alert event, of a device or of a monitor. The two kinds number
// themselves apart, so an event's identity is its collection and its id.
type Event struct {
	Object
	ID             int64      `json:"id"`
	Severity       string     `json:"severity"` // info, warning or critical
	Status         string     `json:"status"`   // open, acknowledged or resolved
	TriggeredAt    *time.Time `json:"triggered_at"`
	AcknowledgedAt *time.Time `json:"acknowledged_at"`
	ResolvedAt     *time.Time `json:"resolved_at"`
	CurrentValue   string     `json:"current_value"`
	Monitor        *Ref       `json:"monitor"`
	Device         *Ref       `json:"device"`
}

// Events are the alert events of devices (Client.AlertEvents) or of monitors
// (Client.MonitorEvents). Some servers list both kinds under AlertEvents.
type Events struct{ Collection[Event] }

// Acknowledge marks an event as taken care of. The note, which may be empty, is
// kept in the audit log. Some servers answer 409 or 422 to what is acknowledged
// or resolved already (IsConflict).
func (e Events) Acknowledge(ctx context.Context, id int64, note string) (Event, error) {
	return e.settle(ctx, id, "acknowledge", note)
}

// Resolve closes an event, with a note like Acknowledge.
func (e Events) Resolve(ctx context.Context, id int64, note string) (Event, error) {
	return e.settle(ctx, id, "resolve", note)
}

func (e Events) settle(ctx context.Context, id int64, verb, note string) (Event, error) {
	body := Fields{}
	if note != "" {
		body["note"] = note
	}
	answer, err := e.client.act(ctx, request{path: under(e.path, id, verb), body: body, permission: "alerts.acknowledge"})
	if err != nil {
		return Event{}, err
	}
	return decodeRow[Event](answer)
}

// AlertChannel is a way to tell people: email, sms, slack or webhook.
type AlertChannel struct {
	Object
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
}

// AlertChannels are the ways to tell people.
type AlertChannels struct{ Collection[AlertChannel] }

// Test sends a test message through a channel. It is not sent twice.
func (a AlertChannels) Test(ctx context.Context, id int64) (Fields, error) {
	return a.client.act(ctx, request{path: under(a.path, id, "test"), once: true, permission: "channels.edit"})
}
