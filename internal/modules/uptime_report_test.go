// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

func (w *workbench) report(given row) *result {
	w.t.Helper()
	return w.run("acsmon_uptime_report", given)
}

func (w *workbench) read(path string) string {
	w.t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(content)
}

// mode is the mode of a file, or of a link.
func (w *workbench) mode(path string) fs.FileMode {
	w.t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		w.t.Fatal(err)
	}
	return info.Mode()
}

// files names two files in a folder of their own.
func (w *workbench) files() (table, page string) {
	folder := w.t.TempDir()
	return filepath.Join(folder, "uptime.csv"), filepath.Join(folder, "uptime.html")
}

// TestUptimeReportConverges writes files when the figures change, and leaves them alone otherwise.
func TestUptimeReportConverges(t *testing.T) {
	scenario(t, "with both files", acsmontest.Options{Monitors: 12}, func(w *workbench) {
		table, page := w.files()
		given := row{"csv_dest": table, "html_dest": page, "_ansible_diff": true}
		if w.check("acsmon_uptime_report", given); exists(table) || exists(page) {
			w.t.Error("check mode wrote a file")
		}
		real, again := w.converges("acsmon_uptime_report", given)
		real.costs("GET /monitors")
		again.costs("GET /monitors")
		if left, _ := filepath.Glob(filepath.Dir(table) + "/.*"); len(left) > 0 {
			w.t.Errorf("the run left %v behind", left)
		}
		if lines := strings.Count(w.read(table), "\n"); lines != 13 || w.mode(table) != 0o640 || w.mode(page) != 0o640 {
			w.t.Errorf("the table has %d lines, want 13, and the modes are %v and %v, want 0640", lines, w.mode(table), w.mode(page))
		}

		made := w.read(page)
		time.Sleep(time.Hour)
		if w.report(given).wantUnchanged(); w.read(page) != made {
			w.t.Errorf("an hour later the page with the same figures is\n%s\nand was\n%s", w.read(page), made)
		}
		w.Set("monitors", storedID(w.Rows("monitors")[0]), row{"uptime_percent_7d": 12.5})
		r := w.report(given).wantChanged()
		if !strings.Contains(w.read(table), ",12.5,") || !strings.Contains(w.read(page), "12.50 %") || !strings.Contains(w.read(page), "01:00 UTC") {
			w.t.Errorf("the files should show 12.5 %% as of 01:00 UTC, and are\n%s\nand\n%s", w.read(table), w.read(page))
		}
		before, after := at[string](r, "diff", 0, "before"), at[string](r, "diff", 0, "after")
		if diffs := rowsAt(r, "diff"); len(diffs) != 2 || !strings.Contains(after, ",12.5,") || strings.Contains(before, ",12.5,") {
			w.t.Errorf("the diff is %v, want one for each file, with 12.5 after the run alone", diffs)
		}
	})
	scenario(t, "without files", acsmontest.Options{Monitors: 3}, func(w *workbench) {
		if got := w.report(row{}).wantUnchanged().wantValues(row{"files": []any{}}).ids("monitors"); len(got) != 3 {
			w.t.Errorf("the answer has the monitors %v, want 3", got)
		}
	})
	scenario(t, "of nothing", acsmontest.Options{}, func(w *workbench) {
		table, page := w.files()
		r, _ := w.converges("acsmon_uptime_report", row{"csv_dest": table, "html_dest": page, "failed_checks": true})
		if r.costs("GET /monitors"); strings.Count(w.read(table), "\n") != 1 || !strings.Contains(w.read(page), "There is no monitor in this report.") {
			w.t.Errorf("the report should have no row, and the page should say so:\n%s\n%s", w.read(table), w.read(page))
		}
	})
}

// exists reports whether there is a file or a link at a path.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// TestUptimeReportSelection selects the same monitors as acsmon_monitor_info, with as many requests.
func TestUptimeReportSelection(t *testing.T) {
	for _, test := range selections {
		if test.module != "monitor" || test.given["sort"] != nil || test.given["limit"] != nil {
			continue
		}
		surveyed(t, test.name, acsmontest.Options{}, func(w *workbench) {
			r := w.report(test.given)
			got := r.ids("monitors")
			slices.Sort(got)
			if r.wantRequests(test.costs); !slices.Equal(got, test.want) {
				w.t.Errorf("the report has the monitors %v, want %v", got, test.want)
			}
		})
	}
}

