// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"fmt"
	"maps"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// Masks lists the keys, joined by dots, under which an object holds a mask.
func Masks(object map[string]any) []string {
	var paths []string
	for _, key := range slices.Sorted(maps.Keys(object)) {
		paths = append(paths, masks(key, object[key])...)
	}
	return paths
}

// masks lists the keys, joined by dots, under which a value holds a mask.
func masks(path string, value any) []string {
	switch value := value.(type) {
	case map[string]any:
		var paths []string
		for _, key := range slices.Sorted(maps.Keys(value)) {
			paths = append(paths, masks(path+"."+key, value[key])...)
		}
		return paths
	case []any:
		var paths []string
		for i, element := range value {
			paths = append(paths, masks(fmt.Sprintf("%s[%d]", path, i), element)...)
		}
		return paths
	}
	if untrusted.IsMask(value) {
		return []string{path}
	}
	return nil
}

// masked lists the desired keys that the row shows masked: they cannot be compared.
func (k Kind) masked(row acsmon.Fields, desired map[string]any) []string {
	var paths []string
	for _, f := range k.Fields {
		if object, isObject := asObject(desired[f.Name]); isObject {
			current, _ := f.valueIn(row)
			paths = append(paths, maskedKeys(f.Name, object, current)...)
		}
	}
	return paths
}

func maskedKeys(path string, desired map[string]any, current any) []string {
	var paths []string
	object, _ := asObject(current)
	for _, key := range slices.Sorted(maps.Keys(desired)) {
		nested, isObject := desired[key].(map[string]any)
		switch at := path + "." + key; {
		case desired[key] != nil && untrusted.IsMask(object[key]):
			paths = append(paths, at)
		case isObject:
			paths = append(paths, maskedKeys(at, nested, object[key])...)
		}
	}
	return paths
}

// masksIn lists the keys in the objects that are sent under which there are masks.
func (k Kind) masksIn(send acsmon.Fields) []string {
	var paths []string
	for _, f := range k.Fields {
		if object, isObject := send[f.key()].(map[string]any); isObject {
			paths = append(paths, masks(f.Name, object)...)
		}
	}
	return paths
}

// asMasked is an object as a server shows it that has masked these keys before.
func asMasked(object, current map[string]any) map[string]any {
	shown := maps.Clone(object)
	for key, value := range object {
		nested, isObject := value.(map[string]any)
		now, _ := current[key].(map[string]any)
		switch {
		case untrusted.IsMask(current[key]):
			shown[key] = current[key]
		case isObject:
			shown[key] = asMasked(nested, now)
		}
	}
	return shown
}

// unmasked is an object without its masked keys.
func unmasked(object map[string]any) map[string]any {
	rest := map[string]any{}
	for key, value := range object {
		if nested, isObject := value.(map[string]any); isObject {
			value = unmasked(nested)
		}
		if len(masks("", value)) == 0 {
			rest[key] = value
		}
	}
	return rest
}
