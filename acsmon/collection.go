// SPDX-License-Identifier: MIT

package acsmon

import (
	"cmp"
	"context"
	"iter"
	"net/http"
)

// Collection is one list of the API, with the verbs that all lists share. T is the type of its
// rows; Fields gives untyped rows.
type Collection[T any] struct {
	client      *Client
	path        string            // of the list
	itemPath    string            // of a single row, without its id; "" if it is the same as path
	permissions string            // the prefix of the slugs: "monitors" for monitors.view
	slugs       map[string]string // by verb, where they do not have the prefix
}

// Fields returns the same collection with untyped rows.
func (c Collection[T]) Fields() Collection[Fields] {
	return Collection[Fields](c)
}

// Path returns the collection's path below /api/v1, such as "/monitors".
func (c Collection[T]) Path() string { return c.path }

// List yields the rows that the query selects, page by page. It sends nothing before the caller
// wants the first row, and nothing more once the caller stops. Each range over it reads the list
// anew. An error ends it.
//
// A page costs one request, and has 200 rows or as many as the server allows. If rows moved between
// pages during the walk, the list is read twice, and each row is still yielded once. If it keeps
// moving, the walk ends in ErrListChanged.
func (c Collection[T]) List(ctx context.Context, query Query) iter.Seq2[T, error] {
	return walk[T](ctx, c.client, c.path, c.permission("view"), query)
}

// Get returns one row.
func (c Collection[T]) Get(ctx context.Context, id int64) (T, error) {
	return c.one(ctx, request{method: http.MethodGet, path: c.item(id), permission: c.permission("view")})
}

// Create makes a new row and returns it as the server stored it. It is sent a second time only if
// the first attempt was provably not processed. If its response is lost, the error is an
// *UncertainError.
func (c Collection[T]) Create(ctx context.Context, fields Fields) (T, error) {
	return c.one(ctx, request{method: http.MethodPost, path: c.path, body: fields, once: true, permission: c.permission("create")})
}

// Update changes a row and returns it as the server stored it. If the response says that it is done
// but does not show the row, Update returns the zero value: use Get. Send every field that is to
// stay, because a server may reset what is left out.
func (c Collection[T]) Update(ctx context.Context, id int64, fields Fields) (T, error) {
	r := request{method: http.MethodPut, path: c.item(id), body: fields, permission: c.permission("edit"), silent: true}
	return ask[T](ctx, c.client, r, unmarshalShown)
}

// Delete removes a row. If the row is gone already, it returns an error for which IsNotFound is
// true, unless this very call removed it and lost the response.
func (c Collection[T]) Delete(ctx context.Context, id int64) error {
	return c.client.do(ctx, request{method: http.MethodDelete, path: c.item(id), permission: c.permission("delete"), silent: true, decode: anyObject})
}

func (c Collection[T]) permission(verb string) string {
	return cmp.Or(c.slugs[verb], c.permissions+"."+verb)
}

func (c Collection[T]) item(id int64) string {
	return under(cmp.Or(c.itemPath, c.path), id)
}

// one makes a request whose response is a row.
func (c Collection[T]) one(ctx context.Context, r request) (T, error) {
	return ask[T](ctx, c.client, r, unmarshalResource)
}

// Collect gathers the rows of a list. With an error it returns the rows that came before it.
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

// ask makes a request whose response unmarshal parses, and gives it the type T.
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

// object makes a request whose response is any JSON object.
func (c *Client) object(ctx context.Context, r request) (Fields, error) {
	return ask[Fields](ctx, c, r, unmarshalObject)
}

// act makes a request that has something done. It returns nil if the response only says that it is
// done.
func (c *Client) act(ctx context.Context, r request) (Fields, error) {
	r.method, r.silent = http.MethodPost, true
	return ask[Fields](ctx, c, r, unmarshalDone)
}

// anyObject accepts any JSON object. It serves where only one thing matters: the response is from
// the API and is not a proxy's page.
func anyObject(body []byte) error {
	_, err := unmarshalObject(body)
	return err
}
