// SPDX-License-Identifier: GPL-3.0-or-later

package predicted_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/predicted"
)

type plays struct {
	*testing.T
	server *acsmontest.Server
	client *acsmon.Client
	dir    string
}

func newPlays(t *testing.T) *plays {
	server := acsmontest.Start(t, acsmontest.Options{Monitors: 3, Devices: 2})
	client, err := acsmon.New(server.URL, acsmon.WithToken(acsmon.Secret(server.Token)))
	if err != nil {
		t.Fatal(err)
	}
	return &plays{t, server, client, t.TempDir()}
}

// monitors is the list as a task of the run has it.
func (p *plays) monitors(run string) predicted.Collection {
	r := &predicted.Run{Dir: p.dir, ID: run, Identity: "somebody", Now: time.Now}
	return r.Over(p.client.Monitors.Fields(), nil)
}

func names(t *testing.T, c predicted.Collection, query acsmon.Query) []string {
	t.Helper()
	rows, err := acsmon.Collect(c.List(t.Context(), query))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, row := range rows {
		list = append(list, row["name"].(string))
	}
	return list
}

// TestLaterTasksSeeWhatEarlierOnesWouldWrite walks one resource through its life.
func TestLaterTasksSeeWhatEarlierOnesWouldWrite(t *testing.T) {
	p := newPlays(t)
	before := names(t, p.monitors("run"), acsmon.Query{})

	made, err := p.monitors("run").Create(t.Context(), acsmon.Fields{"name": "Shop", "type": "ping", "host": "shop.example"})
	if err != nil || made.ID() >= 0 {
		t.Fatalf("a created row has the id %d (%v), want one below zero", made.ID(), err)
	}
	if got := names(t, p.monitors("run"), acsmon.Query{Search: "shop"}); !slices.Equal(got, []string{"Shop"}) {
		t.Errorf("a search finds %v", got)
	}
	if _, err := p.monitors("run").Update(t.Context(), made.ID(), acsmon.Fields{"name": "Web shop"}); err != nil {
		t.Fatal(err)
	}
	if row, err := p.monitors("run").Get(t.Context(), made.ID()); err != nil || row["name"] != "Web shop" || row["host"] != "shop.example" {
		t.Errorf("it is %v (%v)", row, err)
	}
	first := p.server.Rows("monitors")[0]["id"].(int64)
	p.server.ResetRequests()
	if row, err := p.monitors("run").Update(t.Context(), first, acsmon.Fields{"name": "Renamed"}); err != nil || row.ID() != first || row["name"] != "Renamed" {
		t.Fatalf("%v (%v)", row, err)
	}
	if asked := p.server.Requests(); len(asked) > 0 {
		t.Errorf("to predict a change costs %v", asked)
	}
	if err := p.monitors("run").Delete(t.Context(), p.server.Rows("monitors")[1]["id"].(int64)); err != nil {
		t.Fatal(err)
	}
	if got, want := names(t, p.monitors("run"), acsmon.Query{}), []string{"Renamed", before[2], "Web shop"}; !slices.Equal(got, want) {
		t.Errorf("there would be %v, want %v", got, want)
	}
	if err := p.monitors("run").Delete(t.Context(), made.ID()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.monitors("run").Get(t.Context(), made.ID()); !acsmon.IsNotFound(err) {
		t.Errorf("what would have been removed is found (%v)", err)
	}
	if writes := p.server.Writes(); len(writes) > 0 {
		t.Errorf("the server was written to: %v", writes)
	}
	for _, other := range []string{"another run", ""} {
		if got := names(t, p.monitors(other), acsmon.Query{}); !slices.Equal(got, before) {
			t.Errorf("run %q sees %v, want what the server has", other, got)
		}
	}
}

// TestChangedLinks: the object beside a changed id shows what was before.
func TestChangedLinks(t *testing.T) {
	p := newPlays(t)
	group := p.server.Add("monitor-groups", map[string]any{"name": "Old"})
	id := p.server.Add("monitors", map[string]any{"name": "Shop", "type": "ping", "host": "a", "monitor_group_id": group})
	if _, err := p.monitors("run").Update(t.Context(), id, acsmon.Fields{"monitor_group_id": int64(-1), "name": "Shop"}); err != nil {
		t.Fatal(err)
	}
	row, err := p.monitors("run").Get(t.Context(), id)
	linked := acsmon.Fields{"id": row["monitor_group_id"]}.ID()
	if err != nil || row["monitor_group"] != nil || linked != -1 {
		t.Errorf("the row is %v (%v)", row, err)
	}
}

// TestDamagedFile: a prediction that is lost would make a wrong one of the next task.
func TestDamagedFile(t *testing.T) {
	p := newPlays(t)
	if _, err := p.monitors("run").Create(t.Context(), acsmon.Fields{"name": "Shop"}); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(p.dir, "*"))
	for _, file := range files {
		if err := os.Truncate(file, 20); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := acsmon.Collect(p.monitors("run").List(t.Context(), acsmon.Query{})); err == nil {
		t.Error("the damage is not noticed")
	}
}

func TestConceal(t *testing.T) {
	result := map[string]any{
		"monitor": acsmon.Fields{"id": int64(-1), "name": "Shop", "monitor_group_id": int64(-2), "device_id": int64(4), "response_time_ms": -1},
		"list":    []any{map[string]any{"id": int64(7)}},
	}
	want := map[string]any{
		"monitor": acsmon.Fields{"name": "Shop", "monitor_group_id": nil, "device_id": int64(4), "response_time_ms": -1},
		"list":    []any{map[string]any{"id": int64(7)}},
	}
	if diff := cmp.Diff(want, predicted.Conceal(result)); diff != "" {
		t.Error(diff)
	}
}
