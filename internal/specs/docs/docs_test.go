// SPDX-License-Identifier: GPL-3.0-or-later

package docs_test

import (
	"errors"
	"io/fs"
	"slices"
	"testing"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/specs/docs"
)

func TestModuleNamesAreSorted(t *testing.T) {
	names, err := docs.ModuleNames()
	if err != nil || !slices.IsSorted(names) || !slices.Contains(names, "acsmon_monitor") {
		t.Errorf("got %v, %v", names, err)
	}
}

func TestDocumentationIsFoundByName(t *testing.T) {
	tests := []struct {
		what   string
		read   func(string) (*ansible.Spec, error)
		name   string
		option string // of a fragment
	}{
		{"module", docs.Module, "acsmon_monitor", "base_url"},
		{"inventory plugin", docs.Inventory, "acsmon", "base_url"},
	}
	for _, test := range tests {
		spec, err := test.read(test.name)
		if err != nil {
			t.Errorf("%s %s: %v", test.what, test.name, err)
		} else if spec.Options[test.option] == nil {
			t.Errorf("%s %s has no option %s", test.what, test.name, test.option)
		}
		if _, err := test.read("no_such"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s no_such: got %v, want fs.ErrNotExist", test.what, err)
		}
	}
}

func TestOutsideTheRepositoryIsAnError(t *testing.T) {
	t.Chdir(t.TempDir())
	if names, err := docs.ModuleNames(); err == nil {
		t.Errorf("got %v, want an error", names)
	}
}
