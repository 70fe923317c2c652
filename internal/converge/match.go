// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"fmt"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// match finds the row that an item means; nil if there is none.
func (b *Batch) match(ctx context.Context, step *Step) (acsmon.Fields, error) {
	s, item := step.Section, step.item
	if item.ID != 0 {
		row := s.list.byID[item.ID]
		if row == nil && !item.Absent {
			return nil, &NotFoundError{Kind: s.Kind.Name, ID: item.ID}
		}
		return row, nil
	}
	if err := s.refuseUnidentified(item); err != nil {
		return nil, err
	}
	old, err := b.called(ctx, step, item.Name)
	if err != nil {
		return nil, err
	}
	if item.NewName == "" {
		return s.only(item, item.Name, old)
	}
	renamed, err := b.called(ctx, step, item.NewName)
	if err != nil {
		return nil, err
	}
	return s.renamed(item, old, renamed)
}

// called returns the rows that have a name and match the item in the other fields that say which
// resource is meant.
func (b *Batch) called(ctx context.Context, step *Step, name string) ([]acsmon.Fields, error) {
	s := step.Section
	rows := s.list.rows
	if s.goesByName() {
		rows = b.named(s, name)
	}
	return b.engineOnList(step).sift(ctx, rows, func(row acsmon.Fields) Item { return b.meant(s, step.item, row) })
}

// named returns the rows that have a name. If none has it exactly, another spelling of it will do.
func (b *Batch) named(s *Section, name string) []acsmon.Fields {
	rows := s.list.named[b.key(s, name)]
	var exact []acsmon.Fields
	for _, row := range rows {
		if b.shownName(row[s.Kind.identityKey()]) == b.shownName(name) {
			exact = append(exact, row)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return rows
}

// refuseRepeats finds items that mean the same resource, now or in the next run: if two are found
// by their names, neither may have or get a name that the other has, had or gets.
func (b *Batch) refuseRepeats(ctx context.Context, steps []*Step, faults *Faults) error {
	creates := slices.ContainsFunc(steps, func(step *Step) bool { return step.now.row == nil && !step.item.Absent })
	rows, known := map[int64]*Step{}, map[string]*Step{}
	for _, step := range steps {
		if id := step.ID(); id != 0 {
			if first := rows[id]; first != nil {
				faults.add(step, fmt.Errorf("%s means the same %s, id %d: list it once", first.Label(), step.Section.Kind.Name, id))
				continue
			}
			rows[id] = step
		}
		if step.item.ID != 0 {
			continue
		}
		keys, err := b.keys(ctx, step, creates)
		if err != nil {
			return fmt.Errorf("%s: %w", step.Label(), err)
		}
		for _, key := range keys {
			if first := known[key]; first != nil {
				faults.add(step, fmt.Errorf("%s has or had the same %s: list it once, or give ids", first.Label(), step.Section.identityNames()))
			}
			known[key] = step
		}
	}
	return b.refuseTaken(ctx, steps, creates, rows, known, faults)
}

// refuseTaken finds items with an id that get what another one has or had.
func (b *Batch) refuseTaken(ctx context.Context, steps []*Step, creates bool, rows map[int64]*Step, known map[string]*Step, faults *Faults) error {
	for _, step := range steps {
		if step.item.ID == 0 || step.item.Absent || rows[step.ID()] != step {
			continue
		}
		keys, err := b.keys(ctx, step, creates)
		if err != nil {
			return fmt.Errorf("%s: %w", step.Label(), err)
		}
		if first := known[keys[0]]; first != nil {
			faults.add(step, fmt.Errorf("%s has or had the same %s: give them different ones", first.Label(), step.Section.identityNames()))
		}
	}
	return nil
}
