// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// runbookServer is an install in which one monitor and two devices have critical
// alerts and another monitor has a warning. The names are such that Ansible or a
// spreadsheet would run them.
func runbookServer(t *testing.T, mark string) (server *acsmontest.Server, warning int64) {
	return runbookServerWith(t, mark, acsmontest.Alternatives{})
}

func runbookServerWith(t *testing.T, mark string, alternatives acsmontest.Alternatives) (server *acsmontest.Server, warning int64) {
	server = acsmontest.Start(t, acsmontest.Options{Alternatives: alternatives})
	add := func(kind string, fields map[string]any) int64 { return server.Add(kind, fields) }
	template := "{{ lookup('pipe', 'touch " + mark + "') }}"
	core := add("devices", map[string]any{"name": template, "ip_address": "192.0.2.1", "status": "down", "device_type": "=cmd()"})
	edge := add("devices", map[string]any{"name": "=cmd()", "ip_address": "192.0.2.2", "status": "up"})
	shop := add("monitors", map[string]any{"name": "Shop", "type": "https", "host": "shop.example.com", "status": "up"})
	formula := add("monitors", map[string]any{"name": "=cmd(\"x\")", "type": "https", "host": "a.example.com", "status": "up"})
	add("monitors", map[string]any{"name": "\t+1", "type": "ping", "host": "192.0.2.3", "status": "up"})
	add("monitors", map[string]any{"name": template, "type": "https", "host": "b.example.com", "status": "up"})
	for _, device := range []int64{core, edge} {
		add("alert-events", map[string]any{"device_id": device, "severity": "critical", "status": "open", "current_value": template})
	}
	add("monitor-events", map[string]any{"monitor_id": formula, "severity": "critical", "status": "open", "current_value": "down"})
	warning = add("monitor-events", map[string]any{"monitor_id": shop, "severity": "warning", "status": "acknowledged", "current_value": "slow"})
	return server, warning
}

// receiver is a server to which runbooks POST. It refuses the bodies that contain
// what refuse says. The next requests are answered with the statuses of answers, if
// there are any; with 0 the body is taken and the answer lost.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex
	bodies  []string
	refuse  string
	answers []int
}

func startReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.refuse != "" && strings.Contains(string(body), r.refuse) {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		status := http.StatusAccepted
		if len(r.answers) > 0 {
			status, r.answers = r.answers[0], r.answers[1:]
		}
		if status < 300 {
			r.bodies = append(r.bodies, string(body))
		}
		if status == 0 {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(r.Close)
	return r
}

// taken returns the bodies that came since the last call.
func (r *receiver) taken() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	bodies := r.bodies
	r.bodies = nil
	return bodies
}

// runbook runs playbooks of the collection by their names, with variables and
// without an inventory.
func (s *site) runbook(vars map[string]any, names ...string) outcome {
	s.t.Helper()
	text, err := json.Marshal(vars)
	s.must(err)
	s.write("vars.json", string(text))
	s.write("ansible.cfg", "")
	args := []string{"-e", "@vars.json"}
	for _, name := range names {
		if !strings.HasPrefix(name, "-") {
			name = "acsmon.monitor." + name
		}
		args = append(args, name)
	}
	return s.run("ansible-playbook", args...)
}

func wantRunbook(t *testing.T, o outcome, status int, says ...string) {
	t.Helper()
	if o.status != status {
		t.Fatalf("status %d, want %d:\n%s", o.status, status, o.all())
	}
	for _, text := range says {
		if !strings.Contains(o.stdout, text) {
			t.Errorf("the output does not say %q:\n%s", text, o.all())
		}
	}
}

// runbookFiles are the files that the runbooks make.
const (
	devicesFile = "acsmon-devices.json"
	uptimeFile  = "acsmon-uptime.csv"
	uptimePage  = "acsmon-uptime.html"
)

