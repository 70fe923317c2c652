// SPDX-License-Identifier: GPL-3.0-or-later

package collection_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The table scripts/cores has the releases of ansible-core that the collection works with. Every
// place that names the oldest or the newest must agree.
func TestSupportedReleasesAreTheSameEverywhere(t *testing.T) {
	cores := releasedCores(t)
	oldest, newest := cores[0], cores[len(cores)-1]

	claim := regexp.MustCompile(`requires_ansible: ">=([\d.]+)\.0"|ansible-core (2\.\d+) (?:and|or) newer`)
	claims := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") && path != "../.." || path == "../../build" || path == "../../dist"):
			return fs.SkipDir
		case !slices.Contains([]string{".md", ".rst", ".yml"}, filepath.Ext(path)):
			return nil
		}
		for _, found := range claim.FindAllStringSubmatch(read(t, path), -1) {
			claims[path] = true
			if named := found[1] + found[2]; named != oldest {
				t.Errorf("%s says %q, and the oldest release in scripts/cores is %s", path, found[0], oldest)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"../../README.md", "../../collection/README.md", "../../collection/meta/runtime.yml"} {
		if !claims[path] {
			t.Errorf("%s does not say which releases of ansible-core the collection works with", path)
		}
	}

	readme := strings.Join(strings.Fields(read(t, "../../README.md")), " ")
	for _, want := range []string{"from " + oldest + " to " + newest, "under ansible-core " + oldest + " and " + newest} {
		if !strings.Contains(readme, want) {
			t.Errorf("README.md does not say %q", want)
		}
	}
}

// releasedCores returns the lines of scripts/cores without pre-releases, the oldest first.
func releasedCores(t *testing.T) []string {
	t.Helper()
	var cores []string
	for _, line := range regexp.MustCompile(`(?m)^(2\.\d+)( 3\.\d+)+$`).FindAllStringSubmatch(read(t, "../../scripts/cores"), -1) {
		cores = append(cores, line[1])
	}
	if len(cores) < 2 {
		t.Fatalf("scripts/cores names the releases %v", cores)
	}
	return cores
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
