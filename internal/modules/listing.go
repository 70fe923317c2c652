// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// listing is which rows of a list are wanted, and in which order. What the server
// can select by itself only saves requests: every condition is decided again on
// the rows that came, and they are put in order again, for a server may ignore a
// filter or a sort.
type listing struct {
	kind       string // of the rows, in messages: "monitor"
	ids        []int64
	conditions []condition
	search     string
	sort       string // a field; a "-" before it sorts downwards
	limit      int    // 0: all
	walked     *int   // counts the rows that came, if not nil
}

// condition is a field of which a row must have one of the wanted values.
type condition struct {
	option string // that says so, in messages
	// send is the server's own name of the field, for its filter; "" sends none.
	send string
	// read lists the paths at which a row may show the field, the likeliest first.
	read []string
	want []any
	// all asks for every wanted value, of a field that is a list.
	all bool
	// split asks the server for the wanted values one after the other.
	split bool
	// optional takes a row that does not show the field for one that has none.
	optional bool
	// trusted takes the server's word for rows that do not show the field.
	trusted bool
}

// either is a condition on a field that every row shows under the name that its
// filter has. Without values there is no condition; an empty list selects nothing.
func either[T any](option, field string, values []T) []condition {
	if values == nil {
		return nil
	}
	return []condition{{option: option, send: field, read: []string{field}, want: anys(values)}}
}

func anys[T any](values []T) []any {
	list := make([]any, len(values))
	for i, value := range values {
		list[i] = value
	}
	return list
}

// freely makes conditions of the option filters: fields of the user's own choice,
// each with a value or a list of values.
func freely(filters map[string]any) ([]condition, error) {
	var conditions []condition
	for _, field := range slices.Sorted(maps.Keys(filters)) {
		want, isList := filters[field].([]any)
		if !isList {
			want = []any{filters[field]}
		}
		if strings.TrimSpace(field) == "" || strings.ContainsAny(field, "[]") {
			return nil, fmt.Errorf("filters has the key %q, which is no field: name one, such as snmp_version", field)
		}
		for _, value := range want {
			if text(value) == "" {
				return nil, fmt.Errorf("the filter %s has no value: give a text, a number, true or false, or a list of them", field)
			}
		}
		c := condition{option: "filters." + field, read: []string{field}, want: want, trusted: true}
		if !strings.Contains(field, ".") {
			c.send = field
		}
		conditions = append(conditions, c)
	}
	return conditions, nil
}

// linked is a condition on the resource that rows name in a field; "" is none.
func linked(ctx context.Context, s *session, option, name string, to link, send string, read []string) ([]condition, error) {
	if !s.Given(option) {
		return nil, nil
	}
	name = converge.Trim(name)
	if name == "" {
		return nil, fmt.Errorf("%s is empty: give a %s's name or id", option, to.kind)
	}
	id, err := converge.Resolve(ctx, to.store(s.client), to.kind, name)
	if err != nil {
		return nil, err
	}
	return []condition{{option: option, send: send, read: read, want: []any{id}}}, nil
}

// read returns the wanted rows.
func (l listing) read(ctx context.Context, list acsmon.Collection[acsmon.Fields]) ([]acsmon.Fields, error) {
	if l.selectsNothing() {
		return nil, nil
	}
	if l.ids != nil {
		found, err := byIDs(ctx, list, l.ids)
		if err != nil {
			return nil, err
		}
		return l.chosen(found)
	}
	found, err := l.ask(ctx, list, l.queries(l.sort))
	if !acsmon.IsQueryRefused(err) {
		return l.ordered(found), err
	}
	refusal := err
	if l.sort != "" {
		found, err = l.ask(ctx, list, l.queries(""))
	}
	if acsmon.IsQueryRefused(err) {
		found, err = l.askForAll(ctx, list, refusal)
	}
	if field := strings.TrimPrefix(l.sort, "-"); err == nil && field != "" && len(found) > 0 && !shows(found, field) {
		return nil, refusal
	}
	return l.ordered(found), err
}

// readKnown returns the wanted rows, and warns of filters of the user's own choice for
// fields that none of them shows: a server may ignore what it does not know.
func (l listing) readKnown(ctx context.Context, s *session, list acsmon.Collection[acsmon.Fields]) ([]acsmon.Fields, error) {
	rows, err := l.read(ctx, list)
	l.warnOfUnshown(s, rows)
	return rows, err
}

