// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
)

// devicePoll declares acsmon_device_poll.
var devicePoll = probe{
	key:     "devices",
	kind:    "device",
	work:    "poll",
	works:   "polls",
	stamp:   "last_polled_at",
	shownAs: "polled_at",
	list:    func(c *acsmon.Client) acsmon.Collection[acsmon.Fields] { return c.Devices.Fields() },
	trigger: func(ctx context.Context, c *acsmon.Client, id int64) error {
		_, err := c.Devices.Poll(ctx, id)
		return err
	},
}

func runDevicePoll(ctx context.Context, s *session) (ansible.Result, error) {
	var o probeOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	group, err := linked(ctx, s, device, "group", o.Group)
	if err != nil {
		return nil, err
	}
	return devicePoll.run(ctx, s, o, group, 0)
}
