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
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// alertOptions are what acsmon_alert is told.
type alertOptions struct {
	State    string   `ansible:"state"`
	IDs      []int64  `ansible:"ids"`
	Source   string   `ansible:"source"`
	Severity []string `ansible:"severity"`
	Status   []string `ansible:"status"`
	Monitor  string   `ansible:"monitor"`
	Device   string   `ansible:"device"`
	Note     string   `ansible:"note"`
	All      bool     `ansible:"all"`
}

// alert is one event: a row, the kind of thing that it is about, and the list
// that it lives in. Both lists count their ids for themselves.
type alert struct {
	row    acsmon.Fields
	source string // device or monitor
	list   acsmon.Events
	was    string // its status before the task
}

func newAlert(row acsmon.Fields, source string, list acsmon.Events) alert {
	return alert{row, source, list, fmt.Sprint(row["status"])}
}

func (a alert) status() string { return fmt.Sprint(a.row["status"]) }
func (a alert) String() string { return fmt.Sprintf("%s %d", a.source, a.row.ID()) }

// satisfied says whether the alert is in the wanted state. A resolved alert is
// as good as acknowledged.
func (a alert) satisfied(state string) bool { return a.status() == state || a.status() == "resolved" }

func (a alert) shown() map[string]any {
	shown := maps.Clone(map[string]any(a.row))
	shown["source"] = a.source
	return shown
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
	acted := slices.DeleteFunc(slices.Clone(found), func(a alert) bool { return a.satisfied(o.State) })
	if s.CheckMode {
		for _, a := range acted {
			a.row["status"] = o.State
		}
	} else {
		acted, err = o.settle(ctx, s, acted)
	}
	result := ansible.Result{"changed": len(acted) > 0}
	if len(acted) > 0 {
		result["diff"] = diff(acted)
	}
	result["alerts"] = shownAll(slices.DeleteFunc(found, func(a alert) bool { return !a.satisfied(o.State) }))
	return result, err
}

func diff(acted []alert) map[string]any {
	before, after := map[string]any{}, map[string]any{}
	for _, a := range acted {
		before[a.String()], after[a.String()] = a.was, a.status()
	}
	return map[string]any{"before": before, "after": after}
}

func shownAll(alerts []alert) []map[string]any {
	shown := []map[string]any{}
	for _, a := range alerts {
		shown = append(shown, a.shown())
	}
	return shown
}

// check refuses what selects nothing, and by that everything.
func (o *alertOptions) check(s *session) error {
	o.Monitor, o.Device = converge.Trim(o.Monitor), converge.Trim(o.Device)
	selects := len(o.IDs) > 0 || len(o.Severity) > 0 || len(o.Status) > 0 || o.Monitor != "" || o.Device != ""
	if !selects && !o.All {
		return errors.New("nothing says which alerts are meant: set one of ids, severity, status, monitor and device, or all: true for every one")
	}
	// What was meant to narrow the selection and came out empty must not widen it.
	for name, empty := range map[string]bool{
		"ids": len(o.IDs) == 0, "severity": len(o.Severity) == 0, "status": len(o.Status) == 0, "monitor": o.Monitor == "", "device": o.Device == "",
	} {
		if empty && s.Given(name) {
			return fmt.Errorf("%s is empty, which selects nothing: leave it out, or skip the task where there is nothing to do", name)
		}
	}
	for _, id := range o.IDs {
		if id <= 0 {
			return fmt.Errorf("ids holds %d, and ids are greater than 0", id)
		}
	}
	return nil
}

// statuses are those to read; none is every one.
func (o *alertOptions) statuses() []string {
	switch {
	case len(o.Status) > 0 || len(o.IDs) > 0:
		return o.Status
	case o.State == "resolved":
		return []string{"open", "acknowledged"}
	}
	return []string{"open"}
}

// find returns the selected alerts, each once.
func (o *alertOptions) find(ctx context.Context, s *session) ([]alert, error) {
	monitor := target{"monitor", o.Monitor, s.client.Monitors.Fields()}
	device := target{"device", o.Device, s.client.Devices.Fields()}
	monitorID, err := monitor.id(ctx)
	if err != nil {
		return nil, err
	}
	deviceID, err := device.id(ctx)
	if err != nil {
		return nil, err
	}
	selection := o.listing(monitorID, deviceID)
	read := selection
	if len(o.IDs) > 0 {
		read.conditions = nil // an id that does not exist is told from one that is not selected
	}
	all, err := o.readLists(ctx, s.client, read.readEvents)
	if err != nil {
		return nil, err
	}
	var found []alert
	for _, a := range all {
		selected, err := selection.meets(a.row)
		if err != nil {
			return nil, err
		}
		if selected {
			found = append(found, a)
		}
	}
	if len(found) == 0 {
		err = errors.Join(monitor.missing(ctx), device.missing(ctx))
	}
	return found, err
}

// listing selects the alerts, those of a monitor or a device among them where one
// is named (0: any).
func (o *alertOptions) listing(monitor, device int64) listing {
	return listing{kind: "alert", ids: o.IDs, conditions: slices.Concat(alertStatus(o.statuses()), o.lasting(monitor, device))}
}

// lasting are the conditions on what does not change in the life of an alert.
func (o *alertOptions) lasting(monitor, device int64) []condition {
	conditions := either("severity", "severity", o.Severity)
	for kind, id := range map[string]int64{"monitor": monitor, "device": device} {
		if id != 0 {
			conditions = append(conditions, condition{option: kind, read: concerned(kind), want: []any{id}, optional: true})
		}
	}
	return conditions
}

