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

// Look is one search for the rows of a selection, in one list or in several. It remembers which
// fields the rows have shown.
type Look struct {
	selection Selection
	undecided []int    // the conditions whose field no row has shown yet
	lacking   []bool   // by condition: some row does not show its field
	shown     fieldSet // filled only as long as something is undecided
	unique    idSet    // the ids of the list that is being fetched
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

// Verdict returns the error that names a condition whose field no row has shown. It returns nil if
// there were no rows.
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

// note records which fields a row shows, until that is known for all conditions.
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

// Fetch returns the wanted rows of a list. Unless they must be sorted, it stops at the last wanted
// one.
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

// take returns the wanted rows of a query, each once, and reports whether the server has applied
// the filter of the split condition. If it has not, these were all rows.
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

// enough reports whether n rows are all that are wanted.
func (l *Look) enough(n int) bool {
	return l.selection.Limit > 0 && l.selection.Sort == "" && n >= l.selection.Limit
}

// answers reports whether a row has the value that a query for the split condition asks for.
func (s Selection) answers(row acsmon.Fields, query acsmon.Query) bool {
	split, ok := s.split()
	if !ok {
		return true
	}
	have, _ := split.values(row)
	return slices.ContainsFunc(have, func(have any) bool { return Same(have, query.Filter[split.Filter]) })
}

// Listed returns the rows that the server lists for a query. If it refuses the query, these are all
// rows: the caller decides on each row anyway.
func Listed(ctx context.Context, list List, query acsmon.Query) ([]acsmon.Fields, error) {
	return acsmon.Collect((&asking{list: list}).rows(ctx, query))
}

// asking is one question to a list.
type asking struct {
	list    List
	refusal error // of the first query, if the server refused it
}

// rows yields the rows that the server lists for a query. If the server refuses a sort or a filter,
// it is asked again without them.
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

// fallbacks returns a query, and after it queries that ask less of the server.
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

// all yields the rows of a query, and returns the error with which the server refuses the query.
func (a *asking) all(ctx context.Context, query acsmon.Query, yield func(acsmon.Fields, error) bool) (refusal error) {
	first := true
	for row, err := range a.list.List(ctx, query) {
		if first && acsmon.IsQueryRefused(err) {
			return err
		}
		first = false
		if err == nil && row.ID() == 0 {
			err = fmt.Errorf("the server's list %s holds a row without an id: check the base URL", a.list.Path())
		}
		if !yield(row, err) || err != nil {
			return nil
		}
	}
	return nil
}

// byIDs returns the rows of the ids, in the order of the ids, and leaves out those that do not
// exist. It looks for several in the list first, and fetches what is not found there one by one.
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

// FewIDs is how many rows at most are fetched one by one, with a request each.
const FewIDs = 10

// skim looks for ids among the first rows of a list, and reports whether it saw the whole list. For
// a few ids it looks at the first page only: later pages are fetched several at a time, and may
// cost more than the rows one by one.
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
