// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// refuseBrokenText returns an error that names an option whose text is not valid Unicode. Such a
// text would be silently changed on its way.
func refuseBrokenText(arguments []byte) error {
	if isUnicode(string(arguments)) {
		return nil
	}
	var options map[string]json.RawMessage
	_ = json.Unmarshal(arguments, &options) // it has already been decoded once
	if inner, wrapped := options["ANSIBLE_MODULE_ARGS"]; wrapped {
		options = nil
		_ = json.Unmarshal(inner, &options)
	}
	for _, name := range slices.Sorted(maps.Keys(options)) {
		if !strings.HasPrefix(name, "_") && !isUnicode(string(options[name])) {
			return fmt.Errorf("the option %s holds text that is not valid UTF-8, or half of a character: save the file that it comes from as UTF-8", name)
		}
	}
	return nil
}

// isUnicode reports whether JSON is valid UTF-8 and has no escape of half a surrogate pair.
func isUnicode(text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	for {
		i := strings.IndexByte(text, '\\')
		if i < 0 || i+1 >= len(text) {
			return true
		}
		unit, rest := escaped(text[i:])
		if utf16.IsSurrogate(unit) {
			second, after := escaped(rest)
			if utf16.DecodeRune(unit, second) == utf8.RuneError {
				return false
			}
			rest = after
		}
		text = rest
	}
}

// escaped takes an escape sequence off a text, and returns its code unit if it has one.
func escaped(text string) (unit rune, rest string) {
	switch {
	case len(text) < 2 || text[0] != '\\':
		return 0, text
	case text[1] != 'u' || len(text) < 6:
		return 0, text[2:]
	}
	code, err := strconv.ParseUint(text[2:6], 16, 16)
	if err != nil {
		return 0, text[2:]
	}
	return rune(code), text[6:]
}
