// SPDX-License-Identifier: GPL-3.0-or-later

package kept_test

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/kept"
)

// list is a list of the API that counts what it is asked.
type list struct {
	rows   []acsmon.Fields
	err    error
	listed int
	got    int
}

func (l *list) Path() string { return "/things" }

func (l *list) List(_ context.Context, query acsmon.Query) iter.Seq2[acsmon.Fields, error] {
	return func(yield func(acsmon.Fields, error) bool) {
		l.listed++
		if l.err != nil {
			yield(nil, l.err)
			return
		}
		for _, row := range l.rows {
			if status := query.Filter["status"]; status != "" && row["status"] != status {
				continue
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func (l *list) Get(context.Context, int64) (acsmon.Fields, error) {
	l.got++
	return l.rows[0], l.err
}

// bench makes stores that share a folder, as runs do.
type bench struct {
	dir     string
	written string
	now     time.Time
	mu      sync.Mutex
}

func newBench(t *testing.T) *bench {
	return &bench{dir: filepath.Join(t.TempDir(), "lookup"), now: time.Now()}
}

func (b *bench) run() *kept.Store {
	return &kept.Store{
		Dir: b.dir, For: "somebody", Age: time.Minute, Written: func() string { return b.written },
		Redact: func(row acsmon.Fields) acsmon.Fields { return row },
		Lock: func(context.Context, string) (func(), error) {
			b.mu.Lock()
			return b.mu.Unlock, nil
		},
		Now: func() time.Time { return b.now },
	}
}

func things() *list {
	return &list{rows: []acsmon.Fields{{"id": 1, "status": "open"}, {"id": 2, "status": "closed"}}}
}

func all(t *testing.T, l *kept.List, query acsmon.Query) ([]acsmon.Fields, error) {
	t.Helper()
	return acsmon.Collect(l.List(t.Context(), query))
}

func TestWhatIsKeptIsNotAskedAgain(t *testing.T) {
	tests := []struct {
		name    string
		between func(b *bench)
		asked   int
	}{
		{"soon after", func(*bench) {}, 1},
		{"when it is old", func(b *bench) { b.now = b.now.Add(time.Minute) }, 2},
		{"before it was fetched, by a clock that was put back", func(b *bench) { b.now = b.now.Add(-time.Second) }, 2},
		{"after a write", func(b *bench) { b.written = "again" }, 2},
		{"where the file is damaged", func(b *bench) { damage(b.dir) }, 2},
		{"where the file is gone", func(b *bench) { _ = os.RemoveAll(b.dir) }, 2},
	}
	for _, test := range tests {
		b, source := newBench(t), things()
		for i := range 2 {
			rows, err := all(t, b.run().List(source), acsmon.Query{Search: "whatever"})
			if err != nil || len(rows) != 2 {
				t.Errorf("%s: the rows are %v, want two: %v", test.name, rows, err)
			}
			if i == 0 {
				test.between(b)
			}
		}
		if source.listed != test.asked {
			t.Errorf("%s: the list was read %d times, want %d", test.name, source.listed, test.asked)
		}
	}
}

func damage(dir string) {
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	for _, file := range files {
		_ = os.WriteFile(file, []byte(`{"for": "`), 0o600)
	}
}

// A write while the list is read may be missing from it.
func TestWhatIsWrittenMeanwhileEndsIt(t *testing.T) {
	b, source := newBench(t), things()
	rows, err := b.run().Rows(t.Context(), "things", func() ([]acsmon.Fields, error) {
		b.written = "meanwhile"
		return source.rows, nil
	})
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	if known := b.run().Known("things"); known != nil {
		t.Errorf("%v is kept", known)
	}
}

// A server that lacks a list, or refuses a request, is not asked again; a server that fails is.
func TestOnlyRefusalsAreKept(t *testing.T) {
	for status, asked := range map[int]int{404: 1, 422: 1, 400: 1, 403: 3, 500: 3, 0: 3} {
		b, source := newBench(t), &list{err: &acsmon.Error{Status: status, Method: "GET", Path: "/things", Message: "No."}}
		for range 3 {
			_, err := all(t, b.run().List(source), acsmon.Query{})
			var refused *acsmon.Error
			if !errors.As(err, &refused) || refused.Status != status || refused.Message != "No." {
				t.Errorf("%d: the error is %v", status, err)
			}
		}
		if source.listed != asked {
			t.Errorf("%d: the list was read %d times, want %d", status, source.listed, asked)
		}
	}
}

// A list without end is read by its filter, and without one no further than is wanted.
func TestListsWithoutEnd(t *testing.T) {
	b, source := newBench(t), things()
	open := acsmon.Query{Filter: map[string]string{"status": "open", "severity": "critical"}}
	for range 2 {
		if rows, err := all(t, b.run().List(source, "status"), open); err != nil || len(rows) != 1 {
			t.Error(rows, err)
		}
		if row, err := b.run().List(source, "status").Get(t.Context(), 1); err != nil || row.ID() != 1 {
			t.Error(row, err)
		}
	}
	if source.listed != 1 || source.got != 1 {
		t.Errorf("it was listed %d times, and a row fetched %d times", source.listed, source.got)
	}
	for range 2 {
		for range b.run().List(source, "status").List(t.Context(), acsmon.Query{}) {
			break // the first is enough
		}
	}
	for range 2 {
		if rows, err := all(t, b.run().List(source, "status"), acsmon.Query{}); err != nil || len(rows) != 2 {
			t.Error(rows, err)
		}
	}
	if source.listed != 4 { // what is read in part is not kept
		t.Errorf("it was listed %d times", source.listed)
	}
}