// target is the monitor or the device whose alerts are meant; text "" is any. It
// must exist: one that is misspelt would select nothing, silently.
type target struct {
	kind, text string
	store      acsmon.Collection[acsmon.Fields]
}

// id returns the target's id, 0 for any. That an id exists shows in its alerts.
func (t target) id(ctx context.Context) (int64, error) {
	if id, ok := converge.ParseID(t.text); ok || t.text == "" {
		return id, nil
	}
	return converge.Resolve(ctx, t.store, t.kind, t.text)
}

// missing looks whether a target that has no alerts exists.
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

// reader reads one of the two lists of alert events.
type reader func(context.Context, acsmon.Events) ([]acsmon.Fields, error)

// readLists reads the lists that can hold the alerts of the wanted source. An
// install serves the alerts of monitors with those of devices, apart, or in both
// places: each comes once.
func (o *alertOptions) readLists(ctx context.Context, client *acsmon.Client, read reader) ([]alert, error) {
	var apart, common []acsmon.Fields
	var err, missing error
	if o.Source != "device" {
		if apart, err = read(ctx, client.MonitorEvents); acsmon.IsNotFound(err) {
			missing, err = err, nil // this install has one list for both
		}
		if err != nil {
			return nil, err
		}
	}
	if common, err = read(ctx, client.AlertEvents); acsmon.IsNotFound(err) && missing == nil && o.Source != "device" {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	for _, row := range slices.Concat(apart, common) {
		if _, ok := row["status"].(string); !ok || row.ID() <= 0 {
			return nil, fmt.Errorf("the server lists an alert (id %d) without an id or a status, so none can be selected: check the base URL", row.ID())
		}
	}
	alerts := slices.Concat(
		o.ofList(client.MonitorEvents, "monitor", apart, common),
		o.ofList(client.AlertEvents, "device", common, apart))
	return alerts, o.certain(alerts)
}

// ofList gives the alerts of one list that are of the wanted source. What is of
// the other list's kind is left to that list, if it has it too.
func (o *alertOptions) ofList(list acsmon.Events, kind string, rows, others []acsmon.Fields) []alert {
	elsewhere := map[string]bool{}
	for _, row := range others {
		elsewhere[eventKey(row)] = true
	}
	var alerts []alert
	for _, row := range rows {
		a := newAlert(row, sourceOf(row, kind), list)
		if o.Source != "any" && a.source != o.Source || a.source != kind && elsewhere[eventKey(row)] {
			continue
		}
		alerts = append(alerts, a)
	}
	return alerts
}

// sourceOf says what an alert is about; where the row does not say, what its list
// is for.
func sourceOf(row acsmon.Fields, kind string) string {
	switch {
	case row["monitor"] != nil:
		return "monitor"
	case row["device"] != nil:
		return "device"
	}
	return kind
}

// eventKey tells an event from another one that has its id in the other list.
func eventKey(row acsmon.Fields) string {
	of := func(key string) int64 {
		object, _ := row[key].(map[string]any)
		return acsmon.Fields(object).ID()
	}
	return fmt.Sprint(row.ID(), " ", of("monitor"), " ", of("device"), " ", row["triggered_at"])
}

// certain refuses ids that mean no alert, or two.
func (o *alertOptions) certain(alerts []alert) error {
	counts := map[int64]int{}
	for _, a := range alerts {
		counts[a.row.ID()]++
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

// settle acts on the pending alerts, one request each, and returns those on which
// it did. Their rows become what the server has then. It stops at the first fault.
func (o *alertOptions) settle(ctx context.Context, s *session, pending []alert) ([]alert, error) {
	if err := converge.Affordable(ctx, s.client.Limit(), len(pending)); err != nil {
		return nil, err
	}
	var done []alert
	for _, a := range pending {
		acted, err := o.settleOne(ctx, a)
		if acted {
			done = append(done, a)
		}
		if err != nil {
			return done, fmt.Errorf("%d of %d alerts are %s now, then alert %s failed: %w; run again for the rest", len(done), len(pending), o.State, a, err)
		}
	}
	return done, nil
}

// settleOne acts on one alert. Somebody may have been faster, which is fine; where an
// answer was lost, it was this task.
func (o *alertOptions) settleOne(ctx context.Context, a alert) (acted bool, err error) {
	act := a.list.Acknowledge
	if o.State == "resolved" {
		act = a.list.Resolve
	}
	event, err := act(ctx, a.row.ID(), o.Note)
	if acsmon.IsConflict(err) {
		now, lookErr := a.list.Fields().Get(ctx, a.row.ID())
		if a := (alert{row: now}); lookErr != nil || !a.satisfied(o.State) {
			return false, err
		}
		maps.Copy(a.row, now)
		api, _ := errors.AsType[*acsmon.Error](err)
		return api.Lost, nil
	}
	if err != nil {
		return false, err
	}
	if event.ID != a.row.ID() || event.Status == "" {
		a.row["status"] = o.State // the answer shows no event
		return true, nil
	}
	maps.Copy(a.row, event.Fields)
	if !a.satisfied(o.State) {
		return false, fmt.Errorf("the server answered that it is %q", a.status())
	}
	return true, nil
}
