// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/doctor"
	"github.com/acsmon/acsmon-ansible/internal/settings"
)

var doctorCommand = &command.Command{
	Name:  "doctor",
	Short: "find out what is wrong, and how this server behaves",
	Long: `Prints a line for each check: ok, warning or failure, and what to do. It only reads, and sends
at most 25 requests. It keeps what it learns in the server profile, which modules and the
inventory use. The exit status is 1 if a check fails.

With --write, it learns more on scratch rows that it makes and removes: two or three groups,
and a monitor and a device that are not active. Their names begin with acsmon-doctor-.`,
	Environment: settings.Variables(),
	Prepare: func(flags *flag.FlagSet) command.Run {
		var e examination
		flags.BoolVar(&e.json, "json", false, "print JSON")
		flags.StringVar(&e.report, "report", "", "also write a report for an issue to this `FILE`, without private values")
		flags.BoolVar(&e.write, "write", false, "also make scratch rows, and remove them")
		return e.run
	},
}

// examination is what the command line asks for.
type examination struct {
	json, write bool
	report      string
}

func (e *examination) run(ctx context.Context, call command.Call) error {
	if e.write {
		defer command.Hold()() // the scratch rows are removed and told of even after Ctrl-C
	}
	d, err := e.examine(ctx, call)
	if err != nil {
		return err
	}
	if e.report != "" {
		report, err := d.Report()
		if err != nil {
			return err
		}
		if err := writeOwn(e.report, report, true); err != nil {
			return err
		}
	}
	if e.json {
		content, err := d.JSON()
		if err != nil {
			return err
		}
		if _, err := call.Stdout.Write(content); err != nil {
			return err
		}
	} else if err := d.Print(call.Stdout); err != nil {
		return err
	}
	if d.Failed() {
		return command.Exit(1)
	}
	return nil
}

// examine examines the server, and saves what it learned if the server answered.
func (e *examination) examine(ctx context.Context, call command.Call) (*doctor.Doctor, error) {
	connection, err := settings.Resolve(settings.CommandLine, nil, call.Lookup, nil)
	if err != nil {
		return doctor.Unconnected(err), nil
	}
	d, err := doctor.New(connection)
	if err != nil {
		return doctor.Unconnected(err), nil
	}
	if e.write {
		if err := agree(call, connection.Server()); err != nil {
			return nil, err
		}
	}
	d.Examine(ctx)
	if e.write && !d.Failed() {
		d.Try(ctx)
	}
	if d.Profile.Learned.IsZero() {
		return d, nil
	}
	path, err := connection.SaveProfile(d.Profile)
	d.Kept(path, err)
	return d, nil
}

// agree asks a person first.
func agree(call command.Call, server string) error {
	if !call.Terminal() {
		return nil
	}
	fmt.Fprintf(call.Stderr, "Scratch rows are made at %s and removed: groups, a monitor and a device that are not active. Go on? [y/N] ", server)
	line, _ := bufio.NewReader(call.Stdin).ReadString('\n')
	if !strings.EqualFold(strings.TrimSpace(line), "y") && !strings.EqualFold(strings.TrimSpace(line), "yes") {
		return errors.New("nothing was written")
	}
	return nil
}
