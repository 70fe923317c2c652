// SPDX-License-Identifier: GPL-3.0-or-later

// Package windows owns the mark by which a monitor says which deploy window has paused it, since
// when, and until when. A mark is a tag of the monitor. The package does not know requests, or who
// pauses and resumes.
package windows

import (
	"strings"
	"time"
)

// Prefix begins the tag that is a mark.
const Prefix = "paused-by:"

// layout is how a mark writes times: to the minute, in UTC.
const layout = "2006-01-02T15:04Z"

// Mark says that a window has paused a monitor. As a tag it is paused-by:NAME, or with its times
// paused-by:NAME@START or paused-by:NAME@START/END.
type Mark struct {
	Name       string
	Start, End time.Time // zero: the start is not known, or there is no end
	Tag        string    // as the monitor has it
}

// New returns the mark of a window that begins now. It ends after so many minutes, or with 0
// minutes when somebody ends it.
func New(name string, now time.Time, minutes int64) Mark {
	m := Mark{Name: name, Start: now.UTC().Truncate(time.Minute)}
	m.Tag = Prefix + name + "@" + m.Start.Format(layout)
	if minutes > 0 {
		m.End = m.Start.Add(time.Duration(minutes+1) * time.Minute) // a minute more, so that it is not a second too early
		m.Tag += "/" + m.End.Format(layout)
	}
	return m
}

// Marks returns the marks among the tags of a monitor.
func Marks(tags []string) []Mark {
	var marks []Mark
	for _, tag := range tags {
		if text, marked := strings.CutPrefix(tag, Prefix); marked {
			marks = append(marks, parse(tag, text))
		}
	}
	return marks
}

// parse splits a mark. Times that it cannot parse are left out, so that such a window never becomes
// overdue.
func parse(tag, text string) Mark {
	name, times, _ := strings.Cut(text, "@")
	start, end, _ := strings.Cut(times, "/")
	m := Mark{Name: name, Tag: tag}
	var err error
	if m.Start, err = time.Parse(layout, start); err != nil {
		return m
	}
	m.End, _ = time.Parse(layout, end) // zero if it is wrong
	return m
}

// Overdue reports whether the window should have ended.
func (m Mark) Overdue(now time.Time) bool { return !m.End.IsZero() && now.After(m.End) }

// Replaces reports whether a newer run of the same window has another end to record. An end never
// becomes earlier, and a difference within a minute does not count.
func (m Mark) Replaces(old Mark) bool {
	if m.End.IsZero() || old.End.IsZero() {
		return m.End.IsZero() != old.End.IsZero()
	}
	return m.End.Sub(old.End) > time.Minute
}
