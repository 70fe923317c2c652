// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// TestHoweverTheHostsTakeTurns holds that a task reads once and writes once, in whatever order and
// number Ansible runs it for the hosts of a play.
func TestHoweverTheHostsTakeTurns(t *testing.T) {
	t.Parallel()
	const play = `
- hosts: all
  gather_facts: false
  %s
  tasks:
    - name: one for each host
      acsmon.monitor.acsmon_monitor: {name: "%[2]s of {{ inventory_hostname }}", type: ping, host: shop.example}
      delegate_to: localhost
      throttle: %[3]d
    - name: one for all
      acsmon.monitor.acsmon_monitor: {name: "%[2]s of all", type: ping, host: shop.example}
      delegate_to: localhost
`
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1, Monitors: 250})
		s.use(server)
		s.write("turns.yml", fmt.Sprintf(play, "serial: 3", "Serial", 0)+fmt.Sprintf(play, "strategy: free", "Free", 0)+fmt.Sprintf(play, "order: shuffle", "Throttle", 1))
		// By itself, each of the 48 runs reads once, and three pages before it creates: 129 reads.
		// Where two tasks take turns, as with serial and free, each discards what the other read.
		for _, want := range []struct{ reads, writes int }{{100, 27}, {42, 0}} {
			reads, writes := counted(server, func() {
				s.ok("ansible-playbook", "-i", "h1,h2,h3,h4,h5,h6,h7,h8", "--forks", "8", "turns.yml")
			})
			if reads > want.reads || writes != want.writes {
				t.Errorf("%d reads and %d writes, want at most %d and %d", reads, writes, want.reads, want.writes)
			}
		}
	})
}

const shops = 16

// loopOverShops creates n monitors in a loop.
var loopOverShops = fmt.Sprintf(`
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: run
      acsmon.monitor.acsmon_monitor: {name: "Shop {{ item }}", type: ping, host: shop.example, tags: [shop]}
      loop: "{{ range(%d) | list }}"
`, shops)

// wantShops holds that each monitor of the loop was made once.
func wantShops(t *testing.T, server *acsmontest.Server) {
	t.Helper()
	for n := range shops {
		if made := count(server, "monitors", fmt.Sprintf("Shop %d", n)); made != 1 {
			t.Errorf("there are %d monitors Shop %d, want 1", made, n)
		}
	}
}

// TestALoopThatWasKilled: a loop dies while the server makes a monitor. Two playbooks of the same
// loop, at the same time, make what is left, each of it once.
func TestALoopThatWasKilled(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1, Monitors: 150})
		s.use(server)
		s.write("loop.yml", loopOverShops)
		server.Inject(acsmontest.Fault{
			Method: "POST", Path: "/monitors", Skip: 5, Times: 1,
			Do: acsmontest.Then(func(*acsmontest.Server) { s.killAll() }),
		})
		first := s.command(t.Context(), "ansible-playbook", "-i", "localhost,", "loop.yml")
		if err := first.Run(); err == nil {
			t.Fatal("the playbook was not killed")
		}
		if made := len(server.Rows("monitors")) - 150; made != 6 {
			t.Fatalf("the loop that was killed made %d monitors, want 6", made)
		}
		_, writes := counted(server, func() { s.bothRun("ansible-playbook", "-i", "localhost,", "loop.yml") })
		if writes != shops-6 {
			t.Errorf("the two made %d monitors, want %d", writes, shops-6)
		}
		wantShops(t, server)
	})
}

// killAll kills every process that runs in the site.
func (s *site) killAll() {
	mine := []byte("HOME=" + s.env["HOME"] + "\x00")
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range environments {
		if environment, err := os.ReadFile(path); err == nil && bytes.Contains(environment, mine) {
			if number, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil {
				_ = syscall.Kill(number, syscall.SIGKILL)
			}
		}
	}
}

// bothRun runs a command twice at the same time; both have to succeed.
func (s *site) bothRun(name string, args ...string) {
	s.t.Helper()
	var commands [2]*exec.Cmd
	var outputs [2]bytes.Buffer
	for n := range commands {
		commands[n] = s.command(s.t.Context(), name, args...)
		commands[n].Stdout, commands[n].Stderr = &outputs[n], &outputs[n]
		s.must(commands[n].Start())
	}
	for n, command := range commands {
		if err := command.Wait(); err != nil {
			s.t.Errorf("%s %v: %v:\n%s", name, args, err, &outputs[n])
		}
	}
}

// TestNowhereToKeepAnything: where nothing can be written down, each run asks the server for
// itself, and is as right. Where not even a lock can be, a task says so.
func TestNowhereToKeepAnything(t *testing.T) {
	t.Parallel()
	tasks := strings.SplitAfter(loopOverShops, "tasks:\n")[1]
	eachCore(t, func(t *testing.T, s *site) {
		for _, test := range []struct {
			what, environment, fails string
			full                     bool
			args                     []string
		}{
			{"a full disk", "{}", "", true, nil},
			{"check mode on a full disk", "{}", "make room on its disk", true, []string{"--check"}},
			{"a read-only home", "{HOME: /proc/sys, XDG_CACHE_HOME: ''}", "", false, nil},
			{"nothing to write to", "{HOME: /proc/sys, XDG_CACHE_HOME: '', TMPDIR: /proc/sys}", "set HOME or TMPDIR to where files can be written", false, nil},
		} {
			server := acsmontest.Start(t, acsmontest.Options{Seed: 1, Monitors: 20})
			s.use(server)
			if delete(s.env, "ACSMON_BINARY"); test.full {
				s.write("full", "#!/bin/sh\nulimit -f 0\nexec "+filepath.Join(binaries, "acsmon")+` "$@"`+"\n")
				s.must(os.Chmod(filepath.Join(s.dir, "full"), 0o700))
				s.env["ACSMON_BINARY"] = filepath.Join(s.dir, "full")
			}
			for _, changed := range []bool{true, false} {
				results, failed := s.play(tasks+"      environment: "+test.environment+"\n", test.args...)
				if message := fmt.Sprint(results["run"]); test.fails != "" {
					if !failed || !strings.Contains(message, test.fails) {
						t.Errorf("%s: failed %v: %s, want %q", test.what, failed, message, test.fails)
					}
					break
				}
				if failed || results["run"]["changed"] != changed || results["run"]["warnings"] != nil {
					t.Errorf("%s: failed %v: %v", test.what, failed, results["run"])
				}
				wantShops(t, server)
			}
		}
	})
}
