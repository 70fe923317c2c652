// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

type (
	object = map[string]any
	list   = []any
)

// A comparison is of a desired value with a current one.
type comparison struct {
	desired, current any
	want             bool
}

var comparisons = map[string][]comparison{
	`texts, which the server trims, and of which it makes "" null`: {
		{"a", "a", true},
		{"a", "A", false},
		{" a\n", "a", true},
		{"a", "\u00a0a\u200b", true},
		{"a b", "a  b", false},
		{"", nil, true},
		{"  ", nil, true},
		{nil, "", true},
		{"", "a", false},
		{"a", nil, false},
		{"null", nil, false},
		{"é", "e\u0301", false},
	},
	"numbers, also as texts": {
		{int64(80), json.Number("80"), true},
		{int64(80), "80", true},
		{"80", json.Number("80"), true},
		{80.0, json.Number("80"), true},
		{int64(80), json.Number("80.0"), true},
		{int64(80), json.Number("8e1"), true},
		{1000000.0, json.Number("1000000"), true},
		{1e21, json.Number("1e21"), true},
		{1e-7, json.Number("0.0000001"), true},
		{99.97, json.Number("99.97"), true},
		{"99.970", json.Number("99.97"), true},
		{int64(80), json.Number("81"), false},
		{int64(9007199254740993), json.Number("9007199254740992"), false},
		{int64(80), "80a", false},
		{int64(80), "0x50", false},
		{int64(1), "0b1", false},
		{int64(1), "1_0", false},
		{int64(2), "4/2", false},
		{int64(0), nil, false},
		{int64(0), "", false},
		{int64(0), json.Number("1e-99999999"), false},
		{int64(1), json.Number("1e999999999999"), false},
	},
	"two texts are texts": {
		{"080", "80", false},
		{"1.0", "1", false},
		{"true", "1", false},
	},
	"booleans": {
		{true, true, true},
		{true, json.Number("1"), true},
		{true, "1", true},
		{true, "true", true},
		{false, json.Number("0"), true},
		{int64(1), true, true},
		{int64(2), true, false},
		{true, false, false},
		{true, "yes", false},
		{false, nil, false},
		{false, "", false},
	},
	"objects, of which the desired keys alone count": {
		{object{}, object{"a": "b"}, true},
		{object{"a": "b"}, object{"a": "b", "c": "d"}, true},
		{object{"a": "b"}, acsmon.Fields{"a": "b"}, true},
		{object{"a": "b"}, object{}, false},
		{object{"a": object{"b": int64(1)}}, object{"a": object{"b": "1", "c": "2"}}, true},
		{object{"a": object{"b": int64(1)}}, object{"a": object{"c": "2"}}, false},
		{object{"a": nil}, object{}, true},
		{object{"a": nil}, object{"a": nil}, true},
		{object{"a": nil}, object{"a": list{}}, true},
		{object{"a": nil}, object{"a": "b"}, false},
		{object{"a": object{"b": nil}}, object{}, true},
		{object{"a": ""}, object{}, true},
		{object{"a": false}, object{}, false},
	},
	"an empty object of PHP": {
		{object{}, list{}, true},
		{object{}, nil, true},
		{object{"a": "b"}, list{}, false},
		{object{"a": "b"}, "text", false},
		{object{"a": object{}}, object{"a": list{}}, true},
	},
	"lists, as a whole and in their order": {
		{list{"a", "b"}, list{"a", "b"}, true},
		{list{"a", "b"}, list{"b", "a"}, false},
		{list{"a"}, list{"a", "b"}, false},
		{list{int64(1)}, list{"1"}, true},
		{list{}, list{}, true},
		{list{}, nil, true},
		{list{}, object{}, true},
		{list{}, list{"a"}, false},
		{list{}, object{"a": "b"}, false},
		{list{"a"}, nil, false},
		{list{"a"}, "a", false},
		{list{object{"a": "b"}}, list{object{"a": "b", "c": "the server's default"}}, true},
		{[]string{"a"}, list{"a"}, true},
	},
}

func TestSame(t *testing.T) {
	for name, tests := range comparisons {
		t.Run(name, func(t *testing.T) {
			for _, test := range tests {
				if got := same(test.desired, test.current); got != test.want {
					t.Errorf("same(%#v, %#v) = %v, want %v", test.desired, test.current, got, test.want)
				}
			}
		})
	}
}

