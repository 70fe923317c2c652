// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
	"github.com/acsmon/acsmon-ansible/internal/sharedlist"
)

// probe declares a module that lets the server look at resources now, with a check or a poll of
// each, and waits for the outcomes. The server queues the work and answers at once; the outcome
// appears later, in the resource itself.
type probe struct {
	key     string // the key of the resources in the result: "monitors"
	kind    string // one of them: "monitor"
	work    string // what is triggered, in messages: "check"
	works   string // several of them: "checks"
	stamp   string // the field with the time of the latest outcome
	shownAs string // the key of that time in the result
	details []string
	list    func(*acsmon.Client) acsmon.Collection[acsmon.Fields]
	trigger func(ctx context.Context, client *acsmon.Client, id int64) error
}

// probeOptions are the options of all probes.
type probeOptions struct {
	IDs          []int64  `ansible:"ids"`
	Names        []string `ansible:"names"`
	Group        string   `ansible:"group"`
	All          bool     `ansible:"all"`
	Wait         bool     `ansible:"wait"`
	Status       []string `ansible:"status"`
	WaitTimeout  float64  `ansible:"wait_timeout"`
	PollInterval float64  `ansible:"poll_interval"`
}

// selectorRules are the rules of the options that say which resources are meant: by id, by name, or
// by the options that several of them share.
func selectorRules(common ...string) ansible.Rules {
	rules := ansible.Rules{MutuallyExclusive: [][]string{{"ids", "names"}}}
	for _, option := range common {
		rules.MutuallyExclusive = append(rules.MutuallyExclusive, []string{"ids", option}, []string{"names", option})
	}
	return rules
}

// atOnce is how many are triggered before the time of the latest outcome is read again: at the rate
// limit they may take a minute.
const atOnce = 50

// resolution is the resolution of the server's times. An outcome in the same second as the one
// before it would look the same, so a trigger waits this long after the reading of what was before.
const resolution = time.Second

// run triggers and waits. The conditions are those of the group and similar options.
func (p probe) run(ctx context.Context, s *session, o probeOptions, conditions []rows.Condition, recheck time.Duration) (ansible.Result, error) {
	if o.WaitTimeout < 0 || o.PollInterval <= 0 {
		return nil, errors.New("wait_timeout must be 0 or more, and poll_interval must be more than 0")
	}
	if o.Status != nil && len(o.Status) == 0 {
		return nil, errors.New("status is empty: name at least one that is wanted")
	}
	r := &probing{session: s, probe: p, options: o, recheck: recheck, list: &countedList{Collection: s.expected(p.list(s.client))}}
	if err := r.find(ctx, conditions); err != nil {
		return nil, err
	}
	if s.CheckMode {
		return r.result(r.all), nil
	}
	if err := converge.Affordable(ctx, s.client.Limit(), len(r.all)); err != nil {
		return nil, fmt.Errorf("%w, or select less", err)
	}
	if err := r.triggerAll(ctx); err != nil || !o.Wait {
		return r.result(r.triggered()), cmp.Or(err, r.refusals())
	}
	err := r.wait(ctx)
	result := r.result(r.triggered())
	result["failed_"+p.key] = r.shown(r.pending())
	return result, err
}

// probing is one run of a probe.
type probing struct {
	*session
	probe
	options probeOptions
	recheck time.Duration // after this time another is triggered if the outcome is not the wanted one; 0: never
	checked time.Time     // when the last one was triggered
	faults  faults        // of the triggers
	list    *countedList
	wanted  rows.Selection
	all     []*probed
}

// countedList is a list that counts the rows that it yields.
type countedList struct {
	sharedlist.Collection
	came int
}

// List yields the rows of a query, and counts them.
func (l *countedList) List(ctx context.Context, query acsmon.Query) iter.Seq2[acsmon.Fields, error] {
	return func(yield func(acsmon.Fields, error) bool) {
		for row, err := range l.Collection.List(ctx, query) {
			l.came++
			if !yield(row, err) {
				return
			}
		}
	}
}

