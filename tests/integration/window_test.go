// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// windowSite is a site whose hosts are watched by monitors of an install: web1 by its
// address, web2 by its name, web3 by an alias, web4 by the name of the device; and
// all by Shop. Old was paused before, Other is nobody's.
func windowSite(t *testing.T, s *site) *acsmontest.Server {
	server := acsmontest.Start(t, acsmontest.Options{CheckTime: time.Second})
	s.use(server)
	device := server.Add("devices", map[string]any{"name": "web4", "ip_address": "192.0.2.44"})
	for id, monitor := range map[int64]map[string]any{
		11: {"name": "{{ lookup('pipe', 'touch " + filepath.Join(s.dir, "executed") + "') }}", "host": "192.0.2.1", "tags": []string{"{{ 1 + 1 }}"}},
		12: {"name": "Web 2", "host": "web2", "config": map[string]any{"path": "/health"}},
		13: {"name": "Web 3", "host": "www3.example.com"},
		14: {"name": "Web 4", "host": "www4.example.com", "device_id": device},
		15: {"name": "Old", "host": "192.0.2.1", "is_active": false, "tags": []string{"kept"}},
		16: {"name": "Shop", "host": "shop.example.com", "tags": []string{"web"}},
		17: {"name": "Other", "host": "192.0.2.9"},
	} {
		monitor["id"], monitor["type"], monitor["status"] = id, "https", "up"
		server.Add("monitors", monitor)
	}
	s.write("ansible.cfg", "") // for inventories in YAML
	s.write("hosts.yml", `
all:
  vars: {ansible_connection: local}
  hosts:
    web1: {ansible_host: 192.0.2.1}
    web2:
    web3: {deploy_window_aliases: [www3.example.com, "{{ inventory_hostname }}.internal"]}
    web4:
`)
	s.write("deploy.yml", `
- name: Deploy
  hosts: all
  gather_facts: false
  become: false
  serial: "{{ batch | default(2) }}"
  vars:
    deploy_window_name: shop
    deploy_window_tasks: release.yml
    deploy_window_monitors: [Shop]
    deploy_window_poll_interval: 0.3
  roles:
    - acsmon.monitor.deploy_window
`)
	s.write("release.yml", `
- name: Release
  ansible.builtin.raw: echo {{ inventory_hostname }} >>`+filepath.Join(s.dir, "released")+`
`)
	return server
}

func (s *site) deploy(args ...string) outcome {
	s.t.Helper()
	return s.run("ansible-playbook", append([]string{"-i", "hosts.yml", "deploy.yml"}, args...)...)
}

// resumeWindow runs the playbook that repairs.
func (s *site) resumeWindow() outcome {
	s.t.Helper()
	return s.run("ansible-playbook", "acsmon.monitor.resume_window", "-e", "deploy_window_name=shop")
}

// wantReleased holds what was deployed, and where, since the last call.
func (s *site) wantReleased(want ...string) {
	s.t.Helper()
	path := filepath.Join(s.dir, "released")
	content, _ := os.ReadFile(path)
	got := strings.Fields(string(content))
	slices.Sort(got)
	if !slices.Equal(got, want) {
		s.t.Errorf("released on %v, want %v", got, want)
	}
	_ = os.Remove(path)
}

// times are those in a mark.
var times = regexp.MustCompile(`@[-0-9TZ:/]+`)

