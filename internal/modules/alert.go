// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/alerts"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// alertOptions are the options of acsmon_alert.
type alertOptions struct {
	subjectOptions `ansible:",squash"`
	State          string   `ansible:"state"`
	IDs            []int64  `ansible:"ids"`
	Source         string   `ansible:"source"`
	Severity       []string `ansible:"severity"`
	Status         []string `ansible:"status"`
	Note           string   `ansible:"note"`
	All            bool     `ansible:"all"`
}

// alert is one alert of the task.
type alert struct {
	alerts.Alert
	was string // its status before the task
}

// satisfied reports whether an alert is in the wanted state. A resolved alert counts as
// acknowledged.
func satisfied(row acsmon.Fields, state string) bool {
	status := alerts.Alert{Row: row}.Status()
	return status == state || status == alerts.Resolved
}

func runAlert(ctx context.Context, s *session) (ansible.Result, error) {
	var o alertOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	if err := o.check(s); err != nil {
		return nil, err
	}
	found, err := o.find(ctx, s)
	if err != nil {
		return nil, err
	}
	acted := slices.DeleteFunc(slices.Clone(found), func(a alert) bool { return satisfied(a.Row, o.State) })
	if s.CheckMode {
		for _, a := range acted {
			a.Row["status"] = o.State
		}
	} else {
		r := &response{session: s, options: o, pending: acted}
		err = r.run(ctx)
		acted = r.done
	}
	result := ansible.Result{"changed": len(acted) > 0}
	if len(acted) > 0 {
		result["diff"] = alertDiff(acted)
	}
	shown := []acsmon.Fields{}
	for _, a := range found {
		if satisfied(a.Row, o.State) {
			shown = append(shown, a.Fields())
		}
	}
	result["alerts"] = shown
	return result, err
}

// alertDiff shows the status of each alert before and after.
func alertDiff(acted []alert) map[string]any {
	before, after := map[string]any{}, map[string]any{}
	for _, a := range acted {
		before[a.String()], after[a.String()] = a.was, a.Status()
	}
	return map[string]any{"before": before, "after": after}
}

// check returns an error for options that select nothing, which would mean everything.
func (o *alertOptions) check(s *session) error {
	empty := o.empty()
	maps.Copy(empty, map[string]bool{"ids": len(o.IDs) == 0, "severity": len(o.Severity) == 0, "status": len(o.Status) == 0})
	selects := slices.Contains(slices.Collect(maps.Values(empty)), false)
	if !selects && !o.All {
		return errors.New("nothing says which alerts are meant: set ids, severity, status, monitor, device or another option that selects, or all: true for every one")
	}
	for _, name := range []string{"ids", "severity", "status"} {
		if empty[name] && s.Given(name) {
			return fmt.Errorf("%s is empty, which selects nothing: leave it out, or skip the task where there is nothing to do", name)
		}
	}
	for _, id := range o.IDs {
		if id <= 0 {
			return fmt.Errorf("ids holds %d: an id must be greater than 0", id)
		}
	}
	return o.checkEmpty(s)
}

// statuses returns the statuses to fetch; none means every one.
func (o *alertOptions) statuses() []string {
	switch {
	case len(o.Status) > 0 || len(o.IDs) > 0:
		return o.Status
	case o.State == "resolved":
		return []string{alerts.Open, alerts.Acknowledged}
	}
	return []string{alerts.Open}
}

// find returns the selected alerts, each once.
func (o *alertOptions) find(ctx context.Context, s *session) ([]alert, error) {
	subject, err := o.resolve(ctx, s)
	if err != nil {
		return nil, err
	}
	selection := rows.Selection{Kind: "alert", IDs: o.IDs, Where: subject.meets}
	selection.Conditions = append(alerts.Statuses(o.statuses()), rows.OneOf("severity", "severity", o.Severity)...)
	fetched := selection
	if len(o.IDs) > 0 {
		fetched.Conditions, fetched.Where = nil, nil // so that an id that does not exist differs from one that is not selected
	}
	all, err := alerts.NewReader(s.client, o.Source, fetched).Fetch(ctx)
	if err != nil {
		return nil, err
	}
	if err := o.certain(all); err != nil {
		return nil, err
	}
	var found []alert
	for _, a := range all {
		selected, err := true, error(nil)
		if len(o.IDs) > 0 {
			selected, err = selection.Meets(a.Row)
		}
		if err != nil {
			return nil, err
		}
		if selected {
			found = append(found, alert{a, a.Status()})
		}
	}
	return found, subject.verdict(ctx, s, len(found))
}

// target is the monitor or the device whose alerts are meant; if text is "", it is any. It must
// exist, because a misspelt one would silently select nothing.
type target struct {
	kind, text string
	store      converge.Store
}

// id returns the target's id, 0 for any. If the target is an id, its alerts show that it exists.
func (t target) id(ctx context.Context) (int64, error) {
	if id, ok := converge.ParseID(t.text); ok || t.text == "" {
		return id, nil
	}
	return converge.Resolve(ctx, t.store, t.kind, t.text)
}

// missing returns an error if a target that has no alerts does not exist.
func (t target) missing(ctx context.Context) error {
	if _, ok := converge.ParseID(t.text); !ok {
		return nil
	}
	var missing *converge.NotFoundError
	if _, err := converge.Resolve(ctx, t.store, t.kind, t.text); errors.As(err, &missing) {
		return missing
	}
	return nil
}

// certain returns an error for ids that mean no alert, or two.
func (o *alertOptions) certain(found []alerts.Alert) error {
	counts := map[int64]int{}
	for _, a := range found {
		counts[a.Row.ID()]++
	}
	var missing, double []string
	for _, id := range o.IDs {
		switch counts[id] {
		case 0:
			missing = append(missing, fmt.Sprint(id))
		case 1:
		default:
			double = append(double, fmt.Sprint(id))
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("there is no alert with id %s: check ids and source", strings.Join(missing, ", "))
	}
	if len(double) > 0 {
		return fmt.Errorf("a device's alert and a monitor's both have the id %s: set source to device or monitor", strings.Join(double, ", "))
	}
	return nil
}