// probed is one resource that is triggered.
type probed struct {
	id   int64
	row  acsmon.Fields // as it was last seen
	gone bool
	// before is the server's time of the latest outcome before the trigger; zero if there was none.
	// An outcome counts if it is newer: only the server's own clock is used.
	before time.Time
	done   bool // it has a newer outcome, which is a wanted one
	newer  bool
	sent   bool  // the trigger was sent, and not refused
	err    error // of the trigger
}

func (t *probed) String() string { return fmt.Sprintf("%q (id %d)", rows.Text(t.row["name"]), t.id) }

// find fetches the resources, and returns an error for those that do not exist.
func (r *probing) find(ctx context.Context, conditions []rows.Condition) error {
	chosen := r.options.IDs != nil || r.options.Names != nil
	conditions = append(conditions, rows.OneOf("names", "name", r.options.Names)...)
	r.wanted = rows.Selection{Kind: r.kind, IDs: r.options.IDs, Conditions: conditions}
	if r.wanted.SelectsNothing() || !chosen && !r.options.All && len(conditions) == 0 {
		return fmt.Errorf("nothing says which %s are meant: name some, or set all: true for every one", r.key)
	}
	found, err := r.wanted.Fetch(ctx, r.list)
	if err != nil {
		return err
	}
	if err := r.options.complete(r.kind, found); err != nil {
		return err
	}
	for _, row := range found {
		if !chosen && rows.IsFalse(row["is_active"]) {
			continue // a paused monitor has no outcome to wait for
		}
		if r.hidesOutcome(row) {
			return fmt.Errorf("the server does not show %s of %s %d, so a new outcome could not be told from an old one", r.stamp, r.kind, row.ID())
		}
		r.all = append(r.all, &probed{id: row.ID(), row: row})
	}
	if len(r.all) == 0 {
		return fmt.Errorf("no active %s is selected: check the selection", r.kind)
	}
	return r.note(r.all)
}

// hidesOutcome reports whether the server does not show when the latest outcome of a row came.
// There is none of one that is predicted, and of one whose status is not known yet.
func (r *probing) hidesOutcome(row acsmon.Fields) bool {
	_, shown := row[r.stamp]
	return !shown && row.ID() > 0 && rows.Text(row["status"]) != "unknown"
}

// complete returns an error for ids and names that mean no resource, or several.
func (o probeOptions) complete(kind string, found []acsmon.Fields) error {
	for _, id := range o.IDs {
		if !slices.ContainsFunc(found, func(row acsmon.Fields) bool { return row.ID() == id }) {
			return &converge.NotFoundError{Kind: kind, ID: id}
		}
	}
	for _, name := range o.Names {
		var ids []int64
		for _, row := range found {
			if rows.Same(row["name"], name) {
				ids = append(ids, row.ID())
			}
		}
		switch len(ids) {
		case 0:
			return &converge.NotFoundError{Kind: kind, Name: name}
		case 1:
		default:
			return &converge.AmbiguousError{Kind: kind, Name: name, IDs: ids}
		}
	}
	return nil
}

// note records the outcomes before the trigger.
func (r *probing) note(batch []*probed) error {
	for _, t := range batch {
		at, err := r.outcome(t.row)
		if err != nil {
			return err
		}
		t.before = at
	}
	return nil
}

// outcome returns the server's time of a row's latest outcome; zero if there is none.
func (r *probing) outcome(row acsmon.Fields) (time.Time, error) {
	stamp := rows.Text(row[r.stamp])
	if stamp == "" {
		return time.Time{}, nil
	}
	at, err := acsmon.ParseTime(stamp)
	if err != nil {
		err = fmt.Errorf("%s of %s %d: %w", r.stamp, r.kind, row.ID(), err)
	}
	return at, err
}

