// SPDX-License-Identifier: GPL-3.0-or-later

package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// csv returns the report as a table with a header line. An unknown figure is an empty cell.
func (r Uptime) csv(at time.Time) []byte {
	header := []string{"monitor", "type", "uptime_percent_7d", "uptime_percent_30d"}
	if r.Checks {
		header = append(header, fmt.Sprintf("total_checks_%dd", r.Days), fmt.Sprintf("failed_checks_%dd", r.Days))
	}
	rows := make([][]string, len(r.Monitors))
	for i, m := range r.Monitors {
		rows[i] = []string{m.Name, m.Type, number(m.Uptime7d), number(m.Uptime30d)}
		if r.Checks {
			rows[i] = append(rows[i], whole(m.TotalChecks), whole(m.FailedChecks))
		}
	}
	return Stamp{r.Server, at}.CSV(header, rows)
}

// Stamp says from which server the figures of a report are, and from when.
type Stamp struct {
	Server string
	At     time.Time
}

// Time is the stamp's time as reports write it.
func (s Stamp) Time() string { return s.At.UTC().Format(time.RFC3339) }

// CSV writes rows of a server's texts below our header. Each row says where and when it is from: a
// line above the header would be a row for every program that reads the table.
func (s Stamp) CSV(header []string, rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(append(header, "server", "generated")) // it writes to memory
	for _, row := range rows {
		cells := make([]string, 0, len(row)+2)
		for _, text := range row {
			cells = append(cells, untrusted.Cell(text))
		}
		_ = w.Write(append(cells, untrusted.Cell(s.Server), s.Time()))
	}
	w.Flush()
	return b.Bytes()
}

// number is a figure as the server sent it; "" if it is not known.
func number(figure *float64) string {
	if figure == nil {
		return ""
	}
	return strconv.FormatFloat(*figure, 'f', -1, 64)
}

func whole(figure *int64) string {
	if figure == nil {
		return ""
	}
	return strconv.FormatInt(*figure, 10)
}
