// SPDX-License-Identifier: MIT

package acsmon

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// maxBody limits a response after decompression. A page of 100 rows has some 100 kB.
const maxBody = 32 << 20

// byteOrderMark comes before the responses of a PHP application if one of its files was saved with
// it. JSON has none, and RFC 8259 allows a parser to ignore it.
var byteOrderMark = []byte("\ufeff")

// request is one call of the API.
type request struct {
	method string
	path   string // below /api/v1, with its segments escaped
	target string // the whole URL, if it is a secret; path is then what may be shown of it
	query  url.Values
	body   any // nil: none; a form, or a value to be encoded as JSON
	// once marks a request that must not be carried out twice, such as a create. It is repeated
	// only if it provably was not processed.
	once       bool
	anonymous  bool   // sent without the token
	silent     bool   // an empty response is a valid one
	permission string // the slug that the route asks for
	// decode parses the body of a success. If it returns an error, the response is a broken one.
	decode func(body []byte) error
}

// do is the map of the request path: get a token, send the request with its repeats, and do so once
// more with a new token if the first was refused.
func (c *Client) do(ctx context.Context, r request) error {
	ctx = context.WithValue(ctx, budgetKey{}, c.budget(ctx)) // which the login shares
	if r.anonymous {
		return c.send(ctx, r, "")
	}
	token, err := c.authorise(ctx, "")
	if err != nil {
		return err
	}
	err = c.send(ctx, r, token)
	if !IsUnauthorized(err) || c.secrets().email == "" {
		return err
	}
	if token, err = c.authorise(ctx, token); err != nil {
		return err
	}
	return c.send(ctx, r, token)
}

// send makes one request and repeats it as the package comment says.
func (c *Client) send(ctx context.Context, r request, token Secret) error {
	return c.newCall(ctx, r).run(ctx, token)
}

func (c *Client) newCall(ctx context.Context, r request) *call {
	k := &call{client: c, request: r, pace: c.pace, budget: c.budget(ctx)}
	if r.anonymous {
		k.pace = c.loginPace
	}
	return k
}

func (k *call) run(ctx context.Context, token Secret) error {
	req, err := k.newRequest(ctx, token)
	if err != nil {
		return k.fail(ctx, err)
	}
	if err := k.begin(req.Request); err != nil {
		return k.fail(ctx, err)
	}
	retrying := retryablehttp.Client{
		HTTPClient:   k.client.http,
		RetryMax:     1 << 30, // checkRetry decides
		CheckRetry:   k.checkRetry,
		Backoff:      k.backoff,
		PrepareRetry: k.begin,
		ErrorHandler: retryablehttp.PassthroughErrorHandler, // fail makes the error
	}
	if _, err = retrying.Do(req); err == nil {
		return nil
	}
	return k.fail(ctx, err)
}

// call is one request in progress, with what its attempts have shown so far. Its methods are the
// hooks of retryablehttp, which owns the loop, the rewound body and the sleep between attempts. For
// each attempt they are called in this order, never two at once:
//
//  1. begin (PrepareRetry; send calls it for the first attempt) waits until the pacer allows the
//     attempt.
//  2. checkRetry (CheckRetry) is called with the header of a response, and then does nothing,
//     because only the body says what the response means. Or it is called with the error of an
//     attempt that got no response, which ends the attempt.
//  3. handle (SetResponseHandler) reads the response inside the loop, so that a broken body is
//     repeated like a broken connection. A success ends the call.
//  4. checkRetry is called with the error of handle. It ends the attempt and decides on another.
//  5. backoff (Backoff) returns the wait that checkRetry has chosen.
//
// After the last attempt, fail gives the error its type.
type call struct {
	client  *Client
	request request
	pace    *pacer
	budget  *budget

	ticket  int       // of the current attempt, for the pacer
	started time.Time // when the current attempt began, or the last one
	// sent says that the current attempt has a connection: the server may have seen it. It is false
	// between attempts.
	sent         atomic.Bool
	lost         bool // an earlier attempt was sent, and its outcome is not known
	firstFailure time.Time
	attempts     int           // begun
	repeats      int           // after faults
	limitWaits   int           // after 429 and maintenance
	wait         time.Duration // before the next attempt
}

func (k *call) newRequest(ctx context.Context, token Secret) (*retryablehttp.Request, error) {
	body, mediaType, err := k.request.encoded()
	if err != nil {
		return nil, err
	}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { k.sent.Store(true) }})
	address := cmp.Or(k.request.target, k.client.url(k.request.path, k.request.query))
	req, err := retryablehttp.NewRequestWithContext(ctx, k.request.method, address, body)
	if err != nil {
		return nil, err
	}
	req.Header = k.client.secrets().header.Clone()
	if body != nil {
		req.Header.Set("Content-Type", mediaType)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token.Reveal())
	}
	req.SetResponseHandler(k.handle)
	return req, nil
}