// TestUptimeReportOfEveryServer writes the same report in whatever form the server gives its figures.
func TestUptimeReportOfEveryServer(t *testing.T) {
	for name, alternative := range alternatives() {
		scenario(t, name, acsmontest.Options{Alternatives: alternative, Prefix: "/monitoring"}, func(w *workbench) {
			group := w.Add("monitor-groups", row{"name": "Web"})
			w.Add("monitors", row{"name": "Best", "type": "https", "host": "a", "check_interval_seconds": 60, "uptime_percent_7d": 100, "uptime_percent_30d": 99.9})
			w.Add("monitors", row{"name": "New", "type": "ping", "host": "b", "check_interval_seconds": 60})
			w.Add("monitors", row{"name": "Worst", "type": "https", "host": "c", "check_interval_seconds": 60, "uptime_percent_7d": 99.5, "uptime_percent_30d": 99.95,
				"is_active": false, "monitor_group_id": group})
			for window, want := range map[string]string{
				"7d": "monitor,type,uptime_percent_7d,uptime_percent_30d,total_checks_7d,failed_checks_7d\n" +
					"Worst,https,99.5,99.95,10080,50\nBest,https,100,99.9,10080,0\nNew,ping,,,0,0\n",
				"30d": "monitor,type,uptime_percent_7d,uptime_percent_30d,total_checks_30d,failed_checks_30d\n" +
					"Best,https,100,99.9,43200,43\nWorst,https,99.5,99.95,43200,22\nNew,ping,,,0,0\n",
			} {
				table, page := w.files()
				r := w.report(row{"window": window, "failed_checks": true, "csv_dest": table, "html_dest": page})
				if got := w.unstamped(table); got != want {
					w.t.Errorf("the report of %s is\n%s\nwant\n%s", window, got, want)
				}
				most := 5 + refusals(alternative) // a page with three rows may be followed by an empty page
				if alternative.References == "ids" {
					most += 1 + 2*refusals(alternative) // for the names of the groups
				}
				if n := len(r.requests); n < 4 || n > most {
					w.t.Errorf("the module made %d requests, want 4 to %d", n, most)
				}
				if last := at[row](r, "monitors", 2); last["uptime_percent_7d"] != nil || last["total_checks"] != 0.0 {
					w.t.Errorf("the monitor that was never checked is %v, want no uptime and 0 checks", last)
				}
			}
		})
	}
}

// TestUptimeReportNamesGroups takes the names from the list of groups where the server shows only ids.
func TestUptimeReportNamesGroups(t *testing.T) {
	for references, want := range map[string][]string{
		"objects": {"GET /monitors"}, "both": {"GET /monitors"}, "ids": {"GET /monitors", "GET /monitor-groups"},
	} {
		scenario(t, references, acsmontest.Options{Alternatives: acsmontest.Alternatives{References: references}}, func(w *workbench) {
			w.Add("monitors", row{"name": "Shop", "type": "ping", "host": "a", "monitor_group_id": w.Add("monitor-groups", row{"name": "Web"})})
			r := w.report(nil).costs(want...)
			if group := rowsAt(r, "monitors")[0]["group"]; group != "Web" {
				w.t.Errorf("the group is %v, want Web", group)
			}
		})
	}
}

// TestUptimeReportSummary counts all monitors in bands, and those below the target first.
func TestUptimeReportSummary(t *testing.T) {
	scenario(t, "of a fleet", acsmontest.Options{Monitors: 250, Devices: 10}, func(w *workbench) {
		r := w.report(row{"target": 99.5, "window": "30d"}).costs("GET /monitors", "GET /monitors", "GET /monitors")
		summary := at[row](r, "summary")
		counted, below := 0.0, 0
		for i := range rowsAt(r, "summary", "distribution") {
			counted += at[float64](r, "summary", "distribution", i, "monitors")
		}
		for i := range rowsAt(r, "monitors") {
			if at[float64](r, "monitors", i, "uptime_percent_30d") < 99.5 {
				if below++; below != i+1 {
					w.t.Errorf("monitor %d is below the target and comes after one that is not", i)
				}
			}
		}
		if counted != 250 || summary["monitors"] != 250.0 || summary["below_target"] != float64(below) || below == 0 || r.row["planned_requests"] != 250.0 {
			w.t.Errorf("%v monitors are in bands, want 250, and %d are below the target, want some: %v", counted, below, summary)
		}
		for name, key := range specOf(w.t, "acsmon_uptime_report").Return["summary"].Contains {
			if _, ok := summary[name]; !ok && key.Returned == "always" {
				w.t.Errorf("the documentation says that %s is always returned, and the summary lacks it", name)
			}
		}
	})
}

