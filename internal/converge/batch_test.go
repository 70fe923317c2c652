// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

var (
	groups = Kind{Name: "monitor group", Fields: []Field{{Name: "name"}, {Name: "color"}}, Required: []string{"name"}}
	rules  = Kind{Name: "rule", Required: []string{"name", "condition"}, Fields: []Field{
		{Name: "name"}, {Name: "condition"}, {Name: "severity"},
		{Name: "monitor", Send: "monitor_id", Form: Link},
		{Name: "channels", Send: "channel_ids", Form: Links},
	}}
	channels = Kind{Name: "channel", Required: []string{"name", "type"}, Fields: []Field{
		{Name: "name"}, {Name: "type"}, {Name: "config", Form: Merge}, {Name: "secret", Form: Secret}}}
)

// input holds the items of each kind, from which batch makes a batch.
type input struct {
	items  map[string][]Item
	exact  bool
	within map[string]*Scope
	goOn   bool
}

// kinds are the sections' names, in the order of their dependencies.
var kinds = []string{"alert-channels", "monitor-groups", "monitors", "monitor-alert-rules"}

// batch makes a fresh batch of an input.
func (w *testServer) batch(want input) *Batch {
	section := func(kind Kind, store Store, name string) *Section {
		return &Section{Engine: Engine{Kind: kind, Store: store, Limit: w.client.Limit}, Name: name, Items: want.items[name], Exact: want.exact, Within: want.within[name]}
	}
	channel := section(channels, w.client.AlertChannels.Fields(), "alert-channels")
	group := section(groups, w.client.MonitorGroups.Fields(), "monitor-groups")
	monitor := section(monitors, w.client.Monitors.Fields(), "monitors")
	rule := section(rules, w.client.MonitorAlertRules.Fields(), "monitor-alert-rules")
	monitor.Links = map[string]*Section{"group": group}
	rule.Links = map[string]*Section{"monitor": monitor, "channels": channel}
	return &Batch{Sections: []*Section{channel, group, monitor, rule}, Shown: shown, ShownKey: shown}
}

// shown writes a control character as it is shown in results.
func shown(text string) string { return strings.ReplaceAll(text, "\x1b", `\u001b`) }

// run plans and applies.
func (w *testServer) run(ctx context.Context, want input) ([]*Step, error) {
	b := w.batch(want)
	steps, err := b.Plan(ctx)
	if err != nil {
		return nil, err
	}
	return steps, b.Apply(ctx, steps, want.goOn)
}

// fillAll is fill, with rules and channels.
func (g generator) fillAll(w *testServer) {
	g.fill(w)
	for range g.IntN(4) {
		w.Add("alert-channels", map[string]any{"name": pick(g, "c", "d", "e\x1b"), "type": pick(g, "email", "slack"), "config": g.config()})
	}
	channel, monitor := w.Rows("alert-channels"), w.Rows("monitors")
	for range g.IntN(4) {
		rule := map[string]any{"name": pick(g, "r", "s", "t"), "condition": "status_down"}
		if len(channel) > 0 {
			rule["channel_ids"] = []int64{pick(g, channel...)["id"].(int64)}
		}
		if len(monitor) > 0 {
			rule["monitor_id"] = pick(g, monitor...)["id"]
		}
		w.Add("monitor-alert-rules", rule)
	}
}

func (g generator) input(w *testServer) input {
	want := input{items: map[string][]Item{}, within: map[string]*Scope{}, exact: g.chance(), goOn: g.chance()}
	absent := g.IntN(8) == 0
	for _, kind := range kinds {
		if g.IntN(4) == 0 {
			continue
		}
		want.items[kind] = []Item{}
		taken := map[string]bool{}
		for range g.IntN(6) {
			item := g.listed(w, want, kind, absent)
			clash := slices.ContainsFunc(item.names(), func(name string) bool { return taken[name] })
			if clash && g.IntN(20) > 0 { // what is listed twice is refused, mostly
				continue
			}
			for _, name := range item.names() {
				taken[name] = true
			}
			want.items[kind] = append(want.items[kind], item)
		}
		if !absent && g.IntN(3) == 0 {
			want.within[kind] = &Scope{Prefix: pick(g, "", "", "w", "a")}
			if kind == "monitors" {
				want.within[kind].Has = pick(g, nil, map[string]string{"tags": "x"}, map[string]string{"group": pick(g, "G1", "G2", "new")})
			}
		}
	}
	return want
}

