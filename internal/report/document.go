// SPDX-License-Identifier: GPL-3.0-or-later

package report

import (
	"time"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// document is a report that consists of figures and tables. It becomes a page, Markdown or lines
// for a terminal; until then its texts are as they came.
type document struct {
	title     string
	about     string // what was done, of the server
	server    string
	generated time.Time
	tiles     []tile
	bars      *chart // of hosts; nil: there is none
	tables    []table
	notes     []string
	footer    string
}

// table is a part of a document. The first column names what its row is about.
type table struct {
	id, title, about string
	count            int // of what the rows are about
	columns          []string
	rows             [][]string
}

// longestCell is how many characters of a text are shown.
const longestCell = 400

// cellText is the text of a cell: one line of limited length.
func cellText(text string) string { return cut(untrusted.Line(text), longestCell) }

// shownTables are the tables that have rows.
func (d document) shownTables() []table {
	var shown []table
	for _, t := range d.tables {
		if len(t.rows) > 0 {
			shown = append(shown, t)
		}
	}
	return shown
}
