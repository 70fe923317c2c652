// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/export"
	"github.com/acsmon/acsmon-ansible/internal/modules"
	"github.com/acsmon/acsmon-ansible/internal/settings"
)

// exportInstall writes the whole install as a playbook, to a file or to stdout. It
// may hold what is in the configs of monitors, so the file is the user's own.
func exportInstall(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) > 1 {
		return errors.New("export takes one argument, the file to write\nhint: acsmon export install.yml")
	}
	connection, err := settings.Resolve(nil, os.LookupEnv)
	if err != nil {
		return err
	}
	client, err := connection.Client()
	if err != nil {
		return err
	}
	lists, err := modules.Gather(acsmon.WithWaitBudget(ctx, connection.MaxWait), client)
	if err != nil {
		return err
	}
	playbook, err := export.Playbook(connection.Origin(), lists)
	if err != nil {
		return err
	}
	if len(args) == 1 {
		return os.WriteFile(args[0], playbook, 0o600)
	}
	_, err = stdout.Write(playbook)
	return err
}
