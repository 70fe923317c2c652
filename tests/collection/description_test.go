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
	"unicode/utf8"

	"github.com/goccy/go-yaml"
)

var documentation = regexp.MustCompile(`(?s)\b(?:DOCUMENTATION|RETURN) = r?(?:'''|""")\n(.*?)(?:'''|""")`)

// ansible-doc shows nothing of a plugin when one of its descriptions is not text. A line with a
// colon in it, as in V({a: b}), is a dictionary unless it is quoted.
func TestDescriptionsAreText(t *testing.T) {
	blocks := 0
	check := func(path, block string) {
		blocks++
		var value any
		if err := yaml.Unmarshal([]byte(block), &value); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for _, fault := range notText(value, "") {
			t.Errorf("%s: %s is not text: quote it", path, fault)
		}
	}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		source, err := os.ReadFile(path)
		switch {
		case strings.HasSuffix(path, ".py"):
			for _, block := range documentation.FindAllSubmatch(source, -1) {
				check(path, string(block[1]))
			}
		case strings.HasSuffix(path, "argument_specs.yml"):
			check(path, string(source))
		}
		return err
	})
	if err != nil || blocks < 40 {
		t.Errorf("%d blocks of documentation, %v", blocks, err)
	}
}

// antsibull-changelog refuses a fragment whose changes are not text, and a release with it. A line with
// a colon in it is a dictionary unless it is quoted.
func TestFragmentsAreText(t *testing.T) {
	fragments, err := filepath.Glob(filepath.Join(root, "changelogs", "fragments", "*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range fragments {
		var sections map[string]any
		if err := yaml.Unmarshal([]byte(read(t, path)), &sections); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for name, section := range sections {
			changes, isList := section.([]any)
			if !isList { // the summary of a release
				changes = []any{section}
			}
			for _, change := range changes {
				if _, isText := change.(string); !isText {
					t.Errorf("%s: %s has the change %v, which is not text: quote it", path, name, change)
				}
			}
		}
	}
}

// ansible-test sanity and yamllint refuse a longer line, and they run in make lint only.
func TestLinesAreShortEnough(t *testing.T) {
	const longest = 160
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !slices.Contains([]string{".py", ".yml"}, filepath.Ext(path)) {
			return err
		}
		source, err := os.ReadFile(path)
		for number, line := range strings.Split(string(source), "\n") {
			if length := utf8.RuneCountInString(line); length > longest {
				t.Errorf("%s:%d has %d characters, and %d are allowed", path, number+1, length, longest)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// notText names the descriptions in value that are neither text nor a list of texts.
func notText(value any, path string) (faults []string) {
	object, _ := value.(map[string]any)
	for key, inner := range object {
		here := path + "." + key
		if _, isOption := inner.(map[string]any); isOption || key != "description" && key != "short_description" && key != "notes" {
			faults = append(faults, notText(inner, here)...)
			continue
		}
		lines, isList := inner.([]any)
		if !isList {
			lines = []any{inner}
		}
		for _, line := range lines {
			if _, isText := line.(string); !isText {
				faults = append(faults, here)
			}
		}
	}
	return faults
}
