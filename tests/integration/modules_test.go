// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/specs/docs"
)

// fleet is an install of the usual size, seeded.
func fleet(t *testing.T) *acsmontest.Server {
	return acsmontest.Start(t, acsmontest.Options{Seed: 1, Devices: 24, Monitors: 12, OpenAlerts: 6})
}

var recap = regexp.MustCompile(`changed=(\d+) .*failed=(\d+)`)

func wantRecap(t *testing.T, o outcome, changed, failed string) {
	t.Helper()
	found := recap.FindStringSubmatch(o.stdout)
	if found == nil || changed != "any" && found[1] != changed || found[2] != failed {
		t.Fatalf("want changed=%s failed=%s:\n%s", changed, failed, o.all())
	}
}

func TestExamplePlaybooksChangeOnce(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		for playbook, on := range map[string]struct {
			server  *acsmontest.Server
			changed string
		}{
			"monitors.yml": {acsmontest.Start(t, acsmontest.Options{}), "2"}, // nothing has to be there
			"alerts.yml":   {fleet(t), "1"},
		} {
			server := on.server
			s.use(server)
			wantRecap(t, s.ok("ansible-playbook", "-i", "localhost,", playbook, "--check", "--diff"), on.changed, "0")
			wantWrites(t, server)

			wantRecap(t, s.ok("ansible-playbook", "-i", "localhost,", playbook), on.changed, "0")
			if len(writes(server)) == 0 {
				t.Errorf("%s: the first run wrote nothing", playbook)
			}

			server.ResetRequests()
			wantRecap(t, s.ok("ansible-playbook", "-i", "localhost,", playbook), "0", "0")
			wantWrites(t, server)
		}
	})
}

// Every example of the documentation runs, in its order, on one server.
func TestDocumentedExamplesRun(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		names, err := docs.ModuleNames()
		s.must(err)
		for _, module := range names {
			server := fleet(t)
			s.use(server)
			spec, err := docs.Module(module)
			s.must(err)
			s.write("play.yml", "- hosts: all\n  gather_facts: false\n  vars:\n"+
				fmt.Sprintf("    acsmon_base_url: %q\n    acsmon_token: %q\n", server.URL, server.Token)+
				"  tasks:\n"+indent(string(spec.Examples), "    "))
			wantRecap(t, s.ok("ansible-playbook", "-i", "elsewhere,", "play.yml"), "any", "0")
		}
	})
}

func TestMonitorRhythm(t *testing.T) {
	t.Parallel()
	const create = `
- name: run
  acsmon.monitor.acsmon_monitor:
    name: Shop
    type: https
    host: shop.example.com
    port: "443"
    config: {path: /health, expected_status: 200}
    tags: [web, shop]
`
	eachCore(t, func(t *testing.T, s *site) {
		server := fleet(t)
		s.use(server)
		step := func(what, tasks string, changed bool, requests int, wrote int, args ...string) map[string]any {
			t.Helper()
			server.ResetRequests()
			results, failed := s.play(tasks, args...)
			result := results["run"]
			if failed || result["changed"] != changed {
				t.Fatalf("%s: failed %v, changed %v, want %v: %v", what, failed, result["changed"], changed, result)
			}
			wantRequests(t, server, requests)
			if len(writes(server)) != wrote {
				t.Errorf("%s: writes %v, want %d", what, writes(server), wrote)
			}
			return result
		}
		predicted := step("create in check mode", create, true, 2, 0, "--check")
		created := step("create", create, true, 3, 1)
		if got, want := fmt.Sprint(predicted["diff"]), fmt.Sprint(created["diff"]); got != want {
			t.Errorf("check mode predicted the diff %s, and it was %s", got, want)
		}
		step("create again", create, false, 1, 0)

		update := strings.ReplaceAll(create, "/health", "/status")
		predicted = step("update in check mode", update, true, 1, 0, "--check")
		updated := step("update", update, true, 2, 1)
		if got, want := fmt.Sprint(predicted["diff"]), fmt.Sprint(updated["diff"]); got != want {
			t.Errorf("check mode predicted the diff %s, and it was %s", got, want)
		}
		step("update again", update, false, 1, 0)

		absent := "- name: run\n  acsmon.monitor.acsmon_monitor: {name: Shop, state: absent}\n"
		step("absent in check mode", absent, true, 1, 0, "--check")
		step("absent", absent, true, 2, 1)
		step("absent again", absent, false, 2, 0)
	})
}

