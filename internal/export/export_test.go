// SPDX-License-Identifier: GPL-3.0-or-later

package export_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/acsmon/acsmon-ansible/internal/export"
	"github.com/acsmon/acsmon-ansible/internal/modules"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
	"github.com/acsmon/acsmon-ansible/internal/yaml11"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// install has everything that needs care.
func install() []modules.Gathered {
	return []modules.Gathered{
		{Option: "alert_channels"},
		{Option: "devices", Items: []modules.GatheredItem{{
			Options: []modules.Option{{Name: "name", Value: "core-sw-1"}, {Name: "ip_address", Value: "192.0.2.1"}, {Name: "snmp_version", Value: "2c"}},
			Secrets: []string{"snmp_community"},
		}}},
		{Option: "monitors", Items: []modules.GatheredItem{
			{Options: []modules.Option{
				{Name: "name", Value: "Public website"}, {Name: "type", Value: "https"}, {Name: "port", Value: int64(443)},
				{Name: "config", Value: map[string]any{"path": "/health", "expected_status": json.Number("200"), "ssl_verify": true, "headers": map[string]any{"X-A": "1"}}},
				{Name: "tags", Value: []string{"web", "production"}}, {Name: "is_active", Value: false},
			}},
			{Options: []modules.Option{
				{Name: "id", Value: int64(7)}, {Name: "name", Value: "{{ lookup('pipe', 'touch x') }}"}, {Name: "host", Value: "#jinja2: x"},
				{Name: "config", Value: map[string]any{"on": "yes", "a key": "\x1b[31mred\u202e", "0644": "0644", "list": []any{nil, "1:30", json.Number("1e9"), map[string]any{}}}},
				{Name: "tags", Value: []string{"null", "~", " x ", "a: b", "- c", "#d", "", "line\nbreak", "名前"}},
			}},
		}},
	}
}

func TestPlaybook(t *testing.T) {
	got, err := export.Playbook("https://monitoring.example.com:443", install(), &untrusted.Secrets{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/install.yml"
	if *update {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(got) != string(want) {
		t.Errorf("%v, the playbook is\n%s", err, got)
	}
}

// One value that looks like a vault must not take the playbook with it, and no secret leaves.
func TestWhatIsNotWrittenAsItIs(t *testing.T) {
	secrets := &untrusted.Secrets{}
	secrets.Add("12|abcdefghijklmnop")
	playbook, err := export.Playbook("https://monitoring.example.com:443", []modules.Gathered{{Option: "monitors", Items: []modules.GatheredItem{{
		Options: []modules.Option{
			{Name: "name", Value: "$ANSIBLE_VAULT;1.1;AES256\n3031"},
			{Name: "config", Value: map[string]any{
				"__ansible_vault": "x", "a b": map[string]any{"__ansible_vault": "y"}, "text": " $ANSIBLE_VAULT;1.1", "costs": "5 $ANSIBLE_VAULT",
				"headers": map[string]any{"Authorization": "Bearer x", "X-Team": "web"}, "echo": "12%7Cabcdefghijklmnop", "account_sid": "AC1",
				"url": "https://hooks.slack.com/services/T0/B0/x",
			}},
		}}}}}, secrets, untrusted.SecretKeys{"account_sid"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"name": "\uff04ANSIBLE_VAULT;1.1;AES256\n3031",
		"config": map[string]any{
			"___ansible_vault": "x", "a b": map[string]any{"___ansible_vault": "y"}, "text": " \uff04ANSIBLE_VAULT;1.1", "costs": "5 $ANSIBLE_VAULT",
			"headers": map[string]any{"Authorization": untrusted.NoLog, "X-Team": "web"}, "echo": untrusted.Mask, "account_sid": untrusted.NoLog,
			"url": untrusted.NoLog,
		},
	}
	if got := vars(t, playbook)["monitors"].([]any)[0]; !reflect.DeepEqual(plainly(t, got), plainly(t, want)) {
		t.Errorf("it is read as\n%v", got)
	}
}

// vars reads a playbook's lists, as Ansible does.
func vars(t *testing.T, playbook []byte) map[string]any {
	t.Helper()
	read, err := yaml11.Parse(playbook)
	if err != nil {
		t.Fatalf("%v:\n%s", err, playbook)
	}
	return read.([]any)[0].(map[string]any)["vars"].(map[string]any)
}

// plainly returns a value as JSON has it: 1e9 and 1000000000.0 are one number.
func plainly(t *testing.T, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestPlaybookIsReadAsItWasWritten(t *testing.T) {
	playbook, err := export.Playbook("https://monitoring.example.com:443", install(), &untrusted.Secrets{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	read := vars(t, playbook)
	for _, list := range install() {
		items := read[list.Option].([]any)
		if len(items) != len(list.Items) {
			t.Fatalf("%s has %d items", list.Option, len(items))
		}
		for i, item := range list.Items {
			want := map[string]any{}
			for _, option := range item.Options {
				want[option.Name] = option.Value
			}
			if got := items[i]; !reflect.DeepEqual(plainly(t, got), plainly(t, want)) {
				t.Errorf("%s[%d] is read as\n%q, and is\n%q", list.Option, i, got, want)
			}
		}
	}
}

// FuzzPlaybook writes any text as a value and as a key, and parses it again. The text is the same,
// is unsafe where Ansible would evaluate it, and no control character of it is in the file.
func FuzzPlaybook(f *testing.F) {
	for _, seed := range []string{"", "yes", "0644", "1:30", "{{ x }}", "%", "#", "\x00\x1b\x7f\u0085\u2028\ufeff", "a\r\nb", "!vault", "- a", "? b", "& c", "* d", "|", "'", "\"", "\\x", "=", "<<", "---", "...", "$ANSIBLE_VAULT;1.1;AES256\n3031", "__ansible_vault", "__ansible_unsafe", "\U0001f600"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, string(utf8.RuneError)) // as a JSON decoder does
		original := text
		if (untrusted.SecretKeys{}).Hides(text, text) {
			t.Skip()
		}
		value := []any{text, map[string]any{text: text, "k": []any{text}}, []any{[]any{text}}}
		playbook, err := export.Playbook("https://monitoring.example.com:443", []modules.Gathered{{Option: "monitors", Items: []modules.GatheredItem{{Options: []modules.Option{{Name: "name", Value: text}, {Name: "config", Value: value}}}}}}, &untrusted.Secrets{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		item := vars(t, playbook)["monitors"].([]any)[0].(map[string]any)
		text = untrusted.NoVault(text)
		value = []any{text, map[string]any{untrusted.Key(original): text, "k": []any{text}}, []any{[]any{text}}}
		if item["name"] != any(text) || !reflect.DeepEqual(item["config"], any(value)) {
			t.Errorf("%q is read as %q in\n%s", text, fmt.Sprint(item), playbook)
		}
		if untrusted.Visible(string(playbook)) != string(playbook) {
			t.Errorf("%q is raw in\n%q", text, playbook)
		}
		if n := strings.Count(string(playbook), "!unsafe \""); untrusted.Evaluates(text) && n < 5 {
			t.Errorf("%q is unsafe %d times in\n%s", text, n, playbook)
		}
	})
}
