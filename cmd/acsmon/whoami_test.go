// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
)

// whoami says when the user sees the devices of some groups only.
func TestWhoamiRestricted(t *testing.T) {
	for groups, want := range map[string]string{
		"": "", "[]": "", `[{"id":1},{"id":2}]`: "scope        restricted to the devices of 2 groups: all others look absent\n",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if groups == "" {
				groups = "null"
			}
			fmt.Fprintf(w, `{"id":7,"name":"Ops","email":"o@example.com","device_groups":%s}`, groups)
		}))
		defer server.Close()
		folderstest.Home(t)
		env := map[string]string{"ACSMON_BASE_URL": server.URL, "ACSMON_TOKEN": "1|x"}
		lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
		var out, said bytes.Buffer
		status := program.Run(t.Context(), []string{"whoami"}, command.Call{Program: "acsmon", Stdout: &out, Stderr: &said, Lookup: lookup})
		if status != 0 || strings.Contains(out.String(), "scope") != (want != "") || !strings.Contains(out.String(), want) {
			t.Errorf("%s: status %d\n%s%s", groups, status, out.String(), said.String())
		}
	}
}