// listed makes an item of a kind. Most of them have what a create needs.
func (g generator) listed(w *testServer, want input, kind string, absent bool) Item {
	var item Item
	var wishes map[string]any
	switch kind {
	case "alert-channels":
		item.Name = pick(g, "c", "d", "new", `e\u001b`)
		wishes = map[string]any{"type": pick(g, "email", "slack"), "config": g.tweak()}
	case "monitor-groups":
		item.Name = pick(g, "G1", "G2", "G3", "new")
		wishes = map[string]any{"color": pick(g, "#111111", "#222222")}
		if g.IntN(4) == 0 {
			item.NewName = pick(g, "G4", "G5")
		}
	case "monitors":
		item = g.item(w)
		if _, given := item.Desired["group"]; given {
			item.Desired["group"] = pick(g, "", "G1", "G2", "G1", "G2", "new")
		}
		wishes = map[string]any{"type": "tcp", "host": "h"}
	case "monitor-alert-rules":
		item.Name = pick(g, "r", "s", "new")
		wishes = map[string]any{"condition": "status_down", "severity": pick(g, "info", "critical"),
			"monitor": g.nameOf(want.items["monitors"]), "channels": pick(g, []any{}, []any{g.nameOf(want.items["alert-channels"])})}
	}
	if rows := w.Rows(kind); g.IntN(8) == 0 && len(rows) > 0 && item.NewName == "" {
		item.ID = pick(g, rows...)["id"].(int64)
	}
	if item.Absent = absent; absent {
		item.NewName = ""
	}
	if item.Desired == nil {
		item.Desired = map[string]any{}
	}
	for name, value := range wishes {
		if _, given := item.Desired[name]; !given && g.IntN(30) > 0 {
			item.Desired[name] = value
		}
	}
	return item
}

// nameOf refers to one of the items, or to nothing.
func (g generator) nameOf(items []Item) string {
	if len(items) == 0 {
		return ""
	}
	return pick(g, items...).finalName()
}

// model is the whole state by kind and id, worked out apart from the engine.
type model map[string]map[int64]map[string]any

func (w *testServer) model() model {
	m := model{}
	for _, kind := range kinds {
		m[kind] = map[int64]map[string]any{}
		for _, row := range w.Rows(kind) {
			m[kind][row["id"].(int64)] = row
		}
	}
	return m
}

func (m model) find(kind, name string) (found []int64) {
	for id, row := range m[kind] {
		if shown(fmt.Sprint(row["name"])) == name {
			found = append(found, id)
		}
	}
	return found
}

// apply makes the model what the input wants. made gives the ids of what was created.
func (m model) apply(want input, made func(kind string, index int) int64) {
	for _, kind := range kinds {
		items, within := want.items[kind], want.within[kind]
		before, listed := maps.Clone(m[kind]), map[int64]bool{}
		for i, item := range items {
			id := item.ID
			for _, name := range []string{item.Name, item.NewName} {
				for was, row := range before {
					if item.ID == 0 && name != "" && shown(fmt.Sprint(row["name"])) == name {
						id = was
					}
				}
			}
			listed[id] = true
			switch {
			case item.Absent:
				delete(m[kind], id)
			case id == 0:
				m[kind][made(kind, i)] = m.wanted(kind, item, fresh(kind), false)
				listed[made(kind, i)] = true
			default:
				m[kind][id] = m.wanted(kind, item, before[id], want.exact)
			}
		}
		for id, row := range before {
			if within != nil && !listed[id] && m.in(within, row) {
				delete(m[kind], id)
			}
		}
	}
}

func (m model) in(s *Scope, row map[string]any) bool {
	for field, want := range s.Has {
		switch field {
		case "tags":
			tags, _ := row["tags"].([]string)
			if list, isList := row["tags"].([]any); isList {
				tags = Texts(list)
			}
			if !slices.Contains(tags, want) {
				return false
			}
		case "group":
			if !slices.Contains(m.find("monitor-groups", want), id64(row["monitor_group_id"])) {
				return false
			}
		}
	}
	return strings.HasPrefix(fmt.Sprint(row["name"]), s.Prefix)
}

