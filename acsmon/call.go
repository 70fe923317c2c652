// SPDX-License-Identifier: MIT

package acsmon

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Request is a request to any route. It is for routes that have no method in this package.
type Request struct {
	// Method is GET, POST, PUT, PATCH or DELETE.
	Method string
	// Path is below /api/v1, such as "/monitors/7/results". It is made of letters,
	// digits and the characters ". _ ~ -" between single slashes.
	Path  string
	Query url.Values
	// Body is encoded as JSON; nil sends none.
	Body any
	// Idempotent says that a POST or a PATCH does no harm if it is carried out twice. Without it, a
	// request whose response is lost is not repeated and ends in an *UncertainError. GET, PUT and
	// DELETE are always repeated.
	Idempotent bool
}

// Call makes any request and returns the JSON value of the response as it came: nothing is
// unwrapped, numbers are json.Number, and an empty body is nil. A DELETE whose response was lost,
// and which then finds that the resource is gone, returns nil too.
func (c *Client) Call(ctx context.Context, r Request) (any, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	var response any
	err := c.do(ctx, request{
		method: r.Method, path: "/" + strings.TrimPrefix(r.Path, "/"), query: r.Query, body: r.Body,
		once: !r.Idempotent && (r.Method == http.MethodPost || r.Method == http.MethodPatch),
		decode: func(body []byte) error {
			response = nil
			if len(bytes.TrimSpace(body)) == 0 && r.Method != http.MethodGet {
				return nil
			}
			return unmarshal(body, &response)
		},
	})
	if err != nil {
		return nil, err
	}
	return response, nil
}

// Validate returns an error that says what is wrong with the method or the path. It sends nothing.
func (r Request) Validate() error {
	if !slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, r.Method) {
		return fmt.Errorf("the method is %q: use GET, POST, PUT, PATCH or DELETE", clean(r.Method))
	}
	return checkPath(r.Path)
}

// Rows yields the rows of any list, as Collection.List does. The path is like that of a Request.
func (c *Client) Rows(ctx context.Context, path string, query Query) iter.Seq2[Fields, error] {
	if err := checkPath(path); err != nil {
		return func(yield func(Fields, error) bool) { yield(nil, err) }
	}
	return c.rows(ctx, "/"+strings.TrimPrefix(path, "/"), "", query)
}

// routeSegment is what may stand between two slashes of a path. It needs no escaping, so nothing
// can be hidden in it that a proxy or the server would unescape.
var routeSegment = regexp.MustCompile(`^[A-Za-z0-9._~-]+$`)

// isSegment reports whether a text is a segment of a path and leads nowhere else.
func isSegment(text string) bool {
	return routeSegment.MatchString(text) && text != "." && text != ".."
}

// checkPath returns an error for a path that is not below /api/v1.
func checkPath(path string) error {
	refuse := func(why string) error {
		return fmt.Errorf("the path %q %s: give what follows /api/v1, such as /monitors/7", clean(path), why)
	}
	inner := strings.TrimPrefix(path, "/")
	switch {
	case inner == "":
		return refuse("is empty")
	case strings.Contains(inner, "://"):
		return refuse("is a URL")
	case strings.ContainsAny(inner, "?#"):
		return fmt.Errorf("the path %q holds a query or a fragment: give the query separately", clean(path))
	case inner == "api/v1" || strings.HasPrefix(inner, "api/v1/"):
		return refuse("begins with /api/v1")
	}
	for part := range strings.SplitSeq(inner, "/") {
		switch {
		case part == "":
			return refuse("has an empty segment")
		case part == "." || part == "..":
			return refuse("leads elsewhere")
		case !routeSegment.MatchString(part):
			return refuse("holds a character that no route has")
		}
	}
	return nil
}
