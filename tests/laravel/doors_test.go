// SPDX-License-Identifier: GPL-3.0-or-later

package laravel_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/tests/laravel"
)

var update = flag.Bool("update", false, "write what the doors say to testdata")

// Secrets that are sent, each with the white space that the framework trims.
const (
	community = " sent-community "
	signing   = " sent-signing-key "
	password  = " sent-v3-password "
)

// doors are what a user can start, each with what it is given. Each ends within a second of
// waiting.
var doors = []struct {
	name  string
	stdin any
	env   []string
	args  []string
}{
	{"reading module", row{"max_wait": 1}, nil, []string{"module", "acsmon_monitor_info"}},
	{"creating module", row{"max_wait": 1, "name": "Team", "type": "webhook", "config": row{"url": "https://hooks.example.com/x"}, "secret": signing}, nil, []string{"module", "acsmon_alert_channel"}},
	{"updating module", row{"max_wait": 1, "name": "sw1", "location": "London", "snmp_community": community, "snmp_v3_auth_password": password}, nil, []string{"module", "acsmon_device"}},
	{"removing module", row{"max_wait": 1, "name": "Site", "state": "absent"}, nil, []string{"module", "acsmon_monitor"}},
	{"alert module", row{"max_wait": 1, "severity": []string{"critical"}, "state": "acknowledged"}, nil, []string{"module", "acsmon_alert"}},
	{"check module", row{"max_wait": 1, "names": []string{"Site"}, "wait": false}, nil, []string{"module", "acsmon_monitor_check"}},
	{"inventory script", nil, nil, []string{"--list", "--refresh"}},
	{"inventory plugin", row{}, []string{"ACSMON_INVENTORY=-"}, []string{"--list", "--refresh"}},
	{"whoami", nil, nil, []string{"whoami"}},
	{"export", nil, nil, []string{"export"}},
	{"doctor", nil, nil, []string{"doctor"}},
}

// said opens a door, and returns what it says: of a module the message, of doctor the lines of what
// is not in order, and of other doors every line.
func (u *user) said(n int) string {
	u.Helper()
	door := doors[n]
	if door.args[0] == "module" {
		result := u.module(door.args[1], door.stdin.(row))
		u.quiet(door.name, fmt.Sprint(result))
		if result["failed"] != true {
			return fmt.Sprintf("changed: %v", result["changed"])
		}
		return fmt.Sprint(result["msg"])
	}
	stdin := ""
	if door.stdin != nil {
		stdin = "{}"
	}
	out, errs, status := u.run(stdin, append([]string{"ACSMON_MAX_WAIT=1"}, door.env...), door.args...)
	u.quiet(door.name, out+errs)
	if status == 0 {
		return "it succeeds"
	}
	var lines []string
	for line := range strings.Lines(out + errs) {
		if !strings.HasPrefix(line, "ok ") {
			lines = append(lines, strings.TrimRight(line, "\n"))
		}
	}
	return strings.Join(lines, "\n        ")
}

// quiet holds that a door prints no secret.
func (u *user) quiet(door, text string) {
	u.Helper()
	for _, secret := range []string{community, signing, password, u.server.Token} {
		if strings.Contains(text, strings.TrimSpace(secret)) {
			u.Errorf("%s prints %q: %s", door, secret, text)
		}
	}
}

// changing is what differs between two runs.
var changing = regexp.MustCompile(`20\d\d-\d\d-\d\d[T ]?[\d:]*Z?|(?:"response_time_ms" = )\d+`)

// whatDoorsSay are all doors' messages under one condition, for a golden file.
func (u *user) whatDoorsSay(condition string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", condition)
	for n, door := range doors {
		text := strings.ReplaceAll(u.said(n), u.server.URL, "URL")
		text = strings.ReplaceAll(text, strings.TrimPrefix(u.server.URL, "http://"), "HOST")
		fmt.Fprintf(&b, "    %s:\n        %s\n", door.name, changing.ReplaceAllString(text, "…"))
	}
	return b.String()
}

// golden compares a text with the golden file of that name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what the doors say; go test -update writes it. They say\n%s", file, got)
	}
}

// furnished is a server on which each door finds what it acts on.
func furnished(t *testing.T, o laravel.Options) *user {
	u := newUser(t, laravel.Start(t, o))
	u.server.SQL(`insert into devices (name, ip_address, snmp_community) values ('sw1', '192.0.2.1', 'sent-community');
		insert into monitors (name, type, host) values ('Site', 'https', 'www.example.com');
		insert into monitor_events (severity, monitor_id, current_value, triggered_at) select 'critical', id, 'down', now() from monitors`)
	return u
}

// In each form of the framework's maintenance mode, every door says what is wrong and what to do,
// and nothing is changed.
func TestMaintenanceAtEveryDoor(t *testing.T) {
	u := furnished(t, laravel.Options{})
	var said strings.Builder
	for _, options := range [][]string{
		nil, {"--retry=7"}, {"--render=maintenance"}, {"--redirect=/maintenance"},
		{"--status=200"}, {"--render=maintenance", "--status=200"},
	} {
		u.server.Artisan(append([]string{"down"}, options...)...)
		said.WriteString(u.whatDoorsSay(strings.TrimSpace("artisan down " + strings.Join(options, " "))))
		u.server.Artisan("up")
	}
	golden(t, "maintenance.txt", said.String())
	if got := u.server.SQL("select (select count(*) from alert_channels) || ' ' || (select count(*) from monitors) || ' ' || (select status from monitor_events)"); got != "0 1 open" {
		t.Errorf("what was changed: %s", got)
	}
}

// A debug page quotes the statement that failed, with its values: no door shows a secret of it.
func TestDebugPagesAtEveryDoor(t *testing.T) {
	u := furnished(t, laravel.Options{Debug: true})
	u.server.SQL(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$;
		create trigger refuse before insert or update or delete on devices for each row execute function refuse();
		create trigger refuse before insert or update or delete on monitors for each row execute function refuse();
		create trigger refuse before insert or update or delete on monitor_events for each row execute function refuse();
		create trigger refuse before insert or update or delete on alert_channels for each row execute function refuse()`)
	golden(t, "debug.txt", u.whatDoorsSay("APP_DEBUG, and a database that takes no writes"))
	u.server.SQL("alter table monitors rename to gone; alter table devices rename to gone_too")
	golden(t, "debug-reads.txt", u.whatDoorsSay("APP_DEBUG, and a database without tables"))
}
