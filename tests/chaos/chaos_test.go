// SPDX-License-Identifier: GPL-3.0-or-later

// Package chaos drives the modules and the client against a server that fails in every way it
// knows, and kills them at random points. Whatever happens, each operation ends
// as it was meant to or says that it failed, a failed one is fixed by the next
// run, nothing is made twice, and nothing else is touched.
//
// CHAOS_OPERATIONS sets how many operations are run, CHAOS_SEED repeats a run.
package chaos

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"text/tabwriter"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/folders/folderstest"
	"github.com/acsmon/acsmon-ansible/internal/modules"
)

// environment is the environment of the user who runs the tests. It names the caches of Go, without
// which a build takes a minute.
var environment = os.Environ()

// TestMain gives the runs a home of their own and no settings from outside.
func TestMain(m *testing.M) {
	// What builds executables keeps Go's caches, which are below the home that there was.
	caches, err := exec.Command("go", "env", "GOCACHE", "GOMODCACHE").Output()
	if err != nil {
		panic(err)
	}
	lines := strings.Split(string(caches), "\n")
	os.Setenv("GOCACHE", lines[0])
	os.Setenv("GOMODCACHE", lines[1])
	os.Exit(folderstest.Run(m))
}

func setting(t *testing.T, name string, fallback int) int {
	text := os.Getenv(name)
	if text == "" {
		return fallback
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s is %q, and a number is needed", name, text)
	}
	return n
}

// row is a JSON object.
type row = map[string]any

// faults are the ways in which a server can fail, by name. Those that come after
// the change has been stored lose only the answer.
func faults() map[string]acsmontest.Effect {
	const longerThanTheTimeout = 45 * time.Second
	after := map[string]acsmontest.Effect{
		"reset": acsmontest.Reset(), "500": acsmontest.Status(500), "502": acsmontest.Status(502), "504": acsmontest.Status(504),
		"html": acsmontest.HTMLPage(), "empty": acsmontest.EmptyBody(), "null": acsmontest.NullBody(), "delay": acsmontest.Delay(longerThanTheTimeout),
	}
	all := map[string]acsmontest.Effect{
		"nothing":  acsmontest.Then(func(*acsmontest.Server) {}),
		"truncate": acsmontest.Truncate(), "invalid json": acsmontest.InvalidJSON(), "wrong types": acsmontest.WrongTypes(),
		"503": acsmontest.Unavailable(0), "503 retry-after": acsmontest.Unavailable(7 * time.Second),
		"maintenance": acsmontest.Maintenance(0), "maintenance retry-after": acsmontest.Maintenance(20 * time.Second),
		"429": acsmontest.TooManyRequests(30 * time.Second), "429 without a time": acsmontest.TooManyRequests(0),
		"redirect": acsmontest.Redirect(302, "/login"), "403": acsmontest.Status(403), "409": acsmontest.Status(409), "long header": acsmontest.LongHeader(1 << 20),
	}
	for name, effect := range after {
		all[name] = effect
		all[name+" after"] = acsmontest.After(effect)
	}
	return all
}

// workbench is a server with an install, of which the test works on a part.
type workbench struct {
	*acsmontest.Server
	t          *testing.T
	rand       *rand.Rand
	monitors   map[string]row    // as they are meant to be, by name
	events     map[string]string // status as it is meant to be, by source and id
	bystanders map[int64]row
	report     map[string]map[string]*tally
}

// tally counts how the operations of one kind under one fault ended.
type tally struct{ done, failed int }

func count(report map[string]map[string]*tally, fault, operation string, failed bool) {
	if report[fault] == nil {
		report[fault] = map[string]*tally{}
	}
	if report[fault][operation] == nil {
		report[fault][operation] = &tally{}
	}
	if failed {
		report[fault][operation].failed++
	} else {
		report[fault][operation].done++
	}
}

