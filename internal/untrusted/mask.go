// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted

import "strings"

const (
	// Mask stands in a text for a secret. Ansible uses the same one.
	Mask = "********"
	// NoLog stands for a secret as a whole value. Ansible uses the same text.
	NoLog = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
)

// HoldsMask reports whether a text holds what stands for a secret in a result of Ansible or of ours.
func HoldsMask(text string) bool {
	return strings.Contains(text, Mask) || strings.Contains(text, NoLog)
}

// IsMask reports whether a value of a row stands for a secret that the server does not show, or holds what HoldsMask
// finds. Servers show fewer stars, or dots.
func IsMask(value any) bool {
	text, _ := value.(string)
	return HoldsMask(text) || len(text) > 2 && strings.Trim(text, "*•") == ""
}
