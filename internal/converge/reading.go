// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// maxAge is how old the reading of a row may be when an update is sent that is built on it: the
// update undoes what somebody else changed in between.
const maxAge = 5 * time.Second

// reading is a row as far as it was read: a list may show less than a single read.
type reading struct {
	row   acsmon.Fields
	whole bool      // read alone: what it lacks, the server does not show
	at    time.Time // when it was about to be fetched
	// namesakes are the ids of others that have the name, if there is no row.
	namesakes map[int64]bool
}

// complete returns the row. It reads the row alone if the list does not show the fields of these
// names.
func (e *Engine) complete(ctx context.Context, now reading, names []string) (reading, error) {
	if now.whole || len(e.Kind.notShown(now.row, names)) == 0 {
		return now, nil
	}
	return e.reread(ctx, now.row.ID())
}

// reread reads a row alone.
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

// refresh makes the plan again from the row as it is now.
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
