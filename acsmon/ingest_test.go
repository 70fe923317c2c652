// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

const ingestToken = "t0ken-of-the-webhook"

// shows reports where a token is in what an error tells, at every depth.
func shows(err error, token string) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), token) {
			return true
		}
	}
	return false
}

// An event is pushed with neither a token nor a request of the API's, and arrives whole.
func TestPush(t *testing.T) {
	server, client := start(t, acsmontest.Options{RateLimit: 60})
	device := server.Add("devices", acsmon.Fields{"name": "nas"})
	webhook, err := client.DeviceWebhooks.Of(device).Create(bg, acsmon.WebhookInput{Name: "Backup"})
	if err != nil {
		t.Fatal(err)
	}
	address, _ := client.DeviceWebhooks.Ingest(webhook.Fields)
	left := client.Limit().Remaining
	ingest, err := acsmon.NewIngest(address)
	if err != nil {
		t.Fatal(err)
	}
	payload := map[string]any{"job": map[string]any{"state": "ok", "id": 9007199254740993}}
	delivery, err := ingest.Push(bg, payload, url.Values{"host": {"nas"}})
	if err != nil || delivery.Attempts != 1 || delivery.MayBeRepeated || delivery.Response == nil {
		t.Errorf("the delivery is %+v, want one attempt with a response: %v", delivery, err)
	}
	pushed := server.Requests()[len(server.Requests())-1]
	if got := pushed.Header.Get("Authorization"); got != "" || pushed.Method != "POST" {
		t.Errorf("%s with Authorization %q", pushed.Method, got)
	}
	for event, err := range client.DeviceWebhooks.Events(bg, device, webhook.ID, acsmon.Query{}) {
		if got := fmt.Sprint(event["payload"], event["query"]); err != nil || got != "map[job:map[id:9007199254740993 state:ok]] map[host:nas]" {
			t.Errorf("the event is %s, want the payload and the query as they were sent: %v", got, err)
		}
	}
	if now := client.Limit().Remaining; now != left-1 { // the list of events
		t.Errorf("%d of %d requests are left", now, left)
	}
}

// The address is a secret: whatever goes wrong, no error and no trace has it.
func TestTheIngestAddressIsNotShown(t *testing.T) {
	echo := func(status int, header ...string) acsmontest.Effect {
		h := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i < len(header); i += 2 {
			h[header[i]] = []string{header[i+1]}
		}
		return acsmontest.Answer(status, h, `{"message": "no `+ingestToken+` at /api/v1/webhook-ingest/`+ingestToken+`", "errors": {"`+ingestToken+`": ["is taken"]}}`)
	}
	for name, test := range map[string]struct {
		effect acsmontest.Effect
		reason acsmon.Reason
	}{
		"removed":                   {echo(404), acsmon.ReasonIngest},
		"switched off":              {echo(403), acsmon.ReasonIngest},
		"unauthorized":              {echo(401), acsmon.ReasonIngest},
		"refused":                   {echo(422), ""},
		"a fault":                   {echo(500), ""},
		"redirected to https":       {echo(301, "Location", "https://x.example/api/v1/webhook-ingest/"+ingestToken), acsmon.ReasonRedirect},
		"redirected to itself":      {echo(302, "Location", "?"), acsmon.ReasonRedirect},
		"a connection that ends":    {acsmontest.Reset(), acsmon.ReasonClosed},
		"a page in the API's place": {acsmontest.Answer(200, nil, "<title>"+ingestToken+"</title>"), ""},
		"too many events":           {echo(429, "Retry-After", "7200"), acsmon.ReasonRateLimit},
		"maintenance that lasts":    {echo(503, "Retry-After", "7200"), acsmon.ReasonUnavailable},
	} {
		for _, address := range []string{"http://hooks.test/api/v1/webhook-ingest/" + ingestToken, "http://hooks.test/api/v1/in?key=" + ingestToken} {
			t.Run(name+" "+address, func(t *testing.T) {
				inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, _ *acsmon.Client) {
					server.Inject(acsmontest.Fault{Do: test.effect})
					var traces []string
					ingest, err := acsmon.NewIngest(acsmon.Secret(address), acsmon.WithDialer(server.Dial),
						acsmon.WithTrace(func(tr acsmon.Trace) { traces = append(traces, fmt.Sprintf("%+v %+v", tr, tr.Err)) }))
					if err != nil {
						t.Fatal(err)
					}
					_, err = ingest.Push(bg, acsmon.Fields{"state": "ok"}, url.Values{"host": {"nas"}})
					var refused *acsmon.Error
					if !errors.As(err, &refused) || refused.Reason != test.reason {
						t.Errorf("%v, reason %q, want %q", err, refused.Reason, test.reason)
					}
					if text := fmt.Sprintf("%#v %v", *ingest, *ingest); shows(err, ingestToken) || len(traces) == 0 || strings.Contains(fmt.Sprint(traces), ingestToken) || strings.Contains(text, ingestToken) {
						t.Errorf("the token is in %v, %v or %s", err, traces, text)
					}
				})
			})
		}
	}
}

