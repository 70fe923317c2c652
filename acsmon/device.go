// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Device is an SNMP device.
type Device struct {
	Object
	ID                  int64
	Name                string
	IPAddress           string
	SNMPVersion         string // "1", "2c" or "3"
	DeviceType          string
	Status              string // up, down or unknown
	LastPolledAt        *time.Time
	PollIntervalSeconds int64
	IsActive            bool
	DeviceGroup         *Ref
}

func (d *Device) from(r *row) {
	*d = Device{
		Object:              Object{r.fields},
		ID:                  r.whole("id"),
		Name:                r.text("name"),
		IPAddress:           r.text("ip_address"),
		SNMPVersion:         r.text("snmp_version"),
		DeviceType:          r.text("device_type"),
		Status:              r.text("status"),
		LastPolledAt:        r.time("last_polled_at"),
		PollIntervalSeconds: r.whole("poll_interval_seconds"),
		IsActive:            r.truth("is_active"),
		DeviceGroup:         r.ref("device_group"),
	}
}

// Devices are the SNMP devices.
type Devices struct {
	TypedCollection[Device, DeviceInput]
}

// Poll asks the server to poll a device soon, and returns the response.
func (d Devices) Poll(ctx context.Context, id int64) (Fields, error) {
	return d.client.act(ctx, request{path: under(d.path, id, "poll"), permission: "devices.edit"})
}

// Walk asks the server to walk a device's MIB, and returns the response.
func (d Devices) Walk(ctx context.Context, id int64) (Fields, error) {
	return d.client.act(ctx, request{path: under(d.path, id, "walk"), permission: "devices.edit"})
}

// Metrics returns what was measured on a device.
func (d Devices) Metrics(ctx context.Context, id int64, query Query) (Fields, error) {
	return d.client.object(ctx, request{method: http.MethodGet, path: under(d.path, id, "metrics"), query: query.values(), permission: "devices.view"})
}

// Alerts yields the alert events of one device.
func (d Devices) Alerts(ctx context.Context, id int64, query Query) iter.Seq2[Event, error] {
	return walk[Event](ctx, d.client, under(d.path, id, "alerts"), "devices.view", query)
}

// OIDs are the values that the server polls from devices.
type OIDs struct{ client *Client }

// Of returns the OIDs of one device. List and Create need the device; for the other verbs the id of
// the OID is enough.
func (o OIDs) Of(device int64) Collection[Fields] {
	return Collection[Fields]{
		client: o.client, path: under("/devices", device, "oids"), itemPath: "/oids",
		permissions: "devices", slugs: map[string]string{"create": "devices.edit"},
	}
}

// ToggleMonitor starts or stops the monitoring of an OID.
func (o OIDs) ToggleMonitor(ctx context.Context, oid int64) (Fields, error) {
	return o.client.act(ctx, request{path: under("/oids", oid, "toggle-monitor"), once: true, permission: "devices.edit"})
}

// SNMPTraps are the traps that the server has received. They can be read, acknowledged and deleted,
// but not created.
type SNMPTraps struct{ Collection[Fields] }

// Acknowledge marks a trap as seen.
func (t SNMPTraps) Acknowledge(ctx context.Context, id int64) (Fields, error) {
	return t.client.act(ctx, request{path: under(t.path, id, "acknowledge"), permission: "alerts.acknowledge"})
}
