// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Outcome is what a plan came to.
type Outcome struct {
	// Resource is the resource as the server has it now; nil when it is gone.
	Resource acsmon.Fields
	// Written says whether the server changed anything, as far as is known; with
	// an error too.
	Written  bool
	Warnings []string
}

// lookAgain is how long after a lost answer the list is looked through, each
// time counted from the look before.
var lookAgain = []time.Duration{time.Second, 4 * time.Second}

// Apply carries a plan out. Every write is held against the answer: a field that
// the server did not take is an error that names it.
func (e *Engine) Apply(ctx context.Context, p *Plan) (Outcome, error) {
	if !p.Changes() {
		return Outcome{Resource: p.Current}, nil
	}
	if err := Affordable(ctx, e.Limit(), 1); err != nil {
		return Outcome{Resource: p.Current}, err
	}
	switch p.Action {
	case Create:
		return e.create(ctx, p)
	case Update:
		return e.update(ctx, p)
	default:
		err := e.Store.Delete(ctx, p.Current.ID())
		if acsmon.IsNotFound(err) {
			err = nil
		}
		return Outcome{Written: err == nil}, err
	}
}

// Affordable says whether so many writes fit into the wait that the context
// allows. The error names the max_wait that they need.
func Affordable(ctx context.Context, limit acsmon.Limit, writes int) error {
	left, ok := acsmon.WaitBudget(ctx)
	if !ok || limit.PerMinute == 0 || writes <= limit.Remaining {
		return nil
	}
	minutes := math.Ceil(float64(writes-limit.Remaining) / float64(limit.PerMinute))
	needed := time.Duration(minutes) * time.Minute
	if needed <= left {
		return nil
	}
	return fmt.Errorf("%d changes at %d requests a minute need a wait of about %d s, and %d s are left: set max_wait to %d or more",
		writes, limit.PerMinute, int(needed.Seconds()), int(left.Seconds()), int(needed.Seconds())+60)
}

func (e *Engine) update(ctx context.Context, p *Plan) (Outcome, error) {
	row, err := e.Store.Update(ctx, p.Current.ID(), p.send)
	if acsmon.IsNotFound(err) {
		return Outcome{}, e.vanished(p.Current.ID())
	}
	if err != nil {
		return Outcome{Resource: p.Current}, err
	}
	return e.verify(ctx, p, row)
}

// create makes the resource, once. A lost answer is cleared up by looking.
func (e *Engine) create(ctx context.Context, p *Plan) (Outcome, error) {
	row, err := e.Store.Create(ctx, p.send)
	if err == nil {
		return e.verify(ctx, p, row)
	}
	var lost *acsmon.UncertainError
	if !errors.As(err, &lost) {
		return Outcome{}, err
	}
	row, err = e.recover(ctx, p, lost)
	if err != nil {
		return Outcome{}, err
	}
	outcome, err := e.verify(ctx, p, row)
	outcome.Warnings = append(outcome.Warnings, fmt.Sprintf(
		"the answer to the create was lost (%s): %s %d was found to be the one that it made", lost.Err, e.Kind.Name, row.ID()))
	return outcome, err
}

// recover finds what a create made whose answer was lost. Where it made nothing,
// and the server cannot still be working on it, it is sent once more.
func (e *Engine) recover(ctx context.Context, p *Plan, lost *acsmon.UncertainError) (acsmon.Fields, error) {
	row, err := e.lookForNew(ctx, p, lost)
	if err != nil || row != nil {
		return row, err
	}
	if !acsmon.IsNetwork(lost) || lost.Processing {
		return nil, e.uncertain(lost)
	}
	row, err = e.Store.Create(ctx, p.send)
	if err == nil {
		return row, nil
	}
	if !errors.As(err, &lost) {
		return nil, err
	}
	if row, err = e.lookForNew(ctx, p, lost); err != nil || row != nil {
		return row, err
	}
	return nil, e.uncertain(lost)
}

// lookForNew waits, looks, waits and looks for the one row that was not there
// before and has everything that was sent; nil if there is none.
func (e *Engine) lookForNew(ctx context.Context, p *Plan, lost *acsmon.UncertainError) (acsmon.Fields, error) {
	for _, wait := range lookAgain {
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w (%w)", e.uncertain(lost), ctx.Err())
		case <-time.After(wait):
		}
		rows, err := acsmon.Collect(e.Store.List(ctx, acsmon.Query{}))
		if err != nil {
			return nil, fmt.Errorf("%w; looking for it failed too: %w", e.uncertain(lost), err)
		}
		row, err := e.adopt(ctx, p, rows)
		if err != nil || row != nil {
			return row, err
		}
	}
	return nil, nil
}

func (e *Engine) adopt(ctx context.Context, p *Plan, rows []acsmon.Fields) (acsmon.Fields, error) {
	var found []acsmon.Fields
	for _, row := range rows {
		if p.known[row.ID()] || !same(p.desired["name"], row["name"]) {
			continue
		}
		whole, err := e.complete(ctx, row, slices.Collect(maps.Keys(p.desired)))
		if err != nil {
			return nil, err
		}
		wrong, _, err := e.unlike(ctx, p, whole)
		if err != nil {
			return nil, err
		}
		if len(wrong) == 0 {
			found = append(found, whole)
		}
	}
	return only(e.Kind.Name, fmt.Sprint(p.desired["name"]), found)
}

func (e *Engine) uncertain(lost *acsmon.UncertainError) error {
	if lost.Answered {
		return fmt.Errorf("the %s was not created: %w", e.Kind.Name, lost.Err)
	}
	return fmt.Errorf("it is not certain whether the %s was created (%w): run again, which looks first and makes no second one", e.Kind.Name, lost.Err)
}

// verify holds what the server has after a write against what was sent.
func (e *Engine) verify(ctx context.Context, p *Plan, row acsmon.Fields) (Outcome, error) {
	outcome := Outcome{Resource: row, Written: true}
	whole, err := e.complete(ctx, row, slices.Collect(maps.Keys(p.desired)))
	if err != nil {
		return outcome, fmt.Errorf("%s %d was written, and reading it back failed: %w", e.Kind.Name, row.ID(), err)
	}
	outcome.Resource = whole
	wrong, warnings, err := e.unlike(ctx, p, whole)
	outcome.Warnings = warnings
	if err != nil {
		return outcome, err
	}
	if len(wrong) > 0 {
		return outcome, fmt.Errorf("the server did not take %s of %s %d as it was sent: look at what it shows in the result, and ask for that or mend the value",
			strings.Join(wrong, ", "), e.Kind.Name, row.ID())
	}
	return outcome, nil
}

// unlike names the fields in which a row is not what was wanted.
func (e *Engine) unlike(ctx context.Context, p *Plan, row acsmon.Fields) (wrong, warnings []string, err error) {
	probe := &Plan{}
	for _, name := range slices.Sorted(maps.Keys(p.desired)) {
		differs, err := e.differs(ctx, probe, e.Kind.field(name), row, p.desired[name])
		if err != nil {
			return nil, nil, err
		}
		if differs {
			wrong = append(wrong, name)
		}
	}
	return wrong, probe.Warnings, nil
}
