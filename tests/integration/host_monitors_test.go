// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// watchedSite is a site whose hosts say which monitors they need, as in the guide. Of the server's
// monitors some are somebody else's.
func watchedSite(t *testing.T, s *site) *acsmontest.Server {
	server := acsmontest.Start(t, acsmontest.Options{})
	s.use(server)
	for i := range 3 {
		server.Add("monitors", map[string]any{"name": fmt.Sprintf("Other %d", i), "type": "ping", "host": "192.0.2.1", "tags": []string{"owner:somebody"}})
	}
	guide := loadGuide(t, "guide_host_monitors")
	s.write("ansible.cfg", "") // for inventories in YAML
	s.write("hosts.yml", guide.block("yaml", "# hosts.yml"))
	s.write("watch.yml", strings.Replace(guide.block("yaml", "# watch.yml"), "  roles:", `  pre_tasks:
    - ansible.builtin.fail:
      when: inventory_hostname == broken | default('')
  roles:`, 1))
	return server
}

func (s *site) watch(args ...string) outcome {
	s.t.Helper()
	return s.run("ansible-playbook", append([]string{"-i", "hosts.yml", "watch.yml"}, args...)...)
}

// wantWatched checks the monitors of the owner against those wanted, and the others to what they
// were.
func wantWatched(t *testing.T, server *acsmontest.Server, theirs int, want ...string) {
	t.Helper()
	var got []string
	others := 0
	for _, m := range server.Rows("monitors") {
		tags := fmt.Sprint(m["tags"])
		switch {
		case tags == "[owner:somebody]":
			others++
		case strings.Contains(tags, "owner:shop-infrastructure"):
			got = append(got, fmt.Sprint(m["name"]))
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("watched are %q, want %q", got, want)
	}
	if others != theirs {
		t.Errorf("%d of %d monitors of somebody else are left as they were", others, theirs)
	}
}

// runsThatRemoveNothing are runs that do not show whether a monitor is still needed, and runs that
// are refused.
var runsThatRemoveNothing = []struct {
	args   []string
	status int
	says   string
}{
	{[]string{"--limit", "www1.example.com"}, 0, "No monitor is removed, because the play runs with --limit"},
	{[]string{"-e", "broken=www2.example.com"}, 2, "No monitor is removed, because hosts have failed"},
	{[]string{"-e", `{"acsmon_unwatched": true}`}, 0, "No monitor is removed, because no host needs a monitor"},
	{[]string{"-e", "acsmon_unwatched=yes"}, 0, "No monitor is removed, because no host needs a monitor"},
	{[]string{"-e", `{"acsmon_unwatched": "httpsx, ssh"}`}, 0, "changed=0"},
	{[]string{"-e", "host_monitors_max_deletions=1", "-e", `{"acsmon_unwatched": "https, ssl,ssh"}`}, 2, "max_deletions is 1"},
	{[]string{"-e", `{"acsmon_unwatched": {"https": true}}`}, 2, "must be true, or a list of names of monitors"},
	{[]string{"-e", `{"acsmon_monitors_web": "https"}`}, 2, "must be a list of monitors"},
	{[]string{"-e", `{"acsmon_monitors_web": [{"type": "https", "host": "{{ nowhere }}"}]}`}, 2, "nowhere"},
	{[]string{"-e", `{"acsmon_monitors_web": [{"type": "ping"}, {"type": "ping"}]}`}, 2, "has a second monitor"},
	{[]string{"-e", `{"acsmon_alert_rules_tls": [{"monitor": "tls", "condition": "status_down"}]}`}, 2, "which www1.example.com does not have: it has www1.example.com https, www1"},
	{[]string{"-e", "host_monitors_max_deletions=1", "-e", `{"acsmon_unwatched": ["https", "ssl", "ssh"]}`}, 2, "max_deletions is 1"},
}

// The monitors follow the inventory, and no monitor is removed whose host may still need it.
func TestHostMonitors(t *testing.T) {
	t.Parallel()
	all := []string{"db1.example.com Orders database", "mx1.example.com imap", "mx1.example.com smtp",
		"www1.example.com https", "www1.example.com ssl", "www2.example.com https", "www2.example.com ssl"}
	eachCore(t, func(t *testing.T, s *site) {
		server := watchedSite(t, s)
		wantRunbook(t, s.watch("--check", "--diff"), 0, "www1.example.com https")
		wantWrites(t, server)
		wantRunbook(t, s.watch(), 0)
		wantWatched(t, server, 3, all...)
		for _, m := range server.Rows("monitors") {
			if m["name"] == "www2.example.com https" && (fmt.Sprint(m["config"]) != "map[path:/ready]" || m["host"] != "www2.example.com" || fmt.Sprint(m["check_interval_seconds"]) != "60") {
				t.Errorf("the monitor is %v, want the host www2.example.com, the path /ready and an interval of 60", m)
			}
			if m["name"] == "www1.example.com ssl" { // what somebody has added to it by hand
				server.Add("monitor-alert-rules", map[string]any{"name": "By hand", "monitor_id": m["id"], "condition": "status_down"})
			}
			if m["name"] == "mx1.example.com smtp" { // as somebody, and a deploy window, have changed it
				server.Set("monitors", m["id"].(int64), map[string]any{"is_active": false, "tags": []string{"owner:shop-infrastructure", "theirs", "paused-by:x"}})
			}
		}
		server.ResetRequests()
		wantRunbook(t, s.watch(), 0, "changed=0")
		wantWrites(t, server)
		wantRequests(t, server, 2)
		wantRules(t, server, "By hand", "www1.example.com ssl ssl_expiry_lt [owner:shop-infrastructure]", "www2.example.com ssl ssl_expiry_lt [owner:shop-infrastructure]")

		for _, run := range runsThatRemoveNothing {
			wantRunbook(t, s.watch(run.args...), run.status, run.says)
			wantWatched(t, server, 3, all...)
		}
		gone := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return strings.HasPrefix(name, "www2") })
		hosts := loadGuide(t, "guide_host_monitors").block("yaml", "# hosts.yml")
		s.write("hosts.yml", strings.Replace(hosts, "    www2.example.com:\n      health_path: /ready\n", "", 1))
		wantRunbook(t, s.watch(), 0)
		wantWatched(t, server, 3, gone...)
		wantRules(t, server, "By hand", "www1.example.com ssl ssl_expiry_lt [owner:shop-infrastructure]")
	})
}

