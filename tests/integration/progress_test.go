// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"bufio"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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

// progressCase is a way in which Ansible prints what a task does.
type progressCase struct {
	what  string
	env   map[string]string
	args  []string
	shown bool
	whole func(stdout string) bool // reports whether the output is what it is without progress
}

var progressCases = []progressCase{
	{"by default", nil, nil, true, contains("changed: [localhost]")},
	{"as YAML", map[string]string{"ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"}, []string{"-v"}, true, contains("changed: [localhost] => \n", "\n    monitor:\n")},
	{"minimal", map[string]string{"ANSIBLE_STDOUT_CALLBACK": "minimal"}, nil, true, contains("localhost | CHANGED => {")},
	{"one line", map[string]string{"ANSIBLE_STDOUT_CALLBACK": "oneline"}, nil, true, func(out string) bool {
		return strings.HasPrefix(out, "localhost | CHANGED => {") && strings.Count(out, "\n") == 1
	}},
	{"as JSON", map[string]string{"ANSIBLE_STDOUT_CALLBACK": "results"}, nil, true, func(out string) bool { return json.Valid([]byte(out)) }},
	{"with no_log", nil, []string{"-e", "secretive=true"}, false, contains("changed: [localhost]")},
	{"where nobody wants it", map[string]string{"ACSMON_PROGRESS": "no"}, nil, false, contains("changed: [localhost]")},
}

func contains(texts ...string) func(string) bool {
	return func(out string) bool {
		return !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(out, text) })
	}
}

// TestProgressIsShownAtOnce: a line of progress is there while the task waits, in a pipe too, and
// breaks no callback. All wait at the same time.
func TestProgressIsShownAtOnce(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		s.must(os.Mkdir(filepath.Join(s.dir, "callbacks"), 0o700))
		s.env["ANSIBLE_CALLBACK_PLUGINS"] = "callbacks"
		s.write("callbacks/results.py", resultsCallback)
		s.write("play.yml", progressTask)
		var all sync.WaitGroup
		for _, test := range progressCases {
			all.Go(func() {
				stdout, seen := s.progressOf("ansible-playbook", test.env, append([]string{"-i", "localhost,", "play.yml"}, test.args...)...)
				if seen != test.shown {
					t.Errorf("%s: the line was shown in time: %v, want %v:\n%s", test.what, seen, test.shown, stdout)
				}
				if !test.whole(stdout) {
					t.Errorf("%s: it printed\n%s", test.what, stdout)
				}
			})
		}
		all.Wait()
	})
}

// TestProgressInAJobOfAnsibleRunner: the line is there, and each event is still read.
func TestProgressInAJobOfAnsibleRunner(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	runner := runnerTool(t, "ansible-runner")
	s.must(os.Mkdir(filepath.Join(s.dir, "project"), 0o700))
	s.write("project/play.yml", progressTask)
	s.write("hosts", "localhost\n")
	stdout, _ := s.progressOf(runner, nil, "run", s.dir, "--playbook", "play.yml", "--inventory", filepath.Join(s.dir, "hosts"), "--ident", "job")
	if !strings.Contains(stdout, progressLine) {
		t.Errorf("the line is not in\n%s", stdout)
	}
	events, err := filepath.Glob(filepath.Join(s.dir, "artifacts/job/job_events/*.json"))
	s.must(err)
	kinds := map[string]int{}
	for _, path := range events {
		var event struct{ Event string }
		content, err := os.ReadFile(path)
		s.must(err)
		if err := json.Unmarshal(content, &event); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		kinds[event.Event]++
	}
	if kinds["runner_on_ok"] != 1 || kinds["playbook_on_stats"] != 1 {
		t.Errorf("the events are %v", kinds)
	}
}

const progressLine = "acsmon_monitor: waiting 1"

// progressOf runs a command whose task waits for a server of its own, and reports whether its
// standard error told so while it waited.
func (s *site) progressOf(name string, env map[string]string, args ...string) (stdout string, seen bool) {
	server := acsmontest.Start(s.t, acsmontest.Options{Seed: 1})
	server.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: acsmontest.Maintenance(12 * time.Second)})
	mine := *s
	mine.env = maps.Clone(s.env)
	mine.use(server)
	maps.Copy(mine.env, env)
	command := mine.command(s.t.Context(), name, args...)
	var out strings.Builder
	command.Stdout = &out
	errors, err := command.StderrPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		s.t.Error(err)
		return "", false
	}
	for lines := bufio.NewScanner(errors); lines.Scan(); {
		seen = seen || strings.HasPrefix(lines.Text(), progressLine) && count(server, "monitors", "Shop") == 0
	}
	if err := command.Wait(); err != nil {
		s.t.Errorf("%s %v: %v:\n%s", name, args, err, &out)
	}
	return out.String(), seen
}
