// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

func TestBaseURLs(t *testing.T) {
	tests := []struct{ given, origin, device string }{
		{"https://monitoring.example.com", "https://monitoring.example.com:443", "https://monitoring.example.com/api/v1/devices/7"},
		{" https://monitoring.example.com/ ", "https://monitoring.example.com:443", "https://monitoring.example.com/api/v1/devices/7"},
		{"HTTPS://Monitoring.Example.com:443", "https://monitoring.example.com:443", "https://Monitoring.Example.com:443/api/v1/devices/7"},
		{"https://monitoring.example.com:0443", "https://monitoring.example.com:443", "https://monitoring.example.com:0443/api/v1/devices/7"},
		{"http://monitoring.example.com", "http://monitoring.example.com:80", "http://monitoring.example.com/api/v1/devices/7"},
		{"http://monitoring.example.com:8080//", "http://monitoring.example.com:8080", "http://monitoring.example.com:8080/api/v1/devices/7"},
		{"https://example.com/monitoring", "https://example.com:443", "https://example.com/monitoring/api/v1/devices/7"},
		{"https://example.com/monitoring/api/v1/", "https://example.com:443", "https://example.com/monitoring/api/v1/devices/7"},
		{"https://example.com/a%2Fb/api/v1", "https://example.com:443", "https://example.com/a%2Fb/api/v1/devices/7"},
		{"https://example.com/my monitoring", "https://example.com:443", "https://example.com/my%20monitoring/api/v1/devices/7"},
		{"http://[2001:DB8::1]:8443", "http://[2001:db8::1]:8443", "http://[2001:DB8::1]:8443/api/v1/devices/7"},
		{"http://[::1]", "http://[::1]:80", "http://[::1]/api/v1/devices/7"},
	}
	for _, test := range tests {
		origin, err := acsmon.Origin(test.given)
		if err != nil || origin != test.origin {
			t.Errorf("%q has the origin %q (%v), want %q", test.given, origin, err, test.origin)
		}
		var asked string
		client := newClient(t, test.given, acsmon.WithMaxWait(0), acsmon.WithTrace(func(trace acsmon.Trace) { asked = trace.URL }),
			acsmon.WithDialer(func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("closed") }))
		client.Devices.Get(bg, 7)
		if asked != test.device || client.Origin() != test.origin {
			t.Errorf("%q asks %q of %q, want %q", test.given, asked, client.Origin(), test.device)
		}
	}
}

func TestWhatIsNoBaseURLIsRefusedWithoutShowingIt(t *testing.T) {
	for given, says := range map[string]string{
		"":                                  "is empty",
		"  ":                                "is empty",
		"monitoring.example.com":            "does not begin with https://",
		"ftp://monitoring.example.com":      "does not begin with https://",
		"https:monitoring.example.com":      "names no host",
		"https://":                          "names no host",
		"https://:8443":                     "names no host",
		"https://u:hidden@example.com":      "separately",
		"https://hidden@example.com":        "separately",
		"https://example.com?token=hidden":  "has a query",
		"https://example.com#hidden":        "or a fragment",
		"https://example.com:hidden":        "is not a URL",
		"https://example.com:0":             "port is not between 1 and 65535",
		"https://example.com:65536":         "port is not between 1 and 65535",
		"https://hidden\x7f.example.com":    "is not a URL",
		"https://exa mple.com/hidden":       "is not a URL",
		"https://monitoring.example.com/%z": "is not a URL",
	} {
		_, err := acsmon.New(given)
		if err == nil {
			t.Errorf("%q: no error", given)
			continue
		}
		saysAll(t, err.Error(), "the base URL", says)
		if strings.Contains(err.Error(), "hidden") {
			t.Error(err)
		}
	}
}

func TestAClientWorksBelowAPathPrefix(t *testing.T) {
	server, client := start(t, acsmontest.Options{Devices: 150, Prefix: "/monitoring"})
	if got := walked(t, client, all); !slices.Equal(got, deviceIDs(server)) {
		t.Errorf("%d rows", len(got))
	}
}

const token = "1|supersecrettoken"

