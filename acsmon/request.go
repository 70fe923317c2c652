// SPDX-License-Identifier: MIT

package acsmon

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
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
	if !IsUnauthorized(err) || c.email == "" {
		return err
	}
	if token, err = c.authorise(ctx, token); err != nil {
		return err
	}
	return c.send(ctx, r, token)
}

// send makes one request, repeated as the package comment says.
func (c *Client) send(ctx context.Context, r request, token Secret) error {
	call := &call{client: c, request: r, budget: c.budget(ctx)}
	req, err := call.newRequest(ctx, token)
	if err != nil {
		return call.fail(err)
	}
	if err := c.pace.acquire(ctx, call.budget); err != nil {
		return call.fail(err)
	}
	call.started, call.inFlight = time.Now(), true
	retrying := retryablehttp.Client{
		HTTPClient:   c.http,
		RetryMax:     1 << 30, // call decides
		CheckRetry:   call.checkRetry,
		Backoff:      func(time.Duration, time.Duration, int, *http.Response) time.Duration { return call.wait },
		PrepareRetry: call.prepareRetry,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	if _, err = retrying.Do(req); err == nil {
		return nil
	}
	return call.fail(err)
}

// call is one request under way, with what its attempts have shown so far. Its
// methods are the hooks of retryablehttp, which calls them one after the other.
type call struct {
	client  *Client
	request request
	budget  *budget

	started      time.Time // of the current attempt
	firstFailure time.Time
	repeats      int // after faults
	limitWaits   int // after 429 and maintenance
	wait         time.Duration
	inFlight     bool
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
	req, err := retryablehttp.NewRequestWithContext(ctx, k.request.method, k.client.url(k.request.path, k.request.query), body)
	if err != nil {
		return nil, err
	}
	req.Header = k.client.header.Clone()
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token.Reveal())
	}
	req.SetResponseHandler(k.handle)
	return req, nil
}

func (k *call) prepareRetry(req *http.Request) error {
	if err := k.client.pace.acquire(req.Context(), k.budget); err != nil {
		return err
	}
	k.started, k.inFlight = time.Now(), true
	return nil
}

// handle reads an answer to its end, inside the retry loop, so that a broken
// body is repeated like a broken connection.
func (k *call) handle(resp *http.Response) error {
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case err != nil:
		return k.broken(resp, "the answer broke off", err)
	case len(body) > maxBody:
		return k.broken(resp, fmt.Sprintf("the answer is longer than %d MiB", maxBody>>20), nil)
	case resp.StatusCode >= 300:
		return k.refused(resp, body)
	case k.request.decode == nil:
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

// checkRetry is called before an answer is read (then it only passes it on to
// handle), after it was read, and when none came.
func (k *call) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if err == nil && k.inFlight {
		k.inFlight = false
		k.client.pace.release(resp.Header)
		return false, nil
	}
	if k.inFlight {
		k.inFlight = false
		k.client.pace.release(nil)
	}
	if err == nil {
		k.report(resp, nil)
		return false, nil
	}
	if ctx.Err() != nil {
		k.report(resp, ctx.Err())
		return false, ctx.Err()
	}
	k.wait = 0
	repeat, refusal := k.repeat(err)
	k.report(resp, err)
	return repeat, refusal
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
		return k.repeatFault(sentNothing(err), hopeless(err)), nil
	}
	switch {
	case e.Status == http.StatusTooManyRequests, e.Status == http.StatusServiceUnavailable && !e.RetryAt.IsZero():
		return k.waitOut(e)
	case e.Status == http.StatusServiceUnavailable && e.maintenance && !k.request.once:
		return k.waitOut(e)
	case e.Status >= 500, e.broken:
		return k.repeatFault(false, false), nil
	}
	return false, nil
}

