// SPDX-License-Identifier: GPL-3.0-or-later

package release_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
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

// A pull request runs the tests with Ansible, and sanity, under each ansible-core of scripts/cores.
func TestPullRequestsRunUnderEveryCore(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(filepath.Join(root, ".github/workflows/matrix.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"\n  pull_request:\n", "cores=$(make --silent cores)", "core: ${{ fromJSON(needs.cores.outputs.cores) }}",
		"MATRIX: ${{ matrix.core }}", "- run: make test-matrix\n"} {
		if !strings.Contains(string(content), part) {
			t.Errorf("matrix.yml lacks %q", part)
		}
	}
	table, err := os.ReadFile(filepath.Join(root, "scripts/cores"))
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("make", "--silent", "cores")
	command.Dir = root
	printed, err := command.Output()
	var cores []string
	if err != nil || json.Unmarshal(printed, &cores) != nil {
		t.Fatalf("make cores: %v: %s", err, printed)
	}
	want := regexp.MustCompile(`(?m)^\d+\.\d+`).FindAllString(string(table), -1)
	if !slices.Equal(cores, want) {
		t.Errorf("make cores prints %v, and scripts/cores has %v", cores, want)
	}
}

// What a release publishes is built in a job that runs nothing else, and only that is published.
func TestWhatIsPublishedIsBuiltAlone(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(filepath.Join(root, ".github/workflows/release.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Uses string
				Run  string
			}
		}
	}
	if err := yaml.Unmarshal(content, &workflow); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"build": {"make dist"}, "galaxy": {"make publish"}}
	for name, job := range workflow.Jobs {
		var runs []string
		uploads := false
		for _, step := range job.Steps {
			uploads = uploads || strings.HasPrefix(step.Uses, "actions/upload-artifact@")
			if step.Run != "" {
				runs = append(runs, step.Run)
			}
		}
		if wanted, ok := want[name]; ok && !slices.Equal(runs, wanted) {
			t.Errorf("the job %s runs %q, want %q alone", name, runs, wanted)
		}
		if uploads != (name == "build") {
			t.Errorf("the job %s uploads what is published: %v", name, uploads)
		}
	}
}

// Whoever publishes holds the key to the collection: pip may install there only what is named by
// hash.
func TestWhatPublishesIsPinnedByHash(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(filepath.Join(root, "scripts/galaxy-requirements.txt"))
	if err != nil {
		t.Fatal(err)
	}
	requirements := regexp.MustCompile(`(?m)^[a-z].*(\n\s+.*)*`).FindAllString(string(content), -1)
	if len(requirements) < 5 {
		t.Errorf("there are %d requirements", len(requirements))
	}
	for _, requirement := range requirements {
		if !strings.Contains(requirement, "--hash=sha256:") {
			t.Errorf("%s is not pinned by hash", requirement)
		}
	}
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"dist", "publish"} {
		_, recipe, _ := strings.Cut(string(makefile), "\n"+target+":")
		recipe, _, _ = strings.Cut(recipe, "\n\n")
		if !strings.Contains(recipe, "scripts/tools galaxy") {
			t.Errorf("make %s does not use scripts/tools galaxy:%s", target, recipe)
		}
	}
}
