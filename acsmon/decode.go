// SPDX-License-Identifier: MIT

package acsmon

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"

	"github.com/go-viper/mapstructure/v2"
)

// Fields is a JSON object of the API: a resource as the server sent it, with
// every key, known or not, or what a create or an update sends. Numbers that
// came from the server are json.Number, so that none is rounded.
//
// In what is sent, a key that is left out is left alone, and nil is null.
type Fields map[string]any

// ID returns the object's id; 0 if it has none.
func (f Fields) ID() int64 {
	id, _ := strconv.ParseInt(text(f["id"]), 10, 64)
	return id
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

// unmarshal reads exactly one JSON value and keeps its numbers as they are.
func unmarshal(body []byte, dst any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(dst); err != nil {
		return errors.New("a JSON answer was expected")
	}
	if decoder.More() {
		return errors.New("one JSON value was expected")
	}
	return nil
}

// unmarshalObject reads one object, bare or wrapped in {"data": …}.
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

// unmarshalResource reads one object that has an id.
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

// row is what the generic verbs return: a type with a field Fields, which keeps
// the whole object, or Fields itself.
type row interface{ any }

// decodeRow gives an object its Go type. Numbers may come as strings, strings as
// numbers, booleans as 0 and 1, an empty object as [].
func decodeRow[T row](object Fields) (T, error) {
	var typed T
	switch dst := any(&typed).(type) {
	case *Fields:
		*dst = object
		return typed, nil
	}
	decoder, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		Result: &typed, TagName: "json", WeaklyTypedInput: true, Squash: true,
		DecodeHook: mapstructure.ComposeDecodeHookFunc(emptyList, wholeNumber, timestamp),
		MatchName:  func(key, field string) bool { return key == field },
	})
	if err != nil {
		return typed, err
	}
	if err := decoder.Decode(map[string]any(object)); err != nil {
		return typed, fmt.Errorf("a value of an unexpected type came (%s)", clean(err.Error()))
	}
	if keeper, ok := any(&typed).(interface{ keep(Fields) }); ok {
		keeper.keep(object)
	}
	return typed, nil
}

// emptyList reads PHP's empty array where an object is meant.
func emptyList(_, to reflect.Type, data any) (any, error) {
	list, ok := data.([]any)
	if !ok || len(list) > 0 {
		return data, nil
	}
	for to.Kind() == reflect.Pointer {
		to = to.Elem()
	}
	if to.Kind() == reflect.Struct || to.Kind() == reflect.Map {
		return nil, nil
	}
	return data, nil
}

// wholeNumber reads 142.0 and "142" where an integer is meant.
func wholeNumber(_, to reflect.Type, data any) (any, error) {
	if to.Kind() != reflect.Int64 && to.Kind() != reflect.Int {
		return data, nil
	}
	if _, ok := data.(bool); ok || data == nil {
		return data, nil
	}
	number, err := strconv.ParseFloat(text(data), 64)
	if err != nil || number != math.Trunc(number) || math.Abs(number) > 1<<53 {
		return data, nil
	}
	return int64(number), nil
}

// timestamp reads ISO 8601 with Z, with microseconds or with an offset, and the
// form without a zone that PHP's database drivers give, which is UTC.
func timestamp(_, to reflect.Type, data any) (any, error) {
	if to != reflect.TypeFor[time.Time]() {
		return data, nil
	}
	s, ok := data.(string)
	if !ok {
		return data, nil
	}
	return ParseTime(s)
}

// ParseTime reads a time in any form that the API is known to give.
func ParseTime(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time in ISO 8601", clean(s))
}
