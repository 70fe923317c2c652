// SPDX-License-Identifier: GPL-3.0-or-later

package docs

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/yaml11"
)

// ParseSpec parses the Python file of a module, or of an inventory plugin. fragment returns the
// Python file of the doc fragment that `extends_documentation_fragment` names, or an
// fs.ErrNotExist. As in Ansible, "a.b.name.part" is the attribute PART of the fragment a.b.name if
// there is no fragment a.b.name.part.
func ParseSpec(module []byte, fragment func(name string) ([]byte, error)) (*ansible.Spec, error) {
	texts, err := pythonStrings(module)
	if err != nil {
		return nil, err
	}
	if _, ok := texts["DOCUMENTATION"]; !ok {
		return nil, errors.New("the module's Python file has no DOCUMENTATION = r'''...'''")
	}
	doc, err := parseMapping(texts, "DOCUMENTATION")
	if err != nil {
		return nil, err
	}
	returned, err := parseMapping(texts, "RETURN")
	if err != nil {
		return nil, err
	}
	spec := &ansible.Spec{Examples: []byte(texts["EXAMPLES"])}
	if spec.Module, _ = doc["module"].(string); spec.Module == "" {
		spec.Module, _ = doc["name"].(string)
	}
	options, err := documentedOptions(doc, fragment)
	if err != nil {
		return nil, fmt.Errorf("the documentation of %s: %w", spec.Module, err)
	}
	if spec.Options, err = parseOptions("", options); err != nil {
		return nil, fmt.Errorf("the documentation of %s: %w", spec.Module, err)
	}
	if spec.Return, err = parseReturn("", returned); err != nil {
		return nil, fmt.Errorf("the documentation of %s: %w", spec.Module, err)
	}
	return spec, nil
}

// parsePluginOptions parses the options of the Python file of a module or a plugin, with those of
// its fragments (see [ParseSpec]), as its DOCUMENTATION has them.
func parsePluginOptions(module []byte, fragment func(name string) ([]byte, error)) (map[string]any, error) {
	texts, err := pythonStrings(module)
	if err != nil {
		return nil, err
	}
	doc, err := parseMapping(texts, "DOCUMENTATION")
	if err != nil {
		return nil, err
	}
	return documentedOptions(doc, fragment)
}

var assignment = regexp.MustCompile(`(?m)^[ \t]*([A-Z][A-Z0-9_]*)[ \t]*=[ \t]*(r?)('''|""")`)

// pythonStrings returns the strings in triple quotes that a Python file assigns to upper-case
// names, as modules and doc fragments do. It does not interpret escapes: a string that has one must
// be raw.
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

func parseMapping(texts map[string]string, name string) (map[string]any, error) {
	value, err := yaml11.Parse([]byte(texts[name]))
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

// documentedOptions returns a module's own options and those of its fragments. If both document an
// option, the module's text counts.
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
		part, err := loadFragment(name, fragment)
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

func loadFragment(name string, fragment func(string) ([]byte, error)) (map[string]any, error) {
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
	doc, err := parseMapping(texts, attribute)
	if err != nil {
		return nil, fmt.Errorf("doc fragment %s: %w", name, err)
	}
	return doc, nil
}

func parseOptions(prefix string, documented map[string]any) (map[string]*ansible.Option, error) {
	options := make(map[string]*ansible.Option, len(documented))
	for _, name := range slices.Sorted(maps.Keys(documented)) {
		option, err := parseOption(prefix+name, documented[name])
		if err != nil {
			return nil, fmt.Errorf("option %s: %w", prefix+name, err)
		}
		options[name] = option
	}
	return options, checkAliases(options)
}

func parseOption(name string, documented any) (*ansible.Option, error) {
	doc, ok := documented.(map[string]any)
	if !ok {
		return nil, errors.New("not a mapping")
	}
	option := &ansible.Option{Type: "str", Default: doc["default"]}
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
		option.Options, err = parseOptions(name+".", suboptions)
	} else if doc["suboptions"] != nil {
		return nil, errors.New("suboptions is not a mapping")
	}
	if err != nil {
		return nil, err
	}
	return option, option.Check()
}

func checkAliases(options map[string]*ansible.Option) error {
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

// typeName returns the type that a documentation names; plugins may use the long names.
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
	if !ansible.IsType(name) {
		return "", fmt.Errorf("the type %q is not one that Ansible has", name)
	}
	return name, nil
}

func parseReturn(prefix string, documented map[string]any) (map[string]*ansible.Return, error) {
	keys := make(map[string]*ansible.Return, len(documented))
	for _, name := range slices.Sorted(maps.Keys(documented)) {
		doc, ok := documented[name].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("RETURN key %s%s is not a mapping", prefix, name)
		}
		key := &ansible.Return{}
		key.Type, _ = doc["type"].(string)
		key.Elements, _ = doc["elements"].(string)
		key.Returned, _ = doc["returned"].(string)
		if contains, ok := doc["contains"].(map[string]any); ok {
			var err error
			if key.Contains, err = parseReturn(prefix+name+".", contains); err != nil {
				return nil, err
			}
		}
		keys[name] = key
	}
	return keys, nil
}

// stringList accepts a list of strings, one string, or nothing.
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
