// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"

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
	// links says for each field that refers to another resource which one it is.
	links map[string]link
	// check finds faults that the documentation's types cannot say, before
	// anything is asked of the server.
	check func(desired map[string]any) error
}

// link is another resource, which a field names by id or by name.
type link struct {
	kind  string // in messages
	store func(*acsmon.Client) converge.Store
}

// identity are the rules of the options that say which resource is meant.
var identity = ansible.Rules{RequiredOneOf: [][]string{{"id", "name"}}}

func (r resource) run(ctx context.Context, s *session) (ansible.Result, error) {
	item, err := r.item(s)
	if err != nil {
		return nil, err
	}
	engine := converge.Engine{Kind: r.kind, Store: r.store(s.client), Limit: s.client.Limit}
	plan, err := engine.Plan(ctx, item)
	if err != nil {
		return nil, err
	}
	warn(s, plan.Warnings)
	result := ansible.Result{"changed": plan.Changes()}
	if plan.Changes() {
		result["diff"] = map[string]any{"before": orEmpty(plan.Before), "after": orEmpty(plan.After)}
	}
	if s.CheckMode || !plan.Changes() {
		r.show(result, plan, plan.Predicted)
		return result, nil
	}
	outcome, err := engine.Apply(ctx, plan)
	warn(s, outcome.Warnings)
	result["changed"] = outcome.Written
	r.show(result, plan, outcome.Resource)
	return result, err
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
	item := converge.Item{Absent: s.Arg("state") == "absent", Desired: map[string]any{}}
	for name, into := range map[string]*string{"name": &item.Name, "new_name": &item.NewName} {
		if !s.Given(name) {
			continue
		}
		if *into = converge.Trim(s.Arg(name).(string)); *into == "" {
			return item, fmt.Errorf("%s is empty: give the %s's name", name, r.kind.Name)
		}
	}
	if s.Given("id") {
		if item.ID = s.Arg("id").(int64); item.ID <= 0 {
			return item, fmt.Errorf("id is %d, and ids are greater than 0", item.ID)
		}
	}
	if item.Absent && item.NewName != "" {
		return item, fmt.Errorf("new_name does not go with state: absent, which removes the %s: leave one of them out", r.kind.Name)
	}
	if item.NewName == item.Name {
		item.NewName = ""
	}
	for _, field := range r.kind.Fields {
		if field.Name == "name" || !s.Given(field.Name) {
			continue
		}
		item.Desired[field.Name] = s.Arg(field.Name)
		if link, ok := r.links[field.Name]; ok {
			item.Desired[field.Name] = link.reference(s.client, s.Arg(field.Name).(string))
		}
	}
	if r.check == nil || item.Absent {
		return item, nil
	}
	return item, r.check(item.Desired)
}

// reference looks the linked resource up once, when it is first asked for.
func (l link) reference(client *acsmon.Client, text string) converge.Reference {
	text = converge.Trim(text)
	var id int64
	return converge.Reference{Text: text, Resolve: func(ctx context.Context) (int64, error) {
		var err error
		if id == 0 {
			id, err = converge.Resolve(ctx, l.store(client), l.kind, text)
		}
		return id, err
	}}
}
