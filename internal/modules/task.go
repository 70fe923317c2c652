// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"cmp"
	"context"
	"fmt"
	"maps"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

func (r resource) run(ctx context.Context, s *session) (ansible.Result, error) {
	if r.checkTask != nil {
		if err := r.checkTask(s); err != nil {
			return nil, err
		}
	}
	t, err := r.plan(ctx, s)
	if err != nil {
		return nil, err
	}
	result, err := t.converge(ctx)
	if r.finish != nil && result != nil {
		err = cmp.Or(err, r.finish(ctx, t, result))
	}
	return result, err
}

func (t *task) converge(ctx context.Context) (ansible.Result, error) {
	warn(t.s, t.plan.Warnings)
	if t.s.CheckMode {
		result := t.predicted()
		_, err := t.engine.Predict(ctx, t.plan)
		return result, err
	}
	if err := converge.Affordable(ctx, t.s.client.Limit(), t.changes()); err != nil {
		return nil, err
	}
	return t.apply(ctx)
}

// task is what is planned for one resource.
type task struct {
	resource
	s            *session
	engine       converge.Engine
	plan         *converge.Plan
	subresources *subresources
	also         bool // the act is to be done
}

func (r resource) plan(ctx context.Context, s *session) (*task, error) {
	item, err := r.item(s.GivenValues(), s.Arg("state") == "absent")
	if err != nil {
		return nil, err
	}
	store, err := r.open(ctx, s)
	if err != nil {
		return nil, err
	}
	t := &task{resource: r, s: s, engine: r.engine(s.stores, store)}
	t.engine.SecretKeys = s.SecretKeys()
	if r.match != nil {
		t.engine.MatchOn = r.matchOn(s.Arg("match_on"))
	}
	if t.subresources, err = newSubresources(r, s, store); err != nil {
		return nil, err
	}
	if t.plan, err = t.engine.Plan(ctx, item); err != nil {
		return nil, err
	}
	if r.advise != nil {
		t.plan.Warnings = append(t.plan.Warnings, r.advise(item, t.plan)...)
	}
	if item.CreateOnly && t.plan.Current != nil {
		t.subresources = nil
	}
	t.also = r.acts(s, t.plan)
	return t, t.subresources.plan(ctx, t.plan.Current.ID())
}

// owner is the id of the resource to which this one belongs; 0: none.
func (t *task) owner() int64 {
	store, _ := t.engine.Store.(owned)
	return store.id
}

// acts reports whether the task does more than the plan.
func (r resource) acts(s *session, plan *converge.Plan) bool {
	if r.act == nil || s.Arg("state") == "absent" {
		return false
	}
	when := s.Arg(r.act.option)
	return when == "always" || when == "changed" && plan.Changes() || when == "created" && plan.Action == converge.Create
}

// changes counts the writes.
func (t *task) changes() int {
	return t.plan.Requests() + t.subresources.changes()
}

// newResult is the beginning of a result: the diff, and that nothing is done yet.
func (t *task) newResult() ansible.Result {
	result := ansible.Result{"changed": false}
	if t.changes() > 0 {
		before, after := maps.Clone(orEmpty(t.plan.Before)), maps.Clone(orEmpty(t.plan.After))
		t.subresources.diff(before, after)
		result["diff"] = map[string]any{"before": before, "after": after}
	}
	if t.act != nil {
		result[t.act.result] = false
	}
	return result
}

// predicted is the result in check mode.
func (t *task) predicted() ansible.Result {
	result := t.newResult()
	result["changed"] = t.changes() > 0 || t.also
	t.show(result, t.plan, t.plan.Predicted)
	t.subresources.show(result)
	if t.act != nil {
		result[t.act.result] = t.also
	}
	return result
}

// apply carries the plan out.
func (t *task) apply(ctx context.Context) (ansible.Result, error) {
	result := t.newResult()
	outcome, err := t.engine.Apply(ctx, t.plan)
	warn(t.s, outcome.Warnings)
	result["changed"] = outcome.Written
	t.show(result, t.plan, outcome.Resource)
	if err != nil {
		return result, err
	}
	written, err := t.subresources.apply(ctx, outcome.Resource.ID(), t.plan.Action == converge.Create)
	result["changed"] = outcome.Written || written
	t.subresources.show(result)
	if err != nil || !t.also {
		return result, err
	}
	if err := t.act.do(ctx, t.s.client, outcome.Resource.ID()); err != nil {
		return result, fmt.Errorf("%s %d is as it should be, but its %s failed: %w; to try again, set %[3]s: always",
			t.kind.Name, outcome.Resource.ID(), t.act.option, err)
	}
	result["changed"], result[t.act.result] = true, true
	return result, nil
}

// show puts the resource into the result. A removed one is shown as it was.
func (r resource) show(result ansible.Result, plan *converge.Plan, now acsmon.Fields) {
	if now == nil {
		now = plan.Current
	}
	if now != nil {
		result[r.key] = now
	}
	if plan.Left != nil {
		result["differs_in"] = plan.Left
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
