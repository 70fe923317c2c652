// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted

import (
	"fmt"
	"strings"
	"unicode"
)

// Visible makes text safe for a terminal: control characters, and invisible ones that reorder or
// break a line, are written as \u001b and the like. Line ends and tabs stay; invalid UTF-8 becomes
// U+FFFD.
func Visible(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if !strings.ContainsFunc(text, invisible) {
		return text
	}
	var b strings.Builder
	for i, c := range text {
		if !invisible(c) || c == '\r' && strings.HasPrefix(text[i:], "\r\n") {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, `\u%04x`, c)
		}
	}
	return b.String()
}

// invisible reports whether a character is a control (C0 with its escape sequences, DEL, C1), an
// embedding, override or isolate of bidirectional text, a Unicode line end, or an interlinear
// annotation. Direction marks and joiners are not: languages and emoji need them, and they affect
// only their neighbours.
func invisible(c rune) bool {
	switch {
	case c == '\n', c == '\t':
		return false
	case unicode.IsControl(c):
		return true
	}
	return c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069 ||
		c == 0x2028 || c == 0x2029 || c >= 0xFFF9 && c <= 0xFFFB
}

var lineEnds = strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ")

// Line makes text one line that is safe for a terminal, without white space around it.
func Line(text string) string { return strings.TrimSpace(lineEnds.Replace(Visible(text))) }
