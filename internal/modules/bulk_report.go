// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"fmt"
	"slices"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/settings"
)

// bulkReport says what a bulk module planned and did.
type bulkReport struct {
	s        *session
	steps    []*converge.Step
	requests int           // how many the plan makes
	wait     time.Duration // how long they must wait
}

// result is the module's result. A prediction is about a future run; otherwise what was not done
// has not changed.
func (r bulkReport) result(prediction bool) ansible.Result {
	list := make([]map[string]any, 0, len(r.steps))
	var warnings []string
	changed := false
	before, after := map[string]any{}, map[string]any{}
	for _, step := range r.steps {
		item, writes := stepData(step), step.Outcome.Written || prediction && step.Plan.Changes()
		item["changed"] = writes
		changed = changed || writes
		list = append(list, item)
		if writes {
			put(before, step, step.Plan.Before, step.Plan.Action != converge.Create)
			put(after, step, step.Plan.After, step.Plan.Action != converge.Delete)
		}
		for _, warning := range append(step.Plan.Warnings, step.Outcome.Warnings...) {
			warnings = append(warnings, step.Label()+": "+warning)
		}
	}
	warn(r.s, shortened(warnings))
	result := ansible.Result{
		"changed": changed, "resources": list,
		"planned_requests": r.requests, "estimated_seconds": int(r.wait.Seconds()),
	}
	if len(before)+len(after) > 0 {
		result["diff"] = map[string]any{"before": before, "after": after}
	}
	return result
}

// failure is the result of a task that failed: what was done, and what went wrong. The rest would
// hide the message.
func (r bulkReport) failure() ansible.Result {
	r.steps = slices.DeleteFunc(slices.Clone(r.steps), func(step *converge.Step) bool {
		return step.Err == nil && !step.Outcome.Written
	})
	return r.result(false)
}

func stepData(step *converge.Step) map[string]any {
	item := map[string]any{"section": step.Section.Name, "name": step.Name(), "action": step.Plan.Action}
	if id := step.ID(); id != 0 {
		item["id"] = id
	}
	if step.Plan.Left != nil {
		item["differs_in"] = step.Plan.Left
	}
	if step.Plan.Changes() {
		item["diff"] = map[string]any{"before": orEmpty(step.Plan.Before), "after": orEmpty(step.Plan.After)}
	}
	if step.Err != nil {
		item["error"] = settings.Task.Explain(step.Err).Error()
	}
	return item
}

// put adds one resource to a side of the whole diff, under its section and its name. If several
// resources have the name, its id is added.
func put(side map[string]any, step *converge.Step, fields map[string]any, there bool) {
	if !there {
		return
	}
	section, ok := side[step.Section.Name].(map[string]any)
	if !ok {
		section = map[string]any{}
		side[step.Section.Name] = section
	}
	name := step.Title()
	if _, taken := section[name]; taken || name == "" {
		name = fmt.Sprintf("%s (id %d)", name, step.ID())
	}
	section[name] = orEmpty(fields)
}

// summary adds to the error of the step that failed first what happened to the rest.
func (r bulkReport) summary(err error) error {
	if err == nil {
		return nil
	}
	made, failed, left := 0, 0, 0
	for _, step := range r.steps {
		switch {
		case !step.Plan.Changes():
		case !step.Tried:
			left++
		case step.Err != nil:
			failed++
		default:
			made++
		}
	}
	return fmt.Errorf("%w (%d of %d changes were made, %d failed, %d were not tried: see resources, fix it and run the task again)", err, made, made+failed+left, failed, left)
}
