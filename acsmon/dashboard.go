// SPDX-License-Identifier: MIT

package acsmon

import "context"

// Dashboard is a page of widgets.
type Dashboard struct {
	Object
	ID   int64
	Name string
}

func (d *Dashboard) from(r *row) { *d = Dashboard{Object{r.fields}, r.whole("id"), r.text("name")} }

// Dashboards are the pages of widgets that the server shows.
type Dashboards struct{ Collection[Dashboard] }

// Widgets returns the widgets of one dashboard. List and Create need the dashboard; for the other
// verbs the id of the widget is enough. The API shows widgets only as a list: Get ends in a 405.
func (d Dashboards) Widgets(dashboard int64) Collection[Fields] {
	return Collection[Fields]{
		client: d.client, path: under(d.path, dashboard, "widgets"), itemPath: "/widgets",
		permissions: "dashboards", slugs: map[string]string{"create": "dashboards.edit", "delete": "dashboards.edit"},
	}
}

// Place moves widgets, all in one request. Each of the positions has the id of a widget, and the
// keys under which the server shows its position.
func (d Dashboards) Place(ctx context.Context, positions []Fields) (Fields, error) {
	// No public page names the key of the list. These two are likely, and a server drops the one
	// that it does not know.
	body := Fields{"positions": positions, "widgets": positions}
	return d.client.act(ctx, request{path: "/widgets/positions", body: body, permission: "dashboards.edit"})
}
