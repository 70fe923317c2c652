// SPDX-License-Identifier: MIT

package acsmontest

import (
	"fmt"
	"maps"
	"net/http"
)

// positionKeys are the keys of a widget's position. No public page names them.
var positionKeys = []string{"x", "y", "w", "h"}

func init() {
	addRoute("POST", "widgets/positions", "dashboards.edit", permitted((*call).placeWidgets))
}

// widgetInput takes the position out of the keys of the widget, if the alternative puts it there.
func widgetInput(c *call, input row) row {
	if c.s.alt.Widgets != "flat" {
		return input
	}
	input = maps.Clone(input)
	delete(input, "position")
	position := row{}
	for _, key := range positionKeys {
		if value, given := input[key]; given {
			position[key] = value
		}
	}
	if len(position) > 0 {
		input["position"] = position
	}
	return input
}

// widgetPosition is how a widget shows its position.
func widgetPosition(s *Server, widget row) object {
	position, _ := widget["position"].(row)
	if s.alt.Widgets != "flat" {
		return object{{"position", position}}
	}
	var keys object
	for _, key := range positionKeys {
		keys = append(keys, member{key, position[key]})
	}
	return keys
}

// placeWidgets moves widgets, which may be on several dashboards. If one of them does not exist, it
// moves none.
func (c *call) placeWidgets() *response {
	key := c.s.alt.Positions
	list, ok := c.input()[key].([]any)
	if !ok {
		return c.invalid([]fault422{{key, fmt.Sprintf("The %s field is required.", key)}})
	}
	r, t := resourceOf["widgets"], c.s.tables["widgets"]
	placed := make([]row, len(list))
	for i, v := range list {
		entry, _ := v.(row)
		id, _ := phpInt(entry["id"])
		if placed[i] = widgetInput(c, entry); t.row(int64(id)) == nil {
			name := fmt.Sprintf("%s.%d.id", key, i)
			return c.invalid([]fault422{{name, fmt.Sprintf("The selected %s is invalid.", name)}})
		}
		placed[i]["id"] = int64(id)
	}
	for _, entry := range placed {
		widget := t.edit(entry["id"].(int64))
		if position, ok := entry["position"].(row); ok {
			t.assign(widget, row{"position": position})
			c.changed(r, "updated", widget, "")
		}
	}
	return c.answer(http.StatusOK, object{{"message", "Positions saved."}})
}
