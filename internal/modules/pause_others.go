// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
	"github.com/acsmon/acsmon-ansible/internal/windows"
)

// others are monitors that a task is not about, but sees while it reads the list: what overdue
// windows hold, and what its own window holds and it does not select.
type others struct {
	overdue windows.Overdue
	own     []string
}

// note records which windows hold a monitor that the list shows as paused.
func (w *window) note(row acsmon.Fields, selected bool) {
	if !rows.IsFalse(row["is_active"]) {
		return
	}
	shown := (&pausedMonitor{row: row}).String()
	for _, m := range windows.Marks(converge.Texts(row["tags"])) {
		switch {
		case w.ends(m):
			if !selected && w.wanted.State == "paused" {
				w.others.own = append(w.others.own, shown)
			}
		case m.Overdue(w.now):
			w.others.overdue.Add(m, shown)
		}
	}
}

// list returns the overdue windows as the result has them.
func (o *others) list() []map[string]any {
	list := []map[string]any{}
	for _, held := range o.overdue.List() {
		list = append(list, held.Data())
	}
	return list
}

// warnOfOthers warns about what stays paused until somebody does something about it.
func (w *window) warnOfOthers() {
	if len(w.others.own) > 0 {
		w.Warnf("Window %s holds these too, which this task does not select, so they stay paused until the window is resumed: %s.",
			w.mark.Name, strings.Join(shortened(w.others.own), ", "))
	}
	for _, held := range w.others.overdue.List() {
		w.Warnf("%s.", held)
	}
}
