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

// vault is what Ansible's encrypted text begins with.
const vault = "$ANSIBLE_VAULT"

// NoVault gives text that begins like encrypted text another "$", in its full width. Ansible would decrypt it, and fails
// as a whole where it cannot. Nothing marks such text as no vault.
func NoVault(text string) string {
	if at := strings.Index(text, vault); at >= 0 && strings.TrimSpace(text[:at]) == "" {
		return text[:at] + string('$'+fullWidth) + text[at+1:]
	}
	return text
}