// allRunbooks is a site in which all runbooks run, against one server and one target.
type allRunbooks struct {
	*site
	server  *acsmontest.Server
	target  *receiver
	warning int64
	mark    string // a file that no name may make
}

// run runs all runbooks, and holds how many tasks change something, how many of the bridge do, and
// what all of them cost.
func (a allRunbooks) run(changed, forwarded string, requests int, flags ...string) {
	a.t.Helper()
	a.server.ResetRequests()
	a.each(map[string]any{
		"url": a.target.URL, "source": "monitor", "ticket": "INC-9421", "alert_ids": []int64{a.warning}, "who": "ann", "where": "ops1",
		"monitor_names": []string{"Shop"}, "poll_interval": 0.2,
	}, changed, append(flags, "health", "cmdb_sync", "weekly_uptime", "acknowledge_alerts", "resolve_alerts")...)
	// The bridge runs by itself: source and alert_ids would select its alerts too.
	a.each(map[string]any{"url": a.target.URL}, forwarded, append(flags, "pagerduty_bridge")...)
	wantRequests(a.t, a.server, requests)
}

func (a allRunbooks) each(vars map[string]any, changed string, flags ...string) {
	a.t.Helper()
	o := a.runbook(vars, append(flags, "-v", "--diff")...)
	wantRecap(a.t, outcome{stdout: o.stdout[max(0, strings.LastIndex(o.stdout, "PLAY RECAP")):], stderr: o.all()}, changed, "0") // each play adds to it
	if strings.Contains(o.all(), "-secret") {
		a.t.Errorf("a secret in the output:\n%s", o.all())
	}
}

// All runbooks, in check mode, for real, and again.
func TestRunbooksActOnce(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		mark := filepath.Join(s.dir, "executed")
		server, warning := runbookServer(t, mark)
		s.use(server)
		s.env["PAGERDUTY_KEY"], s.env["CMDB_AUTHORIZATION"] = "routing-secret", "Bearer cmdb-secret"
		a := allRunbooks{s, server, startReceiver(t), warning, mark}

		a.run("4", "2", 14, "--check")
		wantWrites(t, server)
		if bodies := a.target.taken(); len(bodies) > 0 {
			t.Errorf("check mode sent %q", bodies)
		}
		for _, name := range []string{devicesFile, uptimeFile, uptimePage} {
			s.wantNoFile(name)
		}

		a.run("5", "2", 16)
		a.wantAuditNotes()
		a.wantSent()
		a.wantUptime()

		a.run("0", "0", 11)
		wantWrites(t, server)
		if bodies := a.target.taken(); len(bodies) != 1 {
			t.Errorf("the second run sent %q, want the records of the CMDB alone", bodies)
		}
		s.wantNoFile("executed")
	})
}

func (a allRunbooks) wantAuditNotes() {
	a.t.Helper()
	var notes []string
	for _, entry := range a.server.AuditLog() {
		notes = append(notes, fmt.Sprintf("%s %s: %s", entry.Kind, entry.Action, entry.Note))
	}
	if want := []string{
		"monitor-events acknowledged: Acknowledged by ann from ops1", "monitor-events resolved: Closed by INC-9421: ann from ops1",
		"alert-events acknowledged: Forwarded to PagerDuty", "alert-events acknowledged: Forwarded to PagerDuty",
	}; !slices.Equal(notes, want) {
		a.t.Errorf("the audit log is %q, want %q", notes, want)
	}
}

// wantSent holds what the CMDB and PagerDuty got.
func (a allRunbooks) wantSent() {
	a.t.Helper()
	bodies := a.target.taken()
	if len(bodies) != 3 {
		a.t.Fatalf("sent are %q, want the records and two events", bodies)
	}
	records, err := os.ReadFile(filepath.Join(a.dir, devicesFile))
	a.must(err)
	if bodies[0] != string(records) {
		a.t.Errorf("the CMDB got %s, and the file is %s", bodies[0], records)
	}
	wantRecords(a.t, records, a.server.Rows("devices"))
	for i, body := range bodies[1:] {
		wantEvent(a.t, body, a.server.Rows("alert-events")[i], a.server.Rows("devices")[i])
	}
}

