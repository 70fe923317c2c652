// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// fullWidth is the distance from an ASCII character to its full-width form: from "{" to "｛".
const fullWidth = '｛' - '{'

// Inert returns a form of untrusted text that stays text in a rulebook. There, text is evaluated
// twice. When ansible-rulebook puts it into an action, it evaluates a text that looks like a Python
// literal, which joins "{" "{" and decodes "\x7b". The result is a template for the
// ansible-playbook that the action runs, in every variable. Neither has a mark for text that must
// not be evaluated. So each character that both need for a template gets its full-width form: every
// "{", a "#" that could become "#jinja2:", a "\" that begins an escape, and the "$" of a vault,
// which would make the action fail. Control characters are written as in Visible.
func Inert(text string) string {
	text = Visible(text)
	if !strings.ContainsAny(text, `{#\$`) {
		return text
	}
	var b strings.Builder
	for i, c := range text {
		if c < 0x80 && awake(text[i], text[i+1:]) {
			c += fullWidth
		}
		b.WriteRune(c)
	}
	return b.String()
}

// awake reports whether a character, followed by rest, could be part of something that is
// evaluated. If rest is empty, anything may follow.
func awake(c byte, rest string) bool {
	switch c {
	case '{':
		return true
	case '#':
		return rest == "" || strings.IndexByte(`j'"\`, rest[0]) >= 0
	case '\\':
		return rest == "" || strings.IndexByte("xuUN01234567", rest[0]) >= 0
	case '$':
		return strings.HasPrefix(rest, "ANSIBLE_VAULT")
	}
	return false
}

// mostLevels is how deep InertValue goes. Nobody has deeper data, and some parsers fail on it.
const mostLevels = 20

// InertValue makes all text in a decoded JSON value inert, keys included, and returns the value
// within the limits of JSON: a number that most parsers cannot hold becomes a text.
func InertValue(value any) any { return inert(value, mostLevels) }

func inert(value any, levels int) any {
	switch value := value.(type) {
	case string:
		return Inert(value)
	case json.Number:
		if f, err := strconv.ParseFloat(string(value), 64); err != nil || math.Abs(f) > 1<<63 {
			return string(value)
		}
	case []any:
		if levels == 0 {
			return nil
		}
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = inert(element, levels-1)
		}
		return list
	case map[string]any:
		if levels == 0 {
			return nil
		}
		mapping := make(map[string]any, len(value))
		for key, element := range value {
			mapping[Key(Inert(key))] = inert(element, levels-1)
		}
		return mapping
	}
	return value
}
