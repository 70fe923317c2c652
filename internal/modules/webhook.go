// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// webhook declares acsmon_webhook. The keys of a webhook are not public: they are
// said here alone.
var webhook = resource{
	name: "acsmon_webhook",
	key:  "webhook",
	kind: converge.Kind{
		Name:     "webhook",
		Fields:   []converge.Field{{Name: "name"}, {Name: "url"}, {Name: "secret", Form: converge.Secret}, {Name: "is_active"}},
		Required: []string{"name", "url"},
	},
	rules: ansible.Rules{
		RequiredOneOf: identity.RequiredOneOf, NoLog: []string{"secret"},
		Options: map[string]ansible.Rules{"rules": identity},
	},
	under: &parent{"device", devices, func(c *acsmon.Client, device int64) converge.Store { return c.DeviceWebhooks.Of(device) }},
	children: &children{"rules", webhookRule, func(c *acsmon.Client, device, webhook int64) converge.Store {
		return c.DeviceWebhooks.Rules(device, webhook)
	}},
}

// webhookRule is an alert rule of a webhook.
var webhookRule = resource{
	kind:  ruleKind("webhook alert rule"),
	links: map[string]link{"channels": alertChannels},
	check: checkRule,
}
