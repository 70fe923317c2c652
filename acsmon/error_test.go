// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

func TestAnErrorIsOneSentenceThatNamesTheThing(t *testing.T) {
	tests := []struct {
		status int
		body   string
		want   string
	}{
		{404, `{"message":"No query results."}`, "GET /devices/7 answered 404: No query results"},
		{403, `{"message":"This action is unauthorized."}`, "GET /devices/7 answered 403: This action is unauthorized: " +
			"the token's role lacks the permission devices.view"},
		{403, `{"message":"The licence allows 100."}`, "GET /devices/7 answered 403: The licence allows 100"},
		{422, `{"message":"The given data was invalid.","errors":{"port":["The port is too high.","It is odd."],"host":"Missing"}}`,
			"GET /devices/7 answered 422: The given data was invalid (host: Missing; port: The port is too high. It is odd)"},
		{422, `{"message":"Invalid.","errors":[]}`, "GET /devices/7 answered 422: Invalid"},
		{400, `{"message":null}`, "GET /devices/7 answered 400: Bad Request"},
		{404, `{"message":""}`, "GET /devices/7 answered 404: Not Found"},
		{423, "{\n    \"message\": \"\"\n}", "GET /devices/7 answered 423: Locked"},
		{400, `{"error":"x"}`, `GET /devices/7 answered 400: "{\"error\":\"x\"}"`},
		{400, ``, "GET /devices/7 answered 400: an empty response"},
		{413, `<html><head><TITLE lang="en">413 Request
			Entity Too Large</TITLE></head></html>`, `GET /devices/7 answered 413: an HTML page titled "413 Request Entity Too Large"`},
		{404, `<title>Nothing here</title>`, `GET /devices/7 answered 404: an HTML page titled "Nothing here"`},
		{405, `<p>no</p>`, "GET /devices/7 answered 405: an HTML page"},
		{418, `"` + strings.Repeat("tea ", 40) + `"`, `GET /devices/7 answered 418: "\"` + strings.TrimSpace(strings.Repeat("tea ", 20)[:79]) + `"…`},
		{409, `{"message":{"a":1}}`, "GET /devices/7 answered 409: map[a:1]"},
	}
	for _, test := range tests {
		_, err := handle(t, answer(test.status, test.body)).Devices.Get(bg, 7)
		if e := apiError(t, err); e.Error() != test.want || e.Status != test.status || e.Method != "GET" || e.Path != "/devices/7" {
			t.Errorf("%s\nwant %s", e, test.want)
		}
	}
}

func TestA422CarriesItsComplaintsByField(t *testing.T) {
	_, client := start(t, acsmontest.Options{})
	_, err := client.Monitors.Create(bg, acsmon.MonitorInput{Type: "carrier pigeon", Host: "x", More: acsmon.Fields{"name": ""}})
	e := apiError(t, err)
	if !acsmon.IsInvalid(err) || len(e.Fields["name"]) != 1 || len(e.Fields["type"]) != 1 || len(e.Fields) != 2 {
		t.Errorf("the error is %+v, want one complaint of name and one of type", e)
	}
	saysAll(t, err.Error(), "POST /monitors answered 422", "name: The name field is required", "type: The selected type is invalid")
}

func TestTheLicenceCapIsSaidInTheServersWords(t *testing.T) {
	for _, licence := range []string{"422", "422-message", "403"} {
		_, client := start(t, acsmontest.Options{Monitors: 1, LicenceCap: 1, Alternatives: acsmontest.Alternatives{Licence: licence}})
		_, err := client.Monitors.Create(bg, plainMonitor)
		saysAll(t, strings.ToLower(apiError(t, err).Message), "licen")
	}
}

func TestEachKindOfErrorIsKnownByItsPredicate(t *testing.T) {
	predicates := map[string]func(error) bool{
		"IsUnauthorized": acsmon.IsUnauthorized, "IsForbidden": acsmon.IsForbidden, "IsNotFound": acsmon.IsNotFound,
		"IsConflict": acsmon.IsConflict, "IsInvalid": acsmon.IsInvalid, "IsRateLimited": acsmon.IsRateLimited, "IsNetwork": acsmon.IsNetwork,
	}
	for status, want := range map[int][]string{
		0: {"IsNetwork"}, 401: {"IsUnauthorized"}, 403: {"IsForbidden"}, 404: {"IsNotFound"}, 409: {"IsConflict"},
		422: {"IsInvalid", "IsConflict"}, 429: {"IsRateLimited"}, 500: nil,
	} {
		err := fmt.Errorf("wrapped: %w", &acsmon.Error{Status: status})
		for name, is := range predicates {
			if is(err) != strings.Contains(" "+strings.Join(want, " ")+" ", " "+name+" ") {
				t.Errorf("%s of status %d: %v", name, status, is(err))
			}
		}
		if acsmon.IsNetwork(nil) || acsmon.IsNetwork(fmt.Errorf("other")) {
			t.Error("what is no Error is said to be one")
		}
	}
}

func TestWhatTheServerSaysIsFitForATerminal(t *testing.T) {
	hostile := "\x1b]0;owned\x07\x1b[2Jred\u202egnp.exe\r\nline two\u2028three\u0085\u009b31m\u200b\x00" + strings.Repeat("long ", 1000) + "\xff"
	bodies := map[string]string{
		"message": `{"message":` + quote(hostile) + `}`,
		"fields":  `{"message":"x","errors":{` + quote(hostile) + `:[` + quote(hostile) + `]}}`,
		"title":   `<title>` + hostile + `</title>`,
		"text":    hostile,
	}
	for name, body := range bodies {
		for _, status := range []int{422, 200} {
			client := handle(t, answer(status, body), acsmon.WithMaxWait(0))
			_, err := client.Devices.Get(bg, 7)
			wholesome(t, name, err.Error())
			for field, complaints := range apiError(t, err).Fields {
				wholesome(t, name, field+strings.Join(complaints, ""))
			}
		}
	}
	client := handle(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "https://user:hidden@elsewhere.example/%E2%80%AE%1B?token=hidden#hidden")
		w.WriteHeader(302)
	})
	_, err := client.Devices.Get(bg, 7)
	wholesome(t, "redirect", err.Error())
	if strings.Contains(err.Error(), "hidden") {
		t.Error(err)
	}
}

// quote gives a JSON string, whatever its bytes.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		fmt.Fprintf(&b, `\u%04x`, r)
	}
	return b.String() + `"`
}

func wholesome(t *testing.T, what, s string) {
	t.Helper()
	if len(s) > 4000 {
		t.Errorf("%s: %d bytes", what, len(s))
	}
	for _, r := range s {
		if !unicode.IsPrint(r) {
			t.Fatalf("%s: %q holds %U", what, s, r)
		}
	}
}

func TestAFloodOfComplaintsIsCut(t *testing.T) {
	var fields []string
	for i := range 5000 {
		fields = append(fields, fmt.Sprintf(`"field_%d":["%s"]`, i, strings.Repeat(`wrong","`, 100)))
	}
	_, err := handle(t, answer(422, `{"message":"x","errors":{`+strings.Join(fields, ",")+`}}`)).Devices.Get(bg, 7)
	if e := apiError(t, err); len(e.Fields) > 20 || len(e.Error()) > 8000 {
		t.Errorf("%d fields, %d bytes", len(e.Fields), len(e.Error()))
	}
}