func id64(v any) int64 {
	id, _ := v.(int64)
	return id
}

// fresh is a row that no item says anything about.
func fresh(kind string) map[string]any {
	server := acsmontest.New(acsmontest.Options{})
	return server.Row(kind, server.Add(kind, map[string]any{}))
}

func (m model) wanted(kind string, item Item, row map[string]any, exact bool) map[string]any {
	want := maps.Clone(row)
	if name := item.finalName(); name != "" && shown(fmt.Sprint(row["name"])) != name {
		want["name"] = name
	}
	if exact {
		for column, nothing := range map[string]any{"monitor_group_id": nil, "tags": nil, "monitor_id": nil, "channel_ids": nil} {
			if _, has := want[column]; has {
				want[column] = nothing
			}
		}
	}
	for name, wish := range item.Desired {
		if to, isLink := linkedKinds[name]; isLink {
			want[to.column] = m.linkTo(to.kind, wish)
			continue
		}
		switch wish := wish.(type) {
		case map[string]any:
			config, _ := row["config"].(map[string]any)
			if exact {
				config = emptied(wish, config).(map[string]any) // its nulls are the keys that go
				config = overlaid(overlaid(row["config"].(map[string]any), config), wish)
			} else {
				config = overlaid(config, wish)
			}
			want["config"] = config
		case string:
			want[name] = strings.TrimSpace(wish)
		default:
			want[name] = wish
		}
	}
	return want
}

// linkedKinds says where links are stored, and what they lead to.
var linkedKinds = map[string]struct{ column, kind string }{
	"group": {"monitor_group_id", "monitor-groups"}, "monitor": {"monitor_id", "monitors"}, "channels": {"channel_ids", "alert-channels"},
}

// linkTo returns what is stored of a link, or of links.
func (m model) linkTo(kind string, wish any) any {
	if name, isOne := wish.(string); isOne {
		for _, id := range m.find(kind, name) {
			return id
		}
		return nil
	}
	ids := []any{}
	for _, name := range wish.([]any) {
		for _, id := range m.find(kind, name.(string)) {
			ids = append(ids, id)
		}
	}
	return ids
}

// differs says where the stored state differs from the model. A link to a row that is gone counts
// as none.
func (m model) differs(got model) string {
	for _, kind := range kinds {
		if !slices.Equal(slices.Sorted(maps.Keys(m[kind])), slices.Sorted(maps.Keys(got[kind]))) {
			return fmt.Sprintf("there are %s %v and should be %v", kind, slices.Sorted(maps.Keys(got[kind])), slices.Sorted(maps.Keys(m[kind])))
		}
		for id, row := range m[kind] {
			if a, b := text(m.linked(row)), text(got.linked(got[kind][id])); a != b {
				return fmt.Sprintf("%s %d is\n%s\nand should be\n%s", kind, id, b, a)
			}
		}
	}
	return ""
}

func (m model) linked(row map[string]any) map[string]any {
	row = maps.Clone(row)
	for column, kind := range map[string]string{"monitor_group_id": "monitor-groups", "monitor_id": "monitors"} {
		if m[kind][id64(row[column])] == nil {
			delete(row, column)
		}
	}
	if ids, ok := row["channel_ids"].([]int64); ok {
		list := []any{}
		for _, id := range ids {
			list = append(list, id)
		}
		row["channel_ids"] = list
	}
	list, _ := row["channel_ids"].([]any)
	row["channel_ids"] = slices.DeleteFunc(slices.Clone(list), func(id any) bool { return m["alert-channels"][id64(id)] == nil })
	return row
}

func stepOf(steps []*Step, kind string, index int) *Step {
	return steps[slices.IndexFunc(steps, func(s *Step) bool { return s.Section.Name == kind && s.Index == index })]
}

