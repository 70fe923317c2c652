// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// dashboards are dashboards with their widgets, each of which has an id, a title, a type, a config
// and a position. The API has a list of widgets for each dashboard, and moves widgets in one
// request. Its documentation does not name the keys of a widget's title and position: they are
// learned from the widgets that the server shows.
type dashboards struct {
	mapped
	routes  acsmon.Dashboards
	learned *widgetForm
	listed  map[int64]acsmon.Fields // the dashboards as the list shows them, which may be in part
	fetched map[int64]acsmon.Fields // the dashboards that were fetched alone
}

// widgetForm is how a server shows and takes widgets. The zero value means that this is not known
// yet.
type widgetForm struct {
	known bool
	title string // the key of the title
	at    string // the key of the object with the position; "": its keys are those of the widget
}

// The likely keys of a widget.
var (
	titleKeys    = []string{"title", "name"}
	positionKeys = []string{"position", "layout", "grid"}
	flatKeys     = []string{
		"x", "y", "w", "h", "width", "height", "row", "col", "position_x", "position_y", "grid_x", "grid_y", "grid_w", "grid_h",
	}
)

func newDashboards(c *acsmon.Client) dashboards {
	d := dashboards{mapped{Collection: c.Dashboards.Fields()}, c.Dashboards, new(widgetForm), map[int64]acsmon.Fields{}, map[int64]acsmon.Fields{}}
	d.row = func(_ context.Context, row acsmon.Fields) (acsmon.Fields, error) {
		row = d.withWidgets(row)
		d.listed[row.ID()] = row
		return row, nil
	}
	return d
}

// Get fetches a dashboard, and its widgets if the dashboard does not show them.
func (d dashboards) Get(ctx context.Context, id int64) (acsmon.Fields, error) {
	row, err := d.Collection.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if row = d.withWidgets(row); row["widgets"] == nil {
		row, err = d.addWidgets(ctx, row)
	}
	d.fetched[id] = row
	return row, err
}

// Create creates a dashboard and then its widgets.
func (d dashboards) Create(ctx context.Context, fields acsmon.Fields) (acsmon.Fields, error) {
	wanted, given := fields["widgets"].([]any)
	row, err := d.Collection.Create(ctx, ownFields(fields))
	if err != nil || !given {
		return d.withWidgets(row), err
	}
	if err := d.arrange(ctx, row.ID(), wanted, nil); err != nil {
		return nil, fmt.Errorf("dashboard %d was created, but not all of its widgets: %w; run the task again", row.ID(), err)
	}
	return d.addWidgets(ctx, row)
}

// Update changes a dashboard, unless only its widgets change, and then the widgets.
func (d dashboards) Update(ctx context.Context, id int64, fields acsmon.Fields) (acsmon.Fields, error) {
	wanted, given := fields["widgets"].([]any)
	row, own, err := d.listed[id], ownFields(fields), error(nil)
	if !given || row == nil || !converge.Same(map[string]any(own), map[string]any(row)) {
		if row, err = d.alone(ctx, id); err != nil {
			return nil, err
		}
	}
	if !given || !converge.Same(map[string]any(own), map[string]any(row)) {
		if row, err = d.Collection.Update(ctx, id, whole(row, own)); err != nil || !given {
			return d.withWidgets(row), err
		}
	}
	if err := d.arrange(ctx, id, wanted, d.seenWidgets(id)); err != nil {
		return nil, err
	}
	row = maps.Clone(row)
	if row.ID() == 0 { // the server does not show what it did
		row = acsmon.Fields{"id": id}
	}
	return d.addWidgets(ctx, row)
}

// alone returns a dashboard as it was fetched alone: the list may show less of it.
func (d dashboards) alone(ctx context.Context, id int64) (acsmon.Fields, error) {
	if row := d.fetched[id]; row != nil {
		return row, nil
	}
	return d.Get(ctx, id)
}

// whole adds to the fields what else the server shows of a dashboard: nothing public names its
// keys, and the server may reset what an update does not name.
func whole(row, fields acsmon.Fields) acsmon.Fields {
	all := acsmon.Fields{}
	for key, value := range row {
		_, isList := value.([]any)
		if value != nil && !isList && key != "id" && !strings.HasSuffix(key, "_at") && !strings.HasSuffix(key, "_id") {
			all[key] = value
		}
	}
	maps.Copy(all, fields)
	return all
}

// ownFields are the fields of the dashboard without its widgets.
func ownFields(fields acsmon.Fields) acsmon.Fields {
	own := maps.Clone(fields)
	delete(own, "widgets")
	return own
}

