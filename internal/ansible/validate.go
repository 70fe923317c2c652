// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/acsmon/acsmon-ansible/internal/nearmiss"
	"github.com/go-viper/mapstructure/v2"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// Rules is what the format of the documentation cannot say about options. All names are canonical.
type Rules struct {
	NoLog             []string            // their values, and everything inside them, are never shown
	URLs              []string            // their values may hold a secret, and are shown without it
	MutuallyExclusive [][]string          // at most one of each group may be given
	RequiredTogether  [][]string          // all or none of each group must have a value
	RequiredOneOf     [][]string          // at least one of each group must have a value
	RequiredBy        map[string][]string // if an option has a value, these must have one too
	RequiredIf        []RequiredIf
	Options           map[string]Rules // the rules for suboptions, by the option that holds them
	// MasksWith lists the values of options with which a module accepts masks, because it
	// writes nothing then. With all other values, a mask is refused.
	MasksWith map[string]any
}

// takesMasks reports whether the module accepts masks with these values.
func (r Rules) takesMasks(values map[string]any) bool {
	for option, value := range r.MasksWith {
		if values[option] == value {
			return true
		}
	}
	return false
}

// RequiredIf says that an option with a certain value needs others: all of them, or any of them.
type RequiredIf struct {
	Option   string
	Value    any // string, bool, int64 or float64, as converted
	Required []string
	AnyOf    bool
}

// Arguments are values that were checked against a [Spec].
type Arguments struct {
	// Values has every documented option by its canonical name; nil if it has neither a value nor a
	// default. Values are nil, bool, int64, float64, string, []any or map[string]any.
	Values   map[string]any
	Warnings []string

	given   map[string]bool
	secrets []string
}

// Arg returns the value of a documented option or its default; nil if there is neither. It panics
// if the name is not documented.
func (a *Arguments) Arg(name string) any {
	value, ok := a.Values[name]
	if !ok {
		panic(fmt.Sprintf("the option %q is not documented", name))
	}
	return value
}

// Given reports whether the user gave a documented option, or an alias of it, a value. Null is
// none, and a default is none either.
func (a *Arguments) Given(name string) bool {
	return a.Arg(name) != nil && a.given[name]
}

// GivenValues returns the validated values of the options that the user gave. Use them for settings
// that also have other sources, such as the environment: a default must not count as what the user
// said.
func (a *Arguments) GivenValues() map[string]any {
	values := map[string]any{}
	for name := range a.given {
		if a.Given(name) {
			values[name] = a.Values[name]
		}
	}
	return values
}

// Decode fills the struct that dst points to, by its `ansible:"name"` tags (`ansible:",squash"` for
// an embedded struct). A pointer, slice or map stays nil if an option has no value. It is an error
// if a tag names no documented option.
func (a *Arguments) Decode(dst any) error {
	decoder, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		Result:     dst,
		TagName:    "ansible",
		ErrorUnset: true,
		MatchName:  func(key, field string) bool { return key == field },
	})
	if err != nil {
		return err
	}
	return decoder.Decode(a.Values)
}

// Validate checks values, from JSON or YAML, against the documented options and the rules. subject
// is what the options belong to, for the messages. The error is one sentence that names every
// fault.
func (s *Spec) Validate(values map[string]any, rules Rules, subject string) (*Arguments, error) {
	return s.validate(values, rules, subject, os.LookupEnv)
}

// validate returns the arguments even with an error, because their secrets must be known then too.
func (s *Spec) validate(values map[string]any, rules Rules, subject string, env lookup) (*Arguments, error) {
	if err := rules.check("", s.Options); err != nil {
		return &Arguments{}, fmt.Errorf("%s: %w", subject, err)
	}
	v := validator{subject: subject, env: env}
	checked, given := v.options("", s.Options, rules, values)
	takesMasks := rules.takesMasks(checked)
	eachText("", checked, func(path, text string) {
		if !takesMasks {
			v.refuseMask(path, text)
		}
		v.refuseNUL(path, text)
	})
	arguments := &Arguments{Values: checked, Warnings: v.warnings, given: given, secrets: v.secrets}
	if len(v.faults) > 0 {
		return arguments, errors.New(strings.Join(v.faults, "; "))
	}
	return arguments, nil
}

// check compares the rules with the documentation: a rule about an option that does not exist
// protects nothing.
func (r Rules) check(prefix string, options map[string]*Option) error {
	names := slices.Concat(r.NoLog, r.URLs, slices.Concat(r.MutuallyExclusive...), slices.Concat(r.RequiredTogether...),
		slices.Concat(r.RequiredOneOf...), slices.Collect(maps.Keys(r.RequiredBy)),
		slices.Concat(slices.Collect(maps.Values(r.RequiredBy))...), slices.Collect(maps.Keys(r.Options)))
	for _, rule := range r.RequiredIf {
		names = append(append(names, rule.Option), rule.Required...)
	}
	for _, name := range names {
		if options[name] == nil {
			return fmt.Errorf("a rule names the option %s%s, which is not documented", prefix, name)
		}
	}
	for name, rules := range r.Options {
		if err := rules.check(prefix+name+".", options[name].Options); err != nil {
			return err
		}
	}
	return nil
}

