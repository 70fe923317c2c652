// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/windows"
)

// hosted runs a scenario with monitors of two hosts and others. Old was paused by hand, and Joint by
// another window.
func hosted(t *testing.T, name string, o acsmontest.Options, f func(w *workbench)) {
	t.Helper()
	scenario(t, name, o, func(w *workbench) {
		w.Add("monitor-groups", row{"id": int64(3), "name": "Web"})
		w.Add("devices", row{"id": int64(21), "name": "web2", "ip_address": "192.0.2.2"})
		for id, monitor := range map[int64]row{
			11: {"name": "Shop", "host": "Shop.Example.com.", "tags": []string{"web", "pci"}},
			12: {"name": "SSH", "host": "192.0.2.1", "monitor_group_id": int64(3)},
			13: {"name": "Old", "host": "192.0.2.1", "is_active": false, "tags": []string{"web"}},
			14: {"name": "Web2", "host": "h"},
			15: {"name": "By device", "host": "h", "device_id": int64(21)},
			16: {"name": "IPv6", "host": "2001:DB8:0:0::1"},
			17: {"name": "URL", "host": "https://web2.example.com:8443/health"},
			18: {"name": "Joint", "host": "192.0.2.1", "is_active": false, "tags": []string{"paused-by:other", "db"}},
			19: {"name": "Probe", "host": "127.0.0.1"},
			20: {"name": "Elsewhere", "host": "192.0.2.9", "tags": []string{"pci"}},
			21: {"name": "Twin", "host": "x"},
			22: {"name": "Twin", "host": "x"},
		} {
			w.Add("monitors", with(row{"id": id, "type": "https"}, monitor))
		}
		f(w)
	})
}

func (w *workbench) pause(given row) *result {
	w.t.Helper()
	return w.run("acsmon_monitor_pause", with(row{"state": "paused", "window": "d"}, given))
}

func (w *workbench) resume(given row) *result {
	w.t.Helper()
	return w.run("acsmon_monitor_pause", with(row{"state": "resumed", "window": "d"}, given))
}

// wantHeld checks which windows hold which monitors on the server: "12 d other" is monitor 12, which is
// paused and has the marks of the windows d and other.
func (w *workbench) wantHeld(want ...string) {
	w.t.Helper()
	var got []string
	for _, m := range w.Rows("monitors") {
		var marks string
		tags, _ := m["tags"].([]string)
		for _, mark := range windows.Marks(tags) {
			marks += " " + mark.Name
		}
		switch {
		case m["is_active"] == false:
			got = append(got, fmt.Sprint(m["id"], marks))
		case marks != "":
			got = append(got, fmt.Sprint("active ", m["id"], marks))
		}
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("the server has paused %q, want %q", got, want)
	}
}

// web selects the monitors of five hosts.
var web = row{"hosts": row{
	"web1": []any{"192.0.2.1", []string{"shop.example.com"}}, "WEB2": []string{"", "2001:db8::1", "web2.example.com"}, "lb": "127.0.0.1", "localhost": nil,
}}

