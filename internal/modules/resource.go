// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// resource declares a module that makes one resource present or absent. Its
// options id, name, new_name and state are the same in every such module.
type resource struct {
	name  string // of the module
	key   string // of the resource in the result
	kind  converge.Kind
	rules ansible.Rules
	store func(*acsmon.Client) converge.Store
	// under says to which resource's collection it belongs, and takes the place of
	// store; nil: to the install's.
	under *parent
	// links says for each field that refers to another resource which one it is.
	links map[string]link
	// parts says it for those that belong to what a field before them refers to.
	parts map[string]part
	// children are in a collection of its own; nil: there is none.
	children *children
	// act is what can be done with one; nil: nothing.
	act *act
	// check finds faults that the documentation's types cannot say, before
	// anything is asked of the server.
	check func(desired map[string]any) error
}

// link is another resource, which a field names by id or by name.
type link struct {
	kind  string // in messages
	store func(*acsmon.Client) converge.Store
}

// parent is a resource that has a collection of its own.
type parent struct {
	option string // that names it
	link   link
	store  func(c *acsmon.Client, id int64) converge.Store
}

// part is a resource in the collection of another one, to which a field of the same
// task refers. It is named by its id or by one of the keys; one can be read by its
// id whichever collection it is in.
type part struct {
	kind  string // in messages
	of    string // the field
	store func(c *acsmon.Client, id int64) converge.Store
	keys  []string
}

// act is what can be done with a resource, beside making it what it should be.
type act struct {
	option string // that says when: never, changed or always
	result string // the key that says whether it was done
	do     func(ctx context.Context, c *acsmon.Client, id int64) error
}

// resources are all of them, each after those that it refers to.
var resources = []resource{
	alertChannel, monitorGroup, deviceGroup, device, deviceOID, webhook, monitor,
	monitorAlertRule, alertRule, discovery,
}

// identity are the rules of the options that say which resource is meant.
var identity = ansible.Rules{RequiredOneOf: [][]string{{"id", "name"}}}

func (r resource) run(ctx context.Context, s *session) (ansible.Result, error) {
	t, err := r.plan(ctx, s)
	if err != nil {
		return nil, err
	}
	warn(s, t.plan.Warnings)
	if s.CheckMode {
		return t.predicted(), nil
	}
	if err := converge.Affordable(ctx, s.client.Limit(), t.changes()); err != nil {
		return nil, err
	}
	return t.apply(ctx)
}

// task is what is planned for one resource.
type task struct {
	resource
	s      *session
	engine converge.Engine
	plan   *converge.Plan
	family *family
	also   bool // the act is to be done
}

func (r resource) plan(ctx context.Context, s *session) (*task, error) {
	item, err := r.item(s)
	if err != nil {
		return nil, err
	}
	store, err := r.open(ctx, s)
	if err != nil {
		return nil, err
	}
	t := &task{resource: r, s: s, engine: converge.Engine{Kind: r.kind, Store: store, Limit: s.client.Limit}}
	if t.family, err = r.family(s, store); err != nil {
		return nil, err
	}
	if t.plan, err = t.engine.Plan(ctx, item); err != nil {
		return nil, err
	}
	t.also = r.acts(s, t.plan)
	return t, t.family.plan(ctx, t.plan.Current.ID())
}

// acts says whether the task does more than the plan.
func (r resource) acts(s *session, plan *converge.Plan) bool {
	if r.act == nil || s.Arg("state") == "absent" {
		return false
	}
	when := s.Arg(r.act.option)
	return when == "always" || when == "changed" && plan.Changes()
}

// changes counts what is to be written.
func (t *task) changes() int {
	if t.plan.Changes() {
		return 1 + t.family.changes()
	}
	return t.family.changes()
}

// answer is what a result begins with: the diff, and that nothing is done yet.
func (t *task) answer() ansible.Result {
	result := ansible.Result{"changed": false}
	if t.changes() > 0 {
		before, after := maps.Clone(orEmpty(t.plan.Before)), maps.Clone(orEmpty(t.plan.After))
		t.family.diff(before, after)
		result["diff"] = map[string]any{"before": before, "after": after}
	}
	if t.act != nil {
		result[t.act.result] = false
	}
	return result
}

