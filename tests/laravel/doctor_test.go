// SPDX-License-Identifier: GPL-3.0-or-later

package laravel_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/tests/laravel"
)

// Doctor finds the framework healthy, and leaves nothing on it.
func TestDoctor(t *testing.T) {
	s := laravel.Start(t, laravel.Options{})
	u := newUser(t, s)
	report := filepath.Join(t.TempDir(), "report.json")
	out, said, status := u.run("", nil, "doctor", "--write", "--report", report)
	if status != 0 || said != "" {
		t.Errorf("status %d: %s\n%s", status, said, out)
	}
	for _, want := range []string{
		"it answers as ACS Monitor does", "/devices: an update keeps what it does not name", "/monitors: an update keeps what it does not name",
		"/monitors: search finds what is there: yes", "white space around a name is removed: yes",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
	if left := s.SQL("select count(*) from monitors"); strings.TrimSpace(left) != "0" {
		t.Errorf("%s monitors are left", left)
	}
	content, err := os.ReadFile(report)
	if err != nil || strings.Contains(string(content), "127.0.0.1") {
		t.Errorf("the report names the server (%v): %s", err, content)
	}
}

// Doctor learns from the framework what its switches say, in each of their positions.
func TestDoctorLearnsEachSwitch(t *testing.T) {
	s := laravel.Start(t, laravel.Options{})
	facts := map[string]string{
		"put=replace":    "/devices: an update does not keep what it does not name",
		"names=unique":   "names must be unique: yes",
		"search=ignored": "/monitors: search finds what is there: no",
	}
	for n := range 7 { // as many as a switch has positions
		var want []string
		for _, choice := range laravel.Switches() {
			value := choice.Values[n%len(choice.Values)]
			s.Set(choice.Name, value)
			if fact, ok := facts[choice.Name+"="+value]; ok {
				want = append(want, fact)
			}
		}
		out, said, status := newUser(t, s).run("", nil, "doctor", "--write")
		for _, fact := range want {
			if !strings.Contains(out, fact) {
				t.Errorf("%d: it does not say %q", n, fact)
			}
		}
		if status != 0 || said != "" || t.Failed() {
			t.Fatalf("%d: status %d: %s\n%s", n, status, said, out)
		}
		if left := s.SQL("select (select count(*) from monitors) + (select count(*) from devices) + (select count(*) from monitor_groups)"); strings.TrimSpace(left) != "0" {
			t.Errorf("%d: %s rows are left", n, left)
		}
	}
}
