// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// maxAge is how old the reading of a row may be when an update is sent that is built on
// it: what somebody else changes in between is undone.
const maxAge = 5 * time.Second

// reading is a row as far as it was read: a list may show less than there is.
type reading struct {
	row   acsmon.Fields
	whole bool      // read by itself: what it lacks, the server does not show
	at    time.Time // before it was asked for
	// namesakes are, where there is no row, the ids of others that have the name.
	namesakes map[int64]bool
}

// complete returns the row, read by itself where the list's does not show the
// fields of these names.
func (e *Engine) complete(ctx context.Context, now reading, names []string) (reading, error) {
	if now.whole || len(e.Kind.notShown(now.row, names)) == 0 {
		return now, nil
	}
	return e.reread(ctx, now.row.ID())
}

// reread reads a row by itself.
func (e *Engine) reread(ctx context.Context, id int64) (reading, error) {
	at := time.Now()
	row, err := e.Store.Get(ctx, id)
	if acsmon.IsNotFound(err) {
		err = e.vanished(id)
	}
	return reading{row: row, whole: true, at: at}, err
}

// isOld reports whether the row must be read again before the plan is carried out.
func (p *Plan) isOld() bool { return p.builtOnReading && time.Since(p.read) > maxAge }

// refresh plans again on the row as it is now.
func (e *Engine) refresh(ctx context.Context, p *Plan) error {
	now, err := e.reread(ctx, p.Current.ID())
	if err != nil {
		return err
	}
	fresh, err := p.again(ctx, now)
	if err == nil {
		*p = *fresh
	}
	return err
}

func (e *Engine) vanished(id int64) error { return &VanishedError{e.Kind.Name, id} }
