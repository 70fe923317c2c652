// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// monitors is a kind with fields of most forms, as the sandbox has them.
var monitors = Kind{
	Name: "monitor",
	Fields: []Field{
		{Name: "name"}, {Name: "type"}, {Name: "host"}, {Name: "port"}, {Name: "timeout_ms"}, {Name: "is_active"},
		{Name: "config", Form: Merge},
		{Name: "tags", Form: Set},
		{Name: "group", Send: "monitor_group_id", Form: Link, Read: []string{"monitor_group_id", "monitor_group.id"}},
	},
	Required: []string{"name", "type", "host"},
}

// testServer is a sandbox and an engine for its monitors.
type testServer struct {
	*acsmontest.Server
	Engine
	client *acsmon.Client
}

func newTestServer(t *testing.T, o acsmontest.Options) *testServer {
	t.Helper()
	server := acsmontest.New(o)
	client, err := acsmon.New("http://acsmon.test", acsmon.WithToken(acsmon.Secret(server.Token)), acsmon.WithDialer(server.Dial))
	if err != nil {
		t.Fatal(err)
	}
	return &testServer{server, Engine{Kind: monitors, Store: client.Monitors.Fields(), Limit: client.Limit, Resolvers: map[string]Resolver{
		"group": ResolverIn(client.MonitorGroups.Fields(), "monitor group"),
	}}, client}
}

// converge plans and applies.
func (w *testServer) converge(ctx context.Context, item Item) (*Plan, Outcome, error) {
	plan, err := w.Plan(ctx, item)
	if err != nil {
		return nil, Outcome{}, err
	}
	outcome, err := w.Apply(ctx, plan)
	return plan, outcome, err
}

// generator makes servers and items from a seed.
type generator struct{ *rand.Rand }

func pick[T any](g generator, from ...T) T { return from[g.IntN(len(from))] }

func (g generator) chance() bool { return g.IntN(2) == 0 }

func (g generator) name() string {
	return pick(g, "a", "b", "web 1", "web 10", "100%", "a_b", `it's "c"`, "{{ x }}", "監視", "42")
}

// config has its texts under keys of their own, because a text in the place of a number is refused.
func (g generator) config() map[string]any {
	config := map[string]any{}
	for range g.IntN(4) {
		key := pick(g, "path", "method", "status", "verify", "headers", "list")
		values := []any{map[string]any{"X": "1", "Y": 2}, map[string]any{}, []any{1, "b"}, []any{}}
		if key == "path" || key == "method" {
			values = append(values, "/", "GET")
		} else {
			values = append(values, 200, true, false, 99.5, 1000000.0)
		}
		config[key] = pick(g, values...)
	}
	return config
}

// tweak turns a config into a wish: some nulls, and nested keys.
func (g generator) tweak() map[string]any {
	wish := g.config()
	for range g.IntN(3) {
		wish[pick(g, "path", "method", "status", "headers")] = pick[any](g, nil, nil, map[string]any{"X": nil, "Z": "3"})
	}
	return wish
}

func (g generator) tags() []any {
	tags := []any{}
	for range g.IntN(4) {
		tags = append(tags, pick[any](g, "x", "y", "z"))
	}
	return tags
}

// alternatives are those of some server that shows all that it takes.
func (g generator) alternatives() acsmontest.Alternatives {
	var a acsmontest.Alternatives
	for _, choice := range acsmontest.Choices() {
		hides := choice.Name == "shapes" || choice.Name == "nulls"
		if !hides && choice.Name != "names" && choice.Name != "config-keys" && choice.Of == "" {
			if err := a.Set(choice.Name, pick(g, choice.Values...)); err != nil {
				panic(err)
			}
		}
	}
	if a.PerPage != "422" { // there the default page would be refused
		a.PerPageCap = pick(g, 0, 2, 3)
	}
	return a
}

// fill adds some monitors, some of them with the same names.
func (g generator) fill(w *testServer) {
	w.Add("monitor-groups", map[string]any{"name": "G1"})
	w.Add("monitor-groups", map[string]any{"name": "G2"})
	groups := w.Rows("monitor-groups")
	for range g.IntN(6) {
		w.Add("monitors", map[string]any{
			"name": g.name(), "type": pick(g, "tcp", "https"), "host": pick(g, "h", "i"), "port": pick[any](g, nil, 80, 443),
			"timeout_ms": pick(g, 1000, 2000), "is_active": g.chance(), "config": g.config(), "tags": g.tags(),
			"monitor_group_id": pick(g, nil, groups[0]["id"], groups[1]["id"]),
		})
	}
}

