// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Lookup returns the one row of exactly that name; nil if there is none. The server's search only
// saves reading: each row is checked again.
func Lookup(ctx context.Context, store Store, kind, name string) (acsmon.Fields, error) {
	f, err := search(ctx, store, "name", name)
	if err != nil {
		return nil, err
	}
	return only(kind, name, Kind{}.named(f.rows, name))
}

// find returns the resource that the item means; a nil row if there is none. It is then certain
// that there is none: find looks once more for what a search misses, and for what moved while
// several pages were read.
func (e *Engine) find(ctx context.Context, item Item) (reading, error) {
	at := time.Now()
	if item.ID != 0 {
		row, err := e.Store.Get(ctx, item.ID)
		if acsmon.IsNotFound(err) {
			return reading{}, nil
		}
		return reading{row: row, whole: true, at: at}, err
	}
	if err := e.refuseUnidentified(item); err != nil {
		return reading{}, err
	}
	found, err := e.searchAll(ctx, item)
	if err != nil {
		return reading{}, err
	}
	now, err := e.chosen(ctx, item, found.rows, at, nil)
	if err != nil || now.row != nil {
		return now, err
	}
	recent, err := e.recent(ctx, e.recentKeys(item)...)
	if err != nil {
		return reading{}, err
	}
	if len(recent) > 0 {
		now, err = e.chosen(ctx, item, append(recent, found.rows...), at, nil)
		if err != nil || now.row != nil {
			return now, err
		}
	}
	if found.proves {
		return now, nil
	}
	if all, err := e.knowsAll(ctx); err != nil || all {
		return now, err
	}
	at = time.Now()
	again, err := fetchRows(ctx, e.Store, e.Kind.identityKey(), acsmon.Query{})
	return e.chosen(ctx, item, append(again.rows, recent...), at, err)
}

// searchAll searches for the names that the item has, had or will get.
func (e *Engine) searchAll(ctx context.Context, item Item) (found, error) {
	all, err := e.search(ctx, item, item.Name)
	if err != nil || item.NewName == "" {
		return all, err
	}
	other, err := e.search(ctx, item, item.NewName)
	all.rows, all.proves = append(all.rows, other.rows...), all.proves && other.proves
	return all, err
}

// searchesNames reports whether a resource is found by a name for which the server is asked.
func (e *Engine) searchesNames() bool { return e.Kind.identity() == "name" && e.goesByName() }

// knowsAll reports whether a search finds every row, because the whole list is known.
func (e *Engine) knowsAll(ctx context.Context) (bool, error) {
	known, ok := e.Store.(Completer)
	if !ok || !e.searchesNames() {
		return false, nil
	}
	return known.Complete(ctx)
}

// chosen finds the row that the item means. If there is none, it records those that have its name.
func (e *Engine) chosen(ctx context.Context, item Item, rows []acsmon.Fields, at time.Time, err error) (reading, error) {
	if err != nil {
		return reading{}, err
	}
	row, err := e.choose(ctx, item, rows)
	now := reading{row: row, at: at.Add(-AgeOf(e.Store))}
	if row == nil {
		now.namesakes = idsOf(e.Kind.named(rows, item.finalName()))
	}
	return now, err
}

// choose finds the row that the item means; nil if there is none.
func (e *Engine) choose(ctx context.Context, item Item, rows []acsmon.Fields) (acsmon.Fields, error) {
	asIs := func(acsmon.Fields) Item { return item }
	old, err := e.sift(ctx, e.called(rows, item.Name), asIs)
	if err != nil {
		return nil, err
	}
	if item.NewName == "" {
		return e.only(item, item.Name, old)
	}
	renamed, err := e.sift(ctx, e.called(rows, item.NewName), asIs)
	if err != nil {
		return nil, err
	}
	return e.renamed(item, old, renamed)
}

// search fetches the rows that the item may mean by a name. Servers search in names, and where else
// the Kind says. For any other identity, all rows are fetched.
func (e *Engine) search(ctx context.Context, item Item, name string) (found, error) {
	if e.searchesNames() {
		f, err := search(ctx, e.Store, e.Kind.identityKey(), name)
		f.proves = f.proves || e.Server.SearchFinds && literalTerm(name) != ""
		return f, err
	}
	for _, field := range e.besideName() {
		if text, isText := canonical(item.Desired[field]).(string); isText && slices.Contains(e.Kind.Searched, field) {
			return search(ctx, e.Store, e.Kind.identityKey(), text)
		}
	}
	all, err := fetchRows(ctx, e.Store, e.Kind.identityKey(), acsmon.Query{})
	all.proves = all.pages <= 1
	return all, err
}

