// SPDX-License-Identifier: MIT

package acsmontest

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// perPageDefault is the page size where the query names none.
const perPageDefault = 50

// keepSelections is how many filtered or sorted lists are remembered between
// two changes of the state, so that walking one does not select it anew for
// each page.
const keepSelections = 32

// A page is what part of a list was served.
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
	l, failed := c.listing(len(found))
	if failed != nil {
		return failed
	}
	table := c.s.tables[r.kind]
	reply := c.envelope(l, c.rows(l, func(e *encoder, i int) { c.s.show(e, r, table.row(found[i]), false) }))
	reply.page = &page{r.kind, slices.Clone(found[l.from:l.to])}
	return reply
}

// A selection is what a list's query asks for.
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

// selection reads the query. What is unknown is ignored or refused.
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

// last is a query parameter as PHP reads it: trimmed, the last one of a name.
func (c *call) last(name string) string {
	values := c.query[name]
	if len(values) == 0 {
		return ""
	}
	return strings.TrimSpace(values[len(values)-1])
}

var idField = field{name: "id", kind: integer}

// known is the plain column of that name, if the list can select by it.
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

// find gives the ids of the rows that are selected, in order.
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

// A listing is the part of a list that a query asks for: the rows from (from 0)
// up to, not including, to.
type listing struct{ from, to, total, current, size int }

// listing reads page and per_page, or the cursor, of a list of total rows.
func (c *call) listing(total int) (listing, *response) {
	size, _ := strconv.Atoi(c.last("per_page"))
	if size < 1 {
		size = perPageDefault
	}
	if limit := c.s.alt.PerPageCap; size > limit {
		if c.s.alt.PerPage == "422" {
			return listing{}, c.invalid([]fault422{{"per_page", fmt.Sprintf("The per page field must not be greater than %d.", limit)}})
		}
		size = limit
	}
	current, _ := strconv.Atoi(c.last("page"))
	current = max(current, 1)
	if c.s.alt.Envelope == "cursor" {
		current = c.cursorPage()
	}
	from := total
	if current-1 <= total/size { // else the product might overflow
		from = min((current-1)*size, total)
	}
	return listing{from, min(from+size, total), total, current, size}, nil
}

// cursorPage is the page that the query's cursor stands for.
func (c *call) cursorPage() int {
	text, _ := base64.RawURLEncoding.DecodeString(c.last("cursor"))
	var cursor struct{ Page int }
	if json.Unmarshal(text, &cursor) != nil {
		return 1
	}
	return max(cursor.Page, 1)
}

