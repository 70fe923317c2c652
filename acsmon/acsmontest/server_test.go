// SPDX-License-Identifier: MIT

package acsmontest_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// inBubble gives a server and a client that speak HTTP over memory, on the
// fake time of a synctest bubble.
func inBubble(t *testing.T, o acsmontest.Options) (*acsmontest.Server, *api) {
	s := acsmontest.New(o)
	admin := newAPI(t, s)
	admin.client.Transport = &http.Transport{DialContext: s.Dial}
	t.Cleanup(func() {
		admin.client.CloseIdleConnections()
		s.Close()
	})
	return s, admin
}

// Rate limits, queued checks and delays pass in no time: the server's clock is
// the bubble's.
func TestDialInBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, admin := inBubble(t, acsmontest.Options{Monitors: 1, RateLimit: 2, CheckTime: 30 * time.Second, Latency: time.Second})
		monitor := path("/monitors/%v", s.Rows("monitors")[0]["id"])
		asked := time.Now()
		admin.do("POST", monitor+"/check", nil).is(200)
		if took := time.Since(asked); took != time.Second {
			t.Errorf("a request took %v, want the latency of 1s", took)
		}
		admin.get(monitor)
		admin.do("GET", monitor, nil).is(429).hasHeader("Retry-After", "58")
		time.Sleep(58 * time.Second)
		got := admin.get(monitor)
		if want := asked.Add(31 * time.Second).UTC().Format(time.RFC3339); got.at("last_checked_at") != want {
			t.Errorf("checked at %v, want %s", got.at("last_checked_at"), want)
		}
		if date := got.header.Get("Date"); date != time.Now().UTC().Format(http.TimeFormat) {
			t.Errorf("Date: %s", date)
		}
	})
}

// A request whose client has gone is still processed.
func TestDelayOutlastsClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, admin := inBubble(t, acsmontest.Options{})
		s.Inject(acsmontest.Fault{Times: 1, Do: acsmontest.Delay(time.Hour)})
		admin.client.Timeout = time.Minute
		if _, err := admin.try("POST", "/monitors", plainMonitor); err == nil {
			t.Fatal("the client did not time out")
		}
		if n := len(s.Rows("monitors")); n != 0 {
			t.Errorf("%d monitors are stored before the delay is over", n)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := len(s.Rows("monitors")); n != 1 {
			t.Errorf("%d monitors are stored", n)
		}
	})
}

// A timeout after the change: the client never learns what it made.
func TestDelayAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, admin := inBubble(t, acsmontest.Options{})
		s.Inject(acsmontest.Fault{Times: 1, Do: acsmontest.After(acsmontest.Delay(time.Hour))})
		admin.client.Timeout = time.Minute
		if _, err := admin.try("POST", "/monitors", plainMonitor); err == nil {
			t.Fatal("the client did not time out")
		}
		if n := len(s.Rows("monitors")); n != 1 {
			t.Errorf("%d monitors are stored", n)
		}
	})
}

func TestDialAfterClose(t *testing.T) {
	s := acsmontest.New(acsmontest.Options{})
	s.Close()
	if c, err := s.Dial(t.Context(), "tcp", "acsmon.test:80"); err == nil {
		if _, err := c.Read(make([]byte, 1)); err == nil {
			t.Error("a closed server answers")
		}
	}
}

func TestListen(t *testing.T) {
	s := acsmontest.New(acsmontest.Options{Prefix: "/m"})
	if s.URL != "http://acsmon.test/m" {
		t.Errorf("URL before Listen: %s", s.URL)
	}
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	newAPI(t, s).get("/auth/me")
	taken := strings.TrimSuffix(strings.TrimPrefix(s.URL, "http://"), "/m")
	if err := acsmontest.New(acsmontest.Options{}).Listen(taken); err == nil {
		t.Error("two servers listen on one port")
	}
	s.Close()
	if c, err := net.Dial("tcp", taken); err == nil {
		c.Close()
		t.Error("a closed server accepts")
	}
}

// Behind TLS the links say so.
func TestBehindTLS(t *testing.T) {
	s := acsmontest.New(acsmontest.Options{Monitors: 2})
	web := httptest.NewTLSServer(s)
	defer web.Close()
	s.URL = web.URL
	admin := newAPI(t, s)
	admin.client = web.Client()
	admin.get("/monitors?per_page=1").has("next_page_url", web.URL+"/api/v1/monitors?per_page=1&page=2")
}

