// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// monitorGroup declares acsmon_monitor_group.
var monitorGroup = resource{
	name:  "acsmon_monitor_group",
	key:   "monitor_group",
	kind:  groupKind("monitor group"),
	rules: identity,
	store: monitorGroups.store,
}

// deviceGroup declares acsmon_device_group.
var deviceGroup = resource{
	name:  "acsmon_device_group",
	key:   "device_group",
	kind:  groupKind("device group"),
	rules: identity,
	store: deviceGroups.store,
}

var (
	monitorGroups = link{"monitor group", "acsmon_monitor_group", func(c *acsmon.Client) converge.Store { return c.MonitorGroups.Fields() }}
	deviceGroups  = link{"device group", "acsmon_device_group", func(c *acsmon.Client) converge.Store { return c.DeviceGroups.Fields() }}
)

// groupKind is what all groups share.
func groupKind(name string) converge.Kind {
	return converge.Kind{Name: name, Fields: []converge.Field{{Name: "name"}, {Name: "color"}}, Required: []string{"name"}}
}
