// SPDX-License-Identifier: GPL-3.0-or-later

package rows

import (
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/nearmiss"
)

// evidence is what a row says about whether a field exists.
type evidence int

const (
	absent evidence = iota // the row does not show it
	silent                 // a null, or an empty list, is where the field would be
	shown
)

// valuesAt returns the values at a path such as "device_group.name". A list on the path stands for
// its elements.
func valuesAt(row map[string]any, path string) []any {
	values, _ := at(row, strings.Split(path, "."))
	return values
}

func at(value any, path []string) ([]any, evidence) {
	if list, isList := value.([]any); isList {
		return atEach(list, path)
	}
	switch {
	case value == nil && len(path) > 0:
		return nil, silent
	case value == nil:
		return nil, shown
	case len(path) == 0:
		return []any{value}, shown
	}
	object, _ := value.(map[string]any)
	next, ok := object[path[0]]
	if !ok {
		return nil, absent
	}
	return at(next, path[1:])
}

func atEach(list []any, path []string) (values []any, most evidence) {
	if len(list) == 0 && len(path) > 0 {
		return nil, silent
	}
	if len(list) == 0 {
		return nil, shown
	}
	for _, element := range list {
		below, evidence := at(element, path)
		values, most = append(values, below...), max(most, evidence)
	}
	return values, most
}

// Texts returns the texts at a path. An object at the end of the path stands for its name.
func Texts(row map[string]any, path string) []string {
	var texts []string
	for _, value := range valuesAt(row, path) {
		if object, isObject := value.(map[string]any); isObject {
			value = object["name"]
		}
		if text := Text(value); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// Value returns the value at a path as the row shows it: a list on the path gives a list. An object
// at the end of the path stands for its name.
func Value(row map[string]any, path string) any { return valueAt(row, strings.Split(path, ".")) }

func valueAt(value any, path []string) any {
	switch value := value.(type) {
	case map[string]any:
		if len(path) == 0 {
			return value["name"]
		}
		return valueAt(value[path[0]], path[1:])
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = valueAt(element, path)
		}
		return list
	}
	if len(path) > 0 {
		return nil
	}
	return value
}

// Shows reports whether one of the rows shows a field, or no row can tell: there are none, or a
// null or an empty list is where the field would be.
func Shows(list []acsmon.Fields, path string) bool {
	keys := strings.Split(path, ".")
	lacking := false
	for _, row := range list {
		switch _, evidence := at(map[string]any(row), keys); evidence {
		case shown:
			return true
		case absent:
			lacking = true
		}
	}
	return !lacking
}

// mostExamples is how many rows FieldsOf looks at.
const mostExamples = 200

// FieldsOf returns the fields that rows show, and the fields of the objects in them.
func FieldsOf(list []acsmon.Fields) []string {
	found := fieldSet{}
	for _, row := range list[:min(len(list), mostExamples)] {
		for key, value := range row {
			found.addField(key, value)
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// fieldSet is the set of fields that rows have shown.
type fieldSet map[string]bool

// addField adds a field, and the fields of the object that it holds.
func (s fieldSet) addField(key string, value any) {
	s[key] = true
	object, _ := value.(map[string]any)
	for inner := range object {
		s[key+"."+inner] = true
	}
}

// add adds what a filter can name: the fields of the row, and the ids of the objects in it.
func (s fieldSet) add(row acsmon.Fields) {
	for key, value := range row {
		s.addField(key, value)
		if _, isObject := value.(map[string]any); isObject {
			s[key+"_id"] = true
		}
	}
}

// near returns the field of the set that an unknown one may have meant; "" if there is none.
func (s fieldSet) near(field string) string {
	return nearmiss.Of(field, slices.Collect(maps.Keys(s)))
}