// triggerAll triggers one after the other. If one is refused, or is gone, the others are still
// tried. An error ends the run.
func (r *probing) triggerAll(ctx context.Context) error {
	r.checked = time.Now()
	for i, t := range r.all {
		if i%atOnce == 0 && r.options.Wait {
			if err := r.prepare(ctx, r.all[i:min(i+atOnce, len(r.all))], i > 0); err != nil {
				return fmt.Errorf("%d of %d %s were triggered, then %w", len(r.triggered()), len(r.all), r.works, err)
			}
		}
		err := r.trigger(ctx, r.client, t.id)
		switch {
		case underWay(err):
			err = nil
		case acsmon.IsNotFound(err):
			t.gone = true
			r.Warnf("%s %s does not exist any more: it was removed while this ran", r.kind, t)
			continue
		}
		t.err, t.sent = err, err == nil
		if r.faults.add(t.String(), err) {
			r.faults.untried = len(r.all) - i - 1
			return r.refusals()
		}
	}
	r.all = slices.DeleteFunc(r.all, func(t *probed) bool { return t.gone })
	return nil
}

// prepare makes sure that the outcome of a trigger can be distinguished from the one before it.
func (r *probing) prepare(ctx context.Context, batch []*probed, again bool) error {
	if again {
		err := r.look(ctx, batch)
		if err == nil {
			err = r.note(batch)
		}
		if err != nil {
			return fmt.Errorf("fetching the %s failed: %w", r.key, err)
		}
	}
	if err := pause(ctx, resolution); err != nil {
		return fmt.Errorf("the run was cancelled: %w", err)
	}
	return nil
}

// triggered are those whose trigger the server accepted.
func (r *probing) triggered() []*probed {
	return slices.DeleteFunc(slices.Clone(r.all), func(t *probed) bool { return !t.sent })
}

// refusals is the error that names those whose trigger failed; nil if none did.
func (r *probing) refusals() error {
	if err := r.faults.err(); err != nil {
		return fmt.Errorf("%d of %d %s were triggered, and %w", len(r.triggered()), len(r.all), r.works, err)
	}
	return nil
}

// underWay reports whether the server already has such work in its queue, perhaps from a request
// whose response was lost.
func underWay(err error) bool {
	var api *acsmon.Error
	return errors.As(err, &api) && api.Status == http.StatusConflict
}

// pause sleeps, unless the run is cancelled.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// wait looks until all have the wanted outcome, or the time is over. The last look begins at that
// time, however long the one before it took.
func (r *probing) wait(ctx context.Context) error {
	end := time.Now().Add(seconds(r.options.WaitTimeout))
	for {
		if err := pause(ctx, min(r.interval(), max(time.Until(end), 0))); err != nil {
			return fmt.Errorf("the wait for %d %s was cancelled: %w", len(r.waiting()), r.key, err)
		}
		last := !time.Now().Before(end)
		err := r.judge(ctx)
		if err == nil && !last {
			err = r.triggerAgain(ctx)
		}
		if err != nil {
			return fmt.Errorf("the %s were triggered, then the wait for %d of %d %s failed: %w", r.works, len(r.waiting()), len(r.all), r.key, err)
		}
		if len(r.waiting()) == 0 || last {
			return r.verdict()
		}
	}
}

// waiting are those whose outcome can still become the wanted one. If the server failed over a
// trigger, it may have accepted it.
func (r *probing) waiting() []*probed {
	return slices.DeleteFunc(r.pending(), func(t *probed) bool { return t.gone || t.err != nil && !mayHaveDone(t.err) })
}

// triggerAgain triggers those whose outcome is not the wanted one again, once in each recheck
// interval. One whose outcome is still to come is in the server's queue.
func (r *probing) triggerAgain(ctx context.Context) error {
	if r.recheck == 0 || time.Since(r.checked) < r.recheck {
		return nil
	}
	r.checked = time.Now()
	for _, t := range r.waiting() {
		if !t.newer {
			continue
		}
		if err := r.trigger(ctx, r.client, t.id); err != nil && !ownFault(err) {
			return err
		}
	}
	return nil
}

func seconds(n float64) time.Duration {
	return time.Duration(min(n, math.MaxInt32) * float64(time.Second))
}

