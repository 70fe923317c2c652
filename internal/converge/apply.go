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
// time counted from the look before. A server behind a proxy that gave up may
// still be storing what was sent: only then is it sent again.
var lookAgain = []time.Duration{time.Second, 4 * time.Second, 10 * time.Second}

// Apply carries a plan out. Every write is held against the answer: a field that
// the server did not take is an error that names it.
func (e *Engine) Apply(ctx context.Context, p *Plan) (Outcome, error) {
	if !p.Changes() {
		return Outcome{Resource: p.Current}, nil
	}
	if err := Affordable(ctx, e.Limit(), 1); err != nil {
		return Outcome{Resource: p.Current}, err
	}
	write := e.remove
	switch p.Action {
	case Create:
		write = e.create
	case Update:
		write = e.update
	}
	outcome, err := write(ctx, p)
	outcome.Resource = e.Kind.concealed(outcome.Resource)
	return outcome, err
}

// Affordable says whether so many writes fit into the wait that the context
// allows. The error names the max_wait that they need, and a minute more for what
// the next run may have to wait before it comes this far.
func Affordable(ctx context.Context, limit acsmon.Limit, writes int) error {
	left, ok := acsmon.WaitBudget(ctx)
	needed := Wait(limit, writes)
	if !ok || needed <= left {
		return nil
	}
	return fmt.Errorf("%d changes at %d requests a minute need a wait of about %d s, and %d s are left: set max_wait to %d or more",
		writes, limit.PerMinute, int(needed.Seconds()), int(left.Seconds()), int(needed.Seconds())+60)
}

// Wait is about how long so many writes have to wait for the rate limit.
func Wait(limit acsmon.Limit, writes int) time.Duration {
	if limit.PerMinute == 0 || writes <= limit.Remaining {
		return 0
	}
	minutes := math.Ceil(float64(writes-limit.Remaining) / float64(limit.PerMinute))
	return time.Duration(minutes) * time.Minute
}

func (e *Engine) update(ctx context.Context, p *Plan) (Outcome, error) {
	id := p.Current.ID()
	row, err := e.Store.Update(ctx, id, p.send)
	switch {
	case err == nil && row.ID() == 0: // it is done, and not shown
		return e.verify(ctx, p, acsmon.Fields{"id": id})
	case err == nil:
		return e.verify(ctx, p, row)
	case acsmon.IsNotFound(err):
		return Outcome{}, e.vanished(id)
	case refused(err):
		return Outcome{Resource: p.Current}, err
	}
	// The answer was lost: what the server has now says whether it was carried out.
	row, lookErr := e.Store.Get(ctx, id)
	if lookErr != nil {
		return Outcome{Resource: p.Current}, fmt.Errorf("it is not certain whether %s %d was changed (%w): run again", e.Kind.Name, id, err)
	}
	if wrong, lookErr := e.unlike(ctx, p.desired, row); lookErr != nil || len(wrong) > 0 {
		return Outcome{Resource: row}, err
	}
	if secrets := e.Kind.secretsIn(p.desired); len(secrets) > 0 {
		return Outcome{Resource: row}, fmt.Errorf("it is not certain whether %s of %s %d was set (%w): run again with update_password: always",
			strings.Join(secrets, ", "), e.Kind.Name, id, err)
	}
	return Outcome{Resource: row, Written: true, Warnings: []string{fmt.Sprintf(
		"the answer to the update was lost (%s): %s %d was found to be as it was sent", err, e.Kind.Name, id)}}, nil
}

// refused says whether the server declined a request, rather than that its answer, or
// that to an earlier attempt at it, was lost.
func refused(err error) bool {
	var e *acsmon.Error
	return errors.As(err, &e) && e.Status >= 300 && e.Status < 500 && !e.Lost
}

func (e *Engine) remove(ctx context.Context, p *Plan) (Outcome, error) {
	id := p.Current.ID()
	err := e.Store.Delete(ctx, id)
	if err == nil || acsmon.IsNotFound(err) {
		return Outcome{Written: true}, nil
	}
	if refused(err) {
		return Outcome{Resource: p.Current}, err
	}
	row, lookErr := e.Store.Get(ctx, id)
	switch {
	case acsmon.IsNotFound(lookErr):
		return Outcome{Written: true, Warnings: []string{fmt.Sprintf(
			"the answer to the delete was lost (%s): %s %d was found to be gone", err, e.Kind.Name, id)}}, nil
	case lookErr != nil:
		return Outcome{Resource: p.Current}, fmt.Errorf("it is not certain whether %s %d was removed (%w): run again", e.Kind.Name, id, err)
	}
	return Outcome{Resource: row}, err
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
	row, warning, err := e.recover(ctx, p, lost)
	if err != nil {
		return Outcome{}, err
	}
	outcome, err := e.verify(ctx, p, row)
	outcome.Warnings = append(outcome.Warnings, warning)
	return outcome, err
}

