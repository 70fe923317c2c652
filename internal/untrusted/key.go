// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted

import "strings"

// Key makes the key of an object safe for a terminal and for Ansible, as results show it. Ansible
// takes a key such as "__ansible_unsafe" or "__ansible_vault" for a mark of its own, and obeys it
// or fails. Such a key, and one that would look like the result, gets one more "_" in front, so
// that different keys stay different.
func Key(key string) string {
	key = Visible(key)
	if strings.HasPrefix(key, "__") && strings.HasPrefix(strings.TrimLeft(key, "_"), "ansible_") {
		return "_" + key
	}
	return key
}

// VariableKey is Key for the variables of an inventory. A key is not a template by itself, but it
// becomes part of a text when a user prints the object, and up to ansible-core 2.18 such a text is
// evaluated.
func VariableKey(key string) string {
	if Evaluates(key) {
		key = "_" + strings.ReplaceAll(key, "{", "_")
	}
	return Key(key)
}
