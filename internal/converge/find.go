// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Lookup returns the one row of a name, exactly; nil if there is none. The
// server's search only narrows what is read: each row is looked at again.
func Lookup(ctx context.Context, store Store, kind, name string) (acsmon.Fields, error) {
	rows, err := search(ctx, store, "name", searchTerm(name))
	if err != nil {
		return nil, err
	}
	return only(kind, name, named(rows, "name", name))
}

// find returns the resource that the item means; nil if there is none.
func (e *Engine) find(ctx context.Context, item Item) (acsmon.Fields, error) {
	if item.ID != 0 {
		row, err := e.Store.Get(ctx, item.ID)
		if acsmon.IsNotFound(err) {
			return nil, nil
		}
		return row, err
	}
	rows, err := e.search(ctx, item.Name)
	if err != nil {
		return nil, err
	}
	old := named(rows, e.Kind.identityKey(), item.Name)
	if item.NewName == "" {
		return only(e.Kind.Name, item.Name, old)
	}
	if rows, err = e.search(ctx, item.NewName); err != nil {
		return nil, err
	}
	return e.renamed(item, old, named(rows, e.Kind.identityKey(), item.NewName))
}

// search fetches the rows that may have an identity. Servers search in names: any
// other identity is looked for among all rows.
func (e *Engine) search(ctx context.Context, identity string) ([]acsmon.Fields, error) {
	if e.Kind.identity() != "name" {
		return fetchRows(ctx, e.Store, e.Kind.identityKey(), acsmon.Query{})
	}
	return search(ctx, e.Store, e.Kind.identityKey(), searchTerm(identity))
}

// renamed chooses between the rows of the old and of the new name.
func (e *Engine) renamed(item Item, old, renamed []acsmon.Fields) (acsmon.Fields, error) {
	before, err := only(e.Kind.Name, item.Name, old)
	if err != nil {
		return nil, err
	}
	after, err := only(e.Kind.Name, item.NewName, renamed)
	switch {
	case err != nil:
		return nil, err
	case after == nil:
		return before, nil
	case before == nil || before.ID() == after.ID():
		return after, nil
	}
	return nil, fmt.Errorf("%s %q (id %d) cannot be renamed to %q, for that is the name of id %d already: delete or rename one of them first",
		e.Kind.Name, item.Name, before.ID(), item.NewName, after.ID())
}

// only refuses a name that means several rows.
func only(kind, name string, rows []acsmon.Fields) (acsmon.Fields, error) {
	switch len(rows) {
	case 0:
		return nil, nil
	case 1:
		return rows[0], nil
	}
	ambiguous := &AmbiguousError{Kind: kind, Name: name}
	for _, row := range rows {
		ambiguous.IDs = append(ambiguous.IDs, row.ID())
	}
	return nil, ambiguous
}

// named gives the rows that have a name, or another identity, under the key.
func named(rows []acsmon.Fields, key, name string) []acsmon.Fields {
	var matches []acsmon.Fields
	for _, row := range rows {
		if same(name, row[key]) {
			matches = append(matches, row)
		}
	}
	return matches
}

// search fetches the rows that the server finds for a term, or all of them where
// it does not search.
func search(ctx context.Context, store Store, key, term string) ([]acsmon.Fields, error) {
	rows, err := fetchRows(ctx, store, key, acsmon.Query{Search: term})
	if term == "" || !acsmon.IsQueryRefused(err) {
		return rows, err
	}
	return fetchRows(ctx, store, key, acsmon.Query{})
}

// fetchRows fetches rows, and refuses those in which nothing can be found by the key:
// what is there already would be taken for missing.
func fetchRows(ctx context.Context, store Store, key string, query acsmon.Query) ([]acsmon.Fields, error) {
	var rows []acsmon.Fields
	for row, err := range store.List(ctx, query) {
		if err != nil {
			return nil, err
		}
		switch row[key].(type) {
		case []any, map[string]any:
			return nil, fmt.Errorf("the server lists a row (id %d) whose %s is no text, so nothing can be found by %[2]s: check the base URL", row.ID(), key)
		}
		if row.ID() == 0 {
			return nil, errors.New("the server lists a row without an id, so nothing can be found in its list: check the base URL")
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// maxTerm keeps a search below the length that a server may refuse.
const maxTerm = 100

// searchTerm is the longest part of a name that means itself in any search: how a
// server treats quotes, backslashes, percent signs or letters with accents is not
// known. "" where there is none worth asking for.
func searchTerm(name string) string {
	longest := ""
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return !literal(r) }) {
		if part = strings.TrimSpace(part); len(part) > len(longest) {
			longest = part
		}
	}
	if len(longest) > maxTerm {
		longest = strings.TrimSpace(longest[:maxTerm])
	}
	if len(longest) < 2 {
		return ""
	}
	return longest
}

func literal(r rune) bool {
	return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" -.:@/", r))
}
