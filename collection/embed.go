// SPDX-License-Identifier: GPL-3.0-or-later

// Package collection gives the documentation of the collection's modules, which
// is also their specification: what ansible-doc shows is what arguments are held
// against. Executables get it from internal/specs, which is made of it.
//
// It owns the files' bytes alone; reading the YAML inside them is the work of
// internal/ansible. It lies here because go:embed cannot reach upwards, and is
// left out of the collection's tarball.
package collection

import (
	"embed"
	"path"
	"strings"
)

const (
	modulesDir   = "plugins/modules"
	inventoryDir = "plugins/inventory"
	fragmentsDir = "plugins/doc_fragments"
)

//go:embed plugins/modules/*.py plugins/inventory/*.py plugins/doc_fragments/*.py
var files embed.FS

// Module returns the source of plugins/modules/NAME.py, with its
// DOCUMENTATION, EXAMPLES and RETURN. The error is fs.ErrNotExist when the
// collection has no module of that name.
func Module(name string) ([]byte, error) {
	return files.ReadFile(path.Join(modulesDir, name+".py"))
}

// Inventory returns the source of plugins/inventory/NAME.py, likewise.
func Inventory(name string) ([]byte, error) {
	return files.ReadFile(path.Join(inventoryDir, name+".py"))
}

// Fragment returns the source of plugins/doc_fragments/NAME.py, for NAME or for
// acsmon.monitor.NAME, as modules name it. The error is fs.ErrNotExist when there
// is none.
func Fragment(name string) ([]byte, error) {
	return files.ReadFile(path.Join(fragmentsDir, strings.TrimPrefix(name, "acsmon.monitor.")+".py"))
}

// ModuleNames returns the names of all modules, without the collection's, in
// alphabetical order.
func ModuleNames() []string {
	entries, err := files.ReadDir(modulesDir)
	if err != nil {
		panic(err) // the folder is compiled in
	}
	names := make([]string, 0, len(entries))
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(entry.Name(), ".py"))
	}
	return names
}
