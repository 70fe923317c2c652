// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"fmt"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
	"github.com/acsmon/acsmon-ansible/internal/yaml11"
)

// tasksOf returns the arguments of the tasks that a guide shows, in their order. Templates stay as they
// are.
func tasksOf(t *testing.T, guide string) []row {
	t.Helper()
	var tasks []row
	for _, block := range blocksOfYAML(t, root+"collection/docs/docsite/rst/"+guide) {
		shown, err := yaml11.Parse([]byte(block.text))
		if err != nil {
			t.Fatal(err)
		}
		eachTask(shown, func(module string, args any) {
			task, ok := args.(row)
			if !ok {
				t.Fatalf("%s, from line %d: the arguments of %s are %v, want a mapping", guide, block.line, module, args)
			}
			tasks = append(tasks, task)
		})
	}
	return tasks
}

// TestTheGuideOfACustomer makes the customer of the guide on each kind of server: check mode
// predicts it, a second run changes nothing, and the last task removes all of it.
func TestTheGuideOfACustomer(t *testing.T) {
	tasks := tasksOf(t, "guide_customer.rst")
	customer, leaves := tasks[0], tasks[len(tasks)-1]
	servers := alternatives("rules")
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
			made.hides("vault_acme_ann", "vault_acme_community")
			made.wantDid(
				"create alert_channels Acme operators", "create monitor_groups Acme", "create device_groups Acme", "create users ann@acme.example.com",
				"create devices acme-gw1", "create monitors Acme web shop", "create monitor_alert_rules Acme web shop down", "create dashboards Acme")
			group := w.Rows("device-groups")[0]["id"]
			users := w.Rows("users")
			ann := users[len(users)-1]
			want := fmt.Sprintf("[%v] [%v] {{ vault_acme_ann }}", group, w.Rows("roles")[0]["id"])
			if got := fmt.Sprintf("%v %v %v", ann["device_group_ids"], ann["role_ids"], ann["password"]); got != want {
				w.t.Errorf("the user has the device groups, roles and password %s, want %s", got, want)
			}
			widgets := w.Rows("widgets")
			if last := widgets[len(widgets)-1]; last["title"] != "Uptime" || fmt.Sprint(last["position"]) != "map[h:4 w:6 x:6 y:0]" {
				w.t.Errorf("the last widget is %v, want Uptime at 6,0 with a size of 6,4", last)
			}
			w.become("acsmon_config", leaves)
			for _, kind := range acsmontest.Kinds() {
				w.wantRows(kind, before[kind])
			}
		})
	}
}
