// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"errors"
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
		Fields:   []converge.Field{{Name: "name"}, {Name: "description"}, {Name: "is_active"}},
		Required: []string{"name"},
	},
	rules: ansible.Rules{RequiredOneOf: identity.RequiredOneOf, Options: map[string]ansible.Rules{"rules": identity}},
	under: &parent{"device", devices, func(c *acsmon.Client, device int64) converge.Store {
		return webhooks{c.DeviceWebhooks.Of(device).Fields(), func(ctx context.Context, id int64) error {
			_, err := c.DeviceWebhooks.Toggle(ctx, device, id)
			return err
		}}
	}},
	children: &children{"rules", webhookRule, func(c *acsmon.Client, device, webhook int64) converge.Store {
		return c.DeviceWebhooks.Rules(device, webhook).Fields()
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

// webhooks are those of one device. The API has a route that switches a webhook on or off. An
// update that does not change the switch is followed by a request to it.
type webhooks struct {
	acsmon.Collection[acsmon.Fields]
	toggle func(ctx context.Context, id int64) error
}

// Create makes a webhook. If it cannot be switched off, it is returned as it is.
func (w webhooks) Create(ctx context.Context, fields acsmon.Fields) (acsmon.Fields, error) {
	made, err := w.Collection.Create(ctx, fields)
	if err != nil {
		return made, err
	}
	if settled, err := w.switchTo(ctx, made.ID(), made, fields); err == nil {
		return settled, nil
	}
	return made, nil
}

func (w webhooks) Update(ctx context.Context, id int64, fields acsmon.Fields) (acsmon.Fields, error) {
	row, err := w.Collection.Update(ctx, id, fields)
	if err != nil {
		return row, err
	}
	return w.switchTo(ctx, id, row, fields)
}

// switchTo switches the webhook if it is not as the fields say.
func (w webhooks) switchTo(ctx context.Context, id int64, row, fields acsmon.Fields) (acsmon.Fields, error) {
	wanted, given := fields["is_active"].(bool)
	if !given || id == 0 {
		return row, nil
	}
	var err error
	if row["is_active"] == nil { // not shown, or not read again after the database filled it in
		if row, err = w.Get(ctx, id); err != nil {
			return row, err
		}
	}
	if on, shown := switchedOn(row); !shown || on == wanted {
		return row, nil
	}
	if err = w.toggle(ctx, id); err != nil && !errors.As(err, new(*acsmon.UncertainError)) {
		return row, err
	}
	return w.Get(ctx, id)
}

// switchedOn reports whether a row shows that it is active, and whether it shows that at all.
func switchedOn(row acsmon.Fields) (on, shown bool) {
	switch fmt.Sprint(row["is_active"]) {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}
