// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// AlertChoice says which alerts are meant, by the options of acsmon_alert.
type AlertChoice struct {
	Source   string   `json:"source"`   // device, monitor or any
	Severity []string `json:"severity"` // info, warning, critical; none is any
	Monitor  string   `json:"monitor"`  // name or id; "" is any
	Device   string   `json:"device"`
}

// Check refuses what no alert can have.
func (c AlertChoice) Check() error {
	if sources := []string{"any", "device", "monitor"}; !slices.Contains(sources, c.Source) {
		return fmt.Errorf("source is %q: use one of any, device and monitor", c.Source)
	}
	for _, severity := range c.Severity {
		if !slices.Contains([]string{"info", "warning", "critical"}, severity) {
			return fmt.Errorf("severity has %q: use info, warning and critical", severity)
		}
	}
	return nil
}

// Resolve finds the monitor and the device that the choice names, which must
// exist: one request for each.
func (c AlertChoice) Resolve(ctx context.Context, client *acsmon.Client) (*Alerts, error) {
	a := &Alerts{client: client, served: map[string]bool{}, options: alertOptions{
		Source: c.Source, Severity: c.Severity, Status: []string{"open", "acknowledged"}, Monitor: c.Monitor, Device: c.Device,
	}}
	var err error
	for _, named := range []struct {
		text string
		kind link
		id   *int64
	}{{c.Monitor, monitors, &a.monitorID}, {c.Device, devices, &a.deviceID}} {
		if named.text == "" {
			continue
		}
		if *named.id, err = converge.Resolve(ctx, named.kind.store(client), named.kind.kind, converge.Trim(named.text)); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// Alert is an alert event as the server last showed it, with the kind of thing
// that it is about and the path of the list that it lives in.
type Alert struct {
	Source string        `json:"source"`
	List   string        `json:"list"`
	Row    acsmon.Fields `json:"alert"`
}

// Status is open, acknowledged or resolved.
func (a Alert) Status() string { return fmt.Sprint(a.Row["status"]) }

// Alerts reads the alerts of a choice, again and again.
type Alerts struct {
	client              *acsmon.Client
	options             alertOptions
	monitorID, deviceID int64
	served              map[string]bool // the lists that were there once
}

// Served says that the server had a list before: if it is not found later, that
// is a fault, and not an install that has one list for both kinds.
func (a *Alerts) Served(list string) { a.served[list] = true }

// Unresolved reads those that are open or acknowledged: a request for each 100 of
// each status and list.
func (a *Alerts) Unresolved(ctx context.Context) ([]Alert, error) {
	found, err := a.options.readLists(ctx, a.client, func(ctx context.Context, list acsmon.Events) ([]acsmon.Fields, error) {
		rows, err := a.options.listing(a.monitorID, a.deviceID).readEvents(ctx, list)
		if acsmon.IsNotFound(err) && a.served[list.Path()] {
			return nil, &GoneError{list.Path()}
		}
		if err == nil {
			a.Served(list.Path())
		}
		return rows, err
	})
	if err != nil {
		return nil, err
	}
	var alerts []Alert
	for _, one := range found {
		alerts = append(alerts, Alert{one.source, one.list.Path(), one.row})
	}
	return alerts, nil
}

// GoneError is a list that the server had, and has not any more.
type GoneError struct{ List string }

func (e *GoneError) Error() string {
	return fmt.Sprintf("GET %s answered 404, and the list was there before: the server may be in the middle of an update", e.List)
}

// Include tells whether an alert is of the choice, whatever its status.
func (a *Alerts) Include(alert Alert) bool {
	included, err := listing{kind: "alert", conditions: a.options.lasting(a.monitorID, a.deviceID)}.meets(alert.Row)
	return included && err == nil && (a.options.Source == "any" || a.options.Source == alert.Source)
}

// Again reads one alert as it is now, with one request. That it does not exist any
// more is an error for which acsmon.IsNotFound is true.
func (a *Alerts) Again(ctx context.Context, alert Alert) (Alert, error) {
	list := a.client.AlertEvents
	if alert.List == a.client.MonitorEvents.Path() {
		list = a.client.MonitorEvents
	}
	row, err := list.Fields().Get(ctx, alert.Row.ID())
	if err != nil {
		return Alert{}, err
	}
	if _, ok := row["status"].(string); !ok {
		return Alert{}, errors.New("the server shows an alert without a status: check the base URL")
	}
	alert.Row = row
	return alert, nil
}
