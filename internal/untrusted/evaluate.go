// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted

import "strings"

// jinjaOverride at the beginning of a template changes what marks its expressions.
const jinjaOverride = "#jinja2:"

// Evaluates reports whether Ansible would evaluate a string as a template, or could do so after a
// playbook has joined it with others: "{" and "{ … }}" are harmless alone.
func Evaluates(s string) bool {
	switch {
	case s == "":
		return false
	case strings.Contains(s, "{"), s[0] == '%':
		return true
	}
	return strings.HasPrefix(s, jinjaOverride) || strings.HasPrefix(jinjaOverride, s)
}

// vault is what Ansible's encrypted text begins with.
const vault = "$ANSIBLE_VAULT"

// NoVault changes the "$" of text that begins like encrypted text to its full-width form. Ansible
// would try to decrypt such text, and fail as a whole if it cannot. Nothing can mark it as not
// encrypted.
func NoVault(text string) string {
	if at := strings.Index(text, vault); at >= 0 && strings.TrimSpace(text[:at]) == "" {
		return text[:at] + string('$'+fullWidth) + text[at+1:]
	}
	return text
}
