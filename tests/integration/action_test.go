// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// How Ansible starts the executable: where the collection lies, or as a copy.
const (
	inPlace = "_amd64 module acsmon_monitor|_arm64 module acsmon_monitor"
	copied  = "AnsiballZ_acsmon_(linux|darwin)_"
)

// A place is where a task runs: on a host of inventory, with keywords of its own.
type place struct{ name, host, keywords, starts string }

var places = []place{
	{"on the controller", "controller", "", inPlace},
	{"delegated to the controller", "target", "delegate_to: controller", inPlace},
	{"on a target without Python", "target", "", copied},
	{"delegated to a target", "controller", "delegate_to: target", copied},
	{"for a switch, whose connection is the controller's", "switch", "", inPlace},
	{"in the background", "controller", "async: 60, poll: 1", copied},
	{"as another user", "controller", "become: true, become_user: nobody", copied},
	{"as another user of a target", "target", "become: true, become_user: nobody", copied},
	{"over ssh, without Python", "ssh_target", "", copied},
	{"over ssh, as another user", "ssh_target", "become: true, become_user: nobody", copied},
	{"over ssh, delegated", "controller", "delegate_to: ssh_target", copied},
	{"over ssh, pipelined", "ssh_python_target", "", copied},
	{"over ssh, in the background", "ssh_python_target", "async: 60, poll: 1", copied},
}

// impossible reports whether this machine lacks what a place needs.
func (p place) impossible() bool {
	return strings.HasPrefix(p.name, "over ssh") && !hasSSH() || strings.Contains(p.keywords, "become") && becomeMethod() == ""
}

// A step is what is done in a place, and how Ansible calls its outcome.
type step struct {
	name, outcome string
	interval      int
	checkMode     bool
}

// steps create a monitor, do so again, and ask in check mode for a change, which
// ansible-core 2.16 refuses for background jobs.
func (p place) steps() []step {
	steps := []step{{"create", "changed", 60, false}, {"again", "ok", 60, false}, {"check", "changed", 3600, true}}
	if strings.Contains(p.keywords, "async") {
		return steps[:2]
	}
	return steps
}

func (p place) play() string {
	const task = `
    - name: %s %s
      acsmon.monitor.acsmon_monitor: {name: "%[2]s", type: ping, host: 192.0.2.1, check_interval_seconds: %d}
      vars: {ansible_shell_allow_world_readable_temp: true}
      check_mode: %v
      <<: {%s}`
	play := "\n- hosts: " + p.host + "\n  gather_facts: false\n  environment: '{{ environments.owner }}'\n  tasks:"
	for _, step := range p.steps() {
		play += fmt.Sprintf(task, step.name, p.name, step.interval, step.checkMode, p.keywords)
	}
	return play
}

// With base URL and token in the play's environment, a task does the same thing
// wherever it runs, and the token is in no output and on no command line.
func TestWhereATaskRuns(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := fleet(t)
		s.targets()
		s.credentials(server)
		places := slices.DeleteFunc(slices.Clone(places), place.impossible)
		var plays string
		for _, p := range places {
			plays += p.play()
		}
		s.write("play.yml", plays)
		secret := server.Token[2:]
		var o outcome
		wantOnNoCommandLine(t, secret, func() {
			o = s.run("ansible-playbook", "-i", "hosts.yml", "-e", "@vars.json", "--diff", "-vvvv", "play.yml")
		})
		if i := strings.Index(o.all(), secret); i >= 0 {
			t.Errorf("the token is in the output: …%s", o.all()[max(0, i-300):i])
		}
		if o.status != 0 {
			t.Errorf("the exit status is %d, want 0:\n%s", o.status, failures(o.stdout))
		}
		wantWrites(t, server, slices.Repeat([]string{"POST /monitors"}, len(places))...)

		printed := byTask(o.stdout)
		for _, p := range places {
			for _, step := range p.steps() {
				text := printed[step.name+" "+p.name]
				if !regexp.MustCompile(`(?m)^` + step.outcome + `: \[`).MatchString(text) {
					t.Errorf("%s, %s: want %s:\n%s", p.name, step.name, step.outcome, text)
				}
				for _, starts := range []string{inPlace, copied} {
					if started := regexp.MustCompile("EXEC .*(" + starts + ")").MatchString(text); started != (starts == p.starts) {
						t.Errorf("%s, %s: started as %q: %v\n%s", p.name, step.name, starts, started, text)
					}
				}
				if step.checkMode && !regexp.MustCompile(`(?m)^\+.*check_interval_seconds.*3600`).MatchString(text) {
					t.Errorf("%s: check mode shows no diff:\n%s", p.name, text)
				}
			}
		}
	})
}