// TestPauseSelection pauses the monitors that a task selects and resumes them. Check mode predicts both,
// and another run changes nothing.
func TestPauseSelection(t *testing.T) {
	for name, test := range map[string]struct {
		given row
		want  []int64
		costs int // requests beside the writes
	}{
		"hosts by address, name and device": {web, []int64{11, 12, 14, 15, 16, 17, 18}, 1},
		"one host by its name":              {row{"hosts": row{"web2": nil}}, []int64{14, 15}, 1},
		"by name and id":                    {row{"monitors": []any{"Elsewhere", 12}}, []int64{12, 20}, 1},
		"by group":                          {row{"groups": []any{"Web"}}, []int64{12}, 2},
		"by the group's id":                 {row{"groups": []any{3}}, []int64{12}, 2},
		"by tags, all of them":              {row{"tags": []string{"web", "pci"}}, []int64{11}, 1},
		"by several ways at once":           {row{"hosts": row{"web2": nil}, "monitors": 12, "groups": "Web", "tags": "pci"}, []int64{11, 12, 14, 15, 20}, 2},
		"none, of nothing but empty lists":  {row{"hosts": row{}, "monitors": []string{}, "tags": []string{}, "groups": []string{}}, nil, 0},
	} {
		hosted(t, name, acsmontest.Options{}, func(w *workbench) {
			check := w.check("acsmon_monitor_pause", with(test.given, row{"state": "paused", "window": "d"}))
			real := w.pause(test.given).lists("monitors", test.want...)
			w.wantWrites(len(test.want))
			real.wantRequests(len(test.want) + test.costs)
			for _, key := range []string{"monitors", "left", "unmatched_hosts", "diff", "changed"} {
				if fmt.Sprint(check.row[key]) != fmt.Sprint(real.row[key]) {
					w.t.Errorf("check mode answers with %s\n%v\nand the run with\n%v", key, check.row[key], real.row[key])
				}
			}
			w.pause(test.given).lists("monitors", test.want...).wantUnchanged().wantRequests(test.costs)
			ids := w.ids(real)
			w.check("acsmon_monitor_pause", row{"state": "resumed", "window": "d", "monitors": ids}).lists("monitors", test.want...)
			w.resume(row{"monitors": ids}).lists("monitors", test.want...)
			w.wantHeld("13", "18 other")
			w.resume(row{}).wantUnchanged().wantRequests(1)
		})
	}
}

// TestMistakenPauses refuses a selection that is not clear, and a window without a proper name.
func TestMistakenPauses(t *testing.T) {
	for name, test := range map[string]struct {
		given row
		says  string
	}{
		"nothing":                     {row{}, "needs one of hosts, monitors, groups or tags"},
		"a name that is not there":    {row{"monitors": "shop"}, `there is no monitor "shop"`},
		"an id that is not there":     {row{"monitors": 4711}, "there is no monitor with id 4711"},
		"a name of two":               {row{"monitors": "Twin"}, `"Twin" means more than one monitor (ids 21, 22)`},
		"a group that is not there":   {row{"groups": "web"}, `there is no monitor group "web"`},
		"a window's name with spaces": {row{"window": "a b", "tags": "web"}, `window is "a b"`},
		"a window's name with a line": {row{"window": "a\n", "tags": "web"}, `window is "a\n"`},
		"a window without a name":     {row{"window": "", "tags": "web"}, `window is ""`},
	} {
		hosted(t, name, acsmontest.Options{}, func(w *workbench) {
			w.pause(test.given).fails(test.says)
			w.wantHeld("13", "18 other")
		})
	}
}

// ids lists the ids of the monitors in an answer.
func (w *workbench) ids(r *result) []any {
	ids := []any{}
	for _, m := range rowsAt(r, "monitors") {
		ids = append(ids, m["id"])
	}
	return ids
}

// TestPauseTells warns of hosts without monitors, and shows what was paused before.
func TestPauseTells(t *testing.T) {
	hosted(t, "of hosts, and of what was paused before", acsmontest.Options{}, func(w *workbench) {
		r := w.pause(web).lists("left", 13).warns("No monitor has an address or a name of these hosts: lb, localhost.")
		if hosts := fmt.Sprint(r.row["unmatched_hosts"]); hosts != "[lb localhost]" {
			w.t.Errorf("unmatched_hosts is %s, want [lb localhost]", hosts)
		}
		m := at[row](r, "monitors", 0)
		if m["inventory_host"] != "web1" || m["is_active"] != false || fmt.Sprint(m["windows"]) != "[d]" || m["changed"] != true {
			w.t.Errorf("the first monitor is %v, want the host web1, the window d, is_active=false and changed=true", m)
		}
		w.has("monitors", 11, row{"tags": []string{"web", "pci", "paused-by:d@2000-01-01T00:00Z"}, "host": "Shop.Example.com.", "is_active": false})
		w.wantHeld("11 d", "12 d", "13", "14 d", "15 d", "16 d", "17 d", "18 other d")
		w.resume(row{}).warns(`"Joint" (id 18) stays paused, because another window holds it too: other.`).lists("still_paused", 18)
		w.has("monitors", 11, row{"tags": []string{"web", "pci"}, "is_active": true})
		w.has("monitors", 18, row{"tags": []string{"paused-by:other", "db"}, "is_active": false})
	})
	hosted(t, "of what a run that was killed has left", acsmontest.Options{}, func(w *workbench) {
		w.pause(row{"monitors": 12})
		w.pause(row{"monitors": []int{11, 12}}).warns(`Window d had already paused these, in a run that was killed or is still going on: "SSH" (id 12).`)
		w.resume(row{"monitors": []int{11, 12}})
		w.wantHeld("13", "18 other")
	})
}

