// SPDX-License-Identifier: GPL-3.0-or-later

// Command acsmon_monitor is only the module acsmon_monitor, as a binary module for the library
// folder of a playbook.
package main

import (
	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/modules"
)

func main() {
	(&command.Program{Name: "acsmon", Flagged: modules.Command("acsmon_monitor")}).Main()
}
