// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/modules"
)

func (w *workbench) config(given row) *result {
	w.t.Helper()
	return w.run("acsmon_config", given)
}

// shop is an install in which everything refers to something else.
func shop() row {
	return row{
		"alert_channels": []row{{"name": "On call", "type": "webhook", "config": row{"url": "https://hooks.example.com"}, "secret": "hook-secret"}},
		"monitor_groups": []row{{"name": "Shop", "color": "#112233"}},
		"device_groups":  []row{{"name": "Racks"}},
		"devices":        []row{{"name": "web-01", "ip_address": "192.0.2.1", "group": "Racks", "snmp_community": "community-secret"}},
		"monitors": []row{
			{"name": "Shop", "type": "https", "host": "shop.example.com", "group": "Shop", "device": "web-01", "tags": []string{"a"}, "config": row{"path": "/"}},
			{"name": "Shop database", "type": "mysql", "host": "db.example.com", "port": 3306, "group": "Shop"},
		},
		"monitor_alert_rules": []row{{"name": "Shop down", "monitor": "Shop", "condition": "status_down", "channels": []string{"On call"}}},
		"alert_rules":         []row{{"name": "Load", "device": "web-01", "condition": "gt", "threshold": 5, "channels": []string{"On call"}}},
	}
}

// order is the order of the lists of shop in a run.
var order = []string{"alert_channels", "monitor_groups", "device_groups", "devices", "monitors", "monitor_alert_rules", "alert_rules"}

// paths lists the requests that read or write these sections.
func paths(method string, sections ...string) []string {
	var all []string
	for _, section := range sections {
		all = append(all, method+" /"+strings.ReplaceAll(section, "_", "-"))
	}
	return all
}

// become runs a task of a bulk module three times: check mode predicts a change, the run makes just
// that change, and another run finds nothing to do.
func (w *workbench) become(module string, given row) (real *result) {
	w.t.Helper()
	check := w.check(module, given)
	real = w.run(module, given)
	if !check.changed() || !real.changed() {
		w.t.Fatalf("check mode and the run should change something, and answered\n%v\nand\n%v", check.row, real.row)
	}
	for _, key := range []string{"diff", "planned_requests"} {
		if !reflect.DeepEqual(check.row[key], real.row[key]) {
			w.t.Errorf("check mode predicts the %s\n%v\nand the run has\n%v", key, check.row[key], real.row[key])
		}
	}
	predicted, done := check.items(), real.items()
	for i := range done {
		if predicted[i]["id"] == nil {
			delete(done[i], "id")
		}
	}
	if !reflect.DeepEqual(predicted, done) {
		w.t.Errorf("check mode predicts the resources\n%v\nand the run has\n%v", predicted, done)
	}
	w.run(module, given).wantUnchanged()
	return real
}

// items are copies of the resources in the answer, if it has any.
func (r *result) items() []row {
	r.t.Helper()
	if r.row["resources"] == nil {
		return nil
	}
	items := rowsAt(r, "resources")
	for i, item := range items {
		items[i] = maps.Clone(item)
	}
	return items
}

// did lists what was planned for the resources in the answer, without those that are kept.
func (r *result) did() []string {
	var did []string
	for _, item := range r.items() {
		if item["action"] != "keep" {
			did = append(did, fmt.Sprint(item["action"], " ", item["section"], " ", item["name"]))
		}
	}
	return did
}

func (r *result) wantDid(want ...string) *result {
	r.t.Helper()
	if did := r.did(); !slices.Equal(did, want) {
		r.t.Errorf("the module did %q, want %q", did, want)
	}
	return r
}

