// SPDX-License-Identifier: MIT

package acsmon

import (
	"cmp"
	"context"
	"iter"
	"net/http"
)

// Collection is one list of the API, with the verbs that all of them share. T is
// the rows' type; Fields gives them untyped.
type Collection[T any] struct {
	client      *Client
	path        string            // of the list
	itemPath    string            // of a single row, without its id; "" where it is path
	permissions string            // the slugs' prefix: "monitors" for monitors.view
	slugs       map[string]string // by verb, where the prefix does not give it
}

// Fields returns the same collection with untyped rows.
func (c Collection[T]) Fields() Collection[Fields] {
	return Collection[Fields](c)
}

// Path returns the collection's path below /api/v1, such as "/monitors".
func (c Collection[T]) Path() string { return c.path }

// List yields the rows that the query selects, page by page. Nothing is asked
// before the first row is wanted, and nothing more once the caller stops; ranged
// over twice it asks twice. An error ends it.
//
// N rows cost ceil(N/100) requests. Where rows moved between the pages while
// they were read, the list is read twice, and each row still comes once; a list
// that does not hold still then ends in ErrListChanged.
func (c Collection[T]) List(ctx context.Context, query Query) iter.Seq2[T, error] {
	return walk[T](ctx, c.client, c.path, c.permission("view"), query)
}

// Get returns one row.
func (c Collection[T]) Get(ctx context.Context, id int64) (T, error) {
	return c.one(ctx, request{method: http.MethodGet, path: c.item(id), permission: c.permission("view")})
}

// Create makes a new row and returns it as the server stored it. It is never
// sent twice unless the first was provably not processed; where its answer is
// lost, the error is an *UncertainError.
func (c Collection[T]) Create(ctx context.Context, fields Fields) (T, error) {
	return c.one(ctx, request{method: http.MethodPost, path: c.path, body: fields, once: true, permission: c.permission("create")})
}

// Update changes a row and returns it as the server stored it; the zero value where
// the answer says that it is done and does not show the row, which Get then does. A
// server may take what is left out for a wish to reset it: send every field that is
// to stay.
func (c Collection[T]) Update(ctx context.Context, id int64, fields Fields) (T, error) {
	r := request{method: http.MethodPut, path: c.item(id), body: fields, permission: c.permission("edit"), silent: true}
	return ask[T](ctx, c.client, r, unmarshalShown)
}

// Delete removes a row. That it is gone already is an error for which IsNotFound
// is true, unless this very call removed it and lost the answer.
func (c Collection[T]) Delete(ctx context.Context, id int64) error {
	return c.client.do(ctx, request{method: http.MethodDelete, path: c.item(id), permission: c.permission("delete"), silent: true, decode: anyObject})
}

func (c Collection[T]) permission(verb string) string {
	return cmp.Or(c.slugs[verb], c.permissions+"."+verb)
}

func (c Collection[T]) item(id int64) string {
	return under(cmp.Or(c.itemPath, c.path), id)
}

// one makes a request that is answered with a row.
func (c Collection[T]) one(ctx context.Context, r request) (T, error) {
	return ask[T](ctx, c.client, r, unmarshalResource)
}

// Collect gathers the rows of a list. On an error it returns those that came
// before it.
func Collect[T any](rows iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for row, err := range rows {
		if err != nil {
			return all, err
		}
		all = append(all, row)
	}
	return all, nil
}

// ask makes a request whose answer unmarshal reads and T types.
func ask[T any](ctx context.Context, c *Client, r request, unmarshal func([]byte) (Fields, error)) (typed T, err error) {
	r.decode = func(body []byte) error {
		object, err := unmarshal(body)
		if err == nil {
			typed, err = decodeRow[T](object)
		}
		return err
	}
	err = c.do(ctx, r)
	return typed, err
}

// object makes a request that is answered with any JSON object.
func (c *Client) object(ctx context.Context, r request) (Fields, error) {
	return ask[Fields](ctx, c, r, unmarshalObject)
}

// act has something done. The answer is an object, or says no more than that it is
// done, which gives nil.
func (c *Client) act(ctx context.Context, r request) (Fields, error) {
	r.method, r.silent = http.MethodPost, true
	return ask[Fields](ctx, c, r, unmarshalDone)
}

// anyObject accepts any JSON object: what it says does not matter, as long as it
// is the API that speaks and not a proxy's page.
func anyObject(body []byte) error {
	_, err := unmarshalObject(body)
	return err
}
