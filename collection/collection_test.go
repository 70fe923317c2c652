// SPDX-License-Identifier: GPL-3.0-or-later

package collection_test

import (
	"errors"
	"fmt"
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

// A role's defaults are those that its documentation says.
func TestRoleDefaultsAreDocumented(t *testing.T) {
	roles, err := os.ReadDir("roles")
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range roles {
		var defaults map[string]any
		readYAML(t, "roles/"+role.Name()+"/defaults/main.yml", &defaults)
		var documented struct {
			Specs map[string]struct {
				Options map[string]struct {
					Required bool
					Default  any
				}
			} `yaml:"argument_specs"`
		}
		readYAML(t, "roles/"+role.Name()+"/meta/argument_specs.yml", &documented)
		main := documented.Specs["main"].Options
		for name, value := range defaults {
			option, ok := main[name]
			text, _ := value.(string)
			if !ok || fmt.Sprint(option.Default) != fmt.Sprint(value) && !strings.Contains(text, "{{") {
				t.Errorf("%s is %v by default, and documented as %v", name, value, option.Default)
			}
		}
		for entry, spec := range documented.Specs {
			for name, option := range spec.Options {
				if _, ok := defaults[name]; option.Default != nil && !ok {
					t.Errorf("%s of %s is %v by default as documented, and has none", name, entry, option.Default)
				}
				if _, ok := main[name]; !ok {
					t.Errorf("the entry point main lacks %s, which %s has", name, entry)
				}
			}
		}
	}
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(source, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