func TestRequestLog(t *testing.T) {
	c := newClock()
	s, admin := start(t, acsmontest.Options{Now: c.now})
	s.AddUser("api@example.com", "secret")
	admin.as("").do("POST", "/auth/login", row{"email": "api@example.com", "password": "secret"}).is(200)
	admin.get("/monitors?per_page=2")
	made := admin.do("POST", "/monitors", row{"name": "a", "type": "ssl", "host": "b"}).is(201)
	admin.do("PUT", path("/monitors/%d", made.id()), row{"name": "b"}).is(200)
	admin.do("DELETE", "/monitors/99999", nil).is(404)
	admin.as("7|guess").do("GET", "/monitors", nil).is(401)
	admin.as("guess").do("GET", "/monitors", nil).is(401)
	s.Inject(acsmontest.Fault{Path: "/auth/logout", Do: acsmontest.Reset()})
	if _, err := admin.try("POST", "/auth/logout", nil); err == nil {
		t.Error("the connection was not reset")
	}

	var got []string
	for _, r := range s.Requests() {
		got = append(got, fmt.Sprint(r.Method, " ", r.Path, " ", r.Query, " ", r.Token, " ", r.Status))
		if !r.Time.Equal(c.now()) || r.RemoteAddr == "" {
			t.Errorf("%s: at %v from %q", r.Path, r.Time, r.RemoteAddr)
		}
		if all := fmt.Sprintf("%#v", r); strings.Contains(all, s.Token[2:]) || strings.Contains(all, "guess") {
			t.Errorf("a token is in the log: %s", all)
		}
	}
	want := []string{
		"POST /auth/login   200", "GET /monitors per_page=2 1 200", "POST /monitors  1 201", path("PUT /monitors/%d  1 200", made.id()),
		"DELETE /monitors/99999  1 404", "GET /monitors  7 401", "GET /monitors   401", "POST /auth/logout  1 0",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("requests\n%s, want\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	writes := s.Writes()
	if len(writes) != 3 || string(writes[0].Body) != `{"host":"b","name":"a","type":"ssl"}` || writes[0].Header.Get("Content-Type") != "application/json" {
		t.Errorf("writes %v", writes)
	}
	if said := writes[0].String(); said != `POST /monitors {"host":"b","name":"a","type":"ssl"} (201)` {
		t.Errorf("a request is printed as %s", said)
	}
	s.ResetRequests()
	if n := len(s.Requests()) + len(s.Writes()); n != 0 {
		t.Errorf("%d requests after the reset", n)
	}
}

func TestSandboxPaths(t *testing.T) {
	s, admin := start(t, acsmontest.Options{Prefix: "/m"})
	admin.get("/monitors?page=1")
	admin.do("POST", "/monitors", plainMonitor).is(201)
	root := newAPI(t, s).as("")
	root.base = strings.TrimSuffix(s.URL, "/m")
	got := root.get("/_sandbox/requests").has("count", 2).has("writes", 1).has("requests.0.path", "/monitors").has("requests.0.query", "page=1").has("requests.1.status", 201)
	if strings.Contains(got.text, s.Token[2:]) {
		t.Error("the token is shown")
	}
	root.do("POST", "/_sandbox/reset", nil).is(204)
	root.get("/_sandbox/requests").has("count", 0).has("requests", []any{})
	root.do("GET", "/_sandbox/reset", nil).is(404)
}

// holds expects the wanted columns in a row, which may have more.
func holds(t *testing.T, got, want row) {
	t.Helper()
	for column, value := range want {
		if !reflect.DeepEqual(got[column], value) {
			t.Errorf("%s is %#v, want %#v", column, got[column], value)
		}
	}
}

func TestState(t *testing.T) {
	s := acsmontest.New(acsmontest.Options{})
	at := time.Date(2026, 4, 22, 12, 15, 1, 0, time.FixedZone("", 7200))
	id := s.Add("monitors", row{
		"name": "web", "port": int64(443), "monitor_group_id": 3, "last_checked_at": at, "uptime_percent_7d": 100,
		"tags": []any{"a"}, "config": row{"path": "/", "n": json.Number("7"), "list": []any{1.5}},
	})
	want := row{ // among others
		"id": id, "name": "web", "type": nil, "host": nil, "port": 443, "status": "unknown", "response_time_ms": nil, "ssl_expiry_at": nil,
		"uptime_percent_7d": 100.0, "uptime_percent_30d": nil, "consecutive_failures": 0, "last_checked_at": "2026-04-22T10:15:01Z",
		"check_interval_seconds": 60, "timeout_ms": 5000, "is_active": true, "monitor_group_id": int64(3), "device_id": nil,
		"tags": []string{"a"}, "config": row{"path": "/", "n": 7, "list": []any{1.5}},
	}
	got := s.Row("monitors", id)
	holds(t, got, want)
	got["config"].(row)["path"] = "/changed"
	got["tags"].([]string)[0] = "changed"
	holds(t, s.Row("monitors", id), want) // the row that was returned is a copy

	s.Set("monitors", id, row{"name": "web2", "status": "down"})
	if got := s.Row("monitors", id); got["name"] != "web2" || got["port"] != 443 {
		t.Errorf("after Set: %v", got)
	}
	lower := s.Add("monitors", row{"id": id - 1})
	if rows := s.Rows("monitors"); len(rows) != 2 || rows[0]["id"] != lower || rows[1]["id"] != id {
		t.Errorf("rows %v", rows)
	}
	s.Remove("monitors", id)
	if s.Row("monitors", id) != nil || len(s.Rows("monitors")) != 1 {
		t.Error("the removed row is still there")
	}
	if next := s.Add("monitors", row{}); next <= id {
		t.Errorf("id %d after %d was removed", next, id)
	}

	for name, f := range map[string]func(){
		`no kind "monitor"`:   func() { s.Rows("monitor") },
		`no column "nothing"`: func() { s.Add("monitors", row{"nothing": 1}) },
		"no id 999":           func() { s.Set("monitors", 999, row{}) },
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, name) {
					t.Errorf("panic %s, want %s", got, name)
				}
			}()
			f()
		}()
	}
}

