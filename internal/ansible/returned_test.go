// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// What a server shows in another type has the documented one in the answer; what cannot have it
// stays as it is.
func TestAnswersHaveTheDocumentedTypes(t *testing.T) {
	documented := map[string]*Return{
		"on": {Type: "bool"}, "count": {Type: "int"}, "share": {Type: "float"}, "name": {Type: "str"}, "any": {Type: "raw"},
		"config": {Type: "dict"}, "part": {Type: "dict", Contains: map[string]*Return{"on": {Type: "bool"}}},
		"parts": {Type: "list", Elements: "dict", Contains: map[string]*Return{"count": {Type: "int"}}},
		"ids":   {Type: "list", Elements: "int"},
	}
	tests := []struct{ shown, want string }{
		{`{"on": 1}`, `{"on": true}`},
		{`{"on": 0}`, `{"on": false}`},
		{`{"on": "0"}`, `{"on": false}`},
		{`{"on": "1"}`, `{"on": true}`},
		{`{"on": true}`, `{"on": true}`},
		{`{"on": null}`, `{"on": null}`},
		{`{"on": 2}`, `{"on": 2}`},
		{`{"on": "perhaps"}`, `{"on": "perhaps"}`},
		{`{"count": "80"}`, `{"count": 80}`},
		{`{"count": "-7"}`, `{"count": -7}`},
		{`{"count": 80}`, `{"count": 80}`},
		{`{"count": "many"}`, `{"count": "many"}`},
		{`{"count": "$ANSIBLE_VAULT;1"}`, `{"count": "$ANSIBLE_VAULT;1"}`},
		{`{"share": "99.50"}`, `{"share": 99.5}`},
		{`{"share": "inf"}`, `{"share": "inf"}`},
		{`{"share": "0x1p-2"}`, `{"share": "0x1p-2"}`},
		{`{"name": 7}`, `{"name": "7"}`},
		{`{"name": 90.5}`, `{"name": "90.5"}`},
		{`{"name": [1]}`, `{"name": [1]}`},
		{`{"any": "1"}`, `{"any": "1"}`},
		{`{"config": []}`, `{"config": {}}`},
		{`{"config": [1]}`, `{"config": [1]}`},
		{`{"part": {"on": "1"}}`, `{"part": {"on": true}}`},
		{`{"parts": [{"count": "1"}, {"count": 2}, null]}`, `{"parts": [{"count": 1}, {"count": 2}, null]}`},
		{`{"parts": []}`, `{"parts": []}`},
		{`{"ids": ["1", 2]}`, `{"ids": [1, 2]}`},
		{`{"other": "1"}`, `{"other": "1"}`},
	}
	for _, test := range tests {
		object, want := decoded(t, test.shown), decoded(t, test.want)
		setTypes(object, documented)
		if diff := cmp.Diff(want, object); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.shown, diff)
		}
	}
}

func decoded(t *testing.T, text string) map[string]any {
	t.Helper()
	value, err := decodeJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return value.(map[string]any)
}

// A number that is a secret is hidden, whatever the server showed it as.
func TestTypedSecretsAreHidden(t *testing.T) {
	spec := &Spec{Return: map[string]*Return{"count": {Type: "int"}}}
	task := &Task{Arguments: &Arguments{}, Secrets: &untrusted.Secrets{}}
	task.Secrets.Add("8080808080")
	var out strings.Builder
	writeResult(&out, spec, task, Result{"count": "8080808080"})
	var got map[string]any
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil || got["count"] != untrusted.Mask {
		t.Errorf("the result is %s, want a masked count: %v", out.String(), err)
	}
}
