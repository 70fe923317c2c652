// SPDX-License-Identifier: GPL-3.0-or-later

package collection_test

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/acsmon/acsmon-ansible/collection"
)

// Ansible finds a module's executable through an action plugin of the same name.
func TestEachModuleHasAnActionPlugin(t *testing.T) {
	for _, name := range collection.ModuleNames() {
		plugin, err := os.ReadFile("plugins/action/" + name + ".py")
		if err != nil {
			t.Errorf("module %s: %v", name, err)
			continue
		}
		if want := "module = '" + name + "'"; !strings.Contains(string(plugin), want) {
			t.Errorf("the action plugin of %s does not say %q", name, want)
		}
	}
}

func TestActionGroupHoldsAllModules(t *testing.T) {
	source, err := os.ReadFile("meta/runtime.yml")
	if err != nil {
		t.Fatal(err)
	}
	var runtime struct {
		ActionGroups map[string][]string `yaml:"action_groups"`
	}
	if err := yaml.Unmarshal(source, &runtime); err != nil {
		t.Fatal(err)
	}
	if group := runtime.ActionGroups["acsmon"]; !slices.Equal(group, collection.ModuleNames()) {
		t.Errorf("the action group acsmon holds %v, the modules are %v", group, collection.ModuleNames())
	}
}

func TestReadmeNamesAllModules(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range collection.ModuleNames() {
		if !strings.Contains(string(readme), name+"`") {
			t.Errorf("README.md does not name %s", name)
		}
	}
}

func TestSourcesAreFoundByName(t *testing.T) {
	tests := []struct {
		what string
		read func(string) ([]byte, error)
		name string
	}{
		{"module", collection.Module, "acsmon_monitor"},
		{"inventory plugin", collection.Inventory, "acsmon"},
		{"fragment", collection.Fragment, "acsmon.monitor.connection"},
	}
	for _, test := range tests {
		source, err := test.read(test.name)
		if err != nil {
			t.Errorf("%s %s: %v", test.what, test.name, err)
		}
		if !strings.Contains(string(source), "DOCUMENTATION = r\"\"\"") {
			t.Errorf("%s %s has no documentation", test.what, test.name)
		}
		if _, err := test.read("no_such"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s no_such: got %v, want fs.ErrNotExist", test.what, err)
		}
	}
}
