// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestInertTextIsNoTemplateToARulebook(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "",
		"edi1-sw-21 (O'Brien's) #1 100%}":     "edi1-sw-21 (O'Brien's) #1 100%}",
		`C:\ Label, DOMAIN\admin`:             `C:\ Label, DOMAIN\admin`,
		"{{ 1 }}":                             "｛｛ 1 }}",
		"{%if%}{#":                            "｛%if%}｛＃",
		"#jinja2:variable_start_string:'[['":  "＃jinja2:variable_start_string:'[['",
		`'\x7b\x7b 1 }}'`:                     `'＼x7b＼x7b 1 }}'`,
		`"\173\u007b\U0000007b\N{DOLLAR}"`:    `"＼173＼u007b＼U0000007b＼N｛DOLLAR}"`,
		`'{' '{ 1 }}'`:                        `'｛' '｛ 1 }}'`,
		`'#' "jinja2:"`:                       `'＃' "jinja2:"`,
		"'#\\\njinja2:'":                      "'＃\\\njinja2:'",
		"ends in #":                           "ends in ＃",
		`ends in \`:                           `ends in ＼`,
		"$ANSIBLE_VAULT;1.1;AES256 and $HOME": "＄ANSIBLE_VAULT;1.1;AES256 and $HOME",
		"\x1b[31mred":                         "＼u001b[31mred",
		"\xff":                                "\uFFFD",
	} {
		if got := Inert(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestAnInertValueFitsEveryReader(t *testing.T) {
	var value any
	decoder := json.NewDecoder(strings.NewReader(`{"{{": ["{{", 1, 1.5, true, null, 1e999, 99999999999999999999999], "__ansible_unsafe": {"a": "#"}}`))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"｛｛":                []any{"｛｛", json.Number("1"), json.Number("1.5"), true, nil, "1e999", "99999999999999999999999"},
		"___ansible_unsafe": map[string]any{"a": "＃"},
	}
	if got := InertValue(value); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	deep := any("bottom")
	for range 5000 {
		deep = []any{deep}
	}
	encoded, err := json.Marshal(InertValue(deep))
	if err != nil || len(encoded) > 100 {
		t.Errorf("%v: %d bytes", err, len(encoded))
	}
}

// No text, nor two of them beside each other, gives what a template needs.
func FuzzInert(f *testing.F) {
	f.Add("{", "{ x }}")
	f.Add("#", "jinja2:")
	f.Add(`'\`, `x7b'`)
	f.Add("$ANSIBLE", "_VAULT")
	f.Fuzz(func(t *testing.T, a, b string) {
		both := Inert(a) + Inert(b)
		for _, part := range []string{"{", "#j", "#'", `#"`, `#\`, `\x`, `\u`, `\U`, `\N`, `\0`, `\1`, `\4`} {
			if strings.Contains(both, part) {
				t.Errorf("%q and %q give %q", a, b, both)
			}
		}
		if !utf8.ValidString(both) || Inert(Inert(a)) != Inert(a) {
			t.Errorf("%q is %q", a, Inert(a))
		}
	})
}
