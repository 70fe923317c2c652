// SPDX-License-Identifier: GPL-3.0-or-later

package laravel_test

import (
	"encoding/json"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/tests/laravel"
)

// A webhook takes events without a token of the API, its rules make an alert of one and resolve it
// with a later one, and one that is switched off takes none.
func TestIngest(t *testing.T) {
	s := laravel.Start(t, laravel.Options{})
	admin, guest := api{t, s.URL, s.Token}, api{t, s.URL, ""}
	s.SQL("insert into devices (name, ip_address) values ('sw1', '192.0.2.1')")
	admin.ask("POST", "/devices/1/webhooks", row{"name": "Backup"})
	admin.ask("POST", "/devices/1/webhooks/1/alert-rules", row{"name": "Failed", "condition": "payload_gt", "payload_field": "job.errors", "threshold": 0, "severity": "critical"})
	path := "/webhook-ingest/" + s.SQL("select token from webhooks")
	for _, push := range []struct {
		method, query string
		body          any
		want          string
	}{
		{"POST", "", row{"job": row{"errors": 3}}, "open|3"},
		{"POST", "", row{"job": row{"errors": "4"}}, "open|3"}, // of one alert, there are no two
		{"POST", "", row{"job": row{"errors": 0}}, "resolved|3"},
		{"GET", "?status=up", nil, "resolved|3"},
		{"POST", "", "[1,2]", "resolved|3"},
	} {
		if got := guest.ask(push.method, path+push.query, push.body); got.status != 200 {
			t.Errorf("%s %v: the status is %d, want 200: %s", push.method, push.body, got.status, got.body)
		}
		if got := s.SQL("select status, current_value from alert_events"); got != push.want {
			t.Errorf("after %s %v the alerts are %s, want %s", push.method, push.body, got, push.want)
		}
	}
	if got := s.SQL("select method, payload, query_params from webhook_events order by id desc limit 2"); got != `POST|[1,2]|[]`+"\n"+`GET|[]|{"status":"up"}` {
		t.Errorf("the events are %s", got)
	}
	admin.ask("PUT", "/devices/1/webhooks/1", row{"name": "Backup", "is_active": false})
	if got := guest.ask("POST", path, row{}); got.status != 404 {
		t.Errorf("a webhook that is switched off answers %d %s", got.status, got.body)
	}
}

// A discovery finds hosts, and one that is imported becomes a device and a monitor for each
// service, once.
func TestDiscovery(t *testing.T) {
	s := laravel.Start(t, laravel.Options{})
	admin := api{t, s.URL, s.Token}
	admin.ask("POST", "/discovery", row{"subnet": "192.0.2.0/24", "snmp_community": "not-public"})
	admin.ask("POST", "/discovery/1/run", nil)
	var job struct{ Results []struct{ ID int } }
	if got := admin.ask("GET", "/discovery/1", nil); json.Unmarshal([]byte(got.body), &job) != nil || len(job.Results) != 2 {
		t.Fatalf("the discovery found %s", got.body)
	}
	for _, status := range []int{201, 422} {
		if got := admin.ask("POST", "/discovery-results/2/import", nil); got.status != status {
			t.Errorf("import: %d %s, want %d", got.status, got.body, status)
		}
	}
	if got := s.SQL("select d.snmp_community, m.type, m.port from devices d join monitors m on m.device_id = d.id order by m.id"); got != "not-public|ssh|22\nnot-public|http|80" {
		t.Errorf("imported are %s", got)
	}
}

// A user who is restricted to a device group sees neither the devices of others nor what belongs to
// them.
func TestRestrictedUser(t *testing.T) {
	s := laravel.Start(t, laravel.Options{})
	restricted := api{t, s.URL, s.NewToken("devices.view", "alerts.view")}
	s.SQL(`insert into device_groups (name) values ('ours');
		insert into devices (name, ip_address, device_group_id) values ('ours', '192.0.2.1', 1), ('theirs', '192.0.2.2', null);
		insert into alert_events (device_id, current_value) values (1, 'ours'), (2, 'theirs');
		insert into snmp_traps (device_id, source_ip, trap_oid) values (1, 'ours', '1.3'), (2, 'theirs', '1.3');
		insert into device_group_user (user_id, device_group_id) select max(id), 1 from users`)
	for _, path := range []string{"/devices", "/devices?search=s", "/alert-events", "/snmp-traps"} {
		if got := restricted.ask("GET", path, nil); !strings.Contains(got.body, "ours") || strings.Contains(got.body, "theirs") {
			t.Errorf("%s shows what is not of the user's groups, or nothing: %s", path, got.body)
		}
	}
	if got := restricted.ask("GET", "/devices/2", nil); got.status != 404 {
		t.Errorf("a device of others: %d %s", got.status, got.body)
	}
}