// TestWindowsOverlap resumes a monitor when the last of its windows ends.
func TestWindowsOverlap(t *testing.T) {
	one := row{"monitors": 12}
	hosted(t, "one in the other", acsmontest.Options{}, func(w *workbench) {
		w.pause(one)
		w.pause(with(one, row{"window": "e"}))
		w.wantHeld("12 d e", "13", "18 other")
		w.resume(one).warns("another window holds it too: e").lists("still_paused", 12)
		w.wantHeld("12 e", "13", "18 other")
		w.resume(one).wantUnchanged()
		w.resume(with(one, row{"window": "e"}))
		w.wantHeld("13", "18 other")
	})
	hosted(t, "names that begin alike", acsmontest.Options{}, func(w *workbench) {
		w.pause(with(one, row{"window": "d.2"}))
		w.resume(row{}).wantUnchanged()
		w.wantHeld("12 d.2", "13", "18 other")
	})
	hosted(t, "what was resumed by hand is held by nobody", acsmontest.Options{}, func(w *workbench) {
		w.Set("monitors", 18, row{"is_active": true})
		w.pause(row{"monitors": 18})
		w.wantHeld("13", "18 d")
		w.Set("monitors", 18, row{"is_active": true})
		w.resume(row{})
		w.wantHeld("13")
	})
	hosted(t, "only what is selected is resumed", acsmontest.Options{}, func(w *workbench) {
		w.pause(row{"monitors": []int{11, 12, 20}})
		w.resume(row{"hosts": row{"web1": "192.0.2.1"}})
		w.wantHeld("11 d", "13", "18 other", "20 d")
		w.resume(row{"monitors": []int{}}).costs()
		w.wantHeld("11 d", "13", "18 other", "20 d")
	})
}

// some are three monitors.
var some = row{"monitors": []any{11, 12, 20}}

// begun runs a scenario in which a window holds three monitors.
func begun(t *testing.T, name string, f func(w *workbench)) {
	t.Helper()
	hosted(t, name, acsmontest.Options{}, func(w *workbench) {
		w.pause(some)
		f(w)
	})
}

// TestResumeAfterOthers resumes what is left when others have deleted or changed monitors of the window.
func TestResumeAfterOthers(t *testing.T) {
	begun(t, "one was deleted", func(w *workbench) {
		w.Remove("monitors", 12)
		w.resume(some).warns("These monitors were deleted in the meantime: 12.").
			costs("GET /monitors", "GET /monitors/12", "PUT /monitors/11", "PUT /monitors/20")
		w.wantHeld("13", "18 other")
	})
	begun(t, "one is deleted meanwhile", func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "PUT", Path: "/monitors/11", Do: acsmontest.Then(func(s *acsmontest.Server) { s.Remove("monitors", 12) })})
		w.resume(some).warns(`These monitors were deleted in the meantime: "SSH" (id 12).`)
		w.wantHeld("13", "18 other")
	})
	begun(t, "one was resumed by hand", func(w *workbench) {
		w.Set("monitors", 12, row{"is_active": true, "tags": []string{}})
		w.resume(some).warns(`These were active already, because someone else resumed them or they were never paused: "SSH" (id 12).`)
		w.wantHeld("13", "18 other")
	})
	begun(t, "one has lost its tag", func(w *workbench) {
		w.Set("monitors", 12, row{"tags": []string{"new"}})
		w.resume(some).fails(`1 of 3 monitors may still be paused: "SSH" (id 12): it has lost the tag paused-by:d`).
			lists("still_paused", 12).wantValues(row{"changed": true})
		w.wantHeld("12", "13", "18 other")
	})
}

