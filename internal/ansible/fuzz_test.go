// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// FuzzArguments: whatever Ansible hands over, the answer is one JSON object on one line, which says whether it changed
// or failed, as the exit status does, and holds nothing that acts on a terminal.
func FuzzArguments(f *testing.F) {
	for _, arguments := range []string{
		`{}`, `{"name": "a"}`, `{"ANSIBLE_MODULE_ARGS": {"title": "a", "_ansible_check_mode": true}}`,
		`{"name": "\u001b[31m", "extra": {"\u009b": "\ud800"}, "parts": [{"kind": "wheel", "limits": {"low": 1e2}}]}`,
		`{"name": {"__ansible_unsafe": "x"}, "extra": "a=b c='d'", "more": "1,2", "tags": 7}`,
		`{"name": 1e999, "port": -0.0, "timeout": "1e400", "_acsmon_environment": {"A": "b"}}`,
	} {
		f.Add([]byte(arguments))
	}
	spec := readModule(f, "example.gadgets", "gadget")
	module := gadget(f, func(_ context.Context, t *Task) (Result, error) {
		t.Warnf("%v", t.Arg("name"))
		return Result{"extra": t.Arg("extra"), "parts": t.Arg("parts"), "more": t.Arg("more")}, nil
	})
	module.Spec = func() (*Spec, error) { return spec, nil }
	f.Fuzz(func(t *testing.T, arguments []byte) {
		var out bytes.Buffer
		status := module.Main(t.Context(), bytes.NewReader(arguments), &out)
		var result struct {
			Changed *bool
			Failed  bool
			Msg     string
		}
		if err := json.Unmarshal(out.Bytes(), &result); err != nil || result.Changed == nil {
			t.Fatalf("%v: %s", err, out.Bytes())
		}
		if result.Failed != (status == 1) || result.Failed == (result.Msg == "") || strings.Contains(result.Msg, "fault of its own") {
			t.Errorf("status %d: %s", status, out.Bytes())
		}
		if line := strings.TrimSuffix(out.String(), "\n"); !utf8.ValidString(line) || strings.Contains(line, "\n") {
			t.Errorf("not one line of UTF-8: %q", line)
		}
		var decoded any
		if err := json.Unmarshal(out.Bytes(), &decoded); err != nil {
			t.Fatal(err)
		}
		requireVisible(t, decoded)
	})
}

func requireVisible(t *testing.T, value any) {
	switch value := value.(type) {
	case string:
		if untrusted.Visible(value) != value {
			t.Errorf("%q would act on a terminal", value)
		}
	case []any:
		for _, element := range value {
			requireVisible(t, element)
		}
	case map[string]any:
		for key, element := range value {
			requireVisible(t, key)
			requireVisible(t, element)
		}
	}
}

// FuzzReadSpec: a documentation is read, or refused by an error; and what is read can be used.
func FuzzReadSpec(f *testing.F) {
	for collection, folder := range collections {
		for _, module := range moduleNames(f, collection) {
			source, err := os.ReadFile(filepath.Join(folder, "plugins", "modules", module+".py"))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(source)
		}
	}
	f.Add([]byte(option("x: {type: dict, suboptions: {y: {choices: {a: b}, default: a}}}")))
	f.Fuzz(func(t *testing.T, source []byte) {
		spec, err := ReadSpec(source, func(string) ([]byte, error) { return []byte(option("z: {type: int}")), nil })
		if err != nil {
			return
		}
		if _, err := spec.Validate(map[string]any{}, Rules{}, "the test"); err != nil && !strings.Contains(err.Error(), "required") {
			t.Errorf("its own defaults are refused: %v", err)
		}
	})
}

// FuzzReadYAML: a text is read, or refused by an error; what is read is of JSON's types.
func FuzzReadYAML(f *testing.F) {
	for _, value := range yamlValues {
		f.Add([]byte(value.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		value, err := ReadYAML(text)
		if err != nil {
			return
		}
		if _, err := plain(value); err == nil {
			requireJSONTypes(t, value)
		}
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
