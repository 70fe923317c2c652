// SPDX-License-Identifier: MIT

package acsmontest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// A faultOutcome is what the client gets of a create that meets a fault, and whether the monitor
// exists afterwards.
type faultOutcome struct {
	err     error  // of the transport; nil means that a response came
	status  int    // of the response
	text    string // the beginning of the response
	invalid bool   // the response begins like JSON and is none
	header  row    // headers of the response
	stored  bool
}

const beginOfMonitor = `{"id":`

// faultsOfResponses are the faults that hide or replace a response.
var faultsOfResponses = map[string]struct {
	effect acsmontest.Effect
	want   faultOutcome
}{
	"reset before":         {acsmontest.Reset(), faultOutcome{err: syscall.ECONNRESET}},
	"cut after":            {acsmontest.After(acsmontest.Reset()), faultOutcome{err: syscall.ECONNRESET, stored: true}},
	"truncated":            {acsmontest.Truncate(), faultOutcome{err: io.ErrUnexpectedEOF, stored: true}},
	"invalid JSON":         {acsmontest.InvalidJSON(), faultOutcome{status: 201, text: beginOfMonitor, invalid: true, stored: true}},
	"HTML before":          {acsmontest.HTMLPage(), faultOutcome{status: 200, text: "<!DOCTYPE html>", header: row{"Content-Type": "text/html; charset=utf-8"}}},
	"HTML after":           {acsmontest.After(acsmontest.HTMLPage()), faultOutcome{status: 200, text: "<!DOCTYPE html>", stored: true}},
	"empty before":         {acsmontest.EmptyBody(), faultOutcome{status: 200, header: row{"Content-Length": "0"}}},
	"empty after":          {acsmontest.After(acsmontest.EmptyBody()), faultOutcome{status: 200, header: row{"Content-Length": "0"}, stored: true}},
	"null before":          {acsmontest.NullBody(), faultOutcome{status: 200, text: "null"}},
	"null after":           {acsmontest.After(acsmontest.NullBody()), faultOutcome{status: 200, text: "null", stored: true}},
	"wrong types":          {acsmontest.WrongTypes(), faultOutcome{status: 201, text: `{"check_interval_seconds":{"value":60}`, stored: true}},
	"500":                  {acsmontest.Status(500), faultOutcome{status: 500, text: "{\n    \"message\": \"Server Error\"\n}"}},
	"502":                  {acsmontest.Status(502), faultOutcome{status: 502, text: "<html>", header: row{"Content-Type": "text/html"}}},
	"502 after":            {acsmontest.After(acsmontest.Status(502)), faultOutcome{status: 502, text: "<html>", stored: true}},
	"504 after":            {acsmontest.After(acsmontest.Status(504)), faultOutcome{status: 504, text: "<html>", stored: true}},
	"429 with wait":        {acsmontest.TooManyRequests(1500 * time.Millisecond), faultOutcome{status: 429, text: "{\n    \"message\": \"Too Many Attempts.\"\n}", header: row{"Retry-After": "2", "X-RateLimit-Reset": "1776852902"}}},
	"429 without":          {acsmontest.TooManyRequests(0), faultOutcome{status: 429, header: row{"Retry-After": "", "X-RateLimit-Reset": ""}}},
	"maintenance":          {acsmontest.Maintenance(0), faultOutcome{status: 503, text: "<!DOCTYPE html>", header: row{"Retry-After": ""}}},
	"maintenance, wait":    {acsmontest.Maintenance(time.Minute), faultOutcome{status: 503, text: "<!DOCTYPE html>", header: row{"Retry-After": "60"}}},
	"503":                  {acsmontest.Unavailable(0), faultOutcome{status: 503, text: "{\n    \"message\": \"Service Unavailable\"\n}", header: row{"Retry-After": ""}}},
	"503 with wait":        {acsmontest.Unavailable(5 * time.Second), faultOutcome{status: 503, text: "{\n    \"message\": ", header: row{"Retry-After": "5"}}},
	"any answer":           {acsmontest.Answer(418, http.Header{"Retry-After": {"Fri, 31 Dec 1999 23:59:59 GMT"}}, "tea"), faultOutcome{status: 418, text: "tea", header: row{"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}}},
	"redirect, same host":  {acsmontest.Redirect(308, "/login"), faultOutcome{status: 308, header: row{"Location": "BASE/login"}}},
	"redirect, other host": {acsmontest.Redirect(302, "https://elsewhere.example/x"), faultOutcome{status: 302, header: row{"Location": "https://elsewhere.example/x"}}},
	"delay":                {acsmontest.Delay(time.Millisecond), faultOutcome{status: 201, text: beginOfMonitor, stored: true}},
	"delay after":          {acsmontest.After(acsmontest.Delay(time.Millisecond)), faultOutcome{status: 201, text: beginOfMonitor, stored: true}},
	"drip":                 {acsmontest.Drip(time.Microsecond), faultOutcome{status: 201, text: beginOfMonitor, stored: true}},
	"long header":          {acsmontest.LongHeader(5000), faultOutcome{status: 201, text: beginOfMonitor, header: row{"X-Long": strings.Repeat("x", 5000)}, stored: true}},
	"gzip bomb":            {acsmontest.GzipBomb(3 << 20), faultOutcome{status: 201, text: strings.Repeat(" ", 3<<20), stored: true}},
	"then":                 {acsmontest.Then(func(s *acsmontest.Server) { s.Add("monitor-groups", row{"name": "meanwhile"}) }), faultOutcome{status: 201, text: beginOfMonitor, stored: true}},
}

func TestFaultsOfResponses(t *testing.T) {
	for name, test := range faultsOfResponses {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			s, admin := start(t, acsmontest.Options{Now: c.now})
			s.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: test.effect})

			got, err := admin.try("POST", "/monitors", plainMonitor)
			if !errors.Is(err, test.want.err) {
				t.Fatalf("the error is %v, want %v", err, test.want.err)
			}
			if err == nil {
				got.isAfterFault(test.want, s.URL)
			}
			if stored := len(s.Rows("monitors")) == 1; stored != test.want.stored {
				t.Errorf("the monitor is stored: %t, want %t", stored, test.want.stored)
			}
			admin.do("POST", "/monitors", plainMonitor).is(201)
			if hits := s.FaultHits(); !slices.Equal(hits, []int{1}) {
				t.Errorf("the fault hit %v requests, want 1", hits)
			}
		})
	}
}

