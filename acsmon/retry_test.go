// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// This file checks the package comment's section Repeats against what happens, in fake time: a wait
// of minutes takes none.

// The faults that leave it open whether the request was carried out.
var lossy = map[string]acsmontest.Effect{
	"500":                      acsmontest.Status(500),
	"502 of a proxy":           acsmontest.Status(502),
	"504 of a proxy":           acsmontest.Status(504),
	"a connection that breaks": acsmontest.Reset(),
	"one that breaks later":    acsmontest.After(acsmontest.Reset()),
	"a time-out":               acsmontest.After(acsmontest.Delay(time.Minute)),
	"a body that drips":        acsmontest.Drip(10 * time.Second),
	"an answer cut short":      acsmontest.Truncate(),
	"half an answer":           acsmontest.InvalidJSON(),
	"HTML":                     acsmontest.After(acsmontest.HTMLPage()),
	"nothing":                  acsmontest.After(acsmontest.EmptyBody()),
	"null":                     acsmontest.After(acsmontest.NullBody()),
	"values of wrong types":    acsmontest.WrongTypes(),
}

var safe = map[string]func(c *acsmon.Client) error{
	"get":  func(c *acsmon.Client) error { return second(c.Monitors.Get(bg, 1)) },
	"list": func(c *acsmon.Client) error { return list(c.Monitors.List(bg, all)) },
	"update": func(c *acsmon.Client) error {
		return second(c.Monitors.Update(bg, 1, acsmon.MonitorInput{Name: "renamed"}))
	},
	"delete": func(c *acsmon.Client) error { return c.Monitors.Delete(bg, 1) },
	"check":  func(c *acsmon.Client) error { return second(c.Monitors.Check(bg, 1)) },
	"acknowledge": func(c *acsmon.Client) error {
		return second(c.MonitorEvents.Acknowledge(bg, 1, "note"))
	},
}

// once are the calls that must not happen twice.
var once = map[string]func(c *acsmon.Client) error{
	"create":         func(c *acsmon.Client) error { return second(c.Monitors.Create(bg, plainMonitor)) },
	"import":         func(c *acsmon.Client) error { return second(c.Discovery.Import(bg, 1, acsmon.Fields{})) },
	"toggle an OID":  func(c *acsmon.Client) error { return second(c.OIDs.ToggleMonitor(bg, 1)) },
	"toggle a hook":  func(c *acsmon.Client) error { return second(c.DeviceWebhooks.Toggle(bg, 1, 1)) },
	"test a channel": func(c *acsmon.Client) error { return second(c.AlertChannels.Test(bg, 1)) },
}

// addRows adds the rows, all with the id 1, that the calls name.
func addRows(server *acsmontest.Server) {
	for kind, row := range map[string]map[string]any{
		"devices":           {"name": "d", "ip_address": "192.0.2.1"},
		"monitors":          {"name": "m", "type": "ping", "host": "192.0.2.1"},
		"oids":              {"device_id": int64(1), "name": "o", "oid": "1.3"},
		"webhooks":          {"device_id": int64(1), "name": "h"},
		"monitor-events":    {"monitor_id": int64(1)},
		"alert-channels":    {"name": "c", "type": "email"},
		"discovery-results": {"discovery_id": int64(1), "name": "f", "ip_address": "192.0.2.2"},
	} {
		row["id"] = int64(1)
		server.Add(kind, row)
	}
}

func TestARateLimitIsWaitedOutByEveryCall(t *testing.T) {
	for _, calls := range []map[string]func(*acsmon.Client) error{safe, once} {
		for name, call := range calls {
			for fault, effect := range map[string]acsmontest.Effect{
				"429":                         acsmontest.TooManyRequests(40 * time.Second),
				"503 with Retry-After":        acsmontest.Unavailable(40 * time.Second),
				"maintenance and Retry-After": acsmontest.Maintenance(40 * time.Second),
			} {
				t.Run(name+", "+fault, func(t *testing.T) {
					inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
						addRows(server)
						server.Inject(acsmontest.Fault{Times: 2, Do: effect})
						begun := time.Now()
						if err := call(client); err != nil {
							t.Fatal(err)
						}
						between(t, "two waits", time.Since(begun), 80*time.Second, 82*time.Second)
						if n := len(server.Requests()); n != 3 {
							t.Errorf("%d requests", n)
						}
					})
				})
			}
		}
	}
}