// TestBatch takes any install to any other, on any server. The plan writes nothing, and says what
// will happen. Each change costs one request. Afterwards all listed items are as they were listed,
// what is not listed is unchanged or gone, as the input asks, and the next run finds nothing to do.
func TestBatch(t *testing.T) {
	planned := 0
	synctest.Test(t, func(t *testing.T) {
		for seed := range uint64(400) {
			g := generator{rand.New(rand.NewPCG(seed, 3))}
			w := newTestServer(t, acsmontest.Options{Seed: seed, Alternatives: g.alternatives()})
			g.fillAll(w)
			want := g.input(w)
			ok, fault := w.planAndApplyAll(t.Context(), want)
			if fault != "" {
				t.Errorf("seed %d: %s\n%+v", seed, fault, want)
			}
			if ok {
				planned++
			}
			w.Close()
		}
	})
	if planned < 100 {
		t.Errorf("only %d of 400 wishes could be planned", planned)
	}
}

func (w *testServer) planAndApplyAll(ctx context.Context, want input) (planned bool, fault string) {
	state := w.model()
	b := w.batch(want)
	steps, err := b.Plan(ctx)
	if len(w.Writes()) > 0 {
		return false, "the plan wrote something"
	}
	if err != nil {
		return false, ""
	}
	before := describe(steps)
	if err := b.Apply(ctx, steps, want.goOn); err != nil {
		return true, "not applied: " + err.Error()
	}
	if n := len(w.Writes()); n != Changes(steps) {
		return true, fmt.Sprintf("%d writes for %d changes", n, Changes(steps))
	}
	if after := describe(steps); after != before {
		return true, fmt.Sprintf("it was planned\n%s\nand done\n%s", before, after)
	}
	state.apply(want, func(kind string, index int) int64 { return stepOf(steps, kind, index).ID() })
	if fault := state.differs(w.model()); fault != "" {
		return true, fault
	}
	again, err := w.batch(want).Plan(ctx)
	if err != nil || Changes(again) > 0 {
		return true, fmt.Sprintf("the next run: %s, %v", describe(again), err)
	}
	return true, ""
}

// describe renders steps as a user sees them, without the ids of what is created.
func describe(steps []*Step) string {
	var b strings.Builder
	for _, step := range steps {
		fmt.Fprintln(&b, step.Label(), step.Plan.Action, step.Plan.Before, step.Plan.After)
	}
	return b.String()
}

// TestBatchNextRunConverges breaks or ends any run at any point. The next runs must reach the state
// of an unbroken run, and create nothing twice.
func TestBatchNextRunConverges(t *testing.T) {
	broken := 0
	synctest.Test(t, func(t *testing.T) {
		for seed := range uint64(600) {
			g := generator{rand.New(rand.NewPCG(seed, 4))}
			options := acsmontest.Options{Seed: seed, Alternatives: g.alternatives()}
			whole, w := newTestServer(t, options), newTestServer(t, options)
			generator{rand.New(rand.NewPCG(seed, 5))}.fillAll(whole)
			generator{rand.New(rand.NewPCG(seed, 5))}.fillAll(w)
			want := g.input(w)
			if _, err := whole.run(t.Context(), want); err == nil {
				ctx, cancel := context.WithCancel(acsmon.WithWaitBudget(t.Context(), 10*time.Minute))
				w.Inject(g.fault(cancel))
				steps, brokenErr := w.run(ctx, want)
				cancel()
				if brokenErr != nil {
					broken++
					tellsTheTruth(t, seed, w, steps)
				}
				time.Sleep(2 * time.Minute) // what was late has arrived
				w.ClearFaults()
				if _, err := w.run(t.Context(), want); err != nil {
					t.Errorf("seed %d: after %v the next run: %v", seed, brokenErr, err)
				}
				if a, b := whole.names(), w.names(); a != b {
					t.Errorf("seed %d: after %v there is\n%s\nand without a fault\n%s\n%+v", seed, brokenErr, b, a, want)
				}
				if again, err := w.batch(want).Plan(t.Context()); err != nil || Changes(again) > 0 {
					t.Errorf("seed %d: after %v there is still something to do: %s, %v", seed, brokenErr, describe(again), err)
				}
			}
			whole.Close()
			w.Close()
		}
	})
	if broken < 40 {
		t.Errorf("only %d runs were broken", broken)
	}
}

