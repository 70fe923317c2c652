// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// A sealed executable runs as before, and differs in three bytes of its header alone.
func TestASealedExecutableRuns(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("an executable for Linux runs on Linux only")
	}
	folder := t.TempDir()
	source := filepath.Join(folder, "main.go")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() { println(\"it runs\") }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "it")
	if out, err := exec.Command("go", "build", "-o", path, source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
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
	path := filepath.Join(t.TempDir(), "macho")
	const content = "\xcf\xfa\xed\xfe\x0c\x00\x00\x01 and more"
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := seal(path); err != nil || string(read(t, path)) != content {
		t.Errorf("got %v, and the file holds %q", err, read(t, path))
	}
	if err := seal(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("want an error for a missing file")
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