// isAfterFault compares the response with what is wanted of it. BASE in a header stands for base.
func (a *answer) isAfterFault(want faultOutcome, base string) {
	a.t.Helper()
	a.is(want.status)
	if !strings.HasPrefix(a.text, want.text) {
		a.t.Errorf("the response is %.60q, want %.60q", a.text, want.text)
	}
	if want.invalid && json.Valid([]byte(a.text)) {
		a.t.Errorf("the response is valid JSON, which it should not be: %s", a.text)
	}
	for name, value := range want.header {
		a.hasHeader(name, strings.ReplaceAll(value.(string), "BASE", base))
	}
}

// Faults of lists: what a walk over two pages of two rows sees.
func TestFaultsOfLists(t *testing.T) {
	for name, test := range map[string]struct {
		effect acsmontest.Effect
		look   func(t *testing.T, s *acsmontest.Server, first, second *answer)
	}{
		"foreign next page": {acsmontest.NextPage("https://elsewhere.example/2"), func(t *testing.T, s *acsmontest.Server, first, second *answer) {
			first.has("next_page_url", "https://elsewhere.example/2").has("links.next", "https://elsewhere.example/2").has("data.0.id", 7)
			second.has("next_page_url", nil)
		}},
		"loop": {acsmontest.LoopPages(), func(t *testing.T, s *acsmontest.Server, first, second *answer) {
			first.has("next_page_url", s.URL+"/api/v1/monitors?per_page=2&page=1")
		}},
		"absurd total": {acsmontest.Total(1 << 50), func(t *testing.T, s *acsmontest.Server, first, second *answer) {
			first.has("meta.total", 1<<50)
			second.has("meta.total", 3)
		}},
		"row removed": {acsmontest.RemoveRow(), func(t *testing.T, s *acsmontest.Server, first, second *answer) {
			first.has("data.0.id", 7).has("data.1.id", 9).has("meta.total", 3) // 11 is now on page 1
			second.has("data", []any{}).has("meta.total", 2)
		}},
		"row inserted": {acsmontest.InsertRow(), func(t *testing.T, s *acsmontest.Server, first, second *answer) {
			first.has("data.1.id", 9)
			second.has("data.0.id", 9).has("data.1.id", 11).has("meta.total", 4)
		}},
		"wrong types": {acsmontest.WrongTypes(), func(t *testing.T, s *acsmontest.Server, first, second *answer) {
			first.has("data.0.id", row{"value": 7}).has("data.0.name", []string{"alpha"}).has("data.0.is_active", "maybe").has("data.0.tags", 42).has("data.0.port", row{"value": nil})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s, admin := start(t, acsmontest.Options{Prefix: "/m"})
			threeMonitors(s)
			s.Inject(acsmontest.Fault{Path: "/monitors", Times: 1, Do: test.effect})
			test.look(t, s, admin.get("/monitors?per_page=2&page=1"), admin.get("/monitors?per_page=2&page=2"))
		})
	}
}

