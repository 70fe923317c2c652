// SPDX-License-Identifier: MIT

package acsmon

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

const (
	// maxBody limits an answer, decompressed. A page of 100 rows has some 100 kB.
	maxBody = 32 << 20
	// A fault that is neither the rate limit nor maintenance is met with so many
	// repeats, begun within so long of the first failure.
	maxRepeats   = 3
	repeatWithin = 15 * time.Second
	// Where the server does not say how long, waits grow between these.
	firstBackoff     = 500 * time.Millisecond
	firstLimitWait   = 5 * time.Second
	longestLimitWait = 30 * time.Second
	// minLimitWait keeps a server that answers Retry-After: 0 from being hammered.
	minLimitWait = time.Second
)

// request is one call of the API.
type request struct {
	method string
	path   string // below /api/v1, its segments escaped
	query  url.Values
	body   any // nil: none
	// once marks a request that must not be carried out twice: a create. It is
	// repeated only when it provably was not processed.
	once       bool
	anonymous  bool   // without the token
	silent     bool   // a 204 without a body is a whole answer
	permission string // the slug that the route asks for
	// decode reads the body of a success. Its error makes the answer a broken one.
	decode func(body []byte) error
}

// do is the map of the request path: a token, the request with its repeats, and
// once more with a new token where the first was refused.
func (c *Client) do(ctx context.Context, r request) error {
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

// send makes one request, repeated as the package comment says.
func (c *Client) send(ctx context.Context, r request, token Secret) error {
	call := &call{client: c, request: r, pace: c.pace, budget: c.budget(ctx)}
	if r.anonymous {
		call.pace = c.loginPace
	}
	req, err := call.newRequest(ctx, token)
	if err != nil {
		return call.fail(ctx, err)
	}
	if err := call.begin(req.Request); err != nil {
		return call.fail(ctx, err)
	}
	retrying := retryablehttp.Client{
		HTTPClient:   c.http,
		RetryMax:     1 << 30, // call decides
		CheckRetry:   call.checkRetry,
		Backoff:      func(time.Duration, time.Duration, int, *http.Response) time.Duration { return call.wait },
		PrepareRetry: call.begin,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	if _, err = retrying.Do(req); err == nil {
		return nil
	}
	return call.fail(ctx, err)
}

// call is one request under way, with what its attempts have shown so far. Its
// methods are the hooks of retryablehttp, which calls them one after the other.
type call struct {
	client  *Client
	request request
	pace    *pacer
	budget  *budget

	ticket  int       // of the attempt under way, for the pacer
	started time.Time // of the attempt under way, or of the last
	// sent says that the attempt under way has got a connection: the server may
	// have seen it. It is false between attempts.
	sent         atomic.Bool
	lost         bool // an earlier attempt was sent and its outcome is not known
	firstFailure time.Time
	repeats      int           // after faults
	limitWaits   int           // after 429 and maintenance
	wait         time.Duration // before the next attempt
}

func (k *call) newRequest(ctx context.Context, token Secret) (*retryablehttp.Request, error) {
	var body any
	if k.request.body != nil {
		encoded, err := encode(k.request.body)
		if err != nil {
			return nil, err
		}
		body = encoded
	}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { k.sent.Store(true) }})
	req, err := retryablehttp.NewRequestWithContext(ctx, k.request.method, k.client.url(k.request.path, k.request.query), body)
	if err != nil {
		return nil, err
	}
	req.Header = k.client.secrets().header.Clone()
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token.Reveal())
	}
	req.SetResponseHandler(k.handle)
	return req, nil
}

// begin waits until an attempt may be made.
func (k *call) begin(req *http.Request) error {
	ticket, err := k.pace.acquire(req.Context(), k.budget)
	k.ticket, k.started, k.wait = ticket, time.Now(), 0
	return err
}

// handle reads an answer to its end, inside the retry loop, so that a broken
// body is repeated like a broken connection.
func (k *call) handle(resp *http.Response) error {
	defer resp.Body.Close()
	err := k.read(resp)
	if err == nil {
		k.finish(resp, nil)
	}
	return err
}

func (k *call) read(resp *http.Response) error {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case k.lost && k.request.method == http.MethodDelete && resp.StatusCode == http.StatusNotFound:
		return nil // an attempt whose answer was lost has removed it
	case resp.StatusCode >= 300: // the status says enough, even if the body broke off
		return k.refused(resp, body)
	case err != nil:
		return k.broken(resp, "the answer broke off", err)
	case len(body) > maxBody:
		return k.broken(resp, fmt.Sprintf("the answer is longer than %d MiB", maxBody>>20), nil)
	}
	if resp.StatusCode == http.StatusNoContent && k.request.silent {
		return nil
	}
	err = k.request.decode(body)
	switch {
	case err == nil:
		return nil
	case k.request.anonymous: // what came may hold a token
		return k.broken(resp, err.Error(), err)
	}
	return k.broken(resp, err.Error()+", and "+whatCame(body)+" came", err)
}

