// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

const wholeInstall = `
- name: run
  acsmon.monitor.acsmon_config:
    monitor_groups:
      - {name: Shop, color: "#112233"}
    alert_channels:
      - {name: On call, type: email, config: {recipients: [oncall@example.com]}}
    monitors:
      - {name: Shop, type: https, host: shop.example.com, port: "443", group: Shop, tags: [shop]}
      - {name: Shop database, type: mysql, host: db.example.com, group: Shop, tags: [shop]}
    monitor_alert_rules:
      - {name: Shop down, monitor: Shop, condition: status_down, channels: [On call]}
`

func TestWholeInstallInOneTask(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := fleet(t)
		s.use(server)
		step := func(changed bool, wrote int, args ...string) map[string]any {
			t.Helper()
			server.ResetRequests()
			results, failed := s.play(wholeInstall, args...)
			result := results["run"]
			if failed || result["changed"] != changed || len(writes(server)) != wrote {
				t.Fatalf("failed %v, changed %v, writes %v: %v", failed, result["changed"], writes(server), result["msg"])
			}
			return result
		}
		predicted := step(true, 0, "--check", "--diff")
		done := step(true, 5)
		if got, want := fmt.Sprint(predicted["diff"]), fmt.Sprint(done["diff"]); got != want {
			t.Errorf("check mode predicted the diff %s, and it was %s", got, want)
		}
		step(false, 0)
		wantRequests(t, server, 4)
	})
}

// hostileInstall is a fleet with texts that Ansible, YAML and terminals would take
// for something else.
func hostileInstall(t *testing.T, mark string) *acsmontest.Server {
	server := acsmontest.Start(t, acsmontest.Options{Seed: 4, Devices: 6, Monitors: 10})
	for _, text := range []string{
		"{{ lookup('pipe', 'touch " + mark + "') }}", "{% for x in [1] %}{{ x }}{% endfor %}", "#jinja2: variable_start_string:'[['\n[[ lookup('pipe', 'touch " + mark + "') ]]",
		"\x1b[31mred", "yes", "0644", "1:30", "null", "twin", "twin", "a: b", "- c", "# d", "名前", "__ansible_unsafe", "line\nbreak",
	} {
		group := server.Add("monitor-groups", map[string]any{"name": text})
		server.Add("monitors", map[string]any{
			"name": text, "type": "https", "host": text, "tags": []string{text, "x"}, "monitor_group_id": group,
			"config": map[string]any{"path": text, "nested": map[string]any{text: text, "n": 1e9, "none": nil}, "list": []any{text, 1, true}},
		})
	}
	return server
}

// A run with what was gathered, by a task or by acsmon export, changes nothing, evaluates nothing
// and prints no control characters.
func TestGatheredInstallChangesNothing(t *testing.T) {
	t.Parallel()
	const gather = `
- name: gather
  acsmon.monitor.acsmon_config: {state: gathered}
  register: install
- name: run
  acsmon.monitor.acsmon_config:
    state: overridden
    scope: {all: true}
    max_deletions: 0
    alert_channels: "{{ install.gathered.alert_channels }}"
    monitor_groups: "{{ install.gathered.monitor_groups }}"
    device_groups: "{{ install.gathered.device_groups }}"
    devices: "{{ install.gathered.devices }}"
    monitors: "{{ install.gathered.monitors }}"
    monitor_alert_rules: "{{ install.gathered.monitor_alert_rules }}"
    alert_rules: "{{ install.gathered.alert_rules }}"
`
	eachCore(t, func(t *testing.T, s *site) {
		mark := filepath.Join(s.dir, "executed")
		server := hostileInstall(t, mark)
		s.use(server)
		results, failed := s.play(gather)
		if result := results["run"]; failed || result["changed"] != false {
			t.Errorf("failed %v: %v %v", failed, result["msg"], result["diff"])
		}
		s.ok("./acsmon", "export", "install.yml")
		for _, args := range [][]string{{"--check", "--diff"}, {}} {
			o := s.ok("ansible-playbook", append([]string{"-i", "localhost,", "install.yml", "-v"}, args...)...)
			wantRecap(t, o, "0", "0")
			if strings.Contains(o.all(), "\x1b") {
				t.Errorf("a control character in %q", o.all())
			}
		}
		wantWrites(t, server)
		if _, err := os.Stat(mark); err == nil {
			t.Error("text of the server was executed")
		}
	})
}

// A nightly run of an exported install in check mode shows what changed since.
func TestDriftOfAnExportedInstall(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := fleet(t)
		s.use(server)
		s.ok("./acsmon", "export", "install.yml")
		monitors := server.Rows("monitors")
		server.Set("monitors", monitors[0]["id"].(int64), map[string]any{"timeout_ms": 1234})
		server.Add("monitors", map[string]any{"name": "by hand", "type": "ping", "host": "192.0.2.9"})
		server.Remove("monitors", monitors[1]["id"].(int64))
		o := s.ok("ansible-playbook", "-i", "localhost,", "install.yml", "--check", "--diff")
		wantRecap(t, o, "1", "0")
		for _, says := range []string{`"timeout_ms": 1234`, `"by hand"`, monitors[1]["name"].(string)} {
			if !strings.Contains(o.stdout, says) {
				t.Errorf("the diff does not say %s:\n%s", says, o.stdout)
			}
		}
		wantWrites(t, server)
		wantRecap(t, s.ok("ansible-playbook", "-i", "localhost,", "install.yml"), "1", "0")
		wantRecap(t, s.ok("ansible-playbook", "-i", "localhost,", "install.yml"), "0", "0")
		if n := len(server.Rows("monitors")); n != len(monitors) {
			t.Errorf("there are %d monitors, want %d", n, len(monitors))
		}
	})
}

// The guide's playbook runs, costs what the guide says, and its diff is what is
// shown.
func TestGuideOfAnInstallAsCode(t *testing.T) {
	t.Parallel()
	guide := loadGuide(t, "guide_install_as_code")
	s := newSite(t, venvs[len(venvs)-1])
	server := acsmontest.Start(t, acsmontest.Options{})
	s.use(server)
	s.write("shop.yml", guide.block("yaml", "hosts: localhost"))
	for _, run := range []struct {
		args     []string
		changed  string
		requests int
	}{{[]string{"--check", "--diff"}, "1", 5}, {nil, "1", 10}, {nil, "0", 4}} {
		server.ResetRequests()
		wantRecap(t, s.ok("ansible-playbook", append([]string{"-i", "localhost,", "shop.yml"}, run.args...)...), run.changed, "0")
		wantRequests(t, server, run.requests)
	}
	s.ok("./acsmon", "export", "install.yml")
	for _, monitor := range server.Rows("monitors") {
		if monitor["name"] == "Web shop database" {
			server.Set("monitors", monitor["id"].(int64), map[string]any{"is_active": false})
		}
	}
	server.Add("monitors", map[string]any{"name": "Test of Tuesday", "type": "ping", "host": "192.0.2.7"})
	_, diff, _ := strings.Cut(guide.block("text", "--- before"), "\n\n")
	if o := s.ok("ansible-playbook", "-i", "localhost,", "install.yml", "--check", "--diff"); !strings.Contains(o.stdout, diff) {
		t.Errorf("the guide shows\n%s\nand it is\n%s", diff, o.stdout)
	}
	wantRecap(t, s.ok("ansible-playbook", "-i", "localhost,", "install.yml"), "1", "0")
	wantRecap(t, s.ok("ansible-playbook", "-i", "localhost,", "install.yml", "--check", "--diff"), "0", "0")
}
