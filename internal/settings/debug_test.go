// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// The README names every variable that is looked up here.
func TestTheReadmeNamesEveryVariable(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	_, _ = Resolve(Task, map[string]any{"base_url": here}, func(name string) (string, bool) {
		asked[name] = true
		return "", false
	}, nil)
	for _, variable := range environment {
		asked[variable] = true
	}
	for name := range asked {
		if strings.HasPrefix(name, "ACSMON_") && !strings.Contains(string(readme), "`"+name+"`") {
			t.Errorf("the README does not name %s", name)
		}
	}
}

func TestDebugFileHasALineForEachAttempt(t *testing.T) {
	server := acsmontest.Start(t, acsmontest.Options{RateLimit: 60})
	// A server that echoes the token in an error.
	server.Inject(acsmontest.Fault{Path: "/system/health", Do: acsmontest.Answer(http.StatusConflict, nil, `{"message":"not with `+server.Token+`"}`)})
	path := filepath.Join(t.TempDir(), "debug")
	if err := os.WriteFile(path, nil, 0o644); err != nil { // #nosec G306 -- which is to be put right
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil { //nolint:gosec // the same
		t.Fatal(err)
	}
	env := newEnviron(t, "ACSMON_BASE_URL", server.URL, "ACSMON_TOKEN", server.Token, "ACSMON_DEBUG", path)
	connection, err := Resolve(CommandLine, nil, env.lookup, nil)
	if err != nil {
		t.Fatal(err)
	}
	client, err := connection.Client()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := acsmon.Collect(client.Devices.List(t.Context(), acsmon.Query{Search: "core"})); err != nil {
		t.Fatal(err)
	}
	if _, err := client.System.Health(t.Context()); err == nil {
		t.Fatal("the fault did nothing")
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	for i, want := range []string{
		`^\S+Z \[\d+\] GET http://\S+/api/v1/devices\?per_page=200&search=core: status 200 after \S+, 59 of 60 requests left$`,
		`^\S+Z \[\d+\] GET http://\S+/system/health: status 409 after .*\*\*\*\*\*\*\*\*`,
	} {
		if i >= len(lines) || !regexp.MustCompile(want).MatchString(lines[i]) {
			t.Errorf("line %d does not match %s:\n%s", i, want, content)
		}
	}
	if strings.Contains(string(content), server.Token) {
		t.Errorf("the token is in the file:\n%s", content)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v (%v)", info.Mode(), err)
	}
	if _, err := Resolve(CommandLine, nil, newEnviron(t, "ACSMON_BASE_URL", here, "ACSMON_TOKEN", "1|x", "ACSMON_DEBUG", t.TempDir()).lookup, nil); err == nil || !strings.Contains(err.Error(), "ACSMON_DEBUG") {
		t.Errorf("a folder as the file gives %v", err)
	}
}
