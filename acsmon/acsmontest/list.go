// SPDX-License-Identifier: MIT

package acsmontest

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// perPageDefault is the page size if the query names none.
const perPageDefault = 50

// keepSelections is how many filtered or sorted lists are remembered until the state changes, so
// that a walk does not select the rows anew for each page.
const keepSelections = 32

// A page is the part of a list that was sent.
type page struct {
	kind string
	ids  []int64
}

// serveList is GET on a resource's list.
func (r *resource) serveList(c *call) *response {
	if reply := c.parents(r); reply != nil {
		return reply
	}
	if reply := c.forbidden(); reply != nil {
		return reply
	}
	selection, failed := c.selection(r)
	if failed != nil {
		return failed
	}
	found := c.s.find(r, c.path, selection)
	p, failed := c.paging(len(found))
	if failed != nil {
		return failed
	}
	table := c.s.tables[r.kind]
	reply := c.envelope(p, c.rows(p, func(e *encoder, i int) { c.s.show(e, r, table.row(found[i]), false) }))
	reply.page = &page{r.kind, slices.Clone(found[p.from:p.to])}
	return reply
}

// A selection is what the query of a list asks for.
type selection struct {
	search  string
	filters []filter
	sort    *field // nil means by id
	down    bool
}

type filter struct {
	field *field
	value string
}

// selection parses the query. What is unknown is ignored or refused.
func (c *call) selection(r *resource) (selection, *response) {
	sel := selection{search: strings.ToLower(c.last("search"))}
	for _, name := range sortedKeys(c.query) {
		column, ok := strings.CutPrefix(name, "filter[")
		value := c.last(name)
		if !ok || !strings.HasSuffix(column, "]") || value == "" {
			continue
		}
		column = strings.TrimSuffix(column, "]")
		f := known(r, column, c.s.alt.FilterFields)
		if f == nil {
			if reply := c.unknown("filter", name, column); reply != nil {
				return sel, reply
			}
			continue
		}
		sel.filters = append(sel.filters, filter{f, value})
	}
	if column := c.last("sort"); column != "" {
		column, sel.down = strings.CutPrefix(column, "-")
		if sel.sort = known(r, column, c.s.alt.SortFields); sel.sort == nil {
			if reply := c.unknown("sort", "sort", column); reply != nil {
				return sel, reply
			}
			sel.down = false
		}
	}
	return sel, nil
}

// last returns a query parameter as PHP reads it: trimmed, and the last one if there are several of
// a name.
func (c *call) last(name string) string {
	values := c.query[name]
	if len(values) == 0 {
		return ""
	}
	return strings.TrimSpace(values[len(values)-1])
}

var idField = field{name: "id", kind: integer}

// known returns the plain column of that name, if the list can select by it.
func known(r *resource, column string, only []string) *field {
	f := r.field(column)
	if column == "id" {
		f = &idField
	}
	if f == nil || !f.plain() || only != nil && !slices.Contains(only, column) {
		return nil
	}
	return f
}

// unknown refuses a filter or sort, or ignores it.
func (c *call) unknown(what, parameter, column string) *response {
	switch c.s.alt.Unknown {
	case "400":
		return c.fail(http.StatusBadRequest, "Requested %s(s) `%s` are not allowed.", what, column)
	case "422":
		return c.invalid([]fault422{{parameter, fmt.Sprintf("The selected %s is invalid.", parameter)}})
	}
	return nil
}

// find returns the ids of the selected rows, in order.
func (s *Server) find(r *resource, path params, sel selection) []int64 {
	t := s.tables[r.kind]
	if sel.search == "" && sel.filters == nil && sel.sort == nil && !sel.down && path == nil && (r.scope == nil || s.alt.Events == "apart") {
		return t.ids
	}
	if s.found == nil || s.foundAt != s.version || len(s.found) > keepSelections {
		s.found, s.foundAt = map[string][]int64{}, s.version
	}
	key := fmt.Sprintf("%s %v %q", r.kind, path, sel.search)
	if sel.sort != nil {
		key += fmt.Sprint(" by ", sel.sort.name, sel.down)
	}
	for _, f := range sel.filters {
		key += "\x00" + f.field.name + "\x00" + f.value
	}
	if found, ok := s.found[key]; ok {
		return found
	}
	var found []int64
	for _, id := range t.ids {
		values := t.row(id)
		if r.has(s, values, path) && s.selects(r, sel, values) {
			found = append(found, id)
		}
	}
	if sel.sort != nil {
		s.sort(t, found, sel)
	}
	s.found[key] = found
	return found
}

// selects reports whether a row passes the search and all filters.
func (s *Server) selects(r *resource, sel selection, values row) bool {
	for _, f := range sel.filters {
		if !equals(f, s.lookup(r, f.field.name, values)) {
			return false
		}
	}
	return sel.search == "" || s.mentions(r, sel.search, values)
}

// equals is a filter's exact match.
func equals(f filter, v any) bool {
	switch v := v.(type) {
	case string:
		return v == f.value
	case bool:
		return f.value == strconv.Itoa(btoi(v)) || f.value == strconv.FormatBool(v)
	case nil:
		return false
	default:
		return fmt.Sprint(v) == f.value
	}
}

// mentions is the free-text search.
func (s *Server) mentions(r *resource, text string, values row) bool {
	if s.alt.Search == "ignored" {
		return true
	}
	for _, name := range r.search {
		v := s.lookup(r, name, values)
		if id, ok := v.(int64); ok {
			v = s.tables[r.field(name).to].row(id)["name"]
		}
		if word, ok := v.(string); ok && strings.Contains(strings.ToLower(word), text) {
			return true
		}
	}
	if s.alt.Search == "tags" {
		tags, _ := values["tags"].([]string)
		return slices.ContainsFunc(tags, func(tag string) bool { return strings.Contains(strings.ToLower(tag), text) })
	}
	return false
}

// sort orders ids by a column; rows that are alike stay in id order.
func (s *Server) sort(t *table, ids []int64, sel selection) {
	keys := make(map[int64]any, len(ids))
	for _, id := range ids {
		keys[id] = s.lookup(t.resource, sel.sort.name, t.row(id))
	}
	slices.SortStableFunc(ids, func(a, b int64) int {
		if sel.down {
			a, b = b, a
		}
		return compare(keys[a], keys[b])
	})
}

// compare orders two values of a column as PostgreSQL does: null last, texts
// without regard to case.
func compare(a, b any) int {
	if a == nil || b == nil {
		return btoi(a == nil) - btoi(b == nil)
	}
	switch a := a.(type) {
	case string:
		if b, ok := b.(string); ok {
			return strings.Compare(strings.ToLower(a), strings.ToLower(b))
		}
	case bool:
		if b, ok := b.(bool); ok {
			return btoi(a) - btoi(b)
		}
	}
	return cmp.Compare(float(a), float(b))
}

func float(v any) float64 {
	switch v := v.(type) {
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return 0
}

func sortedKeys(v url.Values) []string {
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