// validator walks through values and options, and collects what it finds.
type validator struct {
	subject  string
	env      lookup
	faults   []string
	warnings []string
	secrets  []string
}

func (v *validator) fault(format string, a ...any) {
	v.faults = append(v.faults, fmt.Sprintf(format, a...))
}

// options checks one level in Ansible's order: names, exclusions, defaults, types and choices, the
// other rules, suboptions. Exclusions come before defaults, because defaults exclude nothing.
// prefix is the path to the level, such as "monitors[2].".
func (v *validator) options(prefix string, options map[string]*Option, rules Rules, values map[string]any) (checked map[string]any, given map[string]bool) {
	v.unsupported(prefix, options, values)
	names := slices.Sorted(maps.Keys(options))
	checked, given = make(map[string]any, len(options)), map[string]bool{}
	failed := map[string]bool{}
	for _, name := range names {
		value, ok := v.given(prefix, name, options[name], values)
		checked[name], given[name], failed[name] = value, value != nil, !ok
		v.hide(name, rules, value)
	}
	v.mutuallyExclusive(prefix, rules, checked)
	for _, name := range names {
		if checked[name] == nil {
			checked[name] = options[name].Default
		}
		if checked[name] == nil || failed[name] {
			continue
		}
		value, ok := v.accept(prefix+name, options[name], checked[name], slices.Contains(rules.NoLog, name))
		checked[name], failed[name] = value, !ok
		v.hide(name, rules, value) // a list may have been one string
	}
	v.required(prefix, options, checked, failed)
	v.combinations(prefix, rules, checked, failed)
	for _, name := range names {
		if options[name].Options != nil && !failed[name] {
			checked[name] = v.suboptions(prefix+name, options[name].Options, rules.Options[name], checked[name])
		}
	}
	return checked, given
}

// unsupported reports the names that are not options, each with the option that it may stand for.
func (v *validator) unsupported(prefix string, options map[string]*Option, values map[string]any) {
	known := map[string]bool{}
	for name, option := range options {
		known[name] = true
		for _, alias := range option.Aliases {
			known[alias] = true
		}
	}
	unknown := 0
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if known[name] {
			continue
		}
		unknown++
		text := fmt.Sprintf("unsupported option %s of %s", shown(prefix+nameLike(name)), v.subject)
		if near := nearmiss.Of(name, slices.Collect(maps.Keys(known))); near != "" {
			text += ": did you mean " + prefix + near + "?"
		}
		v.fault("%s", text)
	}
	if unknown > 0 {
		v.faults[len(v.faults)-1] += fmt.Sprintf(" (supported: %s)", strings.Join(slices.Sorted(maps.Keys(options)), ", "))
	}
}

