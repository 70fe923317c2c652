// SPDX-License-Identifier: MIT

package acsmontest

import (
	"maps"
	"net/http"
	"strings"
)

// userInput takes the roles of a user from where the alternative puts them, and the e-mail address
// as it is stored.
func userInput(c *call, input row) row {
	input = maps.Clone(input)
	if email, isText := input["email"].(string); isText && c.s.alt.Emails == "lower" {
		input["email"] = strings.ToLower(email)
	}
	key := map[string]string{"role-id": "role_id", "role": "role", "role-ids": "role_ids"}[c.s.alt.Roles]
	given, isGiven := input[choose(key == "", "roles", key)]
	delete(input, "role_ids")
	if !isGiven {
		return input
	}
	list, isList := given.([]any)
	if c.s.alt.Roles == "role-id" || c.s.alt.Roles == "role" {
		list, isList = []any{given}, true
	}
	if given == nil {
		list = []any{}
	}
	if !isList {
		input["role_ids"] = given // the rules refuse this
		return input
	}
	switch c.s.alt.Roles {
	case "role", "names", "slugs":
		list = convert(list, c.s.roleOf)
	}
	input["role_ids"] = list
	return input
}

// roleOf returns the id of the role that users show by that name. If there is none, the name stays
// as it is.
func (s *Server) roleOf(name any) any {
	t := s.tables["roles"]
	for _, id := range t.ids {
		if s.roleName(t.row(id)["name"]) == name {
			return int(id)
		}
	}
	return name
}

// roleName is how users show a role of that name.
func (s *Server) roleName(name any) any {
	text, isText := name.(string)
	if !isText || s.alt.Roles != "slugs" {
		return name
	}
	return strings.ReplaceAll(strings.ToLower(text), " ", "-")
}

// roleShown is what a role shows beside its name.
func roleShown(s *Server, role row) object {
	if s.alt.Roles != "slugs" {
		return nil
	}
	return object{{"slug", s.roleName(role["name"])}}
}

// userRules require that each e-mail address has one user, as in a plain Laravel application.
func userRules(c *call, columns row) []fault422 {
	t := c.s.tables["users"]
	for _, id := range t.ids {
		if email := columns["email"]; email != nil && id != c.path["id"] && t.row(id)["email"] == email {
			return []fault422{{"email", "The email has already been taken."}}
		}
	}
	return nil
}

// userShown is how a user shows the roles and the device groups to which the user is restricted.
func userShown(s *Server, user row) object {
	roles, groups := s.named("roles", user["role_ids"]), s.named("device-groups", user["device_group_ids"])
	var shown object
	switch s.alt.Roles {
	case "role-id":
		var role any
		if len(roles) > 0 {
			role = roles[0]
		}
		shown = object{{"role", role}}
	case "role":
		var name any
		if len(roles) > 0 {
			name = roles[0][1].value
		}
		shown = object{{"role", name}}
	case "names", "slugs":
		shown = object{{"roles", convert(roles, func(o object) any { return s.roleName(o[1].value) })}}
	default:
		shown = object{{"roles", roles}}
	}
	if s.alt.Scopes == "objects" {
		return append(shown, member{"device_groups", groups})
	}
	return append(shown, member{"device_group_ids", convert(groups, func(o object) any { return o[0].value })})
}

// named are the rows of these ids, each with its id and its name.
func (s *Server) named(kind string, of any) []object {
	all, shown := s.tables[kind], []object{}
	list, _ := of.([]int64)
	for _, id := range list {
		if r := all.row(id); r != nil {
			shown = append(shown, object{{"id", id}, {"name", r["name"]}})
		}
	}
	return shown
}

// permissions are the slugs of all roles of a user.
func (s *Server) permissions(user row) []string {
	slugs := []string{}
	list, _ := user["role_ids"].([]int64)
	for _, id := range list {
		granted, _ := s.tables["roles"].row(id)["permissions"].([]string)
		slugs = append(slugs, granted...)
	}
	return slugs
}

func (c *call) me() *response {
	return c.single(http.StatusOK, object{
		{"id", c.user["id"]}, {"name", c.user["name"]}, {"email", c.user["email"]},
		{"roles", c.s.named("roles", c.user["role_ids"])}, {"permissions", c.s.permissions(c.user)},
	})
}
