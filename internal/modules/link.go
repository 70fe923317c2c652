// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/recent"
)

// link is another resource, to which a field refers by id or by name.
type link struct {
	kind   string // in messages
	module string // that makes one; "": none does
	store  func(*acsmon.Client) converge.Store
}

// parent is a resource that has a list of its own.
type parent struct {
	option string // the option that names it
	link   link
	store  func(c *acsmon.Client, id int64) converge.Store
}

// part is a resource in the list of another one to which a field of the same task refers. A task
// refers to it by its id or by one of the keys; its id is enough to read it, whichever list it is
// in.
type part struct {
	kind   string // in messages
	module string // that makes one
	of     string // the field
	store  func(c *acsmon.Client, id int64) converge.Store
	keys   []string
}

// engine returns the engine that converges the resources in a list.
func (r resource) engine(lists stores, store converge.Store) converge.Engine {
	e := converge.Engine{Kind: r.kindOf(lists.known), Store: store, Limit: lists.client.Limit, Resolvers: r.resolvers(lists)}
	if o, isOwned := store.(owned); isOwned {
		store = o.Store
	}
	if list, ok := store.(interface{ Path() string }); ok {
		e.Recent = recent.In(lists.client.Origin(), list.Path())
		e.Server = serverOf(lists.known, list.Path())
	}
	return e
}

// resolvers are, by field, the resolvers of the resources that it refers to.
func (r resource) resolvers(lists stores) map[string]converge.Resolver {
	resolvers := map[string]converge.Resolver{}
	for field, link := range r.links {
		resolvers[field] = advising(converge.ResolverIn(lists.referred(link.store(lists.client)), link.kind), link.module)
	}
	for field, part := range r.parts {
		resolvers[field] = part.resolver(lists, resolvers[part.of])
	}
	return resolvers
}

// advising says of what a resolver does not find which module makes it.
func advising(r converge.Resolver, module string) converge.Resolver {
	find := r.Find
	r.Find = func(ctx context.Context, references []string, desired map[string]any) ([]int64, error) {
		ids, err := find(ctx, references, desired)
		return ids, converge.MadeBy(err, module)
	}
	return r
}

// resolver finds a part within the resource that another field refers to.
func (p part) resolver(lists stores, whole converge.Resolver) converge.Resolver {
	return converge.Resolver{Find: converge.Remember(func(ctx context.Context, references []string, desired map[string]any) ([]int64, error) {
		of, _ := desired[p.of].(string)
		if of = converge.Trim(of); of == "" {
			if _, isID := converge.ParseID(references[0]); !isID {
				return nil, fmt.Errorf("%s %q can only be looked up within one %s: give %[3]s too", p.kind, references[0], p.of)
			}
			id, err := converge.Resolve(ctx, lists.referred(p.store(lists.client, 0)), p.kind, references[0])
			return []int64{id}, err
		}
		id, isID := converge.ParseID(of)
		if !isID {
			found, err := whole.Find(ctx, []string{of}, desired)
			if err != nil {
				return nil, err
			}
			id = found[0]
		}
		ids, err := converge.ResolveAll(ctx, owned{lists.referred(p.store(lists.client, id)), p.of, id}, p.kind, references, p.keys...)
		return ids, converge.MadeBy(err, p.module)
	})}
}

// section is where a batch looks up what is linked.
func (l link) section(lists stores) *converge.Section {
	return &converge.Section{Engine: converge.Engine{
		Kind:  converge.Kind{Name: l.kind, Module: l.module, Fields: []converge.Field{{Name: "name"}}},
		Store: lists.referred(l.store(lists.client)),
	}}
}

// open returns the list in which the task works.
func (r resource) open(ctx context.Context, s *session) (converge.Store, error) {
	if r.under == nil {
		return s.list(r.store(s.client)), nil
	}
	text := converge.Trim(s.Arg(r.under.option).(string))
	if text == "" {
		return nil, fmt.Errorf("%s is empty: give the %s's name or id", r.under.option, r.under.link.kind)
	}
	id, isID := converge.ParseID(text)
	if !isID {
		var err error
		if id, err = converge.Resolve(ctx, s.referred(r.under.link.store(s.client)), r.under.link.kind, text); err != nil {
			return nil, converge.MadeBy(err, r.under.link.module)
		}
	}
	return owned{s.list(r.under.store(s.client, id)), r.under.link.kind, id}, nil
}

// owned is the list of what belongs to one resource. If that resource does not exist, this becomes
// known when the list is read.
type owned struct {
	converge.Store
	kind string // of that resource
	id   int64
}

func (c owned) List(ctx context.Context, query acsmon.Query) iter.Seq2[acsmon.Fields, error] {
	return func(yield func(acsmon.Fields, error) bool) {
		for row, err := range c.Store.List(ctx, query) {
			if acsmon.IsNotFound(err) {
				err = &converge.NotFoundError{Kind: c.kind, ID: c.id}
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// Age returns how old the rows of the list may be.
func (c owned) Age() time.Duration { return converge.AgeOf(c.Store) }

// Complete reports whether a search finds every row.
func (c owned) Complete(ctx context.Context) (bool, error) {
	known, ok := c.Store.(converge.Completer)
	if !ok {
		return false, nil
	}
	return known.Complete(ctx)
}

// Get returns a row unless it belongs to another resource: for some, the API needs only their id.
func (c owned) Get(ctx context.Context, id int64) (acsmon.Fields, error) {
	row, err := c.Store.Get(ctx, id)
	if owner := row[c.kind+"_id"]; err == nil && owner != nil && fmt.Sprint(owner) != fmt.Sprint(c.id) {
		return nil, fmt.Errorf("id %[2]d belongs to %[1]s %[3]v, not to %[1]s %[4]d: check id and %[1]s", c.kind, id, owner, c.id)
	}
	return row, err
}
