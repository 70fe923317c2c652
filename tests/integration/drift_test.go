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
		server.ResetRequests()
		drift := func(args ...string) outcome {
			return s.run("ansible-playbook", append([]string{"acsmon.monitor.drift", "-e", "file=drift.md,drift.html,drift.json"}, args...)...)
		}
		wantRunbook(t, drift("-e", "install=install.yml"), 0, "and 0 are not", "config.headers.Authorization holds a placeholder")
		asked := map[string]bool{}
		for _, r := range server.Requests() {
			if asked[r.Path] {
				t.Errorf("%s is read more than once", r.Path)
			}
			asked[r.Path] = true
		}

		changed := server.Rows("monitors")[0]
		server.Set("monitors", changed["id"].(int64), map[string]any{"is_active": false})
		server.Remove("monitors", server.Rows("monitors")[1]["id"].(int64))
		server.Add("monitors", map[string]any{"name": "Test of Tuesday", "type": "ping", "host": "192.0.2.7"})
		for _, mode := range []string{"--diff", "--check"} {
			o := drift("-e", "install=install.yml", mode)
			wantRunbook(t, o, 2, "3 things are not as declared: 1 are missing, 1 differ, and 1 are on the server only", "Test of Tuesday")
			if strings.Contains(o.all(), "s3cr3t") {
				t.Errorf("a secret is shown:\n%s", o.all())
			}
		}
		for _, name := range []string{"drift.md", "drift.html", "drift.json"} {
			content, err := os.ReadFile(filepath.Join(s.dir, name))
			if text := string(content); err != nil || !strings.Contains(text, "is_active") || strings.Contains(text, "s3cr3t") {
				t.Errorf("%s is %v\n%s", name, err, text)
			}
		}

		s.write("declared.yml", "monitors:\n  - name: Test of Tuesday\n    type: \"{{ kind }}\"\n    host: 192.0.2.7\n    port: null\n")
		wantRunbook(t, drift("-e", "@declared.yml", "-e", "kind=ping", "-e", `{"scope": {"name_prefix": "Test of"}}`), 0, "1 things are as declared")
		wantRunbook(t, drift("-e", "install=declared.yml", "-e", "kind=tcp", "-e", "allowed=1", "-e", `{"scope": {"name_prefix": "Test of"}}`), 0, "1 are not")
		s.write("empty.yml", "[]\n")
		for says, args := range map[string][]string{"There is no file": {"-e", "install=nowhere.yml"}, "declares nothing": {"-e", "install=empty.yml"}} {
			o := drift(args...)
			if o.status != 2 || !strings.Contains(o.all(), says) {
				t.Errorf("%v ends with %d and does not say %q:\n%s", args, o.status, says, o.all())
			}
		}
		if len(writes(server)) > 0 {
			t.Errorf("written was %v", writes(server))
		}
		if _, err := os.Stat(mark); err == nil {
			t.Error("a name of the server was run")
		}
	})
}
