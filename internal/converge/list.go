// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"slices"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// loadedList is a section's list as it was read, and as it will be.
type loadedList struct {
	Store
	rows  []acsmon.Fields
	byID  map[int64]acsmon.Fields
	named map[string][]acsmon.Fields

	targets map[string][]target // by the names that will exist
	gone    map[int64]bool      // ids that will no longer exist
	pages   int                 // in how many it came
	at      time.Time           // when it was about to be fetched
	plain   bool                // a row that is read alone shows no more than the list
}

// target is what a name will mean: a row, or one that has yet to be created.
type target struct {
	id     int64
	create *Step
}

// load reads a section's list the first time.
func (b *Batch) load(ctx context.Context, s *Section) error {
	if s.list != nil {
		return nil
	}
	at := time.Now()
	all, err := fetchRows(ctx, s.Store, s.Kind.identityKey(), acsmon.Query{})
	if err != nil {
		return err
	}
	l := &loadedList{Store: s.Store, pages: all.pages, at: at.Add(-AgeOf(s.Store)), byID: map[int64]acsmon.Fields{}, named: map[string][]acsmon.Fields{}}
	for _, row := range all.rows {
		l.index(b.key(s, row[s.Kind.identityKey()]), row)
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

// add indexes the rows that are not known yet, and reports whether there are any.
func (b *Batch) add(s *Section, rows []acsmon.Fields) bool {
	added := false
	for _, row := range rows {
		if s.list.byID[row.ID()] == nil {
			s.list.index(b.key(s, row[s.Kind.identityKey()]), row)
			added = true
		}
	}
	return added
}

// lookOnceMore looks for what items mean and the list lacks: what a run has just created and the
// list does not show yet and, if the list came in several pages, what moved from one to another. It
// reports whether it found anything.
func (b *Batch) lookOnceMore(ctx context.Context, s *Section, missing []*Step) (bool, error) {
	var names, keys []string
	added := false
	for _, step := range missing {
		if id := step.item.ID; id == 0 {
			names, keys = append(names, step.item.names()...), append(keys, s.recentKeys(step.item)...)
		} else if s.list.pages > 1 {
			row, err := s.Store.Get(ctx, id)
			if err != nil && !acsmon.IsNotFound(err) {
				return false, err
			}
			added = row != nil && b.add(s, []acsmon.Fields{row}) || added
		}
	}
	recent, err := s.recent(ctx, keys...)
	if err != nil {
		return false, err
	}
	added = b.add(s, recent) || added
	if len(s.MatchOn) == 0 { // otherwise the list may have others of the name
		names = slices.DeleteFunc(names, func(name string) bool { return len(s.list.named[b.key(s, name)]) > 0 })
	}
	if len(names) == 0 || s.list.pages <= 1 {
		return added, nil
	}
	found, err := s.fetchNamed(ctx, names)
	return b.add(s, found) || added, err
}

// fetchNamed fetches the rows that may have these names with as few requests as possible: a search
// for each, or the whole list again.
func (s *Section) fetchNamed(ctx context.Context, names []string) ([]acsmon.Fields, error) {
	var rows []acsmon.Fields
	if !s.searchesNames() || len(names) >= s.list.pages {
		all, err := fetchRows(ctx, s.Store, s.Kind.identityKey(), acsmon.Query{})
		return all.rows, err
	}
	for _, name := range names {
		found, err := search(ctx, s.Store, s.Kind.identityKey(), name)
		if err != nil {
			return nil, err
		}
		rows = append(rows, found.rows...)
		if found.whole { // the server ignores the search
			break
		}
	}
	return rows, nil
}

// predict works out which names and ids there will be after the section's steps.
func (l *loadedList) predict(b *Batch, steps []*Step) {
	l.targets, l.gone = map[string][]target{}, map[int64]bool{}
	names := map[int64]string{}
	for _, step := range steps {
		id, name := step.ID(), b.key(step.Section, step.item.finalName())
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

// Get reads one row alone, unless it is known that this shows no more than the list.
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

// onList is the section's engine on the list that was read, for fields that are not links.
func (s *Section) onList() *Engine {
	e := s.Engine
	e.Store = s.list
	return &e
}

// Select reads a section's list, and returns the rows that are wanted with the fields of these
// names, unless the server does not show them at all. What ids name and the list lacks is read
// alone, because rows may move between pages during a reading.
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
			s.list.index(b.key(s, row[s.Kind.identityKey()]), row)
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
		now, err := s.onList().complete(ctx, reading{row: row, at: s.list.at}, names)
		if err != nil {
			return nil, err
		}
		s.list.rows[i], s.list.byID[row.ID()] = now.row, now.row
		selected = append(selected, now.row)
	}
	return selected, nil
}
