// SPDX-License-Identifier: GPL-3.0-or-later

package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/nearmiss"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
	"github.com/acsmon/acsmon-ansible/internal/version"
)

// Program is an executable.
type Program struct {
	// Name is at the beginning of each line that the program prints to stderr.
	Name string
	// Short says in one sentence what the program is for.
	Short string
	// Commands are chosen by the first argument.
	Commands []*Command
	// Flagged runs if the first argument is a flag, or always if there are no commands.
	Flagged *Command
	// Context returns the context in which a command runs. If it is nil, the context stays as it
	// is.
	Context func(context.Context, Call) context.Context
	// Explain adds to an error what to do, in the words of the command line. If it is nil, nothing
	// is added.
	Explain func(error) error
}

// Main runs the program and ends the process. SIGINT and SIGTERM cancel the command's context. A
// second signal ends the process at once. If the command does not heed the first, as when it writes
// to a pipe that nobody reads, the process ends after the time of grace, unless it is held.
func (p *Program) Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() {
		stop()
		time.AfterFunc(grace, func() {
			held.Lock()
			os.Exit(failure)
		})
	})
	status := p.Run(ctx, os.Args[1:], Call{
		Program: os.Args[0], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Lookup: os.LookupEnv,
	})
	stop()
	os.Exit(status)
}

// grace is how long the command may take to end after a signal.
const grace = 5 * time.Second

// held is locked for reading by each command that Hold lets finish.
var held sync.RWMutex

// Hold lets a command that has to clean up after itself finish after a signal, however long that
// takes, until release is called. A second signal ends it all the same.
func Hold() (release func()) {
	held.RLock()
	return held.RUnlock
}

// Run does what a command line says, prints what went wrong, and returns the exit status: 0, or 1
// for a failure, or 2 for wrong usage.
func (p *Program) Run(ctx context.Context, words []string, call Call) int {
	call.name = p.Name
	if call.Stdin != nil {
		call.terminal, _ = call.Stdin.(*os.File)
		call.Stdin = &input{ctx: ctx, from: call.Stdin}
	}
	command, words, err := p.choose(words)
	if err == nil {
		call.Args = words
		if p.Context != nil {
			ctx = p.Context(ctx, call)
		}
		err = command.start(ctx, call)
	}
	var exit Exit
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		_, _ = io.WriteString(call.Stdout, p.help(command))
		return 0
	case errors.Is(err, errVersion):
		fmt.Fprintf(call.Stdout, "%s %s\n", p.name(), version.String())
		return 0
	case errors.As(err, &exit):
		return int(exit)
	}
	return p.report(err, command, call)
}

// errVersion says that the version is wanted.
var errVersion = errors.New("the version is asked for")

// choose finds the command that the first word names, and the words that are left for it. Its
// errors say what the program itself should answer.
func (p *Program) choose(words []string) (*Command, []string, error) {
	first := ""
	if len(words) > 0 {
		first = words[0]
	}
	switch {
	case slices.Contains([]string{"--version", "-version"}, first):
		return nil, nil, errVersion
	case p.Commands == nil:
		return p.Flagged, words, nil
	case first == "":
		return nil, nil, Usagef("a command is needed")
	case slices.Contains([]string{"--help", "-help", "-h"}, first):
		return nil, nil, flag.ErrHelp
	case first[0] == '-' && p.Flagged != nil:
		return p.Flagged, words, nil
	}
	command, err := p.find(first)
	return command, words[1:], err
}

// commands returns the program's own commands and those that every program has.
func (p *Program) commands() []*Command {
	return append(slices.Clone(p.Commands), p.completionCommand(), p.helpCommand(), versionCommand)
}

// names returns the names of all commands.
func (p *Program) names() []string {
	var names []string
	for _, c := range p.commands() {
		names = append(names, c.Name)
	}
	return names
}

// find returns the command of that name.
func (p *Program) find(name string) (*Command, error) {
	for _, c := range p.commands() {
		if c.Name == name {
			return c, nil
		}
	}
	if near := nearmiss.Of(name, p.names()); near != "" {
		return nil, Usagef("there is no command %q: did you mean %s?", name, near)
	}
	return nil, Usagef("there is no command %q", name)
}

// report prints an error, and a hint on a line of its own.
func (p *Program) report(err error, command *Command, call Call) int {
	hint, status := hintOf(err), failure
	var usage *UsageError
	if errors.As(err, &usage) {
		status = wrongUsage
		if hint == "" {
			hint = p.whereHelpIs(command)
		}
	}
	if p.Explain != nil {
		err = p.Explain(err)
	}
	call.Complain(err.Error())
	if hint != "" {
		fmt.Fprintf(call.Stderr, "hint: %s\n", untrusted.Visible(hint))
	}
	return status
}

func (p *Program) name() string {
	if p.Commands == nil {
		return p.Flagged.Name
	}
	return p.Name
}

func (p *Program) whereHelpIs(command *Command) string {
	switch {
	case p.Commands == nil:
		return p.name() + " --help shows the usage"
	case command == nil:
		return p.Name + " help lists the commands"
	}
	return p.Name + " help " + command.Name + " shows the usage"
}
