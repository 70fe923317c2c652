// SPDX-License-Identifier: MIT

package acsmontest_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// The keys under which a user has roles are not public.
func TestAUserHasRolesUnderOneOfTheLikelyKeys(t *testing.T) {
	for name, test := range map[string]struct {
		given func(role int64) row
		shown string
		value func(role int64) any
	}{
		"role-id":  {func(id int64) row { return row{"role_id": id} }, "role", func(id int64) any { return row{"id": id, "name": "auditor"} }},
		"role":     {func(id int64) row { return row{"role": "auditor"} }, "role", func(id int64) any { return "auditor" }},
		"role-ids": {func(id int64) row { return row{"role_ids": []int64{id}} }, "roles", func(id int64) any { return []row{{"id": id, "name": "auditor"}} }},
		"roles":    {func(id int64) row { return row{"roles": []int64{id}} }, "roles", func(id int64) any { return []row{{"id": id, "name": "auditor"}} }},
		"slugs":    {func(id int64) row { return row{"roles": []string{"auditor"}} }, "roles", func(id int64) any { return []string{"auditor"} }},
		"names":    {func(id int64) row { return row{"roles": []string{"auditor"}} }, "roles", func(id int64) any { return []string{"auditor"} }},
	} {
		t.Run(name, func(t *testing.T) {
			s, admin := start(t, acsmontest.Options{Alternatives: acsmontest.Alternatives{Roles: name}})
			role := s.Add("roles", row{"name": "auditor", "permissions": []string{"devices.view"}})
			given := joined(test.given(role), row{"name": "Ann", "email": "ann@example.com", "password": "s3cret"})
			made := admin.do("POST", "/users", given).is(201).has(test.shown, test.value(role))
			if granted := s.Rows("users")[1]["role_ids"]; fmt.Sprint(granted) != fmt.Sprint([]int64{role}) {
				t.Errorf("the user has the roles %v", granted)
			}
			admin.do("PUT", path("/users/%v", made.at("id")), row{"name": "Anna"}).is(200).has(test.shown, test.value(role))
			login := newAPI(t, s).as("").do("POST", "/auth/login", row{"email": "ann@example.com", "password": "s3cret"}).is(200)
			me := admin.as(login.at("token").(string)).get("/auth/me")
			me.has("permissions", []string{"devices.view"}).has("roles.0.name", "auditor")
		})
	}
}

func joined(a, b row) row {
	for key, value := range b {
		a[key] = value
	}
	return a
}

func TestAnAddressHasOneUser(t *testing.T) {
	_, admin := start(t, acsmontest.Options{Alternatives: acsmontest.Alternatives{Put: "replace"}})
	ann := row{"name": "Ann", "email": "ann@example.com", "password": "s3cret"}
	made := admin.do("POST", "/users", ann).is(201)
	admin.do("POST", "/users", ann).is(422).has("errors.email.0", "The email has already been taken.")
	// A password is asked for at creation alone, and an update without one keeps it.
	admin.do("PUT", path("/users/%v", made.at("id")), row{"name": "Anna", "email": "ann@example.com"}).is(200)
	admin.as("").do("POST", "/auth/login", row{"email": "ann@example.com", "password": "s3cret"}).is(200)
	admin.do("POST", "/users", row{"name": "Bob", "email": "bob@example.com"}).is(422)
}

func TestAUserMayBeRestrictedToDeviceGroups(t *testing.T) {
	s, admin := start(t, acsmontest.Options{Alternatives: acsmontest.Alternatives{Scopes: "objects"}})
	group := s.Add("device-groups", row{"name": "Customer A"})
	user := row{"name": "Ann", "email": "ann@example.com", "password": "s3cret", "device_group_ids": []int64{group}}
	admin.do("POST", "/users", user).is(201).has("device_groups", []row{{"id": group, "name": "Customer A"}})
}

// Widgets move all in one request, and a widget that there is not refuses them all.
func TestWidgetsMoveInOneRequest(t *testing.T) {
	for _, key := range []string{"positions", "widgets"} {
		s, admin := start(t, acsmontest.Options{Alternatives: acsmontest.Alternatives{Positions: key, Widgets: "flat"}})
		dashboard := s.Add("dashboards", row{"name": "NOC"})
		one := s.Add("widgets", row{"dashboard_id": dashboard, "title": "a", "type": "alerts"})
		two := s.Add("widgets", row{"dashboard_id": dashboard, "title": "b", "type": "alerts"})
		admin.do("POST", "/widgets/positions", row{key: []row{{"id": one, "x": 3}, {"id": 99, "x": 1}}}).is(422)
		admin.do("POST", "/widgets/positions", row{"other": []row{}}).is(422)
		admin.do("POST", "/widgets/positions", row{key: []row{{"id": one, "x": 3, "y": 1}, {"id": two, "x": 6}}}).is(200)
		admin.get(path("/dashboards/%d/widgets", dashboard)).has("data.0.x", 3).has("data.0.y", 1).has("data.1.x", 6)
		admin.get(path("/dashboards/%d", dashboard)).has("widgets.1.title", "b")
		admin.do("DELETE", path("/dashboards/%d", dashboard), nil).is(204)
		if left := s.Rows("widgets"); len(left) > 0 {
			t.Errorf("there are still %v", left)
		}
	}
}

// A MIB is uploaded as a form, and shows a digest of its content, or none.
func TestAMIBIsUploadedAsAForm(t *testing.T) {
	const content = "ACME-MIB DEFINITIONS ::= BEGIN\nEND\n"
	for digest, want := range map[string][2]any{
		"sha256": {"sha256", fmt.Sprintf("%x", sha256.Sum256([]byte(content)))},
		"md5":    {"checksum", fmt.Sprintf("%x", md5.Sum([]byte(content)))},
		"none":   {"vendor", nil},
	} {
		for _, part := range []string{"file", "mib"} {
			s, admin := start(t, acsmontest.Options{Alternatives: acsmontest.Alternatives{Digest: digest, Upload: part}})
			if status, body := upload(t, s, "other", content, ""); status != 422 {
				t.Errorf("without its part: %d %s", status, body)
			}
			status, body := upload(t, s, part, content, "")
			if status != 201 {
				t.Fatalf("the status is %d, want 201: %s", status, body)
			}
			admin.get("/mibs").has("data.0.name", "ACME-MIB").has("data.0.file_name", "ACME-MIB.txt").has("data.0."+want[0].(string), want[1])
			if stored := s.Rows("mibs")[0]["content"]; stored != content {
				t.Errorf("%q was stored", stored)
			}
			if status, body := upload(t, s, part, content, "Named"); status != 201 || s.Rows("mibs")[1]["name"] != "Named" {
				t.Errorf("the status is %d, and %q is stored, want 201 and Named: %s", status, s.Rows("mibs")[1]["name"], body)
			}
			admin.do("POST", "/mibs", row{"name": "x"}).is(422)
			item := path("/mibs/%v", s.Rows("mibs")[0]["id"])
			admin.do("PUT", item, row{"name": "x"}).is(405)
			admin.do("DELETE", item, nil).is(204)
		}
	}
}

func upload(t *testing.T, s *acsmontest.Server, part, content, name string) (int, string) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile(part, "ACME-MIB.txt")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(file, content)
	if name != "" {
		form.WriteField("name", name)
	}
	form.Close()
	r, err := http.NewRequest("POST", s.URL+"/api/v1/mibs", &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Authorization", "Bearer "+s.Token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(answer)
}
