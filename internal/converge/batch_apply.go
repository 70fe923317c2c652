// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Changes counts the steps that write.
func Changes(steps []*Step) int {
	n := 0
	for _, step := range steps {
		if step.Plan.Changes() {
			n++
		}
	}
	return n
}

// Requests counts the requests of the steps: one for each that writes, one more for each part of a
// resource that is written by itself, and one more for each update that is built on a reading and
// must wait for the rate limit, because the row is then read again.
func Requests(steps []*Step, limit acsmon.Limit) int {
	n := 0
	for _, step := range steps {
		if !step.Plan.Changes() {
			continue
		}
		n += step.Plan.Requests()
		if step.Plan.builtOnReading && limit.PerMinute > 0 && n > limit.Remaining {
			n++
		}
	}
	return n
}

// Apply carries the steps out in their order. After a failure it stops, or goes on with what does
// not depend on the failed step: a step that needs what was not created is left out, and nothing is
// removed that no item lists. If the failure is not about one step, because the server is away or
// asks for a longer wait than is allowed, Apply always stops. A create whose response was lost is
// looked for in the meantime, and what depends on it waits. The error is that of the first step
// that failed; each step says what happened to it.
func (b *Batch) Apply(ctx context.Context, steps []*Step, goOn bool) error {
	r := &batchRun{batch: b, goOn: goOn, total: Changes(steps)}
	for queue := steps; len(queue) > 0; {
		queue = r.pass(ctx, queue)
		r.awaitLost(ctx)
	}
	if r.failed == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", r.failed.Label(), r.failed.Err)
}

// batchRun is one Apply.
type batchRun struct {
	batch   *Batch
	goOn    bool
	failed  *Step // the first step that failed
	stopped bool
	lost    []*Step // creates whose responses were lost, and that are being looked for

	tried, total int
}

// pass tries each step, and returns those that must wait for a lost create.
func (r *batchRun) pass(ctx context.Context, steps []*Step) (waiting []*Step) {
	for _, step := range steps {
		if !step.Plan.Changes() {
			continue
		}
		r.lookForLost(ctx, time.Now())
		if r.mustWait(step) {
			waiting = append(waiting, step)
			continue
		}
		if step.Err = step.blockedBy(r.failed, r.stopped); step.Err != nil {
			continue
		}
		step.Tried = true
		r.try(ctx, step)
		r.tried++
		if tell := r.batch.Progress; tell != nil {
			tell(r.tried, r.total)
		}
	}
	return waiting
}

// mustWait reports whether a step depends on the result of a lost create.
func (r *batchRun) mustWait(step *Step) bool {
	return len(r.lost) > 0 && (step.Index < 0 || slices.ContainsFunc(step.needs, func(need *Step) bool { return need.lost != nil }))
}

// try carries one step out, with the ids that are known at this point.
func (r *batchRun) try(ctx context.Context, step *Step) {
	if len(step.needs) > 0 {
		if err := r.batch.planStep(ctx, step); err != nil {
			r.record(ctx, step, Outcome{}, err)
			return
		}
	}
	outcome, lost, err := r.batch.engine(step).start(ctx, step.Plan)
	if lost == nil {
		r.record(ctx, step, outcome, err)
		return
	}
	step.lost, r.lost = lost, append(r.lost, step)
	r.look(ctx, step) // nothing else is tried until the server answers
}

// record records what happened to a step.
func (r *batchRun) record(ctx context.Context, step *Step, outcome Outcome, err error) {
	step.Outcome, step.Err = outcome, err
	step.Outcome.Resource = step.Section.Kind.withoutSecrets(outcome.Resource)
	if err == nil {
		return
	}
	if r.failed == nil {
		r.failed = step
	}
	r.stopped = r.stopped || !r.goOn || !ownFault(ctx, err)
}

// look waits until it is time to look for a lost create, and then looks.
func (r *batchRun) look(ctx context.Context, step *Step) {
	lost := step.lost
	outcome, err := Outcome{}, acsmon.Sleep(ctx, time.Until(lost.next))
	if err != nil {
		lost.done, err = true, lost.uncertain()
	} else {
		outcome, err = lost.look(ctx)
	}
	if !lost.done {
		return
	}
	step.lost = nil
	r.lost = slices.DeleteFunc(r.lost, func(other *Step) bool { return other == step })
	r.record(ctx, step, outcome, err)
}

// lookForLost looks for the lost creates for which it is time.
func (r *batchRun) lookForLost(ctx context.Context, now time.Time) {
	for _, step := range slices.Clone(r.lost) {
		if !step.lost.next.After(now) {
			r.look(ctx, step)
		}
	}
}

// awaitLost looks until it is known what happened to all lost creates.
func (r *batchRun) awaitLost(ctx context.Context) {
	for len(r.lost) > 0 {
		r.look(ctx, slices.MinFunc(r.lost, func(a, b *Step) int { return a.lost.next.Compare(b.lost.next) }))
	}
}

// blockedBy returns why a step is not tried after another one failed; nil if it is.
func (s *Step) blockedBy(failed *Step, stopped bool) error {
	if missing := slices.IndexFunc(s.needs, func(need *Step) bool { return need.ID() == 0 }); missing >= 0 {
		return fmt.Errorf("not tried: it refers to %s, which was not created", s.needs[missing].Label())
	}
	switch {
	case stopped:
		return fmt.Errorf("not tried: the run ended with %s", failed.Label())
	case failed != nil && s.Index < 0:
		return fmt.Errorf("not tried: after a failure, nothing is removed; the first failure is that of %s", failed.Label())
	}
	return nil
}

// ownFault reports whether an error is about one resource, so that others may succeed.
func ownFault(ctx context.Context, err error) bool {
	var api *acsmon.Error
	return ctx.Err() == nil && (!errors.As(err, &api) || acsmon.IsRequestFault(err))
}