func (g generator) fault(cancel func()) acsmontest.Fault {
	return acsmontest.Fault{Method: pick(g, "POST", "PUT", "DELETE", ""), Skip: g.IntN(4), Times: g.IntN(7), Do: pick(g,
		acsmontest.Then(func(*acsmontest.Server) { cancel() }),
		acsmontest.Reset(), acsmontest.After(acsmontest.Reset()), acsmontest.Status(500), acsmontest.After(acsmontest.Status(502)),
		acsmontest.Status(422), acsmontest.Status(403), acsmontest.Delay(40*time.Second), acsmontest.After(acsmontest.HTMLPage()),
		acsmontest.TooManyRequests(10*time.Second))}
}

// tellsTheTruth checks what a broken run says was written against what was.
func tellsTheTruth(t *testing.T, seed uint64, w *testServer, steps []*Step) {
	written := slices.ContainsFunc(steps, func(s *Step) bool { return s.Outcome.Written })
	did := slices.ContainsFunc(w.Writes(), func(r acsmontest.Request) bool { return r.Status/100 == 2 })
	unsure := slices.ContainsFunc(steps, func(s *Step) bool { return s.Err != nil && s.Tried })
	if written && !did && !unsure || did && !written && !unsure {
		t.Errorf("seed %d: written: %v, told: %v", seed, did, written)
	}
	for _, step := range steps {
		if !step.Tried && step.Err != nil && !strings.HasPrefix(step.Err.Error(), "not tried: ") {
			t.Errorf("seed %d: %s was not tried and says %v", seed, step.Label(), step.Err)
		}
	}
}

// names is the whole state without ids of its own.
func (w *testServer) names() string {
	m := w.model()
	var rows []string
	for _, kind := range kinds {
		for _, row := range m[kind] {
			row = m.linked(row)
			if id := id64(row["monitor_group_id"]); id != 0 {
				row["monitor_group_id"] = m["monitor-groups"][id]["name"]
			}
			if id := id64(row["monitor_id"]); id != 0 {
				row["monitor_id"] = m["monitors"][id]["name"]
			}
			var names []string
			for _, id := range row["channel_ids"].([]any) {
				names = append(names, fmt.Sprint(m["alert-channels"][id64(id)]["name"]))
			}
			slices.Sort(names)
			row["channel_ids"] = names
			rows = append(rows, kind+" "+text(row))
		}
	}
	slices.Sort(rows)
	return strings.Join(rows, "\n")
}

// TestGatherRoundTrip gathers any install and gives the result back to it: there is nothing to do.
func TestGatherRoundTrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for seed := range uint64(150) {
			g := generator{rand.New(rand.NewPCG(seed, 6))}
			w := newTestServer(t, acsmontest.Options{Seed: seed, Alternatives: g.alternatives()})
			g.fillAll(w)
			want := input{items: map[string][]Item{}, exact: true, within: map[string]*Scope{}}
			b := w.batch(want)
			for _, s := range b.Sections {
				s.Within = &Scope{}
				items, err := b.Gather(t.Context(), s)
				if err != nil {
					t.Fatal(err)
				}
				for _, item := range items {
					want.items[s.Name] = append(want.items[s.Name], given(item, s))
				}
				want.within[s.Name] = &Scope{}
			}
			if steps, err := w.batch(want).Plan(t.Context()); err != nil || Changes(steps) > 0 {
				t.Errorf("seed %d: %s, %v", seed, describe(steps), err)
			}
			w.Close()
		}
	})
}

// given makes an item of what was gathered, as a user is shown it.
func given(gathered map[string]any, s *Section) Item {
	item := Item{Desired: map[string]any{}}
	for name, value := range gathered {
		switch f := s.Kind.Field(name); {
		case name == "id":
			item.ID = value.(int64)
		case name == "name":
			item.Name = shown(fmt.Sprint(value))
		case f.Form == Link:
			item.Desired[name] = shown(value.(string))
		case f.Form == Links:
			texts := []any{}
			for _, text := range value.([]string) {
				texts = append(texts, shown(text))
			}
			item.Desired[name] = texts
		case f.Form == Set:
			item.Desired[name] = canonical(value)
		default:
			item.Desired[name] = value
		}
	}
	return item
}

