// SPDX-License-Identifier: GPL-3.0-or-later

package report_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/internal/report"
)

func coverages() map[string]report.Coverage {
	return map[string]report.Coverage{
		"coverage": {Server: "https://monitoring.example.com", Hosts: []report.CoveredHost{
			{Host: "www2", State: report.Unwatched}, {Host: "www1", State: report.Watched, Monitors: []string{"www1 https", "www1 ssl"}},
			{Host: "db1", State: report.Paused, Monitors: []string{"db1 mysql"}, Devices: []string{"db1"}},
		}, Monitors: []report.Watcher{{ID: 3, Name: "Old shop", Type: "https", Address: "old.example.com", Active: true}},
			Devices:      []report.Watcher{{ID: 4, Name: "old-switch", Type: "switch", Address: "192.0.2.8"}},
			Certificates: []report.Watcher{{ID: 3, Name: "Old shop", Type: "https", Address: "old.example.com", Active: true, Expires: "2026-12-24T00:00:00Z"}}},
		"hostile-coverage": hostileCoverage(append(append([]string{}, hostile...), markdownAttacks...)),
		"full-coverage":    {Server: "https://monitoring.example.com", Hosts: []report.CoveredHost{{Host: "www1", State: report.Watched}}},
	}
}

func hostileCoverage(texts []string) report.Coverage {
	c := report.Coverage{Server: texts[0]}
	for i, text := range texts {
		w := report.Watcher{ID: int64(i + 1), Name: text, Type: text, Address: text, Expires: text}
		c.Hosts = append(c.Hosts, report.CoveredHost{Host: text, State: report.Paused, Monitors: []string{text, text}, Devices: []string{text}},
			report.CoveredHost{Host: text, State: report.Unwatched})
		c.Monitors, c.Devices, c.Certificates = append(c.Monitors, w), append(c.Devices, w), append(c.Certificates, w)
	}
	return c
}

func TestCoverageGolden(t *testing.T) {
	for name, c := range coverages() {
		c = report.NewCoverage(c)
		for _, ending := range []string{"md", "html", "json", "csv"} {
			text, err := c.As(ending, at)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+"."+ending, text)
			if found, ok := report.Generated(text); !ok || !found.Equal(at) {
				t.Errorf("the time of %s.%s is %v, %v", name, ending, found, ok)
			}
		}
		golden(t, name+".txt", []byte(strings.Join(c.Lines(), "\n")+"\n"))
	}
}

// What is not all does not read as 100 %.
func TestCoverageShareIsCut(t *testing.T) {
	for want, watched := range map[float64]int{99.99: 29999, 100: 30000, 0: 0, 33.33: 10000} {
		var c report.Coverage
		for i := range 30000 {
			state := report.Unwatched
			if i < watched {
				state = report.Watched
			}
			c.Hosts = append(c.Hosts, report.CoveredHost{Host: fmt.Sprint(i), State: state})
		}
		if got := report.NewCoverage(c).Percent; got != want {
			t.Errorf("%d of 30000 are %v %%, and should be %v", watched, got, want)
		}
	}
	if got := report.NewCoverage(report.Coverage{}).Percent; got != 0 {
		t.Errorf("of no hosts %v %% are watched", got)
	}
}

func TestCoverageIsInert(t *testing.T) {
	texts := append(append([]string{}, hostile...), markdownAttacks...)
	plain := make([]string, len(texts))
	for i := range plain {
		plain[i] = "x"
	}
	tags := func(texts []string) string {
		page, err := hostileCoverage(texts).As("html", at)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(markup.FindAllString(string(page), -1))
	}
	if got, want := tags(texts), tags(plain); got != want {
		t.Errorf("the tags are\n%s\nand with plain texts\n%s", got, want)
	}
	for _, line := range hostileCoverage(texts).Lines() {
		if strings.ContainsAny(line, "\x1b\u009b\n\r\u202e") {
			t.Errorf("a line is %q", line)
		}
	}
	table, _ := hostileCoverage(texts).As("csv", at)
	rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	if err != nil || len(rows) != 1+5*len(texts) {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.ContainsAny((cell + " ")[:1], "=+-@\t\r") {
				t.Errorf("a cell is %q", cell)
			}
		}
	}
}