// interval is the time between two looks: longer if a look takes so many requests that it would use
// more than half of what the server allows.
func (r *probing) interval() time.Duration {
	interval := seconds(r.options.PollInterval)
	if limit := r.client.Limit().PerMinute; limit > 0 {
		requests := min(len(r.waiting()), r.pages())
		interval = max(interval, 2*time.Duration(requests)*time.Minute/time.Duration(limit))
	}
	return interval
}

// pages is what it costs to fetch the wanted rows.
func (r *probing) pages() int {
	if r.wanted.IDs != nil {
		return rows.FewIDs
	}
	return max(1, (r.list.came+99)/100)
}

// judge looks at those that are pending.
func (r *probing) judge(ctx context.Context) error {
	pending := r.waiting()
	if err := r.look(ctx, pending); err != nil {
		return err
	}
	for _, t := range pending {
		at, err := r.outcome(t.row)
		if err != nil {
			return err
		}
		t.newer = at.After(t.before)
		t.sent = t.sent || t.newer
		t.done = t.newer && !t.gone && slices.Contains(r.options.Status, rows.Text(t.row["status"]))
	}
	return nil
}

func (r *probing) pending() []*probed {
	return slices.DeleteFunc(slices.Clone(r.all), func(t *probed) bool { return t.done })
}

// look fetches the rows again: one by one if that takes no more requests than the pages of the
// list, else as they were found.
func (r *probing) look(ctx context.Context, batch []*probed) error {
	found := map[int64]acsmon.Fields{}
	if len(batch) > r.pages() {
		r.list.came = 0
		again, err := r.wanted.Fetch(ctx, r.list)
		if err != nil {
			return err
		}
		for _, row := range again {
			found[row.ID()] = row
		}
	}
	for _, t := range batch {
		row, ok := found[t.id]
		if !ok { // or it is no longer among the wanted ones
			var err error
			if row, err = r.list.Get(ctx, t.id); acsmon.IsNotFound(err) {
				t.gone = true
				continue
			}
			if err != nil {
				return err
			}
		}
		t.row = row
	}
	return nil
}

// verdict is the error that names those that failed; nil if none did.
func (r *probing) verdict() error {
	var failed []string
	var first error
	for _, t := range r.pending() {
		switch {
		case t.gone:
			failed = append(failed, fmt.Sprintf("%s was removed", t))
		case t.newer:
			failed = append(failed, fmt.Sprintf("%s is %s", t, rows.Text(t.row["status"])))
		case t.err != nil:
			failed = append(failed, fmt.Sprintf("%s was not triggered (%v)", t, t.err))
			first = cmp.Or(first, t.err)
		default:
			failed = append(failed, fmt.Sprintf("%s has no new outcome", t))
		}
	}
	if len(failed) == 0 {
		return nil
	}
	count := len(failed)
	if count > mostShown {
		failed = append(failed[:mostShown], fmt.Sprintf("and %d more, see failed_%s", count-mostShown, r.key))
	}
	message := fmt.Sprintf("%d of %d %s did not become %s within %v s: %s",
		count, len(r.all), r.key, strings.Join(r.options.Status, " or "), r.options.WaitTimeout, strings.Join(failed, ", "))
	return &verdictError{message, first}
}

// verdictError names those that did not get the wanted outcome. It wraps the first error of a
// trigger, if there is one.
type verdictError struct {
	message string
	cause   error
}

func (e *verdictError) Error() string { return e.message }
func (e *verdictError) Unwrap() error { return e.cause }

// result says what was triggered, or in check mode would be.
func (r *probing) result(triggered []*probed) ansible.Result {
	return ansible.Result{"changed": len(triggered) > 0, r.key: r.shown(triggered)}
}

func (r *probing) shown(targets []*probed) []map[string]any {
	list := []map[string]any{}
	for _, t := range targets {
		shown := map[string]any{"id": t.id, "name": t.row["name"], "status": t.row["status"], r.shownAs: t.row[r.stamp]}
		for _, field := range r.details {
			shown[field] = t.row[field]
		}
		if t.gone {
			shown["status"] = nil
		}
		list = append(list, shown)
	}
	return list
}