// newItem is an item that creates a monitor.
func newItem(name string, desired map[string]any) Item {
	all := map[string]any{"type": "tcp", "host": "h"}
	maps.Copy(all, desired)
	return Item{Name: name, Desired: all}
}

// refusedInputs are refused before anything is written, in one sentence that names the item. The
// server has the group G1, its monitor a, which has the id 7, and two monitors twin.
var refusedInputs = map[string]struct {
	want input
	says string
}{
	"twice, not there": {input{items: map[string][]Item{"monitors": {newItem("new", nil), newItem("new ", nil)}}}, `monitors[1] ("new "): monitors[0] ("new") has or had the same name`},
	"twice, there":     {input{items: map[string][]Item{"monitors": {newItem("a", nil), newItem("a", nil)}}}, `monitors[1] ("a"): monitors[0] ("a") means the same monitor, id 7`},
	"by name and id":   {input{items: map[string][]Item{"monitors": {newItem("a", nil), {ID: 7, Name: "b"}}}}, `monitors[1] ("b"): monitors[0] ("a") means the same monitor, id 7`},
	"by what it was called": {
		input{items: map[string][]Item{"monitors": {{Name: "x", NewName: "new", Desired: newItem("x", nil).Desired}, newItem("x", nil)}}}, `has or had the same name`},
	"renamed to what is created": {
		input{items: map[string][]Item{"monitors": {newItem("new", nil), {ID: 7, Name: "new"}}}}, `monitors[1] ("new"): monitors[0] ("new") has or had the same name`},
	"ambiguous":        {input{items: map[string][]Item{"monitors": {newItem("x", nil), newItem("twin", nil)}}}, `monitors[1] ("twin"): the name "twin" means more than one monitor (ids 8, 9)`},
	"no such id":       {input{items: map[string][]Item{"monitors": {{ID: 99}}}}, `monitors[0] (id 99): there is no monitor with id 99`},
	"what is required": {input{items: map[string][]Item{"monitors": {{Name: "new"}}}}, `monitors[0] ("new"): there is no monitor "new": to create it, give type and host too`},
	"no such group": {
		input{items: map[string][]Item{"monitors": {newItem("new", map[string]any{"group": "G9"})}}}, `monitors[0] ("new"): there is no monitor group "G9"`},
	"a group that goes": {input{items: map[string][]Item{
		"monitor-groups": {{Name: "G1", Absent: true}}, "monitors": {newItem("new", map[string]any{"group": "G1"})},
	}}, `there is no monitor group "G1"`},
	"a group that gets another name": {input{items: map[string][]Item{
		"monitor-groups": {{Name: "G1", NewName: "G2"}}, "monitors": {newItem("a", map[string]any{"group": "G1"})},
	}}, `there is no monitor group "G1"`},
	"several faults": {input{items: map[string][]Item{"monitors": {{Name: "new"}, {ID: 98}, {ID: 99}}}}, `with id 98: check the id; monitors[2]`},
	"a scope in no group": {
		input{within: map[string]*Scope{"monitors": {Has: map[string]string{"group": "G9"}}}}, `the scope: there is no monitor group "G9"`},
}

func TestBatchInput(t *testing.T) {
	for name, test := range refusedInputs {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newTestServer(t, acsmontest.Options{})
				defer w.Close()
				group := w.Add("monitor-groups", map[string]any{"name": "G1"})
				w.Add("monitors", map[string]any{"id": int64(7), "name": "a", "type": "tcp", "host": "h", "monitor_group_id": group})
				w.Add("monitors", map[string]any{"id": int64(8), "name": "twin", "type": "tcp", "host": "h"})
				w.Add("monitors", map[string]any{"id": int64(9), "name": "twin", "type": "tcp", "host": "h"})
				_, err := w.run(t.Context(), test.want)
				if err == nil || !strings.Contains(err.Error(), test.says) {
					t.Errorf("the error is %v, want %s", err, test.says)
				}
				if len(w.Writes()) > 0 {
					t.Errorf("written was %v, want nothing", w.Writes())
				}
			})
		})
	}
}