// addWidgets fetches the widgets of a dashboard and adds them to its row.
func (d dashboards) addWidgets(ctx context.Context, row acsmon.Fields) (acsmon.Fields, error) {
	widgets, err := acsmon.Collect(d.routes.Widgets(row.ID()).List(ctx, acsmon.Query{}))
	if err != nil {
		return nil, err
	}
	shown := make([]any, len(widgets))
	for i, widget := range widgets {
		shown[i] = d.asOurs(widget)
	}
	row = maps.Clone(row)
	row["widgets"] = shown
	return row, nil
}

// withWidgets is a row in which the widgets, if it shows them whole, are in our form.
func (d dashboards) withWidgets(row acsmon.Fields) acsmon.Fields {
	if _, shown := row["widgets"]; !shown {
		return row
	}
	row = maps.Clone(row)
	list, isList := row["widgets"].([]any)
	delete(row, "widgets")
	widgets := make([]any, len(list))
	for i, element := range list {
		widget, isObject := element.(map[string]any)
		if !isObject { // an id, or something that cannot be used
			return row
		}
		widgets[i] = d.asOurs(widget)
	}
	if isList {
		row["widgets"] = widgets
	}
	return row
}

// asOurs returns a widget in our form.
func (d dashboards) asOurs(shown map[string]any) map[string]any {
	form := widgetForm{known: true, title: titleKeys[0]}
	widget := maps.Clone(shown)
	for _, key := range titleKeys {
		if title, ok := shown[key]; ok {
			form.title = key
			delete(widget, key)
			widget["title"] = title
			break
		}
	}
	for _, key := range positionKeys {
		if position, ok := shown[key]; ok {
			form.at = key
			delete(widget, key)
			widget["position"] = position
			break
		}
	}
	if form.at == "" {
		position := map[string]any{}
		for _, key := range flatKeys {
			if value, ok := shown[key]; ok {
				position[key] = value
				delete(widget, key)
			}
		}
		widget["position"] = position
	}
	*d.learned = form
	return widget
}

// taken returns a widget in the form of the server. If that is not known, it has all the likely
// keys: a server drops those that it does not know.
func (d dashboards) taken(widget map[string]any) acsmon.Fields {
	form := *d.learned
	fields := acsmon.Fields{}
	for key, value := range widget {
		switch {
		case key == "title" && form.known:
			fields[form.title] = value
		case key == "title":
			fields[titleKeys[0]], fields[titleKeys[1]] = value, value
		case key == "position":
			d.place(fields, value)
		case key != "id" && key != "dashboard_id" && !strings.HasSuffix(key, "_at"):
			fields[key] = value
		}
	}
	return fields
}

// place adds a position to the fields of a widget.
func (d dashboards) place(fields acsmon.Fields, position any) {
	form := *d.learned
	switch keys, isObject := position.(map[string]any); {
	case form.known && form.at != "" || !isObject:
		fields[cmp.Or(form.at, positionKeys[0])] = position
	case form.known:
		maps.Copy(fields, keys)
	default:
		fields[positionKeys[0]] = position
		maps.Copy(fields, keys)
	}
}

// arrange makes the widgets of a dashboard what is wanted: it updates those that differ in more
// than their position, creates new ones, moves all that are elsewhere in one request, and removes
// those that are not wanted. Of those that the plan has not seen, it removes none; nil: there was
// nothing to see.
func (d dashboards) arrange(ctx context.Context, id int64, wanted []any, seen map[int64]bool) error {
	row, err := d.addWidgets(ctx, acsmon.Fields{"id": id})
	if err != nil {
		return err
	}
	left, _ := row["widgets"].([]any)
	var moved []map[string]any
	known := idsOfRows(left)
	for _, element := range left {
		if widget := acsmon.Fields(element.(map[string]any)); seen != nil && !seen[widget.ID()] {
			return fmt.Errorf("widget %q was added to dashboard %d by someone else while this ran: run the task again", fmt.Sprint(widget["title"]), id)
		}
	}
	named := idsOfWidgets(wanted)
	for _, element := range wanted {
		widget := element.(map[string]any)
		at := slices.IndexFunc(left, func(other any) bool { return isWidget(widget, other.(map[string]any), named) })
		var now map[string]any
		if at >= 0 {
			now = left[at].(map[string]any)
			left = slices.Delete(left, at, at+1)
		}
		if now, err = d.write(ctx, id, widget, now, known); err != nil {
			return fmt.Errorf("widget %q of dashboard %d: %w", fmt.Sprint(widget["title"]), id, err)
		}
		if widget["position"] != nil && !converge.Same(widget["position"], now["position"]) {
			moved = append(moved, with(now, "position", widget["position"]))
		}
	}
	if err := d.move(ctx, id, moved); err != nil {
		return err
	}
	for _, gone := range left {
		widget := acsmon.Fields(gone.(map[string]any))
		if err := d.routes.Widgets(id).Delete(ctx, widget.ID()); err != nil && !acsmon.IsNotFound(err) {
			return fmt.Errorf("widget %q of dashboard %d: %w", fmt.Sprint(widget["title"]), id, err)
		}
	}
	return nil
}

