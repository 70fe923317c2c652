// SPDX-License-Identifier: GPL-3.0-or-later

package yaml11

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/acsmon/acsmon-ansible/internal/exact"
)

// values are texts, and what YAML 1.1 makes of them as JSON: measured with PyYAML, see
// TestPyYAMLReadsTheSame.
var values = []struct{ text, want string }{
	{"yes", `true`}, {"On", `true`}, {"TRUE", `true`}, {"no", `false`}, {"OFF", `false`}, {"false", `false`},
	{"y", `"y"`}, {"n", `"n"`}, {"yEs", `"yEs"`}, {`"yes"`, `"yes"`}, {"'no'", `"no"`}, {"|-\n  yes", `"yes"`},
	{"~", `null`}, {"null", `null`}, {"", `null`}, {"''", `""`},
	{"80", `80`}, {"0644", `420`}, {"0o644", `"0o644"`}, {"08", `"08"`}, {"0x1F", `31`}, {"0b101", `5`}, {"1_000", `1000`},
	{"+7", `7`}, {"-7", `-7`}, {"0", `0`}, {"1:30", `90`}, {"-1:30:00", `-5400`}, {"1:99", `"1:99"`}, {"22:22", `1342`},
	{"123456789012345678901", `123456789012345678901`},
	{"1.5", `1.5`}, {"1e3", `"1e3"`}, {"1.0e+3", `1000`}, {"1.5e3", `"1.5e3"`}, {".5", `0.5`}, {"1.", `1`}, {"1_0.5", `10.5`},
	{"1.2.3", `"1.2.3"`}, {"10.0.0.1", `"10.0.0.1"`}, {"=", `"="`},
	{"a: on", `{"a":true}`}, {"a: [yes, 'yes', 0644, ~]", `{"a":[true,"yes",420,null]}`}, {"a:\nb: x", `{"a":null,"b":"x"}`},
	{"a: &x {b: 1}\nc: *x", `{"a":{"b":1},"c":{"b":1}}`},
	{"a: &x {b: 1, d: 2}\nc: {<<: *x, d: 3}", `{"a":{"b":1,"d":2},"c":{"b":1,"d":3}}`},
	{"a: &x {b: 1}\ne: &y {b: 2, f: 3}\nc:\n  <<: [*x, *y]", `{"a":{"b":1},"e":{"b":2,"f":3},"c":{"b":1,"f":3}}`},
	{"a: !!str 80", `{"a":"80"}`},
	{"a: one\n  two", `{"a":"one two"}`}, {"a: >\n  one\n  two\n", `{"a":"one two\n"}`}, {"a: 'it''s'", `{"a":"it's"}`},
	{`a: "\u00e9\n"`, `{"a":"é\n"}`}, {"# nothing", `null`}, {"--- # x\na: 1 # y", `{"a":1}`}, {"? a\n: b", `{"a":"b"}`},
	{"a: text: more", ``}, {"a: 1\na: 2", ``}, {"a: [", ``}, {"a: *nowhere", ``},
}

