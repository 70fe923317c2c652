// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// discovery declares acsmon_discovery. No public page names the keys of a scan. They are written
// here and nowhere else.
var discovery = resource{
	name: "acsmon_discovery",
	key:  "discovery",
	kind: converge.Kind{
		Name: "discovery scan",
		Fields: []converge.Field{
			{Name: "name"},
			{Name: "subnet", Form: converge.Host},
			{Name: "schedule"},
			{Name: "snmp_version"},
			{Name: "snmp_community", Form: converge.Secret, Where: communityVersions},
			{Name: "snmp_v3_user", Form: converge.Secret, Where: v3},
			{Name: "snmp_v3_auth_protocol", Form: converge.Secret, Where: v3},
			{Name: "snmp_v3_auth_password", Form: converge.Secret, Where: v3},
			{Name: "snmp_v3_priv_protocol", Form: converge.Secret, Where: v3},
			{Name: "snmp_v3_priv_password", Form: converge.Secret, Where: v3},
		},
		Required: []string{"name", "subnet"},
		Fixed:    true,
	},
	rules: ansible.Rules{
		RequiredOneOf: [][]string{{"id", "name", "subnet"}},
		NoLog:         []string{"snmp_community", "snmp_v3_auth_password", "snmp_v3_priv_password"},
	},
	store: func(c *acsmon.Client) converge.Store { return c.Discovery.Fields() },
	act: &act{option: "run", result: "started", do: func(ctx context.Context, c *acsmon.Client, id int64) error {
		_, err := c.Discovery.Run(ctx, id)
		return err
	}},
}

// scanOptions are what acsmon_discovery is told beside what a scan should be.
type scanOptions struct {
	State        string         `ansible:"state"`
	Wait         bool           `ansible:"wait"`
	WaitTimeout  float64        `ansible:"wait_timeout"`
	PollInterval float64        `ansible:"poll_interval"`
	Import       *importOptions `ansible:"import"`
}

func (o scanOptions) check() error {
	if o.WaitTimeout < 0 || o.PollInterval <= 0 {
		return errors.New("wait_timeout must be 0 or more, and poll_interval must be more than 0")
	}
	if o.Import == nil {
		return nil
	}
	return o.Import.check()
}

// runDiscovery makes the scan what it should be, waits for it, and imports what it found. While it
// waits, other tasks can write.
func runDiscovery(ctx context.Context, s *session) (ansible.Result, error) {
	var o scanOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	scan, asked := discovery, time.Now()
	if !s.Given("name") && !s.Given("id") {
		scan.kind.Identity, scan.kind.Required = "subnet", []string{"subnet"}
	}
	result, err := work(scan.run).locked(ctx, s)
	row, _ := result["discovery"].(acsmon.Fields)
	if err != nil || o.State == "absent" || row == nil {
		return result, err
	}
	if o.Wait && !s.CheckMode && (result["started"] == true || acsmon.ScanUnderWay(row)) {
		if row, err = o.await(ctx, s, row, asked); row != nil {
			result["discovery"] = row
		}
		if err != nil {
			return result, err
		}
	}
	if o.Import == nil {
		return result, nil
	}
	return work(func(ctx context.Context, s *session) (ansible.Result, error) {
		i := &importing{session: s, options: *o.Import, scan: row}
		return result, i.run(ctx, result)
	}).locked(ctx, s)
}

// scanFailed are the statuses of a scan that ended without a result.
var scanFailed = map[string]bool{"failed": true, "error": true, "cancelled": true, "canceled": true}

// await waits until a scan is finished that was asked for at a time, when it was as before, and
// returns it as it is then.
func (o scanOptions) await(ctx context.Context, s *session, before acsmon.Fields, asked time.Time) (acsmon.Fields, error) {
	until, underWay := time.Now().Add(seconds(o.WaitTimeout)), acsmon.ScanUnderWay(before)
	for {
		now, err := s.client.Discovery.Get(ctx, before.ID())
		if err != nil {
			return nil, err
		}
		switch status := rows.Text(now["status"]); {
		case scanFailed[status] && (underWay || acsmon.ScanFinished(before, now, asked)):
			return now, fmt.Errorf("discovery scan %d ended with the status %q: look at it in the web interface", now.ID(), status)
		case acsmon.ScanFinished(before, now, asked), underWay && !acsmon.ScanUnderWay(now):
			return now, nil
		}
		underWay = underWay || acsmon.ScanUnderWay(now)
		left := time.Until(until)
		if left <= 0 {
			return now, fmt.Errorf("discovery scan %d is not finished after %v s: set wait_timeout to more", before.ID(), o.WaitTimeout)
		}
		if err := pause(ctx, min(left, seconds(o.PollInterval))); err != nil {
			return now, err
		}
	}
}
