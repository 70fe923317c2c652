// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// NotFoundError says that no resource of that name, or if there is none of that id,
// exists.
type NotFoundError struct {
	Kind, Name string
	ID         int64
}

func (e *NotFoundError) Error() string {
	if e.Name == "" {
		return fmt.Sprintf("there is no %s with id %d: check the id", e.Kind, e.ID)
	}
	return fmt.Sprintf("there is no %s %q: check the name, or use its id", e.Kind, e.Name)
}

// AmbiguousError says that a name means several resources.
type AmbiguousError struct {
	Kind, Name string
	IDs        []int64
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("there are %d %ss named %q (ids %s): use the id to say which is meant",
		len(e.IDs), e.Kind, e.Name, strings.ReplaceAll(strings.Trim(fmt.Sprint(e.IDs), "[]"), " ", ", "))
}

// VanishedError says that a resource was there and is not any more.
type VanishedError struct {
	Kind string
	ID   int64
}

func (e *VanishedError) Error() string {
	return fmt.Sprintf("%s %d was deleted by someone else while this ran: run again", e.Kind, e.ID)
}

// Lookup returns the one row of a name, exactly; nil if there is none. The
// server's search only narrows what is read: each row is looked at again.
func Lookup(ctx context.Context, store Store, kind, name string) (acsmon.Fields, error) {
	rows, err := search(ctx, store, "name", searchTerm(name))
	if err != nil {
		return nil, err
	}
	return only(kind, name, named(rows, "name", name))
}

// Resolve returns the id that a reference means: digits only are an id, anything
// else is an exact name. The resource must exist.
func Resolve(ctx context.Context, store Store, kind, text string) (int64, error) {
	if id, ok := ParseID(text); ok {
		_, err := store.Get(ctx, id)
		if acsmon.IsNotFound(err) {
			return 0, &NotFoundError{Kind: kind, ID: id}
		}
		return id, err
	}
	row, err := Lookup(ctx, store, kind, text)
	if err != nil {
		return 0, err
	}
	if row == nil {
		return 0, &NotFoundError{Kind: kind, Name: text}
	}
	return row.ID(), nil
}

// ResolveAll is Resolve for several references at once: it reads the whole list,
// and finds each by its id, or as the value of one of the keys.
func ResolveAll(ctx context.Context, store Store, kind string, texts []string, keys ...string) ([]int64, error) {
	rows, err := read(ctx, store, keys[0], acsmon.Query{})
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(texts))
	for i, text := range texts {
		id, isID := ParseID(text)
		meant := slices.DeleteFunc(slices.Clone(rows), func(row acsmon.Fields) bool {
			if isID {
				return row.ID() != id
			}
			return !slices.ContainsFunc(keys, func(key string) bool { return same(text, row[key]) })
		})
		row, err := only(kind, text, meant)
		switch {
		case err != nil:
			return nil, err
		case row == nil && isID:
			return nil, &NotFoundError{Kind: kind, ID: id}
		case row == nil:
			return nil, &NotFoundError{Kind: kind, Name: text}
		}
		ids[i] = row.ID()
	}
	return ids, nil
}

// ParseID reads a reference of digits only, which is an id.
func ParseID(text string) (int64, bool) {
	if strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id == 0 {
		return 0, false
	}
	return id, true
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

// search reads the rows that the server finds for a term, or all of them where
// it does not search.
func search(ctx context.Context, store Store, key, term string) ([]acsmon.Fields, error) {
	rows, err := read(ctx, store, key, acsmon.Query{Search: term})
	if term == "" || !acsmon.IsQueryRefused(err) {
		return rows, err
	}
	return read(ctx, store, key, acsmon.Query{})
}

// read reads rows, and refuses those in which nothing can be found by the key: what
// is there already would be taken for missing.
func read(ctx context.Context, store Store, key string, query acsmon.Query) ([]acsmon.Fields, error) {
	var rows []acsmon.Fields
	for row, err := range store.List(ctx, query) {
		if err != nil {
			return nil, err
		}
		switch row[key].(type) {
		case []any, map[string]any:
			return nil, fmt.Errorf("the server lists a row (id %d) whose %s is no text, so nothing can be found by %[2]s: check the base URL", row.ID(), key)
		}
		if row.ID() <= 0 {
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
