// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/alerts"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
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

func runAlertInfo(ctx context.Context, s *session) (ansible.Result, error) {
	var o alertInfoOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	wanted, err := o.wanted(ctx, s)
	if err != nil {
		return nil, err
	}
	found, err := alerts.NewReader(s.client, o.Source, wanted).Fetch(ctx)
	if err != nil {
		return nil, err
	}
	return ansible.Result{"alerts": wanted.Ordered(alertRows(found))}, nil
}

// alertRows are alerts as a result holds them.
func alertRows(found []alerts.Alert) []acsmon.Fields {
	shown := make([]acsmon.Fields, len(found))
	for i, alert := range found {
		shown[i] = alert.Fields()
	}
	return shown
}

func (o alertInfoOptions) wanted(ctx context.Context, s *session) (rows.Selection, error) {
	if o.Status == nil && o.IDs == nil {
		o.Status = []string{alerts.Open, alerts.Acknowledged}
	}
	monitor, err := about(ctx, s, monitors, o.Monitor)
	if err != nil {
		return rows.Selection{}, err
	}
	device, err := about(ctx, s, devices, o.Device)
	if err != nil {
		return rows.Selection{}, err
	}
	return o.selection("alert", alerts.Statuses(o.Status), rows.OneOf("severity", "severity", o.Severity), monitor, device)
}

// about is a condition on the monitor or the device that an alert is about.
func about(ctx context.Context, s *session, what link, name string) ([]rows.Condition, error) {
	id, err := resolveGiven(ctx, s, what.kind, what, name)
	if err != nil || id == 0 {
		return nil, err
	}
	return []rows.Condition{alerts.About(what.kind, what.kind, []int64{id})}, nil
}

var (
	monitors = link{"monitor", func(c *acsmon.Client) converge.Store { return c.Monitors.Fields() }}
	devices  = link{"device", func(c *acsmon.Client) converge.Store { return c.Devices.Fields() }}
)
