// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/export"
	"github.com/acsmon/acsmon-ansible/internal/modules"
	"github.com/acsmon/acsmon-ansible/internal/settings"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

var exportCommand = &command.Command{
	Name: "export", Args: "[FILE]",
	Short: "write the whole install as a playbook that recreates it",
	Long: `Without a file, the playbook goes to standard output. Only the current user can read
the file, because it holds the configs of monitors. Values whose keys have the names of secrets
are left out: a placeholder shows where they go.`,
	Environment: settings.Variables(),
	Prepare: func(set *flag.FlagSet) command.Run {
		var o exportOptions
		set.BoolVar(&o.force, "force", false, "overwrite the file if it exists")
		set.StringVar(&o.secretKeys, "secret-keys", "", "`NAMES` of other keys that hold secrets, separated by commas")
		set.StringVar(&o.fields, "fields", "", "`KEYS` of the API without an option to export too, separated by commas")
		return o.run
	},
}

// exportOptions are the flags of acsmon export.
type exportOptions struct {
	force      bool
	secretKeys string
	fields     string
}

// list splits names with commas between them.
func list(names string) []string {
	return strings.FieldsFunc(names, func(c rune) bool { return c == ',' || c == ' ' })
}

// run writes the install to a file or to stdout.
func (o *exportOptions) run(ctx context.Context, call command.Call) error {
	if len(call.Args) == 1 {
		if err := mayWrite(call.Args[0], o.force); err != nil { // check this before asking the server
			return err
		}
	}
	secrets := &untrusted.Secrets{}
	client, ctx, err := connect(ctx, call, secrets)
	if err != nil {
		return err
	}
	lists, warnings, err := modules.Gather(ctx, client, list(o.fields))
	for _, warning := range warnings {
		call.Complain(secrets.Redact(warning))
	}
	if err != nil {
		return err
	}
	keys := untrusted.SecretKeys(list(o.secretKeys))
	playbook, err := export.Playbook(client.Origin(), lists, secrets, keys)
	if err != nil {
		return err
	}
	if len(call.Args) == 0 {
		_, err = call.Stdout.Write(playbook)
		return err
	}
	if err := writeOwn(call.Args[0], playbook, o.force); err != nil {
		return err
	}
	_, err = fmt.Fprintf(call.Stdout, "wrote %s: %s\n", untrusted.Visible(call.Args[0]), summary(lists, playbook))
	return err
}

// summary says what is in a playbook.
func summary(lists []modules.Gathered, playbook []byte) string {
	secrets := strings.Count(string(playbook), ": "+untrusted.NoLog)
	var parts []string
	for _, list := range lists {
		parts = append(parts, fmt.Sprintf("%s %d", strings.ReplaceAll(list.Option, "_", " "), len(list.Items)))
		for _, item := range list.Items {
			secrets += len(item.Secrets)
		}
	}
	return fmt.Sprintf("%s; secrets left out %d", strings.Join(parts, ", "), secrets)
}
