// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// lostMonitor is the monitor whose create is lost.
var lostMonitor = row{"name": "x", "type": "https", "host": "h", "tags": []string{"a"}, "config": row{"path": "/"}}

const (
	adopted   = "was found to be the one that it made"
	uncertain = "it is not certain whether the monitor was created"
)

// lostCreates are the ways in which the response to a create is lost.
var lostCreates = []struct {
	name   string
	faults []acsmontest.Effect // one for each POST
	warns  string              // what the task warns of, if it creates the monitor
	fails  string              // what it says if it fails
	posts  int
}{
	{"cut after", []acsmontest.Effect{acsmontest.After(acsmontest.Reset())}, adopted, "", 1},
	{"502 after", []acsmontest.Effect{acsmontest.After(acsmontest.Status(502))}, adopted, "", 1},
	{"504 after", []acsmontest.Effect{acsmontest.After(acsmontest.Status(504))}, adopted, "", 1},
	{"500 after", []acsmontest.Effect{acsmontest.After(acsmontest.Status(500))}, adopted, "", 1},
	{"no answer in time after", []acsmontest.Effect{acsmontest.After(acsmontest.Delay(time.Minute))}, adopted, "", 1},
	{"truncated", []acsmontest.Effect{acsmontest.Truncate()}, adopted, "", 1},
	{"invalid JSON", []acsmontest.Effect{acsmontest.InvalidJSON()}, adopted, "", 1},
	{"empty", []acsmontest.Effect{acsmontest.After(acsmontest.EmptyBody())}, adopted, "", 1},
	{"null", []acsmontest.Effect{acsmontest.After(acsmontest.NullBody())}, adopted, "", 1},
	{"a web page after", []acsmontest.Effect{acsmontest.After(acsmontest.HTMLPage())}, adopted, "", 1},
	{"cut before", []acsmontest.Effect{acsmontest.Reset()}, "it was sent once more", "", 2},
	{"cut before and then after", []acsmontest.Effect{acsmontest.Reset(), acsmontest.After(acsmontest.Reset())}, adopted, "", 2},
	{"cut before twice", []acsmontest.Effect{acsmontest.Reset(), acsmontest.Reset()}, "", uncertain, 2},
	{"refused for the limit", []acsmontest.Effect{acsmontest.TooManyRequests(10 * time.Second)}, "", "", 2},
	{"refused for maintenance", []acsmontest.Effect{acsmontest.Maintenance(10 * time.Second)}, "", "", 2},
	{"502 before", []acsmontest.Effect{acsmontest.Status(502)}, "it was sent once more", "", 2},
	{"500 before", []acsmontest.Effect{acsmontest.Status(500)}, "", "the monitor was not created", 1},
	{"a web page before", []acsmontest.Effect{acsmontest.HTMLPage()}, "", uncertain, 1},
	{"no answer in time, and stored later", []acsmontest.Effect{acsmontest.Delay(time.Minute)}, adopted, "", 1},
	{"stored when the look begins", []acsmontest.Effect{acsmontest.Delay(33 * time.Second)}, adopted, "", 1},
}

// TestLostCreate loses the response to a create in each way. There are never two monitors.
func TestLostCreate(t *testing.T) {
	for _, test := range lostCreates {
		scenario(t, test.name, acsmontest.Options{Monitors: 120}, func(w *workbench) {
			for _, effect := range test.faults {
				w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: effect})
			}
			r := w.monitor(lostMonitor)
			w.wantWrites(test.posts)
			switch {
			case test.fails != "":
				r.fails(test.fails)
				time.Sleep(2 * time.Minute) // until the server has ended whatever it is at
				w.monitor(lostMonitor).succeeds()
			case test.warns != "":
				r.wantChanged().warns(test.warns)
			default:
				r.wantChanged().wantNoWarnings()
			}
			w.wantNamed("x", 1)
			w.monitor(lostMonitor).wantUnchanged()
		})
	}
}

// TestLostCreateOfOthers loses the response to a create while the server or somebody else changes
// monitors.
func TestLostCreateOfOthers(t *testing.T) {
	scenario(t, "the server changed what it stored", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
		go func() { // the server's own work, before the first look
			time.Sleep(500 * time.Millisecond)
			for _, r := range w.named("x") {
				w.Set("monitors", storedID(r), row{"host": "lower.example.com"})
			}
		}()
		w.monitor(lostMonitor).fails("the response to the create was lost", "host is not as it was sent")
		w.wantNamed("x", 1)
	})
	scenario(t, "someone else makes the same meanwhile", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
		go func() {
			time.Sleep(500 * time.Millisecond)
			w.Add("monitors", row{"name": "x", "type": "https", "host": "h", "tags": []string{"a"}, "config": row{"path": "/"}})
		}()
		w.monitor(lostMonitor).fails(`"x" means more than one`, "use the id")
	})
	scenario(t, "someone else gives another one that name meanwhile", acsmontest.Options{}, func(w *workbench) {
		other := w.Add("monitors", row{"name": "y", "type": "ping", "host": "h"})
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: acsmontest.Reset()})
		go func() {
			time.Sleep(500 * time.Millisecond)
			w.Set("monitors", other, row{"name": "x"})
		}()
		w.monitor(lostMonitor).fails("the response to the create was lost", "check whether it is the one")
		w.wantNamed("x", 1)
	})
	scenario(t, "the server stores it after 22 seconds", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: acsmontest.Reset()})
		go func() {
			time.Sleep(22 * time.Second)
			w.Add("monitors", row{"name": "x", "type": "https", "host": "h", "tags": []string{"a"}, "config": row{"path": "/"}})
		}()
		w.monitor(lostMonitor).warns(adopted)
		w.wantNamed("x", 1)
	})
}