func TestParse(t *testing.T) {
	for _, test := range values {
		t.Run(test.text, func(t *testing.T) {
			got, err := Parse([]byte(test.text))
			if test.want == "" {
				if err == nil {
					t.Errorf("got %v, want an error", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var want any
			if err := exact.Unmarshal([]byte(test.want), &want); err != nil {
				t.Fatal(err)
			}
			if jsonText(got) != jsonText(want) {
				t.Errorf("got %#v, want %#v", got, want)
			}
		})
	}
}

// TestPyYAMLReadsTheSame checks the table above against the PyYAML beside a real ansible-core.
func TestPyYAMLReadsTheSame(t *testing.T) {
	const program = `import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.argv[1])))`
	for _, venv := range testVenvs(t) {
		for _, test := range values {
			if test.want == "" || strings.HasPrefix(test.text, "=") { // PyYAML has no constructor for =, Ansible's loader has
				continue
			}
			out, err := exec.Command(filepath.Join(venv, "bin", "python"), "-c", program, test.text).Output()
			if err != nil {
				t.Errorf("%q: %v", test.text, err)
				continue
			}
			theirs := decoded(t, string(out))
			if want := decoded(t, test.want); !reflect.DeepEqual(theirs, want) {
				t.Errorf("%q: PyYAML reads %#v, the table says %#v", test.text, theirs, want)
			}
		}
	}
}

// jsonText makes 1 and 1.0 comparable.
func jsonText(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprintf("%#v", value)
	}
	return string(text)
}

func TestParseTagsOfAnsible(t *testing.T) {
	got, err := Parse([]byte("a: !unsafe '{{ x }}'\nb: !unsafe 80"))
	if want := map[string]any{"a": "{{ x }}", "b": "80"}; err != nil || !reflect.DeepEqual(got, any(want)) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	for text, want := range map[string]string{
		"a: b\ntoken: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3031": "line 2, column 8: a value encrypted by ansible-vault cannot be read here: decrypt it first",
		"a: !other x":  "line 1, column 4: a YAML tag that is not known here: leave it out",
		"a: 1\n---\n2": "more than one YAML document, where one was expected",
	} {
		if got, err := Parse([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, %v, want the error %q", text, got, err, want)
		}
	}
}

// A file with a fault may hold a token on the same line.
func TestParseNeverQuotesTheText(t *testing.T) {
	for _, text := range []string{
		"token: hunter2: x", "token: 'hunter2", "a: 1\n token: hunter2", "token: \"hunter2\\q\"", "token: [hunter2", "- hunter2\ntoken: x",
		"token: {hunter2", "hunter2: a\nhunter2: b", "token: *hunter2", "token: !hunter2 x", "{hunter2: {a: b}: c}", "token: @hunter2",
		"token: |2hunter2\n x", "%hunter2", "token:\thunter2\n\tb", "? [hunter2]\n: b", "<<: hunter2", "token: `hunter2`", "? {hunter2: a}",
		"a: b\n--- hunter2\n: - :", "token: & hunter2", "!!int hunter2: {}",
	} {
		if _, err := Parse([]byte(text)); err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: the error quotes it: %v", text, err)
		}
	}
}

// Nine anchors of nine aliases each would be 400 million values.
func TestParseBombs(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x]\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&bomb, "a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9))
	}
	for name, text := range map[string]string{
		"aliases of aliases":   bomb.String(),
		"an alias of itself":   "a: &a [*a]",
		"brackets in brackets": strings.Repeat("[", 2_000),
	} {
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s: want an error", name)
		}
	}
}

// TestPyYAMLReadsDocumentationTheSame reads all documentation in ansible-core itself, some hundred
// texts of many hands.
func TestPyYAMLReadsDocumentationTheSame(t *testing.T) {
	for _, venv := range testVenvs(t) {
		out, err := exec.Command(filepath.Join(venv, "bin", "python"), "testdata/documentation.py").Output()
		if err != nil {
			t.Fatalf("%s: %v", venv, err)
		}
		var documents []struct {
			Path, Text string
			Value      any
		}
		if err := json.Unmarshal(out, &documents); err != nil {
			t.Fatal(err)
		}
		if len(documents) < 300 {
			t.Errorf("%s: only %d documents were found", venv, len(documents))
		}
		for _, document := range documents {
			// A line of its prose begins with a dash by mistake, and goccy/go-yaml keeps the line
			// breaks behind it.
			if strings.HasSuffix(document.Path, "deb822_repository.py") {
				continue
			}
			got, err := Parse([]byte(document.Text))
			if err != nil {
				t.Errorf("%s: %v", document.Path, err)
			} else if diff := cmp.Diff(document.Value, decoded(t, jsonText(got))); diff != "" {
				t.Errorf("%s (-PyYAML +ours):\n%s", document.Path, diff)
			}
		}
	}
}

// FuzzParse: a text is read, or refused by an error; what is read is of JSON's types.
func FuzzParse(f *testing.F) {
	for _, value := range values {
		f.Add([]byte(value.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		value, err := Parse(text)
		if err != nil {
			return
		}
		requireJSONTypes(t, value)
	})
}

func requireJSONTypes(t *testing.T, value any) {
	switch value := value.(type) {
	case nil, bool, int64, float64, string, json.Number:
	case []any:
		for _, element := range value {
			requireJSONTypes(t, element)
		}
	case map[string]any:
		for _, element := range value {
			requireJSONTypes(t, element)
		}
	default:
		t.Errorf("%#v is of the type %T", value, value)
	}
}

// decoded is what a JSON text stands for.
func decoded(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return value
}

// testVenvs are the virtual environments with ansible-core that a test may use.
func testVenvs(t *testing.T) []string {
	t.Helper()
	list := os.Getenv("ACSMON_TEST_VENVS")
	if list == "" {
		t.Skip("skipped: ACSMON_TEST_VENVS names no virtual environment with ansible-core")
	}
	return filepath.SplitList(list)
}
