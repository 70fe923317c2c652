// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// TestWhiteSpaceThatIsLost warns of white space that a server takes off the ends of a text, by its key.
// It does so whenever the task asks for that text.
func TestWhiteSpaceThatIsLost(t *testing.T) {
	for name, test := range map[string]struct {
		config row
		says   []string
	}{
		"at the end":           {row{"send": "stats\r\n"}, []string{"the white space at the end of config.send is not kept"}},
		"at the beginning":     {row{"banner": "\t220"}, []string{"the white space at the beginning of config.banner is not kept"}},
		"at both ends":         {row{"expect": " ok "}, []string{"the white space at both ends of config.expect is not kept"}},
		"all of it":            {row{"send": "\r\n"}, []string{"config.send is only white space, which is not kept"}},
		"in objects and lists": {row{"headers": row{"X-A": "a ", "X-B": "b"}, "lines": []any{"a", "b\n"}}, []string{"config.headers.X-A is not", "config.lines[1] is not"}},
		"none":                 {row{"send": "a  b\r\nc"}, nil},
	} {
		for door, of := range doors {
			given := row{"name": "Cache", "type": "tcp", "host": "h", "config": test.config}
			holds := func(r *result) {
				r.t.Helper()
				r.succeeds()
				if got := strings.Count(fmt.Sprint(r.row["warnings"]), "kept by the server, as monitor 101 shows: leave it out"); got != len(test.says) {
					r.t.Errorf("there are %d warnings of white space, want %d: %v", got, len(test.says), r.row["warnings"])
				}
				for _, words := range test.says {
					r.warns(words)
				}
			}
			scenario(t, door+" "+name, acsmontest.Options{}, func(w *workbench) {
				holds(w.run(of(given)))
				again := w.run(of(given))
				holds(again.wantUnchanged())
				holds(w.check(of(with(given, row{"port": 11211}))))
				holds(w.run(of(with(given, row{"port": 11211}))))
			})
		}
	}
	scenario(t, "where the server keeps it", acsmontest.Options{}, func(w *workbench) {
		w.Add("monitors", row{"name": "Cache", "type": "tcp", "host": "h", "config": row{"send": "stats\r\n"}})
		w.monitor(row{"name": "Cache", "config": row{"send": "stats\r\n"}}).wantUnchanged().wantNoWarnings()
	})
	scenario(t, "what the module itself takes off a name", acsmontest.Options{}, func(w *workbench) {
		w.monitor(row{"name": " Cache ", "type": "tcp", "host": "h\n"}).wantChanged().wantNoWarnings()
	})
}
