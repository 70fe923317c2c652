// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// deployed runs a scenario with monitors and devices that were last checked a while ago. A check or a
// poll takes 8 s. A task that waits triggers it after 1 s.
func deployed(t *testing.T, name string, o acsmontest.Options, f func(w *workbench)) {
	t.Helper()
	if o.CheckTime == 0 {
		o.CheckTime = 8 * time.Second
	}
	scenario(t, name, o, func(w *workbench) {
		w.Add("monitor-groups", row{"id": int64(3), "name": "Web"})
		w.Add("device-groups", row{"id": int64(6), "name": "Core"})
		for id, monitor := range map[int64]row{
			11: {"name": "Shop", "status": "up", "monitor_group_id": int64(3), "tags": []string{"web", "pci"}},
			12: {"name": "Mail", "status": "down", "tags": []string{"mail"}},
			13: {"name": "Blog", "status": "degraded", "monitor_group_id": int64(3), "tags": []string{"web"}},
			14: {"name": "Old", "status": "up", "monitor_group_id": int64(3), "tags": []string{"web"}, "is_active": false},
			15: {"name": "Twin", "status": "up"},
			16: {"name": "Twin", "status": "up"},
		} {
			w.Add("monitors", with(row{"id": id, "type": "https", "host": "h", "last_checked_at": "1990-01-01T00:00:00Z"}, monitor))
		}
		for id, device := range map[int64]row{
			21: {"name": "core-1", "status": "up", "device_group_id": int64(6), "last_polled_at": "1990-01-01T00:00:00Z"},
			22: {"name": "core-2", "status": "unknown", "device_group_id": int64(6)},
			23: {"name": "sw", "status": "down", "is_active": false},
		} {
			w.Add("devices", with(device, row{"id": id, "ip_address": fmt.Sprintf("192.0.2.%d", id)}))
		}
		f(w)
	})
}

func (w *workbench) checkNow(given row) *result {
	w.t.Helper()
	return w.run("acsmon_monitor_check", given)
}

// active counts the monitors that are not paused.
func (w *workbench) active() int {
	return len(slices.DeleteFunc(w.Rows("monitors"), func(m row) bool { return m["is_active"] == false }))
}

// posts lists the ids of what the module triggered.
func (r *result) posts() []string {
	var ids []string
	for _, request := range r.requests {
		if request.Method == "POST" {
			ids = append(ids, strings.Split(request.Path, "/")[2])
		}
	}
	return ids
}

// wantShown checks how many monitors the answer shows.
func (r *result) wantShown(want int) *result {
	r.t.Helper()
	if got := rowsAt(r, "monitors"); len(got) != want {
		r.t.Errorf("the answer shows %d monitors, want %d: %v", len(got), want, got)
	}
	return r
}

// wantTriggered checks the ids of what the module triggered.
func (r *result) wantTriggered(want ...string) *result {
	r.t.Helper()
	if got := r.posts(); !slices.Equal(got, want) {
		r.t.Errorf("the module triggered %q, want %q: %s", got, want, r.msg())
	}
	return r
}

// TestCheckSelection triggers the monitors that a task selects, one request each. Check mode predicts
// them.
func TestCheckSelection(t *testing.T) {
	for name, test := range map[string]struct {
		given row
		want  []string
		costs int // the requests beside those that trigger
	}{
		"by name":                           {row{"names": " Shop "}, []string{"11"}, 1},
		"by names":                          {row{"names": []string{"Mail", "Shop"}}, []string{"11", "12"}, 1},
		"by id":                             {row{"ids": 12}, []string{"12"}, 1},
		"by ids":                            {row{"ids": []int{15, 12}}, []string{"12", "15"}, 1},
		"a paused one by name":              {row{"names": "Old"}, []string{"14"}, 1},
		"by group, without the paused ones": {row{"group": "Web"}, []string{"11", "13"}, 2},
		"by the group's id":                 {row{"group": "3"}, []string{"11", "13"}, 2},
		"by tag":                            {row{"tags": "web"}, []string{"11", "13"}, 1},
		"by tags":                           {row{"tags": []string{"web", "pci"}}, []string{"11"}, 1},
		"by group and tag":                  {row{"group": "Web", "tags": "pci", "all": true}, []string{"11"}, 2},
		"all":                               {row{"all": true}, []string{"11", "12", "13", "15", "16"}, 1},
	} {
		deployed(t, name, acsmontest.Options{}, func(w *workbench) {
			check := w.check("acsmon_monitor_check", with(test.given, row{"wait": true}))
			real := w.checkNow(test.given).wantChanged().wantTriggered(test.want...).wantRequests(len(test.want) + test.costs)
			check.wantChanged()
			if predicted, shown := fmt.Sprint(check.row["monitors"]), fmt.Sprint(real.row["monitors"]); predicted != shown {
				w.t.Errorf("check mode shows the monitors\n%s\nand the run\n%s", predicted, shown)
			}
			real.wantValues(row{"failed_monitors": nil})
		})
	}
}

