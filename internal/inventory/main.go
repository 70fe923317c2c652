// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/settings"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

const usage = `Usage:
  acsmon --list           print the inventory as JSON
  acsmon --host NAME      print the variables of one host as JSON
  acsmon --explain NAME   say why a host has its name, its address and its groups

With --refresh, the server is asked even if the cache has recent answers.
`

// Main answers as Ansible asks an inventory script, and returns the exit status.
// executable is the path by which the program was called. Either there is a whole
// answer on stdout and nothing on stderr, or one sentence on stderr and nothing
// on stdout: Ansible takes stderr for an error.
func Main(ctx context.Context, args []string, environ func(string) (string, bool), executable string, stdin io.Reader, stdout, stderr io.Writer) int {
	// The process ends with its one answer: to collect garbage less often takes a
	// sixth more memory and a fifth less time.
	debug.SetGCPercent(400)
	answer, err := run(ctx, args, environ, executable, stdin)
	if errors.Is(err, flag.ErrHelp) {
		_, _ = io.WriteString(stdout, usage)
		return 0
	}
	if err == nil {
		_, err = stdout.Write(answer)
	}
	if err != nil {
		fmt.Fprintln(stderr, "acsmon: "+untrusted.Visible(err.Error()))
		return 1
	}
	return 0
}

// request is what the command line asks for.
type request struct {
	list    bool
	host    string
	explain string
	refresh bool // do not read the cache
	plugin  bool // it is the inventory plugin that asks: see plugin.go
	fetch   bool
	key     bool
}

func parseArgs(args []string) (request, error) {
	var r request
	flags := flag.NewFlagSet("acsmon", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&r.list, "list", false, "")
	flags.StringVar(&r.host, "host", "", "")
	flags.StringVar(&r.explain, "explain", "", "")
	flags.BoolVar(&r.refresh, "refresh", false, "")
	flags.BoolVar(&r.plugin, "plugin", false, "")
	flags.BoolVar(&r.fetch, "fetch", false, "")
	flags.BoolVar(&r.key, "key", false, "")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return r, err
	} else if err != nil {
		return r, fmt.Errorf("%w: see --help", err)
	}
	if flags.NArg() > 0 {
		return r, fmt.Errorf("%q was not expected: see --help", flags.Arg(0))
	}
	asked := 0
	for _, is := range []bool{r.list, r.host != "", r.explain != "", r.plugin && r.fetch, r.plugin && r.key} {
		if is {
			asked++
		}
	}
	if asked != 1 {
		return r, errors.New("one of --list, --host NAME and --explain NAME is needed: see --help")
	}
	return r, nil
}

func run(ctx context.Context, args []string, lookup settings.Lookup, executable string, stdin io.Reader) ([]byte, error) {
	request, err := parseArgs(args)
	if err != nil {
		return nil, err
	}
	input := &pluginInput{}
	var s *Settings
	if request.plugin {
		if input, err = readPluginInput(stdin); err != nil {
			return nil, err
		}
		s, err = validate(input.settings, "the inventory")
	} else {
		s, err = loadSettings(lookup, executable, stdin)
	}
	if err != nil {
		return nil, err
	}
	connection, err := settings.Resolve(settings.Inventory, s.given, lookup, nil)
	if err != nil {
		return nil, err
	}
	answer, err := respond(ctx, request, source{connection, s, request.refresh, time.Now}, input)
	if err != nil {
		return nil, errors.New(connection.Redact(connection.Explain(err).Error()))
	}
	return answer, nil
}

// respond gives what the request asks for.
func respond(ctx context.Context, request request, from source, input *pluginInput) ([]byte, error) {
	if request.key {
		return []byte(cacheKey(from.connection, queryOf(from.settings)) + "\n"), nil
	}
	found, err := input.kept, error(nil)
	if found == nil {
		if found, err = from.rows(ctx, queryOf(from.settings)); err != nil {
			return nil, err
		}
	}
	if request.fetch {
		return found.fetched()
	}
	i, err := newInventory(from, found, input.neighbours)
	if err != nil {
		return nil, err
	}
	i.plugin = request.plugin
	switch {
	case request.list:
		return i.list(), nil
	case request.host != "":
		return i.host(request.host), nil
	}
	return i.explain(request.explain)
}

// newInventory makes the inventory of the server's answers.
func newInventory(from source, found *answers, neighbours neighbours) (*inventory, error) {
	i := &inventory{settings: from.settings, known: known{from.connection.Server(), neighbours}, stale: found.Stale,
		warnings: slices.Concat(from.connection.Warnings, found.Warnings)}
	return i, i.makeHosts(found.Rows)
}
