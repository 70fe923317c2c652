// SPDX-License-Identifier: MIT

package acsmontest

import (
	"slices"
	"strings"
)

// A resource declares one kind of row: where the API serves it, who may see and change it, which
// columns it has and which rules they follow.
type resource struct {
	kind  string // the name in the state API, and the table's
	model string // Laravel's name for it, as in "No query results for model [App\Models\Monitor] 7"

	// list and item are the paths below /api/v1; an empty one is not served. A placeholder other
	// than {id} makes the resource nested: it is a column in which its rows have the value from the
	// path.
	list, item string

	// If a slug is empty, the route does not exist.
	view, create, edit, remove string

	fields []field
	search []string // the columns that a search looks at; a reference counts with the name that it shows

	listed   bool                                  // there is no GET of a single row
	licensed bool                                  // counts towards the licence cap
	scope    func(s *Server, values row) bool      // which rows of a shared table belong to this resource; nil means all
	results  func(s *Server, values row) []object  // what a single read shows as results; nil means nothing
	nested   string                                // the kind of the nested rows that a single read shows
	input    func(c *call, input row) row          // turns what is written into columns; nil leaves it as it is
	rules    func(c *call, columns row) []fault422 // rules beyond those of the fields; nil means none
	shown    func(s *Server, values row) object    // what each read shows beside the columns; nil means nothing
}

// row is one stored row: values by the name of their column.
type row = map[string]any

// A kind is the type of the values of a column.
type kind int

const (
	text      kind = iota // string
	integer               // int
	number                // float64
	boolean               // bool
	moment                // string in timeLayout, or nil
	scalar                // string, written as a string or a number
	document              // map[string]any, written as a whole
	words                 // []string
	reference             // int64, the id of a row of another kind, or nil
	ids                   // []int64, ids of rows of another kind
)

// A field declares one column.
type field struct {
	name string
	kind kind
	def  any        // the value if none is given
	make func() any // makes that value, if each row has its own

	// How it is written. A field that is not writable is ignored in a body.
	writable bool
	required bool
	choices  []string // the only values that a text may have
	min, max int      // the bounds of an integer, if max is not 0; max is also the longest length of a text
	format   string   // "ip", "email", "url": what a text must look like
	keys     []string // the keys of a document that have a rule of their own
	toggled  bool     // whether Alternatives.Switches applies
	kept     bool     // an update that leaves it out never resets it

	// How it is shown.
	secret bool // write-only
	hidden bool // only the resource's function shown shows it
	detail bool // left out of sparse lists
	extra  bool // not in the shape that the official client documents

	// A reference: to which kind, and the object it is shown as.
	to   string
	as   string   // the name of the object; empty means that the column itself is shown
	show []string // the members of the object
	dual bool     // whether Alternatives.References applies
}

// fallback returns the default of the field, as a copy that the caller may change.
func (f *field) fallback() any {
	switch {
	case f.make != nil:
		return f.make()
	case f.def != nil:
		return clone(f.def)
	}
	switch f.kind {
	case document:
		return map[string]any{}
	case words:
		return []string{}
	case ids:
		return []int64{}
	}
	return nil
}

// plain reports whether a list can be filtered and sorted by the column.
func (f *field) plain() bool {
	return !f.secret && f.kind != document && f.kind != words && f.kind != ids
}

func (r *resource) field(name string) *field {
	for i := range r.fields {
		if r.fields[i].name == name {
			return &r.fields[i]
		}
	}
	return nil
}

// defaults is a row for which nothing was given.
func (r *resource) defaults() row {
	values := make(row, len(r.fields)+1)
	for i := range r.fields {
		values[r.fields[i].name] = r.fields[i].fallback()
	}
	return values
}

// parents are the columns whose values the path of the list has.
func (r *resource) parents() []string {
	var columns []string
	for _, segment := range strings.Split(r.list, "/") {
		if column, ok := strings.CutPrefix(segment, "{"); ok {
			columns = append(columns, strings.TrimSuffix(column, "}"))
		}
	}
	return columns
}