func TestSameSet(t *testing.T) {
	for _, test := range []comparison{
		{list{"b", "a"}, list{"a", "b"}, true},
		{list{"a", " a ", ""}, list{"a"}, true},
		{list{}, nil, true},
		{list{}, list{}, true},
		{list{"a"}, nil, false},
		{list{"a"}, list{"A"}, false},
		{list{"1"}, list{json.Number("1")}, true},
		{list{"a", "b"}, list{object{"id": "1", "name": "b"}, object{"id": "2", "name": "a"}}, true},
		{list{"a"}, list{"a", "b"}, false},
	} {
		if got := sameSet(test.desired, test.current); got != test.want {
			t.Errorf("sameSet(%#v, %#v) = %v, want %v", test.desired, test.current, got, test.want)
		}
	}
}

// TestSameQuantity compares thresholds. A template of ansible-core up to 2.18 makes a text of one,
// and a decimal column of a database makes another text.
func TestSameQuantity(t *testing.T) {
	for _, test := range []struct {
		desired, current any
		want             bool
	}{
		{"90", "90.00", true},
		{"95.5", "95.50", true},
		{"95.50", "95.5", true},
		{json.Number("90"), "90.00", true},
		{int64(90), "90", true},
		{"90", json.Number("90.0"), true},
		{"-0.50", "-0.5", true},
		{"100", "1", false},
		{"90", "9.00", false},
		{"007", "7", false},
		{"10.0.0.0", "10.0.0", false},
		{"^x", "^x", true},
		{"", nil, true},
	} {
		if got := sameQuantity(test.desired, test.current); got != test.want {
			t.Errorf("sameQuantity(%#v, %#v) = %v, want %v", test.desired, test.current, got, test.want)
		}
	}
}

func TestMergeAndPart(t *testing.T) {
	for _, test := range []struct {
		current      any
		desired      object
		merged, part object
	}{
		{nil, object{"a": "b"}, object{"a": "b"}, object{"a": "b"}},
		{list{}, object{"a": "b"}, object{"a": "b"}, object{"a": "b"}},
		{object{"a": "1", "b": "2"}, object{"b": "3"}, object{"a": "1", "b": "3"}, object{"b": "3"}},
		{object{"a": "1", "b": "2"}, object{"b": nil}, object{"a": "1"}, object{}},
		{object{"a": "1"}, object{"b": nil}, object{"a": "1"}, object{}},
		{object{"a": object{"b": "1", "c": "2"}}, object{"a": object{"c": nil, "d": "3"}}, object{"a": object{"b": "1", "d": "3"}}, object{"a": object{"d": "3"}}},
		{object{"a": "text"}, object{"a": object{"b": "1"}}, object{"a": object{"b": "1"}}, object{"a": object{"b": "1"}}},
		{object{"a": list{"1", "2"}}, object{"a": list{"3"}}, object{"a": list{"3"}}, object{"a": list{"3"}}},
		{object{"a": "1"}, object{}, object{"a": "1"}, object{}},
	} {
		before, _ := json.Marshal(test.current)
		merged := merge(test.current, test.desired)
		if !reflect.DeepEqual(merged, test.merged) {
			t.Errorf("merge(%v, %v) = %v, want %v", test.current, test.desired, merged, test.merged)
		}
		if got := part(merged, test.desired); !reflect.DeepEqual(got, test.part) {
			t.Errorf("part(%v, %v) = %v, want %v", merged, test.desired, got, test.part)
		}
		if !same(test.desired, merged) {
			t.Errorf("merge(%v, %v) is not as desired", test.current, test.desired)
		}
		if after, _ := json.Marshal(test.current); string(after) != string(before) {
			t.Errorf("merge changed %s into %s", before, after)
		}
	}
}

