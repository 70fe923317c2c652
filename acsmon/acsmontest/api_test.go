// SPDX-License-Identifier: MIT

package acsmontest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// row is a JSON object.
type row = map[string]any

// An api is a client that hides nothing.
type api struct {
	t      *testing.T
	base   string
	token  string
	client *http.Client
	header http.Header // instead of the usual ones
}

func newAPI(t *testing.T, s *acsmontest.Server) *api {
	client := &http.Client{
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(client.CloseIdleConnections)
	return &api{t: t, base: s.URL + "/api/v1", token: s.Token, client: client}
}

// start gives a server and an administrator's client of it.
func start(t *testing.T, o acsmontest.Options) (*acsmontest.Server, *api) {
	t.Helper()
	s := acsmontest.Start(t, o)
	return s, newAPI(t, s)
}

// as is the same client with another token.
func (a *api) as(token string) *api {
	other := *a
	other.token = token
	return &other
}

// An answer is what came back.
type answer struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	text   string
	json   any
}

// try sends a request; body is JSON text, a value to encode, or nil.
func (a *api) try(method, path string, body any) (*answer, error) {
	a.t.Helper()
	var content io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(body)
	default:
		b, err := json.Marshal(body)
		if err != nil {
			a.t.Fatal(err)
		}
		content = bytes.NewReader(b)
	}
	r, err := http.NewRequest(method, a.base+path, content)
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", "application/json")
	if a.token != "" {
		r.Header.Set("Authorization", "Bearer "+a.token)
	}
	for name, values := range a.header {
		r.Header[name] = values
	}
	res, err := a.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	got := &answer{t: a.t, what: method + " " + path, status: res.StatusCode, header: res.Header, text: string(text)}
	json.Unmarshal(text, &got.json)
	return got, nil
}

func (a *api) do(method, path string, body any) *answer {
	a.t.Helper()
	got, err := a.try(method, path, body)
	if err != nil {
		a.t.Fatalf("%s %s: %v", method, path, err)
	}
	return got
}

// get is a GET that must succeed.
func (a *api) get(path string) *answer {
	a.t.Helper()
	return a.do("GET", path, nil).is(200)
}

func (a *answer) is(status int) *answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: status %d, want %d: %s", a.what, a.status, status, a.text)
	}
	return a
}

// at is the value at a path such as "meta.total" or "data.0.id".
func (a *answer) at(path string) any {
	a.t.Helper()
	v := a.json
	for part := range strings.SplitSeq(path, ".") {
		switch container := v.(type) {
		case row:
			inner, ok := container[part]
			if !ok {
				a.t.Fatalf("%s: no %s in %s", a.what, path, a.text)
			}
			v = inner
		case []any:
			var i int
			if _, err := fmt.Sscan(part, &i); err != nil || i >= len(container) {
				a.t.Fatalf("%s: no %s in %s", a.what, path, a.text)
			}
			v = container[i]
		default:
			a.t.Fatalf("%s: no %s in %s", a.what, path, a.text)
		}
	}
	return v
}

// has compares the value at a path with one written in Go.
func (a *answer) has(path string, want any) *answer {
	a.t.Helper()
	if got := a.at(path); !reflect.DeepEqual(got, asJSON(want)) {
		a.t.Errorf("%s: %s = %#v, want %#v", a.what, path, got, want)
	}
	return a
}

// hasAll compares each field of the one resource that came with what is wanted.
func (a *answer) hasAll(want row) *answer {
	a.t.Helper()
	for field, value := range want {
		a.has(field, value)
	}
	return a
}

// hasHeader compares one header with its value; empty means absent.
func (a *answer) hasHeader(name, want string) *answer {
	a.t.Helper()
	if got := a.header.Get(name); got != want {
		a.t.Errorf("%s: %s: %q, want %q", a.what, name, got, want)
	}
	return a
}

// lacks asserts that there are no such members at the top level.
func (a *answer) lacks(names ...string) *answer {
	a.t.Helper()
	object, ok := a.json.(row)
	if !ok {
		a.t.Fatalf("%s: the response is no object: %s", a.what, a.text)
	}
	for _, name := range names {
		if _, ok := object[name]; ok {
			a.t.Errorf("%s: has %s: %s", a.what, name, a.text)
		}
	}
	return a
}

// id is the id of the one resource that came.
func (a *answer) id() int64 {
	a.t.Helper()
	id, ok := a.at("id").(float64)
	if !ok {
		a.t.Fatalf("%s: the id is no number: %s", a.what, a.text)
	}
	return int64(id)
}

// column returns one field of all rows of a list.
func (a *answer) column(name string) []any {
	a.t.Helper()
	values := []any{}
	for _, r := range a.at("data").([]any) {
		values = append(values, r.(row)[name])
	}
	return values
}

// asJSON is a Go value as encoding/json reads it back.
func asJSON(v any) any {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var out any
	json.Unmarshal(b, &out)
	return out
}

// A clock is a server's clock that tests move.
type clock struct{ t time.Time }

func newClock() *clock { return &clock{time.Date(2026, 4, 22, 10, 15, 0, 0, time.UTC)} }

func (c *clock) now() time.Time          { return c.t }
func (c *clock) advance(d time.Duration) { c.t = c.t.Add(d) }

// plainMonitor is the least that a create takes.
var plainMonitor = row{"name": "web", "type": "https", "host": "web.example.com"}

func path(format string, args ...any) string { return fmt.Sprintf(format, args...) }
