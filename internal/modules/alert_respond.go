// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"
	"maps"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/alerts"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// response acknowledges or resolves alerts, with one request each. If the server refuses one, the
// others are still tried.
type response struct {
	*session
	options alertOptions
	pending []alert
	done    []alert // by this run, with the rows that the server has now
	faults  faults
}

// run acts on the pending alerts.
func (r *response) run(ctx context.Context) error {
	if err := converge.Affordable(ctx, r.client.Limit(), len(r.pending)); err != nil {
		return err
	}
	for i, a := range r.pending {
		acted, err := r.respond(ctx, a)
		if acted {
			r.done = append(r.done, a)
		}
		if acsmon.IsNotFound(err) {
			r.Warnf("alert %s does not exist any more: it was removed while this ran", a)
			continue
		}
		if r.faults.add("alert "+a.String(), err) {
			r.faults.untried = len(r.pending) - i - 1
			break
		}
	}
	if err := r.faults.err(); err != nil {
		return fmt.Errorf("%d of %d alerts are %s now, and %w; run the task again for the rest", len(r.done), len(r.pending), r.options.State, err)
	}
	return nil
}

// respond acts on one alert, and reports whether this run did it. It does no harm if somebody else
// was faster. If the response does not say that it is done, respond looks at the alert.
func (r *response) respond(ctx context.Context, a alert) (acted bool, err error) {
	list := alerts.Events(r.client, a.Alert)
	act := list.Acknowledge
	if r.options.State == alerts.Resolved {
		act = list.Resolve
	}
	event, err := act(ctx, a.Row.ID(), r.options.Note)
	shown := event.ID == a.Row.ID() && event.Status != ""
	switch {
	case err == nil && shown && satisfied(event.Fields, r.options.State):
		maps.Copy(a.Row, event.Fields)
		return true, nil
	case acsmon.IsNotFound(err), acsmon.IsUnauthorized(err), acsmon.IsForbidden(err), acsmon.IsRateLimited(err):
		return false, err
	}
	now, unseen := list.Fields().Get(ctx, a.Row.ID())
	switch {
	case unseen == nil && satisfied(now, r.options.State):
		maps.Copy(a.Row, now)
		return mayHaveDone(err), nil
	case err != nil:
		return false, err
	case unseen == nil:
		return false, fmt.Errorf("the server answered that it is done, but shows it as %q", rows.Text(now["status"]))
	}
	a.Row["status"] = r.options.State // the server said so, and it cannot be looked at
	return true, nil
}
