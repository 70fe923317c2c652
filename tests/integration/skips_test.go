// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// skips prints what is skipped, and notes it for the list at the end of make test.
func skips(format string, a ...any) {
	command := exec.Command("../../scripts/skip", fmt.Sprintf(format, a...))
	command.Stdout, command.Stderr = os.Stdout, os.Stdout
	if err := command.Run(); err != nil {
		fmt.Println("scripts/skip:", err)
	}
}

// TestWhatIsSkippedIsListed lists what is skipped, as make test does at its end.
func TestWhatIsSkippedIsListed(t *testing.T) {
	t.Setenv("ACSMON_SKIPPED", filepath.Join(t.TempDir(), "skipped"))
	skips("the tasks over %s", "ssh")
	skips("the tasks over %s", "ssh")
	listed, err := exec.Command("../../scripts/skip", "--list").Output()
	if err != nil || strings.Count(string(listed), "the tasks over ssh") != 1 {
		t.Errorf("it lists %q (%v)", listed, err)
	}
}
