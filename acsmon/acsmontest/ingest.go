// SPDX-License-Identifier: MIT

package acsmontest

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"unicode/utf8"
)

// init adds the routes to which devices report events. They need no token of the API: the one in
// the path says which webhook it is.
func init() {
	addRoute("POST", "webhook-ingest/{token}", "", (*call).ingest).public = true
	addRoute("GET", "webhook-ingest/{token}", "", (*call).ingest).public = true
}

func newIngestToken() any { return strings.ToLower(rand.Text()) }

// ingestAddress is how a webhook shows where it takes events.
func ingestAddress(s *Server, webhook row) object {
	token, _ := webhook["token"].(string)
	if strings.HasSuffix(s.alt.Ingest, "url") {
		return object{{s.alt.Ingest, s.URL + "/api/v1/webhook-ingest/" + token}}
	}
	return object{{s.alt.Ingest, token}}
}

// ingest keeps what was pushed to a webhook. The response is not publicly known.
func (c *call) ingest() *response {
	t := c.s.tables["webhooks"]
	for _, id := range t.ids {
		webhook := t.row(id)
		if webhook["token"] != c.named["token"] {
			continue
		}
		if webhook["is_active"] == false {
			return c.fail(http.StatusForbidden, "The webhook is not active.")
		}
		event := c.s.tables["webhook-events"].add(c.event(webhook))
		c.s.judgeEvent(webhook, event["payload"])
		c.s.version++
		return c.answer(http.StatusOK, object{{"received", true}})
	}
	return c.fail(http.StatusNotFound, "No query results for model [App\\Models\\%s].", resourceOf["webhooks"].model)
}

// event is the row that keeps what was pushed.
func (c *call) event(webhook row) row {
	query := row{}
	for name := range c.query {
		query[name] = c.last(name)
	}
	address, _, err := net.SplitHostPort(c.r.RemoteAddr)
	if err != nil { // in memory
		address = c.r.RemoteAddr
	}
	return row{
		"device_id": webhook["device_id"], "webhook_id": webhook["id"], "method": c.r.Method,
		"payload": c.payload(), "query": query, "ip_address": address, "received_at": c.s.now(),
	}
}

// payload is the body, which may be any JSON value; nil if there is none.
func (c *call) payload() any {
	if !utf8.Valid(c.raw) {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(c.raw))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return nil
	}
	return clone(v)
}