const keywordsPlay = `
- hosts: [controller, python_target]
  gather_facts: false
  tasks:
    - name: fire and forget
      acsmon.monitor.acsmon_monitor: {name: "{{ inventory_hostname }} forgotten", type: ping, host: 192.0.2.1}
      environment: "{{ environments.owner }}"
      async: 60
      poll: 0
      register: job
    - name: loop with an environment for each item
      acsmon.monitor.acsmon_monitor: {name: "{{ inventory_hostname }} {{ item }}", type: ping, host: 192.0.2.1}
      environment: "{{ environments[item] }}"
      loop: [owner, stranger, nobody, editor]
      ignore_errors: true
    - name: repeated until it succeeds
      acsmon.monitor.acsmon_alert: {severity: [critical]}
      environment: "{{ environments.owner }}"
      register: alerts
      until: alerts is succeeded
      retries: 3
      delay: 0
    - name: token from a vault
      acsmon.monitor.acsmon_monitor:
        name: "{{ inventory_hostname }} vault"
        type: ping
        host: 192.0.2.1
        base_url: "{{ environments.owner.ACSMON_BASE_URL }}"
%s
    - name: unlogged
      acsmon.monitor.acsmon_monitor: {name: "{{ inventory_hostname }} unlogged", type: ping, host: 192.0.2.1}
      environment: "{{ environments.owner }}"
      no_log: true
    - name: predicted
      acsmon.monitor.acsmon_monitor: &change {name: "{{ inventory_hostname }} owner", tags: [b, a], check_interval_seconds: 90}
      environment: "{{ environments.owner }}"
      check_mode: true
      diff: true
    - name: changed as predicted
      acsmon.monitor.acsmon_monitor: *change
      environment: "{{ environments.owner }}"
      diff: true
    - name: wait for what was fired
      ansible.builtin.async_status: {jid: "{{ job.ansible_job_id }}"}
      register: ended
      until: ended is finished
      retries: 30
      delay: 1
`

// What Ansible can say about a task, on the controller and on a target at once.
func TestKeywordsOfTasks(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := fleet(t)
		server.Inject(acsmontest.Fault{Path: "/alert-events", Times: 2, Do: acsmontest.Status(403)})
		s.targets()
		s.credentials(server)
		s.write("vault-password", "open sesame")
		vaulted := s.ok("ansible-vault", "encrypt_string", "--vault-password-file", "vault-password", "--name", "token", server.Token)
		s.write("play.yml", fmt.Sprintf(keywordsPlay, indent(vaulted.stdout, "        ")))

		var results map[string]map[string]any
		var failed bool
		wantOnNoCommandLine(t, server.Token[2:], func() {
			results, failed = s.results("-i", "hosts.yml", "-e", "@vars.json", "--vault-password-file", "vault-password", "play.yml")
		})
		if failed {
			t.Errorf("the play failed: %v", results)
		}
		if strings.Contains(fmt.Sprint(results), server.Token[2:]) {
			t.Errorf("the token is in a result: %v", results)
		}
		attempts := 0.0
		for _, host := range []string{"controller", "python_target"} {
			wantKeywordsHeeded(t, results, host)
			n, _ := results["repeated until it succeeds "+host]["attempts"].(float64)
			attempts += n
			for _, name := range []string{"forgotten", "owner", "editor", "vault", "unlogged"} {
				if n := count(server, "monitors", host+" "+name); n != 1 {
					t.Errorf("%s: there are %d monitors %s, want 1", host, n, name)
				}
			}
		}
		if attempts != 4 { // two failures, shared out among two hosts
			t.Errorf("%v attempts, want 4", attempts)
		}
	})
}