// wantPaused checks the monitors that are paused, each with its tags, against those wanted. The
// times in a mark do not count.
func wantPaused(t *testing.T, server *acsmontest.Server, want ...string) {
	t.Helper()
	var got []string
	for _, m := range server.Rows("monitors") {
		if tags, _ := m["tags"].([]string); m["is_active"] == false || strings.Contains(fmt.Sprint(tags), "paused-by") {
			got = append(got, fmt.Sprintf("%v %v", m["id"], times.ReplaceAllString(strings.Join(tags, " "), "")))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("paused are %q, want %q", got, want)
	}
}

// settled are the monitors but for what checks change.
func settled(server *acsmontest.Server) string {
	rows := server.Rows("monitors")
	for _, row := range rows {
		maps.DeleteFunc(row, func(key string, _ any) bool { return key == "last_checked_at" || key == "response_time_ms" })
	}
	return fmt.Sprint(rows)
}

func puts(ids ...int) []string {
	var list []string
	for _, id := range ids {
		list = append(list, fmt.Sprintf("PUT /monitors/%d", id))
	}
	return list
}

func checks(ids ...int) []string {
	var list []string
	for _, id := range ids {
		list = append(list, fmt.Sprintf("POST /monitors/%d/check", id))
	}
	return list
}

// Each batch is paused, deployed, resumed and verified, and all is as it was before.
func TestDeployWindow(t *testing.T) {
	eachCore(t, func(t *testing.T, s *site) {
		server := windowSite(t, s)
		before := settled(server)

		o := s.deploy("--check", "--diff")
		wantRunbook(t, o, 0, `"Web 2"`, `"Shop"`, `paused-by:shop`)
		wantWrites(t, server)
		s.wantReleased()

		server.ResetRequests()
		o = s.deploy()
		wantRunbook(t, o, 0, "changed: [web1 -> localhost]", "changed: [web3 -> localhost]")
		wantWrites(t, server, slices.Concat(
			puts(11, 12, 16), puts(11, 12, 16), checks(11, 12, 16),
			puts(13, 14, 16), puts(13, 14, 16), checks(13, 14, 16))...)
		s.wantReleased("web1", "web2", "web3", "web4")
		if after := settled(server); after != before {
			t.Errorf("before\n%s\nand after\n%s", before, after)
		}

		server.ResetRequests()
		o = s.deploy("-e", "{deploy_window_check: false, batch: 4, deploy_window_tags: [web]}")
		wantRunbook(t, o, 0)
		wantWrites(t, server, slices.Concat(puts(11, 12, 13, 14, 16), puts(11, 12, 13, 14, 16))...)
		wantRequests(t, server, 12) // one list to pause, one to resume
		s.wantReleased("web1", "web2", "web3", "web4")
		if after := settled(server); after != before {
			t.Errorf("before\n%s\nand after\n%s", before, after)
		}
		if _, err := os.Stat(filepath.Join(s.dir, "executed")); err == nil {
			t.Error("text of the server was executed")
		}
	})
}

// A run that is killed while it deploys leaves the marks, by which the next run, or
// the playbook that resumes, repairs it.
func TestDeployWindowThatWasKilled(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server := windowSite(t, s)
	before := settled(server)
	reached, end := filepath.Join(s.dir, "reached"), filepath.Join(s.dir, "end")
	s.must(syscall.Mkfifo(reached, 0o600))
	s.must(syscall.Mkfifo(end, 0o600))
	release, err := os.ReadFile(filepath.Join(s.dir, "release.yml"))
	s.must(err)
	killed := func() {
		t.Helper()
		s.write("release.yml", "- ansible.builtin.raw: echo >"+reached+" && read word <"+end+"\n  run_once: true\n")
		s.killWhen(reached, "ansible-playbook", "-i", "hosts.yml", "deploy.yml")
		if file, err := os.OpenFile(end, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil { // what was started by the one that is dead ends too
			file.Close()
		}
		s.write("release.yml", string(release))
		wantPaused(t, server, "11 {{ 1 + 1 }} paused-by:shop", "12 paused-by:shop", "15 kept", "16 web paused-by:shop")
	}

	killed()
	wantRunbook(t, s.deploy("-e", "deploy_window_check=false"), 0)
	s.wantReleased("web1", "web2", "web3", "web4")
	wantPaused(t, server, "15 kept")

	killed()
	server.ResetRequests()
	wantRunbook(t, s.resumeWindow(), 0, `"Web 2"`, `"Shop"`)
	wantWrites(t, server, puts(11, 12, 16)...)
	wantRequests(t, server, 4)
	if after := settled(server); after != before {
		t.Errorf("before\n%s\nand after\n%s", before, after)
	}
}

// killWhen starts a command and kills it when something writes to a FIFO.
func (s *site) killWhen(fifo, name string, args ...string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	command := s.command(ctx, name, args...)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	command.WaitDelay = time.Second // its children keep the output open
	s.must(command.Start())
	written, ended := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := os.ReadFile(fifo)
		written <- err
	}()
	go func() { ended <- command.Wait() }()
	select {
	case err := <-written:
		s.must(err)
	case <-ended:
		s.t.Fatalf("%s ended too early:\n%s", name, &output)
	}
	s.must(command.Process.Kill())
	<-ended
}

// Whatever becomes of the deployment and of single requests, all is resumed.
func TestDeployWindowResumesAfterFailures(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server := windowSite(t, s)
	before := settled(server)
	s.must(os.MkdirAll(filepath.Join(s.dir, "roles/release/tasks"), 0o700))
	s.write("roles/release/tasks/main.yml", "- ansible.builtin.fail:\n    msg: It does not start.\n")
	server.Inject(
		acsmontest.Fault{Method: "PUT", Path: "/monitors/11", Times: 1, Do: acsmontest.TooManyRequests(time.Second)},
		acsmontest.Fault{Method: "PUT", Path: "/monitors/12", Times: 1, Do: acsmontest.After(acsmontest.Status(http.StatusBadGateway))},
		acsmontest.Fault{Method: "PUT", Path: "/monitors/16", Times: 2, Do: acsmontest.After(acsmontest.Reset())},
		acsmontest.Fault{Method: "PUT", Path: "/monitors/11", Skip: 1, Times: 1, Do: acsmontest.After(acsmontest.Reset())},
	)
	o := s.deploy("-e", "{deploy_window_tasks: null, deploy_window_role: release}")
	wantRunbook(t, o, 2, "It does not start.", "Show what is resumed")
	if strings.Contains(o.stdout, "wait until they are up") {
		t.Errorf("what failed was verified:\n%s", o.all())
	}
	if hits := server.FaultHits(); !slices.Equal(hits, []int{1, 1, 2, 1}) {
		t.Errorf("the faults were hit %v times", hits)
	}
	if after := settled(server); after != before {
		t.Errorf("before\n%s\nand after\n%s", before, after)
	}
}

// What cannot be resumed is named, with how to repair it.
func TestDeployWindowThatCannotResume(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server := windowSite(t, s)
	s.env["ACSMON_MAX_WAIT"] = "1"
	server.Inject(acsmontest.Fault{Skip: 4, Do: acsmontest.Status(http.StatusForbidden)})
	o := s.deploy("-e", "deploy_window_check=false")
	wantRunbook(t, o, 2, "nothing was resumed, and monitors 11, 12, 16 may be paused", "This run had paused: {{ lookup(", "Web 2, Shop",
		"To run it again: ansible-playbook acsmon.monitor.resume_window -e deploy_window_name=shop")
	s.wantReleased("web1", "web2")

	server.ClearFaults()
	server.Remove("monitors", 12)
	server.Inject(acsmontest.Fault{Method: "PUT", Path: "/monitors/16", Do: acsmontest.Status(http.StatusForbidden)})
	wantRunbook(t, s.resumeWindow(), 2, `1 of 2 monitors may still be paused: \"Shop\" (id 16)`, "monitors.edit", "This run had paused: nothing.")
	wantPaused(t, server, "15 kept", "16 web paused-by:shop")

	server.ClearFaults()
	wantRunbook(t, s.resumeWindow(), 0, `"Shop"`)
	wantPaused(t, server, "15 kept")
	if _, err := os.Stat(filepath.Join(s.dir, "executed")); err == nil {
		t.Error("text of the server was executed")
	}
}

// Without the permission to pause nothing is deployed.
func TestDeployWindowWithoutPermission(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server := windowSite(t, s)
	s.env["ACSMON_TOKEN"] = server.NewToken("monitors.view")
	wantRunbook(t, s.deploy(), 2, "monitors.edit")
	s.wantReleased()
	wantPaused(t, server, "15 kept")
}

// The entry points surround a deployment of the play's own, as in the example. A host
// that fails, and one that becomes unreachable, are resumed with the others and not
// waited for.
func TestDeployWindowAroundOwnBlock(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server := windowSite(t, s)
	server.SetOutcome(11, "down")
	server.SetOutcome(12, "down")
	ssh := filepath.Join(s.dir, "ssh")
	s.must(os.WriteFile(ssh, []byte("#!/bin/sh\nexit 255\n"), 0o700))
	s.copyFrom("../../examples", "deploy.yml")
	s.write("hosts.yml", `
web:
  vars: {ansible_connection: local, ansible_python_interpreter: "{{ ansible_playbook_python }}", deploy_command: "true"}
  hosts:
    web1: {ansible_host: 192.0.2.1, deploy_command: "false"}
    web2: {ansible_connection: ssh, ansible_ssh_executable: `+ssh+`}
    web3: {deploy_window_aliases: [www3.example.com]}
    web4:
`)
	o := s.deploy("-e", "{batch: 4, deploy_window_poll_interval: 0.3}")
	wantRunbook(t, o, 4, "fatal: [web1]: FAILED!", "fatal: [web2]: UNREACHABLE!", "changed: [web3]", "changed: [web4]")
	wantWrites(t, server, slices.Concat(puts(11, 12, 13, 14), puts(11, 12, 13, 14), checks(13, 14))...)
	wantPaused(t, server, "15 kept")
}

// A deployment that ends by meta does not come to the resumption, and Ansible calls it a success.
// What is left paused is known by the marks: a later batch tells of it, and the playbook that
// resumes repairs it.
func TestDeployWindowThatMetaEnds(t *testing.T) {
	t.Parallel()
	first := []string{"11 {{ 1 + 1 }} paused-by:shop", "12 paused-by:shop", "15 kept", "16 web paused-by:shop"}
	all := []string{"11 {{ 1 + 1 }} paused-by:shop", "12 paused-by:shop", "13 paused-by:shop", "14 paused-by:shop", "15 kept", "16 web paused-by:shop"}
	eachCore(t, func(t *testing.T, s *site) {
		server := windowSite(t, s)
		before := settled(server)
		release, err := os.ReadFile(filepath.Join(s.dir, "release.yml"))
		s.must(err)
		for _, test := range []struct {
			ends string
			left []string
			says string
		}{
			{"meta: end_play", first, ""},
			{"meta: end_batch", all, "Window shop holds these too, which this task does not select"},
			{"meta: end_host", all, "Window shop holds these too, which this task does not select"},
			{"meta: end_batch\n  when: inventory_hostname in ['web1', 'web2']", []string{"11 {{ 1 + 1 }} paused-by:shop", "12 paused-by:shop", "15 kept"}, "Window shop holds these too"},
			{"meta: end_host\n  when: inventory_hostname in ['web1', 'web3']", []string{"15 kept"}, ""},
		} {
			s.write("release.yml", "- ansible.builtin."+test.ends+"\n"+string(release))
			wantRunbook(t, s.deploy("-e", "deploy_window_check=false"), 0)
			wantPaused(t, server, test.left...)
			wantRunbook(t, s.resumeWindow(), 0)
			if after := settled(server); after != before {
				t.Errorf("%s: before\n%s\nand after\n%s", test.ends, before, after)
			}
		}
		s.write("release.yml", "- ansible.builtin.meta: end_role\n")
		o := s.deploy("-e", "deploy_window_check=false")
		if o.status == 0 {
			wantPaused(t, server, all...)
		} else { // a core that does not know end_role gives up at once
			wantPaused(t, server, first...)
		}
		wantRunbook(t, s.resumeWindow(), 0)
		if after := settled(server); after != before {
			t.Errorf("end_role: before\n%s\nand after\n%s", before, after)
		}
		wantRunbook(t, s.resumeWindow(), 0, "The window shop holds no monitor: there is nothing to resume.")
	})
}

// With the strategy free all is resumed in the end, though by the first host that is done.
func TestDeployWindowWithStrategyFree(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := windowSite(t, s)
		before := settled(server)
		s.env["ANSIBLE_STRATEGY"] = "free"
		o := s.deploy("-e", "{deploy_window_check: false, batch: 4}")
		wantRunbook(t, o, 0)
		s.wantReleased("web1", "web2", "web3", "web4")
		if after := settled(server); after != before {
			t.Errorf("before\n%s\nand after\n%s", before, after)
		}
	})
}

