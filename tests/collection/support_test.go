// SPDX-License-Identifier: GPL-3.0-or-later

package collection_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// SUPPORT.md says of versions and platforms what scripts/cores and the Makefile say.
func TestSupportedIsWhatIsTestedAndBuilt(t *testing.T) {
	t.Parallel()
	support := read(t, "../../SUPPORT.md")

	var tested []string
	for _, core := range regexp.MustCompile(`(?m)^(2\.\d+) ([3. \d]+)$`).FindAllStringSubmatch(read(t, "../../scripts/cores"), -1) {
		pythons := strings.Fields(core[2])
		slices.Reverse(pythons)
		tested = append(tested, core[1]+" | "+strings.Join(pythons, ", "))
	}
	if diff := cmp.Diff(tested, submatches(support, `(?m)^\| (2\.\d+ \| .*) \|$`)); diff != "" {
		t.Errorf("ansible-core and its Python (-scripts/cores +SUPPORT.md)\n%s", diff)
	}

	built := strings.Fields(strings.Join(submatches(read(t, "../../Makefile"), `(?m)^PLATFORMS := (.+)$`), " "))
	if diff := cmp.Diff(built, submatches(support, `(?m)^\| \w+ on [^|]+ \| (\w+)`)); diff != "" {
		t.Errorf("the platforms (-Makefile +SUPPORT.md)\n%s", diff)
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
