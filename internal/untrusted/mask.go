// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted

import "strings"

const (
	// Mask replaces a secret inside a text. Ansible uses the same one.
	Mask = "********"
	// NoLog replaces a secret that is a whole value. Ansible uses the same text.
	NoLog = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
)

// HoldsMask reports whether a text holds one of the masks of Ansible's results or ours.
func HoldsMask(text string) bool {
	return strings.Contains(text, Mask) || strings.Contains(text, NoLog)
}

// IsMask reports whether a value of a row is a server's mask for a secret, or holds one of those
// that HoldsMask finds. Servers show fewer stars, or dots.
func IsMask(value any) bool {
	text, _ := value.(string)
	return HoldsMask(text) || len(text) > 2 && strings.Trim(text, "*•") == ""
}
