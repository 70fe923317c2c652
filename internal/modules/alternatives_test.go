// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// alternatives are the servers that there may be: each choice by itself, and some choices that make
// each other worse. The arguments name kinds of choices to include beside the usual ones.
func alternatives(of ...string) map[string]acsmontest.Alternatives {
	all := map[string]acsmontest.Alternatives{"default": {}}
	for name, a := range acsmontest.EachAlternative(of...) {
		all[name] = a
	}
	all["strings, integers, sparse, ids, replace"] = acsmontest.Alternatives{
		Numbers: "strings", Booleans: "integers", ListRows: "sparse", References: "ids", Put: "replace", Single: "wrapped", Envelope: "paginator",
		NextPage: "page", PerPage: "422", PerPageCap: 60, Unknown: "422", Search: "tags",
	}
	all["both, replace, small pages"] = acsmontest.Alternatives{References: "both", Put: "replace", PerPageCap: 3, Unknown: "400", Created: "200", Deleted: "200"}
	all["documented, sparse"] = acsmontest.Alternatives{Shapes: "documented", ListRows: "sparse", Numbers: "strings"}
	all["unknown filters"] = acsmontest.Alternatives{Unknown: "422", FilterFields: []string{"id"}, SortFields: []string{"id"}}
	return all
}

// websiteSteps are updates of website in their order, and what the server then has. The group Web 2 has
// the id other.
func websiteSteps(group int64, other any) []struct{ given, want row } {
	return []struct{ given, want row }{
		{row{"port": 8443}, row{"port": 8443}},
		{
			row{"config": row{"path": "/", "ssl_verify": nil}},
			row{"config": row{"path": "/", "expected_status": 200, "headers": row{"X-A": "1"}}},
		},
		{row{"is_active": true, "tags": []string{"c"}}, row{"is_active": true, "tags": []string{"c"}}},
		{row{"group": fmt.Sprint(other)}, row{"monitor_group_id": other}},
		{row{"group": "Web"}, row{"monitor_group_id": group}},
		{row{"group": "", "device": "", "tags": []string{}}, row{"monitor_group_id": nil, "device_id": nil, "tags": []string{}}},
		{row{"config": row{"path": nil, "expected_status": nil, "headers": nil}}, row{"config": row{}}},
		{row{"config": row{"method": "HEAD"}}, row{"config": row{"method": "HEAD"}}},
	}
}

// TestEveryServer takes a monitor through its life on each kind of server.
func TestEveryServer(t *testing.T) {
	for name, alt := range alternatives() {
		if alt.Shapes == "documented" {
			continue // see TestServerThatShowsLess
		}
		scenario(t, name, acsmontest.Options{Alternatives: alt, Monitors: 12, Prefix: "/monitoring"}, func(w *workbench) {
			group, device, bystander := w.addSurroundings()
			other := w.Rows("monitor-groups")[0]["id"]
			untouched := w.Row("monitors", bystander)
			made, _ := w.converges("acsmon_monitor", website)
			w.has("monitors", id(made), row{
				"port": 443, "check_interval_seconds": 90, "timeout_ms": 4000, "monitor_group_id": group, "device_id": device,
				"tags": []string{"b", "a"}, "is_active": false,
			})
			want := w.Row("monitors", id(made))
			for _, step := range websiteSteps(group, other) {
				if config, ok := step.want["config"].(row); ok && len(config) == 0 && alt.ConfigKeys == "known" {
					break // see TestConfigKeysThatAreDropped
				}
				w.converges("acsmon_monitor", with(step.given, row{"name": "Website"}))
				want = with(want, step.want)
				if got := w.Row("monitors", id(made)); !reflect.DeepEqual(got, want) {
					w.t.Errorf("after %v the monitor is\n%v\nwant\n%v", step.given, got, want)
				}
			}
			w.converges("acsmon_monitor", row{"id": id(made), "timeout_ms": 7000})
			w.converges("acsmon_monitor", row{"name": "Website", "new_name": "Site"})
			w.converges("acsmon_monitor", row{"name": "Site", "state": "absent"})
			if got := w.Row("monitors", bystander); !reflect.DeepEqual(got, untouched) {
				w.t.Errorf("another monitor is now %v, and was %v", got, untouched)
			}
		})
	}
}

// TestConfigKeysThatAreDropped names the keys that a server ignores: keys that it has no rule for, and
// all keys of an object that would become empty.
func TestConfigKeysThatAreDropped(t *testing.T) {
	scenario(t, "known", acsmontest.Options{Alternatives: acsmontest.Alternatives{ConfigKeys: "known"}}, func(w *workbench) {
		site := row{"name": "Site", "type": "https", "host": "www.example.com"}
		w.run("acsmon_monitor", with(site, row{"config": row{"path": "/", "own": row{"a": 1}}})).
			fails(`did not take config.own.a (sent 1, shown null) of monitor`)
		w.run("acsmon_monitor", row{"name": "Site", "config": row{"method": "HEAD", "other": "x"}}).
			fails(`did not take config.other (sent "x", shown null) of monitor`)
		w.run("acsmon_monitor", row{"name": "Site", "config": row{"method": nil, "path": nil}}).
			fails(`did not take config.method (removed, shown "HEAD"), config.path (removed, shown "/") of monitor`)
		w.converges("acsmon_monitor", row{"name": "Site", "config": row{"method": nil}})
		w.has("monitors", w.monitorNamed("Site"), row{"config": row{"path": "/"}})
	})
}