// TestConfigOfEveryServer makes an install from nothing on each kind of server,
// finds nothing to do afterwards, and takes it away again.
func TestConfigOfEveryServer(t *testing.T) {
	for name, alt := range alternatives("rules") {
		scenario(t, name, acsmontest.Options{Alternatives: alt, Seed: 2, Devices: 3, Monitors: 7}, func(w *workbench) {
			before := len(w.Rows("monitors"))
			w.become("acsmon_config", shop()).wantDid(
				"create alert_channels On call", "create monitor_groups Shop", "create device_groups Racks", "create devices web-01",
				"create monitors Shop", "create monitors Shop database", "create monitor_alert_rules Shop down", "create alert_rules Load")
			site := w.Row("monitors", w.monitorNamed("Shop"))
			for kind, column := range map[string]string{"monitor-groups": "monitor_group_id", "devices": "device_id"} {
				rows := w.Rows(kind)
				if want := rows[len(rows)-1]["id"]; site[column] != want {
					w.t.Errorf("%s of the monitor is %v, want %v", column, site[column], want)
				}
			}
			w.become("acsmon_config", with(shop(), row{"state": "deleted"})).wantDid(
				"delete alert_rules Load", "delete monitor_alert_rules Shop down", "delete monitors Shop database", "delete monitors Shop",
				"delete devices web-01", "delete device_groups Racks", "delete monitor_groups Shop", "delete alert_channels On call")
			w.wantRows("monitors", before)
		})
	}
}

// TestConfigRequests counts requests: one for each page of a list, and one for each change.
func TestConfigRequests(t *testing.T) {
	scenario(t, "an install", acsmontest.Options{}, func(w *workbench) {
		w.check("acsmon_config", shop()).costs(append(paths("GET", order...), "GET /system/stats")...)
		made := append(paths("POST", order...), "POST /monitors")
		slices.SortStableFunc(made, func(a, b string) int { return slices.Index(order, section(a)) - slices.Index(order, section(b)) })
		w.config(shop()).costs(slices.Concat(paths("GET", order...), []string{"GET /system/stats"}, made)...)
		w.config(shop()).costs(paths("GET", order...)...)
		one := row{"monitors": shop()["monitors"]}
		w.config(one).costs("GET /monitors")
		w.run("acsmon_monitors", one).costs("GET /monitors")
		one["monitors"].([]row)[0]["port"] = 8443
		w.config(one).costs("GET /monitors", fmt.Sprint("PUT /monitors/", w.monitorNamed("Shop")))
	})
	scenario(t, "500 monitors", acsmontest.Options{RateLimit: 60, Seed: 1, Monitors: 500}, func(w *workbench) {
		gathered := rowsAt(w.run("acsmon_monitors", row{"state": "gathered"}), "gathered", "monitors")
		sleepMinute()
		for _, state := range []string{"merged", "replaced"} {
			w.run("acsmon_monitors", row{"state": state, "monitors": gathered}).wantUnchanged().wantRequests(5)
			sleepMinute()
		}
		for _, monitor := range gathered[:20] {
			monitor["timeout_ms"] = 4321
		}
		r := w.run("acsmon_monitors", row{"monitors": gathered}).wantChanged().wantRequests(25)
		r.wantValues(row{"planned_requests": 20.0, "estimated_seconds": 0.0})
	})
}

// section is the section whose list a request reads or writes.
func section(request string) string {
	_, path, _ := strings.Cut(request, " /")
	return strings.ReplaceAll(path, "-", "_")
}

// TestGatheredChangesNothing gathers an install with odd names on each kind of server, and gives it
// back, which changes nothing.
func TestGatheredChangesNothing(t *testing.T) {
	for name, alt := range alternatives("rules") {
		scenario(t, name, acsmontest.Options{Alternatives: alt, Seed: 3, Devices: 6, Monitors: 15}, func(w *workbench) {
			odd := []string{"twin", " twin", "42", "{{ lookup('pipe', 'id') }}", "#jinja2: x", "\x1b[31mred", `\u001b[31mred`, "__ansible_type", "\u202egnp", "yes", "名前"}
			groups := []int64{}
			for _, name := range odd {
				groups = append(groups, w.Add("monitor-groups", row{"name": name}))
			}
			for i, name := range odd {
				monitor := w.Add("monitors", row{"name": name, "type": "tcp", "host": "h" + name, "tags": []string{name, "x"},
					"config": row{name: name, "k" + name: name, "list": []any{name}, "none": nil}, "monitor_group_id": groups[i]})
				channel := w.Add("alert-channels", row{"name": name, "type": "email", "config": row{"to": name}})
				w.Add("monitor-alert-rules", row{"name": name, "condition": "status_down", "monitor_id": monitor, "channel_ids": []int64{channel}})
			}
			gathered := at[row](w.config(row{"state": "gathered"}), "gathered")
			if got, want := len(gathered), len(specOf(w.t, "acsmon_config").Options["sections"].Choices); got != want {
				w.t.Errorf("%d sections are gathered, want %d: %v", got, want, slices.Sorted(maps.Keys(gathered)))
			}
			back := with(gathered, row{"state": "overridden", "scope": row{"all": true}, "max_deletions": 0})
			w.check("acsmon_config", back).wantUnchanged()
			w.config(back).wantUnchanged()
			w.wantNoWrites()
		})
	}
}

