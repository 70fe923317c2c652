// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"encoding/json"
	"strings"
	"testing"
)

func encoded(value any) string {
	e := &encoder{}
	e.value(value, 0)
	return string(e.out)
}

func TestEncoder(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"data stays as it is", `{"b":[1,2.5,true,null,"x"],"a":{}}`, `{"a":{},"b":[1,2.5,true,null,"x"]}`},
		{"an expression", `"{{ lookup('pipe', 'id') }}"`, `{"__ansible_unsafe":"{{ lookup('pipe', 'id') }}"}`},
		{"a statement", `"x{% set y = 1 %}"`, `{"__ansible_unsafe":"x{% set y = 1 %}"}`},
		{"other markers", `"#jinja2: variable_start_string:'['\n[x]"`, `{"__ansible_unsafe":"#jinja2: variable_start_string:'['\n[x]"}`},
		{"half an expression", `["{", "{ x }}", "% x %}", "#jin", "#"]`,
			`[{"__ansible_unsafe":"{"},{"__ansible_unsafe":"{ x }}"},{"__ansible_unsafe":"% x %}"},{"__ansible_unsafe":"#jin"},{"__ansible_unsafe":"#"}]`},
		{"what only looks like it", `["#3b82f6", "100%", "a}}", "#1"]`, `["#3b82f6","100%","a}}","#1"]`},
		{"nested", `{"a":[{"b":"{{ x }}"}]}`, `{"a":[{"b":{"__ansible_unsafe":"{{ x }}"}}]}`},
		{"marks of Ansible's own", `{"__ansible_type":1,"a":{"__ansible_unsafe":"{{ x }}","__ansible_vault":"y"}}`,
			`{"___ansible_type":1,"a":{"___ansible_unsafe":{"__ansible_unsafe":"{{ x }}"},"___ansible_vault":"y"}}`},
		{"keys that look like the result stay apart", `{"__ansible_x":1,"___ansible_x":2,"_ansible_x":3}`,
			`{"____ansible_x":2,"___ansible_x":1,"_ansible_x":3}`},
		{"keys that Ansible would evaluate in a text", `{"{{ x }}":1,"{% x %}":2,"%x":3,"#jinja2: a":4,"#a":5}`,
			`{"#a":5,"_#jinja2: a":4,"_%x":3,"__% x %}":2,"___ x }}":1}`},
		{"numbers that Python cannot read", `[1e999, ` + strings.Repeat("9", 30) + `]`, `["1e999","` + strings.Repeat("9", 30) + `"]`},
		{"control characters", `"a\u001b[31m\u0000\u202eb"`, `"a\\u001b[31m\\u0000\\u202eb"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := encoded(decoded(t, test.in)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestEncoderCutsWhatIsNestedTooDeep(t *testing.T) {
	deep := strings.Repeat(`[`, 5000) + strings.Repeat(`]`, 5000)
	if got, want := encoded(decoded(t, deep)), strings.Repeat("[", maxDepth)+"null"+strings.Repeat("]", maxDepth); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Whatever comes, the output is JSON in which nothing is left that Ansible would
// evaluate, and no key that it takes for a mark but the one that is meant.
func FuzzEncoder(f *testing.F) {
	f.Add(`{"__ansible_vault":["{{ x }}", 1e400, {"a":"#jinja2:"}]}`)
	f.Add("\"\\ud800 \xff \u2028\"")
	f.Fuzz(func(t *testing.T, in string) {
		decoder := json.NewDecoder(strings.NewReader(in))
		decoder.UseNumber()
		var value any
		if decoder.Decode(&value) != nil {
			return
		}
		var out any
		if err := json.Unmarshal([]byte(encoded(value)), &out); err != nil {
			t.Fatalf("%s is no JSON: %v", encoded(value), err)
		}
		checkHarmless(t, out)
	})
}

func checkHarmless(t *testing.T, value any) {
	switch value := value.(type) {
	case string:
		if strings.Contains(value, "{") || strings.HasPrefix(value, "#jinja2:") {
			t.Fatalf("%q is not marked", value)
		}
	case []any:
		for _, element := range value {
			checkHarmless(t, element)
		}
	case map[string]any:
		if _, ok := value["__ansible_unsafe"].(string); ok && len(value) == 1 {
			return
		}
		for key, element := range value {
			if strings.HasPrefix(key, "__ansible_") {
				t.Fatalf("the key %q is not changed", key)
			}
			checkHarmless(t, element)
		}
	}
}

func decoded(t *testing.T, text string) (value any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}
