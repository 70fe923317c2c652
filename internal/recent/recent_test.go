// SPDX-License-Identifier: GPL-3.0-or-later

package recent

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/folders"
	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
)

// What was created is known for a minute, by its list and its identity, until it is gone.
func TestRecent(t *testing.T) {
	folderstest.Home(t)
	synctest.Test(t, func(t *testing.T) {
		monitors, devices := In("https://a.test", "/monitors"), In("https://a.test", "/devices")
		monitors.Add("x", 1)
		monitors.Add("x", 2)
		monitors.Add("y", 3)
		devices.Add("x", 4)
		In("https://b.test", "/monitors").Add("x", 5)
		time.Sleep(keptFor / 2)
		monitors.Remove(2)
		devices.Remove(1)
		for name, test := range map[string]struct {
			list *List
			want []int64
		}{
			"by another run":          {In("https://a.test", "/monitors"), []int64{1}},
			"in another list":         {In("https://a.test", "/devices"), []int64{4}},
			"in a list of no entries": {In("https://a.test", "/alert-rules"), nil},
		} {
			if got := test.list.IDs("x"); !slices.Equal(got, test.want) {
				t.Errorf("%s: %v, want %v", name, got, test.want)
			}
		}
		time.Sleep(keptFor/2 + time.Second)
		if got := monitors.IDs("x"); got != nil {
			t.Errorf("after more than a minute: %v", got)
		}
	})
}

// A file that is damaged, or not a file, is as good as none.
func TestRecentFiles(t *testing.T) {
	folderstest.Home(t)
	list := In("https://a.test", "/monitors")
	list.Add("x", 1)
	dir, err := folders.Locks()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, folders.FileName(list.note())+".note")
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.WriteFile(path, []byte(`[{"key":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := list.IDs("x"); got != nil {
		t.Errorf("of a damaged file: %v", got)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(t.TempDir(), "elsewhere"), path); err != nil {
		t.Fatal(err)
	}
	if got := list.IDs("x"); got != nil {
		t.Errorf("of a link: %v", got)
	}
}