// repeatFault allows a few repeats after a fault.
func (k *call) repeatFault(sentNothing, hopeless bool) bool {
	now := time.Now()
	if k.firstFailure.IsZero() {
		k.firstFailure = now
	}
	if hopeless || k.request.once && !sentNothing || k.repeats >= maxRepeats {
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
// budget allows.
func (k *call) waitOut(e *Error) (bool, error) {
	wait := min(firstLimitWait<<min(k.limitWaits, 10), longestLimitWait)
	if !e.RetryAt.IsZero() {
		wait = max(time.Until(e.RetryAt), minLimitWait)
	}
	wait = jitter(wait)
	if err := k.budget.spend(wait); err != nil {
		return false, k.outOfBudget(err, e)
	}
	k.limitWaits++
	k.wait = wait
	if e.Status == http.StatusTooManyRequests {
		k.client.pace.close(wait)
	}
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
func (k *call) fail(err error) error {
	e := k.typed(err)
	if !k.request.once || !uncertain(err, e) {
		return e
	}
	return &UncertainError{
		Processing: e.timeout || e.Status == http.StatusBadGateway || e.Status == http.StatusGatewayTimeout,
		Answered:   e.Status >= 500 && e.Status != http.StatusBadGateway && e.Status != http.StatusGatewayTimeout,
		Err:        e,
	}
}

// uncertain says whether the request may have been carried out all the same.
func uncertain(err error, e *Error) bool {
	switch {
	case e.broken:
		return true
	case e.Status == http.StatusServiceUnavailable && !e.RetryAt.IsZero():
		return false
	case e.Status != 0:
		return e.Status >= 500
	}
	return e.sent && !sentNothing(err) && !hopeless(err)
}

func (k *call) typed(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	e = &Error{Method: k.request.method, Path: k.request.path, Err: err, Message: clean(networkMessage(err))}
	var long *tooLong
	if errors.As(err, &long) {
		e.Status, e.RetryAt, e.Message = http.StatusTooManyRequests, long.until, "the rate limit is used up"
		return e
	}
	e.sent = !k.started.IsZero()
	var netErr net.Error
	if errors.As(err, &netErr) && netErr.Timeout() {
		e.timeout = true
		e.Message = fmt.Sprintf("no whole answer came within %s (see timeout)", k.client.timeout)
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

// sentNothing says whether the fault came before a byte of the request was sent.
func sentNothing(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect")
}

// hopeless says whether a repeat cannot help: an unknown host, a TLS failure.
func hopeless(err error) bool {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return dns.IsNotFound
	}
	var cert *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var host x509.HostnameError
	return errors.As(err, &cert) || errors.As(err, &record) || errors.As(err, &alert) || errors.As(err, &host) ||
		strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
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
	case resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode == http.StatusServiceUnavailable:
		e.RetryAt = retryAt(resp.Header)
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

// retryAt reads Retry-After (seconds, or a date), else X-RateLimit-Reset (a Unix
// time); zero where the server names neither.
func retryAt(header http.Header) time.Time {
	now := time.Now()
	after := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(after, 64); err == nil {
		return now.Add(time.Duration(min(max(seconds, 0), maxSeconds) * float64(time.Second)))
	}
	if date, err := http.ParseTime(after); err == nil {
		return date
	}
	if unix, err := strconv.ParseInt(header.Get("X-RateLimit-Reset"), 10, 64); err == nil && unix > 0 {
		return time.Unix(min(unix, now.Unix()+maxSeconds), 0)
	}
	return time.Time{}
}

// maxSeconds is a wait that no budget allows: ten years.
const maxSeconds = 10 * 365 * 86400

// fieldErrors reads Laravel's errors object; values may be lists or strings, and
// an empty one comes as a list.
func fieldErrors(v any) map[string][]string {
	object, _ := v.(map[string]any)
	if len(object) == 0 {
		return nil
	}
	fields := make(map[string][]string, len(object))
	for name, complaints := range object {
		list, ok := complaints.([]any)
		if !ok {
			list = []any{complaints}
		}
		for _, complaint := range list {
			fields[name] = append(fields[name], clean(text(complaint)))
		}
	}
	return fields
}

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
