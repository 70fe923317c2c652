// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// An install as it was exported is no drift, whatever its names; one that has changed is, with an
// exit status for CI, and nothing is written in any mode.
func TestDrift(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		mark := filepath.Join(s.dir, "executed")
		server := acsmontest.Start(t, acsmontest.Options{Seed: 7, Devices: 3, Monitors: 5})
		s.use(server)
		s.write("ansible.cfg", "") // no inventory, which costs a request
		template := "{{ lookup('pipe', 'touch " + mark + "') }}"
		server.Add("monitors", map[string]any{"name": template, "type": "https", "host": "a.example.com",
			"config": map[string]any{"path": template, "headers": map[string]any{"Authorization": "Bearer s3cr3t-of-it"}}})
		s.ok("./acsmon", "export", "install.yml")

		s.wantNoDrift(server)
		changed := server.Rows("monitors")[0]
		server.Set("monitors", changed["id"].(int64), map[string]any{"is_active": false})
		server.Remove("monitors", server.Rows("monitors")[1]["id"].(int64))
		server.Add("monitors", map[string]any{"name": "Test of Tuesday", "type": "ping", "host": "192.0.2.7"})
		s.wantDriftReported()
		s.wantDriftOfAScope()
		s.wantNoDriftOfNothing()

		wantWrites(t, server)
		if _, err := os.Stat(mark); err == nil {
			t.Error("a name of the server was run")
		}
	})
}

// drift runs the playbook, with a report of each format.
func (s *site) drift(args ...string) outcome {
	s.t.Helper()
	return s.run("ansible-playbook", append([]string{"acsmon.monitor.drift", "-e", "file=drift.md,drift.html,drift.json"}, args...)...)
}

func (s *site) wantNoDrift(server *acsmontest.Server) {
	s.t.Helper()
	server.ResetRequests()
	wantRunbook(s.t, s.drift("-e", "install=install.yml"), 0, "and 0 are not", "config.headers.Authorization holds a placeholder")
	asked := map[string]bool{}
	for _, r := range server.Requests() {
		if asked[r.Path] {
			s.t.Errorf("%s is fetched more than once", r.Path)
		}
		asked[r.Path] = true
	}
}

// wantDriftReported expects one monitor that is missing, one that differs, and one that only the
// server has.
func (s *site) wantDriftReported() {
	s.t.Helper()
	for _, mode := range []string{"--diff", "--check"} {
		o := s.drift("-e", "install=install.yml", mode)
		wantRunbook(s.t, o, 2, "3 things are not as declared: 1 are missing, 1 differ, and 1 are on the server only", "Test of Tuesday")
		if strings.Contains(o.all(), "s3cr3t") {
			s.t.Errorf("a secret is shown:\n%s", o.all())
		}
	}
	for _, name := range []string{"drift.md", "drift.html", "drift.json"} {
		content, err := os.ReadFile(filepath.Join(s.dir, name))
		if text := string(content); err != nil || !strings.Contains(text, "is_active") || strings.Contains(text, "s3cr3t") {
			s.t.Errorf("%s does not name is_active, or shows a secret (%v):\n%s", name, err, text)
		}
	}
}

func (s *site) wantDriftOfAScope() {
	s.t.Helper()
	const scope = `{"scope": {"name_prefix": "Test of"}}`
	s.write("declared.yml", "monitors:\n  - name: Test of Tuesday\n    type: \"{{ kind }}\"\n    host: 192.0.2.7\n    port: null\n")
	wantRunbook(s.t, s.drift("-e", "@declared.yml", "-e", "kind=ping", "-e", scope), 0, "1 things are as declared")
	wantRunbook(s.t, s.drift("-e", "install=declared.yml", "-e", "kind=tcp", "-e", "allowed=1", "-e", scope), 0, "1 are not")
}

func (s *site) wantNoDriftOfNothing() {
	s.t.Helper()
	s.write("empty.yml", "[]\n")
	for says, args := range map[string][]string{"There is no file": {"-e", "install=nowhere.yml"}, "declares nothing": {"-e", "install=empty.yml"}} {
		if o := s.drift(args...); o.status != 2 || !strings.Contains(o.all(), says) {
			s.t.Errorf("with %v the exit status is %d, want 2 and %q:\n%s", args, o.status, says, o.all())
		}
	}
}
