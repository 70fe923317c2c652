// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"regexp"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/specs/docs"
)

// eventSource is the folder of event sources in the collection.
const eventSource = "extensions/eda/plugins/event_source/"

// settingsSchema makes a JSON schema of the inventory's settings file, for editors.
func settingsSchema() (map[string]any, error) {
	options, err := docs.Options("plugins/inventory/acsmon.py")
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"$schema":              "http://json-schema.org/draft-07/schema#",
		"title":                "Settings of the inventory acsmon.monitor.acsmon",
		"type":                 "object",
		"properties":           properties(options),
		"additionalProperties": false,
	}, nil
}

// eventSourceSchema makes a JSON schema of the arguments of the event source, in the form in which
// ansible.eda ships those of its own: controllers make forms of it.
func eventSourceSchema() (map[string]any, error) {
	options, err := docs.Options(eventSource + "alerts.py")
	if err != nil {
		return nil, err
	}
	arguments := map[string]any{}
	for name, option := range options {
		doc := option.(map[string]any)
		schema := valueOf(name, doc)
		schema["title"] = strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "_", " ")
		schema["description"] = plainText(doc["description"])
		if doc["default"] != nil {
			schema["default"] = doc["default"]
		}
		if name == "token" || name == "password" {
			schema["format"] = "password"
		}
		arguments[name] = schema
	}
	return map[string]any{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"title":                "Alerts of ACS Monitor",
		"description":          "Arguments of the event source acsmon.monitor.alerts",
		"type":                 "object",
		"properties":           arguments,
		"additionalProperties": false,
	}, nil
}

func properties(options map[string]any) map[string]any {
	all := map[string]any{}
	for name, option := range options {
		if doc, ok := option.(map[string]any); ok {
			all[name] = property(name, doc)
		}
	}
	return all
}

// property is the schema of one option. In the plugin, any value may be a template instead.
func property(name string, doc map[string]any) map[string]any {
	schema := valueOf(name, doc)
	if schema["type"] != "string" || schema["enum"] != nil {
		schema = map[string]any{"anyOf": []any{schema, template}}
	}
	schema["description"] = plainText(doc["description"])
	if doc["default"] != nil {
		schema["default"] = doc["default"]
	}
	return schema
}

var template = map[string]any{"type": "string", "pattern": `\{\{|\{%`}

func valueOf(name string, doc map[string]any) map[string]any {
	schema := map[string]any{"type": "string"}
	switch doc["type"] {
	case "bool":
		schema["type"] = "boolean"
	case "int":
		schema["type"] = "integer"
	case "float":
		schema["type"] = "number"
	case "dict":
		schema["type"] = "object"
	case "list":
		schema["type"] = "array"
		schema["items"] = itemOf(name, doc)
	}
	if doc["choices"] != nil && doc["type"] != "list" {
		schema["enum"] = doc["choices"]
	}
	return schema
}

// itemOf is the schema of one element of a list.
func itemOf(name string, doc map[string]any) map[string]any {
	item := valueOf("", map[string]any{"type": doc["elements"], "choices": doc["choices"]})
	suboptions, ok := doc["suboptions"].(map[string]any)
	if !ok {
		return item
	}
	item["properties"], item["additionalProperties"] = properties(suboptions), false
	if name != "group_by" {
		return item
	}
	text := map[string]any{"type": "string"}
	fields := item["properties"].(map[string]any)["field"].(map[string]any)
	fields["anyOf"] = []any{text, map[string]any{"type": "array", "items": text}}
	return map[string]any{"anyOf": []any{text, map[string]any{"type": "array", "items": text}, item}}
}

var markup = regexp.MustCompile(`\b[A-Z]+\(([^()]*)\)`)

// plainText is a description without its markup.
func plainText(description any) string {
	lines, ok := description.([]any)
	if !ok {
		lines = []any{description}
	}
	var texts []string
	for _, line := range lines {
		if text, ok := line.(string); ok {
			texts = append(texts, markup.ReplaceAllString(text, "$1"))
		}
	}
	return strings.Join(texts, "\n")
}
