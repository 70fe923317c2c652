// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// discovery declares acsmon_discovery. No public page names the keys of a scan: their names are
// only here.
var discovery = resource{
	name: "acsmon_discovery",
	key:  "discovery",
	kind: converge.Kind{
		Name: "discovery scan",
		Fields: []converge.Field{
			{Name: "name"},
			{Name: "subnet", Form: converge.Host},
			{Name: "snmp_version"},
			{Name: "snmp_community", Form: converge.Secret},
		},
		Required: []string{"name", "subnet"},
		Fixed:    true,
	},
	rules: ansible.Rules{RequiredOneOf: identity.RequiredOneOf, NoLog: []string{"snmp_community"}},
	store: func(c *acsmon.Client) converge.Store { return c.Discovery.Fields() },
	act: &act{option: "run", result: "started", do: func(ctx context.Context, c *acsmon.Client, id int64) error {
		_, err := c.Discovery.Run(ctx, id)
		return err
	}},
}
