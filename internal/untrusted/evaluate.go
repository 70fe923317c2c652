// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted

import "strings"

// jinjaOverride in front of a template redefines what marks expressions in it.
const jinjaOverride = "#jinja2:"

// Evaluates reports whether Ansible would evaluate a string as a template, or could do so once a playbook has joined it
// with others: "{" and "{ … }}" are harmless alone.
func Evaluates(s string) bool {
	switch {
	case s == "":
		return false
	case strings.Contains(s, "{"), s[0] == '%':
		return true
	}
	return strings.HasPrefix(s, jinjaOverride) || strings.HasPrefix(jinjaOverride, s)
}
