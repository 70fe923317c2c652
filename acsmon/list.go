// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

const (
	// largePage is the page size that a server is asked for. A server may send smaller pages, and
	// states so in its response. A server that refuses this size is asked for cappedPage, which
	// every endpoint is assumed to allow.
	largePage, cappedPage = 200, 100
	// pagesAtOnce is how many pages are fetched at once after the first.
	pagesAtOnce = 10
	// maxPages is more than any install has. A total that would need more is refused.
	maxPages = 1_000_000
)

// Query selects and orders the rows of a list. The zero Query selects every row.
type Query struct {
	// Search is a free-text search in names and hosts.
	Search string
	// Sort is the field to sort by; with a leading "-" the order is descending.
	Sort string
	// Filter holds exact matches by field: {"status": "down"}. A server may ignore a field that it
	// does not know.
	Filter map[string]string
	// PerPage is the page size. If it is 0, it is that of WithPageSizes, else 200, or 100 if the
	// server refuses 200.
	PerPage int
	// Page is the first page to fetch; 0 is the first of the list.
	Page int
	// Params holds further parameters of an endpoint.
	Params map[string]string
	// Pages counts the pages that are fetched, if it is not nil.
	Pages *int
}

func (q Query) values() url.Values {
	v := url.Values{}
	for name, value := range q.Params {
		v.Set(name, value)
	}
	for field, value := range q.Filter {
		v.Set("filter["+field+"]", value)
	}
	if q.Search != "" {
		v.Set("search", q.Search)
	}
	if q.Sort != "" {
		v.Set("sort", q.Sort)
	}
	if q.PerPage > 0 {
		v.Set("per_page", strconv.Itoa(q.PerPage))
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	return v
}

// sized gives a query that asks for no page size the one that is known of the list.
func (c *Client) sized(path string, query Query) Query {
	if query.PerPage <= 0 {
		query.PerPage = c.pageSizes[path]
	}
	return query
}

// walk yields every row of a list once, as the type T.
func walk[T any](ctx context.Context, c *Client, path, permission string, query Query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for object, err := range c.rows(ctx, path, permission, query) {
			var row T
			if err == nil {
				if row, err = decodeRow[T](object); err != nil {
					err = listFault(path, err.Error())
				}
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// rows yields every row of a list once.
//
// After the first page, pages are fetched several at a time, once the caller has come to the end of
// the first. Rows can move between pages during that time: repeated ids are dropped, and if the
// walk saw fewer rows than the server counts, or if the count changed, the list is read a second
// time for the rows that were missed.
func (c *Client) rows(ctx context.Context, path, permission string, query Query) iter.Seq2[Fields, error] {
	return func(yield func(Fields, error) bool) {
		w := c.newWalker(path, permission, query)
		w.pagesRead = query.Pages
		for range 2 {
			done, err := w.pass(ctx, yield)
			if err != nil {
				yield(nil, err)
				return
			}
			if done {
				return
			}
		}
		e := listFault(w.path, fmt.Sprintf("%v, twice (%d rows came, %s)", ErrListChanged, w.rows, w.counted()))
		e.Reason, e.Err = ReasonListChanged, ErrListChanged
		yield(nil, e)
	}
}

// walker does one walk: at most two passes over the list.
type walker struct {
	client     *Client
	path       string
	permission string
	values     url.Values
	start      int
	seen       idSet // the ids that were yielded
	rows       int   // how many rows were yielded
	total      int   // what the server last counted; -1: it does not count
	pagesRead  *int  // counts the pages, if it is not nil
	bytes      atomic.Int64
	anonymous  bool // some rows have no id and cannot be told apart
}

// maxIdlePages is how many pages in a row may bring nothing new before the walk is taken for a
// loop. Where rows move, a small page can repeat the one before.
const maxIdlePages = 2

// pass reads the list from its first page to its last and yields the rows that are new. It is done
// if no row can have been missed, or if the caller wants no more.
func (w *walker) pass(ctx context.Context, yield func(Fields, error) bool) (done bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	first, err := w.firstPage(ctx)
	if err != nil {
		return false, err
	}
	w.total = first.total
	seen, pages, steady := passed{ids: idSet{}}, 0, true
	for p, err := range w.pages(ctx, first) {
		if err != nil {
			return false, err
		}
		if w.pagesRead != nil {
			*w.pagesRead++
		}
		if pages++; w.endless(first, pages) {
			return false, listFault(w.path, fmt.Sprintf("its pages go on after the %d that it announced", first.lastPage()))
		}
		if p.total != w.total {
			steady, w.total = false, p.total
		}
		if enough, err := w.take(p, &seen, yield); err != nil || enough {
			return enough, err
		}
	}
	if w.start > 1 || w.anonymous {
		return true, nil
	}
	if w.total < 0 { // only a repeated row shows that rows moved
		return !seen.repeated, nil
	}
	return steady && w.rows >= w.total, nil
}

// passed is what one pass has seen.
type passed struct {
	ids      idSet
	repeated bool // a row came twice
	idle     int  // pages in a row that brought nothing new
}

// take yields the new rows of a page. It returns true if the caller wants no more.
func (w *walker) take(p page, seen *passed, yield func(Fields, error) bool) (enough bool, err error) {
	seen.idle++
	for _, row := range p.rows {
		id := row.ID()
		w.anonymous = w.anonymous || id == 0
		if id == 0 || seen.ids.add(id) {
			seen.idle = 0
		} else {
			seen.repeated = true
		}
		if id != 0 && !w.seen.add(id) {
			continue
		}
		if w.rows++; w.rows > w.client.maxRows {
			return false, tooMuch(w.path, fmt.Sprintf("it has more than %d rows", w.client.maxRows))
		}
		if !yield(row, nil) {
			return true, nil
		}
	}
	if seen.idle > maxIdlePages {
		return false, listFault(w.path, "its pages repeat each other")
	}
	return false, nil
}

// counted says how many rows the server counts.
func (w *walker) counted() string {
	if w.total < 0 {
		return "the server does not count them"
	}
	return fmt.Sprintf("the server counts %d", w.total)
}

// endless reports whether there are far more pages than were announced. A list may grow during the
// walk, but not without end.
func (w *walker) endless(first page, pages int) bool {
	announced := first.lastPage()
	return announced > 0 && pages > 2*announced+10
}

func tooMuch(path, message string) *Error {
	e := listFault(path, message)
	e.Reason = ReasonTooMuch
	return e
}

func (c *Client) newWalker(path, permission string, query Query) *walker {
	w := &walker{client: c, path: path, permission: permission, values: c.sized(path, query).values(), start: max(query.Page, 1), seen: idSet{}}
	w.setPageSize(query)
	return w
}

// setPageSize asks for large pages if the query names no size. A query that begins at a later page
// counts in pages of cappedPage.
func (w *walker) setPageSize(query Query) {
	switch {
	case w.values.Has("per_page"):
	case query.Page > 1:
		w.values.Set("per_page", strconv.Itoa(cappedPage))
	default:
		w.values.Set("per_page", strconv.FormatInt(w.client.pageSize.Load(), 10))
	}
}

// firstPage fetches the first page. If the server refuses the page size, it tries a smaller one,
// and then none.
func (w *walker) firstPage(ctx context.Context) (page, error) {
	p, err := w.fetch(ctx, w.values)
	if refusesPerPage(err) && w.values.Get("per_page") == strconv.Itoa(largePage) {
		w.values.Set("per_page", strconv.Itoa(cappedPage))
		if p, err = w.fetch(ctx, w.values); err == nil {
			w.client.capPages()
		}
	}
	if !refusesPerPage(err) {
		return p, err
	}
	w.values.Del("per_page")
	return w.fetch(ctx, w.values)
}

// capPages records that the server refuses large pages.
func (c *Client) capPages() {
	if c.pageSize.Swap(cappedPage) != cappedPage {
		c.pagesCapped()
	}
}

func refusesPerPage(err error) bool {
	var e *Error
	if !errors.As(err, &e) || !IsQueryRefused(err) {
		return false
	}
	return e.Fields["per_page"] != nil || strings.Contains(strings.ReplaceAll(e.Message, " ", "_"), "per_page")
}

// pages yields the pages of one pass in order, beginning with first.
func (w *walker) pages(ctx context.Context, first page) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		switch {
		case !yield(first, nil):
		case first.silent() && w.mayBeCut(first):
			w.probe(ctx, first, yield)
		case !first.more():
		case first.lastPage() > 0:
			w.ahead(ctx, first.lastPage(), yield)
		default:
			w.follow(ctx, first, yield)
		}
	}
}

// usualSizes are the page sizes that a server may have without saying so.
var usualSizes = []int{10, 15, 20, 25, 30, 50, 100, 200, 250, 500, 1000}

// mayBeCut reports whether a page is exactly as long as a page may be: as was asked for, or as
// servers usually have it.
func (w *walker) mayBeCut(p page) bool {
	return w.values.Get("per_page") == strconv.Itoa(len(p.rows)) || slices.Contains(usualSizes, len(p.rows))
}

// probe asks for the pages after the first of a server that does not say whether there are any, as
// long as they are full. A server that has no pages sends the first again, sends none, or refuses
// the question.
func (w *walker) probe(ctx context.Context, first page, yield func(page, error) bool) {
	size, before := len(first.rows), first
	for number := w.start + 1; ; number++ {
		p, err := w.fetchNumber(ctx, number)
		if IsQueryRefused(err) || IsNotFound(err) || err == nil && (len(p.rows) == 0 || begins(p, before) || begins(p, first)) {
			return
		}
		if !yield(p, err) || err != nil || len(p.rows) < size {
			return
		}
		before = p
	}
}

// begins reports whether a page begins with the row that another one begins with.
func begins(p, other page) bool {
	a, b := p.rows[0], other.rows[0]
	return a.ID() != 0 && a.ID() == b.ID() || reflect.DeepEqual(a, b)
}

// ahead fetches the pages up to last, several at once.
func (w *walker) ahead(ctx context.Context, last int, yield func(page, error) bool) {
	if last > maxPages {
		yield(page{}, listFault(w.path, fmt.Sprintf("the server counts %d pages, which is impossible", last)))
		return
	}
	type result struct {
		page page
		err  error
	}
	window := make([]chan result, 0, pagesAtOnce)
	for next := w.start + 1; next <= last || len(window) > 0; {
		for ; next <= last && len(window) < pagesAtOnce; next++ {
			response := make(chan result, 1)
			window = append(window, response)
			go func(number int) {
				p, err := w.fetchNumber(ctx, number)
				response <- result{p, err}
			}(next)
		}
		r := <-window[0]
		window = window[1:]
		if !yield(r.page, r.err) || r.err != nil || len(r.page.rows) == 0 {
			return
		}
		if len(window) == 0 && next > last && r.page.more() { // the list grew
			last = min(max(last, r.page.lastPage()), maxPages)
		}
	}
}

func (w *walker) fetchNumber(ctx context.Context, number int) (page, error) {
	values := maps.Clone(w.values)
	values.Set("page", strconv.Itoa(number))
	p, err := w.fetch(ctx, values)
	if err == nil && p.number != 0 && p.number != number {
		return page{}, listFault(w.path, fmt.Sprintf("page %d was requested, but page %d came", number, p.number))
	}
	return p, err
}

// follow goes from page to page if the server does not say how many there are.
func (w *walker) follow(ctx context.Context, p page, yield func(page, error) bool) {
	asked := map[string]bool{}
	for p.more() {
		values := maps.Clone(w.values)
		maps.Copy(values, p.next)
		if at := values.Encode(); asked[at] {
			yield(page{}, listFault(w.path, "its pages repeat each other"))
			return
		} else {
			asked[at] = true
		}
		var err error
		if p, err = w.fetch(ctx, values); !yield(p, err) || err != nil {
			return
		}
	}
}

func (w *walker) fetch(ctx context.Context, values url.Values) (page, error) {
	var p page
	err := w.client.do(ctx, request{
		method: http.MethodGet, path: w.path, query: values, permission: w.permission,
		decode: func(body []byte) (err error) {
			w.bytes.Add(int64(len(body)))
			p, err = decodePage(body)
			return err
		},
	})
	if err != nil {
		return page{}, err
	}
	if w.bytes.Load() > w.client.maxBytes {
		return page{}, tooMuch(w.path, fmt.Sprintf("its responses are larger than %d MiB", w.client.maxBytes>>20))
	}
	if host := p.nextHost; host != "" && !strings.EqualFold(host, w.client.base.Hostname()) {
		// Links are made from the Host that a proxy passes on. Only their query matters here.
		w.client.noticeOnce(fmt.Sprintf(
			"the server links to itself as %q: its lists are read from %s all the same", clean(w.client.redact(host)), w.client.base.Host))
	}
	return p, nil
}

// listFault is the error for a list whose responses came but cannot be used.
func listFault(path, message string) *Error {
	return &Error{Status: http.StatusOK, Method: http.MethodGet, Path: path, Message: message}
}

// idSet is a set of ids that takes little memory if they lie close together: each word holds 64
// neighbours.
type idSet map[int64]uint64

// add puts id into the set and reports whether it is new there.
func (s idSet) add(id int64) bool {
	word, bit := id>>6, uint64(1)<<(id&63)
	if s[word]&bit != 0 {
		return false
	}
	s[word] |= bit
	return true
}
