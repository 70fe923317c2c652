// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/exact"
)

// Spec is what the documentation of a module, or of an inventory plugin, says of its options and its answer. As JSON it is
// all that a run needs: without the examples.
type Spec struct {
	Module   string             `json:"module"`
	Options  map[string]*Option `json:"options"` // by canonical name
	Return   map[string]*Return `json:"return,omitempty"`
	Examples []byte             `json:"-"` // the YAML of EXAMPLES
}

// Option is one documented option.
type Option struct {
	Type     string             `json:"type"`               // "str" where the documentation names none
	Elements string             `json:"elements,omitempty"` // the type of a list's elements; "" where the documentation names none
	Default  any                `json:"default,omitempty"`  // as documented; held against Type when arguments are validated; nil: none
	Choices  []any              `json:"choices,omitempty"`
	Required bool               `json:"required,omitempty"`
	Aliases  []string           `json:"aliases,omitempty"`
	Options  map[string]*Option `json:"options,omitempty"` // suboptions, of a dict or of each dict of a list
}

// Return is one documented key of a module's answer.
type Return struct {
	Type     string             `json:"type,omitempty"`
	Elements string             `json:"elements,omitempty"`
	Returned string             `json:"returned,omitempty"`
	Contains map[string]*Return `json:"contains,omitempty"`
}

// DecodeSpec reads a specification that was read of a documentation once ([ReadSpec]) and written as JSON.
func DecodeSpec(text []byte) (*Spec, error) {
	spec := &Spec{}
	if err := exact.Unmarshal(text, spec); err != nil {
		return nil, err
	}
	return spec, exactNumbers(spec.Options)
}

// exactNumbers makes the numbers of documented values those that YAML has.
func exactNumbers(options map[string]*Option) (err error) {
	for name, option := range options {
		if option.Default, err = plain(option.Default); err != nil {
			return fmt.Errorf("option %s: its default %w", name, err)
		}
		for i, choice := range option.Choices {
			if option.Choices[i], err = plain(choice); err != nil {
				return fmt.Errorf("option %s: a choice %w", name, err)
			}
		}
		if err := exactNumbers(option.Options); err != nil {
			return err
		}
	}
	return nil
}

// ReadSpec reads the Python file of a module, or of an inventory plugin. fragment gives the Python file of the doc
// fragment that `extends_documentation_fragment` names, or an fs.ErrNotExist; as in Ansible, "a.b.name.part" is the
// attribute PART of the fragment a.b.name where there is no fragment a.b.name.part.
func ReadSpec(module []byte, fragment func(name string) ([]byte, error)) (*Spec, error) {
	texts, err := pythonStrings(module)
	if err != nil {
		return nil, err
	}
	if _, ok := texts["DOCUMENTATION"]; !ok {
		return nil, errors.New("the module's Python file has no DOCUMENTATION = r'''...'''")
	}
	doc, err := readMapping(texts, "DOCUMENTATION")
	if err != nil {
		return nil, err
	}
	returned, err := readMapping(texts, "RETURN")
	if err != nil {
		return nil, err
	}
	spec := &Spec{Examples: []byte(texts["EXAMPLES"])}
	if spec.Module, _ = doc["module"].(string); spec.Module == "" {
		spec.Module, _ = doc["name"].(string)
	}
	options, err := documentedOptions(doc, fragment)
	if err != nil {
		return nil, fmt.Errorf("the documentation of %s: %w", spec.Module, err)
	}
	if spec.Options, err = readOptions("", options); err != nil {
		return nil, fmt.Errorf("the documentation of %s: %w", spec.Module, err)
	}
	if spec.Return, err = readReturn("", returned); err != nil {
		return nil, fmt.Errorf("the documentation of %s: %w", spec.Module, err)
	}
	return spec, nil
}

// ReadOptions reads the options of the Python file of a module or a plugin, with those
// of its fragments (see [ReadSpec]), as its DOCUMENTATION has them.
func ReadOptions(module []byte, fragment func(name string) ([]byte, error)) (map[string]any, error) {
	texts, err := pythonStrings(module)
	if err != nil {
		return nil, err
	}
	doc, err := readMapping(texts, "DOCUMENTATION")
	if err != nil {
		return nil, err
	}
	return documentedOptions(doc, fragment)
}

