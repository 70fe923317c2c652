// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// deviceOID declares acsmon_device_oid. No public page names the keys of an OID: their names are
// only here.
var deviceOID = resource{
	name: "acsmon_device_oid",
	key:  "device_oid",
	kind: converge.Kind{
		Name:     "OID",
		Fields:   []converge.Field{{Name: "oid"}, {Name: "name"}, {Name: "unit"}, {Name: "is_monitored"}},
		Required: []string{"oid", "name"},
		Identity: "oid",
	},
	rules: ansible.Rules{RequiredOneOf: [][]string{{"id", "oid"}}},
	under: &parent{"device", devices, func(c *acsmon.Client, device int64) converge.Store { return c.OIDs.Of(device) }},
}
