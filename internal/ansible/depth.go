// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import "fmt"

// maxDepth is how deep a result may be nested. Ansible goes through results with recursive Python,
// which ends at some 300 levels, in some versions without a message.
const maxDepth = 64

var tooDeep = fmt.Sprintf("what the server nested more than %d levels deep is left out: null stands in its place", maxDepth)

// limitDepth puts null in the place of objects and lists that are nested deeper than Ansible takes,
// and says so in a warning.
func limitDepth(result map[string]any) {
	if _, found := cut(result, maxDepth); !found {
		return
	}
	warnings, _ := result["warnings"].([]any)
	result["warnings"] = append(warnings, tooDeep)
}

// cut replaces what a value holds below some levels, and reports whether there was anything.
func cut(value any, levels int) (kept any, found bool) {
	switch value := value.(type) {
	case map[string]any:
		if levels < 0 {
			return nil, true
		}
		for key, element := range value {
			below := false
			value[key], below = cut(element, levels-1)
			found = found || below
		}
	case []any:
		if levels < 0 {
			return nil, true
		}
		for i, element := range value {
			below := false
			value[i], below = cut(element, levels-1)
			found = found || below
		}
	}
	return value, found
}
