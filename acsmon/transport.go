// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

const maxHeaderBytes = 256 << 10

// WithTransport puts wrap around the transport: for metrics, for tracing, for a gateway's
// signature. New calls it once. If the option is given several times, the last one is the
// outermost.
//
// What wrap returns sees each attempt at a request, but no Authorization header. It may add
// headers, measure, refuse, or answer by itself, and it may pass the request to next once. It
// cannot change where a request goes: next refuses another method, another address, and a second
// request. So no redirect is followed, and nothing is repeated without the client's knowledge.
//
// It does see other secrets: the values of WithHeader, the address of an [Ingest], and all bodies.
// The bodies of a login hold the password and the new token.
func WithTransport(wrap func(next http.RoundTripper) http.RoundTripper) Option {
	return func(c *config) error {
		if wrap == nil {
			return noFunction("WithTransport")
		}
		c.wrappers = append(c.wrappers, wrap)
		return nil
	}
}

// roundTripper returns the transport, within the caller's wrappers if there are any.
func (c *config) roundTripper() (http.RoundTripper, error) {
	base := c.transport()
	if len(c.wrappers) == 0 {
		return base, nil
	}
	var wrapped http.RoundTripper = inside{base}
	for _, wrap := range c.wrappers {
		if wrapped = wrap(wrapped); wrapped == nil {
			return nil, errors.New("the wrapper of the transport returned nil: return a round tripper")
		}
	}
	return outside{wrapped, base}, nil
}

func (c *config) transport() *http.Transport {
	dial := c.dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: c.connectTimeout, KeepAlive: 30 * time.Second}).DialContext
	}
	return &http.Transport{
		Proxy:                  c.proxy,
		DialContext:            dial,
		TLSClientConfig:        &tls.Config{RootCAs: c.roots, InsecureSkipVerify: c.insecure}, //nolint:gosec // a documented option
		TLSHandshakeTimeout:    c.connectTimeout,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    pagesAtOnce,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: maxHeaderBytes,
	}
}

// attempt is what the client sends. The transport inside compares it with what comes through the
// wrappers.
type attempt struct {
	request *http.Request
	passed  atomic.Bool
}

type attemptKey struct{}

// outside is the transport around the wrappers. It keeps the Authorization header from them.
type outside struct {
	wrapped http.RoundTripper
	base    *http.Transport
}

// RoundTrip hands an attempt to the wrappers.
func (o outside) RoundTrip(req *http.Request) (*http.Response, error) {
	a := &attempt{request: req}
	shown := req.Clone(context.WithValue(req.Context(), attemptKey{}, a))
	shown.Header.Del("Authorization")
	resp, err := o.wrapped.RoundTrip(shown)
	if !a.passed.Load() && !errors.As(err, new(*wrapperError)) {
		// Nobody knows what a wrapper has done by itself, so the attempt counts as sent.
		if trace := httptrace.ContextClientTrace(req.Context()); trace != nil {
			trace.GotConn(httptrace.GotConnInfo{})
		}
	}
	if resp != nil {
		resp.Request = req
	}
	return resp, err
}

// CloseIdleConnections closes those of the transport.
func (o outside) CloseIdleConnections() { o.base.CloseIdleConnections() }

// inside is the transport between the wrappers and the network. It sends only what the client
// wanted to send.
type inside struct{ base *http.Transport }

// RoundTrip sends an attempt, with the token and the client's own headers.
func (i inside) RoundTrip(req *http.Request) (*http.Response, error) {
	a, _ := req.Context().Value(attemptKey{}).(*attempt)
	if err := a.check(req); err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	sent := req.Clone(req.Context())
	for _, name := range ownHeaders {
		delete(sent.Header, name)
		if values := a.request.Header.Values(name); len(values) > 0 {
			sent.Header[name] = values
		}
	}
	return i.base.RoundTrip(sent)
}

// check returns an error for a request that the client has not sent, or that has been sent already.
func (a *attempt) check(req *http.Request) error {
	switch {
	case a == nil:
		return &wrapperError{"sends a request that is not the client's, or without its context"}
	case req.Method != a.request.Method, req.URL.String() != a.request.URL.String(), req.Host != a.request.Host:
		return &wrapperError{fmt.Sprintf("sends a request to another address, or with another method than %s", a.request.Method)}
	case a.passed.Swap(true):
		return &wrapperError{"sends a request a second time"}
	}
	return nil
}

// wrapperError is the error for a wrapper that does what it must not do. A repeat would not help.
type wrapperError struct{ what string }

// Error says what the wrapper does.
func (e *wrapperError) Error() string {
	return "the wrapper of the transport (WithTransport) " + e.what + ", which is refused"
}
