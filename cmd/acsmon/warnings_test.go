// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
)

// A session that cannot be loaded costs a login, which every door says. It arises while the server
// is asked, and not when the settings are read.
func TestEveryDoorShowsTheWarningsThatArise(t *testing.T) {
	for _, test := range []struct{ words, where string }{
		{"whoami", "stderr"}, {"export", "stderr"}, {"watch", "stderr"}, {"--list", "stdout"},
	} {
		t.Run(test.words, func(t *testing.T) {
			home := folderstest.Home(t)
			server := acsmontest.Start(t, acsmontest.Options{Devices: 1, Monitors: 1})
			server.AddUser("api@example.com", "s3cret-pass", server.Permissions()...)
			for name, value := range map[string]string{
				"ACSMON_BASE_URL": server.URL, "ACSMON_EMAIL": "api@example.com", "ACSMON_PASSWORD": "s3cret-pass",
			} {
				t.Setenv(name, value)
			}
			warned(t, "whoami")
			sessions, err := filepath.Glob(filepath.Join(home, ".config/acsmon/sessions/*"))
			if err != nil || len(sessions) != 1 {
				t.Fatalf("the sessions are %v (%v)", sessions, err)
			}
			if err := errors.Join(os.Remove(sessions[0]), os.Mkdir(sessions[0], 0o700)); err != nil {
				t.Fatal(err)
			}
			out, said := warned(t, test.words)
			const want = "a new token is made by logging in"
			if shown := map[string]string{"stdout": out, "stderr": said}[test.where]; strings.Count(shown, want) != 1 {
				t.Errorf("%s has no warning: %.500s", test.where, shown)
			}
			if test.where == "stdout" && said != "" {
				t.Errorf("stderr has %q", said)
			}
		})
	}
}

// warned runs a command, watch until it has said something.
func warned(t *testing.T, words string) (out, said string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stop := func() {}
	if words == "watch" {
		stop = cancel
	}
	var stdout bytes.Buffer
	stderr := &untilSaid{cancel: stop}
	program.Run(ctx, []string{words}, command.Call{Program: "acsmon", Stdout: &stdout, Stderr: stderr, Lookup: os.LookupEnv})
	return stdout.String(), stderr.text.String()
}