// TestServerThatShowsLess is a server that takes more fields than it shows. A field that cannot be
// compared causes a warning: it is no error, and it is not written again and again.
func TestServerThatShowsLess(t *testing.T) {
	for _, rows := range []string{"full", "sparse"} {
		documented := acsmontest.Options{Alternatives: acsmontest.Alternatives{Shapes: "documented", ListRows: rows}}
		scenario(t, rows, documented, func(w *workbench) {
			group, _, _ := w.addSurroundings()
			real, again := w.converges("acsmon_monitor", website)
			real.warns("does not show check_interval_seconds, device, group, is_active, tags, timeout_ms")
			again.warns("cannot be compared")
			site := fmt.Sprintf(" /monitors/%d", id(real))
			again.costs("GET /monitors", "GET"+site)
			w.has("monitors", id(real), row{"monitor_group_id": group, "tags": []string{"b", "a"}, "timeout_ms": 4000})
			w.monitor(row{"name": "Website", "tags": []string{"z"}}).warns("does not show tags").wantUnchanged()
			real, _ = w.converges("acsmon_monitor", row{"name": "Website", "tags": []string{"z"}, "port": 8443})
			real.warns("not certain that an update leaves it alone").costs("GET /monitors", "GET"+site, "PUT"+site, "GET"+site)
			w.has("monitors", id(real), row{"tags": []string{"z"}, "port": 8443})
		})
		scenario(t, rows+", and loses the answer to a create", documented, func(w *workbench) {
			w.addSurroundings()
			w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
			w.monitor(website).warns("was found to be the one that it made")
			w.wantNamed("Website", 1)
		})
	}
}

// TestUpdateThatIsNotShown is a server that answers an update without the row. The module writes once
// and reads the row back, so that the update is certain.
func TestUpdateThatIsNotShown(t *testing.T) {
	for name, answer := range map[string]acsmontest.Effect{
		"no content": acsmontest.Answer(204, nil, ""),
		"a message":  acsmontest.Answer(200, map[string][]string{"Content-Type": {"application/json"}}, `{"message":"Updated."}`),
	} {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			path := fmt.Sprintf(" /devices/%d", id(w.device(router)))
			w.Inject(acsmontest.Fault{Method: "PUT", Do: acsmontest.After(answer)})
			real, _ := w.converges("acsmon_device", with(router, row{"location": "Rack 4"}))
			real.costs("GET /devices", "PUT"+path, "GET"+path)
			w.has("devices", id(real), row{"location": "Rack 4"})
			always := w.device(row{"id": id(real), "snmp_community": "an0ther", "update_password": "always"}).costs("GET"+path, "PUT"+path, "GET"+path)
			if got := at[string](always, "device", "name"); got != "router" {
				w.t.Errorf("the answer shows the device %q, want router", got)
			}
		})
	}
}

// TestExtraRequests counts the requests of a task that finds nothing to do. One is enough, unless the
// server shows less than the task needs.
func TestExtraRequests(t *testing.T) {
	for _, test := range []struct {
		name  string
		alt   acsmontest.Alternatives
		given row
		costs []string
	}{
		{"a field that list rows show", acsmontest.Alternatives{ListRows: "sparse"}, row{"port": 443}, []string{"GET /monitors"}},
		{"a field that they do not show", acsmontest.Alternatives{ListRows: "sparse"}, row{"tags": []string{"a", "b"}}, []string{"GET /monitors", "GET /monitors/102"}},
		{"a group by name", acsmontest.Alternatives{}, row{"group": "Web"}, []string{"GET /monitors"}},
		{"a group by name, shown by id", acsmontest.Alternatives{References: "ids"}, row{"group": "Web"}, []string{"GET /monitors", "GET /monitor-groups"}},
		{"a device by name, shown by id", acsmontest.Alternatives{References: "ids"}, row{"device": "web-01"}, []string{"GET /monitors", "GET /devices"}},
		{"a search that is refused", acsmontest.Alternatives{}, row{}, []string{"GET /monitors", "GET /monitors"}},
	} {
		scenario(t, test.name, acsmontest.Options{Alternatives: test.alt}, func(w *workbench) {
			w.addSurroundings()
			made := id(w.monitor(website))
			for i, path := range test.costs {
				if path == "GET /monitors/102" {
					test.costs[i] = fmt.Sprintf("GET /monitors/%d", made)
				}
			}
			if test.name == "a search that is refused" {
				w.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors", Times: 1, Do: acsmontest.Status(422)})
			}
			w.monitor(with(test.given, row{"name": "Website"})).costs(test.costs...).wantUnchanged()
		})
	}
}
