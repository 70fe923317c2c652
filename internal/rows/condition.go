// SPDX-License-Identifier: GPL-3.0-or-later

package rows

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Condition is a field in which a row must have one of the wanted values.
type Condition struct {
	// Option names the option that sets the condition, for messages.
	Option string
	// Filter is the server's filter for the field; if it is "", none is sent.
	Filter string
	// Paths are where a row may show the field, the likeliest first.
	Paths []string
	// Wanted are the values. A row must have one of them, so an empty list selects nothing.
	Wanted []any
	// All requires every wanted value; it is for a field that is a list.
	All bool
	// Split asks the server for two wanted values one after the other.
	Split bool
	// Optional treats a row that does not show the field like one that has no value.
	Optional bool
	// Unset lets a row that has no value meet the condition.
	Unset bool
}

// OneOf is a condition on a field that rows show under the name of its filter. If values is nil,
// there is no condition; an empty list selects nothing.
func OneOf[T any](option, field string, values []T) []Condition {
	if values == nil {
		return nil
	}
	return []Condition{{Option: option, Filter: field, Paths: []string{field}, Wanted: Anys(values)}}
}

// objects are the fields that a server shows as objects or as lists. The names of its filters for
// them are not known, so none is sent.
var objects = []string{"device_group", "monitor_group", "group", "tags", "device", "monitor"}

// Filters makes conditions from the option filters: fields of the user's choice, each with a value
// or a list of values.
func Filters(filters map[string]any) ([]Condition, error) {
	var conditions []Condition
	for _, field := range slices.Sorted(maps.Keys(filters)) {
		if strings.TrimSpace(field) == "" || strings.ContainsAny(field, "[]") {
			return nil, fmt.Errorf("filters has the key %q, which is not a field: name one, such as snmp_version", field)
		}
		wanted, isList := filters[field].([]any)
		if !isList {
			wanted = []any{filters[field]}
		}
		wanted = slices.DeleteFunc(slices.Clone(wanted), func(value any) bool { return Text(value) == "" })
		if len(wanted) == 0 {
			return nil, fmt.Errorf("the filter %s has no value: give a text, a number, true or false, or a list of them", field)
		}
		c := Condition{Option: "filters." + field, Paths: []string{field}, Wanted: wanted}
		if object, isLink := strings.CutSuffix(field, "_id"); isLink {
			c.Paths = append(c.Paths, object+".id")
		}
		if !strings.Contains(field, ".") && !slices.Contains(objects, field) {
			c.Filter = field
		}
		conditions = append(conditions, c)
	}
	return conditions, nil
}

// sendable reports whether the condition can be sent to the server, which takes one value. Some
// servers take a value with a comma for a list.
func (c Condition) sendable() bool {
	return c.Filter != "" && len(c.Wanted) == 1 && !strings.Contains(Text(c.Wanted[0]), ",")
}

// values returns what a row has in the field of the condition, at the path that says most.
func (c Condition) values(row acsmon.Fields) (values []any, most evidence) {
	for _, path := range c.Paths {
		found, evidence := at(map[string]any(row), strings.Split(path, "."))
		if evidence > most {
			values, most = Scalars(found), evidence
		}
	}
	return values, most
}

// holds reports whether the values of a row meet the condition.
func (c Condition) holds(have []any) bool {
	if len(have) == 0 && c.Unset {
		return true
	}
	has := func(want any) bool {
		return slices.ContainsFunc(have, func(have any) bool { return Same(have, want) })
	}
	if c.All && slices.ContainsFunc(c.Wanted, func(want any) bool { return !has(want) }) {
		return false
	}
	return slices.ContainsFunc(c.Wanted, has)
}

// UnshownError says that a condition cannot be decided, because no row shows its field.
type UnshownError struct {
	Kind   string // of the rows: "monitor"
	Option string // "tags", or "filters.vendor"
	Near   string // the field that a filter may have meant; "" if there is none
}

func (e *UnshownError) Error() string {
	field, isFilter := strings.CutPrefix(e.Option, "filters.")
	if !isFilter {
		return fmt.Sprintf("%s cannot be applied, because the server's list does not show that field of a %s: select by ids or names instead", e.Option, e.Kind)
	}
	near := ""
	if e.Near != "" {
		near = fmt.Sprintf(" (did you mean %s?)", e.Near)
	}
	return fmt.Sprintf("the filter %s cannot be applied: the server shows no such field in its lists%s", field, near)
}
