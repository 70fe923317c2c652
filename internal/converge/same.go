// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// same reports whether a current value is what is desired, in the form that the server keeps:
// strings are trimmed, "" is null, 80 and "80" and 80.0 are one number, 1 is true. In an object
// only the desired keys count, at every depth, and null means a key that is missing or empty. A
// masked key counts as what is desired, and so does another spelling of a host under a key that
// holds hosts.
func same(desired, current any) bool { return sameBy(sameScalar, desired, current) }

// Same reports whether a value that a server shows is what is desired: see same.
func Same(desired, current any) bool { return same(desired, current) }

// sameInside is same for what a server keeps as JSON: there, a text is neither a number nor a
// boolean.
func sameInside(desired, current any) bool { return sameBy(sameTyped, desired, current) }

type sameFunc func(desired, current any) bool

func sameBy(scalars sameFunc, desired, current any) bool {
	desired, current = canonical(desired), canonical(current)
	switch desired := desired.(type) {
	case nil:
		return empty(current)
	case []any:
		return sameList(scalars, desired, current)
	case map[string]any:
		return sameObject(scalars, desired, current)
	}
	return scalars(desired, current)
}

func sameTyped(desired, current any) bool {
	_, dIsText := desired.(string)
	_, cIsText := current.(string)
	return dIsText == cIsText && sameScalar(desired, current)
}

func sameObject(scalars sameFunc, desired map[string]any, current any) bool {
	object, ok := asObject(current)
	if !ok && current != nil {
		return false
	}
	for key, value := range desired {
		if value != nil && untrusted.IsMask(object[key]) { // it cannot be compared
			continue
		}
		if !sameUnder(scalars, key, value, object[key]) {
			return false
		}
	}
	return true
}

// sameUnder compares the values of a key of an object.
func sameUnder(scalars sameFunc, key string, desired, current any) bool {
	return sameBy(scalars, desired, current) || holdsHost(key) && sameHost(desired, current)
}

func sameList(scalars sameFunc, desired []any, current any) bool {
	if len(desired) == 0 {
		return empty(current)
	}
	list, ok := current.([]any)
	return ok && slices.EqualFunc(desired, list, func(d, c any) bool { return sameBy(scalars, d, c) })
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
	if dIsNumber && cIsNumber && dNumber == cNumber { // even if it is larger than asNumber accepts
		return true
	}
	d, dOK := asNumber(desired)
	c, cOK := asNumber(current)
	return dOK && cOK && d.Cmp(c) == 0
}

// canonical returns a value in the form in which two of them can be compared.
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

// Trim removes from the ends of a text what Laravel removes: white space, NUL, and invisible
// characters (byte order mark, zero width space, left-to-right mark).
func Trim(text string) string {
	return strings.TrimFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || r == 0 || r == '\uFEFF' || r == '\u200B' || r == '\u200E'
	})
}

func empty(v any) bool {
	object, ok := asObject(v)
	return v == nil || ok && len(object) == 0
}

// asObject returns an object; PHP's empty array is an empty one.
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

// decimal limits the exponent, and asNumber the digits: otherwise a text could make a number of any
// size.
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
