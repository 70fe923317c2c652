// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"maps"
)

// Users are the accounts of the server.
type Users struct{ Collection[User] }

// UserInput is what a user is created or updated with: the fields that the API's public pages
// name. A field that is zero is left out, and not sent.
type UserInput struct {
	Name     string
	Email    string
	Password Secret
	// More holds what has no field here: keys that no public page names, such as those of the
	// roles and of the device groups that the user may see, and values that are zero or null.
	// Where both have a key, More has its way.
	More Fields
}

// fields returns what is sent.
func (i UserInput) fields() Fields {
	f := Fields{}
	put(f, "name", i.Name)
	put(f, "email", i.Email)
	put(f, "password", i.Password.Reveal())
	maps.Copy(f, i.More)
	return f
}

// Create makes a user: see [Collection.Create].
func (u Users) Create(ctx context.Context, input UserInput) (User, error) {
	return u.Collection.Create(ctx, input.fields())
}

// Update changes a user. [Collection.Update] says what happens to a field that is left out.
func (u Users) Update(ctx context.Context, id int64, input UserInput) (User, error) {
	return u.Collection.Update(ctx, id, input.fields())
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
type Roles struct{ Collection[Role] }

// RoleInput is what a role is updated with. A field that is zero is not sent.
type RoleInput struct {
	Name string
	// Permissions are all permissions that the role will grant, by their slugs. An empty list
	// removes all of them; nil leaves them alone.
	Permissions []string
	// More holds what has no field here. It overrides a field of the same key.
	More Fields
}

// Update changes a role. [Collection.Update] says what happens to a field that is left out.
func (o Roles) Update(ctx context.Context, id int64, input RoleInput) (Role, error) {
	f := Fields{}
	put(f, "name", input.Name)
	if input.Permissions != nil {
		f["permissions"] = input.Permissions
	}
	maps.Copy(f, input.More)
	return o.Collection.Update(ctx, id, f)
}
