// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"os/user"
	"regexp"
	"strconv"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/exact"
	"github.com/acsmon/acsmon-ansible/internal/nearmiss"
)

// wanted says for each of Ansible's types what a value must be. It follows "must be".
var wanted = map[string]string{
	"str":     "a string",
	"int":     "a whole number",
	"float":   "a number",
	"bool":    "true or false",
	"list":    "a list",
	"dict":    "a mapping",
	"path":    "a path",
	"raw":     "any value",
	"jsonarg": "JSON",
	"bytes":   "a size in bytes, such as 10MB",
	"bits":    "a size in bits, such as 10Mb",
}

// lookup finds an environment variable.
type lookup func(name string) (string, bool)

// mistake says what a value must be. The value itself is kept apart, so that a secret can be left
// out.
type mistake struct {
	must  string // follows "must be"
	value any    // what was given instead, if it is a scalar
	hint  string
}

func (m *mistake) Error() string { return m.describe(false) }

func (m *mistake) describe(secret bool) string {
	text := "must be " + m.must
	switch value := m.value.(type) {
	case nil:
	case []any:
		text += ", not a list"
	case map[string]any:
		text += ", not a mapping"
	default:
		if !secret {
			text += ", not " + shown(value)
		}
	}
	if m.hint != "" {
		text += " (" + m.hint + ")"
	}
	return text
}

// shown returns a scalar as messages show it.
func shown(value any) string {
	text := []rune(pythonString(value))
	if len(text) > 60 {
		text = append(text[:60], '…')
	}
	if _, ok := value.(string); ok {
		return "'" + string(text) + "'"
	}
	return string(text)
}

// accept converts a value to the option's type and checks its choices. It leaves suboptions to the
// caller.
func (o *Option) accept(value any, env lookup) (any, error) {
	converted, err := convert(o.Type, value, env)
	if err != nil {
		return nil, err
	}
	if elements, ok := converted.([]any); ok && o.Elements != "" {
		list := make([]any, len(elements))
		for i, element := range elements {
			if list[i], err = convert(o.Elements, element, env); err != nil {
				var m *mistake
				if errors.As(err, &m) {
					m.must = fmt.Sprintf("a list whose every element is %s", m.must)
				}
				return nil, err
			}
		}
		converted = list
	}
	return o.choose(converted)
}

// Typed converts a value that a server gave to the option's type, if that is possible: a server may
// write numbers as texts, and booleans as numbers.
func (o *Option) Typed(value any) any {
	if o.Type == "list" || o.Type == "dict" {
		return value
	}
	simple, err := plain(value)
	if err != nil {
		return value
	}
	typed, err := convert(o.Type, simple, func(string) (string, bool) { return "", false })
	if err != nil {
		return value
	}
	return typed
}

// choose checks a converted value, or each element of a list, against the choices.
func (o *Option) choose(value any) (any, error) {
	if o.Choices == nil {
		return value, nil
	}
	if elements, ok := value.([]any); ok {
		for _, element := range elements {
			if !o.offers(element) {
				return nil, o.noChoice(element)
			}
		}
		return value, nil
	}
	if o.offers(value) {
		return value, nil
	}
	if choice, ok := o.booleanChoice(value); ok {
		return choice, nil
	}
	return nil, o.noChoice(value)
}

func (o *Option) offers(value any) bool {
	for _, choice := range o.Choices {
		if equal(choice, value) {
			return true
		}
	}
	return false
}

// booleanChoice finds the choice that YAML has turned into a boolean: `state: on` arrives as true,
// and later as "True".
func (o *Option) booleanChoice(value any) (any, bool) {
	if value != "True" && value != "False" {
		return nil, false
	}
	var found []any
	for _, choice := range o.Choices {
		if truth, ok := truthOf(choice); ok && truth == (value == "True") {
			found = append(found, choice)
		}
	}
	if len(found) != 1 {
		return nil, false
	}
	return found[0], true
}

func (o *Option) noChoice(value any) error {
	names := make([]string, len(o.Choices))
	for i, choice := range o.Choices {
		names[i] = pythonString(choice)
	}
	m := &mistake{must: "one of " + strings.Join(names, ", "), value: value}
	if near := nearmiss.Of(pythonString(value), names); near != "" {
		m.hint = "did you mean " + near + "?"
	}
	return m
}

// equal compares scalars as Python does, where 80 and 80.0 are equal. Unlike in Python, true and 1
// are not.
func equal(a, b any) bool {
	switch a := a.(type) {
	case int64:
		if f, ok := b.(float64); ok {
			return float64(a) == f
		}
	case float64:
		if n, ok := b.(int64); ok {
			return a == float64(n)
		}
	case []any, map[string]any:
		return false
	}
	switch b.(type) {
	case []any, map[string]any:
		return false
	}
	return a == b
}

