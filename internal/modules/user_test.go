// SPDX-License-Identifier: GPL-3.0-or-later

package modules_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// ann is a user with a role.
var ann = row{"user_email": "ann@example.com", "name": "Ann", "user_password": "s3cret words", "roles": []string{"Auditor"}, "device_groups": []string{"Core"}}

// TestRolesAreWrittenAsTheServerShowsThem writes the roles of a user under the key that the server shows,
// because the documentation of the API does not name it.
func TestRolesAreWrittenAsTheServerShowsThem(t *testing.T) {
	for _, form := range []string{"role-id", "role", "role-ids", "roles", "names", "slugs"} {
		for _, scopes := range []string{"ids", "objects"} {
			alt := acsmontest.Alternatives{Roles: form, Scopes: scopes}
			scenario(t, form+" "+scopes, acsmontest.Options{Alternatives: alt}, func(w *workbench) {
				w.addReferenced()
				made, _ := w.converges("acsmon_user", ann)
				w.has("users", id(made), row{"role_ids": []int64{821}, "device_group_ids": []int64{801}})
				w.converges("acsmon_user", row{"user_email": "ann@example.com", "roles": []string{"Night shift"}})
				w.has("users", id(made), row{"role_ids": []int64{822}, "device_group_ids": []int64{801}})
				w.converges("acsmon_user", row{"id": id(made), "roles": []string{}, "device_groups": []string{"801", "Edge"}})
				w.has("users", id(made), row{"role_ids": []int64{}, "device_group_ids": []int64{801, 802}})
				several := row{"user_email": "ann@example.com", "roles": []string{"Night shift", "821"}}
				if strings.HasPrefix(form, "role-id") && form != "role-ids" || form == "role" {
					const want = "roles lists 2 roles, and this server shows that a user has one: list one"
					bob := with(several, row{"user_email": "bob@example.com", "name": "Bob", "user_password": "x"})
					for _, given := range []row{several, bob} {
						for _, run := range []func(string, row) *result{w.check, w.run} {
							run("acsmon_user", given).fails(want)
							run("acsmon_config", row{"state": "merged", "users": []row{given}}).fails(want)
						}
					}
					return
				}
				w.converges("acsmon_user", several)
				w.has("users", id(made), row{"role_ids": []int64{822, 821}})
				several["user_email"], several["name"], several["user_password"] = "bob@example.com", "Bob", "x"
				w.converges("acsmon_user", several)
			})
		}
	}
}

// TestAPasswordIsSentOnce sends a password with a create or if the task asks for it, and never else: the
// user may have set another one.
func TestAPasswordIsSentOnce(t *testing.T) {
	for name, put := range map[string]string{"an update keeps what it does not name": "merge", "an update resets what it does not name": "replace"} {
		scenario(t, name, acsmontest.Options{Alternatives: acsmontest.Alternatives{Put: put}}, func(w *workbench) {
			w.addReferenced()
			made := id(w.run("acsmon_user", ann))
			w.Set("users", made, row{"password": "the user's own"})
			w.converges("acsmon_user", with(ann, row{"name": "Anna"}))
			w.converges("acsmon_user", row{"user_email": "ann@example.com", "name": "Anne"})
			w.has("users", made, row{"password": "the user's own", "name": "Anne"})
			always := with(ann, row{"update_password": "always", "name": "Anne"})
			for range 2 {
				r := w.run("acsmon_user", always)
				r.wantChanged().wantValues(row{"diff": row{"before": row{}, "after": row{"user_password": noLog}}}).hides("s3cret words")
			}
			w.has("users", made, row{"password": "s3cret words"})
			w.check("acsmon_user", row{"user_email": "new@example.com", "name": "New"}).fails("to create it, give user_password too")
		})
	}
	scenario(t, "the response to an update is lost", acsmontest.Options{}, func(w *workbench) {
		w.addReferenced()
		made := id(w.run("acsmon_user", ann))
		w.Inject(acsmontest.Fault{Method: "PUT", Times: 1, Do: acsmontest.After(acsmontest.Status(500))})
		w.run("acsmon_user", with(ann, row{"name": "Anna"})).wantChanged() // it sends no password, so nothing is uncertain
		w.has("users", made, row{"name": "Anna"})
	})
	scenario(t, "the response to a create is lost", acsmontest.Options{}, func(w *workbench) {
		w.addReferenced()
		w.Inject(acsmontest.Fault{Method: "POST", Path: "/users", Times: 1, Do: acsmontest.After(acsmontest.Reset())})
		w.run("acsmon_user", ann).warns("was found to be the one that it made")
		w.wantRows("users", 2)
	})
}

