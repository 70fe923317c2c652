// SPDX-License-Identifier: MIT

package acsmontest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// paging is the part of a list that a query asks for: the rows from this one (the first is 0) up
// to, but not including, the row to.
type paging struct{ from, to, total, current, size int }

// paging parses page and per_page, or the cursor, for a list of total rows.
func (c *call) paging(total int) (paging, *response) {
	size, _ := strconv.Atoi(c.last("per_page"))
	if size < 1 {
		size = perPageDefault
	}
	if limit := c.s.alt.PerPageCap; size > limit {
		if c.s.alt.PerPage == "422" {
			return paging{}, c.invalid([]fault422{{"per_page", fmt.Sprintf("The per page field must not be greater than %d.", limit)}})
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
	return paging{from, min(from+size, total), total, current, size}, nil
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

// rows encodes the rows of a page, each by show.
func (c *call) rows(p paging, show func(e *encoder, i int)) raw {
	e := encoder{alt: &c.s.alt, buf: make([]byte, 0, 512*(p.to-p.from)+2), listed: true}
	e.buf = append(e.buf, '[')
	for i := p.from; i < p.to; i++ {
		if i > p.from {
			e.buf = append(e.buf, ',')
		}
		show(&e, i)
	}
	e.buf = append(e.buf, ']')
	return raw(e.buf)
}

// envelope is what every form of a page is made of. What may be null is any.
type envelope struct {
	c                    *call
	rows                 raw
	current, last, total int
	perPage, from, to    any
	previous, next       any // URLs
}

// envelope answers with the rows of a page in the form that the alternatives ask for.
func (c *call) envelope(p paging, rows raw) *response {
	e := envelope{c: c, rows: rows, current: p.current, last: max(1, (p.total+p.size-1)/p.size), total: p.total, perPage: p.size}
	if c.s.alt.Numbers == "strings" { // Laravel shows what the query said
		e.perPage = strconv.Itoa(p.size)
	}
	if p.to > p.from {
		e.from, e.to = p.from+1, p.to
	}
	e.next = e.url(e.current + 1)
	if e.current > 1 { // even for a page after the last one
		e.previous = c.pageURL(e.current - 1)
	}
	return c.answer(http.StatusOK, e.form(c.s.alt.Envelope, p))
}

// url is that of a page, or null if there is no such page.
func (e envelope) url(page int) any {
	if page < 1 || page > e.last {
		return nil
	}
	return e.c.pageURL(page)
}

func (e envelope) form(name string, p paging) object {
	switch name {
	case "simple":
		return e.simple()
	case "collection":
		return e.collection()
	case "cursor":
		return e.cursor(p)
	case "paginator":
		return e.paginator()
	}
	meta := object{{"current_page", e.current}, {"from", e.from}, {"to", e.to}, {"per_page", e.perPage}, {"total", e.total}}
	if name == "last-page" {
		meta = append(meta, member{"last_page", e.last})
	}
	o := object{{"data", e.rows}, e.links(), {"meta", meta}, {"next_page_url", e.next}}
	if name == "last-page-top" {
		o = append(o, member{"current_page", e.current}, member{"last_page", e.last}, member{"per_page", e.perPage}, member{"total", e.total})
	}
	return o
}

func (e envelope) links() member {
	return member{"links", object{{"first", e.url(1)}, {"last", e.url(e.last)}, {"prev", e.previous}, {"next", e.next}}}
}

// simple is Laravel's simple paginator, which does not count.
func (e envelope) simple() object {
	return object{
		{"data", e.rows},
		{"links", object{{"first", e.c.pageURL(1)}, {"last", nil}, {"prev", e.previous}, {"next", e.next}}},
		{"meta", object{{"current_page", e.current}, {"from", e.from}, {"path", e.c.listURL()}, {"per_page", e.perPage}, {"to", e.to}}},
	}
}

// collection is a paginator within a Laravel resource collection.
func (e envelope) collection() object {
	return object{{"data", e.rows}, e.links(), {"meta", object{
		{"current_page", e.current}, {"from", e.from}, {"last_page", e.last}, {"links", e.pageLinks()},
		{"path", e.c.listURL()}, {"per_page", e.perPage}, {"to", e.to}, {"total", e.total},
	}}}
}

// paginator is a bare Laravel paginator.
func (e envelope) paginator() object {
	return object{
		{"current_page", e.current}, {"data", e.rows}, {"first_page_url", e.url(1)}, {"from", e.from},
		{"last_page", e.last}, {"last_page_url", e.url(e.last)}, {"links", e.pageLinks()},
		{"next_page_url", e.next}, {"path", e.c.listURL()}, {"per_page", e.perPage},
		{"prev_page_url", e.previous}, {"to", e.to}, {"total", e.total},
	}
}

// cursor is a page that is told from others by an opaque cursor alone.
func (e envelope) cursor(p paging) object {
	link := func(there bool, page int) any {
		if !there {
			return nil
		}
		return e.c.linkTo("cursor", base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"page":%d}`, page)))
	}
	return object{
		{"data", e.rows},
		{"links", object{{"first", nil}, {"last", nil}, {"prev", link(p.from > 0, e.current-1)}, {"next", link(p.to < e.total, e.current+1)}}},
		{"meta", object{{"path", e.c.listURL()}, {"per_page", e.perPage}}},
	}
}

// pageLinks are the numbered links of a page. Like Laravel's, they leave out the middle of a long
// list.
func (e envelope) pageLinks() []object {
	links := []object{{{"url", e.previous}, {"label", "&laquo; Previous"}, {"active", false}}}
	gap := false
	for n := 1; n <= e.last; n++ {
		if n > 2 && n < e.last-1 && (n < e.current-3 || n > e.current+3) {
			if !gap {
				links = append(links, object{{"url", nil}, {"label", "..."}, {"active", false}})
				gap = true
			}
			if n < e.current-3 {
				n = e.current - 4
			} else {
				n = e.last - 2
			}
			continue
		}
		gap = false
		links = append(links, object{{"url", e.url(n)}, {"label", strconv.Itoa(n)}, {"active", n == e.current}})
	}
	return append(links, object{{"url", e.url(e.current + 1)}, {"label", "Next &raquo;"}, {"active", false}})
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
