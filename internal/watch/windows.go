// SPDX-License-Identifier: GPL-3.0-or-later

package watch

import (
	"context"
	"slices"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/rows"
	"github.com/acsmon/acsmon-ansible/internal/windows"
)

// lookAtWindows tells people about each deploy window that has become overdue since the last look.
// The filter only saves requests: whether a monitor is paused is decided on the rows.
func (w *Watcher) lookAtWindows(ctx context.Context) error {
	if !w.OverdueWindows {
		return nil
	}
	paused, err := rows.Listed(ctx, w.Client.Monitors.Fields(), acsmon.Query{Filter: map[string]string{"is_active": "false"}})
	if err != nil {
		return err
	}
	var now []string
	for _, held := range windows.OverdueIn(w.redacted(paused), time.Now()) {
		now = append(now, held.Window)
		if !slices.Contains(w.windows, held.Window) {
			w.Report(held.String())
		}
	}
	w.windows = now
	return nil
}

func (w *Watcher) redacted(found []acsmon.Fields) []acsmon.Fields {
	for i, row := range found {
		found[i] = w.Redact(row)
	}
	return found
}
