// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"maps"
)

// TypedCollection is a Collection whose rows are created and updated with a typed input I, such as
// [MonitorInput]. [Collection.Fields] gives the same collection without types.
//
// An input has the fields that the API's public pages name. A field that is zero is not sent.
// More holds whatever else is sent: other keys, and values that are zero or null. If it has the key
// of a field, the field is not sent.
type TypedCollection[T any, I input] struct{ Collection[T] }

// input is what a row is created or updated with.
type input interface{ fields() Fields }

// Create makes a new row: see [Collection.Create].
func (c TypedCollection[T, I]) Create(ctx context.Context, input I) (T, error) {
	return c.Collection.Create(ctx, input.fields())
}

// Update changes a row. [Collection.Update] says what happens to a field that is left out.
func (c TypedCollection[T, I]) Update(ctx context.Context, id int64, input I) (T, error) {
	return c.Collection.Update(ctx, id, input.fields())
}

// MonitorInput is what a monitor is created or updated with.
type MonitorInput struct {
	Name                 string
	Type                 string // one of MonitorTypes
	Host                 string
	Port                 int64
	CheckIntervalSeconds int64
	TimeoutMS            int64
	Config               map[string]any // differs by type; nil is not sent
	More                 Fields         // other keys, such as those of the group and the tags
}

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

// DeviceInput is what a device is created or updated with.
type DeviceInput struct {
	Name                string
	IPAddress           string
	SNMPVersion         string // "1", "2c" or "3"
	DeviceType          string
	PollIntervalSeconds int64
	IsActive            *bool  // nil is not sent
	More                Fields // other keys, such as those of the SNMP credentials, the location and the group
}

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

// GroupInput is what a device group or a monitor group is created or updated with.
type GroupInput struct {
	Name  string
	Color string // such as "#336699"
	More  Fields
}

func (i GroupInput) fields() Fields {
	f := Fields{}
	put(f, "name", i.Name)
	put(f, "color", i.Color)
	maps.Copy(f, i.More)
	return f
}

// AlertRuleInput is what an alert rule is created or updated with: one for SNMP values, for
// monitors or for a webhook.
type AlertRuleInput struct {
	Name     string
	Severity string // info, warning or critical
	More     Fields // other keys, such as those of the condition, the threshold and the channels
}

func (i AlertRuleInput) fields() Fields {
	f := Fields{}
	put(f, "name", i.Name)
	put(f, "severity", i.Severity)
	maps.Copy(f, i.More)
	return f
}

// AlertChannelInput is what an alert channel is created or updated with.
type AlertChannelInput struct {
	Name string
	Type string // email, sms, slack or webhook
	More Fields // other keys, such as that of the configuration
}

func (i AlertChannelInput) fields() Fields {
	f := Fields{}
	put(f, "name", i.Name)
	put(f, "type", i.Type)
	maps.Copy(f, i.More)
	return f
}

// WebhookInput is what a webhook is created or updated with.
type WebhookInput struct {
	Name        string
	Description string
	More        Fields
}

func (i WebhookInput) fields() Fields {
	f := Fields{}
	put(f, "name", i.Name)
	put(f, "description", i.Description)
	maps.Copy(f, i.More)
	return f
}

// UserInput is what a user is created or updated with.
type UserInput struct {
	Name     string
	Email    string
	Password Secret
	More     Fields // other keys, such as those of the roles and of the device groups that the user may see
}

func (i UserInput) fields() Fields {
	f := Fields{}
	put(f, "name", i.Name)
	put(f, "email", i.Email)
	put(f, "password", i.Password.Reveal())
	maps.Copy(f, i.More)
	return f
}

// RoleInput is what a role is updated with.
type RoleInput struct {
	Name string
	// Permissions are all permissions that the role will grant, by their slugs. An empty list
	// removes all of them; nil is not sent.
	Permissions []string
	More        Fields
}

func (i RoleInput) fields() Fields {
	f := Fields{}
	put(f, "name", i.Name)
	if i.Permissions != nil {
		f["permissions"] = i.Permissions
	}
	maps.Copy(f, i.More)
	return f
}

// put sets a key to a value that is not zero.
func put[T comparable](f Fields, key string, value T) {
	var zero T
	if value != zero {
		f[key] = value
	}
}