// convert converts a plain value (see plain) to the named type, as Ansible does.
func convert(typ string, value any, env lookup) (any, error) {
	if typ == "raw" {
		return value, nil
	}
	if value == nil {
		return nil, &mistake{must: wanted[typ], hint: "a null is not one"}
	}
	var converted any
	var ok bool
	switch typ {
	case "str":
		converted, ok = toString(value)
	case "int":
		converted, ok = toInteger(value)
	case "float":
		converted, ok = toFloat(value)
	case "bool":
		converted, ok = truthOf(value)
	case "list":
		converted, ok = toList(value)
	case "dict":
		return toMapping(value)
	case "path":
		var text string
		text, ok = toString(value)
		converted = expand(text, env)
	case "jsonarg":
		converted, ok = toJSON(value)
	case "bytes":
		converted, ok = toSize(value, 'B', "byte")
	case "bits":
		converted, ok = toSize(value, 'b', "bit")
	}
	if !ok {
		return nil, &mistake{must: wanted[typ], value: value}
	}
	return converted, nil
}

func toString(value any) (string, bool) {
	switch value.(type) {
	case []any, map[string]any:
		return "", false
	}
	return pythonString(value), true
}

// pythonString returns a scalar as Python's str writes it.
func pythonString(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case bool:
		if value {
			return "True"
		}
		return "False"
	case float64:
		if size := math.Abs(value); size != 0 && (size < 1e-4 || size >= 1e16) {
			return strconv.FormatFloat(value, 'e', -1, 64)
		}
		text := strconv.FormatFloat(value, 'f', -1, 64)
		if !strings.Contains(text, ".") {
			text += ".0"
		}
		return text
	}
	return fmt.Sprint(value)
}

var decimal = regexp.MustCompile(`^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,2})?$`)

// toInteger accepts any notation of a whole number: 80, "80", 80.0, "8e1".
func toInteger(value any) (int64, bool) {
	switch value := value.(type) {
	case int64:
		return value, true
	case float64:
		return int64(value), value == math.Trunc(value) && math.Abs(value) < 1<<63
	case string:
		text := strings.ReplaceAll(strings.TrimSpace(value), "_", "")
		if !decimal.MatchString(text) {
			return 0, false
		}
		number, ok := new(big.Rat).SetString(text)
		if !ok || !number.IsInt() || !number.Num().IsInt64() {
			return 0, false
		}
		return number.Num().Int64(), true
	}
	return 0, false
}

func toFloat(value any) (float64, bool) {
	switch value := value.(type) {
	case float64:
		return value, true
	case int64:
		return float64(value), true
	case json.Number:
		f, err := value.Float64()
		return f, err == nil
	case string:
		text := strings.TrimSpace(value)
		f, err := strconv.ParseFloat(text, 64)
		return f, err == nil && decimalFloat.MatchString(text)
	}
	return 0, false
}

// decimalFloat excludes hexadecimal numbers, which Python does not accept, and inf and nan, which
// JSON cannot hold.
var decimalFloat = regexp.MustCompile(`^[-+.0-9eE_]+$`)

// truthOf parses a boolean as Ansible's `boolean` does.
func truthOf(value any) (truth, ok bool) {
	switch value := value.(type) {
	case bool:
		return value, true
	case int64:
		return value == 1, value == 0 || value == 1
	case float64:
		return value == 1, value == 0 || value == 1
	case string:
		switch strings.ToLower(strings.TrimSpace(value)) {
		case "y", "yes", "on", "1", "true", "t":
			return true, true
		case "n", "no", "off", "0", "false", "f":
			return false, true
		}
	}
	return false, false
}

// toList splits a string at commas and keeps the spaces around them, as Ansible does.
func toList(value any) ([]any, bool) {
	switch value := value.(type) {
	case []any:
		return value, true
	case map[string]any:
		return nil, false
	case string:
		var list []any
		for part := range strings.SplitSeq(value, ",") {
			list = append(list, part)
		}
		return list, true
	}
	return []any{pythonString(value)}, true
}

// toMapping also parses a mapping from JSON and from key=value pairs. Its errors never show the
// text, because it may hold a secret.
func toMapping(value any) (any, error) {
	mapping, ok := value.(map[string]any)
	if ok {
		return mapping, nil
	}
	text, ok := value.(string)
	if !ok {
		return nil, &mistake{must: wanted["dict"], value: value}
	}
	if strings.HasPrefix(text, "{") {
		decoded, err := decodeJSON(strings.NewReader(text))
		if err != nil {
			return nil, &mistake{must: wanted["dict"], hint: "what was given begins with { but is not valid JSON"}
		}
		return plain(decoded)
	}
	mapping, ok = keyValues(text)
	if !ok {
		return nil, &mistake{must: wanted["dict"], hint: "what was given is neither JSON nor key=value pairs"}
	}
	return mapping, nil
}

