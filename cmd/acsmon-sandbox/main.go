// SPDX-License-Identifier: GPL-3.0-or-later

// Command acsmon-sandbox serves an ACS Monitor that exists only in memory, for trying things out: a
// made-up fleet, the limits and errors of the real server, and on request its unknown sides and its
// faults.
//
// It prints the environment that clients use, and stops at SIGINT or SIGTERM. GET
// /_sandbox/requests shows the requests so far, POST /_sandbox/reset forgets them; neither needs a
// token.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/files"
)

func main() {
	program.Main()
}

var program = &command.Program{Name: "acsmon-sandbox", Flagged: &command.Command{
	Name:  "acsmon-sandbox",
	Short: "serve an ACS Monitor in memory, to try things out",
	Long: `It prints the environment variables for clients to export, and runs until it is stopped. The
options that begin with --alt- choose how it behaves where the API is not publicly known; the
first choice is the default.`,
	Prepare: func(flags *flag.FlagSet) command.Run { return declare(flags).serve },
}}

// sandboxOptions are what the flags say.
type sandboxOptions struct {
	server          acsmontest.Options
	faults          []acsmontest.Fault
	addr, readyFile string
	email, password string
}

// serve serves until ctx is done.
func (o *sandboxOptions) serve(ctx context.Context, call command.Call) error {
	server := acsmontest.New(o.server)
	server.Inject(o.faults...)
	if o.password != "" {
		server.AddUser(o.email, o.password, server.Permissions()...)
	}
	if err := server.Listen(o.addr); err != nil {
		return err
	}
	defer server.Close()
	exports := fmt.Sprintf("export ACSMON_BASE_URL='%s'\nexport ACSMON_TOKEN='%s'\n", server.URL, server.Token)
	if o.readyFile != "" {
		if err := files.Replace(o.readyFile, []byte(exports), 0o600); err != nil {
			return err
		}
		defer os.Remove(o.readyFile)
	}
	fmt.Fprintf(call.Stdout, "# ACS Monitor sandbox: %d devices, %d monitors, %d open alerts, %s; ctrl-c ends it\n%s",
		o.server.Devices, o.server.Monitors, o.server.OpenAlerts, o.limits(), exports)
	<-ctx.Done()
	return nil
}

func (o *sandboxOptions) limits() string {
	if o.server.RateLimit == 0 {
		return "no rate limit"
	}
	return fmt.Sprintf("%d requests a minute", o.server.RateLimit)
}

func declare(fs *flag.FlagSet) *sandboxOptions {
	c := &sandboxOptions{}
	o := &c.server
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
	return c
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
