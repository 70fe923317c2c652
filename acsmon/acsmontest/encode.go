// SPDX-License-Identifier: MIT

package acsmontest

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// timeLayout is how times are stored, and the default for how they are shown.
const timeLayout = "2006-01-02T15:04:05Z"

// An object is a JSON object whose members keep their order, as PHP's do.
type object []member

type member struct {
	key   string
	value any
}

// An encoder writes JSON as PHP's json_encode does under Laravel: it escapes slashes and everything
// beyond ASCII, and writes an empty array where an empty object is meant.
type encoder struct {
	alt    *Alternatives
	buf    []byte
	listed bool // it writes the rows of a list
	loaded row  // the row whose references are shown as objects, if that is another one
}

func (e *encoder) value(v any) {
	switch v := v.(type) {
	case nil:
		e.buf = append(e.buf, "null"...)
	case bool:
		e.buf = strconv.AppendBool(e.buf, v)
	case int:
		e.buf = strconv.AppendInt(e.buf, int64(v), 10)
	case int64:
		e.buf = strconv.AppendInt(e.buf, v, 10)
	case float64:
		e.buf = appendFloat(e.buf, v)
	case string:
		e.string(v)
	case []string:
		encodeList(e, v, e.string)
	case []int64:
		encodeList(e, v, func(n int64) { e.value(n) })
	case []any:
		encodeList(e, v, e.value)
	case []object:
		encodeList(e, v, e.object)
	case object:
		e.object(v)
	case map[string]any:
		o := make(object, 0, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			o = append(o, member{key, v[key]})
		}
		e.object(o)
	case raw:
		e.buf = append(e.buf, v...)
	default:
		panic("acsmontest: cannot encode " + strconv.Quote(typeName(v)))
	}
}

// appendFloat writes a number as PHP does, which uses exponents later than Go.
func appendFloat(b []byte, v float64) []byte {
	if size := math.Abs(v); size == 0 || size >= 1e-4 && size < 1e17 {
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	return append(b, mantissa+"e"+exponent...)
}

// raw is JSON that is already encoded.
type raw []byte

func encodeList[T any](e *encoder, list []T, each func(T)) {
	e.buf = append(e.buf, '[')
	for i, v := range list {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		each(v)
	}
	e.buf = append(e.buf, ']')
}

func (e *encoder) object(o object) {
	if len(o) == 0 {
		e.emptyObject()
		return
	}
	e.buf = append(e.buf, '{')
	for i, m := range o {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		e.key(m.key)
		e.value(m.value)
	}
	e.buf = append(e.buf, '}')
}

func (e *encoder) emptyObject() {
	if e.alt.EmptyObject == "object" {
		e.buf = append(e.buf, "{}"...)
		return
	}
	e.buf = append(e.buf, "[]"...)
}

func (e *encoder) key(k string) {
	e.string(k)
	e.buf = append(e.buf, ':')
}

const hex = "0123456789abcdef"

func (e *encoder) string(s string) {
	b := append(e.buf, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\' || r == '/':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r >= 0x20 && r < utf8.RuneSelf:
			b = append(b, byte(r))
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			b = escape(escape(b, hi), lo)
		default:
			b = escape(b, r)
		}
	}
	e.buf = append(b, '"')
}

func escape(b []byte, r rune) []byte {
	return append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}

// column writes a value of a row. The alternatives choose the form of numbers, booleans and times.
// What is inside an object, such as the config of a monitor, is stored as JSON and is shown as it
// was sent.
func (e *encoder) column(k kind, v any) {
	switch v := v.(type) {
	case bool:
		if e.alt.Booleans == "integers" {
			e.buf = append(e.buf, '0'+byte(btoi(v)))
			return
		}
	case map[string]any:
		e.value(relisted(v))
		return
	case int, int64, float64:
		if f, ok := v.(float64); ok && k == number && e.alt.Numbers == "decimals" {
			e.string(strconv.FormatFloat(f, 'f', 2, 64))
			return
		}
		if e.alt.Numbers == "strings" {
			e.buf = append(e.buf, '"')
			e.value(v)
			e.buf = append(e.buf, '"')
			return
		}
	case string:
		if k == moment {
			e.string(e.time(v))
			return
		}
	}
	e.value(v)
}

// relisted is an object as a Laravel resource shows it: an object whose keys are all whole numbers
// becomes a list, at every depth.
func relisted(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[key] = relisted(value)
		}
		numbers := slices.SortedFunc(maps.Keys(v), compareWhole)
		if len(v) == 0 || slices.ContainsFunc(numbers, func(key string) bool { n, err := strconv.Atoi(key); return err != nil || strconv.Itoa(n) != key }) {
			return out
		}
		return convert(numbers, func(key string) any { return out[key] })
	case []any:
		return convert(v, relisted)
	}
	return v
}

func compareWhole(a, b string) int {
	n, _ := strconv.Atoi(a)
	m, _ := strconv.Atoi(b)
	return cmp.Compare(n, m)
}

// columns writes an object that no resource declares. Its members are written like columns: a name
// that ends in _at is a time.
func (e *encoder) columns(o object) {
	e.buf = append(e.buf, '{')
	for i, m := range o {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		e.key(m.key)
		e.column(choose(strings.HasSuffix(m.key, "_at"), moment, text), m.value)
	}
	e.buf = append(e.buf, '}')
}

// time writes a stored time in the form that it has in this place.
func (e *encoder) time(stored string) string {
	if e.alt.Times != "mixed" {
		return e.alt.time(stored)
	}
	return (&Alternatives{Times: choose(e.listed, "microseconds", "z")}).time(stored)
}

// time returns a stored time in the form that the alternative asks for.
func (a *Alternatives) time(stored string) string {
	if a.Times == "z" || a.Times == "mixed" {
		return stored
	}
	t, err := time.Parse(timeLayout, stored)
	if err != nil { // a test wants it like this
		return stored
	}
	if a.Times == "microseconds" {
		return t.Format("2006-01-02T15:04:05.000000Z")
	}
	return t.In(time.FixedZone("", 2*60*60)).Format("2006-01-02T15:04:05-07:00")
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