// TestGathered gathers values in the types of the options, in whatever types the server shows them.
func TestGathered(t *testing.T) {
	alt := acsmontest.Alternatives{Numbers: "strings", Booleans: "integers", References: "ids"}
	scenario(t, "a monitor", acsmontest.Options{Alternatives: alt}, func(w *workbench) {
		w.config(shop())
		want := row{
			"name": "Shop database", "type": "mysql", "host": "db.example.com", "port": 3306.0, "check_interval_seconds": 60.0,
			"timeout_ms": 5000.0, "group": "Shop", "is_active": true,
		}
		for _, given := range []row{{}, {"scope": row{"name_prefix": "Shop d"}}, {"scope": row{"group": "Shop"}}} {
			monitors := at[[]any](w.config(with(given, row{"state": "gathered", "sections": []string{"monitors"}})), "gathered", "monitors")
			if got := monitors[len(monitors)-1]; !reflect.DeepEqual(got, want) {
				w.t.Errorf("gathered is the monitor\n%v\nwant\n%v", got, want)
			}
		}
		w.config(row{"state": "gathered", "scope": row{"tag": "a"}, "sections": []string{"monitors"}}).costs("GET /monitors", "GET /monitor-groups", "GET /devices")
		w.config(row{"state": "gathered", "scope": row{"group": "none"}}).fails(`the scope: there is no device group "none"`)
	})
}

// overrides are scopes of an override that keeps one of five monitors, with the monitors that it
// removes or the message of its refusal.
var overrides = map[string]struct {
	given row
	goes  []string
	says  string
}{
	"all":                {row{"scope": row{"all": true}}, []string{"web 3", "web 2", "web 1", "other"}, ""},
	"a prefix":           {row{"scope": row{"name_prefix": "web"}}, []string{"web 3", "web 2", "web 1"}, ""},
	"a tag":              {row{"scope": row{"tag": "t"}}, []string{"web 2", "web 1"}, ""},
	"a group":            {row{"scope": row{"group": "G"}}, []string{"web 3", "other"}, ""},
	"a group and a tag":  {row{"scope": row{"group": "G", "tag": "t"}}, nil, ""},
	"a prefix and a tag": {row{"scope": row{"name_prefix": "web 1", "tag": "t"}}, []string{"web 1"}, ""},
	"too many":           {row{"scope": row{"all": true}, "max_deletions": 3}, nil, `4 things in the scope are not listed and would be removed, but max_deletions is 3`},
	"no scope":           {row{}, nil, "scope"},
	"an empty scope":     {row{"scope": row{}}, nil, "one of the options scope.all, scope.group, scope.tag or scope.name_prefix of acsmon_monitors is required"},
	"a scope of nothing": {row{"scope": row{"all": false}}, nil, "the scope is empty"},
	"an empty group":     {row{"scope": row{"group": ""}}, nil, "scope.group is empty"},
	"all and a group":    {row{"scope": row{"all": true, "group": "G"}}, nil, "exclude each other"},
}

// TestOverridden removes monitors that are not listed, if they are in the scope and not too many.
func TestOverridden(t *testing.T) {
	keep := row{"name": "keep", "type": "tcp", "host": "h"}
	for name, test := range overrides {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			group := w.Add("monitor-groups", row{"name": "G"})
			for _, monitor := range []row{
				keep, {"name": "other", "monitor_group_id": group}, {"name": "web 1", "tags": []string{"t"}},
				{"name": "web 2", "tags": []string{"x", "t"}}, {"name": "web 3", "monitor_group_id": group},
			} {
				w.Add("monitors", with(row{"type": "tcp", "host": "h"}, monitor))
			}
			r := w.run("acsmon_monitors", with(test.given, row{"state": "overridden", "monitors": []row{keep}}))
			if test.says != "" {
				r.fails(test.says)
				w.wantNoWrites()
				return
			}
			var want []string
			for _, name := range test.goes {
				want = append(want, "delete monitors "+name)
			}
			r.wantDid(want...)
			w.wantRows("monitors", 5-len(want))
		})
	}
}

