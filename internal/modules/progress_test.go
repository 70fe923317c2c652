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

// TestProgress holds what a run tells while it works. Numbers of seconds are left out: waits
// are lengthened a little by chance.
func TestProgress(t *testing.T) {
	for _, test := range []struct {
		what     string
		monitors int
		want     []string
	}{
		{"a short run says nothing", 20, nil},
		{"a long one says how far it is", 200, []string{
			"acsmon_monitors: 58 of 200 written, waiting N s for the server or its rate limit, about 3 minutes left",
			"acsmon_monitors: 118 of 200 written, waiting N s for the server or its rate limit, about 2 minutes left",
			"acsmon_monitors: 178 of 200 written, waiting N s for the server or its rate limit",
		}},
	} {
		t.Run(test.what, func(t *testing.T) {
			if diff := cmp.Diff(test.want, progressOf(t, test.monitors)); diff != "" {
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
		w := &world{server, t, row{"base_url": fmt.Sprintf("http://p%d.localhost", worlds.Add(1)), "token": server.Token},
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
