// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"maps"

	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// record is what is known of one host: the fields of a device, and under "monitors" and "alerts"
// what belongs to it. A host that is only monitored has a name, a host and monitors.
type record map[string]any

// values returns the texts at a path such as "device_group.name". A list on the path yields one for
// each of its elements; an object at the end stands for its name. Empty and missing values are left
// out.
func (r record) values(path string) []string {
	return rows.Texts(r, path)
}

// at returns the value at a path; for an object, its name.
func (r record) at(path string) any { return rows.Value(r, path) }

// first returns the first of the values at a path, or "".
func (r record) first(path string) string {
	if values := r.values(path); len(values) > 0 {
		return values[0]
	}
	return ""
}

// template is a string that Ansible must evaluate.
type template string

// trust returns an object in which the strings at the paths, and below them, are templates.
func trust(object map[string]any, paths [][]string) map[string]any {
	for _, path := range paths {
		object = trustAt(object, path).(map[string]any)
	}
	return object
}

func trustAt(value any, path []string) any {
	switch value := value.(type) {
	case string:
		if len(path) == 0 {
			return template(value)
		}
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = trustAt(element, path)
		}
		return list
	case map[string]any:
		object := maps.Clone(value)
		for key, element := range object {
			switch {
			case len(path) == 0:
				object[key] = trustAt(element, nil)
			case key == path[0]:
				object[key] = trustAt(element, path[1:])
			}
		}
		return object
	}
	return value
}
