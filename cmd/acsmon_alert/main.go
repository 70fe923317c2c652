// SPDX-License-Identifier: GPL-3.0-or-later

// Command acsmon_alert is the module acsmon_alert alone, as a binary module for a
// playbook's library folder.
package main

import (
	"context"
	"os"

	"github.com/acsmon/acsmon-ansible/internal/modules"
)

var version = "devel" // stamped by the build

func main() {
	os.Exit(modules.Main(context.Background(), version, "acsmon_alert", os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
