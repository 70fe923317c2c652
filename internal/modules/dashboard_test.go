// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// noc is a dashboard with two widgets.
func noc(widgets ...row) row {
	if widgets == nil {
		widgets = []row{alertsAt(0, 0), uptimeAt(6, 0)}
	}
	return row{"name": "NOC", "widgets": widgets}
}

func alertsAt(x, y int) row {
	return row{"title": "Open alerts", "type": "alerts", "config": row{"limit": 5}, "position": row{"x": x, "y": y, "w": 6, "h": 4}}
}

func uptimeAt(x, y int) row {
	return row{"title": "Uptime", "type": "uptime", "position": row{"x": x, "y": y, "w": 6, "h": 4}}
}

// onDashboard lists the stored widgets, each by its title, type and position.
func (w *workbench) onDashboard() string {
	var all []string
	for _, widget := range w.Rows("widgets") {
		position, _ := widget["position"].(row)
		all = append(all, fmt.Sprint(widget["title"], " ", widget["type"], " ", position["x"], ",", position["y"]))
	}
	return strings.Join(all, "; ")
}

func (w *workbench) wantWidgets(want string) {
	w.t.Helper()
	if got := w.onDashboard(); got != want {
		w.t.Errorf("the server has the widgets %q, want %q", got, want)
	}
}

// TestDashboard takes a dashboard and its widgets through their life on each kind of server.
func TestDashboard(t *testing.T) {
	servers := alternatives()
	for name, alt := range map[string]acsmontest.Alternatives{
		"flat": {Widgets: "flat"}, "flat, replace": {Widgets: "flat", Put: "replace"}, "positions under widgets": {Positions: "widgets"},
	} {
		servers[name] = alt
	}
	for name, alt := range servers {
		scenario(t, name, acsmontest.Options{Alternatives: alt}, func(w *workbench) {
			w.converges("acsmon_dashboard", noc())
			w.wantWidgets("Open alerts alerts 0,0; Uptime uptime 6,0")
			w.converges("acsmon_dashboard", noc(alertsAt(0, 4), uptimeAt(0, 0)))
			w.wantWidgets("Open alerts alerts 0,4; Uptime uptime 0,0")
			moved := w.Writes()[len(w.Writes())-1]
			if moved.Path != "/widgets/positions" {
				w.t.Errorf("the last write is %s %s, want POST /widgets/positions", moved.Method, moved.Path)
			}
			w.converges("acsmon_dashboard", noc(row{"title": "Uptime", "config": row{"window": "7d"}}, alertsAt(0, 4)))
			w.wantWidgets("Open alerts alerts 0,4; Uptime uptime 0,0")
			w.converges("acsmon_dashboard", noc(row{"title": "Uptime", "position": row{"x": 3}}, row{"title": "Map", "type": "map"}))
			w.wantWidgets("Uptime uptime 3,0; Map map <nil>,<nil>")
			w.converges("acsmon_dashboard", with(noc([]row{}...), row{"new_name": "Wall", "widgets": []row{{"title": "Map", "type": "list", "position": row{"x": 1, "y": 1}}}}))
			w.wantWidgets("Map list 1,1")
			w.run("acsmon_dashboard", row{"name": "Wall"}).wantUnchanged()
			w.converges("acsmon_dashboard", row{"name": "Wall", "widgets": []row{}})
			w.wantWidgets("")
			w.converges("acsmon_dashboard", row{"name": "Wall", "state": "absent"})
		})
	}
}

// TestDashboardRequests counts one request for each widget that changes, and one for all that move.
func TestDashboardRequests(t *testing.T) {
	scenario(t, "of two widgets", acsmontest.Options{}, func(w *workbench) {
		made := id(w.run("acsmon_dashboard", noc()).costs("GET /dashboards", "GET /dashboards", "POST /dashboards",
			"GET /dashboards/1/widgets", "POST /dashboards/1/widgets", "POST /dashboards/1/widgets", "GET /dashboards/1/widgets"))
		one, widgets := fmt.Sprintf("GET /dashboards/%d", made), fmt.Sprintf("GET /dashboards/%d/widgets", made)
		w.run("acsmon_dashboard", noc()).costs("GET /dashboards", one)
		w.run("acsmon_dashboard", noc(alertsAt(6, 0), uptimeAt(0, 0))).costs("GET /dashboards", one, widgets, "POST /widgets/positions", widgets)
		ids := w.Rows("widgets")
		changed := with(alertsAt(6, 0), row{"type": "list"})
		w.run("acsmon_dashboard", noc(changed)).costs("GET /dashboards", one, widgets,
			fmt.Sprintf("PUT /widgets/%v", ids[0]["id"]), fmt.Sprintf("DELETE /widgets/%v", ids[1]["id"]), widgets)
		w.run("acsmon_config", row{"dashboards": []row{noc(changed)}}).costs("GET /dashboards", one)
	})
	scenario(t, "more than fits into the wait budget", acsmontest.Options{RateLimit: 10}, func(w *workbench) {
		var many []row
		for i := range 30 {
			many = append(many, row{"title": fmt.Sprint("w", i), "type": "list"})
		}
		w.run("acsmon_dashboard", with(noc(many...), row{"max_wait": 60})).fails("max_wait")
		w.wantNoWrites()
	})
}