func TestASecretIsNeverShownByAccident(t *testing.T) {
	secret := acsmon.Secret(token)
	holder := struct {
		Token acsmon.Secret
		Inner *acsmon.Secret
		Map   map[string]acsmon.Secret
		List  []acsmon.Secret
	}{secret, &secret, map[string]acsmon.Secret{"a": secret}, []acsmon.Secret{secret}}
	var shown []string
	for _, verb := range strings.Split("%v %+v %#v %s %q %x %X %d %T %20s %-5v %t %c %U", " ") {
		shown = append(shown, fmt.Sprintf(verb, secret), fmt.Sprintf(verb, holder), fmt.Sprintf(verb, &holder))
	}
	shown = append(shown, fmt.Sprint(secret), fmt.Sprintln(secret), secret.String(), fmt.Errorf("login with %v: %w", secret, io.EOF).Error())
	for _, v := range []any{secret, holder} {
		encoded, err := json.Marshal(v)
		if err != nil {
			t.Error(err)
		}
		shown = append(shown, string(encoded))
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("login", "token", secret, "holder", holder)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("login", "token", secret, "holder", holder)
	for _, s := range append(shown, log.String()) {
		if strings.Contains(s, "supersecret") || strings.Contains(strings.ToLower(s), fmt.Sprintf("%x", "supersecret")) {
			t.Errorf("shown: %s", s)
		}
	}
	if secret.Reveal() != token || acsmon.Secret("").String() != "" {
		t.Error("Reveal or an empty secret's String is wrong")
	}
}

func TestAClientShowsNoSecret(t *testing.T) {
	client := newClient(t, "https://monitoring.example.com", acsmon.WithToken(token), acsmon.WithHeader("X-Gateway-Key", "supersecretkey"),
		acsmon.WithCredentials("api@example.com", "supersecretpassword", nil), acsmon.WithProxy("http://user:supersecretproxy@proxy.example.com"))
	holder := struct {
		Client *acsmon.Client
		hidden *acsmon.Client
	}{client, client}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
		for _, v := range []any{client, holder, &holder, client.Devices, client.Monitors.Collection, client.System} {
			if s := fmt.Sprintf(verb, v); strings.Contains(s, "supersecret") {
				t.Errorf("%s of %T: %s", verb, v, s)
			}
		}
	}
	if encoded, err := json.Marshal(client); err != nil || strings.Contains(string(encoded), "supersecret") {
		t.Errorf("the client is encoded as %s, want it without the token: %v", encoded, err)
	}
}

// A spy is a server that says what reached it.
type spy struct {
	*httptest.Server
	requests, tokens atomic.Int32
}

func newSpy(t *testing.T) *spy {
	s := &spy{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		if strings.Contains(fmt.Sprint(r.Header), "supersecret") || strings.Contains(r.RequestURI, "supersecret") {
			s.tokens.Add(1)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func TestNoRedirectIsFollowed(t *testing.T) {
	elsewhere := newSpy(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, target := range []string{elsewhere.URL + "/login?next=hidden", "/login", "https://monitoring.example.com/api/v1/devices/7"} {
			n := 0
			client := handle(t, func(w http.ResponseWriter, r *http.Request) {
				n++
				http.Redirect(w, r, target, status)
			}, acsmon.WithToken(token))
			for _, err := range []error{
				second(client.Devices.Get(bg, 7)), second(client.Devices.Create(bg, acsmon.DeviceInput{})),
				client.Devices.Delete(bg, 7), second(client.Login(bg, "a@example.com", "supersecret")),
			} {
				if e := apiError(t, err); e.Status != status || strings.Contains(err.Error(), "hidden") {
					t.Errorf("the error is %v, want the status %d and nothing that is hidden", err, status)
				}
				saysAll(t, err.Error(), "the server redirects to", "redirects are not followed")
			}
			if n != 4 {
				t.Errorf("%d requests", n)
			}
		}
	}
	if elsewhere.requests.Load() != 0 {
		t.Error("a redirect was followed")
	}
}

func TestAProxySeesTheTokenOfATunnelNever(t *testing.T) {
	tunnel := newSpy(t) // answers 200 to CONNECT and is then no TLS server
	client := newClient(t, "https://monitoring.example.com", acsmon.WithToken(token), acsmon.WithProxy(tunnel.URL), acsmon.WithMaxWait(0))
	if _, err := client.Me(bg); err == nil || strings.Contains(err.Error(), "supersecret") {
		t.Error(err)
	}
	if tunnel.requests.Load() == 0 || tunnel.tokens.Load() != 0 {
		t.Errorf("%d requests, %d with the token", tunnel.requests.Load(), tunnel.tokens.Load())
	}
}

func TestAProxyCarriesTheRequests(t *testing.T) {
	var through string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		through = r.RequestURI + " " + r.Header.Get("Proxy-Authorization")
		fmt.Fprint(w, `{"id":7}`)
	}))
	defer proxy.Close()
	client := newClient(t, "http://monitoring.example.com", acsmon.WithToken(token), acsmon.WithProxy(strings.Replace(proxy.URL, "//", "//user:pass@", 1)))
	must(client.Devices.Get(bg, 7))
	if through != "http://monitoring.example.com/api/v1/devices/7 Basic dXNlcjpwYXNz" {
		t.Error(through)
	}
}

