// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// The playbook holds the hosts of the inventory, with their addresses, against the server, and
// fails below a share.
func TestCoverage(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{})
		s.use(server)
		s.write("ansible.cfg", "")
		server.Add("monitors", map[string]any{"name": "Web", "type": "https", "host": "192.0.2.1"})
		server.Add("monitors", map[string]any{"name": "{{ 1 + 1 }} <b>gone</b>", "type": "ping", "host": "gone.example.com"})
		server.Add("monitors", map[string]any{"name": "Mail", "type": "smtp", "host": "mx1", "is_active": false})
		s.write("hosts.yml", "all:\n  hosts:\n    localhost:\n    www1: {ansible_host: 192.0.2.1}\n    mx1:\n    db1:\n    lab1: {acsmon_unwatched: true}\n    lab2: {acsmon_unwatched: \"yes\"}\n")
		coverage := func(args ...string) outcome {
			return s.run("ansible-playbook", append([]string{"-i", "hosts.yml", "acsmon.monitor.coverage"}, args...)...)
		}
		wantRunbook(t, coverage("-e", "file=c.html,c.csv,c.json,c.md"), 0, "33.33 %", "of 3 hosts", "{{ 1 + 1 }} <b>gone</b>")
		wantRequests(t, server, 3)
		wantRunbook(t, coverage("-e", "fail_below=90", "--check"), 2, "33.33 % of the hosts are watched, and at least 90", "Not watched are db1, mx1")
		for _, file := range []string{"c.html", "c.csv", "c.json", "c.md"} {
			content, err := os.ReadFile(filepath.Join(s.dir, file))
			if text := string(content); err != nil || !strings.Contains(text, "db1") || strings.Contains(text, "lab1") || file == "c.html" && strings.Contains(text, "<b>gone") {
				t.Errorf("%s lacks db1, or shows what it must not (%v):\n%s", file, err, text)
			}
		}
		if len(writes(server)) > 0 {
			t.Errorf("written was %v", writes(server))
		}
	})
}