// predicted is the answer of check mode.
func (t *task) predicted() ansible.Result {
	result := t.answer()
	result["changed"] = t.changes() > 0 || t.also
	t.show(result, t.plan, t.plan.Predicted)
	t.family.show(result)
	if t.act != nil {
		result[t.act.result] = t.also
	}
	return result
}

// apply carries the plan out.
func (t *task) apply(ctx context.Context) (ansible.Result, error) {
	result := t.answer()
	outcome, err := t.engine.Apply(ctx, t.plan)
	warn(t.s, outcome.Warnings)
	result["changed"] = outcome.Written
	t.show(result, t.plan, outcome.Resource)
	if err != nil {
		return result, err
	}
	written, err := t.family.apply(ctx, outcome.Resource.ID(), t.plan.Action == converge.Create)
	result["changed"] = outcome.Written || written
	t.family.show(result)
	if err != nil || !t.also {
		return result, err
	}
	if err := t.act.do(ctx, t.s.client, outcome.Resource.ID()); err != nil {
		return result, fmt.Errorf("%s %d is as it should be, but its %s failed: %w; for another try set %[3]s: always",
			t.kind.Name, outcome.Resource.ID(), t.act.option, err)
	}
	result["changed"], result[t.act.result] = true, true
	return result, nil
}

// open gives the collection in which the task works.
func (r resource) open(ctx context.Context, s *session) (converge.Store, error) {
	if r.under == nil {
		return r.store(s.client), nil
	}
	text := converge.Trim(s.Arg(r.under.option).(string))
	if text == "" {
		return nil, fmt.Errorf("%s is empty: give the %s's name or id", r.under.option, r.under.link.kind)
	}
	id, isID := converge.ParseID(text)
	if !isID {
		var err error
		if id, err = converge.Resolve(ctx, r.under.link.store(s.client), r.under.link.kind, text); err != nil {
			return nil, err
		}
	}
	return owned{r.under.store(s.client, id), r.under.link.kind, id}, nil
}

// owned is what belongs to one resource. That there is no such resource shows
// when the list is read.
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

// Get gives a row unless it belongs to another resource: some can be had by their
// id alone.
func (c owned) Get(ctx context.Context, id int64) (acsmon.Fields, error) {
	row, err := c.Store.Get(ctx, id)
	if owner := row[c.kind+"_id"]; err == nil && owner != nil && fmt.Sprint(owner) != fmt.Sprint(c.id) {
		return nil, fmt.Errorf("id %[2]d belongs to %[1]s %[3]v, not to %[1]s %[4]d: check id and %[1]s", c.kind, id, owner, c.id)
	}
	return row, err
}

// show puts the resource into the result: one that goes, as it was.
func (r resource) show(result ansible.Result, plan *converge.Plan, now acsmon.Fields) {
	if now == nil {
		now = plan.Current
	}
	if now != nil {
		result[r.key] = now
	}
}