func TestChaos(t *testing.T) {
	operations := setting(t, "CHAOS_OPERATIONS", 250)
	seed := setting(t, "CHAOS_SEED", 1)
	var report map[string]map[string]*tally
	synctest.Test(t, func(t *testing.T) {
		server := acsmontest.New(acsmontest.Options{Seed: uint64(seed), Devices: 5, Monitors: 30, OpenAlerts: 400})
		defer server.Close()
		w := &workbench{
			Server: server, t: t, rand: rand.New(rand.NewPCG(uint64(seed), 0)),
			monitors: map[string]row{}, events: map[string]string{}, bystanders: map[int64]row{}, report: map[string]map[string]*tally{},
		}
		for _, monitor := range server.Rows("monitors") {
			w.bystanders[monitor["id"].(int64)] = monitor
		}
		for _, kind := range []string{"alert-events", "monitor-events"} {
			for _, event := range server.Rows(kind) {
				w.events[fmt.Sprint(kind, event["id"])] = event["status"].(string)
			}
		}
		effects := faults()
		names := slices.Sorted(maps.Keys(effects))
		for i := range operations {
			fault := names[w.rand.IntN(len(names))]
			w.Inject(acsmontest.Fault{Skip: w.rand.IntN(4), Times: 1 + w.rand.IntN(2), Do: effects[fault]})
			w.operate(fault)
			w.check()
			if t.Failed() {
				t.Fatalf("operation %d of CHAOS_SEED=%d, under the fault %q", i, seed, fault)
			}
		}
		report = w.report
	})
	t.Logf("%d operations, CHAOS_SEED=%d; for each fault and operation: how many were done, how many said that they failed\n%s", operations, seed, table(report))
}

func (w *workbench) pick(names ...string) string { return names[w.rand.IntN(len(names))] }

// operate runs one random operation under the fault that is set, and, where it
// says that it failed, once more without.
func (w *workbench) operate(fault string) {
	name := fmt.Sprintf("chaos %d", w.rand.IntN(20))
	switch w.rand.IntN(12) {
	case 0, 1, 2, 3, 4, 5:
		w.ensure(fault, name)
	case 10, 11:
		w.ensureAll(fault)
	case 6, 7:
		w.remove(fault, name)
	case 8:
		w.settle(fault, "acknowledged")
	case 9:
		w.settle(fault, "resolved")
	}
}

// ensure creates or updates a monitor with some random fields.
func (w *workbench) ensure(fault, name string) {
	before := w.monitors[name]
	given, meant := w.wish(name)
	operation := "update"
	if before == nil {
		operation = "create"
	}
	w.monitors[name] = meant
	w.run(fault, operation, "acsmon_monitor", given, func() bool { return w.monitorIs(name, before) || w.monitorIs(name, meant) })
}

// ensureAll does it with several at once.
func (w *workbench) ensureAll(fault string) {
	before, first := maps.Clone(w.monitors), w.rand.IntN(20)
	var names []string
	var all []row
	for i := range 1 + w.rand.IntN(5) {
		name := fmt.Sprintf("chaos %d", (first+i)%20)
		given, meant := w.wish(name)
		names, all, w.monitors[name] = append(names, name), append(all, given), meant
	}
	w.run(fault, "several", "acsmon_monitors", row{"monitors": all, "on_error": w.pick("stop", "continue")}, func() bool {
		return !slices.ContainsFunc(names, func(name string) bool {
			return !w.monitorIs(name, before[name]) && !w.monitorIs(name, w.monitors[name])
		})
	})
}

// wish returns random fields for a monitor, and the monitor that comes of them.
func (w *workbench) wish(name string) (given, meant row) {
	given, meant = row{"name": name}, maps.Clone(w.monitors[name])
	if meant == nil {
		meant = row{"config": row{}}
		given["type"], given["host"] = w.pick("https", "tcp", "ping"), "a.example.com"
	}
	choices := row{
		"host": w.pick("b.example.com", "c.example.com"), "port": 1 + w.rand.IntN(65535), "check_interval_seconds": 30 + w.rand.IntN(600),
		"timeout_ms": 1000 + w.rand.IntN(9000), "is_active": w.rand.IntN(2) == 0,
		"tags":   [][]string{{}, {"a"}, {"a", "b"}}[w.rand.IntN(3)],
		"config": row{w.pick("path", "method"): w.pick("/x", "/y"), "expected_status": 200 + w.rand.IntN(5)},
	}
	for field, value := range choices {
		if w.rand.IntN(3) == 0 {
			given[field] = value
		}
	}
	for field, value := range given {
		if config, ok := value.(row); ok {
			merged := maps.Clone(meant["config"].(row))
			maps.Copy(merged, config)
			value = merged
		}
		meant[field] = value
	}
	return given, meant
}

func (w *workbench) remove(fault, name string) {
	before := w.monitors[name]
	delete(w.monitors, name)
	w.run(fault, "delete", "acsmon_monitor", row{"name": name, "state": "absent"}, func() bool { return w.monitorIs(name, before) || w.monitorIs(name, nil) })
}

