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

// children are the resources in a list that belongs to one resource. An option lists all of them:
// those that it does not list are removed.
type children struct {
	option   string
	resource resource // what each of them is; it has no module
	store    func(c *acsmon.Client, parent, id int64) converge.Store
}

// subresources are the children of one resource, as a task wants them; nil if it does not say. The
// steps are what happens to them.
type subresources struct {
	children
	s      *session
	parent int64 // the id of the resource to which they belong; 0: none
	items  []converge.Item
	links  map[string]*converge.Section
	batch  *converge.Batch
	steps  []*converge.Step
}

// newSubresources takes what the task wants of the children of a resource.
func newSubresources(r resource, s *session, store converge.Store) (*subresources, error) {
	if r.children == nil || s.Arg("state") == "absent" || !s.Given(r.children.option) {
		return nil, nil
	}
	sub := &subresources{children: *r.children, s: s, links: map[string]*converge.Section{}}
	for field, link := range sub.resource.links {
		sub.links[field] = link.section(s.stores)
	}
	if owner, ok := store.(owned); ok {
		sub.parent = owner.id
	}
	for i, given := range s.Arg(sub.option).([]any) {
		options := withoutNulls(given.(map[string]any))
		options["purge_channels"] = s.Arg("purge_channels") // said once, of all of them
		item, err := sub.resource.item(options, false)
		if err != nil {
			return nil, fmt.Errorf("%s[%d]: %w", sub.option, i, err)
		}
		sub.items = append(sub.items, item)
	}
	return sub, nil
}

// plan plans for the children of the resource of that id; 0: the resource has yet to be created.
func (sub *subresources) plan(ctx context.Context, id int64) error {
	if sub == nil {
		return nil
	}
	section := &converge.Section{
		Engine: converge.Engine{Kind: sub.resource.kind, Store: noRows{}, Limit: sub.s.client.Limit},
		Name:   sub.option, Items: sub.items, Within: &converge.Scope{}, Links: sub.links,
	}
	if id != 0 {
		section.Store = listedRows{sub.store(sub.s.client, sub.parent, id)}
	}
	sub.batch = &converge.Batch{Shown: untrusted.Visible, ShownKey: untrusted.Key}
	sub.batch.Sections = append(slices.Collect(maps.Values(sub.links)), section)
	var err error
	sub.steps, err = sub.batch.Plan(ctx)
	return err
}

// changes counts the writes.
func (sub *subresources) changes() int {
	if sub == nil {
		return 0
	}
	return converge.Changes(sub.steps)
}

// apply carries the plan out. If the resource has just been created, it plans again first: now
// there is a list to write to.
func (sub *subresources) apply(ctx context.Context, id int64, created bool) (written bool, err error) {
	if sub == nil {
		return false, nil
	}
	if created {
		err = sub.plan(ctx, id)
	}
	if err == nil {
		err = sub.batch.Apply(ctx, sub.steps, false)
	}
	for _, step := range sub.steps {
		written = written || step.Outcome.Written
		warn(sub.s, step.Outcome.Warnings)
	}
	return written, err
}

// show puts the children that exist, and their part of the diff, into the result.
func (sub *subresources) show(result ansible.Result) {
	if sub == nil {
		return
	}
	rows := []acsmon.Fields{}
	for _, step := range sub.steps {
		row := step.Plan.Predicted
		if step.Tried {
			row = step.Outcome.Resource
		}
		if row != nil {
			rows = append(rows, row)
		}
	}
	result[sub.option] = rows
}

// diff adds the children that change to the diff of the resource to which they belong.
func (sub *subresources) diff(before, after map[string]any) {
	if sub == nil {
		return
	}
	for _, step := range sub.steps {
		if step.Plan.Changes() {
			warn(sub.s, step.Plan.Warnings)
			put(before, step, step.Plan.Before, step.Plan.Action != converge.Create)
			put(after, step, step.Plan.After, step.Plan.Action != converge.Delete)
		}
	}
}

// noRows is a list that does not exist yet.
type noRows struct{ converge.Store }

func (noRows) List(context.Context, acsmon.Query) iter.Seq2[acsmon.Fields, error] {
	return func(func(acsmon.Fields, error) bool) {}
}

// listedRows is a list whose rows the API does not show alone.
type listedRows struct{ converge.Store }

func (l listedRows) Get(ctx context.Context, id int64) (acsmon.Fields, error) {
	for row, err := range l.List(ctx, acsmon.Query{}) {
		if err != nil || row.ID() == id {
			return row, err
		}
	}
	return nil, &acsmon.Error{Status: 404, Method: "GET", Message: fmt.Sprintf("there is no id %d", id)}
}