// TestRole changes a role. The API can neither create nor remove one.
func TestRole(t *testing.T) {
	for name, alt := range alternatives() {
		scenario(t, name, acsmontest.Options{Alternatives: alt}, func(w *workbench) {
			w.addReferenced()
			for _, step := range []struct{ given, want row }{
				{row{"permissions": []string{"monitors.view", "devices.view"}}, row{"permissions": []string{"monitors.view", "devices.view"}}},
				{row{"permissions": []string{"alerts.view", "devices.view"}, "purge_permissions": false}, row{"permissions": []string{"monitors.view", "alerts.view", "devices.view"}}},
				{row{"permissions": []string{}}, row{"permissions": []string{}}},
				{row{"new_name": "Reader"}, row{"name": "Reader"}},
			} {
				w.converges("acsmon_role", with(row{"name": "Auditor"}, step.given))
				w.has("roles", 821, step.want)
			}
			again := w.run("acsmon_role", row{"name": "Auditor", "new_name": "Reader"})
			again.wantUnchanged()
			for _, run := range []func(string, row) *result{w.check, w.run} {
				run("acsmon_role", row{"name": "Nobody"}).fails(`there is no role "Nobody", and the API cannot create one`)
				run("acsmon_role", row{"id": 4711}).fails("there is no role with id 4711")
				run("acsmon_config", row{"state": "deleted", "roles": []row{{"name": "Reader"}}}).fails("role 821 cannot be removed by the API")
			}
		})
	}
	scenario(t, "permissions are shown as objects", acsmontest.Options{}, func(w *workbench) {
		w.addReferenced()
		shown := `{"data":[{"id":821,"name":"Auditor","permissions":[{"id":1,"name":"See devices","slug":"devices.view"}]}]}`
		w.Inject(acsmontest.Fault{Method: "GET", Path: "/roles", Do: acsmontest.Answer(200, map[string][]string{"Content-Type": {"application/json"}}, shown)})
		given := row{"name": "Auditor", "permissions": []string{"devices.view"}}
		w.run("acsmon_role", given).costs("GET /roles").wantUnchanged()
		w.run("acsmon_role", with(given, row{"permissions": []string{"alerts.view"}, "purge_permissions": false}))
		w.has("roles", 821, row{"permissions": []string{"devices.view", "alerts.view"}})
	})
	scenario(t, "without the permission", acsmontest.Options{}, func(w *workbench) {
		w.addReferenced()
		given := row{"name": "Auditor", "permissions": []string{"alerts.view"}, "token": w.NewToken("devices.view")}
		w.run("acsmon_role", given).fails("403", "roles.manage")
	})
}

// TestOverriddenLeavesUsersAndRolesAlone changes who may log in, and what they may do, only if a list
// says so.
func TestOverriddenLeavesUsersAndRolesAlone(t *testing.T) {
	for _, state := range []string{"replaced", "overridden"} {
		scenario(t, state, acsmontest.Options{}, func(w *workbench) {
			w.addReferenced()
			made := id(w.run("acsmon_user", ann))
			w.run("acsmon_user", with(ann, row{"user_email": "bob@example.com"}))
			users, roles := w.Rows("users"), w.Rows("roles")
			given := row{"state": state, "scope": row{"all": true}, "max_deletions": 100,
				"users": []row{{"user_email": "ann@example.com"}}, "roles": []row{{"name": "Auditor"}}}
			if state == "replaced" {
				delete(given, "scope")
			}
			w.config(given).wantUnchanged()
			given["users"] = []row{{"user_email": "ann@example.com", "roles": []string{"Night shift"}}}
			w.become("acsmon_config", given).wantDid("update users ann@example.com")
			w.has("users", made, row{"role_ids": []int64{822}, "device_group_ids": []int64{801}})
			w.become("acsmon_config", row{"state": "deleted", "users": []row{{"user_email": "ann@example.com"}}}).wantDid("delete users ann@example.com")
			if left := len(w.Rows("users")); left != len(users)-1 || !reflect.DeepEqual(w.Rows("roles"), roles) {
				w.t.Errorf("there are %d users, want %d, and the roles are\n%v\nwant\n%v", left, len(users)-1, w.Rows("roles"), roles)
			}
		})
	}
}

