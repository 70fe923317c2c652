// SPDX-License-Identifier: GPL-3.0-or-later

// Command acsmon is everything of the collection in one executable: its modules,
// the inventory script, and the commands for people. The collection ships it for
// each platform.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/acsmon/acsmon-ansible/internal/inventory"
	"github.com/acsmon/acsmon-ansible/internal/modules"
	"github.com/acsmon/acsmon-ansible/internal/settings"
	"github.com/acsmon/acsmon-ansible/internal/version"
	"github.com/acsmon/acsmon-ansible/internal/watch"
)

const usage = `acsmon connects ACS Monitor and Ansible.

As an inventory script:
  ansible-inventory -i acsmon --list    (acsmon --list, acsmon --host NAME)

For people:
  acsmon install [DIR]         put this executable, a settings file and an ansible.cfg into a folder
  acsmon --explain NAME        say why a host has its name, its address and its groups
  acsmon export [FILE]         write the whole install as a playbook that makes it so again
  acsmon watch [OPTION]...     print a line of JSON each time an alert opens, is acknowledged or is resolved
  acsmon login [URL]           log in and keep a token for this server
  acsmon logout                revoke and forget the kept tokens
  acsmon whoami                show whose token is used, and what it may do
  acsmon version               show the version

For the collection:
  acsmon module NAME [FILE]    run a module on a JSON file of arguments, or on standard input
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process
	status := run(ctx, os.Args, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run does what the arguments say and returns the exit status.
func run(ctx context.Context, args []string, stdin *os.File, stdout, stderr io.Writer) int {
	called, args := args[0], args[1:]
	// Ansible copies a binary module to the target under this name, and calls it
	// with the file of its arguments.
	if strings.HasPrefix(filepath.Base(called), "AnsiballZ_") {
		return modules.Main(ctx, version.Release(), "", args, stdin, stdout, stderr)
	}
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return 2
	}
	if strings.HasPrefix(args[0], "-") && args[0] != "-h" && args[0] != "--help" && args[0] != "--version" {
		return inventory.Main(ctx, args, os.LookupEnv, called, stdin, stdout, stderr)
	}
	readsOptions := args[0] == "inventory" || args[0] == "watch"
	if len(args) > 1 && (args[1] == "-h" || args[1] == "--help") && !readsOptions {
		args = []string{"help"}
	}
	if slices.Contains([]string{"install", "export", "login"}, args[0]) && len(args) > 1 && strings.HasPrefix(args[1], "-") {
		fmt.Fprintf(stderr, "acsmon: %s takes no options, and %q was given\nhint: acsmon help lists the commands\n", args[0], args[1])
		return 2
	}
	if slices.Contains([]string{"logout", "whoami", "version"}, args[0]) && len(args) > 1 {
		fmt.Fprintf(stderr, "acsmon: %s takes no arguments, and %q was given\n", args[0], args[1])
		return 2
	}
	var err error
	switch args[0] {
	case "module":
		return runModule(ctx, args[1:], stdin, stdout, stderr)
	case "inventory":
		return inventory.Main(ctx, args[1:], os.LookupEnv, called, stdin, stdout, stderr)
	case "watch":
		return watch.Main(ctx, args[1:], os.LookupEnv, stdin, stdout, stderr)
	case "install":
		err = install(args[1:], stdout)
	case "export":
		err = exportInstall(ctx, args[1:], stdout, stderr)
	case "login":
		err = login(ctx, args[1:], stdin, stdout, stderr)
	case "logout":
		err = logout(ctx, stdout)
	case "whoami":
		err = whoami(ctx, stdout, stderr)
	case "version", "--version":
		fmt.Fprintf(stdout, "acsmon %s\n", version.String())
	case "help", "-h", "--help":
		fmt.Fprint(stdout, usage)
	default:
		fmt.Fprintf(stderr, "acsmon: there is no command %q\nhint: acsmon help lists the commands\n", args[0])
		return 2
	}
	if err != nil {
		fmt.Fprintf(stderr, "acsmon: %v\n", settings.CommandLine.Explain(err))
		return 1
	}
	return 0
}

func runModule(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 || len(args) > 2 {
		fmt.Fprintln(stderr, "acsmon: a module's name is needed, and perhaps a file of arguments\nhint: acsmon module acsmon_monitor arguments.json")
		return 2
	}
	return modules.Main(ctx, version.Release(), args[0], args[1:], stdin, stdout, stderr)
}

func install(args []string, stdout io.Writer) error {
	folder := "."
	switch len(args) {
	case 0:
	case 1:
		folder = args[0]
	default:
		return errors.New("install takes one argument, the folder")
	}
	executable, err := os.Executable()
	if err != nil {
		return err
	}
	return inventory.Install(executable, folder, stdout)
}
