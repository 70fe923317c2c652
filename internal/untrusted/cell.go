// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted

import "strings"

const (
	// formula are the characters that begin a formula. The wide ones do so in East Asian
	// spreadsheets.
	formula = "=+-@\uff1d\uff0b\uff0d\uff20"
	// separators are where programs split a line. Which one it is depends on the program, the
	// country and the user, and it may be inside quotes, which then belong to another cell.
	separators = ",;|:^~"
)

// Cell makes text one line in which no spreadsheet finds a formula, whatever character it splits
// the line at: there is a ' before each beginning of a formula. A dash between two words, as in "DB
// - backup", stays.
func Cell(text string) string {
	text = Line(text)
	var b strings.Builder
	begins, blank := true, false // whether a cell may begin here, and whether it may if spaces separate cells
	for i, c := range text {
		if strings.ContainsRune(formula, c) && (begins || blank && !strings.HasPrefix(text[i:], "- ")) {
			b.WriteByte('\'')
		}
		b.WriteRune(c)
		switch {
		case strings.ContainsRune(separators, c):
			begins, blank = true, false
		case c == ' ':
			blank = true
		case c != '"' && c != '\'':
			begins, blank = false, false
		}
	}
	return b.String()
}