func (g generator) item(w *testServer) Item {
	item := Item{Name: g.name(), Desired: map[string]any{}}
	rows := w.Rows("monitors")
	switch {
	case g.IntN(4) == 0 && len(rows) > 0:
		item.ID = pick(g, rows...)["id"].(int64)
		if g.chance() {
			item.Name = ""
		}
	case g.IntN(3) == 0:
		item.NewName = g.name()
		if item.NewName == item.Name {
			item.NewName = ""
		}
	}
	item.Absent = g.IntN(6) == 0
	wishes := map[string]any{
		"type": pick(g, "tcp", "https"), "host": pick(g, "h", " i "), "port": pick[any](g, int64(80), int64(443), "8080"), "timeout_ms": int64(1000),
		"is_active": g.chance(), "config": g.tweak(), "tags": g.tags(), "group": pick(g, "", "G1", "G2"),
	}
	for name, wish := range wishes {
		if g.IntN(3) > 0 {
			item.Desired[name] = wish
		}
	}
	return item
}

// expected is a stored monitor as the item wants it, worked out apart from the
// engine; nil if it should be gone.
func (w *testServer) expected(item Item, row map[string]any) map[string]any {
	if item.Absent {
		return nil
	}
	want := maps.Clone(row)
	if item.ID == 0 || item.Name != "" {
		want["name"] = item.Name
	}
	if item.NewName != "" {
		want["name"] = item.NewName
	}
	for name, wish := range item.Desired {
		if name == "group" {
			want["monitor_group_id"] = nil
			for _, group := range w.Rows("monitor-groups") {
				if group["name"] == wish {
					want["monitor_group_id"] = group["id"]
				}
			}
			continue
		}
		switch wish := wish.(type) {
		case map[string]any:
			config, _ := row["config"].(map[string]any)
			want["config"] = overlaid(config, wish)
		case []any:
			want["tags"] = wish
		case string:
			want[name] = strings.TrimSpace(wish)
		default:
			want[name] = wish
		}
	}
	return want
}

func overlaid(base, wish map[string]any) map[string]any {
	result := maps.Clone(base)
	if result == nil {
		result = map[string]any{}
	}
	for key, value := range wish {
		nested, isObject := value.(map[string]any)
		before, _ := base[key].(map[string]any)
		switch {
		case value == nil:
			delete(result, key)
		case isObject:
			result[key] = overlaid(before, nested)
		default:
			result[key] = value
		}
	}
	return result
}

// text renders a stored monitor so that two can be compared: numbers as numbers, sets in order, and
// nothing that is empty.
func text(row map[string]any) string {
	row = maps.Clone(row)
	if row == nil {
		return "none"
	}
	delete(row, "id")
	var tags []string
	switch list := row["tags"].(type) {
	case []string:
		tags = slices.Clone(list)
	case []any:
		for _, tag := range list {
			tags = append(tags, fmt.Sprint(tag))
		}
	}
	slices.Sort(tags)
	row["tags"] = slices.Compact(tags)
	encoded, _ := json.Marshal(plain(row))
	return string(encoded)
}

func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		object := map[string]any{}
		for key, value := range v {
			if value = plain(value); value != nil {
				object[key] = value
			}
		}
		if len(object) == 0 {
			return nil
		}
		return object
	case []any:
		if len(v) == 0 {
			return nil
		}
	case []string:
		if len(v) == 0 {
			return nil
		}
	case string, bool, nil:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// target is the stored monitor that an item means, by a look at the whole state;
// ok is false where that is not one.
func (w *testServer) target(item Item) (id int64, ok bool) {
	var found []int64
	for _, row := range w.Rows("monitors") {
		if row["id"] == item.ID || item.ID == 0 && w.matches(item, row) {
			found = append(found, row["id"].(int64))
		}
	}
	if len(found) == 0 {
		return 0, true
	}
	return found[0], len(found) == 1
}

