// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Changes counts the steps that write, one request each.
func Changes(steps []*Step) int {
	n := 0
	for _, step := range steps {
		if step.Plan.Changes() {
			n++
		}
	}
	return n
}

// Apply carries the steps out, in their order. After a failure it ends, or goes on
// with what does not depend on it: a step that needs what was not created is left
// out, and nothing that no item lists is removed. Where the failure is not one
// step's own, for the server is away or asks for a longer wait than is allowed, it
// ends in any case. The error is that of the first step that failed; each step
// says what became of it.
func (b *Batch) Apply(ctx context.Context, steps []*Step, goOn bool) error {
	var failed *Step
	stopped := false
	for _, step := range steps {
		if !step.Plan.Changes() {
			continue
		}
		if step.Err = step.blockedBy(failed, stopped); step.Err != nil {
			continue
		}
		step.Tried = true
		if step.Outcome, step.Err = b.apply(ctx, step); step.Err == nil {
			continue
		}
		if failed == nil {
			failed = step
		}
		stopped = stopped || !goOn || !ownFault(ctx, step.Err)
	}
	if failed == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", failed.Label(), failed.Err)
}

func (b *Batch) apply(ctx context.Context, step *Step) (Outcome, error) {
	if len(step.needs) > 0 { // their ids are known now
		if err := b.planStep(ctx, step); err != nil {
			return Outcome{}, err
		}
	}
	return b.engine(step).Apply(ctx, step.Plan)
}

// blockedBy is why a step is not tried, after one that failed.
func (s *Step) blockedBy(failed *Step, stopped bool) error {
	if missing := slices.IndexFunc(s.needs, func(need *Step) bool { return need.ID() == 0 }); missing >= 0 {
		return fmt.Errorf("not tried: it refers to %s, which was not created", s.needs[missing].Label())
	}
	switch {
	case stopped:
		return fmt.Errorf("not tried: the run ended with %s", failed.Label())
	case failed != nil && s.Index < 0:
		return fmt.Errorf("not tried: nothing that is not listed is removed after a failure, here that of %s", failed.Label())
	}
	return nil
}

// ownFault reports whether an error is about one resource, so that others may do better.
func ownFault(ctx context.Context, err error) bool {
	var api *acsmon.Error
	return ctx.Err() == nil && (!errors.As(err, &api) || acsmon.IsRequestFault(err))
}
