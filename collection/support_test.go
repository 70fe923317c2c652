// SPDX-License-Identifier: GPL-3.0-or-later

package collection_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// SUPPORT.md says of versions and platforms what the collection itself says, and what the Makefile builds.
func TestSupportedIsWhatIsShipped(t *testing.T) {
	t.Parallel()
	support := contentOf(t, "../SUPPORT.md")

	oldest := submatches(contentOf(t, "meta/runtime.yml"), `(?m)^requires_ansible: ">=(2\.\d+)\.0"$`)
	if rows := submatches(support, `(?m)^\| (2\.\d+) \|`); len(rows) == 0 || len(oldest) == 0 || rows[0] != oldest[0] {
		t.Errorf("the table begins with ansible-core %v, and requires_ansible is %v", rows, oldest)
	}
	if claims := submatches(support, `ansible-core (2\.\d+) or newer`); !slices.Equal(claims, oldest) {
		t.Errorf("the text says ansible-core %v or newer, and requires_ansible is %v", claims, oldest)
	}

	built := strings.Fields(strings.Join(submatches(contentOf(t, "../Makefile"), `(?m)^PLATFORMS := (.+)$`), " "))
	if diff := cmp.Diff(built, submatches(support, `(?m)^\| \w+ on [^|]+ \| (\w+)`)); diff != "" {
		t.Errorf("the platforms (-built +in SUPPORT.md)\n%s", diff)
	}
}

// submatches returns what the expression's group matches, each time.
func submatches(text, expression string) []string {
	var found []string
	for _, match := range regexp.MustCompile(expression).FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	return found
}

func contentOf(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
