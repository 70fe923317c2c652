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

// openers are the functions that open a file which the user names. AppendPrivate makes it, so that
// it comes last.
var openers = []struct {
	name string
	open func(path string) error
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

// errAny stands for an error of any kind.
var errAny = errors.New("any error")

// openedPaths says with which error each opener refuses a path. An opener that is not named opens it.
var openedPaths = []struct {
	path string
	want map[string]error
}{
	{"fifo", map[string]error{"Load": errNoFile, "LoadOwn": errNoFile, "LoadPrivate": errNoFile, "AppendPrivate": errNoFile}},
	{"folder", map[string]error{"Load": errNoFile, "LoadOwn": errNoFile, "LoadPrivate": errNoFile, "AppendPrivate": errNoFile}},
	{os.DevNull, map[string]error{"Load": errNoFile, "LoadOwn": errNoFile, "LoadPrivate": errNoFile, "AppendPrivate": errNoFile}},
	{"missing", map[string]error{"Load": fs.ErrNotExist, "LoadOwn": fs.ErrNotExist, "LoadPrivate": fs.ErrNotExist}},
	{"file", nil},
	{"link", map[string]error{"AppendPrivate": errNoFile}},
	{"written by all", map[string]error{"LoadOwn": errNotOwn, "LoadPrivate": errAny}},
	{"read by all", map[string]error{"LoadPrivate": errAny}},
}

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
	for _, test := range openedPaths {
		path := test.path
		if !filepath.IsAbs(path) {
			path = at(path)
		}
		for _, opener := range openers {
			err, want := opener.open(path), test.want[opener.name]
			if want == nil && err != nil || want == errAny && err == nil || want != nil && want != errAny && !errors.Is(err, want) {
				t.Errorf("%s of %s: the error is %v, want %v", opener.name, test.path, err, want)
			}
		}
	}
	for _, name := range []string{"missing", "read by all", "written by all"} {
		info, err := os.Stat(at(name))
		if err != nil {
			t.Error(err)
		} else if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has the mode %v after a write, want 0600", name, mode)
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
