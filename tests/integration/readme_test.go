// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

var console = regexp.MustCompile("(?s)```console\n(.*?)\n```")

// What the README shows of the demo is what the demo prints.
func TestReadmeShowsTheDemo(t *testing.T) {
	t.Parallel()
	demo := exec.Command("../../scripts/demo", os.Getenv("ACSMON_TEST_COLLECTION"))
	out, err := demo.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	printed := withoutTrailingSpace(string(out))
	blocks := console.FindAllStringSubmatch(string(readme), -1)
	if len(blocks) == 0 {
		t.Fatal("the README shows nothing of the demo")
	}
	for _, block := range blocks {
		if !strings.Contains(printed, block[1]) {
			t.Errorf("the demo does not print what the README shows:\n%s\nbut:\n%s", block[1], printed)
		}
	}
}

func withoutTrailingSpace(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}
