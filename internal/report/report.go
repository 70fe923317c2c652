// SPDX-License-Identifier: GPL-3.0-or-later

// Package report writes what is known about a server for people: the uptime of its monitors, and
// how the server differs from what is declared. It writes CSV for spreadsheets, Markdown for merge
// requests, JSON, and HTML pages that need no other file. It owns these forms, and makes sure that
// the text of a server does nothing in them: no formula, no markup, no control character. It does
// not know the server, Ansible's protocol or files.
package report

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

// Uptime is a report on monitors over a period of days.
type Uptime struct {
	Title    string
	Server   string  // the origin of the figures
	Days     int     // of the period: 7 or 30
	Target   float64 // the percentage below which an uptime is too low
	Checks   bool    // whether the number of checks is part of the report
	Monitors []Monitor
}

// Monitor is one row of a report. A figure that the server does not show is nil.
type Monitor struct {
	ID                        int64
	Name, Type, Group, Status string
	Paused                    bool
	Uptime7d, Uptime30d       *float64 // percentages
	TotalChecks, FailedChecks *int64   // in the period
}

// Summary is a report in a few figures. A mean counts the monitors that have a figure; it is nil if
// none has.
type Summary struct {
	Monitors, Paused, Unknown, BelowTarget int
	Mean7d, Mean30d                        *float64
	TotalChecks, FailedChecks              int64
	Bands                                  []Band
}

// Band is the number of monitors whose uptime is From percent or more, and less than that of the
// band before it.
type Band struct {
	Label    string
	From     float64
	Monitors int
}

// bands are the ranges of uptime in which monitors are counted.
var bands = []Band{
	{Label: "100 %", From: 100},
	{Label: "99.9 to 100 %", From: 99.9},
	{Label: "99.5 to 99.9 %", From: 99.5},
	{Label: "99 to 99.5 %", From: 99},
	{Label: "95 to 99 %", From: 95},
	{Label: "below 95 %", From: 0},
}

// NewUptime returns the report with its monitors in order: the lowest uptime over the period first,
// those without a figure last. Equal ones are ordered by name and id and not as the server lists
// them, so that the same figures make the same report.
func NewUptime(r Uptime) Uptime {
	r.Monitors = slices.Clone(r.Monitors)
	slices.SortFunc(r.Monitors, func(a, b Monitor) int {
		return cmp.Or(
			compare(r.of(a), r.of(b)), compare(r.before(a), r.before(b)),
			strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID),
		)
	})
	return r
}

// As returns the report, as it is at that time, in a form: csv or html.
func (r Uptime) As(form string, at time.Time) ([]byte, error) {
	if form == "csv" {
		return r.csv(at), nil
	}
	return r.html(at), nil
}

// of returns a monitor's uptime over the period of the report.
func (r Uptime) of(m Monitor) *float64 {
	if r.Days == 30 {
		return m.Uptime30d
	}
	return m.Uptime7d
}

// before returns a monitor's uptime over the other period.
func (r Uptime) before(m Monitor) *float64 {
	if r.Days == 30 {
		return m.Uptime7d
	}
	return m.Uptime30d
}

// compare orders what is unknown after what is known.
func compare(a, b *float64) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return cmp.Compare(*a, *b)
}

// Summary returns the report in a few figures.
func (r Uptime) Summary() Summary {
	s := Summary{Monitors: len(r.Monitors), Bands: slices.Clone(bands)}
	var week, month []*float64
	for _, m := range r.Monitors {
		week, month = append(week, m.Uptime7d), append(month, m.Uptime30d)
		if m.Paused {
			s.Paused++
		}
		if m.TotalChecks != nil {
			s.TotalChecks += *m.TotalChecks
		}
		if m.FailedChecks != nil {
			s.FailedChecks += *m.FailedChecks
		}
		uptime := r.of(m)
		if uptime == nil {
			s.Unknown++
			continue
		}
		if *uptime < r.Target {
			s.BelowTarget++
		}
		s.Bands[slices.IndexFunc(bands, func(b Band) bool { return *uptime >= b.From })].Monitors++
	}
	s.Mean7d, s.Mean30d = mean(week), mean(month)
	return s
}

// mean is the mean of the known figures, to four decimals.
func mean(figures []*float64) *float64 {
	sum, n := 0.0, 0
	for _, figure := range figures {
		if figure != nil {
			sum += *figure
			n++
		}
	}
	if n == 0 {
		return nil
	}
	rounded := math.Round(sum/float64(n)*1e4) / 1e4
	if rounded == 100 && sum < 100*float64(n) {
		rounded = 99.9999
	}
	return &rounded
}
