// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"cmp"
	"context"
	"github.com/acsmon/acsmon-ansible/acsmon"
	"maps"
)

// engine is the section's engine for one step. It looks links up in the batch.
func (b *Batch) engine(step *Step) *Engine {
	e := step.Section.Engine
	resolvers := map[string]Resolver{}
	maps.Copy(resolvers, e.Resolvers)
	for field, section := range step.Section.Links {
		resolvers[field] = b.resolver(step, section)
	}
	e.Resolvers = resolvers
	return &e
}

// engineOnList is engine on the list that was read.
func (b *Batch) engineOnList(step *Step) *Engine {
	e := b.engine(step)
	e.Store = step.Section.list
	return e
}

func (b *Batch) resolver(step *Step, section *Section) Resolver {
	return Resolver{Renamed: section.changes(), Find: func(ctx context.Context, references []string, _ map[string]any) ([]int64, error) {
		ids := make([]int64, len(references))
		for i, reference := range references {
			var err error
			if ids[i], err = b.resolve(ctx, section, step, reference); err != nil {
				return nil, err
			}
		}
		return ids, nil
	}}
}

// changes reports whether the batch may change the section. If not, what other rows show of it is
// as good as its own list.
func (s *Section) changes() bool { return len(s.Items) > 0 || s.Within != nil }

// resolve returns the id that a reference means once the batch is applied. What has yet to be
// created has a negative id until then, and the step is recorded to need it.
func (b *Batch) resolve(ctx context.Context, s *Section, step *Step, reference string) (int64, error) {
	if err := b.load(ctx, s); err != nil {
		return 0, err
	}
	if id, ok := ParseID(reference); ok {
		if s.list.byID[id] == nil || s.list.gone[id] {
			return 0, &NotFoundError{Kind: s.Kind.Name, ID: id}
		}
		return id, nil
	}
	found := s.list.targets[b.key(s, reference)]
	switch len(found) {
	case 0:
		return 0, &NotFoundError{Kind: s.Kind.Name, Name: reference, Module: s.Kind.Module}
	case 1:
	default:
		return 0, s.ambiguous(reference, found)
	}
	create := found[0].create
	if create == nil {
		return found[0].id, nil
	}
	if step != nil {
		step.needs = append(step.needs, create)
	}
	return cmp.Or(create.ID(), -int64(create.Index)-1), nil
}

// ambiguous is the error for a reference that means several targets.
func (s *Section) ambiguous(reference string, found []target) error {
	var rows []acsmon.Fields
	created := 0
	for _, t := range found {
		if t.create != nil && t.create.ID() == 0 {
			created++
		} else if row := s.list.byID[t.id]; row != nil {
			rows = append(rows, row)
		}
	}
	if created > 0 {
		return &AmbiguousError{Kind: s.Kind.Name, Name: reference, New: created}
	}
	return ambiguous(s.Kind.Name, reference, rows)
}
