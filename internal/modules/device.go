// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// device declares acsmon_device. The API's documentation says that a device has a location, a group
// and SNMP credentials, but not under which keys: the keys that are sent, and those where they are
// looked for, are only here.
var device = resource{
	name: "acsmon_device",
	key:  "device",
	kind: converge.Kind{
		Name: "device",
		Fields: []converge.Field{
			{Name: "name"},
			{Name: "ip_address", Form: converge.Host},
			{Name: "device_type"},
			{Name: "snmp_version"},
			{Name: "snmp_community", Form: converge.Secret, Where: communityVersions},
			{Name: "snmp_v3_user", Form: converge.Secret, Where: v3},
			{Name: "snmp_v3_auth_protocol", Form: converge.Secret, Where: v3},
			{Name: "snmp_v3_auth_password", Form: converge.Secret, Where: v3},
			{Name: "snmp_v3_priv_protocol", Form: converge.Secret, Where: v3},
			{Name: "snmp_v3_priv_password", Form: converge.Secret, Where: v3},
			{Name: "poll_interval_seconds"},
			{Name: "group", Send: "device_group_id", Form: converge.Link,
				Read: []string{"device_group_id", "device_group.id", "group_id", "group.id"}},
			{Name: "location"},
			{Name: "is_active", New: true},
		},
		Required: []string{"name", "ip_address"},
		Searched: []string{"ip_address"},
		Measured: []string{"status"},
	},
	rules: ansible.Rules{
		RequiredOneOf: identity.RequiredOneOf,
		NoLog:         []string{"snmp_community", "snmp_v3_auth_password", "snmp_v3_priv_password"},
	},
	store: devices.store,
	act: &act{option: "walk", result: "walked", do: func(ctx context.Context, c *acsmon.Client, id int64) error {
		_, err := c.Devices.Walk(ctx, id)
		return err
	}},
	links: map[string]link{"group": deviceGroups},
	match: []string{"name", "ip_address", "group"},
}

// The credentials of the versions of SNMP.
var (
	communityVersions = map[string][]string{"snmp_version": {"1", "2c"}}
	v3                = map[string][]string{"snmp_version": {"3"}}
)
