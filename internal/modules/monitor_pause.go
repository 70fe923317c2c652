// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
	"github.com/acsmon/acsmon-ansible/internal/windows"
)

// A mark is written in the same request as the pause, so there is never one without the other, and
// it outlives whoever wrote it. No window holds an active monitor, whatever marks it has: somebody
// has resumed it by hand.

// pauseRules are the rules of acsmon_monitor_pause: the task must say what is paused, but the marks
// say what is resumed.
var pauseRules = ansible.Rules{RequiredIf: []ansible.RequiredIf{
	{Option: "state", Value: "paused", Required: []string{"hosts", "monitors", "groups", "tags"}, AnyOf: true},
}}

// pauseOptions are the options of acsmon_monitor_pause.
type pauseOptions struct {
	State      string         `ansible:"state"`
	Window     string         `ansible:"window"`
	AllOverdue bool           `ansible:"all_overdue"`
	MaxMinutes int64          `ansible:"max_minutes"`
	Hosts      map[string]any `ansible:"hosts"` // those of the inventory, each with its addresses and additional names
	Monitors   []string       `ansible:"monitors"`
	Groups     []string       `ansible:"groups"`
	Tags       []string       `ansible:"tags"`
}

// longestWindow is a year: a longer window is a mistake.
const longestWindow = 366 * 24 * 60

// check returns an error for options that have no meaning together.
func (o pauseOptions) check() error {
	switch {
	case o.AllOverdue && (o.State != "resumed" || o.Window != "" || (&targets{pauseOptions: o}).given()):
		return errors.New("all_overdue resumes what overdue windows hold: use it with state=resumed, and without window, hosts, monitors, groups and tags")
	case o.AllOverdue:
		return nil
	case !windowName.MatchString(o.Window) || len(o.Window) > 50:
		return fmt.Errorf("window is %q: give a name of up to 50 letters, digits, dots, underscores and hyphens, the first a letter or a digit", o.Window)
	case o.MaxMinutes < 0 || o.MaxMinutes > longestWindow:
		return fmt.Errorf("max_minutes is %d: it must be between 0 (no end) and %d", o.MaxMinutes, longestWindow)
	}
	return nil
}

// windowName is a name that a server keeps unchanged in a tag, and a shell in a command.
var windowName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

func runMonitorPause(ctx context.Context, s *session) (ansible.Result, error) {
	var o pauseOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	batch, sections := monitorsBulk.open(s.stores)
	now := time.Now()
	w := &window{session: s, now: now, mark: windows.New(o.Window, now, o.MaxMinutes), wanted: targets{pauseOptions: o},
		batch: batch, section: sections["monitors"]}
	work := w.resume
	if o.State == "paused" {
		work = w.pause
	}
	err := w.wanted.prepare(ctx, s)
	if err == nil && !w.wanted.isEmpty() {
		err = work(ctx)
	}
	return w.result(o.State), err
}

// window is one run over the wanted monitors.
type window struct {
	*session
	now     time.Time
	mark    windows.Mark // the mark that it leaves on what it pauses
	wanted  targets
	batch   *converge.Batch
	section *converge.Section
	found   []*pausedMonitor
	gone    []string
	others  others
}

// ends reports whether the run, if it resumes, removes a mark.
func (w *window) ends(m windows.Mark) bool {
	if w.wanted.AllOverdue {
		return m.Overdue(w.now)
	}
	return m.Name == w.mark.Name
}

// pausedMonitor is a monitor, and the windows that hold it.
type pausedMonitor struct {
	row    acsmon.Fields
	host   string         // the host of the inventory through which it was selected
	active bool           // before the task
	marks  []windows.Mark // before the task
	step   *converge.Step // nil: it stays as it is
	err    error          // why it stays as it is, although it should not
}

func (m *pausedMonitor) String() string {
	return fmt.Sprintf("%q (id %d)", rows.Text(m.row["name"]), m.row.ID())
}