// wantKeywordsHeeded looks at the results of the tasks of keywordsPlay on one host.
func wantKeywordsHeeded(t *testing.T, results map[string]map[string]any, host string) {
	t.Helper()
	for i, want := range []string{"", "answered 401", "no token", ""} {
		item := at(results["loop with an environment for each item "+host], "results", i)
		if msg := fmt.Sprint(item["msg"]); want == "" && item["changed"] != true || !strings.Contains(msg, want) && want != "" {
			t.Errorf("%s, item %d: want a change, or the message %q: %v", host, i, want, item)
		}
	}
	for _, name := range []string{"token from a vault", "wait for what was fired"} {
		if result := results[name+" "+host]; result["changed"] != true {
			t.Errorf("%s, %s: want a change: %v", host, name, result)
		}
	}
	if result := results["unlogged "+host]; result["censored"] == nil || result["monitor"] != nil || result["invocation"] != nil {
		t.Errorf("%s: no_log shows %v", host, result)
	}
	predicted, was := results["predicted "+host], results["changed as predicted "+host]
	if predicted["diff"] == nil || fmt.Sprint(predicted["diff"]) != fmt.Sprint(was["diff"]) {
		t.Errorf("%s: check mode predicted %v, and it was %v", host, predicted["diff"], was["diff"])
	}
}

// A task that times out does not go on in the background: the next task, which waits for its lock,
// finds nothing that it wrote.
func TestATaskThatTimesOutStops(t *testing.T) {
	t.Parallel()
	const play = `
- hosts: controller
  gather_facts: false
  environment: "{{ environments.owner }}"
  tasks:
    - name: given up
      acsmon.monitor.acsmon_monitor: {name: given up, type: ping, host: 192.0.2.1}
      timeout: 1
      ignore_errors: true
    - name: next
      acsmon.monitor.acsmon_monitor: {name: next, type: ping, host: 192.0.2.1}
`
	eachCore(t, func(t *testing.T, s *site) {
		server := fleet(t)
		server.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors", Times: 1, Do: acsmontest.Delay(5 * time.Second)})
		s.targets()
		s.credentials(server)
		s.write("play.yml", play)
		results, failed := s.results("-i", "hosts.yml", "-e", "@vars.json", "play.yml")
		if failed || results["given up controller"]["failed"] != true || results["next controller"]["changed"] != true {
			t.Errorf("failed %v: %v", failed, results)
		}
		wantWrites(t, server, "POST /monitors")
		if count(server, "monitors", "given up") != 0 {
			t.Error("the task that was given up wrote")
		}
	})
}

const twentyHostsPlay = `
- hosts: fleet
  gather_facts: false
  serial: [1, 9, 100%%]
  environment: "{{ environments.owner }}"
  tasks:
    - name: own
      acsmon.monitor.acsmon_monitor: {name: "of {{ inventory_hostname }}", type: ping, host: 192.0.2.1}
      delegate_to: controller
    - name: once a batch
      acsmon.monitor.acsmon_monitor: {name: of all, type: ping, host: 192.0.2.1}
      delegate_to: controller
      run_once: true
- hosts: fleet[0:3]
  gather_facts: false
  environment: "{{ environments.owner }}"
  tasks:
    - name: copied
      acsmon.monitor.acsmon_monitor: {name: of some, type: ping, host: 192.0.2.1}
      delegate_to: %s
`

