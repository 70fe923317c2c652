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
