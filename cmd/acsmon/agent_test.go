// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
)

// TestEveryDoorNamesItsRelease is what a server's log shows of each.
func TestEveryDoorNamesItsRelease(t *testing.T) {
	release := regexp.MustCompile(`^acsmon-ansible/[0-9a-z.-]+$`)
	for _, words := range []string{"whoami", "doctor", "export", "--list", "inventory --list", "module acsmon_monitor_info", "login"} {
		server := acsmontest.Start(t, acsmontest.Options{Devices: 1, Monitors: 1})
		server.AddUser("api@example.com", "s3cret-pass", server.Permissions()...)
		folderstest.Home(t)
		environment := map[string]string{"ACSMON_BASE_URL": server.URL, "ACSMON_TOKEN": server.Token}
		stdin := `{"token": "` + server.Token + `", "base_url": "` + server.URL + `"}`
		if words == "login" {
			stdin = "api@example.com\ns3cret-pass\n"
		}
		var complaint strings.Builder
		status := program.Run(t.Context(), strings.Fields(words), command.Call{
			Program: "acsmon", Stdin: strings.NewReader(stdin), Stdout: io.Discard, Stderr: &complaint,
			Lookup: func(name string) (string, bool) { value, ok := environment[name]; return value, ok },
		})
		if status != 0 || len(server.Requests()) == 0 {
			t.Errorf("%s: status %d, %d requests: %s", words, status, len(server.Requests()), &complaint)
		}
		for _, request := range server.Requests() {
			if agent := request.Header.Get("User-Agent"); !release.MatchString(agent) {
				t.Errorf("%s: %s %s has the User-Agent %q", words, request.Method, request.Path, agent)
			}
		}
	}
}
