// SPDX-License-Identifier: GPL-3.0-or-later

package watch

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// A window is told of once when it becomes overdue, and once more if it does so again.
func TestOverdueWindowsAreToldOnce(t *testing.T) {
	inFakeTime(t, acsmontest.Options{}, func(w *watching) {
		add := func(name, tag string) int64 {
			return w.server.Add("monitors", map[string]any{"name": name, "type": "ping", "host": "h", "is_active": false, "tags": []string{tag}})
		}
		shop := add("Web \x1b[1m", "paused-by:shop@2000-01-01T00:00Z/2000-01-01T00:10Z")
		add("By hand", "unrelated")
		told := func() int {
			w.mu.Lock()
			defer w.mu.Unlock()
			return len(slices.DeleteFunc(slices.Clone(w.trouble), func(text string) bool {
				return !strings.Contains(text, `Window "shop" should have ended by 2000-01-01T00:10:00Z and still holds Web \u001b[1m`)
			}))
		}
		w.start(func(watcher *Watcher) { watcher.OverdueWindows = true })
		for _, step := range []struct {
			wait time.Duration
			told int
			set  map[string]any
		}{{5 * time.Minute, 0, nil}, {10 * time.Minute, 1, nil}, {time.Hour, 1, map[string]any{"is_active": true}}, {time.Hour, 1, map[string]any{"is_active": false}}, {time.Hour, 2, nil}} {
			time.Sleep(step.wait)
			if n := told(); n != step.told {
				t.Errorf("after %s it is told %d times, want %d: %q", step.wait, n, step.told, w.trouble)
			}
			if step.set != nil {
				w.server.Set("monitors", shop, step.set)
			}
		}
	})
	inFakeTime(t, acsmontest.Options{}, func(w *watching) {
		w.server.Add("monitors", map[string]any{"name": "Web", "type": "ping", "host": "h", "is_active": false, "tags": []string{"paused-by:shop@2000-01-01T00:00Z/2000-01-01T00:10Z"}})
		w.start()
		time.Sleep(time.Hour)
		w.mu.Lock()
		defer w.mu.Unlock()
		if len(w.trouble) > 0 || slices.ContainsFunc(w.server.Requests(), func(r acsmontest.Request) bool { return r.Path == "/monitors" }) {
			t.Errorf("without the option it looks at monitors and tells %q", w.trouble)
		}
	})
}
