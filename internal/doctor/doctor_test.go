// SPDX-License-Identifier: GPL-3.0-or-later

package doctor

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"flag"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/profile"
	"github.com/acsmon/acsmon-ansible/internal/settings"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// fleet is what most scenarios examine.
var fleet = acsmontest.Options{Devices: 8, Monitors: 12, OpenAlerts: 4, RateLimit: 60}

// examine examines the server at a URL.
func examine(t *testing.T, url, token string) *Doctor {
	t.Helper()
	d := doctorFor(t, url, token)
	d.Examine(t.Context())
	if d.Requests > mostRequests {
		t.Errorf("%d requests were sent", d.Requests)
	}
	return d
}

func doctorFor(t *testing.T, url, token string) *Doctor {
	t.Helper()
	environment := map[string]string{"ACSMON_BASE_URL": url, "ACSMON_TOKEN": token}
	connection, err := settings.Resolve(settings.CommandLine, nil, func(name string) (string, bool) { v, ok := environment[name]; return v, ok }, nil)
	if err != nil {
		return Unconnected(err)
	}
	d, err := New(connection)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// changing are parts of a line that differ from run to run.
var changing = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "HOST"},
	{regexp.MustCompile(`current time \S+ is after \S+`), "current time T is after T"},
	{regexp.MustCompile(`took \d+ ms`), "took N ms"},
}

func lines(t *testing.T, d *Doctor) []string {
	t.Helper()
	var b strings.Builder
	if err := d.Print(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, c := range changing {
		text = c.pattern.ReplaceAllString(text, c.with)
	}
	return strings.Split(strings.TrimSpace(text), "\n")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; doctor says\n%s", path, got)
	}
}

// faulty answers every request in one way.
func faulty(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// expired is a server whose certificate ended ten days ago.
func expired(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test CA"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-100 * 24 * time.Hour), NotAfter: time.Now().Add(-10*24*time.Hour - time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL
}

// A scenario starts a server, and returns where it is and a token for it.
type scenario func(t *testing.T) (url, token string)

// healthyServers are servers of which no check fails.
var healthyServers = map[string]scenario{
	"healthy": func(t *testing.T) (string, string) { s := acsmontest.Start(t, fleet); return s.URL, s.Token },
	"empty": func(t *testing.T) (string, string) {
		s := acsmontest.Start(t, acsmontest.Options{})
		return s.URL, s.Token
	},
	"viewer": func(t *testing.T) (string, string) {
		s := acsmontest.Start(t, fleet)
		return s.URL, s.NewToken("devices.view", "monitors.view", "alerts.view")
	},
	"scoped-user": func(t *testing.T) (string, string) {
		s := acsmontest.Start(t, fleet)
		return faulty(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/auth/me") {
				fmt.Fprint(w, `{"id":7,"name":"Scoped","email":"s@example.com","roles":["operator"],"permissions":["devices.view"],"device_groups":[{"id":1},{"id":2}]}`)
				return
			}
			s.ServeHTTP(w, r)
		}), s.Token
	},
	"full-licence": func(t *testing.T) (string, string) {
		o := fleet
		o.LicenceCap = 5
		s := acsmontest.Start(t, o)
		return s.URL, s.Token
	},
}

