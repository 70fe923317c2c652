// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// fullWidth is what leads from an ASCII character to its full-width form: "{" to "｛".
const fullWidth = '｛' - '{'

// Inert gives text from strangers a form that stays text in a rulebook. There it goes through two evaluations: when
// ansible-rulebook puts it into an action, it takes a text that looks like a Python literal for one, which joins "{" "{"
// and reads "\x7b"; what comes out is a template to the ansible-playbook that the action runs, in every variable. Neither
// has a mark for text that is not to be evaluated, so what both need for a template gets its full-width form: every "{",
// a "#" that could become "#jinja2:", a "\" that begins an escape, and the "$" of a vault, which would fail the action.
// Control characters are as in Visible.
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

// awake reports whether a character, before the rest of its text, could be part of what is evaluated. At the text's
// end anything can follow.
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

// mostLevels is how many levels InertValue goes down. What lies deeper is nobody's data, and too much for some readers.
const mostLevels = 20

// InertValue makes all text in a decoded JSON value inert, keys included, and gives it in JSON's own limits: a number
// that is none to most readers becomes a text.
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
