// SPDX-License-Identifier: GPL-3.0-or-later

package folders

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestWhereFoldersAre(t *testing.T) {
	cache := ".cache"
	if runtime.GOOS == "darwin" {
		cache = "Library/Caches"
	}
	for _, test := range []struct {
		name, home, xdg      string
		config, cache, state string
	}{
		{"in the home", "/home/ada", "", "/home/ada/.config/acsmon", "/home/ada/" + cache + "/acsmon", "/home/ada/.local/state/acsmon"},
		{"where the variables say", "/home/ada", "/var/ada", "/home/ada/.config/acsmon", "/var/ada/acsmon", "/var/ada/acsmon"},
		{"where they say it with a ~", "/home/ada", "~/x", "/home/ada/.config/acsmon", "/home/ada/x/acsmon", "/home/ada/x/acsmon"},
		{"in the home, if they are relative", "/home/ada", "x", "/home/ada/.config/acsmon", "/home/ada/" + cache + "/acsmon", "/home/ada/.local/state/acsmon"},
		{"where the variables say, without a home", "", "/var/ada", "", "/var/ada/acsmon", "/var/ada/acsmon"},
		{"nowhere", "", "", "", "", ""},
		{"nowhere, with a ~", "", "~/x", "", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("HOME", test.home)
			t.Setenv("XDG_CACHE_HOME", test.xdg)
			t.Setenv("XDG_STATE_HOME", test.xdg)
			for _, folder := range []struct {
				of   func() (string, error)
				want string
			}{{Config, test.config}, {Cache, test.cache}, {State, test.state}} {
				got, err := folder.of()
				if got != folder.want || errors.Is(err, errNoHome) != (folder.want == "") {
					t.Errorf("it is %q (%v), want %q", got, err, folder.want)
				}
			}
		})
	}
}

func TestLocksAreInTheCacheIfItIsTheUsersOwn(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("TMPDIR", filepath.Join(home, "tmp"))
	dir, err := Locks()
	if info, statErr := os.Stat(dir); err != nil || statErr != nil || info.Mode().Perm() != 0o700 || !strings.HasPrefix(dir, home) {
		t.Fatalf("the folder is %s: %v, %v", dir, err, statErr)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	temporary, err := Locks()
	if err != nil || filepath.Dir(temporary) != filepath.Join(home, "tmp") {
		t.Errorf("a folder that all can write to gives %s (%v)", temporary, err)
	}
	if err := os.Chmod(temporary, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Locks(); err == nil || !strings.Contains(err.Error(), "is not a folder that only its user can write to") {
		t.Errorf("two of them give %v", err)
	}
}

// A container's user may have no home, or none to write to. The folder for temporary files serves
// then, if it is safe.
func TestLocksWithoutAHome(t *testing.T) {
	for _, home := range []string{"", os.DevNull} {
		temporary := t.TempDir()
		t.Setenv("HOME", home)
		t.Setenv("XDG_CACHE_HOME", "")
		t.Setenv("TMPDIR", temporary)
		dir, err := Locks()
		if err != nil || filepath.Dir(dir) != temporary {
			t.Fatalf("the folder is %s (%v)", dir, err)
		}
		if err := errors.Join(os.RemoveAll(dir), os.Symlink(t.TempDir(), dir)); err != nil {
			t.Fatal(err)
		}
		if _, err := Locks(); err == nil || !strings.Contains(err.Error(), "remove it") {
			t.Errorf("a link to another folder: %v", err)
		}
	}
}

func TestLocksWithoutAnyFolder(t *testing.T) {
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "TMPDIR"} {
		t.Setenv(name, os.DevNull)
	}
	if _, err := Locks(); err == nil || !strings.Contains(err.Error(), "set HOME or TMPDIR") {
		t.Errorf("the error is %v, want one that says to set HOME or TMPDIR", err)
	}
}

func TestAFileNameShowsNoPart(t *testing.T) {
	names := map[string]bool{}
	for _, parts := range [][]string{{"a"}, {"a", "b"}, {"b", "a"}, {"../../c"}, {"http://x/ y\x00"}, {""}} {
		name := FileName(parts...)
		if len(name) != 24 || strings.Trim(name, "0123456789abcdef") != "" {
			t.Errorf("%q has the file name %q", parts, name)
		}
		names[name] = true
	}
	if len(names) != 6 {
		t.Errorf("6 things have %d file names", len(names))
	}
}
