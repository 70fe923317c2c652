// SPDX-License-Identifier: MIT

package acsmontest_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

func TestLogin(t *testing.T) {
	s, admin := start(t, acsmontest.Options{})
	s.AddUser("api@example.com", "secret ", "monitors.view")
	guest := admin.as("")

	got := guest.do("POST", "/auth/login", row{"email": " api@example.com ", "password": "secret "}).is(200)
	token := got.at("token").(string)
	if !regexp.MustCompile(`^\d+\|[0-9A-Za-z]{40}$`).MatchString(token) {
		t.Errorf("token %q does not look like N|random", token)
	}
	got.has("user.name", "api").has("user.email", "api@example.com")

	me := admin.as(token).get("/auth/me")
	me.has("id", got.at("user.id")).has("permissions", []string{"monitors.view"}).has("roles.0.name", "role of api")

	for name, test := range map[string]struct {
		body    any
		message string
	}{
		"wrong password":     {row{"email": "api@example.com", "password": "guess"}, "These credentials do not match our records."},
		"trimmed password":   {row{"email": "api@example.com", "password": "secret"}, "These credentials do not match our records."},
		"unknown user":       {row{"email": "no@example.com", "password": "secret "}, "These credentials do not match our records."},
		"no password set":    {row{"email": "admin@example.com", "password": "x"}, "These credentials do not match our records."},
		"nothing":            {row{}, "The email field is required. (and 1 more error)"},
		"not an address":     {row{"email": "api", "password": "x"}, "The email field must be a valid email address."},
		"not JSON":           {"{", "The email field is required. (and 1 more error)"},
		"not a JSON object":  {`["email"]`, "The email field is required. (and 1 more error)"},
		"two JSON documents": {`{"email":"api@example.com","password":"secret "}{}`, "The email field is required. (and 1 more error)"},
	} {
		t.Run(name, func(t *testing.T) {
			got := newAPI(t, s).as("").do("POST", "/auth/login", test.body).is(422).has("message", test.message)
			got.at("errors.email")
		})
	}
}

func TestLogout(t *testing.T) {
	s, admin := start(t, acsmontest.Options{})
	admin.do("POST", "/auth/logout", nil).is(200)
	admin.do("GET", "/auth/me", nil).is(401).has("message", "Unauthenticated.")
	admin.as(s.NewToken()).get("/auth/me")
}

func TestUnauthenticated(t *testing.T) {
	s, admin := start(t, acsmontest.Options{})
	gone := s.NewToken("monitors.view")
	for _, user := range s.Rows("users") {
		if user["name"] != "Administrator" {
			s.Remove("users", user["id"].(int64))
		}
	}
	revoked := s.NewToken("monitors.view")
	s.Revoke(revoked)
	for name, token := range map[string]string{
		"none": "", "unknown": "1|guess", "without a bar": "guess", "revoked": revoked, "user deleted": gone,
		"secret without its id": s.Token[strings.Index(s.Token, "|")+1:],
	} {
		t.Run(name, func(t *testing.T) {
			newAPI(t, s).as(token).do("GET", "/monitors", nil).is(401).has("message", "Unauthenticated.")
		})
	}
	admin.header = http.Header{"Authorization": {"Basic " + s.Token}}
	admin.do("GET", "/monitors", nil).is(401)
}