// TestBatchRenames gives two groups each other's names: their monitors follow the
// names, as they are afterwards.
func TestBatchRenames(t *testing.T) {
	for _, references := range []string{"objects", "ids"} {
		synctest.Test(t, func(t *testing.T) {
			w := newTestServer(t, acsmontest.Options{Alternatives: acsmontest.Alternatives{References: references}})
			defer w.Close()
			a, b := w.Add("monitor-groups", map[string]any{"name": "A"}), w.Add("monitor-groups", map[string]any{"name": "B"})
			id := w.Add("monitors", map[string]any{"name": "m", "type": "tcp", "host": "h", "monitor_group_id": a})
			_, err := w.run(t.Context(), input{items: map[string][]Item{
				"monitor-groups": {{ID: a, Name: "B"}, {ID: b, Name: "A"}},
				"monitors":       {{Name: "m", Desired: map[string]any{"group": "A"}}},
			}})
			if got := w.Row("monitors", id)["monitor_group_id"]; err != nil || got != b {
				t.Errorf("the group is %v, want %d (%v)", got, b, err)
			}
		})
	}
}

// batchCosts says how many requests a batch of 500 monitors in the group G costs.
var batchCosts = map[string]struct {
	alt     acsmontest.Alternatives
	changes int
	desired func(i int) map[string]any
	costs   int
}{
	"500 as they should be": {desired: func(int) map[string]any { return map[string]any{"type": "tcp", "group": "G"} }, costs: 5},
	"20 that are not":       {changes: 20, desired: func(int) map[string]any { return nil }, costs: 25},
	"groups shown by id": {
		alt:     acsmontest.Alternatives{References: "ids"},
		desired: func(int) map[string]any { return map[string]any{"group": "G"} }, costs: 6,
	},
	"fields that the list does not show": {
		alt:     acsmontest.Alternatives{ListRows: "sparse"},
		desired: func(int) map[string]any { return map[string]any{"tags": []any{"x"}} }, costs: 505,
	},
	"fields that the list shows, of one that shows less": {
		alt:     acsmontest.Alternatives{ListRows: "sparse"},
		desired: func(int) map[string]any { return map[string]any{"host": "h"} }, costs: 5,
	},
	"fields that nothing shows": {
		alt:     acsmontest.Alternatives{Shapes: "documented"},
		desired: func(int) map[string]any { return map[string]any{"timeout_ms": int64(1)} }, costs: 6,
	},
}

func TestBatchRequests(t *testing.T) {
	for name, test := range batchCosts {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newTestServer(t, acsmontest.Options{RateLimit: 60, Alternatives: test.alt})
				defer w.Close()
				group := w.Add("monitor-groups", map[string]any{"name": "G"})
				want := input{items: map[string][]Item{}}
				for i := range 500 {
					name := fmt.Sprint("m", i)
					w.Add("monitors", map[string]any{"name": name, "type": "tcp", "host": "h", "tags": []string{"x"}, "monitor_group_id": group})
					item := Item{Name: name, Desired: test.desired(i)}
					if i < test.changes {
						item.Desired = map[string]any{"host": "i"}
					}
					want.items["monitors"] = append(want.items["monitors"], item)
				}
				ctx := acsmon.WithWaitBudget(t.Context(), time.Hour)
				steps, err := w.run(ctx, want)
				answered := slices.DeleteFunc(w.Requests(), func(r acsmontest.Request) bool { return r.Status == 429 })
				if n := len(answered); err != nil || n != test.costs || Changes(steps) != test.changes {
					t.Errorf("%d requests and %d changes, want %d and %d: %v", n, Changes(steps), test.costs, test.changes, err)
				}
			})
		})
	}
}

