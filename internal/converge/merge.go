// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"maps"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// Merge is an object that is laid over the current one, at every depth.
var Merge Form = merged{}

type merged struct{ scalar }

func (merged) compare(_ context.Context, w wish, row acsmon.Fields) (change, error) {
	current, _ := w.valueIn(row)
	pattern, _ := asObject(w.value)
	now, _ := asObject(current)
	value := merge(current, pattern)
	return change{
		differs: !same(w.value, current), send: value,
		before: part(current, pattern), after: asMasked(part(value, pattern), now),
		row: map[string]any{w.key(): asMasked(value, now)},
	}, nil
}

func (merged) list(_ Field, shown any, _ referrer) (any, error) {
	if object, isObject := asObject(shown); isObject {
		return unmasked(object), nil
	}
	return shown, nil
}

func (merged) exactly(listed, shown any) any {
	if listed == nil {
		return nil
	}
	return emptied(listed, shown)
}

// emptied adds to a desired object a null for each current key that it lacks.
func emptied(desired, current any) any {
	object, isObject := asObject(desired)
	now, _ := asObject(current)
	if !isObject {
		return desired
	}
	exact := maps.Clone(object)
	for key, value := range now {
		if listed, isListed := object[key]; isListed {
			if _, nested := listed.(map[string]any); nested {
				exact[key] = emptied(listed, value)
			}
		} else if !untrusted.IsMask(value) { // which a gathered item does not have
			exact[key] = nil
		}
	}
	return exact
}

// merge lays desired over current at every depth and leaves both alone. A null
// removes a key.
func merge(current any, desired map[string]any) map[string]any {
	object, _ := asObject(current)
	merged := maps.Clone(object)
	if merged == nil {
		merged = map[string]any{}
	}
	for key, value := range desired {
		nested, isObject := value.(map[string]any)
		switch {
		case value == nil:
			delete(merged, key)
		case isObject:
			merged[key] = merge(merged[key], nested)
		default:
			merged[key] = value
		}
	}
	return merged
}

// part cuts an object down to the keys that the pattern has, at every depth.
func part(current any, pattern map[string]any) map[string]any {
	object, _ := asObject(current)
	cut := map[string]any{}
	for key, value := range pattern {
		now, ok := object[key]
		if !ok {
			continue
		}
		if nested, isObject := value.(map[string]any); isObject {
			now = part(now, nested)
		}
		cut[key] = now
	}
	return cut
}