// TestResumeFailures says which monitors may still be paused. The next run resumes them.
func TestResumeFailures(t *testing.T) {
	begun(t, "one is refused", func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "PUT", Path: "/monitors/12", Do: acsmontest.Status(422)})
		w.resume(some).fails(`1 of 3 monitors may still be paused: "SSH" (id 12): PUT /monitors/12 answered 422`, "run the task again").lists("still_paused", 12)
		w.wantHeld("12 d", "13", "18 other")
		w.ClearFaults()
		w.resume(some)
		w.wantHeld("13", "18 other")
	})
	begun(t, "the permission is gone", func(w *workbench) {
		w.args["token"] = w.NewToken("monitors.view")
		w.resume(some).fails(`3 of 3 monitors may still be paused: "Shop" (id 11), "SSH" (id 12), "Elsewhere" (id 20)`, "monitors.edit")
	})
	begun(t, "the server is away", func(w *workbench) {
		w.Inject(acsmontest.Fault{Do: acsmontest.Reset()})
		w.resume(some).fails("nothing was resumed, and monitors 11, 12, 20 may be paused")
		w.resume(row{}).fails("nothing was resumed, and all that the window holds may be paused")
	})
	begun(t, "the server goes away", func(w *workbench) {
		w.Inject(acsmontest.Fault{Skip: 2, Do: acsmontest.Status(502)})
		w.resume(some).fails(`2 of 3 monitors may still be paused: "SSH" (id 12), "Elsewhere" (id 20): it is not certain whether monitor 12 was changed`)
		w.ClearFaults()
		w.resume(row{})
		w.wantHeld("13", "18 other")
	})
	begun(t, "answers are lost", func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "PUT", Times: 2, Do: acsmontest.After(acsmontest.Status(502))})
		w.resume(some).wantChanged()
		w.wantHeld("13", "18 other")
	})
}

