// SPDX-License-Identifier: GPL-3.0-or-later

package sharedlist

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// MaxAge is how old fetched rows may be when a run relies on them.
const MaxAge = time.Minute

// Collection is a list of the API. acsmon.Collection[acsmon.Fields] is one.
type Collection interface {
	List(context.Context, acsmon.Query) iter.Seq2[acsmon.Fields, error]
	Get(context.Context, int64) (acsmon.Fields, error)
	Create(context.Context, acsmon.Fields) (acsmon.Fields, error)
	Update(context.Context, int64, acsmon.Fields) (acsmon.Fields, error)
	Delete(context.Context, int64) error
	Page(context.Context, acsmon.Query) (acsmon.Page[acsmon.Fields], error)
	Path() string
}

// Lists are the lists of one server as the runs of one task share them.
type Lists struct {
	// Dir is the private folder of the files.
	Dir string
	// Origin is the server.
	Origin string
	// Identity distinguishes the credentials with which the lists are fetched.
	Identity string
	// Task distinguishes the task from any other. If it is "", nothing is shared.
	Task string
	// Afresh says that the run repeats another: it forgets what that one knew.
	Afresh bool
	// Now is the clock.
	Now func() time.Time

	opened map[string]bool
}

// Share returns the collection as the runs of the task share it.
func (l *Lists) Share(c Collection) Collection {
	if l == nil || l.Task == "" {
		return c
	}
	if l.opened == nil {
		l.opened = map[string]bool{}
		l.clean()
	}
	if l.Afresh && !l.opened[c.Path()] {
		l.forget(c.Path())
	}
	l.opened[c.Path()] = true
	return &shared{Collection: c, lists: l}
}

// Refer returns the collection for looking up what other resources refer to: it also shares rows
// that were fetched alone.
func (l *Lists) Refer(c Collection) Collection {
	if s, ok := l.Share(c).(*shared); ok {
		return referred{s}
	}
	return c
}

// Forget forgets every list that this run has used, because something went wrong.
func (l *Lists) Forget() {
	if l == nil {
		return
	}
	for list := range l.opened {
		l.forget(list)
	}
}

// shared is one list as the runs of a task share it.
type shared struct {
	Collection
	lists *Lists
	pages int // how many were fetched when the whole list was last read
}

// Age is how old the rows that the list returns may be. Rows that another run fetched count as old,
// even if they are recent: before such a row is changed it is fetched again, because otherwise
// somebody's edit could be undone.
func (s *shared) Age() time.Duration {
	if known := s.load(); known.whole() && s.pages == 0 {
		return max(s.lists.Now().Sub(known.Fetched), MaxAge)
	}
	return 0
}

func (s *shared) load() *state      { return s.lists.load(s.Path()) }
func (s *shared) save(known *state) { s.lists.save(s.Path(), known) }

