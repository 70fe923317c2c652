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

// deployed is an install of monitors and devices that were looked at a while ago. A
// check or a poll takes 8 s. With a wait, it is triggered after 1 s.
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

// posts lists the ids that were triggered.
func (r *result) posts() []string {
	var ids []string
	for _, request := range r.requests {
		if request.Method == "POST" {
			ids = append(ids, strings.Split(request.Path, "/")[2])
		}
	}
	return ids
}

func TestCheckSelection(t *testing.T) {
	for name, test := range map[string]struct {
		given row
		want  []string
		costs int // beside those
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
			real := w.checkNow(test.given)
			if !slices.Equal(real.posts(), test.want) || len(real.requests) != len(test.want)+test.costs || !real.changed() {
				w.t.Errorf("the requests are %v", real.requests)
			}
			if !check.changed() || fmt.Sprint(check.row["monitors"]) != fmt.Sprint(real.row["monitors"]) || real.row["failed_monitors"] != nil {
				w.t.Errorf("check mode answers\n%v\nand the run\n%v", check.row, real.row)
			}
		})
	}
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
				if r.fails(test.says); len(r.posts()) > 0 {
					w.t.Errorf("%v were checked", r.posts())
				}
			}
		})
	}
}

func TestCheckWaits(t *testing.T) {
	wait := row{"names": "Shop", "wait": true, "wait_timeout": 30}
	deployed(t, "for an outcome that is new", acsmontest.Options{}, func(w *workbench) {
		start := time.Now()
		r := w.checkNow(wait).costs("GET /monitors", "POST /monitors/11/check", "GET /monitors/11", "GET /monitors/11")
		if taken := time.Since(start); taken != 11*time.Second || !r.changed() {
			w.t.Errorf("after %v: %v", taken, r.row)
		}
		shown := at[row](r, "monitors", 0)
		if shown["status"] != "up" || shown["checked_at"] != start.Add(9*time.Second).UTC().Format(time.RFC3339) || shown["response_time_ms"] == nil {
			w.t.Errorf("the monitor is %v", shown)
		}
		if failed := at[[]any](r, "failed_monitors"); len(failed) != 0 {
			w.t.Errorf("failed are %v", failed)
		}
	})
	deployed(t, "and is not content with a status that was there before", acsmontest.Options{}, func(w *workbench) {
		w.SetOutcome(11, "down")
		start := time.Now()
		r := w.checkNow(wait).fails(`1 of 1 monitors did not become up within 30 s: "Shop" (id 11) is down`)
		if time.Since(start) != 31*time.Second || r.row["changed"] != true {
			w.t.Errorf("after %v: %v", time.Since(start), r.row)
		}
		if failed := at[[]any](r, "failed_monitors"); len(failed) != 1 || failed[0].(row)["status"] != "down" {
			w.t.Errorf("failed are %v", failed)
		}
	})
	deployed(t, "for another check, which comes by itself", acsmontest.Options{}, func(w *workbench) {
		w.SetOutcome(11, "down")
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors/11", Skip: 3, Times: 1, Do: acsmontest.Then(func(s *acsmontest.Server) {
			s.Set("monitors", 11, row{"status": "up", "last_checked_at": "2000-01-01T00:00:19Z"})
		})})
		start := time.Now()
		if r := w.checkNow(wait); !r.changed() || time.Since(start) != 26*time.Second {
			w.t.Errorf("after %v: %v", time.Since(start), r.row)
		}
	})
	deployed(t, "for any of several statuses", acsmontest.Options{}, func(w *workbench) {
		w.SetOutcome(12, "degraded")
		r := w.checkNow(row{"names": []string{"Shop", "Mail"}, "wait": true, "status": []string{"up", "degraded"}})
		if !r.changed() || fmt.Sprint(at[row](r, "monitors", 1)["status"]) != "degraded" {
			w.t.Errorf("%v", r.row)
		}
	})
	deployed(t, "for one that was never checked", acsmontest.Options{}, func(w *workbench) {
		w.Set("monitors", 11, row{"status": "unknown", "last_checked_at": nil})
		w.checkNow(wait).wantChanged()
	})
	deployed(t, "in vain", acsmontest.Options{CheckTime: time.Hour}, func(w *workbench) {
		w.checkNow(wait).fails(`"Shop" (id 11) has no new outcome`)
		w.checkNow(with(wait, row{"wait_timeout": 0})).fails("within 0 s").costs("GET /monitors", "POST /monitors/11/check", "GET /monitors/11")
	})
	deployed(t, "for an outcome that is not of the second of the one before", acsmontest.Options{CheckTime: time.Millisecond}, func(w *workbench) {
		quick := with(wait, row{"poll_interval": 0.1})
		for range 3 {
			w.checkNow(quick).wantChanged()
		}
	})
	deployed(t, "and looks once more if the last look began before the end", acsmontest.Options{CheckTime: 4 * time.Second}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors/11", Times: 1, Do: acsmontest.After(acsmontest.Delay(20 * time.Second))})
		r := w.checkNow(with(wait, row{"wait_timeout": 5, "poll_interval": 3}))
		if r.costs("GET /monitors", "POST /monitors/11/check", "GET /monitors/11", "GET /monitors/11"); !r.changed() {
			w.t.Errorf("%s", r.msg())
		}
	})
	deployed(t, "for one that is removed meanwhile", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors/12/check", Do: acsmontest.Then(func(s *acsmontest.Server) { s.Remove("monitors", 11) })})
		start := time.Now()
		r := w.checkNow(row{"names": []string{"Shop", "Mail"}, "wait": true, "status": []string{"up", "down"}})
		r.fails(`1 of 2 monitors did not become up or down`, `"Shop" (id 11) was removed`)
		if time.Since(start) != 11*time.Second || at[row](r, "failed_monitors", 0)["status"] != nil {
			w.t.Errorf("after %v: %v", time.Since(start), r.row)
		}
	})
	for _, offset := range []time.Duration{-20 * 365 * 24 * time.Hour, 20 * 365 * 24 * time.Hour} {
		deployed(t, fmt.Sprint("by the server's clock, which is off by ", offset), acsmontest.Options{
			Now: func() time.Time { return time.Now().Add(offset) },
		}, func(w *workbench) {
			stale := time.Now().Add(offset - time.Minute).UTC().Format(time.RFC3339)
			w.Set("monitors", 11, row{"last_checked_at": stale})
			w.Set("monitors", 12, row{"last_checked_at": stale})
			start := time.Now()
			if r := w.checkNow(wait); !r.changed() || time.Since(start) != 11*time.Second {
				w.t.Errorf("after %v: %v", time.Since(start), r.row)
			}
			w.checkNow(row{"names": "Mail", "wait": true}).fails(`"Mail" (id 12) is down`)
		})
	}
	deployed(t, "and the answer of the trigger is lost", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
		w.checkNow(wait).wantChanged()
	})
	deployed(t, "where a check is under way already", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Do: acsmontest.Status(409)})
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors/11", Do: acsmontest.Then(func(s *acsmontest.Server) {
			s.Set("monitors", 11, row{"last_checked_at": "2000-01-01T00:00:04Z"})
		})})
		w.checkNow(wait).succeeds()
	})
}