// wantUptime holds that hostile names are in the table and the page as text.
func (a allRunbooks) wantUptime() {
	a.t.Helper()
	report, err := os.ReadFile(filepath.Join(a.dir, uptimeFile))
	a.must(err)
	for _, line := range []string{`"'=cmd(""x"")",https,`, "'+1,ping,", `"{{ lookup('pipe', 'touch ` + a.mark + `') }}",https,`} {
		if !strings.Contains("\n"+string(report), "\n"+line) {
			a.t.Errorf("no line begins with %s in\n%s", line, report)
		}
	}
	page, err := os.ReadFile(filepath.Join(a.dir, uptimePage))
	a.must(err)
	if name := "<bdi>{{ lookup(&#39;pipe&#39;, &#39;touch " + a.mark; !strings.Contains(string(page), name) {
		a.t.Errorf("the page does not show %s:\n%s", name, page)
	}
}

// wantRecords holds the records of cmdb_sync against the devices.
func wantRecords(t *testing.T, text []byte, devices []map[string]any) {
	t.Helper()
	var records []map[string]any
	if err := json.Unmarshal(text, &records); err != nil || len(records) != len(devices) {
		t.Fatalf("%v, %d records: %s", err, len(records), text)
	}
	for i, device := range devices {
		want := map[string]any{
			"external_id": fmt.Sprintf("acsmon-%d", device["id"]), "hostname": device["name"], "ip": device["ip_address"], "status": device["status"],
			"device_type": device["device_type"], "device_group": nil, "last_seen": device["last_polled_at"],
		}
		server, _ := records[i]["server"].(string)
		generated, _ := records[i]["generated"].(string)
		if _, err := time.Parse(time.RFC3339, generated); err != nil || !strings.HasPrefix(server, "http://127.0.0.1:") {
			t.Errorf("record %v does not say where and when it is from", records[i])
		}
		delete(records[i], "server")
		delete(records[i], "generated")
		if fmt.Sprint(records[i]) != fmt.Sprint(want) {
			t.Errorf("record %v, want %v", records[i], want)
		}
	}
}

// wantEvent holds what PagerDuty got against the alert and its device.
func wantEvent(t *testing.T, body string, alert, device map[string]any) {
	t.Helper()
	var event struct {
		RoutingKey string `json:"routing_key"`
		Action     string `json:"event_action"`
		DedupKey   string `json:"dedup_key"`
		Payload    struct {
			Summary, Severity, Source string
			Details                   map[string]any `json:"custom_details"`
		}
	}
	if err := json.Unmarshal([]byte(body), &event); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if event.RoutingKey != "routing-secret" || event.Action != "trigger" || event.DedupKey != fmt.Sprintf("acsmon-device-%d", alert["id"]) ||
		event.Payload.Summary != fmt.Sprintf("%s: %s", device["name"], alert["current_value"]) || event.Payload.Severity != "critical" ||
		event.Payload.Details["current_value"] != alert["current_value"] {
		t.Errorf("of alert %v the event is %s", alert, body)
	}
}

