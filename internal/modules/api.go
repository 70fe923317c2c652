// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// apiOptions are the options of acsmon_api.
type apiOptions struct {
	Method     string         `ansible:"method"`
	Path       string         `ansible:"path"`
	Query      map[string]any `ansible:"query"`
	Body       any            `ansible:"body"`
	AllPages   bool           `ansible:"all_pages"`
	Idempotent bool           `ansible:"idempotent"`
}

func runAPI(ctx context.Context, s *session) (ansible.Result, error) {
	var o apiOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Method == http.MethodGet {
		return o.get(ctx, s)
	}
	if s.CheckMode {
		return ansible.Result{"changed": true}, nil
	}
	return work(o.write).locked(ctx, s)
}

// check finds what is wrong before anything is sent, even in check mode.
func (o apiOptions) check() error {
	if err := o.request().Validate(); err != nil {
		return err
	}
	if path := strings.Trim(o.Path, "/"); strings.HasPrefix(path+"/", "auth/") && path != "auth/me" {
		return errors.New("the module logs in by itself: set email and password, and use acsmon logout to end that")
	}
	for name, value := range o.Query {
		if rows.Text(value) == "" {
			return fmt.Errorf("query.%s has no value: give a text, a number, true or false", name)
		}
	}
	switch o.Body.(type) {
	case nil, map[string]any, []any:
	default:
		return errors.New("body is neither a mapping nor a list: give it as YAML, not as a text of JSON")
	}
	reads := o.Method == http.MethodGet
	switch {
	case reads && o.Body != nil:
		return errors.New("a GET has no body: use query")
	case !reads && o.AllPages:
		return fmt.Errorf("all_pages reads a list, and method is %s: use GET", o.Method)
	case o.AllPages && o.Query["page"] != nil:
		return errors.New("all_pages reads every page: leave query.page out")
	}
	return nil
}

func (o apiOptions) request() acsmon.Request {
	query := url.Values{}
	for name, value := range o.Query {
		query.Set(name, rows.Text(value))
	}
	return acsmon.Request{Method: o.Method, Path: o.Path, Query: query, Body: o.Body, Idempotent: o.Idempotent}
}

func (o apiOptions) get(ctx context.Context, s *session) (ansible.Result, error) {
	if !o.AllPages {
		answer, err := s.client.Call(ctx, o.request())
		return responded(answer, false, err)
	}
	query := acsmon.Query{Params: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(o.Query)) {
		query.Params[name] = rows.Text(o.Query[name])
	}
	var err error
	if perPage, given := query.Params["per_page"]; given {
		if query.PerPage, err = strconv.Atoi(perPage); err != nil || query.PerPage < 1 {
			return nil, fmt.Errorf("query.per_page is %q: give a number, 1 or more", perPage)
		}
	}
	found, err := acsmon.Collect(s.client.Rows(ctx, o.Path, query))
	return responded(resultRows(found), false, err)
}

func (o apiOptions) write(ctx context.Context, s *session) (ansible.Result, error) {
	answer, err := s.client.Call(ctx, o.request())
	return responded(answer, true, err)
}

func responded(answer any, changed bool, err error) (ansible.Result, error) {
	if err != nil {
		return nil, err
	}
	return ansible.Result{"changed": changed, "response": answer}, nil
}
