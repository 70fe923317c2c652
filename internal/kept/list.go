// SPDX-License-Identifier: GPL-3.0-or-later

package kept

import (
	"context"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Source is a list of the API. acsmon.Collection[acsmon.Fields] is one.
type Source interface {
	List(context.Context, acsmon.Query) iter.Seq2[acsmon.Fields, error]
	Get(context.Context, int64) (acsmon.Fields, error)
	Path() string
}

// List is a list of the API whose rows are kept.
type List struct {
	source Source
	store  *Store
	by     []string
}

// List keeps a list as a whole, whatever is asked of it: the caller decides for each row whether it
// is wanted. A list that grows without end is kept by the filters that are named here: for each of
// their values, what the server answers.
func (s *Store) List(source Source, by ...string) *List { return &List{source, s, by} }

// Path returns the path of the list in the API.
func (l *List) Path() string { return l.source.Path() }

// List yields the kept rows, even those that do not match the query.
func (l *List) List(ctx context.Context, query acsmon.Query) iter.Seq2[acsmon.Fields, error] {
	asked := acsmon.Query{Pages: query.Pages, Filter: map[string]string{}}
	question := l.Path()
	for _, name := range slices.Sorted(maps.Keys(query.Filter)) {
		if slices.Contains(l.by, name) {
			asked.Filter[name] = query.Filter[name]
			question += "?" + name + "=" + query.Filter[name]
		}
	}
	if len(l.by) > 0 && len(asked.Filter) == 0 {
		return l.passing(ctx, asked)
	}
	return func(yield func(acsmon.Fields, error) bool) {
		rows, err := l.store.Rows(ctx, question, func() ([]acsmon.Fields, error) { return acsmon.Collect(l.source.List(ctx, asked)) })
		if err != nil {
			yield(nil, err)
			return
		}
		yieldAll(rows, yield)
	}
}

// passing yields the rows of an endless list as they come, and only as many as are wanted. It keeps
// them if these are all.
func (l *List) passing(ctx context.Context, query acsmon.Query) iter.Seq2[acsmon.Fields, error] {
	return func(yield func(acsmon.Fields, error) bool) {
		if known := l.store.Known(l.Path()); known != nil {
			yieldAll(known, yield)
			return
		}
		fresh := l.store.begin(l.Path())
		for row, err := range l.source.List(ctx, query) {
			if !yield(row, err) || err != nil {
				return
			}
			fresh.Rows = append(fresh.Rows, row)
		}
		l.store.keep(l.Path(), fresh)
	}
}

func yieldAll(rows []acsmon.Fields, yield func(acsmon.Fields, error) bool) {
	for _, row := range rows {
		if !yield(row, nil) {
			return
		}
	}
}

// Get returns a row of the list. A row of a list that is kept by filters is kept by itself.
func (l *List) Get(ctx context.Context, id int64) (acsmon.Fields, error) {
	path := l.Path() + "/" + strconv.FormatInt(id, 10)
	if len(l.by) > 0 {
		rows, err := l.store.Rows(ctx, path, func() ([]acsmon.Fields, error) {
			row, err := l.source.Get(ctx, id)
			return []acsmon.Fields{row}, err
		})
		if err != nil {
			return nil, err
		}
		return rows[0], nil
	}
	for row, err := range l.List(ctx, acsmon.Query{}) {
		if err != nil || row.ID() == id {
			return row, err
		}
	}
	return nil, &acsmon.Error{Status: http.StatusNotFound, Method: http.MethodGet, Path: path, Message: "Not Found"}
}