func TestAWaitIsReadInEveryFormThatAServerGives(t *testing.T) {
	in := func(d time.Duration) time.Time { return time.Now().Add(d) }
	tests := []struct {
		name        string
		header      func() http.Header
		least, most time.Duration
	}{
		{"seconds", func() http.Header { return http.Header{"Retry-After": {"7"}} }, 7 * time.Second, 8 * time.Second},
		{"a date", func() http.Header {
			return http.Header{"Retry-After": {in(7 * time.Second).UTC().Format(http.TimeFormat)}}
		}, 7 * time.Second, 8 * time.Second},
		{"a date that is over", func() http.Header { return http.Header{"Retry-After": {in(-time.Hour).UTC().Format(http.TimeFormat)}} }, time.Second, 1100 * time.Millisecond},
		{"0", func() http.Header { return http.Header{"Retry-After": {"0"}} }, time.Second, 1100 * time.Millisecond},
		{"X-RateLimit-Reset", func() http.Header { return http.Header{"X-Ratelimit-Reset": {text(in(7 * time.Second).Unix())}} }, 7 * time.Second, 8 * time.Second},
		{"nothing", func() http.Header { return nil }, 5 * time.Second, 5500 * time.Millisecond},
		{"nonsense", func() http.Header { return http.Header{"Retry-After": {"soon"}, "X-Ratelimit-Reset": {"-1"}} }, 5 * time.Second, 5500 * time.Millisecond},
		{"not a number", func() http.Header { return http.Header{"Retry-After": {"NaN"}} }, 5 * time.Second, 5500 * time.Millisecond},
		{"a negative number", func() http.Header { return http.Header{"Retry-After": {"-5"}} }, 5 * time.Second, 5500 * time.Millisecond},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
				addRows(server)
				server.Inject(acsmontest.Fault{Times: 1, Do: acsmontest.Answer(429, test.header(), `{"message":"Too Many Attempts."}`)})
				begun := time.Now()
				if _, err := client.Monitors.Get(bg, 1); err != nil {
					t.Fatal(err)
				}
				between(t, "the wait", time.Since(begun), test.least, test.most)
			})
		})
	}
}

func TestAWaitLongerThanAllowedFailsAtOnceAndSaysWhenToComeBack(t *testing.T) {
	for name, after := range map[string]string{
		"beyond the budget": "301",
		"years":             "999999999999",
		"infinite":          "Inf",
		"the end of time":   "Fri, 31 Dec 9999 23:59:59 GMT",
		"beyond all clocks": "1e300",
	} {
		for _, status := range []int{429, 503} {
			t.Run(name, func(t *testing.T) {
				inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
					server.Inject(acsmontest.Fault{Do: acsmontest.Answer(status, http.Header{"Retry-After": {after}}, "{}")})
					begun := time.Now()
					_, err := client.Monitors.Create(bg, plainMonitor)
					e := apiError(t, err)
					if e.Status != status || e.RetryAt.Sub(begun) < 300*time.Second || time.Since(begun) != 0 || len(server.Requests()) != 1 {
						t.Errorf("status %d, back at %s, after %s and %d requests", e.Status, e.RetryAt, time.Since(begun), len(server.Requests()))
					}
					saysAll(t, err.Error(), "come back at "+e.RetryAt.UTC().Format(time.RFC3339))
					if errors.As(err, new(*acsmon.UncertainError)) {
						t.Error("it is certain that nothing was made")
					}
				})
			})
		}
	}
}