// failingServers are servers of which a check fails.
var failingServers = map[string]scenario{
	"no-base-url": func(*testing.T) (string, string) {
		return "", ""
	},
	"refused": func(t *testing.T) (string, string) {
		s := httptest.NewServer(nil)
		s.Close()
		return s.URL, "1|x"
	},
	"other-application": func(t *testing.T) (string, string) {
		return faulty(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<title>Shop</title>") }), "1|x"
	},
	"login-page": func(t *testing.T) (string, string) {
		return faulty(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) }), "1|x"
	},
	"other-api": func(t *testing.T) (string, string) {
		return faulty(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"hello":"world"}`) }), "1|x"
	},
	"expired-certificate": func(t *testing.T) (string, string) { return expired(t), "1|x" },
	"revoked-token": func(t *testing.T) (string, string) {
		s := acsmontest.Start(t, fleet)
		s.Revoke(s.Token)
		return s.URL, s.Token
	},
	"maintenance": func(t *testing.T) (string, string) {
		return faulty(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprint(w, `{"message":"Service Unavailable"}`)
		}), "1|x"
	},
	"used-up-limit": func(t *testing.T) (string, string) {
		return faulty(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
			fmt.Fprint(w, `{"message":"Too Many Attempts."}`)
		}), "1|x"
	},
}

// look examines the server of a scenario, compares the lines with the golden file of that name, and
// reports whether a check failed.
func (s scenario) look(t *testing.T, name string) (failed bool) {
	t.Helper()
	url, token := s(t)
	d := examine(t, url, token)
	text := regexp.MustCompile(`come back at \S+`).ReplaceAllString(strings.Join(lines(t, d), "\n"), "come back at TIME")
	golden(t, name+".txt", text+"\n")
	return d.Failed()
}

func TestHealthyServers(t *testing.T) {
	for name, server := range healthyServers {
		t.Run(name, func(t *testing.T) {
			if server.look(t, name) {
				t.Error("a check fails, want none to")
			}
		})
	}
}

func TestFailingServers(t *testing.T) {
	for name, server := range failingServers {
		t.Run(name, func(t *testing.T) {
			if !server.look(t, name) {
				t.Error("no check fails, want one to")
			}
		})
	}
}

// TestAlternatives shows for each alternative which lines differ from those of the
// likeliest server.
func TestAlternatives(t *testing.T) {
	s := acsmontest.Start(t, fleet)
	usual := lines(t, examine(t, s.URL, s.Token))
	var got strings.Builder
	for name, alternatives := range acsmontest.EachAlternative() {
		o := fleet
		o.Alternatives = alternatives
		s := acsmontest.Start(t, o)
		fmt.Fprintf(&got, "%s\n", name)
		d := examine(t, s.URL, s.Token)
		if d.Failed() {
			t.Errorf("%s: a check fails", name)
		}
		for _, line := range lines(t, d) {
			if !slices.Contains(usual, line) {
				fmt.Fprintf(&got, "  %s\n", line)
			}
		}
	}
	golden(t, "alternatives.txt", got.String())
}

// TestAReportHoldsNothingPrivate examines a fleet whose every text is a telltale.
func TestAReportHoldsNothingPrivate(t *testing.T) {
	const telltale = "Telltale"
	inner := acsmontest.Start(t, fleet)
	text := regexp.MustCompile(`"((?:[^"\\\\]|\\\\.)*)"(\s*:)?`)
	api := regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)
	url := faulty(t, func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		inner.ServeHTTP(answer, r)
		body := text.ReplaceAllStringFunc(answer.Body.String(), func(part string) string {
			if strings.HasSuffix(part, ":") || api.MatchString(strings.Trim(part, `"`)) { // keys and slugs are the API's
				return part
			}
			return `"` + telltale + " " + strings.Trim(part, `"`) + `"`
		})
		w.WriteHeader(answer.Code)
		body = strings.Replace(body, `{"id":`, `{"`+telltale+` key":1,"id":`, 1)
		fmt.Fprint(w, body)
	})
	d := examine(t, url, inner.Token)
	d.Kept("/home/"+telltale, nil)
	report, err := d.Report()
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Checks) < 20 || !json.Valid(report) {
		t.Fatalf("it is no whole report: %s", report)
	}
	own, err := d.JSON()
	if err != nil || !strings.Contains(string(own), telltale) {
		t.Fatalf("the user's own output has no telltale, so that this test proves nothing: %v", err)
	}
	for _, private := range []string{telltale, strings.TrimPrefix(url, "http://"), inner.Token, "admin", "@"} {
		if strings.Contains(string(report), private) {
			t.Errorf("the report holds %q:\n%s", private, report)
		}
	}
}

// An error holds what a server wrote, and so does what it is wrapped in.
func TestAReportOfAFaultHoldsNothingPrivate(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 422, 500, 503} {
		url := faulty(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, `{"message":"Telltale","errors":{"Telltale":["Telltale"]}}`)
		})
		report, err := examine(t, url, "1|Telltale").Report()
		if err != nil || strings.Contains(string(report), "Telltale") || strings.Contains(string(report), "127.0.0.1") {
			t.Errorf("%d: the report holds what is private (%v):\n%s", status, err, report)
		}
	}
}

