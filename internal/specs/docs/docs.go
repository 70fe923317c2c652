// SPDX-License-Identifier: GPL-3.0-or-later

// Package docs parses the documentation in the collection's Python files: of its modules and of its
// inventory and lookup plugins. It serves the generator of package specs, and tests.
//
// It reads the source tree, so executables must not import it: they have the JSON of package specs.
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

// ModuleNames returns the names of all modules, without the collection's name, in alphabetical
// order.
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

// Module returns the specification of plugins/modules/NAME.py, with its examples. The error is
// fs.ErrNotExist if the collection has no module of that name.
func Module(name string) (*ansible.Spec, error) {
	return File("plugins/modules/" + name + ".py")
}

// Inventory returns the specification of plugins/inventory/NAME.py, likewise.
func Inventory(name string) (*ansible.Spec, error) {
	return File("plugins/inventory/" + name + ".py")
}

// Lookup returns the specification of plugins/lookup/NAME.py, likewise.
func Lookup(name string) (*ansible.Spec, error) {
	return File("plugins/lookup/" + name + ".py")
}

// File returns the specification of a plugin by the path of its file in the
// collection.
func File(path string) (*ansible.Spec, error) {
	source, err := load(path)
	if err != nil {
		return nil, err
	}
	return ParseSpec(source, fragment)
}

// fragment returns the source of a documentation fragment. The folder fragments has short forms of
// Ansible's own.
func fragment(name string) ([]byte, error) {
	if !strings.Contains(name, ".") {
		return load("../internal/specs/docs/fragments/" + name + ".py")
	}
	return load("plugins/doc_fragments/" + strings.TrimPrefix(name, prefix) + ".py")
}

func load(path string) ([]byte, error) {
	root, err := collection()
	if err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
}

// collection returns the folder of the collection's sources: the folder collection beside go.mod,
// above the working directory.
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

// Options returns the options that a plugin and its fragments document, as they are in the YAML, by
// the path of its file in the collection.
func Options(path string) (map[string]any, error) {
	source, err := load(path)
	if err != nil {
		return nil, err
	}
	return parsePluginOptions(source, fragment)
}
