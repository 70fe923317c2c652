// SPDX-License-Identifier: MIT

package acsmontest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// keepRows is how many rows of the seeded fleet a table keeps after they were read. Others are made
// again at each read, so that a million rows need only the memory of their ids.
const keepRows = 50_000

// A table holds the rows of one kind in the order of their ids. Seeded rows exist only as ids until
// something changes them.
type table struct {
	resource *resource
	ids      []int64       // all ids, ascending, with gaps
	rows     map[int64]row // the rows that were written, or read and kept
	last     int64         // the highest id that was ever given
	rng      *rand.Rand    // decides on the gaps

	seeded []int64                       // the ids of the seeded rows
	seed   func(index int, id int64) row // makes the row with that index; pure
}

func newTable(r *resource, seed uint64) *table {
	return &table{resource: r, rows: map[int64]row{}, rng: random(seed, r.kind, 0)}
}

// random is the source of everything that looks random about one thing.
func random(seed uint64, kind string, n int64) *rand.Rand {
	h := uint64(14695981039346656037)
	for i := range len(kind) {
		h = (h ^ uint64(kind[i])) * 1099511628211
	}
	return rand.New(rand.NewPCG(seed^h, uint64(n)))
}

// next returns a new id. About every fifth leaves a gap.
func (t *table) next() int64 {
	t.last++
	if t.rng.IntN(5) == 0 {
		t.last += 1 + t.rng.Int64N(3)
	}
	return t.last
}

// fill adds n rows, which seed makes when they are read.
func (t *table) fill(n int, seed func(index int, id int64) row) {
	t.seed = seed
	t.seeded = make([]int64, n)
	for i := range t.seeded {
		t.seeded[i] = t.next()
	}
	t.ids = slices.Clone(t.seeded)
}

// row returns the row of that id, or nil if there is none. The caller must not change it: see edit.
func (t *table) row(id int64) row {
	if values, ok := t.rows[id]; ok {
		return values
	}
	index, ok := slices.BinarySearch(t.seeded, id)
	if !ok {
		return nil
	}
	if _, ok := slices.BinarySearch(t.ids, id); !ok {
		return nil
	}
	values := t.seed(index, id)
	if len(t.rows) < keepRows {
		t.rows[id] = values
	}
	return values
}

// edit returns the row of that id so that it can be changed, or nil if there is none.
func (t *table) edit(id int64) row {
	values := t.row(id)
	if values != nil {
		t.rows[id] = values
	}
	return values
}

// insert stores a row that has its id.
func (t *table) insert(values row) {
	id := values["id"].(int64)
	if at, ok := slices.BinarySearch(t.ids, id); !ok {
		t.ids = slices.Insert(t.ids, at, id)
	}
	t.rows[id] = values
	t.last = max(t.last, id)
}

func (t *table) remove(id int64) bool {
	at, ok := slices.BinarySearch(t.ids, id)
	if ok {
		t.ids = slices.Delete(t.ids, at, at+1)
		delete(t.rows, id)
	}
	return ok
}

// add inserts a row with these columns and the defaults of the others.
func (t *table) add(fields row) row {
	values := t.resource.defaults()
	t.assign(values, fields)
	if _, ok := values["id"]; !ok {
		values["id"] = t.next()
	}
	t.insert(values)
	return values
}

// assign copies fields into a row, each as the type of its column. It panics if a column does not
// exist, because that is a mistake in the test.
func (t *table) assign(values, fields row) {
	for name, v := range fields {
		k := reference
		if name != "id" {
			f := t.resource.field(name)
			if f == nil {
				panic(fmt.Sprintf("acsmontest: %s have no column %q", t.resource.kind, name))
			}
			k = f.kind
		}
		values[name] = stored(k, v)
	}
}

// stored converts a value to the type of its column. A value that does not fit stays as it is, so
// that a test can make a server that sends nonsense.
func stored(k kind, v any) any {
	v = clone(v)
	switch {
	case k == reference:
		if n, ok := whole(v); ok {
			return int64(n)
		}
	case k == integer:
		if n, ok := whole(v); ok {
			return n
		}
	case k == number:
		if n, ok := whole(v); ok {
			return float64(n)
		}
	case k == scalar:
		switch v.(type) {
		case int, int64, float64:
			return fmt.Sprint(v)
		}
	case k == moment:
		if t, ok := v.(time.Time); ok {
			return t.UTC().Format(timeLayout)
		}
	case k == words:
		if list, ok := v.([]any); ok {
			return convert(list, func(v any) string { s, _ := v.(string); return s })
		}
	case k == ids:
		if list, ok := v.([]any); ok {
			return convert(list, func(v any) int64 { n, _ := whole(v); return int64(n) })
		}
		if list, ok := v.([]int); ok {
			return convert(list, func(n int) int64 { return int64(n) })
		}
	}
	return v
}

func convert[From, To any](list []From, f func(From) To) []To {
	out := make([]To, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}

// whole returns a whole number of any Go or JSON type as an int.
func whole(v any) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case int64:
		return int(v), true
	case float64:
		return int(v), v == float64(int(v))
	case json.Number:
		n, err := v.Int64()
		return int(n), err == nil
	}
	return 0, false
}

// clone is a deep copy of the value of a column; JSON numbers become int or float64.
func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[key] = clone(value)
		}
		return out
	case []any:
		return convert(v, clone)
	case []string:
		return slices.Clone(v)
	case []int64:
		return slices.Clone(v)
	case json.Number:
		if n, ok := whole(v); ok && !strings.ContainsAny(string(v), ".eE") {
			return n
		}
		f, _ := v.Float64()
		return f
	}
	return v
}

func typeName(v any) string { return fmt.Sprintf("%T", v) }

// Kinds returns the names that Add, Row, Rows, Set and Remove take.
func Kinds() []string { return slices.Sorted(maps.Keys(resourceOf)) }

func (s *Server) table(kind string) *table {
	t := s.tables[kind]
	if t == nil {
		panic(fmt.Sprintf("acsmontest: no kind %q, only %s", kind, strings.Join(Kinds(), ", ")))
	}
	return t
}

// Add stores a row as if it had always been there, without validation, audit log and licence cap,
// and returns its id. Columns that fields lacks get their defaults. If fields names no id, the row
// gets the next one.
func (s *Server) Add(kind string, fields map[string]any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	return s.table(kind).add(fields)["id"].(int64)
}

// Row returns a copy of a row with its write-only columns, or nil if there is none.
func (s *Server) Row(kind string, id int64) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runDue()
	values := s.table(kind).row(id)
	if values == nil {
		return nil
	}
	return clone(values).(row)
}

// Rows returns copies of all rows of a kind, in the order of their ids.
func (s *Server) Rows(kind string) []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runDue()
	t := s.table(kind)
	rows := make([]map[string]any, 0, len(t.ids))
	for _, id := range t.ids {
		rows = append(rows, clone(t.row(id)).(row))
	}
	return rows
}

// Set changes columns of a row, as if somebody else had. It panics if there is no such row.
func (s *Server) Set(kind string, id int64, fields map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runDue()
	t := s.table(kind)
	values := t.edit(id)
	if values == nil {
		panic(fmt.Sprintf("acsmontest: %s have no id %d", kind, id))
	}
	t.assign(values, fields)
	s.version++
}

// Remove deletes a row, as if somebody else had. References to it become null.
func (s *Server) Remove(kind string, id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.table(kind).remove(id)
	s.version++
}
