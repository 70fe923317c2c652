// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
)

// monitorCheck declares acsmon_monitor_check.
var monitorCheck = probe{
	key:     "monitors",
	kind:    "monitor",
	work:    "check",
	works:   "checks",
	stamp:   "last_checked_at",
	shownAs: "checked_at",
	details: []string{"response_time_ms"},
	list:    func(c *acsmon.Client) acsmon.Collection[acsmon.Fields] { return c.Monitors.Fields() },
	trigger: func(ctx context.Context, c *acsmon.Client, id int64) error {
		_, err := c.Monitors.Check(ctx, id)
		return err
	},
}

func runMonitorCheck(ctx context.Context, s *session) (ansible.Result, error) {
	var o struct {
		probeOptions    `ansible:",squash"`
		Tags            []string `ansible:"tags"`
		RecheckInterval float64  `ansible:"recheck_interval"`
	}
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	if o.RecheckInterval < 0 {
		return nil, fmt.Errorf("recheck_interval is %v: it must be 0, which never checks again, or more", o.RecheckInterval)
	}
	group, err := linked(ctx, s, monitor, "group", o.Group)
	if err != nil {
		return nil, err
	}
	return monitorCheck.run(ctx, s, o.probeOptions, append(group, tagged(o.Tags)...), seconds(o.RecheckInterval))
}