// keyValues parses `k1=v1, k2="v 2"`: a field ends at a comma or a space outside quotes, and a
// backslash protects the next letter. All values are strings.
func keyValues(text string) (map[string]any, bool) {
	mapping := map[string]any{}
	var field []rune
	valid := strings.Contains(text, "=")
	end := func() {
		if len(field) > 0 {
			key, value, ok := strings.Cut(string(field), "=")
			mapping[key] = value
			valid = valid && ok
		}
		field = field[:0]
	}
	var quote rune
	escaped := false
	for _, c := range strings.TrimSpace(text) {
		switch {
		case escaped:
			field = append(field, c)
			escaped = false
		case c == '\\':
			escaped = true
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == ',' || c == ' '):
			end()
		default:
			field = append(field, c)
		}
	}
	end()
	return mapping, valid
}

// expand replaces $NAME and ${NAME} if there is such a variable, and a leading ~ or ~user by that
// user's home.
func expand(path string, env lookup) string {
	path = variable.ReplaceAllStringFunc(path, func(reference string) string {
		if value, ok := env(strings.Trim(reference, "${}")); ok {
			return value
		}
		return reference
	})
	if !strings.HasPrefix(path, "~") {
		return path
	}
	name, rest, _ := strings.Cut(path[1:], "/")
	home, ok := homeOf(name, env)
	if !ok {
		return path
	}
	if rest == "" && !strings.Contains(path, "/") {
		return home
	}
	return strings.TrimRight(home, "/") + "/" + rest
}

var variable = regexp.MustCompile(`\$([0-9A-Za-z_]+|\{[^}]*\})`)

func homeOf(name string, env lookup) (string, bool) {
	if name == "" {
		if home, ok := env("HOME"); ok {
			return home, true
		}
		current, err := user.Current()
		if err != nil {
			return "", false
		}
		return current.HomeDir, true
	}
	other, err := user.Lookup(name)
	if err != nil {
		return "", false
	}
	return other.HomeDir, true
}

func toJSON(value any) (string, bool) {
	switch value := value.(type) {
	case string:
		return strings.TrimSpace(value), true
	case []any, map[string]any:
		text, err := exact.Marshal(value, "")
		return strings.TrimSpace(string(text)), err == nil
	}
	return "", false
}

var size = regexp.MustCompile(`^([0-9]*\.?[0-9]+)\s*([A-Za-z]*)\s*$`)

// toSize parses "10M", "10 MB" or "10 megabyte". The letter and the name are those of the unit, and
// a capital B stands for byte.
func toSize(value any, letter byte, name string) (int64, bool) {
	if _, ok := value.(bool); ok {
		return 0, false
	}
	text, ok := toString(value)
	parts := size.FindStringSubmatch(text)
	if !ok || parts == nil {
		return 0, false
	}
	number, err := strconv.ParseFloat(parts[1], 64)
	if err != nil {
		return 0, false
	}
	unit := parts[2]
	if unit != "" {
		prefixes := map[byte]string{
			'B': "", 'K': "kilo", 'M': "mega", 'G': "giga", 'T': "tera", 'P': "peta", 'E': "exa", 'Z': "zeta", 'Y': "yotta",
		}
		initial := strings.ToUpper(unit[:1])[0]
		prefix, ok := prefixes[initial]
		if !ok {
			return 0, false
		}
		short := strings.TrimPrefix(string([]byte{initial, letter}), "B")
		if len(unit) > 1 && unit != short && strings.ToLower(unit) != prefix+name {
			return 0, false
		}
		number = math.Ldexp(number, 10*strings.IndexByte("BKMGTPEZY", initial))
	}
	number = math.RoundToEven(number)
	return int64(number), number < 1<<63
}

// plain converts a decoded value to one of nil, bool, int64, float64, string, []any and
// map[string]any, and removes the wrappers that Ansible puts around values. A number that fits none
// of them stays a json.Number.
func plain(value any) (any, error) {
	switch value := value.(type) {
	case json.Number:
		return plainNumber(value), nil
	case int:
		return int64(value), nil
	case string:
		if strings.HasPrefix(value, "$ANSIBLE_VAULT;") {
			return nil, errVault
		}
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			var err error
			if list[i], err = plain(element); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		if _, ok := value["__ansible_vault"]; ok {
			return nil, errVault
		}
		if unsafe, ok := value["__ansible_unsafe"]; ok && len(value) == 1 {
			return plain(unsafe)
		}
		mapping := make(map[string]any, len(value))
		for key, element := range value {
			var err error
			if mapping[key], err = plain(element); err != nil {
				return nil, err
			}
		}
		return mapping, nil
	}
	return value, nil
}

var errVault = errors.New("is still encrypted by ansible-vault: give Ansible the vault's password")

func plainNumber(number json.Number) any {
	if n, err := strconv.ParseInt(string(number), 10, 64); err == nil {
		return n
	}
	if !strings.ContainsAny(string(number), ".eE") {
		return number
	}
	if f, err := number.Float64(); err == nil {
		return f
	}
	return number
}
