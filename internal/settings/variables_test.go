// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
)

// What help shows is what is read: Resolve is run with every variable that can lead it
// to another one.
func TestVariablesAreThoseThatResolveReads(t *testing.T) {
	folderstest.Home(t)
	read := map[string]bool{}
	lookup := func(name string) (string, bool) {
		if strings.HasPrefix(name, "ACSMON_") {
			read[name] = true
		}
		return map[string]string{"ACSMON_BASE_URL": "https://monitoring.example.com"}[name], true
	}
	if _, err := Resolve(CommandLine, nil, lookup, nil); err == nil {
		t.Fatal("there is no credential, and no error")
	}
	withToken := func(name string) (string, bool) {
		if value, _ := lookup(name); name != "ACSMON_TOKEN" {
			return value, true
		}
		return "1|abc", true
	}
	if _, err := Resolve(CommandLine, nil, withToken, nil); err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, v := range Variables() {
		if strings.HasPrefix(v.Name, "ACSMON_") {
			shown[v.Name] = true
		}
	}
	if got, want := slices.Sorted(maps.Keys(shown)), slices.Sorted(maps.Keys(read)); !slices.Equal(got, want) {
		t.Errorf("help shows %v, Resolve reads %v", got, want)
	}
}