// seenWidgets are the widgets that a plan for a dashboard has seen; nil if that is not known.
func (d dashboards) seenWidgets(id int64) map[int64]bool {
	row := d.fetched[id]
	if row == nil {
		row = d.listed[id]
	}
	widgets, shown := row["widgets"].([]any)
	if !shown {
		return nil
	}
	return idsOfRows(widgets)
}

// idsOfRows are the ids of a list of rows.
func idsOfRows(rows []any) map[int64]bool {
	ids := map[int64]bool{}
	for _, row := range rows {
		ids[acsmon.Fields(row.(map[string]any)).ID()] = true
	}
	return ids
}

// idsOfWidgets are the ids that widgets give, as text.
func idsOfWidgets(widgets []any) map[string]bool {
	ids := map[string]bool{}
	for _, element := range widgets {
		if id := element.(map[string]any)["id"]; id != nil {
			ids[rows.Text(id)] = true
		}
	}
	return ids
}

// isWidget reports whether a wanted widget is the one that exists. One whose id another of the
// wanted gives is that one, whatever its title.
func isWidget(wanted, now map[string]any, named map[string]bool) bool {
	if wanted["id"] != nil {
		return converge.Same(wanted["id"], now["id"])
	}
	return !named[rows.Text(now["id"])] && converge.Same(wanted["title"], now["title"])
}

// write creates a widget, or updates one that differs in more than its position, and returns it.
// The known widgets are those that it did not create.
func (d dashboards) write(ctx context.Context, dashboard int64, widget, now map[string]any, known map[int64]bool) (map[string]any, error) {
	routes := d.routes.Widgets(dashboard)
	if now == nil {
		made, err := routes.Create(ctx, d.taken(widget))
		var uncertain *acsmon.UncertainError
		switch {
		case err == nil:
			return d.asOurs(made), nil
		case !errors.As(err, &uncertain):
			return nil, err
		}
		if now, err = d.made(ctx, dashboard, widget, known, uncertain); err != nil {
			return nil, err
		}
	}
	if converge.Same(with(widget, "position", nil), with(now, "position", nil)) {
		return now, nil
	}
	changed, err := routes.Update(ctx, acsmon.Fields(now).ID(), d.taken(widget))
	if err != nil {
		return nil, err
	}
	if changed.ID() == 0 { // the server does not show what it did
		return widget, nil
	}
	return d.asOurs(changed), nil
}

// made returns the widget that a create made whose response does not show it. If the widget is not
// there, it may still come: nobody may take the error for a lost dashboard and make a second one.
func (d dashboards) made(ctx context.Context, dashboard int64, widget map[string]any, known map[int64]bool, uncertain *acsmon.UncertainError) (map[string]any, error) {
	row, err := d.addWidgets(ctx, acsmon.Fields{"id": dashboard})
	shown, _ := row["widgets"].([]any)
	for _, element := range shown {
		now := element.(map[string]any)
		if id := acsmon.Fields(now).ID(); !known[id] && converge.Same(widget["title"], now["title"]) {
			return now, nil
		}
	}
	if err == nil && uncertain.Answered {
		return nil, uncertain.Err
	}
	return nil, fmt.Errorf("it is not certain whether it was created (%v): run the task again in a minute", uncertain)
}

// move moves widgets in one request. If the server does not accept that, it moves each with an
// update.
func (d dashboards) move(ctx context.Context, dashboard int64, moved []map[string]any) error {
	if len(moved) == 0 {
		return nil
	}
	positions := make([]acsmon.Fields, len(moved))
	for i, widget := range moved {
		positions[i] = with(d.taken(map[string]any{"position": widget["position"]}), "id", widget["id"])
	}
	_, err := d.routes.Place(ctx, positions)
	var refused *acsmon.Error
	if !errors.As(err, &refused) || !slices.Contains([]int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusUnprocessableEntity}, refused.Status) {
		return err
	}
	for _, widget := range moved {
		if _, err := d.routes.Widgets(dashboard).Update(ctx, acsmon.Fields(widget).ID(), d.taken(widget)); err != nil {
			return fmt.Errorf("widget %q of dashboard %d: %w", fmt.Sprint(widget["title"]), dashboard, err)
		}
	}
	return nil
}

// with is an object with one key set to a value.
func with(object map[string]any, key string, value any) map[string]any {
	changed := maps.Clone(object)
	changed[key] = value
	return changed
}
