// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What the bill lists is what the notices have, with the same licences.
func TestBill(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	folder := t.TempDir()
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", filepath.Join(folder, "here", "acsmon"), "./cmd/acsmon")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as make build, so that nothing is compiled again
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if err := os.WriteFile(filepath.Join(folder, "here", "LICENSE"), []byte("no executable"), 0o600); err != nil {
		t.Fatal(err)
	}
	first := makeBill(t, folder)
	var got bill
	if err := json.Unmarshal([]byte(first), &got); err != nil {
		t.Fatal(err)
	}
	if got.Metadata.Component.Version != "1.2.3" || got.Metadata.Timestamp != "2026-01-02T03:04:05Z" {
		t.Errorf("it is about %+v", got.Metadata)
	}
	listed := []string{"Go: BSD-3-Clause"}
	for _, component := range got.Components {
		if component.Type == "library" && component.Name != standardPath {
			listed = append(listed, component.Name+" "+component.Version+": "+component.Licences[0].Expression)
		}
	}
	notices, err := os.ReadFile(filepath.Join(root, "LICENSE-THIRD-PARTY.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var headings []string
	for _, heading := range regexp.MustCompile(`(?m)^(.+: .+)\n=+$`).FindAllSubmatch(notices, -1) {
		headings = append(headings, string(heading[1]))
	}
	if diff := cmp.Diff(headings, listed); diff != "" {
		t.Errorf("(-notices +bill)\n%s", diff)
	}
	if diff := cmp.Diff(dependency{Ref: "acsmon.monitor", DependsOn: []string{"here/acsmon"}}, got.Dependencies[0]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(first, makeBill(t, folder)); diff != "" {
		t.Errorf("a second bill is another (-first +second)\n%s", diff)
	}
}

func makeBill(t *testing.T, folder string) string {
	t.Helper()
	var text strings.Builder
	if err := writeBill(&text, release{version: "1.2.3", time: "2026-01-02T03:04:05Z", folder: folder}); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestBillOfNothing(t *testing.T) {
	t.Parallel()
	err := writeBill(&bytes.Buffer{}, release{version: "1.2.3", folder: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "holds no executables as PLATFORM/COMMAND: build them first") {
		t.Errorf("got the error %v", err)
	}
}
