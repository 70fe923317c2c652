// SPDX-License-Identifier: GPL-3.0-or-later

package laravel_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/acsmon/acsmon-ansible/tests/laravel"
)

// bin is where the executable is, once a test has needed it.
var bin string

// executable returns the path of bin/acsmon, built from the tested sources.
var executable = sync.OnceValues(func() (string, error) {
	var err error
	if bin, err = os.MkdirTemp("", "acsmon-laravel-"); err != nil {
		return "", err
	}
	path := filepath.Join(bin, "acsmon")
	if out, err := exec.Command("go", "build", "-o", path, "../../cmd/acsmon").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

// A user runs the executable against a server.
type user struct {
	*testing.T
	server *laravel.Server
	home   string
}

func newUser(t *testing.T, s *laravel.Server) *user { return &user{t, s, t.TempDir()} }

// run runs the executable in an environment of its own, and gives what it printed.
func (u *user) run(stdin string, env []string, args ...string) (stdout, stderr string, status int) {
	u.Helper()
	path, err := executable()
	if err != nil {
		u.Fatal(err)
	}
	command := exec.Command(path, args...)
	command.Dir = u.home
	command.Env = append([]string{"HOME=" + u.home, "ACSMON_BASE_URL=" + u.server.URL, "ACSMON_TOKEN=" + u.server.Token}, env...)
	command.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	if err := command.Run(); err != nil && command.ProcessState == nil {
		u.Fatal(err)
	}
	return out.String(), errs.String(), command.ProcessState.ExitCode()
}

// module runs a module as Ansible does, and gives its result.
func (u *user) module(name string, args row) row {
	u.Helper()
	encoded, err := json.Marshal(args)
	if err != nil {
		u.Fatal(err)
	}
	out, errs, _ := u.run(string(encoded), nil, "module", name)
	var result row
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		u.Fatalf("%s %s: %s%s", name, encoded, out, errs)
	}
	return result
}

// converges runs a module three times: check mode predicts the change, the run makes it, and the
// second run writes nothing.
func (u *user) converges(module string, args row) row {
	u.Helper()
	check := maps.Clone(args)
	check["_ansible_check_mode"] = true
	var real row
	for _, run := range []struct {
		what    string
		args    row
		changed bool
		writes  bool
	}{{"check mode", check, true, false}, {"the run", args, true, true}, {"the second run", args, false, false}} {
		before := len(u.server.Writes())
		result := u.module(module, run.args)
		if result["failed"] == true || result["changed"] != run.changed {
			u.Fatalf("%s %v: %s: %v", module, args, run.what, result)
		}
		if writes := u.server.Writes()[before:]; (len(writes) > 0) != run.writes {
			u.Errorf("%s %v: %s wrote %q", module, args, run.what, writes)
		}
		if run.writes {
			real = result
		}
	}
	return real
}

// inventory asks both doors, and gives the names of the hosts that each has.
func (u *user) inventory() (script, plugin []string) {
	u.Helper()
	for _, door := range []struct {
		hosts *[]string
		stdin string
		env   []string
	}{
		{&script, "", nil},
		{&plugin, "{}", []string{"ACSMON_INVENTORY=-"}},
	} {
		out, errs, status := u.run(door.stdin, door.env, "--list", "--refresh")
		var list struct {
			Meta struct{ Hostvars map[string]any } `json:"_meta"`
		}
		if err := json.Unmarshal([]byte(out), &list); err != nil || status != 0 || errs != "" {
			u.Fatalf("inventory: %s%s", out, errs)
		}
		*door.hosts = slices.Sorted(maps.Keys(list.Meta.Hostvars))
	}
	return script, plugin
}

// Every value of every switch, a few at a time: the n-th server has the n-th value of each. On each
// there are a monitor's life, an inventory, an alert's life and a webhook's.
func TestEverySwitch(t *testing.T) {
	servers := 0
	for _, choice := range laravel.Switches() {
		servers = max(servers, len(choice.Values))
	}
	for n := range servers {
		switches := map[string]string{}
		for _, choice := range laravel.Switches() {
			switches[choice.Name] = choice.Values[n%len(choice.Values)]
		}
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			u := newUser(t, laravel.Start(t, laravel.Options{Switches: switches, PerPageCap: 5}))
			defer func() {
				if t.Failed() {
					t.Logf("switches: %v", switches)
				}
			}()
			u.server.SQL(`insert into devices (name, ip_address, status) select 'sw' || n, '192.0.2.' || n, 'up' from generate_series(1, 7) n;
				insert into monitors (name, type, host) select 'other ' || n, 'ping', 'other' || n || '.example.com' from generate_series(1, 12) n`)
			u.monitorLife()
			u.inventoryHas("sw1", "sw2", "sw3", "sw4", "sw5", "sw6", "sw7")
			u.alertLife(switches["events"])
			u.webhookLife()
		})
	}
}

