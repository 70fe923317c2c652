// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// reading is a text in which the spellings of URLs, HTML, JSON and Go are undone, with the position
// of each byte in the original.
type reading struct {
	text string
	at   []int // nil: the text is the original
}

// kinds are spellings that are undone together.
type kinds uint8

const (
	percent kinds = 1 << iota // of a URL
	entity                    // of HTML
	escape                    // of JSON, PHP and Go
	doubled                   // white space, which messages collapse, and quotes, which CSV and SQL double
	every   = percent | entity | escape | doubled
)

// deepest is how many layers of spellings are undone: a URL in JSON in a Go string has three.
const deepest = 3

// readings returns the text itself, and what it becomes each time that its spellings are undone:
// one kind at a time, so that a text that only seems to contain another kind is read correctly, and
// all together.
func readings(text string) []reading {
	all := []reading{{text: text}}
	if !spelled(text) {
		return all
	}
	for _, k := range []kinds{percent, entity, escape, doubled, every} {
		last := all[0]
		for range deepest {
			next := last.undo(k)
			if next.text == last.text {
				break
			}
			all, last = append(all, next), next
		}
	}
	return all
}

// origin is the position in the original text of the byte at i.
func (r reading) origin(i int) int {
	if r.at == nil {
		return i
	}
	return r.at[i]
}

// undo undoes one layer of some kinds of spellings.
func (r reading) undo(k kinds) reading {
	var b strings.Builder
	b.Grow(len(r.text))
	at := make([]int, 0, len(r.text)+1)
	for i := 0; i < len(r.text); {
		plain, length := k.unspell(r.text[i:])
		for range len(plain) {
			at = append(at, r.origin(i))
		}
		b.WriteString(plain)
		i += length
	}
	return reading{b.String(), append(at, r.origin(len(r.text)))}
}

// spelled reports whether there may be something to undo.
func spelled(text string) bool {
	for i := range len(text) {
		switch text[i] {
		case '%', '&', '\\', '+', '\t', '\n', '\r', '\v', '\f':
			return true
		case ' ', '"', '\'':
			if i > 0 && text[i] == text[i-1] {
				return true
			}
		}
	}
	return false
}

// unspell returns the plain form of the character with which a text begins, and the length of its
// spelling.
func (k kinds) unspell(text string) (plain string, length int) {
	switch c := text[0]; {
	case c == '%' && k&percent != 0:
		if b, ok := number(text[1:], 2); ok {
			return string([]byte{byte(b)}), 3
		}
	case c == '+' && k&percent != 0: // a space in a query
		return " ", 1
	case c == '&' && k&entity != 0:
		if end := strings.IndexByte(text[:min(len(text), 32)], ';'); end > 0 {
			if plain := html.UnescapeString(text[:end+1]); plain != text[:end+1] {
				return plain, end + 1
			}
		}
	case c == '\\' && k&escape != 0 && len(text) > 1:
		return unescape(text)
	case strings.IndexByte(blanks, c) >= 0 && k&doubled != 0:
		return " ", len(text) - len(strings.TrimLeft(text, blanks))
	case (c == '"' || c == '\'') && k&doubled != 0:
		return text[:1], len(text) - len(strings.TrimLeft(text, text[:1]))
	}
	return text[:1], 1
}

const blanks = " \t\n\r\v\f"

// unescape returns the character for an escape of JSON, PHP or Go at the beginning of a text.
func unescape(text string) (plain string, length int) {
	switch c := text[1]; c {
	case '"', '\'', '\\', '/':
		return string(c), 2
	case 'n':
		return "\n", 2
	case 't':
		return "\t", 2
	case 'r':
		return "\r", 2
	case 'v':
		return "\v", 2
	case 'f':
		return "\f", 2
	case 'b':
		return "\b", 2
	case 'a':
		return "\a", 2
	case 'x':
		if b, ok := number(text[2:], 2); ok {
			return string([]byte{byte(b)}), 4
		}
	case 'U':
		if r, ok := number(text[2:], 8); ok {
			return string(rune(r)), 10
		}
	case 'u':
		return unescapeUTF16(text)
	}
	return text[:1], 1
}

func unescapeUTF16(text string) (plain string, length int) {
	unit, ok := number(text[2:], 4)
	if !ok {
		return text[:1], 1
	}
	if utf16.IsSurrogate(rune(unit)) && strings.HasPrefix(text[6:], `\u`) {
		if low, ok := number(text[8:], 4); ok {
			if r := utf16.DecodeRune(rune(unit), rune(low)); r != utf8.RuneError {
				return string(r), 12
			}
		}
	}
	return string(rune(unit)), 6
}

// number parses a hexadecimal number of that many digits.
func number(text string, digits int) (uint64, bool) {
	if len(text) < digits {
		return 0, false
	}
	n, err := strconv.ParseUint(text[:digits], 16, 32)
	return n, err == nil
}