// parse finds out which windows hold a monitor.
func (m *pausedMonitor) parse(row acsmon.Fields) error {
	tags, tagsShown := row["tags"]
	active := row["is_active"]
	if !tagsShown || active == nil {
		return fmt.Errorf("the server does not show is_active and tags of monitor %d, so what was paused before could not be told from what a window pauses",
			row.ID())
	}
	m.row, m.active, m.marks = row, !rows.IsFalse(active), windows.Marks(converge.Texts(tags))
	return nil
}

// marksOf returns the marks of a window.
func (m *pausedMonitor) marksOf(name string) []windows.Mark {
	return slices.DeleteFunc(slices.Clone(m.marks), func(mark windows.Mark) bool { return mark.Name != name })
}

// names returns the names of the windows that have left the marks.
func names(marks []windows.Mark) []string {
	list := []string{}
	for _, m := range marks {
		if !slices.Contains(list, m.Name) {
			list = append(list, m.Name)
		}
	}
	return list
}

// find fetches the wanted monitors.
func (w *window) find(ctx context.Context, wanted func(acsmon.Fields) (bool, error)) error {
	noted := func(row acsmon.Fields) (bool, error) {
		ok, err := wanted(row)
		w.note(row, ok)
		return ok, err
	}
	found, err := w.batch.Select(ctx, w.section, w.wanted.ids(), noted, "is_active", "tags")
	if err != nil {
		return err
	}
	for _, row := range found {
		m := &pausedMonitor{}
		if err := m.parse(row); err != nil {
			return err
		}
		m.host, _ = w.wanted.host(row)
		w.found = append(w.found, m)
	}
	return nil
}

// pause pauses what is active, and adds its mark to what other windows have paused. A monitor that
// is paused without a mark was so before, and stays so.
func (w *window) pause(ctx context.Context) error {
	if err := w.find(ctx, w.wanted.has); err != nil {
		return err
	}
	if _, err := w.wanted.missing(w.found, false); err != nil {
		return err
	}
	var again []string
	for _, m := range w.found {
		held := m.marksOf(w.mark.Name)
		switch {
		case m.active:
			w.change(m, false, w.mark)
		case len(held) > 0:
			again = append(again, m.String())
			if w.mark.Replaces(held[0]) {
				w.change(m, false, append(w.without(m.marks), w.mark)...)
			}
		case len(m.marks) > 0:
			w.change(m, false, append(m.marks, w.mark)...)
		}
	}
	if len(again) > 0 {
		w.Warnf("Window %s had already paused these, in a run that was killed or is still going on: %s.", w.mark.Name, strings.Join(shortened(again), ", "))
	}
	w.warnOfOthers()
	if hosts := w.wanted.unmatched(w.found); len(hosts) > 0 {
		w.Warnf("No monitor has an address or a name of these hosts: %s.", strings.Join(shortened(hosts), ", "))
	}
	steps, err := w.plan(ctx)
	if err != nil {
		return err
	}
	if err := w.affords(ctx, steps); err != nil {
		return err
	}
	if w.CheckMode {
		return w.batch.Predict(ctx, steps)
	}
	_ = w.batch.Apply(ctx, steps, true) // each step says what happened to it
	return w.unpaused(ctx)
}

// unpaused is the error that names what should have been paused and was not.
func (w *window) unpaused(ctx context.Context) error {
	var failed []string
	var first error
	for _, m := range w.found {
		if m.step == nil || m.step.Err == nil {
			continue
		}
		if errors.As(m.step.Err, new(*converge.VanishedError)) {
			w.gone = append(w.gone, m.String())
			continue
		}
		first = cmp.Or(first, m.step.Err)
		failed = append(failed, fmt.Sprintf("%s (%v%s)", m, m.step.Err, w.undo(ctx, m)))
	}
	w.warnOfGone()
	if first == nil {
		return nil
	}
	return &verdictError{fmt.Sprintf("%d of %d monitors were not paused: %s", len(failed), len(w.found), strings.Join(shortened(failed), ", ")), first}
}

// warnOfGone warns about monitors that no longer exist.
func (w *window) warnOfGone() {
	if len(w.gone) > 0 {
		w.Warnf("These monitors were deleted in the meantime: %s.", strings.Join(shortened(w.gone), ", "))
	}
}