func TestTry(t *testing.T) {
	for name, test := range map[string]struct {
		alternatives acsmontest.Alternatives
		keeps        profile.Fact
		search       profile.Fact
	}{
		"merge":                       {acsmontest.Alternatives{}, profile.Yes, profile.Yes},
		"replace":                     {acsmontest.Alternatives{Put: "replace"}, profile.No, profile.Yes},
		"no search":                   {acsmontest.Alternatives{Search: "ignored"}, profile.Yes, profile.No},
		"wrapped":                     {acsmontest.Alternatives{Single: "wrapped"}, profile.Yes, profile.Yes},
		"texts":                       {acsmontest.Alternatives{Numbers: "strings", Booleans: "integers"}, profile.Yes, profile.Yes},
		"nothing beyond":              {acsmontest.Alternatives{Shapes: "documented"}, profile.Yes, profile.Yes},
		"nothing beyond, and replace": {acsmontest.Alternatives{Shapes: "documented", Put: "replace"}, profile.No, profile.Yes},
	} {
		t.Run(name, func(t *testing.T) {
			o := acsmontest.Options{Devices: 3, Monitors: 3, Alternatives: test.alternatives}
			s := acsmontest.Start(t, o)
			d := doctorFor(t, s.URL, s.Token)
			d.Examine(t.Context())
			d.Try(t.Context())
			if d.Failed() {
				t.Errorf("it fails:\n%s", strings.Join(lines(t, d), "\n"))
			}
			p := d.Profile
			if p.Lists["/devices"].KeepsUnnamed != test.keeps || p.Lists["/monitors"].KeepsUnnamed != test.keeps || p.Lists["/devices"].SearchFinds != test.search || p.Lists["/monitors"].SearchFinds != test.search {
				t.Errorf("it learned %+v", p)
			}
			if p.Trims != profile.Yes || p.UniqueNames != profile.No || p.UnknownKeys != profile.Ignored {
				t.Errorf("it learned %+v", p)
			}
			nothingIsLeft(t, s, o)
		})
	}
}

func nothingIsLeft(t *testing.T, s *acsmontest.Server, o acsmontest.Options) {
	t.Helper()
	for _, kind := range []string{"monitors", "devices", "monitor-groups"} {
		for _, row := range s.Rows(kind) {
			if strings.Contains(fmt.Sprint(row["name"]), prefix) {
				t.Errorf("%v is left in %s", row["name"], kind)
			}
		}
	}
	if len(s.Rows("monitors")) != o.Monitors || len(s.Rows("devices")) != o.Devices {
		t.Error("something else was removed or is left")
	}
}

// Ctrl-C at any request leaves nothing behind, and neither does a lost response.
func TestWhatIsMadeIsRemovedHoweverItEnds(t *testing.T) {
	o := acsmontest.Options{Devices: 2, Monitors: 2}
	for stop := 1; stop <= 14; stop++ {
		inner := acsmontest.Start(t, o)
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		url := faulty(t, func(w http.ResponseWriter, r *http.Request) {
			if n++; n == stop {
				defer cancel()
			}
			inner.ServeHTTP(w, r)
		})
		d := doctorFor(t, url, inner.Token)
		d.Try(ctx)
		nothingIsLeft(t, inner, o)
	}
	s := acsmontest.Start(t, o)
	s.Inject(fault(t, "POST /monitors cut-after 1"))
	d := doctorFor(t, s.URL, s.Token)
	d.Try(t.Context())
	nothingIsLeft(t, s, o)
}

// What cannot be removed is named, with what to do.
func TestWhatIsLeftIsNamed(t *testing.T) {
	s := acsmontest.Start(t, acsmontest.Options{})
	s.Inject(fault(t, "DELETE /devices/* status=403"))
	d := doctorFor(t, s.URL, s.Token)
	d.Try(t.Context())
	text := strings.Join(lines(t, d), "\n")
	if !d.Failed() || !regexp.MustCompile(`the device acsmon-doctor-\w+-device is left: DELETE /devices/\d+ answered 403.*\n +-> remove it in the web interface`).MatchString(text) {
		t.Errorf("it says\n%s", text)
	}
	if report, err := d.Report(); err != nil || !strings.Contains(string(report), "DELETE /devices/ID answered 403") {
		t.Errorf("the report lacks the refused DELETE (%v): %s", err, report)
	}
}

func fault(t *testing.T, line string) acsmontest.Fault {
	t.Helper()
	f, err := acsmontest.ParseFault(line)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
