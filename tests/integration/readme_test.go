// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

var console = regexp.MustCompile("(?s)```console\n(.*?)\n```")

// What the README shows of the demo is what the demo prints.
func TestReadmeShowsTheDemo(t *testing.T) {
	t.Parallel()
	demo := exec.Command("../../scripts/demo", os.Getenv("ACSMON_TEST_COLLECTION"))
	out, err := demo.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	printed := withoutTrailingSpace(string(out))
	blocks := console.FindAllStringSubmatch(string(readme), -1)
	if len(blocks) == 0 {
		t.Fatal("the README shows nothing of the demo")
	}
	for _, block := range blocks {
		if !strings.Contains(printed, block[1]) {
			t.Errorf("the demo does not print what the README shows:\n%s\nbut:\n%s", block[1], printed)
		}
	}
}

// The README's commands, in their order and in a fresh folder, are a session that works: those of
// "Install" and of what comes after it, up to the runbooks. The executables and the collection are
// built already, and the server is the sandbox that the README names.
func TestReadmeCommandsWork(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server := acsmontest.Start(t, acsmontest.Options{Seed: 1, Devices: 50, Monitors: 20, OpenAlerts: 6})
	fresh := filepath.Join(s.dir, "fresh")
	s.must(os.MkdirAll(filepath.Join(fresh, "dist"), 0o755))
	for from, to := range map[string]string{binaries: "bin", "../../examples": "examples", os.Getenv("ACSMON_TEST_COLLECTION"): "dist/acsmon-monitor-0.0.0.tar.gz"} {
		from, err := filepath.Abs(from)
		s.must(err)
		s.must(os.Symlink(from, filepath.Join(fresh, to)))
	}
	delete(s.env, "ANSIBLE_COLLECTIONS_PATH") // the README installs it
	commands := readmeCommands(t)
	session := strings.NewReplacer("https://monitoring.example.com", server.URL, "'12|…'", "'"+server.Token+"'",
		"collection install dist/", "collection install --offline dist/").Replace(strings.Join(commands, "\n"))
	s.write("session.sh", "set -ex\ncd fresh\n"+session+"\n")
	o := s.ok("sh", "session.sh")
	for _, want := range []string{"@device_group_Core_network:", "changed: [localhost] => (item=Web shop)", "ok: [localhost] => (item=Web shop)", `+    "port": 3307`} {
		if !strings.Contains(o.stdout, want) {
			t.Errorf("the session does not print %q:\n%s", want, o.stdout)
		}
	}
	if n := count(server, "monitors", "Web shop database"); n != 1 || len(commands) < 10 {
		t.Errorf("there are %d monitors of the database after %q", n, commands)
	}
}

// readmeCommands returns what a reader types: what is set in, and what follows a prompt. What make
// builds is there already.
func readmeCommands(t *testing.T) []string {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, _ := strings.Cut(string(readme), "\n## Install\n")
	part, _, found := strings.Cut(part, "\n## Ready-made runbooks\n")
	if !found {
		t.Fatal("the README has not the parts that it had")
	}
	var commands []string
	shown := false // within what a command prints
	for line := range strings.Lines(part) {
		line = strings.TrimSuffix(line, "\n")
		command, typed := strings.CutPrefix(line, "    ")
		if strings.HasPrefix(line, "```") {
			shown = line != "```"
		}
		if shown {
			command, typed = strings.CutPrefix(line, "$ ")
		}
		command = strings.TrimSpace(comment.ReplaceAllString(command, ""))
		if typed && command != "" && !strings.HasPrefix(command, "make ") {
			commands = append(commands, command)
		}
	}
	return commands
}

// comment matches what a shell ignores of a line.
var comment = regexp.MustCompile(` +# .*$`)

func withoutTrailingSpace(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}
