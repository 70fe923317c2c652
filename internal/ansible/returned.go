// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"encoding/json"
	"fmt"
)

// setTypes gives the values of a result the types that the documentation says they have. A server
// may show false as 0 or "0", which Jinja takes for true or refuses as a condition, numbers as
// strings, and an empty object as []. A value that cannot be converted stays as it is.
func setTypes(object map[string]any, documented map[string]*Return) {
	for name, key := range documented {
		if value, ok := object[name]; ok {
			object[name] = key.typed(value)
		}
	}
}

func (r *Return) typed(value any) any {
	switch value := value.(type) {
	case map[string]any:
		setTypes(value, r.Contains)
	case []any:
		if len(value) == 0 && r.Type == "dict" {
			return map[string]any{}
		}
		element := Return{Type: r.Elements, Contains: r.Contains}
		for i := range value {
			value[i] = element.typed(value[i])
		}
	case json.Number:
		if r.Type == "bool" || r.Type == "str" {
			return converted(r.Type, value)
		}
	case string:
		if r.Type == "bool" || r.Type == "int" || r.Type == "float" {
			return converted(r.Type, value)
		}
	}
	return value
}

// converted returns a value as an option of that type would have it, or else the value itself.
func converted(to string, value any) any {
	exact, err := plain(value)
	if err != nil {
		return value
	}
	result, err := convert(to, exact, nil)
	if err != nil {
		return value
	}
	switch result.(type) {
	case int64, float64:
		return json.Number(fmt.Sprint(result))
	}
	return result
}
