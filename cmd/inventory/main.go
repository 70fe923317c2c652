// SPDX-License-Identifier: GPL-3.0-or-later

// Command inventory is only the inventory script: `ansible-inventory -i inventory --list`.
package main

import (
	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/inventory"
	"github.com/acsmon/acsmon-ansible/internal/progress"
)

func main() {
	(&command.Program{Name: "acsmon", Flagged: inventory.Command, Context: progress.OfCommand}).Main()
}