func TestALimitKnownToBeUsedUpIsNotSpentOnACall(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
		addRows(server)
		server.Inject(acsmontest.Fault{Times: 1, Do: acsmontest.TooManyRequests(50 * time.Second)})
		for range 3 {
			_, err := client.Monitors.Get(bg, 1)
			if !acsmon.IsRateLimited(err) {
				t.Fatal(err)
			}
			if wait := time.Until(apiError(t, err).RetryAt); wait < 50*time.Second || wait > 51*time.Second {
				t.Errorf("the limit is said to end in %s", wait)
			}
		}
		if n := len(server.Requests()); n != 1 {
			t.Errorf("%d requests", n)
		}
		time.Sleep(51 * time.Second)
		if _, err := client.Monitors.Get(bg, 1); err != nil {
			t.Error(err)
		}
	}, acsmon.WithMaxWait(10*time.Second))
}

// A 503 is a 503, whatever its page says: the framework's own is waited out by all, because it
// stands in front of the application; a proxy's by what may be carried out twice.
func TestA503WithoutATimeIsWaitedOut(t *testing.T) {
	framework := map[string]bool{"JSON": true, "JSON, set to 200": true}
	for fault, effect := range map[string]acsmontest.Effect{
		"HTML":                 acsmontest.Maintenance(0),
		"JSON":                 acsmontest.Unavailable(0),
		"JSON, set to 200":     acsmontest.Answer(200, nil, "{\n    \"message\": \"Service Unavailable\"\n}"),
		"a page of the vendor": acsmontest.Answer(503, nil, "<title>Back in a minute</title>"),
		"a proxy's":            acsmontest.Answer(503, nil, "upstream connect error"),
		"nothing":              acsmontest.Answer(503, nil, ""),
	} {
		for name, call := range safe {
			t.Run(name+", "+fault, func(t *testing.T) {
				inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
					addRows(server)
					server.Inject(acsmontest.Fault{Times: 5, Do: effect})
					begun := time.Now()
					if err := call(client); err != nil {
						t.Fatal(err)
					}
					between(t, "5, 10, 20, 30 and 30 s", time.Since(begun), 95*time.Second, 100*time.Second)
				})
			})
		}
		for name, call := range once {
			t.Run(name+", "+fault, func(t *testing.T) {
				inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
					addRows(server)
					server.Inject(acsmontest.Fault{Times: 1, Do: effect})
					err := call(client)
					if framework[fault] {
						if err != nil || len(server.Requests()) != 2 {
							t.Errorf("%v after %d requests", err, len(server.Requests()))
						}
						return
					}
					if !errors.As(err, new(*acsmon.UncertainError)) || len(server.Requests()) != 1 {
						t.Errorf("%v after %d requests", err, len(server.Requests()))
					}
				})
			})
		}
	}
}

func TestAFaultIsMetWithThreeRepeats(t *testing.T) {
	for fault, effect := range lossy {
		if fault == "a time-out" || fault == "a body that drips" {
			continue // too slow for three: see below
		}
		for name, call := range safe {
			if name == "list" && fault == "values of wrong types" {
				continue // a row's values are not a matter of the answer
			}
			if name == "update" && (fault == "nothing" || fault == "null") {
				continue // the caller gets the row then
			}
			if name == "delete" && (fault == "an answer cut short" || fault == "half an answer" || fault == "values of wrong types") {
				continue // a 204 has no body that could be
			}
			if (name == "acknowledge" || name == "check") && (fault == "nothing" || fault == "null") {
				continue // it is done, and no more is said: see TestDone
			}
			t.Run(name+", "+fault, func(t *testing.T) {
				inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
					addRows(server)
					server.Inject(acsmontest.Fault{Times: 3, Do: effect})
					begun := time.Now()
					if err := call(client); err != nil {
						t.Fatalf("the third repeat: %v", err)
					}
					between(t, "waits of 0.5 to 1, 1 to 2, 2 to 4 s", time.Since(begun), 3500*time.Millisecond, 7*time.Second)
					server.ClearFaults()
					server.ResetRequests()
					server.Inject(acsmontest.Fault{Do: effect})
					if name == "delete" {
						server.Add("monitors", map[string]any{"id": int64(1), "name": "m", "type": "ping", "host": "192.0.2.1"})
					}
					if err := call(memoryClient(t, server)); err == nil { // one that has not reached it before
						t.Error("a fault that stays is no error")
					}
					if n := len(server.Requests()); n != 4 {
						t.Errorf("%d requests, want 4", n)
					}
				})
			})
		}
	}
}