func (l listing) warnOfUnshown(s *session, rows []acsmon.Fields) {
	for _, c := range l.conditions {
		if c.trusted && c.send != "" && len(rows) > 0 && !shows(rows, c.send) {
			s.Warnf("the server shows no field %s in its list of %ss, and may have ignored the filter: check the field's name", c.send, l.kind)
		}
	}
}

func (l listing) selectsNothing() bool {
	return l.ids != nil && len(l.ids) == 0 || slices.ContainsFunc(l.conditions, func(c condition) bool { return len(c.want) == 0 })
}

// chosen gives those of the rows that meet the conditions, in order.
func (l listing) chosen(rows []acsmon.Fields) ([]acsmon.Fields, error) {
	var kept []acsmon.Fields
	for _, row := range rows {
		ok, err := l.meets(row)
		if err != nil {
			return nil, err
		}
		if ok {
			kept = append(kept, row)
		}
	}
	return l.ordered(kept), nil
}

// queries are what the server is asked, one after the other: one, unless a
// condition is split.
func (l listing) queries(sort string) []acsmon.Query {
	query := acsmon.Query{Search: l.search, Sort: sort, Filter: map[string]string{}}
	for _, c := range l.conditions {
		if c.sendable() {
			query.Filter[c.send] = text(c.want[0])
		}
	}
	split, ok := l.split()
	if !ok {
		return []acsmon.Query{query}
	}
	var queries []acsmon.Query
	for _, want := range split.want {
		one := query
		one.Filter = maps.Clone(query.Filter)
		one.Filter[split.send] = text(want)
		queries = append(queries, one)
	}
	return queries
}

// split gives the condition whose values are asked for one after the other. Of
// more than two, all rows are read at once.
func (l listing) split() (condition, bool) {
	i := slices.IndexFunc(l.conditions, func(c condition) bool { return c.split && len(c.want) == 2 })
	if i < 0 {
		return condition{}, false
	}
	return l.conditions[i], true
}

// sendable says whether the server can be given the condition: it takes one value.
// A value with a comma is a list to some servers.
func (c condition) sendable() bool {
	return c.send != "" && len(c.want) == 1 && !strings.Contains(text(c.want[0]), ",")
}

// ask reads the rows of the queries that meet the conditions, each once. Unless
// they are to be sorted, it stops with the last one that is wanted.
func (l listing) ask(ctx context.Context, list acsmon.Collection[acsmon.Fields], queries []acsmon.Query) ([]acsmon.Fields, error) {
	var found []acsmon.Fields
	seen := map[int64]bool{}
	for _, query := range queries {
		filtered := true
		for row, err := range list.List(ctx, query) {
			if err != nil {
				return nil, err
			}
			if l.walked != nil {
				*l.walked++
			}
			if row.ID() <= 0 {
				return nil, fmt.Errorf("the server's list of %ss holds a row without an id: check the base URL", l.kind)
			}
			ok, err := l.meets(row)
			if err != nil {
				return nil, err
			}
			if ok && !seen[row.ID()] {
				seen[row.ID()] = true
				found = append(found, row)
			}
			if l.limit > 0 && l.sort == "" && len(found) == l.limit {
				return found, nil
			}
			filtered = filtered && l.asked(row, query)
		}
		if !filtered { // the server ignores the filter, and these were all rows
			return found, nil
		}
	}
	return found, nil
}

// asked says whether a row has the value of the split condition that a query asks for.
func (l listing) asked(row acsmon.Fields, query acsmon.Query) bool {
	split, ok := l.split()
	if !ok {
		return true
	}
	have, _ := split.values(row)
	return slices.ContainsFunc(have, func(have any) bool { return sameValue(have, query.Filter[split.send]) })
}

// askForAll reads all rows from a server that refused the filters, if they can be
// selected here.
func (l listing) askForAll(ctx context.Context, list acsmon.Collection[acsmon.Fields], refusal error) ([]acsmon.Fields, error) {
	l.conditions = slices.Clone(l.conditions)
	for i := range l.conditions {
		l.conditions[i].trusted = false
	}
	found, err := l.ask(ctx, list, []acsmon.Query{{}})
	if _, unshown := err.(*unshownError); unshown {
		return nil, refusal
	}
	return found, err
}

