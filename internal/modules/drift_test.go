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

// differs renders the differences in an answer as lines: the list, the name, and each option with both
// values.
func (r *result) differs() string {
	r.t.Helper()
	var lines []string
	for _, part := range []string{"missing", "different", "server_only"} {
		for i, thing := range rowsAt(r, "differences", part) {
			line := fmt.Sprintf("%s %s %s", part, thing["list"], thing["name"])
			if part == "different" {
				for _, o := range rowsAt(r, "differences", part, i, "options") {
					line += fmt.Sprintf(" %s: %v -> %v", o["option"], o["server"], o["declared"])
				}
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// drifted changes the install of shop as people do over a week.
func (w *workbench) drifted() {
	w.Set("monitors", w.monitorNamed("Shop"), row{"tags": []string{"a", "b"}, "config": row{"path": "/new", "headers": row{"Authorization": "Bearer s3cr3t-of-it"}}})
	w.Remove("monitors", w.monitorNamed("Shop database"))
	w.Add("monitors", row{"name": "Test <script>of</script> `Tuesday`", "type": "ping", "host": "192.0.2.7", "check_interval_seconds": 60})
}

// TestCompared shows what differs from what is declared on each kind of server, and writes nothing.
func TestCompared(t *testing.T) {
	for name, alt := range alternatives("rules") {
		scenario(t, name, acsmontest.Options{Alternatives: alt}, func(w *workbench) {
			w.config(shop())
			given := with(shop(), row{"state": "compared"})
			r := w.config(given).wantUnchanged()
			if same := r.object("differences")["same"]; r.differs() != "" || same != 8.0 {
				w.t.Errorf("%v resources are the same, want 8, and these differ:\n%s", same, r.differs())
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
				if got := r.wantUnchanged().differs(); got != want {
					w.t.Errorf("the differences are\n%s\nwant\n%s\nin %v", got, want, r.row)
				}
			}
			w.wantWrites(writes)
		})
	}
}

// TestComparedIsLenient compares although a run that writes would be refused.
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
		r.wantUnchanged().costs("GET /monitors")
		if missing, extra := len(rowsAt(r, "differences", "missing")), len(rowsAt(r, "differences", "server_only")); missing != 70 || extra != 60 {
			w.t.Errorf("%d monitors are missing and %d are on the server only, want 70 and 60", missing, extra)
		}
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
		if got, want := r.differs(), "different devices web-01 poll_interval_seconds: 60 -> 77"; got != want {
			w.t.Errorf("the differences are\n%s\nwant\n%s", got, want)
		}
		if notes := fmt.Sprint(at[row](r, "differences")["notes"]); !strings.Contains(notes, "config.headers.Authorization holds a placeholder") {
			w.t.Errorf("the notes are %s, want one of the placeholder in config.headers.Authorization", notes)
		}
		w.config(with(given, row{"state": "merged"})).fails("holds the mask")
	})
}

// reported is a task that removes the drift of an install and writes a report in each form.
func (w *workbench) reported() (given row, files []string) {
	w.t.Helper()
	w.config(shop())
	w.drifted()
	folder := w.t.TempDir()
	files = []string{filepath.Join(folder, "d.md"), filepath.Join(folder, "d.html"), filepath.Join(folder, "d.json")}
	return with(shop(), row{"state": "overridden", "scope": row{"all": true}, "report": files}), files
}

// taken reads files, joins their texts and removes them.
func (w *workbench) taken(files []string) string {
	w.t.Helper()
	var all []string
	for _, file := range files {
		all = append(all, w.read(file))
		os.Remove(file)
	}
	return strings.Join(all, "\n")
}

// TestReport writes what differs into files.
func TestReport(t *testing.T) {
	scenario(t, "the same in a refused run, in check mode and in a run", acsmontest.Options{}, func(w *workbench) {
		given, files := w.reported()
		w.config(with(given, row{"max_deletions": 0})).fails("max_deletions is 0")
		refused := w.taken(files)
		check := w.check("acsmon_config", given).wantChanged()
		if got := check.names("report", ""); got != strings.Join(files, ", ") {
			w.t.Errorf("check mode names the files %s, want %s", got, files)
		}
		checked := w.taken(files)
		w.config(given).wantChanged()
		if ran := w.taken(files); checked != ran || checked != refused {
			w.t.Errorf("check mode writes\n%s\nthe run\n%s\nand a refused run\n%s", checked, ran, refused)
		}
	})
	scenario(t, "in each form, with the markup of strangers escaped and without secrets", acsmontest.Options{}, func(w *workbench) {
		given, files := w.reported()
		w.config(given).wantChanged()
		text := w.taken(files)
		for _, part := range []string{"| `Shop` | `monitors` | `config.path` | `/` | `/new` |", "`` Test", "<h2 id=\"missing\">Missing (1)</h2>", `"option": "config.path",`} {
			if !strings.Contains(text, part) {
				w.t.Errorf("no report holds %s:\n%s", part, text)
			}
		}
		inert := strings.NewReplacer("`` Test <script>of", "", `"name": "Test <script>of`, "") // code in Markdown, and JSON
		for _, part := range []string{"s3cr3t", "hook-secret", "community-secret", w.Token, "<script>of"} {
			if strings.Contains(inert.Replace(text), part) {
				w.t.Errorf("a report holds %s:\n%s", part, text)
			}
		}
	})
	scenario(t, "untouched as long as nothing differs", acsmontest.Options{}, func(w *workbench) {
		given, files := w.reported()
		w.config(given).wantChanged()
		w.config(given).wantUnchanged()
		made := w.read(files[0])
		if want := "| 0 | 0 | 0 | 8 |"; !strings.Contains(made, want) {
			w.t.Errorf("the report should hold %s, and is\n%s", want, made)
		}
		time.Sleep(time.Hour)
		w.config(given).wantUnchanged()
		if now := w.read(files[0]); now != made {
			w.t.Errorf("an hour later the report is\n%s\nand was\n%s", now, made)
		}
	})
}

// TestMistakenReports refuses a report that cannot be written, or that would show nothing.
func TestMistakenReports(t *testing.T) {
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

// TestDriftHasAllLists compares the playbook drift with the lists of acsmon_config.
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
