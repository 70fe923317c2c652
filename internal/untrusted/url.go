// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted

import "strings"

// URLSecrets returns what may be a secret in a text that should be a URL but may not be one: the
// password, or else everything before the "@", and the values of the query.
func URLSecrets(text string) []string {
	var secrets []string
	address, query, _ := strings.Cut(text, "?")
	if _, rest, ok := strings.Cut(address, "//"); ok {
		address = rest
	}
	authority, _, _ := strings.Cut(address, "/")
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		user, password, _ := strings.Cut(authority[:at], ":")
		if password == "" {
			password = user
		}
		secrets = append(secrets, password)
	}
	for pair := range strings.FieldsFuncSeq(query, func(c rune) bool { return c == '&' || c == ';' || c == '#' }) {
		_, value, named := strings.Cut(pair, "=")
		if !named {
			value = pair
		}
		secrets = append(secrets, value)
	}
	return secrets
}
