// SPDX-License-Identifier: GPL-3.0-or-later

package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Whatever a path leads to, nothing here waits for it: a test that hangs is one that fails.
func TestOnlyFilesAreOpened(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string, mode os.FileMode) {
		t.Helper()
		if err := errors.Join(os.WriteFile(at(name), []byte("text"), 0o600), os.Chmod(at(name), mode)); err != nil {
			t.Fatal(err)
		}
	}
	write("file", 0o600)
	write("read by all", 0o644)
	write("written by all", 0o666)
	if err := errors.Join(syscall.Mkfifo(at("fifo"), 0o600), os.Mkdir(at("folder"), 0o700), os.Symlink(at("file"), at("link"))); err != nil {
		t.Fatal(err)
	}
	calls := []struct {
		name string
		call func(string) error
	}{
		{"Load", func(path string) error { _, err := Load(path); return err }},
		{"LoadOwn", func(path string) error { _, err := LoadOwn(path); return err }},
		{"LoadPrivate", func(path string) error { _, err := LoadPrivate(path); return err }},
		{"AppendPrivate", func(path string) error {
			file, err := AppendPrivate(path)
			if err == nil {
				file.Close()
			}
			return err
		}},
	}
	refused := errors.New("any error") // of what is a file
	tests := []struct {
		path string
		want map[string]error
	}{
		{"fifo", map[string]error{"Load": errNoFile, "LoadOwn": errNoFile, "LoadPrivate": errNoFile, "AppendPrivate": errNoFile}},
		{"folder", map[string]error{"Load": errNoFile, "LoadOwn": errNoFile, "LoadPrivate": errNoFile, "AppendPrivate": errNoFile}},
		{os.DevNull, map[string]error{"Load": errNoFile, "LoadOwn": errNoFile, "LoadPrivate": errNoFile, "AppendPrivate": errNoFile}},
		{"missing", map[string]error{"Load": fs.ErrNotExist, "LoadOwn": fs.ErrNotExist, "LoadPrivate": fs.ErrNotExist}},
		{"file", nil},
		{"link", map[string]error{"AppendPrivate": errNoFile}},
		{"written by all", map[string]error{"LoadOwn": errNotOwn, "LoadPrivate": refused}},
		{"read by all", map[string]error{"LoadPrivate": refused}},
	}
	for _, test := range tests {
		path := test.path
		if !filepath.IsAbs(path) {
			path = at(path)
		}
		for _, c := range calls {
			err, want := c.call(path), test.want[c.name]
			if want == nil && err != nil || want == refused && err == nil || want != nil && want != refused && !errors.Is(err, want) {
				t.Errorf("%s of %s: %v, want %v", c.name, test.path, err, want)
			}
		}
	}
	for _, name := range []string{"missing", "read by all", "written by all"} {
		if info, err := os.Stat(at(name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s, written to, has the mode %v (%v)", name, info.Mode(), err)
		}
	}
}

func TestAFolderThatOthersCanWriteToIsNotTheUsersOwn(t *testing.T) {
	dir := t.TempDir()
	own, open, link := filepath.Join(dir, "a", "own"), filepath.Join(dir, "open"), filepath.Join(dir, "link")
	if err := errors.Join(os.Mkdir(open, 0o700), os.Chmod(open, 0o777), os.Symlink(dir, link)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := OwnFolder(own); err != nil {
			t.Error(err)
		}
	}
	for _, path := range []string{open, link} {
		if OwnFolder(path) == nil {
			t.Errorf("%s is taken for the user's own", path)
		}
	}
}
