// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Affordable returns an error if so many requests do not fit into the wait that the context allows.
// The error names the max_wait that they need, and adds a minute for what the next run may have to
// wait before it comes this far.
func Affordable(ctx context.Context, limit acsmon.Limit, requests int) error {
	left, ok := acsmon.WaitBudget(ctx)
	needed := Wait(limit, requests)
	if !ok || needed <= left {
		return nil
	}
	return fmt.Errorf("%d requests at %d a minute need a wait of about %d s, but only %d s are left: set max_wait to %d or more",
		requests, limit.PerMinute, int(needed.Seconds()), int(left.Seconds()), int(needed.Seconds())+60)
}

// Wait is about how long so many requests must wait for the rate limit.
func Wait(limit acsmon.Limit, requests int) time.Duration {
	if limit.PerMinute == 0 || requests <= limit.Remaining {
		return 0
	}
	minutes := math.Ceil(float64(requests-limit.Remaining) / float64(limit.PerMinute))
	return time.Duration(minutes) * time.Minute
}