// recover finds what a create made whose answer was lost. Where it made nothing,
// and the server cannot still be working on it, it is sent once more. The warning
// says which it was.
func (e *Engine) recover(ctx context.Context, p *Plan, lost *acsmon.UncertainError) (row acsmon.Fields, warning string, err error) {
	found := func(row acsmon.Fields) string {
		return fmt.Sprintf("the answer to the create was lost (%s): %s %d was found to be the one that it made", lost.Err, e.Kind.Name, row.ID())
	}
	if row, err = e.lookForNew(ctx, p, lost); err != nil || row != nil {
		return row, found(row), err
	}
	if !acsmon.IsNetwork(lost) || lost.Processing {
		return nil, "", e.uncertain(lost)
	}
	warning = fmt.Sprintf("the answer to the create was lost (%s), and nothing had been created some time later: it was sent once more", lost.Err)
	row, err = e.Store.Create(ctx, p.send)
	if err == nil || !errors.As(err, &lost) {
		return row, warning, err
	}
	if row, err = e.lookForNew(ctx, p, lost); err != nil || row != nil {
		return row, found(row), err
	}
	return nil, "", e.uncertain(lost)
}

// lookForNew waits, looks, waits and looks for the one row that has everything that
// was sent; nil if there is none.
func (e *Engine) lookForNew(ctx context.Context, p *Plan, lost *acsmon.UncertainError) (acsmon.Fields, error) {
	for _, wait := range lookAgain {
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w (%w)", e.uncertain(lost), ctx.Err())
		case <-time.After(wait):
		}
		rows, err := read(ctx, e.Store, e.Kind.key(), acsmon.Query{})
		if err != nil {
			return nil, fmt.Errorf("%w; looking for it failed too: %w", e.uncertain(lost), err)
		}
		row, err := e.adopt(ctx, p, rows, lost)
		if err != nil || row != nil {
			return row, err
		}
	}
	return nil, nil
}

// adopt finds among the rows the one that the create made: before it there was
// none of that name. One that is not as it was sent is in doubt: then nothing more
// may be sent.
func (e *Engine) adopt(ctx context.Context, p *Plan, rows []acsmon.Fields, lost *acsmon.UncertainError) (acsmon.Fields, error) {
	given := slices.Sorted(maps.Keys(p.desired))
	var found []acsmon.Fields
	for _, row := range rows {
		if !same(p.desired[e.Kind.identity()], row[e.Kind.key()]) {
			continue
		}
		now, err := e.complete(ctx, reading{row, false}, given)
		if err != nil {
			return nil, err
		}
		wrong, err := e.unlike(ctx, p.desired, now.row)
		if err != nil {
			return nil, err
		}
		if len(wrong) > 0 {
			return nil, fmt.Errorf("the answer to the create was lost (%w), and there is a new %s %d of that %s, whose %s is not as it was sent: look whether it is the one",
				lost.Err, e.Kind.Name, row.ID(), e.Kind.identity(), strings.Join(wrong, ", "))
		}
		found = append(found, now.row)
	}
	return only(e.Kind.Name, fmt.Sprint(p.desired[e.Kind.identity()]), found)
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
	given := slices.Sorted(maps.Keys(p.desired))
	now, err := e.complete(ctx, reading{row, false}, append(given, e.Kind.identity()))
	if err != nil {
		return outcome, fmt.Errorf("%s %d was written, and reading it back failed: %w", e.Kind.Name, row.ID(), err)
	}
	outcome.Resource = now.row
	hidden := append(e.Kind.hides(now.row, given), e.Kind.masked(now.row, p.desired)...)
	if len(hidden) > 0 && p.Action == Create { // an update's plan has said so
		outcome.Warnings = append(outcome.Warnings, fmt.Sprintf("the server does not show %s of %s %d, so it is not certain that it took it",
			strings.Join(hidden, ", "), e.Kind.Name, row.ID()))
	}
	if stray := e.strayed(p, now.row); stray != "" {
		outcome.Warnings = append(outcome.Warnings, stray)
	}
	wrong, err := e.unlike(ctx, p.desired, now.row)
	if err != nil {
		return outcome, err
	}
	if len(wrong) > 0 {
		return outcome, fmt.Errorf("the server did not take %s of %s %d as it was sent: look at what it shows in the result, and ask for that or mend the value",
			strings.Join(wrong, ", "), e.Kind.Name, row.ID())
	}
	return outcome, nil
}
