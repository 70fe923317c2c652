// SPDX-License-Identifier: GPL-3.0-or-later

// Command task measures what one task costs that finds nothing to do, side by
// side with what it replaces, against a server in memory, and how long the
// executable takes to start; it prints tables in Markdown:
//
//	make build venvs && go run ./bench/task >bench/task/results.md
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// rounds is how often each task runs; they take turns.
const rounds = 50

// ways are the tasks that are compared. Each but the floor makes one GET.
var ways = []struct{ name, task string }{
	{"an action plugin that does nothing (the floor)", "floor: {}"},
	{"`acsmon_monitor` in place", "acsmon.monitor.acsmon_monitor: {name: Shop, type: ping, host: shop.example}"},
	{"`acsmon_monitor` copied to a target", "acsmon.monitor.acsmon_monitor: {name: Shop, type: ping, host: shop.example}\n      delegate_to: target"},
	{"a Python module", "python_get: {url: '{{ url }}', token: '{{ token }}'}"},
	{"`ansible.builtin.uri`", "ansible.builtin.uri: {url: '{{ url }}', headers: {Authorization: 'Bearer {{ token }}', Accept: application/json}}"},
}

// files are what stands beside the playbook.
var files = map[string]string{
	"ansible.cfg": `[defaults]
collections_path = .
connection_plugins = connections
action_plugins = actions
library = modules
callback_plugins = callbacks
stdout_callback = durations
host_key_checking = false
`,
	"hosts.yml": `all:
  hosts:
    controller: {ansible_connection: local, ansible_python_interpreter: '{{ ansible_playbook_python }}'}
    target: {ansible_connection: elsewhere, ansible_python_interpreter: '{{ ansible_playbook_python }}'}
`,
	"actions/floor.py": `from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        super().run(tmp, task_vars)
        return dict(changed=False)
`,
	"modules/floor.py": "",
	"modules/python_get.py": `import json

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.urls import open_url


def main():
    module = AnsibleModule(dict(url=dict(required=True), token=dict(required=True, no_log=True)))
    answer = open_url(module.params['url'], headers=dict(Authorization='Bearer ' + module.params['token'], Accept='application/json'))
    module.exit_json(changed=False, monitors=json.load(answer)['data'])


main()
`,
	// The controller behind a connection of another name, to which Ansible has to copy.
	"connections/elsewhere.py": `from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
name: elsewhere
short_description: The controller under another name
description: The controller under another name.
extends_documentation_fragment: [connection_pipelining]
options:
  become_success_timeout:
    description: See local.
    type: int
    default: 10
  become_strip_preamble:
    description: See local.
    type: bool
    default: true
"""


class Connection(Local):
    transport = 'elsewhere'
`,
	"callbacks/durations.py": `import json
import time

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: durations
type: stdout
short_description: How long each task took
description: How long each task took, as JSON lines.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'stdout'
    CALLBACK_NAME = 'durations'

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.started = time.monotonic()

    def v2_runner_on_ok(self, result, **kwargs):
        took = time.monotonic() - self.started
        print(json.dumps(dict(task=self.task(result), seconds=took)), flush=True)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        print(json.dumps(dict(task=self.task(result), failed=str(getattr(result, 'result', None) or result._result))), flush=True)

    def task(self, result):
        return (getattr(result, 'task', None) or result._task).get_name()
`,
}

func main() {
	cores := flag.String("cores", ".venv/core-2.16,.venv/core-2.21", "virtual environments of the ansible-cores to measure")
	flag.Parse()
	log.SetFlags(0)
	dir, err := os.MkdirTemp("", "acsmon-bench-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := measure(dir, strings.Split(*cores, ",")); err != nil {
		log.Print(err)
		os.Exit(1)
	}
}

func measure(dir string, cores []string) error {
	executable, err := filepath.Abs(filepath.Join("bin", "acsmon")) // as it is shipped
	if err != nil {
		return err
	}
	if err := prepare(dir); err != nil {
		return err
	}
	server := acsmontest.New(acsmontest.Options{Seed: 1, Monitors: 50})
	if err := server.Listen(""); err != nil {
		return err
	}
	defer server.Close()
	server.Add("monitors", map[string]any{"name": "Shop", "type": "ping", "host": "shop.example"})
	fmt.Printf("# What a task costs, measured\n\n%s, %d CPUs of %s, a server in memory that answers at once. Each task runs %d times, in turns, in one play; the time is from\n"+
		"its start to its result, in milliseconds. Repeat with `make build venvs && go run ./bench/task`.\n", runtime.Version(), runtime.NumCPU(), runtime.GOARCH, rounds)
	for _, core := range cores {
		if err := measureCore(dir, executable, core, server); err != nil {
			return fmt.Errorf("%s: %w", core, err)
		}
	}
	return measureStart(executable)
}