// A user who is switched off is nobody, and nobody deletes themselves.
func TestUsers(t *testing.T) {
	s := laravel.Start(t, laravel.Options{})
	admin := api{t, s.URL, s.Token}
	made := admin.ask("POST", "/users", row{"name": "Ann", "email": "ann@example.com", "password": " correct horse ", "role_id": 1})
	login := api{t, s.URL, ""}.ask("POST", "/auth/login", row{"email": "ann@example.com", "password": " correct horse "})
	var token struct{ Token string }
	if made.status != 201 || strings.Contains(made.body, "horse") || json.Unmarshal([]byte(login.body), &token) != nil {
		t.Fatalf("want a user without the password, and then a token:\n%d %s\n%s", made.status, made.body, login.body)
	}
	ann := api{t, s.URL, token.Token}
	for _, step := range []struct {
		what   string
		got    answer
		status int
	}{
		{"she asks who she is", ann.ask("GET", "/auth/me", nil), 200},
		{"she is switched off", admin.ask("PUT", "/users/2", row{"name": "Ann", "is_active": false}), 200},
		{"she asks again", ann.ask("GET", "/auth/me", nil), 401},
		{"the administrator deletes himself", admin.ask("DELETE", "/users/1", nil), 422},
	} {
		if step.got.status != step.status {
			t.Errorf("%s: %d %s, want %d", step.what, step.got.status, step.got.body, step.status)
		}
	}
}

// A dashboard's widgets move together, or none does.
func TestWidgetPositions(t *testing.T) {
	s := laravel.Start(t, laravel.Options{})
	admin := api{t, s.URL, s.Token}
	admin.ask("POST", "/dashboards", row{"name": "Wall"})
	for range 2 {
		admin.ask("POST", "/dashboards/1/widgets", row{"type": "chart", "config": row{"metric": "cpu"}})
	}
	moved := []any{row{"id": 1, "x": 4, "y": 0, "w": 4, "h": 3}, row{"id": 2, "x": 0, "y": 0, "w": 4, "h": 3}}
	astray := []any{row{"id": 1, "x": 9, "y": 9, "w": 1, "h": 1}, row{"id": 5000, "x": 0, "y": 0, "w": 1, "h": 1}}
	for _, try := range []struct {
		positions []any
		status    int
	}{{moved, 200}, {astray, 422}} {
		if got := admin.ask("POST", "/widgets/positions", row{"positions": try.positions}); got.status != try.status {
			t.Errorf("%v: the status is %d, want %d: %s", try.positions, got.status, try.status, got.body)
		}
		if got := s.SQL("select id, x, y from widgets order by id"); got != "1|4|0\n2|0|0" {
			t.Errorf("after %v the widgets are at %s", try.positions, got)
		}
	}
}

// A MIB is uploaded as a form with a file, and what is no MIB is refused.
func TestUpload(t *testing.T) {
	s := laravel.Start(t, laravel.Options{})
	admin := api{t, s.URL, s.Token}
	for _, try := range []struct {
		content string
		status  int
	}{{"ACME-MIB DEFINITIONS ::= BEGIN\nx OBJECT-TYPE\nEND\n", 201}, {"a shopping list", 422}} {
		var form strings.Builder
		w := multipart.NewWriter(&form)
		file, _ := w.CreateFormFile("file", "ACME-MIB.txt")
		file.Write([]byte(try.content))
		w.Close()
		if got := admin.ask("POST", "/mibs", form.String(), "Content-Type", w.FormDataContentType()); got.status != try.status {
			t.Errorf("%q: the status is %d, want %d: %s", try.content, got.status, try.status, got.body)
		}
	}
	if got := s.SQL("select name, filename, object_count from mibs"); got != "ACME-MIB|ACME-MIB.txt|1" {
		t.Errorf("the MIBs are %s", got)
	}
}
