// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
	"github.com/acsmon/acsmon-ansible/internal/windows"
)

// noteOverdue warns of overdue windows, and has all hosts know of them: a script cannot warn.
func (i *inventory) noteOverdue(monitors []acsmon.Fields, now time.Time) {
	for _, held := range windows.OverdueIn(monitors, now) {
		i.warnings = append(i.warnings, untrusted.Line(held.String()))
		i.overdue = append(i.overdue, held.Data())
	}
}
