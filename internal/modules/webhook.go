// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"
	"path"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// webhook declares acsmon_webhook.
var webhook = resource{
	name: "acsmon_webhook",
	key:  "webhook",
	kind: converge.Kind{
		Name:     "webhook",
		Fields:   []converge.Field{{Name: "name"}, {Name: "description"}, {Name: "is_active", New: true}},
		Required: []string{"name"},
	},
	rules: ansible.Rules{RequiredOneOf: identity.RequiredOneOf, Options: map[string]ansible.Rules{"rules": identity}},
	under: &parent{"device", devices, func(c *acsmon.Client, device int64) converge.Store {
		return switched{c.DeviceWebhooks.Of(device).Fields(), "is_active", func(ctx context.Context, id int64) error {
			_, err := c.DeviceWebhooks.Toggle(ctx, device, id)
			return err
		}}
	}},
	children: &children{"rules", webhookRule, func(c *acsmon.Client, device, webhook int64) converge.Store {
		return withChannels(c.DeviceWebhooks.Rules(device, webhook).Fields())
	}},
	checkTask: checkEvents,
	finish:    finishWebhook,
}

// webhookRule is an alert rule of a webhook.
var webhookRule = resource{
	kind:  ruleKind("webhook alert rule", []converge.Field{{Name: "payload_field"}}),
	links: map[string]link{"channels": alertChannels},
	check: checkRule,
}

// finishWebhook removes the address at which the webhook takes events from the result, unless the
// task asks for it: whoever knows it can push events. It adds the events that the webhook received.
func finishWebhook(ctx context.Context, t *task, result ansible.Result) error {
	row, _ := result["webhook"].(acsmon.Fields)
	if row == nil {
		return nil
	}
	s := t.s
	address, rest := s.client.DeviceWebhooks.Ingest(row)
	result["webhook"] = rest
	switch show, _ := s.Arg("show_ingest_url").(bool); {
	case address == "":
	case show && s.Arg("state") != "absent":
		result["ingest_url"] = address.Reveal()
	default:
		s.Secrets.Add(address.Reveal(), path.Base(address.Reveal()))
	}
	return addEvents(ctx, t, rest, result)
}

// mostEvents is how many events of a webhook a task may ask for: those of one page.
const mostEvents = 100

// checkEvents returns an error if the number of events is out of bounds.
func checkEvents(s *session) error {
	if n := s.Arg("recent_events").(int64); n < 0 || n > mostEvents {
		return fmt.Errorf("recent_events is %d: it must be between 0 and %d", n, mostEvents)
	}
	return nil
}

// addEvents adds the events that the webhook received last. A webhook that has yet to be created
// has none.
func addEvents(ctx context.Context, t *task, webhook acsmon.Fields, result ansible.Result) error {
	n := t.s.Arg("recent_events").(int64)
	if n == 0 || t.s.Arg("state") == "absent" {
		return nil
	}
	result["events"] = []acsmon.Fields{}
	if webhook.ID() == 0 {
		return nil
	}
	events, err := t.s.client.DeviceWebhooks.RecentEvents(ctx, t.owner(), webhook.ID(), int(n))
	if err == nil {
		result["events"] = resultRows(events)
	}
	return err
}