// The permission slugs of every route: with the slug the route does not answer 403, without it it
// does. For a row that does not exist, 404 comes first.
func TestPermissions(t *testing.T) {
	s, admin := start(t, acsmontest.Options{})
	for route, slug := range map[string]string{
		"GET /devices": "devices.view", "POST /devices": "devices.create", "GET /devices/1": "devices.view", "PUT /devices/1": "devices.edit", "DELETE /devices/1": "devices.delete",
		"POST /devices/1/poll": "devices.edit", "POST /devices/1/walk": "devices.edit", "GET /devices/1/metrics": "devices.view", "GET /devices/1/alerts": "devices.view",
		"GET /device-groups": "devices.view", "POST /device-groups": "devices.create", "PUT /device-groups/1": "devices.edit", "DELETE /device-groups/1": "devices.delete", "GET /device-groups/1": "devices.view",
		"GET /devices/1/oids": "devices.view", "POST /devices/1/oids": "devices.edit", "GET /oids/1": "devices.view", "PUT /oids/1": "devices.edit", "DELETE /oids/1": "devices.delete", "POST /oids/1/toggle-monitor": "devices.edit",
		"GET /devices/1/webhooks": "devices.view", "POST /devices/1/webhooks": "devices.create", "GET /devices/1/webhooks/1": "devices.view", "PUT /devices/1/webhooks/1": "devices.edit", "DELETE /devices/1/webhooks/1": "devices.delete",
		"POST /devices/1/webhooks/1/toggle": "devices.edit", "GET /devices/1/webhooks/1/events": "devices.view",
		"GET /devices/1/webhooks/1/alert-rules": "alerts.view", "POST /devices/1/webhooks/1/alert-rules": "alerts.create", "PUT /devices/1/webhooks/1/alert-rules/1": "alerts.edit", "DELETE /devices/1/webhooks/1/alert-rules/1": "alerts.delete",
		"GET /snmp-traps": "devices.view", "GET /snmp-traps/1": "devices.view", "DELETE /snmp-traps/1": "devices.delete", "POST /snmp-traps/1/acknowledge": "alerts.acknowledge",
		"GET /monitors": "monitors.view", "POST /monitors": "monitors.create", "GET /monitors/1": "monitors.view", "PUT /monitors/1": "monitors.edit", "DELETE /monitors/1": "monitors.delete",
		"POST /monitors/1/check": "monitors.edit", "GET /monitors/1/results": "monitors.view", "GET /monitors/1/uptime": "monitors.view",
		"GET /monitor-groups": "monitors.view", "POST /monitor-groups": "monitors.create", "GET /monitor-groups/1": "monitors.view", "PUT /monitor-groups/1": "monitors.edit", "DELETE /monitor-groups/1": "monitors.delete",
		"GET /alert-rules": "alerts.view", "POST /alert-rules": "alerts.create", "GET /alert-rules/1": "alerts.view", "PUT /alert-rules/1": "alerts.edit", "DELETE /alert-rules/1": "alerts.delete",
		"GET /monitor-alert-rules": "alerts.view", "POST /monitor-alert-rules": "alerts.create", "GET /monitor-alert-rules/1": "alerts.view", "PUT /monitor-alert-rules/1": "alerts.edit", "DELETE /monitor-alert-rules/1": "alerts.delete",
		"GET /alert-events": "alerts.view", "GET /alert-events/1": "alerts.view", "POST /alert-events/1/acknowledge": "alerts.acknowledge", "POST /alert-events/1/resolve": "alerts.acknowledge",
		"GET /monitor-events": "alerts.view", "GET /monitor-events/1": "alerts.view", "POST /monitor-events/1/acknowledge": "alerts.acknowledge", "POST /monitor-events/1/resolve": "alerts.acknowledge",
		"GET /alert-channels": "channels.view", "POST /alert-channels": "channels.create", "GET /alert-channels/1": "channels.view", "PUT /alert-channels/1": "channels.edit", "DELETE /alert-channels/1": "channels.delete", "POST /alert-channels/1/test": "channels.edit",
		"GET /discovery": "discovery.view", "POST /discovery": "discovery.create", "GET /discovery/1": "discovery.view", "DELETE /discovery/1": "discovery.create", "POST /discovery/1/run": "discovery.run", "POST /discovery-results/1/import": "discovery.create",
		"POST /tools/ping": "monitors.run_tools", "POST /tools/traceroute": "monitors.run_tools", "POST /tools/port-scan": "monitors.run_tools", "POST /tools/ssl-check": "monitors.run_tools",
		"POST /tools/http-headers": "monitors.run_tools", "POST /tools/dns-lookup": "monitors.run_tools", "POST /tools/whois": "monitors.run_tools",
		"GET /system/health": "settings.view", "GET /system/stats": "settings.view",
	} {
		t.Run(route, func(t *testing.T) {
			method, path, _ := strings.Cut(route, " ")
			a := newAPI(t, s)
			addFirstRows(s)
			if got := a.as(s.NewToken(slug)).do(method, path, nil); got.status == 403 || got.status == 405 || strings.Contains(got.text, "The route") {
				t.Errorf("with %s: %d %s", slug, got.status, got.text)
			}
			var others []string
			for _, other := range s.Permissions() {
				if other != slug {
					others = append(others, other)
				}
			}
			addFirstRows(s)
			refused := a.as(s.NewToken(others...))
			refused.do(method, path, nil).is(403).has("message", "This action is unauthorized.")
			if strings.Contains(path, "/1") {
				refused.do(method, strings.ReplaceAll(path, "/1", "/5000"), nil).is(404)
			}
		})
	}
	admin.get("/auth/me").has("permissions", s.Permissions())
}

