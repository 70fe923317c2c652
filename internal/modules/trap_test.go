// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// addTraps adds three open traps, of two devices and of none, and an acknowledged one.
func (w *workbench) addTraps() (core, edge, stray, seen int64) {
	w.t.Helper()
	w.addReferenced()
	core = w.Add("snmp-traps", row{"device_id": int64(807), "oid": "1.3.6.1.6.3.1.1.5.3", "value": "linkDown", "severity": "warning"})
	edge = w.Add("snmp-traps", row{"device_id": int64(810), "oid": "1.3.6.1.6.3.1.1.5.4", "value": "linkUp"})
	stray = w.Add("snmp-traps", row{"oid": "1.3.6.1.6.3.1.1.5.3", "value": "\x1b[31m{{ lookup('pipe', 'id') }}"})
	seen = w.Add("snmp-traps", row{"device_id": int64(807), "status": "acknowledged", "acknowledged_at": "2026-04-22T10:00:00Z"})
	return core, edge, stray, seen
}

// TestTrapInfo selects traps on each kind of server.
func TestTrapInfo(t *testing.T) {
	for name, alternatives := range alternatives() {
		scenario(t, name, acsmontest.Options{Alternatives: alternatives}, func(w *workbench) {
			core, edge, stray, seen := w.addTraps()
			for _, test := range []struct {
				given row
				want  []int64
			}{
				{row{}, []int64{core, edge, stray, seen}},
				{row{"status": []string{"open"}}, []int64{core, edge, stray}},
				{row{"severity": []string{"warning", "critical"}}, []int64{core}},
				{row{"device": "core-sw-1"}, []int64{core, seen}},
				{row{"device": "810"}, []int64{edge}},
				{row{"filters": row{"oid": "1.3.6.1.6.3.1.1.5.3"}, "status": []string{"open"}}, []int64{core, stray}},
				{row{"ids": []int64{seen, 99999}}, []int64{seen}},
				{row{"sort": "-id", "limit": 2}, []int64{seen, stray}},
			} {
				w.run("acsmon_trap_info", test.given).lists("traps", test.want...).hides("\x1b")
			}
			w.run("acsmon_trap_info", row{"device": "nowhere"}).fails(`there is no device "nowhere"`)
		})
	}
}

// TestTraps takes traps through their life on each kind of server.
func TestTraps(t *testing.T) {
	for name, alternatives := range alternatives() {
		scenario(t, name, acsmontest.Options{Alternatives: alternatives}, func(w *workbench) {
			core, edge, stray, seen := w.addTraps()
			real, _ := w.converges("acsmon_trap", row{"device": "core-sw-1"})
			if before := at[row](real.lists("traps", core, seen), "diff", "before"); len(before) != 1 {
				w.t.Errorf("before is %v in the diff, want one trap", before)
			}
			w.has("snmp-traps", core, row{"status": "acknowledged"})
			w.has("snmp-traps", edge, row{"status": "open"})
			real, _ = w.converges("acsmon_trap", row{"ids": []int64{edge, stray}})
			if after := fmt.Sprint(at[row](real, "diff", "after")); strings.Count(after, "acknowledged") != 2 {
				w.t.Errorf("after is %s in the diff, want two acknowledged traps", after)
			}
			real, _ = w.converges("acsmon_trap", row{"state": "absent", "filters": row{"oid": "1.3.6.1.6.3.1.1.5.3"}})
			real.lists("traps", core, stray)
			w.converges("acsmon_trap", row{"state": "absent", "ids": []int64{edge, core}})
			if left := w.Rows("snmp-traps"); len(left) != 1 || left[0]["id"] != seen {
				w.t.Errorf("the traps %v are left, want %d alone", left, seen)
			}
			w.converges("acsmon_trap", row{"state": "absent", "all": true})
		})
	}
}

// TestTrapsThatAreNotSelected refuses a task that does not say which traps it means, before it asks the
// server anything.
func TestTrapsThatAreNotSelected(t *testing.T) {
	scenario(t, "mistakes", acsmontest.Options{}, func(w *workbench) {
		for option, empty := range map[string]any{
			"ids": []int64{}, "status": []string{}, "severity": []string{}, "device": " ", "search": "", "filters": row{},
		} {
			w.run("acsmon_trap", row{option: empty}).fails(option + " is empty, which selects nothing").costs()
		}
		w.run("acsmon_trap", row{}).fails("nothing says which traps are meant").costs()
		w.run("acsmon_trap", row{"ids": []int64{4711}}).fails("there is no trap with id 4711").costs("GET /snmp-traps/4711")
		w.run("acsmon_trap", row{"ids": []int64{-1}, "state": "absent"}).fails("an id must be greater than 0")
	})
}

// TestTrapsOfFaultyServers acknowledges and removes traps, and something goes wrong.
func TestTrapsOfFaultyServers(t *testing.T) {
	for name, fault := range map[string]acsmontest.Fault{
		"a lost response": {Method: "POST", Times: 1, Do: acsmontest.After(acsmontest.Reset())},
		"an odd response": {Method: "POST", Do: acsmontest.After(acsmontest.Answer(200, nil, "done"))},
		"no response":     {Method: "POST", Do: acsmontest.After(acsmontest.Answer(204, nil, ""))},
	} {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			core, _, _, _ := w.addTraps()
			w.Inject(fault)
			w.converges("acsmon_trap", row{"ids": []int64{core}})
			w.has("snmp-traps", core, row{"status": "acknowledged"})
		})
	}
	scenario(t, "a removal whose response is lost", acsmontest.Options{}, func(w *workbench) {
		core, _, _, _ := w.addTraps()
		w.Inject(acsmontest.Fault{Method: "DELETE", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
		w.converges("acsmon_trap", row{"ids": []int64{core}, "state": "absent"})
	})
	scenario(t, "one that is refused", acsmontest.Options{}, func(w *workbench) {
		core, edge, stray, _ := w.addTraps()
		w.Inject(acsmontest.Fault{Method: "POST", Path: fmt.Sprintf("/snmp-traps/%d/acknowledge", edge), Do: acsmontest.Status(422)})
		r := w.run("acsmon_trap", row{"all": true}).fails("2 of 3 traps are acknowledged now, and 1 failed: trap", "run the task again for the rest")
		r.wantValues(row{"changed": true})
		for _, id := range []int64{core, stray} {
			w.has("snmp-traps", id, row{"status": "acknowledged"})
		}
	})
	scenario(t, "a permission that is missing", acsmontest.Options{}, func(w *workbench) {
		w.addTraps()
		w.args["token"] = w.NewToken("devices.view")
		w.run("acsmon_trap", row{"all": true}).fails("alerts.acknowledge", "2 were not tried after that")
	})
	scenario(t, "one that says that it is done and is not", acsmontest.Options{}, func(w *workbench) {
		core, _, _, _ := w.addTraps()
		w.Inject(acsmontest.Fault{Method: "POST", Do: acsmontest.Answer(204, nil, "")})
		w.run("acsmon_trap", row{"ids": []int64{core}}).fails("the server answered that it is done, but shows it as", "open")
	})
	scenario(t, "one that goes meanwhile", acsmontest.Options{}, func(w *workbench) {
		core, _, _, _ := w.addTraps()
		w.Inject(acsmontest.Fault{Method: "POST", Do: acsmontest.Status(404)})
		w.run("acsmon_trap", row{"ids": []int64{core}}).warns("does not exist any more").wantValues(row{"changed": false})
	})
}