// The role's variables mean what options of modules mean, as text on the command line too.
func TestDeployWindowVariablesAsText(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := windowSite(t, s)
		wantRunbook(t, s.deploy("-e", "batch=4", "-e", "deploy_window_hosts='web2, web3'", "-e", "deploy_window_monitors=Other,16", "-e", "deploy_window_tags=",
			"-e", "deploy_window_check=false", "-e", "deploy_window_max_minutes=30", "-e", "deploy_window_role="), 0)
		wantWrites(t, server, slices.Concat(puts(12, 13, 16, 17), puts(12, 13, 16, 17))...)
		s.wantReleased("web1", "web2", "web3", "web4")

		server.ResetRequests()
		s.write("hosts.yml", "all: {vars: {ansible_connection: local}, hosts: {web3: {deploy_window_aliases: 'www.example.com, www3.example.com'}, w: {ansible_host: 192.0.2.9}}}\n")
		wantRunbook(t, s.deploy("-e", "deploy_window_hosts=web3", "-e", "deploy_window_monitors=", "-e", "deploy_window_check=no"), 0)
		wantWrites(t, server, slices.Concat(puts(13), puts(13))...)
		s.wantReleased("w", "web3")

		wantRunbook(t, s.deploy("-e", "deploy_window_hosts=web3,web9"), 2, "deploy_window_hosts names hosts that are not in the inventory: web9.")
		wantRunbook(t, s.deploy("-e", "deploy_window_tasks="), 2, "Set one of deploy_window_tasks and deploy_window_role")
		s.wantReleased()
	})
}