// addFirstRows makes a row with the id 1 of each kind that lacks it.
func addFirstRows(s *acsmontest.Server) {
	for _, kind := range acsmontest.Kinds() {
		if s.Row(kind, 1) != nil {
			continue
		}
		fields := row{"id": 1}
		for _, parent := range nestedUnder[kind] {
			fields[parent] = 1
		}
		s.Add(kind, fields)
	}
}

var nestedUnder = map[string][]string{
	"oids": {"device_id"}, "webhooks": {"device_id"}, "webhook-events": {"device_id", "webhook_id"},
	"webhook-alert-rules": {"device_id", "webhook_id"},
}

// Laravel's fixed window: it starts with the first hit and lasts a minute.
func TestRateLimit(t *testing.T) {
	c := newClock()
	s, admin := start(t, acsmontest.Options{RateLimit: 3, Now: c.now})
	other := admin.as(s.NewToken("monitors.view"))

	admin.get("/monitors").hasHeader("X-RateLimit-Limit", "3").hasHeader("X-RateLimit-Remaining", "2")
	c.advance(50 * time.Second)
	admin.do("GET", "/monitors/1", nil).is(404).hasHeader("X-RateLimit-Remaining", "1")
	admin.get("/monitors").hasHeader("X-RateLimit-Remaining", "0").hasHeader("Retry-After", "")

	refused := admin.do("POST", "/monitors", plainMonitor).is(429).has("message", "Too Many Attempts.")
	refused.hasHeader("X-RateLimit-Limit", "3").hasHeader("X-RateLimit-Remaining", "0").hasHeader("Retry-After", "10")
	refused.hasHeader("X-RateLimit-Reset", path("%d", c.now().Add(10*time.Second).Unix()))
	if n := len(s.Rows("monitors")); n != 0 {
		t.Errorf("a refused create stored %d monitors", n)
	}
	other.get("/monitors").hasHeader("X-RateLimit-Remaining", "2")

	c.advance(9 * time.Second)
	admin.do("GET", "/monitors", nil).is(429).hasHeader("Retry-After", "1")
	c.advance(time.Second)
	admin.get("/monitors").hasHeader("X-RateLimit-Remaining", "2")
}

func TestRateLimitIsPerUserNotPerToken(t *testing.T) {
	c := newClock()
	s, admin := start(t, acsmontest.Options{RateLimit: 2, Now: c.now})
	s.AddUser("api@example.com", "secret", "monitors.view")
	var tokens []string
	for range 2 {
		tokens = append(tokens, admin.as("").do("POST", "/auth/login", row{"email": "api@example.com", "password": "secret"}).is(200).at("token").(string))
	}
	admin.as(tokens[0]).get("/monitors")
	admin.as(tokens[1]).get("/monitors").hasHeader("X-RateLimit-Remaining", "0")
	admin.as(tokens[0]).do("GET", "/monitors", nil).is(429)
}

// What is refused before the rate limit does not count, and does not say what is left.
func TestNotLimited(t *testing.T) {
	_, admin := start(t, acsmontest.Options{RateLimit: 1, Now: newClock().now})
	for range 2 {
		admin.as("1|guess").do("GET", "/monitors", nil).is(401).hasHeader("X-RateLimit-Limit", "").hasHeader("X-RateLimit-Remaining", "")
		admin.do("GET", "/nothing", nil).is(404).hasHeader("X-RateLimit-Limit", "")
		admin.do("PUT", "/monitors", nil).is(405).hasHeader("X-RateLimit-Limit", "")
	}
	admin.get("/monitors").hasHeader("X-RateLimit-Remaining", "0")
}

