// SPDX-License-Identifier: GPL-3.0-or-later

// Command inventory is the inventory script alone: `ansible-inventory -i inventory --list`.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/acsmon/acsmon-ansible/internal/inventory"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process
	status := inventory.Main(ctx, os.Args[1:], os.LookupEnv, os.Args[0], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
