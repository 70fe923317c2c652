// SPDX-License-Identifier: GPL-3.0-or-later

// Package yaml11 parses YAML as Ansible does, by the rules of YAML 1.1: `yes` is true and `0644` is
// 420.
//
// It owns what a plain scalar means and how much aliases may cost. It must not know what the text
// is for.
package yaml11

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxNodes limits what aliases may expand to.
const maxNodes = 1 << 20

// Parse parses one YAML document. goccy follows YAML 1.2, in which `yes` is a string and `0644` is
// 644. So goccy finds the structure, and Parse resolves plain scalars by PyYAML's rules (dates stay
// strings).
//
// The value consists of nil, bool, int64, float64, string, []any and map[string]any; an integer
// beyond int64 is a json.Number. A value tagged !unsafe is its string; one tagged !vault is an
// error, because it needs a password. Errors name line and column, and never quote the text, which
// may hold a secret.
func Parse(text []byte) (any, error) {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, parseError(err)
	}
	r := reader{anchors: map[string]ast.Node{}}
	var documents []ast.Node
	for _, document := range file.Docs {
		if document.Body != nil {
			documents = append(documents, document.Body)
		}
	}
	switch len(documents) {
	case 0:
		return nil, nil
	case 1:
		return r.value(documents[0])
	}
	return nil, errors.New("more than one YAML document, where one was expected")
}

func parseError(err error) error {
	var located yaml.Error
	if !errors.As(err, &located) {
		return errors.New("not valid YAML")
	}
	message := quotedText.ReplaceAllString(located.GetMessage(), "…")
	if at := located.GetToken(); at != nil && at.Position != nil {
		return fmt.Errorf("not valid YAML at line %d, column %d: %s", at.Position.Line, at.Position.Column, message)
	}
	return fmt.Errorf("not valid YAML: %s", message)
}

// quotedText is what goccy's messages quote of the text, always between double quotes.
var quotedText = regexp.MustCompile(`(?s)".*"`)

type reader struct {
	anchors map[string]ast.Node
	nodes   int
}

func (r *reader) value(node ast.Node) (any, error) {
	if r.nodes++; r.nodes > maxNodes {
		return nil, errors.New("the YAML has too many values")
	}
	switch node := node.(type) {
	case nil:
		return nil, nil
	case *ast.MappingNode:
		return r.mapping(node.Values)
	case *ast.MappingValueNode:
		return r.mapping([]*ast.MappingValueNode{node})
	case *ast.SequenceNode:
		values := make([]any, len(node.Values))
		for i, element := range node.Values {
			value, err := r.value(element)
			if err != nil {
				return nil, err
			}
			values[i] = value
		}
		return values, nil
	case *ast.AnchorNode:
		value, err := r.value(node.Value)
		if err == nil { // only now: an alias inside its own anchor would never end
			r.anchors[node.Name.GetToken().Value] = node.Value
		}
		return value, err
	case *ast.AliasNode:
		target, err := r.alias(node)
		if err != nil {
			return nil, err
		}
		return r.value(target)
	case *ast.TagNode:
		return r.tagged(node)
	}
	text, plain, err := scalar(node)
	if err != nil || !plain {
		return text, err
	}
	return resolve(text), nil
}

func (r *reader) alias(node *ast.AliasNode) (ast.Node, error) {
	target, ok := r.anchors[node.Value.GetToken().Value]
	if !ok {
		return nil, faultAt(node, "an alias without an anchor before it")
	}
	return target, nil
}

func (r *reader) mapping(pairs []*ast.MappingValueNode) (any, error) {
	mapping := make(map[string]any, len(pairs))
	merged := map[string]any{}
	for _, pair := range pairs {
		value, err := r.value(pair.Value)
		if err != nil {
			return nil, err
		}
		if _, ok := pair.Key.(*ast.MergeKeyNode); ok {
			if err := merge(merged, value); err != nil {
				return nil, faultAt(pair, err.Error())
			}
			continue
		}
		key, err := r.key(pair.Key)
		if err != nil {
			return nil, err
		}
		mapping[key] = value
	}
	for key, value := range merged {
		if _, ok := mapping[key]; !ok {
			mapping[key] = value
		}
	}
	return mapping, nil
}

// merge adds what `<<` names: a mapping, or a list of mappings, of which the first wins.
func merge(into map[string]any, value any) error {
	sources, ok := value.([]any)
	if !ok {
		sources = []any{value}
	}
	for _, source := range sources {
		mapping, ok := source.(map[string]any)
		if !ok {
			return errors.New("<< merges mappings only")
		}
		for key, value := range mapping {
			if _, ok := into[key]; !ok {
				into[key] = value
			}
		}
	}
	return nil
}