// TestOverriddenLists overrides the lists that a task sets and to which its scope applies, and no other.
func TestOverriddenLists(t *testing.T) {
	scenario(t, "a list that is not set", acsmontest.Options{Seed: 1, Monitors: 3, Devices: 3}, func(w *workbench) {
		w.config(row{"state": "overridden", "scope": row{"all": true}, "monitors": []row{}}).costs(append(paths("GET", "monitors"), deletions(w, 3)...)...)
	})
	scenario(t, "a list to which the scope does not apply", acsmontest.Options{Seed: 1, Monitors: 3}, func(w *workbench) {
		groups := len(w.Rows("monitor-groups"))
		w.config(row{"state": "overridden", "scope": row{"tag": "host"}, "monitor_groups": []row{{"name": "new"}}})
		w.wantRows("monitor-groups", groups+1)
	})
}

// deletions are the last n writes.
func deletions(w *workbench, n int) []string {
	var all []string
	for _, r := range w.Writes() {
		all = append(all, r.Method+" "+r.Path)
	}
	return all[len(all)-n:]
}

// TestReplaced empties what the task does not list, if it can be empty.
func TestReplaced(t *testing.T) {
	scenario(t, "a monitor", acsmontest.Options{}, func(w *workbench) {
		w.config(shop())
		rows := w.named("Shop")
		w.become("acsmon_config", row{"state": "replaced", "monitors": []row{{"name": "Shop", "type": "https", "host": "shop.example.com", "config": row{"method": "GET"}}}}).
			wantDid("update monitors Shop")
		want := with(rows[0], row{"monitor_group_id": nil, "device_id": nil, "tags": []string{}, "config": row{"method": "GET"}})
		if got := w.named("Shop")[0]; !reflect.DeepEqual(got, want) {
			w.t.Errorf("the monitor is\n%v\nwant\n%v", got, want)
		}
		// A config that is not listed stays.
		w.config(row{"state": "replaced", "monitors": []row{{"name": "Shop"}}}).wantUnchanged()
		w.become("acsmon_config", row{"state": "replaced", "monitor_alert_rules": []row{{"name": "Shop down", "monitor": "Shop"}}})
		if got := w.Rows("monitor-alert-rules")[0]["channel_ids"]; !reflect.DeepEqual(got, []int64{}) {
			w.t.Errorf("the rule has the channels %v, want none", got)
		}
	})
}

// TestConfigInput refuses mistaken input before anything is written.
func TestConfigInput(t *testing.T) {
	for name, test := range map[string]struct {
		given row
		says  string
	}{
		"an unknown key":         {row{"monitors": []row{{"name": "a"}, {"name": "b", "prot": 1}}}, "unsupported option 'monitors[1].prot' of acsmon_config: did you mean monitors[1].port?"},
		"what only one may have": {row{"monitors": []row{{"name": "a", "base_url": "x"}}}, "unsupported option 'monitors[0].base_url'"},
		"nothing":                {row{}, "needs one of"},
		"nameless":               {row{"monitors": []row{{"type": "tcp"}}}, "one of the options monitors[0].id or monitors[0].name of acsmon_config is required"},
		"a check of the fields":  {row{"monitors": []row{{"name": "a", "port": 70000}, {"name": "b", "port": -1}}}, `monitors[0] ("a"): port is 70000: it must be between 1 and 65535, or 0 for none; monitors[1] ("b"): port is -1`},
		"an empty name":          {row{"monitors": []row{{"name": " "}}}, `monitors[0] (" "): name is empty`},
		"a mask of a secret":     {row{"alert_channels": []row{{"name": "c", "config": row{"headers": row{"Authorization": "Bearer ********"}}}}}, `alert_channels[0].config.headers.Authorization holds the mask that stands for a secret`},
		"a missing field":        {row{"monitors": []row{{"name": "a", "type": "tcp"}}}, `monitors[0] ("a"): there is no monitor "a": to create it, give host too`},
		"twice":                  {row{"monitors": []row{{"name": "a", "type": "tcp", "host": "h"}, {"name": "a"}}}, `monitors[1] ("a"): monitors[0] ("a") has or had the same name`},
		"a misspelt reference":   {row{"monitor_groups": []row{{"name": "Web"}}, "monitors": []row{{"name": "a", "type": "tcp", "host": "h", "group": "web"}}}, `monitors[0] ("a"): there is no monitor group "web"`},
		"max_deletions":          {row{"state": "overridden", "scope": row{"all": true}, "max_deletions": 1, "monitors": []row{}}, "max_deletions is 1"},
	} {
		scenario(t, name, acsmontest.Options{Seed: 1, Monitors: 3}, func(w *workbench) {
			for _, run := range []func(string, row) *result{w.check, w.run} {
				run("acsmon_config", test.given).fails(test.says)
			}
			w.wantNoWrites()
		})
	}
}

