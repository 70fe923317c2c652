// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"os"
	"strings"
	"testing"
)

// guide is one of the collection's guides, whose code blocks tests hold to reality.
type guide struct {
	t      *testing.T
	blocks []string
}

func loadGuide(t *testing.T, name string) guide {
	t.Helper()
	text, err := os.ReadFile("../../collection/docs/docsite/rst/" + name + ".rst")
	if err != nil {
		t.Fatal(err)
	}
	return guide{t, strings.Split(string(text), ".. code-block:: ")[1:]}
}

// all returns the code blocks of a language, in their order.
func (g guide) all(language string) []string {
	var found []string
	for _, text := range g.blocks {
		if body, ok := strings.CutPrefix(text, language+"\n"); ok {
			found = append(found, withoutIndent(body))
		}
	}
	return found
}

// block returns the first code block of a language that has a text in it.
func (g guide) block(language, within string) string {
	g.t.Helper()
	for _, block := range g.all(language) {
		if strings.Contains(block, within) {
			return block
		}
	}
	g.t.Fatalf("the guide has no %s with %s", language, within)
	return ""
}

// withoutIndent returns the indented lines up to the first that is not, without their indent.
func withoutIndent(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line != "\n" && !strings.HasPrefix(line, "    ") {
			break
		}
		lines = append(lines, strings.TrimPrefix(line, "    "))
	}
	return strings.TrimSpace(strings.Join(lines, "")) + "\n"
}
