// SPDX-License-Identifier: GPL-3.0-or-later

// Package export writes a gathered install as a playbook that makes the install again. It owns the
// form of the YAML: no text of a server in it is evaluated by Ansible, changes its type, or reaches
// a terminal as a control character. It does not know the server.
package export

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/acsmon/acsmon-ansible/internal/modules"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
	"github.com/acsmon/acsmon-ansible/internal/yaml11"
)

const head = `---
# An ACS Monitor install as code: all that was at %s.
#
#   ansible-playbook FILE --check --diff   # shows what differs by now
#   ansible-playbook FILE                  # makes it so again
#
# What is there and not listed is removed, up to max_deletions. The server does not
# show secrets: where a comment names some, add them from a vault before the thing is
# created anew or changed. VALUE_SPECIFIED_IN_NO_LOG_PARAMETER stands for a secret in a
# config, and is refused until you have put the secret there, from a vault too. Keys
# whose names do not say that they hold one are here: look before you share this file.

`

// Playbook returns the playbook for the lists of the install at origin, which is as acsmon.Origin
// returns it. It holds none of the secrets: where the name of a key says that there is one, it has
// a placeholder, which the modules refuse.
func Playbook(origin string, lists []modules.Gathered, secrets *untrusted.Secrets, keys untrusted.SecretKeys) ([]byte, error) {
	vars, options := yaml.MapSlice{}, yaml.MapSlice{{Key: "state", Value: "overridden"}, {Key: "scope", Value: yaml.MapSlice{{Key: "all", Value: true}}}}
	comments := yaml.CommentMap{}
	for _, list := range lists {
		items := make([]any, len(list.Items))
		for i, item := range list.Items {
			items[i] = mapping(item.Options, func(value any) any { return keys.Hide(secrets.RedactValue(value)) })
			if len(item.Secrets) > 0 {
				at := fmt.Sprintf("$[0].vars.%s[%d]", variableOf(list.Option), i)
				comments[at] = []*yaml.Comment{yaml.HeadComment(placeholders(list.Option, item)...)}
			}
		}
		name := variableOf(list.Option)
		vars = append(vars, yaml.MapItem{Key: name, Value: items})
		options = append(options, yaml.MapItem{Key: list.Option, Value: literal(strconv.Quote("{{ " + name + " }}"))})
	}
	options = append(options, yaml.MapItem{Key: "max_deletions", Value: 10})
	play := yaml.MapSlice{
		{Key: "name", Value: "ACS Monitor as code"},
		{Key: "hosts", Value: "localhost"},
		{Key: "connection", Value: "local"},
		{Key: "gather_facts", Value: false},
		{Key: "vars", Value: vars},
		{Key: "tasks", Value: []any{yaml.MapSlice{
			{Key: "name", Value: "Make the install match these lists"},
			{Key: "acsmon.monitor.acsmon_config", Value: options},
		}}},
	}
	body, err := yaml.MarshalWithOptions([]any{play}, yaml.Indent(2), yaml.IndentSequence(true), yaml.WithComment(comments))
	if err != nil {
		return nil, fmt.Errorf("the install cannot be written as YAML, please report it: %w", err)
	}
	return append(fmt.Appendf(nil, head, origin), unindented(body)...), nil
}

// variableOf names the variable that holds a list. Ansible warns of one that is called as a
// keyword of a play is.
func variableOf(option string) string {
	if option == "roles" {
		return "acsmon_roles"
	}
	return option
}

// unindented removes the two columns by which goccy indents a list at the top.
func unindented(body []byte) []byte {
	lines := strings.SplitAfter(string(body), "\n")
	for _, line := range lines {
		if line != "" && line != "\n" && !strings.HasPrefix(line, "  ") {
			return body
		}
	}
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "  ")
	}
	return []byte(strings.Join(lines, ""))
}

// placeholders returns the lines of a comment that shows where secrets go.
func placeholders(list string, item modules.GatheredItem) []string {
	name := ""
	for _, option := range item.Options {
		if option.Name == "name" {
			name = fmt.Sprint(option.Value)
		}
	}
	lines := make([]string, len(item.Secrets))
	for i, secret := range item.Secrets {
		lines[i] = fmt.Sprintf(` %s: "{{ vault_%s }}"`, secret, variable(list+"_"+name+"_"+secret))
	}
	return lines
}

var notInVariables = regexp.MustCompile(`[^a-z0-9]+`)

// variable turns any text into the name of a variable.
func variable(text string) string {
	return strings.Trim(notInVariables.ReplaceAllString(strings.ToLower(text), "_"), "_")
}

func mapping(options []modules.Option, hide func(any) any) yaml.MapSlice {
	slice := make(yaml.MapSlice, len(options))
	for i, option := range options {
		slice[i] = yaml.MapItem{Key: option.Name, Value: block(hide(option.Value))}
	}
	return slice
}

// literal is YAML that is written as it is.
type literal string

// MarshalYAML gives the text to goccy, which parses it.
func (l literal) MarshalYAML() ([]byte, error) { return []byte(l), nil }

// block returns a value in the form that goccy writes on several lines.
func block(value any) any {
	switch value := value.(type) {
	case map[string]any:
		slice := yaml.MapSlice{}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			if strings.Contains(key, " ") || !plain(key) {
				return literal(flow(value))
			}
			slice = append(slice, yaml.MapItem{Key: untrusted.Key(key), Value: block(value[key])})
		}
		return slice
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = block(element)
		}
		return list
	case []string:
		list := make([]any, len(value))
		for i, text := range value {
			list[i] = block(text)
		}
		return list
	}
	return literal(scalar(value))
}

// flow writes a value on one line, every key in quotes.
func flow(value any) string {
	var parts []string
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			parts = append(parts, strconv.Quote(untrusted.Key(key))+": "+flow(value[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		for _, element := range value {
			parts = append(parts, flow(element))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		return quoted(value)
	}
	return scalar(value)
}

// plainText looks like text in every YAML, except for words such as yes, which are found by parsing
// it.
var plainText = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9 ._/@-]*[a-zA-Z0-9]$`)

// plain reports whether a text needs no quotes, in any YAML.
func plain(text string) bool {
	read, err := yaml11.Parse([]byte(text))
	return plainText.MatchString(text) && err == nil && read == any(text)
}

func scalar(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(value)
	case int, int64:
		return fmt.Sprint(value)
	case float64:
		return number(json.Number(strconv.FormatFloat(value, 'g', -1, 64)))
	case json.Number:
		return number(value)
	case string:
		if plain(value) {
			return value
		}
		return quoted(value)
	}
	return quoted(fmt.Sprint(value))
}

// number writes a number so that YAML 1.1 also takes it for one: there, 1e9 is a text.
func number(n json.Number) string {
	if !strings.ContainsAny(n.String(), ".eE") {
		return n.String()
	}
	f, err := n.Float64()
	if err != nil {
		return quoted(n.String())
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// quoted writes a text in double quotes, with everything invisible escaped. All escapes of Go's
// syntax that it uses mean the same in YAML. What Ansible would evaluate is marked as unsafe, and
// what it would decrypt is changed.
func quoted(text string) string {
	text = untrusted.NoVault(text)
	if untrusted.Evaluates(text) {
		return "!unsafe " + strconv.Quote(text)
	}
	return strconv.Quote(text)
}
