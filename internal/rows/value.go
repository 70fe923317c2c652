// SPDX-License-Identifier: GPL-3.0-or-later

package rows

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// Text returns a scalar as a text, and "" for everything else. Servers write numbers as texts and
// texts as numbers.
func Text(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case json.Number, bool, int64, int:
		return fmt.Sprint(value)
	}
	return ""
}

// Same reports whether two scalars mean the same, in whatever form: 80 is "80", true is 1 and yes,
// and white space around a text does not count. Two texts are never compared as booleans, because a
// monitor may be named yes.
func Same(have, want any) bool {
	a, b := converge.Trim(Text(have)), converge.Trim(Text(want))
	_, haveText := have.(string)
	_, wantText := want.(string)
	return a == b || !(haveText && wantText) && boolean(a) != "" && boolean(a) == boolean(b)
}

// IsFalse reports whether a value is false, in any of the forms that servers write.
func IsFalse(value any) bool { return boolean(Text(value)) == "false" }

// boolean returns "true" or "false" for the forms of a boolean that servers and users write, and ""
// for everything else.
func boolean(text string) string {
	switch strings.ToLower(text) {
	case "true", "1", "yes":
		return "true"
	case "false", "0", "no":
		return "false"
	}
	return ""
}

// evidence is what a row says about whether a field exists.
type evidence int

const (
	absent evidence = iota // the row does not show it
	silent                 // a null, or an empty list, is where the field would be
	shown
)

// At returns the values at a path such as "device_group.name". A list on the path stands for its
// elements.
func At(row map[string]any, path string) []any {
	values, _ := at(row, strings.Split(path, "."))
	return values
}

func at(value any, path []string) ([]any, evidence) {
	if list, isList := value.([]any); isList {
		return atEach(list, path)
	}
	switch {
	case value == nil && len(path) > 0:
		return nil, silent
	case value == nil:
		return nil, shown
	case len(path) == 0:
		return []any{value}, shown
	}
	object, _ := value.(map[string]any)
	next, ok := object[path[0]]
	if !ok {
		return nil, absent
	}
	return at(next, path[1:])
}

func atEach(list []any, path []string) (values []any, most evidence) {
	if len(list) == 0 && len(path) > 0 {
		return nil, silent
	}
	if len(list) == 0 {
		return nil, shown
	}
	for _, element := range list {
		below, evidence := at(element, path)
		values, most = append(values, below...), max(most, evidence)
	}
	return values, most
}

// Texts returns the texts at a path. An object at the end of the path stands for its name.
func Texts(row map[string]any, path string) []string {
	var texts []string
	for _, value := range At(row, path) {
		if object, isObject := value.(map[string]any); isObject {
			value = object["name"]
		}
		if text := Text(value); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// Scalars returns what can be compared among values: for an object, its id and its name.
func Scalars(values []any) []any {
	var scalars []any
	for _, value := range values {
		switch value := value.(type) {
		case []any:
			scalars = append(scalars, Scalars(value)...)
		case map[string]any:
			scalars = append(scalars, value["id"], value["name"])
		default:
			scalars = append(scalars, value)
		}
	}
	return slices.DeleteFunc(scalars, func(v any) bool { return Text(v) == "" })
}

// Anys converts values to the type in which a Condition holds them.
func Anys[T any](values []T) []any {
	list := make([]any, len(values))
	for i, value := range values {
		list[i] = value
	}
	return list
}

// Wildcards compiles a pattern for whole texts, whatever the case of their letters: * is any text,
// ? is any character.
func Wildcards(pattern string) *regexp.Regexp {
	quoted := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile(`(?is)^` + quoted + `$`)
}
