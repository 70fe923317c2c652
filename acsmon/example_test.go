// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// sandbox is the server for the examples. A program has the base URL and the token of its install,
// from the environment or a file.
func sandbox() *acsmontest.Server { return sandboxWith(12) }

func sandboxWith(openAlerts int) *acsmontest.Server {
	server := acsmontest.New(acsmontest.Options{
		Seed: 1, Devices: 24, Monitors: 120, OpenAlerts: openAlerts, RateLimit: 60,
		Now: func() time.Time { return time.Date(2026, 4, 22, 10, 15, 0, 0, time.UTC) },
	})
	if err := server.Listen(""); err != nil {
		log.Fatal(err)
	}
	server.AddUser("api@example.com", "correct horse", server.Permissions()...)
	return server
}

// connect returns a client of the sandbox, and a function that ends both.
func connect() (*acsmon.Client, func()) {
	server := sandbox()
	client, err := acsmon.New(server.URL, acsmon.WithToken(acsmon.Secret(server.Token)))
	if err != nil {
		log.Fatal(err)
	}
	return client, func() { server.Close() }
}

// A whole program: which devices are down.
func Example() {
	server := sandbox()
	defer server.Close()
	os.Setenv("ACSMON_BASE_URL", server.URL)
	os.Setenv("ACSMON_TOKEN", server.Token)

	client, err := acsmon.New(os.Getenv("ACSMON_BASE_URL"), acsmon.WithToken(acsmon.Secret(os.Getenv("ACSMON_TOKEN"))))
	if err != nil {
		log.Fatal(err)
	}
	down := acsmon.Query{Filter: map[string]string{"status": "down"}}
	for device, err := range client.Devices.List(context.Background(), down) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(device.Name, device.IPAddress)
	}
	// Output:
	// fra1-core-11 10.0.0.12
	// pbo1-nas-18 10.0.0.19
	// cam1-ap-22 10.0.0.23
	// fra1-rtr-28 10.0.0.29
	// nrw1-core-32 10.0.0.33
	// fra1-ap-42 10.0.0.43
}

// Exchange an e-mail address and a password for a token. Keep it, because logins are limited to 6 a
// minute.
func ExampleClient_Login() {
	server := sandbox()
	defer server.Close()

	client, err := acsmon.New(server.URL)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	token, err := client.Login(ctx, "api@example.com", "correct horse")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the token prints as", token)

	me, err := client.Me(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("logged in as", me.Name)

	if err := client.Logout(ctx); err != nil { // revokes the token
		log.Fatal(err)
	}
	// Output:
	// the token prints as [redacted]
	// logged in as api
}

// With credentials, a client logs in when it must, and again when its token is refused. A
// TokenKeeper instead of nil would keep the token for the next process.
func ExampleWithCredentials() {
	server := sandbox()
	defer server.Close()

	client, err := acsmon.New(server.URL, acsmon.WithCredentials("api@example.com", "correct horse", nil))
	if err != nil {
		log.Fatal(err)
	}
	device, err := client.Devices.Get(context.Background(), 11)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(device.Name)
	// Output:
	// fra1-core-11
}

// Filters, free-text search and an order can be combined.
func ExampleQuery() {
	client, done := connect()
	defer done()

	query := acsmon.Query{
		Search: "core",
		Filter: map[string]string{"status": "up", "is_active": "true"},
		Sort:   "-name",
	}
	for device, err := range client.Devices.List(context.Background(), query) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(device.Name, device.DeviceType)
	}
	// Output:
	// cam1-core-29 cisco_nxos
}

