// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"math"
)

// Page is one page of a list.
type Page[T any] struct {
	Rows []T
	// Total is how many rows the query selects; -1 if the server does not say.
	Total int
	// More reports whether there are pages after this one.
	More bool

	perPage int
}

// Requests returns how many requests it takes to read all pages of the query. If the server does
// not say how many rows there are, it returns more than any list needs.
func (p Page[T]) Requests() int {
	size := p.perPage
	if size <= 0 {
		size = len(p.Rows)
	}
	switch {
	case !p.More:
		return 1
	case p.Total < 0 || size == 0:
		return math.MaxInt
	}
	return (p.Total + size - 1) / size
}

// Page fetches one page of the list with one request. Use it to count rows or to look at the
// newest; to read a whole list, range over List.
func (c Collection[T]) Page(ctx context.Context, query Query) (Page[T], error) {
	first, err := c.walker(query).firstPage(ctx)
	if err != nil {
		return Page[T]{}, err
	}
	p := Page[T]{Total: first.total, More: first.more(), perPage: first.perPage}
	for _, object := range first.rows {
		row, err := decodeRow[T](object)
		if err != nil {
			return Page[T]{}, listFault(c.path, err.Error())
		}
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

func (c Collection[T]) walker(query Query) *walker {
	return c.client.newWalker(c.path, c.permission("view"), query)
}

// firstRows returns the first n rows of a list that begins with the page first.
func (w *walker) firstRows(ctx context.Context, first page, n int) ([]Fields, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if last := first.lastPage(); last > 0 && len(first.rows) > 0 { // ahead fetches no page in vain
		first.last = min(last, (n-1)/len(first.rows)+1)
	}
	var rows []Fields
	seen := passed{ids: idSet{}}
	for p, err := range w.pages(ctx, first) {
		if err != nil {
			return nil, err
		}
		enough, err := w.take(p, &seen, func(row Fields, _ error) bool {
			rows = append(rows, row)
			return len(rows) < n
		})
		if enough || err != nil {
			return rows, err
		}
	}
	return rows, nil
}

// lastRows returns the last n rows of a list that ends with the page last, and those beside them.
func (w *walker) lastRows(ctx context.Context, last, n int) ([]Fields, error) {
	var rows []Fields
	seen := passed{ids: idSet{}}
	for number := last; number > 0 && len(rows) < n; number-- {
		p, err := w.fetchNumber(ctx, number)
		if err != nil {
			return nil, err
		}
		_, err = w.take(p, &seen, func(row Fields, _ error) bool {
			rows = append(rows, row)
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}