func TestRepeatsBeginWithin15SecondsOfTheFirstFailure(t *testing.T) {
	tests := []struct {
		name     string
		effect   acsmontest.Effect
		attempts int
	}{
		{"time-outs of 30 s", acsmontest.Delay(time.Hour), 2},
		{"bodies that drip for 30 s", acsmontest.Drip(10 * time.Second), 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
				addRows(server)
				server.Inject(acsmontest.Fault{Do: test.effect})
				begun := time.Now()
				_, err := client.Monitors.Get(bg, 1)
				if n := len(server.Requests()); n != test.attempts {
					t.Errorf("%d requests", n)
				}
				between(t, "in all", time.Since(begun), 60*time.Second, 62*time.Second)
				if test.name == "time-outs of 30 s" {
					saysAll(t, err.Error(), "no complete response came within 30s")
				}
			})
		})
	}
	t.Run("answers after 6 s", func(t *testing.T) {
		inFakeTime(t, acsmontest.Options{Latency: 6 * time.Second}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
			server.Inject(acsmontest.Fault{Do: acsmontest.Status(500)})
			client.Monitors.Get(bg, 1)
			if n := len(server.Requests()); n != 3 {
				t.Errorf("%d requests", n)
			}
		})
	})
}

func TestWhatTheServerRefusedIsNotRepeated(t *testing.T) {
	for _, status := range []int{301, 302, 307, 400, 401, 402, 403, 404, 405, 409, 410, 413, 418, 422} {
		for _, calls := range []map[string]func(*acsmon.Client) error{safe, once} {
			for name, call := range calls {
				t.Run(name+", "+text(status), func(t *testing.T) {
					inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
						server.Inject(acsmontest.Fault{Do: acsmontest.Answer(status, http.Header{"Location": {"https://elsewhere.example/"}}, "")})
						err := call(client)
						if apiError(t, err).Status != status || len(server.Requests()) != 1 || errors.As(err, new(*acsmon.UncertainError)) {
							t.Errorf("%v after %d requests", err, len(server.Requests()))
						}
					})
				})
			}
		}
	}
}

func TestAStatusCountsEvenIfItsBodyBreaksOff(t *testing.T) {
	inFakeTime(t, acsmontest.Options{RateLimit: 1}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
		must(client.Me(bg))
		server.Inject(acsmontest.Fault{Times: 1, Do: acsmontest.Truncate()}) // of a 429
		begun := time.Now()
		if _, err := client.Monitors.Create(bg, plainMonitor); err != nil {
			t.Error(err)
		}
		between(t, "the wait that the header names", time.Since(begun), 60*time.Second, 61*time.Second)
	})
}

func untrusted(err error) error { return &tls.CertificateVerificationError{Err: err} }

