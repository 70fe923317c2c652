// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/command"
	"github.com/acsmon/acsmon-ansible/internal/folders"
	"github.com/acsmon/acsmon-ansible/internal/modules"
	"github.com/acsmon/acsmon-ansible/internal/specs"
)

// lookup runs a lookup as the plugin does.
func (w *workbench) lookup(options row, terms ...any) *result {
	w.t.Helper()
	with := maps.Clone(w.args)
	maps.Copy(with, options)
	request, err := json.Marshal(row{"terms": terms, "options": with})
	if err != nil {
		w.t.Fatal(err)
	}
	before := len(w.Requests())
	var out bytes.Buffer
	_ = modules.LookupCommand(w.options...).Prepare(nil)(w.t.Context(), command.Call{Stdin: bytes.NewReader(request), Stdout: &out})
	r := &result{t: w.t, requests: w.Requests()[before:]}
	if err := json.Unmarshal(out.Bytes(), &r.row); err != nil {
		w.t.Fatalf("the lookup did not answer with JSON (%v): %s", err, out.Bytes())
	}
	if strings.Contains(out.String(), w.Token) {
		w.t.Errorf("the token is in the answer: %s", out.Bytes())
	}
	return r
}

// found lists one key of each row that was found.
func (r *result) found(key string) []any {
	r.t.Helper()
	values := []any{}
	for _, found := range rowsAt(r, "found") {
		values = append(values, found[key])
	}
	return values
}

func (r *result) wantFound(key string, want ...any) *result {
	r.t.Helper()
	if got := r.found(key); !reflect.DeepEqual(got, append([]any{}, want...)) {
		r.t.Errorf("the lookup found the %ss %v, want %v", key, got, want)
	}
	return r
}

// watched sets up an install with one resource of each kind, or more.
func watched(w *workbench) {
	w.t.Helper()
	w.config(shop())
	w.Set("monitors", w.monitorNamed("Shop database"), row{"status": "down"})
}

// TestTenLookupsCostOneReading looks up one row after the other, as templates do.
func TestTenLookupsCostOneReading(t *testing.T) {
	scenario(t, "one page", acsmontest.Options{}, func(w *workbench) {
		watched(w)
		w.lookup(nil, "monitor", "Shop").wantFound("name", "Shop").costs("GET /monitors")
		w.lookup(nil, "monitor", "Shop database").wantFound("status", "down").costs()
		w.lookup(nil, "monitor", "Shop", w.named("Shop database")[0]["id"]).wantFound("name", "Shop", "Shop database").costs()
		w.lookup(nil, "monitors").wantFound("name", "Shop", "Shop database").costs()
		w.lookup(row{"status": "down"}, "monitors").wantFound("name", "Shop database").costs()
		w.lookup(row{"search": "DB.example", "limit": 1}, "monitors").wantFound("name", "Shop database").costs()
		w.lookup(row{"sort": "-name"}, "monitors").wantFound("name", "Shop database", "Shop").costs()
		w.lookup(row{"group": "Shop"}, "monitors").wantFound("name", "Shop", "Shop database").costs("GET /monitor-groups")
		w.lookup(row{"group": "Shop", "type": []string{"mysql"}}, "monitors").wantFound("name", "Shop database").costs()
		w.lookup(row{"names": []string{}}, "monitors").wantFound("name").costs()
	})
	scenario(t, "three pages", acsmontest.Options{Seed: 1, Monitors: 250}, func(w *workbench) {
		for i, monitor := range w.Rows("monitors")[:10] {
			r := w.lookup(nil, "monitor", monitor["id"]).wantFound("name", monitor["name"])
			if i > 0 {
				r.costs()
			} else if len(r.requests) != 3 && len(r.requests) != 2 {
				w.t.Errorf("the first lookup made %d requests, want 2 or 3", len(r.requests))
			}
		}
	})
}

// TestEachLookup finds one resource and several, of each kind, on each kind of server.
func TestEachLookup(t *testing.T) {
	for name, alt := range alternatives() {
		scenario(t, name, acsmontest.Options{Alternatives: alt}, func(w *workbench) {
			watched(w)
			for one, is := range map[string]string{
				"monitor": "Shop", "device": "web-01", "monitor_group": "Shop", "device_group": "Racks",
				"alert_channel": "On call", "alert_rule": "Load", "monitor_alert_rule": "Shop down",
			} {
				found := w.lookup(nil, one, is).wantFound("name", is)
				id := found.found("id")[0]
				w.lookup(nil, one, fmt.Sprint(id)).wantFound("name", is).costs()
				w.lookup(row{"names": []string{is}}, one+"s").wantFound("id", id).costs()
				w.lookup(row{"cache_timeout": 0}, one, is).wantFound("id", id)
				w.lookup(nil, one, is, "missing").fails(fmt.Sprintf("there is no %s %q", strings.ReplaceAll(one, "_", " "), "missing"))
			}
			w.AddUser("lookup@example.com", "s3cret-pass", w.Permissions()...)
			id := w.lookup(nil, "user", "lookup@example.com").wantFound("email", "lookup@example.com").found("id")[0]
			w.lookup(row{"names": []string{"lookup@example.com"}}, "users").wantFound("id", id).costs()
			w.lookup(nil, "user", "lookup@example.org").fails(`there is no user "lookup@example.org"`)
			w.lookup(nil, "system").wantFound("server", fmt.Sprint(w.args["base_url"], ":80"))
			w.lookup(row{"include": []string{"user"}}, "system").wantFound("health", nil)
		})
	}
}