var assignment = regexp.MustCompile(`(?m)^[ \t]*([A-Z][A-Z0-9_]*)[ \t]*=[ \t]*(r?)('''|""")`)

// pythonStrings gives the strings in triple quotes that a Python file assigns to upper case names, as modules and doc
// fragments do. Escapes are Python's business: a string that has one must be raw.
func pythonStrings(source []byte) (map[string]string, error) {
	texts := map[string]string{}
	for {
		at := assignment.FindSubmatchIndex(source)
		if at == nil {
			return texts, nil
		}
		name, raw, quotes := string(source[at[2]:at[3]]), at[4] < at[5], source[at[6]:at[7]]
		text, rest, closed := bytes.Cut(source[at[1]:], quotes)
		if !closed {
			return nil, fmt.Errorf("%s: its closing %s is missing", name, quotes)
		}
		if !raw && bytes.ContainsRune(text, '\\') {
			return nil, fmt.Errorf("%s holds a backslash: write it as a raw string, r%s", name, quotes)
		}
		texts[name], source = string(text), rest
	}
}

func readMapping(texts map[string]string, name string) (map[string]any, error) {
	value, err := ReadYAML([]byte(texts[name]))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if value == nil {
		return map[string]any{}, nil
	}
	mapping, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s is not a mapping", name)
	}
	return mapping, nil
}

// documentedOptions are a module's own options and those of its fragments; what both say of an option, the module says.
func documentedOptions(doc map[string]any, fragment func(string) ([]byte, error)) (map[string]any, error) {
	options, err := optionsOf(doc)
	if err != nil {
		return nil, err
	}
	names, err := stringList(doc["extends_documentation_fragment"])
	if err != nil {
		return nil, fmt.Errorf("extends_documentation_fragment: %w", err)
	}
	for _, name := range names {
		part, err := readFragment(name, fragment)
		if err != nil {
			return nil, err
		}
		more, err := optionsOf(part)
		if err != nil {
			return nil, fmt.Errorf("doc fragment %s: %w", name, err)
		}
		maps.Copy(more, options)
		options = more
	}
	return options, nil
}

func optionsOf(doc map[string]any) (map[string]any, error) {
	switch options := doc["options"].(type) {
	case nil:
		return map[string]any{}, nil
	case map[string]any:
		return options, nil
	}
	return nil, errors.New("options is not a mapping")
}

func readFragment(name string, fragment func(string) ([]byte, error)) (map[string]any, error) {
	attribute := "DOCUMENTATION"
	source, err := fragment(name)
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 && errors.Is(err, fs.ErrNotExist) {
		attribute = strings.ToUpper(name[dot+1:])
		source, err = fragment(name[:dot])
	}
	if err != nil {
		return nil, fmt.Errorf("doc fragment %s: %w", name, err)
	}
	texts, err := pythonStrings(source)
	if err != nil {
		return nil, fmt.Errorf("doc fragment %s: %w", name, err)
	}
	if _, ok := texts[attribute]; !ok {
		return nil, fmt.Errorf("doc fragment %s has no %s = r'''...'''", name, attribute)
	}
	doc, err := readMapping(texts, attribute)
	if err != nil {
		return nil, fmt.Errorf("doc fragment %s: %w", name, err)
	}
	return doc, nil
}

func readOptions(prefix string, documented map[string]any) (map[string]*Option, error) {
	options := make(map[string]*Option, len(documented))
	for _, name := range slices.Sorted(maps.Keys(documented)) {
		option, err := readOption(prefix+name, documented[name])
		if err != nil {
			return nil, fmt.Errorf("option %s: %w", prefix+name, err)
		}
		options[name] = option
	}
	return options, checkAliases(options)
}