// nameLike returns the part of a key that could be the name of an option. If a space or a colon is
// in the wrong place, the value, which may be a secret, has become part of the key.
func nameLike(key string) string {
	end := strings.IndexFunc(key, func(r rune) bool {
		return r != '_' && r != '-' && r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	if end < 0 {
		return key
	}
	return key[:end] + "…"
}

// given returns the value of an option under its name or an alias. As in Ansible, an alias wins.
func (v *validator) given(prefix, name string, option *Option, values map[string]any) (value any, ok bool) {
	value, under := values[name], name
	for _, alias := range option.Aliases {
		if values[alias] == nil {
			continue
		}
		if value != nil {
			v.warnings = append(v.warnings, fmt.Sprintf("both the option %s of %s and its alias %s are set: %s is used",
				prefix+under, v.subject, prefix+alias, prefix+alias))
		}
		value, under = values[alias], alias
	}
	value, err := plain(value)
	if err != nil {
		v.fault("option %s of %s %v", prefix+under, v.subject, err)
		return nil, false
	}
	return value, true
}

func (v *validator) accept(path string, option *Option, value any, secret bool) (accepted any, ok bool) {
	accepted, err := option.accept(value, v.env)
	if err == nil {
		return accepted, true
	}
	text := err.Error()
	var m *mistake
	if errors.As(err, &m) {
		text = m.describe(secret)
	}
	v.fault("option %s of %s %s", path, v.subject, text)
	return nil, false
}

func (v *validator) suboptions(path string, options map[string]*Option, rules Rules, value any) any {
	switch value := value.(type) {
	case map[string]any:
		checked, _ := v.options(path+".", options, rules, value)
		return checked
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = v.suboptions(fmt.Sprintf("%s[%d]", path, i), options, rules, element)
		}
		return list
	}
	return value
}

func (v *validator) mutuallyExclusive(prefix string, rules Rules, values map[string]any) {
	for _, group := range rules.MutuallyExclusive {
		if present := having(group, values); len(present) > 1 {
			v.fault("options %s of %s exclude each other: give one", joined(prefix, present, "and"), v.subject)
		}
	}
}

func (v *validator) required(prefix string, options map[string]*Option, values map[string]any, failed map[string]bool) {
	var missing []string
	for _, name := range slices.Sorted(maps.Keys(options)) {
		if options[name].Required && values[name] == nil && !failed[name] {
			missing = append(missing, name)
		}
	}
	switch len(missing) {
	case 0:
	case 1:
		v.fault("option %s of %s is required", prefix+missing[0], v.subject)
	default:
		v.fault("options %s of %s are required", joined(prefix, missing, "and"), v.subject)
	}
}

// combinations checks the rules about converted values. An option that failed counts as given: it
// already has its fault.
func (v *validator) combinations(prefix string, rules Rules, values map[string]any, failed map[string]bool) {
	missing := func(names []string) (absent []string) {
		for _, name := range names {
			if values[name] == nil && !failed[name] {
				absent = append(absent, name)
			}
		}
		return absent
	}
	for _, group := range rules.RequiredTogether {
		if absent := missing(group); len(absent) > 0 && len(absent) < len(group) {
			v.fault("options %s of %s belong together: %s missing",
				joined(prefix, group, "and"), v.subject, isOrAre(joined(prefix, absent, "and"), absent))
		}
	}
	for _, group := range rules.RequiredOneOf {
		if len(missing(group)) == len(group) {
			v.fault("one of the options %s of %s is required", joined(prefix, group, "or"), v.subject)
		}
	}
	for _, rule := range rules.RequiredIf {
		if values[rule.Option] == nil || !equal(values[rule.Option], rule.Value) {
			continue
		}
		absent := missing(rule.Required)
		switch {
		case rule.AnyOf && len(rule.Required) > 1 && len(absent) == len(rule.Required):
			v.fault("option %s of %s with the value %s needs one of %s",
				prefix+rule.Option, v.subject, pythonString(rule.Value), joined(prefix, absent, "or"))
		case (!rule.AnyOf || len(rule.Required) == 1) && len(absent) > 0:
			v.fault("option %s of %s with the value %s needs %s",
				prefix+rule.Option, v.subject, pythonString(rule.Value), joined(prefix, absent, "and"))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(rules.RequiredBy)) {
		if absent := missing(rules.RequiredBy[name]); values[name] != nil && len(absent) > 0 {
			v.fault("option %s of %s needs %s", prefix+name, v.subject, joined(prefix, absent, "and"))
		}
	}
}

// having returns the names that have a value.
func having(names []string, values map[string]any) (present []string) {
	for _, name := range names {
		if values[name] != nil {
			present = append(present, name)
		}
	}
	return present
}

// joined makes "a", "a and b" or "a, b and c".
func joined(prefix string, names []string, word string) string {
	full := make([]string, len(names))
	for i, name := range names {
		full[i] = prefix + name
	}
	last := len(full) - 1
	if last == 0 {
		return full[0]
	}
	return strings.Join(full[:last], ", ") + " " + word + " " + full[last]
}

func isOrAre(text string, names []string) string {
	if len(names) == 1 {
		return text + " is"
	}
	return text + " are"
}

// refuseMask reports an option that holds a mask. If it were written, it would replace the secret
// for which it stands, or be part of a name.
func (v *validator) refuseMask(path, text string) {
	if untrusted.HoldsMask(text) {
		v.fault("%s holds the mask that stands for a secret in results (%s or %s): give the secret itself, or leave the option out",
			path, untrusted.Mask, untrusted.NoLog)
	}
}

// refuseNUL reports an option that holds a NUL: the server's database refuses it, or cuts the text
// there.
func (v *validator) refuseNUL(path, text string) {
	if strings.Contains(text, "\x00") {
		v.fault("%s holds a NUL character, which the server cannot keep: take it out", path)
	}
}

// eachText calls f for each text in the options, keys of objects included, with the path of its
// option.
func eachText(path string, value any, f func(path, text string)) {
	switch value := value.(type) {
	case string:
		f(path, value)
	case []any:
		for i, element := range value {
			eachText(fmt.Sprintf("%s[%d]", path, i), element, f)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			if path != "" {
				f(path+", a key of it,", key)
			}
			eachText(strings.TrimPrefix(path+"."+key, "."), value[key], f)
		}
	}
}

func (v *validator) hide(name string, rules Rules, value any) {
	if slices.Contains(rules.NoLog, name) {
		v.secrets = appendSecrets(v.secrets, value)
	}
}

// appendSecrets adds every string and number within a value, as Ansible does for no_log. Booleans
// hide nothing.
func appendSecrets(secrets []string, value any) []string {
	switch value := value.(type) {
	case nil, bool:
		return secrets
	case []any:
		for _, element := range value {
			secrets = appendSecrets(secrets, element)
		}
		return secrets
	case map[string]any:
		for _, element := range value {
			secrets = appendSecrets(secrets, element)
		}
		return secrets
	}
	return append(secrets, pythonString(value))
}