// TestPauseFailures says which monitors were not paused. The answer lists those that may be.
func TestPauseFailures(t *testing.T) {
	hosted(t, "one is refused", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "PUT", Path: "/monitors/12", Do: acsmontest.Status(422)})
		r := w.pause(some).fails(`1 of 3 monitors were not paused: "SSH" (id 12) (PUT /monitors/12 answered 422`).lists("monitors", 11, 12, 20)
		w.resume(row{"monitors": w.ids(r)})
		w.wantHeld("13", "18 other")
	})
	hosted(t, "one is deleted meanwhile", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "PUT", Path: "/monitors/11", Do: acsmontest.Then(func(s *acsmontest.Server) { s.Remove("monitors", 12) })})
		w.pause(some).warns(`These monitors were deleted in the meantime: "SSH" (id 12).`)
		w.wantHeld("11 d", "13", "18 other", "20 d")
	})
	hosted(t, "the server goes away", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "PUT", Skip: 1, Do: acsmontest.Status(502)})
		w.pause(some).fails("2 of 3 monitors were not paused", "not tried: the run ended with").lists("monitors", 11, 12)
	})
	hosted(t, "without the permission", acsmontest.Options{}, func(w *workbench) {
		w.args["token"] = w.NewToken("monitors.view")
		w.pause(some).fails("3 of 3 monitors were not paused", "monitors.edit").lists("monitors", 11, 12, 20)
	})
	hosted(t, "the answer is lost, and the server with it", acsmontest.Options{}, func(w *workbench) {
		w.Inject(
			acsmontest.Fault{Method: "PUT", Path: "/monitors/11", Times: 1, Do: acsmontest.After(acsmontest.Status(502))},
			acsmontest.Fault{Skip: 1, Do: acsmontest.Status(502)},
		)
		r := w.pause(some).fails("it is not certain whether monitor 11 was changed").lists("monitors", 11)
		w.ClearFaults()
		w.wantHeld("11 d", "13", "18 other")
		w.resume(row{"monitors": w.ids(r)})
		w.wantHeld("13", "18 other")
	})
	hosted(t, "a server that does not take the tag", acsmontest.Options{}, func(w *workbench) {
		tagless := `{"id":11,"name":"Shop","type":"https","host":"Shop.Example.com.","is_active":false,"tags":["web","pci"],"config":[]}`
		w.Inject(acsmontest.Fault{Method: "PUT", Times: 1, Do: acsmontest.After(acsmontest.Answer(200, nil, tagless))})
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors/11", Times: 1, Do: acsmontest.Answer(200, nil, tagless)})
		w.pause(some).fails(`the server did not take tags (sent ["web","pci","paused-by:d@2000-01-01T00:00Z"], shown ["web","pci"]) of monitor 11`, "it was paused without the tag paused-by:d@2000-01-01T00:00Z, and has been resumed")
		w.has("monitors", 11, row{"is_active": true})
	})
	hosted(t, "a server that shows neither tags nor is_active", acsmontest.Options{Alternatives: acsmontest.Alternatives{Shapes: "documented"}}, func(w *workbench) {
		w.pause(some).fails("the server does not show is_active and tags of monitor 11")
		w.resume(row{"monitors": 13}).fails("the server does not show is_active and tags of monitor 13")
		w.wantNoWrites()
	})
	hosted(t, "more than max_wait allows", acsmontest.Options{RateLimit: 2}, func(w *workbench) {
		w.pause(with(some, row{"max_wait": 30})).fails("set max_wait to").lists("monitors")
		w.check("acsmon_monitor_pause", with(some, row{"max_wait": 30, "state": "paused", "window": "d"})).warns("A real run would fail before its first write")
		w.wantHeld("13", "18 other")
	})
}

// TestPauseOfEveryServer pauses the same monitors on each kind of server, and resumes them as they were.
func TestPauseOfEveryServer(t *testing.T) {
	for name, alternatives := range alternatives() {
		if alternatives.Shapes == "documented" {
			continue
		}
		hosted(t, name, acsmontest.Options{Alternatives: alternatives}, func(w *workbench) {
			if alternatives.References == "ids" { // the device's name is not shown
				w.Set("monitors", 15, row{"host": "web2"})
			}
			before := fmt.Sprint(w.Rows("monitors"))
			w.pause(with(web, row{"monitors": 20})).lists("monitors", 11, 12, 14, 15, 16, 17, 18, 20).lists("left", 13)
			w.wantHeld("11 d", "12 d", "13", "14 d", "15 d", "16 d", "17 d", "18 other d", "20 d")
			w.resume(row{"monitors": 11})
			w.resume(row{})
			w.wantHeld("13", "18 other")
			w.Set("monitors", 18, row{"tags": []string{"paused-by:other", "db"}}) // their order does not matter
			if after := fmt.Sprint(w.Rows("monitors")); before != after {
				w.t.Errorf("after the window the monitors are\n%s\nand before it they were\n%s", after, before)
			}
		})
	}
}

// TestPauseOfSparseRows reads each monitor by itself if the list does not show enough of it.
func TestPauseOfSparseRows(t *testing.T) {
	hosted(t, "one request for each", acsmontest.Options{Alternatives: acsmontest.Alternatives{ListRows: "sparse"}}, func(w *workbench) {
		w.pause(row{"monitors": []int{11, 12}}).costs("GET /monitors", "GET /monitors/11", "GET /monitors/12", "PUT /monitors/11", "PUT /monitors/12")
		w.resume(row{}).costs("GET /monitors", "GET /monitors/11", "GET /monitors/12", "GET /monitors/13", "GET /monitors/18", "PUT /monitors/11", "PUT /monitors/12")
		w.pause(row{"tags": []string{"web"}}).fails("tags cannot be applied, because the server's list does not show that field of a monitor")
	})
}

