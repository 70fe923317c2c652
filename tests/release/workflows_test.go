// SPDX-License-Identifier: GPL-3.0-or-later

package release_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the linters of workflows cannot know: the targets that they call are there.
func TestWorkflowsCallMakeTargets(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	targets := map[string]bool{}
	for _, target := range regexp.MustCompile(`(?m)^([a-z-]+):`).FindAllStringSubmatch(string(makefile), -1) {
		targets[target[1]] = true
	}
	workflows, err := filepath.Glob(filepath.Join(root, ".github/workflows/*.yml"))
	if err != nil || len(workflows) == 0 {
		t.Fatalf("no workflows: %v", err)
	}
	for _, workflow := range workflows {
		content, err := os.ReadFile(workflow)
		if err != nil {
			t.Fatal(err)
		}
		calls := regexp.MustCompile(`(?m)^\s+- run: make (.+)$`).FindAllStringSubmatch(string(content), -1)
		if len(calls) == 0 {
			t.Errorf("%s calls no make target", workflow)
		}
		for _, call := range calls {
			for target := range strings.FieldsSeq(call[1]) {
				if !targets[target] {
					t.Errorf("%s calls make %s, and the Makefile has no such target", workflow, target)
				}
			}
		}
	}
}
