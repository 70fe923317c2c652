// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// trapOptions select traps. The API's documentation says that they can be filtered by status,
// severity and device, but names neither the keys nor the values: they are only here.
type trapOptions struct {
	Status   []string `ansible:"status"`
	Severity []string `ansible:"severity"`
	Device   string   `ansible:"device"`
}

func (o trapOptions) conditions(ctx context.Context, s *session) ([]rows.Condition, error) {
	conditions := append(rows.OneOf("status", "status", o.Status), rows.OneOf("severity", "severity", o.Severity)...)
	device, err := resolveGiven(ctx, s, "device", devices, o.Device)
	if err == nil && device != 0 {
		conditions = append(conditions, rows.Condition{
			Option: "device", Filter: "device_id", Paths: []string{"device.id", "device_id"}, Wanted: []any{device},
		})
	}
	return conditions, err
}

// trapAcknowledged reports whether somebody has acknowledged a trap.
func trapAcknowledged(trap acsmon.Fields) bool {
	return rows.Text(trap["status"]) == "acknowledged" || rows.Text(trap["acknowledged_at"]) != "" ||
		slices.Contains([]string{"true", "1"}, rows.Text(trap["acknowledged"]))
}

func runTrapInfo(ctx context.Context, s *session) (ansible.Result, error) {
	var o struct {
		infoOptions `ansible:",squash"`
		trapOptions `ansible:",squash"`
	}
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	conditions, err := o.conditions(ctx, s)
	if err != nil {
		return nil, err
	}
	wanted, err := o.selection("trap", conditions)
	if err != nil {
		return nil, err
	}
	found, err := wanted.Fetch(ctx, s.client.SNMPTraps.Fields())
	if err != nil {
		return nil, err
	}
	return ansible.Result{"traps": resultRows(found)}, nil
}

// trapTask is the task of acsmon_trap: its options and its work.
type trapTask struct {
	selectionOptions `ansible:",squash"`
	trapOptions      `ansible:",squash"`
	State            string `ansible:"state"`
	All              bool   `ansible:"all"`
}

func runTrap(ctx context.Context, s *session) (ansible.Result, error) {
	var o trapTask
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
	pending := slices.DeleteFunc(slices.Clone(found), func(trap acsmon.Fields) bool { return o.State == "acknowledged" && trapAcknowledged(trap) })
	before := statuses(pending)
	done := pending
	if s.CheckMode {
		for _, trap := range pending {
			o.predict(trap)
		}
	} else {
		done, err = o.actOn(ctx, s, pending)
	}
	result := ansible.Result{"changed": len(done) > 0, "traps": resultRows(found)}
	if len(done) > 0 {
		result["diff"] = o.diff(before, done)
	}
	return result, err
}

// check returns an error for options that select nothing, which would mean everything.
func (o trapTask) check(s *session) error {
	selecting := map[string]bool{
		"ids": len(o.IDs) > 0, "search": converge.Trim(o.Search) != "", "filters": len(o.Filters) > 0,
		"status": len(o.Status) > 0, "severity": len(o.Severity) > 0, "device": converge.Trim(o.Device) != "",
	}
	for _, option := range slices.Sorted(maps.Keys(selecting)) {
		if s.Given(option) && !selecting[option] {
			return fmt.Errorf("%s is empty, which selects nothing: leave it out, or skip the task where there is nothing to do", option)
		}
	}
	if !o.All && !slices.Contains(slices.Collect(maps.Values(selecting)), true) {
		return errors.New("nothing says which traps are meant: set ids, status, severity, device or another option that selects, or all: true for every one")
	}
	return nil
}

