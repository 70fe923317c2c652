// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// Merge is an object that is merged over the current one, at every depth.
var Merge = MergeTyped(nil)

// MergeTyped is a Merge in which the types of some keys are documented.
func MergeTyped(types map[string]KeyType) Form { return merged{types: types} }

type merged struct {
	scalar
	types map[string]KeyType
}

func (m merged) compare(_ context.Context, w wish, row acsmon.Fields) (change, error) {
	current, _ := w.valueIn(row)
	pattern, _ := asObject(w.value)
	now, _ := asObject(current)
	if err := survives(w.Name, pattern); err != nil {
		return change{}, err
	}
	pattern, err := typed(w.Name, pattern, current, m.types)
	if err != nil {
		return change{}, err
	}
	value := merge(current, pattern)
	return change{
		builtOnReading: row != nil,
		differs:        !sameInside(pattern, current), send: value,
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

// render returns the object with the types that are documented. If a value cannot have its type,
// compare returns the error.
func (m merged) render(desired any) any {
	object, isObject := asObject(desired)
	if !isObject {
		return canonical(desired)
	}
	if converted, err := typed("", object, nil, m.types); err == nil {
		return converted
	}
	return object
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
		} else if !untrusted.IsMask(value) { // a gathered item does not have it
			exact[key] = nil
		}
	}
	return exact
}

// merge merges desired over current at every depth and changes neither. A null removes a key.
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

// part reduces an object to the keys that the pattern has, at every depth.
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

// survives returns an error for what the server would return as something else: PHP makes a list of
// an object whose keys count from 0, and rounds a number that does not fit into 64 bits.
func survives(path string, value any) error {
	switch value := value.(type) {
	case map[string]any:
		if len(value) > 0 && countsFromZero(value) {
			return fmt.Errorf("the keys of %s are the numbers from 0 to %d, so the server would turn it into a list: give a list, or other keys", path, len(value)-1)
		}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			if err := survives(path+"."+key, value[key]); err != nil {
				return err
			}
		}
	case []any:
		for i, element := range value {
			if err := survives(fmt.Sprintf("%s[%d]", path, i), element); err != nil {
				return err
			}
		}
	case json.Number, int, int64, uint64, float64:
		if !fitsNumber(fmt.Sprint(value)) {
			return fmt.Errorf("%s is %v, a number that the server would round: give it as a text, in quotes", path, value)
		}
	}
	return nil
}

func countsFromZero(object map[string]any) bool {
	for i := range len(object) {
		if _, there := object[strconv.Itoa(i)]; !there {
			return false
		}
	}
	return true
}

// fitsNumber reports whether a number is the same in 64 bits.
func fitsNumber(text string) bool {
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		return true
	}
	rounded, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return false
	}
	want, isNumber := asNumber(json.Number(text))
	got, _ := asNumber(json.Number(strconv.FormatFloat(rounded, 'g', -1, 64)))
	return isNumber && got != nil && want.Cmp(got) == 0
}
