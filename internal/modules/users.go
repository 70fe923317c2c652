// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// users are the accounts, each with a list of roles, which have an id, a name, or both. The API's
// documentation does not say under which key a user has roles, or whether there can be several.
// This is learned from the rows, and writes follow it. There is at least one row, that of the
// token's user.
type users struct {
	mapped
	roles   acsmon.Collection[acsmon.Fields]
	learned *roleForm
	words   *[]string        // the keys of a role that may have the text by which users show it
	known   *[]acsmon.Fields // the roles, once they are needed
}

// roleForm is how a server shows and takes the roles of a user.
type roleForm string

const (
	oneRole     roleForm = "role_id"          // {"role_id": 3} or {"role": {"id": 3}}
	oneRoleName roleForm = "role"             // {"role": "operator"}, its name or its slug
	roleIDs     roleForm = "role_ids"         // {"role_ids": [3]}
	roleList    roleForm = "roles"            // {"roles": [3]}
	roleNames   roleForm = "names in roles"   // {"roles": ["operator"]}
	roleObjects roleForm = "objects in roles" // {"roles": [{"id": 3}]}, or {"roles": []}
	rolesHidden roleForm = "hidden"
)

func newUsers(c *acsmon.Client) users {
	u := users{mapped{Collection: c.Users.Fields()}, c.Roles.Fields(), new(roleForm), &[]string{"name", "slug", "key"}, new([]acsmon.Fields)}
	u.row = u.withRoles
	return u
}

func (u users) Create(ctx context.Context, fields acsmon.Fields) (acsmon.Fields, error) {
	return u.write(ctx, fields, u.Collection.Create)
}

func (u users) Update(ctx context.Context, id int64, fields acsmon.Fields) (acsmon.Fields, error) {
	return u.write(ctx, fields, func(ctx context.Context, fields acsmon.Fields) (acsmon.Fields, error) {
		return u.Collection.Update(ctx, id, fields)
	})
}

// withRoles returns a row in which the roles are objects in a list.
func (u users) withRoles(ctx context.Context, row acsmon.Fields) (acsmon.Fields, error) {
	form, shown := rolesIn(row)
	if *u.learned == "" || len(shown) > 0 { // an empty list may be one of anything
		*u.learned = form
	}
	if form == rolesHidden {
		return row, nil
	}
	row = maps.Clone(row)
	for _, key := range []string{"role", "role_id", "role_ids"} {
		delete(row, key)
	}
	for i, role := range shown {
		if name, isName := role.(string); isName && (form == roleNames || form == oneRoleName) {
			named, err := u.called(ctx, name)
			if err != nil {
				return nil, err
			}
			shown[i] = named
		} else if _, isObject := role.(map[string]any); !isObject {
			shown[i] = map[string]any{"id": role}
		}
	}
	row["roles"] = shown
	return row, nil
}

// rolesIn returns the roles of a row, and how they are shown.
func rolesIn(row acsmon.Fields) (roleForm, []any) {
	one := func(form roleForm, role any) (roleForm, []any) {
		if role == nil {
			return form, []any{}
		}
		return form, []any{role}
	}
	role, hasRole := row["role"]
	if _, isName := role.(string); isName {
		return one(oneRoleName, role)
	}
	id, hasID := row["role_id"]
	switch {
	case role != nil:
		return one(oneRole, role)
	case hasRole || hasID:
		return one(oneRole, id)
	}
	if list, ok := row["role_ids"].([]any); ok {
		return roleIDs, slices.Clone(list)
	}
	list, ok := row["roles"].([]any)
	switch {
	case !ok:
		return rolesHidden, nil
	case len(list) == 0:
		return roleObjects, []any{}
	}
	switch first := list[0].(type) {
	case map[string]any:
		return roleObjects, slices.Clone(list)
	case string:
		if _, isID := converge.ParseID(first); !isID {
			return roleNames, slices.Clone(list)
		}
	}
	return roleList, slices.Clone(list)
}

// write sends fields, with the roles as the server takes them.
func (u users) write(ctx context.Context, fields acsmon.Fields, send func(context.Context, acsmon.Fields) (acsmon.Fields, error)) (row acsmon.Fields, err error) {
	if err := u.check(ctx, fields); err != nil {
		return nil, err
	}
	for form, fault := range u.forms(ctx, fields) {
		if fault != nil {
			return nil, fault
		}
		if row, err = send(ctx, form); !refusesRoles(err) {
			break
		}
	}
	if err != nil || row.ID() == 0 {
		return row, err
	}
	return u.withRoles(ctx, row)
}