// key returns a key as it is written: JSON has only strings as keys, so `on: …` is the key "on" and
// not true.
func (r *reader) key(node ast.Node) (string, error) {
	switch key := node.(type) {
	case *ast.MappingKeyNode:
		return r.key(key.Value)
	case *ast.AnchorNode:
		r.anchors[key.Name.GetToken().Value] = key.Value
		return r.key(key.Value)
	case *ast.AliasNode:
		target, err := r.alias(key)
		if err != nil {
			return "", err
		}
		return r.key(target)
	}
	text, _, err := scalar(node)
	return text, err
}

func (r *reader) tagged(node *ast.TagNode) (any, error) {
	switch tag := node.Start.Value; tag {
	case "!vault", "!vault-encrypted":
		return nil, faultAt(node, "a value encrypted by ansible-vault cannot be read here: decrypt it first")
	case "!unsafe", "!!str", "!":
		text, _, err := scalar(node.Value)
		return text, err
	case "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq":
		return r.value(node.Value)
	default:
		return nil, faultAt(node, "a YAML tag that is not known here: leave it out")
	}
}

// scalar returns a scalar's text, and whether it is plain: not in quotes and not a block.
func scalar(node ast.Node) (text string, plain bool, err error) {
	switch node := node.(type) {
	case nil:
		return "", false, nil
	case *ast.StringNode:
		quoted := node.Token.Type == token.SingleQuoteType || node.Token.Type == token.DoubleQuoteType
		return node.Value, !quoted, nil
	case *ast.LiteralNode:
		if node.Value == nil {
			return "", false, nil
		}
		return node.Value.Value, false, nil
	case *ast.NullNode:
		if node.Token.Type == token.ImplicitNullType {
			return "", true, nil
		}
		return node.Token.Value, true, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode, *ast.MergeKeyNode:
		return node.GetToken().Value, true, nil
	}
	return "", false, faultAt(node, "a string, a number or a boolean was expected")
}

func faultAt(node ast.Node, what string) error {
	if at := node.GetToken(); at != nil && at.Position != nil {
		return fmt.Errorf("line %d, column %d: %s", at.Position.Line, at.Position.Column, what)
	}
	return errors.New(what)
}

// The implicit types of YAML 1.1 as PyYAML resolves them (its resolver.py).
var (
	base60Text  = regexp.MustCompile(`^[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+$`)
	integerText = regexp.MustCompile(`^[-+]?(0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+)$`)
	floatText   = regexp.MustCompile(`^([-+]?[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)([eE][-+][0-9]+)?$`)
	words       = map[string]any{
		"": nil, "~": nil, "null": nil, "Null": nil, "NULL": nil,
		"yes": true, "Yes": true, "YES": true, "on": true, "On": true, "ON": true,
		"true": true, "True": true, "TRUE": true,
		"no": false, "No": false, "NO": false, "off": false, "Off": false, "OFF": false,
		"false": false, "False": false, "FALSE": false,
		".inf": math.Inf(1), ".Inf": math.Inf(1), ".INF": math.Inf(1),
		"+.inf": math.Inf(1), "+.Inf": math.Inf(1), "+.INF": math.Inf(1),
		"-.inf": math.Inf(-1), "-.Inf": math.Inf(-1), "-.INF": math.Inf(-1),
		".nan": math.NaN(), ".NaN": math.NaN(), ".NAN": math.NaN(),
	}
)

func resolve(text string) any {
	if value, ok := words[text]; ok {
		return value
	}
	digits := strings.ReplaceAll(text, "_", "")
	switch {
	case integerText.MatchString(text):
		n, ok := new(big.Int).SetString(digits, 0)
		switch {
		case ok && n.IsInt64():
			return n.Int64()
		case ok:
			return json.Number(n.String())
		}
	case base60Text.MatchString(text):
		if n, ok := base60(digits); ok {
			return n
		}
	case floatText.MatchString(text):
		if f, err := strconv.ParseFloat(digits, 64); err == nil {
			return f
		}
	}
	return text
}

// base60 parses 1:30 as 90, as YAML 1.1 does.
func base60(text string) (n int64, ok bool) {
	digits, negative := strings.CutPrefix(text, "-")
	for part := range strings.SplitSeq(strings.TrimPrefix(digits, "+"), ":") {
		place, err := strconv.ParseInt(part, 10, 64)
		if err != nil || n > (math.MaxInt64-place)/60 {
			return 0, false
		}
		n = n*60 + place
	}
	if negative {
		n = -n
	}
	return n, true
}
