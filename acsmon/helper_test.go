// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// newClient returns a client of a base URL whose connections end with the test.
func newClient(t testing.TB, baseURL string, options ...acsmon.Option) *acsmon.Client {
	t.Helper()
	client, err := acsmon.New(baseURL, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// start returns a server on a loopback port and an administrator's client of it.
func start(t testing.TB, o acsmontest.Options, options ...acsmon.Option) (*acsmontest.Server, *acsmon.Client) {
	t.Helper()
	server := acsmontest.Start(t, o)
	return server, newClient(t, server.URL, append([]acsmon.Option{acsmon.WithToken(acsmon.Secret(server.Token))}, options...)...)
}

// inFakeTime runs a spec in which time passes at once: with a server that is
// reached in memory, and an administrator's client of it.
func inFakeTime(t *testing.T, o acsmontest.Options, spec func(t *testing.T, server *acsmontest.Server, client *acsmon.Client), options ...acsmon.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server := acsmontest.New(o)
		t.Cleanup(func() { server.Close() })
		spec(t, server, memoryClient(t, server, options...))
	})
}

// memoryClient returns an administrator's client that reaches the server in memory.
func memoryClient(t *testing.T, server *acsmontest.Server, options ...acsmon.Option) *acsmon.Client {
	t.Helper()
	return newClient(t, server.URL, append([]acsmon.Option{
		acsmon.WithToken(acsmon.Secret(server.Token)), acsmon.WithDialer(server.Dial),
	}, options...)...)
}

// handle returns a client of a server that is nothing but a handler.
func handle(t testing.TB, handler http.HandlerFunc, options ...acsmon.Option) *acsmon.Client {
	t.Helper()
	return newClient(t, handleURL(t, handler), append([]acsmon.Option{acsmon.WithToken("1|secret")}, options...)...)
}

// handleURL returns the base URL of a server that is nothing but a handler.
func handleURL(t testing.TB, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// asked returns the requests as "GET /devices".
func asked(server *acsmontest.Server) []string {
	lines := []string{}
	for _, r := range server.Requests() {
		lines = append(lines, r.Method+" "+r.Path)
	}
	return lines
}

// apiError returns err as an *acsmon.Error, and fails the test if it is none.
func apiError(t *testing.T, err error) *acsmon.Error {
	t.Helper()
	var e *acsmon.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v is no *acsmon.Error", err)
	}
	return e
}

// saysAll asserts that a text holds each of the words.
func saysAll(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%q does not say %q", text, word)
		}
	}
}

// between asserts that a duration lies within bounds.
func between(t *testing.T, what string, got, least, most time.Duration) {
	t.Helper()
	if got < least || got > most {
		t.Errorf("%s: %s, want %s to %s", what, got, least, most)
	}
}

func ids(rows []acsmon.Fields) []int64 {
	all := make([]int64, len(rows))
	for i, row := range rows {
		all[i] = row.ID()
	}
	return all
}

var plainMonitor = acsmon.MonitorInput{Name: "web", Type: "https", Host: "web.example.com"}

var bg = context.Background()

func contextFor(d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(bg, d)
}

// answer is a handler that always gives the same answer.
func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// must is for calls of a specification's preparation.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func text(v any) string { return fmt.Sprint(v) }
