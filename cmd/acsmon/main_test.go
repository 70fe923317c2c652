// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"encoding/json"
	"errors"
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

// TestScripts runs the scripts of testdata, each with a server of its own. In a
// script, $URL and $TOKEN are its, and api@example.com may log in with the
// password s3cret-pass. `noSecrets FILE…` fails where one of them holds a token or
// that password; `requests N` and `monitors N` count.
func TestScripts(t *testing.T) {
	servers := sync.Map{}
	server := func(ts *testscript.TestScript) *acsmontest.Server {
		s, _ := servers.Load(ts.Getenv("URL"))
		return s.(*acsmontest.Server)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			s := acsmontest.New(acsmontest.Options{Devices: 2, Monitors: 3, OpenAlerts: 2})
			if err := s.Listen(""); err != nil {
				return err
			}
			env.Defer(func() { s.Close() })
			s.AddUser("api@example.com", "s3cret-pass", s.Permissions()...)
			servers.Store(s.URL, s)
			env.Setenv("URL", s.URL)
			env.Setenv("TOKEN", s.Token)
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			return os.Mkdir(filepath.Join(env.WorkDir, "home"), 0o700)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"noSecrets": func(ts *testscript.TestScript, _ bool, files []string) {
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
			},
			"counts": func(ts *testscript.TestScript, _ bool, args []string) {
				s := server(ts)
				have := map[string]int{"requests": len(s.Requests()), "writes": len(s.Writes()), "monitors": len(s.Rows("monitors"))}
				if got, _ := json.Marshal(have[args[0]]); string(got) != args[1] {
					ts.Fatalf("there are %s %s, not %s", got, args[0], args[1])
				}
			},
			// usage runs a program whose usage is wrong.
			"usage": func(ts *testscript.TestScript, _ bool, args []string) {
				var exit *exec.ExitError
				if err := ts.Exec(args[0], args[1:]...); !errors.As(err, &exit) || exit.ExitCode() != 2 {
					ts.Fatalf("%v ended with %v", args, err)
				}
			},
			// expand writes the environment's values into a file.
			"expand": func(ts *testscript.TestScript, _ bool, files []string) {
				for _, file := range files {
					text := os.Expand(ts.ReadFile(file), ts.Getenv)
					ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text), 0o600))
				}
			},
			"mode": func(ts *testscript.TestScript, _ bool, args []string) {
				info, err := os.Stat(ts.MkAbs(args[1]))
				ts.Check(err)
				if got := info.Mode().Perm().String(); got != args[0] {
					ts.Fatalf("%s has mode %s", args[1], got)
				}
			},
		},
	})
}

// TestOneMonitorOfTwentyProcesses is one task for twenty hosts at twenty forks:
// all name the same new monitor, and one is made.
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
		t.Errorf("%d processes made %d monitors with %d writes", n, made, len(server.Writes()))
	}
}
