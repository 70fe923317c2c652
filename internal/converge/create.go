// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

const (
	// longestRequest is longer than PHP lets a request run. A create that is still not visible
	// after this time was not carried out.
	longestRequest = time.Minute
	// firstLook is how long after a lost response the list is searched. Each later wait is twice as
	// long.
	firstLook = time.Second
	// mostLooks limits the looks if no wait budget does.
	mostLooks = 8
)

// create sends a create. If its response is lost, it returns what must be looked for.
func (e *Engine) create(ctx context.Context, p *Plan) (Outcome, *lostCreate, error) {
	row, err := e.Store.Create(ctx, p.send)
	if err == nil {
		outcome, err := e.created(ctx, p, row)
		return outcome, nil, err
	}
	var uncertain *acsmon.UncertainError
	if !errors.As(err, &uncertain) {
		return Outcome{}, nil, err
	}
	lost := &lostCreate{engine: e, plan: p, err: uncertain, wait: firstLook, next: time.Now().Add(firstLook)}
	if uncertain.Answered { // the server has finished
		lost.next = time.Now()
	}
	return Outcome{}, lost, nil
}

// created records for other runs what a create made, and verifies it.
func (e *Engine) created(ctx context.Context, p *Plan, row acsmon.Fields) (Outcome, error) {
	if e.Recent != nil && row.ID() > 0 {
		e.Recent.Add(e.recentKey(p.desired), row.ID())
	}
	return e.verify(ctx, p, row)
}

// lostCreate is a create whose response was lost. It is looked for at growing intervals, and sent
// once more if the server has answered for a minute without showing it.
type lostCreate struct {
	engine *Engine
	plan   *Plan
	err    *acsmon.UncertainError

	wait     time.Duration // before the next look
	next     time.Time     // when to look next
	answered time.Time     // the first look to which the server answered
	looks    int
	resent   bool
	done     bool // it is known what happened to it, or cannot be
}

// await looks until it is known what happened to the create.
func (l *lostCreate) await(ctx context.Context) (Outcome, error) {
	for {
		if err := acsmon.Sleep(ctx, time.Until(l.next)); err != nil {
			return Outcome{}, l.uncertain()
		}
		if outcome, err := l.look(ctx); l.done {
			return outcome, err
		}
	}
}

// look looks for the one row that has everything that was sent. There is no outcome until it is
// done.
func (l *lostCreate) look(ctx context.Context) (Outcome, error) {
	e := l.engine
	l.looks++
	all, err := fetchRows(ctx, e.Store, e.Kind.identityKey(), acsmon.Query{})
	if err != nil {
		l.done = true
		return Outcome{}, fmt.Errorf("%w; looking for it also failed: %w", l.uncertain(), err)
	}
	if l.answered.IsZero() {
		l.answered = time.Now()
	}
	row, err := l.adopt(ctx, all.rows)
	if err != nil || row != nil {
		l.done = true
		if err != nil {
			return Outcome{}, err
		}
		return l.found(ctx, row)
	}
	waited := time.Since(l.answered) >= longestRequest
	switch {
	case l.err.Answered, l.looks >= mostLooks, waited && (l.resent || !l.mayBeResent()):
		l.done = true
		return Outcome{}, l.uncertain()
	case waited:
		return l.resend(ctx)
	}
	l.wait *= 2
	l.next = time.Now().Add(l.wait)
	return Outcome{}, nil
}

// mayBeResent reports whether the server may not have got the create, or a gateway may have given
// up on it: no response came from the application itself.
func (l *lostCreate) mayBeResent() bool { return acsmon.IsNetwork(l.err) || l.err.Processing }

// resend sends the create once more.
func (l *lostCreate) resend(ctx context.Context) (Outcome, error) {
	first := l.err
	outcome, again, err := l.engine.create(ctx, l.plan)
	if again != nil {
		*l = *again
		l.resent = true
		return Outcome{}, nil
	}
	l.done = true
	outcome.Warnings = append(outcome.Warnings, fmt.Sprintf(
		"the response to the create was lost (%s), and nothing had been created a minute later: it was sent once more", first.Err))
	return outcome, err
}

