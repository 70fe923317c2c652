// SPDX-License-Identifier: GPL-3.0-or-later

package release_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The programs of a virtual environment begin with its path. One that was made through the clone of
// a release works when the clone is gone, and one that was moved is made again.
func TestToolsWorkAfterTheirFolderIsGoneOrMoved(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	checkout, clone := toolsIn(t, filepath.Join(home, "checkout")), toolsIn(t, filepath.Join(home, "clone"))
	if err := os.Mkdir(filepath.Join(checkout, ".venv"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(checkout, ".venv"), filepath.Join(clone, ".venv")); err != nil {
		t.Fatal(err)
	}
	wantTools(t, clone)
	if err := os.RemoveAll(clone); err != nil {
		t.Fatal(err)
	}
	if output := wantTools(t, checkout); strings.Contains(output, "making") {
		t.Errorf("the environment is made again, although it is there:\n%s", output)
	}
	moved := filepath.Join(home, "moved")
	if err := os.Rename(checkout, moved); err != nil {
		t.Fatal(err)
	}
	wantTools(t, moved)
}

// toolsIn makes a folder in which scripts/tools makes the environment "nothing", which is empty.
func toolsIn(t *testing.T, folder string) string {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(root, "scripts/tools"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"tools": string(script), "venvs": "#!/bin/sh\necho python3\n", "nothing-requirements.txt": "",
	} {
		path := filepath.Join(folder, "scripts", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// wantTools runs scripts/tools in a folder, and requires that a program of the environment which it
// names runs. It returns what the script says beside the name.
func wantTools(t *testing.T, folder string) (said string) {
	t.Helper()
	command := exec.Command(filepath.Join(folder, "scripts/tools"), "nothing")
	var stderr strings.Builder
	command.Stderr = &stderr
	stdout, err := command.Output()
	if err != nil {
		t.Fatalf("scripts/tools ended with %v:\n%s", err, stderr.String())
	}
	program := filepath.Join(strings.TrimSpace(string(stdout)), "bin/pip")
	if output, err := exec.Command(program, "--version").CombinedOutput(); err != nil {
		t.Errorf("%s does not run: %v\n%s", program, err, output)
	}
	return stderr.String()
}