// seededFleet returns the rows of all kinds of a server of 300 devices, 600 monitors and 20 open
// alerts.
func seededFleet(seed uint64) map[string][]map[string]any {
	c := newClock()
	s := acsmontest.New(acsmontest.Options{Seed: seed, Now: c.now, Devices: 300, Monitors: 600, OpenAlerts: 20})
	rows := map[string][]map[string]any{}
	for _, kind := range acsmontest.Kinds() {
		rows[kind] = s.Rows(kind)
	}
	return rows
}

func TestSeedDecidesTheFleet(t *testing.T) {
	one := seededFleet(1)
	if !reflect.DeepEqual(one, seededFleet(1)) {
		t.Error("the same seed gives another fleet")
	}
	if reflect.DeepEqual(one["devices"], seededFleet(2)["devices"]) {
		t.Error("another seed gives the same fleet")
	}
}

func TestSeededAlerts(t *testing.T) {
	fleet := seededFleet(1)
	for _, kind := range []string{"alert-events", "monitor-events"} {
		counts := map[any]int{}
		for _, event := range fleet[kind] {
			counts[event["status"]]++
		}
		if want := (map[any]int{"open": 10, "acknowledged": 3, "resolved": 5}); !reflect.DeepEqual(counts, want) {
			t.Errorf("%s are %v, want %v", kind, counts, want)
		}
	}
}

// What is down has an open alert, and what is up has none.
func TestSeededStatuses(t *testing.T) {
	fleet := seededFleet(1)
	open := map[any]bool{} // by kind and id
	for _, event := range slices.Concat(fleet["alert-events"], fleet["monitor-events"]) {
		if event["status"] == "open" {
			open[fmt.Sprint("monitors ", event["monitor_id"])] = true
			open[fmt.Sprint("devices ", event["device_id"])] = true
		}
	}
	for _, kind := range []string{"devices", "monitors"} {
		for _, r := range fleet[kind] {
			if alert := open[fmt.Sprint(kind, " ", r["id"])]; alert != (r["status"] == "down") {
				t.Errorf("%s %v is %v, and it has an open alert: %t", kind, r["id"], r["status"], alert)
			}
		}
	}
}

func TestSeededNamesAreUniqueAndIDsHaveHoles(t *testing.T) {
	fleet := seededFleet(1)
	for _, kind := range []string{"devices", "monitors"} {
		names := map[any]bool{}
		for _, r := range fleet[kind] {
			if names[r["name"]] {
				t.Errorf("two %s are named %v", kind, r["name"])
			}
			names[r["name"]] = true
		}
		rows := fleet[kind]
		if first, last := rows[0]["id"].(int64), rows[len(rows)-1]["id"].(int64); last-first == int64(len(rows)-1) {
			t.Errorf("the ids of %s have no holes", kind)
		}
	}
}