// matches reports whether a stored monitor has what tells the item's from others.
func (w *testServer) matches(item Item, row map[string]any) bool {
	for _, field := range w.MatchOn {
		want := item.Desired[field]
		switch field {
		case "name":
			continue
		case "group":
			shown := ""
			if group := w.Row("monitor-groups", toInt(row["monitor_group_id"])); group != nil {
				shown = group["name"].(string)
			}
			if shown != want {
				return false
			}
		default:
			if row[field] != strings.TrimSpace(want.(string)) {
				return false
			}
		}
	}
	byName := len(w.MatchOn) == 0 || slices.Contains(w.MatchOn, "name")
	return !byName || row["name"] == item.Name || item.NewName != "" && row["name"] == item.NewName
}

func toInt(v any) int64 {
	id, _ := v.(int64)
	return id
}

// others are all stored monitors but one.
func (w *testServer) others(id int64) []map[string]any {
	return slices.DeleteFunc(w.Rows("monitors"), func(row map[string]any) bool { return row["id"] == id })
}

// TestPlanAndApply takes any state to any other, on any server. The plan writes nothing, and says
// what will happen. Afterwards the monitor is as desired, nothing else has changed, and the next
// plan finds nothing to do.
func TestPlanAndApply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for seed := range uint64(150) {
			g := generator{rand.New(rand.NewPCG(seed, 1))}
			w := newTestServer(t, acsmontest.Options{Seed: seed, Alternatives: g.alternatives()})
			g.fill(w)
			item := g.item(w)
			if fault := planAndApply(t.Context(), w, item); fault != "" {
				t.Errorf("seed %d, %+v: %s", seed, item, fault)
			}
			w.Close()
		}
	})
}

// TestPlanAndApplyByOtherFields does the same where the identity is not the name alone.
func TestPlanAndApplyByOtherFields(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for seed := range uint64(300) {
			g := generator{rand.New(rand.NewPCG(seed, 3))}
			w := newTestServer(t, acsmontest.Options{Seed: seed, Alternatives: g.alternatives()})
			g.fill(w)
			item := g.itemByOthers(w)
			if fault := planAndApply(t.Context(), w, item); fault != "" {
				t.Errorf("seed %d, by %v, %+v: %s", seed, w.MatchOn, item, fault)
			}
			w.Close()
		}
	})
}

// itemByOthers is an item that is found by random fields, of which there are several
// monitors with the same values.
func (g generator) itemByOthers(w *testServer) Item {
	w.MatchOn = slices.DeleteFunc([]string{"name", "host", "type", "group"}, func(string) bool { return g.chance() })
	for range 3 {
		w.Add("monitors", map[string]any{"name": pick(g, "a", "b"), "type": pick(g, "tcp", "https"), "host": pick(g, "h", "i"),
			"monitor_group_id": pick(g, nil, w.Rows("monitor-groups")[0]["id"])})
	}
	item := g.item(w)
	item.ID = 0
	item.Name = pick(g, "a", "b")
	if item.NewName == item.Name || len(w.MatchOn) > 0 && !slices.Contains(w.MatchOn, "name") {
		item.NewName = ""
	}
	item.Desired["type"], item.Desired["host"], item.Desired["group"] = pick(g, "tcp", "https"), pick(g, "h", " i "), pick(g, "", "G1", "G2")
	return item
}

func planAndApply(ctx context.Context, w *testServer, item Item) string {
	before := w.Rows("monitors")
	id, sure := w.target(item)
	plan, err := w.Plan(ctx, item)
	if len(w.Writes()) > 0 {
		return "the plan wrote something"
	}
	if err != nil {
		missing := id == 0 && !item.Absent && (item.ID != 0 || item.Desired["type"] == nil || item.Desired["host"] == nil)
		if sure && !missing {
			return "no plan: " + err.Error()
		}
		return ""
	}
	if !sure {
		return "a plan for what is not one monitor"
	}
	current := w.Row("monitors", id)
	if current == nil {
		fresh := acsmontest.New(acsmontest.Options{})
		current = fresh.Row("monitors", fresh.Add("monitors", map[string]any{}))
	}
	want := w.expected(item, current)
	untouched := w.others(id)
	outcome, err := w.Apply(ctx, plan)
	if err != nil {
		return "not applied: " + err.Error()
	}
	if id == 0 && !item.Absent {
		id = outcome.Resource.ID()
	}
	if got := w.Row("monitors", id); text(got) != text(want) {
		return fmt.Sprintf("the monitor is\n%s\nand should be\n%s", text(got), text(want))
	}
	if got := w.others(id); !reflect.DeepEqual(got, untouched) {
		return "something else changed"
	}
	if changed := !reflect.DeepEqual(w.Rows("monitors"), before); changed != plan.Changes() || outcome.Written != changed {
		return fmt.Sprintf("changed: %v, planned: %v, told: %v", changed, plan.Changes(), outcome.Written)
	}
	if fault := asPredicted(ctx, w, plan, outcome); fault != "" {
		return fault
	}
	writes := len(w.Writes())
	if again, _, err := w.converge(ctx, item); err != nil || again.Changes() || len(w.Writes()) != writes {
		return fmt.Sprintf("the next run: %+v, %v", again, err)
	}
	return ""
}