// cursorEnvelope answers with a page that is told from others by an opaque
// cursor alone.
func (c *call) cursorEnvelope(l listing, rows raw, perPage any) *response {
	link := func(there bool, page int) any {
		if !there {
			return nil
		}
		return c.linkTo("cursor", base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"page":%d}`, page)))
	}
	return c.answer(http.StatusOK, object{
		{"data", rows},
		{"links", object{{"first", nil}, {"last", nil}, {"prev", link(l.from > 0, l.current-1)}, {"next", link(l.to < l.total, l.current+1)}}},
		{"meta", object{{"path", c.listURL()}, {"per_page", perPage}}},
	})
}

// rows encodes the rows of a listing, each by show.
func (c *call) rows(l listing, show func(e *encoder, i int)) raw {
	e := encoder{alt: &c.s.alt, buf: make([]byte, 0, 512*(l.to-l.from)+2), listed: true}
	e.buf = append(e.buf, '[')
	for i := l.from; i < l.to; i++ {
		if i > l.from {
			e.buf = append(e.buf, ',')
		}
		show(&e, i)
	}
	e.buf = append(e.buf, ']')
	return raw(e.buf)
}

// envelope answers with the encoded rows of a page in the form that the alternatives
// ask for.
func (c *call) envelope(l listing, rows raw) *response {
	current, size, total := l.current, l.size, l.total
	last := max(1, (total+size-1)/size)
	at := func(n int) any {
		if n < 1 || n > last {
			return nil
		}
		return c.pageURL(n)
	}
	var first, final any
	if l.to > l.from {
		first, final = l.from+1, l.to
	}
	var perPage any = size
	if c.s.alt.Numbers == "strings" { // Laravel passes on what the query said
		perPage = strconv.Itoa(size)
	}
	next := at(current + 1)
	var prev any
	if current > 1 { // also of a page that is past the end
		prev = c.pageURL(current - 1)
	}
	switch c.s.alt.Envelope {
	case "simple":
		return c.answer(http.StatusOK, object{
			{"data", rows},
			{"links", object{{"first", c.pageURL(1)}, {"last", nil}, {"prev", prev}, {"next", next}}},
			{"meta", object{{"current_page", current}, {"from", first}, {"path", c.listURL()}, {"per_page", perPage}, {"to", final}}},
		})
	case "collection":
		return c.answer(http.StatusOK, object{
			{"data", rows},
			{"links", object{{"first", at(1)}, {"last", at(last)}, {"prev", prev}, {"next", next}}},
			{"meta", object{
				{"current_page", current}, {"from", first}, {"last_page", last}, {"links", c.pageLinks(current, last, prev, at)},
				{"path", c.listURL()}, {"per_page", perPage}, {"to", final}, {"total", total},
			}},
		})
	case "cursor":
		return c.cursorEnvelope(l, rows, perPage)
	case "paginator":
		return c.answer(http.StatusOK, object{
			{"current_page", current}, {"data", rows}, {"first_page_url", at(1)}, {"from", first},
			{"last_page", last}, {"last_page_url", at(last)}, {"links", c.pageLinks(current, last, prev, at)},
			{"next_page_url", next}, {"path", c.listURL()}, {"per_page", perPage},
			{"prev_page_url", prev}, {"to", final}, {"total", total},
		})
	}
	meta := object{{"current_page", current}, {"from", first}, {"to", final}, {"per_page", perPage}, {"total", total}}
	if c.s.alt.Envelope == "last-page" {
		meta = append(meta, member{"last_page", last})
	}
	envelope := object{
		{"data", rows},
		{"links", object{{"first", at(1)}, {"last", at(last)}, {"prev", prev}, {"next", next}}},
		{"meta", meta},
		{"next_page_url", next},
	}
	if c.s.alt.Envelope == "last-page-top" {
		envelope = append(envelope, member{"current_page", current}, member{"last_page", last}, member{"per_page", perPage}, member{"total", total})
	}
	return c.answer(http.StatusOK, envelope)
}

// pageLinks are the links of a bare paginator; like Laravel's, they leave out
// the middle of a long list.
func (c *call) pageLinks(current, last int, prev any, at func(int) any) []object {
	links := []object{{{"url", prev}, {"label", "&laquo; Previous"}, {"active", false}}}
	gap := false
	for n := 1; n <= last; n++ {
		if n > 2 && n < last-1 && (n < current-3 || n > current+3) {
			if !gap {
				links = append(links, object{{"url", nil}, {"label", "..."}, {"active", false}})
				gap = true
			}
			if n < current-3 {
				n = current - 4
			} else {
				n = last - 2
			}
			continue
		}
		gap = false
		links = append(links, object{{"url", at(n)}, {"label", strconv.Itoa(n)}, {"active", n == current}})
	}
	return append(links, object{{"url", at(current + 1)}, {"label", "Next &raquo;"}, {"active", false}})
}

func (c *call) listURL() string {
	path, _ := strings.CutPrefix(c.r.URL.EscapedPath(), c.s.options.Prefix)
	return c.base() + path
}

// pageURL is the URL of a page of the list that was asked for.
func (c *call) pageURL(n int) string { return c.linkTo("page", strconv.Itoa(n)) }

// linkTo is the URL of another part of the list that was asked for.
func (c *call) linkTo(parameter, value string) string {
	var query []string
	if c.s.alt.NextPage == "query" {
		for pair := range strings.SplitSeq(c.r.URL.RawQuery, "&") {
			name, text, _ := strings.Cut(pair, "=")
			if name != "" && name != parameter {
				query = append(query, reescaped(name)+"="+reescaped(text))
			}
		}
	}
	return c.listURL() + "?" + strings.Join(append(query, parameter+"="+reescaped(value)), "&")
}

// reescaped is a part of a query as Laravel writes it.
func reescaped(part string) string {
	text, err := url.QueryUnescape(part)
	if err != nil {
		return part
	}
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

func sortedKeys(v url.Values) []string {
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
