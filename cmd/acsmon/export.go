// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/acsmon/acsmon-ansible/internal/export"
	"github.com/acsmon/acsmon-ansible/internal/files"
	"github.com/acsmon/acsmon-ansible/internal/modules"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// exportInstall writes the whole install as a playbook, to a file or to stdout. It
// may hold what is in the configs of monitors, so the file is the user's own.
func exportInstall(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) > 1 {
		return errors.New("export takes one argument, the file to write\nhint: acsmon export install.yml")
	}
	secrets := &untrusted.Secrets{}
	client, ctx, err := connect(ctx, secrets, stderr)
	if err != nil {
		return err
	}
	lists, err := modules.Gather(ctx, client)
	if err != nil {
		return err
	}
	playbook, err := export.Playbook(client.Origin(), lists, secrets)
	if err != nil {
		return err
	}
	if len(args) == 1 {
		return writeOwn(args[0], playbook)
	}
	_, err = stdout.Write(playbook)
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
