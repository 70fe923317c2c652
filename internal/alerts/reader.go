// SPDX-License-Identifier: GPL-3.0-or-later

package alerts

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// Choice says which alerts are meant, in a user's words.
type Choice struct {
	Source   string   `json:"source"`   // device, monitor, webhook or any
	Severity []string `json:"severity"` // info, warning, critical; none is any
	Monitor  string   `json:"monitor"`  // name or id; "" is any
	Device   string   `json:"device"`
}

// Check refuses what no alert can have.
func (c Choice) Check() error {
	if sources := []string{Any, Device, Monitor, Webhook}; !slices.Contains(sources, c.Source) {
		return fmt.Errorf("source is %q: use one of any, device, monitor and webhook", c.Source)
	}
	for _, severity := range c.Severity {
		if !slices.Contains([]string{"info", "warning", "critical"}, severity) {
			return fmt.Errorf("severity has %q: use info, warning and critical", severity)
		}
	}
	return nil
}

// Resolve finds the monitor and the device that the choice names, which must
// exist: one request for each. The reader gives the alerts that are not resolved.
func (c Choice) Resolve(ctx context.Context, client *acsmon.Client) (*Reader, error) {
	selection := Unresolved()
	if len(c.Severity) > 0 {
		selection.Conditions = append(selection.Conditions, rows.OneOf("severity", "severity", c.Severity)...)
	}
	for _, named := range []struct {
		kind, text string
		store      converge.Store
	}{{Monitor, c.Monitor, client.Monitors.Fields()}, {Device, c.Device, client.Devices.Fields()}} {
		if named.text == "" {
			continue
		}
		id, err := converge.Resolve(ctx, named.store, named.kind, converge.Trim(named.text))
		if err != nil {
			return nil, err
		}
		selection.Conditions = append(selection.Conditions, About(named.kind, named.kind, []int64{id}))
	}
	return NewReader(client, c.Source, selection), nil
}

// Unresolved selects the alerts that are open or acknowledged.
func Unresolved() rows.Selection {
	return rows.Selection{Kind: "alert", Conditions: Statuses([]string{Open, Acknowledged})}
}

// Reader fetches the alerts of a selection, once or again and again.
type Reader struct {
	client    *acsmon.Client
	source    string
	selection rows.Selection
	served    map[string]bool // the lists that were there once
}

// NewReader makes a reader of the alerts of a source that a selection wants.
func NewReader(client *acsmon.Client, source string, selection rows.Selection) *Reader {
	return &Reader{client, source, selection, map[string]bool{}}
}

// Served says that the server had a list before: if it is not found later, that
// is a fault, and not an install that has one list for both kinds.
func (r *Reader) Served(list string) { r.served[list] = true }

// Fetch gives the alerts, each once: a request for each 100 of each list and, where
// two statuses are wanted, of each status. They are in the lists' order.
func (r *Reader) Fetch(ctx context.Context) ([]Alert, error) {
	selection := r.selection
	if r.source != Any {
		selection.Limit = 0 // a list may hold alerts of the other source too
	}
	look := rows.NewLook(selection)
	var ofMonitors, ofDevices []acsmon.Fields
	var err, missing error
	if r.source == Monitor || r.source == Any {
		if ofMonitors, err = r.list(ctx, look, r.client.MonitorEvents); acsmon.IsNotFound(err) {
			missing, err = err, nil // this install has one list for both
		}
		if err != nil {
			return nil, err
		}
	}
	if ofDevices, err = r.list(ctx, look, r.client.AlertEvents); acsmon.IsNotFound(err) && missing == nil && (r.source == Monitor || r.source == Any) {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	if err := look.Verdict(); err != nil {
		return nil, err
	}
	return Merge(r.source, ofMonitors, ofDevices), nil
}

// list fetches the wanted rows of one list.
func (r *Reader) list(ctx context.Context, look *rows.Look, list acsmon.Events) ([]acsmon.Fields, error) {
	found, err := look.Fetch(ctx, list.Fields())
	if acsmon.IsNotFound(err) && r.served[list.Path()] {
		return nil, &GoneError{list.Path()}
	}
	if err != nil {
		return nil, err
	}
	r.Served(list.Path())
	for _, row := range found {
		if _, ok := row["status"].(string); !ok {
			return nil, fmt.Errorf("the server lists an alert (id %d) without a status, so none can be selected: check the base URL", row.ID())
		}
	}
	return found, nil
}

// GoneError is a list that the server had, and has not any more.
type GoneError struct{ List string }

func (e *GoneError) Error() string {
	return fmt.Sprintf("GET %s answered 404, although the list was there before: the server may be in the middle of an update", e.List)
}

// Includes reports whether an alert is of the selection, whatever its status.
func (r *Reader) Includes(alert Alert) bool {
	lasting := r.selection
	lasting.Conditions = slices.DeleteFunc(slices.Clone(lasting.Conditions), func(c rows.Condition) bool { return c.Option == "status" })
	included, err := lasting.Meets(alert.Row)
	return included && err == nil && (r.source == Any || r.source == alert.Source)
}

// Again fetches one alert as it is now, with one request. That it does not exist any
// more is an error for which acsmon.IsNotFound is true.
func (r *Reader) Again(ctx context.Context, alert Alert) (Alert, error) {
	row, err := Events(r.client, alert).Fields().Get(ctx, alert.Row.ID())
	if err != nil {
		return Alert{}, err
	}
	if _, ok := row["status"].(string); !ok {
		return Alert{}, errors.New("the server shows an alert without a status: check the base URL")
	}
	alert.Row = row
	return alert, nil
}

// Events is the list that an alert is in.
func Events(client *acsmon.Client, alert Alert) acsmon.Events {
	if alert.List == MonitorList {
		return client.MonitorEvents
	}
	return client.AlertEvents
}
