// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bufio"
	"bytes"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// kindsOfScratch are the resources that doctor makes rows of.
var kindsOfScratch = []string{"monitor-groups", "device-groups", "monitors", "devices"}

// Ctrl-C in the middle of a trial ends it, and the scratch rows that it has made are removed, even
// if that has to wait for the rate limit, longer than other commands are given.
func TestCtrlCRemovesWhatDoctorHasMade(t *testing.T) {
	for path, wait := range map[string]time.Duration{"/monitor-groups": 0, "/monitors": 6 * time.Second, "/devices": 0} {
		t.Run("POST "+path, func(t *testing.T) {
			t.Parallel()
			server := acsmontest.Start(t, acsmontest.Options{})
			server.Inject(acsmontest.Fault{Method: "POST", Path: path, Times: 1, Do: acsmontest.After(acsmontest.Delay(time.Second))})
			if wait > 0 {
				server.Inject(acsmontest.Fault{Method: "DELETE", Times: 1, Do: acsmontest.TooManyRequests(wait)})
			}
			c := process(t, "doctor", "--write")
			c.Env = append(c.Env, "ACSMON_BASE_URL="+server.URL, "ACSMON_TOKEN="+server.Token)
			var out bytes.Buffer
			c.Stdout, c.Stderr = &out, &out
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			for deadline := time.Now().Add(time.Minute); len(server.Rows(strings.TrimPrefix(path, "/"))) == 0; time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("it makes nothing: %s", &out)
				}
			}
			if err := c.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			_ = c.Wait() // the process is killed after a minute
			if c.ProcessState.ExitCode() != 1 {
				t.Errorf("it ended with %v", c.ProcessState)
			}
			for _, kind := range kindsOfScratch {
				if rows := server.Rows(kind); len(rows) > 0 {
					t.Errorf("left are %v:\n%s", rows, &out)
				}
			}
		})
	}
}

// On a terminal doctor asks before it writes, and without a yes it writes nothing.
func TestDoctorAsksOnATerminal(t *testing.T) {
	for answer, writes := range map[string]bool{"y\n": true, "\n": false, "\x04": false} {
		t.Run(answer, func(t *testing.T) {
			server := acsmontest.Start(t, acsmontest.Options{})
			master, terminal := openTerminal(t)
			c := process(t, "doctor", "--write")
			c.Env = append(c.Env, "ACSMON_BASE_URL="+server.URL, "ACSMON_TOKEN="+server.Token)
			c.Stdin = terminal
			var out bytes.Buffer
			c.Stdout = &out
			stderr, err := c.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			said := bufio.NewReader(stderr)
			prompt, err := said.ReadString(']')
			if err != nil || !strings.Contains(prompt, server.URL) || !strings.HasSuffix(prompt, "Go on? [y/N]") || len(server.Writes()) > 0 {
				t.Fatalf("it asks %q (%v) after %d writes", prompt, err, len(server.Writes()))
			}
			if _, err := master.Write([]byte(answer)); err != nil {
				t.Fatal(err)
			}
			rest, _ := said.ReadString(0)
			_ = c.Wait()
			if got := len(server.Writes()) > 0; got != writes {
				t.Errorf("it wrote: %v, want %v:\n%s%s", got, writes, rest, &out)
			}
			for _, kind := range kindsOfScratch {
				if rows := server.Rows(kind); len(rows) > 0 {
					t.Errorf("left are %v", rows)
				}
			}
		})
	}
}
