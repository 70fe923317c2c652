// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"context"
	"fmt"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/alerts"
	"github.com/acsmon/acsmon-ansible/internal/rows"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// lists are the rows of the server's lists, as they came.
type lists struct {
	Devices       []acsmon.Fields `json:"devices,omitempty"`
	Monitors      []acsmon.Fields `json:"monitors,omitempty"`
	AlertEvents   []acsmon.Fields `json:"alert_events,omitempty"`
	MonitorEvents []acsmon.Fields `json:"monitor_events,omitempty"`
}

// query is what is asked of the server. Two inventories with equal queries have the same rows.
type query struct {
	Devices       *acsmon.Query // nil: not fetched
	Monitors      *acsmon.Query
	AlertEvents   *acsmon.Query
	MonitorEvents *acsmon.Query
	SecretKeys    untrusted.SecretKeys // what is hidden in the rows
}

// queryOf returns what the settings need from the server. What the server selects only saves
// requests: the rows are checked against the settings again (see filter.go).
func queryOf(s *Settings) (query, error) {
	q := query{SecretKeys: s.SecretKeys}
	if slices.Contains(s.Sources, "devices") {
		devices, err := s.deviceSelection()
		if err != nil {
			return q, err
		}
		asked := devices.Query()
		q.Devices = &asked
	}
	if s.WithMonitors || slices.Contains(s.Sources, "monitors") {
		monitors, err := s.monitorSelection()
		if err != nil {
			return q, err
		}
		asked := monitors.Query()
		delete(asked.Filter, "is_active") // overdue deploy windows hold paused monitors
		q.Monitors = &asked
	}
	if s.WithAlerts {
		q.AlertEvents = &acsmon.Query{Filter: map[string]string{"status": alerts.Open}}
	}
	if s.WithAlerts && q.Monitors != nil {
		q.MonitorEvents = q.AlertEvents
	}
	return q, nil
}

// fetch fetches the lists, with ceil(N/100) requests each.
func fetch(ctx context.Context, client *acsmon.Client, q query) (*lists, error) {
	r := &lists{}
	for _, list := range []struct {
		query *acsmon.Query
		of    acsmon.Collection[acsmon.Fields]
		into  *[]acsmon.Fields
	}{
		{q.Devices, client.Devices.Fields(), &r.Devices},
		{q.Monitors, client.Monitors.Fields(), &r.Monitors},
		{q.AlertEvents, client.AlertEvents.Fields(), &r.AlertEvents},
		{q.MonitorEvents, client.MonitorEvents.Fields(), &r.MonitorEvents},
	} {
		if list.query == nil {
			continue
		}
		var err error
		if *list.into, err = fetchList(ctx, list.of, *list.query); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// fetchList fetches the rows of a list for a query.
func fetchList(ctx context.Context, list acsmon.Collection[acsmon.Fields], query acsmon.Query) ([]acsmon.Fields, error) {
	found, err := rows.Listed(ctx, list, query)
	if acsmon.IsNotFound(err) && list.Path() == alerts.MonitorList {
		return nil, nil // one list serves both kinds of events
	}
	if err != nil {
		return nil, err
	}
	return found, nil
}

// describe says which rows a query means, for messages.
func (q query) describe() string {
	if q.Devices == nil {
		return "monitors"
	}
	if q.Monitors == nil {
		return "devices"
	}
	return "devices and monitors"
}

// checkNotEmpty makes an inventory without hosts an error, if the settings say so.
func checkNotEmpty(hosts []host, s *Settings) error {
	if len(hosts) > 0 || s.AllowEmpty {
		return nil
	}
	q, _ := queryOf(s) // this has succeeded before
	return fmt.Errorf("no host was found among the %s, and allow_empty is false: look at filters, include, exclude and the token's permissions",
		q.describe())
}
