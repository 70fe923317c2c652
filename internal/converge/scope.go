// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Scope is a part of a section.
type Scope struct {
	// Prefix is the beginning of the name, and Suffix its end.
	Prefix, Suffix string
	// Has says for each of these fields what it must be: a link to it, or a set that contains it.
	Has map[string]string
}

// unlisted makes a step for each row in the section's scope that no item means.
func (b *Batch) unlisted(ctx context.Context, s *Section, listed []*Step) ([]*Step, error) {
	if s.Within == nil {
		return nil, nil
	}
	kept := map[int64]bool{}
	for _, step := range listed {
		kept[step.ID()] = true
	}
	var steps []*Step
	for _, row := range s.list.rows {
		if kept[row.ID()] {
			continue
		}
		in, err := b.within(ctx, s, row)
		if err != nil {
			return nil, fmt.Errorf("the scope: %w", err)
		}
		if in {
			steps = append(steps, &Step{Section: s, Index: -1, now: reading{row: row, at: s.list.at}, item: Item{Absent: true}})
		}
	}
	return steps, nil
}

func (b *Batch) within(ctx context.Context, s *Section, row acsmon.Fields) (bool, error) {
	name, _ := canonical(row[s.Kind.identityKey()]).(string)
	if !strings.HasPrefix(name, s.Within.Prefix) || !strings.HasSuffix(name, s.Within.Suffix) {
		return false, nil
	}
	now, err := s.onList().complete(ctx, reading{row: row, at: s.list.at}, slices.Collect(maps.Keys(s.Within.Has)))
	if err != nil {
		return false, err
	}
	for field, want := range s.Within.Has {
		f := s.Kind.Field(field)
		current, shown := f.valueIn(now.row)
		if !shown {
			return false, fmt.Errorf("the server does not show %s of %s %d, so it is not known what belongs to it: use another", field, s.Kind.Name, row.ID())
		}
		section, isLink := s.Links[field]
		if !isLink {
			if !slices.Contains(Texts(current), want) {
				return false, nil
			}
			continue
		}
		id, err := b.resolve(ctx, section, nil, want)
		if err != nil || !same(id, current) {
			return false, err
		}
	}
	return true, nil
}
