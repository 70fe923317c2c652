// SPDX-License-Identifier: GPL-3.0-or-later

// Package integration runs the built collection as a user does: installed with
// ansible-galaxy into an empty path, with the real commands of each ansible-core,
// as real processes, against the sandbox server.
//
// make test starts it with ACSMON_TEST_COLLECTION (the tarball) and
// ACSMON_TEST_VENVS (folders of virtual environments, separated by colons).
package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/tests/laravel"
)

var (
	venvs       []string // of each ansible-core
	collections string   // where the collection is installed
	binaries    string   // where bin/ is
)

// patience ends a command that hangs.
const patience = 3 * time.Minute

func TestMain(m *testing.M) {
	tarball := os.Getenv("ACSMON_TEST_COLLECTION")
	venvs = slices.DeleteFunc(filepath.SplitList(os.Getenv("ACSMON_TEST_VENVS")), func(venv string) bool { return venv == "" })
	if tarball == "" || len(venvs) == 0 {
		fmt.Println("skipped all integration tests: ACSMON_TEST_COLLECTION and ACSMON_TEST_VENVS are not set; run make test")
		return
	}
	status, err := setUp(m, tarball)
	if err != nil {
		log.Fatal(err)
	}
	os.Exit(status)
}

func setUp(m *testing.M, tarball string) (int, error) {
	var err error
	if binaries, err = filepath.Abs("../../bin"); err != nil {
		return 1, err
	}
	if collections, err = os.MkdirTemp("", "acsmon-collections-"); err != nil {
		return 1, err
	}
	defer os.RemoveAll(collections)
	install := exec.Command(filepath.Join(venvs[0], "bin", "ansible-galaxy"), "collection", "install", "--offline", "-p", collections, tarball)
	install.Env = append(os.Environ(), "HOME="+collections)
	if out, err := install.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("the collection cannot be installed: %w\n%s", err, out)
	}
	return laravel.Main(m), nil
}

// site is a folder as a user has one: the executable, ansible.cfg, playbooks; and
// the ansible-core that is used in it.
type site struct {
	t    *testing.T
	dir  string
	venv string
	env  map[string]string
}

// eachCore runs a test under each ansible-core, in a site of its own.
func eachCore(t *testing.T, test func(t *testing.T, s *site)) {
	for _, venv := range venvs {
		t.Run(filepath.Base(venv), func(t *testing.T) {
			t.Parallel()
			test(t, newSite(t, venv))
		})
	}
}

func newSite(t *testing.T, venv string) *site {
	dir := t.TempDir()
	s := &site{t: t, dir: dir, venv: venv, env: map[string]string{
		"HOME":                     filepath.Join(dir, "home"),
		"PATH":                     filepath.Join(venv, "bin") + ":/usr/bin:/bin:/usr/sbin:/sbin",
		"LANG":                     "C.UTF-8",
		"ANSIBLE_COLLECTIONS_PATH": collections,
		"ANSIBLE_NOCOLOR":          "1",
		"ANSIBLE_ASYNC_DIR":        filepath.Join(dir, "async"),
	}}
	s.must(os.Mkdir(s.env["HOME"], 0o700))
	s.ok(filepath.Join(binaries, "acsmon"), "install", dir)
	s.must(os.Remove(filepath.Join(dir, "acsmon.yml"))) // a test that has settings writes its own
	s.copyFrom("../../examples", "monitors.yml", "alerts.yml")
	return s
}

// use points the site at a server.
func (s *site) use(server *acsmontest.Server) {
	s.env["ACSMON_BASE_URL"], s.env["ACSMON_TOKEN"] = server.URL, server.Token
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) copyFrom(folder string, names ...string) {
	s.t.Helper()
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(folder, name))
		s.must(err)
		info, err := os.Stat(filepath.Join(folder, name))
		s.must(err)
		s.must(os.WriteFile(filepath.Join(s.dir, name), content, info.Mode()))
	}
}

func (s *site) write(name, content string) {
	s.t.Helper()
	s.must(os.WriteFile(filepath.Join(s.dir, name), []byte(content), 0o600))
}

// outcome is what a command printed, and how it ended.
type outcome struct {
	stdout, stderr string
	status         int
}

func (o outcome) all() string { return o.stdout + o.stderr }

