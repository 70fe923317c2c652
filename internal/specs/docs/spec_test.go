// SPDX-License-Identifier: GPL-3.0-or-later

package docs

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/yaml11"
)

// collections are the ones whose modules are read in these tests, and their names in Ansible.
var collections = map[string]string{
	"example.gadgets": "testdata/collection",
	"acsmon.monitor":  "../../../collection",
}

func TestParseSpec(t *testing.T) {
	spec := loadModule(t, "example.gadgets", "gadget")
	part := map[string]*ansible.Option{
		"kind":   {Type: "str", Required: true, Choices: []any{"wheel", "spring"}},
		"count":  {Type: "int", Default: int64(1)},
		"secret": {Type: "str"},
		"limits": {Type: "dict", Options: map[string]*ansible.Option{"low": {Type: "int"}, "high": {Type: "int"}}},
	}
	want := &ansible.Spec{
		Module: "gadget",
		Options: map[string]*ansible.Option{
			"name":     {Type: "str", Required: true, Aliases: []string{"title", "label"}},
			"state":    {Type: "str", Default: "present", Choices: []any{"absent", "present"}},
			"port":     {Type: "int", Default: int64(80)},
			"tls":      {Type: "bool", Default: true},
			"mode":     {Type: "str", Default: "off", Choices: []any{"on", "off"}},
			"timeout":  {Type: "float", Default: 2.5},
			"tags":     {Type: "list", Elements: "str", Default: []any{}},
			"token":    {Type: "str"},
			"parts":    {Type: "list", Elements: "dict", Default: []any{}, Options: part},
			"extra":    {Type: "dict"},
			"more":     {Type: "list", Elements: "raw", Default: []any{}},
			"base_url": {Type: "str"},
		},
		Return: map[string]*ansible.Return{
			"gadget": {Type: "dict", Returned: "success", Contains: map[string]*ansible.Return{"name": {Type: "str", Returned: "always"}}},
		},
		Examples: []byte("\n- name: Make a gadget\n  example.gadgets.gadget:\n    name: '''quoted'''\n"),
	}
	if diff := cmp.Diff(want, spec); diff != "" {
		t.Errorf("read otherwise than written (-want +got):\n%s", diff)
	}
}

func TestParseSpecOfAnInventoryPlugin(t *testing.T) {
	spec, err := ParseSpec([]byte(`DOCUMENTATION = r"""
name: gadgets
options:
  plugin: {description: Itself., required: true, type: string, choices: [example.gadgets.gadgets]}
  cache:
    description: Whether to cache.
    type: boolean
    default: no
    env: [{name: GADGETS_CACHE}]
    ini: [{section: gadgets, key: cache}]
"""`), noFragment)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]*ansible.Option{
		"plugin": {Type: "str", Required: true, Choices: []any{"example.gadgets.gadgets"}},
		"cache":  {Type: "bool", Default: false},
	}
	if diff := cmp.Diff(want, spec.Options); diff != "" || spec.Module != "gadgets" {
		t.Errorf("name %q, options (-want +got):\n%s", spec.Module, diff)
	}
}

func TestParseSpecRefuses(t *testing.T) {
	for name, test := range map[string]struct{ source, want string }{
		"no documentation":       {"EXAMPLES = r'''[]'''", "no DOCUMENTATION"},
		"no end":                 {"DOCUMENTATION = r'''\nmodule: x", "its closing ''' is missing"},
		"an escape":              {"DOCUMENTATION = '''\nmodule: 'a\\n'\n'''", "write it as a raw string"},
		"broken YAML":            {"DOCUMENTATION = r'''\nmodule: [x\n'''", "DOCUMENTATION: not valid YAML at line 2"},
		"a list":                 {"DOCUMENTATION = r'''\n- x\n'''", "DOCUMENTATION is not a mapping"},
		"options as a list":      {option("- x"), "options is not a mapping"},
		"an option of no type":   {option("x: {type: integr}"), `option x: the type "integr" is not one that Ansible has`},
		"elements of a string":   {option("x: {elements: int}"), "only a list has elements"},
		"suboptions of a string": {option("x: {suboptions: {y: {}}}"), "only a dict, or a list of them, has suboptions"},
		"required and default":   {option("x: {required: true, default: 1}"), "a required option has no default"},
		"a default of the wrong type": {option("x: {type: int, default: many}"),
			"option x: its default must be a whole number, not 'many'"},
		"a default that is no choice": {option("x: {default: c, choices: [a, b]}"), "its default must be one of a, b, not 'c'"},
		"an alias of two":             {option("x: {aliases: [z]}\n  y: {aliases: [z]}"), "its alias z is taken"},
		"an alias that is an option":  {option("x: {aliases: [y]}\n  y: {}"), "its alias y is taken"},
		"a bad suboption":             {option("x: {type: dict, suboptions: {y: {type: t}}}"), "option x.y: the type"},
		"a fragment that is not there": {"DOCUMENTATION = r'''\nextends_documentation_fragment: a.b.c\n'''",
			"doc fragment a.b.c: "},
	} {
		t.Run(name, func(t *testing.T) {
			if spec, err := ParseSpec([]byte(test.source), noFragment); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, %v, want an error with %q", spec, err, test.want)
			}
		})
	}
}

