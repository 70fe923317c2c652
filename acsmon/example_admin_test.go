// SPDX-License-Identifier: MIT

package acsmon_test

import (
	"context"
	"fmt"
	"log"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Create a user. No public page names the key of the roles: this server takes role_id.
func ExampleUsers_Create() {
	client, done := connect()
	defer done()
	ctx := context.Background()

	for role, err := range client.Roles.List(ctx, acsmon.Query{Search: "operator"}) {
		if err != nil {
			log.Fatal(err)
		}
		user, err := client.Users.Create(ctx, acsmon.UserInput{
			Name: "Ann", Email: "ann@customer.example.com", Password: "correct horse",
			More: acsmon.Fields{"role_id": role.ID},
		})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("created", user.Email)
	}
	// Output:
	// created ann@customer.example.com
}

// Let a role grant one more permission.
func ExampleRoles_Update() {
	client, done := connect()
	defer done()
	ctx := context.Background()

	for role, err := range client.Roles.List(ctx, acsmon.Query{Search: "operator"}) {
		if err != nil {
			log.Fatal(err)
		}
		input := acsmon.RoleInput{Name: role.Name, Permissions: append(role.Permissions, "monitors.run_tools")}
		changed, err := client.Roles.Update(ctx, role.ID, input)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(changed.Name, "has", len(changed.Permissions)-len(role.Permissions), "permission more")
	}
	// Output:
	// operator has 1 permission more
}

// Upload a MIB.
func ExampleMIBs_Upload() {
	client, done := connect()
	defer done()

	mib, err := client.MIBs.Upload(context.Background(), acsmon.MIBUpload{
		FileName: "ACME-MIB.txt", Content: []byte("ACME-MIB DEFINITIONS ::= BEGIN\nEND\n"),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("uploaded", mib["name"])
	// Output:
	// uploaded ACME-MIB
}

// Make a dashboard with two widgets, and move both of them in one request. No public page names
// the keys of a widget and of its position: these are the sandbox's.
func ExampleDashboards_Place() {
	client, done := connect()
	defer done()
	ctx := context.Background()

	dashboard, err := client.Dashboards.Create(ctx, acsmon.Fields{"name": "Customer A"})
	if err != nil {
		log.Fatal(err)
	}
	widgets := client.Dashboards.Widgets(dashboard.ID)
	var positions []acsmon.Fields
	for i, title := range []string{"Open alerts", "Uptime"} {
		widget, err := widgets.Create(ctx, acsmon.Fields{"title": title, "type": "list"})
		if err != nil {
			log.Fatal(err)
		}
		position := acsmon.Fields{"x": 6 * i, "y": 0, "w": 6, "h": 4}
		positions = append(positions, acsmon.Fields{"id": widget.ID(), "position": position})
	}
	if _, err := client.Dashboards.Place(ctx, positions); err != nil {
		log.Fatal(err)
	}
	for widget, err := range widgets.List(ctx, acsmon.Query{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(widget["title"], "is at", widget["position"])
	}
	// Output:
	// Open alerts is at map[h:4 w:6 x:0 y:0]
	// Uptime is at map[h:4 w:6 x:6 y:0]
}
