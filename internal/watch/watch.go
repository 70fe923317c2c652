// SPDX-License-Identifier: GPL-3.0-or-later

// Package watch reports each alert when it opens, when it is acknowledged and when it is resolved.
// It owns the difference between two looks at the alerts, the saved state with which the next
// process goes on, and the command acsmon watch. It does not know how alerts are fetched, or who
// reads its lines.
//
// Each line is delivered at least once: the state is saved after it, at most a second later. A line
// is repeated only if the process was killed between the two.
package watch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/alerts"
	"github.com/acsmon/acsmon-ansible/internal/settings"
)

const (
	// minInterval leaves some of 60 requests a minute to others: a look at a few alerts costs four.
	minInterval = 5 * time.Second
	// After a fault, the waits grow between these.
	firstWait   = 5 * time.Second
	longestWait = 5 * time.Minute
	// longestNamed limits the wait that a server can ask for.
	longestNamed = time.Hour
)

// Watcher looks at alerts repeatedly. All fields must be set.
type Watcher struct {
	Client   *acsmon.Client
	Choice   alerts.Choice
	Interval time.Duration // between the end of a look and the next one
	MaxWait  time.Duration // how long one look may wait for rate limits and repeats
	State    *State
	// SkipExisting does not report alerts that are already open when there is no saved state.
	SkipExisting bool
	// RepeatOpen reports all open alerts at the start, even those that were reported before.
	RepeatOpen bool
	// OverdueAfter reports once that an alert is still open this long after it was reported to have
	// opened; 0 never does.
	OverdueAfter time.Duration
	// OverdueWindows tells people about deploy windows that should have ended and still hold paused
	// monitors, which costs one request for each 100 paused monitors in each look.
	OverdueWindows bool
	// Deliver passes a line on. An error ends the watch.
	Deliver func(context.Context, Line) error
	// Redact takes the secrets out of a row before it is used.
	Redact func(acsmon.Fields) acsmon.Fields
	// Report tells people about trouble, and when it is over.
	Report func(string)

	reader  *alerts.Reader // nil until the choice is resolved
	trouble string         // of the last look; "" if there was none
	windows []string       // the overdue windows of the last look, which people know of
}