// What fails before a connection is made: what is sent, and how often it is tried.
func TestAConnectionThatCannotBeMade(t *testing.T) {
	dial := func(err error) (*int, acsmon.Option) {
		n := 0
		return &n, acsmon.WithDialer(func(context.Context, string, string) (net.Conn, error) { n++; return nil, err })
	}
	tests := []struct {
		name     string
		err      error
		attempts int
		reason   acsmon.Reason
		says     string
	}{
		{"refused", &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}, 4, acsmon.ReasonRefused, "connection refused"},
		{"no answer to it", &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}, 4, acsmon.ReasonUnreachable, "i/o timeout"},
		{"a certificate for another name", untrusted(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"}), 1, acsmon.ReasonWrongName, "is not trusted"},
		{"a certificate that has expired", untrusted(x509.CertificateInvalidError{Reason: x509.Expired}), 1, acsmon.ReasonBadCertificate, "is not trusted"},
		{"a certificate of an unknown CA", untrusted(x509.UnknownAuthorityError{}), 1, acsmon.ReasonUnknownAuthority, "is not trusted"},
		{"of a dialer of the caller's own", errors.New("tunnel is down"), 4, "", "tunnel is down"},
		{"a name server that is away", &net.DNSError{Name: "monitoring.example.com", Err: "timeout", IsTimeout: true}, 4, acsmon.ReasonUnknownHost, `the host "monitoring.example.com" cannot be found`},
		{"an unknown host", &net.DNSError{Name: "monitoring.example.com", Err: "no such host", IsNotFound: true}, 1, acsmon.ReasonUnknownHost, "cannot be found"},
		{"a failed TLS handshake", errors.New("remote error: tls: handshake failure"), 1, "", "handshake failure"},
	}
	for _, test := range tests {
		for _, calls := range []map[string]func(*acsmon.Client) error{{"get": safe["get"]}, {"create": once["create"]}} {
			for name, call := range calls {
				t.Run(name+", "+test.name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						n, dialer := dial(test.err)
						err := call(newClient(t, "http://monitoring.example.com", dialer, acsmon.WithToken("1|x")))
						if !acsmon.IsNetwork(err) || errors.As(err, new(*acsmon.UncertainError)) {
							t.Errorf("the error is %v, want one of the network, which is certain", err)
						}
						saysAll(t, err.Error(), test.says)
						if e := apiError(t, err); e.Reason != test.reason {
							t.Errorf("the reason is %q, want %q", e.Reason, test.reason)
						}
						if *n != test.attempts {
							t.Errorf("%d attempts", *n)
						}
					})
				})
			}
		}
	}
}

func TestACreateThatFindsTheServerAwayAndThenBackIsMadeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := acsmontest.New(acsmontest.Options{})
		t.Cleanup(func() { server.Close() })
		n := 0
		client := memoryClient(t, server, acsmon.WithDialer(func(ctx context.Context, network, address string) (net.Conn, error) {
			if n++; n < 3 {
				return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
			}
			return server.Dial(ctx, network, address)
		}))
		must(client.Monitors.Create(bg, plainMonitor))
		if len(server.Rows("monitors")) != 1 || len(server.Requests()) != 1 {
			t.Errorf("%d monitors, %d requests", len(server.Rows("monitors")), len(server.Requests()))
		}
	})
}

func TestALostAnswerOfWhatMustNotHappenTwiceIsUncertain(t *testing.T) {
	processing := []string{"502 of a proxy", "504 of a proxy", "a time-out", "a body that drips"}
	answered := []string{"500"}
	for fault, effect := range lossy {
		for name, call := range once {
			if fault == "values of wrong types" && name != "create" {
				continue // any object will do there
			}
			if (fault == "nothing" || fault == "null") && name != "create" {
				continue // it is done, and no more is said: see TestDone
			}
			t.Run(name+", "+fault, func(t *testing.T) {
				inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
					addRows(server)
					server.Inject(acsmontest.Fault{Do: effect})
					err := call(client)
					var lost *acsmon.UncertainError
					if !errors.As(err, &lost) {
						t.Fatalf("certain: %v", err)
					}
					if lost.Processing != slices.Contains(processing, fault) || lost.Answered != slices.Contains(answered, fault) {
						t.Errorf("Processing %v, Answered %v", lost.Processing, lost.Answered)
					}
					saysAll(t, err.Error(), "not certain", "look before you repeat it")
					apiError(t, err)
					if n := len(server.Requests()); n != 1 {
						t.Errorf("%d requests", n)
					}
				})
			})
		}
	}
}

func TestACallThatIsCalledOffIsUncertainOnlyWhileItIsUnderWay(t *testing.T) {
	tests := []struct {
		name      string
		effect    acsmontest.Effect
		uncertain bool
	}{
		{"while the server works", acsmontest.Delay(time.Minute), true},
		{"while it waits out a 429", acsmontest.TooManyRequests(time.Minute), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
				server.Inject(acsmontest.Fault{Do: test.effect})
				ctx, cancel := context.WithTimeout(bg, 10*time.Second)
				defer cancel()
				_, err := client.Monitors.Create(ctx, plainMonitor)
				var lost *acsmon.UncertainError
				if errors.As(err, &lost) != test.uncertain || lost != nil && !lost.Processing {
					t.Errorf("the error is %v, want it uncertain: %t, and then said to be processing still", err, test.uncertain)
				}
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("the cause is %v", err)
				}
				saysAll(t, err.Error(), "POST /monitors failed: the caller cancelled it (context deadline exceeded)")
			})
		})
	}
}