// many are n monitors.
func many(n int) []row {
	monitors := make([]row, n)
	for i := range monitors {
		monitors[i] = row{"name": fmt.Sprint("m", i), "type": "tcp", "host": "h"}
	}
	return monitors
}

// TestConfigLimits refuses a plan that the wait budget or the licence does not allow.
func TestConfigLimits(t *testing.T) {
	scenario(t, "the wait that it needs", acsmontest.Options{RateLimit: 60}, func(w *workbench) {
		given := row{"monitors": many(130), "max_wait": 60}
		w.check("acsmon_monitors", given).warns("A real run would fail before its first write: 130 requests at 60 a minute need a wait of about 120 s")
		r := w.run("acsmon_monitors", given).fails("130 requests at 60 a minute need a wait of about 120 s, but only 60 s are left: set max_wait to 180 or more")
		r.wantValues(row{"planned_requests": 130.0, "estimated_seconds": 120.0, "changed": false})
		w.wantNoWrites()
		w.run("acsmon_monitors", with(given, row{"max_wait": 200})).wantChanged()
		w.wantRows("monitors", 130)
	})
	for name, test := range map[string]struct {
		licence int
		says    string
	}{
		"the licence":                 {5, "the licence allows 5 devices and monitors, there are 3, and the task would create 3 and remove 0: nothing was written"},
		"a licence that is enough":    {6, ""},
		"a licence that is not known": {0, ""},
	} {
		scenario(t, name, acsmontest.Options{Seed: 1, Monitors: 3, LicenceCap: test.licence}, func(w *workbench) {
			r := w.run("acsmon_monitors", row{"monitors": many(3)})
			if test.says != "" {
				r.fails(test.says)
			} else {
				r.wantChanged()
			}
		})
	}
	for _, status := range []int{403, 404, 500} {
		scenario(t, fmt.Sprintf("a licence that the server does not show with %d", status), acsmontest.Options{LicenceCap: 1}, func(w *workbench) {
			w.Inject(acsmontest.Fault{Path: "/system/stats", Do: acsmontest.Status(status)})
			w.run("acsmon_monitors", row{"monitors": many(2)}).fails(`monitors[1] ("m1"): POST /monitors answered 422`, "1 of 2 changes were made, 1 failed, 0 were not tried")
		})
	}
}

// TestConfigFailure reports what a run did that fails in the middle, and the next run does the rest.
func TestConfigFailure(t *testing.T) {
	for _, onError := range []string{"stop", "continue"} {
		scenario(t, onError, acsmontest.Options{}, func(w *workbench) {
			w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitor-groups", Times: 1, Do: acsmontest.Status(422)})
			given := with(shop(), row{"on_error": onError})
			r := w.config(given).fails(`monitor_groups[0] ("Shop"): POST /monitor-groups answered 422`)
			r.wantValues(row{"changed": true})
			failed := 0
			for _, item := range r.items() {
				said, _ := item["error"].(string)
				if said == "" != (item["changed"] == true) {
					w.t.Errorf("a resource should be either changed or failed, and is %v", item)
				}
				if said != "" {
					failed++
				}
			}
			want := map[string]int{"stop": 7, "continue": 4}[onError] // the group, its two monitors, the rule of one
			if failed != want {
				w.t.Errorf("%d resources have an error, want %d", failed, want)
			}
			w.config(given).wantChanged()
			w.config(given).wantUnchanged()
		})
	}
	scenario(t, "responses are lost", acsmontest.Options{}, func(w *workbench) {
		w.Inject(acsmontest.Fault{Method: "POST", Do: acsmontest.After(acsmontest.Reset())})
		w.config(shop()).warns("was found to be the one that it made").wantChanged()
		w.ClearFaults()
		w.config(shop()).wantUnchanged()
	})
}

