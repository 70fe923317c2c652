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

// lookAgain is how long after a lost answer the list is looked through, each
// time counted from the look before. A server behind a proxy that gave up may
// still be storing what was sent: only then is it sent again.
var lookAgain = []time.Duration{time.Second, 4 * time.Second, 10 * time.Second}

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
		rows, err := fetchRows(ctx, e.Store, e.Kind.identityKey(), acsmon.Query{})
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
		if !same(p.desired[e.Kind.identity()], row[e.Kind.identityKey()]) {
			continue
		}
		now, err := e.complete(ctx, reading{row, false}, given)
		if err != nil {
			return nil, err
		}
		wrong, err := e.differing(ctx, p.desired, now.row, false)
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
	return fmt.Errorf("it is not certain whether the %s was created (%w): run the task again, which looks first and makes no second one", e.Kind.Name, lost.Err)
}
