// SPDX-License-Identifier: MIT

package acsmontest

import (
	"fmt"
	"net/http"
)

// init makes the routes of every resource in the table.
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
			addRoute("GET", r.item, r.view, r.withRow(r.serveOne))
		}
		if r.edit != "" {
			addRoute("PUT", r.item, r.edit, r.withRow(r.serveUpdate))
		}
		if r.remove != "" {
			addRoute("DELETE", r.item, r.remove, r.withRow(r.serveDelete))
		}
	}
}

// action adds a route that acts on one row of a resource.
func action(method, kind, verb, slug string, handle func(c *call, r *resource, values row) *response) {
	r := resourceOf[kind]
	addRoute(method, r.item+"/"+verb, slug, r.withRow(func(c *call, values row) *response { return handle(c, r, values) }))
}

// withRow is Laravel's route model binding: the handler gets the row whose id
// the path names.
func (r *resource) withRow(handle func(c *call, values row) *response) func(c *call) *response {
	return func(c *call) *response {
		if reply := c.parents(r); reply != nil {
			return reply
		}
		values := c.s.tables[r.kind].edit(c.path["id"])
		if values == nil || !r.has(c.s, values, c.path) {
			return c.missing(r, c.path["id"])
		}
		return handle(c, values)
	}
}

// parents answers 404 when the path of a nested resource goes through a row
// that does not exist, or through one that is not under the row before it.
func (c *call) parents(r *resource) *response {
	for column, id := range c.path {
		if column == "id" {
			continue
		}
		parent := c.s.tables[r.field(column).to]
		values := parent.row(id)
		if values == nil {
			return c.missing(parent.resource, id)
		}
		for above, aboveID := range c.path {
			if above != column && parent.resource.field(above) != nil && values[above] != any(aboveID) {
				return c.missing(parent.resource, id)
			}
		}
	}
	return nil
}

func (c *call) missing(r *resource, id int64) *response {
	if id < 0 {
		return c.fail(http.StatusNotFound, "No query results for model [App\\Models\\%s].", r.model)
	}
	return c.fail(http.StatusNotFound, "No query results for model [App\\Models\\%s] %d", r.model, id)
}

// single is the answer that carries one resource.
func (c *call) single(status int, v any) *response {
	if c.s.alt.Single == "wrapped" {
		v = object{{"data", v}}
	}
	return c.answer(status, v)
}

func (c *call) one(status int, r *resource, values row) *response {
	e := encoder{alt: &c.s.alt}
	c.s.show(&e, r, values, true)
	return c.single(status, raw(e.buf))
}

func (r *resource) serveOne(c *call, values row) *response { return c.one(http.StatusOK, r, values) }

func (r *resource) serveCreate(c *call) *response {
	if reply := c.parents(r); reply != nil {
		return reply
	}
	values, failed := c.validate(r.fields, c.input(), true)
	if failed != nil {
		return failed
	}
	if r.licensed {
		if reply := c.overLicence(); reply != nil {
			return reply
		}
	}
	for column, id := range c.path {
		values[column] = id
	}
	made := c.s.tables[r.kind].add(values)
	c.changed(r, "created", made, "")
	return c.one(choose(c.s.alt.Created == "201", http.StatusCreated, http.StatusOK), r, made)
}

func (r *resource) serveUpdate(c *call, values row) *response {
	replace := c.s.alt.Put == "replace"
	given, failed := c.validate(r.fields, c.input(), replace)
	if failed != nil {
		return failed
	}
	if replace {
		for i := range r.fields {
			if f := &r.fields[i]; f.writable {
				values[f.name] = f.fallback()
			}
		}
	}
	c.s.tables[r.kind].assign(values, given)
	c.changed(r, "updated", values, "")
	return c.one(http.StatusOK, r, values)
}

func (r *resource) serveDelete(c *call, values row) *response {
	c.s.tables[r.kind].remove(values["id"].(int64))
	c.changed(r, "deleted", values, "")
	if c.s.alt.Deleted == "200" {
		return c.answer(http.StatusOK, object{{"message", r.model + " deleted."}})
	}
	return &response{status: http.StatusNoContent, header: http.Header{"Cache-Control": {"no-cache, private"}}}
}

// overLicence refuses one more device or monitor than the licence allows.
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

// licensed is how many devices and monitors there are.
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
