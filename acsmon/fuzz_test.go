// SPDX-License-Identifier: MIT

package acsmon

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"
)

// The targets here read what a server sent. None may panic, and what they let
// through must be fit for what comes behind them.

func FuzzDecodePage(f *testing.F) {
	for _, seed := range []string{
		`{"data":[{"id":1}],"links":{"next":null},"meta":{"current_page":1,"per_page":50,"total":593},"next_page_url":"https://x/api/v1/devices?page=2"}`,
		`{"current_page":1,"data":[],"links":[{"url":null,"label":"&laquo; Previous","active":false},{"url":"?page=2","label":"Next &raquo;"}],"last_page":"7","total":"7"}`,
		`[{"id":1},{"id":"2"}]`, `[null]`, `{"data":null}`, `{"data":[null]}`, `{"data":[]}}`, `null`, ``, `<html>`,
		`{"data":[],"total":-1,"per_page":0,"next_page_url":":%"}`, `{"data":[],"meta":{"total":99999999999999999999,"per_page":1e9}}`,
		`{"data":[],"meta":{"total":9223372036854775807,"per_page":9223372036854775807}}`,
		`{"data":[],"meta":{"total":9223372036854775807,"per_page":2}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := decodePage(body)
		if err != nil {
			return
		}
		if p.total < -1 || p.perPage < 0 || p.number < 0 || p.last < 0 || p.lastPage() < 0 {
			t.Errorf("negative figures: %+v", p)
		}
		for _, row := range p.rows {
			if row == nil {
				t.Error("a row that is null")
			}
			row.ID()
		}
		p.more()
		url.Values(p.next).Encode()
	})
}

func FuzzDecodeRow(f *testing.F) {
	for _, seed := range []string{
		`{"id":42,"name":"core-switch-01","ip_address":"10.0.0.1","snmp_version":"2c","is_active":1,"last_polled_at":"2026-04-22T10:14:33Z","device_group":{"id":3,"name":"Core"}}`,
		`{"data":{"id":"117","type":"https","port":"443","response_time_ms":142.5,"config":[],"ssl_expiry_at":"0000-00-00 00:00:00"}}`,
		`{"id":9821,"severity":"critical","monitor":{"id":117},"device":null,"current_value":91.5,"triggered_at":""}`,
		`{"queued":true,"job_id":7}`, `{"uptime_percent":"99.91","total_checks":1e400}`, `{"data":{"data":{}}}`,
		`{"id":{"id":1},"port":-0.0,"name":[],"is_active":"maybe","config":{"a":null}}`, `[]`, `null`, `{}`, ``, `{"id":9007199254740993}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		object, err := unmarshalObject(body)
		if err != nil {
			return
		}
		fuzzRow[Device](t, object)
		fuzzRow[Monitor](t, object)
		fuzzRow[MonitorResult](t, object)
		fuzzRow[Uptime](t, object)
		fuzzRow[Queued](t, object)
		fuzzRow[Event](t, object)
		fuzzRow[Group](t, object)
		fuzzRow[AlertRule](t, object)
		fuzzRow[AlertChannel](t, object)
		fuzzRow[Fields](t, object)
	})
}

func fuzzRow[T any](t *testing.T, object Fields) {
	row, err := decodeRow[T](object)
	if err != nil {
		wholesome(t, err.Error())
		return
	}
	if _, err := json.Marshal(row); err != nil {
		t.Errorf("what was read cannot be shown: %v", err)
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "0", "-1", "60", " 7 ", "1.5", "NaN", "Inf", "-Inf", "1e300", "0x1p62", "soon", "Fri, 31 Dec 9999 23:59:59 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "9223372036854775807"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, at := range []time.Time{retryAfter(http.Header{"Retry-After": {value}}), unixTime(value)} {
			if wait := time.Until(at); wait > longest || !at.IsZero() && jitter(max(wait, minLimitWait)) < minLimitWait {
				t.Errorf("%q is a wait of %s", value, wait)
			}
		}
	})
}

