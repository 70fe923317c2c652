// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/internal/yaml11"
)

// differential is a case of testdata/differential.yaml.
type differential struct {
	name      string
	spec      *Spec
	rules     Rules
	arguments map[string]any
	ours      string // "": as ansible-core; "refused"; or the values, as JSON
}

// measured is what ansible-core made of the cases.
type measured struct {
	Version  string
	Outcomes map[string]struct {
		Values   map[string]any
		Error    string
		Warnings int
	}
}

// TestValidateAgainstAnsibleCore compares Spec.Validate with what ansible-core 2.19 did with the
// same options, rules and arguments. After a change of the cases: python testdata/measure.py
// testdata/differential.yaml > testdata/differential.golden.json
func TestValidateAgainstAnsibleCore(t *testing.T) {
	t.Setenv("HOME", "/home/ada")
	t.Setenv("FOO", "bar")
	text, err := os.ReadFile("testdata/differential.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	core := parseMeasured(t, text)
	for _, c := range loadDifferentials(t) {
		t.Run(c.name, func(t *testing.T) {
			theirs, ok := core.Outcomes[c.name]
			if !ok {
				t.Fatal("not measured")
			}
			ours, err := c.spec.Validate(c.arguments, c.rules, "the test")
			switch {
			case c.ours == "refused":
				if err == nil {
					t.Errorf("accepted as %v, want it refused", ours.Values)
				}
				if theirs.Error != "" {
					t.Errorf("ansible-core refuses it too (%s): this is no difference", theirs.Error)
				}
			case c.ours != "":
				if err != nil {
					t.Fatal(err)
				}
				if want := decodePlain(t, c.ours); !reflect.DeepEqual(any(ours.Values), want) {
					t.Errorf("got %v, want %v", ours.Values, want)
				}
			case theirs.Error != "":
				if err == nil {
					t.Errorf("accepted as %v, ansible-core refuses it: %s", ours.Values, theirs.Error)
				}
			case err != nil:
				t.Errorf("refused (%v), ansible-core makes of it %v", err, theirs.Values)
			default:
				want := withoutAliases(c.spec.Options, theirs.Values)
				if got := roundTrip(t, ours.Values); !reflect.DeepEqual(got, want) {
					t.Errorf("got %v, ansible-core makes of it %v", got, want)
				}
				if len(ours.Warnings) != theirs.Warnings {
					t.Errorf("got the warnings %q, ansible-core gives %d", ours.Warnings, theirs.Warnings)
				}
			}
		})
	}
}

// TestAnsibleCoreStillDoesSo measures again, in the virtual environments that ACSMON_TEST_VENVS
// names.
func TestAnsibleCoreStillDoesSo(t *testing.T) {
	text, err := os.ReadFile("testdata/differential.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	committed := parseMeasured(t, text)
	for _, venv := range testVenvs(t) {
		t.Run(filepath.Base(venv), func(t *testing.T) {
			now := measure(t, venv)
			if series(now.Version) != series(committed.Version) {
				t.Skipf("this is ansible-core %s, measured was %s: messages and details differ", now.Version, committed.Version)
			}
			for _, c := range loadDifferentials(t) {
				was, is := committed.Outcomes[c.name], now.Outcomes[c.name]
				if !reflect.DeepEqual(was.Values, is.Values) || (was.Error == "") != (is.Error == "") {
					t.Errorf("%s: measured was %v, now it is %v", c.name, was, is)
				}
			}
		})
	}
}

func measure(t *testing.T, venv string) measured {
	t.Helper()
	text, err := exec.Command(filepath.Join(venv, "bin", "python"), "testdata/measure.py", "testdata/differential.yaml").Output()
	if err != nil {
		t.Fatalf("measuring with %s: %v", venv, err)
	}
	return parseMeasured(t, text)
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

func series(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

func parseMeasured(t *testing.T, text []byte) measured {
	t.Helper()
	var m measured
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func loadDifferentials(t *testing.T) []differential {
	t.Helper()
	text, err := os.ReadFile("testdata/differential.yaml")
	if err != nil {
		t.Fatal(err)
	}
	list, err := yaml11.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var cases []differential
	for _, entry := range list.([]any) {
		entry := entry.(map[string]any)
		c := differential{name: entry["name"].(string)}
		c.ours, _ = entry["ours"].(string)
		c.arguments = decodePlain(t, entry["arguments"].(string)).(map[string]any)
		rules, _ := entry["rules"].(map[string]any)
		c.rules = parseRules(rules)
		c.spec, c.rules.Options = specOf(t, entry["options"].(map[string]any))
		cases = append(cases, c)
	}
	return cases
}

// specOf makes a Spec of an argument_spec, in which suboptions are `options` and have their rules
// beside them.
func specOf(t *testing.T, argumentSpec map[string]any) (*Spec, map[string]Rules) {
	t.Helper()
	rules := map[string]Rules{}
	var documented func(spec map[string]any)
	documented = func(spec map[string]any) {
		for name, option := range spec {
			option := option.(map[string]any)
			switch option["type"] {
			case nil:
				option["type"] = "str"
			case "json":
				option["type"] = "jsonarg"
			}
			if suboptions, ok := option["options"].(map[string]any); ok {
				rules[name] = parseRules(option)
				documented(suboptions)
			}
		}
	}
	documented(argumentSpec)
	for name := range rules {
		if argumentSpec[name] == nil {
			delete(rules, name) // of a deeper level: no case has rules there
		}
	}
	text, err := json.Marshal(map[string]any{"module": "test", "options": argumentSpec})
	if err != nil {
		t.Fatal(err)
	}
	spec, err := DecodeSpec(text)
	if err != nil {
		t.Fatal(err)
	}
	return spec, rules
}

func parseRules(raw map[string]any) Rules {
	rules := Rules{
		MutuallyExclusive: groups(raw["mutually_exclusive"]),
		RequiredTogether:  groups(raw["required_together"]),
		RequiredOneOf:     groups(raw["required_one_of"]),
		RequiredBy:        map[string][]string{},
	}
	by, _ := raw["required_by"].(map[string]any)
	for name, needs := range by {
		rules.RequiredBy[name] = words(needs)
	}
	conditions, _ := raw["required_if"].([]any)
	for _, condition := range conditions {
		condition := condition.([]any)
		rule := RequiredIf{Option: condition[0].(string), Value: condition[1], Required: words(condition[2])}
		rule.AnyOf = len(condition) == 4 && condition[3].(bool)
		rules.RequiredIf = append(rules.RequiredIf, rule)
	}
	return rules
}

func groups(raw any) (all [][]string) {
	list, _ := raw.([]any)
	for _, group := range list {
		all = append(all, words(group))
	}
	return all
}

func words(raw any) (all []string) {
	for _, word := range raw.([]any) {
		all = append(all, word.(string))
	}
	return all
}

func decodePlain(t *testing.T, text string) any {
	t.Helper()
	decoded, err := decodeJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	value, err := plain(decoded)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return value
}

// roundTrip makes values comparable with what encoding/json reads.
func roundTrip(t *testing.T, values map[string]any) (plain map[string]any) {
	t.Helper()
	text, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	return plain
}

// withoutAliases drops the aliases that ansible-core leaves beside the options.
func withoutAliases(options map[string]*Option, values map[string]any) map[string]any {
	kept := map[string]any{}
	for name, option := range options {
		kept[name] = values[name]
		if option.Options == nil {
			continue
		}
		switch value := values[name].(type) {
		case map[string]any:
			kept[name] = withoutAliases(option.Options, value)
		case []any:
			list := make([]any, len(value))
			for i, element := range value {
				list[i] = withoutAliases(option.Options, element.(map[string]any))
			}
			kept[name] = list
		}
	}
	return kept
}