func TestModuleDefaultsOfTheActionGroup(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := fleet(t)
		s.write("play.yml", fmt.Sprintf(`
- hosts: localhost
  connection: local
  gather_facts: false
  module_defaults:
    group/acsmon.monitor.acsmon: {base_url: %q, token: %q}
  tasks:
    - acsmon.monitor.acsmon_monitor: {name: Shop, type: ping, host: 192.0.2.1}
    - acsmon.monitor.acsmon_alert: {severity: [critical]}
`, server.URL, server.Token))
		wantRecap(t, s.ok("ansible-playbook", "-i", "localhost,", "play.yml"), "2", "0")
	})
}

func TestEachMistakeGetsOneSentence(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, task, msg string }{
		{"unknown option", "{name: Shop, check_intervall_seconds: 60}", "did you mean check_interval_seconds?"},
		{"wrong type", "{name: Shop, port: eighty}", "port"},
		{"unknown choice", "{name: Shop, type: htttps, host: a}", "htttps"},
		{"create without what it needs", "{name: Shop}", "to create it, give type and host too"},
		{"no such id", "{id: 4711, is_active: false}", "there is no monitor with id 4711"},
		{"no such group", "{name: Shop, type: ping, host: a, group: Nowhere}", `there is no monitor group "Nowhere"`},
		{"refused by the server", "{name: Shop, type: ping, host: a, check_interval_seconds: 1}", "check interval seconds"},
		{"wrong token", "{name: Shop, token: 1|wrong}", "answered 401"},
		{"wrong URL", "{name: Shop, base_url: 'ftp://x', token: 1|x}", "base URL does not begin with https://"},
		{"server away", "{name: Shop, base_url: 'http://127.0.0.1:9', token: 1|x}", "connection refused"},
	}
	venv := venvs[len(venvs)-1]
	server := fleet(t)
	s := newSite(t, venv)
	s.use(server)
	var tasks strings.Builder
	for _, test := range tests {
		fmt.Fprintf(&tasks, "- name: %s\n  acsmon.monitor.acsmon_monitor: %s\n  ignore_errors: true\n", test.name, test.task)
	}
	results, _ := s.play(tasks.String())
	for _, test := range tests {
		msg := fmt.Sprint(results[test.name]["msg"])
		if results[test.name]["failed"] != true || !strings.Contains(msg, test.msg) || strings.Contains(msg, "\n") {
			t.Errorf("%s: the message is %q, want a failure that says %q in one line", test.name, msg, test.msg)
		}
	}
	for _, write := range writes(server) { // the one that only the server can refuse
		if write != "POST /monitors" {
			t.Errorf("written: %s", write)
		}
	}
	if got := len(server.Rows("monitors")); got != 12 {
		t.Errorf("%d monitors, want the 12 that were there", got)
	}
}

func TestLostAnswerLeavesOneMonitor(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := fleet(t)
		server.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
		s.use(server)
		results, failed := s.play("- name: run\n  acsmon.monitor.acsmon_monitor: {name: Shop, type: ping, host: 192.0.2.1}\n")
		result := results["run"]
		if failed || result["changed"] != true || !strings.Contains(fmt.Sprint(result["warnings"]), "the response to the create was lost") {
			t.Errorf("failed %v: %v", failed, result)
		}
		if n := count(server, "monitors", "Shop"); n != 1 {
			t.Errorf("there are %d monitors, want one", n)
		}
	})
}

func count(server *acsmontest.Server, kind, name string) (n int) {
	for _, row := range server.Rows(kind) {
		if row["name"] == name {
			n++
		}
	}
	return n
}

func TestTwentyForksMakeOneMonitor(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1, Monitors: 12, Latency: 20 * time.Millisecond})
		s.use(server)
		var hosts strings.Builder
		for i := range 20 {
			fmt.Fprintf(&hosts, "host%02d,", i)
		}
		s.write("play.yml", `
- hosts: all
  gather_facts: false
  tasks:
    - name: run
      acsmon.monitor.acsmon_monitor: {name: Shop, type: ping, host: 192.0.2.1}
      delegate_to: localhost
`)
		results, failed := s.results("-i", hosts.String(), "--forks", "20", "play.yml")
		if failed {
			t.Errorf("failed: %v", results)
		}
		changed := 0
		for name, result := range results {
			if strings.HasPrefix(name, "run host") && result["changed"] == true {
				changed++
			}
		}
		if n := count(server, "monitors", "Shop"); n != 1 || changed != 1 {
			t.Errorf("there are %d monitors and %d hosts changed something, want one each", n, changed)
		}
	})
}

func TestAnsibleDocShowsTheModules(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		list := s.ok("ansible-doc", "-l", "acsmon.monitor").stdout
		names, err := docs.ModuleNames()
		s.must(err)
		for _, module := range names {
			if !strings.Contains(list, "acsmon.monitor."+module) {
				t.Errorf("ansible-doc -l does not list %s:\n%s", module, list)
			}
			s.ok("ansible-doc", "acsmon.monitor."+module)
		}
	})
}
