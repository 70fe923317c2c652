// SPDX-License-Identifier: GPL-3.0-or-later

// Package untrustedtest holds what tests of the doors share: how a server may spell a secret, and
// how to find what is left of one.
package untrustedtest

import (
	"fmt"
	"html"
	"net/url"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// Spellings are how servers, URLs and messages may write a character.
var Spellings = map[string]func(rune) string{
	"plain":             func(c rune) string { return string(c) },
	"query":             func(c rune) string { return url.QueryEscape(string(c)) },
	"query, lower case": func(c rune) string { return lowerEscapes(url.QueryEscape(string(c))) },
	"path":              func(c rune) string { return url.PathEscape(string(c)) },
	"all percent": func(c rune) string {
		return "%" + strings.ToUpper(strings.ReplaceAll(fmt.Sprintf("% x", string(c)), " ", "%"))
	},
	"HTML":             func(c rune) string { return html.EscapeString(string(c)) },
	"HTML by number":   func(c rune) string { return fmt.Sprintf("&#%d;", c) },
	"HTML, in hex":     func(c rune) string { return fmt.Sprintf("&#x%x;", c) },
	"JSON":             func(c rune) string { return inner(quoteJSON(c, false)) },
	"JSON of PHP":      func(c rune) string { return inner(quoteJSON(c, true)) },
	"JSON, all by \\u": func(c rune) string { return escapeUTF16(c) },
	"Go":               func(c rune) string { return inner(fmt.Sprintf("%q", string(c))) },
	"visible":          func(c rune) string { return untrusted.Visible(string(c)) },
	"JSON in Go":       func(c rune) string { return inner(fmt.Sprintf("%q", inner(quoteJSON(c, true)))) },
	"query in HTML":    func(c rune) string { return html.EscapeString(url.QueryEscape(string(c))) },
	"doubled blanks":   func(c rune) string { return strings.ReplaceAll(string(c), " ", "  ") },
	"doubled quotes":   func(c rune) string { return strings.ReplaceAll(string(c), `"`, `""`) },
}

func inner(quoted string) string { return quoted[1 : len(quoted)-1] }

func lowerEscapes(text string) string {
	if strings.HasPrefix(text, "%") {
		return strings.ToLower(text)
	}
	return text
}

func escapeUTF16(c rune) string {
	if c > 0xffff {
		c -= 0x10000
		return fmt.Sprintf(`\u%04x\u%04x`, 0xd800+c>>10, 0xdc00+c&0x3ff)
	}
	return fmt.Sprintf(`\u%04x`, c)
}

func quoteJSON(c rune, php bool) string {
	switch {
	case c == '"', c == '\\', c == '/' && php:
		return `"\` + string(c) + `"`
	case c == '\n':
		return `"\n"`
	case c == '\t':
		return `"\t"`
	case c < ' ', c > '~' && php:
		return `"` + escapeUTF16(c) + `"`
	}
	return `"` + string(c) + `"`
}

// Survivor returns 8 consecutive characters of a secret in that spelling that are in a text.
func Survivor(text, secret string, spell func(rune) string) string {
	runes := []rune(secret)
	for i := 0; i+8 <= len(runes); i++ {
		var b strings.Builder
		for _, c := range runes[i : i+8] {
			b.WriteString(spell(c))
		}
		if strings.Contains(text, b.String()) {
			return b.String()
		}
	}
	return ""
}

// Left returns what reveals a secret in a text, in any spelling; "" if nothing does.
func Left(text, secret string) string {
	for _, spell := range Spellings {
		if left := Survivor(text, secret, spell); left != "" {
			return left
		}
	}
	return ""
}

// Spell writes a text in that spelling.
func Spell(secret string, spell func(rune) string) string {
	var b strings.Builder
	for _, c := range secret {
		b.WriteString(spell(c))
	}
	return b.String()
}
