// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"bytes"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// rulebookSite is a site with ansible-rulebook, an inventory of localhost and the
// remediation.
func rulebookSite(t *testing.T) *site {
	venv := os.Getenv("ACSMON_TEST_RULEBOOK")
	if venv == "" {
		t.Skip("ansible-rulebook is not installed: scripts/rulebook says why")
	}
	s := newSite(t, venv)
	s.write("ansible.cfg", "")
	s.env["PYTHONUNBUFFERED"] = "1" // what it says comes at once
	s.write("inventory.yml", "all: {hosts: {localhost: {ansible_connection: local}}}\n")
	return s
}

// rulebook is a process of ansible-rulebook.
type rulebook struct {
	t       *testing.T
	command *exec.Cmd
	ended   chan error
	mu      sync.Mutex
	output  bytes.Buffer
}

func (r *rulebook) Write(text []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.output.Write(text)
}

func (r *rulebook) said() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.output.String()
}

// startRulebook runs a rulebook, by its name in the collection or by its file.
func (s *site) startRulebook(name, vars string) *rulebook {
	s.t.Helper()
	s.write("vars.yml", vars)
	r := &rulebook{t: s.t, ended: make(chan error, 1)}
	r.command = exec.Command(filepath.Join(s.venv, "bin", "ansible-rulebook"),
		"--rulebook", name, "--inventory", "inventory.yml", "--vars", "vars.yml", "--print-events")
	r.command.Dir, r.command.Stdout, r.command.Stderr = s.dir, r, r
	for _, name := range slices.Sorted(maps.Keys(s.env)) {
		r.command.Env = append(r.command.Env, name+"="+s.env[name])
	}
	s.must(r.command.Start())
	go func() { r.ended <- r.command.Wait() }()
	s.t.Cleanup(r.kill)
	return r
}

func (r *rulebook) kill() { _ = r.command.Process.Kill() }

// until waits for something to happen.
func (r *rulebook) until(what string, happened func() bool) {
	r.t.Helper()
	for deadline := time.Now().Add(patience); !happened(); time.Sleep(50 * time.Millisecond) {
		select {
		case err := <-r.ended:
			r.t.Fatalf("ansible-rulebook ended with %v before %s:\n%s", err, what, r.said())
		default:
		}
		if time.Now().After(deadline) {
			r.t.Fatalf("%s did not happen within %s:\n%s", what, patience, r.said())
		}
	}
}

// restartable serves a server's state on one address, and can stop and go on, as a
// server with a database does.
type restartable struct {
	*acsmontest.Server
	t    *testing.T
	addr string
	web  *http.Server
}

func startRestartable(t *testing.T) *restartable {
	r := &restartable{Server: acsmontest.New(acsmontest.Options{}), t: t, addr: "127.0.0.1:0"}
	r.start()
	r.URL = "http://" + r.addr
	t.Cleanup(func() { _ = r.web.Close() })
	return r
}

