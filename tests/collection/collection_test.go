// SPDX-License-Identifier: GPL-3.0-or-later

// Package collection_test holds the files of the collection, which Ansible reads,
// to each other and to the rest of the repository.
package collection_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

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

// A module that meta/runtime.yml does not route to the action plugin would run as Python, which
// does nothing.
func TestTheActionPluginServesAllModules(t *testing.T) {
	files, err := filepath.Glob(root + "plugins/action/*.py")
	if err != nil || len(files) != 1 {
		t.Fatalf("one action plugin serves all modules, and there are %v, %v", files, err)
	}
	plugin := strings.TrimSuffix(filepath.Base(files[0]), ".py")
	names, routing := moduleNames(t), loadRuntime(t).Routing.Modules
	if !slices.Contains(names, plugin) {
		t.Errorf("the action plugin %s has not the name of a module, as ansible-test sanity wants", plugin)
	}
	for _, name := range names {
		if route := routing[name].ActionPlugin; name != plugin && route != "acsmon.monitor."+plugin {
			t.Errorf("meta/runtime.yml gives %s to the action plugin %q: add `%[1]s: {action_plugin: acsmon.monitor.%[3]s}` to plugin_routing", name, route, plugin)
		}
	}
	for name := range routing {
		if !slices.Contains(names, name) {
			t.Errorf("meta/runtime.yml routes %s, which is no module: remove it", name)
		}
	}
}

func TestActionGroupHoldsAllModules(t *testing.T) {
	group, names := loadRuntime(t).ActionGroups["acsmon"], moduleNames(t)
	if diff := cmp.Diff(names, group); diff != "" {
		t.Errorf("the action group acsmon in meta/runtime.yml does not list the modules (-modules +group):\n%s", diff)
	}
}

// runtime is what meta/runtime.yml tells Ansible of modules.
type runtime struct {
	ActionGroups map[string][]string `yaml:"action_groups"`
	Routing      struct {
		Modules map[string]struct {
			ActionPlugin string `yaml:"action_plugin"`
		}
	} `yaml:"plugin_routing"`
}

func loadRuntime(t *testing.T) runtime {
	t.Helper()
	var r runtime
	loadYAML(t, root+"meta/runtime.yml", &r)
	return r
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

// Galaxy shows the README alone, where a relative link leads nowhere, and certified content has
// these sections in this order.
func TestReadmeIsFitForGalaxy(t *testing.T) {
	readme, err := os.ReadFile(root + "README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range regexp.MustCompile(`\]\(([^)]*)\)`).FindAllSubmatch(readme, -1) {
		if !strings.HasPrefix(string(link[1]), "https://") {
			t.Errorf("README.md has the relative link %s: write its URL", link[1])
		}
	}
	want := []string{"Description", "Requirements", "Installation", "Use Cases", "Testing", "Contributing", "Support",
		"Release Notes and Roadmap", "Related Information", "License Information"}
	var got []string
	for _, heading := range regexp.MustCompile(`(?m)^## (.*)$`).FindAllSubmatch(readme, -1) {
		got = append(got, string(heading[1]))
	}
	if !slices.Equal(got, want) {
		t.Errorf("README.md has the sections %q, and certified content has %q", got, want)
	}
}

// Galaxy takes no author whose name is longer, and its importer runs in make lint only.
func TestAuthorsFitIntoGalaxy(t *testing.T) {
	source, err := os.ReadFile(root + "galaxy.yml")
	if err != nil {
		t.Fatal(err)
	}
	var galaxy struct{ Authors []string }
	if err := yaml.Unmarshal(source, &galaxy); err != nil || len(galaxy.Authors) == 0 {
		t.Fatalf("%d authors, %v", len(galaxy.Authors), err)
	}
	for _, author := range galaxy.Authors {
		if len(author) > 64 {
			t.Errorf("author %q has %d characters, and 64 are allowed", author, len(author))
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
		loadYAML(t, root+"roles/"+role.Name()+"/defaults/main.yml", &defaults)
		var documented struct {
			Specs map[string]struct {
				Options map[string]struct {
					Required bool
					Default  any
				}
			} `yaml:"argument_specs"`
		}
		loadYAML(t, root+"roles/"+role.Name()+"/meta/argument_specs.yml", &documented)
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

func loadYAML(t *testing.T, path string, into any) {
	t.Helper()
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(source, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