// checkRetry decides after a failed attempt. It is also called before an answer
// is read, which is handle's to do, and after one that is a success.
func (k *call) checkRetry(ctx context.Context, resp *http.Response, err error) (repeat bool, refusal error) {
	if err == nil {
		return false, nil
	}
	if refusal = ctx.Err(); refusal == nil {
		repeat, refusal = k.repeat(err)
	}
	k.finish(resp, err)
	if repeat {
		k.sent.Store(false)
	}
	return repeat, refusal
}

// finish ends an attempt: the next caller may go.
func (k *call) finish(resp *http.Response, err error) {
	var header http.Header
	if resp != nil && resp.StatusCode != http.StatusTooManyRequests { // which has closed the pace
		header = resp.Header
	}
	k.pace.release(k.ticket, header)
	k.report(resp, err)
}

func (k *call) report(resp *http.Response, err error) {
	t := Trace{
		Method: k.request.method, URL: k.client.url(k.request.path, k.request.query),
		Err: err, Duration: time.Since(k.started), Wait: k.wait, Limit: k.client.Limit(),
	}
	if resp != nil {
		t.Status = resp.StatusCode
	}
	k.client.trace(t)
}

// repeat decides whether the failed attempt is made again, and sets the wait
// before it. The second result is why it is not, where the attempt's own error
// does not say it all.
func (k *call) repeat(err error) (bool, error) {
	var e *Error
	if !errors.As(err, &e) {
		return k.repeatFault(err), nil
	}
	switch {
	case e.Status == http.StatusTooManyRequests, e.Status == http.StatusServiceUnavailable && !e.RetryAt.IsZero():
		return k.waitOut(e)
	case e.Status == http.StatusServiceUnavailable && e.maintenance && !k.request.once:
		return k.waitOut(e)
	case e.Status >= 500, e.broken:
		return k.repeatFault(err), nil
	}
	return false, nil
}

// repeatFault allows a few repeats after a fault.
func (k *call) repeatFault(err error) bool {
	now, sent := time.Now(), k.sent.Load()
	if k.firstFailure.IsZero() {
		k.firstFailure = now
	}
	k.lost = k.lost || sent
	if sent && k.request.once || !sent && hopeless(err) || k.repeats >= maxRepeats {
		return false
	}
	wait := firstBackoff << k.repeats
	wait += rand.N(wait)
	if now.Add(wait).Sub(k.firstFailure) > repeatWithin || k.budget.spend(wait) != nil {
		return false
	}
	k.repeats++
	k.wait = wait
	return true
}

// waitOut waits for the end of the rate limit or of maintenance, as long as the
// budget allows. A rate limit stops all callers, whatever this one's budget.
func (k *call) waitOut(e *Error) (bool, error) {
	wait := min(firstLimitWait<<min(k.limitWaits, 10), longestLimitWait)
	if !e.RetryAt.IsZero() {
		wait = max(time.Until(e.RetryAt), minLimitWait)
	}
	wait = jitter(wait)
	if e.Status == http.StatusTooManyRequests {
		k.pace.close(wait)
	}
	if err := k.budget.spend(wait); err != nil {
		return false, k.outOfBudget(err, e)
	}
	k.limitWaits++
	k.wait = wait
	return true, nil
}

func (k *call) outOfBudget(err error, e *Error) error {
	var long *tooLong
	if errors.As(err, &long) {
		e.RetryAt = long.until
	}
	return e
}

// fail gives a failed call its typed error.
func (k *call) fail(ctx context.Context, err error) error {
	e := k.typed(ctx, err)
	if !k.request.once || !k.uncertain(e) {
		return e
	}
	gateway := e.Status == http.StatusBadGateway || e.Status == http.StatusGatewayTimeout
	return &UncertainError{Processing: e.timeout || gateway, Answered: e.Status >= 500 && !gateway, Err: e}
}

// uncertain says whether the request may have been carried out all the same.
func (k *call) uncertain(e *Error) bool {
	switch {
	case e.broken:
		return true
	case e.Status == http.StatusServiceUnavailable && !e.RetryAt.IsZero():
		return false
	case e.Status != 0:
		return e.Status >= 500
	}
	return k.sent.Load()
}

func (k *call) typed(ctx context.Context, err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	e = &Error{Method: k.request.method, Path: k.request.path, Err: err, Message: clean(networkMessage(err))}
	var long *tooLong
	var netErr net.Error
	switch {
	case errors.As(err, &long):
		e.Status, e.RetryAt, e.Message = http.StatusTooManyRequests, long.until, "the rate limit is used up"
	case ctx.Err() != nil:
		e.timeout, e.Message = true, "the caller called it off ("+ctx.Err().Error()+")"
	case k.sent.Load() && errors.As(err, &netErr) && netErr.Timeout():
		e.timeout, e.Message = true, fmt.Sprintf("no whole answer came within %s (see timeout)", k.client.timeout)
	}
	return e
}