// TestCheckAgain: a service that starts late is seen at the next check, and not after
// the monitor's own interval.
func TestCheckAgain(t *testing.T) {
	late := func(w *workbench) {
		w.SetOutcome(11, "down")
		w.SetOutcome(13, "up")
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors/11/check", Skip: 1, Times: 1, Do: acsmontest.Then(func(s *acsmontest.Server) { s.SetOutcome(11, "up") })})
	}
	given := row{"names": "Shop", "wait": true, "wait_timeout": 60, "poll_interval": 5}
	deployed(t, "every ten seconds", acsmontest.Options{}, func(w *workbench) {
		late(w)
		start := time.Now()
		r := w.checkNow(with(given, row{"recheck_interval": 10}))
		if n := len(r.posts()); !r.changed() || n != 2 || time.Since(start) > 21*time.Second {
			w.t.Errorf("%d checks in %v: %v", n, time.Since(start), r.row)
		}
	})
	deployed(t, "but not unless it is asked for", acsmontest.Options{}, func(w *workbench) {
		late(w)
		if n := len(w.checkNow(given).fails("did not become up").posts()); n != 1 {
			w.t.Errorf("%d checks", n)
		}
	})
	deployed(t, "and not what is as wanted", acsmontest.Options{}, func(w *workbench) {
		late(w)
		r := w.checkNow(with(given, row{"recheck_interval": 10, "names": []string{"Shop", "Blog"}}))
		if n := len(r.posts()); !r.changed() || n != 3 {
			w.t.Errorf("%d checks: %v", n, r.row)
		}
	})
	deployed(t, "and not before it can be", acsmontest.Options{}, func(w *workbench) {
		w.checkNow(with(given, row{"recheck_interval": -1})).fails("recheck_interval is -1: it must be 0").costs()
	})
}

