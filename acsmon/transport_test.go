// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// wrapper is a round tripper that is a function of the next one.
type wrapper struct {
	next http.RoundTripper
	do   func(next http.RoundTripper, req *http.Request) (*http.Response, error)
}

func (w wrapper) RoundTrip(req *http.Request) (*http.Response, error) { return w.do(w.next, req) }

func wrapped(do func(next http.RoundTripper, req *http.Request) (*http.Response, error)) acsmon.Option {
	return acsmon.WithTransport(func(next http.RoundTripper) http.RoundTripper { return wrapper{next, do} })
}

func TestAWrapperSeesEachAttemptAndNoToken(t *testing.T) {
	var seen []string
	around := func(name string) acsmon.Option {
		return wrapped(func(next http.RoundTripper, req *http.Request) (*http.Response, error) {
			if value := req.Header.Get("Authorization"); value != "" && value != "Bearer of outer" {
				t.Errorf("%s sees %q", name, value)
			}
			req.Header.Set("X-Span", name)
			req.Header.Set("Authorization", "Bearer of "+name)
			req.Header.Set("Idempotency-Key", name)
			resp, err := next.RoundTrip(req)
			if err == nil {
				seen = append(seen, fmt.Sprint(name, " ", req.Method, " ", resp.StatusCode))
			}
			return resp, err
		})
	}
	server, client := start(t, acsmontest.Options{Devices: 1}, around("inner"), around("outer"))
	server.Inject(acsmontest.Fault{Times: 1, Do: acsmontest.Status(500)})
	must(acsmon.Collect(client.Devices.List(bg, acsmon.Query{})))
	if got, want := strings.Join(seen, ", "), "inner GET 500, outer GET 500, inner GET 200, outer GET 200"; got != want {
		t.Errorf("the wrappers saw %s, want %s", got, want)
	}
	for _, request := range server.Requests() {
		if h := request.Header; h.Get("X-Span") != "inner" || h.Get("Idempotency-Key") != "" { // the token is right, or it answered 401
			t.Errorf("sent %v", h)
		}
	}
}

// A forbiddenWrapper is a wrapper that sends another request than the client's, and what the error
// says of it.
type forbiddenWrapper struct {
	says string
	do   func(next http.RoundTripper, req *http.Request) (*http.Response, error)
}

// forbiddenWrappers returns wrappers, some of which try the server at other.
func forbiddenWrappers(other string) map[string]forbiddenWrapper {
	return map[string]forbiddenWrapper{
		"another address": {"to another address", func(next http.RoundTripper, req *http.Request) (*http.Response, error) {
			moved, err := http.NewRequestWithContext(req.Context(), req.Method, other+req.URL.Path, req.Body)
			if err != nil {
				return nil, err
			}
			return next.RoundTrip(moved)
		}},
		"another path": {"to another address, or", func(next http.RoundTripper, req *http.Request) (*http.Response, error) {
			req.URL.Path += "/../7"
			return next.RoundTrip(req)
		}},
		"another method": {"or with another method than POST", func(next http.RoundTripper, req *http.Request) (*http.Response, error) {
			req.Method = http.MethodDelete
			return next.RoundTrip(req)
		}},
		"another Host": {"another address", func(next http.RoundTripper, req *http.Request) (*http.Response, error) {
			req.Host = "other.example.com"
			return next.RoundTrip(req)
		}},
		"a second time": {"a second time", func(next http.RoundTripper, req *http.Request) (*http.Response, error) {
			if _, err := next.RoundTrip(req); err != nil {
				return nil, err
			}
			req.Body, _ = req.GetBody()
			return next.RoundTrip(req)
		}},
		"another request": {"not the client's", func(next http.RoundTripper, req *http.Request) (*http.Response, error) {
			own, err := http.NewRequest(req.Method, req.URL.String(), req.Body)
			if err != nil {
				return nil, err
			}
			return next.RoundTrip(own)
		}},
	}
}