// What PagerDuty refuses is not acknowledged, and the next run forwards that alone.
func TestPagerdutyRunbookAcknowledgesWhatWasTaken(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server, _ := runbookServer(t, filepath.Join(s.dir, "executed"))
	s.use(server)
	s.env["PAGERDUTY_KEY"] = "routing-secret"
	target := startReceiver(t)
	target.refuse = `"acsmon-device-9002"`
	vars := map[string]any{"url": target.URL}
	wantRunbook(t, s.runbook(vars, "pagerduty_bridge"), 2, "1 of 3 alerts were neither forwarded nor acknowledged, the first is device alert 9002: Status code was 400")
	wantWrites(t, server, "POST /alert-events/9001/acknowledge", "POST /monitor-events/9004/acknowledge")
	if sent := target.taken(); len(sent) != 2 {
		t.Errorf("sent %q", sent)
	}

	target.refuse = ""
	server.ResetRequests()
	wantRunbook(t, s.runbook(vars, "pagerduty_bridge"), 0)
	wantWrites(t, server, "POST /alert-events/9002/acknowledge")
	if sent := target.taken(); len(sent) != 1 || !strings.Contains(sent[0], `"acsmon-device-9002"`) {
		t.Errorf("sent %q", sent)
	}

	s.env["PAGERDUTY_KEY"] = ""
	server.ResetRequests()
	wantRunbook(t, s.runbook(vars, "pagerduty_bridge"), 2, `"msg": "routing_key is not set: put the integration key`, "PAGERDUTY_KEY")
	wantRequests(t, server, 0)
}

// A list of alerts that came out empty does not widen what is resolved.
func TestResolveRunbookWantsTicketAndAlerts(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server, warning := runbookServer(t, filepath.Join(s.dir, "executed"))
	s.use(server)
	wantRunbook(t, s.runbook(map[string]any{"ticket": "INC-9421", "alert_ids": []int{}, "severity": "critical"}, "resolve_alerts"), 2, "alert_ids is empty")
	wantRunbook(t, s.runbook(map[string]any{"alert_ids": []int64{warning}}, "resolve_alerts"), 2, "ticket is not set")
	wantRequests(t, server, 0)
}

// A deployment is verified when its monitors are up by a new check.
func TestPostDeployVerifyRunbook(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server := fleet(t)
	s.use(server)
	monitors := server.Rows("monitors")[:2]
	vars := map[string]any{"monitor_ids": []any{monitors[0]["id"], monitors[1]["id"]}, "poll_interval": 0.1, "wait_timeout": 20}
	wantRunbook(t, s.runbook(vars, "--check", "post_deploy_verify"), 0)
	wantWrites(t, server)

	for _, monitor := range monitors {
		server.SetOutcome(monitor["id"].(int64), "up")
	}
	wantRunbook(t, s.runbook(vars, "post_deploy_verify"), 0, fmt.Sprintf("%s is up, checked at ", monitors[1]["name"]))
	wantWrites(t, server, fmt.Sprintf("POST /monitors/%d/check", monitors[0]["id"]), fmt.Sprintf("POST /monitors/%d/check", monitors[1]["id"]))

	server.SetOutcome(monitors[1]["id"].(int64), "down")
	vars["wait_timeout"] = 1
	wantRunbook(t, s.runbook(vars, "post_deploy_verify"), 2,
		fmt.Sprintf(`(item=monitor %d)`, monitors[1]["id"]), fmt.Sprintf("%s is down, checked at ", monitors[1]["name"]),
		fmt.Sprintf(`"msg": "1 of 2 monitors did not become up within 1 s: \"%s\" (id %d) is down"`, monitors[1]["name"], monitors[1]["id"]))
}

// The health is a check that fails.
func TestHealthRunbook(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server, _ := runbookServer(t, filepath.Join(s.dir, "executed"))
	s.use(server)
	wantRunbook(t, s.runbook(map[string]any{"max_monitors_down": 0, "max_devices_down": 0}, "health"), 2, "1 devices are down, but at most 0 may be.")
	server.Inject(acsmontest.Fault{Path: "/system/health", Do: acsmontest.Answer(200, nil, `{"status":"{{ 1 + 1 }}"}`)})
	wantRunbook(t, s.runbook(map[string]any{}, "health"), 2, `The server reports its health as {{ 1 + 1 }}: {"status": "{{ 1 + 1 }}"}`)
}

