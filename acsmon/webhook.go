// SPDX-License-Identifier: MIT

package acsmon

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"net/url"
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
func (w DeviceWebhooks) Of(device int64) Collection[Webhook] {
	return collection[Webhook](w.client, under("/devices", device, "webhooks"), "devices")
}

// Rules returns the alert rules of one webhook. The API gives the list of them and not
// a single one: Get ends in a 405.
func (w DeviceWebhooks) Rules(device, webhook int64) Collection[AlertRule] {
	return collection[AlertRule](w.client, under(under("/devices", device, "webhooks"), webhook, "alert-rules"), "alerts")
}

// Events yields what one webhook received.
func (w DeviceWebhooks) Events(ctx context.Context, device, webhook int64, query Query) iter.Seq2[Fields, error] {
	return w.events(device, webhook).List(ctx, query)
}

func (w DeviceWebhooks) events(device, webhook int64) Collection[Fields] {
	return collection[Fields](w.client, under(under("/devices", device, "webhooks"), webhook, "events"), "devices")
}

// RecentEvents returns the n events that one webhook received last, the newest first. That costs
// one request where the server sorts the list. Where it does not, that costs two more, or one for
// each page of the list if the server does not say how many events there are.
func (w DeviceWebhooks) RecentEvents(ctx context.Context, device, webhook int64, n int) ([]Fields, error) {
	list := w.events(device, webhook)
	size := max(n, 2) // one row shows no order
	first, err := list.Page(ctx, Query{Sort: "-id", PerPage: size})
	if IsQueryRefused(err) {
		first, err = list.Page(ctx, Query{})
	}
	if err != nil {
		return nil, err
	}
	found := first.Rows
	if first.More && !slices.IsSortedFunc(found, newestFirst) {
		if found, err = w.lastPages(ctx, list, first); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(found, newestFirst)
	return found[:min(n, len(found))], nil
}

// lastPages returns the rows of the last two pages of a list that has the oldest rows first, or
// else all rows.
func (w DeviceWebhooks) lastPages(ctx context.Context, list Collection[Fields], first Page[Fields]) ([]Fields, error) {
	pages := first.Requests()
	if pages > maxPages || !slices.IsSortedFunc(first.Rows, func(a, b Fields) int { return newestFirst(b, a) }) {
		return Collect(list.List(ctx, Query{}))
	}
	var found []Fields
	for number := max(1, pages-1); number <= pages; number++ {
		page, err := list.Page(ctx, Query{Page: number, PerPage: first.perPage})
		if err != nil {
			return nil, err
		}
		found = append(found, page.Rows...)
	}
	return found, nil
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

// Ingest takes the address at which a webhook takes events out of the fields of the
// webhook, and returns it as a URL, and the fields without it. If they do not show it,
// the URL is empty.
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

// ingestURL is the URL that a webhook shows whole, without its origin, or as its token alone.
func (w DeviceWebhooks) ingestURL(shown string) Secret {
	if strings.Contains(shown, "/") {
		base := *w.client.base
		if ref, err := url.Parse(shown); err == nil {
			return Secret(base.ResolveReference(ref).String())
		}
		return ""
	}
	return Secret(w.client.base.JoinPath("webhook-ingest", shown).String())
}
