// SPDX-License-Identifier: GPL-3.0-or-later

package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
)

// CSV gives the report as a table with a header line. A figure that is not known is
// an empty cell.
func (r Uptime) CSV() []byte {
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
	return CSV(header, rows)
}

// CSV writes rows of texts that a server wrote, below a header of ours.
func CSV(header []string, rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(header) // to memory
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, text := range row {
			cells[i] = cell(text)
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return b.Bytes()
}

// formula finds where a cell would become a formula: at its beginning, and behind a
// semicolon, which separates the cells of a CSV file in countries with a decimal
// comma. The wide characters begin a formula in East Asian spreadsheets.
var formula = regexp.MustCompile("(^|; *)([=+@\uff1d\uff0b\uff0d\uff20-])")

// cell is a text of one line that no spreadsheet runs as a formula: there is a '
// before what begins one.
func cell(text string) string { return formula.ReplaceAllString(line(text), "${1}'${2}") }

// line is a text as one line, without control characters.
func line(text string) string {
	return strings.TrimSpace(strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ").Replace(ansible.Visible(text)))
}

// number is a figure as the server gave it, "" where it is not known.
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