// undo resumes a monitor that the server paused without storing the mark, because nobody else
// would. It says how that went.
func (w *window) undo(ctx context.Context, m *pausedMonitor) string {
	now := &pausedMonitor{active: true}
	if row := m.step.Outcome.Resource; row != nil && now.parse(row) != nil {
		now.active = false // the response shows neither
	}
	if now.active || len(now.marksOf(w.mark.Name)) > 0 || !m.active {
		return ""
	}
	plan, err := w.section.Engine.Plan(ctx, converge.Item{ID: m.row.ID(), Desired: map[string]any{"is_active": true}})
	if err == nil {
		m.step.Outcome, err = w.section.Engine.Apply(ctx, plan)
	}
	if err != nil {
		return fmt.Sprintf("; it is paused without the tag %s, and resuming it failed (%s): resume it by hand", w.mark.Tag, err)
	}
	return fmt.Sprintf("; it was paused without the tag %s, and has been resumed", w.mark.Tag)
}

// resume removes the marks that end, and resumes what no other window holds.
func (w *window) resume(ctx context.Context) error {
	wanted := w.wanted.has
	if !w.wanted.given() {
		wanted = w.mayHold
	}
	if err := w.find(ctx, wanted); err != nil {
		return w.remain(err)
	}
	var err error
	if w.gone, err = w.wanted.missing(w.found, true); err != nil {
		return w.remain(err)
	}
	var active []string
	for _, m := range w.found {
		others := w.without(m.marks)
		switch {
		case len(others) < len(m.marks):
			w.change(m, m.active || len(others) == 0, others...)
		case m.active:
			active = append(active, m.String())
		case len(others) == 0 && w.wanted.names(m.row):
			m.err = fmt.Errorf("it has lost the tag %s, so it is not certain who paused it: resume it by hand", windows.Prefix+w.mark.Name)
		}
		if !m.active && len(others) > 0 {
			w.Warnf("%s stays paused, because another window holds it too: %s.", m, strings.Join(names(others), ", "))
		}
	}
	w.warnOfOthers()
	if len(active) > 0 && len(w.wanted.Monitors) > 0 && !w.CheckMode { // but check mode has not paused them
		w.Warnf("These were active already, because someone else resumed them or they were never paused: %s.", strings.Join(shortened(active), ", "))
	}
	steps, err := w.plan(ctx)
	if err != nil {
		return w.remain(err)
	}
	if w.CheckMode {
		return cmp.Or(w.batch.Predict(ctx, steps), w.leftOver())
	}
	_ = w.batch.Apply(ctx, steps, true) // each step says what happened to it
	return w.leftOver()
}

// mayHold reports whether a row may have a mark that ends: if a list does not show tags, each
// paused monitor may.
func (w *window) mayHold(row acsmon.Fields) (bool, error) {
	tags, shown := row["tags"]
	return slices.ContainsFunc(windows.Marks(converge.Texts(tags)), w.ends) || !shown && !rows.Same(row["is_active"], true), nil
}

// without returns the marks that do not end.
func (w *window) without(marks []windows.Mark) []windows.Mark {
	return slices.DeleteFunc(slices.Clone(marks), w.ends)
}

// remain adds to an error which monitors it leaves paused, as far as is known.
func (w *window) remain(err error) error {
	what := "all that the window holds"
	if w.wanted.AllOverdue {
		what = "all that overdue windows hold"
	}
	if len(w.wanted.Monitors) > 0 {
		what = "monitors " + strings.Join(shortened(w.wanted.Monitors), ", ")
	}
	return fmt.Errorf("nothing was resumed, and %s may be paused: %w; run the task again when that is fixed", what, err)
}

// leftOver is the error that names what should have been resumed and was not.
func (w *window) leftOver() error {
	var left []string
	var first error
	for _, m := range w.found {
		if m.step != nil && m.step.Err != nil {
			m.err = m.step.Err
		}
		if errors.As(m.err, new(*converge.VanishedError)) {
			w.gone, m.err = append(w.gone, m.String()), nil
		}
		if m.err != nil {
			left = append(left, m.String())
			first = cmp.Or(first, m.err)
		}
	}
	w.warnOfGone()
	if first == nil {
		return nil
	}
	return fmt.Errorf("%d of %d monitors may still be paused: %s: %w; run the task again when that is fixed",
		len(left), len(w.found), strings.Join(shortened(left), ", "), first)
}

