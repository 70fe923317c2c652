// SPDX-License-Identifier: GPL-3.0-or-later

package uploads_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/acsmon/acsmon-ansible/internal/folders"
	"github.com/acsmon/acsmon-ansible/internal/uploads"
)

// home gives the test a folder of its own for what is written down.
func home(t *testing.T) {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CACHE_HOME", "")
}

func TestWhatWasUploadedIsKnownByServerAndList(t *testing.T) {
	home(t)
	one := uploads.In("https://one.example.com:443", "/mibs")
	if got := one.Digest(7, ""); got != "" {
		t.Errorf("before any upload there is %q", got)
	}
	one.Add(7, "abc", "")
	one.Add(8, "def", "")
	if got := uploads.In("https://one.example.com:443", "/mibs").Digest(7, ""); got != "abc" {
		t.Errorf("another run knows %q", got)
	}
	for _, other := range []*uploads.List{uploads.In("https://two.example.com:443", "/mibs"), uploads.In("https://one.example.com:443", "/others")} {
		if got := other.Digest(7, ""); got != "" {
			t.Errorf("another list has %q", got)
		}
	}
	one.Remove(7)
	if one.Digest(7, "") != "" || one.Digest(8, "") != "def" {
		t.Errorf("after 7 was removed there are %q and %q", one.Digest(7, ""), one.Digest(8, ""))
	}
}

// What the server shows counts where it is not what it showed after the upload: somebody has
// replaced the content.
func TestWhatWasReplacedSinceIsNotWhatWasUploaded(t *testing.T) {
	home(t)
	list := uploads.In("https://one.example.com:443", "/mibs")
	list.Add(7, "abc", "hash 1")
	list.Add(8, "def", "")
	for _, test := range []struct {
		id          int64
		shown, want string
	}{{7, "hash 1", "abc"}, {7, "hash 2", "hash 2"}, {7, "", ""}, {8, "", "def"}, {8, "hash 3", "hash 3"}} {
		if got := list.Digest(test.id, test.shown); got != test.want {
			t.Errorf("of %d, which shows %q, it knows %q, want %q", test.id, test.shown, got, test.want)
		}
	}
}

func TestADamagedFileIsNoFile(t *testing.T) {
	home(t)
	list := uploads.In("https://one.example.com:443", "/mibs")
	list.Add(7, "abc", "")
	dir, err := folders.Locks()
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.note"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("the files are %v, %v", paths, err)
	}
	for _, content := range []string{"", "null", "[]", `{"7": 1}`, "{"} {
		if err := os.WriteFile(paths[0], []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := list.Digest(7, ""); got != "" {
			t.Errorf("of %q it knows %q", content, got)
		}
	}
	list.Add(7, "abc", "")
	if got := list.Digest(7, ""); got != "abc" {
		t.Errorf("after the next upload it knows %q", got)
	}
}
