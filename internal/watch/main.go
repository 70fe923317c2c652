// SPDX-License-Identifier: GPL-3.0-or-later

package watch

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/acsmon/acsmon-ansible/internal/alerts"
	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/lock"
	"github.com/acsmon/acsmon-ansible/internal/settings"
)

// Command prints what happens to alerts.
var Command = &command.Command{
	Name:  "watch",
	Short: "print a line of JSON each time an alert opens, is acknowledged or is resolved",
	Long: `It runs until it is stopped or its output is closed. A file records what it has reported, and
the next start goes on from there. Without that file, it reports all open alerts.
The token comes from the environment, or from acsmon login.`,
	Environment: append(settings.Variables(), settings.Variable{Name: "XDG_STATE_HOME", Usage: "folder of the state (default ~/.local/state)"}),
	Prepare: func(flags *flag.FlagSet) command.Run {
		return declare(flags).start
	},
}

// connecting are the options of the connection that are flags.
var connecting = []struct{ Option, Usage string }{
	{Option: "base_url", Usage: "`URL` of the web interface"},
	{Option: "validate_certs", Usage: "`false` accepts any certificate, in a lab"},
	{Option: "ca_path", Usage: "PEM `FILE` of a CA to trust in addition to the system's"},
	{Option: "timeout", Usage: "`SECONDS` that a request may take"},
	{Option: "connect_timeout", Usage: "`SECONDS` that connecting may take"},
	{Option: "max_wait", Usage: "`SECONDS` that a look may wait for the rate limit, maintenance and retries"},
}

// options are what the command line asks for.
type options struct {
	choice       alerts.Choice
	connection   map[string]any
	interval     time.Duration
	state        string
	skipExisting bool
	repeatOpen   bool
	overdueAfter time.Duration
	windows      bool
	confirm      bool

	// As the user gave them.
	flags                      *flag.FlagSet
	intervalSeconds, dueWithin int
	severity                   string
}

func declare(flags *flag.FlagSet) *options {
	o := &options{connection: map[string]any{}, flags: flags}
	flags.IntVar(&o.intervalSeconds, "interval", 60, "`SECONDS` between two looks, at least 5")
	flags.StringVar(&o.choice.Source, "source", "any", "only alerts of the `KIND` device, monitor or webhook")
	flags.StringVar(&o.severity, "severity", "", "only these, a `LIST` of info,warning,critical")
	flags.StringVar(&o.choice.Monitor, "monitor", "", "only alerts of the monitor with this `NAME` or id")
	flags.StringVar(&o.choice.Device, "device", "", "only alerts of the device with this `NAME` or id")
	flags.IntVar(&o.dueWithin, "overdue-after", 0, "report once more each alert that is still open after this many `SECONDS`")
	flags.BoolVar(&o.windows, "overdue-windows", false, "also report deploy windows that should have ended; each look then costs one request more for each 100 paused monitors, and the token needs monitors.view")
	flags.BoolVar(&o.skipExisting, "skip-existing", false, "do not report what is already open when there is no saved state")
	flags.BoolVar(&o.repeatOpen, "repeat-open", false, "at the start, report all open alerts, even those that were reported before")
	flags.StringVar(&o.state, "state", "", "keep the state in this `FILE`")
	flags.BoolVar(&o.confirm, "confirm", false, "after each line, wait for its key on standard input")
	for _, c := range connecting {
		flags.Func(strings.ReplaceAll(c.Option, "_", "-"), c.Usage, func(value string) error {
			o.connection[c.Option] = value
			return nil
		})
	}
	return o
}

// check returns an error for options that are wrong or do not fit together, and completes them.
func (o *options) check() error {
	var empty error
	o.flags.Visit(func(f *flag.Flag) {
		if _, isText := f.Value.(flag.Getter); isText && strings.TrimSpace(f.Value.String()) == "" {
			empty = command.Usagef("--%s is empty: leave it out, or give a value", f.Name)
		}
	})
	if empty != nil { // an empty list must not widen the choice
		return empty
	}
	if o.interval = time.Duration(o.intervalSeconds) * time.Second; o.interval < minInterval || o.interval > 24*time.Hour {
		return command.Usagef("--interval is %d: give %d to 86400 seconds, since each look costs at least a request for each list and status",
			o.intervalSeconds, int(minInterval.Seconds()))
	}
	if o.overdueAfter = time.Duration(o.dueWithin) * time.Second; o.overdueAfter < 0 || o.overdueAfter > 365*24*time.Hour {
		return command.Usagef("--overdue-after is %d: give a number of seconds, up to a year", o.dueWithin)
	}
	for word := range strings.SplitSeq(o.severity, ",") {
		if word = strings.TrimSpace(word); word != "" && !slices.Contains(o.choice.Severity, word) {
			o.choice.Severity = append(o.choice.Severity, word)
		}
	}
	slices.Sort(o.choice.Severity)
	if err := o.choice.Check(); err != nil {
		return command.Usagef("%v", err)
	}
	return nil
}

