// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"cmp"
	"context"
	"os"

	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/inventory"
	"github.com/acsmon/acsmon-ansible/internal/specs"
)

var installCommand = &command.Command{
	Name: "install", Args: "[FOLDER]",
	Short: "put this executable, a settings file and an ansible.cfg into a folder",
	Long: `Without FOLDER, it uses the current folder. The folder then serves as an inventory:

  cd FOLDER && ansible-inventory -i acsmon --graph

An executable that exists is replaced. A settings file or an ansible.cfg that exists is left as it is.`,
	Prepare: command.Do(install),
}

func install(_ context.Context, call command.Call) error {
	executable, err := os.Executable()
	if err != nil {
		return err
	}
	folder := "."
	if len(call.Args) == 1 {
		folder = cmp.Or(call.Args[0], folder)
	}
	return inventory.Install(executable, folder, call.Stdout)
}

var schemaCommand = &command.Command{
	Name:  "schema",
	Short: "print the JSON schema of the inventory's settings file, for editors",
	Long: `The settings file that acsmon install writes names the schema file beside it, so an editor that
uses the YAML language server completes and checks it.`,
	Prepare: command.Do(func(_ context.Context, call command.Call) error {
		_, err := call.Stdout.Write(specs.SettingsSchema())
		return err
	}),
}