// encoded gives the body as it is sent, nil where there is none, and its media type.
func (r request) encoded() (body any, mediaType string, err error) {
	switch given := r.body.(type) {
	case nil:
		return nil, "", nil
	case form:
		return given.content, given.mediaType, nil
	case Fields:
		if given == nil { // which would be null, and no object
			return []byte("{}"), "application/json", nil
		}
	}
	encoded, err := encode(r.body)
	return encoded, "application/json", err
}

// begin waits until an attempt may be made.
func (k *call) begin(req *http.Request) error {
	ticket, err := k.pace.acquire(req.Context(), k.budget)
	if err == nil {
		k.attempts++
	}
	k.ticket, k.started, k.wait = ticket, time.Now(), 0
	return err
}

// handle reads a response to its end inside the retry loop, so that a broken body is repeated like
// a broken connection.
func (k *call) handle(resp *http.Response) error {
	defer resp.Body.Close()
	err := k.receive(resp)
	if err == nil {
		k.finish(resp, nil)
	}
	return err
}

func (k *call) receive(resp *http.Response) error {
	if resp.StatusCode != http.StatusBadGateway && resp.StatusCode != http.StatusGatewayTimeout {
		k.client.reached.Store(true)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	body = bytes.TrimPrefix(body, byteOrderMark)
	switch {
	case k.lost && k.request.method == http.MethodDelete && resp.StatusCode == http.StatusNotFound:
		return nil // an attempt whose response was lost has removed it
	case resp.StatusCode >= 300, maintained(body): // the status says enough, even if the body is broken
		return k.refused(resp, body)
	case err != nil:
		return k.broken(resp, "the response broke off", err)
	case len(body) > maxBody:
		return k.broken(resp, fmt.Sprintf("the response is longer than %d MiB", maxBody>>20), nil)
	}
	if k.request.silent && k.done(resp.StatusCode, body) {
		return nil
	}
	err = k.request.decode(body)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errNoToken): // the login may want a code, or something else
		return &Error{Status: resp.StatusCode, Method: k.request.method, Path: k.request.path, Reason: ReasonLogin, Message: err.Error(), Err: err}
	case errors.Is(err, errTooMuch): // it would be too much again
		return &Error{Status: resp.StatusCode, Method: k.request.method, Path: k.request.path, Message: err.Error(), Err: err}
	case k.request.anonymous: // the response may hold a token
		return k.broken(resp, err.Error(), err)
	}
	e := k.broken(resp, err.Error()+", and "+k.whatCame(body)+" came", err)
	if isPage(body) {
		e.Reason = ReasonPage
	}
	return e
}

// done reports whether an empty response is a success, before it is decoded. A PHP action may
// return true or an empty list, which says no more than the status. An empty 200 may come from an
// action that returns nothing, or from one that went wrong: after an update it counts as a success,
// because the caller looks at the row; a delete is sent again, which shows it.
func (k *call) done(status int, body []byte) bool {
	switch string(bytes.TrimSpace(body)) {
	case "true", "1", "{}", "[]":
		return true
	case "", "null":
		return status != http.StatusOK || k.request.method == http.MethodPut
	}
	return false
}

// backoff returns the wait before the next attempt.
func (k *call) backoff(time.Duration, time.Duration, int, *http.Response) time.Duration {
	return k.wait
}

// checkRetry decides after a failed attempt.
func (k *call) checkRetry(ctx context.Context, resp *http.Response, err error) (repeat bool, refusal error) {
	if err == nil {
		return false, nil
	}
	if refusal = ctx.Err(); refusal == nil {
		repeat, refusal = k.repeat(err)
	}
	k.finish(resp, k.withoutTarget(err))
	if repeat {
		tellWait(ctx, k.wait)
		k.sent.Store(false)
	}
	return repeat, refusal
}

// withoutTarget hides the cause of a failed attempt if the URL is a secret: net/http puts the URL
// before the cause, and a round tripper of WithTransport may quote it anywhere.
func (k *call) withoutTarget(cause error) error {
	if cause == nil || k.request.target == "" || errors.As(cause, new(*Error)) {
		return cause
	}
	cause = withoutURL(cause)
	return &hiddenError{k.client.redact(cause.Error()), func() error { return cause }}
}

// finish ends an attempt, so that the next caller may go.
func (k *call) finish(resp *http.Response, err error) {
	var header http.Header
	if resp != nil && resp.StatusCode != http.StatusTooManyRequests { // a 429 has closed the pace
		header = resp.Header
	}
	k.pace.release(k.ticket, header)
	k.report(resp, err)
}

func (k *call) report(resp *http.Response, err error) {
	t := Trace{
		Method: k.request.method, URL: k.client.url(k.request.path, k.request.query),
		Err: err, Duration: time.Since(k.started), Wait: k.wait, Limit: k.pace.state(),
	}
	if resp != nil {
		t.Status = resp.StatusCode
		t.Date, _ = http.ParseTime(resp.Header.Get("Date"))
	}
	k.client.trace(t)
}
