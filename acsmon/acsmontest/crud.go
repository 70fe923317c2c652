// SPDX-License-Identifier: MIT

package acsmontest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// init adds the routes of every resource of the table.
func init() {
	for _, r := range resources {
		if r.list != "" && r.view != "" {
			addRoute("GET", r.list, r.view, r.serveList)
		}
		if r.list != "" && r.create != "" {
			addRoute("POST", r.list, r.create, r.serveCreate)
		}
		if r.item == "" {
			continue
		}
		if r.view != "" && !r.listed {
			addRoute("GET", r.item, r.view, r.withRow(permittedRow(r.serveOne)))
		}
		if r.edit != "" {
			addRoute("PUT", r.item, r.edit, r.withRow(r.serveUpdate))
		}
		if r.remove != "" {
			addRoute("DELETE", r.item, r.remove, r.withRow(permittedRow(r.serveDelete)))
		}
	}
}

// action adds a route that does something with one row of a resource.
func action(method, kind, verb, slug string, handle func(c *call, r *resource, values row) *response) {
	r := resourceOf[kind]
	addRoute(method, r.item+"/"+verb, slug, r.withRow(permittedRow(func(c *call, values row) *response { return handle(c, r, values) })))
}

// permitted wraps a handler that only callers with the permission of the route may reach.
func permitted(handle func(c *call) *response) func(c *call) *response {
	return func(c *call) *response {
		if reply := c.forbidden(); reply != nil {
			return reply
		}
		return handle(c)
	}
}

// permittedRow is permitted for a handler that gets a row.
func permittedRow(handle func(c *call, values row) *response) func(c *call, values row) *response {
	return func(c *call, values row) *response {
		return permitted(func(c *call) *response { return handle(c, values) })(c)
	}
}

// withRow is Laravel's route model binding: the handler gets the row that the path names by its id.
func (r *resource) withRow(handle func(c *call, values row) *response) func(c *call) *response {
	return func(c *call) *response {
		if reply := c.parents(r); reply != nil {
			return reply
		}
		values := c.s.tables[r.kind].edit(c.path["id"])
		if values == nil || !r.has(c.s, values, c.path) {
			return c.missing(r, "id")
		}
		return handle(c, values)
	}
}

// parents answers 404 if the path of a nested resource names a parent that does not exist, or one
// that is not below the parent before it.
func (c *call) parents(r *resource) *response {
	for column, id := range c.path {
		if column == "id" {
			continue
		}
		parent := c.s.tables[r.field(column).to]
		values := parent.row(id)
		if values == nil {
			return c.missing(parent.resource, column)
		}
		for above, aboveID := range c.path {
			if above != column && parent.resource.field(above) != nil && values[above] != any(aboveID) {
				return c.missing(parent.resource, column)
			}
		}
	}
	return nil
}

// missing refuses a path whose placeholder names no row.
func (c *call) missing(r *resource, placeholder string) *response {
	return c.fail(http.StatusNotFound, "No query results for model [App\\Models\\%s] %s", r.model, c.named[placeholder])
}

// single is a response that holds one resource.
func (c *call) single(status int, v any) *response {
	if c.s.alt.Single == "wrapped" {
		v = object{{"data", v}}
	}
	return c.answer(status, v)
}

func (c *call) one(status int, r *resource, values row) *response {
	return c.oneOf(status, r, values, encoder{alt: &c.s.alt})
}

func (c *call) oneOf(status int, r *resource, values row, e encoder) *response {
	c.s.show(&e, r, values, true)
	return c.single(status, raw(e.buf))
}

func (r *resource) serveOne(c *call, values row) *response { return c.one(http.StatusOK, r, values) }

func (r *resource) serveCreate(c *call) *response {
	if reply := c.parents(r); reply != nil {
		return reply
	}
	given, failed := c.validated(func() (row, *response) { return c.validate(r, c.input(), true) })
	if failed != nil {
		return failed
	}
	if r.licensed {
		if reply := c.overLicence(); reply != nil {
			return reply
		}
	}
	for column, id := range c.path {
		given[column] = id
	}
	made := c.s.tables[r.kind].add(given)
	c.changed(r, "created", made, "")
	shown := made
	if c.s.alt.CreateShows == "given" {
		shown = r.onlyGiven(made, given)
	}
	return c.one(choose(c.s.alt.Created == "201", http.StatusCreated, http.StatusOK), r, shown)
}

func (r *resource) serveUpdate(c *call, values row) *response {
	replace := c.s.alt.Put == "replace"
	given, failed := c.validated(func() (row, *response) { return c.validate(r, c.input(), replace) })
	if failed != nil {
		return failed
	}
	before := maps.Clone(values)
	if replace {
		for i := range r.fields {
			if f := &r.fields[i]; f.writable && !f.kept {
				values[f.name] = f.fallback()
			}
		}
	}
	c.s.tables[r.kind].assign(values, given)
	c.changed(r, "updated", values, "")
	if c.s.alt.Updated == "stale" {
		return c.oneOf(http.StatusOK, r, values, encoder{alt: &c.s.alt, loaded: before})
	}
	return c.one(http.StatusOK, r, values)
}

// onlyGiven is a new row as a program shows it that has not read the row again after the database
// filled in the defaults.
func (r *resource) onlyGiven(made, given row) row {
	shown := maps.Clone(made)
	for i := range r.fields {
		f := &r.fields[i]
		if _, ok := given[f.name]; !ok && f.kind != ids {
			shown[f.name] = nil
		}
	}
	return shown
}

func (r *resource) serveDelete(c *call, values row) *response {
	id := values["id"].(int64)
	c.s.tables[r.kind].remove(id)
	c.s.removeUnder(r.kind, id)
	c.changed(r, "deleted", values, "")
	if c.s.alt.Deleted == "200" {
		return c.answer(http.StatusOK, object{{"message", r.model + " deleted."}})
	}
	return &response{status: http.StatusNoContent, header: http.Header{"Cache-Control": {"no-cache, private"}}}
}

// removeUnder removes the rows that are nested below a removed one.
func (s *Server) removeUnder(kind string, id int64) {
	for _, r := range resources {
		for i := range r.fields {
			f := &r.fields[i]
			if f.to != kind || !strings.Contains(r.list, "{"+f.name+"}") {
				continue
			}
			for _, nested := range slices.Clone(s.tables[r.kind].ids) {
				if s.tables[r.kind].row(nested)[f.name] == any(id) {
					s.tables[r.kind].remove(nested)
					s.removeUnder(r.kind, nested)
				}
			}
		}
	}
}

// overLicence refuses a device or a monitor beyond the number that the licence allows.
func (c *call) overLicence() *response {
	limit := c.s.options.LicenceCap
	if limit == 0 || c.s.licensed() < limit {
		return nil
	}
	message := fmt.Sprintf("Your licence allows %d devices and monitors.", limit)
	switch c.s.alt.Licence {
	case "422-message":
		return c.fail(http.StatusUnprocessableEntity, "%s", message)
	case "403":
		return c.fail(http.StatusForbidden, "%s", message)
	}
	return c.invalid([]fault422{{"licence", message}})
}

// licensed counts the devices and monitors.
func (s *Server) licensed() int {
	n := 0
	for _, r := range resources {
		if r.licensed {
			n += len(s.tables[r.kind].ids)
		}
	}
	return n
}

func choose[T any](yes bool, a, b T) T {
	if yes {
		return a
	}
	return b
}