// TestLookupsOfAlerts finds alerts by status, severity, monitor and id, on each kind of server.
func TestLookupsOfAlerts(t *testing.T) {
	for name, alt := range alternatives() {
		scenario(t, name, acsmontest.Options{Alternatives: alt}, func(w *workbench) {
			watched(w)
			id := w.named("Shop")[0]["id"]
			for _, status := range []string{"open", "acknowledged", "resolved"} {
				w.Add("monitor-events", row{"monitor_id": id, "status": status, "severity": "critical", "current_value": status})
			}
			w.lookup(nil, "alerts").wantFound("status", "open", "acknowledged")
			w.lookup(nil, "alerts").wantFound("status", "open", "acknowledged").costs()
			w.lookup(row{"status": "open", "severity": "critical"}, "alerts").wantFound("current_value", "open").costs()
			w.lookup(row{"severity": "info"}, "alerts").wantFound("id").costs()
			w.lookup(row{"status": "resolved"}, "alerts").wantFound("current_value", "resolved")
			w.lookup(row{"status": []string{"resolved"}}, "alerts").wantFound("current_value", "resolved").costs()
			w.lookup(row{"monitor": "Shop"}, "alerts").wantFound("status", "open", "acknowledged")
			w.lookup(row{"monitor": "Shop"}, "alerts").wantFound("status", "open", "acknowledged").costs()
			one := w.lookup(nil, "alerts").found("id")[0]
			w.lookup(nil, "alert", one).wantFound("status", "open")
			w.lookup(nil, "alert", one).wantFound("status", "open").costs()
			w.lookup(nil, "alert", "Shop").fails(`"Shop" is not the id of an alert`)
			w.lookup(nil, "alert", 4711).fails("there is no alert with id 4711")
		})
	}
}

// TestWhatIsKeptEnds with its time, with a write of ours, and for another user.
func TestWhatIsKeptEnds(t *testing.T) {
	scenario(t, "time", acsmontest.Options{}, func(w *workbench) {
		watched(w)
		w.lookup(nil, "monitors").costs("GET /monitors")
		time.Sleep(59 * time.Second)
		w.lookup(nil, "monitors").costs()
		w.lookup(row{"cache_timeout": 30}, "monitors").costs("GET /monitors")
		time.Sleep(60 * time.Second)
		w.lookup(nil, "monitors").costs("GET /monitors")
		w.lookup(row{"cache_timeout": 0}, "monitors").costs("GET /monitors")
		w.lookup(row{"cache_timeout": -1}, "monitors").fails("cache_timeout is -1: it must be 0 or more")
	})
	scenario(t, "a write", acsmontest.Options{}, func(w *workbench) {
		watched(w)
		w.lookup(nil, "monitor", "New").fails(`there is no monitor "New"`)
		for _, name := range []string{"New", "Newer"} { // as items of one loop
			given := row{"name": name, "type": "ping", "host": "192.0.2.7", "_acsmon_run": row{"task": "loop", "repeat": ""}}
			w.monitor(given).wantChanged()
			w.lookup(nil, "monitor", name).wantFound("name", name)
		}
		w.lookup(nil, "monitor", "New").costs()
		w.monitor(row{"name": "New", "type": "ping", "host": "192.0.2.7"})
		w.lookup(nil, "monitor", "New").costs()
	})
	scenario(t, "another user", acsmontest.Options{}, func(w *workbench) {
		watched(w)
		w.lookup(nil, "monitors").costs("GET /monitors")
		w.AddUser("other@example.com", "s3cret-pass", w.Permissions()...)
		other := row{"token": nil, "email": "other@example.com", "password": "s3cret-pass"}
		w.lookup(other, "monitors").costs("POST /auth/login", "GET /monitors")
	})
}

// TestWhatIsMissingFromWhatIsKept says how old the kept rows are, and what may have been meant.
func TestWhatIsMissingFromWhatIsKept(t *testing.T) {
	scenario(t, "a name", acsmontest.Options{}, func(w *workbench) {
		watched(w)
		w.lookup(nil, "monitor", "Shop databas").fails(`there is no monitor "Shop databas": check the name, or use its id: did you mean "Shop database"?`)
		w.lookup(nil, "device", "web-02").fails(`"web-01"?`)
		w.lookup(nil, "device", "web-02").fails(`; cache_timeout=0 asks the server again)`)
		w.lookup(row{"sort": "colour"}, "monitors").fails(`sort is "colour", a field that the server's monitors do not show`)
		w.lookup(row{"filters": row{"stauts": "up"}}, "monitors").fails("stauts")
	})
}