// TestMistakenChecks refuses a selection that is not clear, before anything is triggered.
func TestMistakenChecks(t *testing.T) {
	for name, test := range map[string]struct {
		given row
		says  string
	}{
		"nothing":                   {row{}, "nothing says which monitors are meant"},
		"not all":                   {row{"all": false}, "nothing says which monitors are meant"},
		"no names":                  {row{"names": []string{}}, "nothing says which"},
		"no tags":                   {row{"tags": []string{}, "group": "Web"}, "nothing says which"},
		"a name that is not there":  {row{"names": []string{"Shop", "shop"}}, `there is no monitor "shop"`},
		"an id that is not there":   {row{"ids": []int{11, 4711}}, "there is no monitor with id 4711"},
		"a name of two":             {row{"names": []string{"Twin"}}, `"Twin" means more than one monitor (ids 15, 16)`},
		"a group that is not there": {row{"group": "Nowhere"}, `there is no monitor group "Nowhere"`},
		"a tag that nobody has":     {row{"tags": "wbe"}, "no active monitor is selected"},
		"ids and names":             {row{"ids": 11, "names": "Shop"}, "exclude each other"},
		"names and a group":         {row{"group": "Web", "names": "Shop"}, "exclude each other"},
		"no wanted status":          {row{"names": "Shop", "status": []string{}}, "status is empty"},
		"an interval of nothing":    {row{"names": "Shop", "poll_interval": 0}, "poll_interval"},
	} {
		deployed(t, name, acsmontest.Options{}, func(w *workbench) {
			for _, r := range []*result{w.checkNow(test.given), w.check("acsmon_monitor_check", test.given)} {
				r.fails(test.says).wantTriggered()
			}
		})
	}
}

// wait checks a monitor and waits for its outcome.
var wait = row{"names": "Shop", "wait": true, "wait_timeout": 30}

// wantTook checks how long the module took by the workbench's clock.
func (r *result) wantTook(want time.Duration) *result {
	r.t.Helper()
	if r.took != want {
		r.t.Errorf("the module took %v, want %v: %s", r.took, want, r.msg())
	}
	return r
}

// TestCheckWaits waits for an outcome that is newer than the trigger, and compares its status.
func TestCheckWaits(t *testing.T) {
	deployed(t, "for an outcome that is new", acsmontest.Options{}, func(w *workbench) {
		start := time.Now()
		r := w.checkNow(wait).costs("GET /monitors", "POST /monitors/11/check", "GET /monitors/11", "GET /monitors/11")
		r.wantChanged().wantTook(11 * time.Second).wantValues(row{"failed_monitors": []any{}})
		shown := at[row](r, "monitors", 0)
		if shown["status"] != "up" || shown["checked_at"] != start.Add(9*time.Second).UTC().Format(time.RFC3339) || shown["response_time_ms"] == nil {
			w.t.Errorf("the monitor is %v, want status up, the time of the check and a response time", shown)
		}
	})
	deployed(t, "and is not content with a status that was there before", acsmontest.Options{}, func(w *workbench) {
		w.SetOutcome(11, "down")
		r := w.checkNow(wait).fails(`1 of 1 monitors did not become up within 30 s: "Shop" (id 11) is down`)
		r.wantTook(31 * time.Second).wantValues(row{"changed": true})
		if failed := rowsAt(r, "failed_monitors"); len(failed) != 1 || failed[0]["status"] != "down" {
			w.t.Errorf("failed_monitors is %v, want one that is down", failed)
		}
	})
	deployed(t, "for another check, which comes by itself", acsmontest.Options{}, func(w *workbench) {
		w.SetOutcome(11, "down")
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors/11", Skip: 3, Times: 1, Do: acsmontest.Then(func(s *acsmontest.Server) {
			s.Set("monitors", 11, row{"status": "up", "last_checked_at": "2000-01-01T00:00:19Z"})
		})})
		w.checkNow(wait).wantChanged().wantTook(26 * time.Second)
	})
	deployed(t, "for any of several statuses", acsmontest.Options{}, func(w *workbench) {
		w.SetOutcome(12, "degraded")
		r := w.checkNow(row{"names": []string{"Shop", "Mail"}, "wait": true, "status": []string{"up", "degraded"}})
		if status := at[string](r.wantChanged(), "monitors", 1, "status"); status != "degraded" {
			w.t.Errorf("the second monitor has the status %q, want degraded", status)
		}
	})
	deployed(t, "for a monitor that was never checked", acsmontest.Options{}, func(w *workbench) {
		w.Set("monitors", 11, row{"status": "unknown", "last_checked_at": nil})
		w.checkNow(wait).wantChanged()
	})
}