func readOption(name string, documented any) (*Option, error) {
	doc, ok := documented.(map[string]any)
	if !ok {
		return nil, errors.New("not a mapping")
	}
	option := &Option{Type: "str", Default: doc["default"]}
	var err error
	if option.Type, err = typeName(doc["type"], "str"); err != nil {
		return nil, err
	}
	if option.Elements, err = typeName(doc["elements"], ""); err != nil {
		return nil, err
	}
	if option.Required, ok = doc["required"].(bool); !ok && doc["required"] != nil {
		return nil, errors.New("required is neither true nor false")
	}
	if option.Aliases, err = stringList(doc["aliases"]); err != nil {
		return nil, fmt.Errorf("aliases: %w", err)
	}
	switch choices := doc["choices"].(type) {
	case nil:
	case []any:
		option.Choices = choices
	case map[string]any: // each choice with its description
		for _, choice := range slices.Sorted(maps.Keys(choices)) {
			option.Choices = append(option.Choices, choice)
		}
	default:
		return nil, errors.New("choices is not a list")
	}
	if suboptions, ok := doc["suboptions"].(map[string]any); ok {
		option.Options, err = readOptions(name+".", suboptions)
	} else if doc["suboptions"] != nil {
		return nil, errors.New("suboptions is not a mapping")
	}
	if err != nil {
		return nil, err
	}
	return option, option.check()
}

// check finds what would make an option unusable, so that it is found when the documentation is read.
func (o *Option) check() error {
	switch {
	case o.Elements != "" && o.Type != "list":
		return errors.New("only a list has elements")
	case o.Options != nil && o.Type != "dict" && (o.Type != "list" || o.Elements != "dict"):
		return errors.New("only a dict, or a list of them, has suboptions")
	case o.Required && o.Default != nil:
		return errors.New("a required option has no default")
	case o.Default == nil:
		return nil
	}
	noEnvironment := func(string) (string, bool) { return "", false }
	if _, err := o.accept(o.Default, noEnvironment); err != nil {
		return fmt.Errorf("its default %w", err)
	}
	return nil
}

func checkAliases(options map[string]*Option) error {
	owner := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(options)) {
		for _, alias := range options[name].Aliases {
			if _, ok := options[alias]; ok || owner[alias] != "" {
				return fmt.Errorf("option %s: its alias %s is taken", name, alias)
			}
			owner[alias] = name
		}
	}
	return nil
}

// typeName is the type that a documentation names; plugins may use the long names.
func typeName(documented any, missing string) (string, error) {
	name, ok := documented.(string)
	if !ok && documented != nil {
		return "", errors.New("its type is not a name")
	}
	switch name {
	case "":
		return missing, nil
	case "string":
		return "str", nil
	case "boolean":
		return "bool", nil
	case "integer":
		return "int", nil
	case "dictionary":
		return "dict", nil
	case "json":
		return "jsonarg", nil
	}
	if _, ok := wanted[name]; !ok {
		return "", fmt.Errorf("the type %q is not one that Ansible has", name)
	}
	return name, nil
}

func readReturn(prefix string, documented map[string]any) (map[string]*Return, error) {
	keys := make(map[string]*Return, len(documented))
	for _, name := range slices.Sorted(maps.Keys(documented)) {
		doc, ok := documented[name].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("RETURN key %s%s is not a mapping", prefix, name)
		}
		key := &Return{}
		key.Type, _ = doc["type"].(string)
		key.Elements, _ = doc["elements"].(string)
		key.Returned, _ = doc["returned"].(string)
		if contains, ok := doc["contains"].(map[string]any); ok {
			var err error
			if key.Contains, err = readReturn(prefix+name+".", contains); err != nil {
				return nil, err
			}
		}
		keys[name] = key
	}
	return keys, nil
}

// stringList reads what may be a list of strings, one string, or nothing.
func stringList(value any) ([]string, error) {
	switch value := value.(type) {
	case nil:
		return nil, nil
	case string:
		return []string{value}, nil
	case []any:
		list := make([]string, len(value))
		for i, element := range value {
			text, ok := element.(string)
			if !ok {
				return nil, errors.New("not a list of strings")
			}
			list[i] = text
		}
		return list, nil
	}
	return nil, errors.New("not a list of strings")
}