// List yields the shared rows, or asks the server and shares the result. A query that selects or
// orders is not shared.
func (s *shared) List(ctx context.Context, query acsmon.Query) iter.Seq2[acsmon.Fields, error] {
	if query.Sort != "" || query.Page != 0 || len(query.Filter) > 0 || len(query.Params) > 0 {
		return s.Collection.List(ctx, query)
	}
	return func(yield func(acsmon.Fields, error) bool) {
		s.pages = 0
		rows, err := s.rows(ctx, query.Search)
		if query.Pages != nil {
			*query.Pages += s.pages
		}
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

func (s *shared) rows(ctx context.Context, term string) ([]acsmon.Fields, error) {
	known := s.load()
	switch {
	case known.whole() && term == "":
		return s.all(ctx, known)
	case known.whole():
		return s.matching(ctx, known, term)
	case term == "":
		return s.fetch(ctx, known)
	}
	return s.search(ctx, known, term)
}

// search asks the server for a term, unless there have been so many searches that the whole list
// costs no more.
func (s *shared) search(ctx context.Context, known *state, term string) ([]acsmon.Fields, error) {
	if known.Searches > 0 && known.Pages == 0 {
		page, err := s.Page(ctx, acsmon.Query{})
		switch {
		case err != nil:
			return nil, err
		case !page.More:
			s.keep(known, page.Rows, 1)
			return page.Rows, nil
		}
		known.Pages = page.Requests()
	}
	if known.Pages > 0 && known.Searches >= known.Pages {
		return s.fetch(ctx, known)
	}
	known.Searches++
	s.save(known)
	return acsmon.Collect(s.Collection.List(ctx, acsmon.Query{Search: term}))
}

// fetch fetches the whole list.
func (s *shared) fetch(ctx context.Context, known *state) ([]acsmon.Fields, error) {
	rows, err := acsmon.Collect(s.Collection.List(ctx, acsmon.Query{Pages: &s.pages}))
	if err != nil {
		return nil, err
	}
	s.keep(known, rows, max(known.Pages, s.pages, 1))
	return rows, nil
}

// keep shares the whole list.
func (s *shared) keep(known *state, rows []acsmon.Fields, pages int) {
	now := s.lists.Now()
	whole := &state{Searches: known.Searches, Pages: pages, Fetched: now, Singles: known.Singles}
	if pages == 1 {
		whole.Proved = now
	}
	for _, row := range rows {
		whole.lines = append(whole.lines, newLine(row, false))
	}
	s.save(whole)
}

// all returns every row, for a run that must know what is not there.
func (s *shared) all(ctx context.Context, known *state) ([]acsmon.Fields, error) {
	if known.Proved.IsZero() {
		if _, err := s.fetchAgain(ctx, known); err != nil {
			return nil, err
		}
	} else if proved, err := s.prove(ctx, known); err != nil || !proved {
		if err != nil {
			return nil, err
		}
		return s.fetch(ctx, known)
	}
	rows := make([]acsmon.Fields, len(known.lines))
	for i, line := range known.lines {
		var err error
		if rows[i], err = line.parse(); err != nil { // the file was damaged
			return s.fetch(ctx, known)
		}
	}
	return rows, nil
}

// Complete reports whether the previous search found everything, because the whole list is known.
// If the search found nothing, the list then need not be read to be certain. A list of several
// pages is read a second time for that, once for all runs: rows that moved during the first reading
// may have hidden one.
func (s *shared) Complete(ctx context.Context) (bool, error) {
	known := s.load()
	if !known.whole() || !known.Proved.IsZero() {
		return s.prove(ctx, known)
	}
	found, err := s.fetchAgain(ctx, known)
	return !found, err
}

// prove reports whether the whole list is known, and known to be complete. If it is older than
// MaxAge, the newest page must prove it.
func (s *shared) prove(ctx context.Context, known *state) (bool, error) {
	if !known.whole() || s.recent(known.Proved) {
		return known.whole(), nil
	}
	proved, err := s.unchanged(ctx, known)
	if !proved {
		s.lists.forget(s.Path())
		return false, err
	}
	known.Proved = s.lists.Now()
	s.save(known)
	return true, nil
}

// fetchAgain reads the whole list a second time, and reports whether it shows rows that the first
// reading did not. A row that only the first reading showed may be gone: it counts as written, so
// that it is fetched alone before a run relies on it.
func (s *shared) fetchAgain(ctx context.Context, known *state) (found bool, err error) {
	rows, err := acsmon.Collect(s.Collection.List(ctx, acsmon.Query{Pages: &s.pages}))
	if err != nil {
		return false, err
	}
	now := s.lists.Now()
	again := make([]line, 0, len(rows))
	shown := map[int64]bool{}
	for _, row := range rows {
		again, shown[row.ID()] = append(again, newLine(row, false)), true
		found = found || known.find(row.ID()) < 0
	}
	for _, line := range known.lines {
		if !shown[line.id] {
			line.written = true
			again = append(again, line)
		}
	}
	known.lines, known.Fetched, known.Proved = again, now, now
	s.save(known)
	return found, nil
}

// matching returns the rows that a search for the term can find. Rows that are old, or that this
// task wrote, are fetched one by one.
func (s *shared) matching(ctx context.Context, known *state, term string) ([]acsmon.Fields, error) {
	var rows []acsmon.Fields
	fetched := 0
	for i, line := range known.lines {
		if !line.mayMatch(term) {
			continue
		}
		row, err := line.parse()
		if err != nil {
			return s.fetch(ctx, known)
		}
		if line.written || !s.recent(known.Fetched) {
			if fetched++; fetched > max(known.Pages, 1) { // one by one they would cost more
				return s.fetch(ctx, known)
			}
			row, err = s.Get(ctx, line.id)
			if acsmon.IsNotFound(err) { // somebody else removed it
				return s.fetch(ctx, known)
			}
			if err != nil {
				return nil, err
			}
		}
		if line.written {
			known.lines[i] = newLine(row, false)
			s.save(known)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// unchanged reports whether the newest page proves that there are no rows but the known ones: ids
// grow and are not used twice.
func (s *shared) unchanged(ctx context.Context, known *state) (bool, error) {
	page, err := s.Page(ctx, acsmon.Query{Sort: "-id"})
	if acsmon.IsQueryRefused(err) {
		return false, nil
	}
	if err != nil || page.Total != len(known.lines) || len(page.Rows) > len(known.lines) {
		return false, err
	}
	newest := slices.Clone(known.lines)
	slices.SortFunc(newest, func(a, b line) int { return cmp.Compare(b.id, a.id) })
	return slices.EqualFunc(page.Rows, newest[:len(page.Rows)], func(row acsmon.Fields, known line) bool {
		return row.ID() == known.id
	}), nil
}

func (s *shared) recent(at time.Time) bool {
	age := s.lists.Now().Sub(at)
	return age >= 0 && age <= MaxAge
}

// Create makes a row, and adds it to what is shared.
func (s *shared) Create(ctx context.Context, fields acsmon.Fields) (row acsmon.Fields, err error) {
	err = s.write(func() error {
		row, err = s.Collection.Create(ctx, fields)
		return err
	}, func(known *state) bool {
		known.lines = append(known.lines, newLine(row, true))
		return row.ID() > 0
	})
	return row, err
}

// Update changes a row, and updates what is shared.
func (s *shared) Update(ctx context.Context, id int64, fields acsmon.Fields) (row acsmon.Fields, err error) {
	err = s.write(func() error {
		row, err = s.Collection.Update(ctx, id, fields)
		return err
	}, func(known *state) bool {
		at := known.find(id)
		if at < 0 || row.ID() != id {
			return false
		}
		known.lines[at] = newLine(row, true)
		return true
	})
	return row, err
}

// Delete removes a row, and removes it from what is shared.
func (s *shared) Delete(ctx context.Context, id int64) error {
	return s.write(func() error { return s.Collection.Delete(ctx, id) }, func(known *state) bool {
		known.lines = slices.DeleteFunc(known.lines, func(line line) bool { return line.id == id })
		return true
	})
}

// write forgets the list, writes, and shares the list again with the result. If the process is
// killed in between, nothing wrong is left.
func (s *shared) write(send func() error, enter func(*state) bool) error {
	known := s.load()
	s.lists.forget(s.Path())
	err := send()
	s.lists.Wrote()
	if err == nil && known.whole() && enter(known) {
		s.save(known)
	}
	return err
}

// referred is a list for looking up what other resources refer to.
type referred struct{ *shared }

// Get returns a row from what is shared, or fetches and shares it. It serves to refer to the row:
// everything but its id and its name may be a minute old.
func (r referred) Get(ctx context.Context, id int64) (acsmon.Fields, error) {
	known := r.load()
	if row := r.find(known, id); row != nil {
		return row, nil
	}
	row, err := r.shared.Get(ctx, id)
	if err == nil {
		known.Singles = append(known.Singles, single{row, r.lists.Now()})
		r.save(known)
	}
	return row, err
}

// find returns a shared row; nil if it is not there.
func (r referred) find(known *state, id int64) acsmon.Fields {
	if at := known.find(id); at >= 0 && r.recent(known.Fetched) {
		if row, err := known.lines[at].parse(); err == nil {
			return row
		}
	}
	for _, single := range known.Singles {
		if single.Row.ID() == id && r.recent(single.Fetched) {
			return single.Row
		}
	}
	return nil
}
