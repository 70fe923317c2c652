// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

const progressTask = `
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: run
      acsmon.monitor.acsmon_monitor: {name: Shop, type: ping, host: 192.0.2.1}
      no_log: "{{ secretive | default(false) | bool }}"
`

// TestProgressIsShownAtOnce: a line of progress is there while the task waits, in a pipe too.
func TestProgressIsShownAtOnce(t *testing.T) {
	t.Parallel()
	const line = "acsmon_monitor: waiting 1"
	for _, test := range []struct {
		what  string
		env   map[string]string
		args  []string
		shown bool
	}{
		{"as Ansible prints by default", nil, nil, true},
		{"beside JSON", map[string]string{"ANSIBLE_STDOUT_CALLBACK": "results", "ANSIBLE_CALLBACK_PLUGINS": "callbacks"}, nil, true},
		{"not with no_log", nil, []string{"-e", "secretive=true"}, false},
		{"not where nobody wants it", map[string]string{"ACSMON_PROGRESS": "no"}, nil, false},
	} {
		t.Run(test.what, func(t *testing.T) {
			t.Parallel()
			eachCore(t, func(t *testing.T, s *site) {
				server := acsmontest.Start(t, acsmontest.Options{Seed: 1})
				server.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: acsmontest.Maintenance(12 * time.Second)})
				s.use(server)
				for name, value := range test.env {
					s.env[name] = value
				}
				s.must(os.Mkdir(filepath.Join(s.dir, "callbacks"), 0o700))
				s.write("callbacks/results.py", resultsCallback)
				s.write("play.yml", progressTask)
				command := s.command(t.Context(), "ansible-playbook", append([]string{"-i", "localhost,", "play.yml"}, test.args...)...)
				stdout, seen := progressOf(t, command, line, func() bool { return count(server, "monitors", "Shop") == 0 })
				if seen != test.shown {
					t.Errorf("the line was shown in time: %v, want %v:\n%s", seen, test.shown, stdout)
				}
				if test.env["ANSIBLE_STDOUT_CALLBACK"] != "" && !json.Valid([]byte(stdout)) {
					t.Errorf("what the callback printed is no JSON:\n%s", stdout)
				}
			})
		})
	}
}

// progressOf runs a command, and reports whether a line came on its standard error while the
// condition held.
func progressOf(t *testing.T, command *exec.Cmd, line string, inTime func() bool) (stdout string, seen bool) {
	t.Helper()
	errors, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	command.Stdout = &out
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(errors); lines.Scan(); {
		seen = seen || strings.HasPrefix(lines.Text(), line) && inTime()
	}
	if err := command.Wait(); err != nil {
		t.Errorf("%v:\n%s", err, &out)
	}
	return out.String(), seen
}
