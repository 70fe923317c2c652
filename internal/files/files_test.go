// SPDX-License-Identifier: GPL-3.0-or-later

package files

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestReplace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o600, 0o755} {
		if err := Replace(path, []byte("new"), mode); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode() != mode {
			t.Errorf("the mode is %v, want %v (%v)", info.Mode(), mode, err)
		}
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "new" {
		t.Errorf("it holds %q (%v)", content, err)
	}
}

// A file that cannot be replaced is left as it is, and no temporary file stays behind.
func TestReplaceFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "folder")
	if err := os.MkdirAll(filepath.Join(path, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Replace(path, []byte("new"), 0o600); err == nil {
		t.Error("a folder was replaced")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v (%v)", entries, err)
	}
}

func TestReplacePrivate(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b")
	path := filepath.Join(folder, "file")
	if err := ReplacePrivate(path, []byte("x")); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{path: 0o600, folder: 0o700} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != mode {
			t.Errorf("%s has the mode %v, want %v", name, got, mode)
		}
	}
}

func TestRemoveOld(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	for name, age := range map[string]time.Duration{
		"old.list": time.Hour, "new.list": 0, "old.lock": time.Hour, ".new-1": time.Hour, ".new-2": 0,
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(ReplaceShortLived(path, []byte("x")), os.Chtimes(path, now, now.Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	RemoveOld(dir, ".list", now.Add(-time.Minute))
	var left []string
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	if want := []string{".new-2", "new.list", "old.lock"}; err != nil || !slices.Equal(left, want) {
		t.Errorf("the folder holds %q (%v), want %q", left, err, want)
	}
}
