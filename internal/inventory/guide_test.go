// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/acsmon/acsmon-ansible/internal/specs"
)

// example is a settings file that the guide shows.
type example struct {
	settings map[string]any
	run      bool // with the hosts that come of it, which tests/integration holds to reality
}

// guideExamples returns the settings files of the guide.
func guideExamples(t *testing.T) []example {
	guide, err := os.ReadFile("../../collection/docs/docsite/rst/guide_inventory.rst")
	if err != nil {
		t.Fatal(err)
	}
	var examples []example
	blocks := strings.Split(string(guide), ".. code-block:: ")[1:]
	for i, block := range blocks {
		text, isYAML := strings.CutPrefix(block, "yaml\n")
		if !isYAML || strings.Contains(text, "    - {") { // rows of the server
			continue
		}
		var lines strings.Builder
		for line := range strings.Lines(text) {
			if line != "\n" && !strings.HasPrefix(line, "    ") {
				break
			}
			lines.WriteString(strings.TrimPrefix(line, "    "))
		}
		var settings map[string]any
		if err := yaml.Unmarshal([]byte(lines.String()), &settings); err != nil {
			t.Errorf("%v in\n%s", err, &lines)
		}
		run := !prose.MatchString(text) && i+1 < len(blocks) && strings.HasPrefix(blocks[i+1], "text\n")
		examples = append(examples, example{settings, run})
	}
	return examples
}

// prose is a line of the guide that belongs to no block.
var prose = regexp.MustCompile(`(?m)^\S`)

// connectionSettings decide no hosts.
var connectionSettings = []string{
	"base_url", "ca_path", "email", "headers", "max_wait", "password", "plugin", "profile", "proxy", "timeout", "token", "validate_certs",
}

// TestTheGuideShowsEachSetting holds that the guide has an example of each setting, with its hosts
// if the setting decides hosts.
func TestTheGuideShowsEachSetting(t *testing.T) {
	examples := guideExamples(t)
	spec, err := specs.Load("acsmon")
	if err != nil {
		t.Fatal(err)
	}
	for setting := range spec.Options {
		shown := slices.ContainsFunc(examples, func(e example) bool {
			_, set := e.settings[setting]
			return set && (e.run || slices.Contains(connectionSettings, setting))
		})
		if !shown {
			t.Errorf("the guide on the inventory has no example of the setting %s with the hosts that come of it", setting)
		}
	}
	for _, e := range examples {
		for setting := range e.settings {
			if spec.Options[setting] == nil {
				t.Errorf("the guide on the inventory shows %s, which is no setting", setting)
			}
		}
	}
}
