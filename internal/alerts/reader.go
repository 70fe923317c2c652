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

// Choice says which alerts are meant, in the words of a user.
type Choice struct {
	Source   string   `json:"source"`   // device, monitor, webhook or any
	Severity []string `json:"severity"` // info, warning, critical; none is any
	Monitor  string   `json:"monitor"`  // name or id; "" is any
	Device   string   `json:"device"`
}

// Check returns an error for a choice that no alert can match.
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

// Resolve finds the monitor and the device that the choice names, with one request each. They must
// exist. The reader then returns the alerts that are not resolved.
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

// Reader fetches the alerts of a selection, once or repeatedly.
type Reader struct {
	client    *acsmon.Client
	source    string
	selection rows.Selection
	served    map[string]bool // the lists that the server has had

	// Through returns the list by which one of the API's is read; nil: the API's own.
	Through func(rows.List) rows.List
}

// NewReader returns a reader of the alerts of a source that a selection wants.
func NewReader(client *acsmon.Client, source string, selection rows.Selection) *Reader {
	return &Reader{client: client, source: source, selection: selection, served: map[string]bool{}}
}

// Served says that the server has had a list. If it is missing later, that is a fault, and does not
// mean that this install has one list for both kinds.
func (r *Reader) Served(list string) { r.served[list] = true }

// Fetch returns the alerts, each once, in the order of the lists. It makes a request for each 100
// alerts of each list and, if two statuses are wanted, of each status.
func (r *Reader) Fetch(ctx context.Context) ([]Alert, error) {
	selection := r.selection
	if r.source != Any {
		selection.Limit = 0 // a list may also hold alerts of the other source
	}
	look := rows.NewLook(selection)
	var ofMonitors, ofDevices []acsmon.Fields
	var err, missing error
	if r.source == Monitor || r.source == Any {
		if ofMonitors, err = r.list(ctx, look, r.client.MonitorEvents); acsmon.IsNotFound(err) {
			missing, err = err, nil // this install has one list for both kinds
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
	var through rows.List = list.Fields()
	if r.Through != nil {
		through = r.Through(through)
	}
	found, err := look.Fetch(ctx, through)
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

// GoneError says that a list that the server had is missing.
type GoneError struct{ List string }

func (e *GoneError) Error() string {
	return fmt.Sprintf("GET %s answered 404, although the list was there before: the server may be in the middle of an update", e.List)
}

// Includes reports whether an alert belongs to the selection, whatever its status.
func (r *Reader) Includes(alert Alert) bool {
	lasting := r.selection
	lasting.Conditions = slices.DeleteFunc(slices.Clone(lasting.Conditions), func(c rows.Condition) bool { return c.Option == "status" })
	included, err := lasting.Meets(alert.Row)
	return included && err == nil && (r.source == Any || r.source == alert.Source)
}

// Again fetches one alert anew with one request. If it no longer exists, that is an error for which
// acsmon.IsNotFound is true.
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

// Events returns the list that an alert is in.
func Events(client *acsmon.Client, alert Alert) acsmon.Events {
	if alert.List == MonitorList {
		return client.MonitorEvents
	}
	return client.AlertEvents
}