func TestADeleteThatFindsItsOwnWorkDoneIsDone(t *testing.T) {
	tests := []struct {
		name  string
		fault acsmontest.Effect
		gone  bool // before the call
		found bool // the error says that there is no such id
	}{
		{"its answer was lost", acsmontest.After(acsmontest.Reset()), false, false},
		{"a proxy gave up", acsmontest.After(acsmontest.Status(504)), false, false},
		{"it was refused for the rate, and gone before", acsmontest.TooManyRequests(time.Second), true, true},
		{"nothing happened, and it was gone before", acsmontest.Then(func(*acsmontest.Server) {}), true, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
				addRows(server)
				if test.gone {
					server.Remove("monitors", 1)
				}
				server.Inject(acsmontest.Fault{Times: 1, Do: test.fault})
				err := client.Monitors.Delete(bg, 1)
				if acsmon.IsNotFound(err) != test.found || !test.found && err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestMaxWaitBoundsAllWaitsOfOneCall(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
		server.Inject(acsmontest.Fault{Do: acsmontest.TooManyRequests(40 * time.Second)})
		for range 2 { // each call has its own
			begun := time.Now()
			_, err := client.Me(bg)
			if !acsmon.IsRateLimited(err) || apiError(t, err).RetryAt.IsZero() {
				t.Error(err)
			}
			between(t, "waited", time.Since(begun), 80*time.Second, 100*time.Second)
		}
	}, acsmon.WithMaxWait(100*time.Second))
}

// The login that a call needs is a part of the call.
func TestMaxWaitBoundsACallAndItsLoginTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := withAccount(acsmontest.New(acsmontest.Options{}))
		t.Cleanup(func() { server.Close() })
		client := newClient(t, server.URL, acsmon.WithDialer(server.Dial), acsmon.WithMaxWait(10*time.Second), acsmon.WithCredentials(email, "correct horse", nil))
		server.Inject(
			acsmontest.Fault{Path: "/auth/login", Times: 1, Do: acsmontest.TooManyRequests(8 * time.Second)},
			acsmontest.Fault{Path: "/auth/me", Times: 1, Do: acsmontest.TooManyRequests(8 * time.Second)},
		)
		begun := time.Now()
		if _, err := client.Me(bg); !acsmon.IsRateLimited(err) || time.Since(begun) > 10*time.Second {
			t.Errorf("%v after %s", err, time.Since(begun))
		}
	})
}

func TestAMaxWaitOf0NeverWaits(t *testing.T) {
	for name, effect := range map[string]acsmontest.Effect{"429": acsmontest.TooManyRequests(time.Second), "500": acsmontest.Status(500), "reset": acsmontest.Reset()} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
				server.Inject(acsmontest.Fault{Times: 1, Do: effect})
				begun := time.Now()
				if _, err := client.Me(bg); err == nil || time.Since(begun) != 0 {
					t.Errorf("%v after %s", err, time.Since(begun))
				}
			}, acsmon.WithMaxWait(0))
		})
	}
}

func TestAWaitBudgetIsSharedByAllCallsOfAContext(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
		ctx := acsmon.WithWaitBudget(bg, 60*time.Second)
		server.Inject(acsmontest.Fault{Times: 1, Do: acsmontest.TooManyRequests(40 * time.Second)}, acsmontest.Fault{Skip: 1, Do: acsmontest.TooManyRequests(40 * time.Second)})
		if _, err := client.Me(ctx); err != nil {
			t.Fatal(err)
		}
		left, ok := acsmon.WaitBudget(ctx)
		if !ok {
			t.Error("the context has no budget")
		}
		between(t, "left", left, 19*time.Second, 20*time.Second)
		if _, err := client.Me(ctx); !acsmon.IsRateLimited(err) {
			t.Errorf("the second call: %v", err)
		}
		if _, ok := acsmon.WaitBudget(bg); ok {
			t.Error("a context without a budget is said to have one")
		}
	})
}