// Twenty hosts in batches, each with a monitor of its own and one that they share.
func TestDelegatedFromTwentyHosts(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := fleet(t)
		s.targets()
		s.credentials(server)
		target := "target"
		if hasSSH() {
			target = "ssh_target"
		}
		s.write("play.yml", fmt.Sprintf(twentyHostsPlay, target))
		results, failed := s.results("-i", "hosts.yml", "-e", "@vars.json", "--forks", "20", "play.yml")
		if failed {
			t.Errorf("the play failed: %v", results)
		}
		changed := 0
		for i := range 20 {
			host := fmt.Sprintf("host%02d", i)
			if results["own "+host]["changed"] != true || count(server, "monitors", "of "+host) != 1 {
				t.Errorf("%s: want one monitor, and a change: %v", host, results["own "+host])
			}
			if results["copied "+host]["changed"] == true {
				changed++
			}
		}
		if changed != 1 {
			t.Errorf("%d of the hosts with one monitor changed it, want one", changed)
		}
		for _, name := range []string{"of all", "of some"} {
			if n := count(server, "monitors", name); n != 1 {
				t.Errorf("there are %d monitors %q, want one", n, name)
			}
		}
	})
}

// An obstacle keeps a task from running its executable. The message has to contain want.
type obstacle struct{ executable, name, host, keywords, want string }

var obstacles = []obstacle{
	{"not installed", "FreeBSD", "freebsd", "", "runs on Linux and macOS, but freebsd is neither: add `delegate_to: localhost` to the task."},
	{"not installed", "no uname", "windows", "", "runs on Linux and macOS, but windows is neither: add `delegate_to: localhost` to the task."},
	{"not installed", "RISC-V", "riscv", "", "has no executable for Linux on riscv64: build one with `go install "},
	{"not installed", "missing here", "controller", "", "is missing: install the collection acsmon.monitor again"},
	{"not installed", "missing for a target", "target", "", "is missing: install the collection acsmon.monitor again"},
	{"nowhere", "nowhere", "controller", "", "/nowhere, which is not a file."},
	{"nowhere", "nowhere, for a target", "target", "", "/nowhere, which is not a file."},
	{"without its run bit", "run bit", "controller", "", "has lost its run permission: restore it with `chmod +x "},
	{"a text", "text with its run bit", "controller", "", "cannot be run here (Exec format error): build one with `go install "},
	{"broken", "crash", "controller", "", `ended with exit status 2 and without a JSON answer; it printed "panic: `},
	{"broken", "crash of a copy", "target", "", `on target ended with exit status 2 and without a JSON answer; it printed "panic: `},
	{"broken", "text", "controller", "", `ended with exit status 0 and without a JSON answer; it printed "hello `},
	{"broken", "text of a copy", "target", "", `without a JSON answer; it printed "hello `},
	{"broken", "array", "controller", "", `ended with exit status 0 and without a JSON answer; it printed "[1, 2]".`},
	{"broken", "no Python for async", "target", "async: 60, poll: 1", "with async, which needs Python on target,"},
	{"broken", "killed", "controller", "", "ended with exit status 137 and without a JSON answer; it printed "},
	{"installed", "noexec on a target", "noexec_target", "", "on noexec_target may not be run, probably because the folder for temporary files there is mounted with noexec: "},
}

const obstaclePlay = `
- hosts: %s
  gather_facts: false
  environment: "{{ environments.owner }}"
  tasks:
    - name: %s
      acsmon.monitor.acsmon_monitor: {name: "%[2]s", token: "{{ token }}"}
      ignore_errors: true
      <<: {%s}
`

const brokenExecutable = `#!/bin/sh
# WANT_JSON: Ansible gives a copied script its arguments in a file
case $# in 1) arguments=$(cat "$1") ;; *) arguments=$(cat) ;; esac
case $arguments in
*'"name": "crash'*) echo "panic: $arguments" >&2; exit 2 ;;
*'"name": "text'*) printf 'hello \033[31m %s\n' "$arguments" ;;
*'"name": "array'*) echo '[1, 2]' ;;
*'"name": "killed'*) kill -9 $$ ;;
esac
`

