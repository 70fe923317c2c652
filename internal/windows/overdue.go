// SPDX-License-Identifier: GPL-3.0-or-later

package windows

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/rows"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// Overdue collects windows that should have ended and still hold monitors.
type Overdue struct{ byName map[string]*Held }

// Held is a window with the monitors that it holds.
type Held struct {
	Window   string
	End      time.Time // the earliest of its marks
	Monitors []string
}

// Add records that a mark holds a monitor.
func (o *Overdue) Add(m Mark, monitor string) {
	if o.byName == nil {
		o.byName = map[string]*Held{}
	}
	known := o.byName[m.Name]
	if known == nil {
		known = &Held{Window: m.Name, End: m.End}
		o.byName[m.Name] = known
	}
	if m.End.Before(known.End) {
		known.End = m.End
	}
	known.Monitors = append(known.Monitors, monitor)
}

// List returns the windows in the order of their names.
func (o *Overdue) List() []Held {
	var list []Held
	for _, name := range slices.Sorted(maps.Keys(o.byName)) {
		list = append(list, *o.byName[name])
	}
	return list
}

// OverdueIn returns the windows that should have ended and still hold some of these monitors. The
// names of the monitors are safe for a terminal.
func OverdueIn(monitors []acsmon.Fields, now time.Time) []Held {
	var overdue Overdue
	for _, row := range monitors {
		if !rows.IsFalse(row["is_active"]) {
			continue
		}
		for _, mark := range Marks(tagsIn(row["tags"])) {
			if mark.Overdue(now) {
				overdue.Add(mark, untrusted.Line(rows.Text(row["name"])))
			}
		}
	}
	return overdue.List()
}

// tagsIn returns the tags in a list, of texts or of objects with names.
func tagsIn(value any) []string {
	list, _ := value.([]any)
	var tags []string
	for _, element := range list {
		if object, isObject := element.(map[string]any); isObject {
			element = object["name"]
		}
		tags = append(tags, strings.TrimSpace(rows.Text(element)))
	}
	return tags
}

// mostNamed is how many of many monitors a message names.
const mostNamed = 10

// Data is the window as results and inventories have it.
func (h Held) Data() map[string]any {
	return map[string]any{"window": h.Window, "end": h.End.Format(time.RFC3339), "monitors": rows.Anys(h.Monitors)}
}

// String says since when a window is overdue, what it holds, and what to do about it.
func (h Held) String() string {
	named := h.Monitors
	if more := len(named) - mostNamed; more > 0 {
		named = append(slices.Clone(named[:mostNamed]), fmt.Sprintf("and %d more", more))
	}
	return fmt.Sprintf("Window %q should have ended by %s and still holds %s: end it with ansible-playbook acsmon.monitor.resume_window -e all_overdue=true",
		h.Window, h.End.Format(time.RFC3339), strings.Join(named, ", "))
}