func TestAProxyThatIsAwayOrRefusesIsNamedWithoutItsPassword(t *testing.T) {
	refusing := handleURL(t, answer(http.StatusProxyAuthRequired, ""))
	for _, proxy := range []string{"http://user:hidden@127.0.0.1:1", strings.Replace(refusing, "//", "//user:hidden@", 1)} {
		_, err := newClient(t, "https://monitoring.example.com", acsmon.WithToken(token), acsmon.WithProxy(proxy), acsmon.WithMaxWait(0)).Monitors.Create(bg, plainMonitor)
		if !acsmon.IsNetwork(err) || errors.As(err, new(*acsmon.UncertainError)) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("the error is %v, want one of the network, which is certain and shows no password", err)
		}
	}
}

func TestOptionsThatCannotBeRightAreRefused(t *testing.T) {
	text := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(text, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, option := range map[string]acsmon.Option{
		"no time-out":             acsmon.WithTimeout(0),
		"negative connect":        acsmon.WithConnectTimeout(-1),
		"negative wait":           acsmon.WithMaxWait(-1),
		"no proxy":                acsmon.WithProxy(""),
		"a proxy without scheme":  acsmon.WithProxy("proxy.example.com:3128"),
		"an FTP proxy":            acsmon.WithProxy("ftp://hidden@proxy.example.com"),
		"the token's header":      acsmon.WithHeader("authorization", "Bearer hidden"),
		"the encoding":            acsmon.WithHeader("Accept-Encoding", "br"),
		"a key of repeats":        acsmon.WithHeader("Idempotency-Key", "1"),
		"a header without a name": acsmon.WithHeader("", "x"),
		"a name with a space":     acsmon.WithHeader("X Y", "x"),
		"two lines":               acsmon.WithHeader("X-Y", "hidden\r\nAuthorization: x"),
		"a CA file that is away":  acsmon.WithCAFile(text + "x"),
		"a CA file without any":   acsmon.WithCAFile(text),
		"no option":               nil,
		"no dialer":               acsmon.WithDialer(nil),
		"no wrapper":              acsmon.WithTransport(nil),
		"no trace":                acsmon.WithTrace(nil),
		"no redactor":             acsmon.WithRedactor(nil),
		"no notice":               acsmon.WithNotice(nil),
		"nobody to tell of caps":  acsmon.WithPagesCapped(nil),
	} {
		if _, err := acsmon.New("https://monitoring.example.com", option); err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: the error is %v, want a refusal that shows no secret", name, err)
		}
	}
}

// A second redactor does not switch the first one off.
func TestEachRedactorTakesItsSecretOut(t *testing.T) {
	redactor := func(secret string) acsmon.Option {
		return acsmon.WithRedactor(func(text string) string { return strings.ReplaceAll(text, secret, "***") })
	}
	client := handle(t, answer(422, `{"message": "first and second"}`), redactor("first"), redactor("second"))
	if _, err := client.Me(bg); err == nil || strings.Contains(err.Error(), "first") || strings.Contains(err.Error(), "second") {
		t.Error(err)
	}
}

func TestHeadersGoWithEveryRequestAndAreCopied(t *testing.T) {
	var got http.Header
	keep := func(w http.ResponseWriter, r *http.Request) { got = r.Header; fmt.Fprint(w, `{"id":7}`) }
	option := acsmon.WithHeader("x-request-source", "weekly report")
	first, second := handle(t, keep, option), handle(t, keep)
	must(first.Devices.Update(bg, 7, acsmon.DeviceInput{}))
	for name, want := range map[string]string{
		"X-Request-Source": "weekly report", "Accept": "application/json", "Content-Type": "application/json",
		"Authorization": "Bearer 1|secret", "User-Agent": "acsmon-go",
	} {
		if got.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.Get(name), want)
		}
	}
	must(second.Devices.Get(bg, 7))
	if got.Get("X-Request-Source") != "" || got.Get("Content-Type") != "" {
		t.Errorf("the headers are %v, want none of the other client", got)
	}
}

func TestACertificateIsTrustedByItsCAOrWithoutAnyCheck(t *testing.T) {
	server := httptest.NewTLSServer(answer(200, `{"id":7}`))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0) // of refused handshakes
	defer server.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, option := range map[string]acsmon.Option{"CA file": acsmon.WithCAFile(ca), "insecure": acsmon.WithInsecureTLS()} {
		if _, err := newClient(t, server.URL, acsmon.WithToken(token), option).Devices.Get(bg, 7); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	attempts := 0
	client := newClient(t, server.URL, acsmon.WithToken(token), acsmon.WithTrace(func(acsmon.Trace) { attempts++ }))
	_, err := client.Devices.Create(bg, acsmon.DeviceInput{})
	if !acsmon.IsNetwork(err) || errors.As(err, new(*acsmon.UncertainError)) || attempts != 1 {
		t.Errorf("%v after %d attempts", err, attempts)
	}
	saysAll(t, err.Error(), "POST /devices failed", "certificate is not trusted")
	if e := apiError(t, err); e.Reason != acsmon.ReasonUnknownAuthority {
		t.Errorf("the reason is %q", e.Reason)
	}
}

