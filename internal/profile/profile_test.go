// SPDX-License-Identifier: GPL-3.0-or-later

package profile

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

const server = "https://monitoring.example.com:443"

func TestAProfileIsKept(t *testing.T) {
	path := Path(filepath.Join(t.TempDir(), Folder), server)
	want := Profile{
		Server: server, Learned: time.Date(2026, 4, 22, 10, 15, 0, 0, time.UTC), Trims: Yes,
		UnknownKeys: Ignored, Lists: map[string]List{"/monitors": {PageSize: 200, SearchFinds: Yes, KeepsUnnamed: No}},
		Keys: map[string]map[string]string{"acsmon_monitor": {"group": "monitor_group.id"}},
	}
	if err := want.Save(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the profile has the mode %v, want 0600", mode)
	}
	got, err := Load(path, server)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the profile is %+v, want %+v: %v", got, want, err)
	}
	if _, err := Load(path, "https://other.example.com:443"); err == nil || !strings.Contains(err.Error(), "is the profile of "+server) {
		t.Errorf("the error of another server's profile is %v, want one that names the server", err)
	}
}

func TestWhatIsNoProfile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "profile.json")
	if _, err := Load(path, server); !IsMissing(err) {
		t.Errorf("the error of a missing file is %v, want that it is missing", err)
	}
	for _, content := range []string{"", "{}", "[]", `{"server": 1}`, "\x00"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if p, err := Load(path, server); err == nil || !strings.Contains(err.Error(), "is not a server profile") || !reflect.DeepEqual(p, Profile{}) {
			t.Errorf("%q is taken for the profile %+v, want a refusal: %v", content, p, err)
		}
	}
}

func TestPageSizes(t *testing.T) {
	p := Profile{Lists: map[string]List{"/monitors": {PageSize: 200}, "/devices": {SearchFinds: Yes}}}
	if got := p.PageSizes(); !reflect.DeepEqual(got, map[string]int{"/monitors": 200}) {
		t.Errorf("the page sizes are %v, want 200 of /monitors alone", got)
	}
}