// wantRules holds the alert rules to those wanted, each with its monitor.
func wantRules(t *testing.T, server *acsmontest.Server, want ...string) {
	t.Helper()
	var got []string
	for _, rule := range server.Rows("monitor-alert-rules") {
		name := fmt.Sprint(rule["name"])
		got = append(got, name)
		monitor, _ := rule["monitor_id"].(int64)
		if watched := server.Row("monitors", monitor); name != "By hand" && !strings.HasPrefix(name, fmt.Sprint(watched["name"])+" ") {
			t.Errorf("the rule %s is of %v", name, watched["name"])
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the rules are %q, want %q", got, want)
	}
}

// fleet is an inventory of hosts with two monitors each, of six types, as one static file.
func (s *site) fleet(names []string) (monitors []string) {
	s.t.Helper()
	kinds := [][2]string{{"ping", "ssh"}, {"smtp", "dns"}}
	web, others := map[string]any{}, map[string]any{}
	for _, name := range names {
		number := 0
		_, err := fmt.Sscanf(name, "host%d.example.com", &number)
		s.must(err)
		if number%2 == 0 {
			web[name] = nil
			monitors = append(monitors, name+" https", name+" ssl")
			continue
		}
		pair := kinds[number/2%2]
		others[name] = map[string]any{"kinds": pair}
		monitors = append(monitors, name+" "+pair[0], name+" "+pair[1])
	}
	slices.Sort(monitors)
	of := func(types ...string) (list []any) {
		for _, kind := range types {
			list = append(list, map[string]any{"type": kind})
		}
		return list
	}
	inventory, err := json.Marshal(map[string]any{
		"web":    map[string]any{"hosts": web, "vars": map[string]any{"acsmon_monitors_web": of("https"), "acsmon_monitors_tls": of("ssl")}},
		"others": map[string]any{"hosts": others, "vars": map[string]any{"acsmon_monitors": of("{{ kinds[0] }}", "{{ kinds[1] }}")}},
	})
	s.must(err)
	s.write("hosts.yml", string(inventory))
	return monitors
}

// Five hundred hosts (a hundred with -short) with two monitors each, beside two hundred monitors of
// somebody else: after each run the server has what it should, and a run without a change is one
// reading of the list.
func TestHostMonitorsOfManyHosts(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server := watchedSite(t, s)
	for i := range 200 - 3 {
		server.Add("monitors", map[string]any{"name": fmt.Sprintf("host%d.example.com by hand", i), "type": "ping", "host": "h", "tags": []string{"owner:somebody"}})
	}
	hosts := 500
	if testing.Short() {
		hosts = 100
	}
	names := make([]string, hosts)
	for i := range names {
		names[i] = fmt.Sprintf("host%d.example.com", i)
	}
	all := s.fleet(names)
	want := func(o outcome, status int, says string, monitors []string, most int) {
		t.Helper()
		wantRunbook(t, o, status, says)
		wantWatched(t, server, 200, monitors...)
		if got := len(server.Requests()); got > most {
			t.Errorf("%d requests, and at most %d are to be", got, most)
		}
		server.ResetRequests()
	}
	lists := (2*hosts+200+99)/100 + 2 // the pages of all monitors, and two more
	want(s.watch(), 0, "changed=1", all, lists+2*hosts+10)
	want(s.watch(), 0, "changed=0", all, lists)

	names = append(names[10:], "host499999.example.com") // ten gone, ten new, and one with another name
	names = slices.DeleteFunc(names, func(name string) bool { return name == "host99.example.com" })
	for i := range 10 {
		names = append(names, fmt.Sprintf("host%d.example.com", 1000+i))
	}
	changed := s.fleet(names)
	want(s.watch("-e", "host_monitors_max_deletions=22"), 0, "changed=1", changed, 2*lists+22+22) // what is missing is looked for once more
	s.fleet(names[:hosts*4/5])
	want(s.watch("--limit", strings.Join(names[:5], ",")), 0, "because the play runs with --limit", changed, lists)
	s.write("hosts.yml", "all: {}")
	want(s.watch(), 0, "", changed, 0)
}
