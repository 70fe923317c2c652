// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"net/http"
	"time"
)

// Event is an alert event of a device or of a monitor. Each of the two lists numbers its own
// events, so an event is identified by its list and its id.
type Event struct {
	Object
	ID             int64
	Severity       string // info, warning or critical
	Status         string // open, acknowledged or resolved
	TriggeredAt    *time.Time
	AcknowledgedAt *time.Time
	ResolvedAt     *time.Time
	CurrentValue   string
	Monitor        *Ref
	Device         *Ref
}

func (e *Event) from(r *row) {
	*e = Event{
		Object:         Object{r.fields},
		ID:             r.whole("id"),
		Severity:       r.text("severity"),
		Status:         r.text("status"),
		TriggeredAt:    r.time("triggered_at"),
		AcknowledgedAt: r.time("acknowledged_at"),
		ResolvedAt:     r.time("resolved_at"),
		CurrentValue:   r.text("current_value"),
		Monitor:        r.ref("monitor"),
		Device:         r.ref("device"),
	}
}

// Events are the alert events of devices (Client.AlertEvents) or of monitors
// (Client.MonitorEvents). Some servers show both in AlertEvents.
type Events struct{ Collection[Event] }

// Acknowledge marks an event as being taken care of. The note may be empty; the server keeps it in
// the audit log. Some servers answer 409 or 422 if the event is acknowledged or resolved already
// (see IsConflict). If the response does not show the event, Acknowledge returns the zero value.
func (e Events) Acknowledge(ctx context.Context, id int64, note string) (Event, error) {
	return e.respond(ctx, id, "acknowledge", note)
}

// Resolve closes an event. The note is like that of Acknowledge.
func (e Events) Resolve(ctx context.Context, id int64, note string) (Event, error) {
	return e.respond(ctx, id, "resolve", note)
}

func (e Events) respond(ctx context.Context, id int64, verb, note string) (Event, error) {
	body := Fields{}
	if note != "" {
		body["note"] = note
	}
	return ask[Event](ctx, e.client, request{
		method: http.MethodPost, path: under(e.path, id, verb), body: body, permission: "alerts.acknowledge", silent: true,
	}, unmarshalDone)
}

// AlertChannel is a way to notify people: email, sms, slack or webhook.
type AlertChannel struct {
	Object
	ID   int64
	Name string
	Type string
}

func (a *AlertChannel) from(r *row) {
	*a = AlertChannel{Object{r.fields}, r.whole("id"), r.text("name"), r.text("type")}
}

// AlertChannels are the ways to notify people.
type AlertChannels struct {
	TypedCollection[AlertChannel, AlertChannelInput]
}

// Test sends a test message through a channel. It is never sent twice.
func (a AlertChannels) Test(ctx context.Context, id int64) (Fields, error) {
	return a.client.act(ctx, request{path: under(a.path, id, "test"), once: true, permission: "channels.edit"})
}
