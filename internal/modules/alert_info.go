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

// alertInfoOptions are the options of acsmon_alert_info.
type alertInfoOptions struct {
	infoOptions    `ansible:",squash"`
	subjectOptions `ansible:",squash"`
	Source         string   `ansible:"source"`
	Severity       []string `ansible:"severity"`
	Status         []string `ansible:"status"`
}

func runAlertInfo(ctx context.Context, s *session) (ansible.Result, error) {
	var o alertInfoOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	found, err := o.fetch(ctx, s)
	if err != nil {
		return nil, err
	}
	return ansible.Result{"alerts": found}, nil
}

// fetch gives the alerts that the options select.
func (o alertInfoOptions) fetch(ctx context.Context, s *session) ([]acsmon.Fields, error) {
	if err := o.checkEmpty(s); err != nil {
		return nil, err
	}
	subject, err := o.resolve(ctx, s)
	if err != nil {
		return nil, err
	}
	if o.Status == nil && o.IDs == nil {
		o.Status = []string{alerts.Open, alerts.Acknowledged}
	}
	wanted, err := o.selection("alert", alerts.Statuses(o.Status), rows.OneOf("severity", "severity", o.Severity))
	if err != nil {
		return nil, err
	}
	wanted.Where = subject.meets
	reader := alerts.NewReader(s.client, o.Source, wanted)
	reader.Through = s.alerts
	found, err := reader.Fetch(ctx)
	if err != nil {
		return nil, err
	}
	if err := subject.verdict(ctx, s, len(found)); err != nil {
		return nil, err
	}
	return wanted.Ordered(alertRows(found)), nil
}

// alertRows returns alerts as a result holds them.
func alertRows(found []alerts.Alert) []acsmon.Fields {
	shown := make([]acsmon.Fields, len(found))
	for i, alert := range found {
		shown[i] = alert.Fields()
	}
	return shown
}

var (
	monitors = link{"monitor", "acsmon_monitor", func(c *acsmon.Client) converge.Store { return c.Monitors.Fields() }}
	devices  = link{"device", "acsmon_device", func(c *acsmon.Client) converge.Store { return c.Devices.Fields() }}
)
