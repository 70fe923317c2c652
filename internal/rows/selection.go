// SPDX-License-Identifier: GPL-3.0-or-later

package rows

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// List is one list of the API. acsmon.Collection[acsmon.Fields] is one.
type List interface {
	List(context.Context, acsmon.Query) iter.Seq2[acsmon.Fields, error]
	Get(context.Context, int64) (acsmon.Fields, error)
	Path() string
}

// Selection says which rows of a list are wanted, and in which order.
type Selection struct {
	Kind       string  // of the rows, in messages: "monitor"
	IDs        []int64 // nil: any
	Conditions []Condition
	Where      func(acsmon.Fields) bool // what no condition can express; nil: nothing
	Search     string
	Sort       string // a field; with a leading "-" the order is descending
	Limit      int    // 0: all
}

// Fetch returns the wanted rows of a list, in order.
func (s Selection) Fetch(ctx context.Context, list List) ([]acsmon.Fields, error) {
	look := NewLook(s)
	found, err := look.Fetch(ctx, list)
	if err != nil {
		return nil, err
	}
	return s.Ordered(found), look.Verdict()
}

// Choose returns the wanted ones of the rows, in order.
func (s Selection) Choose(rows []acsmon.Fields) ([]acsmon.Fields, error) {
	look := NewLook(s)
	var kept []acsmon.Fields
	for _, row := range rows {
		if look.wants(row) {
			kept = append(kept, row)
		}
	}
	return s.Ordered(kept), look.Verdict()
}

// Meets reports whether a row meets all conditions. A condition whose field the row does not show
// is an error.
func (s Selection) Meets(row acsmon.Fields) (bool, error) {
	look := NewLook(s)
	return look.wants(row), look.Verdict()
}

// SelectsNothing reports whether no row can be wanted.
func (s Selection) SelectsNothing() bool {
	return s.IDs != nil && len(s.IDs) == 0 ||
		slices.ContainsFunc(s.Conditions, func(c Condition) bool { return len(c.Wanted) == 0 })
}

// Query returns a query with all conditions that the server may apply.
func (s Selection) Query() acsmon.Query {
	query := acsmon.Query{Search: s.Search, Sort: s.Sort, Filter: map[string]string{}}
	for _, c := range s.Conditions {
		if c.sendable() {
			query.Filter[c.Filter] = Text(c.Wanted[0])
		}
	}
	return query
}

// queries returns the queries that are made one after the other: one, unless a condition is split.
func (s Selection) queries() []acsmon.Query {
	query := s.Query()
	split, ok := s.split()
	if !ok {
		return []acsmon.Query{query}
	}
	var queries []acsmon.Query
	for _, wanted := range split.Wanted {
		one := query
		one.Filter = maps.Clone(query.Filter)
		one.Filter[split.Filter] = Text(wanted)
		queries = append(queries, one)
	}
	return queries
}

// split returns the condition whose values are asked for one after the other. If it has more than
// two values, all rows are fetched at once.
func (s Selection) split() (Condition, bool) {
	i := slices.IndexFunc(s.Conditions, func(c Condition) bool { return c.Split && len(c.Wanted) == 2 })
	if i < 0 {
		return Condition{}, false
	}
	return s.Conditions[i], true
}

// Ordered puts rows into the wanted order, as far as they show the field, and cuts them to the
// limit.
func (s Selection) Ordered(rows []acsmon.Fields) []acsmon.Fields {
	field, down := strings.CutPrefix(s.Sort, "-")
	if field != "" && Show(rows, field) {
		slices.SortStableFunc(rows, func(a, b acsmon.Fields) int {
			if down {
				a, b = b, a
			}
			return compare(a[field], b[field])
		})
	}
	if s.Limit > 0 && len(rows) > s.Limit {
		rows = rows[:s.Limit]
	}
	return rows
}

// Show reports whether any of the rows shows a field.
func Show(rows []acsmon.Fields, field string) bool {
	return slices.ContainsFunc(rows, func(row acsmon.Fields) bool { _, ok := row[field]; return ok })
}

// compare orders nothing before numbers before texts, and texts without regard to case.
func compare(a, b any) int {
	x, xErr := strconv.ParseFloat(Text(a), 64)
	y, yErr := strconv.ParseFloat(Text(b), 64)
	rank := func(v any, err error) int {
		switch {
		case Text(v) == "":
			return 0
		case err == nil:
			return 1
		}
		return 2
	}
	if order := cmp.Compare(rank(a, xErr), rank(b, yErr)); order != 0 {
		return order
	}
	if xErr == nil && yErr == nil {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(strings.ToLower(Text(a)), strings.ToLower(Text(b)))
}
