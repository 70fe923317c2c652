// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"fmt"
	"maps"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// meant replaces texts that are the shown form of current ones by the current ones.
func (b *Batch) meant(s *Section, item Item, row acsmon.Fields) Item {
	if name := row[s.Kind.identityKey()]; item.Name != "" && item.NewName == "" && b.key(s, item.Name) == b.key(s, name) {
		item.Name = fmt.Sprint(name)
	}
	desired := maps.Clone(item.Desired)
	for name, value := range desired {
		current, _ := s.Kind.Field(name).valueIn(row)
		desired[name] = b.restored(value, current)
	}
	item.Desired = desired
	return item
}

func (b *Batch) restored(desired, current any) any {
	switch desired := desired.(type) {
	case string:
		if b.MaskIsCurrent && untrusted.IsMask(desired) {
			return current
		}
		if text, ok := current.(string); ok && b.Shown(text) == desired {
			return text
		}
	case map[string]any:
		object, _ := asObject(current)
		restored := make(map[string]any, len(desired))
		for key, value := range desired {
			key = b.restoredKey(key, desired, object)
			restored[key] = b.restored(value, object[key])
		}
		return restored
	case []any:
		now, _ := current.([]any)
		restored := make([]any, len(desired))
		for i, value := range desired {
			restored[i] = b.restored(value, b.counterpart(value, now, i))
		}
		return restored
	}
	return desired
}

func (b *Batch) restoredKey(key string, desired, current map[string]any) string {
	if _, there := current[key]; there {
		return key
	}
	for now := range current {
		if _, taken := desired[now]; !taken && b.ShownKey(now) == key {
			return now
		}
	}
	return key
}

// counterpart finds in the current list what an element of a list is: a text anywhere, because many
// lists have no order, and anything else at the same position.
func (b *Batch) counterpart(value any, now []any, i int) any {
	text, isText := value.(string)
	switch {
	case !isText && i < len(now):
		return now[i]
	case !isText || slices.Contains(now, value):
		return value
	}
	for _, other := range now {
		if other, ok := other.(string); ok && b.Shown(other) == text {
			return other
		}
	}
	return nil
}