// jsonContent is the header of a response in JSON.
var jsonContent = map[string][]string{"Content-Type": {"application/json"}}

// TestDashboardFailures fails half-way and says so. The next run does the rest, and nothing twice.
func TestDashboardFailures(t *testing.T) {
	for name, test := range map[string]struct {
		fault acsmontest.Fault
		says  string
	}{
		"a widget is refused": {
			acsmontest.Fault{Method: "POST", Path: "/dashboards/1/widgets", Times: 1, Skip: 1, Do: acsmontest.Answer(422, jsonContent, `{"message":"No such type.","errors":{"type":["No such type."]}}`)},
			`dashboard 1 was created, but not all of its widgets: widget "Uptime" of dashboard 1: POST /dashboards/1/widgets answered 422`,
		},
		"the create of a widget is lost": {
			acsmontest.Fault{Method: "POST", Path: "/dashboards/1/widgets", Times: 1, Do: acsmontest.Reset()},
			"it is not certain whether it was created",
		},
	} {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			w.Inject(test.fault)
			w.run("acsmon_dashboard", noc()).fails(test.says, "run the task again")
			w.run("acsmon_dashboard", noc())
			w.wantWidgets("Open alerts alerts 0,0; Uptime uptime 6,0")
			w.wantRows("dashboards", 1)
		})
	}
	scenario(t, "the server does not move several at once", acsmontest.Options{}, func(w *workbench) {
		w.run("acsmon_dashboard", noc())
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/widgets/positions", Do: acsmontest.Answer(405, jsonContent, `{"message":"x"}`)})
		w.run("acsmon_dashboard", noc(alertsAt(6, 0), uptimeAt(0, 0)))
		w.wantWidgets("Open alerts alerts 6,0; Uptime uptime 0,0")
	})
	scenario(t, "the server does not do what it says", acsmontest.Options{}, func(w *workbench) {
		w.run("acsmon_dashboard", noc())
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/widgets/positions", Do: acsmontest.Answer(200, jsonContent, `{"message":"x"}`)})
		w.run("acsmon_dashboard", noc(alertsAt(6, 0), uptimeAt(0, 0))).fails("the server did not take widgets.Open alerts.position.x (sent 6, shown 0)")
	})
}

// TestMistakenWidgets refuses widgets that are not clearly one widget each, before anything is written.
func TestMistakenWidgets(t *testing.T) {
	scenario(t, "beside two with one title", acsmontest.Options{}, func(w *workbench) {
		w.run("acsmon_dashboard", noc())
		dashboard := w.Rows("dashboards")[0]["id"]
		w.Add("widgets", row{"dashboard_id": dashboard, "title": "Uptime", "type": "x"})
		writes := len(w.Writes())
		for says, widgets := range map[string][]row{
			`widgets lists "Open alerts" twice`:                 {alertsAt(0, 0), alertsAt(1, 1)},
			`widgets has several with the title "Uptime" (ids `: {uptimeAt(0, 0)},
			"widgets has no id 4711":                            {{"id": 4711, "title": "x"}},
			"widgets[0].title is empty":                         {{"title": "  "}},
			"widgets[0].fields.type is what an option sets":     {{"title": "x", "type": "y", "fields": row{"type": "z"}}},
		} {
			w.check("acsmon_dashboard", noc(widgets...)).fails(says)
			w.run("acsmon_dashboard", noc(widgets...)).fails(says)
		}
		w.wantWrites(writes)
		both := w.Rows("widgets")
		named := noc(row{"id": both[1]["id"], "title": "Uptime"}, row{"id": both[2]["id"], "title": "Uptime 2"}, alertsAt(0, 0))
		w.converges("acsmon_dashboard", named)
		w.wantWidgets("Open alerts alerts 0,0; Uptime uptime 6,0; Uptime 2 x <nil>,<nil>")
	})
}

// TestWidgetsThatAreNamedByTheirIDs finds a widget by its id, whatever titles come and go.
func TestWidgetsThatAreNamedByTheirIDs(t *testing.T) {
	for name, test := range map[string]struct {
		widgets func(first any) []row
		want    string
	}{
		"one gets another title, and a new one gets its own": {
			func(first any) []row {
				return []row{{"id": first, "title": "B"}, {"title": "Open alerts", "type": "new"}}
			},
			"B alerts 0,0; Open alerts new <nil>,<nil>",
		},
		"the same in the other order": {
			func(first any) []row {
				return []row{{"title": "Open alerts", "type": "new"}, {"id": first, "title": "B"}}
			},
			"B alerts 0,0; Open alerts new <nil>,<nil>",
		},
	} {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			w.run("acsmon_dashboard", noc(alertsAt(0, 0)))
			w.converges("acsmon_dashboard", noc(test.widgets(w.Rows("widgets")[0]["id"])...))
			w.wantWidgets(test.want)
		})
	}
	scenario(t, "an id twice", acsmontest.Options{}, func(w *workbench) {
		w.run("acsmon_dashboard", noc(alertsAt(0, 0)))
		first := w.Rows("widgets")[0]["id"]
		w.check("acsmon_dashboard", noc(row{"id": first, "title": "A"}, row{"id": first, "title": "B"})).fails(fmt.Sprintf("widgets lists the id %v twice", first))
	})
}

