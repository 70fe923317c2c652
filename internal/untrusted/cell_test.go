// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

func TestCell(t *testing.T) {
	for text, want := range map[string]string{
		"web-01":             "web-01",
		"DB - backup":        "DB - backup",
		"a@b.example":        "a@b.example",
		"=1+1":               "'=1+1",
		`a;"=1+1;x`:          `a;"'=1+1;x`,
		"a, -1":              "a, '-1",
		"a|@SUM(1)":          "a|'@SUM(1)",
		"10:+1":              "10:'+1",
		"\uff1d1":            "'\uff1d1",
		"a\t=1\r\n=2":        "a '=1 '=2",
		"see =1 and -2 - 3":  "see '=1 and '-2 - 3",
		`'"=1`:               `'"'=1`,
		"\x1b[31m=1":         `\u001b[31m=1`,
		"  =1":               "'=1",
		"a;  ' =HYPERLINK()": "a;  ' '=HYPERLINK()",
	} {
		if got := untrusted.Cell(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// FuzzCell splits a line of three cells at every separator, with quotes and without.
func FuzzCell(f *testing.F) {
	f.Add("a", `a;"=1+1;x`, "b")
	f.Add(`"`, "=1", `"`)
	f.Add(`;"`, "+", "@")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		line := csvLine(t, untrusted.Cell(a), untrusted.Cell(b), untrusted.Cell(c))
		for _, separator := range ",;|:\t^~" {
			for _, cell := range append(strings.Split(line, string(separator)), splitQuoted(line, separator)...) {
				if cell = strings.Trim(cell, " \t\n\""); cell != "" && strings.ContainsAny(cell[:1], "=+-@") && cell != "-" {
					t.Errorf("split at %q, %q has the cell %q", separator, line, cell)
				}
			}
		}
	})
}

func csvLine(t *testing.T, cells ...string) string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(cells); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	return b.String()
}

// splitQuoted splits as spreadsheets do: quotes at the beginning of a cell protect what is in them,
// and what follows them is joined to it.
func splitQuoted(line string, separator rune) []string {
	r := csv.NewReader(strings.NewReader(line))
	r.Comma, r.LazyQuotes = separator, true
	cells, err := r.Read()
	if err != nil {
		return nil // no spreadsheet reads it so
	}
	return cells
}
