// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"

	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/modules"
	"github.com/acsmon/acsmon-ansible/internal/settings"
)

var moduleCommand = &command.Command{
	Name: "module", Args: "NAME [FILE]", Words: modules.Names,
	Short: "run a module of the collection on a JSON file of arguments, or on standard input",
	Long: `The result is one JSON object. ansible-doc shows the options of a module:

  ansible-doc acsmon.monitor.acsmon_monitor
  echo '{"name": "Web", "type": "https", "host": "example.com"}' | acsmon module acsmon_monitor`,
	Environment: settings.Variables(),
	Prepare: command.Do(func(ctx context.Context, call command.Call) error {
		return modules.Serve(ctx, call.Args[0], call.Args[1:], call)
	}),
}