func TestFaultTotalOfPaginator(t *testing.T) {
	s, admin := start(t, acsmontest.Options{Alternatives: acsmontest.Alternatives{Envelope: "paginator"}})
	s.Inject(acsmontest.Fault{Do: acsmontest.Total(99)})
	admin.get("/monitors").has("total", 99)
}

// What a fault matches, and how often it hits.
func TestFaultMatching(t *testing.T) {
	s, admin := start(t, acsmontest.Options{Monitors: 3})
	id := s.Rows("monitors")[0]["id"]
	s.Inject(
		acsmontest.Fault{Method: "GET", Path: "/monitors/*", Skip: 1, Times: 2, Do: acsmontest.Status(500)},
		acsmontest.Fault{Path: "/monitors/*/check", Do: acsmontest.Status(502)},
		acsmontest.Fault{Times: 1, Do: acsmontest.Status(503)},
	)
	monitor := path("/monitors/%v", id)
	for _, step := range []struct {
		method, path string
		status       int
	}{
		{"GET", monitor, 503}, // skipped by the first, so the last has it
		{"GET", monitor, 500},
		{"PUT", monitor, 200},
		{"GET", "/monitors", 200},
		{"GET", monitor, 500},
		{"GET", monitor, 200},
		{"POST", monitor + "/check", 502},
		{"POST", monitor + "/check", 502},
	} {
		admin.do(step.method, step.path, row{}).is(step.status)
	}
	if got := s.FaultHits(); !slices.Equal(got, []int{2, 2, 1}) {
		t.Errorf("hits %v", got)
	}
	s.ClearFaults()
	admin.do("POST", monitor+"/check", nil).is(200)
}

// A share of the requests, and with the same seed the same ones.
func TestFaultRate(t *testing.T) {
	pattern := func(seed uint64) string {
		s, admin := start(t, acsmontest.Options{Seed: seed})
		s.Inject(acsmontest.Fault{Rate: 0.25, Do: acsmontest.Status(500)})
		var b strings.Builder
		for range 200 {
			fmt.Fprint(&b, admin.do("GET", "/monitors", nil).status/500)
		}
		return b.String()
	}
	one := pattern(1)
	if hits := strings.Count(one, "1"); hits < 25 || hits > 75 {
		t.Errorf("%d of 200 were hit, want about 50", hits)
	}
	if again := pattern(1); again != one {
		t.Errorf("the same seed hit others:\n%s\n%s", one, again)
	}
	if pattern(2) == one {
		t.Error("another seed hit the same ones")
	}
}

func TestParseFault(t *testing.T) {
	for line, want := range map[string]acsmontest.Fault{
		"POST /monitors cut-after 1":      {Method: "POST", Path: "/monitors", Times: 1},
		"get /monitors/* status=503":      {Method: "GET", Path: "/monitors/*"},
		"* * delay=10ms 2.5% skip=3":      {Rate: 0.025, Skip: 3},
		"PUT * too-many=1m 3 skip=1":      {Method: "PUT", Times: 3, Skip: 1},
		"GET /devices next-page=http://x": {Method: "GET", Path: "/devices"},
	} {
		got, err := acsmontest.ParseFault(line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
		got.Do = acsmontest.Effect{}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %+v, want %+v", line, got, want)
		}
	}
	for line, part := range map[string]string{
		"POST /monitors":                "is not METHOD PATH EFFECT",
		"POST /monitors cut":            `there is no effect "cut"`,
		"POST /monitors reset=1":        "takes no value",
		"POST /monitors status=x":       `"x" is not a number`,
		"POST /monitors delay=5":        `"5" is not a duration`,
		"POST /[x reset":                "syntax error in pattern",
		"POST /monitors reset often":    `"often" is not a count`,
		"POST /monitors reset 0%":       "not a share",
		"POST /monitors reset skip=few": `"skip=few" is not a count`,
	} {
		if _, err := acsmontest.ParseFault(line); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: %v, want %s", line, err, part)
		}
	}
}

// Every effect can be named on the command line, with its default.
func TestEffectNames(t *testing.T) {
	for _, name := range acsmontest.EffectNames() {
		t.Run(name, func(t *testing.T) {
			if _, err := acsmontest.ParseFault("* * " + name); err != nil {
				t.Error(err)
			}
			word, _, _ := strings.Cut(name, "=")
			if _, err := acsmontest.ParseFault("* * " + word); err != nil {
				t.Error(err)
			}
		})
	}
}
