// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// linkIDs gives the desired ids of several links, each once. Where the row shows
// that the links are what is wanted, by their ids or by their names, nothing is
// asked.
func (f Field) linkIDs(ctx context.Context, row acsmon.Fields, want References) ([]any, error) {
	current, _ := f.read(row)
	ids := []any{}
	for _, text := range want.Texts {
		id := shownID(current, text)
		if id == nil || want.Renamed {
			return f.resolved(ctx, want)
		}
		if !slices.ContainsFunc(ids, func(other any) bool { return same(id, other) }) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (f Field) resolved(ctx context.Context, want References) ([]any, error) {
	found, err := want.Resolve(ctx)
	if err != nil {
		return nil, err
	}
	ids := []any{}
	for i, id := range found {
		if !slices.Contains(found[:i], id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// shownID finds one link among those that a row shows; nil if it is not there.
func shownID(current any, text string) any {
	list, _ := current.([]any)
	for _, item := range list {
		id, name := item, any(nil)
		if object, ok := item.(map[string]any); ok {
			id, name = object["id"], object["name"]
		}
		shown := name
		if _, isID := ParseID(text); isID {
			shown = id
		}
		if shown != nil && same(text, shown) {
			return id
		}
	}
	return nil
}

// idsIn are the ids of links, which may be shown as objects.
func idsIn(current any) []any {
	list, _ := current.([]any)
	ids := make([]any, len(list))
	for i, item := range list {
		ids[i] = item
		if object, ok := item.(map[string]any); ok {
			ids[i] = object["id"]
		}
	}
	return ids
}

// linksShown are the current links as the diff shows them: in the form that the
// user gave them in, where the row shows that.
func (f Field) linksShown(row acsmon.Fields, want References) []any {
	current, _ := f.read(row)
	list, _ := current.([]any)
	shown := idsIn(current)
	byID := !slices.ContainsFunc(want.Texts, func(text string) bool { _, isID := ParseID(text); return !isID })
	for i, item := range list {
		if object, ok := item.(map[string]any); ok && !byID && object["name"] != nil {
			shown[i] = object["name"]
		}
	}
	return shown
}

// predictLinks puts links where the row shows them: as ids under the key that is
// sent, else as objects.
func (f Field) predictLinks(row acsmon.Fields, ids []any, want References) {
	if _, shown := row[f.send()]; shown || len(f.Read) == 0 {
		row[f.send()] = ids
	}
	for _, path := range f.Read {
		if _, shown := row[path]; !shown || path == f.send() {
			continue
		}
		objects := make([]any, len(ids))
		for i, id := range ids {
			objects[i] = map[string]any{"id": id}
		}
		row[path] = objects
	}
}