// TestADashboardKeepsWhatItsListDoesNotShow updates a dashboard on a server that resets what an update
// does not name.
func TestADashboardKeepsWhatItsListDoesNotShow(t *testing.T) {
	scenario(t, "its layout", acsmontest.Options{Alternatives: acsmontest.Alternatives{Put: "replace", ListRows: "sparse"}}, func(w *workbench) {
		made := id(w.run("acsmon_dashboard", noc()))
		w.Set("dashboards", made, map[string]any{"layout": map[string]any{"columns": int64(3)}})
		w.run("acsmon_dashboard", row{"name": "NOC", "new_name": "Wall"})
		w.has("dashboards", made, row{"name": "Wall", "layout": row{"columns": 3}})
	})
}

// TestDashboardsOfAnInstall creates and removes dashboards by a list, gathers them and gives them back.
func TestDashboardsOfAnInstall(t *testing.T) {
	for _, form := range []string{"position", "flat"} {
		scenario(t, form, acsmontest.Options{Alternatives: acsmontest.Alternatives{Widgets: form}}, func(w *workbench) {
			w.become("acsmon_config", row{"dashboards": []row{noc(), {"name": "Empty"}}}).wantDid("create dashboards NOC", "create dashboards Empty")
			w.Add("widgets", row{"dashboard_id": w.Rows("dashboards")[0]["id"], "title": "Uptime", "type": "x"})
			gathered := w.config(row{"state": "gathered", "sections": []string{"dashboards"}})
			widgets := rowsAt(gathered, "gathered", "dashboards", 0, "widgets")
			if want := (row{"x": 0.0, "y": 0.0, "w": 6.0, "h": 4.0}); len(widgets) != 3 || !reflect.DeepEqual(widgets[0]["position"], any(want)) {
				w.t.Errorf("gathered are the widgets %v, want 3, of which the first is at %v", widgets, want)
			}
			back := row{"state": "overridden", "scope": row{"all": true}, "dashboards": at[[]any](gathered, "gathered", "dashboards")}
			w.config(back).wantUnchanged()
			back["dashboards"] = []row{noc(alertsAt(0, 0))}
			w.become("acsmon_config", back).wantDid("update dashboards NOC", "delete dashboards Empty")
			w.wantWidgets("Open alerts alerts 0,0")
		})
	}
}

// If a response does not show what was created, that is looked for, and the task does the rest.
func TestWhatADashboardLacksIsLookedFor(t *testing.T) {
	message := acsmontest.Answer(201, map[string][]string{"Content-Type": {"application/json"}}, `{"message":"Created."}`)
	for name, do := range map[string]acsmontest.Effect{"lost": acsmontest.Reset(), "500": acsmontest.Status(500), "a message": message} {
		for _, path := range []string{"/dashboards", "/dashboards/1/widgets"} {
			scenario(t, name+" "+path, acsmontest.Options{}, func(w *workbench) {
				w.Inject(acsmontest.Fault{Method: "POST", Path: path, Do: acsmontest.After(do)})
				w.run("acsmon_dashboard", noc()).succeeds()
				w.wantWidgets("Open alerts alerts 0,0; Uptime uptime 6,0")
				w.run("acsmon_dashboard", noc()).wantUnchanged()
				w.wantRows("dashboards", 1)
			})
		}
	}
}

// A widget that somebody adds while a task runs is not removed: no diff has shown it.
func TestAWidgetOfSomebodyElseStays(t *testing.T) {
	scenario(t, "", acsmontest.Options{}, func(w *workbench) {
		made := id(w.run("acsmon_dashboard", noc()))
		added := func(s *acsmontest.Server) {
			s.Add("widgets", row{"dashboard_id": made, "title": "Theirs", "type": "map"})
		}
		w.Inject(acsmontest.Fault{Method: "GET", Path: fmt.Sprintf("/dashboards/%d", made), Times: 1, Do: acsmontest.Then(added)})
		moved := noc(alertsAt(0, 4), uptimeAt(6, 0))
		w.run("acsmon_dashboard", moved).fails(`widget "Theirs" was added to dashboard 1 by someone else while this ran: run the task again`)
		w.wantWidgets("Open alerts alerts 0,0; Uptime uptime 6,0; Theirs map <nil>,<nil>")
		w.run("acsmon_dashboard", moved)
		w.wantWidgets("Open alerts alerts 0,4; Uptime uptime 6,0")
	})
}
