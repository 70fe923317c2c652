// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/command"
)

// Names are the names of all modules.
func Names() []string {
	var names []string
	for _, m := range All() {
		names = append(names, m.Name)
	}
	return names
}

// Command is one module as a program of its own, which Ansible runs as a binary module. If the name
// is empty, the arguments name the module.
func Command(name string) *command.Command {
	return &command.Command{
		Name: name, Args: "[FILE]",
		Short: "run this module of the collection on a JSON file of arguments, or on standard input",
		Long: `Ansible runs it as a binary module, from the folder library beside a playbook. The result is
one JSON object.`,
		Prepare: command.Do(func(ctx context.Context, call command.Call) error {
			return Serve(ctx, name, call.Args, call)
		}),
	}
}

// Serve runs one module as Ansible does, with the file of its arguments, or as the collection's
// action plugin does, with the arguments on standard input. If the module fails, it prints a result
// on stdout that says so, and returns an exit status.
func Serve(ctx context.Context, name string, files []string, call command.Call) error {
	var arguments io.Reader = call.Stdin
	if len(files) > 0 {
		file, err := os.Open(files[0])
		if err != nil {
			return fmt.Errorf("the arguments cannot be read: %w", err)
		}
		defer file.Close()
		arguments = file
	}
	if name == "" {
		return exit(ansible.Dispatch(ctx, All(), arguments, call.Stdout))
	}
	module, err := ansible.Find(All(), name)
	if err != nil {
		return command.Usagef("%v", err)
	}
	return exit(module.Main(ctx, arguments, call.Stdout))
}

func exit(status int) error {
	if status == 0 {
		return nil
	}
	return command.Exit(status)
}