// TestUptimeReportCost plans one request for each monitor, and refuses them if they do not fit into the
// wait budget.
func TestUptimeReportCost(t *testing.T) {
	scenario(t, "of failed checks", acsmontest.Options{Monitors: 150, RateLimit: 60}, func(w *workbench) {
		table, _ := w.files()
		w.report(row{}).costs("GET /monitors", "GET /monitors").wantValues(row{"planned_requests": 150.0, "estimated_seconds": 120.0})
		w.report(row{"failed_checks": true, "max_wait": 60, "csv_dest": table}).
			fails("failed_checks takes a request for each monitor and each value: 150 requests", "60 a minute", "about 120 s, but only 60 s are left", "set max_wait to 180").
			costs("GET /monitors", "GET /monitors")
		if exists(table) {
			w.t.Error("the refused run wrote a file")
		}
		r := w.report(row{"failed_checks": true, "max_wait": 420, "csv_dest": table})
		answered := slices.DeleteFunc(r.requests, func(q acsmontest.Request) bool { return q.Status == 429 })
		if r.wantChanged(); len(answered) != 152 {
			w.t.Errorf("the server answered %d requests, want 152", len(answered))
		}
	})
}

// TestUptimeReportWithoutFigures shows no data, and never 0, if the server does not know a figure or gets
// it wrong.
func TestUptimeReportWithoutFigures(t *testing.T) {
	const rows = `{"data":[{"id":1,"name":"a","type":"ping"%s},{"id":2,"name":"b","type":"ping"%s}]}`
	for _, test := range []struct {
		first, second string
		want          string
		warns         string
	}{
		{`,"uptime_percent_7d":"99.5"`, `,"uptime_percent_7d":null`, "a,ping,99.5,\nb,ping,,\n", ""},
		{"", "", "a,ping,,\nb,ping,,\n", "does not show uptime_percent_7d in its list"},
		{`,"uptime_percent_7d":100.5`, `,"uptime_percent_7d":0`, "b,ping,0,\na,ping,,\n", `gives "100.5" as uptime_percent_7d of monitor 1, which is not a percentage`},
		{`,"uptime_percent_7d":"NaN"`, `,"uptime_percent_7d":-1`, "a,ping,,\nb,ping,,\n", `gives "-1" as uptime_percent_7d of monitor 2`},
		{`,"uptime_percent_7d":[1]`, `,"uptime_percent_7d":true`, "a,ping,,\nb,ping,,\n", `gives "true"`},
	} {
		scenario(t, test.want+test.warns, acsmontest.Options{}, func(w *workbench) {
			w.Inject(acsmontest.Fault{Path: "/monitors", Do: acsmontest.Answer(200, nil, fmt.Sprintf(rows, test.first, test.second))})
			table, page := w.files()
			r := w.report(row{"csv_dest": table, "html_dest": page})
			if test.warns != "" {
				r.warns(test.warns)
			}
			if _, got, _ := strings.Cut(w.unstamped(table), "\n"); got != test.want {
				w.t.Errorf("the report is\n%s\nwant\n%s", got, test.want)
			}
			if !strings.Contains(w.read(page), "no data") {
				w.t.Error("the page does not say that there is no data")
			}
		})
	}
	scenario(t, "of a list that shows none", acsmontest.Options{}, func(w *workbench) {
		id := w.Add("monitors", row{"name": "a", "type": "ping", "host": "a", "check_interval_seconds": 60, "uptime_percent_7d": 99.5})
		gone := w.Add("monitors", row{"name": "b", "type": "ping", "host": "b"})
		w.Inject(acsmontest.Fault{Path: "/monitors", Do: acsmontest.Answer(200, nil, strings.NewReplacer(`"id":1,`, fmt.Sprintf(`"id":%d,`, id), `"id":2,`,
			fmt.Sprintf(`"id":%d,`, gone)).Replace(fmt.Sprintf(rows, "", "")))})
		w.Inject(acsmontest.Fault{Path: fmt.Sprintf("/monitors/%d/uptime", gone), Do: acsmontest.Status(404)})
		table, _ := w.files()
		w.report(row{"csv_dest": table, "failed_checks": true}).warns(fmt.Sprintf("no uptime of monitor %d", gone))
		const want = "a,ping,99.5,,10080,50\nb,ping,,,,\n"
		if _, got, _ := strings.Cut(w.unstamped(table), "\n"); got != want {
			w.t.Errorf("the report is\n%s\nwant\n%s", got, want)
		}
	})
}