// An event is sent again where its fate is not known, which the delivery says.
func TestPushRepeats(t *testing.T) {
	for name, test := range map[string]struct {
		effect   acsmontest.Effect
		repeated bool
	}{
		"a lost response": {acsmontest.After(acsmontest.Reset()), true},
		"a limit":         {acsmontest.Status(429), false},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
				device := server.Add("devices", acsmon.Fields{"name": "nas"})
				server.Add("webhooks", acsmon.Fields{"device_id": device, "name": "Backup", "token": ingestToken})
				server.Inject(acsmontest.Fault{Method: "POST", Path: "/webhook-ingest/*", Times: 1, Do: test.effect})
				ingest, err := acsmon.NewIngest(acsmon.Secret(server.URL+"/api/v1/webhook-ingest/"+ingestToken), acsmon.WithDialer(server.Dial))
				if err != nil {
					t.Fatal(err)
				}
				delivery, err := ingest.Push(bg, nil, nil)
				if err != nil || delivery.Attempts != 2 || delivery.MayBeRepeated != test.repeated {
					t.Errorf("the delivery is %+v, want two attempts, and that it may be repeated: %t (%v)", delivery, test.repeated, err)
				}
				if n := len(server.Rows("webhook-events")); n != map[bool]int{true: 2, false: 1}[test.repeated] {
					t.Errorf("%d events", n)
				}
			})
		})
	}
}

func TestWhatIsNoIngestAddress(t *testing.T) {
	for address, says := range map[string]string{
		"":                        "does not begin with https://",
		ingestToken:               "does not begin with https://",
		"ftp://x/" + ingestToken:  "does not begin with https://",
		"https:///" + ingestToken: "names no host",
		"https://x.example":       "has no path",
		"https://u:" + ingestToken + "@x.example/a": "has a user",
		"https://x.example/%zz" + ingestToken:       "is not a URL",
	} {
		_, err := acsmon.NewIngest(acsmon.Secret(address))
		if err == nil || !strings.Contains(err.Error(), says) || shows(err, ingestToken) {
			t.Errorf("%s: the error is %v, want %q without the token", address, err, says)
		}
	}
	_, err := acsmon.NewIngest("https://x.example/api/v1/webhook-ingest/t", acsmon.WithToken("1|x"))
	if err == nil || !strings.Contains(err.Error(), "takes no token") {
		t.Errorf("the error is %v, want that it takes no token", err)
	}
}

// A wrapper sees the address and may quote it in its errors. What reaches the caller does not have
// it, and still says what kind of error it was.
func TestAWrappersErrorDoesNotShowTheIngestAddress(t *testing.T) {
	quoted := func(req *http.Request, cause error) error {
		return fmt.Errorf("the gateway: %w", &url.Error{Op: "Post", URL: req.URL.String(), Err: cause})
	}
	for name, test := range map[string]struct {
		err    func(req *http.Request) error
		is     error
		reason acsmon.Reason
	}{
		"text":            {func(req *http.Request) error { return errors.New("no way to " + req.URL.Path) }, nil, ""},
		"below a text":    {func(req *http.Request) error { return hidingText{quoted(req, io.EOF)} }, io.EOF, acsmon.ReasonClosed},
		"several":         {func(req *http.Request) error { return errors.Join(io.EOF, quoted(req, fs.ErrClosed)) }, fs.ErrClosed, acsmon.ReasonClosed},
		"a time-out":      {func(req *http.Request) error { return quoted(req, context.DeadlineExceeded) }, context.DeadlineExceeded, acsmon.ReasonTimeout},
		"nobody there":    {func(req *http.Request) error { return quoted(req, syscall.ECONNREFUSED) }, syscall.ECONNREFUSED, acsmon.ReasonRefused},
		"an unknown host": {func(req *http.Request) error { return quoted(req, &net.DNSError{Name: "x", IsNotFound: true}) }, nil, acsmon.ReasonUnknownHost},
	} {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", with a response: ", late), func(t *testing.T) {
				var traced []error
				ingest := must(acsmon.NewIngest("http://hooks.test/api/v1/webhook-ingest/"+ingestToken, acsmon.WithMaxWait(0),
					acsmon.WithTrace(func(tr acsmon.Trace) { traced = append(traced, tr.Err) }),
					wrapped(func(_ http.RoundTripper, req *http.Request) (*http.Response, error) {
						if err := test.err(req); !late {
							return nil, err
						} else {
							return &http.Response{StatusCode: 200, Body: io.NopCloser(iotest.ErrReader(err))}, nil
						}
					})))
				_, err := ingest.Push(bg, nil, nil)
				e := apiError(t, err)
				for _, err := range append(traced, err) {
					var u *url.Error
					if shows(err, ingestToken) || errors.As(err, &u) || test.is != nil && !errors.Is(err, test.is) {
						t.Errorf("the error shows the token, or hides its cause: %#v, %v", err, err)
					}
				}
				if len(traced) == 0 || !late && e.Reason != test.reason {
					t.Errorf("%d traces, reason %q, want %q: %v", len(traced), e.Reason, test.reason, err)
				}
			})
		}
	}
}

// hidingText is an error whose text does not have that of its cause.
type hidingText struct{ cause error }

func (hidingText) Error() string   { return "it broke" }
func (h hidingText) Unwrap() error { return h.cause }
