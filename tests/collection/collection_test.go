// SPDX-License-Identifier: GPL-3.0-or-later

// Package collection_test holds the files of the collection, which Ansible reads,
// to each other and to the rest of the repository.
package collection_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/acsmon/acsmon-ansible/internal/specs/docs"
)

// root is the collection's folder.
const root = "../../collection/"

func moduleNames(t *testing.T) []string {
	t.Helper()
	names, err := docs.ModuleNames()
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// Ansible finds a module's executable through an action plugin of the same name.
func TestEachModuleHasAnActionPlugin(t *testing.T) {
	for _, name := range moduleNames(t) {
		plugin, err := os.ReadFile(root + "plugins/action/" + name + ".py")
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
	source, err := os.ReadFile(root + "meta/runtime.yml")
	if err != nil {
		t.Fatal(err)
	}
	var runtime struct {
		ActionGroups map[string][]string `yaml:"action_groups"`
	}
	if err := yaml.Unmarshal(source, &runtime); err != nil {
		t.Fatal(err)
	}
	if group, names := runtime.ActionGroups["acsmon"], moduleNames(t); !slices.Equal(group, names) {
		t.Errorf("the action group acsmon holds %v, the modules are %v", group, names)
	}
}

func TestReadmeNamesAllModules(t *testing.T) {
	readme, err := os.ReadFile(root + "README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range moduleNames(t) {
		if !strings.Contains(string(readme), name+"`") {
			t.Errorf("README.md does not name %s", name)
		}
	}
}

// A role's defaults are those that its documentation says.
func TestRoleDefaultsAreDocumented(t *testing.T) {
	roles, err := os.ReadDir(root + "roles")
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range roles {
		var defaults map[string]any
		readYAML(t, root+"roles/"+role.Name()+"/defaults/main.yml", &defaults)
		var documented struct {
			Specs map[string]struct {
				Options map[string]struct {
					Required bool
					Default  any
				}
			} `yaml:"argument_specs"`
		}
		readYAML(t, root+"roles/"+role.Name()+"/meta/argument_specs.yml", &documented)
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
