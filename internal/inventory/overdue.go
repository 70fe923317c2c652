// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"fmt"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
	"github.com/acsmon/acsmon-ansible/internal/windows"
)

// noteOverdue warns of overdue windows, and has all hosts know of them: a script cannot warn.
func (i *inventory) noteOverdue(monitors []acsmon.Fields, now time.Time) {
	for _, held := range windows.OverdueIn(monitors, now) {
		i.warnings = append(i.warnings, fmt.Sprintf("%s: end it with ansible-playbook acsmon.monitor.resume_window -e all_overdue=true", untrusted.Line(held.String())))
		i.overdue = append(i.overdue, map[string]any{"window": held.Window, "end": held.End.Format(time.RFC3339), "monitors": anys(held.Monitors)})
	}
}

func anys(texts []string) []any {
	list := make([]any, len(texts))
	for i, text := range texts {
		list[i] = text
	}
	return list
}
