// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/exact"
	"github.com/acsmon/acsmon-ansible/internal/nearmiss"
	"github.com/acsmon/acsmon-ansible/internal/rows"
	"github.com/acsmon/acsmon-ansible/internal/settings"
)

// lookup is what one or two first terms of the lookup plugin find: one resource by its name or id,
// and many by a selection.
type lookup struct {
	one, many string   // the first terms; "": there is none
	module    string   // its documentation has the options, and says what a row has
	key       string   // of the rows in that module's result
	alone     []string // options that go with a name, beside those of the connection
	selects   []string // options by which many are selected, beside those of the connection

	get   func(ctx context.Context, s *session, reference string) (acsmon.Fields, error)
	fetch func(ctx context.Context, s *session) ([]acsmon.Fields, error)
}

// listed are options that select the rows of any list, and order them.
var listed = []string{"ids", "search", "filters", "sort", "limit"}

// lookups returns everything that can be looked up.
func lookups() []lookup {
	all := []lookup{
		{
			one: "monitor", many: "monitors", module: "acsmon_monitor_info", key: "monitors",
			selects: append([]string{"names", "status", "type", "group", "device", "tags", "is_active"}, listed...),
			get:     getNamed(monitors, "name"), fetch: fetchMonitors,
		},
		{
			one: "device", many: "devices", module: "acsmon_device_info", key: "devices",
			selects: append([]string{"names", "status", "device_type", "group", "is_active"}, listed...),
			get:     getNamed(devices, "name"), fetch: fetchDevices,
		},
		{
			one: "alert", many: "alerts", module: "acsmon_alert_info", key: "alerts", alone: []string{"source"},
			selects: append([]string{
				"source", "severity", "status", "monitor", "monitors", "monitor_group", "tags", "device", "devices", "device_group",
				"linked", "hosts", "name_pattern", "older_than", "newer_than",
			}, listed...),
			get: getAlert, fetch: fetchAlerts,
		},
		{many: "system", module: "acsmon_system_info", selects: []string{"include"}, fetch: fetchSystem},
	}
	for _, r := range listedOnly {
		list := link{r.kind.Name, r.name, func(c *acsmon.Client) converge.Store { return asShown(r.store(c)) }}
		name := cmp.Or(r.kind.Field(r.identity()).Send, "name")
		all = append(all, lookup{
			one: r.key, many: r.key + "s", module: r.name, key: r.key, selects: append([]string{"names"}, listed...),
			get: getNamed(list, name), fetch: fetchListed(list, name),
		})
	}
	return all
}

// listedOnly are the resources that have no info module.
var listedOnly = []resource{monitorGroup, deviceGroup, alertChannel, alertRule, monitorAlertRule, role, user, dashboard, mib}

// LookupTerms are the first terms that the lookup plugin takes.
func LookupTerms() []string {
	var terms []string
	for _, l := range lookups() {
		terms = append(terms, l.one, l.many)
	}
	return slices.DeleteFunc(terms, func(term string) bool { return term == "" })
}

// LookupCommand answers the collection's lookup plugin.
func LookupCommand(options ...acsmon.Option) *command.Command {
	return &command.Command{
		Name:  "lookup",
		Short: "answer the lookup plugin of the collection, on standard input",
		Long: `The plugin writes {"terms": ["monitor", "Web"], "options": {}} on standard input, and reads the
rows under the key "found". ansible-doc shows its options:

  ansible-doc -t lookup acsmon.monitor.acsmon`,
		Environment: settings.Variables(),
		Prepare: command.Do(func(ctx context.Context, call command.Call) error {
			return exit(answerLookup(ctx, program{options}, call.Stdin, call.Stdout))
		}),
	}
}

// answerLookup answers as a module does.
func answerLookup(ctx context.Context, p program, stdin io.Reader, stdout io.Writer) int {
	var request struct {
		Terms   []any           `json:"terms"`
		Options json.RawMessage `json:"options"`
	}
	if exact.NewDecoder(stdin).Decode(&request) != nil {
		return refusedLookup(errors.New("the lookup plugin gave no terms: install the collection acsmon.monitor again")).
			Main(ctx, strings.NewReader("{}"), stdout)
	}
	module, err := p.lookup(request.Terms)
	if err != nil {
		return refusedLookup(err).Main(ctx, strings.NewReader("{}"), stdout)
	}
	return module.Main(ctx, bytes.NewReader(request.Options), stdout)
}

