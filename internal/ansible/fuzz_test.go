// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// FuzzArguments: whatever Ansible hands over, the answer is one JSON object on one line, which says
// whether it changed or failed, as the exit status does, and holds nothing that acts on a terminal.
func FuzzArguments(f *testing.F) {
	for _, arguments := range []string{
		`{}`, `{"name": "a"}`, `{"ANSIBLE_MODULE_ARGS": {"title": "a", "_ansible_check_mode": true}}`,
		`{"name": "\u001b[31m", "extra": {"\u009b": "\ud800"}, "parts": [{"kind": "wheel", "limits": {"low": 1e2}}]}`,
		`{"name": {"__ansible_unsafe": "x"}, "extra": "a=b c='d'", "more": "1,2", "tags": 7}`,
		`{"name": 1e999, "port": -0.0, "timeout": "1e400", "_acsmon_environment": {"A": "b"}}`,
	} {
		f.Add([]byte(arguments))
	}
	spec := gadgetSpec(f)
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