// A window that should have ended is told by what runs later, and ended by cron.
func TestOverdueDeployWindow(t *testing.T) {
	t.Parallel()
	const overdue = "paused-by:night@2026-01-01T00:00Z/2026-01-01T06:01Z"
	cron := regexp.MustCompile(`(?m)^\*/10 \* \* \* \* (.+)$`)
	guide := loadGuide(t, "guide_deploy_window")
	eachCore(t, func(t *testing.T, s *site) {
		server := windowSite(t, s)
		before := settled(server)
		for _, id := range []int64{13, 17} {
			server.Set("monitors", id, map[string]any{"is_active": false, "tags": []string{overdue}})
		}
		o := s.deploy("-e", "deploy_window_check=false", "--limit", "web1")
		wantRunbook(t, o, 0)
		if says := `Window "night" should have ended by 2026-01-01T06:01:00Z and still holds`; !strings.Contains(strings.Join(strings.Fields(o.all()), " "), says) {
			t.Errorf("the next window does not say %q:\n%s", says, o.all())
		}
		o = s.run("ansible-playbook", "acsmon.monitor.health")
		wantRunbook(t, o, 2, "Deploy windows that should have ended hold Web 3, Other.")
		wantRunbook(t, s.run("ansible-playbook", "acsmon.monitor.health", "-e", "overdue_windows=false"), 0)
		wantPaused(t, server, "13 paused-by:night", "15 kept", "17 paused-by:night")

		command := cron.FindStringSubmatch(guide.block("text", "*/10"))
		if command == nil {
			t.Fatal("the guide has no line for cron")
		}
		wantRunbook(t, s.run("sh", "-c", command[1]), 0, `"Web 3"`, `"Other"`)
		if after := settled(server); after != before {
			t.Errorf("before\n%s\nand after\n%s", before, after)
		}
		wantRunbook(t, s.run("sh", "-c", command[1]), 0, "No window is overdue: there is nothing to resume.")
		wantRunbook(t, s.run("ansible-playbook", "acsmon.monitor.resume_window"), 2, "Set one of deploy_window_name and all_overdue")
	})
}