// Run watches until the context is done, which is not an error. If the server cannot be asked, it
// keeps trying. It ends if the token is refused.
func (w *Watcher) Run(ctx context.Context) error {
	for faults := 0; ; {
		err := w.look(acsmon.WithWaitBudget(ctx, w.MaxWait))
		if ctx.Err() != nil {
			return nil
		}
		var passing *passingError
		ok := errors.As(err, &passing)
		if err != nil && !ok {
			return err
		}
		wait := w.Interval
		if ok {
			wait = backoff(faults, passing.err)
			faults++
		} else {
			faults = 0
		}
		w.report(passing, wait)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// passingError is a fault of the server or the network that may be over soon.
type passingError struct{ err error }

func (e *passingError) Error() string { return e.err.Error() }
func (e *passingError) Unwrap() error { return e.err }

// passing marks errors that may be over soon: all except a token that is refused or lacks a
// permission.
func passing(err error) error {
	if acsmon.IsUnauthorized(err) || acsmon.IsForbidden(err) {
		return err
	}
	return &passingError{err}
}

// backoff returns the wait after so many faults in a row: random, longer each time, and not before
// the time that the server names.
func backoff(faults int, err error) time.Duration {
	wait := min(firstWait<<min(faults, 10), longestWait)
	wait += rand.N(wait / 2)
	var api *acsmon.Error
	if errors.As(err, &api) && !api.RetryAt.IsZero() {
		wait = max(wait, min(time.Until(api.RetryAt), longestNamed))
	}
	return wait
}

// report tells people about new trouble, and when it is over.
func (w *Watcher) report(passing *passingError, wait time.Duration) {
	trouble := ""
	if passing != nil {
		trouble = settings.CommandLine.Explain(passing).Error()
	}
	switch {
	case trouble == w.trouble:
	case trouble == "":
		w.Report("the alerts can be read again")
	default:
		w.Report(fmt.Sprintf("the alerts cannot be read: %s; the next look is in %s", trouble, wait.Round(time.Second)))
	}
	w.trouble = trouble
}

// look fetches the alerts and reports what is new.
func (w *Watcher) look(ctx context.Context) (err error) {
	if err := w.resolve(ctx); err != nil {
		return err
	}
	defer func() {
		if unsaved := w.State.save(); unsaved != nil {
			err = unsaved
		}
	}()
	now, err := w.reader.Fetch(ctx)
	if err != nil {
		return passing(err)
	}
	if err := w.lookAtWindows(ctx); err != nil {
		return passing(err)
	}
	w.begin(now)
	left := maps.Clone(w.State.alerts)
	seen := map[string]bool{}
	for _, alert := range now {
		if key := Key(alert); !seen[key] {
			seen[key] = true
			delete(left, key)
			if err := w.follow(ctx, alert); err != nil {
				return err
			}
		}
	}
	w.RepeatOpen = false
	for _, key := range slices.Sorted(maps.Keys(left)) {
		if err := w.end(ctx, key, left[key]); err != nil {
			return err
		}
	}
	return nil
}

// resolve finds what the choice names, once.
func (w *Watcher) resolve(ctx context.Context) error {
	if w.reader != nil {
		return nil
	}
	reader, err := w.Choice.Resolve(ctx, w.Client)
	if errors.As(err, new(*acsmon.Error)) {
		return passing(err)
	}
	if err != nil {
		return err
	}
	for _, known := range w.State.alerts {
		reader.Served(known.List)
	}
	w.reader = reader
	return nil
}

// begin records which alerts must not be reported if there was no saved state: those that are
// acknowledged already, and all of them if existing ones are to be skipped.
func (w *Watcher) begin(now []alerts.Alert) {
	if !w.State.fresh {
		return
	}
	w.State.fresh, w.State.unsaved = false, true
	for _, alert := range now {
		if w.SkipExisting || alert.Status() == alerts.Acknowledged {
			w.State.alerts[Key(alert)] = entry{Status: alert.Status(), Overdue: true, Alert: alert}
		}
	}
}

// follow reports what has happened to an alert since the last look.
func (w *Watcher) follow(ctx context.Context, alert alerts.Alert) error {
	key := Key(alert)
	known, ok := w.State.alerts[key]
	if ok { // update the row without saving it
		known.Alert = alert
		w.State.alerts[key] = known
	}
	before := known.Status
	if w.RepeatOpen && before == alerts.Open && alert.Status() == alerts.Open {
		before = ""
	}
	if err := w.tell(ctx, alert, changes(before, alert)); err != nil {
		return err
	}
	if w.OverdueAfter > 0 && w.State.alerts[key].overdue(w.OverdueAfter) {
		return w.tell(ctx, alert, []string{Overdue})
	}
	return nil
}

// end finds out why an alert is no longer among the unresolved ones, and reports it.
func (w *Watcher) end(ctx context.Context, key string, known entry) error {
	alert, err := w.reader.Again(ctx, known.Alert)
	switch {
	case acsmon.IsNotFound(err):
		return w.tell(ctx, known.Alert, []string{Removed})
	case err != nil:
		return passing(err)
	case !w.reader.Includes(alert): // its severity has changed, or the choice has
		w.State.forget(key)
		return nil
	}
	return w.tell(ctx, alert, changes(known.Status, alert))
}

// tell delivers a line for each change, and saves the state after it.
func (w *Watcher) tell(ctx context.Context, alert alerts.Alert, changes []string) error {
	alert.Row = w.Redact(alert.Row)
	for _, change := range changes {
		if err := w.deliver(ctx, newLine(w.Client.Origin(), change, alert)); err != nil {
			return err
		}
		w.State.follow(change, alert)
		if err := w.State.saveSoon(); err != nil {
			return err
		}
	}
	return nil
}

// deliver passes a line on. If that takes long, the lines before it are saved meanwhile.
func (w *Watcher) deliver(ctx context.Context, line Line) error {
	delivered := make(chan error, 1)
	go func() { delivered <- w.Deliver(ctx, line) }()
	select {
	case err := <-delivered:
		return err
	case <-time.After(saveEvery):
	}
	if err := w.State.save(); err != nil {
		return err
	}
	return <-delivered
}

// What can happen to an alert.
const (
	Opened       = "opened"
	Acknowledged = "acknowledged"
	Resolved     = "resolved"
	Removed      = "removed" // it no longer exists
	Overdue      = "overdue" // it is still open
)

// changes returns what has happened to an alert whose status was before; "" if that was not known.
// It includes what happened between two looks, if the alert shows it.
func changes(before string, alert alerts.Alert) []string {
	var happened []string
	now := alert.Status()
	if before == "" || before == alerts.Acknowledged && now == alerts.Open {
		happened = append(happened, Opened)
	}
	if before != alerts.Acknowledged && (now == alerts.Acknowledged || now == alerts.Resolved && alert.Row["acknowledged_at"] != nil) {
		happened = append(happened, Acknowledged)
	}
	if now == alerts.Resolved {
		happened = append(happened, Resolved)
	}
	return happened
}
