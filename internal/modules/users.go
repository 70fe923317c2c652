// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// users are the accounts, each with a list of roles, which have an id, a name, or both. The API's
// documentation does not say under which key a user has roles, or whether there can be several.
// This is learned from the rows, and writes follow it. There is at least one row, that of the
// token's user.
type users struct {
	mapped
	roles   acsmon.Collection[acsmon.Fields]
	learned *roleForm
	byName  map[string]any // the ids of the roles, once they are needed
}

// roleForm is how a server shows and takes the roles of a user.
type roleForm string

const (
	oneRole     roleForm = "role_id"          // {"role_id": 3} or {"role": {"id": 3}}
	oneRoleName roleForm = "role"             // {"role": "operator"}
	roleIDs     roleForm = "role_ids"         // {"role_ids": [3]}
	roleList    roleForm = "roles"            // {"roles": [3]}
	roleNames   roleForm = "names in roles"   // {"roles": ["operator"]}
	roleObjects roleForm = "objects in roles" // {"roles": [{"id": 3}]}, or {"roles": []}
	rolesHidden roleForm = "hidden"
)

func newUsers(c *acsmon.Client) users {
	u := users{mapped{Collection: c.Users.Fields()}, c.Roles.Fields(), new(roleForm), map[string]any{}}
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
			id, err := u.idOf(ctx, name)
			if err != nil {
				return nil, err
			}
			shown[i] = map[string]any{"id": id, "name": name}
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
func (u users) write(ctx context.Context, fields acsmon.Fields, send func(context.Context, acsmon.Fields) (acsmon.Fields, error)) (acsmon.Fields, error) {
	if err := u.check(ctx, fields); err != nil {
		return nil, err
	}
	sent, other, err := u.asTaken(ctx, fields)
	if err != nil {
		return nil, err
	}
	row, err := send(ctx, sent)
	if other && refusesRoles(err) {
		names, unknown := u.namesOf(ctx, fields["role_ids"].([]any))
		if unknown != nil {
			return nil, unknown
		}
		delete(sent, "role_ids")
		sent["roles"] = names
		row, err = send(ctx, sent)
	}
	if err != nil || row.ID() == 0 {
		return row, err
	}
	return u.withRoles(ctx, row)
}

// refusesRoles reports whether nothing was written because of the form of the roles.
func refusesRoles(err error) bool {
	for key := range acsmon.InvalidFields(err) {
		if strings.HasPrefix(key, "roles") || strings.HasPrefix(key, "role_ids") {
			return true
		}
	}
	return false
}

// asTaken returns what to send, and whether to send the names of the roles if that is refused
// because of them.
func (u users) asTaken(ctx context.Context, fields acsmon.Fields) (sent acsmon.Fields, other bool, err error) {
	ids, given := fields["role_ids"].([]any)
	if !given {
		return fields, false, nil
	}
	if err := u.learn(ctx); err != nil {
		return nil, false, err
	}
	sent = maps.Clone(fields)
	delete(sent, "role_ids")
	switch *u.learned {
	case oneRole, oneRoleName:
		one, err := u.only(ctx, ids)
		sent[string(*u.learned)] = one
		return sent, false, err
	case roleIDs:
		sent["role_ids"] = ids
		return sent, false, nil
	case roleList:
		sent["roles"] = ids
		return sent, false, nil
	case roleNames:
		names, err := u.namesOf(ctx, ids)
		sent["roles"] = names
		return sent, false, err
	}
	sent["role_ids"], sent["roles"] = ids, ids
	return sent, true, nil
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

// only returns the one role, by its id or its name, of a user that can have only one.
func (u users) only(ctx context.Context, ids []any) (any, error) {
	switch {
	case len(ids) == 0:
		return nil, nil
	case *u.learned == oneRole:
		return ids[0], nil
	}
	names, err := u.namesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	return names[0], nil
}

// idOf returns the id of a role; nil if there is none of that name.
func (u users) idOf(ctx context.Context, name string) (any, error) {
	if err := u.fetchRoles(ctx); err != nil {
		return nil, err
	}
	return u.byName[name], nil
}

// namesOf returns the names of roles.
func (u users) namesOf(ctx context.Context, ids []any) ([]any, error) {
	if err := u.fetchRoles(ctx); err != nil {
		return nil, err
	}
	names := make([]any, len(ids))
	for i, id := range ids {
		for name, other := range u.byName {
			if fmt.Sprint(other) == fmt.Sprint(id) {
				names[i] = name
			}
		}
		if names[i] == nil {
			return nil, &converge.NotFoundError{Kind: "role", Name: fmt.Sprint(id)}
		}
	}
	return names, nil
}

// fetchRoles fetches the roles, once.
func (u users) fetchRoles(ctx context.Context) error {
	if len(u.byName) > 0 {
		return nil
	}
	for row, err := range u.roles.List(ctx, acsmon.Query{}) {
		if err != nil {
			return err
		}
		u.byName[fmt.Sprint(row["name"])] = row["id"]
	}
	return nil
}