func (u *user) monitorLife() {
	u.Helper()
	u.converges("acsmon_monitor", row{"name": "Website", "type": "https", "host": "www.example.com", "port": 443, "config": row{"path": "/health", "expected_status": 200}})
	u.converges("acsmon_monitor", row{"name": "Website", "port": 8443})
	u.converges("acsmon_monitor", row{"name": "Website", "config": row{"path": "/", "expected_status": nil}})
	if got := u.server.SQL(`select host, port, config->>'path', config->>'expected_status' from monitors where name = 'Website'`); got != "www.example.com|8443|/|" {
		u.Errorf("the monitor is stored as %s", got)
	}
	checked := u.module("acsmon_monitor_check", row{"names": []string{"Website"}, "wait": false})
	if status := u.server.SQL("select status from monitors where name = 'Website'"); checked["failed"] == true || status != "up" {
		u.Errorf("after a check the monitor is %s: %v", status, checked)
	}
	u.converges("acsmon_monitor", row{"name": "Website", "state": "absent"})
	if got := u.server.SQL("select count(*) from monitors"); got != "12" {
		u.Errorf("%s monitors are left, want 12", got)
	}
}

func (u *user) inventoryHas(want ...string) {
	u.Helper()
	script, plugin := u.inventory()
	for _, name := range want {
		if !slices.Contains(script, name) || !slices.Contains(plugin, name) {
			u.Errorf("%s is not in the inventory of both doors: %q, %q", name, script, plugin)
		}
	}
}

// alertLife acknowledges and resolves one of a monitor's and one of a device's alerts.
func (u *user) alertLife(events string) {
	u.Helper()
	monitors := "monitor_events"
	if events != "apart" {
		monitors = "alert_events"
	}
	monitor := u.server.SQL("insert into %s (severity, monitor_id, current_value, triggered_at) select 'critical', min(id), 'down', now() from monitors returning id", monitors)
	device := u.server.SQL("insert into alert_events (severity, device_id, current_value, triggered_at) select 'critical', min(id), '99', now() from devices returning id")
	for _, state := range []string{"acknowledged", "resolved"} {
		result := u.converges("acsmon_alert", row{"state": state, "severity": []string{"critical"}, "note": "by the test"})
		if alerts, _ := result["alerts"].([]any); len(alerts) != 2 {
			u.Errorf("%s %d alerts, want 2: %v", state, len(alerts), result)
		}
	}
	for table, id := range map[string]string{monitors: monitor, "alert_events": device} {
		if got := u.server.SQL("select status from %s where id = %s", table, id); got != "resolved" {
			u.Errorf("alert %s of %s is %s", id, table, got)
		}
	}
}