// TestCheckWaitsToTheEnd ends with wait_timeout, and looks once more if the last look began before that.
func TestCheckWaitsToTheEnd(t *testing.T) {
	deployed(t, "in vain", acsmontest.Options{CheckTime: time.Hour}, func(w *workbench) {
		w.checkNow(wait).fails(`"Shop" (id 11) has no new outcome`)
		w.checkNow(with(wait, row{"wait_timeout": 0})).fails("within 0 s").costs("GET /monitors", "POST /monitors/11/check", "GET /monitors/11")
	})
	deployed(t, "for an outcome of the same second as the one before", acsmontest.Options{CheckTime: time.Millisecond}, func(w *workbench) {
		quick := with(wait, row{"poll_interval": 0.1})
		for range 3 {
			w.checkNow(quick).wantChanged()
		}
	})
	deployed(t, "and looks once more if the last look began before the end", acsmontest.Options{CheckTime: 4 * time.Second}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors/11", Times: 1, Do: acsmontest.After(acsmontest.Delay(20 * time.Second))})
		w.checkNow(with(wait, row{"wait_timeout": 5, "poll_interval": 3})).
			costs("GET /monitors", "POST /monitors/11/check", "GET /monitors/11", "GET /monitors/11").wantChanged()
	})
}

// TestCheckWaitsWhateverHappens waits although a monitor is removed, a response is lost, the server's
// clock is wrong or a check is under way.
func TestCheckWaitsWhateverHappens(t *testing.T) {
	deployed(t, "a monitor is removed meanwhile", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors/12/check", Do: acsmontest.Then(func(s *acsmontest.Server) { s.Remove("monitors", 11) })})
		r := w.checkNow(row{"names": []string{"Shop", "Mail"}, "wait": true, "status": []string{"up", "down"}})
		r.fails(`1 of 2 monitors did not become up or down`, `"Shop" (id 11) was removed`).wantTook(11 * time.Second)
		if status := at[row](r, "failed_monitors", 0)["status"]; status != nil {
			w.t.Errorf("the removed monitor has the status %v, want none", status)
		}
	})
	for _, offset := range []time.Duration{-20 * 365 * 24 * time.Hour, 20 * 365 * 24 * time.Hour} {
		deployed(t, fmt.Sprint("the server's clock is off by ", offset), acsmontest.Options{
			Now: func() time.Time { return time.Now().Add(offset) },
		}, func(w *workbench) {
			stale := time.Now().Add(offset - time.Minute).UTC().Format(time.RFC3339)
			w.Set("monitors", 11, row{"last_checked_at": stale})
			w.Set("monitors", 12, row{"last_checked_at": stale})
			w.checkNow(wait).wantChanged().wantTook(11 * time.Second)
			w.checkNow(row{"names": "Mail", "wait": true}).fails(`"Mail" (id 12) is down`)
		})
	}
	deployed(t, "the response to the trigger is lost", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
		w.checkNow(wait).wantChanged()
	})
	deployed(t, "a check is under way already", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Do: acsmontest.Status(409)})
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors/11", Do: acsmontest.Then(func(s *acsmontest.Server) {
			s.Set("monitors", 11, row{"last_checked_at": "2000-01-01T00:00:04Z"})
		})})
		w.checkNow(wait).succeeds()
	})
}

