// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"fmt"
	"maps"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// dashboard declares acsmon_dashboard. Its widgets have routes of their own: see dashboards.
var dashboard = resource{
	name: "acsmon_dashboard",
	key:  "dashboard",
	kind: converge.Kind{
		Name: "dashboard",
		Fields: []converge.Field{
			{Name: "name"},
			{Name: "widgets", Form: converge.Parts("title", "type", "config", "position")},
		},
		Required: []string{"name"},
	},
	rules:   identity,
	store:   func(c *acsmon.Client) converge.Store { return newDashboards(c) },
	check:   checkWidgets,
	guarded: true,
}

// checkWidgets moves the additional keys of each widget to the widget itself.
func checkWidgets(desired map[string]any) error {
	given, _ := desired["widgets"].([]any)
	widgets := make([]any, len(given))
	for i, element := range given {
		widget := withoutNulls(element.(map[string]any))
		fields, _ := widget["fields"].(map[string]any)
		delete(widget, "fields")
		for key := range fields {
			if _, taken := widget[key]; taken || key == "id" {
				return fmt.Errorf("widgets[%d].fields.%s is what an option sets: use that", i, key)
			}
		}
		maps.Copy(widget, fields)
		if text, _ := widget["title"].(string); converge.Trim(text) == "" {
			return fmt.Errorf("widgets[%d].title is empty: give the widget's title", i)
		}
		widgets[i] = widget
	}
	if given != nil {
		desired["widgets"] = widgets
	}
	return nil
}
