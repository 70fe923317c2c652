// SPDX-License-Identifier: GPL-3.0-or-later

// Command bulk measures a fleet of monitors as code, as it is done with uri tasks,
// with one acsmon_monitor task in a loop, and with one acsmon_monitors task, against
// a server in memory without a rate limit, and prints a table in Markdown:
//
//	make venvs && go run ./bench/bulk -core .venv/core-2.21 >bench/bulk/results.md
//
// Its test counts the same under the limit of 60 requests a minute, in simulated time.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// ways are the tasks of each way to have the monitors.
var ways = []struct {
	what, tasks string
	installs    []int // how many monitors there are already; uri looks each up in one request, however many
}{
	{what: "`uri` in a loop: look up, create when missing", installs: []int{0}, tasks: `
    - name: Look it up
      ansible.builtin.uri:
        url: "{{ base_url }}/api/v1/monitors?per_page=100&search={{ item.name | urlencode }}"
        headers: {Authorization: "Bearer {{ token }}", Accept: application/json}
      loop: "{{ monitors }}"
      loop_control: {label: "{{ item.name }}"}
      register: found
    - name: Create it when it is missing
      ansible.builtin.uri:
        url: "{{ base_url }}/api/v1/monitors"
        method: POST
        headers: {Authorization: "Bearer {{ token }}", Accept: application/json}
        body_format: json
        body: "{{ item.item }}"
        status_code: [200, 201]
      changed_when: true
      loop: "{{ found.results }}"
      loop_control: {label: "{{ item.item.name }}"}
      when: item.item.name not in item.json.data | map(attribute='name')
`},
	{what: "`acsmon_monitor` in a loop", installs: installs, tasks: `
    - name: Have the monitor
      acsmon.monitor.acsmon_monitor:
        name: "{{ item.name }}"
        type: "{{ item.type }}"
        host: "{{ item.host }}"
        port: "{{ item.port }}"
        tags: "{{ item.tags }}"
      loop: "{{ monitors }}"
      loop_control: {label: "{{ item.name }}"}
`},
	{what: "`acsmon_monitors` once", installs: installs, tasks: `
    - name: Have the monitors
      acsmon.monitor.acsmon_monitors:
        monitors: "{{ monitors }}"
`},
}

const play = `
- hosts: localhost
  connection: local
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
    base_url: "{{ lookup('env', 'ACSMON_BASE_URL') }}"
    token: "{{ lookup('env', 'ACSMON_TOKEN') }}"
    monitors:
%s  tasks:
%s`

func main() {
	size := flag.Int("monitors", 100, "number of monitors")
	core := flag.String("core", ".venv/core-2.21", "virtual environment of the ansible-core to measure")
	flag.Parse()
	log.SetFlags(0)
	if err := measure(*size, *core); err != nil {
		log.Fatal(err)
	}
}

func measure(size int, core string) error {
	dir, err := os.MkdirTemp("", "acsmon-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if core, err = filepath.Abs(core); err != nil {
		return err
	}
	if err := prepare(dir); err != nil {
		return err
	}
	version, err := exec.Command(filepath.Join(core, "bin", "ansible"), "--version").Output()
	if err != nil {
		return err
	}
	first, _, _ := bytes.Cut(version, []byte("\n"))
	fmt.Printf("# %d monitors as code, measured\n\n%s, %s, %d CPUs of %s. Wall and CPU time of one `ansible-playbook`, its start included, on a server in\n"+
		"memory that answers at once and has no rate limit; on a machine that does other work, compare the CPU time.\n"+
		"Repeat with `make venvs && go run ./bench/bulk`.\n\n| what | monitors there already | run | wall s | CPU s | requests | writes |\n|---|---|---|---|---|---|---|\n",
		size, first, runtime.Version(), runtime.NumCPU(), runtime.GOARCH)
	for i, way := range ways {
		playbook := filepath.Join(dir, fmt.Sprintf("way%d.yml", i))
		if err := os.WriteFile(playbook, fmt.Appendf(nil, play, monitors(size), way.tasks), 0o600); err != nil {
			return err
		}
		for _, others := range way.installs {
			if err := runTwice(dir, core, playbook, way.what, size, others); err != nil {
				return err
			}
		}
	}
	return nil
}

// prepare lays out the collection and the executable.
func prepare(dir string) error {
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(dir, "acsmon"), "./cmd/acsmon")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return err
	}
	return os.CopyFS(filepath.Join(dir, "ansible_collections/acsmon/monitor"), os.DirFS("collection"))
}

func monitors(size int) string {
	var list strings.Builder
	for i := range size {
		fmt.Fprintf(&list, "      - {name: Web %03d, type: https, host: web%03d.example.com, port: 443, tags: [web]}\n", i, i)
	}
	return list.String()
}

// installs are how many monitors an install has already.
var installs = []int{0, 1000, 5000}

// runTwice runs a playbook on an install of its own, which has some monitors
// already: first to create, then with nothing to do.
func runTwice(dir, core, playbook, what string, size, others int) error {
	server := acsmontest.New(acsmontest.Options{Seed: 1, Monitors: others})
	if err := server.Listen(""); err != nil {
		return err
	}
	defer server.Close()
	for _, run := range []string{"first", "unchanged"} {
		server.ResetRequests()
		command := exec.Command(filepath.Join(core, "bin", "ansible-playbook"), "-i", "localhost,", playbook)
		command.Dir = dir
		command.Env = append(os.Environ(), "ACSMON_BASE_URL="+server.URL, "ACSMON_TOKEN="+server.Token, "ACSMON_BINARY="+filepath.Join(dir, "acsmon"),
			"ANSIBLE_COLLECTIONS_PATH="+dir, "ANSIBLE_NOCOLOR=1")
		start := time.Now()
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%.2000s", what, err, output)
		}
		wall, n := time.Since(start), len(server.Requests())
		cpu := command.ProcessState.UserTime() + command.ProcessState.SystemTime()
		fmt.Printf("| %s | %d | %s | %.1f | %.1f | %d | %d |\n", what, others, run, wall.Seconds(), cpu.Seconds(), n, len(server.Writes()))
	}
	if n := len(server.Rows("monitors")); n != size+others {
		return fmt.Errorf("%s: there are %d monitors, and should be %d", what, n, size+others)
	}
	return nil
}
