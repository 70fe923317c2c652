// SPDX-License-Identifier: GPL-3.0-or-later

package report

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	widest     = 40 // how many characters of a cell a terminal gets
	mostOnTerm = 50 // how many rows of a table it gets
)

// lines returns the document as lines for a terminal, with its columns below each other.
func (d document) lines() []string {
	var all []string
	for _, t := range d.tiles {
		all = append(all, strings.TrimRight(fmt.Sprintf("%-20s %s  %s", t.Name, t.Value, cut(cellText(t.Note), widest)), " "))
	}
	for _, t := range d.shownTables() {
		all = append(all, "", fmt.Sprintf("%s (%d)", t.title, t.count))
		all = append(all, t.lines()...)
	}
	return all
}

func (t table) lines() []string {
	shown := t.rows[:min(mostOnTerm, len(t.rows))]
	cells := [][]string{t.columns}
	for _, row := range shown {
		texts := make([]string, len(row))
		for i, text := range row {
			texts[i] = cut(cellText(text), widest)
		}
		cells = append(cells, texts)
	}
	widths := make([]int, len(t.columns))
	for _, row := range cells {
		for i, text := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(text))
		}
	}
	var lines []string
	for _, row := range cells {
		var line strings.Builder
		for i, text := range row {
			line.WriteString("  " + text + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text)))
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	if more := len(t.rows) - len(shown); more > 0 {
		lines = append(lines, fmt.Sprintf("  and %d more", more))
	}
	return lines
}
