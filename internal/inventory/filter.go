// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
)

// selected gives the rows that are active, unless inactive ones are wanted, may
// match the search, and meet the filters.
func selected(list []acsmon.Fields, search string, filters map[string]any, inactive bool) ([]acsmon.Fields, error) {
	if err := checkShown(list, filters); err != nil {
		return nil, err
	}
	var kept []acsmon.Fields
	for _, row := range list {
		if !inactive && isFalse(row[isActive]) || !row.MayMatch(search) {
			continue
		}
		ok, err := meets(row, filters)
		if err != nil {
			return nil, err
		}
		if ok {
			kept = append(kept, row)
		}
	}
	return kept, nil
}

// unshown are the fields that a server knows and may leave out of its lists: what a
// filter for one of them selects is the server's to decide.
var unshown = []string{
	"snmp_version", "poll_interval_seconds", "location", "device_group_id",
	"check_interval_seconds", "timeout_ms", "monitor_group_id", "device_id", isActive,
}

// checkShown refuses a filter for a field that no row shows: it is misspelt, a server
// may ignore it, and all that there is would be hosts.
func checkShown(list []acsmon.Fields, filters map[string]any) error {
	if len(list) == 0 {
		return nil
	}
	shown := map[string]bool{}
	for _, row := range list {
		for field := range row {
			shown[field] = true
		}
	}
	for _, field := range slices.Sorted(maps.Keys(filters)) {
		name, _, _ := strings.Cut(field, ".")
		if shown[name] || slices.Contains(unshown, field) {
			continue
		}
		return cannotApply(field, slices.Collect(maps.Keys(shown)))
	}
	return nil
}

func cannotApply(field string, fields []string) error {
	hint := ""
	if near := ansible.NearMiss(field, fields); near != "" {
		hint = fmt.Sprintf(" (did you mean %s?)", near)
	}
	return fmt.Errorf("the filter %s cannot be applied: the server shows no such field in its lists%s", field, hint)
}

// meets tells whether a row has one of the wanted values in each of the fields.
func meets(row acsmon.Fields, filters map[string]any) (bool, error) {
	for _, field := range slices.Sorted(maps.Keys(filters)) {
		wanted := wantedValues(filters[field])
		if len(wanted) == 0 {
			return false, fmt.Errorf("the filter %s has no value: give one, or a list of them", field)
		}
		name, _, _ := strings.Cut(field, ".")
		if _, shown := row[name]; !shown {
			if _, sent := sendable(filters)[field]; sent {
				continue // the server's to decide
			}
			return false, cannotApply(field, slices.Collect(maps.Keys(row)))
		}
		if !slices.ContainsFunc(haveValues(row, field), func(have string) bool {
			return slices.ContainsFunc(wanted, func(want string) bool { return sameScalar(have, want) })
		}) {
			return false, nil
		}
	}
	return true, nil
}

// haveValues are what a filter can name: values, and of an object its name or id.
func haveValues(row acsmon.Fields, field string) []string {
	r := record(row)
	return append(r.values(field), r.values(field+".id")...)
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

// pattern is one entry of include or exclude: NAME, or FIELD=VALUE, with the
// wildcards * and ?.
type pattern struct {
	field string
	value *regexp.Regexp
}

func parsePatterns(entries []string) []pattern {
	patterns := make([]pattern, len(entries))
	for i, entry := range entries {
		field, value, ok := strings.Cut(entry, "=")
		if !ok {
			field, value = "name", entry
		}
		quoted := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(value))
		patterns[i] = pattern{strings.TrimSpace(field), regexp.MustCompile(`(?is)^` + quoted + `$`)}
	}
	return patterns
}

func matchesAny(r record, patterns []pattern) bool {
	return slices.ContainsFunc(patterns, func(p pattern) bool {
		return slices.ContainsFunc(r.values(p.field), p.value.MatchString)
	})
}

// matching gives the records that an include pattern fits, if there are any such
// patterns, and no exclude pattern.
func matching(records []record, include, exclude []string) []record {
	in, out := parsePatterns(include), parsePatterns(exclude)
	return slices.DeleteFunc(records, func(r record) bool {
		return len(in) > 0 && !matchesAny(r, in) || matchesAny(r, out)
	})
}