func (r *restartable) start() {
	listener, err := net.Listen("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	r.addr, r.web = listener.Addr().String(), &http.Server{Handler: r.Server}
	go func() { _ = r.web.Serve(listener) }()
}

// notes are what the audit log says of alerts.
func (r *restartable) notes() []string {
	var notes []string
	for _, entry := range r.AuditLog() {
		notes = append(notes, fmt.Sprintf("%s %d %s: %s", entry.Kind, entry.ID, entry.Action, entry.Note))
	}
	return notes
}

// reads counts the requests that read.
func (r *restartable) reads() (n int) {
	for _, request := range r.Requests() {
		if request.Method == http.MethodGet {
			n++
		}
	}
	return n
}

// remediated is what the remediations of a rulebook have written, a line each.
func (s *site) remediated() string {
	content, _ := os.ReadFile(filepath.Join(s.dir, "remediated")) // none before the first
	return string(content)
}

// A hostileFleet is a device, a monitor and their alerts. Their texts are templates, or become
// templates where ansible-rulebook takes them for a literal. Each template would create a file.
type hostileFleet struct {
	server          *restartable
	folder          string
	device, monitor int64
}

func addHostileFleet(server *restartable, folder string) hostileFleet {
	f := hostileFleet{server: server, folder: folder}
	template := "{{ lookup('pipe', 'touch " + f.mark("template") + "') }}"
	literal := `'\x7b\x7b lookup("pipe", "touch ` + f.mark("literal") + `") }}'`
	f.device = server.Add("devices", map[string]any{"name": template, "ip_address": "192.0.2.1"})
	f.monitor = server.Add("monitors", map[string]any{"name": literal, "type": "ping", "host": "192.0.2.2"})
	return f
}

func (f hostileFleet) mark(name string) string { return filepath.Join(f.folder, "executed-"+name) }

// open opens an alert of the device or of the monitor.
func (f hostileFleet) open(about string, id int64) {
	joined := `'#jin' 'ja2:variable_start_string:"[["' '\n[[ lookup("pipe", "touch ` + f.mark("joined") + `") ]]'`
	kind, subject := "alert-events", f.device
	if about == "monitor" {
		kind, subject = "monitor-events", f.monitor
	}
	f.server.Add(kind, map[string]any{"id": id, about + "_id": subject, "severity": "critical", "status": "open", "current_value": joined})
}

// wantNothingRun holds that none of the texts was evaluated.
func (f hostileFleet) wantNothingRun(t *testing.T) {
	t.Helper()
	for _, name := range []string{"template", "literal", "joined"} {
		if _, err := os.Stat(f.mark(name)); err == nil {
			t.Errorf("the %s was executed", name)
		}
	}
}

// remediation shows all that it gets of an event, and writes down which alert it is about.
const remediation = `
- hosts: localhost
  gather_facts: false
  vars:
    name: "{{ ansible_eda.event.device | default(ansible_eda.event.monitor) }}"
    whole: "{{ ansible_eda.event }}"
  tasks:
    - ansible.builtin.debug:
        msg: "{{ name }} {{ whole.alert.current_value }} {{ passed_on }}"
    - ansible.builtin.shell: echo {{ alert_source }} {{ alert_id }} >>remediated
      args: {chdir: "%s"}
`

// An alert that opens is acknowledged with a note, and the remediation runs: once, also where the
// server or the rulebook was restarted. Names that are templates run nothing.
func TestRulebookAcknowledgesOnce(t *testing.T) {
	t.Parallel()
	s := rulebookSite(t)
	server := startRestartable(t)
	s.use(server.Server)
	const note = "acknowledged: Taken up by the rulebook acknowledge_and_remediate"
	fleet := addHostileFleet(server, s.dir)
	s.write("remediation.yml", fmt.Sprintf(remediation, s.dir))
	// The rulebook of the collection, which passes on a name as well.
	shipped, err := os.ReadFile(filepath.Join(collections, "ansible_collections/acsmon/monitor/extensions/eda/rulebooks/acknowledge_and_remediate.yml"))
	s.must(err)
	s.write("rulebook.yml", string(shipped)+`              passed_on: "{{ event.monitor | default(event.alert.current_value) }}"`+"\n")
	const vars = "remediation: remediation.yml\ninterval: 5\n"
	settled := func(id int64) func() bool {
		return func() bool {
			return slices.ContainsFunc(server.notes(), func(n string) bool { return strings.Contains(n, fmt.Sprintf(" %d ", id)) }) &&
				strings.Contains(s.remediated(), fmt.Sprintf(" %d\n", id))
		}
	}

	fleet.open("device", 11)
	r := s.startRulebook("rulebook.yml", vars)
	r.until("alert 11 is settled", settled(11))
	wantNoTokenInProcesses(t, server.Token)

	_ = server.web.Close()
	fleet.open("monitor", 12)
	server.start()
	r.until("alert 12 is settled", settled(12))

	r.kill()
	<-r.ended
	fleet.open("device", 13)
	second := s.startRulebook("rulebook.yml", vars)
	second.until("alert 13 is settled", settled(13))
	second.until("its acknowledgement is told", func() bool { return strings.Contains(second.said(), "device-13-acknowledged") })

	if got, want := server.notes(), []string{"alert-events 11 " + note, "monitor-events 12 " + note, "alert-events 13 " + note}; !slices.Equal(got, want) {
		t.Errorf("the audit log is %q, want %q", got, want)
	}
	wantWrites(t, server.Server, "POST /alert-events/11/acknowledge", "POST /monitor-events/12/acknowledge", "POST /alert-events/13/acknowledge")
	if got, want := s.remediated(), "device 11\nmonitor 12\ndevice 13\n"; got != want {
		t.Errorf("remediated are %q, want %q", got, want)
	}
	fleet.wantNothingRun(t)
	if said := r.said() + second.said(); strings.Contains(said, server.Token) || !strings.Contains(said, "｛｛ lookup") {
		t.Errorf("the rulebook shows the token, or not the name made safe:\n%s", said)
	}
}

// wantNoTokenInProcesses looks for a token on the command lines of all processes.
func wantNoTokenInProcesses(t *testing.T, token string) {
	t.Helper()
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline") // none on macOS
	for _, file := range files {
		if content, err := os.ReadFile(file); err == nil && bytes.Contains(content, []byte(token)) {
			t.Errorf("the token is on the command line %q", content)
		}
	}
}

// What nobody acknowledges in time is forwarded, and nothing else is.
func TestRulebookEscalatesWhatIsOverdue(t *testing.T) {
	t.Parallel()
	s := rulebookSite(t)
	server, _ := runbookServer(t, filepath.Join(s.dir, "executed"))
	s.use(server)
	s.env["PAGERDUTY_KEY"] = "routing-secret"
	target := startReceiver(t)
	for _, id := range []int64{9001, 9002} {
		server.Set("alert-events", id, map[string]any{"severity": "warning"})
	}
	r := s.startRulebook("acsmon.monitor.escalate", "interval: 5\noverdue_after: 1\npagerduty_url: "+target.URL+"\n")
	r.until("the acknowledgement is told", func() bool { return strings.Contains(r.said(), "-acknowledged'") })
	wantWrites(t, server, "POST /monitor-events/9004/acknowledge")
	if sent := target.taken(); len(sent) != 1 || !strings.Contains(sent[0], `"acsmon-monitor-9004"`) {
		t.Errorf("sent %q", sent)
	}
	if strings.Contains(r.said(), "routing-secret") {
		t.Errorf("it said\n%s", r.said())
	}
}

// What an overdue deploy window holds is resumed, and nothing else is.
func TestRulebookEndsOverdueWindows(t *testing.T) {
	t.Parallel()
	s := rulebookSite(t)
	server := acsmontest.Start(t, acsmontest.Options{})
	s.use(server)
	paused := func(name, tag string) int64 {
		return server.Add("monitors", map[string]any{"name": name, "type": "ping", "host": "h", "is_active": false, "tags": []string{tag}})
	}
	overdue := paused("Overdue", "paused-by:shop@2026-01-01T10:00Z/2026-01-01T11:00Z")
	open := paused("Open", "paused-by:late@2026-01-01T10:00Z/2999-01-01T11:00Z")
	r := s.startRulebook("acsmon.monitor.end_windows", "every: 3600\n")
	r.until("it is resumed", func() bool { return server.Row("monitors", overdue)["is_active"] == true })
	if server.Row("monitors", open)["is_active"] != false {
		t.Error("a window that is open has lost its monitor")
	}
}

// The event source by itself, as ansible-rulebook loads it: each case gives its
// arguments and prints the event or the error that comes.
func TestEventSourcePassesOptionsOn(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server, other := fleet(t), fleet(t)
	server.Add("alert-events", map[string]any{"id": int64(77), "severity": "critical", "status": "open", "triggered_at": "2026-11-23T12:00:00Z"})
	s.use(other)
	s.env["SERVER"], s.env["GIVEN"] = server.URL, server.Token
	s.env["SOURCE"] = filepath.Join(collections, "ansible_collections/acsmon/monitor/extensions/eda/plugins/event_source/alerts.py")
	s.write("source.py", eventSourceScript)
	lines := strings.Split(strings.TrimSpace(s.ok(filepath.Join(s.venv, "bin", "python"), "source.py").stdout), "\n")
	want := []string{
		"given: ",
		"unknown: ValueError acsmon.monitor.alerts has no option tokn; it has base_url",
		"empty: ValueError token is empty: give it a value, or leave it out",
		"refused: RuntimeError acsmon: --interval is 1: give 5 to 86400 seconds",
		"missing: RuntimeError acsmon: there is no monitor \"Shoo\"",
		"elsewhere: RuntimeError acsmon: the credentials in the environment are for " + other.URL + ", and --base-url names " + server.URL + ": give that server's own token",
		"no process is left",
	}
	if len(lines) != len(want) {
		t.Fatalf("it printed %q", lines)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, want[i]) || strings.Contains(line, server.Token) {
			t.Errorf("it printed %q, want %q", line, want[i])
		}
	}
	if !strings.Contains(lines[0], "-opened feedback") || len(other.Requests()) != 1 {
		t.Errorf("%s; the other server got %d requests", lines[0], len(other.Requests()))
	}
}

const eventSourceScript = `
import asyncio, os, runpy

main = runpy.run_path(os.environ['SOURCE'])['main']

async def case(name, **args):
    queue, feedback = asyncio.Queue(1), asyncio.Queue(1)
    task = asyncio.create_task(main(queue, dict(args, eda_feedback_queue=feedback)))
    event = asyncio.create_task(queue.get())
    await asyncio.wait([task, event], return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        print(f'{name}:', type(task.exception()).__name__, task.exception())
        return
    print(f'{name}:', event.result()['key'], 'feedback')
    await feedback.put(event.result())
    task.cancel()
    await asyncio.wait([task])

async def cases():
    server, token = os.environ['SERVER'], os.environ['GIVEN']
    await case('given', base_url=server, token=token, severity=['critical', 'warning'], validate_certs=True, skip_existing=None, feedback=True)
    await case('unknown', base_url=server, tokn=token)
    await case('empty', base_url=server, token=' ')
    await case('refused', interval=1)
    await case('missing', monitor='Shoo')
    await case('elsewhere', base_url=server)
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        print('no process is left')

asyncio.run(cases())
`