// asPredicted checks what a plan said against what happened.
func asPredicted(ctx context.Context, w *testServer, plan *Plan, outcome Outcome) string {
	if plan.Action == Delete || plan.Action == Keep {
		return ""
	}
	for name := range plan.desired {
		f := w.Kind.Field(name)
		predicted, _ := f.valueIn(plan.Predicted)
		actual, _ := f.valueIn(outcome.Resource)
		if f.Form == Set && !sameSet(predicted, actual) || f.Form != Set && (!same(predicted, actual) || !same(actual, predicted)) {
			return fmt.Sprintf("%s was predicted as %v and is %v", name, predicted, actual)
		}
		_, differs := plan.After[name]
		if plan.Action == Create && !differs {
			return name + " is not in the diff"
		}
		if c, err := w.compare(ctx, name, plan.desired, plan.Current, false); plan.Action == Update && (err != nil || c.differs != differs) {
			return fmt.Sprintf("%s in the diff: %v; did it differ: %v, %v (%v)", name, differs, c.differs, err, plan.Current)
		}
	}
	return ""
}

// TestNextRunConverges breaks any run in any way. The next run must reach the desired state, and
// there is never a second monitor.
func TestNextRunConverges(t *testing.T) {
	nextRunConverges(t, 2, generator.item)
}

// TestNextRunConvergesByOtherFields does the same where the identity is not the name alone.
func TestNextRunConvergesByOtherFields(t *testing.T) {
	nextRunConverges(t, 4, generator.itemByOthers)
}

func nextRunConverges(t *testing.T, stream uint64, itemOf func(generator, *testServer) Item) {
	synctest.Test(t, func(t *testing.T) {
		for seed := range uint64(150) {
			g := generator{rand.New(rand.NewPCG(seed, stream))}
			w := newTestServer(t, acsmontest.Options{Seed: seed, Alternatives: g.alternatives()})
			g.fill(w)
			item := itemOf(g, w)
			if _, err := w.Plan(t.Context(), item); err != nil {
				w.Close()
				continue // see TestPlanAndApply
			}
			id, _ := w.target(item)
			untouched, count := w.others(id), len(w.Rows("monitors"))
			effects := []acsmontest.Effect{
				acsmontest.Reset(), acsmontest.After(acsmontest.Reset()), acsmontest.Status(500), acsmontest.After(acsmontest.Status(500)),
				acsmontest.Status(502), acsmontest.After(acsmontest.Status(502)), acsmontest.HTMLPage(), acsmontest.After(acsmontest.HTMLPage()),
				acsmontest.Truncate(), acsmontest.InvalidJSON(), acsmontest.After(acsmontest.EmptyBody()), acsmontest.Delay(40 * time.Second),
				acsmontest.After(acsmontest.Delay(40 * time.Second)), acsmontest.Status(403), acsmontest.TooManyRequests(10 * time.Second), acsmontest.WrongTypes(),
			}
			for range 1 + g.IntN(3) {
				w.Inject(acsmontest.Fault{
					Method: pick(g, "", "GET", "POST", "PUT", "DELETE"), Path: pick(g, "", "/monitors", "/monitors/*"),
					Skip: g.IntN(4), Times: g.IntN(3), Do: pick(g, effects...),
				})
			}
			_, broken, brokenErr := w.converge(acsmon.WithWaitBudget(t.Context(), 10*time.Minute), item)
			time.Sleep(2 * time.Minute) // what was late has arrived
			w.ClearFaults()
			if _, _, err := w.converge(t.Context(), item); err != nil {
				t.Errorf("seed %d, %+v: after %v (%v) the next run: %v", seed, item, broken, brokenErr, err)
			}
			plan, err := w.Plan(t.Context(), item)
			if err != nil || plan.Changes() {
				t.Errorf("seed %d, %+v: after %v there is still something to do: %+v, %v", seed, item, brokenErr, plan, err)
			}
			if id == 0 && plan != nil && plan.Current != nil {
				id, count = plan.Current.ID(), count+1
			}
			if got := w.others(id); !reflect.DeepEqual(got, untouched) {
				t.Errorf("seed %d, %+v: after %v something else changed", seed, item, brokenErr)
			}
			if n := len(w.Rows("monitors")); n > count {
				t.Errorf("seed %d, %+v: after %v there are %d monitors, want %d", seed, item, brokenErr, n, count)
			}
			w.Close()
		}
	})
}

