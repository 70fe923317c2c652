// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
)

// Ingest is the address at which one webhook takes events. Pushing to it needs no token of the API
// and does not count against the API's rate limit: the address is the secret. It is in no error and
// in no [Trace], so errors.Is finds the cause of an [Error] of a push, but errors.As does not. A
// round tripper of [WithTransport] does see the address.
type Ingest struct {
	client  *Client
	address *url.URL
}

// Delivery is what is known of an event that was pushed.
type Delivery struct {
	// Attempts is how many times it was sent.
	Attempts int
	// MayBeRepeated says that an attempt before the last one got no usable response, so that the
	// webhook may have received the event more than once.
	MayBeRepeated bool
	// Response is what the server answered, if that is JSON. No public page says what it looks
	// like.
	Response any
}

// ingestPath is what errors and traces show instead of an address.
const ingestPath = "/webhook-ingest/***"

// NewIngest returns an Ingest for the address of a webhook, which [DeviceWebhooks.Ingest] takes out
// of a webhook. It sends nothing. The options are those of New, without a token or credentials.
func NewIngest(address Secret, options ...Option) (*Ingest, error) {
	target, err := parseIngest(address)
	if err != nil {
		return nil, err
	}
	conf, err := configure(options)
	if err != nil {
		return nil, err
	}
	if conf.token != "" || conf.email != "" {
		return nil, errors.New("a webhook takes no token: leave WithToken and WithCredentials out")
	}
	if err := WithRedactor(hiding(target))(&conf); err != nil {
		return nil, err
	}
	client, err := conf.client(&url.URL{Scheme: target.Scheme, Host: target.Host})
	return &Ingest{client, target}, err
}

// parseIngest parses an address. The error does not show it.
func parseIngest(address Secret) (*url.URL, error) {
	const want = "give the whole URL that the webhook shows, such as https://monitoring.example.com/api/v1/webhook-ingest/TOKEN"
	u, err := url.Parse(strings.TrimSpace(address.Reveal()))
	switch {
	case err != nil:
		return nil, errors.New("the ingest URL is not a URL: " + want)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("the ingest URL does not begin with https:// or http://: " + want)
	case u.Hostname() == "" || u.User != nil || u.Fragment != "":
		return nil, errors.New("the ingest URL names no host, or has a user or a fragment in it: " + want)
	case strings.Trim(u.Path, "/") == "":
		return nil, errors.New("the ingest URL has no path: " + want)
	}
	return u, nil
}

// shortestToken keeps a short segment of a path from hiding each word that contains it.
const shortestToken = 8

// hiding returns a function that takes an address out of a text, even if the text holds only its
// path or its token.
func hiding(address *url.URL) func(string) string {
	hidden := []string{address.String(), address.RequestURI(), address.EscapedPath(), address.Path}
	for _, part := range []string{path.Base(address.EscapedPath()), path.Base(address.Path), address.RawQuery} {
		if len(part) >= shortestToken {
			hidden = append(hidden, part)
		}
	}
	for _, values := range address.Query() {
		hidden = append(hidden, slices.DeleteFunc(values, func(v string) bool { return len(v) < shortestToken })...)
	}
	var pairs []string
	for _, text := range hidden {
		pairs = append(pairs, text, redacted)
	}
	return strings.NewReplacer(pairs...).Replace
}

// hiddenError stands for the cause of a failed push. It has the redacted text and answers errors.Is
// as the cause does, but there is no way from it to the cause, which may quote the address: it has
// no Unwrap, and fmt does not look into a function.
type hiddenError struct {
	text  string
	cause func() error
}

// Error returns the redacted text.
func (e *hiddenError) Error() string { return e.text }

// Is reports whether the cause is the target.
func (e *hiddenError) Is(target error) bool { return errors.Is(e.cause(), target) }

// Push sends an event: a payload, which is encoded as JSON and may be nil, and query parameters,
// which the server keeps beside it.
//
// It is repeated like a read, so that no event is lost: see [Delivery]. A payload that identifies
// the event, by a number or by its time, lets whoever reads the events recognise a repetition.
func (i *Ingest) Push(ctx context.Context, payload any, query url.Values) (Delivery, error) {
	var d Delivery
	target := *i.address
	target.RawQuery = joined(target.RawQuery, query.Encode())
	k := i.client.newCall(ctx, request{
		method: http.MethodPost, path: ingestPath, target: target.String(), body: payload, anonymous: true,
		decode: func(body []byte) error {
			if isPage(body) {
				return errors.New("the response is an HTML page")
			}
			if unmarshal(body, &d.Response) != nil {
				d.Response = nil
			}
			return nil
		},
	})
	err := k.run(ctx, "")
	d.Attempts, d.MayBeRepeated = k.attempts, k.lost
	return d, err
}

func joined(queries ...string) string {
	return strings.Join(slices.DeleteFunc(queries, func(q string) bool { return q == "" }), "&")
}
