// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"slices"

	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// isActive is the field that says whether something is switched on in ACS Monitor.
const isActive = "is_active"

// deviceSelection says which devices the settings select.
func (s *Settings) deviceSelection() (rows.Selection, error) {
	return s.selection("device", s.Search, s.Filters)
}

// monitorSelection says which monitors the settings select.
func (s *Settings) monitorSelection() (rows.Selection, error) {
	return s.selection("monitor", "", s.MonitorFilters)
}

// selection selects the rows that may match the search, meet the filters, and are active, unless
// inactive ones are wanted. A row that does not show whether it is active counts as active.
func (s *Settings) selection(kind, search string, filters map[string]any) (rows.Selection, error) {
	conditions, err := rows.Filters(filters)
	if !s.IncludeInactive {
		conditions = append(conditions, rows.Condition{
			Option: "include_inactive", Filter: isActive, Paths: []string{isActive}, Wanted: []any{true}, Optional: true, Unset: true,
		})
	}
	return rows.Selection{Kind: kind, Search: search, Conditions: conditions}, err
}

// asksForInactive reports whether filters ask for inactive rows.
func asksForInactive(filters map[string]any) bool {
	wanted, isList := filters[isActive].([]any)
	if !isList {
		wanted = []any{filters[isActive]}
	}
	return slices.ContainsFunc(wanted, rows.IsFalse)
}