func TestAffordable(t *testing.T) {
	for _, test := range []struct {
		limit  acsmon.Limit
		writes int
		left   time.Duration
		needs  string // in the error; "" where it is affordable
	}{
		{acsmon.Limit{}, 1000, 0, ""},
		{acsmon.Limit{PerMinute: 60, Remaining: 5}, 5, 0, ""},
		{acsmon.Limit{PerMinute: 60, Remaining: 5}, 6, 60 * time.Second, ""},
		{acsmon.Limit{PerMinute: 60, Remaining: 5}, 6, 59 * time.Second, "set max_wait to 120 or more"},
		{acsmon.Limit{PerMinute: 60, Remaining: 0}, 120, 2 * time.Minute, ""},
		{acsmon.Limit{PerMinute: 60, Remaining: 0}, 121, 2 * time.Minute, "121 requests at 60 a minute need a wait of about 180 s, but only 120 s are left: set max_wait to 240 or more"},
	} {
		err := Affordable(acsmon.WithWaitBudget(t.Context(), test.left), test.limit, test.writes)
		if (err == nil) != (test.needs == "") || err != nil && !strings.Contains(err.Error(), test.needs) {
			t.Errorf("%d writes with %s left, at %+v: the error is %v, want %q", test.writes, test.left, test.limit, err, test.needs)
		}
	}
	if err := Affordable(t.Context(), acsmon.Limit{PerMinute: 1}, 1000); err != nil {
		t.Errorf("without a budget: %v", err)
	}
}

func TestLookup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTestServer(t, acsmontest.Options{Devices: 3})
		defer w.Close()
		one := w.Add("devices", map[string]any{"name": "core", "ip_address": "192.0.2.1"})
		w.Add("devices", map[string]any{"name": "core 2", "ip_address": "192.0.2.2"})
		two := w.Add("devices", map[string]any{"name": "twin", "ip_address": "192.0.2.3"})
		three := w.Add("devices", map[string]any{"name": " twin", "ip_address": "192.0.2.4"})
		devices := w.client.Devices.Fields()

		if row, err := Lookup(t.Context(), devices, "device", "core"); err != nil || row.ID() != one {
			t.Errorf("core is %v, want device %d: %v", row, one, err)
		}
		if row, err := Lookup(t.Context(), devices, "device", "Core"); err != nil || row != nil {
			t.Errorf("Core is %v, want none: %v", row, err)
		}
		_, err := Lookup(t.Context(), devices, "device", "twin")
		if ambiguous := new(AmbiguousError); !errors.As(err, &ambiguous) || !slices.Equal(ambiguous.IDs, []int64{two, three}) {
			t.Errorf("the error is %v, want an ambiguity of %d and %d", err, two, three)
		}
		for text, want := range map[string]int64{"core": one, fmt.Sprint(two): two} {
			if id, err := Resolve(t.Context(), devices, "device", text); err != nil || id != want {
				t.Errorf("%s is device %d, want %d: %v", text, id, want, err)
			}
		}
		for _, text := range []string{"nothing", "4711"} {
			_, err := Resolve(t.Context(), devices, "device", text)
			if missing := new(NotFoundError); !errors.As(err, &missing) || !strings.Contains(err.Error(), text) {
				t.Errorf("%s: the error is %v, want that it is not found", text, err)
			}
		}
	})
}
