// SPDX-License-Identifier: GPL-3.0-or-later

package modules

// LookupOptions returns the options that go with a first term, beside those of the connection.
func LookupOptions(term string) []string {
	for _, l := range lookups() {
		switch term {
		case l.one:
			return l.alone
		case l.many:
			return l.selects
		}
	}
	return nil
}
