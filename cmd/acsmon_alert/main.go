// SPDX-License-Identifier: GPL-3.0-or-later

// Command acsmon_alert is the module acsmon_alert alone, as a binary module for a
// playbook's library folder.
package main

import (
	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/modules"
)

func main() {
	(&command.Program{Name: "acsmon", Flagged: modules.Command("acsmon_alert")}).Main()
}
