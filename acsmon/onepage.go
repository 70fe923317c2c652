// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"math"
)

// Page is one page of a list.
type Page[T any] struct {
	Rows []T
	// Total is how many rows the query selects; -1 where the server does not say.
	Total int
	// More reports whether there are pages behind this one.
	More bool

	perPage int
}

// Requests is how many requests it takes to read all pages of the query; more than any
// list needs where the server does not say how many rows there are.
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

// Page reads one page of the list, with one request. It serves to count, and to look at
// what is newest; to read a list, range over List.
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
