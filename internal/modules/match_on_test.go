// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/modules"
)

// doors are the two ways to ask for one monitor: the module of one resource, and a list.
var doors = map[string]func(given row) (string, row){
	"single": func(given row) (string, row) { return "acsmon_monitor", given },
	"bulk": func(given row) (string, row) {
		item, task := row{}, row{}
		for key, value := range given {
			switch key {
			case "state":
				task[key] = map[any]string{"absent": "deleted"}[value]
			case "match_on", "max_wait":
				task[key] = value
			default:
				item[key] = value
			}
		}
		task["monitors"] = []row{item}
		return "acsmon_monitors", task
	},
}

// addTeams makes two groups, and in the first a monitor with the name API.
func (w *workbench) addTeams() (shop, search, api int64) {
	shop, search = w.Add("monitor-groups", row{"name": "Shop"}), w.Add("monitor-groups", row{"name": "Search"})
	api = w.Add("monitors", row{"name": "API", "type": "tcp", "host": "shop.example.com", "port": 80, "monitor_group_id": shop})
	return shop, search, api
}

// byGroup finds a monitor by its name and its group.
var byGroup = []string{"name", "group"}

// TestTwoTeamsEachHaveAnAPI finds monitors that share a name by more fields.
func TestTwoTeamsEachHaveAnAPI(t *testing.T) {
	for door, of := range doors {
		scenario(t, door+": by its group", acsmontest.Options{}, func(w *workbench) {
			shop, search, api := w.addTeams()
			given := row{"name": "API", "type": "tcp", "host": "search.example.com", "port": 80, "group": "Search", "match_on": byGroup}
			w.converges(of(given))
			both := w.named("API")
			if len(both) != 2 || both[1]["monitor_group_id"] != search {
				w.t.Fatalf("there are the monitors %v, want two with the name API, the second of the group %d", both, search)
			}
			w.has("monitors", api, row{"host": "shop.example.com", "monitor_group_id": shop})
			w.converges(of(with(given, row{"port": 81})))
			w.converges(of(row{"name": "API", "group": fmt.Sprint(shop), "port": 82, "match_on": byGroup}))
			w.has("monitors", api, row{"port": 82})
			w.has("monitors", storedID(both[1]), row{"port": 81})
			w.converges(of(row{"name": "API", "group": "Search", "new_name": "Search API", "match_on": byGroup}))
			w.converges(of(row{"name": "API", "group": "Shop", "state": "absent", "match_on": byGroup}))
			if left := w.Rows("monitors"); len(left) != 1 || left[0]["name"] != "Search API" {
				w.t.Errorf("the monitors %v are left, want Search API alone", left)
			}
		})
		scenario(t, door+": by its host and its type, whatever it is called", acsmontest.Options{}, func(w *workbench) {
			_, _, api := w.addTeams()
			by := []string{"host", "type"}
			w.converges(of(row{"name": "Shop API", "host": "shop.example.com", "type": "tcp", "match_on": by}))
			w.has("monitors", api, row{"name": "Shop API"})
			w.converges(of(row{"name": "Shop API", "host": "shop.example.com", "type": "https", "match_on": by}))
			w.wantRows("monitors", 2)
			w.converges(of(row{"name": "whatever", "host": "shop.example.com", "type": "https", "state": "absent", "match_on": by}))
			w.has("monitors", api, row{"name": "Shop API"})
		})
		scenario(t, door+": by its device, or by having none", acsmontest.Options{}, func(w *workbench) {
			device := w.Add("devices", row{"name": "web-01", "ip_address": "192.0.2.1"})
			linked := w.Add("monitors", row{"name": "SSH", "type": "ssh", "host": "192.0.2.1", "device_id": device})
			alone := w.Add("monitors", row{"name": "SSH", "type": "ssh", "host": "192.0.2.2"})
			by := []string{"device", "name"}
			w.converges(of(row{"name": "SSH", "device": "web-01", "port": 22, "match_on": by}))
			w.converges(of(row{"name": "SSH", "device": "", "port": 2222, "match_on": by}))
			w.has("monitors", linked, row{"port": 22})
			w.has("monitors", alone, row{"port": 2222})
		})
	}
}

// TestMatchOnRequests finds a monitor by more fields with one search, or with one reading of the list.
func TestMatchOnRequests(t *testing.T) {
	for door, of := range doors {
		scenario(t, door, acsmontest.Options{Monitors: 250}, func(w *workbench) {
			_, search, _ := w.addTeams()
			w.Add("monitors", row{"name": "API", "type": "tcp", "host": "search.example.com", "monitor_group_id": search})
			r := w.run(of(row{"name": "API", "group": "Search", "host": "search.example.com", "match_on": byGroup}))
			r.wantUnchanged().wantRequests(map[string]int{"single": 1, "bulk": 3}[door])
			r = w.run(of(row{"name": "x", "host": "search.example.com", "state": "absent", "match_on": []string{"host"}}))
			r.wantChanged().wantRequests(map[string]int{"single": 2, "bulk": 4}[door])
		})
	}
}

