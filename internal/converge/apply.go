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

// Outcome is the result of applying a plan.
type Outcome struct {
	// Resource is the resource as the server has it now; nil if it is gone.
	Resource acsmon.Fields
	// Written says whether the server changed anything, as far as is known, even if there is an
	// error.
	Written  bool
	Warnings []string
}

// Apply carries a plan out. It compares each write with its response: a field that the server did
// not take is an error that names it.
func (e *Engine) Apply(ctx context.Context, p *Plan) (Outcome, error) {
	outcome, lost, err := e.start(ctx, p)
	if lost != nil {
		outcome, err = lost.await(ctx)
	}
	outcome.Resource = e.Kind.withoutSecrets(outcome.Resource)
	return outcome, err
}

// start is Apply until the response to a create is lost. It then returns the create that must be
// looked for.
func (e *Engine) start(ctx context.Context, p *Plan) (outcome Outcome, lost *lostCreate, err error) {
	if !p.Changes() {
		return Outcome{Resource: p.Current}, nil, nil
	}
	if err := Affordable(ctx, e.Limit(), 1); err != nil {
		return Outcome{Resource: p.Current}, nil, err
	}
	switch p.Action {
	case Create:
		return e.create(ctx, p)
	case Update:
		outcome, err = e.update(ctx, p)
	default:
		outcome, err = e.remove(ctx, p)
	}
	return outcome, nil, err
}

// mostAttempts is how often an update is sent if the server did not get it.
const mostAttempts = 3

// longestPause is shorter than any wait for the rate limit.
const longestPause = time.Second - 1

// update sends an update that is built on a recent reading of the row. If sending had to wait, the
// row is read and the update planned again.
func (e *Engine) update(ctx context.Context, p *Plan) (Outcome, error) {
	var contradicted []string
	for attempt := 1; ; attempt++ {
		if p.isOld() {
			if err := e.refresh(ctx, p); err != nil || !p.Changes() {
				return Outcome{Resource: p.Current}, err
			}
		}
		row, err := e.Store.Update(p.unpaused(ctx), p.Current.ID(), p.send)
		if waited, waitErr := e.waitOut(ctx, p, err); waited {
			continue
		} else if waitErr != nil {
			return Outcome{Resource: p.Current}, waitErr
		}
		switch {
		case err == nil:
			if row.ID() == 0 { // it is done, but the row is not shown
				row = acsmon.Fields{"id": p.Current.ID()}
			}
			row, warnings, err := e.restore(ctx, p, row)
			if err != nil {
				return Outcome{Resource: row, Written: true}, err
			}
			outcome, err := e.verify(ctx, p, row)
			outcome.Warnings = slices.Concat(outcome.Warnings, contradicted, warnings)
			return outcome, err
		case e.wantsWhole(p, err):
			contradicted = []string{e.putAside(p)}
			if err := e.refresh(ctx, p); err != nil {
				return Outcome{Resource: p.Current}, fmt.Errorf("%s: %w", contradicted[0], err)
			}
			continue
		case acsmon.IsNotFound(err):
			return Outcome{}, e.vanished(p.Current.ID())
		case acsmon.IsRefused(err):
			return Outcome{Resource: p.Current}, e.blame(p, err)
		}
		outcome, again, err := e.afterLostUpdate(ctx, p, err)
		if !again || attempt == mostAttempts {
			return outcome, err
		}
	}
}

// blame says which of the fields of a refused update the task does not name: an update sends the
// whole row back.
func (e *Engine) blame(p *Plan, err error) error {
	var unnamed []string
	for _, path := range slices.Sorted(maps.Keys(acsmon.InvalidFields(err))) {
		key, _, _ := strings.Cut(path, ".")
		_, sent := p.send[key]
		name := e.Kind.Covering(key)
		if _, named := p.desired[name]; sent && name != "" && !named && !slices.Contains(unnamed, name) {
			unnamed = append(unnamed, name)
		}
	}
	if len(unnamed) == 0 {
		return err
	}
	return fmt.Errorf("%w (an update sends back what the task does not name, and the server refuses its own value of %s: give it too, with a value that the server takes)",
		err, strings.Join(unnamed, ", "))
}

// unpaused lets an update that is built on a reading wait no longer than for a repeat. It does not
// wait for the rate limit, after which the row may have changed.
func (p *Plan) unpaused(ctx context.Context) context.Context {
	if !p.builtOnReading {
		return ctx
	}
	return acsmon.WithWaitLimit(ctx, longestPause)
}

// waitOut waits for as long as the server asks before an update can be sent, if that makes the
// reading old.
func (e *Engine) waitOut(ctx context.Context, p *Plan, err error) (waited bool, _ error) {
	var api *acsmon.Error
	if !p.builtOnReading || !errors.As(err, &api) || api.RetryAt.IsZero() || api.Lost {
		return false, nil
	}
	if acsmon.Sleep(ctx, time.Until(api.RetryAt)) != nil {
		return false, err
	}
	p.read = time.Time{}
	return true, nil
}

