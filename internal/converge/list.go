// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// loadedList is a section's list as it was read once, and as it will be.
type loadedList struct {
	Store
	rows  []acsmon.Fields
	byID  map[int64]acsmon.Fields
	named map[string][]acsmon.Fields

	targets map[string][]target // by the names that there will be
	gone    map[int64]bool      // ids that there will not be
	plain   bool                // a row by itself shows no more than the list does
}

// target is what a name will mean: a row, or one that is yet to be created.
type target struct {
	id     int64
	create *Step
}

// load reads a section's list, the first time.
func (b *Batch) load(ctx context.Context, s *Section) error {
	if s.list != nil {
		return nil
	}
	rows, err := fetchRows(ctx, s.Store, s.Kind.identityKey(), acsmon.Query{})
	if err != nil {
		return err
	}
	l := &loadedList{Store: s.Store, byID: map[int64]acsmon.Fields{}, named: map[string][]acsmon.Fields{}}
	for _, row := range rows {
		l.index(b.key(row[s.Kind.identityKey()]), row)
	}
	s.list = l
	l.predict(b, nil)
	return nil
}

func (l *loadedList) index(key string, row acsmon.Fields) {
	l.rows = append(l.rows, row)
	l.byID[row.ID()] = row
	l.named[key] = append(l.named[key], row)
}

// predict works out which names and ids there will be after the section's steps.
func (l *loadedList) predict(b *Batch, steps []*Step) {
	l.targets, l.gone = map[string][]target{}, map[int64]bool{}
	names := map[int64]string{}
	for _, step := range steps {
		id, name := step.ID(), b.key(step.item.finalName())
		switch {
		case step.item.Absent:
			l.gone[id] = true
		case id == 0:
			l.targets[name] = append(l.targets[name], target{create: step})
		default:
			names[id] = name
		}
	}
	for key, rows := range l.named {
		for _, row := range rows {
			name := key
			if new := names[row.ID()]; new != "" {
				name = new
			}
			if !l.gone[row.ID()] {
				l.targets[name] = append(l.targets[name], target{id: row.ID()})
			}
		}
	}
}

// Get reads one row by itself, unless it is known that this shows no more than the
// list did.
func (l *loadedList) Get(ctx context.Context, id int64) (acsmon.Fields, error) {
	listed := l.byID[id]
	if l.plain && listed != nil {
		return listed, nil
	}
	row, err := l.Store.Get(ctx, id)
	if err != nil || listed == nil {
		return row, err
	}
	l.plain = true
	for key := range row {
		if _, shown := listed[key]; !shown {
			l.plain = false
		}
	}
	return row, nil
}

// onList is the section's engine on the list that was read, for fields that are no links.
func (s *Section) onList() *Engine {
	e := s.Engine
	e.Store = s.list
	return &e
}

// Select reads a section's list, and gives the rows that are wanted with the fields
// of these names, unless the server does not show them at all. What ids name and the
// list lacks is looked for by itself, for rows may move from page to page while a
// list is read.
func (b *Batch) Select(ctx context.Context, s *Section, ids []int64, wanted func(acsmon.Fields) (bool, error), names ...string) ([]acsmon.Fields, error) {
	if err := b.load(ctx, s); err != nil {
		return nil, err
	}
	for _, id := range ids {
		if s.list.byID[id] != nil {
			continue
		}
		switch row, err := s.Store.Get(ctx, id); {
		case err == nil:
			s.list.index(b.key(row[s.Kind.identityKey()]), row)
		case !acsmon.IsNotFound(err):
			return nil, err
		}
	}
	var selected []acsmon.Fields
	for i, row := range s.list.rows {
		if ok, err := wanted(row); err != nil || !ok {
			if err != nil {
				return nil, err
			}
			continue
		}
		now, err := s.onList().complete(ctx, reading{row, false}, names)
		if err != nil {
			return nil, err
		}
		s.list.rows[i], s.list.byID[row.ID()] = now.row, now.row
		selected = append(selected, now.row)
	}
	return selected, nil
}
