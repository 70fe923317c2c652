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
	first, err := c.client.newWalker(c.path, c.permission("view"), query).firstPage(ctx)
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
