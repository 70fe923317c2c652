// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"errors"
	"fmt"

	"github.com/acsmon/acsmon-ansible/internal/exact"
)

// Spec is what the documentation of a module, or of an inventory plugin, says about its options and
// its result. Its JSON form, without the examples, is all that a run needs.
type Spec struct {
	Module   string             `json:"module"`
	Options  map[string]*Option `json:"options"` // by canonical name
	Return   map[string]*Return `json:"return,omitempty"`
	Examples []byte             `json:"-"` // the YAML of EXAMPLES
}

// Option is one documented option.
type Option struct {
	Type     string             `json:"type"`               // "str" if the documentation names none
	Elements string             `json:"elements,omitempty"` // the type of the elements of a list; "" if the documentation names none
	Default  any                `json:"default,omitempty"`  // as documented; checked against Type when arguments are validated; nil: none
	Choices  []any              `json:"choices,omitempty"`
	Required bool               `json:"required,omitempty"`
	Aliases  []string           `json:"aliases,omitempty"`
	Options  map[string]*Option `json:"options,omitempty"` // suboptions, of a dict or of each dict of a list
}

// Return is one documented key of a module's result.
type Return struct {
	Type     string             `json:"type,omitempty"`
	Elements string             `json:"elements,omitempty"`
	Returned string             `json:"returned,omitempty"`
	Contains map[string]*Return `json:"contains,omitempty"`
}

// DecodeSpec parses the JSON form of a specification.
func DecodeSpec(text []byte) (*Spec, error) {
	spec := &Spec{}
	if err := exact.Unmarshal(text, spec); err != nil {
		return nil, err
	}
	return spec, exactNumbers(spec.Options)
}

// exactNumbers gives the numbers in the documentation the values that YAML has.
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

// Check returns an error if the documentation makes an option unusable, so that this is found when
// the documentation is parsed.
func (o *Option) Check() error {
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

// IsType reports whether Ansible has an option type of that name.
func IsType(name string) bool {
	_, ok := wanted[name]
	return ok
}