// TestPauseOfHostileNames makes control characters visible, and leaves the tags of others as they are.
func TestPauseOfHostileNames(t *testing.T) {
	const name = "{{ lookup('pipe', 'id') }}\x1b[31m"
	hosted(t, "in messages and tags", acsmontest.Options{}, func(w *workbench) {
		w.Set("monitors", 12, row{"name": name, "tags": []string{name, "paused-by:" + name}, "is_active": false})
		r := w.pause(row{"hosts": row{"web1": "192.0.2.1"}})
		if text := fmt.Sprint(r.row["warnings"], r.row["msg"]); strings.Contains(text, "\x1b") {
			w.t.Errorf("the answer holds a control character: %q", text)
		}
		w.resume(row{}).warns("stays paused")
		w.has("monitors", 12, row{"name": name, "tags": []string{name, "paused-by:" + name}, "is_active": false})
	})
}

// TestPauseIsDocumented compares the returned keys and the options with the documentation.
func TestPauseIsDocumented(t *testing.T) {
	hosted(t, "returned keys", acsmontest.Options{}, func(w *workbench) {
		for _, r := range []*result{w.pause(web), w.resume(row{})} {
			for name, documented := range specOf(w.t, "acsmon_monitor_pause").Return {
				w.isDocumented(name, r.row[name], documented)
			}
		}
	})
	readsOptions(t, "acsmon_monitor_pause", "monitor_pause.go", "pause_targets.go")
}

// anHour pauses a monitor in a window that is to end after an hour.
var anHour = row{"monitors": 12, "max_minutes": 60}

// wantOverdue checks which windows the answer shows as overdue.
func (r *result) wantOverdue(want string) *result {
	r.t.Helper()
	if got := fmt.Sprint(r.row["overdue"]); got != want {
		r.t.Errorf("overdue is %s, want %s", got, want)
	}
	return r
}

// TestOverdueWindows has windows that are over, as their marks say. Every task warns of them, and a task
// with all_overdue ends them.
func TestOverdueWindows(t *testing.T) {
	const warning = `Window "d" should have ended by 2000-01-01T01:01:00Z and still holds "SSH" (id 12): `
	hosted(t, "one that a task ends", acsmontest.Options{}, func(w *workbench) {
		w.pause(anHour)
		w.has("monitors", 12, row{"tags": []string{"paused-by:d@2000-01-01T00:00Z/2000-01-01T01:01Z"}})
		w.resume(row{"window": nil, "all_overdue": true}).wantUnchanged().wantOverdue("[]").wantNoWarnings() // the window is not over yet
		time.Sleep(62 * time.Minute)
		for _, given := range []row{{"state": "paused", "monitors": 20}, {"state": "resumed", "monitors": 20}, {"state": "resumed"}} {
			w.run("acsmon_monitor_pause", with(given, row{"window": "e"})).warns(warning).
				wantOverdue(`[map[end:2000-01-01T01:01:00Z monitors:["SSH" (id 12)] window:d]]`)
		}
		w.check("acsmon_monitor_pause", row{"state": "resumed", "all_overdue": true}).lists("monitors", 12)
		w.wantHeld("12 d", "13", "18 other")
		w.resume(row{"window": nil, "all_overdue": true}).lists("monitors", 12).costs("GET /monitors", "PUT /monitors/12").wantNoWarnings().wantOverdue("[]")
		w.wantHeld("13", "18 other")
	})
	hosted(t, "one that holds a monitor together with another window", acsmontest.Options{}, func(w *workbench) {
		w.pause(anHour)
		w.pause(row{"window": "e", "monitors": 12})
		time.Sleep(62 * time.Minute)
		w.resume(row{"window": nil, "all_overdue": true}).warns("holds it too: e").lists("still_paused", 12)
		w.wantHeld("12 e", "13", "18 other")
	})
	hosted(t, "one that a later run extends", acsmontest.Options{}, func(w *workbench) {
		w.pause(anHour)
		w.pause(anHour).wantUnchanged()
		time.Sleep(62 * time.Minute)
		w.pause(anHour).warns("had already paused these")
		w.has("monitors", 12, row{"tags": []string{"paused-by:d@2000-01-01T01:02Z/2000-01-01T02:03Z"}, "is_active": false})
		w.resume(row{})
		w.wantHeld("13", "18 other")
	})
	hosted(t, "one whose monitor somebody has resumed by hand", acsmontest.Options{}, func(w *workbench) {
		w.pause(anHour)
		w.Set("monitors", 12, row{"is_active": true})
		time.Sleep(62 * time.Minute)
		w.pause(row{"window": "e", "monitors": 20}).wantOverdue("[]")
	})
	hosted(t, "one that cannot be looked for", acsmontest.Options{}, func(w *workbench) {
		w.pause(anHour)
		time.Sleep(62 * time.Minute)
		w.Inject(acsmontest.Fault{Path: "/monitors", Do: acsmontest.Status(403)})
		w.resume(row{"window": nil, "all_overdue": true}).fails("nothing was resumed, and all that overdue windows hold may be paused")
	})
}