// refusedLookup is the module for terms that cannot be looked up.
func refusedLookup(err error) ansible.Module {
	return ansible.Module{
		Name: "lookup",
		Spec: func() (*ansible.Spec, error) { return &ansible.Spec{}, nil },
		Run:  func(context.Context, *ansible.Task) (ansible.Result, error) { return nil, err },
	}
}

// lookup makes a module from the terms of a lookup: what, and which ones.
func (p program) lookup(terms []any) (ansible.Module, error) {
	var words []string
	for i, term := range terms {
		word := converge.Trim(rows.Text(term))
		if word == "" {
			return ansible.Module{}, fmt.Errorf("term %d is neither a name nor an id: give each name as a term of its own", i+1)
		}
		words = append(words, word)
	}
	if len(words) == 0 {
		return ansible.Module{}, fmt.Errorf("nothing says what to look up: the first term must be one of %s", strings.Join(LookupTerms(), ", "))
	}
	what, names := words[0], words[1:]
	for _, l := range lookups() {
		switch what {
		case l.one:
			return l.ofNames(p, names)
		case l.many:
			return l.ofMany(p, names)
		}
	}
	if near := nearmiss.Of(what, LookupTerms()); near != "" {
		return ansible.Module{}, fmt.Errorf("%q cannot be looked up: did you mean %s?", what, near)
	}
	return ansible.Module{}, fmt.Errorf("%q cannot be looked up: the first term must be one of %s", what, strings.Join(LookupTerms(), ", "))
}

// ofNames makes a module that finds the resource of each name.
func (l lookup) ofNames(p program, names []string) (ansible.Module, error) {
	if len(names) == 0 {
		return ansible.Module{}, fmt.Errorf("%s needs a name or an id as the next term: use %s to select from all", l.one, l.many)
	}
	return l.answering(p, l.one, l.alone, func(ctx context.Context, s *session) (found []acsmon.Fields, err error) {
		for _, name := range names {
			row, err := l.get(ctx, s, name)
			if err != nil {
				return nil, err
			}
			found = append(found, row)
		}
		return found, nil
	}), nil
}

// ofMany makes a module that finds what the options select.
func (l lookup) ofMany(p program, more []string) (ansible.Module, error) {
	switch {
	case len(more) > 0 && l.one == "":
		return ansible.Module{}, fmt.Errorf("%s takes no further term, but %q is one: remove it", l.many, more[0])
	case len(more) > 0:
		return ansible.Module{}, fmt.Errorf("%s takes no name, but %q is one: use %s, or select with options", l.many, more[0], l.one)
	}
	return l.answering(p, l.many, l.selects, func(ctx context.Context, s *session) ([]acsmon.Fields, error) {
		found, err := l.fetch(ctx, s)
		if err != nil {
			return nil, err
		}
		return found, ordered(s, l.many, found)
	}), nil
}

// ordered returns an error for an order by a field that the rows do not show. The server, which may
// know the field, is not asked.
func ordered(s *session, what string, found []acsmon.Fields) error {
	sort, _ := s.Values["sort"].(string)
	field := strings.TrimPrefix(converge.Trim(sort), "-")
	if s.kept == nil || field == "" || len(found) == 0 || rows.Show(found, field) {
		return nil
	}
	return fmt.Errorf("sort is %q, a field that the server's %s do not show: use one that they show, or cache_timeout=0 to have the server sort them", sort, what)
}

// answering makes a module that returns what is found under the key "found".
func (l lookup) answering(p program, what string, options []string, find func(context.Context, *session) ([]acsmon.Fields, error)) ansible.Module {
	module := p.unlocked("lookup of "+what, ansible.Rules{}, func(ctx context.Context, s *session) (ansible.Result, error) {
		if err := s.keep(); err != nil {
			return nil, err
		}
		found, err := find(ctx, s)
		if err != nil {
			return nil, s.asOf(err)
		}
		return ansible.Result{"found": resultRows(found)}, nil
	})
	module.Spec = func() (*ansible.Spec, error) { return l.spec(options) }
	return module
}
