// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"fmt"
	"os"

	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/export"
	"github.com/acsmon/acsmon-ansible/internal/files"
	"github.com/acsmon/acsmon-ansible/internal/modules"
	"github.com/acsmon/acsmon-ansible/internal/settings"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

var exportCommand = &command.Command{
	Name: "export", Args: "[FILE]",
	Short: "write the whole install as a playbook that makes it so again",
	Long: `Without a file, the playbook goes to standard output. A file is made so that only the
current user can read it: it holds what is in the configs of monitors.`,
	Environment: settings.Variables(),
	Prepare:     command.Do(exportInstall),
}

// exportInstall writes the install to a file or to stdout.
func exportInstall(ctx context.Context, call command.Call) error {
	secrets := &untrusted.Secrets{}
	client, ctx, err := connect(ctx, call, secrets)
	if err != nil {
		return err
	}
	lists, err := modules.Gather(ctx, client)
	if err != nil {
		return err
	}
	playbook, err := export.Playbook(client.Origin(), lists, secrets, nil)
	if err != nil {
		return err
	}
	if len(call.Args) == 1 {
		return writeOwn(call.Args[0], playbook)
	}
	_, err = call.Stdout.Write(playbook)
	return err
}

// writeOwn writes a file that nobody else can read, even where the one before it could
// be. What is no regular file, such as /dev/stdout, stays what it is.
func writeOwn(path string, content []byte) error {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(path, content, 0o600)
	}
	if err := files.Replace(path, content, 0o600); err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, err)
	}
	return nil
}
