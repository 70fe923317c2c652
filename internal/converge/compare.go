// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// same says whether a current value is what is desired, in the form that the
// server keeps: strings are trimmed, "" is null, 80 and "80" and 80.0 are one
// number, 1 is true. Of an object only the desired keys count, at every depth,
// and null is a key that is not there, or an empty one; a key that is masked is what
// is desired.
func same(desired, current any) bool {
	desired, current = canonical(desired), canonical(current)
	switch desired := desired.(type) {
	case nil:
		return empty(current)
	case []any:
		return sameList(desired, current)
	case map[string]any:
		return sameObject(desired, current)
	}
	return sameScalar(desired, current)
}

func sameObject(desired map[string]any, current any) bool {
	object, ok := asObject(current)
	if !ok && current != nil {
		return false
	}
	for key, value := range desired {
		if value != nil && untrusted.IsMask(object[key]) { // it cannot be compared
			continue
		}
		if !same(value, object[key]) {
			return false
		}
	}
	return true
}

func sameList(desired []any, current any) bool {
	if len(desired) == 0 {
		return empty(current)
	}
	list, ok := current.([]any)
	return ok && slices.EqualFunc(desired, list, same)
}

func sameScalar(desired, current any) bool {
	if b, ok := desired.(bool); ok {
		other, ok := asBool(current)
		return ok && b == other
	}
	if b, ok := current.(bool); ok {
		other, ok := asBool(desired)
		return ok && b == other
	}
	dText, dIsText := desired.(string)
	cText, cIsText := current.(string)
	if dIsText && cIsText {
		return dText == cText
	}
	dNumber, dIsNumber := desired.(json.Number)
	cNumber, cIsNumber := current.(json.Number)
	if dIsNumber && cIsNumber && dNumber == cNumber { // also one beyond what asNumber reads
		return true
	}
	d, dOK := asNumber(desired)
	c, cOK := asNumber(current)
	return dOK && cOK && d.Cmp(c) == 0
}

// sameQuantity compares two values without the zeros at the end of a fraction.
func sameQuantity(desired, current any) bool {
	return same(withoutZeros(desired), withoutZeros(current))
}

func withoutZeros(v any) any {
	text, _ := canonical(v).(string)
	if !strings.Contains(text, ".") || !fraction.MatchString(text) {
		return v
	}
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

var fraction = regexp.MustCompile(`^-?[0-9]+\.[0-9]+$`)

// canonical gives a value the form in which two of them can be compared.
func canonical(v any) any {
	switch v := v.(type) {
	case string:
		if text := Trim(v); text != "" {
			return text
		}
		return nil
	case []string:
		list := make([]any, len(v))
		for i, s := range v {
			list[i] = s
		}
		return list
	case acsmon.Fields:
		return map[string]any(v)
	}
	return v
}

// Trim takes off a text's ends what Laravel takes off: white space, NUL, and
// what is invisible (byte order mark, zero width space, left-to-right mark).
func Trim(text string) string {
	return strings.TrimFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || r == 0 || r == '\uFEFF' || r == '\u200B' || r == '\u200E'
	})
}

func empty(v any) bool {
	object, ok := asObject(v)
	return v == nil || ok && len(object) == 0
}

// asObject reads an object; PHP's empty array is an empty one.
func asObject(v any) (map[string]any, bool) {
	switch v := v.(type) {
	case map[string]any:
		return v, true
	case acsmon.Fields:
		return v, true
	case []any:
		return map[string]any{}, len(v) == 0
	}
	return nil, false
}

func asBool(v any) (value, ok bool) {
	switch strings.ToLower(fmt.Sprint(v)) {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}

// decimal bounds the exponent, and asNumber the digits: another text makes a number
// of any size.
var decimal = regexp.MustCompile(`^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?$`)

const mostDigits = 80

func asNumber(v any) (*big.Rat, bool) {
	switch v.(type) {
	case string, json.Number, int, int64, float64:
	default:
		return nil, false
	}
	text := fmt.Sprint(v)
	if len(text) > mostDigits || !decimal.MatchString(text) {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// sameSet compares two lists without their order and without repeats.
func sameSet(desired, current any) bool {
	return slices.Equal(setOf(desired), setOf(current))
}

func setOf(v any) []string {
	texts := Texts(v)
	slices.Sort(texts)
	return slices.Compact(texts)
}

// Texts lists the texts of a list, trimmed and without empty ones; one may be shown as
// an object with a name.
func Texts(v any) []string {
	list, _ := canonical(v).([]any)
	texts := make([]string, 0, len(list))
	for _, item := range list {
		if object, ok := item.(map[string]any); ok {
			item = object["name"]
		}
		if item = canonical(item); item != nil {
			texts = append(texts, fmt.Sprint(item))
		}
	}
	return texts
}

// merge lays desired over current at every depth and leaves both alone. A null
// removes a key.
func merge(current any, desired map[string]any) map[string]any {
	object, _ := asObject(current)
	merged := maps.Clone(object)
	if merged == nil {
		merged = map[string]any{}
	}
	for key, value := range desired {
		nested, isObject := value.(map[string]any)
		switch {
		case value == nil:
			delete(merged, key)
		case isObject:
			merged[key] = merge(merged[key], nested)
		default:
			merged[key] = value
		}
	}
	return merged
}

// part cuts an object down to the keys that the pattern has, at every depth.
func part(current any, pattern map[string]any) map[string]any {
	object, _ := asObject(current)
	cut := map[string]any{}
	for key, value := range pattern {
		now, ok := object[key]
		if !ok {
			continue
		}
		if nested, isObject := value.(map[string]any); isObject {
			now = part(now, nested)
		}
		cut[key] = now
	}
	return cut
}
