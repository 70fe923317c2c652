// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// monitorOptions are the options that say which monitors are meant, beside those of every
// selection.
type monitorOptions struct {
	Names    []string `ansible:"names"`
	Status   []string `ansible:"status"`
	Type     []string `ansible:"type"`
	Group    string   `ansible:"group"`
	Device   string   `ansible:"device"`
	Tags     []string `ansible:"tags"`
	IsActive *bool    `ansible:"is_active"`
}

// fetch returns the monitors that these options and those of a selector select.
func (o monitorOptions) fetch(ctx context.Context, s *session, selector selector) ([]acsmon.Fields, error) {
	group, err := linked(ctx, s, monitor, "group", o.Group)
	if err != nil {
		return nil, err
	}
	device, err := linked(ctx, s, monitor, "device", o.Device)
	if err != nil {
		return nil, err
	}
	wanted, err := selector.selection("monitor", rows.OneOf("names", "name", o.Names), rows.OneOf("status", "status", o.Status),
		rows.OneOf("type", "type", o.Type), group, device, tagged(o.Tags), active(o.IsActive))
	if err != nil {
		return nil, err
	}
	return wanted.Fetch(ctx, s.reading(s.client.Monitors.Fields()))
}

// monitorInfoOptions are the options of acsmon_monitor_info.
type monitorInfoOptions struct {
	infoOptions    `ansible:",squash"`
	monitorOptions `ansible:",squash"`
	Include        []string `ansible:"include"`
	Window         string   `ansible:"window"`
	ResultsLimit   int      `ansible:"results_limit"`
}

func runMonitorInfo(ctx context.Context, s *session) (ansible.Result, error) {
	var o monitorInfoOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	if o.ResultsLimit < 1 || o.ResultsLimit > 100 {
		return nil, fmt.Errorf("results_limit is %d: it must be between 1 and 100", o.ResultsLimit)
	}
	found, err := o.fetch(ctx, s, o.infoOptions)
	if err != nil {
		return nil, err
	}
	if err := addExtras(ctx, s, "include", "monitor", found, o.extras(s.client)); err != nil {
		return nil, err
	}
	return ansible.Result{"monitors": resultRows(found)}, nil
}

func (o monitorInfoOptions) extras(client *acsmon.Client) []extra {
	var extras []extra
	if slices.Contains(o.Include, "results") {
		extras = append(extras, extra{"results", func(ctx context.Context, id int64) (any, error) {
			return latest(client.Monitors.Results(ctx, id, acsmon.Query{PerPage: o.ResultsLimit}), o.ResultsLimit)
		}})
	}
	if slices.Contains(o.Include, "uptime") {
		extras = append(extras, extra{"uptime", func(ctx context.Context, id int64) (any, error) {
			uptime, err := client.Monitors.Uptime(ctx, id, o.Window)
			return uptime.Fields, err
		}})
	}
	return extras
}

// latest gathers the first n results of a list, which are the newest.
func latest(results iter.Seq2[acsmon.MonitorResult, error], n int) ([]acsmon.Fields, error) {
	newest := []acsmon.Fields{}
	for result, err := range results {
		if err != nil {
			return nil, err
		}
		if newest = append(newest, result.Fields); len(newest) == n {
			break
		}
	}
	return newest, nil
}

// tagged is a condition on the tags: a monitor must have all of them.
func tagged(tags []string) []rows.Condition {
	conditions := rows.OneOf("tags", "tags", tags)
	for i := range conditions {
		conditions[i].Filter, conditions[i].All = "", true // it is not known how servers filter by tags
	}
	return conditions
}