// TestCheckAgain triggers a monitor again and again until its status is the wanted one, so that nobody
// waits for the monitor's own interval.
func TestCheckAgain(t *testing.T) {
	late := func(w *workbench) {
		w.SetOutcome(11, "down")
		w.SetOutcome(13, "up")
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors/11/check", Skip: 1, Times: 1, Do: acsmontest.Then(func(s *acsmontest.Server) { s.SetOutcome(11, "up") })})
	}
	given := row{"names": "Shop", "wait": true, "wait_timeout": 60, "poll_interval": 5}
	deployed(t, "every ten seconds", acsmontest.Options{}, func(w *workbench) {
		late(w)
		r := w.checkNow(with(given, row{"recheck_interval": 10})).wantChanged().wantTriggered("11", "11")
		if r.took > 21*time.Second {
			w.t.Errorf("the module took %v, want at most 21 s", r.took)
		}
	})
	deployed(t, "but not unless it is asked for", acsmontest.Options{}, func(w *workbench) {
		late(w)
		w.checkNow(given).fails("did not become up").wantTriggered("11")
	})
	deployed(t, "but not what has the wanted status", acsmontest.Options{}, func(w *workbench) {
		late(w)
		w.checkNow(with(given, row{"recheck_interval": 10, "names": []string{"Shop", "Blog"}})).wantChanged().wantTriggered("11", "13", "11")
	})
	deployed(t, "but not with an interval that cannot be", acsmontest.Options{}, func(w *workbench) {
		w.checkNow(with(given, row{"recheck_interval": -1})).fails("recheck_interval is -1: it must be 0").costs()
	})
}

// TestCheckOfMany looks at many monitors by their list and at few by themselves.
func TestCheckOfMany(t *testing.T) {
	deployed(t, "looks at the list", acsmontest.Options{Monitors: 244}, func(w *workbench) {
		r := w.checkNow(row{"all": true, "wait": true, "status": []string{"up", "down", "degraded"}})
		triggered := len(r.posts())
		// The list has 3 pages. They are read to find the monitors, after each further 50 triggers, and
		// for each of two looks: after 5 s and after 10 s.
		r.wantChanged().wantRequests(triggered + 3 + 4*3 + 2*3)
		if triggered != w.active() {
			w.t.Errorf("the module triggered %d monitors, want %d", triggered, w.active())
		}
	})
	deployed(t, "looks at few of them by themselves", acsmontest.Options{Monitors: 244}, func(w *workbench) {
		for _, monitor := range w.Rows("monitors") {
			w.SetOutcome(storedID(monitor), "up")
		}
		w.SetOutcome(13, "down")
		r := w.checkNow(row{"all": true, "wait": true, "wait_timeout": 20}).fails(fmt.Sprintf("1 of %d", w.active()), `"Blog" (id 13) is down`)
		if last := r.request(len(r.requests) - 1).Path; last != "/monitors/13" {
			w.t.Errorf("the last request is for %s, want /monitors/13", last)
		}
		if failed := rowsAt(r.wantShown(w.active()), "failed_monitors"); len(failed) != 1 {
			w.t.Errorf("failed_monitors is %v, want one", failed)
		}
	})
	deployed(t, "names ten of those that failed", acsmontest.Options{Monitors: 40}, func(w *workbench) {
		for _, monitor := range w.Rows("monitors") {
			w.SetOutcome(storedID(monitor), "down")
		}
		r := w.checkNow(row{"all": true, "wait": true, "wait_timeout": 10})
		r.fails(fmt.Sprintf("of %d monitors did not become up within 10 s", w.active()), fmt.Sprintf("and %d more, see failed_monitors", w.active()-10))
	})
	deployed(t, "does not take an outcome from before the trigger for a new one", acsmontest.Options{Monitors: 60}, func(w *workbench) {
		all := w.Rows("monitors")
		last := storedID(all[len(all)-1])
		for _, monitor := range all {
			w.SetOutcome(storedID(monitor), "up")
		}
		w.SetOutcome(last, "down")
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors/12/check", Do: acsmontest.Then(func(s *acsmontest.Server) {
			s.Set("monitors", last, row{"status": "up", "last_checked_at": "2000-01-01T00:00:01Z"})
		})})
		w.checkNow(row{"all": true, "wait": true, "wait_timeout": 20}).fails(
			fmt.Sprintf("1 of %d monitors did not become up within 20 s: %q (id %d) is down", w.active(), w.Row("monitors", last)["name"], last))
	})
}