// What keeps the executable from running is said in one sentence, without what is secret in the
// arguments that a broken one prints.
func TestWhatCannotRunIsOneSentence(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := fleet(t)
		s.targets()
		s.credentials(server)
		for _, executable := range s.executables() {
			tests := slices.DeleteFunc(slices.Clone(obstacles), func(o obstacle) bool {
				return o.executable != executable.name || o.host == "noexec_target" && !canMountNoexec()
			})
			if len(tests) == 0 {
				continue // the target with noexec is left out
			}
			var plays string
			for _, test := range tests {
				plays += fmt.Sprintf(obstaclePlay, test.host, test.name, test.keywords)
			}
			s.write("play.yml", plays)
			before := s.env[executable.variable]
			s.env[executable.variable] = executable.value
			results, _ := s.results("-i", "hosts.yml", "-e", "@vars.json", "play.yml")
			s.env[executable.variable] = before
			if strings.Contains(fmt.Sprint(results), server.Token[2:]) {
				t.Errorf("%s: the token is in %v", executable.name, results)
			}
			for _, test := range tests {
				result := results[test.name]
				msg := fmt.Sprint(result["msg"])
				if result["failed"] != true || !strings.Contains(msg, test.want) || !strings.HasSuffix(msg, ".") || strings.ContainsFunc(msg, unicode.IsControl) {
					t.Errorf("%s: want a failure that says %q, and ends with a full stop: %v", test.name, test.want, result)
				}
			}
		}
		wantRequests(t, server, 0)
	})
}

// An executableAt is a value of a variable that says which executable a task runs.
type executableAt struct{ name, variable, value string }

// executables puts executables into the site, each of which an obstacle names.
func (s *site) executables() []executableAt {
	s.t.Helper()
	s.write("broken", brokenExecutable)
	s.must(os.Chmod(filepath.Join(s.dir, "broken"), 0o700))
	s.write("no-run-bit", brokenExecutable)
	s.write("text", "hello\n")
	s.must(os.Chmod(filepath.Join(s.dir, "text"), 0o700))
	s.installWithoutExecutables("bare")
	return []executableAt{
		{"installed", "ANSIBLE_COLLECTIONS_PATH", collections},
		{"not installed", "ANSIBLE_COLLECTIONS_PATH", filepath.Join(s.dir, "bare")},
		{"nowhere", "ACSMON_BINARY", filepath.Join(s.dir, "nowhere")},
		{"without its run bit", "ACSMON_BINARY", filepath.Join(s.dir, "no-run-bit")},
		{"a text", "ACSMON_BINARY", filepath.Join(s.dir, "text")},
		{"broken", "ACSMON_BINARY", filepath.Join(s.dir, "broken")},
	}
}

// wantOnNoCommandLine looks at the command lines of all processes while f runs.
func wantOnNoCommandLine(t *testing.T, secret string, f func()) {
	t.Helper()
	stop := make(chan struct{})
	seen := watchCommandLines(secret, stop)
	f()
	close(stop)
	if line := <-seen; line != "" {
		t.Errorf("the token stood on the command line %s", line)
	}
}

// targets writes hosts.yml. It has the controller, targets that are the controller again behind a
// connection of another name, to which Ansible copies its files, and targets behind a real sshd.
func (s *site) targets() {
	s.t.Helper()
	s.env["ANSIBLE_INVENTORY_ENABLED"] = "yaml"
	s.env["ANSIBLE_CONNECTION_PLUGINS"] = filepath.Join(s.dir, "connections")
	s.must(os.Mkdir(s.env["ANSIBLE_CONNECTION_PLUGINS"], 0o700))
	s.write("connections/elsewhere.py", fmt.Sprintf(connection, "elsewhere", "False"))
	s.write("connections/device.py", fmt.Sprintf(connection, "device", "True"))
	hosts := `
all:
  vars: {ansible_become_method: %q, ansible_become_flags: %q}
  hosts:
    controller: {ansible_connection: local}
    switch: {ansible_connection: device}
    target: {ansible_connection: elsewhere, ansible_python_interpreter: /nonexistent}
    python_target: {ansible_connection: elsewhere}
    freebsd: {ansible_connection: elsewhere, ansible_uname: echo FreeBSD amd64}
    riscv: {ansible_connection: elsewhere, ansible_uname: echo Linux riscv64}
    windows: {ansible_connection: elsewhere, ansible_uname: "false"}
  children:
    fleet:
      hosts:
        host[00:19]: {ansible_host: 192.0.2.9}
`
	flags := map[string]string{"sudo": "-H -S -n", "su": "-s /bin/sh"}
	hosts = fmt.Sprintf(hosts, becomeMethod(), flags[becomeMethod()])
	if hasSSH() {
		hosts += fmt.Sprintf(hostsOverSSH, s.sshd(), filepath.Join(s.dir, "noexec"))
	}
	s.write("hosts.yml", hosts)
}

