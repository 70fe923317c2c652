// SPDX-License-Identifier: MIT

package acsmontest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxText is how long a text may be whose field declares no length: a database string column.
const maxText = 255

// A fault422 is one refused field and what Laravel says about it.
type fault422 struct{ field, message string }

// invalid is Laravel's response to input that breaks the rules.
func (c *call) invalid(faults []fault422) *response {
	errors := object{}
	for i, f := range faults {
		faults[i].message = c.worded(f.message)
		errors = append(errors, member{f.field, []string{faults[i].message}})
	}
	message := faults[0].message
	switch more := len(faults) - 1; {
	case c.s.alt.Framework == "8":
		message = "The given data was invalid."
	case more == 1:
		message += " (and 1 more error)"
	case more > 1:
		message += fmt.Sprintf(" (and %d more errors)", more)
	}
	return c.answer(http.StatusUnprocessableEntity, object{{"message", message}, {"errors", errors}})
}

// worded is a message in the words of the framework's version.
func (c *call) worded(message string) string {
	if c.s.alt.Framework == "8" && !strings.HasSuffix(message, "true or false.") {
		return strings.Replace(message, " field must ", " must ", 1)
	}
	return message
}

// validate checks input against the rules of the writable fields and returns the columns to store.
// Unknown fields are dropped, as by Laravel's validated(). A missing field is an error only if all
// required fields are wanted.
func (c *call) validate(r *resource, input row, all bool) (row, *response) {
	if r.input != nil {
		input = r.input(c, input)
	}
	values, faults := c.columns(r.fields, input, all)
	if name, ok := values["name"].(string); ok && c.s.alt.Names == "unique" && c.taken(r, name) {
		faults = append(faults, fault422{"name", "The name has already been taken."})
	}
	if r.rules != nil {
		faults = append(faults, r.rules(c, values)...)
	}
	if len(faults) > 0 {
		return nil, c.invalid(faults)
	}
	return values, nil
}

// taken reports whether another row of the same list has the name. Rows below another parent are
// in another list.
func (c *call) taken(r *resource, name string) bool {
	t, id := c.s.tables[r.kind], c.path["id"]
	list := params{}
	for _, column := range r.parents() {
		if list[column] = c.path[column]; id != 0 {
			list[column], _ = t.row(id)[column].(int64)
		}
	}
	return slices.ContainsFunc(t.ids, func(other int64) bool {
		return other != id && t.row(other)["name"] == name && r.has(c.s, t.row(other), list)
	})
}

// validateFields is validate for input that does not belong to a resource.
func (c *call) validateFields(fields []field, input row, all bool) (row, *response) {
	values, faults := c.columns(fields, input, all)
	if len(faults) > 0 {
		return nil, c.invalid(faults)
	}
	return values, nil
}

// columns are the columns of the input that follow the rules, and the faults of the others.
func (c *call) columns(fields []field, input row, all bool) (row, []fault422) {
	update := c.path["id"] != 0
	values := row{}
	var faults []fault422
	for i := range fields {
		f := &fields[i]
		v, given := input[c.s.keyOf(f)]
		if !f.writable || f.toggled && c.s.alt.Switches == "toggle" || !given && !(all && f.required && !(f.kept && update)) {
			continue
		}
		value, bad := c.check(f, v)
		if len(bad) > 0 {
			faults = append(faults, bad...)
			continue
		}
		if config, ok := value.(row); ok && len(config) == 0 && f.keys != nil && c.s.alt.ConfigKeys == "known" {
			continue // an object consists of its keys that have rules, and there are none
		}
		values[f.name] = value
	}
	return values, faults
}

// check checks one value against the rules of its field, and converts it.
func (c *call) check(f *field, v any) (any, []fault422) {
	if v == nil && f.required {
		return f.refuse("The %s field is required.", f.label())
	}
	if v == nil && f.fallback() == nil {
		return nil, nil
	}
	switch f.kind {
	case text:
		s, ok := v.(string)
		return f.checkText(s, ok)
	case scalar:
		s, ok := stored(scalar, v).(string)
		return f.checkText(s, ok)
	case integer:
		n, ok := phpInt(v)
		switch {
		case !ok:
			return f.refuse("The %s field must be an integer.", f.label())
		case f.max != 0 && (n < f.min || n > f.max):
			return f.refuse("The %s field must be between %d and %d.", f.label(), f.min, f.max)
		}
		return n, nil
	case boolean:
		b, ok := phpBool(v)
		if !ok {
			return f.refuse("The %s field must be true or false.", f.label())
		}
		return b, nil
	case document:
		return c.checkDocument(f, v)
	case reference:
		n, ok := phpInt(v)
		if !ok || c.s.tables[f.to].row(int64(n)) == nil {
			return f.refuse("The selected %s is invalid.", f.label())
		}
		return int64(n), nil
	case words, ids:
		return c.checkList(f, v)
	}
	return v, nil
}