// webhookLife makes a webhook with a rule, pushes what the rule waits for, and removes it.
func (u *user) webhookLife() {
	u.Helper()
	hook := row{"device": "sw1", "name": "Backup"}
	with := func(more row) row {
		more = maps.Clone(more)
		maps.Copy(more, hook)
		return more
	}
	rule := row{"name": "Failed", "condition": "payload_eq", "payload_field": "job.state", "threshold": "failed", "severity": "info"}
	made := u.converges("acsmon_webhook", with(row{"description": "nightly", "show_ingest_url": true, "rules": []row{rule}}))
	url, _ := made["ingest_url"].(string)
	path, ok := strings.CutPrefix(url, u.server.URL+"/api/v1")
	if got := (api{u.T, u.server.URL, ""}).ask("POST", path, row{"job": row{"state": "failed"}}); !ok || got.status != 200 {
		u.Fatalf("%q takes no event: %d %s", url, got.status, got.body)
	}
	if got := u.server.SQL("select current_value from alert_events where webhook_id is not null"); got != "failed" {
		u.Errorf("the rule's alert is %q", got)
	}
	u.converges("acsmon_webhook", with(row{"is_active": false, "description": ""}))
	u.converges("acsmon_webhook", with(row{"rules": []row{}}))
	u.converges("acsmon_webhook", with(row{"state": "absent"}))
}

// Each resource that a module manages goes through its life.
func TestEveryResource(t *testing.T) {
	u := newUser(t, laravel.Start(t, laravel.Options{}))
	u.converges("acsmon_device_group", row{"name": "Core", "color": "#123456"})
	u.converges("acsmon_device", row{"name": "sw1", "ip_address": "192.0.2.10", "snmp_version": "2c", "snmp_community": "not-public", "location": "London", "group": "Core"})
	u.converges("acsmon_device_oid", row{"device": "sw1", "oid": "1.3.6.1.2.1.1.3.0", "name": "Uptime", "unit": "s"})
	u.converges("acsmon_monitor_group", row{"name": "Web"})
	u.converges("acsmon_monitor", row{"name": "Shop", "type": "https", "host": "shop.example.com", "group": "Web", "device": "sw1", "tags": []string{"a", "b"}})
	u.converges("acsmon_alert_channel", row{"name": "Team", "type": "email", "config": row{"recipients": []string{"noc@example.com"}}})
	u.converges("acsmon_alert_rule", row{"name": "Rebooted", "device": "sw1", "oid": "1.3.6.1.2.1.1.3.0", "condition": "lt", "threshold": "300", "channels": []string{"Team"}})
	u.converges("acsmon_monitor_alert_rule", row{"name": "Shop down", "monitor": "Shop", "condition": "status_down", "severity": "critical", "channels": []string{"Team"}})
	u.converges("acsmon_discovery", row{"name": "Office", "subnet": "192.0.2.0/24", "snmp_community": "not-public", "run": "changed"})

	u.converges("acsmon_device_group", row{"name": "Core", "color": "#654321"})
	u.converges("acsmon_device", row{"name": "sw1", "location": "Leeds", "group": "", "snmp_community": "not-public"})
	u.converges("acsmon_device_oid", row{"device": "sw1", "oid": "1.3.6.1.2.1.1.3.0", "is_monitored": false})
	u.converges("acsmon_monitor_group", row{"name": "Web", "new_name": "Web servers"})
	u.converges("acsmon_monitor", row{"name": "Shop", "group": "", "device": "", "tags": []string{}})
	u.converges("acsmon_alert_channel", row{"name": "Team", "is_active": false})
	u.converges("acsmon_alert_rule", row{"name": "Rebooted", "threshold": "600", "channels": []string{}})
	u.converges("acsmon_monitor_alert_rule", row{"name": "Shop down", "severity": "warning"})

	for _, removed := range []struct {
		module string
		args   row
	}{
		{"acsmon_discovery", row{"name": "Office"}}, {"acsmon_monitor_alert_rule", row{"name": "Shop down"}}, {"acsmon_alert_rule", row{"name": "Rebooted"}},
		{"acsmon_alert_channel", row{"name": "Team"}}, {"acsmon_monitor", row{"name": "Shop"}}, {"acsmon_monitor_group", row{"name": "Web servers"}},
		{"acsmon_device_oid", row{"device": "sw1", "oid": "1.3.6.1.2.1.1.3.0"}}, {"acsmon_device", row{"name": "sw1"}}, {"acsmon_device_group", row{"name": "Core"}},
	} {
		removed.args["state"] = "absent"
		u.converges(removed.module, removed.args)
	}
}
