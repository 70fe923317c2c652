// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"fmt"
	"regexp"
	"strings"
)

// expression gives a host a text: a field (name), a field with transformations (name | short |
// lower), or a text with such fields in braces ({name | lower}-{id}). The executable evaluates it
// itself, in a fraction of the time that Jinja takes.
type expression struct {
	source string
	parts  []part
	jinja  bool // the inventory plugin evaluates it: see neighbours.Names
}

// part is a literal text, or a field.
type part struct {
	literal    string
	path       string // "": it is literal
	transforms []func(string) string
}

// fieldPath is the name of a field, or a path to one.
var fieldPath = regexp.MustCompile(`^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$`)

// parseExpression parses an entry of hostnames or connect_with.
func parseExpression(source string) (expression, error) {
	e := expression{source: source}
	if isTemplate(source) {
		e.jinja = true
		return e, nil
	}
	if !strings.ContainsAny(source, "{}") {
		field, err := parseField(source)
		e.parts = []part{field}
		return e, err
	}
	for rest := source; rest != ""; {
		before, after, found := strings.Cut(rest, "{")
		if strings.Contains(before, "}") {
			return e, fmt.Errorf("%q has an unmatched brace", source)
		}
		e.parts = append(e.parts, part{literal: before})
		if !found {
			break
		}
		end := indexOutsideQuotes(after, '}')
		if end < 0 {
			return e, fmt.Errorf("%q has an unmatched brace", source)
		}
		field, err := parseField(after[:end])
		if err != nil {
			return e, err
		}
		e.parts, rest = append(e.parts, field), after[end+1:]
	}
	return e, nil
}

// parseField parses PATH | TRANSFORMATION | …
func parseField(source string) (part, error) {
	rest := source
	var pieces []string
	for {
		end := indexOutsideQuotes(rest, '|')
		if end < 0 {
			break
		}
		pieces, rest = append(pieces, strings.TrimSpace(rest[:end])), rest[end+1:]
	}
	pieces = append(pieces, strings.TrimSpace(rest))
	p := part{path: pieces[0]}
	if !fieldPath.MatchString(p.path) {
		return p, fmt.Errorf("%q is not a field: write a field (name), fields in braces ({name}-{id}), or a field and its transformation "+
			"(name | short, name | lower, name | regex_replace('^sw-', ''))", source)
	}
	for _, piece := range pieces[1:] {
		transform, err := parseTransform(piece)
		if err != nil {
			return p, err
		}
		p.transforms = append(p.transforms, transform)
	}
	return p, nil
}

// indexOutsideQuotes returns the index of a character that is not in quotes, or -1.
func indexOutsideQuotes(text string, wanted byte) int {
	var quote byte
	for i := range len(text) {
		switch c := text[i]; {
		case quote == 0 && c == wanted:
			return i
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	return -1
}

// regexReplace is the only transformation that has arguments. As in Jinja, they are texts in
// quotes.
var regexReplace = regexp.MustCompile(`^regex_replace\(\s*(?:'([^']*)'|"([^"]*)")\s*,\s*(?:'([^']*)'|"([^"]*)")\s*\)$`)

func parseTransform(source string) (func(string) string, error) {
	switch source {
	case "lower":
		return strings.ToLower, nil
	case "upper":
		return strings.ToUpper, nil
	case "short":
		return func(text string) string { short, _, _ := strings.Cut(text, "."); return short }, nil
	}
	arguments := regexReplace.FindStringSubmatch(source)
	if arguments == nil {
		return nil, fmt.Errorf("%q is not a transformation: use short, lower, upper or regex_replace('PATTERN', 'REPLACEMENT'); "+
			"for any other filter of Jinja, write {{ … }} and use the inventory plugin", source)
	}
	pattern, err := regexp.Compile(arguments[1] + arguments[2])
	if err != nil {
		return nil, fmt.Errorf("%s: the pattern is not valid: %w", source, err)
	}
	replacement := goReplacement(arguments[3] + arguments[4])
	return func(text string) string { return pattern.ReplaceAllString(text, replacement) }, nil
}

var backReference = regexp.MustCompile(`\\([0-9])`)

// goReplacement changes \1, as Ansible writes it, to ${1}.
func goReplacement(text string) string {
	return backReference.ReplaceAllString(strings.ReplaceAll(text, "$", "$$"), `$${$1}`)
}

// of returns the text for a record; "" if one of the fields has no value.
func (e expression) of(r record) string {
	var b strings.Builder
	for _, p := range e.parts {
		if p.path == "" {
			b.WriteString(p.literal)
			continue
		}
		value := r.first(p.path)
		if value == "" {
			return ""
		}
		for _, transform := range p.transforms {
			value = transform(value)
		}
		b.WriteString(value)
	}
	return b.String()
}

// paths are the fields that the expression names.
func (e expression) paths() []string {
	var paths []string
	for _, p := range e.parts {
		if p.path != "" {
			paths = append(paths, p.path)
		}
	}
	return paths
}

func parseExpressions(setting string, sources []string) ([]expression, error) {
	all := make([]expression, len(sources))
	for i, source := range sources {
		var err error
		if all[i], err = parseExpression(source); err != nil {
			return nil, fmt.Errorf("%s: %w", setting, err)
		}
	}
	return all, nil
}

// isTemplate reports whether a text is a Jinja template.
func isTemplate(text string) bool {
	return strings.Contains(text, "{{") || strings.Contains(text, "{%")
}
