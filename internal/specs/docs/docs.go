// SPDX-License-Identifier: GPL-3.0-or-later

// Package docs reads what the collection's Python files say of its
// modules and of its inventory plugin, for the generator of package specs and
// for tests.
//
// It reads the files of the source tree, so no executable may import it:
// executables have the JSON of package specs.
package docs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
)

const prefix = "acsmon.monitor."

// ModuleNames returns the names of all modules, without the collection's, in
// alphabetical order.
func ModuleNames() ([]string, error) {
	root, err := collection()
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(root, "plugins", "modules", "*.py"))
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(files))
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".py"))
	}
	return names, nil
}

// Module returns the specification of plugins/modules/NAME.py, with its examples.
// The error is fs.ErrNotExist when the collection has no module of that name.
func Module(name string) (*ansible.Spec, error) {
	return File("plugins/modules/" + name + ".py")
}

// Inventory returns the specification of plugins/inventory/NAME.py, likewise.
func Inventory(name string) (*ansible.Spec, error) {
	return File("plugins/inventory/" + name + ".py")
}

// File returns the specification of a plugin by the path of its file in the
// collection.
func File(path string) (*ansible.Spec, error) {
	source, err := read(path)
	if err != nil {
		return nil, err
	}
	return ParseSpec(source, fragment)
}

// fragment returns the source of a documentation fragment. What Ansible's own hold
// is said in short in the folder fragments.
func fragment(name string) ([]byte, error) {
	if !strings.Contains(name, ".") {
		return read("../internal/specs/docs/fragments/" + name + ".py")
	}
	return read("plugins/doc_fragments/" + strings.TrimPrefix(name, prefix) + ".py")
}

func read(path string) ([]byte, error) {
	root, err := collection()
	if err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
}

// collection returns the folder of the collection's sources: the folder
// collection beside go.mod, above the working directory.
func collection() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return filepath.Join(folder, "collection"), nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		if filepath.Dir(folder) == folder {
			return "", errors.New("the collection's sources are not here: run this inside the repository")
		}
		folder = filepath.Dir(folder)
	}
}

// InventoryOptions returns what plugins/inventory/NAME.py and its fragments document
// of the options, as the YAML has it.
func InventoryOptions(name string) (map[string]any, error) {
	source, err := read("plugins/inventory/" + name + ".py")
	if err != nil {
		return nil, err
	}
	return parsePluginOptions(source, fragment)
}
