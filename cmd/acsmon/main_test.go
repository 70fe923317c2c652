// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// TestMain makes the real main the program acsmon, and what Ansible calls it when
// it copies it to a target.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"acsmon": main, "AnsiballZ_acsmon_linux_amd64": main})
}

// TestScripts runs the scripts of testdata, each with a server of its own. In a script, $URL and
// $TOKEN are the server's, and api@example.com may log in with the password s3cret-pass.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup:               serve,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"noSecrets": noSecrets,
			"counts":    counts,
			"usage":     usage,
			"expand":    expand,
			"mode":      mode,
		},
	})
}

// serverOfScript is the key under which the environment of a script keeps its server.
type serverOfScript struct{}

// serve starts the server of a script.
func serve(env *testscript.Env) error {
	s := acsmontest.New(acsmontest.Options{Devices: 2, Monitors: 3, OpenAlerts: 2})
	if err := s.Listen(""); err != nil {
		return err
	}
	env.Defer(func() { s.Close() })
	s.AddUser("api@example.com", "s3cret-pass", s.Permissions()...)
	env.Values[serverOfScript{}] = s
	env.Setenv("URL", s.URL)
	env.Setenv("TOKEN", s.Token)
	env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
	return os.Mkdir(filepath.Join(env.WorkDir, "home"), 0o700)
}

// noSecrets is the command `noSecrets FILE...`. It fails where a file holds the token of the
// server, the token that login keeps, or the password.
func noSecrets(ts *testscript.TestScript, _ bool, files []string) {
	secrets := []string{ts.Getenv("TOKEN"), "s3cret-pass"}
	if kept, err := os.ReadFile(filepath.Join(ts.Getenv("HOME"), ".config/acsmon/token")); err == nil {
		secrets = append(secrets, strings.TrimSpace(string(kept)))
	}
	for _, file := range files {
		for _, secret := range secrets {
			if strings.Contains(ts.ReadFile(file), secret) {
				ts.Fatalf("%s holds a secret", file)
			}
		}
	}
}

// counts is the command `counts requests|writes|monitors N`. It fails unless the server got that
// many requests or writes, or has that many monitors.
func counts(ts *testscript.TestScript, _ bool, args []string) {
	s := ts.Value(serverOfScript{}).(*acsmontest.Server)
	have := map[string]int{"requests": len(s.Requests()), "writes": len(s.Writes()), "monitors": len(s.Rows("monitors"))}
	got, ok := have[args[0]]
	if !ok {
		ts.Fatalf("%s cannot be counted", args[0])
	}
	if fmt.Sprint(got) != args[1] {
		ts.Fatalf("there are %d %s, want %s", got, args[0], args[1])
	}
}

// usage is the command `usage PROGRAM ARG...`. It fails unless the program reports wrong usage with
// its exit status.
func usage(ts *testscript.TestScript, _ bool, args []string) {
	var exit *exec.ExitError
	if err := ts.Exec(args[0], args[1:]...); !errors.As(err, &exit) || exit.ExitCode() != 2 {
		ts.Fatalf("%v ended with %v, want exit status 2", args, err)
	}
}

// expand is the command `expand FILE...`. It replaces the names of environment variables in the
// files by their values.
func expand(ts *testscript.TestScript, _ bool, files []string) {
	for _, file := range files {
		text := os.Expand(ts.ReadFile(file), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text), 0o600))
	}
}

// mode is the command `mode MODE FILE`. It fails unless the file has that mode.
func mode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := info.Mode().Perm().String(); got != args[0] {
		ts.Fatalf("%s has the mode %s, want %s", args[1], got, args[0])
	}
}

// TestOneMonitorOfTwentyProcesses runs one task for twenty hosts at twenty forks. All name the same
// new monitor, and one of them creates it.
func TestOneMonitorOfTwentyProcesses(t *testing.T) {
	server := acsmontest.Start(t, acsmontest.Options{Monitors: 120})
	home := t.TempDir()
	const processes = 20
	changed := make(chan bool, processes)
	var wg sync.WaitGroup
	for range processes {
		wg.Go(func() {
			command := exec.Command("acsmon", "module", "acsmon_monitor")
			command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "ACSMON_BASE_URL=" + server.URL, "ACSMON_TOKEN=" + server.Token}
			command.Stdin = strings.NewReader(`{"name": "the one", "type": "ping", "host": "192.0.2.1"}`)
			var out bytes.Buffer
			command.Stdout, command.Stderr = &out, &out
			err := command.Run()
			var result struct{ Changed bool }
			if err != nil || json.Unmarshal(out.Bytes(), &result) != nil {
				t.Errorf("%v: %s", err, out.Bytes())
			}
			changed <- result.Changed
		})
	}
	wg.Wait()
	close(changed)
	n := 0
	for c := range changed {
		if c {
			n++
		}
	}
	if made := len(server.Rows("monitors")) - 120; made != 1 || n != 1 || len(server.Writes()) != 1 {
		t.Errorf("%d processes say that they changed it, and made %d monitors with %d writes: want 1 of each", n, made, len(server.Writes()))
	}
}