// TestCheckWithinTheRateLimit waits for the rate limit, and leaves a part of it to others.
func TestCheckWithinTheRateLimit(t *testing.T) {
	deployed(t, "of many", acsmontest.Options{Monitors: 115, RateLimit: 60}, func(w *workbench) {
		r := w.checkNow(row{"all": true, "wait": true, "status": []string{"up", "down", "degraded"}}).wantChanged()
		refused := 0
		for _, request := range r.requests {
			if request.Status == 429 {
				refused++
			}
		}
		if r.took > 200*time.Second || refused > 3 {
			w.t.Errorf("the module took %v with %d refused requests, want at most 200 s and 3", r.took, refused)
		}
	})
	deployed(t, "which leaves half of it to others", acsmontest.Options{RateLimit: 10, CheckTime: 30 * time.Second}, func(w *workbench) {
		w.checkNow(row{"names": "Shop", "wait": true}).wantTook(37*time.Second).
			costs("GET /monitors", "POST /monitors/11/check", "GET /monitors/11", "GET /monitors/11", "GET /monitors/11")
	})
	deployed(t, "that cannot fit into max_wait", acsmontest.Options{Monitors: 194, RateLimit: 60}, func(w *workbench) {
		w.checkNow(row{"all": true, "max_wait": 60}).
			fails(fmt.Sprintf("%d requests at 60 a minute", w.active()), "set max_wait to 240 or more, or select less").
			wantTriggered().wantValues(row{"changed": false})
	})
}

// three are three monitors.
var three = row{"names": []string{"Shop", "Mail", "Blog"}}

// TestCheckFailures triggers the other monitors if the server fails over one of them.
func TestCheckFailures(t *testing.T) {
	deployed(t, "one is not triggered, and the others are waited for", acsmontest.Options{}, func(w *workbench) {
		w.SetOutcome(13, "up")
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors/12/check", Do: acsmontest.Status(500)})
		r := w.checkNow(row{"names": []string{"Shop", "Mail", "Blog"}, "wait": true}).
			fails(`1 of 3 monitors did not become up`, `"Mail" (id 12) was not triggered (POST /monitors/12/check answered 500`)
		r.wantShown(2).wantValues(row{"changed": true})
		if path := at[string](r, "failure", "path"); path != "/api/v1/monitors/12/check" {
			w.t.Errorf("the failure is of %s, want /api/v1/monitors/12/check", path)
		}
	})
	for _, status := range []int{400, 422, 500} {
		deployed(t, fmt.Sprint("one answers ", status), acsmontest.Options{}, func(w *workbench) {
			w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors/12/check", Do: acsmontest.Status(status)})
			w.checkNow(three).fails(`2 of 3 checks were triggered, and 1 failed: "Mail" (id 12) (POST /monitors/12/check answered`).
				wantShown(2).wantValues(row{"changed": true})
		})
	}
	deployed(t, "one is gone", acsmontest.Options{}, func(w *workbench) {
		w.SetOutcome(13, "up")
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors/12/check", Do: acsmontest.Status(404)})
		for _, given := range []row{three, with(three, row{"wait": true})} {
			w.checkNow(given).warns(`monitor "Mail" (id 12) does not exist any more: it was removed while this ran`).wantChanged().wantShown(2)
		}
	})
	deployed(t, "the server goes away", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors/12/check", Do: acsmontest.Status(502)})
		w.checkNow(with(three, row{"wait": true})).fails("1 of 3 checks were triggered, and 1 failed", "; 1 were not tried after that")
	})
	for name, odd := range map[string]acsmontest.Effect{
		"500": acsmontest.Status(500), "nothing": acsmontest.EmptyBody(), "a number": acsmontest.Answer(200, nil, "1"),
		"an empty object": acsmontest.Answer(200, nil, "{}"),
	} {
		deployed(t, "one is carried out, and answered by "+name, acsmontest.Options{}, func(w *workbench) {
			w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors/12/check", Do: acsmontest.After(odd)})
			w.checkNow(with(three, row{"wait": true, "status": []string{"up", "down", "degraded"}})).wantChanged().wantShown(3)
		})
	}
}

// TestCheckRefusals says what the server refuses while the module waits, and which permission is missing.
func TestCheckRefusals(t *testing.T) {
	deployed(t, "while waiting", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors/11", Do: acsmontest.Status(403)})
		r := w.checkNow(row{"names": "Shop", "wait": true}).fails("the checks were triggered, then the wait for 1 of 1 monitors failed", "monitors.view")
		r.wantValues(row{"changed": true})
	})
	for slug, module := range map[string]string{
		"monitors.view": "acsmon_monitor_check", "monitors.edit": "acsmon_monitor_check",
		"devices.view": "acsmon_device_poll", "devices.edit": "acsmon_device_poll",
	} {
		deployed(t, "without "+slug, acsmontest.Options{}, func(w *workbench) {
			w.run(module, row{"all": true, "token": w.tokenWithout(slug)}).fails("403", slug).wantValues(row{"changed": false})
		})
	}
}

