// SPDX-License-Identifier: GPL-3.0-or-later

package sharedlist_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/sharedlist"
)

// bench is a server, and the runs of tasks against it.
type bench struct {
	*testing.T
	server *acsmontest.Server
	client *acsmon.Client
	dir    string
	now    time.Time
}

func newBench(t *testing.T, monitors int) *bench {
	server := acsmontest.Start(t, acsmontest.Options{Monitors: monitors})
	client, err := acsmon.New(server.URL, acsmon.WithToken(acsmon.Secret(server.Token)))
	if err != nil {
		t.Fatal(err)
	}
	return &bench{T: t, server: server, client: client, dir: t.TempDir(), now: time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)}
}

// lists are what one run of a task has.
func (b *bench) lists(task string) *sharedlist.Lists {
	return &sharedlist.Lists{Dir: b.dir, Origin: b.server.URL, Identity: "somebody", Task: task, Now: func() time.Time { return b.now }}
}

func (b *bench) monitors(task string) sharedlist.Collection {
	return b.lists(task).Share(b.client.Monitors.Fields())
}

// find is how a run looks for a name: it searches, and reads the whole list before it
// says that there is none, unless the search is known to be complete.
func (b *bench) find(c sharedlist.Collection, name string) acsmon.Fields {
	b.Helper()
	for _, term := range []string{name, ""} {
		if known, ok := c.(interface {
			Complete(context.Context) (bool, error)
		}); ok && term == "" {
			if complete, err := known.Complete(b.Context()); err != nil || complete {
				return nil
			}
		}
		rows, err := acsmon.Collect(c.List(b.Context(), acsmon.Query{Search: term}))
		if err != nil {
			b.Fatal(err)
		}
		for _, row := range rows {
			if row["name"] == name {
				return row
			}
		}
	}
	return nil
}

// have makes sure that there is a monitor of that name.
func (b *bench) have(c sharedlist.Collection, name string) {
	b.Helper()
	if b.find(c, name) != nil {
		return
	}
	if _, err := c.Create(b.Context(), acsmon.Fields{"name": name, "type": "ping", "host": "192.0.2.1"}); err != nil {
		b.Fatal(err)
	}
}

// requests runs do, and counts the reads and the writes that it sends to the server.
func (b *bench) requests(do func()) (reads, writes int) {
	b.server.ResetRequests()
	do()
	writes = len(b.server.Writes())
	return len(b.server.Requests()) - writes, writes
}

// generation returns where a write is noted, and removes what is there.
func (b *bench) generation() string {
	b.Helper()
	files, _ := filepath.Glob(filepath.Join(b.dir, "*.generation"))
	if len(files) != 1 {
		b.Fatalf("the notes of who wrote are %v, want one", files)
	}
	if err := os.Remove(files[0]); err != nil {
		b.Fatal(err)
	}
	return files[0]
}

// shareAll has the runs of the task share the whole list, and that there is nothing else.
func (b *bench) shareAll() {
	b.Helper()
	for range 2 {
		b.find(b.monitors("task"), "There is none")
	}
}

func (b *bench) names() []string {
	var names []string
	for _, row := range b.server.Rows("monitors") {
		names = append(names, fmt.Sprint(row["name"]))
	}
	return names
}

// TestCost holds what many runs of one task cost.
func TestCost(t *testing.T) {
	existing := func(b *bench, n int) string { return b.names()[n] }
	missing := func(_ *bench, n int) string { return fmt.Sprintf("New monitor %03d", n) }
	for _, test := range []struct {
		what          string
		size, runs    int
		name          func(*bench, int) string
		reads, writes int
	}{
		{"one run that finds what it looks for", 1000, 1, existing, 1, 0},
		{"two runs", 1000, 2, existing, 3, 0},
		{"as many runs as the list has pages", 1000, 10, existing, 11, 0},
		{"ten times as many", 1000, 100, existing, 21, 0},
		{"many runs on a list of one page", 90, 50, existing, 2, 0},
		{"one run that creates", 1000, 1, missing, 11, 1},
		{"a hundred runs that create", 1000, 100, missing, 22, 100},
		{"a hundred runs that create on an empty server", 0, 100, missing, 2, 100},
	} {
		t.Run(test.what, func(t *testing.T) {
			b := newBench(t, test.size)
			var names []string
			for n := range test.runs {
				names = append(names, test.name(b, n))
			}
			reads, writes := b.requests(func() {
				for _, name := range names {
					b.have(b.monitors("task"), name)
				}
			})
			if reads > test.reads || writes != test.writes {
				t.Errorf("%d runs: %d reads and %d writes, want %d and %d", test.runs, reads, writes, test.reads, test.writes)
			}
		})
	}
}