// TestGatheredLeavesOutWhatTheTokenMayNotRead gathers the rest, with a warning.
func TestGatheredLeavesOutWhatTheTokenMayNotRead(t *testing.T) {
	scenario(t, "a token without users and roles", acsmontest.Options{Monitors: 2}, func(w *workbench) {
		rest := slices.DeleteFunc(w.Server.Permissions(), func(slug string) bool { return strings.HasPrefix(slug, "users.") || slug == "roles.manage" })
		given := row{"state": "gathered", "token": w.NewToken(rest...)}
		r := w.config(given).warns("users are left out: GET /users answered 403").warns("users.view").warns("roles are left out")
		gathered := at[row](r, "gathered")
		if monitors := rowsAt(r, "gathered", "monitors"); gathered["users"] != nil || gathered["roles"] != nil || len(monitors) != 2 {
			w.t.Errorf("gathered is %v, want two monitors, no users and no roles", gathered)
		}
		w.config(with(given, row{"sections": []string{"users"}})).fails("403", "users.view")
	})
}

// The roles are read for their names only, when a task gives ids and the server takes ids.
func TestAUserWithTheIDsOfRoles(t *testing.T) {
	scenario(t, "", acsmontest.Options{Alternatives: acsmontest.Alternatives{Roles: "role-ids"}}, func(w *workbench) {
		role := w.Add("roles", row{"name": "Auditor"})
		w.run("acsmon_user", row{"user_email": "a@example.com", "name": "A", "user_password": "long enough 1", "roles": []any{role}})
		for _, request := range w.Requests() {
			if request.Path == "/roles" {
				w.t.Errorf("%s %s was sent", request.Method, request.Path)
			}
		}
	})
}

// The case of an e-mail address makes no difference: who leaves is found and removed however the
// address is written, and there is never a second account of it.
func TestAnEmailIsFoundInAnyCase(t *testing.T) {
	for _, emails := range []string{"kept", "lower"} {
		scenario(t, emails, acsmontest.Options{Alternatives: acsmontest.Alternatives{Emails: emails}}, func(w *workbench) {
			w.addReferenced()
			asked := with(ann, row{"user_email": "Ann@Example.com"})
			made := w.run("acsmon_user", asked)
			w.run("acsmon_user", asked).wantUnchanged()
			stored := w.Row("users", id(made))["email"]
			w.converges("acsmon_user", row{"user_email": "ann@example.COM", "name": "Anna"})
			w.has("users", id(made), row{"email": stored, "name": "Anna"})
			w.run("acsmon_config", row{"users": []row{{"user_email": "ANN@example.com", "name": "Anne"}}})
			w.has("users", id(made), row{"email": stored, "name": "Anne"})
			w.converges("acsmon_user", row{"user_email": "ANN@EXAMPLE.COM", "state": "absent"})
			w.wantRows("users", 1)
		})
	}
	scenario(t, "two that differ in case", acsmontest.Options{}, func(w *workbench) {
		w.addReferenced()
		w.Add("users", row{"email": "ann@example.com", "name": "lower"})
		w.Add("users", row{"email": "Ann@example.com", "name": "upper"})
		for _, email := range []string{"ann@example.com", "Ann@example.com"} {
			if got := at[string](w.run("acsmon_user", row{"user_email": email}), "user", "email"); got != email {
				w.t.Errorf("%s means the user %s, want the one with just that address", email, got)
			}
		}
		w.run("acsmon_user", row{"user_email": "ANN@example.com", "state": "absent"}).fails(`the name "ANN@example.com" means more than one user`)
	})
}
