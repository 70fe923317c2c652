// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// What an update changed beside what was asked for is said; what the server
// measures, and what it does not show any more, is not.
func TestStrayedIsWhatNobodyAskedFor(t *testing.T) {
	e := &Engine{Kind: Kind{Name: "thing", Measured: []string{"status"}, Fields: []Field{
		{Name: "name"}, {Name: "tags", Form: Set}, {Name: "group", Send: "group_id", Form: Link, Read: []string{"group_id", "group.id"}},
	}}}
	before := acsmon.Fields{
		"id": 7, "name": "a", "tags": []any{"x"}, "interval_seconds": 900, "group": map[string]any{"id": 1}, "options": map[string]any{"a": 1},
		"status": "up", "last_checked_at": "then", "gone": 1,
	}
	after := acsmon.Fields{
		"id": 7, "name": "b", "tags": []any{"y"}, "interval_seconds": 60, "group": nil, "options": map[string]any{},
		"status": "down", "last_checked_at": "now",
	}
	got := e.strayed(&Plan{Current: before, desired: map[string]any{"name": "b", "tags": []any{"y"}}}, after)
	for _, want := range []string{"thing 7", "interval_seconds (it was 900)", "group", "options"} {
		if !strings.Contains(got, want) {
			t.Errorf("the warning does not say %q: %s", want, got)
		}
	}
	for _, unwanted := range []string{"name", "tags", "status", "last_checked_at", "gone"} {
		if strings.Contains(got, unwanted) {
			t.Errorf("the warning says %q: %s", unwanted, got)
		}
	}
	if got := e.strayed(&Plan{Current: before, desired: map[string]any{}}, before); got != "" {
		t.Errorf("nothing changed, and the warning is %s", got)
	}
	if got := e.strayed(&Plan{desired: map[string]any{}}, after); got != "" {
		t.Errorf("it was created, and the warning is %s", got)
	}
}
