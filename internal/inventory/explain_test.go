// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"os"
	"strings"
	"testing"
)

// What people read is compared as a whole: testdata/explain.txt.
func TestExplain(t *testing.T) {
	server := fleet(t)
	s := newScript(t, server.URL, server.Token).settings("sources: [devices, monitors]\ngroup_by: [{field: device_group, parent: places}, {field: monitors.type}]\n")
	var b strings.Builder
	for _, name := range []string{"Core-SW-01", "edge", "UPS {{ 1 }}", "www.example.com"} {
		b.WriteString("$ acsmon --explain '" + name + "'\n" + s.ok("--explain", name) + "\n")
	}
	b.WriteString("$ acsmon --explain core-sw-01\n" + s.fails("--explain", "core-sw-01"))
	if *update {
		if err := os.WriteFile("testdata/explain.txt", []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/explain.txt")
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestExplainShowsNoControlCharacters(t *testing.T) {
	s := served(t, `[{"id":1,"name":"a\u001b]0;x\u0007","status":"\u009b31m"}]`)
	if out := s.ok("--explain", "a\x1b]0;x\a"); strings.ContainsAny(out, "\x1b\a\u009b") {
		t.Errorf("a terminal would obey %q", out)
	}
}