// Whatever a wrapper tries, the other server gets no request from the client's transport, and none
// is sent twice.
func TestAWrapperCannotLoosenTheRules(t *testing.T) {
	var elsewhere atomic.Int64
	other := handleURL(t, func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) })
	for name, forbidden := range forbiddenWrappers(other) {
		t.Run(name, func(t *testing.T) {
			server, client := start(t, acsmontest.Options{}, wrapped(forbidden.do))
			_, err := client.Monitors.Create(bg, plainMonitor)
			saysAll(t, fmt.Sprint(err), "WithTransport", forbidden.says, "which is refused")
			var uncertain *acsmon.UncertainError
			sent := len(server.Requests())
			if errors.As(err, &uncertain) != (sent > 0) || sent > 1 {
				t.Errorf("%d requests were sent, and the error is %v", sent, err)
			}
		})
	}
	if n := elsewhere.Load(); n > 0 {
		t.Errorf("%d requests went to another server", n)
	}
}

// A redirect that a wrapper follows by itself goes without the token.
func TestAWrapperThatFollowsRedirectsHasNoToken(t *testing.T) {
	var authorization []string
	other := handleURL(t, func(w http.ResponseWriter, r *http.Request) {
		authorization = append(authorization, r.Header.Get("Authorization"))
		_, _ = io.WriteString(w, `{"id": 1, "name": "other"}`)
	})
	client := handle(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other, http.StatusTemporaryRedirect)
	}, wrapped(func(next http.RoundTripper, req *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(req)
		if err != nil || resp.StatusCode != http.StatusTemporaryRedirect {
			return resp, err
		}
		resp.Body.Close()
		again := req.Clone(req.Context())
		again.URL, err = req.URL.Parse(resp.Header.Get("Location"))
		if err != nil {
			return nil, err
		}
		again.Host = again.URL.Host
		return http.DefaultTransport.RoundTrip(again)
	}))
	must(client.Devices.Get(bg, 1))
	if len(authorization) != 1 || authorization[0] != "" {
		t.Errorf("the other server was sent %q", authorization)
	}
}

// What a wrapper does by itself is not known, so a create that fails in it is not sent again.
func TestACreateThatAWrapperFailsIsUncertain(t *testing.T) {
	attempts := 0
	_, client := start(t, acsmontest.Options{}, wrapped(func(http.RoundTripper, *http.Request) (*http.Response, error) {
		attempts++
		return nil, errors.New("it broke")
	}))
	_, err := client.Monitors.Create(bg, plainMonitor)
	if !errors.As(err, new(*acsmon.UncertainError)) || attempts != 1 {
		t.Errorf("%d attempts, and %v", attempts, err)
	}
}

// A wrapper may answer by itself, as a test or a cache does; also with a redirect, which the client
// quotes.
func TestAWrapperMayAnswer(t *testing.T) {
	answer := func(status int, body string) acsmon.Option {
		return wrapped(func(http.RoundTripper, *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{"Location": {"/login"}}, Body: io.NopCloser(strings.NewReader(body))}, nil
		})
	}
	server, client := start(t, acsmontest.Options{}, answer(200, `{"id": 7, "name": "canned"}`))
	if device, err := client.Devices.Get(bg, 7); err != nil || device.Name != "canned" || len(server.Requests()) != 0 {
		t.Errorf("the device is %+v after %d requests, want the canned one after none: %v", device, len(server.Requests()), err)
	}
	_, client = start(t, acsmontest.Options{}, answer(302, ""))
	_, err := client.Devices.Get(bg, 7)
	saysAll(t, fmt.Sprint(err), "redirects are not followed", "/login")
}

func TestAWrapperThatReturnsNoneIsRefused(t *testing.T) {
	option := acsmon.WithTransport(func(http.RoundTripper) http.RoundTripper { return nil })
	if _, err := acsmon.New("https://monitoring.example.com", option); err == nil || !strings.Contains(err.Error(), "the wrapper of the transport") {
		t.Errorf("New gives %v", err)
	}
}
