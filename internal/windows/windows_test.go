// SPDX-License-Identifier: GPL-3.0-or-later

package windows_test

import (
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/windows"
)

var now = time.Date(2026, 3, 1, 23, 30, 45, 0, time.FixedZone("", 3600))

func TestMark(t *testing.T) {
	for tag, want := range map[string]struct {
		name       string
		start, end string
	}{
		"paused-by:shop":                                     {"shop", "", ""},
		"paused-by:shop@2026-03-01T22:30Z":                   {"shop", "2026-03-01T22:30:00Z", ""},
		"paused-by:shop@2026-03-01T22:30Z/2026-03-01T23:31Z": {"shop", "2026-03-01T22:30:00Z", "2026-03-01T23:31:00Z"},
		"paused-by:shop@2026-03-01T22:30Z/never":             {"shop", "2026-03-01T22:30:00Z", ""},
		"paused-by:shop@soon/2026-03-01T23:31Z":              {"shop", "", ""},
		"paused-by:":                                         {"", "", ""},
	} {
		marks := windows.Marks([]string{"web", tag, "paused"})
		if len(marks) != 1 {
			t.Fatalf("the marks of %s are %v, want one", tag, marks)
		}
		m := marks[0]
		if m.Name != want.name || m.Tag != tag || text(m.Start) != want.start || text(m.End) != want.end {
			t.Errorf("%s is %+v", tag, m)
		}
	}
	for minutes, want := range map[int64]string{
		0:  "paused-by:shop@2026-03-01T22:30Z",
		60: "paused-by:shop@2026-03-01T22:30Z/2026-03-01T23:31Z",
	} {
		m := windows.New("shop", now, minutes)
		if m.Tag != want || windows.Marks([]string{want})[0] != m {
			t.Errorf("a window of %d minutes is %+v", minutes, m)
		}
	}
}

func text(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

func TestOverdue(t *testing.T) {
	m := windows.New("shop", now, 60)
	if m.Overdue(now.Add(60 * time.Minute)) {
		t.Error("it is overdue before its end")
	}
	if !m.Overdue(now.Add(62 * time.Minute)) {
		t.Error("it is not overdue after its end")
	}
	if windows.New("shop", now, 0).Overdue(now.AddDate(100, 0, 0)) {
		t.Error("a window without an end is overdue")
	}
}

func TestReplaces(t *testing.T) {
	old := windows.New("shop", now, 60)
	for _, test := range []struct {
		what string
		m    windows.Mark
		want bool
	}{
		{"the same run", windows.New("shop", now.Add(40*time.Second), 60), false},
		{"a later run", windows.New("shop", now.Add(5*time.Minute), 60), true},
		{"a later run that ends earlier", windows.New("shop", now.Add(5*time.Minute), 10), false},
		{"a run without an end", windows.New("shop", now, 0), true},
	} {
		if got := test.m.Replaces(old); got != test.want {
			t.Errorf("%s: it replaces the old mark: %t, want %t", test.what, got, test.want)
		}
	}
	bare := windows.Mark{Name: "shop"}
	if !old.Replaces(bare) || windows.New("shop", now, 0).Replaces(bare) {
		t.Error("an end is added to a mark without one, and nothing else")
	}
}

func FuzzMarks(f *testing.F) {
	f.Add("paused-by:shop@2026-03-01T22:30Z/2026-03-01T23:31Z")
	f.Fuzz(func(t *testing.T, tag string) {
		for _, m := range windows.Marks([]string{tag}) {
			if m.Tag != tag {
				t.Errorf("%q became %q", tag, m.Tag)
			}
			m.Overdue(now)
		}
	})
}
