// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// alertInfoOptions are what acsmon_alert_info is told.
type alertInfoOptions struct {
	infoOptions `ansible:",squash"`
	Source      string   `ansible:"source"`
	Severity    []string `ansible:"severity"`
	Status      []string `ansible:"status"`
	Monitor     string   `ansible:"monitor"`
	Device      string   `ansible:"device"`
}

// unresolved are the alerts that still want something.
var unresolved = listing{kind: "alert", conditions: alertStatus([]string{"open", "acknowledged"})}

// alertStatus is a condition on the status of alerts. Each status is asked for by
// itself: those that are resolved are the whole past.
func alertStatus(statuses []string) []condition {
	conditions := either("status", "status", statuses)
	for i := range conditions {
		conditions[i].split = true
	}
	return conditions
}

// readEvents reads the wanted rows of one of the two lists of alerts.
func (l listing) readEvents(ctx context.Context, list acsmon.Events) ([]acsmon.Fields, error) {
	return l.read(ctx, list.Fields())
}

func runAlertInfo(ctx context.Context, s *session) (ansible.Result, error) {
	var o alertInfoOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	wanted, err := o.wanted(ctx, s)
	if err != nil {
		return nil, err
	}
	each := wanted
	if o.Source != "any" {
		each.limit = 0 // a list may hold alerts of the other source too
	}
	kind := alertOptions{Source: o.Source}
	alerts, err := kind.readLists(ctx, s.client, each.readEvents)
	if err != nil {
		return nil, err
	}
	rows := []acsmon.Fields{}
	for _, a := range alerts {
		rows = append(rows, a.shown())
	}
	wanted.warnOfUnshown(s, rows)
	return ansible.Result{"alerts": wanted.ordered(rows)}, nil
}

func (o alertInfoOptions) wanted(ctx context.Context, s *session) (listing, error) {
	if o.Status == nil && o.IDs == nil {
		o.Status = []string{"open", "acknowledged"}
	}
	monitor, err := about(ctx, s, monitors, o.Monitor)
	if err != nil {
		return listing{}, err
	}
	device, err := about(ctx, s, devices, o.Device)
	if err != nil {
		return listing{}, err
	}
	return o.listing("alert", alertStatus(o.Status), either("severity", "severity", o.Severity), monitor, device)
}

// about is a condition on the monitor or the device that an alert is about.
func about(ctx context.Context, s *session, what link, name string) ([]condition, error) {
	conditions, err := linked(ctx, s, what.kind, name, what, "", concerned(what.kind))
	for i := range conditions {
		conditions[i].optional = true
	}
	return conditions, err
}

// concerned lists where an alert may name the monitor or the device it is about.
func concerned(kind string) []string { return []string{kind + ".id", kind + "_id"} }

var (
	monitors = link{"monitor", func(c *acsmon.Client) converge.Store { return c.Monitors.Fields() }}
	devices  = link{"device", func(c *acsmon.Client) converge.Store { return c.Devices.Fields() }}
)