func FuzzRefused(f *testing.F) {
	for _, seed := range []string{
		`{"message":"The name field is required.","errors":{"name":["The name field is required."]}}`, `{"message":"","errors":[]}`,
		`{"message":{"a":[1]},"errors":{"a":"b","c":[[1],null,{"d":1}]}}`, `<title>503</title>`, `<TITLE x>` + "\x1b[2J</title>", ``, `null`, "\xff\u202e",
		`{"message":"` + strings.Repeat("long ", 200) + `"}`,
	} {
		f.Add(422, []byte(seed), "60")
	}
	client, err := New("https://monitoring.example.com")
	if err != nil {
		f.Fatal(err)
	}
	asked, _ := http.NewRequest(http.MethodGet, "https://monitoring.example.com/api/v1/devices", nil)
	f.Fuzz(func(t *testing.T, status int, body []byte, header string) {
		k := &call{client: client, request: request{method: http.MethodGet, path: "/devices", permission: "devices.view"}}
		e := k.refused(&http.Response{StatusCode: status, Request: asked, Header: http.Header{"Retry-After": {header}, "Location": {header}}}, body)
		wholesome(t, e.Error())
		for name, complaints := range e.Fields {
			wholesome(t, name+strings.Join(complaints, ""))
		}
		wholesome(t, (&UncertainError{Err: e}).Error())
	})
}

func FuzzParseTime(f *testing.F) {
	for _, seed := range []string{"2026-04-22T10:14:33Z", "2026-04-22T10:14:33.123456Z", "2026-04-22T12:14:33+02:00", "2026-04-22T12:14:33+0200", "2026-04-22 10:14:33", "2026-04-22T10:14:33", "0000-00-00 00:00:00", "yesterday", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		read, err := ParseTime(s)
		if err != nil {
			wholesome(t, err.Error())
			return
		}
		if read.Location() != time.UTC {
			t.Errorf("%q is in %s", s, read.Location())
		}
		if again, err := ParseTime(read.Format(time.RFC3339Nano)); read.Year() > 0 && read.Year() < 9999 && (err != nil || !again.Equal(read)) {
			t.Errorf("%q is %s, and that is %s (%v)", s, read, again, err)
		}
	})
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"plain", "\x1b[31mred\x1b[0m", "a\r\nb\tc\u2028d", "\u202egnp", "\xff\xfe", "\u200b\ufeff", strings.Repeat("x", 400), "\U000e0041", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		wholesome(t, got)
		if n := len([]rune(got)); n > maxMessage*len(`\U000e0041`)+1 {
			t.Errorf("%d characters", n)
		}
	})
}

// wholesome asserts that a text may go to a terminal: one line, no characters
// that act on it or hide.
func wholesome(t *testing.T, s string) {
	t.Helper()
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.IsSpace(r) && r != ' ' {
			t.Fatalf("%q holds %U", s, r)
		}
	}
}

func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		`{"status":"completed","last_run_at":"x","results":[{"id":1,"ip_address":"192.0.2.1","services":[{"name":"ssh"},"http",null],"device":{"id":2}}]}`,
		`{"results":[null,[],{"id":{}}],"status":{}}`, `{"discovery_results":{}}`, `{"device":{"monitors":[null,{"id":"x"}]},"monitors":3}`,
		`{"job_id":"../x","status":"queued"}`, `{"job":7,"queued":true}`, `{"job_id":"..","queued":true}`, `{}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		object, err := unmarshalObject(body)
		if err != nil {
			return
		}
		results, shown, err := ResultsIn(object)
		if (len(results) > 0 || err != nil) && !shown {
			t.Errorf("results that are not shown: %v, %v", results, err)
		}
		if ScanUnderWay(object) && ScanFinished(nil, object, time.Time{}) {
			t.Error("a scan that is under way has finished")
		}
		device, monitors := ImportedIn(object)
		device.ID()
		for _, monitor := range monitors {
			monitor.ID()
		}
		if job := (Tools{}).Job(object); job != "" && checkPath("/tools/jobs/"+job) != nil {
			t.Errorf("%q is no segment of a path", job)
		}
	})
}
