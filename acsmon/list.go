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
	"strconv"
	"strings"
)

const (
	// maxPerPage is the page size that the server is asked for: the assumed cap
	// of every endpoint. What the answer states is believed.
	maxPerPage = 100
	// pagesAtOnce is how many pages are under way at once after the first.
	pagesAtOnce = 6
	// maxPages refuses a total that no install has.
	maxPages = 1_000_000
)

// Query selects and orders the rows of a list. The zero Query is every row.
type Query struct {
	// Search is free text over name and host.
	Search string
	// Sort is a field to sort by; a leading "-" sorts downwards.
	Sort string
	// Filter holds exact matches by field: {"status": "down"}. A server may
	// ignore a field that it does not know.
	Filter map[string]string
	// PerPage is the page size; 0 is that of WithPageSizes, else 100, the assumed cap.
	PerPage int
	// Page is the page to begin with; 0 is the first.
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
	perPage := q.PerPage
	if perPage <= 0 {
		perPage = maxPerPage
	}
	v.Set("per_page", strconv.Itoa(perPage))
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	return v
}

// sized gives a query the page size that is known of a list, where it asks for none.
func (c *Client) sized(path string, query Query) Query {
	if query.PerPage <= 0 {
		query.PerPage = c.pageSizes[path]
	}
	return query
}

// walk yields every row of a list once, with the type T.
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
// The pages after the first are fetched a few at a time, once the caller has
// come to the first one's end. Rows can move between pages meanwhile: repeated
// ids are dropped, and where the walk saw fewer rows than the server counts, or
// the count changed, the list is read a second time for those that it missed.
func (c *Client) rows(ctx context.Context, path, permission string, query Query) iter.Seq2[Fields, error] {
	return func(yield func(Fields, error) bool) {
		w := &walker{client: c, path: path, permission: permission, values: c.sized(path, query).values(), start: max(query.Page, 1), seen: idSet{}, pagesRead: query.Pages}
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
		e := listFault(w.path, fmt.Sprintf("%v, twice (%d rows came, the server counts %d)", ErrListChanged, w.rows, w.total))
		e.Reason, e.Err = ReasonListChanged, ErrListChanged
		yield(nil, e)
	}
}

// walker is one walk: at most two passes over the list.
type walker struct {
	client     *Client
	path       string
	permission string
	values     url.Values
	start      int
	seen       idSet // yielded
	rows       int   // yielded
	total      int   // as the server last counted; -1: it does not
	pagesRead  *int  // counts the pages, if not nil
	anonymous  bool  // there are rows without an id, which cannot be told apart
}

// maxIdlePages is how many pages in a row may bring nothing new before the walk
// is taken for a loop: where rows move, a small page can repeat the one before.
const maxIdlePages = 2

// pass reads the list from its first page to its last and yields what is new. It
// is done when the rows are whole, or the caller wants no more.
func (w *walker) pass(ctx context.Context, yield func(Fields, error) bool) (done bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	first, err := w.firstPage(ctx)
	if err != nil {
		return false, err
	}
	w.total = first.total
	steady, idle, inPass := true, 0, idSet{}
	for p, err := range w.pages(ctx, first) {
		if err != nil {
			return false, err
		}
		if w.pagesRead != nil {
			*w.pagesRead++
		}
		if p.total != w.total {
			steady, w.total = false, p.total
		}
		idle++
		for _, row := range p.rows {
			id := row.ID()
			if id == 0 {
				w.anonymous = true
			}
			if id == 0 || inPass.add(id) {
				idle = 0
			}
			if id != 0 && !w.seen.add(id) {
				continue
			}
			w.rows++
			if !yield(row, nil) {
				return true, nil
			}
		}
		if idle > maxIdlePages {
			return false, listFault(w.path, "its pages repeat each other")
		}
	}
	if w.start > 1 || w.total < 0 || w.anonymous {
		return true, nil
	}
	return steady && w.rows >= w.total, nil
}

// firstPage asks for the first page, without a page size if the server refuses
// the one that was asked for.
func (w *walker) firstPage(ctx context.Context) (page, error) {
	p, err := w.fetch(ctx, w.values)
	if err == nil || !refusesPerPage(err) {
		return p, err
	}
	w.values.Del("per_page")
	return w.fetch(ctx, w.values)
}

func refusesPerPage(err error) bool {
	var e *Error
	if !errors.As(err, &e) || !IsQueryRefused(err) {
		return false
	}
	return e.Fields["per_page"] != nil || strings.Contains(strings.ReplaceAll(e.Message, " ", "_"), "per_page")
}

// pages yields the pages of one pass in their order, beginning with first.
func (w *walker) pages(ctx context.Context, first page) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		if !yield(first, nil) || !first.more() {
			return
		}
		if first.lastPage() > 0 {
			w.ahead(ctx, first.lastPage(), yield)
			return
		}
		w.follow(ctx, first, yield)
	}
}

// ahead fetches the pages up to last, a few at once.
func (w *walker) ahead(ctx context.Context, last int, yield func(page, error) bool) {
	if last > maxPages {
		yield(page{}, listFault(w.path, fmt.Sprintf("the server counts %d pages, which cannot be", last)))
		return
	}
	type result struct {
		page page
		err  error
	}
	window := make([]chan result, 0, pagesAtOnce)
	for next := w.start + 1; next <= last || len(window) > 0; {
		for ; next <= last && len(window) < pagesAtOnce; next++ {
			answer := make(chan result, 1)
			window = append(window, answer)
			go func(number int) {
				p, err := w.fetchNumber(ctx, number)
				answer <- result{p, err}
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
		return page{}, listFault(w.path, fmt.Sprintf("page %d was asked for and page %d came", number, p.number))
	}
	return p, err
}

// follow goes from page to page where the server does not say how many there are.
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
			p, err = decodePage(body)
			return err
		},
	})
	if err != nil {
		return page{}, err
	}
	if host := p.nextHost; host != "" && !strings.EqualFold(host, w.client.base.Hostname()) {
		e := listFault(w.path, fmt.Sprintf("its next page is said to be on %q, which is another server", clean(host)))
		e.Reason = ReasonOtherServer
		return page{}, e
	}
	return p, nil
}

// listFault is what is wrong with a list whose answers came.
func listFault(path, message string) *Error {
	return &Error{Status: http.StatusOK, Method: http.MethodGet, Path: path, Message: message}
}

// idSet is a set of ids in little memory where they lie close together: each
// word holds 64 neighbours.
type idSet map[int64]uint64

// add puts id into the set and says whether it is new there.
func (s idSet) add(id int64) bool {
	word, bit := id>>6, uint64(1)<<(id&63)
	if s[word]&bit != 0 {
		return false
	}
	s[word] |= bit
	return true
}