// TestLostCreateThatIsNotLookedFor loses the response to a create where the module cannot wait or look,
// or need not.
func TestLostCreateThatIsNotLookedFor(t *testing.T) {
	scenario(t, "max_wait does not allow to wait a minute", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: acsmontest.Reset()})
		w.monitor(with(lostMonitor, row{"max_wait": 20})).fails(uncertain, "run the task again in a minute, which looks first and makes no second one")
		w.wantWrites(1)
	})
	scenario(t, "the application itself refused it", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: acsmontest.Status(500)})
		r := w.monitor(lostMonitor).fails("the monitor was not created")
		r.costs("GET /monitors", "GET /monitors", "POST /monitors", "GET /monitors")
		if r.took > time.Second {
			w.t.Errorf("the module took %v, want at most 1 s", r.took)
		}
	})
	scenario(t, "looking fails too", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors", Skip: 2, Do: acsmontest.Status(500)})
		w.monitor(lostMonitor).fails("not certain", "looking for it also failed", "run the task again")
		w.ClearFaults()
		w.monitor(lostMonitor).wantUnchanged()
		w.wantNamed("x", 1)
	})
}

// TestLostUpdate loses the response to an update and to a removal in each way.
func TestLostUpdate(t *testing.T) {
	for name, effect := range map[string]acsmontest.Effect{
		"cut before":   acsmontest.Reset(),
		"cut after":    acsmontest.After(acsmontest.Reset()),
		"502 before":   acsmontest.Status(502),
		"502 after":    acsmontest.After(acsmontest.Status(502)),
		"500 after":    acsmontest.After(acsmontest.Status(500)),
		"late":         acsmontest.After(acsmontest.Delay(time.Minute)),
		"truncated":    acsmontest.Truncate(),
		"invalid JSON": acsmontest.InvalidJSON(),
		"a web page":   acsmontest.After(acsmontest.HTMLPage()),
	} {
		for _, method := range []string{"PUT", "DELETE"} {
			given := row{"name": "x", "port": 81}
			if method == "DELETE" {
				given = row{"name": "x", "state": "absent"}
			}
			scenario(t, method+" "+name+", once", acsmontest.Options{}, func(w *workbench) {
				w.Add("monitors", row{"name": "x", "type": "tcp", "host": "h", "port": 80})
				w.Inject(acsmontest.Fault{Method: method, Times: 1, Do: effect})
				w.monitor(given).wantChanged()
				w.monitor(given).wantUnchanged()
			})
			for how, faults := range map[string][]acsmontest.Fault{
				"always":           {{Method: method, Do: effect}},
				"and then refused": {{Method: method, Times: 1, Do: effect}, {Method: method, Do: acsmontest.Status(403)}},
			} {
				scenario(t, method+" "+name+", "+how, acsmontest.Options{}, func(w *workbench) {
					made := w.Add("monitors", row{"name": "x", "type": "tcp", "host": "h", "port": 80})
					w.Inject(faults...)
					r := w.monitor(given)
					now := w.Row("monitors", made)
					if done := now == nil || now["port"] == 81; done != (r.row["changed"] == true) {
						w.t.Errorf("the answer says changed=%v, and the monitor is now %v", r.row["changed"], now)
					}
					w.ClearFaults()
					w.monitor(given).succeeds()
					w.monitor(given).wantUnchanged()
				})
			}
		}
	}
}

// TestLostUpdateAtTheLimit loses the response to a write, and then the rate limit is used up.
func TestLostUpdateAtTheLimit(t *testing.T) {
	for method, given := range map[string]row{"PUT": {"name": "x", "port": 81}, "DELETE": {"name": "x", "state": "absent"}} {
		scenario(t, method, acsmontest.Options{}, func(w *workbench) {
			w.Add("monitors", row{"name": "x", "type": "tcp", "host": "h", "port": 80})
			w.Inject(acsmontest.Fault{Method: method, Times: 1, Do: acsmontest.After(acsmontest.Reset())},
				acsmontest.Fault{Method: method, Do: acsmontest.TooManyRequests(time.Hour)})
			w.monitor(given).fails("it is not certain whether monitor", "429", "run the task again")
		})
	}
}