// start watches.
func (o *options) start(ctx context.Context, call command.Call) error {
	if err := o.check(); err != nil {
		return err
	}
	connection, err := settings.Resolve(settings.CommandLine, o.connection, call.Lookup, nil)
	if err != nil {
		return err
	}
	report := func(message string) { call.Complain(connection.Redact(message)) }
	connection.OnWarning = func(format string, a ...any) { report(fmt.Sprintf(format, a...)) }
	for _, warning := range connection.Warnings {
		report(warning)
	}
	if err := o.run(ctx, connection, call, report); err != nil {
		return errors.New(connection.Redact(connection.Explain(err).Error()))
	}
	return nil
}

// patience is how long a watcher waits for the one before it to end.
const patience = 5 * time.Second

func (o *options) run(ctx context.Context, connection *settings.Connection, call command.Call, report func(string)) (err error) {
	if o.state == "" {
		if o.state, err = defaultPath(connection, o.choice, o.overdueAfter); err != nil {
			return err
		}
	}
	release, err := o.lock(ctx)
	if err != nil {
		return err
	}
	defer release()
	state, err := loadState(o.state, connection.Origin())
	if err != nil {
		return err
	}
	client, err := connection.Client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	signal.Ignore(syscall.SIGPIPE) // so that a closed output is an error of the write
	go untilClosed(call.Stdout, cancel)
	out := &output{to: call.Stdout}
	if o.confirm {
		out.confirmations = confirmations(ctx, call.Stdin, cancel)
	}
	w := &Watcher{
		Client: client, Choice: o.choice, Interval: o.interval, MaxWait: connection.MaxWait, State: state,
		SkipExisting: o.skipExisting, RepeatOpen: o.repeatOpen, OverdueAfter: o.overdueAfter, OverdueWindows: o.windows, Deliver: out.deliver, Redact: connection.RedactRow, Report: report,
	}
	if err := w.Run(ctx); !errors.Is(err, syscall.EPIPE) {
		return err
	}
	return nil
}

// lock keeps two watchers from sharing a state: each would report only a part.
func (o *options) lock(ctx context.Context) (release func(), err error) {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	release, err = lock.Take(waiting, "watch "+o.state)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("another acsmon watch uses the state file %s: stop it, or name another file with --state", o.state)
	}
	return release, err
}

// untilClosed calls cancel when nobody can read what is written any more. It can tell only for a
// file or a pipe.
func untilClosed(output io.Writer, cancel func()) {
	file, ok := output.(*os.File)
	if !ok {
		return
	}
	for {
		fds := []unix.PollFd{{Fd: int32(file.Fd())}} // no event is asked for, so only an error ends the wait
		n, err := unix.Poll(fds, -1)
		if err == nil && n > 0 {
			cancel()
			return
		}
		if err != nil && !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

// output writes lines.
type output struct {
	to            io.Writer
	confirmations <-chan string // nil: a line is delivered when it is written
}

// deliver writes a line and waits until it is delivered. It does not hang if the reader has stopped
// to read.
func (o *output) deliver(ctx context.Context, line Line) error {
	encoded, err := line.encode()
	if err != nil {
		return err
	}
	written := make(chan error, 1)
	go func() {
		_, err := o.to.Write(encoded)
		written <- err
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-written:
		if err != nil || o.confirmations == nil {
			return err
		}
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case key := <-o.confirmations:
		if key != line.Key {
			return fmt.Errorf("%q was confirmed, but %s was sent: the program that reads the lines must write back the key of each", key, line.Key)
		}
	}
	return nil
}

// confirmations yields the lines of an input, and calls cancel at its end.
func confirmations(ctx context.Context, input io.Reader, cancel func()) <-chan string {
	keys := make(chan string)
	go func() {
		defer cancel()
		for lines := bufio.NewScanner(input); lines.Scan(); {
			select {
			case keys <- lines.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return keys
}