// found records the row that the create made, with the parts that it still lacked.
func (l *lostCreate) found(ctx context.Context, row acsmon.Fields) (Outcome, error) {
	row, err := l.addParts(ctx, row)
	if err != nil {
		return Outcome{Resource: row, Written: true}, err
	}
	outcome, err := l.engine.created(ctx, l.plan, row)
	outcome.Warnings = append(outcome.Warnings, fmt.Sprintf(
		"the response to the create was lost (%s): %s %d was found to be the one that it made", l.err.Err, l.engine.Kind.Name, row.ID()))
	return outcome, err
}

// addParts writes the parts of a row, which have requests of their own, after that of the row.
func (l *lostCreate) addParts(ctx context.Context, row acsmon.Fields) (acsmon.Fields, error) {
	if l.plan.writes == 0 {
		return row, nil
	}
	e, item := l.engine, Item{ID: row.ID(), Desired: l.plan.desired}
	rest, err := e.planUpdate(ctx, item, reading{row: row, at: time.Now()})
	if err != nil || !rest.Changes() {
		return row, err
	}
	outcome, err := e.update(ctx, rest)
	return outcome.Resource, err
}

// adopt finds the row that the create made: before it there was no row of that name, or only the
// namesakes. If a row differs from what was sent, that is uncertain, and nothing more may be sent.
func (l *lostCreate) adopt(ctx context.Context, rows []acsmon.Fields) (acsmon.Fields, error) {
	e, desired := l.engine, l.plan.desired
	name := fmt.Sprint(desired[e.Kind.identity()])
	given := slices.Sorted(maps.Keys(desired))
	candidates, err := l.candidates(ctx, name, rows)
	if err != nil {
		return nil, err
	}
	var found []acsmon.Fields
	for _, row := range candidates {
		now, err := e.complete(ctx, reading{row: row}, given)
		if err != nil {
			return nil, err
		}
		differing, err := e.differing(ctx, desired, now.row, false)
		if err != nil {
			return nil, err
		}
		if differing = l.withoutParts(differing); len(differing) > 0 {
			return nil, fmt.Errorf("the response to the create was lost (%w), and there is a new %s %d of that %s, whose %s is not as it was sent: check whether it is the one",
				l.err.Err, e.Kind.Name, row.ID(), e.Kind.identity(), strings.Join(differing, ", "))
		}
		found = append(found, now.row)
	}
	return only(e.Kind.Name, name, found)
}

// withoutParts leaves out the fields that the create does not write itself.
func (l *lostCreate) withoutParts(fields []string) []string {
	return slices.DeleteFunc(fields, func(name string) bool { return l.plan.apart[name] })
}

// candidates returns the rows that the create may have made: those of its name that are new and, if
// the name is not enough, those that have its identity.
func (l *lostCreate) candidates(ctx context.Context, name string, rows []acsmon.Fields) ([]acsmon.Fields, error) {
	e := l.engine
	candidates := slices.DeleteFunc(e.Kind.named(rows, name), func(row acsmon.Fields) bool {
		return l.plan.namesakes[row.ID()]
	})
	if e.goesByName() {
		return candidates, nil
	}
	known := idsOf(candidates)
	same, err := e.sift(ctx, rows, func(acsmon.Fields) Item { return Item{Desired: l.plan.desired} })
	return append(candidates, slices.DeleteFunc(same, func(row acsmon.Fields) bool { return known[row.ID()] })...), err
}

// uncertain is the error for a create about which nothing more can be found out.
func (l *lostCreate) uncertain() error {
	if l.err.Answered {
		return fmt.Errorf("the %s was not created: %w", l.engine.Kind.Name, l.err.Err)
	}
	return fmt.Errorf("it is not certain whether the %s was created (%w): run the task again in a minute, which looks first and makes no second one",
		l.engine.Kind.Name, l.err.Err)
}
