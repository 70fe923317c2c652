// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A sealed executable runs as before, and differs in three bytes of its header alone.
func TestASealedExecutableRuns(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("an executable for Linux runs on Linux only")
	}
	path := build(t, runtime.GOOS, runtime.GOARCH)
	before := read(t, path)
	if err := seal(path); err != nil {
		t.Fatal(err)
	}
	after := read(t, path)
	if got := string(after[elf.EI_PAD : elf.EI_PAD+3]); got != " x " {
		t.Errorf("the unused bytes hold %q", got)
	}
	copy(after[elf.EI_PAD:], before[elf.EI_PAD:elf.EI_PAD+3])
	if !bytes.Equal(before, after) {
		t.Error("more than three bytes were changed")
	}
	if out, err := exec.Command(path).CombinedOutput(); err != nil || string(out) != "it runs\n" {
		t.Errorf("it printed %q, %v", out, err)
	}
}

func TestOtherFilesStayAsTheyAre(t *testing.T) {
	for _, content := range []string{"", "#!/bin/sh\n", "\x7fELF", "\xcf\xfa\xed\xfe\x07\x00\x00\x01 for amd64"} {
		path := write(t, content)
		if err := seal(path); err != nil || string(read(t, path)) != content {
			t.Errorf("%q: got %v, and the file holds %q", content, err, read(t, path))
		}
	}
}

func TestWhatCannotBeSealed(t *testing.T) {
	if err := seal(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("want an error for a missing file")
	}
	for content, want := range map[string]string{
		string(arm64): "EOF",
		string(arm64) + strings.Repeat("\x00", 24): "it has no section __go_buildinfo: Go did not build it",
	} {
		if err := seal(write(t, content)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", content, err, want)
		}
	}
}

// build builds a program that prints a line.
func build(t *testing.T, system, architecture string) string {
	t.Helper()
	folder := t.TempDir()
	source := filepath.Join(folder, "main.go")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() { println(\"it runs\") }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "it")
	command := exec.Command("go", "build", "-o", path, source)
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+architecture)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

func write(t *testing.T, content string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "it")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