// TestMistakenMatchOn refuses fields that the task does not give, that several monitors share, or that
// the server does not show, before anything is written.
func TestMistakenMatchOn(t *testing.T) {
	for door, of := range doors {
		scenario(t, door+": refusals", acsmontest.Options{}, func(w *workbench) {
			shop, _, _ := w.addTeams()
			w.Add("monitors", row{"name": "API", "type": "tcp", "host": "h", "monitor_group_id": shop})
			for says, given := range map[string]row{
				`match_on names group, which is not given: give group ("" for none), or leave it out of match_on`: {"name": "API", "match_on": byGroup},
				`more than one monitor has name "API" and group "Shop" (ids `:                                     {"name": "API", "group": "Shop", "match_on": byGroup},
				`there is no monitor with name "API" and group "Search": to create it, give type and host too`:    {"name": "API", "group": "Search", "match_on": byGroup},
				`there is no monitor group "Serach"`:                                                              {"name": "API", "group": "Serach", "type": "tcp", "host": "h", "match_on": byGroup},
				`new_name renames what name says, which match_on does not name: give the new name as name`:        {"name": "API", "new_name": "B", "host": "h", "match_on": []string{"host"}},
				`the name "API" means more than one monitor (ids `:                                                {"name": "API", "match_on": []string{"name"}},
			} {
				module, task := of(given)
				w.check(module, task).fails(says)
				w.run(module, task).fails(says)
			}
			w.run(of(row{"name": "API", "group": "Serach", "state": "absent", "match_on": byGroup})).wantUnchanged() // no such group, no such monitor
			w.wantNoWrites()
		})
		scenario(t, door+": the server hides the field", acsmontest.Options{Alternatives: acsmontest.Alternatives{Shapes: "documented"}}, func(w *workbench) {
			w.addTeams()
			given := row{"name": "API", "type": "tcp", "host": "search.example.com", "group": "Search", "match_on": byGroup}
			for _, run := range []func(string, row) *result{w.check, w.run} {
				run(of(given)).fails("the server does not show group of monitor", "leave it out of match_on, or give the id")
			}
			w.wantNoWrites()
		})
	}
}

// TestLostCreateBesideANamesake loses the response to the create of the second API. One team never gets
// two monitors.
func TestLostCreateBesideANamesake(t *testing.T) {
	given := row{"name": "API", "type": "tcp", "host": "search.example.com", "port": 80, "group": "Search", "match_on": []string{"name", "group"}}
	byHost := with(given, row{"match_on": []string{"host", "group"}})
	for door, of := range doors {
		for by, given := range map[string]row{"name": given, "host": byHost} {
			for name, test := range map[string]struct {
				effect acsmontest.Effect
				warns  string
				posts  int
			}{
				"made":     {acsmontest.After(acsmontest.Reset()), "was found to be the one that it made", 1},
				"not made": {acsmontest.Reset(), "it was sent once more", 2},
			} {
				scenario(t, door+" by "+by+": "+name, acsmontest.Options{Monitors: 120}, func(w *workbench) {
					w.addTeams()
					w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: test.effect})
					r := w.run(of(given))
					r.warns(test.warns).wantChanged()
					w.wantNamed("API", 2)
					w.wantWrites(test.posts)
					w.run(of(given)).wantUnchanged()
				})
			}
			scenario(t, door+" by "+by+": made, and changed by the server", acsmontest.Options{}, func(w *workbench) {
				_, search, _ := w.addTeams()
				w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
				go func() {
					time.Sleep(500 * time.Millisecond)
					for _, r := range w.named("API") {
						if r["monitor_group_id"] == search {
							w.Set("monitors", storedID(r), row{"monitor_group_id": nil})
						}
					}
				}()
				w.run(of(given)).fails("the response to the create was lost", "group is not as it was sent")
				w.wantWrites(1)
			})
		}
	}
}

// teamsAPI is the monitor API of a team.
func teamsAPI(group string, more row) row {
	return with(row{"name": "API", "type": "tcp", "host": "h", "group": group}, more)
}

// TestTeamsInOneTask has two monitors with one name in one task.
func TestTeamsInOneTask(t *testing.T) {
	scenario(t, "both are created with their groups", acsmontest.Options{}, func(w *workbench) {
		task := row{"match_on": byGroup, "monitor_groups": []row{{"name": "Shop"}, {"name": "Search"}}, "monitors": []row{teamsAPI("Shop", nil), teamsAPI("Search", nil)}}
		check := w.check("acsmon_config", task)
		if diff := at[row](check, "diff", "after", "monitors"); diff["API (Shop)"] == nil || diff["API (Search)"] == nil {
			w.t.Errorf("the diff has the monitors %v, want API (Shop) and API (Search)", diff)
		}
		w.become("acsmon_config", task)
		w.wantNamed("API", 2)
		gathered := w.run("acsmon_config", row{"state": "gathered", "match_on": byGroup}).object("gathered")
		if text := fmt.Sprint(gathered); strings.Contains(text, "id:") {
			w.t.Errorf("gathered with match_on, the monitors should have no ids: %v", gathered)
		}
		w.run("acsmon_config", with(gathered, row{"match_on": byGroup, "state": "overridden", "scope": row{"all": true}})).wantUnchanged()
		if text := fmt.Sprint(w.run("acsmon_config", row{"state": "gathered"}).object("gathered")["monitors"]); strings.Count(text, "id:") != 2 {
			w.t.Errorf("gathered without match_on, both monitors should have ids: %s", text)
		}
		w.become("acsmon_config", row{"match_on": byGroup, "state": "overridden", "scope": row{"all": true}, "monitors": []row{teamsAPI("Shop", nil)}})
		w.wantNamed("API", 1)
	})
}

