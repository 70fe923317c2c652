// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// differs is a result's differences as lines: list, name, and each option with both values.
func (r *result) differs() string {
	all, ok := r.row["differences"].(row)
	if !ok {
		r.t.Fatalf("no differences: %v", r.row)
	}
	var lines []string
	for _, part := range []string{"missing", "different", "server_only"} {
		things, _ := all[part].([]any)
		for _, thing := range things {
			thing := thing.(row)
			line := fmt.Sprintf("%s %s %s", part, thing["list"], thing["name"])
			if part == "different" {
				for _, o := range thing["options"].([]any) {
					line += fmt.Sprintf(" %s: %v -> %v", o.(row)["option"], o.(row)["server"], o.(row)["declared"])
				}
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// drifted changes an install as people do over a week.
func (w *workbench) drifted() {
	w.Set("monitors", w.monitorNamed("Shop"), row{"tags": []string{"a", "b"}, "config": row{"path": "/new", "headers": row{"Authorization": "Bearer s3cr3t-of-it"}}})
	w.Remove("monitors", w.monitorNamed("Shop database"))
	w.Add("monitors", row{"name": "Test <script>of</script> `Tuesday`", "type": "ping", "host": "192.0.2.7", "check_interval_seconds": 60})
}

// TestCompared is what differs from what is declared, on each kind of server, and that nothing is
// written.
func TestCompared(t *testing.T) {
	for name, alt := range alternatives() {
		scenario(t, name, acsmontest.Options{Alternatives: alt}, func(w *workbench) {
			w.config(shop())
			given := with(shop(), row{"state": "compared"})
			if r := w.config(given); !r.unchanged() || r.differs() != "" || at[row](r, "differences")["same"] != 8.0 {
				w.t.Errorf("what is as declared differs: %v", r.row)
			}
			w.drifted()
			want := "missing monitors Shop database\ndifferent monitors Shop config.headers.Authorization: VALUE_SPECIFIED_IN_NO_LOG_PARAMETER -> <nil> " +
				"config.path: /new -> / tags: [a b] -> [a]\nserver_only monitors Test <script>of</script> `Tuesday`"
			writes := len(w.Writes())
			for _, r := range []*result{w.config(given), w.check("acsmon_config", given)} {
				want := want
				if strings.Contains(fmt.Sprint(at[row](r, "differences")["notes"]), "does not show device, group, tags") {
					want = strings.ReplaceAll(want, " tags: [a b] -> [a]", "")
				}
				if got := r.differs(); !r.unchanged() || got != want {
					w.t.Errorf("it differs in\n%s\nand should in\n%s\n%v", got, want, r.row)
				}
			}
			if len(w.Writes()) != writes {
				w.t.Error("something was written")
			}
		})
	}
}

// TestComparedIsLenient is what keeps a run that writes from its work, and is no reason not to
// compare.
func TestComparedIsLenient(t *testing.T) {
	scenario(t, "more goes than may, no licence, no time, no right to write", acsmontest.Options{LicenceCap: 2, RateLimit: 60}, func(w *workbench) {
		for i := range 60 {
			w.Add("monitors", row{"name": fmt.Sprint("theirs ", i), "type": "tcp", "host": "h"})
		}
		var ours []row
		for i := range 70 {
			ours = append(ours, row{"name": fmt.Sprint("ours ", i)}) // without what a create needs
		}
		r := w.run("acsmon_monitors", row{"state": "compared", "max_wait": 5, "max_deletions": 1, "monitors": ours, "token": w.NewToken("monitors.view")})
		all, _ := r.row["differences"].(row)
		if !r.unchanged() || len(all["missing"].([]any)) != 70 || len(all["server_only"].([]any)) != 60 {
			w.t.Errorf("%v", r.row)
		}
		r.costs("GET /monitors")
	})
	scenario(t, "placeholders and secrets that are not shown", acsmontest.Options{}, func(w *workbench) {
		w.config(shop())
		w.Set("monitors", w.monitorNamed("Shop"), row{"config": row{"path": "/", "headers": row{"Authorization": "Bearer s3cr3t-of-it"}}})
		given := row{"state": "compared", "monitors": []row{
			{"name": "Shop", "config": row{"path": "/", "headers": row{"Authorization": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}}, "type": "https", "host": "shop.example.com",
				"group": "Shop", "device": "web-01", "tags": []string{"a"}},
			{"name": "Shop database", "type": "mysql", "host": "db.example.com", "port": 3306, "group": "Shop"},
		}, "devices": []row{{"name": "web-01", "group": "Racks", "poll_interval_seconds": 77, "snmp_community": "another", "update_password": "always"}}}
		r := w.config(given)
		if got := r.differs(); got != "different devices web-01 poll_interval_seconds: 60 -> 77" {
			w.t.Errorf("it differs in\n%s", got)
		}
		if !strings.Contains(fmt.Sprint(at[row](r, "differences")["notes"]), "config.headers.Authorization holds a placeholder") {
			w.t.Errorf("the notes are %v", at[row](r, "differences")["notes"])
		}
		w.config(with(given, row{"state": "merged"})).fails("holds the mask")
	})
}

// TestReport are the files of a bulk task, the same in check mode, in a run, and where the run is
// refused.
func TestReport(t *testing.T) {
	scenario(t, "in each form", acsmontest.Options{}, func(w *workbench) {
		w.config(shop())
		w.drifted()
		folder := w.t.TempDir()
		files := []string{filepath.Join(folder, "d.md"), filepath.Join(folder, "d.html"), filepath.Join(folder, "d.json")}
		given := with(shop(), row{"state": "overridden", "scope": row{"all": true}, "report": files})
		texts := func() string {
			var all []string
			for _, file := range files {
				text, err := os.ReadFile(file)
				if err != nil {
					w.t.Fatal(err)
				}
				all = append(all, string(text))
				os.Remove(file)
			}
			return strings.Join(all, "\n")
		}
		w.config(with(given, row{"max_deletions": 0})).fails("max_deletions is 0")
		refused := texts()
		check := w.check("acsmon_config", given)
		if !check.changed() || fmt.Sprint(check.row["report"]) != fmt.Sprint(files) {
			w.t.Errorf("check mode says %v of %v", check.row["report"], files)
		}
		checked := texts()
		w.config(given).wantChanged()
		ran := texts()
		if checked != ran || checked != refused {
			w.t.Errorf("check mode writes\n%s\nthe run\n%s\nand a refused one\n%s", checked, ran, refused)
		}
		for _, text := range []string{"| `Shop` | `monitors` | `config.path` | `/` | `/new` |", "``  Test", "<h2 id=\"missing\">Missing (1)</h2>", `"option": "config.path",`} {
			if !strings.Contains(strings.ReplaceAll(ran, "`` Test", "``  Test"), text) {
				w.t.Errorf("no report holds %s:\n%s", text, ran)
			}
		}
		for _, secret := range []string{"s3cr3t", "hook-secret", "community-secret", w.Token, "<script>of"} {
			if strings.Contains(strings.ReplaceAll(strings.ReplaceAll(ran, "`` Test <script>of", ""), `"name": "Test <script>of`, ""), secret) {
				w.t.Errorf("a report holds %s", secret)
			}
		}

		w.config(given).wantUnchanged()
		made := w.read(files[0])
		time.Sleep(time.Hour)
		if w.config(given); w.read(files[0]) != made || !strings.Contains(made, "| 0 | 0 | 0 | 8 |") {
			w.t.Errorf("an hour later the same is\n%s", w.read(files[0]))
		}
	})
	for name, test := range map[string]struct {
		given row
		says  string
	}{
		"another form": {row{"report": "drift.pdf"}, "end the name with .md, .html or .json"},
		"no folder":    {row{"report": "/nowhere/drift.md"}, "there is no folder /nowhere"},
		"of gathered":  {row{"report": "drift.md", "state": "gathered"}, "report shows what differs, and state=gathered compares nothing"},
		"of rendered":  {row{"report": "drift.md", "state": "rendered"}, "report shows what differs, and state=rendered compares nothing"},
	} {
		scenario(t, name, acsmontest.Options{}, func(w *workbench) {
			w.config(with(row{"monitors": []row{{"name": "a", "type": "ping", "host": "h"}}}, test.given)).fails(test.says).costs()
		})
	}
}

// TestDriftHasAllLists checks the playbook drift against the lists of acsmon_config.
func TestDriftHasAllLists(t *testing.T) {
	playbook, err := os.ReadFile("../../collection/playbooks/drift.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range specOf(t, "acsmon_config").Options["sections"].Choices {
		variable := section
		if section == "roles" { // a name that Ansible has for itself
			variable = "acsmon_roles"
		}
		line := fmt.Sprintf("        %v: \"{{ (declared.%[2]v if install else %[2]v) | default(omit) }}\"\n", section, variable)
		if !strings.Contains(string(playbook), line) {
			t.Errorf("drift.yml has no line\n%s", line)
		}
	}
}