// unshownError is a condition that cannot be decided.
type unshownError struct{ kind, option string }

func (e *unshownError) Error() string {
	return fmt.Sprintf("the server does not show in its list what %s selects a %s by: select without it, by ids or names", e.option, e.kind)
}

// meets says whether a row meets all conditions.
func (l listing) meets(row acsmon.Fields) (bool, error) {
	if !row.MayMatch(l.search) {
		return false, nil
	}
	for _, c := range l.conditions {
		have, shown := c.values(row)
		switch {
		case shown, c.optional:
		case c.trusted && c.sendable():
			continue
		default:
			return false, &unshownError{l.kind, c.option}
		}
		has := func(want any) bool {
			return slices.ContainsFunc(have, func(have any) bool { return sameValue(have, want) })
		}
		lacks := func(want any) bool { return !has(want) }
		if c.all && slices.ContainsFunc(c.want, lacks) || !slices.ContainsFunc(c.want, has) {
			return false, nil
		}
	}
	return true, nil
}

// values are what a row has in the condition's field: of a list its elements, of
// an object its id and its name.
func (c condition) values(row acsmon.Fields) (values []any, shown bool) {
	for _, path := range c.read {
		if value, ok := converge.Dig(row, path); ok {
			return plain(value), true
		}
	}
	return nil, false
}

func plain(value any) []any {
	switch value := value.(type) {
	case nil:
		return nil
	case []any:
		var all []any
		for _, element := range value {
			all = append(all, plain(element)...)
		}
		return all
	case map[string]any:
		return slices.DeleteFunc([]any{value["id"], value["name"]}, func(v any) bool { return text(v) == "" })
	}
	return []any{value}
}

// sameValue compares in whatever forms the two have: 80 is "80", true is 1, and
// the ends of a text do not count.
func sameValue(have, want any) bool {
	_, haveBool := have.(bool)
	_, wantBool := want.(bool)
	if haveBool || wantBool {
		a, aErr := strconv.ParseBool(text(have))
		b, bErr := strconv.ParseBool(text(want))
		return aErr == nil && bErr == nil && a == b
	}
	return converge.Trim(text(have)) == converge.Trim(text(want))
}

// text gives a scalar as a text; "" where it is none.
func text(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case json.Number, bool, int64, int:
		return fmt.Sprint(value)
	}
	return ""
}

// ordered puts rows in the wanted order, as far as they show the field, and cuts
// them to the limit.
func (l listing) ordered(rows []acsmon.Fields) []acsmon.Fields {
	field, down := strings.CutPrefix(l.sort, "-")
	if field != "" && shows(rows, field) {
		slices.SortStableFunc(rows, func(a, b acsmon.Fields) int {
			if down {
				a, b = b, a
			}
			return compare(a[field], b[field])
		})
	}
	if l.limit > 0 && len(rows) > l.limit {
		rows = rows[:l.limit]
	}
	return rows
}

func shows(rows []acsmon.Fields, field string) bool {
	return slices.ContainsFunc(rows, func(row acsmon.Fields) bool { _, ok := row[field]; return ok })
}

// compare orders nothing before numbers before texts, and these without regard to
// case.
func compare(a, b any) int {
	x, xErr := strconv.ParseFloat(text(a), 64)
	y, yErr := strconv.ParseFloat(text(b), 64)
	rank := func(v any, err error) int {
		switch {
		case text(v) == "":
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
	return cmp.Compare(strings.ToLower(text(a)), strings.ToLower(text(b)))
}

// byIDs reads the rows of the ids, in their order; one that does not exist is left
// out. Several are looked for in the list first; what is not found there is read
// by itself.
func byIDs(ctx context.Context, list acsmon.Collection[acsmon.Fields], ids []int64) ([]acsmon.Fields, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) > 0 && ids[0] <= 0 {
		return nil, fmt.Errorf("ids holds %d, and ids are greater than 0", ids[0])
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

// skim looks for ids among the first rows of a list, and says whether it saw the
// whole of it. For a few ids the first page is enough: the pages behind it come
// several at once, and may cost more than the rows by themselves.
func skim(list iter.Seq2[acsmon.Fields, error], ids []int64, rows map[int64]acsmon.Fields) (whole bool, err error) {
	const page, few = 100, 10
	left := page
	if len(ids) > few {
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
