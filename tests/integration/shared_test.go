// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"fmt"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// counted runs do, and counts the reads and the writes that it sends to the server.
func counted(server *acsmontest.Server, do func()) (reads, writes int) {
	server.ResetRequests()
	do()
	writes = len(server.Writes())
	return len(server.Requests()) - writes, writes
}

// TestALoopReadsOnce: whatever the number of items or of hosts, a task reads a list once.
func TestALoopReadsOnce(t *testing.T) {
	t.Parallel()
	const task = `- name: run
  acsmon.monitor.acsmon_monitor: {name: "Shop %s", type: ping, host: shop.example, group: Shops}
  %s
`
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1, Monitors: 1000})
		server.Add("monitor-groups", map[string]any{"name": "Shops"})
		s.use(server)
		loop := fmt.Sprintf(task, "{{ item }}", `loop: "{{ range(30) | list }}"`)
		for _, want := range []struct{ reads, writes int }{{26, 30}, {23, 0}} {
			reads, writes := counted(server, func() {
				if results, failed := s.play(loop); failed {
					t.Errorf("failed: %v", results)
				}
			})
			if reads > want.reads || writes != want.writes {
				t.Errorf("the loop: %d reads and %d writes, want at most %d and %d", reads, writes, want.reads, want.writes)
			}
		}
		var hosts strings.Builder
		for i := range 30 {
			fmt.Fprintf(&hosts, "host%02d,", i)
		}
		s.write("hosts.yml", "- hosts: all\n  gather_facts: false\n  tasks:\n"+indent(fmt.Sprintf(task, "of {{ inventory_hostname }}", "delegate_to: localhost"), "    "))
		reads, writes := counted(server, func() { s.ok("ansible-playbook", "-i", hosts.String(), "--forks", "20", "hosts.yml") })
		if reads > 26 || writes != 30 {
			t.Errorf("thirty hosts: %d reads and %d writes, want at most 26 and 30", reads, writes)
		}
	})
}

// TestRepeatsReadAfresh holds that each attempt of until asks the server: what it waits for is not
// in rows that were fetched before.
func TestRepeatsReadAfresh(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1, Monitors: 20})
		s.use(server)
		reads, _ := counted(server, func() {
			s.play(`
- name: wait
  acsmon.monitor.acsmon_monitor: {name: "{{ monitor }}", state: present}
  register: found
  until: found.monitor.status == 'never'
  retries: 3
  delay: 0
  ignore_errors: true
`, "-e", fmt.Sprintf(`{"monitor": %q}`, server.Rows("monitors")[0]["name"]))
		})
		if reads < 4 {
			t.Errorf("four attempts read %d times, want once each", reads)
		}
	})
}

const tasksOfAShop = `
- name: group
  acsmon.monitor.acsmon_monitor_group: {name: New shop}
- name: device group
  acsmon.monitor.acsmon_device_group: {name: Core}
- name: channel
  acsmon.monitor.acsmon_alert_channel: {name: Ops, type: email, config: {to: ops@shop.example}}
- name: device
  acsmon.monitor.acsmon_device: {name: core-1, ip_address: 192.0.2.1, snmp_version: 2c, snmp_community: s3cretive, group: Core}
- name: monitor
  acsmon.monitor.acsmon_monitor: {name: Shop, type: https, host: shop.example, group: New shop, device: core-1, tags: [web], match_on: [name, group]}
- name: rule
  acsmon.monitor.acsmon_monitor_alert_rule: {name: Shop is down, monitor: Shop, condition: status_down, channels: [Ops]}
- name: bulk
  acsmon.monitor.acsmon_monitors: {monitors: [{name: Mail, type: smtp, host: mail.example, group: New shop}, {name: Shop, port: 443}]}
- name: OID
  acsmon.monitor.acsmon_device_oid: {device: core-1, oid: 1.3.6.1.2.1.1.3.0, name: uptime}
- name: rule of the device
  acsmon.monitor.acsmon_alert_rule: {name: core-1 restarted, device: core-1, oid: uptime, condition: lt, threshold: 100, channels: [Ops]}
- name: alerts
  acsmon.monitor.acsmon_alert: {state: acknowledged, monitor: Shop}
- name: alerts of the group
  acsmon.monitor.acsmon_alert: {state: resolved, device: core-1, linked: true}
- name: check
  acsmon.monitor.acsmon_monitor_check: {group: New shop}
- name: pause
  acsmon.monitor.acsmon_monitor_pause: {state: paused, monitors: [Mail], window: repair}
`

// On an empty server, check mode predicts for each task of a play what the play then does, and a
// second play does nothing.
func TestCheckModeAcrossTasks(t *testing.T) {
	t.Parallel()
	eachCore(t, func(t *testing.T, s *site) {
		server := acsmontest.Start(t, acsmontest.Options{Seed: 1})
		s.use(server)
		predicted, failed := s.play(tasksOfAShop, "--check", "--diff")
		if failed || len(server.Writes()) > 0 {
			t.Fatalf("check mode: failed %v, wrote %v:\n%v", failed, server.Writes(), predicted)
		}
		real, failed := s.play(tasksOfAShop, "--diff")
		if failed {
			t.Fatalf("the play failed: %v", real)
		}
		for name := range real {
			if fmt.Sprint(predicted[name]["changed"], predicted[name]["diff"]) != fmt.Sprint(real[name]["changed"], real[name]["diff"]) {
				t.Errorf("%s: predicted\n%v\nand it was\n%v", name, predicted[name]["diff"], real[name]["diff"])
			}
		}
		again, _ := s.play(tasksOfAShop)
		for name, result := range again {
			if action := name == "check"; result["changed"] != action {
				t.Errorf("%s: changed is %v in the second run, want %t", name, result["changed"], action)
			}
		}
	})
}