// TestMistakenTeams refuses two items of one task that mean one monitor, and a rule that means two.
func TestMistakenTeams(t *testing.T) {
	for name, test := range map[string]struct {
		monitors []row
		says     string
	}{
		"the same twice":                      {[]row{teamsAPI("Search", nil), teamsAPI(" Search ", nil)}, "has or had the same name and group: list it once, or give ids"},
		"the same twice, by id and by name":   {[]row{teamsAPI("Search", nil), teamsAPI("2", nil)}, "has or had the same name and group"},
		"renamed to what another one is":      {[]row{teamsAPI("Shop", row{"new_name": "New"}), teamsAPI("Shop", row{"name": "New"})}, "has or had the same name and group"},
		"an id that gets what another one is": {[]row{{"id": 101, "name": "New", "group": "Search"}, teamsAPI("2", row{"name": "New"})}, "has or had the same name and group: give them different ones"},
		"a rule refers to both": {[]row{teamsAPI("Shop", nil), teamsAPI("Search", nil)},
			`the name "API" means more than one monitor, and 1 of them are yet to be created: refer to it by its id, in a task after the one that creates it`},
	} {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			w.addTeams()
			task := row{"match_on": byGroup, "monitors": test.monitors}
			if strings.HasPrefix(name, "a rule") {
				task["monitor_alert_rules"] = []row{{"name": "API down", "monitor": "API", "condition": "status_down"}}
			}
			for _, run := range []func(string, row) *result{w.check, w.run} {
				run("acsmon_config", task).fails(test.says)
			}
		})
	}
}

// TestOtherKindsThatShareAName finds devices and rules that share a name by more fields.
func TestOtherKindsThatShareAName(t *testing.T) {
	for _, test := range []struct {
		module string
		kind   string
		theirs row
		given  row
	}{
		{"acsmon_device", "devices", row{"name": "gw", "ip_address": "192.0.2.1", "device_group_id": int64(1)},
			row{"name": "gw", "ip_address": "192.0.2.2", "snmp_community": "x", "group": "North", "match_on": []string{"name", "group"}}},
		{"acsmon_device", "devices", row{"name": "gw", "ip_address": "192.0.2.1"},
			row{"name": "gw", "ip_address": "192.0.2.2", "snmp_community": "x", "match_on": []string{"name", "ip_address"}}},
		{"acsmon_monitor_alert_rule", "monitor-alert-rules", row{"name": "down", "monitor_id": int64(1), "condition": "status_down"},
			row{"name": "down", "condition": "status_down", "monitor": "B", "match_on": []string{"name", "monitor"}}},
		{"acsmon_alert_rule", "alert-rules", row{"name": "load", "device_id": int64(1), "condition": "gt"},
			row{"name": "load", "condition": "gt", "device": "b", "match_on": []string{"name", "device"}}},
	} {
		scenario(t, fmt.Sprint(test.module, test.given["match_on"]), acsmontest.Options{}, func(w *workbench) {
			w.Add("device-groups", row{"name": "South"})
			w.Add("device-groups", row{"name": "North"})
			w.Add("monitors", row{"name": "A", "type": "ping", "host": "a"})
			w.Add("monitors", row{"name": "B", "type": "ping", "host": "b"})
			if test.kind != "devices" {
				w.Add("devices", row{"name": "a", "ip_address": "192.0.2.3"})
				w.Add("devices", row{"name": "b", "ip_address": "192.0.2.4"})
			}
			theirs := w.Add(test.kind, test.theirs)
			w.converges(test.module, test.given)
			if n := len(w.Rows(test.kind)); n < 2 {
				w.t.Errorf("there are %d %s, want another one beside the first", n, test.kind)
			}
			w.has(test.kind, theirs, test.theirs)
		})
	}
}

// TestMatchOnIsWhatAKindHas compares the documented choices of match_on with the options of each module.
func TestMatchOnIsWhatAKindHas(t *testing.T) {
	for _, module := range modules.All() {
		option := specOf(t, module.Name).Options["match_on"]
		if option == nil || module.Name == "acsmon_config" {
			continue
		}
		options := specOf(t, strings.Replace(module.Name, "acsmon_monitors", "acsmon_monitor", 1)).Options
		for _, choice := range option.Choices {
			if options[fmt.Sprint(choice)] == nil {
				t.Errorf("%s: match_on has the choice %v, which is no option of a resource", module.Name, choice)
			}
			if all := specOf(t, "acsmon_config").Options["match_on"]; !slices.Contains(all.Choices, choice) {
				t.Errorf("acsmon_config: match_on lacks the choice %v of %s", choice, module.Name)
			}
		}
	}
}
