// SPDX-License-Identifier: GPL-3.0-or-later

package chaos

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// somebodyElse edits the monitors of the tasks, in fields that no task names, and creates
// and deletes others, all the while.
type somebodyElse struct {
	*acsmontest.Server
	mu     sync.Mutex // guards what follows
	rand   *rand.Rand
	made   []int64
	edited map[int64]row // what each monitor must have, by id
	edits  int
}

// act does one thing.
func (o *somebodyElse) act() {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch monitors := o.Rows("monitors"); {
	case o.rand.IntN(3) > 0 && len(monitors) > 0:
		o.edits++
		id := monitors[o.rand.IntN(len(monitors))]["id"].(int64)
		field := []string{"timeout_ms", "check_interval_seconds"}[o.rand.IntN(2)]
		value := 1000 + o.rand.IntN(9000)
		o.Set("monitors", id, row{field: value})
		if o.edited[id] == nil {
			o.edited[id] = row{}
		}
		o.edited[id][field] = value
	default:
		o.shift()
	}
}

func (o *somebodyElse) moveRows() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.shift()
}

// shift deletes a monitor and creates another, so that all that lies between them moves
// to another place of the list.
func (o *somebodyElse) shift() {
	o.edits++
	if len(o.made) > 5 {
		id := o.made[0]
		o.made = o.made[1:]
		o.Remove("monitors", id)
		delete(o.edited, id)
	}
	o.made = append(o.made, o.Add("monitors", row{"name": fmt.Sprintf("theirs %d", o.edits), "type": "ping", "host": "h"}))
}

// TestOthersMeanwhile drives bulk modules, loops and pauses against a server on which
// somebody else edits, deletes and creates all the while. No edit is lost that no task
// names, and nothing is made twice.
func TestOthersMeanwhile(t *testing.T) {
	operations, seed := setting(t, "CHAOS_OPERATIONS", 250), setting(t, "CHAOS_SEED", 1)
	changes := 0
	var other *somebodyElse
	synctest.Test(t, func(t *testing.T) {
		server := acsmontest.New(acsmontest.Options{Seed: uint64(seed), Monitors: 12, RateLimit: 60, Alternatives: acsmontest.Alternatives{PerPageCap: 10}})
		defer server.Close()
		random := rand.New(rand.NewPCG(uint64(seed), 3))
		other = &somebodyElse{Server: server, rand: rand.New(rand.NewPCG(uint64(seed), 4)), edited: map[int64]row{}}
		w := &workbench{Server: server, t: t, rand: random}
		end := make(chan struct{})
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			for {
				select {
				case <-end:
					return
				case <-time.After(time.Duration(1 + other.rand.Int64N(int64(5*time.Second)))):
					other.act()
				}
			}
		}()
		for changes < operations && !t.Failed() {
			// A list moves while it is read, too.
			server.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors", Skip: 1 + random.IntN(3), Times: 1, Do: acsmontest.Then(func(*acsmontest.Server) { other.moveRows() })})
			changes += w.task()
			server.ClearFaults()
			other.check(t)
		}
		close(end)
		<-stopped
	})
	if other.edits < changes/10 {
		t.Errorf("somebody else did %d things: this tested nothing", other.edits)
	}
	t.Logf("%d operations of tasks, %d of somebody else, CHAOS_SEED=%d: no edit was lost, nothing was made twice", changes, other.edits, seed)
}

// task runs a bulk task, a loop or a deploy window, and gives how many monitors it was
// about.
func (w *workbench) task() int {
	n := 1 + w.rand.IntN(60)
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("ours %d", (i+w.rand.IntN(3))%80)
	}
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	task := fmt.Sprint(w.rand.Uint64()) // that all items of a loop are of
	switch w.rand.IntN(5) {
	case 0, 1:
		all := make([]row, len(names))
		for i, name := range names {
			all[i] = w.monitor(name)
		}
		w.succeeds("acsmon_monitors", row{"monitors": all, "max_wait": 3600})
	case 2:
		for _, name := range names[:min(len(names), 10)] {
			w.succeeds("acsmon_monitor", with(w.monitor(name), "_acsmon_run", row{"task": task}))
		}
	case 3:
		window := row{"window": "deploy", "tags": []string{"ours"}, "max_wait": 3600}
		for _, state := range []string{"paused", "resumed"} {
			w.succeeds("acsmon_monitor_pause", with(window, "state", state))
		}
	case 4:
		all := make([]row, min(len(names), 5))
		for i := range all {
			all[i] = row{"name": names[i]}
		}
		w.succeeds("acsmon_monitors", row{"monitors": all, "state": "deleted", "max_wait": 3600})
	}
	return len(names)
}

// monitor names fields that somebody else leaves alone.
func (w *workbench) monitor(name string) row {
	return row{"name": name, "type": "tcp", "host": w.pick("a.example.com", "b.example.com"), "port": 1 + w.rand.IntN(65535), "tags": []string{"ours"}}
}

func with(given row, name string, value any) row {
	changed := maps.Clone(given)
	changed[name] = value
	return changed
}

// succeeds runs a module. It may refuse to work on a list that would not hold still.
func (w *workbench) succeeds(module string, given row) {
	w.t.Helper()
	result := w.module(module, given)
	if result["failed"] == true && !strings.Contains(fmt.Sprint(result["msg"]), "kept changing while it was read") {
		w.t.Errorf("%s failed: %v", module, result["msg"])
	}
}

// check finds edits that were lost, and names that several monitors have.
func (o *somebodyElse) check(t *testing.T) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	names := map[any]any{}
	for _, monitor := range o.Rows("monitors") {
		if first, twice := names[monitor["name"]]; twice {
			t.Errorf("%v was made twice, as %v and %v", monitor["name"], first, monitor["id"])
		}
		names[monitor["name"]] = monitor["id"]
		for field, want := range o.edited[monitor["id"].(int64)] {
			if got := monitor[field]; fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s of %v is %v: the edit to %v was lost", field, monitor["name"], got, want)
			}
		}
	}
}
