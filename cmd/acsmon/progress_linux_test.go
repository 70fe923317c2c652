// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bufio"
	"bytes"
	"context"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
	"github.com/acsmon/acsmon-ansible/internal/progress"
)

// TestALongWaitIsToldAtATerminal: each command says what it waits for as the wait begins, and
// Ctrl-C ends the wait.
func TestALongWaitIsToldAtATerminal(t *testing.T) {
	for _, test := range []struct{ words, method, path string }{
		{"whoami", "GET", "/auth/me"},
		{"login", "POST", "/auth/login"},
		{"export", "GET", "/monitors"},
		{"watch", "GET", "/monitor-events"},
		{"doctor --write", "POST", "/monitor-groups"},
		{"--list", "GET", "/devices"},
		{"--host web", "GET", "/devices"},
	} {
		t.Run(test.words, func(t *testing.T) {
			folderstest.Home(t)
			server := acsmontest.Start(t, acsmontest.Options{Seed: 1, Devices: 3})
			server.AddUser("ann@shop.example", "secret")
			server.Inject(acsmontest.Fault{Method: test.method, Path: test.path, Do: acsmontest.Maintenance(30 * time.Second)})
			master, terminal := openTerminal(t)
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			ended := make(chan int)
			go func() {
				ended <- program.Run(ctx, strings.Fields(test.words), command.Call{
					Program: "acsmon", Stdin: strings.NewReader(""), Stdout: &bytes.Buffer{}, Stderr: terminal, Lookup: environmentOf(server, nil),
				})
			}()
			var said strings.Builder
			for lines := bufio.NewScanner(master); lines.Scan(); {
				said.WriteString(lines.Text() + "\n")
				if strings.HasPrefix(lines.Text(), "acsmon: waiting 3") && strings.Contains(lines.Text(), " s for the server or its rate limit") {
					interrupt()
					if status := <-ended; status != 0 && status != 1 {
						t.Errorf("the status is %d", status)
					}
					return
				}
			}
			t.Errorf("the wait is not told:\n%s", &said)
		})
	}
}

// environmentOf is the environment of somebody who uses the server.
func environmentOf(server *acsmontest.Server, more map[string]string) func(string) (string, bool) {
	environment := map[string]string{
		"ACSMON_BASE_URL": server.URL, "ACSMON_TOKEN": server.Token, "ACSMON_EMAIL": "ann@shop.example", "ACSMON_PASSWORD": "secret",
	}
	maps.Copy(environment, more)
	return func(name string) (string, bool) { value, ok := environment[name]; return value, ok }
}

// TestNothingIsToldWhereNobodyReads: Ansible takes what an inventory script writes to its standard
// error for an error.
func TestNothingIsToldWhereNobodyReads(t *testing.T) {
	_, terminal := openTerminal(t)
	read, pipe, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer pipe.Close()
	server := acsmontest.Start(t, acsmontest.Options{})
	for what, call := range map[string]command.Call{
		"a pipe":                         {Stderr: pipe, Lookup: environmentOf(server, nil)},
		"a buffer":                       {Stderr: &bytes.Buffer{}, Lookup: environmentOf(server, nil)},
		"a person who has turned it off": {Stderr: terminal, Lookup: environmentOf(server, map[string]string{"ACSMON_PROGRESS": "No"})},
		"a terminal to which standard output goes": {Stdout: terminal, Stderr: pipe, Lookup: environmentOf(server, nil)},
	} {
		if progress.OfCommand(t.Context(), call) != t.Context() {
			t.Errorf("%s is told of waits", what)
		}
	}
}
