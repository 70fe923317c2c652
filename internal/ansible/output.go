// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/acsmon/acsmon-ansible/internal/exact"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// writeResult writes the one object that a module prints. spec and t are nil if the run did not get
// that far.
func writeResult(stdout io.Writer, spec *Spec, t *Task, result Result) int {
	if _, ok := result["changed"].(bool); !ok {
		result["changed"] = false
	}
	c := newCleaner(spec, t)
	if t != nil {
		t.mu.Lock()
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
	object = c.mapping(object, false)
	limitDepth(object)
	encoder := json.NewEncoder(stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(object); err != nil || object["failed"] == true {
		return 1
	}
	return 0
}

// Cleaned gives an object as the result would show it, for a module that writes it into a file:
// without secrets and without control characters.
func (t *Task) Cleaned(object map[string]any) (map[string]any, error) {
	plain, err := plainObject(object)
	if err != nil {
		return nil, err
	}
	return newCleaner(t.spec, t).mapping(plain, false), nil
}

// newCleaner makes the cleaner of one run.
func newCleaner(spec *Spec, t *Task) *cleaner {
	c := &cleaner{secrets: &untrusted.Secrets{}, public: publicNames(spec), fields: map[string]bool{}, objects: map[string]bool{}}
	if spec != nil {
		addOptionNames(c.fields, spec.Options, anyOption)
		addOptionNames(c.objects, spec.Options, (*Option).takesAnyObject)
		addAnyObjects(c.objects, spec.Return)
	}
	if t != nil {
		c.secrets, c.keys = t.Secrets, t.SecretKeys()
	}
	return c
}

// cleaner takes secrets and control characters out of a result.
//
// It cleans data of control characters, like messages. JSON would carry them safely to Ansible, but
// Ansible decodes them and prints the label of each loop item, diffs and messages as they are. It
// prints C1 and bidirectional controls even within its own JSON. So the name of a monitor could
// control the terminal.
type cleaner struct {
	secrets *untrusted.Secrets
	public  map[string]bool // keys in the documentation: never a secret, whatever a password is
	fields  map[string]bool // keys that are options: users write their values openly
	objects map[string]bool // keys whose values may be any object, such as the option config
	keys    untrusted.SecretKeys
}

// publicNames returns the keys that the documentation and the protocol name.
func publicNames(spec *Spec) map[string]bool {
	names := map[string]bool{}
	for _, name := range []string{"changed", "failed", "msg", "failure", "warnings", "invocation", "module_args", "exception",
		"diff", "before", "after", "before_header", "after_header", "prepared"} {
		names[name] = true
	}
	if spec != nil {
		addOptionNames(names, spec.Options, anyOption)
		addReturnNames(names, spec.Return)
	}
	return names
}

func addOptionNames(names map[string]bool, options map[string]*Option, which func(*Option) bool) {
	for name, option := range options {
		if which(option) {
			names[name] = true
		}
		addOptionNames(names, option.Options, which)
	}
}

func anyOption(*Option) bool { return true }

// takesAnyObject reports whether the documentation leaves open which keys the option has.
func (o *Option) takesAnyObject() bool { return o.Type == "dict" && o.Options == nil }

func addReturnNames(names map[string]bool, keys map[string]*Return) {
	for name, key := range keys {
		names[name] = true
		addReturnNames(names, key.Contains)
	}
}

// addAnyObjects adds the keys for which the documentation does not say what they hold, such as the
// config of a row. Those of the failure are left out: what the server says about the field password
// is no password.
func addAnyObjects(names map[string]bool, keys map[string]*Return) {
	for name, key := range keys {
		switch {
		case name == "failure":
		case key.Contains != nil:
			addAnyObjects(names, key.Contains)
		case key.Type == "raw", key.Type == "dict":
			names[name] = true
		}
	}
}

// plainObject converts a result to plain JSON values.
func plainObject(result Result) (map[string]any, error) {
	text, err := exact.Marshal(map[string]any(result), "")
	if err != nil {
		return nil, err
	}
	decoded, err := decodeJSON(bytes.NewReader(text))
	object, _ := decoded.(map[string]any)
	return object, err
}

// value cleans a value. field says that it is part of an option's value, which users write openly.
func (c *cleaner) value(value any, field bool) any {
	switch value := value.(type) {
	case string:
		return c.text(value, field)
	case json.Number:
		return c.number(value)
	case []any:
		for i, element := range value {
			value[i] = c.value(element, field)
		}
	case map[string]any:
		return c.mapping(value, field)
	}
	return value
}

// longNumber is how long a number must be to count as a possible secret. Shorter ones are
// everywhere.
const longNumber = 8

func (c *cleaner) number(n json.Number) any {
	if len(n) >= longNumber && c.secrets.Redact(string(n)) != string(n) {
		return untrusted.Mask
	}
	return n
}

// mapping cleans keys and values. If two keys become the same, one of them gets a `_` at its end.
func (c *cleaner) mapping(mapping map[string]any, field bool) map[string]any {
	clean := make(map[string]any, len(mapping))
	for _, key := range slices.Sorted(maps.Keys(mapping)) {
		name := key
		if !c.public[key] {
			name = c.secrets.RedactKey(key)
		}
		name = untrusted.Key(name)
		for {
			if _, taken := clean[name]; !taken {
				break
			}
			name += "_"
		}
		clean[name] = c.value(c.hidden(key, mapping[key], field), field || c.fields[key])
	}
	return clean
}

// hidden returns a value without what is a secret because of its key. A documented key makes a
// secret only in an object that may have any keys: elsewhere the option itself, such as "token",
// says what is shown of it.
func (c *cleaner) hidden(key string, value any, field bool) any {
	switch {
	case c.objects[key]:
		return c.keys.Hide(value)
	case c.public[key], field: // it was searched together with the object that holds it
		return value
	case c.keys.Names(key):
		return c.keys.HideAll(value)
	case c.keys.Hides(key, value):
		return untrusted.NoLog
	}
	return value
}

func (c *cleaner) text(text string, field bool) string {
	if field {
		return untrusted.Visible(c.secrets.RedactField(text))
	}
	return untrusted.Visible(c.secrets.Redact(text))
}
