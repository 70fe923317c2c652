// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/specs"
	"github.com/acsmon/acsmon-ansible/internal/yaml11"
)

const root = "../../"

// TestGuidesShowTasksThatCanBe checks every task that a page shows against the options of its module,
// and every settings file against the options of the inventory. The integration tests run the
// playbooks.
func TestGuidesShowTasksThatCanBe(t *testing.T) {
	n := 0
	for _, path := range pages(t) {
		for _, block := range blocksOfYAML(t, path) {
			shown, err := yaml11.Parse([]byte(block.text))
			if err != nil {
				t.Errorf("%s, line %d: %v", path, block.line, err)
				continue
			}
			if settings, ok := shown.(row); ok && settings["plugin"] == "acsmon.monitor.acsmon" {
				if _, err := inventorySpec(t).Validate(settings, ansible.Rules{}, "the inventory"); err != nil {
					t.Errorf("%s, from line %d: %v", path, block.line, err)
				}
			}
			eachTask(shown, func(module string, args any) {
				n++
				if err := valid(t, module, args); err != nil {
					t.Errorf("%s, from line %d: %v", path, block.line, err)
				}
			})
		}
	}
	if n == 0 {
		t.Error("no page shows a task")
	}
}

// inventorySpec is the specification of the inventory's own options, without those that only Ansible
// evaluates.
func inventorySpec(t *testing.T) *ansible.Spec {
	t.Helper()
	spec, err := specs.Load("acsmon")
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// pages are the files that may show tasks, beside the examples of the modules.
func pages(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, pattern := range []string{"*.md", "collection/*.md", "collection/docs/docsite/rst/*.rst"} {
		paths, err := filepath.Glob(root + pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("no file matches %s (%v)", pattern, err)
		}
		found = append(found, paths...)
	}
	return found
}

// block is YAML that a page shows.
type block struct {
	line int // the line on which it begins
	text string
}

var (
	fence     = regexp.MustCompile("^```ya?ml$")
	directive = regexp.MustCompile(`^( *)\.\. code-block:: ya?ml(\+jinja)?$`)
)

// blocksOfYAML lists the YAML that a page shows, without its indentation.
func blocksOfYAML(t *testing.T, path string) []block {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	lines := strings.Split(string(content), "\n")
	for i := 0; i < len(lines); i++ {
		var ends func(line string) bool
		if fence.MatchString(lines[i]) {
			ends = func(line string) bool { return line == "```" }
		} else if at := directive.FindStringSubmatch(lines[i]); at != nil {
			ends = func(line string) bool { return line != "" && !strings.HasPrefix(line, at[1]+" ") }
		} else {
			continue
		}
		begin := i + 1
		for i++; i < len(lines) && !ends(lines[i]); i++ {
		}
		blocks = append(blocks, block{begin + 1, dedented(lines[begin:i])})
	}
	return blocks
}

// dedented joins lines without the indentation of the first that has text.
func dedented(lines []string) string {
	for _, line := range lines {
		if text := strings.TrimLeft(line, " "); text != "" {
			indent := line[:len(line)-len(text)]
			for i := range lines {
				lines[i] = strings.TrimPrefix(lines[i], indent)
			}
			break
		}
	}
	return strings.Join(lines, "\n")
}

// eachTask calls do with the arguments of each module of the collection that a block shows.
func eachTask(shown any, do func(module string, args any)) {
	switch shown := shown.(type) {
	case []any:
		for _, element := range shown {
			eachTask(element, do)
		}
	case row:
		for key, element := range shown {
			if module, ours := strings.CutPrefix(key, "acsmon.monitor."); ours {
				do(module, element)
			} else {
				eachTask(element, do)
			}
		}
	}
}

// valid checks arguments, which may hold templates, against the options of a module.
func valid(t *testing.T, name string, args any) error {
	t.Helper()
	if !slices.Contains(moduleNames(t), name) {
		return fmt.Errorf("there is no module %s", name)
	}
	given, ok := args.(row)
	if !ok && args != nil {
		return fmt.Errorf("the arguments of %s are %v, and must be a mapping", name, args)
	}
	spec, known := specOf(t, name), row{}
	for option, value := range given {
		known[option] = untemplated(spec.Options[option], value)
	}
	_, err := spec.Validate(known, find(name).Rules, name)
	return err
}