func TestLinkIsAskedForOnlyWhereTheRowDoesNotShowIt(t *testing.T) {
	group := Field{Name: "group", Send: "group_id", Form: Link, Read: []string{"group_id", "group.id"}}
	for _, test := range []struct {
		row   acsmon.Fields
		want  string
		id    any
		asked bool
	}{
		{acsmon.Fields{"group": object{"id": json.Number("3"), "name": "Web"}}, "Web", json.Number("3"), false},
		{acsmon.Fields{"group": object{"id": json.Number("3"), "name": "Web"}}, "3", json.Number("3"), false},
		{acsmon.Fields{"group_id": json.Number("3")}, "3", json.Number("3"), false},
		{acsmon.Fields{"group_id": "3"}, "3", "3", false},
		{acsmon.Fields{"group_id": json.Number("3")}, "Web", int64(7), true},
		{acsmon.Fields{"group": object{"id": json.Number("3"), "name": "7"}}, "7", int64(7), true},
		{acsmon.Fields{"group": object{"id": json.Number("3"), "name": "web"}}, "Web", int64(7), true},
		{acsmon.Fields{"group": nil}, "Web", int64(7), true},
		{acsmon.Fields{"group": object{"id": json.Number("3"), "name": "Web"}}, "", nil, false},
		{nil, "Web", int64(7), true},
	} {
		asked := false
		w := wish{Field: group, value: test.want, resolver: Resolver{Find: func(context.Context, []string, map[string]any) ([]int64, error) {
			asked = true
			return []int64{7}, nil
		}}}
		c, err := Link.compare(t.Context(), w, test.row)
		if err != nil || !reflect.DeepEqual(c.send, test.id) || asked != test.asked {
			t.Errorf("%q in %v is sent as %#v, and asked for: %t, want %#v and %t: %v", test.want, test.row, c.send, asked, test.id, test.asked, err)
		}
	}
}

func TestParseID(t *testing.T) {
	for text, want := range map[string]int64{
		"7": 7, "007": 7, "0": 0, "": 0, "-7": 0, "+7": 0, "7 ": 0, "7.0": 0, "1e3": 0, "٧": 0, "99999999999999999999": 0, "web7": 0,
	} {
		if id, ok := ParseID(text); id != want || ok != (want > 0) {
			t.Errorf("ParseID(%q) = %d, %t, want %d", text, id, ok, want)
		}
	}
}

func TestSearchTerm(t *testing.T) {
	for name, want := range map[string]string{
		"Website":                        "Website",
		"mx1.example.com SMTP":           "mx1.example.com SMTP",
		"100% of it":                     "of it",
		`it's "quoted" \ twice`:          "quoted",
		"a_b":                            "a_b",
		"{{ x }}":                        "{{ x }}",
		"{{ lookup }}":                   "lookup",
		"Zürich":                         "rich",
		"監視":                             "監視",
		"x":                              "x",
		" Сервер ":                       "Сервер",
		"🚀":                              "🚀",
		strings.Repeat("é", 60):          strings.Repeat("é", 50),
		"":                               "",
		"esc\x1b[31mred":                 "31mred",
		"12345":                          "12345",
		strings.Repeat("a", 99) + " bcd": strings.Repeat("a", 99),
	} {
		if got := searchTerm(name); got != want {
			t.Errorf("searchTerm(%q) = %q, want %q", name, got, want)
		}
	}
}

// FuzzSame checks comparison and merge with any values.
func FuzzSame(f *testing.F) {
	for _, seed := range []string{`{"a":[1,"2",null],"b":{"c":true}}`, `[]`, `"80"`, `1e309`, `{"a":{}}`, `" "`} {
		f.Add(seed, `{"a":1}`)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		desired, current := decode(a), decode(b)
		if !same(desired, desired) {
			t.Errorf("%s is not as %s", a, a)
		}
		object, ok := desired.(map[string]any)
		if !ok {
			same(desired, current)
			return
		}
		if merged := merge(current, object); !same(object, merged) {
			t.Errorf("%s over %s is %v", a, b, merged)
		}
	})
}

func FuzzSearchTerm(f *testing.F) {
	f.Add("a' OR 1=1 --")
	f.Fuzz(func(t *testing.T, name string) {
		if term := searchTerm(name); !strings.Contains(name, term) || utf8.RuneCountInString(term) > maxTerm || term != strings.TrimSpace(term) {
			t.Errorf("the term for %q is %q", name, term)
		}
	})
}

func decode(text string) any {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	_ = decoder.Decode(&value)
	return value
}
