// SPDX-License-Identifier: GPL-3.0-or-later

package laravel_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	// What the executable is made of: else go test would show an old result after a change of it.
	_ "github.com/acsmon/acsmon-ansible/internal/inventory"
	_ "github.com/acsmon/acsmon-ansible/internal/modules"
	"github.com/acsmon/acsmon-ansible/tests/laravel"
)

func TestMain(m *testing.M) {
	status := laravel.Main(m)
	os.RemoveAll(bin)
	os.Exit(status)
}

// What the framework does by itself, and the facts say of it.
func TestFramework(t *testing.T) {
	s := laravel.Start(t, laravel.Options{RateLimit: 60})
	admin, guest := api{t, s.URL, s.Token}, api{t, s.URL, ""}
	viewer := api{t, s.URL, s.NewToken("monitors.view")}
	for _, test := range []struct {
		name    string
		got     answer
		status  int
		body    string
		limited bool // whether it counts against the rate limit
	}{
		{"no token", guest.ask("GET", "/monitors", nil), 401, `{"message":"Unauthenticated."}`, false},
		{"no such route", admin.ask("GET", "/nothing", nil), 404, "{\n    \"message\": \"\"\n}", false},
		{"a route without the method", admin.ask("PUT", "/monitors", row{}), 405, "{\n    \"message\": \"The PUT method is not supported for this route. Supported methods: GET, HEAD, POST.\"\n}", false},
		{"no such row", viewer.ask("DELETE", "/monitors/5000", nil), 404, "{\n    \"message\": \"No query results for model [App\\\\Models\\\\Monitor] 5000\"\n}", true},
		{"no permission", viewer.ask("POST", "/monitors", row{}), 403, "{\n    \"message\": \"This action is unauthorized.\"\n}", true},
		{"no input", admin.ask("POST", "/alert-channels", "{broken"), 422, `{"message":"The given data was invalid.","errors":{"name":["The name field is required."],"type":["The type field is required."]}}`, true},
		{"a text is cut at its NUL by the driver of the database", admin.ask("POST", "/monitor-groups", row{"name": "a\x00b"}), 201, `{"id":1,"name":"a","color":"#6b7280"}`, true},
		{"a number beyond the column", admin.ask("POST", "/monitors", row{"name": "a", "type": "ping", "host": "a", "timeout_ms": 1 << 40}), 500, "{\n    \"message\": \"Server Error\"\n}", true},
		{"keys that are all numbers", admin.ask("POST", "/alert-channels", row{"name": "a", "type": "email", "config": row{"5": "x", "9": 1e30}}), 201, `{"id":1,"name":"a","type":"email","config":["x",1.0e+30],"is_active":true}`, true},
	} {
		if test.got.status != test.status || test.got.body != test.body {
			t.Errorf("%s: %d %s, want %d %s", test.name, test.got.status, test.got.body, test.status, test.body)
		}
		if got := test.got.header.Get("X-RateLimit-Limit") != ""; got != test.limited {
			t.Errorf("%s: rate limit headers: %v, want %v", test.name, got, test.limited)
		}
	}
	if got, want := len(s.Writes()), 7; got != want {
		t.Errorf("%d writes were noted, want %d: %q", got, want, s.Writes())
	}
}

// The framework's maintenance mode, in the forms that its command has.
func TestMaintenance(t *testing.T) {
	s := laravel.Start(t, laravel.Options{})
	admin := api{t, s.URL, s.Token}
	for _, test := range []struct {
		options       []string
		status        int
		header, value string
		says          string
	}{
		{nil, 503, "Retry-After", "", "{\n    \"message\": \"Service Unavailable\"\n}"},
		{[]string{"--retry=7"}, 503, "Retry-After", "7", "Service Unavailable"},
		{[]string{"--refresh=9"}, 503, "Refresh", "9", "Service Unavailable"},
		{[]string{"--render=maintenance"}, 503, "Content-Type", "text/html; charset=UTF-8", "NetWatch Pro"},
		{[]string{"--redirect=/"}, 302, "Location", s.URL, ""},
		{[]string{"--status=200"}, 200, "Retry-After", "", "Service Unavailable"},
	} {
		s.Artisan(append([]string{"down"}, test.options...)...)
		got := admin.ask("GET", "/monitors", nil)
		if got.status != test.status || got.header.Get(test.header) != test.value || !strings.Contains(got.body, test.says) {
			t.Errorf("down %q: %d %q %s", test.options, got.status, got.header, got.body)
		}
		s.Artisan("up")
	}
	if got := admin.ask("GET", "/monitors", nil); got.status != 200 {
		t.Errorf("after up: %d", got.status)
	}
}

// Each switch exists in the application, and each of its values can be served.
func TestSwitches(t *testing.T) {
	s := laravel.Start(t, laravel.Options{})
	config, err := os.ReadFile("app/config/acs.php")
	if err != nil {
		t.Fatal(err)
	}
	admin := api{t, s.URL, s.Token}
	s.SQL("insert into monitors (name, type, host) values ('a', 'ping', 'a.example.com')")
	for _, choice := range laravel.Switches() {
		if want := "'" + choice.Name + "' => '" + choice.Values[0] + "',"; !strings.Contains(string(config), want) {
			t.Errorf("app/config/acs.php has no default %s", want)
		}
		for _, value := range slices.Backward(choice.Values) { // the default last
			s.Set(choice.Name, value)
			if got := admin.ask("GET", "/monitors", nil); got.status != 200 || !strings.Contains(got.body, `"a.example.com"`) {
				t.Errorf("%s=%s: %d %s", choice.Name, value, got.status, got.body)
			}
		}
	}
}
