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
func wantWatched(t *testing.T, server *acsmontest.Server, want ...string) {
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
	if others != 3 {
		t.Errorf("%d of 3 monitors of somebody else are left as they were", others)
	}
}

// The monitors follow the inventory, and nothing is removed where it cannot be known that it has
// gone.
func TestHostMonitors(t *testing.T) {
	t.Parallel()
	all := []string{"db1.example.com Orders database", "mx1.example.com imap", "mx1.example.com smtp",
		"www1.example.com https", "www1.example.com ssl", "www2.example.com https", "www2.example.com ssl"}
	eachCore(t, func(t *testing.T, s *site) {
		server := watchedSite(t, s)
		wantRunbook(t, s.watch("--check", "--diff"), 0, "www1.example.com https")
		wantWrites(t, server)
		wantRunbook(t, s.watch(), 0)
		wantWatched(t, server, all...)
		for _, m := range server.Rows("monitors") {
			if m["name"] == "www2.example.com https" && (fmt.Sprint(m["config"]) != "map[path:/ready]" || m["host"] != "www2.example.com" || fmt.Sprint(m["check_interval_seconds"]) != "60") {
				t.Errorf("%v", m)
			}
			if m["name"] == "mx1.example.com smtp" { // as somebody, and a deploy window, have changed it
				server.Set("monitors", m["id"].(int64), map[string]any{"is_active": false, "tags": []string{"owner:shop-infrastructure", "theirs", "paused-by:x"}})
			}
		}
		server.ResetRequests()
		wantRunbook(t, s.watch(), 0, "changed=0")
		wantWrites(t, server)
		wantRequests(t, server, 1)

		gone := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return strings.HasPrefix(name, "www2") })
		for _, test := range []struct {
			args   []string
			status int
			says   string
			want   []string
		}{
			{[]string{"--limit", "www1.example.com"}, 0, "No monitor is removed, because the play runs with --limit", all},
			{[]string{"-e", "broken=www2.example.com"}, 2, "No monitor is removed, because hosts have failed", all},
			{[]string{"-e", `{"acsmon_unwatched": true}`}, 0, "No monitor is removed, because no host needs a monitor", all},
			{[]string{"-e", `{"acsmon_monitors_web": "https"}`}, 2, "must be a list of monitors", all},
			{[]string{"-e", `{"acsmon_monitors_web": [{"type": "https", "host": "{{ nowhere }}"}]}`}, 2, "nowhere", all},
			{[]string{"-e", `{"acsmon_monitors_web": [{"type": "ping"}, {"type": "ping"}]}`}, 2, "has a second monitor", all},
			{[]string{"-e", "host_monitors_max_deletions=1", "-e", `{"acsmon_unwatched": ["https", "ssl", "ssh"]}`}, 2, "max_deletions is 1", all},
		} {
			o := s.watch(test.args...)
			wantRunbook(t, o, test.status, test.says)
			wantWatched(t, server, test.want...)
		}
		hosts := loadGuide(t, "guide_host_monitors").block("yaml", "# hosts.yml")
		s.write("hosts.yml", strings.Replace(hosts, "    www2.example.com:\n      health_path: /ready\n", "", 1))
		wantRunbook(t, s.watch(), 0)
		wantWatched(t, server, gone...)
	})
}

// However many hosts there are, it is one reading of the list.
func TestHostMonitorsOfManyHosts(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := watchedSite(t, s)
		hosts := map[string]any{}
		for i := range 100 {
			name := fmt.Sprintf("host%d.example.com", i)
			hosts[name] = nil
			for _, kind := range []string{"ping", "ssh"} {
				server.Add("monitors", map[string]any{"name": name + " " + kind, "type": kind, "host": name, "tags": []string{"owner:shop-infrastructure"}})
			}
		}
		inventory, err := json.Marshal(map[string]any{"all": map[string]any{"hosts": hosts, "vars": map[string]any{
			"acsmon_monitors": []any{map[string]any{"type": "ping"}}, "acsmon_monitors_ssh": []any{map[string]any{"type": "ssh"}}}}})
		s.must(err)
		s.write("hosts.yml", string(inventory))
		wantRunbook(t, s.watch(), 0, "changed=0")
		wantWrites(t, server)
		if got, most := len(server.Requests()), 3+2; got > most {
			t.Errorf("%d requests, and at most %d are to be", got, most)
		}
	})
}