func TestCheckOfMany(t *testing.T) {
	deployed(t, "looks at the list, not at each", acsmontest.Options{Monitors: 244}, func(w *workbench) {
		r := w.checkNow(row{"all": true, "wait": true, "status": []string{"up", "down", "degraded"}})
		triggered := len(r.posts())
		// 3 pages to find them, 3 for each further 50, 3 a look: at 5 s and at 10 s.
		if looks := len(r.requests) - triggered; !r.changed() || looks != 3+4*3+2*3 || triggered != w.active() {
			w.t.Errorf("%d were triggered, with %d requests beside: %s", triggered, looks, r.msg())
		}
	})
	deployed(t, "looks at few of them by themselves", acsmontest.Options{Monitors: 244}, func(w *workbench) {
		for _, monitor := range w.Rows("monitors") {
			w.SetOutcome(monitor["id"].(int64), "up")
		}
		w.SetOutcome(13, "down")
		r := w.checkNow(row{"all": true, "wait": true, "wait_timeout": 20}).fails(fmt.Sprintf("1 of %d", w.active()), `"Blog" (id 13) is down`)
		last := r.requests[len(r.requests)-1]
		if last.Path != "/monitors/13" || len(at[[]any](r, "monitors")) != w.active() || len(at[[]any](r, "failed_monitors")) != 1 {
			w.t.Errorf("the last request is %v", last)
		}
	})
	deployed(t, "names ten of those that failed", acsmontest.Options{Monitors: 40}, func(w *workbench) {
		for _, monitor := range w.Rows("monitors") {
			w.SetOutcome(monitor["id"].(int64), "down")
		}
		r := w.checkNow(row{"all": true, "wait": true, "wait_timeout": 10})
		r.fails(fmt.Sprintf("of %d monitors did not become up within 10 s", w.active()), fmt.Sprintf("and %d more, see failed_monitors", w.active()-10))
	})
	deployed(t, "within the rate limit", acsmontest.Options{Monitors: 115, RateLimit: 60}, func(w *workbench) {
		start := time.Now()
		r := w.checkNow(row{"all": true, "wait": true, "status": []string{"up", "down", "degraded"}})
		refused := 0
		for _, request := range r.requests {
			if request.Status == 429 {
				refused++
			}
		}
		if taken := time.Since(start); !r.changed() || taken > 200*time.Second || refused > 3 {
			w.t.Errorf("after %v, with %d refused: %s", taken, refused, r.msg())
		}
	})
	deployed(t, "leaves half of the rate limit to others", acsmontest.Options{RateLimit: 10, CheckTime: 30 * time.Second}, func(w *workbench) {
		start := time.Now()
		w.checkNow(row{"names": "Shop", "wait": true}).costs("GET /monitors", "POST /monitors/11/check", "GET /monitors/11", "GET /monitors/11", "GET /monitors/11")
		if taken := time.Since(start); taken != 37*time.Second {
			w.t.Errorf("three looks took %v", taken)
		}
	})
	deployed(t, "that cannot fit into max_wait", acsmontest.Options{Monitors: 194, RateLimit: 60}, func(w *workbench) {
		r := w.checkNow(row{"all": true, "max_wait": 60}).
			fails(fmt.Sprintf("%d requests at 60 a minute", w.active()), "set max_wait to 240 or more, or select less")
		if len(r.posts()) > 0 || r.row["changed"] != false {
			w.t.Errorf("%v were triggered: %v", r.posts(), r.row)
		}
	})
	deployed(t, "does not take an outcome from before the trigger for a new one", acsmontest.Options{Monitors: 60}, func(w *workbench) {
		all := w.Rows("monitors")
		last := all[len(all)-1]["id"].(int64)
		for _, monitor := range all {
			w.SetOutcome(monitor["id"].(int64), "up")
		}
		w.SetOutcome(last, "down")
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors/12/check", Do: acsmontest.Then(func(s *acsmontest.Server) {
			s.Set("monitors", last, row{"status": "up", "last_checked_at": "2000-01-01T00:00:01Z"})
		})})
		w.checkNow(row{"all": true, "wait": true, "wait_timeout": 20}).fails(
			fmt.Sprintf("1 of %d monitors did not become up within 20 s: %q (id %d) is down", w.active(), w.Row("monitors", last)["name"], last))
	})
}