// TestConfigSecrets hides secrets in every state.
func TestConfigSecrets(t *testing.T) {
	scenario(t, "an install", acsmontest.Options{}, func(w *workbench) {
		moved := row{"name": "web-01", "location": "Rack 4"}
		update := with(shop(), row{"devices": []row{moved}})
		for _, given := range []row{shop(), with(shop(), row{"state": "rendered"}), {"state": "gathered"}, with(shop(), row{"state": "deleted"})} {
			w.config(given).hides("hook-secret", "community-secret")
		}
		w.config(shop())
		w.config(update).fails(`devices[0] ("web-01"): an update may make the server forget snmp_community`)
		moved["missing_secrets"] = "warn"
		w.config(update).warns("check that it still has it")
	})
}

// TestRendered shows what a task would send, without a server or a token.
func TestRendered(t *testing.T) {
	scenario(t, "no server", acsmontest.Options{}, func(w *workbench) {
		w.args = row{}
		r := w.config(with(shop(), row{"state": "rendered"})).costs()
		got := at[[]any](r, "rendered", "monitors")[0]
		want := row{
			"name": "Shop", "type": "https", "host": "shop.example.com", "monitor_group_id": row{"name": "Shop"}, "device_id": row{"name": "web-01"},
			"tags": []any{"a"}, "config": row{"path": "/"},
		}
		if !reflect.DeepEqual(got, want) {
			w.t.Errorf("rendered is the monitor\n%v\nwant\n%v", got, want)
		}
		w.config(row{"state": "rendered", "monitors": []row{{"name": "a", "port": -1}}}).fails("port is -1").costs()
	})
}

// TestBulkSpec compares the options of a resource in a list with those of its own module.
func TestBulkSpec(t *testing.T) {
	for option, module := range map[string]string{"monitors": "acsmon_monitor", "alert_channels": "acsmon_alert_channel", "devices": "acsmon_device"} {
		listed, one := specOf(t, "acsmon_config").Options[option].Options, specOf(t, module).Options
		for name := range one {
			ofAll := slices.Contains([]string{"create_only", "config_mode", "purge_tags", "purge_channels", "match_on"}, name)
			shared := ofAll || connectionOptions[name].value != nil || name == "token" || name == "state" || name == "test" || name == "walk"
			if shared == (listed[name] != nil) {
				t.Errorf("%s.%s is documented: %v, want %v, because %s documents it for one resource", option, name, listed[name] != nil, !shared, module)
			}
		}
	}
	for _, module := range modules.All() {
		if strings.HasSuffix(module.Name, "_config") && module.Rules.Options["alert_channels"].NoLog == nil {
			t.Error("acsmon_config has no rule that hides the secrets of alert_channels")
		}
	}
}

// sleepMinute lets the minute of the rate limit pass.
func sleepMinute() { time.Sleep(time.Minute) }

// TestScopeOfRules finds the alert rules of a scope by its tag at the end of their names, because rules
// have no tags.
func TestScopeOfRules(t *testing.T) {
	scenario(t, "a tag", acsmontest.Options{}, func(w *workbench) {
		ours := row{"name": "Ours", "type": "ping", "host": "h", "tags": []string{"owner:shop"}}
		rule := row{"name": "Ours down [owner:shop]", "monitor": "Ours", "condition": "status_down"}
		w.config(row{"monitors": []row{ours, {"name": "Theirs", "type": "ping", "host": "h"}}, "monitor_alert_rules": []row{
			rule, {"name": "Gone [owner:shop]", "monitor": "Ours", "condition": "status_down"},
			{"name": "By hand", "monitor": "Ours", "condition": "status_down"}, {"name": "No blank[owner:shop]", "monitor": "Theirs", "condition": "status_down"},
		}})
		given := row{"state": "overridden", "config_mode": "merge", "scope": row{"tag": "owner:shop"}, "monitors": []row{ours}, "monitor_alert_rules": []row{rule}}
		w.become("acsmon_config", given).wantDid("delete monitor_alert_rules Gone [owner:shop]")
		w.become("acsmon_config", with(given, row{"monitors": []row{}, "monitor_alert_rules": []row{}})).
			wantDid("delete monitor_alert_rules Ours down [owner:shop]", "delete monitors Ours")
		w.wantRows("monitors", 1)
	})
}