// Process a list in batches; only one of them is in memory at a time.
func ExampleCollection_List_batches() {
	server := sandboxWith(800)
	defer server.Close()
	client, err := acsmon.New(server.URL, acsmon.WithToken(acsmon.Secret(server.Token)))
	if err != nil {
		log.Fatal(err)
	}

	bulkInsert := func(batch []acsmon.Event) { fmt.Println("inserted", len(batch)) }

	batch := make([]acsmon.Event, 0, 500)
	for event, err := range client.AlertEvents.List(context.Background(), acsmon.Query{}) {
		if err != nil {
			log.Fatal(err)
		}
		if batch = append(batch, event); len(batch) == cap(batch) {
			bulkInsert(batch)
			batch = batch[:0]
		}
	}
	if len(batch) > 0 {
		bulkInsert(batch)
	}
	// Output:
	// inserted 500
	// inserted 200
}

// Collect gathers a list into a slice.
func ExampleCollect() {
	client, done := connect()
	defer done()

	groups, err := acsmon.Collect(client.DeviceGroups.List(context.Background(), acsmon.Query{Sort: "name"}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(groups), "groups, the first is", groups[0].Name)
	// Output:
	// 8 groups, the first is Access switches
}

// Create a group, and give it another colour.
func ExampleTypedCollection_Create() {
	client, done := connect()
	defer done()
	ctx := context.Background()

	group, err := client.MonitorGroups.Create(ctx, acsmon.GroupInput{Name: "Shop", Color: "#336699"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.Name, "is", group.Color)
	// A server may reset what an update leaves out, so the name is in it, too.
	group, err = client.MonitorGroups.Update(ctx, group.ID, acsmon.GroupInput{Name: group.Name, Color: "#993333"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.Name, "is", group.Color)
	// Output:
	// Shop is #336699
	// Shop is #993333
}

// Create a monitor. Each type has a config of its own.
func ExampleMonitors_Create() {
	client, done := connect()
	defer done()

	monitor, err := client.Monitors.Create(context.Background(), acsmon.MonitorInput{
		Name:                 "Login API health",
		Type:                 "https",
		Host:                 "api.example.com",
		Port:                 443,
		CheckIntervalSeconds: 60,
		TimeoutMS:            5000,
		Config: acsmon.Fields{
			"method":                "GET",
			"path":                  "/health",
			"expected_status":       200,
			"expected_body_regex":   `"ok":true`,
			"ssl_verify":            true,
			"alert_ssl_expiry_days": 14,
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("created %s on %s:%d\n", monitor.Name, monitor.Host, monitor.Port)
	// Output:
	// created Login API health on api.example.com:443
}

// A resource has typed fields, and in Fields everything that the server sent.
func ExampleCollection_Get() {
	client, done := connect()
	defer done()

	device, err := client.Devices.Get(context.Background(), 11)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(device.Name, device.SNMPVersion, device.LastPolledAt.Format(time.RFC3339))
	fmt.Println(slices.Sorted(maps.Keys(device.Fields)))
	// Output:
	// fra1-core-11 2c 2026-04-22T10:14:26Z
	// [device_group device_type id ip_address is_active last_polled_at location name poll_interval_seconds snmp_version status]
}

// Check a monitor, and wait until it is up, as after a deployment.
func ExampleMonitors_Check() {
	client, done := connect()
	defer done()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()

	const id = 112
	if _, err := client.Monitors.Check(ctx, id); err != nil {
		log.Fatal(err)
	}
	for {
		monitor, err := client.Monitors.Get(ctx, id)
		if err != nil {
			log.Fatal(err) // the five minutes are over, for example
		}
		if monitor.Status == "up" {
			fmt.Printf("%s is up (%.0f ms)\n", monitor.Name, monitor.ResponseTimeMS)
			return
		}
		time.Sleep(10 * time.Second)
	}
	// Output:
	// www112.example.com https is up (45 ms)
}

// The last three results of a monitor, with one request.
func ExampleMonitors_Results() {
	client, done := connect()
	defer done()

	n := 0
	for result, err := range client.Monitors.Results(context.Background(), 112, acsmon.Query{PerPage: 3}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(result.CheckedAt.Format(time.TimeOnly), result.Status, result.ResponseTimeMS, "ms")
		if n++; n == 3 {
			break
		}
	}
	// Output:
	// 10:14:21 up 108 ms
	// 10:13:51 up 102 ms
	// 10:13:21 up 37 ms
}

// Acknowledge the traps of one device.
func ExampleSNMPTraps_Acknowledge() {
	client, done := connect()
	defer done()
	ctx := context.Background()

	for trap, err := range client.SNMPTraps.List(ctx, acsmon.Query{Filter: map[string]string{"status": "open"}}) {
		if err != nil {
			log.Fatal(err)
		}
		if device, _ := trap["device"].(map[string]any); device["name"] != "fra1-core-11" {
			continue
		}
		if _, err := client.SNMPTraps.Acknowledge(ctx, trap.ID()); err != nil {
			log.Fatal(err)
		}
		fmt.Println(trap["value"], "acknowledged")
	}
	// Output:
	// linkDown acknowledged
}

// Ping a host from the server, which may answer with the result or with a job that has it later.
func ExampleTools_Run() {
	client, done := connect()
	defer done()
	ctx := context.Background()

	found, err := client.Tools.Run(ctx, "ping", acsmon.Fields{"host": "www.example.com", "count": 3})
	if err != nil {
		log.Fatal(err)
	}
	for job, finished := client.Tools.Job(found), false; job != "" && !finished; {
		if found, finished, err = client.Tools.Result(ctx, "ping", job); err != nil {
			log.Fatal(err) // the server has no route that is known to give results, for example
		}
		time.Sleep(time.Second)
	}
	fmt.Println(found["sent"], "sent,", found["received"], "received")
	// Output:
	// 3 sent, 3 received
}

// Import what a scan has found and nobody has imported yet.
func ExampleDiscovery_Import() {
	client, done := connect()
	defer done()
	ctx := context.Background()

	scan, err := client.Discovery.Create(ctx, acsmon.Fields{"name": "Office", "subnet": "198.51.100.0/24"})
	if err != nil {
		log.Fatal(err)
	}
	before, started := scan, time.Now()
	if _, err = client.Discovery.Run(ctx, scan.ID()); err != nil {
		log.Fatal(err)
	}
	for !acsmon.ScanFinished(before, scan, started) {
		time.Sleep(time.Millisecond)
		if scan, err = client.Discovery.Get(ctx, before.ID()); err != nil {
			log.Fatal(err)
		}
	}
	results, _, err := acsmon.ResultsIn(scan)
	if err != nil {
		log.Fatal(err)
	}
	for _, result := range results {
		if result.Imported || !slices.Contains(result.Services, "ssh") {
			continue
		}
		answer, err := client.Discovery.Import(ctx, result.ID, nil)
		if err != nil {
			log.Fatal(err)
		}
		device, _ := acsmon.ImportedIn(answer)
		fmt.Println(result.Address, "is", device["name"])
	}
	// Output:
	// 198.51.100.2 is discovered-5-2
}

// A job reports that it is done. It needs the address of a webhook, but no token.
func ExampleIngest_Push() {
	client, done := connect()
	defer done()
	ctx := context.Background()

	// Once, by whoever manages the install. The address is a secret: keep it like one.
	webhook, err := client.DeviceWebhooks.Of(11).Create(ctx, acsmon.WebhookInput{Name: "Backup", Description: "Reports each night"})
	if err != nil {
		log.Fatal(err)
	}
	address, _ := client.DeviceWebhooks.Ingest(webhook.Fields)
	fmt.Println(address)

	// By each job.
	ingest, err := acsmon.NewIngest(address)
	if err != nil {
		log.Fatal(err)
	}
	delivery, err := ingest.Push(ctx, map[string]any{"job": "2026-04-22", "state": "ok"}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(delivery.Attempts, delivery.MayBeRepeated)
	for event, err := range client.DeviceWebhooks.Events(ctx, 11, webhook.ID, acsmon.Query{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(event["payload"])
	}
	// Output:
	// [redacted]
	// 1 false
	// map[job:2026-04-22 state:ok]
}

// A report of the uptime as CSV. The API returns it for one monitor at a time, so each costs a
// request. The percentages alone are already in the list.
func ExampleMonitors_Uptime() {
	client, done := connect()
	defer done()
	ctx := context.Background()

	report := csv.NewWriter(os.Stdout)
	report.Write([]string{"monitor", "type", "uptime_pct_7d", "failed_checks_7d"})
	for monitor, err := range client.Monitors.List(ctx, acsmon.Query{Search: "shop"}) {
		if err != nil {
			log.Fatal(err)
		}
		uptime, err := client.Monitors.Uptime(ctx, monitor.ID, "7d")
		if err != nil {
			log.Fatal(err)
		}
		report.Write([]string{monitor.Name, monitor.Type, fmt.Sprint(uptime.UptimePercent), fmt.Sprint(uptime.FailedChecks)})
	}
	report.Flush()
	// Output:
	// monitor,type,uptime_pct_7d,failed_checks_7d
	// shop116.example.com https,https,100,0
	// shop127.example.org https,https,100,0
	// shop129.example.com https,https,99.48,10
	// shop152.example.net https,https,100,0
	// shop178.example.org https,https,99.92,8
	// shop188.example.net https,https,99.89,11
	// shop206.example.com https,https,99.88,24
	// shop254.example.com https,https,100,0
	// shop265.example.com https,https,98.4,32
}

// Acknowledge every open critical alert. The rows are read before the first one is changed, because
// each change removes a row from the selection.
func ExampleEvents_Acknowledge() {
	client, done := connect()
	defer done()
	ctx := context.Background()

	open := acsmon.Query{Filter: map[string]string{"status": "open", "severity": "critical"}}
	events, err := acsmon.Collect(client.AlertEvents.List(ctx, open))
	if err != nil {
		log.Fatal(err)
	}
	for _, event := range events {
		_, err := client.AlertEvents.Acknowledge(ctx, event.ID, "Known, see INC-9421")
		if err != nil && !acsmon.IsConflict(err) { // some servers say so if it is acknowledged already
			log.Fatal(err)
		}
		fmt.Println("acknowledged", event.ID, "of", event.Device.Name)
	}
	// Output:
	// acknowledged 9001 of fra1-core-11
	// acknowledged 9002 of pbo1-nas-18
	// acknowledged 9006 of fra1-ap-42
}

// Resolve an alert. The note, which may be empty, is kept in the audit log.
func ExampleEvents_Resolve() {
	client, done := connect()
	defer done()

	event, err := client.AlertEvents.Resolve(context.Background(), 9001, "Closed by INC-9421")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(event.Device.Name, event.Status)
	// Output:
	// fra1-core-11 resolved
}

// An Error says what went wrong: the status (0 is the network), the server's message, its
// complaints by field, the missing permission, the time to come back. The client has already waited
// for rate limits and passing faults.
func ExampleError() {
	client, done := connect()
	defer done()
	ctx := context.Background()

	_, err := client.Devices.Poll(ctx, 99999)
	switch {
	case acsmon.IsNotFound(err):
		fmt.Println("gone, skip")
	case acsmon.IsForbidden(err):
		fmt.Println("the token lacks devices.edit")
	case acsmon.IsNetwork(err):
		fmt.Println("network problem")
	}

	_, err = client.Monitors.Create(ctx, acsmon.MonitorInput{Name: "web", Type: "https", Host: "web.example.com", Port: 99999})
	var refused *acsmon.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Status, refused.Fields["port"])
	}
	// Output:
	// gone, skip
	// 422 [The port field must be between 1 and 65535.]
}

// A create whose response was lost is never repeated by the client: look first.
func ExampleUncertainError() {
	server := sandbox()
	defer server.Close()
	server.Inject(acsmontest.Fault{Method: "POST", Path: "/monitors", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
	client, err := acsmon.New(server.URL, acsmon.WithToken(acsmon.Secret(server.Token)))
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()

	_, err = client.Monitors.Create(ctx, acsmon.MonitorInput{Name: "Login API", Type: "https", Host: "api.example.com"})
	var uncertain *acsmon.UncertainError
	if errors.As(err, &uncertain) {
		for monitor, err := range client.Monitors.List(ctx, acsmon.Query{Search: "api.example.com"}) {
			if err != nil {
				log.Fatal(err)
			}
			if monitor.Name == "Login API" {
				fmt.Println("the answer was lost, and the monitor is there")
			}
		}
	}
	// Output:
	// the answer was lost, and the monitor is there
}

// A corporate CA, a proxy, a header of one's own, and longer time-outs.
func ExampleNew() {
	client, err := acsmon.New("https://monitoring.example.com",
		acsmon.WithToken("1|token"),
		acsmon.WithCAFile("testdata/corp-ca.pem"),
		acsmon.WithProxy("http://corp-proxy.example.com:3128"),
		acsmon.WithHeader("X-Request-Source", "weekly-report-job"),
		acsmon.WithTimeout(2*time.Minute),
		acsmon.WithMaxWait(15*time.Minute),
	)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(client.Origin())
	// Output:
	// https://monitoring.example.com:443
}

// Several calls share the time that they may wait for rate limits, maintenance and repeats.
func ExampleWithWaitBudget() {
	client, done := connect()
	defer done()

	ctx := acsmon.WithWaitBudget(context.Background(), 10*time.Minute)
	devices, err := acsmon.Collect(client.Devices.List(ctx, acsmon.Query{}))
	if err != nil {
		log.Fatal(err)
	}
	left, _ := acsmon.WaitBudget(ctx)
	fmt.Println(len(devices), "devices,", left, "left,", client.Limit().Remaining, "requests remain")
	// Output:
	// 24 devices, 10m0s left, 59 requests remain
}

// WithTrace shows every attempt at a request, for a log or for metrics.
func ExampleWithTrace() {
	server := sandbox()
	defer server.Close()

	client, err := acsmon.New(server.URL, acsmon.WithToken(acsmon.Secret(server.Token)), acsmon.WithTrace(func(trace acsmon.Trace) {
		fmt.Println(trace.Method, trace.URL[len(server.URL):], trace.Status)
	}))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := acsmon.Collect(client.Monitors.List(context.Background(), acsmon.Query{})); err != nil {
		log.Fatal(err)
	}
	// Output:
	// GET /api/v1/monitors?per_page=200 200
	// GET /api/v1/monitors?page=2&per_page=200 200
}

// A program logs what each attempt asked for, how it ended and how long it took. A Trace holds no
// secret.
func ExampleWithTrace_slog() {
	server := sandbox()
	defer server.Close()

	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	client, err := acsmon.New(server.URL, acsmon.WithToken(acsmon.Secret(server.Token)), acsmon.WithTrace(func(trace acsmon.Trace) {
		level := slog.LevelInfo
		if trace.Err != nil {
			level = slog.LevelWarn
		}
		logger.LogAttrs(context.Background(), level, "acsmon",
			slog.String("method", trace.Method), slog.String("path", trace.URL[len(server.URL):]), slog.Int("status", trace.Status),
			slog.Duration("took", trace.Duration), slog.Duration("wait", trace.Wait), slog.Any("error", trace.Err))
	}))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Devices.Get(context.Background(), 4711)
	fmt.Println("not found:", acsmon.IsNotFound(err))
	// Output:
	// level=WARN msg=acsmon method=GET path=/api/v1/devices/4711 status=404 wait=0s error="GET /devices/4711 answered 404: No query results for model [App\\Models\\Device] 4711"
	// not found: true
}

// withoutTime leaves out what differs from run to run.
func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey || a.Key == "took" {
		return slog.Attr{}
	}
	return a
}

// A wrapper around the transport counts requests in progress, as for a metric.
func ExampleWithTransport() {
	server := sandbox()
	defer server.Close()

	metrics := &inFlight{}
	client, err := acsmon.New(server.URL, acsmon.WithToken(acsmon.Secret(server.Token)), acsmon.WithTransport(func(next http.RoundTripper) http.RoundTripper {
		metrics.next = next
		return metrics
	}))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.Me(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(metrics.total.Load(), "sent,", metrics.now.Load(), "under way")
	// Output:
	// 1 sent, 0 under way
}

// inFlight is a round tripper that counts.
type inFlight struct {
	next       http.RoundTripper
	now, total atomic.Int64
}

func (m *inFlight) RoundTrip(req *http.Request) (*http.Response, error) {
	m.total.Add(1)
	m.now.Add(1)
	defer m.now.Add(-1)
	return m.next.RoundTrip(req)
}

// Is the server well? Health is what the server says about itself.
func ExampleSystem_Health() {
	client, done := connect()
	defer done()

	health, err := client.System.Health(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(health["status"])
	// Output:
	// ok
}

// Copy the devices into a CMDB.
func Example_cmdbSync() {
	client, done := connect()
	defer done()

	type record struct {
		ExternalID, Hostname, IP, Status string
		LastSeen                         *time.Time
	}
	var records []record
	for device, err := range client.Devices.List(context.Background(), acsmon.Query{}) {
		if err != nil {
			log.Fatal(err)
		}
		records = append(records, record{
			ExternalID: fmt.Sprintf("acsmon-%d", device.ID),
			Hostname:   device.Name,
			IP:         device.IPAddress,
			Status:     device.Status,
			LastSeen:   device.LastPolledAt,
		})
	}
	fmt.Println("synced", len(records), "devices, the first is", records[0].ExternalID, records[0].Hostname)
	// Output:
	// synced 24 devices, the first is acsmon-11 fra1-core-11
}

// receiveForPagerDuty stands in for the events API of PagerDuty.
func receiveForPagerDuty(_ http.ResponseWriter, r *http.Request) {
	var event struct {
		DedupKey string `json:"dedup_key"`
		Payload  struct{ Summary string }
	}
	json.NewDecoder(r.Body).Decode(&event)
	fmt.Println("PagerDuty got", event.DedupKey, event.Payload.Summary)
}

// Forward every open critical alert to PagerDuty, and acknowledge it when it is there.
func Example_pagerDutyBridge() {
	client, done := connect()
	defer done()
	pagerDuty := httptest.NewServer(http.HandlerFunc(receiveForPagerDuty))
	defer pagerDuty.Close()
	ctx := context.Background()

	events, err := acsmon.Collect(client.AlertEvents.List(ctx, acsmon.Query{
		Filter: map[string]string{"status": "open", "severity": "critical"},
	}))
	if err != nil {
		log.Fatal(err)
	}
	for _, event := range events {
		source := event.Device
		if source == nil {
			source = event.Monitor
		}
		body, err := json.Marshal(map[string]any{
			"routing_key":  os.Getenv("PAGERDUTY_KEY"),
			"event_action": "trigger",
			"dedup_key":    fmt.Sprintf("acsmon-%d", event.ID),
			"payload": map[string]any{
				"summary":        source.Name + ": " + event.CurrentValue,
				"severity":       "critical",
				"source":         "ACS Monitor",
				"custom_details": event, // as the server sent it
			},
		})
		if err != nil {
			log.Fatal(err)
		}
		answer, err := http.Post(pagerDuty.URL+"/v2/enqueue", "application/json", bytes.NewReader(body))
		if err != nil {
			log.Fatal(err)
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		if answer.StatusCode >= 300 {
			log.Fatal("PagerDuty answers ", answer.Status)
		}
		if _, err := client.AlertEvents.Acknowledge(ctx, event.ID, "Forwarded to PagerDuty"); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// PagerDuty got acsmon-9001 fra1-core-11: down
	// PagerDuty got acsmon-9002 pbo1-nas-18: down
	// PagerDuty got acsmon-9006 fra1-ap-42: down
}
