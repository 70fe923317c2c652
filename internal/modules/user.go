// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// user declares acsmon_user. Its options cannot be named email and password, because those are
// options of the connection. No public page names the keys of the device groups: they are only
// here. The keys of the roles are learned: see users.
var user = resource{
	name: "acsmon_user",
	key:  "user",
	kind: converge.Kind{
		Name: "user",
		Fields: []converge.Field{
			{Name: "user_email", Send: "email", Form: converge.Email},
			{Name: "name"},
			{Name: "user_password", Send: "password", Form: converge.Password},
			{Name: "roles", Send: "role_ids", Form: converge.Links, Read: []string{"role_ids", "roles"}},
			{Name: "device_groups", Send: "device_group_ids", Form: converge.Links, Read: []string{
				"device_group_ids", "device_groups", "allowed_device_group_ids", "allowed_device_groups", "scoped_device_groups",
			}},
			{Name: "is_active"},
		},
		Required: []string{"user_email", "name", "user_password"},
		Identity: "user_email",
	},
	rules: ansible.Rules{RequiredOneOf: [][]string{{"id", "user_email"}}, NoLog: []string{"user_password"}},
	store: func(c *acsmon.Client) converge.Store { return newUsers(c) },
	links: map[string]link{"roles": roles, "device_groups": deviceGroups},
	named: true, guarded: true,
}

// role declares acsmon_role. The API can change a role, but neither create nor delete one.
var role = resource{
	name: "acsmon_role",
	key:  "role",
	kind: converge.Kind{
		Name:     "role",
		Fields:   []converge.Field{{Name: "name"}, {Name: "permissions", Form: converge.Slugs}},
		Required: []string{"name"},
		Given:    true,
	},
	rules: identity,
	store: roles.store,
	named: true, guarded: true,
}

var roles = link{"role", "", func(c *acsmon.Client) converge.Store { return c.Roles.Fields() }}