// TestCheckOfOddRows makes control characters visible, and refuses a time that is none.
func TestCheckOfOddRows(t *testing.T) {
	deployed(t, "a hostile name", acsmontest.Options{}, func(w *workbench) {
		w.Set("monitors", 11, row{"name": "\x1b[2J\n\u202eShop"})
		w.SetOutcome(11, "down")
		r := w.checkNow(row{"ids": 11, "wait": true, "wait_timeout": 10}).fails("(id 11) is down")
		if strings.ContainsAny(r.msg(), "\x1b\n\u202e") {
			w.t.Errorf("the message holds a control character: %q", r.msg())
		}
	})
	deployed(t, "a time that is none", acsmontest.Options{}, func(w *workbench) {
		w.Set("monitors", 11, row{"last_checked_at": "yesterday"})
		w.checkNow(row{"names": "Shop", "wait": true}).fails("last_checked_at of monitor 11").wantTriggered()
	})
}

// TestProbeServers waits on each kind of server, or fails before it triggers anything because the server
// does not show when a monitor was checked.
func TestProbeServers(t *testing.T) {
	for name, alternative := range alternatives() {
		deployed(t, name, acsmontest.Options{Alternatives: alternative, Prefix: "/monitoring"}, func(w *workbench) {
			w.SetOutcome(13, "up")
			for _, given := range []row{{"names": "Shop"}, {"ids": []int{11, 13}}, {"group": "Web"}, {"tags": "pci"}} {
				r := w.checkNow(with(given, row{"wait": true}))
				sparse := alternative.ListRows == "sparse" || alternative.Shapes == "documented"
				if r.row["failed"] == true && sparse && strings.Contains(r.msg(), "does not show") && len(r.posts()) == 0 {
					continue
				}
				if !r.changed() {
					w.t.Errorf("%v should trigger and wait, and failed: %s", given, r.msg())
				}
				time.Sleep(2 * time.Second)
			}
			w.run("acsmon_device_poll", row{"group": "Core", "wait": true}).wantChanged()
		})
	}
}

// TestDevicePoll polls devices and waits for their outcome.
func TestDevicePoll(t *testing.T) {
	deployed(t, "all that are active", acsmontest.Options{}, func(w *workbench) {
		check := w.check("acsmon_device_poll", row{"all": true, "wait": true})
		if !slices.Equal(check.ids("devices"), []int64{21, 22}) || !check.changed() {
			w.t.Errorf("check mode should predict polls of the devices 21 and 22, and answers %v", check.row)
		}
		start := time.Now()
		r := w.run("acsmon_device_poll", row{"all": true, "wait": true})
		r.costs("GET /devices", "POST /devices/21/poll", "POST /devices/22/poll", "GET /devices", "GET /devices")
		for _, device := range rowsAt(r, "devices") {
			if device := device; device["status"] != "up" || device["polled_at"] != start.Add(9*time.Second).UTC().Format(time.RFC3339) {
				w.t.Errorf("the device is %v, want status up and the time of the poll", device)
			}
		}
	})
	deployed(t, "of a device that stays down", acsmontest.Options{}, func(w *workbench) {
		r := w.run("acsmon_device_poll", row{"names": "sw", "wait": true, "wait_timeout": 20}).fails(`"sw" (id 23) is down`)
		if failed := rowsAt(r, "failed_devices"); len(failed) != 1 {
			w.t.Errorf("failed_devices is %v, want one", failed)
		}
	})
	deployed(t, "of nothing", acsmontest.Options{}, func(w *workbench) {
		w.run("acsmon_device_poll", row{}).fails("nothing says which devices are meant")
		w.run("acsmon_device_poll", row{"names": "core"}).fails(`there is no device "core"`)
	})
}

// TestProbesAreDocumented compares the returned keys and the options with the documentation.
func TestProbesAreDocumented(t *testing.T) {
	deployed(t, "returned keys", acsmontest.Options{}, func(w *workbench) {
		w.SetOutcome(11, "down")
		for module, given := range map[string]row{
			"acsmon_monitor_check": {"all": true, "wait": true, "wait_timeout": 10},
			"acsmon_device_poll":   {"all": true, "wait": true, "wait_timeout": 1},
		} {
			r := w.run(module, given).fails()
			for name, documented := range specOf(w.t, module).Return {
				w.isDocumented(name, r.row[name], documented)
			}
		}
	})
	readsOptions(t, "acsmon_monitor_check", "monitor_check.go", "probe.go")
	readsOptions(t, "acsmon_device_poll", "device_poll.go", "probe.go")
}