// networkMessage leaves out the address, which net/http puts before the cause.
func networkMessage(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return fmt.Sprintf("the host %q cannot be found: check the base URL and the name server", dns.Name)
	}
	var cert *tls.CertificateVerificationError
	if errors.As(err, &cert) {
		return fmt.Sprintf("the server's certificate is not trusted (%v): name its CA with ca_path", cert.Err)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "the connection was closed before an answer came"
	}
	return err.Error()
}

// hopeless says whether a repeat cannot help where no connection was made: an
// unknown host, a TLS failure.
func hopeless(err error) bool {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return dns.IsNotFound
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	// crypto/tls exports few of its errors; the text of each has this prefix.
	return strings.Contains(err.Error(), "tls: ") || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

// broken is an answer that came and cannot be used.
func (k *call) broken(resp *http.Response, message string, cause error) *Error {
	var netErr net.Error
	return &Error{
		Status: resp.StatusCode, Method: k.request.method, Path: k.request.path,
		Message: clean(message), Err: cause, broken: true,
		timeout: errors.As(cause, &netErr) && netErr.Timeout(),
	}
}

// refused is an answer whose status says that the request was not carried out.
func (k *call) refused(resp *http.Response, body []byte) *Error {
	e := &Error{Status: resp.StatusCode, Method: k.request.method, Path: k.request.path}
	var answer struct {
		Message any `json:"message"`
		Errors  any `json:"errors"`
	}
	if json.Unmarshal(body, &answer) == nil {
		e.Message = clean(text(answer.Message))
		e.Fields = fieldErrors(answer.Errors)
	}
	if e.Message == "" {
		e.Message = whatCame(body)
	}
	switch {
	case resp.StatusCode < 400:
		e.Message = redirected(resp)
	case resp.StatusCode == http.StatusForbidden:
		e.Permission = k.request.permission
	case resp.StatusCode == http.StatusTooManyRequests:
		if e.RetryAt = retryAfter(resp.Header); e.RetryAt.IsZero() {
			e.RetryAt = unixTime(resp.Header.Get("X-RateLimit-Reset"))
		}
	case resp.StatusCode == http.StatusServiceUnavailable:
		e.RetryAt = retryAfter(resp.Header)
		e.maintenance = maintenance.Match(body)
	}
	return e
}

func redirected(resp *http.Response) string {
	target := resp.Header.Get("Location")
	if u, err := resp.Request.URL.Parse(target); err == nil {
		u.User, u.RawQuery, u.Fragment = nil, "", ""
		target = u.String()
	}
	return fmt.Sprintf("the server redirects to %q, and no redirect is followed: check the base URL", clean(target))
}

// maintenance recognises Laravel's maintenance mode, which answers 503 with or
// without Retry-After, as JSON or as an HTML page.
var maintenance = regexp.MustCompile(`(?i)maintenance|service unavailable|be right back`)

// longest is a wait that no budget allows; what asks for a longer one is taken
// for this, so that sums of waits do not overflow.
const longest = 10 * 365 * 24 * time.Hour

// retryAfter reads Retry-After, which is seconds or a date; zero if it is neither.
func retryAfter(header http.Header) time.Time {
	after := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(after, 64); err == nil && seconds >= 0 {
		return time.Now().Add(time.Duration(min(seconds, longest.Seconds()) * float64(time.Second)))
	}
	date, err := http.ParseTime(after)
	if err != nil {
		return time.Time{}
	}
	return atMost(date)
}

// unixTime reads a Unix time; zero if it is none.
func unixTime(s string) time.Time {
	unix, err := strconv.ParseInt(s, 10, 64)
	if err != nil || unix <= 0 {
		return time.Time{}
	}
	return atMost(time.Unix(min(unix, math.MaxInt32*100), 0))
}

func atMost(t time.Time) time.Time {
	if latest := time.Now().Add(longest); t.After(latest) {
		return latest
	}
	return t
}

// fieldErrors reads Laravel's errors object; values may be lists or strings, and
// an empty one comes as a list. More than maxComplaints are not kept.
func fieldErrors(v any) map[string][]string {
	object, _ := v.(map[string]any)
	if len(object) == 0 {
		return nil
	}
	fields := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(object))[:min(len(object), maxComplaints)] {
		list, ok := object[name].([]any)
		if !ok {
			list = []any{object[name]}
		}
		for _, complaint := range list[:min(len(list), maxComplaints)] {
			fields[clean(name)] = append(fields[clean(name)], clean(text(complaint)))
		}
	}
	return fields
}

const maxComplaints = 20

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	return fmt.Sprint(v)
}

var htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// whatCame describes a body that is not what was asked for.
func whatCame(body []byte) string {
	trimmed := bytes.TrimSpace(body)
	switch {
	case len(trimmed) == 0:
		return "an empty answer"
	case trimmed[0] == '<':
		if title := htmlTitle.FindSubmatch(trimmed); title != nil {
			return fmt.Sprintf("an HTML page titled %q", clean(string(title[1])))
		}
		return "an HTML page"
	case len(trimmed) > 80:
		return fmt.Sprintf("%q…", clean(string(trimmed[:80])))
	}
	return fmt.Sprintf("%q", clean(string(trimmed)))
}
