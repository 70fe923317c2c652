// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// A deploy window that should have ended is in the warnings of the plugin and in a variable of all hosts, in which what
// the server says is no template. One that is still open, and a monitor that is active again, are not.
func TestOverdueWindows(t *testing.T) {
	for name, alt := range map[string]acsmontest.Alternatives{"as documented": {}, "strings and integers": {Numbers: "strings", Booleans: "integers"}} {
		t.Run(name, func(t *testing.T) {
			server := acsmontest.Start(t, acsmontest.Options{Alternatives: alt})
			server.Add("devices", map[string]any{"name": "web", "ip_address": "192.0.2.1"})
			add := func(name, tag string, active bool) {
				server.Add("monitors", map[string]any{"name": name, "type": "ping", "host": "192.0.2.1", "is_active": active, "tags": []string{tag}})
			}
			add("{{ 1 }} web\x1b", "paused-by:shop@2026-01-01T10:00Z/2026-01-01T11:00Z", false)
			add("resumed", "paused-by:shop@2026-01-01T10:00Z/2026-01-01T11:00Z", true)
			add("open", "paused-by:late@2026-01-01T10:00Z/2999-01-01T11:00Z", false)
			add("endless", "paused-by:endless@2026-01-01T10:00Z", false)
			said := newScript(t, server.URL, server.Token).settings("with_monitors: true\n").ok("--list")
			for _, want := range []string{
				`Window \"shop\" should have ended by 2026-01-01T11:00:00Z and still holds {{ 1 }} web\\u001b: end it with ansible-playbook acsmon.monitor.resume_window -e all_overdue=true"`,
				`"acsmon_overdue_windows":[{"end":"2026-01-01T11:00:00Z","monitors":[{"__ansible_unsafe":"{{ 1 }} web\\u001b"}],"window":"shop"}]`,
			} {
				if !strings.Contains(said, want) {
					t.Errorf("it does not say\n%s\nbut\n%s", want, said)
				}
			}
			if strings.Contains(said, "resumed") && strings.Contains(said, "holds {{ 1 }} web\\\\u001b, ") || strings.Contains(said, `"window":"late"`) || strings.Contains(said, `"window":"endless"`) {
				t.Errorf("it says too much:\n%s", said)
			}
			if said := newScript(t, server.URL, server.Token).ok("--list"); strings.Contains(said, "overdue") {
				t.Errorf("without the monitors it says\n%s", said)
			}
		})
	}
}