// TestUptimeReportModes sets the mode of a file in the forms that Ansible knows, and keeps it otherwise.
func TestUptimeReportModes(t *testing.T) {
	scenario(t, "of files", acsmontest.Options{Monitors: 2}, func(w *workbench) {
		table, _ := w.files()
		step := func(mode any, changed bool, want fs.FileMode) *result {
			w.t.Helper()
			r := w.report(row{"csv_dest": table, "mode": mode, "_ansible_diff": true})
			r.wantValues(row{"changed": changed})
			if got, told := w.mode(table), at[string](r, "files", 0, "mode"); got != want || told != fmt.Sprintf("%04o", want) {
				w.t.Errorf("with mode %v the file has the mode %v and the answer says %s, want %04o", mode, got, told, want)
			}
			return r
		}
		step("0600", true, 0o600)
		step(nil, false, 0o600)
		if diff := fmt.Sprint(step("644", true, 0o644).row["diff"]); !strings.Contains(diff, "mode: 0600") || !strings.Contains(diff, "mode: 0644") {
			w.t.Errorf("the diff should go from mode 0600 to 0644, and is %s", diff)
		}
		step(416, true, 0o640) // what YAML makes of 0640
		step(" 0o640 ", false, 0o640)
		for _, mode := range []any{"u=rw", "0400", 640, "1777", "0", -1, true, "", []any{}} {
			w.report(row{"csv_dest": table, "mode": mode}).fails("mode is", "octal digits in quotes").costs()
		}
		if err := errors.Join(os.WriteFile(table, []byte("x"), 0), os.Chmod(table, 0o604)); err != nil {
			w.t.Fatal(err)
		}
		step(nil, true, 0o604)
	})
}

// TestMistakenReportDestinations refuses a file that cannot be written, before it reads anything.
func TestMistakenReportDestinations(t *testing.T) {
	scenario(t, "mistakes", acsmontest.Options{Monitors: 2}, func(w *workbench) {
		table, page := w.files()
		pipe := filepath.Join(filepath.Dir(page), "pipe")
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			w.t.Fatal(err)
		}
		for _, test := range []struct {
			given row
			says  string
		}{
			{row{"csv_dest": filepath.Join(table, "none", "x.csv")}, "csv_dest is " + filepath.Join(table, "none", "x.csv") + ", but there is no folder"},
			{row{"html_dest": filepath.Dir(page)}, "which is a folder: name a file"},
			{row{"html_dest": pipe}, "html_dest is " + pipe + ", which is not a regular file"},
			{row{"csv_dest": table, "html_dest": filepath.Dir(table) + "/./uptime.csv"}, "are both " + table},
			{row{"target": 0}, "target is 0"},
			{row{"target": 100.1}, "target is 100.1"},
			{row{"window": "1y"}, "window"},
		} {
			w.report(test.given).fails(test.says).costs()
		}
	})
}

// TestUptimeReportDestinations replaces a link, and says what it wrote if another file fails.
func TestUptimeReportDestinations(t *testing.T) {
	scenario(t, "a link", acsmontest.Options{Monitors: 2}, func(w *workbench) {
		table, page := w.files()
		if err := os.Symlink(page, table); err != nil {
			w.t.Fatal(err)
		}
		w.converges("acsmon_uptime_report", row{"csv_dest": table})
		if exists(page) || w.mode(table)&fs.ModeSymlink != 0 {
			w.t.Errorf("the run should replace the link with a file, and its mode is %v", w.mode(table))
		}
	})
	scenario(t, "a folder that is removed meanwhile", acsmontest.Options{Monitors: 2}, func(w *workbench) {
		table, page := w.files()
		folder := filepath.Join(filepath.Dir(page), "folder")
		if err := os.Mkdir(folder, 0o700); err != nil {
			w.t.Fatal(err)
		}
		w.Inject(acsmontest.Fault{Path: "/monitors", Times: 1, Do: acsmontest.Then(func(*acsmontest.Server) { os.Remove(folder) })})
		r := w.report(row{"csv_dest": table, "html_dest": filepath.Join(folder, "x.html")}).fails("html_dest cannot be written")
		if files := rowsAt(r.wantValues(row{"changed": true}), "files"); len(files) != 1 || !exists(table) {
			w.t.Errorf("the answer shows the files %v, want the table, which was written", files)
		}
	})
	scenario(t, "without the permission", acsmontest.Options{Monitors: 2}, func(w *workbench) {
		table, _ := w.files()
		if w.report(row{"csv_dest": table, "token": w.NewToken("devices.view")}).fails("403", "monitors.view"); exists(table) {
			w.t.Error("the refused run wrote a file")
		}
	})
}

// refusals is how many more requests a list takes if the server refuses large pages.
func refusals(alternative acsmontest.Alternatives) int {
	if alternative.PerPage == "422" {
		return 1
	}
	return 0
}
