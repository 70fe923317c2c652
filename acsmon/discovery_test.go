// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

func object(t *testing.T, text string) (fields acsmon.Fields) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		t.Fatal(err)
	}
	return fields
}

// A result is read under whichever likely keys it comes.
func TestResultsOfScans(t *testing.T) {
	for text, want := range map[string]string{
		`{"results": [{"id": 1, "ip_address": "192.0.2.1", "hostname": "a", "sys_descr": "Linux", "device_type": "linux", "services": [{"name": "ssh", "port": 22}], "device_id": 9}]}`: "1 192.0.2.1 a Linux linux [ssh] true 9",
		`{"results": [{"id": "1", "address": "192.0.2.1", "name": "a", "type": "linux", "detected_services": ["ssh", "http"], "imported": false}]}`:                                     "1 192.0.2.1 a  linux [ssh http] false 0",
		`{"discovery_results": [{"id": 1, "ip": "192.0.2.1", "services": [{"type": "ssh"}], "device": {"id": 9}}]}`:                                                                     "1 192.0.2.1    [ssh] true 9",
		`{"results": [{"id": 1, "ip_address": "192.0.2.1", "imported_at": "2026-04-22T10:00:00Z"}]}`:                                                                                    "1 192.0.2.1    [] true 0",
		`{"results": [{"id": 1, "ip_address": "192.0.2.1", "imported": 1, "status": "found"}]}`:                                                                                         "1 192.0.2.1    [] true 0",
		`{"results": [{"id": 1, "ip_address": "192.0.2.1", "imported": "0", "status": "imported"}]}`:                                                                                    "1 192.0.2.1    [] true 0",
	} {
		results, shown, err := acsmon.ResultsIn(object(t, text))
		if err != nil || !shown || len(results) != 1 {
			t.Errorf("%s: %v, shown: %t, %v: want one result", text, results, shown, err)
			continue
		}
		r := results[0]
		if got := fmt.Sprint(r.ID, " ", r.Address, " ", r.Hostname, " ", r.Description, " ", r.DeviceType, " ", r.Services, " ", r.Imported, " ", r.DeviceID); got != want {
			t.Errorf("%s\nis read as %s\nand should be %s", text, got, want)
		}
	}
	if _, shown, err := acsmon.ResultsIn(object(t, `{"id": 1, "results": 3}`)); shown || err != nil {
		t.Errorf("results that are none: %v, %v", shown, err)
	}
	for _, text := range []string{`{"results": [{"id": {}}]}`, `{"results": [{"id": 1, "ip_address": ["a"]}]}`} {
		if _, _, err := acsmon.ResultsIn(object(t, text)); err == nil {
			t.Errorf("%s is no result, and there is no error", text)
		}
	}
}

// A scan that was started is finished when it says that it has run since, or is in another state.
func TestScanFinished(t *testing.T) {
	asked := time.Date(2026, 4, 22, 11, 0, 0, 500, time.UTC)
	moment := `{"status": "completed", "last_run_at": "2026-04-22T11:00:00Z"}`
	ahead := fmt.Sprintf(`{"status": "completed", "last_run_at": %q}`, time.Now().Add(time.Hour).UTC().Format(time.RFC3339)) // of another clock
	for _, test := range []struct {
		before, now string
		want        bool
	}{
		{moment, moment, true},
		{moment, strings.Replace(moment, "completed", "running", 1), false},
		{ahead, ahead, false},
		{`{"status": "pending"}`, `{"status": "pending"}`, false},
		{`{"status": "pending"}`, `{"status": "running"}`, false},
		{`{"status": "pending"}`, `{"status": "completed"}`, true},
		{`{"status": "completed"}`, `{"status": "completed"}`, false},
		{`{"status": "completed", "last_run_at": "2026-04-22T10:00:00Z"}`, `{"status": "completed", "last_run_at": "2026-04-22T10:00:00Z"}`, false},
		{`{"status": "completed", "last_run_at": "2026-04-22T10:00:00Z"}`, `{"status": "completed", "last_run_at": "2026-04-22T10:01:00Z"}`, true},
		{`{"status": "completed", "last_run_at": "2026-04-22T10:00:00Z"}`, `{"status": "Running", "last_run_at": "2026-04-22T10:01:00Z"}`, false},
		{`{"status": "completed", "finished_at": "2026-04-22T10:00:00Z"}`, `{"status": "running", "finished_at": null}`, false},
		{`{"status": "pending", "last_run_at": null}`, `{"status": "completed", "last_run_at": null}`, true},
	} {
		if got := acsmon.ScanFinished(object(t, test.before), object(t, test.now), asked); got != test.want {
			t.Errorf("%s after %s: %v", test.now, test.before, got)
		}
	}
}

// What an import has made is read out of whichever answer comes.
func TestImportedIn(t *testing.T) {
	for text, want := range map[string]string{
		`{"id": 9, "name": "a", "ip_address": "192.0.2.1"}`:         "9 false 0",
		`{"device": {"id": 9}, "monitors": [{"id": 1}, {"id": 2}]}`: "9 true 2",
		`{"device": {"id": 9, "monitors": [{"id": 1}]}}`:            "9 true 1",
		`{"device": {"id": 9}, "monitors": []}`:                     "9 true 0",
		`{"message": "Imported."}`:                                  "0 false 0",
		`{"id": 5, "discovery_id": 1, "device_id": 9}`:              "0 false 0",
		`{}`: "0 false 0",
	} {
		device, monitors := acsmon.ImportedIn(object(t, text))
		if got := fmt.Sprint(device.ID(), " ", monitors != nil, " ", len(monitors)); got != want {
			t.Errorf("%s gives %s, want %s", text, got, want)
		}
	}
}
