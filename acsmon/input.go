// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"maps"
)

// MonitorInput is what a monitor is created or updated with: the fields that the API's public pages
// name. A field that is zero is not sent.
type MonitorInput struct {
	Name                 string
	Type                 string // one of MonitorTypes
	Host                 string
	Port                 int64
	CheckIntervalSeconds int64
	TimeoutMS            int64
	Config               map[string]any // differs by type
	// More holds what has no field here: keys that no public page names, such as those of the group
	// and the tags, and values that are zero or null. It overrides a field of the same key.
	More Fields
}

// fields returns what is sent.
func (i MonitorInput) fields() Fields {
	f := Fields{}
	put(f, "name", i.Name)
	put(f, "type", i.Type)
	put(f, "host", i.Host)
	put(f, "port", i.Port)
	put(f, "check_interval_seconds", i.CheckIntervalSeconds)
	put(f, "timeout_ms", i.TimeoutMS)
	if i.Config != nil {
		f["config"] = i.Config
	}
	maps.Copy(f, i.More)
	return f
}

// Create makes a monitor: see [Collection.Create].
func (m Monitors) Create(ctx context.Context, input MonitorInput) (Monitor, error) {
	return m.Collection.Create(ctx, input.fields())
}

// Update changes a monitor. [Collection.Update] says what happens to a field that is left out.
func (m Monitors) Update(ctx context.Context, id int64, input MonitorInput) (Monitor, error) {
	return m.Collection.Update(ctx, id, input.fields())
}

// DeviceInput is what a device is created or updated with: the fields that the API's public pages
// name. A field that is zero is not sent.
type DeviceInput struct {
	Name                string
	IPAddress           string
	SNMPVersion         string // "1", "2c" or "3"
	DeviceType          string
	PollIntervalSeconds int64
	IsActive            *bool // nil is not sent
	// More holds what has no field here: keys that no public page names, such as those of the SNMP
	// credentials, the location and the group, and values that are zero or null. It overrides a
	// field of the same key.
	More Fields
}

// fields returns what is sent.
func (i DeviceInput) fields() Fields {
	f := Fields{}
	put(f, "name", i.Name)
	put(f, "ip_address", i.IPAddress)
	put(f, "snmp_version", i.SNMPVersion)
	put(f, "device_type", i.DeviceType)
	put(f, "poll_interval_seconds", i.PollIntervalSeconds)
	if i.IsActive != nil {
		f["is_active"] = *i.IsActive
	}
	maps.Copy(f, i.More)
	return f
}

// Create makes a device: see [Collection.Create].
func (d Devices) Create(ctx context.Context, input DeviceInput) (Device, error) {
	return d.Collection.Create(ctx, input.fields())
}

// Update changes a device. [Collection.Update] says what happens to a field that is left out.
func (d Devices) Update(ctx context.Context, id int64, input DeviceInput) (Device, error) {
	return d.Collection.Update(ctx, id, input.fields())
}

// put sets a key to a value that is not zero.
func put[T comparable](f Fields, key string, value T) {
	var zero T
	if value != zero {
		f[key] = value
	}
}
