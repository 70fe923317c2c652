// SPDX-License-Identifier: GPL-3.0-or-later

package rows

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Look is one look for the rows of a selection, in one list or in several. It
// remembers which fields the rows showed.
type Look struct {
	selection Selection
	undecided []int    // the conditions whose field no row has shown
	lacking   []bool   // by condition: a row does not show its field
	shown     fieldSet // filled only while something is undecided
	unique    idSet    // of the list that is fetched
}

type idSet map[int64]bool

// NewLook begins a look.
func NewLook(s Selection) *Look {
	l := &Look{selection: s, lacking: make([]bool, len(s.Conditions)), shown: fieldSet{}}
	for i, c := range s.Conditions {
		if !c.Optional {
			l.undecided = append(l.undecided, i)
		}
	}
	return l
}

// Verdict is the error that names a condition that no row of the lists could show
// to hold. Where there were no rows, there is none.
func (l *Look) Verdict() error {
	for _, i := range l.undecided {
		if l.lacking[i] {
			option := l.selection.Conditions[i].Option
			return &UnshownError{l.selection.Kind, option, l.shown.near(strings.TrimPrefix(option, "filters."))}
		}
	}
	return nil
}

// wants reports whether a row is wanted, and notes what it shows.
func (l *Look) wants(row acsmon.Fields) bool {
	l.note(row)
	if !row.MayMatch(l.selection.Search) {
		return false
	}
	for _, c := range l.selection.Conditions {
		if have, _ := c.values(row); !c.holds(have) {
			return false
		}
	}
	return l.selection.Where == nil || l.selection.Where(row)
}

// note notes which fields a row shows, while that is not known of all conditions.
func (l *Look) note(row acsmon.Fields) {
	if len(l.undecided) == 0 {
		return
	}
	l.undecided = slices.DeleteFunc(l.undecided, func(i int) bool {
		_, evidence := l.selection.Conditions[i].values(row)
		l.lacking[i] = l.lacking[i] || evidence == absent
		return evidence == shown
	})
	l.shown.add(row)
}

// Fetch gives the wanted rows of a list. Unless they are to be sorted, it stops
// with the last one that is wanted.
func (l *Look) Fetch(ctx context.Context, list List) ([]acsmon.Fields, error) {
	s := l.selection
	if s.SelectsNothing() {
		return nil, nil
	}
	if s.IDs != nil {
		found, err := byIDs(ctx, list, s.IDs)
		return slices.DeleteFunc(found, func(row acsmon.Fields) bool { return !l.wants(row) }), err
	}
	l.unique = idSet{}
	var found []acsmon.Fields
	for _, query := range s.queries() {
		asked := &asking{list: list}
		rows, filtered, err := l.take(asked.rows(ctx, query), query, len(found))
		if err != nil {
			return nil, err
		}
		found = append(found, rows...)
		if field := strings.TrimPrefix(s.Sort, "-"); asked.refusal != nil && field != "" && len(found) > 0 && !Show(found, field) {
			return nil, asked.refusal
		}
		if !filtered || l.enough(len(found)) {
			break
		}
	}
	return found, nil
}

// take gives the wanted ones of the rows that answer a query, each once, and
// reports whether the server has applied the filter of the split condition. If it
// has not, these were all rows.
func (l *Look) take(rows iter.Seq2[acsmon.Fields, error], query acsmon.Query, before int) (found []acsmon.Fields, filtered bool, err error) {
	filtered = true
	for row, err := range rows {
		if err != nil {
			return nil, false, err
		}
		if l.wants(row) && !l.unique[row.ID()] {
			l.unique[row.ID()] = true
			found = append(found, row)
		}
		if l.enough(before + len(found)) {
			return found, filtered, nil
		}
		filtered = filtered && l.selection.answers(row, query)
	}
	return found, filtered, nil
}

// enough reports whether so many rows are all that are wanted.
func (l *Look) enough(n int) bool {
	return l.selection.Limit > 0 && l.selection.Sort == "" && n >= l.selection.Limit
}

