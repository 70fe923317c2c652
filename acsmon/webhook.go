// SPDX-License-Identifier: MIT

package acsmon

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Webhook is an address at which a device, or a job on it, reports events itself. The
// server makes the address; who knows it can push to it, so it is a secret: see
// [DeviceWebhooks.Ingest].
type Webhook struct {
	Object
	ID          int64
	DeviceID    int64
	Name        string
	Description string
	IsActive    bool
}

func (w *Webhook) from(r *row) {
	*w = Webhook{Object{r.fields}, r.whole("id"), r.whole("device_id"), r.text("name"), r.text("description"), r.truth("is_active")}
}

// DeviceWebhooks are the addresses at which devices report events themselves.
type DeviceWebhooks struct{ client *Client }

// Of returns the webhooks of one device.
func (w DeviceWebhooks) Of(device int64) TypedCollection[Webhook, WebhookInput] {
	return typed[Webhook, WebhookInput](w.client, under("/devices", device, "webhooks"), "devices")
}

// Rules returns the alert rules of one webhook. The API gives the list of them and not
// a single one: Get ends in a 405.
func (w DeviceWebhooks) Rules(device, webhook int64) TypedCollection[AlertRule, AlertRuleInput] {
	return typed[AlertRule, AlertRuleInput](w.client, under(under("/devices", device, "webhooks"), webhook, "alert-rules"), "alerts")
}

// Events yields what one webhook received.
func (w DeviceWebhooks) Events(ctx context.Context, device, webhook int64, query Query) iter.Seq2[Fields, error] {
	return w.events(device, webhook).List(ctx, query)
}

func (w DeviceWebhooks) events(device, webhook int64) Collection[Fields] {
	return collection[Fields](w.client, under(under("/devices", device, "webhooks"), webhook, "events"), "devices")
}

// RecentEvents returns the n events that one webhook received last, the newest first; all events if
// there are fewer. That costs one request where the server sorts the list and sends as large a
// page, and otherwise one more for each further page that holds one of them. Where the server
// neither sorts the list nor says how many pages it has, that costs one more for each page of the
// list.
func (w DeviceWebhooks) RecentEvents(ctx context.Context, device, webhook int64, n int) ([]Fields, error) {
	if n <= 0 {
		return nil, nil
	}
	list := w.events(device, webhook)
	size := max(n, 2) // one row shows no order
	walk := list.walker(Query{Sort: "-id", PerPage: size})
	first, err := walk.firstPage(ctx)
	if IsQueryRefused(err) {
		walk = list.walker(Query{})
		first, err = walk.firstPage(ctx)
	}
	if err != nil {
		return nil, err
	}
	found := first.rows
	switch {
	case slices.IsSortedFunc(found, newestFirst):
		found, err = walk.firstRows(ctx, first, n)
	case !first.more():
	case first.lastPage() > 0 && slices.IsSortedFunc(found, func(a, b Fields) int { return newestFirst(b, a) }):
		found, err = walk.lastRows(ctx, first.lastPage(), n)
	default:
		found, err = Collect(list.List(ctx, Query{}))
	}
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, newestFirst)
	return found[:min(n, len(found))], nil
}

// newestFirst orders events: ids grow.
func newestFirst(a, b Fields) int { return cmp.Compare(b.ID(), a.ID()) }

// Toggle switches a webhook on or off.
func (w DeviceWebhooks) Toggle(ctx context.Context, device, webhook int64) (Fields, error) {
	return w.client.act(ctx, request{path: under(under("/devices", device, "webhooks"), webhook, "toggle"), once: true, permission: "devices.edit"})
}

// ingestKeys are where a webhook may show the address at which it takes events: the
// URL, or the token of which it is made. That is a guess: no public page names the key.
var ingestKeys = []string{"ingest_url", "url", "ingest_token", "token"}

// Ingest takes the address at which a webhook takes events out of the fields of the webhook, and
// returns it as a URL, and the fields without it. If they do not show it, the URL is empty.
//
// The URL is below the client's base URL, unless the webhook shows one on another host: a server
// may take events there. If events must not go to a host that the server names, compare the hosts.
func (w DeviceWebhooks) Ingest(webhook Fields) (address Secret, rest Fields) {
	rest = maps.Clone(webhook)
	for _, key := range ingestKeys {
		delete(rest, key)
		if shown, _ := webhook[key].(string); address == "" && shown != "" && strings.Trim(shown, "*") != "" {
			address = w.ingestURL(shown)
		}
	}
	return address, rest
}

// ingestMark comes before the token in the path of an address.
const ingestMark = "webhook-ingest/"

// ingestURL is the URL that a webhook shows whole, without its origin, or as its token alone; "" if
// what it shows is none. A server does not know the scheme and the path that a proxy gives it, so
// an address on its own host is made of the base URL and the token.
func (w DeviceWebhooks) ingestURL(shown string) Secret {
	base := w.client.base
	before, token, marked := strings.Cut(shown, ingestMark)
	if !marked {
		before, token = "", shown
	}
	own, err := base.Parse(before)
	switch {
	case !marked && strings.Contains(shown, "/"): // such as the URL of the webhook itself
		return ""
	case err == nil && own.Host != "" && own.Host != base.Host:
		return Secret(own.String() + ingestMark + token)
	}
	token, query, _ := strings.Cut(token, "?")
	address := base.JoinPath(ingestMark, token)
	address.RawQuery = query
	return Secret(address.String())
}