func TestCheckFailures(t *testing.T) {
	deployed(t, "in the middle", acsmontest.Options{}, func(w *workbench) {
		w.SetOutcome(13, "up")
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors/12/check", Do: acsmontest.Status(500)})
		r := w.checkNow(row{"names": []string{"Shop", "Mail", "Blog"}, "wait": true}).
			fails(`1 of 3 monitors did not become up`, `"Mail" (id 12) was not triggered (POST /monitors/12/check answered 500`)
		if r.row["changed"] != true || len(at[[]any](r, "monitors")) != 2 || at[row](r, "failure")["path"] != "/api/v1/monitors/12/check" {
			w.t.Errorf("%v", r.row)
		}
	})
	all := row{"names": []string{"Shop", "Mail", "Blog"}}
	for _, status := range []int{400, 422, 500} {
		deployed(t, fmt.Sprint("one answers ", status), acsmontest.Options{}, func(w *workbench) {
			w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors/12/check", Do: acsmontest.Status(status)})
			r := w.checkNow(all).fails(`2 of 3 checks were triggered, and 1 failed: "Mail" (id 12) (POST /monitors/12/check answered`)
			if r.row["changed"] != true || len(at[[]any](r, "monitors")) != 2 {
				w.t.Errorf("%v", r.row)
			}
		})
	}
	deployed(t, "one is gone", acsmontest.Options{}, func(w *workbench) {
		w.SetOutcome(13, "up")
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors/12/check", Do: acsmontest.Status(404)})
		for _, given := range []row{all, with(all, row{"wait": true})} {
			r := w.checkNow(given).warns(`monitor "Mail" (id 12) does not exist any more: it was removed while this ran`)
			if !r.changed() || len(at[[]any](r, "monitors")) != 2 {
				w.t.Errorf("%v", r.row)
			}
		}
	})
	deployed(t, "the server goes away", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors/12/check", Do: acsmontest.Status(502)})
		w.checkNow(with(all, row{"wait": true})).fails("1 of 3 checks were triggered, and 1 failed", "; 1 were not tried after that")
	})
	for name, odd := range map[string]acsmontest.Effect{
		"500": acsmontest.Status(500), "nothing": acsmontest.EmptyBody(), "a number": acsmontest.Answer(200, nil, "1"),
		"an empty object": acsmontest.Answer(200, nil, "{}"),
	} {
		deployed(t, "one is carried out, and answered by "+name, acsmontest.Options{}, func(w *workbench) {
			w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors/12/check", Do: acsmontest.After(odd)})
			if r := w.checkNow(with(all, row{"wait": true, "status": []string{"up", "down", "degraded"}})); !r.changed() || len(at[[]any](r, "monitors")) != 3 {
				w.t.Errorf("%v", r.row)
			}
		})
	}
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
			rest := slices.DeleteFunc(w.Permissions(), func(s string) bool { return s == slug })
			r := w.run(module, row{"all": true, "token": w.NewToken(rest...)}).fails("403", slug)
			r.wantValues(row{"changed": false})
		})
	}
	deployed(t, "a hostile name", acsmontest.Options{}, func(w *workbench) {
		w.Set("monitors", 11, row{"name": "\x1b[2J\n\u202eShop"})
		w.SetOutcome(11, "down")
		r := w.checkNow(row{"ids": 11, "wait": true, "wait_timeout": 10}).fails("(id 11) is down")
		if strings.ContainsAny(r.msg(), "\x1b\n\u202e") {
			w.t.Errorf("the message is %q", r.msg())
		}
	})
	deployed(t, "a time that is none", acsmontest.Options{}, func(w *workbench) {
		w.Set("monitors", 11, row{"last_checked_at": "yesterday"})
		if r := w.checkNow(row{"names": "Shop", "wait": true}).fails("last_checked_at of monitor 11"); len(r.posts()) > 0 {
			w.t.Errorf("%v were triggered", r.posts())
		}
	})
}

// TestProbeServers: the wait works with every kind of server, or it is said before
// the trigger that it cannot.
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
					w.t.Errorf("%v: %s", given, r.msg())
				}
				time.Sleep(2 * time.Second)
			}
			w.run("acsmon_device_poll", row{"group": "Core", "wait": true}).wantChanged()
		})
	}
}

func TestDevicePoll(t *testing.T) {
	deployed(t, "all that are active", acsmontest.Options{}, func(w *workbench) {
		check := w.check("acsmon_device_poll", row{"all": true, "wait": true})
		if !slices.Equal(check.ids("devices"), []int64{21, 22}) || !check.changed() {
			w.t.Errorf("check mode answers %v", check.row)
		}
		start := time.Now()
		r := w.run("acsmon_device_poll", row{"all": true, "wait": true})
		r.costs("GET /devices", "POST /devices/21/poll", "POST /devices/22/poll", "GET /devices", "GET /devices")
		for _, device := range rowsAt(r, "devices") {
			if device := device; device["status"] != "up" || device["polled_at"] != start.Add(9*time.Second).UTC().Format(time.RFC3339) {
				w.t.Errorf("the device is %v", device)
			}
		}
	})
	deployed(t, "of one that stays down", acsmontest.Options{}, func(w *workbench) {
		r := w.run("acsmon_device_poll", row{"names": "sw", "wait": true, "wait_timeout": 20}).fails(`"sw" (id 23) is down`)
		if len(at[[]any](r, "failed_devices")) != 1 {
			w.t.Errorf("%v", r.row)
		}
	})
	deployed(t, "of nothing", acsmontest.Options{}, func(w *workbench) {
		w.run("acsmon_device_poll", row{}).fails("nothing says which devices are meant")
		w.run("acsmon_device_poll", row{"names": "core"}).fails(`there is no device "core"`)
	})
}

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
