// SPDX-License-Identifier: GPL-3.0-or-later

// Package command makes programs of commands. It owns how a command line is read,
// what help, near misses and completions say, the exit status, and the signals that
// end a program. It does not know what any command does.
//
// It stands on the standard library's flags. cobra was tried: it makes the executable
// 0.2 MB larger, and its own words for wrong usage and its help would have to be
// replaced, which is most of what is here.
package command

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// Command is one command: everything that help shows of it, and what it does.
type Command struct {
	Name string
	// Args names the arguments as help shows them, such as "NAME [FILE]". Those in brackets are
	// optional. It also decides how many are accepted.
	Args string
	// Short is one line without a full stop.
	Short string
	// Long is what help says below Short: paragraphs that are printed as they are.
	Long string
	// Environment are the variables that the command reads.
	Environment []Variable
	// Words returns what the first argument can be, for completion; nil: a file.
	Words func() []string
	// Prepare declares the flags, and returns the function that runs when they are set. It must do
	// nothing else, because help calls it too. A flag without a usage is for programs, and help
	// does not show it.
	Prepare func(*flag.FlagSet) Run
}

// Run does the work of a command. The program prints its error and takes the exit status from it:
// see Usagef, Hint and Exit.
type Run func(ctx context.Context, call Call) error

// Call is what a command is called with.
type Call struct {
	Args           []string // without the flags
	Program        string   // the path with which the program was called
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Lookup         func(name string) (string, bool) // finds an environment variable

	name     string   // of the program
	terminal *os.File // the file that Stdin was, if it was one
}

// Complain prints a line to stderr, fit for a terminal.
func (c Call) Complain(message string) {
	fmt.Fprintf(c.Stderr, "%s: %s\n", c.name, untrusted.Visible(strings.TrimSpace(message)))
}

// Variable is an environment variable as help shows it. It is an alias, so that a package can list
// the variables that it reads without knowing this package.
type Variable = struct{ Name, Usage string }

// Do prepares a command that has no flags.
func Do(run Run) func(*flag.FlagSet) Run {
	return func(*flag.FlagSet) Run { return run }
}

// flags returns the command's flags with their defaults, and the function that runs with them.
func (c *Command) flags() (*flag.FlagSet, Run) {
	set := flag.NewFlagSet(c.Name, flag.ContinueOnError)
	return set, c.Prepare(set)
}

// argumentRange returns how many arguments the command takes.
func (c *Command) argumentRange() (least, most int) {
	for word := range strings.FieldsSeq(c.Args) {
		most++
		if !strings.HasPrefix(word, "[") {
			least++
		}
	}
	return least, most
}

// start parses the command line and runs the command.
func (c *Command) start(ctx context.Context, call Call) error {
	set, run := c.flags()
	var err error
	if call.Args, err = parse(set, call.Args); err != nil {
		return err
	}
	if least, most := c.argumentRange(); len(call.Args) > most {
		return Usagef("%q was not expected: %s takes %s", call.Args[most], c.Name, c.taken())
	} else if len(call.Args) < least {
		return Usagef("%s needs %s", c.Name, c.Args)
	}
	return run(ctx, call)
}

// taken says which arguments the command takes.
func (c *Command) taken() string {
	set, _ := c.flags()
	options := false
	set.VisitAll(func(*flag.Flag) { options = true })
	switch {
	case c.Args != "":
		return c.Args
	case options:
		return "options only"
	}
	return "no arguments"
}
