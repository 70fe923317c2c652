// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// rows are the server's answers, as they came.
type rows struct {
	Devices       []acsmon.Fields `json:"devices,omitempty"`
	Monitors      []acsmon.Fields `json:"monitors,omitempty"`
	AlertEvents   []acsmon.Fields `json:"alert_events,omitempty"`
	MonitorEvents []acsmon.Fields `json:"monitor_events,omitempty"`
}

// query is what is asked of the server. Two inventories with equal queries have
// the same rows.
type query struct {
	Devices       *acsmon.Query // nil: not read
	Monitors      *acsmon.Query
	AlertEvents   *acsmon.Query
	MonitorEvents *acsmon.Query
}

// queryOf gives what the settings need to know. Filters and search only save
// traffic: the rows are held against the settings again (see filter.go).
func queryOf(s *Settings) query {
	var q query
	if slices.Contains(s.Sources, "devices") {
		q.Devices = &acsmon.Query{Search: s.Search, Filter: filtersOf(s.Filters, s.IncludeInactive)}
	}
	if s.WithMonitors || slices.Contains(s.Sources, "monitors") {
		q.Monitors = &acsmon.Query{Filter: filtersOf(s.MonitorFilters, s.IncludeInactive)}
	}
	if s.WithAlerts {
		q.AlertEvents = &acsmon.Query{Filter: map[string]string{"status": "open"}}
	}
	if s.WithAlerts && q.Monitors != nil {
		q.MonitorEvents = q.AlertEvents
	}
	return q
}

// fetch reads the lists: ceil(N/100) requests each.
func fetch(ctx context.Context, client *acsmon.Client, q query) (*rows, error) {
	r := &rows{}
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
		if *list.into, err = read(ctx, list.of, *list.query); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// read reads one list. Where the server does not know a filter, all rows are
// read: which of them are wanted is decided here anyway.
func read(ctx context.Context, list acsmon.Collection[acsmon.Fields], query acsmon.Query) ([]acsmon.Fields, error) {
	found, err := acsmon.Collect(list.List(ctx, query))
	if acsmon.IsQueryRefused(err) && (len(query.Filter) > 0 || query.Search != "") {
		found, err = readUnfiltered(ctx, list, query, err)
	}
	if acsmon.IsNotFound(err) && list.Path() == "/monitor-events" {
		return nil, nil // one list serves both kinds of events
	}
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(found, func(row acsmon.Fields) bool { return row.ID() == 0 }) {
		return nil, fmt.Errorf("the server's list %s holds a row without an id: ask its administrator", list.Path())
	}
	return found, nil
}

// readUnfiltered reads all rows, if they show the fields that the refused filters
// are about.
func readUnfiltered(ctx context.Context, list acsmon.Collection[acsmon.Fields], query acsmon.Query, refusal error) ([]acsmon.Fields, error) {
	filters := query.Filter
	query.Filter, query.Search = nil, ""
	found, err := acsmon.Collect(list.List(ctx, query))
	for _, row := range found {
		for field := range filters {
			if _, shown := row[field]; !shown && field != isActive { // what does not show it has no inactive rows
				return nil, refusal
			}
		}
	}
	return found, err
}

// isActive is the field of what is switched on in ACS Monitor.
const isActive = "is_active"

// objects are the fields that the server shows as objects, or lists: what the
// filter for them is called is not known, so none is sent.
var objects = []string{"device_group", "monitor_group", "group", "tags", "device"}

// filtersOf gives the filters to send.
func filtersOf(filters map[string]any, inactive bool) map[string]string {
	sent := sendable(filters)
	if !inactive {
		sent[isActive] = "true"
	}
	return sent
}

// sendable gives the filters that the server can apply: those with one value.
func sendable(filters map[string]any) map[string]string {
	sent := map[string]string{}
	for field, wanted := range filters {
		if value := text(wanted); value != "" && !slices.Contains(objects, field) && !strings.Contains(field, ".") {
			sent[field] = value
		}
	}
	return sent
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

// checkNotEmpty makes an empty answer an error where the settings say so.
func checkNotEmpty(hosts []host, s *Settings) error {
	if len(hosts) > 0 || s.AllowEmpty {
		return nil
	}
	return fmt.Errorf("no host was found among the %s, and allow_empty is false: look at filters, include, exclude and the token's permissions",
		queryOf(s).describe())
}
