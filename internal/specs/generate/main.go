// SPDX-License-Identifier: GPL-3.0-or-later

// Command generate writes the specifications of package specs: of each module of
// the collection, and of its inventory and lookup plugins, what the documentation says. It also
// writes the JSON schema that the collection ships with its event source.
//
//	go generate ./internal/specs
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/exact"
	"github.com/acsmon/acsmon-ansible/internal/specs/docs"
)

func main() {
	log.SetFlags(0)
	if err := generate("."); err != nil {
		log.Fatal(err)
	}
	if err := generateShipped("../../collection"); err != nil {
		log.Fatal(err)
	}
}

// generateShipped writes what the collection ships into the folder of its sources.
func generateShipped(folder string) error {
	schema, err := eventSourceSchema()
	if err != nil {
		return err
	}
	path := filepath.Join(folder, eventSource, "schemas", "alerts.json")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return writeJSON(path, schema)
}

// generate writes NAME.json for each module and for the inventory plugin into the folder.
func generate(folder string) error {
	if err := write(folder, "acsmon", docs.Inventory); err != nil {
		return err
	}
	if err := write(folder, "lookup", func(string) (*ansible.Spec, error) { return docs.Lookup("acsmon") }); err != nil {
		return err
	}
	schema, err := settingsSchema()
	if err != nil {
		return err
	}
	if err := writeJSON(filepath.Join(folder, "settings.schema.json"), schema); err != nil {
		return err
	}
	names, err := docs.ModuleNames()
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := write(folder, name, docs.Module); err != nil {
			return err
		}
	}
	return nil
}

func write(folder, name string, read func(string) (*ansible.Spec, error)) error {
	spec, err := read(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return writeJSON(filepath.Join(folder, name+".json"), spec)
}

func writeJSON(path string, value any) error {
	text, err := exact.Marshal(value, "\t")
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, text, 0o644)
}
