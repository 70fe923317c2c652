// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// What the guide shows of its commands is what they print: each paragraph of a block,
// in that order, with whatever it leaves out in between. Each block has a server of
// its own, all of them the same fleet at the same time.
func TestGuideOfRunbooks(t *testing.T) {
	t.Parallel()
	target := startReceiver(t)
	for _, block := range loadGuide(t, "guide_runbooks").all("text") {
		var commands, shown []string
		for line := range strings.Lines(block) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				commands = append(commands, strings.TrimSpace(command))
			} else {
				shown = append(shown, line)
			}
		}
		if len(shown) == 0 {
			continue // it says how to call, and nothing of what comes of it
		}
		t.Run(strings.Join(commands, "; "), func(t *testing.T) {
			t.Parallel()
			s := newSite(t, venvs[len(venvs)-1])
			s.must(os.Remove(filepath.Join(s.dir, "ansible.cfg")))
			server := acsmontest.Start(t, acsmontest.Options{
				Devices: 8, Monitors: 4, OpenAlerts: 4,
				Now: func() time.Time { return time.Date(2026, 4, 22, 10, 15, 0, 0, time.UTC) },
			})
			s.use(server)
			started := time.Now().Truncate(time.Second)
			s.env["PAGERDUTY_KEY"] = "routing-secret"
			var printed string
			for _, command := range commands {
				if strings.Contains(command, "pagerduty_bridge") {
					command += " -e url=" + target.URL // not PagerDuty's own
				}
				printed += withoutTrailingSpace(s.run("sh", "-c", command).stdout)
			}
			wantShown(t, strings.Join(shown, ""), asInGuide(printed, server.URL, started))
		})
	}
}

var timestamp = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)

// asInGuide puts the server and the time of the guide's reports in the place of those of this run.
func asInGuide(printed, server string, started time.Time) string {
	printed = strings.ReplaceAll(printed, server, "https://monitoring.example.com")
	return timestamp.ReplaceAllStringFunc(printed, func(text string) string {
		if at, err := time.Parse(time.RFC3339, text); err != nil || at.Before(started) || at.After(time.Now()) {
			return text
		}
		return "2026-04-24T05:00:00Z"
	})
}

var blank = regexp.MustCompile(`\n\n+`)

// wantShown looks for each paragraph of what a guide shows in what was printed, in
// that order.
func wantShown(t *testing.T, shown, printed string) {
	t.Helper()
	rest := "\n" + printed
	for _, paragraph := range blank.Split(strings.TrimSpace(shown), -1) {
		_, after, found := strings.Cut(rest, "\n"+paragraph+"\n")
		if !found {
			t.Errorf("the guide shows\n%s\nand it is\n%s", paragraph, printed)
			return
		}
		rest = "\n" + after
	}
}