func warn(s *session, warnings []string) {
	for _, warning := range warnings {
		s.Warnf("%s", warning)
	}
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

// item reads what the task wants.
func (r resource) item(s *session) (converge.Item, error) {
	return r.listed(s.client, s.GivenValues(), s.Arg("state") == "absent")
}

// listed makes an item of the given options.
func (r resource) listed(client *acsmon.Client, given map[string]any, absent bool) (converge.Item, error) {
	item := converge.Item{Absent: absent}
	for name, into := range map[string]*string{r.identity(): &item.Name, "new_name": &item.NewName} {
		text, ok := given[name].(string)
		if !ok {
			continue
		}
		if *into = converge.Trim(text); *into == "" {
			return item, fmt.Errorf("%s is empty: give the %s's name", name, r.kind.Name)
		}
	}
	if id, ok := given["id"].(int64); ok {
		if item.ID = id; id <= 0 {
			return item, fmt.Errorf("id is %d, and ids are greater than 0", id)
		}
	}
	if item.Absent && item.NewName != "" {
		return item, fmt.Errorf("new_name does not go with state: absent, which removes the %s: leave one of them out", r.kind.Name)
	}
	if item.NewName == item.Name {
		item.NewName = ""
	}
	item.ResendSecrets = given["update_password"] == "always"
	item.RiskSecrets = given["missing_secrets"] == "warn"
	item.Desired = r.desired(client, given)
	delete(item.Desired, r.identity())
	if r.check == nil || item.Absent {
		return item, nil
	}
	return item, r.check(item.Desired)
}

func (r resource) identity() string { return cmp.Or(r.kind.Identity, "name") }

// desired takes the fields from the given options, in the form that the engine
// wants them in: what refers to others becomes references.
func (r resource) desired(client *acsmon.Client, given map[string]any) map[string]any {
	desired := map[string]any{}
	for _, field := range r.kind.Fields {
		value, ok := given[field.Name]
		if !ok {
			continue
		}
		if link, ok := r.links[field.Name]; ok && field.Compare == converge.Links {
			value = link.references(client, value.([]any))
		} else if ok {
			value = link.reference(client, value.(string))
		}
		if part, ok := r.parts[field.Name]; ok {
			outer, _ := desired[part.of].(converge.Reference)
			value = part.reference(client, value.(string), outer)
		}
		desired[field.Name] = value
	}
	return desired
}

// reference looks the linked resource up once, when it is first asked for.
func (l link) reference(client *acsmon.Client, text string) converge.Reference {
	text = converge.Trim(text)
	return converge.Reference{Text: text, Resolve: once(func(ctx context.Context) (int64, error) {
		return converge.Resolve(ctx, l.store(client), l.kind, text)
	})}
}

// references looks all linked resources up at once, when they are first asked for.
func (l link) references(client *acsmon.Client, given []any) converge.References {
	texts := make([]string, 0, len(given))
	for _, text := range given {
		if text := converge.Trim(fmt.Sprint(text)); text != "" {
			texts = append(texts, text)
		}
	}
	return converge.References{Texts: texts, Resolve: once(func(ctx context.Context) ([]int64, error) {
		return converge.ResolveAll(ctx, l.store(client), l.kind, texts, "name")
	})}
}

// reference looks the part up once, within the resource that outer refers to.
func (p part) reference(client *acsmon.Client, text string, outer converge.Reference) converge.Reference {
	text = converge.Trim(text)
	return converge.Reference{Text: text, Resolve: once(func(ctx context.Context) (int64, error) {
		if _, isID := converge.ParseID(text); isID && outer.Text == "" {
			return converge.Resolve(ctx, p.store(client, 0), p.kind, text)
		}
		if outer.Text == "" {
			return 0, fmt.Errorf("%s %q can be looked up in one %s alone: give %[3]s too", p.kind, text, p.of)
		}
		id, isID := converge.ParseID(outer.Text)
		if !isID {
			var err error
			if id, err = outer.Resolve(ctx); err != nil {
				return 0, err
			}
		}
		ids, err := converge.ResolveAll(ctx, owned{p.store(client, id), p.of, id}, p.kind, []string{text}, p.keys...)
		if err != nil {
			return 0, err
		}
		return ids[0], nil
	})}
}

// section is where a batch looks up what is linked.
func (l link) section(client *acsmon.Client) *converge.Section {
	return &converge.Section{Engine: converge.Engine{
		Kind:  converge.Kind{Name: l.kind, Fields: []converge.Field{{Name: "name"}}},
		Store: l.store(client),
	}}
}

// once asks until there is an answer, and then remembers it.
func once[T any](ask func(context.Context) (T, error)) func(context.Context) (T, error) {
	var answer T
	answered := false
	return func(ctx context.Context) (T, error) {
		if answered {
			return answer, nil
		}
		var err error
		answer, err = ask(ctx)
		answered = err == nil
		return answer, err
	}
}
