// SPDX-License-Identifier: MIT

package acsmon

import "fmt"

// Secret is a token or a password. If it is printed, logged or marshalled, it is "[redacted]";
// Reveal returns the text itself. Keep it in exported fields only: fmt prints an unexported field
// without calling the methods of its type.
type Secret string

const redacted = "[redacted]"

// Reveal returns the secret's text.
func (s Secret) Reveal() string { return string(s) }

// String returns "[redacted]", or "" for an empty secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// Format writes the redacted form for every verb, %q, %x and %#v included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// MarshalText returns the redacted form for JSON, YAML and every other encoding.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// validHeader reports whether the secret can be the value of an HTTP header.
func (s Secret) validHeader() bool {
	for _, b := range []byte(s) {
		if b <= ' ' || b >= 0x7f {
			return false
		}
	}
	return s != ""
}
