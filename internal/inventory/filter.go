// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/nearmiss"
)

// selected gives the rows that are active, unless inactive ones are wanted, may
// match the search, and meet the filters.
func selected(list []acsmon.Fields, search string, filters map[string]any, inactive bool) ([]acsmon.Fields, error) {
	if err := applicable(list, filters); err != nil {
		return nil, err
	}
	var kept []acsmon.Fields
	for _, row := range list {
		if !inactive && isFalse(row[isActive]) || !row.MayMatch(search) || !meets(row, filters) {
			continue
		}
		kept = append(kept, row)
	}
	return kept, nil
}

// applicable refuses a filter that the rows cannot be held against: a server that
// does not know it may have sent all of them.
func applicable(list []acsmon.Fields, filters map[string]any) error {
	shown := map[string]bool{}
	for _, row := range list {
		for field, value := range row {
			shown[field] = true
			if _, isObject := value.(map[string]any); isObject {
				shown[field+"_id"] = true
			}
		}
	}
	for _, field := range slices.Sorted(maps.Keys(filters)) {
		if len(wantedValues(filters[field])) == 0 {
			return fmt.Errorf("the filter %s has no value: give one, or a list of them", field)
		}
		if name, _, _ := strings.Cut(field, "."); len(list) == 0 || shown[name] && (shown[field] || showsField(list, field)) {
			continue
		}
		hint := ""
		if near := nearmiss.Of(field, slices.Sorted(maps.Keys(shown))); near != "" {
			hint = fmt.Sprintf(" (did you mean %s?)", near)
		}
		return fmt.Errorf("the filter %s cannot be applied: the server shows no such field in its lists%s", field, hint)
	}
	return nil
}

// meets tells whether a row has one of the wanted values in each of the fields.
func meets(row acsmon.Fields, filters map[string]any) bool {
	for field, value := range filters {
		wanted := wantedValues(value)
		if !slices.ContainsFunc(haveValues(row, field), func(have string) bool {
			return slices.ContainsFunc(wanted, func(want string) bool { return sameScalar(have, want) })
		}) {
			return false
		}
	}
	return true
}

// haveValues are what a filter can name: values, and of an object its name or id.
// The id of an object device_group may be called device_group_id, as in what is sent.
func haveValues(row acsmon.Fields, field string) []string {
	r := record(row)
	values := append(r.values(field), r.values(field+".id")...)
	if object, ok := strings.CutSuffix(field, "_id"); ok {
		values = append(values, r.values(object+".id")...)
	}
	return values
}

func wantedValues(wanted any) []string {
	list, ok := wanted.([]any)
	if !ok {
		list = []any{wanted}
	}
	var values []string
	for _, element := range list {
		if value := text(element); value != "" {
			values = append(values, value)
		}
	}
	return values
}
