// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// TestDeviceReport writes the devices as CSV and as JSON. Text of strangers is inert in both.
func TestDeviceReport(t *testing.T) {
	const header = "external_id,hostname,ip,status,device_type,device_group,last_seen\n"
	for name, alternative := range alternatives() {
		surveyed(t, name, acsmontest.Options{Alternatives: alternative, Prefix: "/monitoring"}, func(w *workbench) {
			w.Set("devices", 22, row{"name": "=cmd()"})
			path := filepath.Join(w.t.TempDir(), "devices")
			real, again := w.converges("acsmon_device_report", row{"dest": path, "format": "csv", "prefix": "x-", "_ansible_diff": true})
			const want = header + "x-21,core-1,192.0.2.21,up,cisco_ios,Core,\nx-22,'=cmd(),192.0.2.22,down,linux,Core,\nx-23,sw,192.0.2.23,down,cisco_ios,,\n"
			// The server's times have the form of the alternative.
			if got := regexp.MustCompile("(?m)2026-04-22T1[^,]*$").ReplaceAllString(w.unstamped(path), ""); got != want {
				w.t.Errorf("the file is\n%s\nwant\n%s", got, want)
			}
			if got, most := len(again.requests), 2+refusals(alternative); got > most {
				w.t.Errorf("the module made %d requests, want at most %d", got, most)
			}
			if diff := fmt.Sprint(real.row["diff"]); !strings.Contains(diff, "'=cmd()") {
				w.t.Errorf("the diff does not show '=cmd(): %s", diff)
			}
		})
	}
	surveyed(t, "as JSON", acsmontest.Options{}, func(w *workbench) {
		name := "a\u202eb\x1b[1m\u009b<&> \"\\ {{ x }}\n"
		w.Set("devices", 22, row{"name": name})
		path := filepath.Join(w.t.TempDir(), "devices.json")
		w.converges("acsmon_device_report", row{"dest": path})
		text := w.read(path)
		var records []row
		if err := json.Unmarshal([]byte(text), &records); err != nil || len(records) != 3 {
			w.t.Fatalf("the file has %d records (%v), want 3: %s", len(records), err, text)
		}
		first, second, third := records[0], records[1], records[2]
		got := []any{second["hostname"], second["external_id"], third["device_group"], first["server"], first["generated"], strings.Count(text, "\n")}
		if want := []any{name, "acsmon-22", nil, w.args["base_url"], now(), 5}; !slices.Equal(got, want) {
			w.t.Errorf("the file has\n%q\nwant\n%q\nin %s", got, want, text)
		}
		if strings.ContainsAny(text, "\u202e\x1b\u009b") {
			w.t.Errorf("the file holds control characters: %q", text)
		}
	})
	scenario(t, "of nothing", acsmontest.Options{}, func(w *workbench) {
		path := filepath.Join(w.t.TempDir(), "devices.json")
		w.converges("acsmon_device_report", row{"dest": path})
		if records := []row{}; json.Unmarshal([]byte(w.read(path)), &records) != nil || len(records) != 0 {
			w.t.Errorf("the file is %q, want an empty list", w.read(path))
		}
		w.run("acsmon_device_report", row{"dest": filepath.Join(path, "x")}).fails("there is no folder").costs()
	})
}

// TestDeviceReportSelection selects the same devices as acsmon_device_info, with as many requests.
func TestDeviceReportSelection(t *testing.T) {
	for _, test := range selections {
		if test.module != "device" || test.given["sort"] != nil || test.given["limit"] != nil {
			continue
		}
		surveyed(t, test.name, acsmontest.Options{}, func(w *workbench) {
			r := w.run("acsmon_device_report", with(test.given, row{"dest": filepath.Join(w.t.TempDir(), "devices.json"), "prefix": ""}))
			var got []int64
			for _, record := range rowsAt(r, "records") {
				var id int64
				fmt.Sscan(fmt.Sprint(record["external_id"]), &id)
				got = append(got, id)
			}
			if r.wantRequests(test.costs); !slices.Equal(got, test.want) {
				w.t.Errorf("the report has the devices %v, want %v", got, test.want)
			}
		})
	}
}

// now is the time of a test as reports write it.
func now() string { return time.Now().UTC().Format(time.RFC3339) }

// unstamped reads a table without the columns that say from which server and from when each row is.
func (w *workbench) unstamped(path string) string {
	w.t.Helper()
	header, rows, _ := strings.Cut(w.read(path), "\n")
	header, found := strings.CutSuffix(header, ",server,generated")
	stamp := "," + strings.TrimSuffix(fmt.Sprint(w.args["base_url"]), "/monitoring") + "," + now() + "\n"
	if !found || strings.Count(rows, stamp) != strings.Count(rows, "\n") {
		w.t.Errorf("every row should end with %q, and below %s there is\n%s", stamp, header, rows)
	}
	return header + "\n" + strings.ReplaceAll(rows, stamp, "\n")
}
