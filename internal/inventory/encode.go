// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/rows"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// maxDepth is how deep values may be nested. Python's JSON parser fails on values that are nested a
// thousand times, and the whole inventory with it.
const maxDepth = 32

// encoder writes the server's values as JSON that Ansible takes for data and
// nothing else:
//
//   - Strings that Ansible would evaluate are marked as unsafe (see untrusted.Evaluates).
//   - Keys that Ansible would evaluate or take for marks of its own are changed
//     (see untrusted.VariableKey).
//   - Numbers that Python cannot read become strings.
//   - Control characters become visible.
//   - What is nested deeper than maxDepth becomes null.
//
// Object keys are sorted, so that the same data gives the same bytes.
type encoder struct {
	out []byte
}

func (e *encoder) value(value any, depth int) {
	switch value := value.(type) {
	case string:
		e.text(value)
	case template:
		e.quoted(string(value))
	case json.Number:
		e.number(value)
	case int64:
		e.out = strconv.AppendInt(e.out, value, 10)
	case float64:
		e.out = append(e.out, rows.Text(value)...)
	case bool:
		e.out = strconv.AppendBool(e.out, value)
	case map[string]any:
		e.object(value, depth)
	case []any:
		e.list(value, depth)
	default:
		e.out = append(e.out, "null"...)
	}
}

func (e *encoder) object(object map[string]any, depth int) {
	if depth >= maxDepth {
		e.out = append(e.out, "null"...)
		return
	}
	e.out = append(e.out, '{')
	for i, key := range sortedKeys(object) {
		e.comma(i)
		e.quoted(untrusted.VariableKey(key))
		e.out = append(e.out, ':')
		e.value(object[key], depth+1)
	}
	e.out = append(e.out, '}')
}

// sortedKeys is slices.Sorted(maps.Keys(object)), but allocates once.
func sortedKeys(object map[string]any) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func (e *encoder) list(list []any, depth int) {
	if depth >= maxDepth {
		e.out = append(e.out, "null"...)
		return
	}
	e.out = append(e.out, '[')
	for i, value := range list {
		e.comma(i)
		e.value(value, depth+1)
	}
	e.out = append(e.out, ']')
}

// comma separates an element from the one before it.
func (e *encoder) comma(i int) {
	if i > 0 {
		e.out = append(e.out, ',')
	}
}

// text writes a string, marked as unsafe if Ansible would evaluate it.
func (e *encoder) text(s string) {
	if !untrusted.Evaluates(s) {
		e.quoted(s)
		return
	}
	e.out = append(e.out, `{"__ansible_unsafe":`...)
	e.quoted(s)
	e.out = append(e.out, '}')
}

// number writes a number as it came if Python accepts it as such: an integer of over 4,300 digits
// is an error there, and 1e999 is not a number.
func (e *encoder) number(n json.Number) {
	text := n.String()
	if f, err := n.Float64(); err == nil && (len(text) <= 20 || strings.ContainsAny(text, ".eE")) {
		if len(text) > 40 {
			text = strconv.FormatFloat(f, 'g', -1, 64)
		}
		e.out = append(e.out, text...)
		return
	}
	e.quoted(text)
}

// quoted writes a string as JSON does.
func (e *encoder) quoted(s string) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(untrusted.Visible(s))
			e.out = append(e.out, quoted...)
			return
		}
	}
	e.out = append(e.out, '"')
	e.out = append(e.out, s...)
	e.out = append(e.out, '"')
}
