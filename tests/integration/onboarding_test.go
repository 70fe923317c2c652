// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// The playbook of the guide goes from a subnet to devices with monitors and OIDs, and its second
// run changes nothing.
func TestOnboardingGuide(t *testing.T) {
	t.Parallel()
	playbook := loadGuide(t, "guide_onboarding").block("yaml", "# onboard.yml")
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{CheckTime: time.Second})
		s.use(server)
		// The guide waits for a real scan.
		s.write("onboard.yml", strings.NewReplacer("wait: true", "wait: true\n        poll_interval: 1", "poll_interval: 5", "poll_interval: 1").Replace(playbook))
		s.env["SNMP_COMMUNITY"] = "not-public"
		wantRecap(t, s.ok("ansible-playbook", "-i", "localhost,", "onboard.yml", "--check", "--diff"), "2", "0")
		wantWrites(t, server)
		wantRecap(t, s.ok("ansible-playbook", "-i", "localhost,", "onboard.yml"), "4", "0")
		if n := len(server.Rows("devices")); n != 2 {
			t.Errorf("%d devices", n)
		}
		if n := len(server.Rows("monitors")); n != 3 {
			t.Errorf("%d monitors", n)
		}
		monitored := 0
		for _, oid := range server.Rows("oids") {
			if oid["is_monitored"] == true {
				monitored++
			}
		}
		if monitored != 8 {
			t.Errorf("%d OIDs are monitored", monitored)
		}
		server.ResetRequests()
		wantRecap(t, s.ok("ansible-playbook", "-i", "localhost,", "onboard.yml"), "0", "0")
		wantWrites(t, server)
	})
}

// The playbooks of the guide raise an alert over a backup that failed or said nothing, and end it.
// The URL of the webhook is on no screen.
func TestWebhooksGuide(t *testing.T) {
	t.Parallel()
	guide := loadGuide(t, "guide_webhooks")
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Alternatives: acsmontest.Alternatives{WebhookAlerts: "named"}})
		server.Add("devices", map[string]any{"name": "nas-1", "ip_address": "192.0.2.21"})
		s.use(server)
		for _, name := range []string{"webhook.yml", "backup.yml", "silent.yml"} {
			s.write(name, guide.block("yaml", "# "+name))
		}
		url := filepath.Join(s.dir, "url")
		play := func(name, changed, command string) {
			t.Helper()
			o := s.ok("ansible-playbook", "-vvv", "-i", "localhost,", name, "-e", "url_file="+url, "-e", "backup_command="+command)
			wantRecap(t, o, changed, "0")
			if token := fmt.Sprint(server.Rows("webhooks")[0]["token"]); strings.Contains(o.all(), token) {
				t.Errorf("%s shows the URL of the webhook", name)
			}
		}
		wantAlerts := func(open, all int) {
			t.Helper()
			alerts := server.Rows("alert-events")
			n := 0
			for _, alert := range alerts {
				if alert["status"] == "open" {
					n++
				}
			}
			if n != open || len(alerts) != all {
				t.Errorf("%d of %d alerts are open, want %d of %d", n, len(alerts), open, all)
			}
		}
		play("webhook.yml", "2", "")
		play("webhook.yml", "0", "")
		info, err := os.Stat(url)
		s.must(err)
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("the file of the URL has the mode %v, want 0600", mode)
		}
		play("silent.yml", "1", "")
		wantAlerts(1, 1)
		play("silent.yml", "0", "")
		play("backup.yml", "2", "/bin/true")
		wantAlerts(0, 1)
		play("backup.yml", "1", "/bin/false")
		wantAlerts(1, 2)
		play("silent.yml", "0", "")
	})
}
