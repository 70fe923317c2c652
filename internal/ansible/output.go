// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// answer writes the one object that a module answers. spec and t are nil where the run did not get that far.
func answer(stdout io.Writer, spec *Spec, t *Task, result Result) int {
	if _, ok := result["changed"].(bool); !ok {
		result["changed"] = false
	}
	var secrets []string
	if t != nil {
		t.mu.Lock()
		secrets = slices.Concat(t.Arguments.secrets, t.secrets)
		if warnings := slices.Concat(t.Arguments.Warnings, t.warnings); len(warnings) > 0 {
			result["warnings"] = warnings
		}
		t.mu.Unlock()
	}
	object, err := plainObject(result)
	if err != nil {
		fault := failed(fmt.Errorf("the result cannot be written as JSON, please report it: %w", err))
		fault["changed"] = result["changed"]
		object, _ = plainObject(fault)
	}
	if spec != nil {
		setTypes(object, spec.Return)
	}
	object = newCleaner(secrets, publicNames(spec)).mapping(object)
	encoder := json.NewEncoder(stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(object); err != nil || object["failed"] == true {
		return 1
	}
	return 0
}

// minSecret is the length in bytes from which a secret is also looked for inside longer strings. Ansible has no such
// limit, and a password "a" there turns every word into untrusted.Mask. A shorter secret is hidden where it is a whole value.
const minSecret = 4

// cleaner takes secrets and control characters out of a result.
//
// Data is cleaned of control characters as messages are. JSON would carry them safely to Ansible, but Ansible decodes
// them and prints the label of each loop item, diffs and messages as they are, and C1 and bidirectional controls even
// within its own JSON: a monitor's name would reach the terminal.
type cleaner struct {
	whole  map[string]bool
	inside []string
	public map[string]bool // keys that are in the documentation: no secret, whatever a password says
}

func newCleaner(secrets []string, public map[string]bool) *cleaner {
	c := &cleaner{whole: map[string]bool{}, public: public}
	for _, secret := range secrets {
		secret = strings.ToValidUTF8(secret, "\uFFFD")
		if secret == "" {
			continue
		}
		c.whole[secret] = true
		if len(secret) >= minSecret {
			c.inside = append(c.inside, forms(secret)...)
		}
	}
	return c
}

// forms are a secret and how it looks inside a URL, a JSON or Go string, and in base64.
func forms(secret string) []string {
	bytes := []byte(secret)
	inJSON, _ := json.Marshal(secret)
	inGo := strconv.Quote(secret)
	all := []string{
		secret,
		url.QueryEscape(secret),
		url.PathEscape(secret),
		string(inJSON[1 : len(inJSON)-1]),
		inGo[1 : len(inGo)-1],
		base64.RawStdEncoding.EncodeToString(bytes),
		base64.RawURLEncoding.EncodeToString(bytes),
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// publicNames are the keys that the documentation and the protocol name.
func publicNames(spec *Spec) map[string]bool {
	names := map[string]bool{}
	for _, name := range []string{"changed", "failed", "msg", "failure", "warnings", "invocation", "module_args", "exception",
		"diff", "before", "after", "before_header", "after_header", "prepared"} {
		names[name] = true
	}
	if spec != nil {
		addOptionNames(names, spec.Options)
		addReturnNames(names, spec.Return)
	}
	return names
}

func addOptionNames(names map[string]bool, options map[string]*Option) {
	for name, option := range options {
		names[name] = true
		addOptionNames(names, option.Options)
	}
}

func addReturnNames(names map[string]bool, keys map[string]*Return) {
	for name, key := range keys {
		names[name] = true
		addReturnNames(names, key.Contains)
	}
}

// plainObject gives a result as plain JSON values.
func plainObject(result Result) (map[string]any, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(map[string]any(result)); err != nil {
		return nil, err
	}
	decoded, err := decodeJSON(&text)
	object, _ := decoded.(map[string]any)
	return object, err
}

func (c *cleaner) value(value any) any {
	switch value := value.(type) {
	case string:
		return c.text(value)
	case json.Number:
		if len(value) >= minSecret && c.text(string(value)) != string(value) {
			return untrusted.Mask
		}
	case []any:
		for i, element := range value {
			value[i] = c.value(element)
		}
	case map[string]any:
		return c.mapping(value)
	}
	return value
}

// mapping cleans keys and values. Two keys that become one are told apart by a `_` behind.
func (c *cleaner) mapping(mapping map[string]any) map[string]any {
	clean := make(map[string]any, len(mapping))
	for _, key := range slices.Sorted(maps.Keys(mapping)) {
		name := key
		if len(key) >= minSecret && !c.public[key] {
			name = c.scrub(key)
		}
		name = untrusted.Key(name)
		for {
			if _, taken := clean[name]; !taken {
				break
			}
			name += "_"
		}
		clean[name] = c.value(mapping[key])
	}
	return clean
}

func (c *cleaner) text(text string) string {
	return untrusted.Visible(c.scrub(text))
}

// scrub covers every place where a secret is: places that overlap become one.
func (c *cleaner) scrub(text string) string {
	if c.whole[text] {
		return untrusted.Mask
	}
	type place struct{ from, to int }
	var places []place
	for _, secret := range c.inside {
		for from := 0; ; from++ {
			at := strings.Index(text[from:], secret)
			if at < 0 {
				break
			}
			from += at
			places = append(places, place{from, from + len(secret)})
		}
	}
	slices.SortFunc(places, func(a, b place) int { return a.from - b.from })
	var b strings.Builder
	end := 0
	for _, p := range places {
		if p.from >= end {
			b.WriteString(text[end:p.from])
			b.WriteString(untrusted.Mask)
		}
		end = max(end, p.to)
	}
	b.WriteString(text[end:])
	return b.String()
}
