// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// pattern is one entry of include or exclude: NAME with the wildcards * and ?, or a comparison of a
// field: FIELD=VALUE with the same wildcards, FIELD!=VALUE, FIELD~REGEX, FIELD>VALUE and so on.
// {FIELD}=VALUE is always a comparison.
type pattern struct {
	source string
	field  string // "": it is a name
	braced bool
	meets  func(values []string) bool
}

var comparison = regexp.MustCompile(`(?s)^\s*(?:\{\s*([A-Za-z0-9_.]+)\s*\}|([A-Za-z0-9_.]+))\s*(!=|>=|<=|=|~|>|<)\s*(.*)$`)

func parsePattern(source string) (pattern, error) {
	p := pattern{source: source}
	parts := comparison.FindStringSubmatch(source)
	if parts == nil {
		p.meets = anyOf(rows.Wildcards(source).MatchString)
		return p, nil
	}
	p.field, p.braced = parts[1]+parts[2], parts[1] != ""
	var err error
	if p.meets, err = compare(parts[3], parts[4]); err != nil {
		return p, fmt.Errorf("%q %w", source, err)
	}
	return p, nil
}

func parsePatterns(setting string, sources []string) ([]pattern, error) {
	all := make([]pattern, len(sources))
	for i, source := range sources {
		var err error
		if all[i], err = parsePattern(source); err != nil {
			return nil, fmt.Errorf("%s: %w", setting, err)
		}
	}
	return all, nil
}

func anyOf(meets func(string) bool) func([]string) bool {
	return func(values []string) bool { return slices.ContainsFunc(values, meets) }
}

// compare returns what a comparison requires of the values of a field. If a host lacks the field,
// only != is met.
func compare(operator, wanted string) (func([]string) bool, error) {
	switch operator {
	case "=":
		return anyOf(rows.Wildcards(wanted).MatchString), nil
	case "!=":
		equal := anyOf(rows.Wildcards(wanted).MatchString)
		return func(values []string) bool { return !equal(values) }, nil
	case "~":
		regex, err := regexp.Compile("(?is)" + wanted)
		if err != nil {
			return nil, fmt.Errorf("has no valid regular expression after ~: %w", err)
		}
		return anyOf(regex.MatchString), nil
	}
	order, err := orderTo(wanted)
	if err != nil {
		return nil, fmt.Errorf("compares with %s: %w", operator, err)
	}
	return anyOf(func(value string) bool {
		order, ok := order(value)
		return ok && (operator[0] == '>' && order > 0 || operator[0] == '<' && order < 0 || len(operator) == 2 && order == 0)
	}), nil
}

// orderTo compares values with a number or a time; ok is false for values that are neither.
func orderTo(wanted string) (func(value string) (order int, ok bool), error) {
	if number, err := strconv.ParseFloat(wanted, 64); err == nil {
		return func(value string) (int, bool) {
			have, err := strconv.ParseFloat(value, 64)
			return cmp.Compare(have, number), err == nil
		}, nil
	}
	moment, ok := parseTime(wanted)
	if !ok {
		return nil, fmt.Errorf("must be followed by a number or a time such as 2026-01-31, not by %q", wanted)
	}
	return func(value string) (int, bool) {
		have, ok := parseTime(value)
		return have.Compare(moment), ok
	}, nil
}

func parseTime(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateTime, time.DateOnly} {
		if moment, err := time.Parse(layout, text); err == nil {
			return moment, true
		}
	}
	return time.Time{}, false
}

// meetsAny reports whether a record meets one of the patterns.
func meetsAny(r record, patterns []pattern) bool {
	return slices.ContainsFunc(patterns, func(p pattern) bool {
		return p.meets(r.values(cmp.Or(p.field, "name")))
	})
}

// matching returns the records that meet an include pattern, if there are any such patterns, and no
// exclude pattern.
func matching(records []record, include, exclude []pattern) []record {
	return slices.DeleteFunc(records, func(r record) bool {
		return len(include) > 0 && !meetsAny(r, include) || meetsAny(r, exclude)
	})
}