func TestASchemeThatIsNotTheServersIsSaid(t *testing.T) {
	plain, secure := newSpy(t), httptest.NewTLSServer(answer(200, `{}`))
	secure.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	defer secure.Close()
	attempts := 0
	count := acsmon.WithTrace(func(acsmon.Trace) { attempts++ })
	_, err := newClient(t, strings.Replace(plain.URL, "http:", "https:", 1), acsmon.WithToken(token), count).Me(bg)
	saysAll(t, err.Error(), "server gave HTTP response to HTTPS client")
	if attempts != 1 {
		t.Errorf("%d attempts", attempts)
	}
	_, err = newClient(t, strings.Replace(secure.URL, "https:", "http:", 1), acsmon.WithToken(token)).Me(bg)
	if apiError(t, err).Status != 400 {
		t.Error(err)
	}
}

func TestLimitsOfAnAnswer(t *testing.T) {
	tests := []struct {
		name   string
		effect acsmontest.Effect
		says   string
	}{
		{"a gzip bomb", acsmontest.GzipBomb(1 << 30), "the response is longer than 32 MiB"},
		{"a huge header", acsmontest.LongHeader(16 << 20), "exceeded 262144 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server, client := start(t, acsmontest.Options{Devices: 1}, acsmon.WithMaxWait(0))
			server.Inject(acsmontest.Fault{Do: test.effect})
			_, err := client.Devices.Get(bg, deviceIDs(server)[0])
			saysAll(t, apiError(t, err).Error(), test.says)
		})
	}
	t.Run("a body without an end", func(t *testing.T) {
		client := handle(t, func(w http.ResponseWriter, r *http.Request) {
			chunk := []byte(strings.Repeat(" ", 1<<16))
			for {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}, acsmon.WithMaxWait(0))
		_, err := client.Me(bg)
		saysAll(t, apiError(t, err).Error(), "the response is longer than 32 MiB")
	})
	t.Run("an error without an end", func(t *testing.T) {
		client := handle(t, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(404)
			chunk := []byte(strings.Repeat("x", 1<<16))
			for {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		})
		_, err := client.Devices.Get(bg, 7)
		if !acsmon.IsNotFound(err) || len(err.Error()) > 1000 {
			t.Errorf("%.1000s", err)
		}
	})
}

func TestTimeouts(t *testing.T) {
	tests := []struct {
		name   string
		effect acsmontest.Effect
	}{
		{"no answer", acsmontest.Delay(time.Hour)},
		{"a slow drip", acsmontest.Drip(time.Second)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inFakeTime(t, acsmontest.Options{}, func(t *testing.T, server *acsmontest.Server, client *acsmon.Client) {
				server.Inject(acsmontest.Fault{Do: test.effect})
				begun := time.Now()
				_, err := client.Me(bg)
				between(t, "one request", time.Since(begun), 3*time.Second, 3*time.Second)
				apiError(t, err)
			}, acsmon.WithTimeout(3*time.Second), acsmon.WithMaxWait(0))
		})
	}
	t.Run("no TLS handshake", func(t *testing.T) {
		silent, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer silent.Close()
		_, err = newClient(t, "https://"+silent.Addr().String(), acsmon.WithToken(token), acsmon.WithConnectTimeout(10*time.Millisecond), acsmon.WithMaxWait(0)).Monitors.Create(bg, plainMonitor)
		if !acsmon.IsNetwork(err) || errors.As(err, new(*acsmon.UncertainError)) {
			t.Errorf("the error is %v, want one of the network, which is certain", err)
		}
		saysAll(t, err.Error(), "TLS handshake timeout")
	})
}

func TestATraceHoldsNoSecret(t *testing.T) {
	var told strings.Builder
	server := acsmontest.Start(t, acsmontest.Options{Devices: 1})
	server.AddUser("api@example.com", "supersecretpassword")
	client := newClient(t, server.URL, acsmon.WithCredentials("api@example.com", "supersecretpassword", nil), acsmon.WithHeader("X-Key", "supersecretkey"),
		acsmon.WithTrace(func(trace acsmon.Trace) { fmt.Fprintf(&told, "%+v %v\n", trace, trace.Err) }))
	client.Devices.Get(bg, 7)
	kept := must(client.Login(bg, "api@example.com", "supersecretpassword"))
	if s := told.String(); strings.Contains(s, "supersecret") || strings.Contains(s, kept.Reveal()) || strings.Count(s, "\n") != 3 {
		t.Error(s)
	}
}
