// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// forgetful is a store whose first update resets the port, without a word.
type forgetful struct {
	Store
	server *acsmontest.Server
	done   bool
}

func (f *forgetful) Update(ctx context.Context, id int64, fields acsmon.Fields) (acsmon.Fields, error) {
	row, err := f.Store.Update(ctx, id, fields)
	if !f.done && err == nil {
		f.done = true
		f.server.Set("monitors", id, map[string]any{"port": int64(1)})
		row["port"] = 1
	}
	return row, err
}

// What a server did not keep, against its profile, is put back, and the next update sends
// the whole row.
func TestWhatWasNotKeptIsPutBack(t *testing.T) {
	onServer(t, "port", acsmontest.Options{}, func(t *testing.T, w *testServer) {
		id := w.addMonitors(1)[0]
		w.Engine.Server, w.Store = Server{KeepsUnnamed: true}, &forgetful{Store: w.Store, server: w.Server}
		_, outcome, err := w.converge(t.Context(), Item{ID: id, Desired: map[string]any{"host": "other"}})
		if text := strings.Join(outcome.Warnings, " "); err != nil || !strings.Contains(text, "contradicts the server profile") || !strings.Contains(text, "port was not kept, and is put back") {
			t.Errorf("the warnings are %q, want that the port was not kept, against the profile: %v", text, err)
		}
		if row := w.Row("monitors", id); fmt.Sprint(row["port"]) != "80" || row["host"] != "other" {
			t.Errorf("there is %v", row)
		}
		if w.Engine.Server.KeepsUnnamed {
			t.Error("the profile is used on")
		}
	})
}
