// SPDX-License-Identifier: GPL-3.0-or-later

// Command acsmon-sandbox serves an ACS Monitor that lives in memory, for
// trying things out: a made-up fleet, the limits and errors of the real thing,
// and on request its unknown sides and its faults.
//
// It prints the environment that clients read, and stops on SIGINT or SIGTERM.
// GET /_sandbox/requests shows what was asked so far, POST /_sandbox/reset
// forgets it; neither needs a token.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/files"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "acsmon-sandbox:", err)
		os.Exit(1)
	}
}

// A command is what the flags say.
type command struct {
	options         acsmontest.Options
	faults          []acsmontest.Fault
	addr, readyFile string
	email, password string
}

// run serves until ctx is done.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, err := parse(args, stderr)
	if err != nil {
		return err
	}
	server := acsmontest.New(c.options)
	server.Inject(c.faults...)
	if c.password != "" {
		server.AddUser(c.email, c.password, server.Permissions()...)
	}
	if err := server.Listen(c.addr); err != nil {
		return err
	}
	defer server.Close()
	exports := fmt.Sprintf("export ACSMON_BASE_URL='%s'\nexport ACSMON_TOKEN='%s'\n", server.URL, server.Token)
	if c.readyFile != "" {
		if err := files.Replace(c.readyFile, []byte(exports), 0o600); err != nil {
			return err
		}
		defer os.Remove(c.readyFile)
	}
	fmt.Fprintf(stdout, "# ACS Monitor sandbox: %d devices, %d monitors, %d open alerts, %s; ctrl-c ends it\n%s",
		c.options.Devices, c.options.Monitors, c.options.OpenAlerts, c.limits(), exports)
	<-ctx.Done()
	return nil
}

func (c *command) limits() string {
	if c.options.RateLimit == 0 {
		return "no rate limit"
	}
	return fmt.Sprintf("%d requests a minute", c.options.RateLimit)
}

func parse(args []string, stderr io.Writer) (*command, error) {
	c := &command{}
	o := &c.options
	fs := flag.NewFlagSet("acsmon-sandbox", flag.ContinueOnError)
	fs.SetOutput(io.Discard) // main reports the error, in one line
	fs.StringVar(&c.addr, "addr", "127.0.0.1:0", "`address` to listen on; port 0 takes a free one")
	fs.StringVar(&c.readyFile, "ready-file", "", "write the exports to this `file` (mode 0600) once the server listens; removed at the end")
	fs.StringVar(&c.email, "email", "api@example.com", "`address` of the account that -password makes")
	fs.StringVar(&c.password, "password", "", "make an administrator's account that can log in with this `password`")
	fs.Uint64Var(&o.Seed, "seed", 1, "`number` that decides the fleet: the same seed and sizes, the same fleet")
	countVar(fs, &o.Devices, "devices", 20, "`number` of devices")
	countVar(fs, &o.Monitors, "monitors", 40, "`number` of monitors")
	countVar(fs, &o.OpenAlerts, "alerts", 6, "`number` of open alerts, shared out between devices and monitors")
	countVar(fs, &o.RateLimit, "rate-limit", 60, "`requests` a minute each user may send; 0 means no limit")
	countVar(fs, &o.LoginLimit, "login-limit", 6, "`logins` a minute each address may try; 0 means no limit")
	countVar(fs, &o.LicenceCap, "licence-cap", 0, "`number` of devices and monitors that the licence allows; 0 means no cap")
	fs.DurationVar(&o.Latency, "latency", 0, "time added to each request")
	fs.DurationVar(&o.CheckTime, "check-time", 0, "time until a queued check is done")
	fs.StringVar(&o.Prefix, "prefix", "", "serve under this `path`")
	for _, choice := range acsmontest.Choices() {
		fs.Func("alt-"+choice.Name, "`choice` where the API is not publicly known: "+strings.Join(choice.Values, ", "), func(value string) error {
			return o.Alternatives.Set(choice.Name, value)
		})
	}
	countVar(fs, &o.Alternatives.PerPageCap, "alt-per-page-cap", 100, "`rows` that a page can have")
	fs.Func("alt-filter-fields", "comma-separated `fields` that filter[...] knows (default all)", list(&o.Alternatives.FilterFields))
	fs.Func("alt-sort-fields", "comma-separated `fields` that sort knows (default all)", list(&o.Alternatives.SortFields))
	fs.Func("fault", "`fault` to inject, any number of them: METHOD PATH EFFECT[=VALUE] [TIMES|SHARE%] [skip=N],\n"+
		"such as 'POST /monitors cut-after 1' or '* * status=503 5%'; effects:\n"+strings.Join(acsmontest.EffectNames(), ", "),
		func(line string) error {
			f, err := acsmontest.ParseFault(line)
			c.faults = append(c.faults, f)
			return err
		})
	err := fs.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fs.SetOutput(stderr)
		fmt.Fprintln(stderr, "Usage: acsmon-sandbox [flags]")
		fs.PrintDefaults()
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w (see acsmon-sandbox -h)", err)
	case fs.NArg() > 0:
		return nil, fmt.Errorf("takes flags only, not %q (see acsmon-sandbox -h)", fs.Arg(0))
	}
	return c, nil
}

// countVar is IntVar for a number that cannot be negative.
func countVar(fs *flag.FlagSet, target *int, name string, value int, usage string) {
	*target = value
	fs.Func(name, fmt.Sprintf("%s (default %d)", usage, value), func(text string) error {
		n, err := strconv.ParseUint(text, 10, 31)
		if err != nil {
			return errors.New("must be a whole number, 0 or more")
		}
		*target = int(n)
		return nil
	})
}

func list(target *[]string) func(string) error {
	return func(value string) error {
		*target = strings.Split(value, ",")
		return nil
	}
}
