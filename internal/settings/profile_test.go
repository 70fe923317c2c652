// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
	"github.com/acsmon/acsmon-ansible/internal/profile"
)

func TestProfiles(t *testing.T) {
	home := folderstest.Home(t)
	environment := map[string]string{"ACSMON_BASE_URL": "https://monitoring.example.com/acs/", "ACSMON_TOKEN": "1|x"}
	resolve := func(given map[string]any) (*Connection, error) {
		return Resolve(Task, given, func(name string) (string, bool) { value, ok := environment[name]; return value, ok }, nil)
	}
	c, err := resolve(nil)
	if err != nil || c.Profile.Trims == profile.Yes || len(c.Warnings) > 0 {
		t.Fatalf("without a profile: %v, %+v", err, c)
	}
	path, err := c.SaveProfile(profile.Profile{Trims: profile.Yes})
	if err != nil || filepath.Dir(path) != filepath.Join(home, ".config", "acsmon", "servers") {
		t.Fatalf("the profile is saved as %s, want it in ~/.config/acsmon/servers: %v", path, err)
	}
	if c, err = resolve(nil); err != nil || c.Profile.Trims != profile.Yes {
		t.Errorf("the kept profile is not found: %v", err)
	}
	other := map[string]any{"base_url": "https://monitoring.example.com/other", "token": "1|x"}
	if c, err = resolve(other); err != nil || c.Profile.Trims == profile.Yes {
		t.Errorf("another server has the profile: %v", err)
	}
	other["profile"] = path
	if _, err = resolve(other); err == nil || !strings.HasPrefix(err.Error(), "the server profile that profile names cannot be used: "+path+" is the profile of https://monitoring.example.com:443/acs") {
		t.Errorf("another server's profile is named: %v", err)
	}
	environment["ACSMON_PROFILE"] = filepath.Join(home, "nowhere.json")
	if _, err = resolve(nil); err == nil || !strings.Contains(err.Error(), "ACSMON_PROFILE names cannot be used: open ") {
		t.Errorf("a missing profile is named: %v", err)
	}
	delete(environment, "ACSMON_PROFILE")
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err = resolve(nil); err != nil || c.Profile.Trims == profile.Yes || len(c.Warnings) != 1 {
		t.Errorf("a broken profile: %v, %v", err, c)
	}
}
