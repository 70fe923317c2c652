// SPDX-License-Identifier: MIT

package acsmon

// Users are the accounts of the server.
type Users struct {
	TypedCollection[User, UserInput]
}

// Role is a set of permissions that users can have.
type Role struct {
	Object
	ID          int64
	Name        string
	Permissions []string // their slugs, sorted
}

func (o *Role) from(r *row) {
	*o = Role{Object{r.fields}, r.whole("id"), r.text("name"), labels(r.fields["permissions"], "slug", "name")}
}

// Roles are the roles of the server. The API can change a role, but it has no routes to create or
// delete one: Create and Delete end in a 405.
type Roles struct {
	TypedCollection[Role, RoleInput]
}
