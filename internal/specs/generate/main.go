// SPDX-License-Identifier: GPL-3.0-or-later

// Command generate writes the specifications of package specs: of each module of
// the collection, and of its inventory plugin, what the documentation says.
//
//	go generate ./internal/specs
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/acsmon/acsmon-ansible/collection"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
)

func main() {
	log.SetFlags(0)
	if err := generate("."); err != nil {
		log.Fatal(err)
	}
}

// generate writes NAME.json for each into the folder.
func generate(folder string) error {
	if err := write(folder, "acsmon", collection.Inventory); err != nil {
		return err
	}
	for _, name := range collection.ModuleNames() {
		if err := write(folder, name, collection.Module); err != nil {
			return err
		}
	}
	return nil
}

func write(folder, name string, read func(string) ([]byte, error)) error {
	source, err := read(name)
	if err != nil {
		return err
	}
	spec, err := ansible.ReadSpec(source, fragment)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "\t")
	if err := encoder.Encode(spec); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return os.WriteFile(filepath.Join(folder, name+".json"), text.Bytes(), 0o644)
}

// fragment gives the documentation's fragments. Ansible's own, which describes
// what needs Jinja, has nothing to say here: those settings never come this far.
func fragment(name string) ([]byte, error) {
	if name == "constructed" {
		return []byte("DOCUMENTATION = r'''options: {}'''\n"), nil
	}
	return collection.Fragment(name)
}
