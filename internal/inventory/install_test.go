// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

func TestInstall(t *testing.T) {
	executable := filepath.Join(t.TempDir(), "any-name")
	if err := os.WriteFile(executable, []byte("one"), 0o700); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "new", "inventory")
	install := func() string {
		t.Helper()
		var said strings.Builder
		if err := Install(executable, folder, &said); err != nil {
			t.Fatal(err)
		}
		return said.String()
	}
	install()
	mine := filepath.Join(folder, "acsmon.yml")
	if err := os.WriteFile(mine, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(executable, []byte("two"), 0o700); err != nil {
		t.Fatal(err)
	}
	if said := install(); !strings.Contains(said, mine+": left as it is") {
		t.Errorf("a second time it says %q", said)
	}
	for file, want := range map[string]string{"acsmon": "two", "acsmon.yml": "mine", "ansible.cfg": string(configExample)} {
		if content, err := os.ReadFile(filepath.Join(folder, file)); err != nil || string(content) != want {
			t.Errorf("%s holds %q (%v), want %q", file, content, err, want)
		}
	}
	if info, err := os.Stat(filepath.Join(folder, "acsmon")); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("the mode of the executable is %v (%v)", info.Mode(), err)
	}
}

// The error names a folder from which nothing may be run. The test needs a folder that is mounted
// with noexec.
func TestInstallWhereNothingMayBeRun(t *testing.T) {
	folder := "/dev/shm"
	var stat syscall.Statfs_t
	if err := syscall.Statfs(folder, &stat); err != nil || stat.Flags&0x8 == 0 { // ST_NOEXEC
		t.Skipf("%s is not mounted with noexec", folder)
	}
	folder, err := os.MkdirTemp(folder, "acsmon-")
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := Install("/bin/true", folder, io.Discard); err == nil || !strings.Contains(err.Error(), "mounted with noexec") {
		t.Errorf("the error is %v", err)
	}
}

var commentedOut = regexp.MustCompile(`(?m)^#([a-z]|  )`)

// The example works as it is, and with everything in it that is commented out.
func TestInstalledSettings(t *testing.T) {
	server := fleet(t)
	all := commentedOut.ReplaceAllString(strings.Replace(string(settingsExample), "#base_url", "# base_url", 1), "$1")
	if !strings.Contains(all, "\n  - status") {
		t.Errorf("the comments were not taken out of\n%s", all)
	}
	for _, settings := range []string{string(settingsExample), all} {
		if hosts := newScript(t, server.URL, server.Token).settings(settings).inventory().hosts; len(hosts) == 0 {
			t.Errorf("no hosts with\n%s", settings)
		}
	}
}
