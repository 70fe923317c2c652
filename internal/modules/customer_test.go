// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/yaml11"
)

// tasksOf are the arguments of the tasks that a guide shows, in their order. A template stands for
// itself.
func tasksOf(t *testing.T, guide string) []row {
	t.Helper()
	var tasks []row
	for _, block := range blocksOfYAML(t, root+"collection/docs/docsite/rst/"+guide) {
		shown, err := yaml11.Parse([]byte(block.text))
		if err != nil {
			t.Fatal(err)
		}
		eachTask(shown, func(_ string, args any) { tasks = append(tasks, args.(row)) })
	}
	return tasks
}

// TestTheGuideOfACustomer makes the customer of the guide on each kind of server: check mode
// predicts it, a second run changes nothing, and the last task removes all of it.
func TestTheGuideOfACustomer(t *testing.T) {
	tasks := tasksOf(t, "guide_customer.rst")
	customer, leaves := tasks[0], tasks[len(tasks)-1]
	servers := alternatives()
	for _, roles := range []string{"role", "role-ids", "roles", "names"} {
		servers["roles as "+roles] = acsmontest.Alternatives{Roles: roles, Scopes: "objects", Widgets: "flat", Positions: "widgets"}
	}
	for name, alt := range servers {
		scenario(t, name, acsmontest.Options{Alternatives: alt, Monitors: 3}, func(w *workbench) {
			before := map[string]int{}
			for _, kind := range acsmontest.Kinds() {
				before[kind] = len(w.Rows(kind))
			}
			made := w.become("acsmon_config", customer)
			for _, secret := range []string{"vault_acme_ann", "vault_acme_community"} {
				if text := fmt.Sprint(made.row); strings.Contains(text, secret) {
					w.t.Errorf("%s is in %s", secret, text)
				}
			}
			made.wantDid(
				"create alert_channels Acme operators", "create monitor_groups Acme", "create device_groups Acme", "create users ann@acme.example.com",
				"create devices acme-gw1", "create monitors Acme web shop", "create monitor_alert_rules Acme web shop down", "create dashboards Acme")
			group := w.Rows("device-groups")[0]["id"]
			users := w.Rows("users")
			ann := users[len(users)-1]
			want := fmt.Sprintf("[%v] [%v] {{ vault_acme_ann }}", group, w.Rows("roles")[0]["id"])
			if fmt.Sprintf("%v %v %v", ann["device_group_ids"], ann["role_ids"], ann["password"]) != want {
				w.t.Errorf("the user is %v", ann)
			}
			widgets := w.Rows("widgets")
			if last := widgets[len(widgets)-1]; last["title"] != "Uptime" || fmt.Sprint(last["position"]) != "map[h:4 w:6 x:6 y:0]" {
				w.t.Errorf("the widgets are %v", widgets)
			}
			w.become("acsmon_config", leaves)
			for _, kind := range acsmontest.Kinds() {
				if n := len(w.Rows(kind)); n != before[kind] {
					w.t.Errorf("there are %d %s, and were %d", n, kind, before[kind])
				}
			}
		})
	}
}