func TestNoRateLimit(t *testing.T) {
	_, admin := start(t, acsmontest.Options{})
	admin.get("/monitors").hasHeader("X-RateLimit-Limit", "").hasHeader("X-RateLimit-Remaining", "")
}

func TestLoginLimit(t *testing.T) {
	c := newClock()
	_, admin := start(t, acsmontest.Options{LoginLimit: 6, RateLimit: 60, Now: c.now})
	body := row{"email": "api@example.com", "password": "guess"}
	for n := range 6 {
		admin.do("POST", "/auth/login", body).is(422).hasHeader("X-RateLimit-Limit", "6").hasHeader("X-RateLimit-Remaining", path("%d", 5-n))
	}
	admin.do("POST", "/auth/login", body).is(429).hasHeader("Retry-After", "60")
	admin.get("/auth/me").hasHeader("X-RateLimit-Remaining", "59")
	c.advance(time.Minute)
	admin.do("POST", "/auth/login", body).is(422)
}

// Without Accept: application/json Laravel gives pages and redirects.
func TestWithoutAcceptJSON(t *testing.T) {
	s, admin := start(t, acsmontest.Options{Prefix: "/monitoring", RateLimit: 1000})
	admin.header = http.Header{"Accept": {"*/*"}}
	admin.get("/monitors").has("meta.total", 0)

	guest := admin.as("")
	guest.do("GET", "/monitors", nil).is(302).hasHeader("Location", s.URL+"/login").hasHeader("X-RateLimit-Limit", "")
	admin.do("POST", "/monitors", row{}).is(302).hasHeader("Location", s.URL)
	for _, request := range []string{"GET /monitors/1", "GET /nothing", "PUT /monitors"} {
		method, path, _ := strings.Cut(request, " ")
		if got := admin.do(method, path, nil); got.status < 400 || !strings.HasPrefix(got.text, "<!DOCTYPE html>") || got.header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%s: the answer is %d %s, want an error page", request, got.status, got.text)
		}
	}

	res, err := http.Get(s.URL + "/login")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		t.Errorf("the login page: %d %v", res.StatusCode, res.Header)
	}
}

func TestRoutes(t *testing.T) {
	_, admin := start(t, acsmontest.Options{})
	admin.do("GET", "/nothing", nil).is(404).has("message", "The route api/v1/nothing could not be found.")
	admin.do("GET", "", nil).is(404)
	admin.do("POST", "/monitors/1", nil).is(405).hasHeader("Allow", "GET, HEAD, PUT, PATCH, DELETE").
		has("message", "The POST method is not supported for route api/v1/monitors/1. Supported methods: GET, HEAD, PUT, PATCH, DELETE.")
	admin.do("GET", "/monitors/seven", nil).is(404).has("message", `No query results for model [App\Models\Monitor] seven`)
	admin.do("GET", "/monitors/7", nil).is(404).has("message", `No query results for model [App\Models\Monitor] 7`)
	admin.get("/monitors/")
	if got := admin.do("HEAD", "/monitors", nil).is(200); got.text != "" || got.header.Get("Content-Length") == "0" {
		t.Errorf("HEAD gave %q, Content-Length %s", got.text, got.header.Get("Content-Length"))
	}
}

func TestPrefix(t *testing.T) {
	s, admin := start(t, acsmontest.Options{Prefix: "monitoring/", Monitors: 3})
	if !strings.HasSuffix(s.URL, "/monitoring") {
		t.Errorf("URL = %s", s.URL)
	}
	admin.get("/monitors?per_page=2").has("next_page_url", s.URL+"/api/v1/monitors?per_page=2&page=2")
	admin.base = strings.TrimSuffix(s.URL, "/monitoring") + "/api/v1"
	admin.do("GET", "/monitors", nil).is(404)
}
