// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// mibFile writes a MIB file of its own for a test.
func mibFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ACME-MIB.txt")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const acme = "ACME-MIB DEFINITIONS ::= BEGIN\n-- one\nEND\n"

// TestMIB takes a MIB through its life on each kind of server, whatever it shows of the file.
func TestMIB(t *testing.T) {
	servers := alternatives()
	for _, digest := range []string{"sha256", "md5", "none"} {
		for _, part := range []string{"file", "mib"} {
			for _, names := range []string{"free", "unique"} {
				servers[strings.Join([]string{digest, part, names}, " ")] = acsmontest.Alternatives{Digest: digest, Upload: part, Names: names}
			}
		}
	}
	for name, alt := range servers {
		scenario(t, name, acsmontest.Options{Alternatives: alt}, func(w *workbench) {
			w.Add("mibs", row{"name": "Other", "content": "x"})
			path := mibFile(w.t, acme)
			given := row{"name": "ACME-MIB", "src": path}
			made, _ := w.converges("acsmon_mib", given)
			w.has("mibs", id(made), row{"name": "ACME-MIB", "content": acme, "file_name": "ACME-MIB.txt"})
			if err := os.WriteFile(path, []byte(acme+"-- two"), 0o600); err != nil {
				w.t.Fatal(err)
			}
			check := w.check("acsmon_mib", given)
			replaced := w.run("acsmon_mib", given)
			if !check.changed() || !replaced.changed() || fmt.Sprint(check.row["diff"]) != fmt.Sprint(replaced.row["diff"]) || id(replaced) == id(made) {
				w.t.Errorf("check mode and the run should change the same, into another MIB than %d, and answered\n%v\nand\n%v", id(made), check.row, replaced.row)
			}
			w.has("mibs", id(replaced), row{"name": "ACME-MIB", "content": acme + "-- two"})
			w.run("acsmon_mib", given).wantUnchanged()
			w.wantRows("mibs", 2)
			w.converges("acsmon_mib", row{"name": "ACME-MIB", "state": "absent"})
			w.become("acsmon_config", row{"mibs": []row{given}}).wantDid("create mibs ACME-MIB")
			gathered := at[row](w.config(row{"state": "gathered", "sections": []string{"mibs"}}), "gathered")
			back := with(gathered, row{"state": "overridden", "scope": row{"all": true}})
			w.config(back).wantUnchanged()
		})
	}
}

// TestMIBFailures says what goes wrong, and never leaves two MIBs or none without a word.
func TestMIBFailures(t *testing.T) {
	scenario(t, "an unknown file is left alone", acsmontest.Options{Alternatives: acsmontest.Alternatives{Digest: "none"}}, func(w *workbench) {
		w.Add("mibs", row{"name": "ACME-MIB", "content": "unknown"})
		r := w.run("acsmon_mib", row{"name": "ACME-MIB", "src": mibFile(w.t, acme)}).warns("the server does not show src of MIB 1").costs("GET /mibs", "GET /mibs/1")
		r.wantUnchanged()
	})
	scenario(t, "the server refuses a new file", acsmontest.Options{}, func(w *workbench) {
		w.run("acsmon_mib", row{"name": "ACME-MIB", "src": mibFile(w.t, acme)})
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/mibs", Do: acsmontest.Answer(422, jsonContent, `{"message":"It does not parse.","errors":{"file":["It does not parse."]}}`)})
		w.run("acsmon_mib", row{"name": "ACME-MIB", "src": mibFile(w.t, "nonsense")}).fails("It does not parse")
		if got := w.Rows("mibs"); len(got) != 1 || got[0]["content"] != acme {
			w.t.Errorf("the server has the MIBs %v, want the old one alone", got)
		}
	})
	scenario(t, "the response to an upload is lost", acsmontest.Options{}, func(w *workbench) {
		given := row{"name": "ACME-MIB", "src": mibFile(w.t, acme)}
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/mibs", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
		w.run("acsmon_mib", given).warns("was found to be the one that it made")
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/mibs", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
		w.run("acsmon_mib", row{"name": "ACME-MIB", "src": mibFile(w.t, "new")}).fails("it is not certain whether the new file of MIB 1 was uploaded")
		w.wantRows("mibs", 2)
	})
	scenario(t, "the old one cannot be removed", acsmontest.Options{}, func(w *workbench) {
		w.run("acsmon_mib", row{"name": "ACME-MIB", "src": mibFile(w.t, acme)})
		w.run("acsmon_mib", row{"name": "ACME-MIB", "src": mibFile(w.t, "new"), "token": w.NewToken("mibs.view", "mibs.upload")}).
			fails("the new file was uploaded as MIB", "but MIB 1 is still there", "remove it with its id")
	})
}

// TestMistakenMIBs refuses files that are none, and what the API cannot do.
func TestMistakenMIBs(t *testing.T) {
	scenario(t, "files", acsmontest.Options{}, func(w *workbench) {
		w.run("acsmon_mib", row{"name": "x"}).fails("to create it, give src too")
		w.run("acsmon_mib", row{"name": "x", "src": "/nowhere"}).fails("src cannot be read").costs()
		w.run("acsmon_mib", row{"name": "x", "src": w.t.TempDir()}).fails("which is not a regular file").costs()
		w.run("acsmon_mib", row{"name": "x", "src": mibFile(w.t, "")}).fails("which has 0 bytes: a MIB has 1 byte to 8 MiB").costs()
		w.run("acsmon_mib", row{"name": "x", "src": mibFile(w.t, strings.Repeat("x", 8<<20+1))}).fails("a MIB has 1 byte to 8 MiB").costs()
		made := w.Add("mibs", row{"name": "ACME-MIB", "content": acme})
		w.run("acsmon_mib", row{"id": made, "name": "Other"}).fails("the API cannot change a MIB, but only upload one: give src too")
	})
	for _, slug := range []string{"mibs.view", "mibs.upload", "mibs.delete"} {
		scenario(t, "without "+slug, acsmontest.Options{}, func(w *workbench) {
			made := w.Add("mibs", row{"name": "Other", "content": "x"})
			given := row{"name": "ACME-MIB", "src": mibFile(w.t, acme)}
			if slug == "mibs.delete" {
				given = row{"id": made, "state": "absent"}
			}
			w.run("acsmon_mib", with(given, row{"token": w.tokenWithout(slug)})).fails("403", slug)
		})
	}
}
