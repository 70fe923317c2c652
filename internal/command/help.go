// SPDX-License-Identifier: GPL-3.0-or-later

package command

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"strings"
)

// helpCommand shows a command of the program, or lists them.
func (p *Program) helpCommand() *Command {
	return &Command{
		Name: "help", Args: "[COMMAND]", Short: "list the commands, or show one of them", Words: p.names,
		Prepare: Do(func(_ context.Context, call Call) error {
			var about *Command
			if len(call.Args) == 1 {
				var err error
				if about, err = p.find(call.Args[0]); err != nil {
					return err
				}
			}
			_, err := fmt.Fprint(call.Stdout, p.help(about))
			return err
		}),
	}
}

var versionCommand = &Command{
	Name: "version", Short: "print the version",
	Prepare: Do(func(context.Context, Call) error { return errVersion }),
}

// help returns the help for a command, or for the whole program if it is nil.
func (p *Program) help(c *Command) string {
	if c == nil {
		return p.overview()
	}
	var b strings.Builder
	usage := p.Name + " " + c.Name
	if p.Commands == nil {
		usage = c.Name
	}
	set, _ := c.flags()
	options := optionRows(set)
	if len(options) > 0 {
		usage += " [OPTION]..."
	}
	fmt.Fprintf(&b, "Usage: %s\n\n%s.\n", strings.TrimSpace(usage+" "+c.Args), sentence(c.Short))
	if c.Long != "" {
		fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(c.Long))
	}
	writeRows(&b, "Options", options)
	var variables []row
	for _, v := range c.Environment {
		variables = append(variables, row{v.Name, v.Usage})
	}
	writeRows(&b, "Environment", variables)
	return b.String()
}

// overview lists the commands.
func (p *Program) overview() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nUsage: %s COMMAND [ARGUMENT]...\n", p.Short, p.Name)
	if p.Flagged != nil {
		fmt.Fprintf(&b, "       %s OPTION...    %s (see %s help %s)\n", p.Name, p.Flagged.Short, p.Name, p.Flagged.Name)
	}
	var rows []row
	for _, c := range p.commands() {
		rows = append(rows, row{strings.TrimSpace(c.Name + " " + c.Args), c.Short})
	}
	writeRows(&b, "Commands", rows)
	fmt.Fprintf(&b, "\n%s help COMMAND shows the options of a command, and the environment that it reads.\n", p.Name)
	return b.String()
}

// row is a line of help: a word, and what it means.
type row struct{ word, meaning string }

// optionRows returns the flags as help shows them, with defaults that are not empty.
func optionRows(set *flag.FlagSet) []row {
	var rows []row
	set.VisitAll(func(f *flag.Flag) {
		if f.Usage == "" {
			return
		}
		placeholder, usage := flag.UnquoteUsage(f)
		word := "--" + f.Name
		if !isSwitch(f) {
			word += " " + cmp.Or(placeholder, "VALUE")
			if f.DefValue != "" && f.DefValue != "0" && f.DefValue != "0s" {
				usage += " (default " + f.DefValue + ")"
			}
		}
		rows = append(rows, row{word, usage})
	})
	return rows
}

const (
	textWidth  = 88
	wordColumn = 26
)

// writeRows writes a section of help in two columns. A long word gets a line of its own.
func writeRows(b *strings.Builder, title string, rows []row) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s:\n", title)
	for _, r := range rows {
		lines := wrap(r.meaning, textWidth-wordColumn)
		if len(r.word) > wordColumn-4 {
			fmt.Fprintf(b, "  %s\n", r.word)
			r.word = ""
		}
		for _, line := range lines {
			fmt.Fprintf(b, "  %-*s%s\n", wordColumn-2, r.word, line)
			r.word = ""
		}
	}
}

// wrap breaks a text into lines that are no longer than width, if its words allow that.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case len(line)+1+len(word) > width:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// sentence begins a text with a capital letter.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
