// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/rows"
	"github.com/acsmon/acsmon-ansible/internal/settings"
	"github.com/acsmon/acsmon-ansible/internal/specs"
)

// webhookEvent makes acsmon_webhook_event. It is the only module that does not use the API: it
// pushes to an address that needs no token.
func (p program) webhookEvent() ansible.Module {
	const name = "acsmon_webhook_event"
	return ansible.Module{
		Name: name,
		Spec: func() (*ansible.Spec, error) { return specs.Load(name) },
		Rules: ansible.Rules{
			NoLog: []string{"ingest_url", "token", "password", "headers", "proxy"},
			URLs:  []string{"base_url"},
		},
		Run: func(ctx context.Context, t *ansible.Task) (ansible.Result, error) {
			var o eventOptions
			if err := t.Decode(&o); err != nil {
				return nil, err
			}
			if err := o.check(); err != nil {
				return nil, err
			}
			connection, err := settings.ResolveIngest(o.IngestURL, t.GivenValues(), t.Lookup, t.Secrets)
			if err != nil {
				return nil, err
			}
			for _, warning := range connection.Warnings {
				t.Warnf("%s", warning)
			}
			ingest, err := connection.Ingest(p.options...)
			if err != nil || t.CheckMode {
				return ansible.Result{"changed": err == nil}, err
			}
			return o.push(acsmon.WithWaitBudget(ctx, connection.MaxWait), t, ingest)
		},
	}
}

// eventOptions are the options of acsmon_webhook_event.
type eventOptions struct {
	IngestURL string         `ansible:"ingest_url"`
	Payload   any            `ansible:"payload"`
	Query     map[string]any `ansible:"query"`
}

func (o eventOptions) check() error {
	switch o.Payload.(type) {
	case nil, map[string]any, []any:
	default:
		return errors.New("payload is neither a mapping nor a list: give it as YAML, not as a text of JSON")
	}
	for name, value := range o.Query {
		if rows.Text(value) == "" {
			return fmt.Errorf("query.%s has no value: give a text, a number, true or false", name)
		}
	}
	return nil
}

func (o eventOptions) push(ctx context.Context, t *ansible.Task, ingest *acsmon.Ingest) (ansible.Result, error) {
	query := url.Values{}
	for name, value := range o.Query {
		query.Set(name, rows.Text(value))
	}
	delivery, err := ingest.Push(ctx, o.Payload, query)
	result := ansible.Result{"changed": err == nil, "attempts": delivery.Attempts, "may_be_repeated": delivery.MayBeRepeated}
	if delivery.Response != nil {
		result["response"] = delivery.Response
	}
	switch {
	case err == nil && delivery.MayBeRepeated:
		t.Warnf("an attempt to push the event got no usable response and was repeated: the webhook may have received the event more than once")
	case err != nil:
		result["changed"] = delivery.MayBeRepeated
		return result, pushFault(err, delivery)
	}
	return result, nil
}

// pushFault says whether an event that was not accepted may have arrived.
func pushFault(err error, delivery acsmon.Delivery) error {
	if delivery.MayBeRepeated {
		err = fmt.Errorf("%w; an attempt got no usable response, so the webhook may have received the event", err)
	}
	var api *acsmon.Error
	if !errors.As(err, &api) {
		return err
	}
	return &refusal{error: settings.Event.Explain(err), api: api}
}
