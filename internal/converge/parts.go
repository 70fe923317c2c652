// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Parts is a list of objects that belong to the resource. The first of the keys identifies a part
// within it, unless its id is given. A part that is not desired is removed. In a desired part, a
// key that is not given stays as it is. An item lists only these keys.
func Parts(keys ...string) Form { return parts{keys: keys} }

type parts struct {
	scalar
	keys []string
}

func (p parts) compare(_ context.Context, w wish, row acsmon.Fields) (change, error) {
	current, _ := w.valueIn(row)
	left := objectsIn(current)
	after, before, send := map[string]any{}, map[string]any{}, []any{}
	kept := make([]any, len(left)) // in the order of the server; nil: the part is removed
	c := change{builtOnReading: row != nil}
	wanted := objectsIn(w.value)
	places, err := p.pair(w.Name, wanted, left)
	if err != nil {
		return change{}, err
	}
	for i, desired := range wanted {
		name, at := p.nameOf(desired), places[i]
		var now map[string]any
		if at >= 0 {
			now = left[at]
		}
		merged := merge(now, desired)
		if send = append(send, merged); at >= 0 {
			kept[at] = merged
		} else {
			kept = append(kept, merged)
		}
		if now != nil && same(desired, now) {
			continue
		}
		c.writes++
		after[name] = without(desired, "id")
		if now != nil {
			before[name], after[name] = part(now, without(desired, "id")), part(merged, without(desired, "id"))
		}
	}
	for i, gone := range left {
		if kept[i] == nil {
			c.writes++
			before[p.nameOf(without(gone, "id"))] = p.listed(gone)
		}
	}
	kept = slices.DeleteFunc(kept, func(part any) bool { return part == nil })
	c.differs, c.send, c.row = c.writes > 0, send, map[string]any{w.key(): kept}
	c.before, c.after = before, after
	return c, nil
}

// pair returns which of the current parts each desired one is; -1 if it is none. Those that are
// named by their ids come first, so that no part is two.
func (p parts) pair(field string, desired, current []map[string]any) ([]int, error) {
	places, taken, seen := make([]int, len(desired)), map[int]bool{}, map[string]bool{}
	for _, one := range desired {
		name := p.nameOf(one)
		if seen[name] {
			return nil, fmt.Errorf("%s lists %q twice: give each another %s", field, name, p.keys[0])
		}
		seen[name] = true
		if err := survives(field+"."+name, one); err != nil {
			return nil, err
		}
	}
	for _, byID := range []bool{true, false} {
		for i, one := range desired {
			if (one["id"] != nil) != byID {
				continue
			}
			at, err := p.find(field, one, current, taken)
			if err != nil {
				return nil, err
			}
			places[i], taken[at] = at, true
		}
	}
	return places, nil
}

// find returns which of the current parts that are not taken is desired; -1 if none is.
func (p parts) find(field string, desired map[string]any, current []map[string]any, taken map[int]bool) (int, error) {
	if id := desired["id"]; id != nil {
		at := slices.IndexFunc(current, func(now map[string]any) bool { return same(id, now["id"]) })
		switch {
		case at < 0:
			return -1, fmt.Errorf("%s has no id %v: leave the id out to create it", field, id)
		case taken[at]:
			return -1, fmt.Errorf("%s lists the id %v twice: leave one of them out", field, id)
		}
		return at, nil
	}
	var found, ids = []int{}, []string{}
	for i, now := range current {
		if !taken[i] && same(desired[p.keys[0]], now[p.keys[0]]) {
			found, ids = append(found, i), append(ids, fmt.Sprint(now["id"]))
		}
	}
	switch len(found) {
	case 0:
		return -1, nil
	case 1:
		return found[0], nil
	}
	return -1, fmt.Errorf("%s has several with the %s %q (ids %s): give the id too",
		field, p.keys[0], p.nameOf(desired), strings.Join(ids, ", "))
}

// nameOf is the name of a part in messages and in the diff.
func (p parts) nameOf(object map[string]any) string {
	name := fmt.Sprint(canonical(object[p.keys[0]]))
	if id := object["id"]; id != nil {
		return fmt.Sprintf("%s (id %v)", name, id)
	}
	return name
}

// listed returns a part as an item lists it.
func (p parts) listed(object map[string]any) map[string]any {
	listed := map[string]any{}
	for _, key := range p.keys {
		if value := object[key]; !empty(canonical(value)) {
			listed[key] = value
		}
	}
	return listed
}

func (p parts) list(_ Field, shown any, _ referrer) (any, error) {
	objects, listed := objectsIn(shown), []any{}
	for _, object := range objects {
		one := p.listed(object)
		twins := slices.IndexFunc(objects, func(other map[string]any) bool {
			return !same(other["id"], object["id"]) && same(other[p.keys[0]], object[p.keys[0]])
		})
		if twins >= 0 {
			one["id"] = object["id"]
		}
		listed = append(listed, one)
	}
	return listed, nil
}

// kept is true because parts have routes of their own.
func (parts) kept() bool { return true }

func (parts) sendBack(any) any { return nil }

func (parts) render(desired any) any { return objectsIn(desired) }

// objectsIn returns the objects of a list.
func objectsIn(value any) []map[string]any {
	list, _ := value.([]any)
	objects := make([]map[string]any, 0, len(list))
	for _, element := range list {
		if object, ok := asObject(element); ok {
			objects = append(objects, object)
		}
	}
	return objects
}

func without(object map[string]any, key string) map[string]any {
	rest := maps.Clone(object)
	delete(rest, key)
	return rest
}