// TestBatchGoesOn holds what is tried after a failure, and what is said of the rest.
func TestBatchGoesOn(t *testing.T) {
	want := func(goOn bool) input {
		return input{goOn: goOn, items: map[string][]Item{
			"monitor-groups": {{Name: "new"}, {Name: "also new"}},
			"monitors": {
				{Name: "in it", Desired: map[string]any{"type": "tcp", "host": "h", "group": "new"}},
				{Name: "beside", Desired: map[string]any{"type": "tcp", "host": "h"}},
			},
		}, within: map[string]*Scope{"monitors": {}}}
	}
	const unlisted = "monitors (\"old\")"
	for name, test := range map[string]struct {
		goOn bool
		do   acsmontest.Effect
		left []string // not tried
	}{
		"stop":                   {false, acsmontest.Status(422), []string{`monitor-groups[1] ("also new")`, `monitors[0] ("in it")`, `monitors[1] ("beside")`, unlisted}},
		"continue":               {true, acsmontest.Status(422), []string{`monitors[0] ("in it")`, unlisted}},
		"continue, server away":  {true, acsmontest.Status(503), []string{`monitor-groups[1] ("also new")`, `monitors[0] ("in it")`, `monitors[1] ("beside")`, unlisted}},
		"continue, token is bad": {true, acsmontest.Status(401), []string{`monitor-groups[1] ("also new")`, `monitors[0] ("in it")`, `monitors[1] ("beside")`, unlisted}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newTestServer(t, acsmontest.Options{})
				defer w.Close()
				w.Add("monitors", map[string]any{"name": "old", "type": "tcp", "host": "h"})
				w.Inject(acsmontest.Fault{Method: "POST", Path: "/monitor-groups", Times: 1, Do: test.do})
				steps, err := w.run(t.Context(), want(test.goOn))
				if err == nil || !strings.HasPrefix(err.Error(), `monitor-groups[0] ("new"): `) {
					t.Errorf("the error is %v, want one of the group new", err)
				}
				var left []string
				for _, step := range steps {
					if !step.Tried {
						left = append(left, step.Label())
					}
					if wrote := step.Tried && step.Err == nil; wrote != step.Outcome.Written || step.Tried == (step.Err != nil && strings.HasPrefix(step.Err.Error(), "not tried")) {
						t.Errorf("%s is written, or said not to be tried, against what happened: %+v", step.Label(), step)
					}
				}
				if !reflect.DeepEqual(left, test.left) {
					t.Errorf("not tried: %v, want %v", left, test.left)
				}
				if steps, err := w.run(t.Context(), want(false)); err != nil || len(w.Rows("monitors")) != 2 {
					t.Errorf("the next run: %s, %v", describe(steps), err)
				}
			})
		})
	}
}

// TestBatchShownTexts gives texts with control characters back as they were shown.
func TestBatchShownTexts(t *testing.T) {
	b := &Batch{Shown: shown, ShownKey: shown}
	for _, test := range []struct{ desired, current, want any }{
		{`a\u001b`, "a\x1b", "a\x1b"},
		{"a", "b", "a"},
		{object{`k\u001b`: `v\u001b`, "x": 1}, object{"k\x1b": "v\x1b", "y": 2}, object{"k\x1b": "v\x1b", "x": 1}},
		{list{"a", `b\u001b`}, list{"b\x1b", "c"}, list{"a", "b\x1b"}},
		{list{`x\u001b`, object{"k": `\u001b`}}, list{"x\x1b", object{"k": "\x1b"}}, list{"x\x1b", object{"k": "\x1b"}}},
		{list{"a"}, nil, list{"a"}},
	} {
		if got := b.restored(test.desired, test.current); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q over %q is %q, want %q", test.desired, test.current, got, test.want)
		}
	}
}

func TestOwnFault(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		ctx  context.Context
		err  error
		want bool
	}{
		{t.Context(), errors.New("the server did not take it"), true},
		{t.Context(), &acsmon.Error{Status: 422}, true},
		{t.Context(), &acsmon.Error{Status: 403}, true},
		{t.Context(), &acsmon.Error{Status: 500}, true},
		{t.Context(), &acsmon.Error{Status: 502}, false},
		{t.Context(), &acsmon.Error{Status: 429}, false},
		{t.Context(), &acsmon.Error{Status: 401}, false},
		{t.Context(), &acsmon.Error{Status: 0}, false},
		{cancelled, errors.New("anything"), false},
	} {
		if got := ownFault(test.ctx, test.err); got != test.want {
			t.Errorf("ownFault(%v) = %t, want %t", test.err, got, test.want)
		}
	}
}