// prepare lays out the collection and the files.
func prepare(dir string) error {
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			return err
		}
	}
	var play strings.Builder
	play.WriteString("- hosts: controller\n  gather_facts: false\n  vars: {url: \"{{ lookup('env', 'ACSMON_BASE_URL') }}/api/v1/monitors?search=Shop\", token: \"{{ lookup('env', 'ACSMON_TOKEN') }}\"}\n  tasks:\n")
	for range rounds + 1 { // the first of each is not counted
		for _, way := range ways {
			fmt.Fprintf(&play, "    - name: %q\n      %s\n", way.name, way.task)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "play.yml"), []byte(play.String()), 0o600); err != nil {
		return err
	}
	return os.CopyFS(filepath.Join(dir, "ansible_collections/acsmon/monitor"), os.DirFS("collection"))
}

func measureCore(dir, executable, core string, server *acsmontest.Server) error {
	core, err := filepath.Abs(core)
	if err != nil {
		return err
	}
	version, err := exec.Command(filepath.Join(core, "bin", "ansible"), "--version").Output()
	if err != nil {
		return err
	}
	server.ResetRequests()
	command := exec.Command(filepath.Join(core, "bin", "ansible-playbook"), "-i", "hosts.yml", "play.yml")
	command.Dir = dir
	command.Env = append(os.Environ(), "ACSMON_BASE_URL="+server.URL, "ACSMON_TOKEN="+server.Token, "ACSMON_BINARY="+executable, "ANSIBLE_NOCOLOR=1")
	output, err := command.Output()
	if err != nil {
		return fmt.Errorf("%w\n%.2000s", err, output)
	}
	took := map[string][]float64{}
	for scanner := bufio.NewScanner(bytes.NewReader(output)); scanner.Scan(); {
		var line struct {
			Task    string
			Seconds float64
		}
		if json.Unmarshal(scanner.Bytes(), &line) == nil {
			took[line.Task] = append(took[line.Task], line.Seconds*1000)
		}
	}
	if got, want := len(server.Requests()), (len(ways)-1)*(rounds+1); got != want {
		return fmt.Errorf("%d requests came, and %d should have", got, want)
	}
	first, _, _ := bytes.Cut(version, []byte("\n"))
	fmt.Printf("\n## %s\n\n| way | median | 90th percentile | times the floor |\n|---|---|---|---|\n", first)
	var floor float64
	for i, way := range ways {
		if len(took[way.name]) != rounds+1 {
			return fmt.Errorf("%s ran %d times", way.name, len(took[way.name]))
		}
		median, late := middle(took[way.name][1:])
		if i == 0 {
			floor = median
		}
		fmt.Printf("| %s | %.0f | %.0f | %.1f |\n", way.name, median, late, median/floor)
	}
	return nil
}

// measureStart measures the executable by itself: as a module whose arguments are
// refused before anything is asked, beside a program that does nothing.
func measureStart(executable string) error {
	starts := []struct {
		what    string
		command []string
		stdin   string
	}{
		{"`true`", []string{"true"}, ""},
		{"`acsmon version`", []string{executable, "version"}, ""},
		{"`acsmon module acsmon_monitor`, refused for an unknown option", []string{executable, "module", "acsmon_monitor"}, `{"nmae": "Shop"}`},
	}
	took := make([][]float64, len(starts))
	for range 4 * rounds {
		for i, start := range starts {
			command := exec.Command(start.command[0], start.command[1:]...)
			command.Stdin = strings.NewReader(start.stdin)
			began := time.Now()
			if err := command.Run(); err != nil && command.ProcessState == nil {
				return err
			}
			took[i] = append(took[i], float64(time.Since(began).Microseconds())/1000)
		}
	}
	fmt.Print("\n## Start and end of the process\n\n| what | median ms | 90th percentile |\n|---|---|---|\n")
	for i, start := range starts {
		median, late := middle(took[i])
		fmt.Printf("| %s | %.1f | %.1f |\n", start.what, median, late)
	}
	return nil
}

// middle gives the median and the 90th percentile.
func middle(values []float64) (median, late float64) {
	slices.Sort(values)
	return values[len(values)/2], values[len(values)*9/10]
}