// TestWrongLookups refuses terms and options that are mistaken, before it asks the server.
func TestWrongLookups(t *testing.T) {
	scenario(t, "terms", acsmontest.Options{}, func(w *workbench) {
		for message, terms := range map[string][]any{
			`"monitr" cannot be looked up: did you mean monitor?`:                     {"monitr", "Shop"},
			`"widgets" cannot be looked up: the first term must be one of monitor, m`: {"widgets"},
			"nothing says what to look up: the first term must be one of monitor":     {},
			"monitor needs a name or an id as the next term: use monitors to select":  {"monitor"},
			`monitors takes no name, but "Shop" is one: use monitor`:                  {"monitors", "Shop"},
			`system takes no further term, but "health" is one: remove it`:            {"system", "health"},
			"term 2 is neither a name nor an id":                                      {"monitor", []string{"Shop"}},
			"term 3 is neither a name nor an id":                                      {"monitor", "Shop", ""},
		} {
			w.lookup(nil, terms...).fails(message).costs()
		}
		w.lookup(row{"stauts": "down"}, "monitors").fails("unsupported option 'stauts' of lookup of monitors: did you mean status?").costs()
		w.lookup(row{"status": "down"}, "monitor", "Shop").fails("unsupported option 'status' of lookup of monitor").costs()
		w.lookup(row{"status": "open"}, "monitors").fails("open").costs()
		w.lookup(row{"token": "1|wrong"}, "monitors").fails("token")
	})
}

// TestKeptRowsHoldNoSecret keeps neither the token, which the server repeats, nor the secrets of the
// rows. No other user can read the files.
func TestKeptRowsHoldNoSecret(t *testing.T) {
	scenario(t, "an echo", acsmontest.Options{}, func(w *workbench) {
		watched(w)
		w.Add("monitors", row{"name": "Echo " + w.Token, "type": "ping", "host": "192.0.2.9"})
		w.Add("alert-channels", row{"name": "Hook", "type": "webhook", "config": row{"url": "https://hooks.example.com", "password": "pass-of-hook"}})
		w.lookup(nil, "monitors").wantFound("type", "https", "mysql", "ping")
		for _, channel := range w.lookup(nil, "alert_channels").found("config") {
			if strings.Contains(fmt.Sprint(channel), "pass-of-hook") {
				w.t.Errorf("the lookup shows the password of a channel: %v", channel)
			}
		}
		cache, err := folders.Cache()
		if err != nil {
			w.t.Fatal(err)
		}
		files, _ := filepath.Glob(filepath.Join(cache, "lookup", "*.json"))
		if len(files) == 0 {
			w.t.Error("no file keeps rows")
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil || bytes.Contains(content, []byte(w.Token)) {
				w.t.Errorf("%s holds the token, or cannot be read (%v)", file, err)
			}
			if mode := w.mode(file); mode.Perm() != 0o600 {
				w.t.Errorf("%s has the mode %v, want 0600", file, mode)
			}
		}
	})
}

// TestLookupsSelectAsModulesDo compares the options of lookups with those of the info modules that
// select.
func TestLookupsSelectAsModulesDo(t *testing.T) {
	connection, err := specs.Load("acsmon_system_info")
	if err != nil {
		t.Fatal(err)
	}
	// These options cost a request for each row.
	extras := []string{"include", "window", "results_limit"}
	for _, what := range []string{"monitor", "device", "alert"} {
		module, err := specs.Load("acsmon_" + what + "_info")
		if err != nil {
			t.Fatal(err)
		}
		for name := range module.Options {
			if connection.Options[name] == nil && !slices.Contains(extras, name) && !slices.Contains(modules.LookupOptions(what+"s"), name) {
				t.Errorf("a lookup cannot select %ss by %s", what, name)
			}
		}
	}
}

// TestLookupsAreDocumented compares the options of lookups with the documentation of the plugin.
func TestLookupsAreDocumented(t *testing.T) {
	own, err := specs.Load("lookup")
	if err != nil {
		t.Fatal(err)
	}
	connection, err := specs.Load("acsmon_system_info")
	if err != nil {
		t.Fatal(err)
	}
	used := append(slices.Collect(maps.Keys(connection.Options)), "_terms", "cache_timeout")
	for _, term := range modules.LookupTerms() {
		for _, name := range modules.LookupOptions(term) {
			if own.Options[name] == nil {
				t.Errorf("the option %s of %s is not documented", name, term)
			}
		}
		used = append(used, modules.LookupOptions(term)...)
	}
	for name := range own.Options {
		if !slices.Contains(used, name) {
			t.Errorf("the option %s is documented, and no lookup has it", name)
		}
	}
}

// TestEverythingThatIsGatheredCanBeLookedUp looks for each section of acsmon_config among the terms of
// lookups.
func TestEverythingThatIsGatheredCanBeLookedUp(t *testing.T) {
	config, err := specs.Load("acsmon_config")
	if err != nil {
		t.Fatal(err)
	}
	for name, option := range config.Options {
		if option.Elements == "dict" && !slices.Contains(modules.LookupTerms(), name) {
			t.Errorf("%s cannot be looked up", name)
		}
	}
}
