// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// alertChannel declares acsmon_alert_channel. No public page names the keys of config or the key of
// the secret: their names are only here.
var alertChannel = resource{
	name: "acsmon_alert_channel",
	key:  "alert_channel",
	kind: converge.Kind{
		Name: "alert channel",
		Fields: []converge.Field{
			{Name: "name"},
			{Name: "type"},
			{Name: "config", Form: converge.Merge},
			{Name: "secret", Form: converge.Secret, Where: map[string][]string{"type": {"webhook"}}},
			{Name: "is_active", New: true},
		},
		Required: []string{"name", "type"},
	},
	rules: ansible.Rules{RequiredOneOf: identity.RequiredOneOf, NoLog: []string{"secret"}},
	store: alertChannels.store,
	act: &act{option: "test", result: "tested", do: func(ctx context.Context, c *acsmon.Client, id int64) error {
		_, err := c.AlertChannels.Test(ctx, id)
		return err
	}},
}

var alertChannels = link{"alert channel", "acsmon_alert_channel", func(c *acsmon.Client) converge.Store { return c.AlertChannels.Fields() }}
