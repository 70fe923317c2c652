// SPDX-License-Identifier: GPL-3.0-or-later

package sharedlist

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// FuzzParseState: whatever a file holds, it is read without a fault, and what is read is
// written the same.
func FuzzParseState(f *testing.F) {
	f.Add([]byte(`{"generation":"a","searches":1,"pages":2,"fetched":"2026-04-01T12:00:00Z"}` + "\n" + `1 {"id":1}` + "\n" + `2* {"id":2}` + "\n"))
	f.Add([]byte("{}\n1 {"))
	f.Fuzz(func(t *testing.T, content []byte) {
		s := parseState(content)
		if s == nil {
			return
		}
		text, err := s.encode()
		if err != nil {
			t.Skip("a time that JSON cannot hold")
		}
		again := parseState(text)
		if diff := cmp.Diff(s, again, cmp.AllowUnexported(state{}, line{}), cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestMayMatch: what is looked for in the text of a row is found as in the row itself.
func TestMayMatch(t *testing.T) {
	row := acsmon.Fields{"id": 1, "name": `Küche "Süd" \ <b>`, "host": "東京.example", "tags": []any{"a/b", "line\u2028end"}}
	for term, want := range map[string]bool{
		"küche": true, "KÜCHE": true, `"süd"`: true, `\`: true, "<B>": true, "東京": true, "a/b": true, "line\u2028end": true, "": true, "nord": false,
	} {
		if got := newLine(row, false).mayMatch(term); got != want {
			t.Errorf("%q: %v, want %v", term, got, want)
		}
	}
}
