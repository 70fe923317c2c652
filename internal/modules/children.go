// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// children are the resources in a collection of one's own. An option lists them all:
// those that it does not list go.
type children struct {
	option   string
	resource resource // what each of them is; it has no module
	store    func(c *acsmon.Client, parent, id int64) converge.Store
}

// family is the children of one resource, as a task wants them; nil where it does
// not say. steps are what becomes of them.
type family struct {
	children
	s      *session
	parent int64 // of the resource whose they are; 0: it has none
	items  []converge.Item
	links  map[string]*converge.Section
	batch  *converge.Batch
	steps  []*converge.Step
}

// family reads what the task wants of a resource's children.
func (r resource) family(s *session, store converge.Store) (*family, error) {
	if r.children == nil || s.Arg("state") == "absent" || !s.Given(r.children.option) {
		return nil, nil
	}
	f := &family{children: *r.children, s: s, links: map[string]*converge.Section{}}
	for field, link := range f.resource.links {
		f.links[field] = link.section(s.client)
	}
	if owner, ok := store.(owned); ok {
		f.parent = owner.id
	}
	for i, given := range s.Arg(f.option).([]any) {
		values := map[string]any{}
		for name, value := range given.(map[string]any) {
			if value != nil {
				values[name] = value
			}
		}
		item, err := f.resource.listed(s.client, values, false)
		if err != nil {
			return nil, fmt.Errorf("%s[%d]: %w", f.option, i, err)
		}
		f.items = append(f.items, item)
	}
	return f, nil
}

// plan plans for the children of the resource of that id; 0: it is yet to be created.
func (f *family) plan(ctx context.Context, id int64) error {
	if f == nil {
		return nil
	}
	section := &converge.Section{
		Engine: converge.Engine{Kind: f.resource.kind, Store: noRows{}, Limit: f.s.client.Limit},
		Name:   f.option, Items: f.items, Within: &converge.Scope{}, Links: f.links,
	}
	if id != 0 {
		section.Store = listedRows{f.store(f.s.client, f.parent, id)}
	}
	f.batch = &converge.Batch{Shown: untrusted.Visible, ShownKey: untrusted.Key}
	f.batch.Sections = append(slices.Collect(maps.Values(f.links)), section)
	var err error
	f.steps, err = f.batch.Plan(ctx)
	return err
}

// changes counts what is to be written.
func (f *family) changes() int {
	if f == nil {
		return 0
	}
	return converge.Changes(f.steps)
}

// apply carries the plan out. That of a resource which has just been created is made
// anew: there is a collection to write to now.
func (f *family) apply(ctx context.Context, id int64, created bool) (written bool, err error) {
	if f == nil {
		return false, nil
	}
	if created {
		err = f.plan(ctx, id)
	}
	if err == nil {
		err = f.batch.Apply(ctx, f.steps, false)
	}
	for _, step := range f.steps {
		written = written || step.Outcome.Written
		warn(f.s, step.Outcome.Warnings)
	}
	return written, err
}

// show puts the children that there are, and their part of the diff, into the result.
func (f *family) show(result ansible.Result) {
	if f == nil {
		return
	}
	rows := []acsmon.Fields{}
	for _, step := range f.steps {
		row := step.Plan.Predicted
		if step.Tried {
			row = step.Outcome.Resource
		}
		if row != nil {
			rows = append(rows, row)
		}
	}
	result[f.option] = rows
}

// diff adds the children that change to the diff of the resource whose they are.
func (f *family) diff(before, after map[string]any) {
	if f == nil {
		return
	}
	for _, step := range f.steps {
		if step.Plan.Changes() {
			warn(f.s, step.Plan.Warnings)
			put(before, step, step.Plan.Before, step.Plan.Action != converge.Create)
			put(after, step, step.Plan.After, step.Plan.Action != converge.Delete)
		}
	}
}

// noRows is a collection that is yet to be.
type noRows struct{ converge.Store }

func (noRows) List(context.Context, acsmon.Query) iter.Seq2[acsmon.Fields, error] {
	return func(func(acsmon.Fields, error) bool) {}
}

// listedRows is a collection of which the API gives the list alone.
type listedRows struct{ converge.Store }

func (l listedRows) Get(ctx context.Context, id int64) (acsmon.Fields, error) {
	for row, err := range l.List(ctx, acsmon.Query{}) {
		if err != nil || row.ID() == id {
			return row, err
		}
	}
	return nil, &acsmon.Error{Status: 404, Method: "GET", Message: fmt.Sprintf("there is no id %d", id)}
}
