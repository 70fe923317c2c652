// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
)

// monitorSelection are the options that say which monitors are meant, beside those of
// every selection.
type monitorSelection struct {
	Names    []string `ansible:"names"`
	Status   []string `ansible:"status"`
	Type     []string `ansible:"type"`
	Group    string   `ansible:"group"`
	Device   string   `ansible:"device"`
	Tags     []string `ansible:"tags"`
	IsActive *bool    `ansible:"is_active"`
}

// conditions are what the selected monitors have.
func (o monitorSelection) conditions(ctx context.Context, s *session) ([]condition, error) {
	group, err := linkOf(ctx, s, monitor, "group", o.Group)
	if err != nil {
		return nil, err
	}
	device, err := linkOf(ctx, s, monitor, "device", o.Device)
	if err != nil {
		return nil, err
	}
	return slices.Concat(either("names", "name", o.Names), either("status", "status", o.Status), either("type", "type", o.Type),
		group, device, tagged(o.Tags), active(o.IsActive)), nil
}

// monitorInfoOptions are what acsmon_monitor_info is told.
type monitorInfoOptions struct {
	infoOptions      `ansible:",squash"`
	monitorSelection `ansible:",squash"`
	Include          []string `ansible:"include"`
	Window           string   `ansible:"window"`
	ResultsLimit     int      `ansible:"results_limit"`
}

func runMonitorInfo(ctx context.Context, s *session) (ansible.Result, error) {
	var o monitorInfoOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	if o.ResultsLimit < 1 || o.ResultsLimit > 100 {
		return nil, fmt.Errorf("results_limit is %d, and 1 to 100 is possible", o.ResultsLimit)
	}
	conditions, err := o.conditions(ctx, s)
	if err != nil {
		return nil, err
	}
	wanted, err := o.listing("monitor", conditions)
	if err != nil {
		return nil, err
	}
	rows, err := wanted.readKnown(ctx, s, s.client.Monitors.Fields())
	if err != nil {
		return nil, err
	}
	if err := addExtras(ctx, s, "include", "monitor", rows, o.extras(s.client)); err != nil {
		return nil, err
	}
	return ansible.Result{"monitors": shownRows(rows)}, nil
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
	rows := []acsmon.Fields{}
	for result, err := range results {
		if err != nil {
			return nil, err
		}
		if rows = append(rows, result.Fields); len(rows) == n {
			break
		}
	}
	return rows, nil
}

// linkOf is a condition on what a resource is linked with, such as its group, which
// stands where the resource's own module finds it.
func linkOf(ctx context.Context, s *session, of resource, option, name string) ([]condition, error) {
	field := of.kind.Field(option)
	return linked(ctx, s, option, name, of.links[option], field.Send, field.Read)
}

// nameOf is what the resource is called that a row is linked with; "" where there is
// none, or the row shows no more than its id.
func nameOf(of resource, option string, row acsmon.Fields) string {
	return text(of.kind.Field(option).LinkName(row))
}

// tagged is a condition on the tags, of which a monitor must have all.
func tagged(tags []string) []condition {
	conditions := either("tags", "tags", tags)
	for i := range conditions {
		conditions[i].send, conditions[i].all = "", true // how servers filter by tags is not known
	}
	return conditions
}

// active is a condition on whether a resource is checked or polled.
func active(wanted *bool) []condition {
	if wanted == nil {
		return nil
	}
	return either("is_active", "is_active", []bool{*wanted})
}
