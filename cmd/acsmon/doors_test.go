// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestEachDoorGivesAdviceInItsOwnWords lets every door meet the same faults. The golden file has
// what a user of each reads: the client's facts are the same everywhere, the advice is not.
func TestEachDoorGivesAdviceInItsOwnWords(t *testing.T) {
	folderstest.Home(t)
	t.Setenv("ACSMON_TOKEN", "1|x")
	t.Setenv("ACSMON_MAX_WAIT", "0")
	var got strings.Builder
	for _, fault := range faults(t) {
		t.Setenv("ACSMON_BASE_URL", fault.url)
		t.Setenv("ACSMON_TIMEOUT", cmp.Or(fault.timeout, "30"))
		fmt.Fprintf(&got, "%s\n", fault.name)
		for _, door := range doors {
			text := door.says(t, fault.url, cmp.Or(fault.timeout, "30"))
			text = strings.ReplaceAll(text, strings.TrimPrefix(strings.TrimPrefix(fault.url, "http://"), "https://"), "SERVER")
			text = regexp.MustCompile(`20\d\d-[0-9T:-]+Z`).ReplaceAllString(text, "TIME")
			text = regexp.MustCompile(`the next look is in \S+`).ReplaceAllString(text, "the next look is in WAIT")
			fmt.Fprintf(&got, "  %-10s %s\n", door.name, text)
		}
	}
	golden := filepath.Join("testdata", "doors.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("%s has\n%s\nand the doors say\n%s", golden, want, got.String())
	}
}

// fault is a server that is in the way.
type fault struct {
	name, url string
	timeout   string // seconds; "" for the default
}

func faults(t *testing.T) []fault {
	answers := func(status int, header, value, body string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(header, value)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	away := httptest.NewServer(nil)
	away.Close()
	hangs := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(hangs.Close)
	unknown := httptest.NewUnstartedServer(nil)
	unknown.Config.ErrorLog = log.New(io.Discard, "", 0)
	unknown.StartTLS()
	t.Cleanup(unknown.Close)
	return []fault{
		{"a server that is away", away.URL, ""},
		{"a server that is slow", hangs.URL, "0.05"},
		{"a certificate of an unknown authority", unknown.URL, ""},
		{"https at a port that speaks http", strings.Replace(answers(200, "X", "", "{}"), "http:", "https:", 1), ""},
		{"a token that is not valid", answers(401, "X", "", `{"message":"Unauthenticated."}`), ""},
		{"a permission that is missing", answers(403, "X", "", `{"message":"This action is unauthorized."}`), ""},
		{"a rate limit that is used up", answers(429, "Retry-After", "40", `{"message":"Too Many Attempts."}`), ""},
		{"maintenance", answers(503, "Retry-After", "40", `{"message":"Service Unavailable"}`), ""},
		{"a redirect", answers(302, "Location", "/login", ""), ""},
		{"another application", answers(200, "X", "", `<title>Sign in</title>`), ""},
	}
}

// doors are the ways in, each of which reads something and fails.
var doors = []struct {
	name string
	says func(t *testing.T, url, timeout string) string
}{
	{"Go", func(t *testing.T, url, timeout string) string {
		limit, err := time.ParseDuration(timeout + "s")
		if err != nil {
			t.Fatal(err)
		}
		client, err := acsmon.New(url, acsmon.WithToken("1|x"), acsmon.WithMaxWait(0), acsmon.WithTimeout(limit))
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Me(t.Context())
		return err.Error()
	}},
	{"module", func(t *testing.T, _, _ string) string {
		arguments := filepath.Join(t.TempDir(), "arguments.json")
		given := `{"max_wait": 0, "timeout": 1}` // whole seconds
		if err := os.WriteFile(arguments, []byte(given), 0o600); err != nil {
			t.Fatal(err)
		}
		out, _ := call(t, "module", "acsmon_monitor_info", arguments)
		var result struct{ Msg string }
		if err := json.Unmarshal([]byte(out), &result); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return result.Msg
	}},
	{"inventory", func(t *testing.T, _, _ string) string { _, said := call(t, "--list"); return said }},
	{"command", func(t *testing.T, _, _ string) string { _, said := call(t, "whoami"); return said }},
	{"watch", func(t *testing.T, _, _ string) string { _, said := call(t, "watch"); return said }},
}

// call runs a command, which is cancelled once it has printed something.
func call(t *testing.T, args ...string) (out, said string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout bytes.Buffer
	stderr := &untilSaid{cancel: cancel}
	given := command.Call{Program: "acsmon", Stdout: &stdout, Stderr: stderr, Lookup: os.LookupEnv}
	if status := program.Run(ctx, args, given); status == 0 && args[0] != "watch" {
		t.Errorf("%v succeeded: %s", args, stdout.String())
	}
	return stdout.String(), strings.TrimSpace(stderr.text.String())
}

type untilSaid struct {
	text   bytes.Buffer
	cancel func()
}

func (u *untilSaid) Write(b []byte) (int, error) {
	defer u.cancel()
	return u.text.Write(b)
}
