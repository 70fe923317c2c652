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
	"github.com/acsmon/acsmon-ansible/internal/lock"
	"github.com/acsmon/acsmon-ansible/internal/settings"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

const usage = `Usage: acsmon watch [OPTION]...

Prints a line of JSON each time an alert opens, is acknowledged or is resolved, until
it is stopped or its output is closed. What it has told is kept in a file, from which
it goes on when it is started again. Without that file, it tells of all open alerts.

  --interval SECONDS   between two looks: 60 if not given, at least 5
  --source KIND        only alerts of the kind device or monitor
  --severity LIST      only these, of info,warning,critical
  --monitor NAME       only alerts of this monitor; its id will do
  --device NAME        only alerts of this device; its id will do
  --overdue-after SECONDS
                       tell once more of each alert that is still open after that
  --skip-existing      say nothing of what is open when there is no saved state
  --repeat-open        at the start, tell of all open alerts, also if that was done before
  --state FILE         keep the state there
  --confirm            after each line, wait for its key on standard input

  --base-url URL, --validate-certs=false, --ca-path FILE, --timeout SECONDS,
  --connect-timeout SECONDS, --max-wait SECONDS
                       as the modules have them. The token comes from the environment,
                       or from acsmon login
`

// connecting are the options that settings knows, by its names.
var connecting = []string{"base_url", "validate_certs", "ca_path", "timeout", "connect_timeout", "max_wait"}

// command is what the command line asks for.
type command struct {
	choice       alerts.Choice
	connection   map[string]any
	interval     time.Duration
	state        string
	skipExisting bool
	repeatOpen   bool
	overdueAfter time.Duration
	confirm      bool
}

func parse(args []string) (*command, error) {
	c := &command{connection: map[string]any{}}
	flags := flag.NewFlagSet("watch", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	seconds := flags.Int("interval", 60, "")
	overdue := flags.Int("overdue-after", 0, "")
	severity := flags.String("severity", "", "")
	flags.StringVar(&c.choice.Source, "source", "any", "")
	flags.StringVar(&c.choice.Monitor, "monitor", "", "")
	flags.StringVar(&c.choice.Device, "device", "", "")
	flags.StringVar(&c.state, "state", "", "")
	flags.BoolVar(&c.skipExisting, "skip-existing", false, "")
	flags.BoolVar(&c.repeatOpen, "repeat-open", false, "")
	flags.BoolVar(&c.confirm, "confirm", false, "")
	for _, option := range connecting {
		flags.Func(strings.ReplaceAll(option, "_", "-"), "", func(value string) error {
			c.connection[option] = value
			return nil
		})
	}
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("watch takes options only, and %q was given", flags.Arg(0))
	}
	var empty error
	flags.Visit(func(f *flag.Flag) {
		if strings.TrimSpace(f.Value.String()) == "" && !slices.Contains(connecting, strings.ReplaceAll(f.Name, "-", "_")) {
			empty = fmt.Errorf("--%s is empty: leave it out, or give a value", f.Name)
		}
	})
	if empty != nil { // which must not widen the choice
		return nil, empty
	}
	if c.interval = time.Duration(*seconds) * time.Second; c.interval < MinInterval || c.interval > 24*time.Hour {
		return nil, fmt.Errorf("--interval is %d: give %d to 86400 seconds, for each look costs at least a request for each list and status",
			*seconds, int(MinInterval.Seconds()))
	}
	if c.overdueAfter = time.Duration(*overdue) * time.Second; c.overdueAfter < 0 || c.overdueAfter > 365*24*time.Hour {
		return nil, fmt.Errorf("--overdue-after is %d: give a number of seconds, up to a year", *overdue)
	}
	for word := range strings.SplitSeq(*severity, ",") {
		if word = strings.TrimSpace(word); word != "" && !slices.Contains(c.choice.Severity, word) {
			c.choice.Severity = append(c.choice.Severity, word)
		}
	}
	slices.Sort(c.choice.Severity)
	return c, c.choice.Check()
}

// Main runs the command acsmon watch and returns its exit status.
func Main(ctx context.Context, args []string, lookup settings.Lookup, stdin io.Reader, stdout, stderr io.Writer) int {
	report := func(message string) { fmt.Fprintln(stderr, "acsmon: "+untrusted.Visible(message)) }
	c, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		_, _ = io.WriteString(stdout, usage)
		return 0
	}
	if err != nil {
		report(err.Error() + "\nhint: acsmon watch --help lists the options")
		return 2
	}
	connection, err := settings.Resolve(settings.CommandLine, c.connection, lookup, nil)
	if err != nil {
		report(err.Error())
		return 1
	}
	whole := report
	report = func(message string) { whole(connection.Redact(message)) }
	for _, warning := range connection.Warnings {
		report(warning)
	}
	if err := c.run(ctx, connection, lookup, stdin, stdout, report); err != nil {
		report(connection.Explain(err).Error())
		return 1
	}
	return 0
}

// patience is how long a watcher waits for the one before it to end.
const patience = 5 * time.Second

func (c *command) run(
	ctx context.Context, connection *settings.Connection, lookup settings.Lookup, stdin io.Reader, stdout io.Writer, report func(string),
) (err error) {
	if c.state == "" {
		if c.state, err = DefaultPath(connection, lookup, c.choice, c.overdueAfter); err != nil {
			return err
		}
	}
	release, err := c.lock(ctx)
	if err != nil {
		return err
	}
	defer release()
	state, err := Load(c.state, connection.Origin())
	if err != nil {
		return err
	}
	client, err := connection.Client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	signal.Ignore(syscall.SIGPIPE) // a closed output is an error of the write
	go untilClosed(stdout, cancel)
	out := &output{to: stdout}
	if c.confirm {
		out.confirmations = confirmations(ctx, stdin, cancel)
	}
	w := &Watcher{
		Client: client, Choice: c.choice, Interval: c.interval, MaxWait: connection.MaxWait, State: state,
		SkipExisting: c.skipExisting, RepeatOpen: c.repeatOpen, OverdueAfter: c.overdueAfter, Deliver: out.deliver, Report: report,
	}
	if err := w.Run(ctx); !errors.Is(err, syscall.EPIPE) {
		return err
	}
	return nil
}

// lock keeps two watchers from sharing a state: each would tell a part.
func (c *command) lock(ctx context.Context) (release func(), err error) {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	release, err = lock.Take(waiting, "watch "+c.state)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("another acsmon watch uses the state %s: end it, or name another file with --state", c.state)
	}
	return release, err
}

// untilClosed calls cancel once nobody can read what is written any more. Of an
// output that is no file or pipe, nothing is known.
func untilClosed(output io.Writer, cancel func()) {
	file, ok := output.(*os.File)
	if !ok {
		return
	}
	for {
		fds := []unix.PollFd{{Fd: int32(file.Fd())}} // with no event asked for, errors alone wake it
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
	confirmations <-chan string // nil: what is written is delivered
}

// deliver writes a line and waits until it is delivered. It does not hang on a
// reader that has stopped to read.
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
			return fmt.Errorf("%q was confirmed, and %s was told: what reads the lines must answer with the key of each", key, line.Key)
		}
	}
	return nil
}

// confirmations gives the lines of an input, and calls cancel at its end.
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