// TestCollectionDocumentation reads every module of the collection.
func TestCollectionDocumentation(t *testing.T) {
	for collection := range collections {
		for _, module := range moduleNames(t, collection) {
			spec := loadModule(t, collection, module)
			if spec.Module != module || len(spec.Options) == 0 || len(spec.Return) == 0 {
				t.Errorf("%s.%s: read as %q with %d options and %d return values",
					collection, module, spec.Module, len(spec.Options), len(spec.Return))
			}
			if examples, err := yaml11.Parse(spec.Examples); err != nil || examples == nil {
				t.Errorf("%s.%s: its examples: %v, %v", collection, module, examples, err)
			}
		}
	}
}

// TestSpecAsJSON holds that a specification survives JSON, except its examples.
func TestSpecAsJSON(t *testing.T) {
	for collection := range collections {
		for _, module := range moduleNames(t, collection) {
			want := loadModule(t, collection, module)
			text, err := json.Marshal(want)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ansible.DecodeSpec(text)
			if err != nil {
				t.Fatalf("%s.%s: %v", collection, module, err)
			}
			want.Examples = nil
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s.%s is another in JSON (-want +got):\n%s", collection, module, diff)
			}
		}
	}
}

// TestAnsibleDocReadsTheSame compares what ansible-doc says of each option with what is parsed
// here.
func TestAnsibleDocReadsTheSame(t *testing.T) {
	for _, venv := range testVenvs(t) {
		for collection := range collections {
			t.Run(filepath.Base(venv)+"/"+collection, func(t *testing.T) {
				for module, theirs := range ansibleDoc(t, venv, collection) {
					ours := loadModule(t, collection, module)
					if diff := cmp.Diff(comparable(theirs), describe(ours.Options)); diff != "" {
						t.Errorf("%s (-ansible-doc +ours):\n%s", module, diff)
					}
				}
			})
		}
	}
}

// ansibleDoc returns the options of every module of a collection, as `ansible-doc --json` has them.
func ansibleDoc(t *testing.T, venv, collection string) map[string]map[string]any {
	t.Helper()
	root, err := filepath.Abs(collections[collection])
	if err != nil {
		t.Fatal(err)
	}
	namespace, name, _ := strings.Cut(collection, ".")
	home := t.TempDir()
	folder := filepath.Join(home, "ansible_collections", namespace)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(root, filepath.Join(folder, name)); err != nil {
		t.Fatal(err)
	}
	arguments := []string{"--json", "-t", "module"}
	modules := moduleNames(t, collection)
	for _, module := range modules {
		arguments = append(arguments, collection+"."+module)
	}
	command := exec.Command(filepath.Join(venv, "bin", "ansible-doc"), arguments...)
	command.Env = append(os.Environ(), "ANSIBLE_COLLECTIONS_PATH="+home, "HOME="+home)
	text, err := command.Output()
	if err != nil {
		t.Fatalf("ansible-doc: %v", err)
	}
	var docs map[string]struct {
		Doc struct{ Options map[string]any }
	}
	if err := json.Unmarshal(text, &docs); err != nil {
		t.Fatal(err)
	}
	options := map[string]map[string]any{}
	for module, doc := range docs {
		options[strings.TrimPrefix(module, collection+".")] = doc.Doc.Options
	}
	if len(options) != len(modules) {
		t.Fatalf("ansible-doc knows %d modules, there are %d", len(options), len(modules))
	}
	return options
}

