// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
)

// KeyType is what the value of a key of an object must be. Older versions of Ansible make a text of
// every value that comes from a variable, and a server that keeps an object as JSON keeps the text:
// PHP takes "false" for true.
type KeyType int

// The types that may be documented for a key.
const (
	anyType KeyType = iota
	TextKey
	NumberKey
	BooleanKey
)

// typed gives the values of an object the types that are documented for their keys or, if none is,
// the types of the current values.
func typed(path string, desired map[string]any, current any, types map[string]KeyType) (map[string]any, error) {
	now, _ := asObject(current)
	converted := make(map[string]any, len(desired))
	for _, key := range slices.Sorted(maps.Keys(desired)) {
		value, err := typedValue(path+"."+key, desired[key], now[key], types[key])
		if err != nil {
			return nil, err
		}
		converted[key] = value
	}
	return converted, nil
}

func typedValue(path string, desired, current any, documented KeyType) (any, error) {
	if nested, isObject := desired.(map[string]any); isObject {
		return typed(path, nested, current, nil)
	}
	if canonical(desired) == nil { // it removes the key
		return desired, nil
	}
	switch documented {
	case TextKey:
		return textual(path, desired)
	case NumberKey:
		return numeric(path, desired)
	case BooleanKey:
		return boolean(path, desired)
	}
	if _, isText := desired.(string); !isText {
		return desired, nil
	}
	switch current := current.(type) {
	case bool:
		return boolean(path, desired)
	case json.Number:
		if word, isWord := booleanWord(desired); isWord && isFlag(current) { // this is how PHP shows a boolean of a database
			return word, nil
		}
		return numeric(path, desired)
	}
	return desired, nil
}

// isFlag reports whether a number may be a boolean.
func isFlag(number json.Number) bool { return number == "0" || number == "1" }

func textual(path string, desired any) (any, error) {
	switch desired := desired.(type) {
	case string:
		return desired, nil
	case bool, []any:
		return nil, fmt.Errorf("%s is %s: it must be a text, so put it in quotes", path, told(path, desired))
	}
	return fmt.Sprint(desired), nil
}

func numeric(path string, desired any) (any, error) {
	number, isNumber := asNumber(desired)
	text, isText := desired.(string)
	switch {
	case !isNumber && isText:
		number, isNumber = asNumber(Trim(text))
	case isNumber && !isText:
		return desired, nil
	}
	if !isNumber {
		return nil, fmt.Errorf("%s is %s: it must be a number", path, told(path, desired))
	}
	return json.Number(decimalText(number)), nil
}

// decimalText writes a number as JSON does.
func decimalText(number *big.Rat) string {
	if number.IsInt() {
		return number.Num().String()
	}
	digits, _ := number.FloatPrec()
	return number.FloatString(digits)
}

func boolean(path string, desired any) (any, error) {
	value, isWord := booleanWord(desired)
	if !isWord {
		value, isWord = asBool(desired)
	}
	if !isWord {
		return nil, fmt.Errorf("%s is %s: it must be true or false", path, told(path, desired))
	}
	return value, nil
}

// booleanWord parses a text that is a boolean in YAML and Ansible, but neither a boolean nor a
// number in JSON.
func booleanWord(desired any) (value, ok bool) {
	text, _ := desired.(string)
	switch strings.ToLower(Trim(text)) {
	case "true", "yes", "on", "y", "t":
		return true, true
	case "false", "no", "off", "n", "f":
		return false, true
	}
	return false, false
}
