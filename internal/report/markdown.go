// SPDX-License-Identifier: GPL-3.0-or-later

package report

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// mostMarkdown is how many bytes of tables a document has in Markdown: a comment on GitHub may have
// 65,536 characters.
const mostMarkdown = 60_000

// markdown returns the document for a comment on a merge request. Each text that is not ours is a
// code span, in which no Markdown, no HTML, no mention and no reference has a meaning.
func (d document) markdown() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!-- generated %s -->\n# %s\n\n%s %s, %s.\n\n", d.generated.Format(time.RFC3339), d.title, d.about, code(d.server),
		d.generated.Format("2 January 2006, 15:04 UTC"))
	titles, rules, values := make([]string, len(d.tiles)), make([]string, len(d.tiles)), make([]string, len(d.tiles))
	for i, t := range d.tiles {
		titles[i], rules[i], values[i] = t.Name, "--:", t.Value
	}
	for _, cells := range [][]string{titles, rules, values} {
		writeRow(&b, cells)
	}
	for _, t := range d.shownTables() {
		t.markdown(&b)
	}
	if len(d.notes) > 0 {
		b.WriteString("\n## Notes\n\n")
	}
	for i, note := range d.notes {
		if b.Len() > mostMarkdown {
			fmt.Fprintf(&b, "- and %d more\n", len(d.notes)-i)
			break
		}
		fmt.Fprintf(&b, "- %s\n", code(note))
	}
	return b.Bytes()
}

func (t table) markdown(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n## %s (%d)\n\n%s\n\n", t.title, t.count, t.about)
	writeRow(b, t.columns)
	b.WriteString(strings.Repeat("|---", len(t.columns)) + "|\n")
	for i, row := range t.rows {
		if b.Len() > mostMarkdown {
			fmt.Fprintf(b, "\nand %d more.\n", len(t.rows)-i)
			return
		}
		cells := make([]string, len(row))
		for i, text := range row {
			cells[i] = strings.ReplaceAll(code(text), "|", `\|`)
		}
		writeRow(b, cells)
	}
}

func writeRow(b *bytes.Buffer, cells []string) {
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// code returns a text as a code span, whose marks are longer than any run of backticks in the text.
func code(text string) string {
	text = cellText(text)
	if text == "" {
		return ""
	}
	longestRun, run := 0, 0
	for _, c := range text {
		if run++; c != '`' {
			run = 0
		}
		longestRun = max(longestRun, run)
	}
	fence := strings.Repeat("`", longestRun+1)
	if longestRun > 0 { // a text that begins or ends with a backtick needs a space
		text = " " + text + " "
	}
	return fence + text + fence
}
