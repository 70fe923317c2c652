// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"errors"
	"fmt"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// switched is a list whose rows are switched on or off by a route of their own. An update that does
// not change the switch is followed by a request to that route.
type switched struct {
	acsmon.Collection[acsmon.Fields]
	key    string // of the switch
	toggle func(ctx context.Context, id int64) error
}

// Create makes a row. If it cannot be switched off, it is returned as it is.
func (l switched) Create(ctx context.Context, fields acsmon.Fields) (acsmon.Fields, error) {
	made, err := l.Collection.Create(ctx, fields)
	if err != nil {
		return made, err
	}
	if settled, err := l.switchTo(ctx, made.ID(), made, fields); err == nil {
		return settled, nil
	}
	return made, nil
}

func (l switched) Update(ctx context.Context, id int64, fields acsmon.Fields) (acsmon.Fields, error) {
	row, err := l.Collection.Update(ctx, id, fields)
	if err != nil {
		return row, err
	}
	return l.switchTo(ctx, id, row, fields)
}

// switchTo switches a row if it is not as the fields say.
func (l switched) switchTo(ctx context.Context, id int64, row, fields acsmon.Fields) (acsmon.Fields, error) {
	wanted, given := switchedOn(fields[l.key]) // an update sends back what was shown, which may be 0 or 1
	if !given || id == 0 {
		return row, nil
	}
	var err error
	if row[l.key] == nil { // not shown, or not read again after the database filled it in
		if row, err = l.Get(ctx, id); err != nil {
			return row, err
		}
	}
	for range 2 { // the response to an update may show the row as it was: then the first one undoes the update
		if on, shown := switchedOn(row[l.key]); !shown || on == wanted {
			return row, nil
		}
		toggled := l.toggle(ctx, id)
		var lost *acsmon.UncertainError
		if toggled != nil && !errors.As(toggled, &lost) {
			return row, toggled
		}
		if row, err = l.Get(ctx, id); err != nil {
			return row, err
		}
		on, _ := switchedOn(row[l.key])
		switch {
		case lost != nil && lost.Answered && on != wanted:
			return row, lost.Err
		case lost != nil: // it may still be carried out: a second one would undo it
			return row, nil
		}
	}
	return row, nil
}

// switchedOn reports whether a switch is on, and whether the server shows it at all.
func switchedOn(value any) (on, shown bool) {
	switch fmt.Sprint(value) {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}
