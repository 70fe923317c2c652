// SPDX-License-Identifier: GPL-3.0-or-later

package command

import (
	"flag"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/nearmiss"
)

// parse sets the flags and returns the arguments, which may be before, between and after flags. The
// standard library's parser stops at the first argument, and its errors are worded for Go
// programmers.
func parse(set *flag.FlagSet, words []string) (args []string, err error) {
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		switch {
		case word == "--":
			return append(args, words...), nil
		case len(word) < 2 || word[0] != '-':
			args = append(args, word)
		default:
			if words, err = parseFlag(set, word, words); err != nil {
				return nil, err
			}
		}
	}
	return args, nil
}

// parseFlag sets one flag and returns the words after the flag and its value.
func parseFlag(set *flag.FlagSet, word string, following []string) ([]string, error) {
	name, value, hasValue := strings.Cut(strings.TrimPrefix(word[1:], "-"), "=")
	if name == "help" || name == "h" {
		return nil, flag.ErrHelp
	}
	f := set.Lookup(name)
	switch {
	case f == nil:
		return nil, unknownFlag(set, name)
	case hasValue:
	case isSwitch(f):
		value = "true"
	case len(following) == 0:
		return nil, Usagef("--%s needs a value", name)
	default:
		value, following = following[0], following[1:]
	}
	if err := set.Set(name, value); err != nil {
		return nil, Usagef("--%s is %q: %s", name, value, wanted(f, err))
	}
	return following, nil
}

func unknownFlag(set *flag.FlagSet, name string) error {
	var names []string
	set.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	if near := nearmiss.Of(name, names); near != "" {
		return Usagef("%s has no option --%s: did you mean --%s?", set.Name(), name, near)
	}
	return Usagef("%s has no option --%s", set.Name(), name)
}

// isSwitch reports whether a flag needs no value.
func isSwitch(f *flag.Flag) bool {
	s, ok := f.Value.(interface{ IsBoolFlag() bool })
	return ok && s.IsBoolFlag()
}

// wanted says what a flag's value must be. The standard library only says "parse error" about its
// own types.
func wanted(f *flag.Flag, err error) string {
	if own, ok := f.Value.(flag.Getter); ok {
		switch own.Get().(type) {
		case int, int64:
			return "give a whole number"
		case uint, uint64:
			return "give a whole number, 0 or more"
		case float64:
			return "give a number"
		case bool:
			return "give true or false"
		case time.Duration:
			return "give a duration such as 30s or 5m"
		}
	}
	return err.Error()
}