// What is wrong with a runbook's variables is said of the runbook's variables, not of the options
// that they become.
func TestRunbooksNameTheirVariables(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server, _ := runbookServer(t, filepath.Join(s.dir, "executed"))
		s.use(server)
		for _, test := range []struct {
			runbook string
			vars    map[string]any
			says    string
		}{
			{"post_deploy_verify", nil, "Set at least one of monitor_ids, monitor_names, monitor_group, monitor_tags and all_monitors"},
			{"post_deploy_verify", map[string]any{"monitor_names": []string{}, "all_monitors": "yes"}, "monitor_names is empty"},
			{"post_deploy_verify", map[string]any{"monitor_ids": "1,Shop"}, "monitor_ids"},
			{"post_deploy_verify", map[string]any{"all_monitors": true, "wanted": "good"}, "value of wanted must be one"},
			{"resolve_alerts", map[string]any{"ticket": "INC-1"}, "Set at least one of alert_ids, monitor, device and severity"},
			{"resolve_alerts", map[string]any{"ticket": "INC-1", "alert_ids": ""}, "alert_ids is empty"},
			{"resolve_alerts", map[string]any{"ticket": "INC-1", "alert_ids": "x"}, "alert_ids"},
			{"resume_window", nil, "Set one of deploy_window_name and all_overdue"},
			{"resume_window", map[string]any{"deploy_window_name": "shop", "all_overdue": "yes"}, "Set one of deploy_window_name and all_overdue"},
			{"weekly_uptime", map[string]any{"file": "", "html": ""}, "file and html are both empty"},
			{"weekly_uptime", map[string]any{"failed_checks": "perhaps"}, "failed_checks"},
			{"cmdb_sync", map[string]any{"file": ""}, "file is empty"},
			{"health", map[string]any{"max_devices_down": "few"}, "max_devices_down"},
			{"health", map[string]any{"healthy": "fine, good"}, "The server reports its health as"},
		} {
			vars := test.vars
			if vars == nil {
				vars = map[string]any{}
			}
			wantRunbook(t, s.runbook(vars, test.runbook), 2, test.says)
		}
		wantWrites(t, server)
		wantRunbook(t, s.runbook(map[string]any{"healthy": "fine, ok", "max_devices_down": "1", "max_monitors_down": nil}, "health"), 0)
		wantRunbook(t, s.runbook(map[string]any{"deploy_window_name": "shop"}, "resume_window"), 0, "The window shop holds no monitor: there is nothing to resume.")
	})
}

// A runbook whose token lacks a permission fails with its name, and does nothing.
func TestRunbooksNameTheMissingPermission(t *testing.T) {
	t.Parallel()
	s := newSite(t, venvs[len(venvs)-1])
	server, warning := runbookServer(t, filepath.Join(s.dir, "executed"))
	target := startReceiver(t)
	s.use(server)
	s.env["PAGERDUTY_KEY"] = "routing-secret"
	vars := map[string]any{"url": target.URL, "ticket": "INC-9421", "alert_ids": []int64{warning}, "source": "monitor", "all_monitors": true}
	for name, permission := range map[string]string{
		"acknowledge_alerts": "alerts.acknowledge", "resolve_alerts": "alerts.acknowledge", "post_deploy_verify": "monitors.edit", "health": "settings.view",
		"cmdb_sync": "devices.view", "pagerduty_bridge": "alerts.view", "weekly_uptime": "monitors.view",
	} {
		lacking := slices.DeleteFunc(server.Permissions(), func(slug string) bool { return slug == permission })
		s.env["ACSMON_TOKEN"] = server.NewToken(lacking...)
		wantRunbook(t, s.runbook(vars, name), 2, permission)
	}
	if log := server.AuditLog(); len(log) > 0 || len(target.taken()) > 0 {
		t.Errorf("something was done: %v", log)
	}
	for _, name := range []string{"acsmon-devices.json", "acsmon-uptime.csv", "acsmon-uptime.html"} {
		if _, err := os.Stat(filepath.Join(s.dir, name)); err == nil {
			t.Errorf("%s was written", name)
		}
	}
}