// command is a command of the ansible-core, or any other, in the site.
func (s *site) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	path := filepath.Join(s.venv, "bin", name)
	if _, err := os.Stat(path); err != nil {
		path = name
	}
	command := exec.CommandContext(ctx, path, args...)
	command.Dir = s.dir
	for _, name := range slices.Sorted(maps.Keys(s.env)) {
		command.Env = append(command.Env, name+"="+s.env[name])
	}
	return command
}

// run runs a command of the ansible-core, or any other, in the site.
func (s *site) run(name string, args ...string) outcome {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	command := s.command(ctx, name, args...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	if ctx.Err() != nil {
		s.t.Fatalf("%s %v did not end within %s:\n%s%s", name, args, patience, &stdout, &stderr)
	}
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		s.t.Fatal(err)
	}
	return outcome{stdout.String(), stderr.String(), command.ProcessState.ExitCode()}
}

// ok runs a command that has to succeed.
func (s *site) ok(name string, args ...string) outcome {
	s.t.Helper()
	o := s.run(name, args...)
	if o.status != 0 {
		s.t.Fatalf("%s %v ended with %d:\n%s", name, args, o.status, o.all())
	}
	return o
}

// play runs tasks, as YAML, on the controller and returns the result of each
// task by its name, as the JSON callback gives them. failed says whether the play
// failed.
func (s *site) play(tasks string, args ...string) (results map[string]map[string]any, failed bool) {
	s.t.Helper()
	s.write("play.yml", "- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n"+indent(tasks, "    "))
	return s.results(append([]string{"-i", "localhost,", "play.yml"}, args...)...)
}

func (s *site) results(args ...string) (results map[string]map[string]any, failed bool) {
	s.t.Helper()
	s.env["ANSIBLE_STDOUT_CALLBACK"] = "results"
	s.env["ANSIBLE_CALLBACK_PLUGINS"] = filepath.Join(s.dir, "callbacks")
	s.must(os.MkdirAll(filepath.Join(s.dir, "callbacks"), 0o700))
	s.write("callbacks/results.py", resultsCallback)
	defer func() {
		delete(s.env, "ANSIBLE_STDOUT_CALLBACK")
		delete(s.env, "ANSIBLE_CALLBACK_PLUGINS")
	}()
	o := s.run("ansible-playbook", args...)
	results = map[string]map[string]any{}
	for line := range strings.Lines(o.stdout) {
		var entry struct {
			Task, Host string
			Result     map[string]any
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			s.t.Fatalf("not a result: %s\n%s", line, o.all())
		}
		results[entry.Task] = entry.Result
		if entry.Host != "localhost" {
			results[entry.Task+" "+entry.Host] = entry.Result
		}
	}
	if len(results) == 0 {
		s.t.Fatalf("no task ran:\n%s", o.all())
	}
	return results, o.status != 0
}

// resultsCallback prints one JSON object a result, and nothing else.
const resultsCallback = `
import json
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: results
type: stdout
short_description: One JSON object a result
description: One JSON object a result.
"""

class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'stdout'
    CALLBACK_NAME = 'results'

    def _print(self, result, failed):
        task = getattr(result, 'task', None) or result._task
        host = getattr(result, 'host', None) or result._host
        data = getattr(result, 'result', None) or result._result
        print(json.dumps({'task': task.get_name(), 'host': host.get_name(), 'result': dict(data, failed=failed)}, default=str))

    def v2_runner_on_ok(self, result, **kwargs):
        self._print(result, False)

    def v2_runner_on_failed(self, result, **kwargs):
        self._print(result, True)

    v2_runner_on_unreachable = v2_runner_on_failed
`

func indent(text, by string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimRight(text, "\n") + "\n") {
		b.WriteString(by + line)
	}
	return b.String()
}

// writes lists the writes that a server got, as "METHOD path".
func writes(server *acsmontest.Server) []string {
	var list []string
	for _, r := range server.Writes() {
		list = append(list, r.Method+" "+r.Path)
	}
	return list
}

func wantWrites(t *testing.T, server *acsmontest.Server, want ...string) {
	t.Helper()
	if got := writes(server); !slices.Equal(got, want) {
		t.Errorf("writes: %v, want %v", got, want)
	}
}

func wantRequests(t *testing.T, server *acsmontest.Server, want int) {
	t.Helper()
	var list []string
	for _, r := range server.Requests() {
		list = append(list, r.Method+" "+r.Path+"?"+r.Query)
	}
	if len(list) != want {
		t.Errorf("%d requests, want %d:\n%s", len(list), want, strings.Join(list, "\n"))
	}
}
