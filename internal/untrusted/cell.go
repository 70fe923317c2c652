// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted

import "regexp"

// formula finds where a cell would become a formula: at its beginning, and behind a semicolon, which separates the
// cells of a CSV file in countries with a decimal comma. The wide characters begin a formula in East Asian spreadsheets.
var formula = regexp.MustCompile("(^|; *)([=+@\uff1d\uff0b\uff0d\uff20-])")

// Cell makes text one line that no spreadsheet runs as a formula: there is a ' before what begins one.
func Cell(text string) string { return formula.ReplaceAllString(Line(text), "${1}'${2}") }
