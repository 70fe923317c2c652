// SPDX-License-Identifier: GPL-3.0-or-later

// Command acsmon is everything of the collection in one executable: its modules,
// the inventory script, and the commands for people. The collection ships it for
// each platform.
package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/inventory"
	"github.com/acsmon/acsmon-ansible/internal/modules"
	"github.com/acsmon/acsmon-ansible/internal/progress"
	"github.com/acsmon/acsmon-ansible/internal/settings"
	"github.com/acsmon/acsmon-ansible/internal/watch"
)

// program lists the commands in the order in which a person needs them.
var program = &command.Program{
	Name:  "acsmon",
	Short: "acsmon connects ACS Monitor and Ansible.",
	Commands: []*command.Command{
		loginCommand, logoutCommand, whoamiCommand, doctorCommand, installCommand, schemaCommand, exportCommand, watch.Command, inventory.Command,
		moduleCommand, modules.LookupCommand(),
	},
	Flagged: inventory.Command,
	Context: progress.OfCommand,
	Explain: settings.CommandLine.Explain,
}

func main() {
	// Ansible copies a binary module to the target under this name, and calls it with the file of
	// its arguments, which name the module.
	if strings.HasPrefix(filepath.Base(os.Args[0]), "AnsiballZ_") {
		(&command.Program{Name: "acsmon", Flagged: modules.Command("")}).Main()
	}
	program.Main()
}