// comparable reduces ansible-doc's options to what a Spec keeps.
func comparable(options map[string]any) map[string]any {
	kept := map[string]any{}
	for name, option := range options {
		option := option.(map[string]any)
		entry := map[string]any{"type": "str", "required": false}
		for _, key := range []string{"type", "elements", "default", "choices", "required", "aliases"} {
			if value := option[key]; value != nil {
				entry[key] = value
			}
		}
		if choices, ok := entry["choices"].(map[string]any); ok {
			var names []any
			for _, choice := range slices.Sorted(maps.Keys(choices)) {
				names = append(names, choice)
			}
			entry["choices"] = names
		}
		if suboptions, ok := option["suboptions"].(map[string]any); ok {
			entry["suboptions"] = comparable(suboptions)
		}
		kept[name] = entry
	}
	return kept
}

func describe(options map[string]*ansible.Option) map[string]any {
	described := map[string]any{}
	for name, option := range options {
		entry := map[string]any{"type": option.Type, "required": option.Required}
		for key, value := range map[string]any{"elements": option.Elements, "default": option.Default,
			"choices": option.Choices, "aliases": option.Aliases} {
			if value != nil && !reflect.ValueOf(value).IsZero() || key == "default" && value != nil {
				entry[key] = jsonValue(value)
			}
		}
		if option.Options != nil {
			entry["suboptions"] = describe(option.Options)
		}
		described[name] = entry
	}
	return described
}

func jsonValue(value any) (decoded any) {
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &decoded)
	}
	if err != nil {
		panic(err)
	}
	return decoded
}

func option(text string) string {
	return "DOCUMENTATION = r'''\nmodule: test\noptions:\n  " + text + "\n'''"
}

func noFragment(name string) ([]byte, error) {
	return nil, fmt.Errorf("no fragment %s: %w", name, fs.ErrNotExist)
}

func moduleNames(t testing.TB, collection string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(collections[collection], "plugins", "modules", "*.py"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no modules: %v", collection, err)
	}
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".py"))
	}
	return names
}

func loadModule(t testing.TB, collection, module string) *ansible.Spec {
	t.Helper()
	root := os.DirFS(collections[collection])
	source, err := fs.ReadFile(root, "plugins/modules/"+module+".py")
	if err != nil {
		t.Fatal(err)
	}
	spec, err := ParseSpec(source, func(name string) ([]byte, error) {
		file, ok := strings.CutPrefix(name, collection+".")
		if !ok {
			return nil, errors.New("another collection's fragment")
		}
		return fs.ReadFile(root, "plugins/doc_fragments/"+file+".py")
	})
	if err != nil {
		t.Fatalf("%s.%s: %v", collection, module, err)
	}
	return spec
}

func BenchmarkParseSpec(b *testing.B) {
	for b.Loop() {
		loadModule(b, "acsmon.monitor", "acsmon_monitor")
	}
}

// FuzzParseSpec: a documentation is read, or refused by an error; and what is read can be used.
func FuzzParseSpec(f *testing.F) {
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
		spec, err := ParseSpec(source, func(string) ([]byte, error) { return []byte(option("z: {type: int}")), nil })
		if err != nil {
			return
		}
		if _, err := spec.Validate(map[string]any{}, ansible.Rules{}, "the test"); err != nil && !strings.Contains(err.Error(), "required") {
			t.Errorf("its own defaults are refused: %v", err)
		}
	})
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

// TestTheProtocolIsTestedWithTheGadget checks the specification with which package ansible tests
// itself against the gadget's documentation; -update writes it.
func TestTheProtocolIsTestedWithTheGadget(t *testing.T) {
	const path = "../../ansible/testdata/gadget.json"
	want, err := json.MarshalIndent(loadModule(t, "example.gadgets", "gadget"), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the gadget's documentation says (%v): run this test with -update", path, err)
	}
}

var update = flag.Bool("update", false, "write the gadget's specification for the tests of package ansible")