// afterLostUpdate finds out what happened to an update whose response was lost, and reports whether
// it can be sent again, based on the row as it is now.
func (e *Engine) afterLostUpdate(ctx context.Context, p *Plan, lost error) (_ Outcome, again bool, _ error) {
	id := p.Current.ID()
	now, err := e.reread(ctx, id)
	if err != nil {
		return Outcome{Resource: p.Current}, false, fmt.Errorf("it is not certain whether %s %d was changed (%w): run the task again", e.Kind.Name, id, lost)
	}
	if differing, err := e.differing(ctx, p.desired, now.row, false); err != nil || len(differing) > 0 {
		fresh, planErr := p.again(ctx, now)
		if err != nil || planErr != nil {
			return Outcome{Resource: now.row}, false, lost
		}
		*p = *fresh
		return Outcome{Resource: now.row}, acsmon.IsNetwork(lost), lost
	}
	if secrets := e.Kind.secretsIn(p); len(secrets) > 0 {
		return Outcome{Resource: now.row}, false, fmt.Errorf("it is not certain whether %s of %s %d was set (%w): run the task again with update_password: always",
			strings.Join(secrets, ", "), e.Kind.Name, id, lost)
	}
	return Outcome{Resource: now.row, Written: true, Warnings: []string{fmt.Sprintf(
		"the response to the update was lost (%s): %s %d was found to be as it was sent", lost, e.Kind.Name, id)}}, false, nil
}

func (e *Engine) remove(ctx context.Context, p *Plan) (Outcome, error) {
	id := p.Current.ID()
	err := e.Store.Delete(ctx, id)
	if err == nil || acsmon.IsNotFound(err) {
		if e.Recent != nil {
			e.Recent.Remove(id)
		}
		return Outcome{Written: true}, nil
	}
	if acsmon.IsRefused(err) {
		return Outcome{Resource: p.Current}, err
	}
	row, lookErr := e.Store.Get(ctx, id)
	switch {
	case acsmon.IsNotFound(lookErr):
		return Outcome{Written: true, Warnings: []string{fmt.Sprintf(
			"the response to the delete was lost (%s): %s %d was found to be gone", err, e.Kind.Name, id)}}, nil
	case lookErr != nil:
		return Outcome{Resource: p.Current}, fmt.Errorf("it is not certain whether %s %d was removed (%w): run the task again", e.Kind.Name, id, err)
	}
	return Outcome{Resource: row}, err
}

// verify compares what the server has after a write with what was sent. If the response differs,
// the row itself decides: a response may show a link as it was before.
func (e *Engine) verify(ctx context.Context, p *Plan, row acsmon.Fields) (Outcome, error) {
	outcome := Outcome{Resource: row, Written: true}
	given := slices.Sorted(maps.Keys(p.desired))
	now, err := e.complete(ctx, reading{row: row}, append(given, e.Kind.identity()))
	if err != nil {
		return outcome, fmt.Errorf("%s %d was written, and reading it back failed: %w", e.Kind.Name, row.ID(), err)
	}
	outcome.Resource = now.row
	differing, err := e.differing(ctx, p.desired, now.row, false)
	if err == nil && len(differing) > 0 && !now.whole {
		if again, readErr := e.reread(ctx, row.ID()); readErr == nil {
			outcome.Resource = again.row
			differing, err = e.differing(ctx, p.desired, again.row, false)
		}
	}
	if err != nil {
		return outcome, err
	}
	outcome.Warnings = e.warnings(ctx, p, outcome.Resource, given)
	if err := e.Kind.refuseExtras(outcome.Resource, given); err != nil {
		return outcome, fmt.Errorf("%s %d was written, but %w", e.Kind.Name, row.ID(), err)
	}
	if len(differing) > 0 {
		return outcome, fmt.Errorf("the server did not take %s of %s %d as it was sent: look at what it shows in the result, and ask for that or fix the value",
			strings.Join(e.describeAll(ctx, p, outcome.Resource, differing), ", "), e.Kind.Name, row.ID())
	}
	return outcome, nil
}

// warnings tell what cannot be verified, and what changed although nobody asked for it.
func (e *Engine) warnings(ctx context.Context, p *Plan, row acsmon.Fields, given []string) []string {
	var warnings []string
	notShown := append(e.Kind.notShown(row, given), e.Kind.masked(row, p.desired)...)
	if len(notShown) > 0 && p.Action == Create { // the plan of an update has already said so
		warnings = append(warnings, fmt.Sprintf("the server does not show %s of %s %d, so it is not certain that the server took it",
			strings.Join(notShown, ", "), e.Kind.Name, row.ID()))
	}
	for _, warning := range e.warnOfWhite(ctx, p.desired, row) {
		if !slices.Contains(p.Warnings, warning) { // its plan has said it already
			warnings = append(warnings, warning)
		}
	}
	if stray := e.strayed(p, row); stray != "" {
		warnings = append(warnings, stray)
	}
	return warnings
}