// The hosts behind the sshd, with its variables, and a folder in which nothing may be run.
const hostsOverSSH = `
    over_ssh:
      vars: %s
      hosts:
        ssh_target: {ansible_python_interpreter: /nonexistent}
        ssh_python_target: {ansible_ssh_pipelining: true}
        noexec_target: {ansible_remote_tmp: %q}
`

const connection = `
from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
name: %[1]s
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
  uname:
    description: Runs in place of uname.
    type: str
    default: uname -s -m
    vars: [{name: ansible_uname}]
"""

class Connection(Local):
    transport = '%[1]s'
    _remote_is_local = %[2]s

    def exec_command(self, cmd, in_data=None, sudoable=True):
        return super().exec_command(cmd.replace('uname -s -m', self.get_option('uname')), in_data=in_data, sudoable=sudoable)
`

// credentials writes vars.json with a token and the environments of several users.
func (s *site) credentials(server *acsmontest.Server) {
	s.t.Helper()
	environments := map[string]map[string]string{}
	for name, token := range map[string]string{
		"owner":    server.Token,
		"editor":   server.NewToken("monitors.view", "monitors.create"),
		"stranger": "1|wrong",
	} {
		environments[name] = map[string]string{"ACSMON_BASE_URL": server.URL, "ACSMON_TOKEN": token}
	}
	environments["nobody"] = map[string]string{"ACSMON_BASE_URL": server.URL}
	vars, err := json.Marshal(map[string]any{"token": server.Token, "environments": environments})
	s.must(err)
	s.write("vars.json", string(vars))
}

// becomeMethod returns how to become the user nobody here: sudo or su, or "" after it has printed
// that neither works.
var becomeMethod = sync.OnceValue(func() string {
	if exec.Command("sudo", "-n", "-u", "nobody", "true").Run() == nil {
		return "sudo"
	}
	if os.Getuid() == 0 && exec.Command("su", "-s", "/bin/sh", "nobody", "-c", "true").Run() == nil {
		return "su"
	}
	fmt.Println("skipped the tasks with become: neither sudo without a password nor su as root leads to the user nobody")
	return ""
})

// installWithoutExecutables puts the installed collection into a folder, without its executables.
func (s *site) installWithoutExecutables(folder string) {
	s.t.Helper()
	installed := os.DirFS(collections)
	s.must(fs.WalkDir(installed, "ansible_collections", func(path string, entry fs.DirEntry, err error) error {
		target := filepath.Join(s.dir, folder, path)
		switch {
		case err != nil:
			return err
		case entry.Name() == "binaries":
			return fs.SkipDir
		case entry.IsDir():
			return os.MkdirAll(target, 0o700)
		}
		content, err := fs.ReadFile(installed, path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o600)
	}))
}

var taskHeader = regexp.MustCompile(`(?m)^TASK \[(.*)\] \*+$`)

// byTask divides what ansible-playbook prints.
func byTask(printed string) map[string]string {
	sections := map[string]string{}
	headers := taskHeader.FindAllStringSubmatchIndex(printed, -1)
	for i, header := range headers {
		end := len(printed)
		if i+1 < len(headers) {
			end = headers[i+1][0]
		}
		sections[printed[header[2]:header[3]]] = printed[header[1]:end]
	}
	return sections
}

// failures are the sections of the tasks that failed.
func failures(printed string) string {
	var b strings.Builder
	for task, text := range byTask(printed) {
		if strings.Contains(text, "fatal: [") {
			b.WriteString(task + text)
		}
	}
	return b.String()
}

// at returns the element of a list in a result.
func at(result map[string]any, key string, index int) map[string]any {
	list, _ := result[key].([]any)
	if index >= len(list) {
		return nil
	}
	element, _ := list[index].(map[string]any)
	return element
}
