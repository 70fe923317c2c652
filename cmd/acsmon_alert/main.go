// SPDX-License-Identifier: GPL-3.0-or-later

// Command acsmon_alert is the module acsmon_alert alone, as a binary module for a
// playbook's library folder.
package main

import (
	"context"
	"os"

	"github.com/acsmon/acsmon-ansible/internal/modules"
	"github.com/acsmon/acsmon-ansible/internal/version"
)

func main() {
	os.Exit(modules.Main(context.Background(), version.Release(), "acsmon_alert", os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