func TestSeededMonitorsWatchTheAddressesOfDevices(t *testing.T) {
	fleet := seededFleet(1)
	addresses := map[any]bool{}
	for _, device := range fleet["devices"] {
		address := device["ip_address"].(string)
		if addresses[address] || net.ParseIP(address) == nil || !strings.HasPrefix(address, "10.") {
			t.Errorf("the address of device %v is %s, want one of its own in 10.0.0.0/8", device["id"], address)
		}
		addresses[address] = true
	}
	watched := 0
	for _, monitor := range fleet["monitors"] {
		if monitor["device_id"] != nil && addresses[monitor["host"]] {
			watched++
		}
	}
	if watched != 300 {
		t.Errorf("%d monitors watch a device, want 300", watched)
	}
}

// Rows that no longer fit into what a table keeps are the same at each reading.
func TestLargeFleet(t *testing.T) {
	s, admin := start(t, acsmontest.Options{Devices: 120_000})
	first, last := admin.get("/devices?per_page=100"), admin.get("/devices?per_page=100&page=1200")
	last.has("meta.total", 120_000).has("next_page_url", nil)
	admin.get("/devices?filter[is_active]=true") // reads all rows
	if again := admin.get("/devices?per_page=100&page=1200"); again.text != last.text {
		t.Error("the last page is another at the second reading")
	}
	id := int64(last.at("data.99.id").(float64))
	admin.do("PUT", path("/devices/%d", id), row{"name": "renamed"}).is(200)
	admin.get("/devices?per_page=100&page=1200").has("data.99.name", "renamed")
	s.Remove("devices", int64(first.at("data.0.id").(float64)))
	admin.get("/devices?per_page=100").has("data.0.id", first.at("data.1.id")).has("meta.total", 119_999)
}

// Many clients at once: no request is lost and no id is given twice.
func TestConcurrency(t *testing.T) {
	s, admin := start(t, acsmontest.Options{Monitors: 20, OpenAlerts: 4})
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for range 10 {
				got, err := admin.try("POST", "/monitors", plainMonitor)
				if err != nil || got.status != 201 {
					t.Errorf("worker %d: %v %v", worker, got, err)
					return
				}
				admin.try("GET", "/monitors?filter[status]=up&sort=-name", nil)
				admin.try("POST", path("/monitors/%d/check", got.id()), nil)
				s.Requests()
				s.Rows("monitors")
			}
		})
	}
	wg.Wait()
	if n := len(s.Rows("monitors")); n != 100 {
		t.Errorf("%d monitors, want 100", n)
	}
	if n := len(s.Requests()); n != 240 {
		t.Errorf("%d requests, want 240", n)
	}
}

// The JSON is PHP's: slashes and everything beyond ASCII escaped.
func TestJSON(t *testing.T) {
	s, admin := start(t, acsmontest.Options{})
	name := "a/b \"c\" \\ é 😀 \u2028 \x01\t<&>"
	id := s.Add("monitors", row{"name": name, "config": row{"k/é": []any{1.0, 2.5, true, nil}}})
	got := admin.get(path("/monitors/%d", id)).has("name", name).has("config", row{"k/é": []any{1, 2.5, true, nil}})
	if want := `"name":"a\/b \"c\" \\ \u00e9 \ud83d\ude00 \u2028 \u0001\t<&>"`; !strings.Contains(got.text, want) {
		t.Errorf("%s lacks %s", got.text, want)
	}
}

func BenchmarkList(b *testing.B) {
	for _, devices := range []int{10_000, 1_000_000} {
		s := acsmontest.New(acsmontest.Options{Devices: devices, Monitors: devices})
		for _, query := range []string{"/devices?per_page=100", "/monitors?per_page=100", "/devices?per_page=100&filter[is_active]=true"} {
			b.Run(fmt.Sprint(query, "/", devices), func(b *testing.B) {
				for page := 1; b.Loop(); page++ {
					r := httptest.NewRequest("GET", fmt.Sprint(s.URL, "/api/v1", query, "&page=", page%(devices/110)), nil)
					r.Header.Set("Authorization", "Bearer "+s.Token)
					r.Header.Set("Accept", "application/json")
					w := httptest.NewRecorder()
					s.ServeHTTP(w, r)
					if w.Code != 200 {
						b.Fatal(w.Body)
					}
				}
			})
		}
	}
}
