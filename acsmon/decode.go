// SPDX-License-Identifier: MIT

package acsmon

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fields is a JSON object of the API: a resource as the server sent it, with every key, known or
// not; or what a create or an update sends. Numbers from the server are json.Number, so that none
// is rounded.
//
// When Fields are sent, a key that is absent is not sent, and nil is sent as null. What a
// [TypedCollection] holds has typed inputs, such as [MonitorInput]. For everything else the API's
// public pages name too few fields for that, and Fields are the only way.
type Fields map[string]any

// ID returns the object's id; 0 if it has none.
func (f Fields) ID() int64 {
	id, _ := strconv.ParseInt(text(f["id"]), 10, 64)
	return id
}

// MayMatch reports whether a search for the term may have found the row: the row has no name and no
// address, or any of its texts contains the term, whatever the case of its letters. A server that
// ignores the search also sends rows that do not match.
func (f Fields) MayMatch(term string) bool {
	term = strings.ToLower(strings.TrimSpace(term))
	shows := f["name"] != nil && (f["host"] != nil || f["ip_address"] != nil)
	return !shows || mentions(map[string]any(f), term)
}

func mentions(value any, term string) bool {
	switch value := value.(type) {
	case map[string]any:
		for _, element := range value {
			if mentions(element, term) {
				return true
			}
		}
		return false
	case []any:
		return slices.ContainsFunc(value, func(element any) bool { return mentions(element, term) })
	}
	return strings.Contains(strings.ToLower(text(value)), term)
}

func encode(body any) ([]byte, error) {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(buf.Bytes()), nil
}

// maxDecoded is how much memory the values of one response may take: a page of 32 MiB that
// consists of braces alone would take two hundred times as much. A page of 100 rows takes 1 MB.
const maxDecoded = 128 << 20

var errTooMuch = errors.New("the response holds too many values")

// decodedSize returns an upper estimate of the memory that the values of a JSON text take.
func decodedSize(body []byte) (size int) {
	const object, value = 400, 100
	inText := false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{':
			size += object
		case c == ',', c == '[':
			size += value
		}
	}
	return size
}

// unmarshal parses exactly one JSON value and keeps its numbers as they are.
func unmarshal(body []byte, dst any) error {
	if decodedSize(body) > maxDecoded {
		return errTooMuch
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(dst); err != nil {
		return errors.New("a JSON response was expected")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("one JSON value was expected")
	}
	return nil
}

// unmarshalObject parses one object, bare or wrapped in {"data": …}.
func unmarshalObject(body []byte) (Fields, error) {
	var value any
	if err := unmarshal(body, &value); err != nil {
		return nil, err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("a JSON object was expected")
	}
	if data, ok := object["data"].(map[string]any); ok && object["id"] == nil {
		object = data
	}
	return object, nil
}

// unmarshalResource parses one object that has an id.
func unmarshalResource(body []byte) (Fields, error) {
	object, err := unmarshalObject(body)
	if err != nil {
		return nil, err
	}
	if object.ID() == 0 {
		return nil, errors.New("a resource with an id was expected")
	}
	return object, nil
}

// unmarshalShown parses one object that has an id. It returns nil for an object without one, such
// as {"message": …}.
func unmarshalShown(body []byte) (Fields, error) {
	if object, err := unmarshalObject(body); err != nil || object["id"] == nil {
		return nil, err
	}
	return unmarshalResource(body)
}

// unmarshalDone parses a response that says that something is done. It may be an object, which may
// be empty, or null, a number, true, or nothing at all: a PHP application that returns nothing of
// interest answers with any of these.
func unmarshalDone(body []byte) (Fields, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	var value any
	if err := unmarshal(body, &value); err != nil {
		return nil, err
	}
	switch value := value.(type) {
	case nil, json.Number:
		return nil, nil
	case bool:
		if value {
			return nil, nil
		}
	case []any:
		if len(value) == 0 {
			return nil, nil
		}
	}
	return unmarshalObject(body)
}

// resource is a type of row that can take its values from an object.
type resource interface{ from(*row) }

// from keeps the object as it is.
func (f *Fields) from(r *row) { *f = r.fields }

// decodeRow turns an object into the type T, which must be a resource.
func decodeRow[T any](object Fields) (typed T, err error) {
	r := row{fields: object}
	any(&typed).(resource).from(&r)
	return typed, r.err
}

// row takes typed values out of an object and remembers the first one that cannot be converted.
// A key that is missing or null gives the zero value. Numbers may come as strings, strings as
// numbers, booleans as 0 and 1, and an empty object as [].
type row struct {
	fields Fields
	err    error
}

func (r *row) refuse(key, want string) {
	came := fmt.Sprintf("%q", clean(text(r.fields[key])))
	switch r.fields[key].(type) { // the value is not shown: it may be a secret
	case map[string]any:
		came = "an object"
	case []any:
		came = "a list"
	}
	if r.err == nil {
		r.err = fmt.Errorf("%s was expected as %q, but %s came", want, key, came)
	}
}

// scalar returns a text, a number or a boolean as text, and "" for null.
func (r *row) scalar(key, want string) string {
	switch r.fields[key].(type) {
	case map[string]any, []any:
		r.refuse(key, want)
		return ""
	}
	return text(r.fields[key])
}

func (r *row) text(key string) string { return r.scalar(key, "a text") }

func (r *row) number(key string) float64 {
	s := r.scalar(key, "a number")
	if s == "" {
		return 0
	}
	number, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		r.refuse(key, "a number")
		return 0
	}
	return number
}

// whole accepts 142, "142" and 142.0.
func (r *row) whole(key string) int64 {
	if whole, err := strconv.ParseInt(text(r.fields[key]), 10, 64); err == nil {
		return whole
	}
	number := r.number(key)
	if number != math.Trunc(number) || math.Abs(number) > 1<<53 {
		r.refuse(key, "a whole number")
		return 0
	}
	return int64(number)
}

func (r *row) truth(key string) bool {
	switch s := r.scalar(key, "true or false"); s {
	case "", "0", "false":
		return false
	case "1", "true":
		return true
	}
	r.refuse(key, "true or false")
	return false
}

func (r *row) time(key string) *time.Time {
	s := r.scalar(key, "a time")
	if s == "" {
		return nil
	}
	t, err := ParseTime(s)
	if err != nil {
		r.refuse(key, "a time")
		return nil
	}
	return &t
}

func (r *row) object(key string) map[string]any {
	switch v := r.fields[key].(type) {
	case nil:
		return nil
	case map[string]any:
		return v
	case []any:
		if len(v) == 0 {
			return nil
		}
	}
	r.refuse(key, "an object")
	return nil
}

func (r *row) ref(key string) *Ref {
	object := r.object(key)
	if object == nil {
		return nil
	}
	inner := row{fields: object}
	ref := &Ref{ID: inner.whole("id"), Name: inner.text("name"), Type: inner.text("type")}
	if inner.err != nil {
		r.refuse(key, "a resource's id and name")
	}
	return ref
}

// ParseTime parses a time in any of the forms that the API is known to send.
func ParseTime(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time in ISO 8601", clean(s))
}