// recent fetches the rows of these keys that runs of the user have just created and that a list may
// not show yet.
func (e *Engine) recent(ctx context.Context, keys ...string) ([]acsmon.Fields, error) {
	if e.Recent == nil {
		return nil, nil
	}
	var rows []acsmon.Fields
	for _, key := range keys {
		for _, id := range e.Recent.IDs(key) {
			row, err := e.Store.Get(ctx, id)
			switch {
			case acsmon.IsNotFound(err):
			case err != nil:
				return nil, err
			case !e.goesByName() || len(e.Kind.named([]acsmon.Fields{row}, key)) > 0:
				rows = append(rows, row)
			}
		}
	}
	return rows, nil
}

// renamed chooses between the rows of the old name and of the new one.
func (e *Engine) renamed(item Item, old, renamed []acsmon.Fields) (acsmon.Fields, error) {
	before, err := e.only(item, item.Name, old)
	if err != nil {
		return nil, err
	}
	after, err := e.only(item, item.NewName, renamed)
	switch {
	case err != nil:
		return nil, err
	case after == nil:
		return before, nil
	case before == nil || before.ID() == after.ID():
		return after, nil
	}
	return nil, fmt.Errorf("%s %q (id %d) cannot be renamed to %q, because id %d already has that name: delete or rename one of them first",
		e.Kind.Name, item.Name, before.ID(), item.NewName, after.ID())
}

// only returns an error for a name that means several rows.
func only(kind, name string, rows []acsmon.Fields) (acsmon.Fields, error) {
	byID := map[int64]acsmon.Fields{}
	for _, row := range rows {
		byID[row.ID()] = row
	}
	switch len(byID) {
	case 0:
		return nil, nil
	case 1:
		return rows[0], nil
	}
	return nil, ambiguous(kind, name, slices.Collect(maps.Values(byID)))
}

// named returns the rows that have a name, or another identity. If none has it exactly, another
// spelling of it will do.
func (k Kind) named(rows []acsmon.Fields, name string) []acsmon.Fields {
	var exact, others []acsmon.Fields
	for _, row := range rows {
		shown := row[k.identityKey()]
		switch text, isText := canonical(shown).(string); {
		case same(name, shown):
			exact = append(exact, row)
		case isText && k.spelled(name) == k.spelled(text):
			others = append(others, row)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return others
}

// found is what was read of a list.
type found struct {
	rows  []acsmon.Fields
	pages int
	// proves says that a row that is not among them does not exist: they are the whole list, and
	// came in one page.
	proves bool
	whole  bool // they are the whole list
}

// search fetches the rows that the server finds for a name, or all rows if it does not search.
func search(ctx context.Context, store Store, key, name string) (found, error) {
	term := searchTerm(name)
	f, err := fetchRows(ctx, store, key, acsmon.Query{Search: term})
	if acsmon.IsQueryRefused(err) && term != "" {
		f, err = fetchRows(ctx, store, key, acsmon.Query{})
		term = ""
	}
	narrowed := term != "" && !slices.ContainsFunc(f.rows, func(row acsmon.Fields) bool { return !row.MayMatch(term) })
	f.whole = !narrowed
	f.proves = f.whole && f.pages <= 1
	return f, err
}

// fetchRows fetches rows. It returns an error if they lack the key by which one is to be found,
// because existing resources would be taken for missing.
func fetchRows(ctx context.Context, store Store, key string, query acsmon.Query) (f found, err error) {
	query.Pages = &f.pages
	for row, err := range store.List(ctx, query) {
		if err != nil {
			return found{}, err
		}
		switch row[key].(type) {
		case []any, map[string]any:
			return found{}, fmt.Errorf("the server lists a row (id %d) whose %s is not a text, so nothing can be found by %[2]s: check the base URL", row.ID(), key)
		}
		if row.ID() == 0 {
			return found{}, errors.New("the server lists a row without an id, so nothing can be found in its list: check the base URL")
		}
		f.rows = append(f.rows, row)
	}
	return f, nil
}

// maxTerm keeps a search shorter than a server may refuse.
const maxTerm = 100

// searchTerm is what the server is asked for to find a name: the longest part of the name that
// means itself in any search, else the whole name.
func searchTerm(name string) string {
	term := cmp.Or(literalTerm(name), Trim(name))
	for len(term) > maxTerm {
		_, size := utf8.DecodeLastRuneInString(term)
		term = strings.TrimSpace(term[:len(term)-size])
	}
	return term
}

// literalTerm is the longest part of a name that means itself in any search. It is not known how a
// server treats quotes, backslashes, percent signs or letters with accents. It is "" if no part is
// worth a search.
func literalTerm(name string) string {
	longest := ""
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return !literal(r) }) {
		if part = strings.TrimSpace(part); len(part) > len(longest) {
			longest = part
		}
	}
	if len(longest) < 2 {
		return ""
	}
	return longest
}

func literal(r rune) bool {
	return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" -.:@/", r))
}
