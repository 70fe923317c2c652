// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The committed specifications are those that the documentation makes, and no others.
func TestSpecificationsAreThoseOfTheDocumentation(t *testing.T) {
	fresh := t.TempDir()
	if err := generate(fresh); err != nil {
		t.Fatal(err)
	}
	got, want := list(t, ".."), list(t, fresh)
	for _, name := range got {
		if !slices.Contains(want, name) {
			t.Errorf("%s has no documentation any more: remove it from internal/specs", name)
		}
	}
	for _, name := range want {
		if !slices.Contains(got, name) {
			t.Errorf("%s is missing: run go generate ./internal/specs", name)
		} else if !bytes.Equal(read(t, filepath.Join("..", name)), read(t, filepath.Join(fresh, name))) {
			t.Errorf("%s is not what the documentation says: run go generate ./internal/specs", name)
		}
	}
}

// What the collection ships is made of the documentation, too.
func TestEventSourceSchemaIsThatOfTheDocumentation(t *testing.T) {
	fresh := t.TempDir()
	if err := generateShipped(fresh); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(eventSource, "schemas", "alerts.json")
	if !bytes.Equal(read(t, filepath.Join("../../../collection", path)), read(t, filepath.Join(fresh, path))) {
		t.Errorf("%s is not what the documentation says: run go generate ./internal/specs", path)
	}
}

func list(t *testing.T, folder string) (names []string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		names = append(names, filepath.Base(path))
	}
	return names
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
