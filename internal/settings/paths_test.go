// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// A path that leads to something else than a file never hangs, and is no file that others see.
func TestPathsThatLeadToNoFile(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"a FIFO": fifo, "a folder": t.TempDir(), "a device": os.DevNull} {
		for _, variable := range []string{"ACSMON_DEBUG", "ACSMON_TOKEN_FILE", "ACSMON_CA_PATH"} {
			env := newEnviron(t, "ACSMON_BASE_URL", here, variable, path)
			if variable != "ACSMON_TOKEN_FILE" {
				env["ACSMON_TOKEN"] = "1|x"
			}
			connection, err := Resolve(CommandLine, nil, env.lookup, nil)
			if err == nil {
				_, err = connection.Client()
			}
			if err == nil || !strings.Contains(err.Error(), "not a regular file") {
				t.Errorf("%s as %s: %v", name, variable, err)
			}
		}
		env := newEnviron(t, "ACSMON_BASE_URL", here)
		if err := errors.Join(os.MkdirAll(filepath.Dir(env.tokenPath()), 0o700), os.Symlink(path, env.tokenPath())); err != nil {
			t.Fatal(err)
		}
		_, err := Resolve(CommandLine, nil, env.lookup, nil)
		says(t, err, "the token file cannot be read", "not a regular file")
	}
}

func TestTheDebugFileBecomesTheUsersOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "debug")
	env := newEnviron(t, "ACSMON_BASE_URL", here, "ACSMON_TOKEN", "1|x", "ACSMON_DEBUG", path)
	env.writes(t, path, "", 0o666)
	if _, err := Resolve(CommandLine, nil, env.lookup, nil); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode is %v (%v)", info.Mode(), err)
	}
}

// A session that cannot be loaded means logging in, and that is said.
func TestASessionThatCannotBeLoadedMeansLoggingIn(t *testing.T) {
	server, args := account(t)
	env := newEnviron(t)
	if err := look(t, args, env.lookup); err != nil {
		t.Fatal(err)
	}
	sessions, _ := filepath.Glob(filepath.Join(env["HOME"], ".config/acsmon/sessions/*"))
	if len(sessions) != 1 {
		t.Fatalf("the sessions are %v", sessions)
	}
	if err := errors.Join(os.Remove(sessions[0]), os.Mkdir(sessions[0], 0o700)); err != nil {
		t.Fatal(err)
	}
	warnings := lookWarned(t, args, env.lookup)
	if n := logins(server); n != 2 {
		t.Errorf("%d logins", n)
	}
	for n, want := range []string{"a new token is made by logging in", "each task logs in by itself"} {
		if len(warnings) != 2 || !strings.Contains(warnings[n], want) {
			t.Errorf("the warnings are %q, want %q", warnings, want)
		}
	}
}

// lookWarned asks a server who the user is, and gives the warnings on the way.
func lookWarned(t *testing.T, args options, lookup Lookup) (warnings []string) {
	t.Helper()
	connection, err := Resolve(Task, args, lookup, nil)
	if err != nil {
		t.Fatal(err)
	}
	connection.OnWarning = func(format string, a ...any) { warnings = append(warnings, fmt.Sprintf(format, a...)) }
	client, err := connection.Client()
	if err != nil {
		t.Fatal(err)
	}
	defer client.CloseIdleConnections()
	if _, err := client.Me(t.Context()); err != nil {
		t.Fatal(err)
	}
	return warnings
}

func TestTheDebugFileHidesWhatATaskHides(t *testing.T) {
	server := acsmontest.Start(t, acsmontest.Options{})
	path := filepath.Join(t.TempDir(), "debug")
	env := newEnviron(t, "ACSMON_BASE_URL", server.URL, "ACSMON_TOKEN", server.Token, "ACSMON_DEBUG", path)
	var secrets untrusted.Secrets
	secrets.Add("community-7")
	connection, err := Resolve(Task, nil, env.lookup, &secrets)
	if err != nil {
		t.Fatal(err)
	}
	client, err := connection.Client()
	if err != nil {
		t.Fatal(err)
	}
	defer client.CloseIdleConnections()
	_, _ = acsmon.Collect(client.Devices.List(t.Context(), acsmon.Query{Search: "community-7"}))
	content, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(content), "community-7") || !strings.Contains(string(content), "search=********") {
		t.Errorf("the search is in the log, or not hidden by stars (%v): %s", err, content)
	}
}