// refuse returns Laravel's message about a value of the field.
func (f *field) refuse(format string, args ...any) (any, []fault422) {
	return nil, []fault422{{f.name, fmt.Sprintf(format, args...)}}
}

func (f *field) checkText(s string, ok bool) (any, []fault422) {
	s, _, _ = strings.Cut(s, "\x00") // the database driver takes this for the end of a text
	limit := cmp.Or(f.max, maxText)
	switch {
	case !ok:
		return f.refuse("The %s field must be a string.", f.label())
	case f.choices != nil && !slices.Contains(f.choices, s):
		return f.refuse("The selected %s is invalid.", f.label())
	case utf8.RuneCountInString(s) > limit:
		return f.refuse("The %s field must not be greater than %d characters.", f.label(), limit)
	}
	if rule := formats[f.format]; rule != nil && !rule.ok(s) {
		return f.refuse("The %s field must be %s.", f.label(), rule.what)
	}
	return s, nil
}

func (c *call) checkDocument(f *field, v any) (any, []fault422) {
	if list, ok := v.([]any); ok && len(list) == 0 { // PHP has only one kind of empty array
		return row{}, nil
	}
	values, ok := v.(row)
	if !ok {
		return f.refuse("The %s field must be an array.", f.label())
	}
	if f.keys != nil && c.s.alt.ConfigKeys == "known" {
		maps.DeleteFunc(values, func(key string, _ any) bool { return !slices.Contains(f.keys, key) })
	}
	return values, nil
}

func (c *call) checkList(f *field, v any) (any, []fault422) {
	list, ok := v.([]any)
	if empty, isObject := v.(row); isObject && len(empty) == 0 {
		ok = true
	}
	if !ok {
		return f.refuse("The %s field must be an array.", f.label())
	}
	var faults []fault422
	for i, v := range list {
		name := f.name + "." + strconv.Itoa(i) // this is also its label
		if f.kind == words {
			if s, ok := v.(string); !ok {
				faults = append(faults, fault422{name, fmt.Sprintf("The %s field must be a string.", name)})
			} else if utf8.RuneCountInString(s) > maxText {
				faults = append(faults, fault422{name, fmt.Sprintf("The %s field must not be greater than %d characters.", name, maxText)})
			}
			continue
		}
		if n, ok := phpInt(v); !ok || c.s.tables[f.to].row(int64(n)) == nil {
			faults = append(faults, fault422{name, fmt.Sprintf("The selected %s is invalid.", name)})
		} else {
			list[i] = n
		}
	}
	return stored(f.kind, list), faults
}

// formats are the rules that a text can have beside its length.
var formats = map[string]*struct {
	what string
	ok   func(string) bool
}{
	"ip": {"a valid IP address", func(s string) bool {
		addr, err := netip.ParseAddr(s)
		return err == nil && addr.Zone() == ""
	}},
	"cidr": {"a valid subnet", func(s string) bool {
		_, err := netip.ParsePrefix(s)
		return err == nil
	}},
	"email": {"a valid email address", func(s string) bool {
		addr, err := mail.ParseAddress(s)
		return err == nil && addr.Address == s
	}},
	"url": {"a valid URL", func(s string) bool {
		u, err := url.Parse(s)
		return err == nil && u.Scheme != "" && u.Host != ""
	}},
}

// phpInt is PHP's FILTER_VALIDATE_INT: whole numbers, and strings of them.
func phpInt(v any) (int, bool) {
	if s, ok := v.(string); ok {
		n, err := strconv.Atoi(s)
		return n, err == nil && (s == strconv.Itoa(n) || s == "+"+strconv.Itoa(n))
	}
	return whole(v)
}

// phpBool is Laravel's boolean rule.
func phpBool(v any) (bool, bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case string:
		return v == "1", v == "1" || v == "0"
	case int, json.Number:
		n, ok := whole(v)
		return n == 1, ok && (n == 0 || n == 1)
	}
	return false, false
}
