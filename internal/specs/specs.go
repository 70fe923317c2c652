// SPDX-License-Identifier: GPL-3.0-or-later

// Package specs holds what the collection's documentation says of its modules and of its inventory
// and lookup plugins, in a form that loads fast.
//
// The documentation is the specification. The JSON beside this file is made from it by go generate,
// and is committed so that go install has it too. A test fails if the two differ.
package specs

import (
	"embed"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
)

//go:generate go run ./generate

//go:embed *.json
var files embed.FS

// Load returns the specification of a module, without its examples. Under the name acsmon it
// returns that of the inventory plugin, which includes the options that only Ansible evaluates, and
// under the name lookup that of the lookup plugin. The error is fs.ErrNotExist if there is none of
// that name.
func Load(name string) (*ansible.Spec, error) {
	text, err := files.ReadFile(name + ".json")
	if err != nil {
		return nil, err
	}
	return ansible.DecodeSpec(text)
}

// SettingsSchema returns the JSON schema of the inventory's settings file.
func SettingsSchema() []byte {
	text, err := files.ReadFile("settings.schema.json")
	if err != nil {
		panic(err) // it is compiled in
	}
	return text
}