func TestTwoRunsOfOneNameMakeOne(t *testing.T) {
	b := newBench(t, 150)
	for range 3 {
		b.have(b.monitors("task"), "Web shop")
	}
	if n := strings.Count(strings.Join(b.names(), "\n"), "Web shop"); n != 1 {
		t.Errorf("there are %d monitors of the name, want 1", n)
	}
}

// forgetting is what happens between two looks of runs at one list, and whether the second sees what
// is on the server by then.
var forgetting = []struct {
	what    string
	happens func(*bench)
	seen    bool
}{
	{"nothing", func(*bench) {}, false},
	{"another task writes", func(b *bench) { b.have(b.monitors("another"), "Somebody's") }, true},
	{"another module writes", func(b *bench) { b.lists("").Wrote() }, true},
	{"another task writes, which cannot be noted", func(b *bench) {
		if err := os.MkdirAll(filepath.Join(b.generation(), "full"), 0o700); err != nil {
			b.Fatal(err)
		}
		b.shareAll()
		b.have(b.monitors("another"), "Somebody's")
	}, true},
	{"a write fails", func(b *bench) {
		if _, err := b.monitors("task").Create(b.Context(), acsmon.Fields{"name": "no type"}); err == nil {
			b.Fatal("the server took it")
		}
	}, true},
	{"a run fails", func(b *bench) {
		lists := b.lists("task")
		lists.Share(b.client.Monitors.Fields())
		lists.Forget()
	}, true},
	{"the run is a repeat", func(b *bench) {
		lists := b.lists("task")
		lists.Afresh = true
		lists.Share(b.client.Monitors.Fields())
	}, true},
	{"the file is damaged", func(b *bench) {
		files, _ := filepath.Glob(filepath.Join(b.dir, "*.list"))
		for _, file := range files {
			if err := os.WriteFile(file, []byte(`{"generation": "", "rows": [{"na`), 0o600); err != nil {
				b.Fatal(err)
			}
		}
	}, true},
}

func TestForgotten(t *testing.T) {
	for _, test := range forgetting {
		t.Run(test.what, func(t *testing.T) {
			b := newBench(t, 150)
			b.have(b.monitors("task"), "First")
			b.shareAll()
			test.happens(b)
			b.server.Add("monitors", map[string]any{"name": "Second", "type": "ping", "host": "192.0.2.2"})
			if seen := b.find(b.monitors("task"), "Second") != nil; seen != test.seen {
				t.Errorf("the run sees what is on the server now: %t, want %t", seen, test.seen)
			}
		})
	}
}

func TestOtherCredentialsShareNothing(t *testing.T) {
	b := newBench(t, 150)
	b.have(b.monitors("task"), "First")
	lists := b.lists("task")
	lists.Identity = "somebody else"
	reads, _ := b.requests(func() { b.find(lists.Share(b.client.Monitors.Fields()), "First") })
	if reads != 1 {
		t.Errorf("the run asked the server %d times, want 1", reads)
	}
}

// TestAge holds what a run does with rows that were fetched more than a minute ago.
func TestAge(t *testing.T) {
	for _, test := range []struct {
		what    string
		happens func(*bench)
		name    string // that the run looks for
		found   bool
		reads   int
	}{
		{"nothing: the newest page proves that there is none", func(*bench) {}, "Second", false, 1},
		{"somebody creates it", func(b *bench) {
			b.server.Add("monitors", map[string]any{"name": "Second", "type": "ping", "host": "192.0.2.2"})
		}, "Second", true, 3},
		{"somebody else's is removed", func(b *bench) { b.server.Remove("monitors", int64(b.server.Rows("monitors")[3]["id"].(int64))) }, "Second", false, 3},
		{"a row that is there is fetched by itself", func(*bench) {}, "First", true, 1},
		{"a row that is gone is looked for in the whole list", func(b *bench) {
			for _, row := range b.server.Rows("monitors") {
				if row["name"] == "First" {
					b.server.Remove("monitors", row["id"].(int64))
				}
			}
		}, "First", false, 5},
	} {
		t.Run(test.what, func(t *testing.T) {
			b := newBench(t, 150)
			b.have(b.monitors("task"), "First")
			b.find(b.monitors("task"), "First")   // it is fetched after it was written
			b.find(b.monitors("task"), "Nothing") // the list is proved to be all there is
			b.now = b.now.Add(sharedlist.MaxAge + time.Second)
			test.happens(b)
			var row acsmon.Fields
			reads, _ := b.requests(func() { row = b.find(b.monitors("task"), test.name) })
			if (row != nil) != test.found || reads != test.reads {
				t.Errorf("found %v with %d reads, want %v with %d", row != nil, reads, test.found, test.reads)
			}
		})
	}
}