// change plans what a monitor becomes, and which marks it then has.
func (w *window) change(m *pausedMonitor, active bool, marks ...windows.Mark) {
	m.step = &converge.Step{Index: len(w.section.Items)}
	w.section.Items = append(w.section.Items, converge.Item{ID: m.row.ID(), Desired: map[string]any{"is_active": active,
		"tags": converge.Edit{Add: tagsOnlyIn(marks, m.marks), Remove: tagsOnlyIn(m.marks, marks)}}})
}

// tagsOnlyIn returns the tags of the marks that are not among the others.
func tagsOnlyIn(marks, others []windows.Mark) []string {
	var tags []string
	for _, m := range marks {
		if !slices.Contains(others, m) {
			tags = append(tags, m.Tag)
		}
	}
	return tags
}

// plan plans all changes.
func (w *window) plan(ctx context.Context) ([]*converge.Step, error) {
	steps, err := w.batch.Plan(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range w.found {
		if m.step != nil {
			m.step = steps[m.step.Index]
		}
	}
	return steps, nil
}

// result says which windows hold what, after the task or in check mode as it would be.
func (w *window) result(state string) ansible.Result {
	monitors, left, stillPaused := []map[string]any{}, []map[string]any{}, []map[string]any{}
	for _, m := range w.found {
		switch shown := w.shown(m); {
		case state == "resumed":
			monitors = append(monitors, shown)
			if shown["is_active"] == false {
				stillPaused = append(stillPaused, shown)
			}
		case m.step == nil && len(m.marks) == 0:
			left = append(left, shown)
		case m.step == nil || w.reached(m):
			monitors = append(monitors, shown)
		}
	}
	result := ansible.Result{"changed": false, "monitors": monitors, "overdue": w.others.list()}
	if state == "resumed" {
		result["still_paused"] = stillPaused
	} else {
		result["left"], result["unmatched_hosts"] = left, w.wanted.unmatched(w.found)
	}
	w.addChanges(result)
	return result
}

// reached reports whether the run came, or in check mode would come, to a change.
func (w *window) reached(m *pausedMonitor) bool {
	return m.step.Plan != nil && (w.CheckMode || m.step.Tried)
}

// addChanges puts the diff into the result, and warns about what the changes say.
func (w *window) addChanges(result ansible.Result) {
	before, after := map[string]any{}, map[string]any{}
	var warnings []string
	for _, m := range w.found {
		if m.step == nil || !w.reached(m) {
			continue
		}
		for _, warning := range append(m.step.Plan.Warnings, m.step.Outcome.Warnings...) {
			warnings = append(warnings, m.String()+": "+warning)
		}
		if w.CheckMode || m.step.Outcome.Written {
			result["changed"] = true
			put(before, m.step, m.step.Plan.Before, true)
			put(after, m.step, m.step.Plan.After, true)
		}
	}
	warn(w.session, shortened(warnings))
	if result["changed"] == true {
		result["diff"] = map[string]any{"before": before, "after": after}
	}
}

// shown is a monitor as the result has it.
func (w *window) shown(m *pausedMonitor) map[string]any {
	now, changed := *m, false
	if m.step != nil && w.reached(m) {
		row := m.step.Outcome.Resource
		if changed = m.step.Outcome.Written; w.CheckMode {
			row, changed = m.step.Plan.Predicted, true
		}
		if row != nil {
			_ = now.parse(row) // what it does not show is as it was
		}
	}
	shown := map[string]any{"id": m.row.ID(), "name": m.row["name"], "host": m.row["host"], "inventory_host": nil,
		"is_active": now.active, "windows": names(now.marks), "changed": changed}
	if m.host != "" {
		shown["inventory_host"] = m.host
	}
	return shown
}
