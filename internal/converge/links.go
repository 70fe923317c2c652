// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Links refer to several other resources by their ids, in any order. What is desired is a list of
// references like those of Link.
var Links Form = links{}

type links struct{ scalar }

func (links) compare(ctx context.Context, w wish, row acsmon.Fields) (change, error) {
	current, _ := w.valueIn(row)
	if edit, isEdit := w.value.(Edit); isEdit {
		return w.withLinks(ctx, edit.Add, current, row)
	}
	references := Texts(w.value)
	ids, err := w.linkIDs(ctx, current, references)
	if err != nil {
		return change{}, err
	}
	return change{
		differs: !sameSet(ids, idsIn(current)), send: ids,
		before: linksShown(current, references), after: references, row: w.linksIn(row, ids),
	}, nil
}

// withLinks adds the links that are missing.
func (w wish) withLinks(ctx context.Context, references []string, current any, row acsmon.Fields) (change, error) {
	ids, before := idsIn(current), linksShown(current, references)
	after := slices.Clone(before)
	missing := slices.DeleteFunc(slices.Clone(references), func(reference string) bool {
		return !w.resolver.Renamed && shownID(current, reference) != nil
	})
	if len(missing) > 0 {
		found, err := w.resolver.Find(ctx, missing, w.resource)
		if err != nil {
			return change{}, err
		}
		for i, id := range found {
			if !slices.ContainsFunc(ids, func(other any) bool { return same(id, other) }) {
				ids, after = append(ids, id), append(after, missing[i])
			}
		}
	}
	return change{
		differs: len(after) > len(before), send: ids, before: before, after: after,
		row: w.linksIn(row, ids), builtOnReading: row != nil,
	}, nil
}

func (links) sendBack(shown any) any { return idsIn(shown) }

func (links) list(f Field, shown any, refer referrer) (any, error) {
	ids := idsIn(shown)
	references := make([]string, len(ids))
	for i, id := range ids {
		var err error
		if references[i], err = refer(f, id); err != nil {
			return nil, err
		}
	}
	return references, nil
}

func (links) exactly(listed, shown any) any { return set{}.exactly(listed, shown) }

func (links) render(desired any) any {
	if edit, isEdit := desired.(Edit); isEdit {
		desired = edit.Add
	}
	references := Texts(desired)
	all := make([]any, len(references))
	for i, reference := range references {
		all[i] = rendered(reference)
	}
	return all
}

// linkIDs returns the desired ids of several links, each once. If the row shows by ids or by names
// that the links are right, the server is not asked.
func (w wish) linkIDs(ctx context.Context, current any, references []string) ([]any, error) {
	ids := []any{}
	for _, reference := range references {
		id := shownID(current, reference)
		if id == nil || w.resolver.Renamed {
			return w.resolved(ctx, references)
		}
		if !slices.ContainsFunc(ids, func(other any) bool { return same(id, other) }) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (w wish) resolved(ctx context.Context, references []string) ([]any, error) {
	found, err := w.resolver.Find(ctx, references, w.resource)
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

// shownID returns the id of one link among those that a row shows; nil if it is not there.
func shownID(current any, reference string) any {
	list, _ := current.([]any)
	for _, item := range list {
		id, name := item, any(nil)
		if object, ok := item.(map[string]any); ok {
			id, name = object["id"], object["name"]
		}
		shown := name
		if _, isID := ParseID(reference); isID {
			shown = id
		}
		if shown != nil && same(reference, shown) {
			return id
		}
	}
	return nil
}

// idsIn returns the ids of links, which may be shown as objects.
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

// linksShown returns the current links as the diff shows them: as the user wrote them, if the row
// shows that.
func linksShown(current any, references []string) []any {
	list, _ := current.([]any)
	shown := idsIn(current)
	byID := !slices.ContainsFunc(references, func(text string) bool { _, isID := ParseID(text); return !isID })
	for i, item := range list {
		if object, ok := item.(map[string]any); ok && !byID && object["name"] != nil {
			shown[i] = object["name"]
		}
	}
	return shown
}

// linksIn returns the keys under which the row will show links: as ids under the key that is sent,
// else as objects.
func (w wish) linksIn(row acsmon.Fields, ids []any) map[string]any {
	keys := map[string]any{}
	if _, shown := row[w.key()]; shown || len(w.Read) == 0 {
		keys[w.key()] = ids
	}
	for _, path := range w.Read {
		if _, shown := row[path]; !shown || path == w.key() {
			continue
		}
		objects := make([]any, len(ids))
		for i, id := range ids {
			objects[i] = map[string]any{"id": id}
		}
		keys[path] = objects
	}
	return keys
}