// The guide's playbook runs, and prints what the guide shows of it.
func TestGuideOfDeployWindow(t *testing.T) {
	t.Parallel()
	guide := loadGuide(t, "guide_deploy_window")
	s := newSite(t, venvs[len(venvs)-1])
	server := acsmontest.Start(t, acsmontest.Options{})
	s.use(server)
	s.env["ANSIBLE_FORKS"] = "1" // for the order of the hosts
	for i, name := range []string{"www1 HTTPS", "www2 HTTPS", "Web shop"} {
		host := strings.Replace(strings.ToLower(name), " https", "", 1) + ".example.com"
		server.Add("monitors", map[string]any{"id": int64(101 + i), "name": name, "type": "https", "host": host, "status": "up"})
	}
	s.write("ansible.cfg", "")
	s.write("hosts.yml", "web: {hosts: {www1.example.com: , www2.example.com: }, vars: {ansible_connection: local}}\n")
	s.write("deploy.yml", guide.block("yaml", "serial")+"  vars: {deploy_window_poll_interval: 0.1}\n")
	s.write("release.yml", "- name: Install the release\n  ansible.builtin.raw: 'true'\n  changed_when: true\n")
	show := func(within string) {
		t.Helper()
		block := guide.block("text", within)
		command, shown, _ := strings.Cut(block, "\n")
		wantShown(t, shown, withoutTrailingSpace(s.run("sh", "-c", strings.TrimPrefix(command, "$ ")).stdout))
	}
	show("wait until they are up")
	server.Inject(acsmontest.Fault{Method: "PUT", Path: "/monitors/103", Skip: 1,
		Do: acsmontest.Answer(http.StatusForbidden, nil, `{"message":"This action is unauthorized."}`)})
	show("FAILED")
	server.ClearFaults()
	for _, id := range []int64{101, 102, 103} {
		server.Set("monitors", id, map[string]any{"is_active": false, "tags": []string{"paused-by:web-shop"}})
	}
	show("resume_window")
	wantPaused(t, server)
}
