// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"strings"
	"testing"
)

// What --fetch prints makes the same inventory as the server, byte for byte. It holds no secret,
// and its key depends on everything that it is made of.
func TestAnswersThatThePluginKeeps(t *testing.T) {
	server := fleet(t)
	s := newScript(t, server.URL, server.Token)
	const settings = "{\"with_alerts\":true,\"group_by\":[\"device_group\"]}\n{}\n"
	s.stdin = settings
	fresh, key := s.ok("--plugin", "--list"), s.ok("--plugin", "--key")
	header, kept, _ := strings.Cut(s.ok("--plugin", "--fetch"), "\n")
	if _, secret, _ := strings.Cut(server.Token, "|"); header != `{"keep":true}` || strings.Contains(kept+key, secret) {
		t.Errorf("the header is %s; the answers are %s", header, kept)
	}
	server.ResetRequests()
	s.stdin = settings + kept
	if got := s.ok("--plugin", "--list"); got != fresh || len(server.Requests()) > 0 {
		t.Errorf("kept answers gave, with %d requests, %s; want %s", len(server.Requests()), got, fresh)
	}
	s.stdin = "{}\n{}\n"
	if other := s.ok("--plugin", "--key"); other == key {
		t.Error("another query has the same key")
	}
	s.stdin = settings + "{\"broken\":1}"
	if got := s.fails("--plugin", "--list"); !strings.Contains(got, "--flush-cache") {
		t.Errorf("broken answers: %s", got)
	}
	s.stdin = settings + kept[:len(kept)/2]
	if got := s.fails("--plugin", "--list"); !strings.Contains(got, "--flush-cache") {
		t.Errorf("half of the answers: %s", got)
	}
	s.stdin = ""
	if got := s.fails("--plugin", "--list"); !strings.Contains(got, "no settings") {
		t.Errorf("no settings: %s", got)
	}
}

// What is in Ansible's inventory already decides names: a device keeps its name, gets
// another one where a group has it, and no group has the name of a foreign host.
func TestNeighbours(t *testing.T) {
	s := served(t, `[{"id":1,"name":"web","location":"db"},{"id":2,"name":"web","location":"x"}]`)
	server := s.env["ACSMON_BASE_URL"]
	for _, test := range []struct{ name, settings, neighbours, want string }{
		{"a device keeps its name", `{}`, `{"hosts":{"SERVER":{"1":"web"}}}`, `"ungrouped":{"hosts":["web","web_2"]}`},
		{"of another server", `{}`, `{"hosts":{"https://other":{"1":"web_1"}}}`, "web_1 (device 1 of https://other, and device 1 of SERVER): set server_name"},
		{"a group has the name", `{}`, `{"hosts":{"SERVER":{"1":"web"}},"groups":["web"]}`, `"renamed":{"web":"web_1"}`},
		{"of a device that is not listed", `{}`, `{"hosts":{"SERVER":{"9":"ams"}},"made":["ams"]}`, `"renamed":{"ams":"ams_9"}`},
		{"a foreign host has a group's", `{"group_by":[{"field":"location","prefix":""}]}`, `{"foreign":["db"]}`, `"_db":{"hosts":["web_1"]}`},
		{"names that Jinja made", `{"hostnames":["{{ x }}","name"]}`, `{"names":{"1":["one",""],"2":["",""]}}`, `"ungrouped":{"hosts":["one","web"]}`},
		{"hosts that Jinja left out", `{}`, `{"excluded":["1"]}`, `"ungrouped":{"hosts":["web"]}`},
	} {
		s.stdin = test.settings + "\n" + strings.ReplaceAll(test.neighbours, "SERVER", server) + "\n"
		if got := s.ok("--plugin", "--list"); !strings.Contains(got, strings.ReplaceAll(test.want, "SERVER", server)) {
			t.Errorf("%s: got %s, want %s in it", test.name, got, test.want)
		}
	}
	s.stdin = `{"group_vars":{"db":{}}}` + "\n" + `{"foreign":["db"]}` + "\n"
	if got := s.fails("--plugin", "--list"); !strings.Contains(got, "the group db has the name of a host of another inventory source") {
		t.Errorf("the complaint is %s", got)
	}
}
