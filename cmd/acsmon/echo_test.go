// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
	"github.com/acsmon/acsmon-ansible/internal/untrusted/untrustedtest"
)

// TestNoDoorShowsAnEchoOfASecret asks a server that repeats the token or the password in every
// field of its answers, in every spelling. No command prints any of it or writes it to a file: the
// cache, an export, the file that ACSMON_DEBUG names. Only the tokens that a login keeps are left
// out.
func TestNoDoorShowsAnEchoOfASecret(t *testing.T) {
	const token, password = `12|Zk9qPuxyB0123/456789&abcdef`, `corr"ect/horse&battery`
	for name, spell := range untrustedtest.Spellings {
		server := httptest.NewServer(echoing(untrustedtest.Spell(token, spell), untrustedtest.Spell(password, spell), token))
		defer server.Close()
		for kind, credentials := range map[string]map[string]string{
			"a token": {"ACSMON_TOKEN": token}, "a password": {"ACSMON_EMAIL": "a@b.example", "ACSMON_PASSWORD": password},
		} {
			known := []string{token} // which the login gives, too
			if kind == "a password" {
				known = append(known, password)
			}
			t.Run(name+", with "+kind, func(t *testing.T) { meetEcho(t, server.URL, credentials, known) })
		}
	}
}

// meetEcho lets each command meet the server, and looks for the secrets that it knows.
func meetEcho(t *testing.T, url string, credentials map[string]string, secrets []string) {
	home := folderstest.Home(t)
	debug := filepath.Join(home, "debug")
	environment := map[string]string{
		"ACSMON_BASE_URL": url, "ACSMON_MAX_WAIT": "0", "ACSMON_DEBUG": debug,
	}
	maps.Copy(environment, credentials)
	lookup := func(name string) (string, bool) { value, ok := environment[name]; return value, ok }
	look := func(where, text string) {
		for _, secret := range secrets {
			if left := untrustedtest.Left(text, secret); left != "" {
				t.Errorf("%s has %q:\n%.2000s", where, left, text)
			}
		}
	}
	for _, args := range [][]string{
		{"--list", "--refresh"}, {"--host", "x"}, {"whoami"}, {"export"}, {"export", filepath.Join(home, "install.yml")}, {"watch"}, {"logout"},
	} {
		var out bytes.Buffer
		ctx, cancel := context.WithCancel(t.Context())
		to := &untilWritten{&out, cancel}
		program.Run(ctx, args, command.Call{Program: filepath.Join(home, "acsmon"), Stdin: strings.NewReader(""), Stdout: to, Stderr: to, Lookup: lookup})
		cancel()
		if out.Len() == 0 {
			t.Errorf("%v said nothing", args)
		}
		look(fmt.Sprint(args), out.String())
	}
	err := filepath.WalkDir(home, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.Contains(path, "/.config/acsmon/") {
			return err
		}
		content, err := os.ReadFile(path)
		look(path, string(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(debug); err != nil {
		t.Error(err)
	}
}

// echoing answers each read with one row, all of whose fields are the echo, and each login with the
// token.
func echoing(token, password, real string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		echo := token + " " + password
		w.Header().Set("Content-Type", "application/json")
		answer := func(value any) { _ = json.NewEncoder(w).Encode(value) }
		switch {
		case strings.HasSuffix(r.URL.Path, "/auth/login"):
			answer(map[string]any{"token": real})
		case strings.HasSuffix(r.URL.Path, "/auth/me"):
			answer(map[string]any{"id": 1, "name": echo, "email": echo, "roles": []string{echo}, "permissions": []string{echo}})
		case strings.HasSuffix(r.URL.Path, "/auth/logout"):
			w.WriteHeader(http.StatusConflict)
			answer(map[string]any{"message": echo})
		default:
			row := map[string]any{"id": 1, "status": "open", "severity": "critical", "config": map[string]any{echo: echo}, "device": map[string]any{"id": 1, "name": echo}}
			for _, field := range []string{"name", "type", "host", "ip_address", "device_type", "message", "opened_at", "location"} {
				row[field] = echo
			}
			answer(map[string]any{"data": []any{row}, "meta": map[string]any{"total": 1, "current_page": 1, "last_page": 1, "per_page": 100}})
		}
	})
}

// untilWritten ends a command that goes on, once it has said something.
type untilWritten struct {
	to     *bytes.Buffer
	cancel func()
}

func (u *untilWritten) Write(b []byte) (int, error) {
	n, err := fmt.Fprintf(u.to, "%s", b)
	if bytes.Contains(b, []byte(`"key"`)) || bytes.Contains(b, []byte("next look")) {
		u.cancel()
	}
	return n, err
}
