// SPDX-License-Identifier: GPL-3.0-or-later

package rows_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

func parse(t *testing.T, text string) []acsmon.Fields {
	t.Helper()
	var list []acsmon.Fields
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

const fleet = `[
	{"id": 1, "name": "a", "is_active": 1, "port": "80", "device_group": {"id": 7, "name": "Core"}, "tags": ["web", "pci"]},
	{"id": 2, "name": "b", "is_active": false, "port": 25, "device_group": null, "tags": []},
	{"id": 3, "name": "1", "is_active": "0", "location": "Bern", "tags": [{"id": 9, "name": "web"}]}]`

func TestFilters(t *testing.T) {
	for name, test := range map[string]struct {
		filters map[string]any
		want    []int64
	}{
		"a text":                          {map[string]any{"name": "b"}, []int64{2}},
		"a number that is shown as text":  {map[string]any{"port": 80}, []int64{1}},
		"a text that is shown as number":  {map[string]any{"port": " 25 "}, []int64{2}},
		"a boolean in every form":         {map[string]any{"is_active": false}, []int64{2, 3}},
		"a word for a boolean":            {map[string]any{"is_active": "yes"}, []int64{1}},
		"one of several":                  {map[string]any{"name": []any{"a", "1"}}, []int64{1, 3}},
		"values that are none":            {map[string]any{"name": []any{"a", ""}}, []int64{1}},
		"a name that looks like a truth":  {map[string]any{"name": "true"}, nil},
		"an object by its name":           {map[string]any{"device_group": "Core"}, []int64{1}},
		"an object by its id":             {map[string]any{"device_group": 7}, []int64{1}},
		"an object by the name of its id": {map[string]any{"device_group_id": 7}, []int64{1}},
		"a path":                          {map[string]any{"device_group.name": "Core"}, []int64{1}},
		"a list":                          {map[string]any{"tags": "web"}, []int64{1, 3}},
		"what only some rows show":        {map[string]any{"location": "Bern"}, []int64{3}},
	} {
		t.Run(name, func(t *testing.T) {
			conditions, err := rows.Filters(test.filters)
			if err != nil {
				t.Fatal(err)
			}
			found, err := rows.Selection{Kind: "device", Conditions: conditions}.Choose(parse(t, fleet))
			if err != nil {
				t.Fatal(err)
			}
			var got []int64
			for _, row := range found {
				got = append(got, row.ID())
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%v selects %v, want %v", test.filters, got, test.want)
			}
		})
	}
}

// TestFiltersThatNothingShows: what no row can show to hold is an error with the
// near miss, unless there are no rows, or a null stands where the field would be.
func TestFiltersThatNothingShows(t *testing.T) {
	for _, test := range []struct{ name, field, list, says string }{
		{"an unknown field", "vendor", fleet, "the filter vendor cannot be applied: the server shows no such field in its lists"},
		{"a misspelt field", "nmae", fleet, "the filter nmae cannot be applied: the server shows no such field in its lists (did you mean name?)"},
		{"a misspelt link", "devicegroup", fleet, "the filter devicegroup cannot be applied: the server shows no such field in its lists (did you mean device_group?)"},
		{"a misspelt path", "device_group.nmae", fleet, "the filter device_group.nmae cannot be applied: the server shows no such field in its lists (did you mean device_group.name?)"},
		{"a path into a text", "name.first", fleet, "the filter name.first cannot be applied: the server shows no such field in its lists"},
		{"no rows", "vendor", `[]`, ""},
		{"nulls alone", "device_group.name", `[{"id": 1, "device_group": null}]`, ""},
		{"PHP's empty object", "config.method", `[{"id": 1, "config": []}]`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			conditions, err := rows.Filters(map[string]any{test.field: "x"})
			if err != nil {
				t.Fatal(err)
			}
			found, err := rows.Selection{Kind: "device", Conditions: conditions}.Choose(parse(t, test.list))
			if len(found) > 0 {
				t.Errorf("%v was selected", found)
			}
			var unshown *rows.UnshownError
			ok := errors.As(err, &unshown)
			switch {
			case test.says == "" && err != nil:
				t.Errorf("it fails: %v", err)
			case test.says != "" && (!ok || unshown.Error() != test.says):
				t.Errorf("it says %q, want %q", err, test.says)
			}
		})
	}
}

func TestFiltersWithoutValues(t *testing.T) {
	for _, value := range []any{nil, "", []any{}, []any{nil, ""}, map[string]any{"a": 1}} {
		if _, err := rows.Filters(map[string]any{"status": value}); err == nil {
			t.Errorf("%#v is taken for a value", value)
		}
	}
}

// A field that no row shows is told from one of which the rows say nothing.
func TestShows(t *testing.T) {
	list := []acsmon.Fields{
		{"name": "a", "group": nil, "tags": []any{}, "monitors": []any{map[string]any{"type": "ssh"}}},
		{"name": "b", "group": nil, "tags": []any{}, "monitors": []any{}, "site": map[string]any{"name": "Oslo"}},
	}
	for path, want := range map[string]bool{
		"name": true, "nmae": false, "group.name": true, "tags.name": true, "monitors.type": true, "monitors.tpye": false,
		"site": true, "site.name": true, "site.nmae": false, "name.first": false,
	} {
		if got := rows.Shows(list, path); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	if !rows.Shows(nil, "anything") {
		t.Error("no rows cannot tell that a field does not exist")
	}
	if got, want := rows.FieldsOf(list), []string{"group", "monitors", "name", "site", "site.name", "tags"}; !slices.Equal(got, want) {
		t.Errorf("the fields are %v, want %v", got, want)
	}
}
