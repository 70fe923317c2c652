// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Resolver finds what the references in a field mean.
type Resolver struct {
	// Find returns the id of each reference. What it means must exist. The resource is everything
	// that the item desires, by field. Find is called only if the row does not show enough.
	Find func(ctx context.Context, references []string, resource map[string]any) ([]int64, error)
	// Renamed says that the names that rows show for the links may be about to change: Find is
	// always called.
	Renamed bool
}

// ResolverIn finds references in a list, and remembers what it has found.
func ResolverIn(store Store, kind string) Resolver {
	return Resolver{Find: Remember(func(ctx context.Context, references []string, _ map[string]any) ([]int64, error) {
		if len(references) > 1 {
			return ResolveAll(ctx, store, kind, references, "name")
		}
		id, err := Resolve(ctx, store, kind, references[0])
		return []int64{id}, err
	})}
}

// Remember wraps the Find of a Resolver so that it looks everything up once.
func Remember(find func(context.Context, []string, map[string]any) ([]int64, error)) func(context.Context, []string, map[string]any) ([]int64, error) {
	known := map[string][]int64{}
	return func(ctx context.Context, references []string, resource map[string]any) ([]int64, error) {
		key := strings.Join(references, "\x00")
		if ids, ok := known[key]; ok {
			return ids, nil
		}
		ids, err := find(ctx, references, resource)
		if err == nil {
			known[key] = ids
		}
		return ids, err
	}
}

// Resolve returns the id that a reference means: digits only are an id, everything else is an exact
// name. The resource must exist.
func Resolve(ctx context.Context, store Store, kind, reference string) (int64, error) {
	if id, ok := ParseID(reference); ok {
		_, err := store.Get(ctx, id)
		if acsmon.IsNotFound(err) {
			return 0, &NotFoundError{Kind: kind, ID: id}
		}
		return id, err
	}
	row, err := Lookup(ctx, store, kind, reference)
	if err != nil {
		return 0, err
	}
	if row == nil {
		return 0, &NotFoundError{Kind: kind, Name: reference}
	}
	return row.ID(), nil
}

// ResolveAll is Resolve for several references at once: it reads the whole list,
// and finds each by its id, or as the value of one of the keys.
func ResolveAll(ctx context.Context, store Store, kind string, references []string, keys ...string) ([]int64, error) {
	all, err := fetchRows(ctx, store, keys[0], acsmon.Query{})
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(references))
	for i, reference := range references {
		id, isID := ParseID(reference)
		meant := slices.DeleteFunc(slices.Clone(all.rows), func(row acsmon.Fields) bool {
			if isID {
				return row.ID() != id
			}
			return !slices.ContainsFunc(keys, func(key string) bool { return same(reference, row[key]) })
		})
		row, err := only(kind, reference, meant)
		switch {
		case err != nil:
			return nil, err
		case row == nil && isID:
			return nil, &NotFoundError{Kind: kind, ID: id}
		case row == nil:
			return nil, &NotFoundError{Kind: kind, Name: reference}
		}
		ids[i] = row.ID()
	}
	return ids, nil
}

// ParseID returns the id in a reference that consists of digits only.
func ParseID(reference string) (int64, bool) {
	if strings.Trim(reference, "0123456789") != "" {
		return 0, false
	}
	id, err := strconv.ParseInt(reference, 10, 64)
	if err != nil || id == 0 {
		return 0, false
	}
	return id, true
}
