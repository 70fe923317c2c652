// SPDX-License-Identifier: GPL-3.0-or-later

package collection_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// namedTest is a test as SECURITY.md names it: `TestX` in `folder`.
var namedTest = regexp.MustCompile("`((?:Test|Fuzz)\\w+)`\\s+in\\s+`([^`]+)`")

// Each promise of SECURITY.md names the tests that hold it, and each of them exists.
func TestEachPromiseNamesItsTests(t *testing.T) {
	text, err := os.ReadFile("../../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	_, promises, _ := strings.Cut(string(text), "\n## What is promised\n")
	promises, _, found := strings.Cut(promises, "\n## ")
	if !found {
		t.Fatal("SECURITY.md does not say what is promised")
	}
	parts := strings.Split(promises, "\n\n**")[1:]
	if len(parts) < 5 {
		t.Errorf("there are %d promises", len(parts))
	}
	for _, promise := range parts {
		title, _, _ := strings.Cut(promise, "**")
		named := namedTest.FindAllStringSubmatch(promise, -1)
		if len(named) == 0 {
			t.Errorf("no test is named that holds %q", title)
		}
		for _, test := range named {
			if !hasTest(t, test[2], test[1]) {
				t.Errorf("%q names %s in %s, which is not there", title, test[1], test[2])
			}
		}
	}
}

// hasTest reports whether a folder has a test of that name.
func hasTest(t *testing.T, folder, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../..", folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), "\nfunc "+name+"(") {
			return true
		}
	}
	return false
}
