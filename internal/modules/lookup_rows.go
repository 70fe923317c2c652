// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/alerts"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/folders"
	"github.com/acsmon/acsmon-ansible/internal/kept"
	"github.com/acsmon/acsmon-ansible/internal/nearmiss"
	"github.com/acsmon/acsmon-ansible/internal/rows"
	"github.com/acsmon/acsmon-ansible/internal/specs"
)

// spec is the documentation of a lookup: the options of the connection and the named ones, and what
// a row has.
func (l lookup) spec(names []string) (*ansible.Spec, error) {
	own, err := specs.Load("lookup")
	if err != nil {
		return nil, err
	}
	module, err := specs.Load(l.module)
	if err != nil {
		return nil, err
	}
	connected, err := specs.Load("acsmon_system_info")
	if err != nil {
		return nil, err
	}
	options := connected.Options
	delete(options, "include")
	options["cache_timeout"] = own.Options["cache_timeout"]
	for _, name := range names {
		if options[name] = module.Options[name]; options[name] == nil { // the module does not select
			options[name] = own.Options[name]
		}
	}
	row := ansible.Return{Type: "list", Elements: "dict", Contains: module.Return}
	if l.key != "" {
		row.Contains = module.Return[l.key].Contains
	}
	return &ansible.Spec{Module: own.Module, Options: options, Return: map[string]*ansible.Return{"found": &row}}, nil
}

// keep keeps what this lookup fetches for later ones, and uses what earlier ones have kept, for as
// long as the option cache_timeout says.
func (s *session) keep() error {
	timeout, _ := s.Arg("cache_timeout").(int64)
	if timeout < 0 {
		return fmt.Errorf("cache_timeout is %d: it must be 0 or more", timeout)
	}
	if timeout == 0 {
		return nil
	}
	dir, err := folders.Cache()
	if err != nil {
		s.Warnf("%s", folders.NotKept(err))
		return nil
	}
	s.kept = &kept.Store{
		Dir: filepath.Join(dir, "lookup"), For: s.connection.Identity(), Age: time.Duration(timeout) * time.Second,
		Written: s.shared.Written, Redact: s.connection.RedactRow, Lock: s.connection.Lock, Now: time.Now,
	}
	return nil
}

// asOf adds to the error about a missing resource how old the list is, if it is not the server's
// own.
func (s *session) asOf(err error) error {
	var missing *converge.NotFoundError
	if s.kept == nil || s.kept.Since().IsZero() || !errors.As(err, &missing) {
		return err
	}
	return fmt.Errorf("%w (as of %s; cache_timeout=0 asks the server again)", err, s.kept.Since().UTC().Format(time.RFC3339))
}

// getNamed returns the one row of a list that an id means, or a name under the key.
func getNamed(of link, key string) func(context.Context, *session, string) (acsmon.Fields, error) {
	return func(ctx context.Context, s *session, reference string) (acsmon.Fields, error) {
		store := s.named(of)
		if id, ok := converge.ParseID(reference); ok {
			row, err := store.Get(ctx, id)
			if acsmon.IsNotFound(err) {
				return nil, &converge.NotFoundError{Kind: of.kind, ID: id}
			}
			return row, err
		}
		row, err := lookUp(ctx, store, of.kind, key, reference)
		if err != nil || row != nil {
			return row, err
		}
		missing := &converge.NotFoundError{Kind: of.kind, Name: reference}
		if near := s.nearName(ctx, store, key, reference); near != "" {
			return nil, fmt.Errorf("%w: did you mean %q?", missing, near)
		}
		return nil, missing
	}
}

// lookUp returns the one row of a name; nil if there is none.
func lookUp(ctx context.Context, store converge.Store, kind, key, name string) (acsmon.Fields, error) {
	if key == "name" {
		return converge.Lookup(ctx, store, kind, name)
	}
	found, err := rows.Selection{Kind: kind, Conditions: rows.OneOf(key, key, []string{name})}.Fetch(ctx, store.(rows.List))
	switch {
	case err != nil || len(found) == 0:
		return nil, err
	case len(found) > 1:
		return nil, &converge.AmbiguousError{Kind: kind, Name: name, IDs: idsOf(found)}
	}
	return found[0], nil
}

// nearName returns the name in a list that a misspelt one may have meant; "" if there is none, or
// if looking for it would cost a request.
func (s *session) nearName(ctx context.Context, store converge.Store, key, name string) string {
	if s.kept == nil {
		return ""
	}
	var names []string
	for row, err := range store.List(ctx, acsmon.Query{}) {
		if err != nil {
			return ""
		}
		names = append(names, rows.Text(row[key]))
	}
	return nearmiss.Of(name, names)
}

func fetchMonitors(ctx context.Context, s *session) ([]acsmon.Fields, error) {
	var o struct {
		infoOptions    `ansible:",squash"`
		monitorOptions `ansible:",squash"`
	}
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	return o.fetch(ctx, s, o.infoOptions)
}

func fetchDevices(ctx context.Context, s *session) ([]acsmon.Fields, error) {
	var o struct {
		infoOptions   `ansible:",squash"`
		deviceOptions `ansible:",squash"`
	}
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	return o.fetch(ctx, s, o.infoOptions)
}

func fetchAlerts(ctx context.Context, s *session) ([]acsmon.Fields, error) {
	var o alertInfoOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	return o.fetch(ctx, s)
}

// getAlert returns the alert with that id.
func getAlert(ctx context.Context, s *session, reference string) (acsmon.Fields, error) {
	id, ok := converge.ParseID(reference)
	if !ok {
		return nil, fmt.Errorf("%q is not the id of an alert, and alerts have no names: select with alerts and its options", reference)
	}
	source, _ := s.Arg("source").(string)
	reader := alerts.NewReader(s.client, source, rows.Selection{Kind: "alert", IDs: []int64{id}})
	reader.Through = s.alerts
	found, err := reader.Fetch(ctx)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, &converge.NotFoundError{Kind: "alert", ID: id}
	case len(found) > 1:
		return nil, fmt.Errorf("the id %d is that of an alert of a %s and of one of a %s: set source to say which", id, found[0].Source, found[1].Source)
	}
	return found[0].Fields(), nil
}

// fetchListed returns the rows of a resource's list that the options select.
func fetchListed(of link, name string) func(context.Context, *session) ([]acsmon.Fields, error) {
	return func(ctx context.Context, s *session) ([]acsmon.Fields, error) {
		var o struct {
			infoOptions `ansible:",squash"`
			Names       []string `ansible:"names"`
		}
		if err := s.Decode(&o); err != nil {
			return nil, err
		}
		wanted, err := o.selection(of.kind, rows.OneOf("names", name, o.Names))
		if err != nil {
			return nil, err
		}
		return wanted.Fetch(ctx, s.named(of).(rows.List)) // as each list of an install is
	}
}

// fetchSystem returns what acsmon_system_info does, as one row.
func fetchSystem(ctx context.Context, s *session) ([]acsmon.Fields, error) {
	var o systemOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	fetch := func() ([]acsmon.Fields, error) {
		system, err := o.fetch(ctx, s)
		return []acsmon.Fields{acsmon.Fields(system)}, err
	}
	if s.kept == nil {
		return fetch()
	}
	return s.kept.Rows(ctx, fmt.Sprint("system ", o.Include), fetch)
}