// answers reports whether a row has the value of the split condition that a query
// asks for.
func (s Selection) answers(row acsmon.Fields, query acsmon.Query) bool {
	split, ok := s.split()
	if !ok {
		return true
	}
	have, _ := split.values(row)
	return slices.ContainsFunc(have, func(have any) bool { return Same(have, query.Filter[split.Filter]) })
}

// Listed gives the rows that the server lists for a query. Where it refuses the
// query, these are all rows: which of them are wanted has to be decided anyway.
func Listed(ctx context.Context, list List, query acsmon.Query) ([]acsmon.Fields, error) {
	return acsmon.Collect((&asking{list: list}).rows(ctx, query))
}

// asking is one question to a list.
type asking struct {
	list    List
	refusal error // of the first query, where the server refused it
}

// rows gives the rows that the server lists for a query. A server may refuse a sort
// or a filter that it does not know: then it is asked without them.
func (a *asking) rows(ctx context.Context, query acsmon.Query) iter.Seq2[acsmon.Fields, error] {
	return func(yield func(acsmon.Fields, error) bool) {
		for _, query := range fallbacks(query) {
			refusal := a.all(ctx, query, yield)
			if refusal == nil {
				return
			}
			if a.refusal == nil {
				a.refusal = refusal
			}
		}
		yield(nil, a.refusal)
	}
}

// fallbacks are a query and those that ask for less of the server.
func fallbacks(query acsmon.Query) []acsmon.Query {
	all := []acsmon.Query{query}
	filters := len(query.Filter) > 0 || query.Search != ""
	if query.Sort != "" && filters {
		unsorted := query
		unsorted.Sort = ""
		all = append(all, unsorted)
	}
	if query.Sort != "" || filters {
		all = append(all, acsmon.Query{})
	}
	return all
}

// all yields the rows of a query, and gives the error by which the server refuses
// the query.
func (a *asking) all(ctx context.Context, query acsmon.Query, yield func(acsmon.Fields, error) bool) (refusal error) {
	first := true
	for row, err := range a.list.List(ctx, query) {
		if first && acsmon.IsQueryRefused(err) {
			return err
		}
		first = false
		if err == nil && row.ID() <= 0 {
			err = fmt.Errorf("the server's list %s holds a row without an id: check the base URL", a.list.Path())
		}
		if !yield(row, err) || err != nil {
			return nil
		}
	}
	return nil
}

// byIDs gives the rows of the ids, in their order; one that does not exist is left
// out. Several are looked for in the list first; what is not found there is fetched
// by itself.
func byIDs(ctx context.Context, list List, ids []int64) ([]acsmon.Fields, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) > 0 && ids[0] <= 0 {
		return nil, fmt.Errorf("ids holds %d: an id must be greater than 0", ids[0])
	}
	rows := map[int64]acsmon.Fields{}
	whole := false
	if len(ids) > 1 {
		var err error
		if whole, err = skim(list.List(ctx, acsmon.Query{}), ids, rows); err != nil {
			return nil, err
		}
	}
	var found []acsmon.Fields
	for _, id := range ids {
		row := rows[id]
		if row == nil && !whole {
			var err error
			if row, err = list.Get(ctx, id); err != nil && !acsmon.IsNotFound(err) {
				return nil, err
			}
		}
		if row != nil {
			found = append(found, row)
		}
	}
	return found, nil
}

// FewIDs is how many rows are at most fetched by themselves, one request each.
const FewIDs = 10

// skim looks for ids among the first rows of a list, and reports whether it saw the
// whole of it. For a few ids the first page is enough: the pages behind it come
// several at once, and may cost more than the rows by themselves.
func skim(list iter.Seq2[acsmon.Fields, error], ids []int64, rows map[int64]acsmon.Fields) (whole bool, err error) {
	const page = 100
	left := page
	if len(ids) > FewIDs {
		left = page * len(ids)
	}
	for row, err := range list {
		if err != nil {
			return false, err
		}
		if slices.Contains(ids, row.ID()) {
			rows[row.ID()] = row
		}
		if left--; left == 0 || len(rows) == len(ids) {
			return false, nil
		}
	}
	return true, nil
}
