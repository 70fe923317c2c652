// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// onServer runs a test against a sandbox, on a clock that jumps over every wait.
func onServer(t *testing.T, name string, o acsmontest.Options, test func(t *testing.T, w *testServer)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newTestServer(t, o)
			defer w.Close()
			test(t, w)
		})
	})
}

// addMonitors adds n monitors, and returns their ids.
func (w *testServer) addMonitors(n int) []int64 {
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = w.Add("monitors", map[string]any{
			"name": fmt.Sprintf("m%d", i), "type": "tcp", "host": "h", "port": 80, "timeout_ms": 1000, "tags": []string{"a"}, "config": map[string]any{"path": "/"},
		})
	}
	return ids
}

// sent returns the bodies of the writes.
func (w *testServer) sent(t *testing.T) []map[string]any {
	t.Helper()
	var bodies []map[string]any
	for _, request := range w.Writes() {
		var body map[string]any
		if err := json.Unmarshal([]byte(request.Body), &body); err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	return bodies
}

// updatedServers are a server whose profile is unknown, and one that is known to keep what an
// update does not name.
var updatedServers = map[string]Server{"unknown": {}, "keeps what is not named": {KeepsUnnamed: true}}

// What somebody else changes while an update waits stays, unless the task names it, on every server;
// and where the server keeps what an update does not name, no more than what changes is sent.
func TestOthersChangesStay(t *testing.T) {
	change := map[string]any{"host": "theirs", "timeout_ms": 4000, "tags": []string{"a", "theirs"}, "config": map[string]any{"path": "/theirs", "verify": true}}
	for name, server := range updatedServers {
		onServer(t, name, acsmontest.Options{}, func(t *testing.T, w *testServer) {
			w.Engine.Server = server
			id := w.addMonitors(1)[0]
			item := Item{ID: id, Desired: map[string]any{"port": int64(443), "config": map[string]any{"method": "GET"}, "tags": Edit{Add: []string{"mine"}, Remove: []string{"a"}}}}
			plan, err := w.Plan(t.Context(), item)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(maxAge + time.Second)
			w.Set("monitors", id, change)
			if outcome, err := w.Apply(t.Context(), plan); err != nil || !outcome.Written {
				t.Fatalf("the outcome is %+v, want one that is written: %v", outcome, err)
			}
			row := w.Row("monitors", id)
			want := `{"host":"theirs","timeout_ms":4000,"port":443,"tags":["theirs","mine"],"config":{"method":"GET","path":"/theirs","verify":true}}`
			if got := fields(row, "host", "timeout_ms", "port", "tags", "config"); !sameJSON(got, want) {
				t.Errorf("the monitor is %s, want %s", got, want)
			}
		})
	}
}

// Many updates wait for the rate limit.
func TestOthersChangesOfManyStay(t *testing.T) {
	for name, server := range updatedServers {
		onServer(t, name, acsmontest.Options{RateLimit: 10}, func(t *testing.T, w *testServer) {
			ids := w.addMonitors(30)
			want := input{items: map[string][]Item{}}
			for _, id := range ids {
				want.items["monitors"] = append(want.items["monitors"], Item{ID: id, Desired: map[string]any{"port": int64(443)}})
			}
			b := w.batch(want)
			b.Sections[2].Server = server
			steps, err := b.Plan(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				time.Sleep(30 * time.Second) // in the first wait
				for _, id := range ids {
					w.Set("monitors", id, map[string]any{"host": "theirs"})
				}
			}()
			if err := b.Apply(t.Context(), steps, false); err != nil {
				t.Fatal(err)
			}
			for _, id := range ids {
				if row := w.Row("monitors", id); row["host"] != "theirs" || fmt.Sprint(row["port"]) != "443" {
					t.Errorf("monitor %d has the host %v and the port %v, want theirs and 443", id, row["host"], row["port"])
				}
			}
		})
	}
}

func fields(row map[string]any, names ...string) string {
	some := map[string]any{}
	for _, name := range names {
		some[name] = row[name]
	}
	encoded, _ := json.Marshal(some)
	return string(encoded)
}

func sameJSON(a, b string) bool {
	return text(decode(a).(map[string]any)) == text(decode(b).(map[string]any))
}

// A server that keeps what an update does not name is sent what changes alone.
func TestOnlyWhatChangesIsSent(t *testing.T) {
	onServer(t, "keeps what is not named", acsmontest.Options{}, func(t *testing.T, w *testServer) {
		w.Engine.Server = Server{KeepsUnnamed: true}
		id := w.addMonitors(1)[0]
		before := len(w.Requests())
		_, _, err := w.converge(t.Context(), Item{ID: id, Desired: map[string]any{"port": int64(443), "host": "h"}})
		if sent := w.sent(t); err != nil || len(sent) != 1 || fmt.Sprint(sent[0]) != "map[port:443]" {
			t.Errorf("sent was %v, want the port alone: %v", sent, err)
		}
		if n := len(w.Requests()) - before; n != 2 {
			t.Errorf("%d requests", n)
		}
	})
}

// Where a search is proven to find what is there, a create is a search and a write, and
// a removal of what is not there a search.
func TestAProvenSearchIsEnough(t *testing.T) {
	for _, test := range []struct {
		server Server
		item   Item
		want   string
	}{
		{Server{}, Item{Name: "new one", Desired: map[string]any{"type": "tcp", "host": "h"}}, "GET GET POST"},
		{Server{SearchFinds: true}, Item{Name: "new one", Desired: map[string]any{"type": "tcp", "host": "h"}}, "GET POST"},
		{Server{SearchFinds: true}, Item{Name: "新しい", Desired: map[string]any{"type": "tcp", "host": "h"}}, "GET GET POST"},
		{Server{}, Item{Name: "no one", Absent: true}, "GET GET"},
		{Server{SearchFinds: true}, Item{Name: "no one", Absent: true}, "GET"},
		{Server{}, Item{Name: "東京"}, "GET"},
		{Server{}, Item{Name: "🚀"}, "GET"},
	} {
		onServer(t, fmt.Sprintf("%+v %s", test.server, test.item.Name), acsmontest.Options{}, func(t *testing.T, w *testServer) {
			w.addMonitors(3)
			for _, name := range []string{"東京", "🚀"} {
				w.Add("monitors", map[string]any{"name": name, "type": "tcp", "host": "h"})
			}
			w.Engine.Server = test.server
			before := len(w.Requests())
			if _, _, err := w.converge(t.Context(), test.item); err != nil {
				t.Fatal(err)
			}
			var methods []string
			for _, request := range w.Requests()[before:] {
				methods = append(methods, request.Method)
			}
			if got := strings.Join(methods, " "); got != test.want {
				t.Errorf("the requests are %s, want %s", got, test.want)
			}
		})
	}
}

// hiding is a list that leaves out some rows the first times that it is read to its end, like one
// whose rows move from page to page meanwhile.
type hiding struct {
	Store
	hidden map[int64]bool
	times  *int
}

func (h hiding) List(ctx context.Context, query acsmon.Query) rowsAndErrors {
	return func(yield func(acsmon.Fields, error) bool) {
		hide := query.Search == "" && *h.times > 0
		if hide {
			*h.times--
		}
		for row, err := range h.Store.List(ctx, query) {
			if hide && h.hidden[row.ID()] {
				continue
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

type rowsAndErrors = iter.Seq2[acsmon.Fields, error]

// What a list of several pages does not show is looked for once more before it is created,
// or said not to be there, in the fewest requests.
func TestNoTwinOfWhatMoved(t *testing.T) {
	wanted := func(n int, absent bool) input {
		want := input{items: map[string][]Item{}}
		for i := range n {
			item := Item{Name: fmt.Sprintf("m%d", i), Absent: absent}
			if !absent {
				item.Desired = map[string]any{"type": "tcp", "host": "h"}
			}
			want.items["monitors"] = append(want.items["monitors"], item)
		}
		return want
	}
	for name, test := range map[string]struct {
		hidden, requests int
		ignoresSearch    bool
	}{
		"one, by a search":                        {1, 4 + 1, false},
		"all, by a second reading":                {10, 4 + 4, false},
		"two, where the server ignores searching": {2, 4 + 4, true},
	} {
		for _, absent := range []bool{false, true} {
			o := acsmontest.Options{Alternatives: acsmontest.Alternatives{PerPageCap: 3}}
			if test.ignoresSearch {
				o.Alternatives.Search = "ignored"
			}
			onServer(t, fmt.Sprintf("%s, absent: %v", name, absent), o, func(t *testing.T, w *testServer) {
				ids := w.addMonitors(10)
				hidden, times := map[int64]bool{}, 1
				for _, id := range ids[:test.hidden] {
					hidden[id] = true
				}
				b := w.batch(wanted(10, absent))
				b.Sections[2].Store = hiding{b.Sections[2].Store, hidden, &times}
				before := len(w.Requests())
				steps, err := b.Plan(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if got := len(w.Requests()) - before; got != test.requests {
					t.Errorf("%d requests, want %d", got, test.requests)
				}
				for _, step := range steps {
					if want := map[bool]Action{false: Keep, true: Delete}[absent]; step.Plan.Action != want {
						t.Errorf("%s is to be: %s", step.Label(), step.Plan.Action)
					}
				}
			})
		}
	}
}

// memory is what was created, as Recent knows it.
type memory map[string][]int64

func (m memory) IDs(identity string) []int64   { return m[identity] }
func (m memory) Add(identity string, id int64) { m[identity] = append(m[identity], id) }
func (m memory) Remove(id int64) {
	for identity, ids := range m {
		m[identity] = slices.DeleteFunc(ids, func(other int64) bool { return other == id })
	}
}

// A list that lags behind does not lead to a second monitor beside the one that another run has
// just created.
func TestALaggingListMakesNoTwin(t *testing.T) {
	onServer(t, "one and in a batch", acsmontest.Options{}, func(t *testing.T, w *testServer) {
		known, hidden, times := memory{}, map[int64]bool{}, 100
		item := Item{Name: "new", Desired: map[string]any{"type": "tcp", "host": "h"}}
		w.Recent = known
		_, outcome, err := w.converge(t.Context(), item)
		if err != nil {
			t.Fatal(err)
		}
		hidden[outcome.Resource.ID()] = true
		w.Store = unsearched{hiding{w.Store, hidden, &times}}
		if plan, _, err := w.converge(t.Context(), item); err != nil || plan.Changes() {
			t.Errorf("the plan is %+v, want to keep the monitor: %v", plan, err)
		}
		b := w.batch(input{items: map[string][]Item{"monitors": {item}}})
		b.Sections[2].Store, b.Sections[2].Recent = w.Store, known
		if steps, err := b.Plan(t.Context()); err != nil || Changes(steps) > 0 {
			t.Errorf("the steps are %v, want none that changes anything: %v", steps, err)
		}
		if _, _, err := w.converge(t.Context(), Item{Name: "new", Absent: true}); err != nil || len(w.Rows("monitors")) > 0 || len(known["new"]) > 0 {
			t.Errorf("after the removal there are the monitors %v and the recent ones %v, want none: %v", w.Rows("monitors"), known, err)
		}
	})
}

// unsearched ignores searches.
type unsearched struct{ hiding }

func (u unsearched) List(ctx context.Context, query acsmon.Query) rowsAndErrors {
	query.Search = ""
	return u.hiding.List(ctx, query)
}

// A batch goes on with what does not depend on a create whose response was lost.
func TestABatchGoesOnWhileItLooks(t *testing.T) {
	onServer(t, "one group is lost", acsmontest.Options{}, func(t *testing.T, w *testServer) {
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitor-groups", Times: 1, Do: acsmontest.Reset()})
		begun := time.Now()
		steps, err := w.run(t.Context(), input{items: map[string][]Item{
			"monitor-groups": {{Name: "lost"}},
			"monitors": {
				{Name: "in it", Desired: map[string]any{"type": "tcp", "host": "h", "group": "lost"}},
				{Name: "alone", Desired: map[string]any{"type": "tcp", "host": "h"}},
			},
		}})
		if err != nil || len(w.Rows("monitors")) != 2 || len(w.Rows("monitor-groups")) != 1 {
			t.Fatalf("want two monitors and one group after %v: %v", describe(steps), err)
		}
		var order []string
		for _, request := range w.Writes() {
			order = append(order, fmt.Sprintf("%s %d s", request.Path, int(request.Time.Sub(begun).Seconds())))
		}
		want := []string{"/monitor-groups 0 s", "/monitors 1 s", "/monitor-groups 63 s", "/monitors 63 s"}
		if !slices.Equal(order, want) {
			t.Errorf("the writes are %v, want %v", order, want)
		}
	})
}

// A response that shows a link as it was before is no failure; what the row shows is.
func TestAStaleResponseIsNoFailure(t *testing.T) {
	onServer(t, "a group", acsmontest.Options{}, func(t *testing.T, w *testServer) {
		id := w.addMonitors(1)[0]
		stale := fmt.Sprintf(`{"id":%d,"name":"m0","type":"tcp","host":"h","port":80,"timeout_ms":1000,"is_active":true,"config":{},"tags":["a"],"monitor_group_id":null}`, id)
		w.Add("monitor-groups", map[string]any{"name": "G"})
		w.Inject(acsmontest.Fault{Method: "PUT", Times: 1, Do: acsmontest.After(acsmontest.Answer(http.StatusOK, nil, stale))})
		_, outcome, err := w.converge(t.Context(), Item{ID: id, Desired: map[string]any{"group": "G"}})
		if err != nil || outcome.Resource["monitor_group"] == nil {
			t.Errorf("the outcome is %+v, want a monitor that shows its group: %v", outcome, err)
		}
	})
	onServer(t, "a key of config", acsmontest.Options{}, func(t *testing.T, w *testServer) {
		id := w.addMonitors(1)[0]
		other := fmt.Sprintf(`{"id":%d,"name":"m0","type":"tcp","host":"h","port":80,"timeout_ms":1000,"is_active":true,"config":{"path":"/","method":"GET"},"tags":["a"],"monitor_group_id":null}`, id)
		w.Inject(
			acsmontest.Fault{Method: "PUT", Times: 1, Do: acsmontest.Answer(http.StatusOK, nil, other)},
			acsmontest.Fault{Method: "GET", Skip: 1, Times: 1, Do: acsmontest.Answer(http.StatusOK, nil, other)},
		)
		_, _, err := w.converge(t.Context(), Item{ID: id, Desired: map[string]any{"config": map[string]any{"path": "/", "method": "POST"}}})
		if err == nil || !strings.Contains(err.Error(), `did not take config.method (sent "POST", shown "GET") of monitor`) {
			t.Error(err)
		}
	})
}

// What the server would store as something else is refused before it is sent.
func TestWhatDoesNotSurviveIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		`{"a": {"0": "x", "1": "y"}}`:       "the keys of config.a are the numbers from 0 to 1",
		`{"a": [18446744073709551616]}`:     "config.a[0] is 18446744073709551616",
		`{"a": 9223372036854775808}`:        "config.a is 9223372036854775808",
		`{"a": 0.1234567890123456789}`:      "config.a is 0.1234567890123456789",
		`{"a": 1e400}`:                      "config.a is 1e400",
		`{"a": 9223372036854775807}`:        "",
		`{"a": {"200": "ok", "404": "no"}}`: "",
		`{"a": [0.1, 1e21, -5, 99.97, {}]}`: "",
	} {
		w := wish{Field: Field{Name: "config", Form: Merge}, value: decode(text)}
		_, err := Merge.compare(t.Context(), w, nil)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// An ambiguous name says where its rows may come from.
func TestAmbiguousTwins(t *testing.T) {
	row := func(id int, created string) acsmon.Fields {
		return acsmon.Fields{"id": json.Number(fmt.Sprint(id)), "name": "x", "created_at": created}
	}
	for name, test := range map[string]struct {
		rows  []acsmon.Fields
		twins bool
	}{
		"within minutes": {[]acsmon.Fields{row(2, "2026-04-01T12:01:00Z"), row(1, "2026-04-01T12:00:00.000000Z")}, true},
		"hours apart":    {[]acsmon.Fields{row(1, "2026-04-01T12:00:00Z"), row(2, "2026-04-01T15:00:00Z")}, false},
		"without a time": {[]acsmon.Fields{{"id": json.Number("1")}, {"id": json.Number("2")}}, false},
	} {
		_, err := only("monitor", "x", test.rows)
		if err == nil || !strings.Contains(err.Error(), "(ids 1, 2)") || strings.Contains(err.Error(), "within minutes") != test.twins {
			t.Errorf("%s: the error is %v, want the ids 1 and 2, and said to be of within minutes: %t", name, err, test.twins)
		}
	}
}