// TestMistakenWindows refuses a window without a name or with an end that cannot be.
func TestMistakenWindows(t *testing.T) {
	for name, test := range map[string]struct {
		given row
		says  string
	}{
		"no window to resume":              {row{"state": "resumed"}, `window is ""`},
		"no window to pause":               {row{"state": "paused", "monitors": 12}, `window is ""`},
		"all_overdue to pause":             {row{"state": "paused", "window": "d", "monitors": 12, "all_overdue": true}, "use it with state=resumed"},
		"all_overdue and a window":         {row{"state": "resumed", "window": "d", "all_overdue": true}, "without window"},
		"all_overdue and monitors":         {row{"state": "resumed", "monitors": 12, "all_overdue": true}, "without window"},
		"an end before the beginning":      {row{"state": "paused", "window": "d", "monitors": 12, "max_minutes": -1}, "max_minutes is -1: it must be between 0"},
		"a window that is longer than all": {row{"state": "paused", "window": "d", "monitors": 12, "max_minutes": 527041}, "max_minutes is 527041"},
	} {
		hosted(t, name, acsmontest.Options{}, func(w *workbench) {
			w.run("acsmon_monitor_pause", test.given).fails(test.says)
			w.wantHeld("13", "18 other")
		})
	}
}

// TestWindowThatHoldsMore warns of monitors that the window holds and the task does not select.
func TestWindowThatHoldsMore(t *testing.T) {
	hosted(t, "in another batch", acsmontest.Options{}, func(w *workbench) {
		w.pause(row{"monitors": []int{11, 12}})
		w.pause(row{"monitors": 20}).warns(`Window d holds these too, which this task does not select, so they stay paused until the window is resumed: "Shop" (id 11), "SSH" (id 12).`)
	})
}

// TestPauseHostsOfText takes the names of a host as text, like every other list.
func TestPauseHostsOfText(t *testing.T) {
	for name, test := range map[string]struct {
		names any
		want  []int64
	}{
		"text":                {"192.0.2.9, shop.example.com", []int64{11, 20}},
		"text within a list":  {[]any{"192.0.2.9", "shop.example.com,x"}, []int64{11, 20, 21, 22}},
		"a list of a list":    {[]any{"", []any{"shop.example.com"}}, []int64{11}},
		"a name with a comma": {[]any{"", []any{"Twin, West"}}, []int64{23}},
	} {
		hosted(t, name, acsmontest.Options{}, func(w *workbench) {
			w.Add("monitors", row{"id": int64(23), "type": "https", "name": "Twin, West", "host": "y"})
			w.pause(row{"hosts": row{"nobody": test.names}}).lists("monitors", test.want...)
		})
	}
}