func TestWaitsThatRunSideBySideCountOnce(t *testing.T) {
	inFakeTime(t, acsmontest.Options{Devices: 1000, RateLimit: 4}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
		ctx := acsmon.WithWaitBudget(bg, 130*time.Second)
		rows, err := acsmon.Collect(client.Devices.List(ctx, all)) // ten pages at once; two waits of a minute
		if err != nil || len(rows) != 1000 {
			t.Errorf("%d rows, %v", len(rows), err)
		}
	})
}

// What the guides say of large fleets: 60 requests at once, and then 60 a minute.
func TestHowManyRowsAWaitBudgetReaches(t *testing.T) {
	for _, test := range []struct {
		budget time.Duration
		rows   int
		enough bool
	}{
		{300 * time.Second, 29_000, true},
		{300 * time.Second, 31_000, false},
		{1000 * time.Second, 100_000, true},
	} {
		t.Run(fmt.Sprintf("%d rows in %s", test.rows, test.budget), func(t *testing.T) {
			inFakeTime(t, acsmontest.Options{Devices: test.rows, RateLimit: 60}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
				rows := 0
				err := error(nil)
				for _, e := range client.Devices.Fields().List(acsmon.WithWaitBudget(bg, test.budget), all) {
					if err = e; err != nil {
						break
					}
					rows++
				}
				if (rows == test.rows && err == nil) != test.enough || err != nil && !strings.Contains(err.Error(), "come back at") {
					t.Errorf("%d rows, %v", rows, err)
				}
			})
		})
	}
}

func TestATraceTellsOfEachAttempt(t *testing.T) {
	var traces []acsmon.Trace
	inFakeTime(t, acsmontest.Options{Latency: 2 * time.Second, RateLimit: 60}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
		addRows(server)
		server.Inject(acsmontest.Fault{Times: 1, Do: acsmontest.Reset()}, acsmontest.Fault{Times: 1, Do: acsmontest.TooManyRequests(9 * time.Second)})
		must(client.Monitors.Get(bg, 1))
		if len(traces) != 3 {
			t.Fatalf("%d attempts", len(traces))
		}
		for i, status := range []int{0, 429, 200} {
			trace := traces[i]
			if trace.Status != status || trace.Method != "GET" || trace.URL != server.URL+"/api/v1/monitors/1" || trace.Duration != 2*time.Second ||
				(trace.Err == nil) != (status == 200) || (trace.Wait == 0) != (status == 200) {
				t.Errorf("attempt %d: %+v", i+1, trace)
			}
		}
		if got := traces[2].Limit; got != (acsmon.Limit{PerMinute: 60, Remaining: 59}) || got != client.Limit() {
			t.Errorf("limit %+v", got)
		}
	}, acsmon.WithTrace(func(trace acsmon.Trace) { traces = append(traces, trace) }))
}

// Logins have a limit of their own, which the trace of a login shows.
func TestATraceTellsOfTheLimitOfItsRequest(t *testing.T) {
	limits := map[string]acsmon.Limit{}
	client := handle(t, func(w http.ResponseWriter, r *http.Request) {
		limit, left, body := "60", "41", `{"id": 1}`
		if r.URL.Path == "/api/v1/auth/login" {
			limit, left, body = "6", "5", `{"token": "1|new"}`
		}
		w.Header().Set("X-RateLimit-Limit", limit)
		w.Header().Set("X-RateLimit-Remaining", left)
		_, _ = io.WriteString(w, body)
	}, acsmon.WithTrace(func(trace acsmon.Trace) { limits[path.Base(trace.URL)] = trace.Limit }))
	must(client.Me(bg))
	must(client.Login(bg, "api@example.com", "password"))
	want := map[string]acsmon.Limit{"me": {PerMinute: 60, Remaining: 41}, "login": {PerMinute: 6, Remaining: 5}}
	if !maps.Equal(limits, want) {
		t.Errorf("the limits are %v, want %v", limits, want)
	}
	if got := client.Limit(); got != want["me"] {
		t.Errorf("the client's limit is %v", got)
	}
}
