// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// selectionOptions are the options of all modules that fetch what is selected.
type selectionOptions struct {
	IDs     []int64        `ansible:"ids"`
	Search  string         `ansible:"search"`
	Filters map[string]any `ansible:"filters"`
}

// infoOptions are the options of all modules that list resources.
type infoOptions struct {
	selectionOptions `ansible:",squash"`
	Sort             string `ansible:"sort"`
	Limit            *int64 `ansible:"limit"`
}

// selection selects the rows of that kind that match the options and the conditions.
func (o infoOptions) selection(kind string, conditions ...[]rows.Condition) (rows.Selection, error) {
	s, err := o.selectionOptions.selection(kind, conditions...)
	if err != nil {
		return s, err
	}
	s.Sort = converge.Trim(o.Sort)
	if o.Limit != nil {
		if *o.Limit < 1 {
			return s, fmt.Errorf("limit is %d: it must be 1 or more", *o.Limit)
		}
		s.Limit = int(min(*o.Limit, math.MaxInt32))
	}
	return s, nil
}

// selection selects the rows of that kind that match the options and the conditions.
func (o selectionOptions) selection(kind string, conditions ...[]rows.Condition) (rows.Selection, error) {
	s := rows.Selection{Kind: kind, IDs: o.IDs, Search: converge.Trim(o.Search)}
	if s.Search != "" && s.IDs != nil {
		return s, fmt.Errorf("search cannot be applied to a %s that is named in ids: give one of the two", kind)
	}
	filters, err := rows.Filters(o.Filters)
	s.Conditions = append(slices.Concat(conditions...), filters...)
	return s, err
}

// selector makes a selection from options and conditions.
type selector interface {
	selection(kind string, conditions ...[]rows.Condition) (rows.Selection, error)
}

// linked is a condition on the resource that rows refer to in a field, such as their group. There
// is none if the task does not give the option.
func linked(ctx context.Context, s *session, of resource, option, name string) ([]rows.Condition, error) {
	id, err := resolveGiven(ctx, s, option, of.links[option], name)
	if err != nil || id == 0 {
		return nil, err
	}
	field := of.kind.Field(option)
	return []rows.Condition{{Option: option, Filter: field.Send, Paths: field.Read, Wanted: []any{id}}}, nil
}

// resolveGiven returns the id of the resource that an option names; 0 if the task does not give the
// option.
func resolveGiven(ctx context.Context, s *session, option string, to link, name string) (int64, error) {
	if !s.Given(option) {
		return 0, nil
	}
	if name = converge.Trim(name); name == "" {
		return 0, fmt.Errorf("%s is empty: give a %s's name or id", option, to.kind)
	}
	return converge.Resolve(ctx, s.named(to), to.kind, name)
}

// linkNames returns the names of the resources to which rows are linked, "" for none. Where rows
// show only ids, the names come from the list of those resources.
func linkNames(ctx context.Context, s *session, of resource, option string, found []acsmon.Fields) ([]string, error) {
	field, names := of.kind.Field(option), make([]string, len(found))
	unnamed := map[int64][]int{} // rows by the id that they show
	for i, row := range found {
		if names[i] = rows.Text(field.LinkName(row)); names[i] != "" {
			continue
		}
		for _, path := range field.Read {
			if id := (acsmon.Fields{"id": rows.Value(row, path)}).ID(); id != 0 {
				unnamed[id] = append(unnamed[id], i)
				break
			}
		}
	}
	if len(unnamed) == 0 {
		return names, nil
	}
	for row, err := range s.named(of.links[option]).List(ctx, acsmon.Query{}) {
		if err != nil {
			return nil, err
		}
		for _, i := range unnamed[row.ID()] {
			names[i] = rows.Text(row["name"])
		}
	}
	return names, nil
}

// active is a condition on whether a resource is checked or polled.
func active(wanted *bool) []rows.Condition {
	if wanted == nil {
		return nil
	}
	return rows.OneOf("is_active", "is_active", []bool{*wanted})
}

// extra is additional data about each row, which costs a request for each row.
type extra struct {
	key string // the key under which it is added to the row
	of  func(ctx context.Context, id int64) (any, error)
}

// addExtras adds to each row the additional data that an option asks for, unless that does not fit
// into max_wait.
func addExtras(ctx context.Context, s *session, option, kind string, found []acsmon.Fields, extras []extra) error {
	if err := converge.Affordable(ctx, s.client.Limit(), len(found)*len(extras)); err != nil {
		return fmt.Errorf("%s takes a request for each %s and each value: %w, or select less", option, kind, err)
	}
	for _, row := range found {
		for _, extra := range extras {
			value, err := extra.of(ctx, row.ID())
			if acsmon.IsNotFound(err) { // it was removed in the meantime, or this install does not have it
				s.Warnf("the server has no %s of %s %d", extra.key, kind, row.ID())
				value, err = nil, nil
			}
			if err != nil {
				return fmt.Errorf("the %s of %s %d: %w", extra.key, kind, row.ID(), err)
			}
			row[extra.key] = value
		}
	}
	return nil
}

// resultRows returns rows as a result holds them: if there are none, an empty list and not null.
func resultRows(found []acsmon.Fields) []acsmon.Fields {
	if found == nil {
		return []acsmon.Fields{}
	}
	return found
}