// refusesRoles reports whether nothing was written because of the form of the roles.
func refusesRoles(err error) bool {
	for key := range acsmon.InvalidFields(err) {
		if strings.HasPrefix(key, "role") {
			return true
		}
	}
	return false
}

// forms yields what to send, and what next if that is refused because of the roles.
func (u users) forms(ctx context.Context, fields acsmon.Fields) iter.Seq2[acsmon.Fields, error] {
	return func(yield func(acsmon.Fields, error) bool) {
		ids, given := fields["role_ids"].([]any)
		if !given {
			yield(fields, nil)
			return
		}
		if err := u.learn(ctx); err != nil {
			yield(nil, err)
			return
		}
		rest := maps.Clone(fields)
		delete(rest, "role_ids")
		switch form := *u.learned; form {
		case oneRole, oneRoleName:
			one := func(ids []any) any { return append(slices.Clone(ids), nil)[0] }
			if form == oneRole {
				yield(with(rest, "role_id", one(ids)), nil)
				return
			}
			u.named(ctx, ids, func(names []any, err error) bool { return yield(with(rest, "role", one(names)), err) })
		case roleIDs:
			yield(with(rest, "role_ids", ids), nil)
		case roleList:
			yield(with(rest, "roles", ids), nil)
		default:
			byName := func(names []any, err error) bool { return yield(with(rest, "roles", names), err) }
			if form == roleNames || yield(with(with(rest, "role_ids", ids), "roles", ids), nil) {
				u.named(ctx, ids, byName)
			}
		}
	}
}

// learn fetches a row if none has been read yet.
func (u users) learn(ctx context.Context) error {
	if *u.learned != "" {
		return nil
	}
	for _, err := range u.List(ctx, acsmon.Query{PerPage: 1}) {
		return err
	}
	return nil
}

// check refuses several roles if a user can have only one.
func (u users) check(ctx context.Context, fields acsmon.Fields) error {
	ids, _ := fields["role_ids"].([]any)
	if len(ids) < 2 {
		return nil
	}
	if err := u.learn(ctx); err != nil {
		return err
	}
	if *u.learned == oneRole || *u.learned == oneRoleName {
		return fmt.Errorf("roles lists %d roles, and this server shows that a user has one: list one", len(ids))
	}
	return nil
}

// called returns the role that users show by a text, which has no id if there is none. It learns
// which of the texts of a role that may be.
func (u users) called(ctx context.Context, text string) (map[string]any, error) {
	if err := u.fetchRoles(ctx); err != nil {
		return nil, err
	}
	for _, key := range *u.words {
		for _, role := range *u.known {
			if rows.Text(role[key]) == text {
				*u.words = slices.DeleteFunc(*u.words, func(key string) bool { return rows.Text(role[key]) != text })
				return map[string]any{"id": role["id"], "name": role["name"]}, nil
			}
		}
	}
	return map[string]any{"id": nil, "name": text}, nil
}

// named yields the texts by which users may show the roles of these ids.
func (u users) named(ctx context.Context, ids []any, yield func([]any, error) bool) {
	if err := u.fetchRoles(ctx); err != nil {
		yield(nil, err)
		return
	}
	missing := ""
	for _, key := range *u.words {
		names := []any{}
		for _, id := range ids {
			at := slices.IndexFunc(*u.known, func(role acsmon.Fields) bool { return rows.Text(role["id"]) == rows.Text(id) })
			if at < 0 || (*u.known)[at][key] == nil {
				missing = rows.Text(id)
				break
			}
			names = append(names, (*u.known)[at][key])
		}
		if len(names) < len(ids) {
			continue
		}
		if missing = ""; !yield(names, nil) {
			return
		}
	}
	if missing != "" {
		yield(nil, &converge.NotFoundError{Kind: "role", Name: missing})
	}
}

// fetchRoles fetches the roles, once.
func (u users) fetchRoles(ctx context.Context) error {
	if len(*u.known) > 0 {
		return nil
	}
	var err error
	*u.known, err = acsmon.Collect(u.roles.List(ctx, acsmon.Query{}))
	return err
}