// find fetches the traps that are meant. Each of the ids must exist, unless the traps are to be
// removed.
func (o trapTask) find(ctx context.Context, s *session) ([]acsmon.Fields, error) {
	conditions, err := o.conditions(ctx, s)
	if err != nil {
		return nil, err
	}
	byID, err := o.selection("trap")
	if err != nil {
		return nil, err
	}
	wanted, err := o.selection("trap", conditions)
	if err != nil || o.IDs == nil {
		found, fetchErr := wanted.Fetch(ctx, s.client.SNMPTraps.Fields())
		return found, errors.Join(err, fetchErr)
	}
	byID.Conditions = nil
	all, err := byID.Fetch(ctx, s.client.SNMPTraps.Fields())
	if err != nil {
		return nil, err
	}
	for _, id := range o.IDs {
		if o.State == "acknowledged" && !slices.ContainsFunc(all, func(trap acsmon.Fields) bool { return trap.ID() == id }) {
			return nil, fmt.Errorf("there is no trap with id %d: check ids", id)
		}
	}
	return wanted.Choose(all)
}

// actOn acts on the traps, one request each, and returns those on which this run has acted. If the
// server refuses one, the others are still tried.
func (o trapTask) actOn(ctx context.Context, s *session, pending []acsmon.Fields) (done []acsmon.Fields, err error) {
	if err := converge.Affordable(ctx, s.client.Limit(), len(pending)); err != nil {
		return nil, err
	}
	act := s.removeTrap
	if o.State == "acknowledged" {
		act = s.acknowledgeTrap
	}
	var faults faults
	for i, trap := range pending {
		acted, err := act(ctx, trap)
		if acted {
			done = append(done, trap)
		}
		if faults.add(fmt.Sprintf("trap %d", trap.ID()), err) {
			faults.untried = len(pending) - i - 1
			break
		}
	}
	if err := faults.err(); err != nil {
		return done, fmt.Errorf("%d of %d traps are %s now, and %w; run the task again for the rest", len(done), len(pending), o.State, err)
	}
	return done, nil
}

// removeTrap removes a trap. If it is gone already, for example because of a retention setting,
// that is as it should be.
func (s *session) removeTrap(ctx context.Context, trap acsmon.Fields) (acted bool, err error) {
	err = s.client.SNMPTraps.Delete(ctx, trap.ID())
	if acsmon.IsNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

// acknowledgeTrap acknowledges a trap. It does no harm if somebody else was faster. If the response
// does not show that it is done, acknowledgeTrap looks at the trap.
func (s *session) acknowledgeTrap(ctx context.Context, trap acsmon.Fields) (acted bool, err error) {
	now, err := s.client.SNMPTraps.Acknowledge(ctx, trap.ID())
	switch {
	case acsmon.IsNotFound(err):
		s.Warnf("trap %d does not exist any more: it was removed while this ran", trap.ID())
		return false, nil
	case acsmon.IsUnauthorized(err), acsmon.IsForbidden(err), acsmon.IsRateLimited(err):
		return false, err
	case err != nil || now.ID() != trap.ID() || !trapAcknowledged(now):
		seen, unseen := s.client.SNMPTraps.Get(ctx, trap.ID())
		if unseen != nil || !trapAcknowledged(seen) {
			return false, cmp.Or(err, unseen, fmt.Errorf("the server answered that it is done, but shows it as %q", rows.Text(seen["status"])))
		}
		now = seen
	}
	maps.Copy(trap, now)
	return err == nil || mayHaveDone(err), nil
}

// predict shows a trap as it would be.
func (o trapTask) predict(trap acsmon.Fields) {
	if _, shown := trap["status"]; shown && o.State == "acknowledged" {
		trap["status"] = "acknowledged"
	}
}

// statuses returns the status of each trap, by its id.
func statuses(traps []acsmon.Fields) map[string]any {
	all := map[string]any{}
	for _, trap := range traps {
		all[fmt.Sprintf("trap %d", trap.ID())] = rows.Text(trap["status"])
	}
	return all
}

// diff shows the status of each trap before and after.
func (o trapTask) diff(before map[string]any, done []acsmon.Fields) map[string]any {
	after := statuses(done)
	maps.DeleteFunc(before, func(trap string, _ any) bool { return after[trap] == nil })
	if o.State == "absent" {
		after = map[string]any{}
	}
	return map[string]any{"before": before, "after": after}
}
