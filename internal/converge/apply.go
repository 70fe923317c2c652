// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

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
	outcome.Resource = e.Kind.withoutSecrets(outcome.Resource)
	return outcome, err
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
	case acsmon.IsRefused(err):
		return Outcome{Resource: p.Current}, err
	}
	// The answer was lost: what the server has now says whether it was carried out.
	row, lookErr := e.Store.Get(ctx, id)
	if lookErr != nil {
		return Outcome{Resource: p.Current}, fmt.Errorf("it is not certain whether %s %d was changed (%w): run the task again", e.Kind.Name, id, err)
	}
	if wrong, lookErr := e.differing(ctx, p.desired, row, false); lookErr != nil || len(wrong) > 0 {
		return Outcome{Resource: row}, err
	}
	if secrets := e.Kind.secretsIn(p.desired); len(secrets) > 0 {
		return Outcome{Resource: row}, fmt.Errorf("it is not certain whether %s of %s %d was set (%w): run the task again with update_password: always",
			strings.Join(secrets, ", "), e.Kind.Name, id, err)
	}
	return Outcome{Resource: row, Written: true, Warnings: []string{fmt.Sprintf(
		"the answer to the update was lost (%s): %s %d was found to be as it was sent", err, e.Kind.Name, id)}}, nil
}

func (e *Engine) remove(ctx context.Context, p *Plan) (Outcome, error) {
	id := p.Current.ID()
	err := e.Store.Delete(ctx, id)
	if err == nil || acsmon.IsNotFound(err) {
		return Outcome{Written: true}, nil
	}
	if acsmon.IsRefused(err) {
		return Outcome{Resource: p.Current}, err
	}
	row, lookErr := e.Store.Get(ctx, id)
	switch {
	case acsmon.IsNotFound(lookErr):
		return Outcome{Written: true, Warnings: []string{fmt.Sprintf(
			"the answer to the delete was lost (%s): %s %d was found to be gone", err, e.Kind.Name, id)}}, nil
	case lookErr != nil:
		return Outcome{Resource: p.Current}, fmt.Errorf("it is not certain whether %s %d was removed (%w): run the task again", e.Kind.Name, id, err)
	}
	return Outcome{Resource: row}, err
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
	hidden := append(e.Kind.notShown(now.row, given), e.Kind.masked(now.row, p.desired)...)
	if len(hidden) > 0 && p.Action == Create { // an update's plan has said so
		outcome.Warnings = append(outcome.Warnings, fmt.Sprintf("the server does not show %s of %s %d, so it is not certain that it took it",
			strings.Join(hidden, ", "), e.Kind.Name, row.ID()))
	}
	if stray := e.strayed(p, now.row); stray != "" {
		outcome.Warnings = append(outcome.Warnings, stray)
	}
	wrong, err := e.differing(ctx, p.desired, now.row, false)
	if err != nil {
		return outcome, err
	}
	if len(wrong) > 0 {
		return outcome, fmt.Errorf("the server did not take %s of %s %d as it was sent: look at what it shows in the result, and ask for that or fix the value",
			strings.Join(wrong, ", "), e.Kind.Name, row.ID())
	}
	return outcome, nil
}
