// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// TestProgress holds what a run tells while it works: nothing where it is short, and what the guide
// shows where it is long. Numbers of seconds are left out: waits are lengthened a little by chance.
func TestProgress(t *testing.T) {
	guide, err := os.ReadFile("../../collection/docs/docsite/rst/guide_install_as_code.rst")
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for line := range strings.Lines(string(guide)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "acsmon_monitors: ") {
			shown = append(shown, seconds.ReplaceAllString(line, "waiting N s"))
		}
	}
	for monitors, want := range map[int][]string{20: nil, 200: shown} {
		t.Run(fmt.Sprint(monitors), func(t *testing.T) {
			if diff := cmp.Diff(want, progressOf(t, monitors)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// progressOf gives the lines of a run that creates so many monitors at 60 requests a minute.
func progressOf(t *testing.T, monitors int) []string {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := unix.Dup(int(write.Fd())) // which the module closes
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("ACSMON_PROGRESS_FD", fmt.Sprint(listener))
	synctest.Test(t, func(t *testing.T) {
		server := acsmontest.New(acsmontest.Options{RateLimit: 60})
		defer server.Close()
		w := &workbench{server, t, row{"base_url": fmt.Sprintf("http://p%d.localhost", workbenches.Add(1)), "token": server.Token},
			[]acsmon.Option{acsmon.WithDialer(server.Dial)}}
		var list []any
		for n := range monitors {
			list = append(list, row{"name": fmt.Sprintf("Shop %03d", n), "type": "ping", "host": "shop.example"})
		}
		w.task("acsmon_monitors", row{"monitors": list, "max_wait": 600})
	})
	write.Close()
	lines, err := io.ReadAll(read)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for line := range strings.Lines(string(lines)) {
		told = append(told, seconds.ReplaceAllString(strings.TrimSuffix(line, "\n"), "waiting N s"))
	}
	return told
}

var seconds = regexp.MustCompile(`waiting [0-9]+ s`)
