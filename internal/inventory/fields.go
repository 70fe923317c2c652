// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/nearmiss"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// If no row shows a field, a setting that names it would have no effect, and nobody would know. So
// that is an error in every setting. If there are no rows, nothing can be said.

// fieldUse is a field that a setting names.
type fieldUse struct{ setting, path string }

// uses returns the fields that the user's settings name. Defaults are not the user's.
func (s *Settings) uses() []fieldUse {
	var uses []fieldUse
	add := func(setting string, paths ...string) {
		if s.given[setting] == nil {
			return
		}
		for _, path := range paths {
			uses = append(uses, fieldUse{setting, path})
		}
	}
	for _, e := range s.names {
		add("hostnames", e.paths()...)
	}
	for _, e := range s.addresses {
		add("connect_with", e.paths()...)
	}
	for _, of := range s.GroupBy {
		add("group_by", of.Fields...)
	}
	for _, variable := range sortedKeys(s.FieldVariables) {
		add("field_variables", rows.Text(s.FieldVariables[variable]))
	}
	add("fields", s.Fields...)
	add("trust", s.Trust...)
	return uses
}

// checkFields returns an error for settings that name what the rows do not show.
func (s *Settings) checkFields(r *lists) error {
	for _, use := range s.uses() {
		if err := s.checkField(r, use.path); err != nil {
			return fmt.Errorf("%s names the field %s, %w", use.setting, use.path, err)
		}
	}
	for setting, patterns := range map[string][]pattern{"include": s.include, "exclude": s.exclude} {
		for _, p := range patterns {
			if err := s.checkPattern(r, p); err != nil {
				return fmt.Errorf("%s holds %q, %w", setting, p.source, err)
			}
		}
	}
	return nil
}

// checkPattern returns an error for a pattern that may be a name or a comparison.
func (s *Settings) checkPattern(r *lists, p pattern) error {
	if p.field == "" {
		return nil
	}
	err := s.checkField(r, p.field)
	switch {
	case p.braced && err != nil:
		return fmt.Errorf("and %s is a field, %w", p.field, err)
	case p.braced:
		return nil
	case err != nil:
		return fmt.Errorf("and %s is a field, %w: write name=%s for the host of that name", p.field, err, p.source)
	}
	for _, row := range r.Devices {
		if rows.Text(row["name"]) == p.source {
			operator := strings.TrimLeft(strings.TrimPrefix(strings.TrimSpace(p.source), p.field), " ")
			return fmt.Errorf("which is a condition and also the name of a device: write name=%s for the device, or {%s}%s for the condition", p.source, p.field, operator)
		}
	}
	return nil
}

// checkField returns an error that continues "the field x, ".
func (s *Settings) checkField(r *lists, path string) error {
	first, rest, _ := strings.Cut(path, ".")
	withMonitors := s.WithMonitors || slices.Contains(s.Sources, "monitors")
	lists := []struct {
		field, setting string
		read           bool
		rows           []acsmon.Fields
	}{
		{"monitors", "with_monitors", withMonitors, r.Monitors},
		{"alerts", "with_alerts", s.WithAlerts, slices.Concat(r.AlertEvents, r.MonitorEvents)},
	}
	var known []string
	if slices.Contains(s.Sources, "devices") {
		if rows.Shows(r.Devices, path) {
			return nil
		}
		known = rows.FieldsOf(r.Devices)
	}
	if slices.Contains(s.Sources, "monitors") {
		known = append(known, "name", "host")
	}
	if s.ServerName != "" {
		known = append(known, serverField)
	}
	for _, list := range lists {
		switch {
		case first == list.field && !list.read:
			return fmt.Errorf("which hosts have with %s: true", list.setting)
		case first == list.field && (rest == "" || rows.Shows(list.rows, rest)):
			return nil
		case first == list.field:
			return unshown("which the server shows for none of the "+list.field, path, prefixed(list.field+".", rows.FieldsOf(list.rows)))
		case list.read:
			known = append(known, list.field)
		}
	}
	if slices.Contains(known, path) {
		return nil
	}
	return unshown("which the server shows for none of the hosts", path, known)
}

func unshown(what, path string, known []string) error {
	near := ""
	if field := nearmiss.Of(path, known); field != "" {
		near = fmt.Sprintf(" (did you mean %s?)", field)
	}
	return fmt.Errorf("%s%s", what, near)
}

func prefixed(prefix string, names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = prefix + name
	}
	return all
}