// settle acknowledges or resolves a few alerts of devices or of monitors.
func (w *workbench) settle(fault, state string) {
	source := w.pick("device", "monitor")
	kind := map[string]string{"device": "alert-events", "monitor": "monitor-events"}[source]
	rows := w.Rows(kind)
	ids := []int64{}
	for range 1 + w.rand.IntN(3) {
		id := rows[w.rand.IntN(len(rows))]["id"].(int64)
		ids = append(ids, id)
		if key := fmt.Sprint(kind, id); w.events[key] != "resolved" {
			w.events[key] = state
		}
	}
	w.run(fault, state, "acsmon_alert", row{"state": state, "source": source, "ids": ids}, func() bool { return true })
}

// run runs a module. A run that fails must leave what intact accepts, and the
// same run without a fault must fix it.
func (w *workbench) run(fault, operation, module string, given row, intact func() bool) {
	w.ResetRequests()
	result := w.module(module, given)
	w.ClearFaults()
	count(w.report, fault, operation, result["failed"] == true)
	// A request that timed out may still be carried out, and would undo a later one.
	time.Sleep(2 * time.Minute)
	if result["failed"] != true {
		if result["changed"] != true && w.changedAnything() {
			w.t.Errorf("%s %v says that nothing changed, and wrote", operation, given)
		}
		return
	}
	if msg := fmt.Sprint(result["msg"]); len(msg) < 20 || strings.Contains(msg, "\n") {
		w.t.Errorf("%s %v failed and said %q", operation, given, msg)
	}
	if !intact() {
		w.t.Errorf("%s %v failed and left neither what was there nor what was meant: %v", operation, given, result["msg"])
	}
	if result := w.module(module, given); result["failed"] == true {
		w.t.Errorf("%s %v failed again without a fault: %v", operation, given, result["msg"])
	}
}

func (w *workbench) module(module string, given row) row {
	args := row{"base_url": "http://chaos.localhost", "token": w.Token}
	maps.Copy(args, given)
	arguments, err := json.Marshal(args)
	if err != nil {
		w.t.Fatal(err)
	}
	var out bytes.Buffer
	for _, m := range modules.All(acsmon.WithDialer(w.Dial)) {
		if m.Name == module {
			m.Main(w.t.Context(), bytes.NewReader(arguments), &out)
		}
	}
	var result row
	if err := json.Unmarshal(out.Bytes(), &result); err != nil {
		w.t.Fatalf("%s answered %s", module, &out)
	}
	return result
}

func (w *workbench) changedAnything() bool {
	return slices.ContainsFunc(w.Writes(), func(r acsmontest.Request) bool { return r.Status/100 == 2 })
}

// check compares the server with what was wanted.
func (w *workbench) check() {
	w.t.Helper()
	for name := range 20 {
		name := fmt.Sprintf("chaos %d", name)
		if !w.monitorIs(name, w.monitors[name]) {
			w.t.Errorf("%s is %v, want %v", name, w.named(name), w.monitors[name])
		}
	}
	for id, want := range w.bystanders {
		if got := w.Row("monitors", id); !reflect.DeepEqual(got, want) {
			w.t.Errorf("monitor %d, which no operation names, is %v, and was %v", id, got, want)
		}
	}
	for _, kind := range []string{"alert-events", "monitor-events"} {
		for _, event := range w.Rows(kind) {
			if want := w.events[fmt.Sprint(kind, event["id"])]; event["status"] != want {
				w.t.Errorf("%s %v is %v, want %s", kind, event["id"], event["status"], want)
			}
		}
	}
}

func (w *workbench) named(name string) (found []row) {
	for _, monitor := range w.Rows("monitors") {
		if monitor["name"] == name {
			found = append(found, monitor)
		}
	}
	return found
}

// monitorIs reports whether there is exactly the wanted monitor; nil stands for none.
func (w *workbench) monitorIs(name string, meant row) bool {
	found := w.named(name)
	if meant == nil {
		return len(found) == 0
	}
	if len(found) != 1 {
		return false
	}
	for field, value := range meant {
		// JSON's own types on both sides; an empty list is as good as none.
		if fmt.Sprint(value) != fmt.Sprint(found[0][field]) {
			return false
		}
	}
	return true
}

func table(report map[string]map[string]*tally) string {
	all := map[string]bool{}
	for _, counts := range report {
		for operation := range counts {
			all[operation] = true
		}
	}
	operations := slices.Sorted(maps.Keys(all))
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "fault\t%s\n", strings.Join(operations, "\t"))
	for _, fault := range slices.Sorted(maps.Keys(report)) {
		fmt.Fprint(w, fault)
		for _, operation := range operations {
			count := report[fault][operation]
			if count == nil {
				count = &tally{}
			}
			fmt.Fprintf(w, "\t%d done, %d failed", count.done, count.failed)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	return b.String()
}