// has reports whether a row is one of this resource. A row of a nested resource must be below the
// parent that the path names.
func (r *resource) has(s *Server, values row, path params) bool {
	for column, id := range path {
		if column != "id" && s.lookup(r, column, values) != any(id) {
			return false
		}
	}
	return r.scope == nil || r.scope(s, values)
}

// keyOf is the key under which a field is taken.
func (s *Server) keyOf(f *field) string {
	if f.kind == ids && f.to == "alert-channels" && s.alt.Channels == "channels" {
		return "channels"
	}
	return f.name
}

// label is the name of a field as Laravel's messages spell it.
func (f *field) label() string { return strings.ReplaceAll(f.name, "_", " ") }

// lookup returns the value of a column as the API sees it: a reference to a removed row is null.
func (s *Server) lookup(r *resource, column string, values row) any {
	v := values[column]
	id, ok := v.(int64)
	if !ok {
		return v
	}
	if f := r.field(column); f != nil && f.kind == reference && s.tables[f.to].row(id) == nil {
		return nil
	}
	return v
}

// show appends a row to the encoder's buffer, as a list shows it or as a single read does.
func (s *Server) show(e *encoder, r *resource, values row, single bool) {
	e.buf = append(e.buf, `{"id":`...)
	e.column(integer, values["id"])
	for i := range r.fields {
		f := &r.fields[i]
		if f.secret || f.hidden ||
			f.extra && s.alt.Shapes == "documented" ||
			f.detail && !single && s.alt.ListRows == "sparse" {
			continue
		}
		s.showField(e, r, f, values)
	}
	if r.shown != nil {
		for _, m := range r.shown(s, values) {
			e.buf = append(e.buf, ',')
			e.key(m.key)
			e.value(m.value)
		}
	}
	if single && r.results != nil {
		e.buf = append(e.buf, `,"results":`...)
		encodeList(e, r.results(s, values), e.columns)
	}
	if single && r.nested != "" {
		s.showNested(e, resourceOf[r.nested], values["id"])
	}
	e.buf = append(e.buf, '}')
}

// showField appends a field of a row, with its key.
func (s *Server) showField(e *encoder, r *resource, f *field, values row) {
	v := s.lookup(r, f.name, values)
	if f.kind == ids && e.loaded != nil {
		v = e.loaded[f.name]
	}
	if v == nil && s.alt.Nulls == "left-out" {
		return
	}
	if key := s.keyOf(f); key != f.name {
		e.buf = append(e.buf, ',')
		e.key(key)
		e.value(s.named(f.to, v))
		return
	}
	if f.kind != reference || f.as == "" || f.dual && s.alt.References != "objects" {
		e.buf = append(e.buf, ',')
		e.key(f.name)
		e.column(f.kind, v)
	}
	if f.kind == reference && f.as != "" && !(f.dual && s.alt.References == "ids") {
		e.buf = append(e.buf, ',')
		e.key(f.as)
		if e.loaded != nil {
			v = s.lookup(r, f.name, e.loaded)
		}
		s.embed(e, f, v)
	}
}

// showNested appends the rows of a kind that are nested below one row.
func (s *Server) showNested(e *encoder, r *resource, parent any) {
	e.buf = append(e.buf, ',')
	e.key(r.kind)
	t := s.tables[r.kind]
	under := slices.DeleteFunc(slices.Clone(t.ids), func(id int64) bool { return t.row(id)[r.parent()] != parent })
	encodeList(e, under, func(id int64) { s.show(e, r, t.row(id), false) })
}

// parent is the column that holds the id of the row above a nested one.
func (r *resource) parent() string {
	_, rest, _ := strings.Cut(r.list, "{")
	column, _, _ := strings.Cut(rest, "}")
	return column
}

// embed appends the object as which a reference is shown.
func (s *Server) embed(e *encoder, f *field, v any) {
	id, ok := v.(int64)
	if !ok {
		e.value(nil)
		return
	}
	target := s.tables[f.to]
	values := target.row(id)
	e.buf = append(e.buf, `{"id":`...)
	e.column(integer, id)
	for _, name := range f.show {
		e.buf = append(e.buf, ',')
		e.key(name)
		e.column(target.resource.field(name).kind, values[name])
	}
	e.buf = append(e.buf, '}')
}
