// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	_ "embed" // for the names
	"slices"
	"strings"
)

// reserved.txt has the names that mean something to Ansible, in any release from ansible-core 2.16 to 2.21: keywords of
// plays, roles and tasks (ansible.vars.reserved), its own variables (INTERNAL_STATIC_VARS), functions of its templates,
// Python's keywords, and the variables that this inventory gives beside the record.
//
//go:embed reserved.txt
var reservedVariables string

// isReservedVariable reports whether a variable of that name would have another meaning.
func isReservedVariable(name string) bool {
	return slices.Contains(strings.Fields(reservedVariables), name)
}