// TestWrittenRowsAreFetchedAgain: the response to a write may show less, or something
// older, than the server has.
func TestWrittenRowsAreFetchedAgain(t *testing.T) {
	b := newBench(t, 150)
	b.have(b.monitors("task"), "First")
	id := b.find(b.monitors("task"), "First").ID()
	if _, err := b.monitors("task").Update(t.Context(), id, acsmon.Fields{"name": "First", "type": "ping", "host": "192.0.2.9"}); err != nil {
		t.Fatal(err)
	}
	b.server.Set("monitors", id, map[string]any{"host": "192.0.2.10"})
	if row := b.find(b.monitors("task"), "First"); row["host"] != "192.0.2.10" {
		t.Errorf("host is %v, want what the server shows now", row["host"])
	}
	if err := b.monitors("task").Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if b.find(b.monitors("task"), "First") != nil {
		t.Error("a row that was deleted is found")
	}
}

func TestReferencesAreLookedUpOnce(t *testing.T) {
	b := newBench(t, 0)
	id := b.server.Add("monitor-groups", map[string]any{"name": "Web"})
	for range 2 {
		reads, _ := b.requests(func() {
			for range 5 {
				if _, err := b.lists("task").Refer(b.client.MonitorGroups.Fields()).Get(t.Context(), id); err != nil {
					t.Fatal(err)
				}
			}
		})
		if reads > 1 {
			t.Errorf("five runs fetched it %d times, want once", reads)
		}
		b.now = b.now.Add(2 * time.Minute)
	}
}

// TestNowhereToWrite: nothing is shared then, and everything else is as ever.
func TestNowhereToWrite(t *testing.T) {
	b := newBench(t, 150)
	b.dir = filepath.Join(b.dir, "missing")
	for range 2 {
		b.have(b.monitors("task"), "First")
	}
	if n := strings.Count(strings.Join(b.names(), "\n"), "First"); n != 1 {
		t.Errorf("there are %d monitors of the name, want 1", n)
	}
}

// TestFilesArePrivateAndGoAway: the rows of a server are nobody else's business.
func TestFilesArePrivateAndGoAway(t *testing.T) {
	b := newBench(t, 150)
	b.have(b.monitors("task"), "First")
	files, _ := filepath.Glob(filepath.Join(b.dir, "*.list"))
	if len(files) != 1 {
		t.Fatalf("the run left %v, want one file", files)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v (%v), want 0600", info.Mode(), err)
	}
	b.now = time.Now().Add(time.Hour)
	b.lists("another").Share(b.client.Monitors.Fields())
	if _, err := os.Stat(files[0]); !os.IsNotExist(err) {
		t.Errorf("an hour later it is still there (%v)", err)
	}
}

// TestWhatMovedIsFound: a row that moved to a page that was read already is found before
// another of its name is made.
func TestWhatMovedIsFound(t *testing.T) {
	b := newBench(t, 250)
	b.server.Add("monitors", map[string]any{"name": "Hidden", "type": "ping", "host": "192.0.2.3"})
	hidden := b.server.Rows("monitors")[100]["id"].(int64)
	b.server.Set("monitors", hidden, map[string]any{"name": "Between"})
	first := b.server.Rows("monitors")[0]["id"].(int64)
	b.server.Inject(acsmontest.Fault{Method: "GET", Path: "/monitors", Skip: 1, Times: 1, Do: acsmontest.Then(func(s *acsmontest.Server) {
		s.Remove("monitors", first)
		s.Add("monitors", map[string]any{"name": "Theirs", "type": "ping", "host": "192.0.2.4"})
	})})
	b.have(b.monitors("task"), "Shop") // reads the list while its rows move
	b.have(b.monitors("task"), "Between")
	if n := strings.Count(strings.Join(b.names(), "\n"), "Between"); n != 1 {
		t.Errorf("there are %d monitors of the name, want 1", n)
	}
}
