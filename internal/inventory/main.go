// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/settings"
)

// Command answers as Ansible expects of an inventory script. It prints either a whole answer on
// stdout and nothing on stderr, or one sentence on stderr and nothing on stdout: Ansible takes
// output on stderr for an error.
var Command = &command.Command{
	Name:  "inventory",
	Short: "print the inventory as JSON, as an Ansible inventory script",
	Long: `Exactly one of --list, --host and --explain is needed. The settings are those of the inventory
plugin. They are read from the file that ACSMON_INVENTORY names, else from acsmon.yml beside
the executable, if there is one.`,
	Environment: append(settings.Variables(), settings.Variable{Name: "ACSMON_INVENTORY", Usage: "file of inventory settings"}),
	Prepare: func(flags *flag.FlagSet) command.Run {
		var r request
		flags.BoolVar(&r.list, "list", false, "print all hosts, with their groups and variables")
		flags.StringVar(&r.host, "host", "", "print the variables of the host `NAME`")
		flags.StringVar(&r.explain, "explain", "", "say why the host `NAME` has its name, its address and its groups")
		flags.BoolVar(&r.refresh, "refresh", false, "ask the server even if the cache has recent answers")
		flags.BoolVar(&r.plugin, "plugin", false, "")
		flags.BoolVar(&r.fetch, "fetch", false, "")
		flags.BoolVar(&r.key, "key", false, "")
		return r.run
	},
}

// request is what the command line asks for.
type request struct {
	list    bool
	host    string
	explain string
	refresh bool // ignore the cache
	plugin  bool // the inventory plugin asks: see plugin.go
	fetch   bool
	key     bool
}

func (r *request) check() error {
	asked := 0
	for _, is := range []bool{r.list, r.host != "", r.explain != "", r.plugin && r.fetch, r.plugin && r.key} {
		if is {
			asked++
		}
	}
	if asked != 1 {
		return command.Usagef("one of --list, --host NAME and --explain NAME is needed")
	}
	return nil
}

func (r *request) run(ctx context.Context, call command.Call) error {
	if err := r.check(); err != nil {
		return err
	}
	// The process ends after one answer. Collecting garbage less often takes a sixth more memory
	// and a fifth less time.
	debug.SetGCPercent(400)
	answer, err := r.answer(ctx, call)
	if err != nil {
		return err
	}
	_, err = call.Stdout.Write(answer)
	return err
}

func (r *request) answer(ctx context.Context, call command.Call) ([]byte, error) {
	var err error
	input := &pluginInput{}
	var s *Settings
	if r.plugin {
		if input, err = parsePluginInput(call.Stdin); err != nil {
			return nil, err
		}
		s, err = input.validate()
	} else {
		s, err = loadSettings(call.Lookup, call.Program, call.Stdin)
	}
	if err != nil {
		return nil, err
	}
	connection, err := settings.Resolve(settings.Inventory, s.given, call.Lookup, nil)
	if err != nil {
		return nil, err
	}
	late := &warnings{redact: connection.Redact}
	connection.OnWarning = late.add
	answer, err := respond(ctx, r, source{connection, s, r.refresh, time.Now, late}, input)
	if err != nil {
		return nil, errors.New(connection.Redact(connection.Explain(err).Error()))
	}
	return answer, nil
}

// respond returns the answer to the request.
func respond(ctx context.Context, r *request, from source, input *pluginInput) ([]byte, error) {
	q, err := queryOf(from.settings)
	if err != nil {
		return nil, err
	}
	if r.key {
		return []byte(cacheKey(from.connection, q) + "\n"), nil
	}
	found := input.kept
	if found == nil {
		if found, err = from.rows(ctx, q); err != nil {
			return nil, err
		}
		found.Warnings = append(found.Warnings, from.late.all()...)
	}
	if r.fetch {
		return found.fetched()
	}
	i, err := newInventory(from, found, input.neighbours)
	if err != nil {
		return nil, err
	}
	i.plugin = r.plugin
	switch {
	case r.list:
		return i.list(), nil
	case r.host != "":
		return i.host(r.host), nil
	}
	return i.explain(r.explain)
}

// warnings are those that arise while the server is asked, from several goroutines.
type warnings struct {
	redact func(string) string

	mu   sync.Mutex
	list []string
}

func (w *warnings) add(format string, a ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = append(w.list, w.redact(fmt.Sprintf(format, a...)))
}

func (w *warnings) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.list)
}

// newInventory makes the inventory from the server's rows.
func newInventory(from source, found *answers, neighbours neighbours) (*inventory, error) {
	i := &inventory{settings: from.settings, known: known{from.connection.Server(), neighbours}, stale: found.Stale,
		warnings: slices.Concat(from.settings.warnings, from.connection.Warnings, found.Warnings)}
	i.noteOverdue(found.Rows.Monitors, from.now())
	return i, i.makeHosts(found.Rows)
}
