// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// scope is what the task says may be removed.
type scope struct {
	prefix string
	has    map[string]string
}

func scopeOf(t *ansible.Task) (scope, error) {
	given, _ := t.Arg("scope").(map[string]any)
	found := scope{has: map[string]string{}}
	found.prefix, _ = given["name_prefix"].(string)
	for option, field := range map[string]string{"group": "group", "tag": "tags"} {
		text, isGiven := given[option].(string)
		if text = converge.Trim(text); text != "" {
			found.has[field] = text
		} else if isGiven {
			return found, fmt.Errorf("scope.%s is empty: name one, or set scope.all", option)
		}
	}
	if given != nil && given["all"] != true && found.prefix == "" && len(found.has) == 0 {
		return found, errors.New("the scope is empty: set one of its options, or scope.all to true")
	}
	return found, nil
}

// of returns the scope for one section; nil if the scope has no meaning there, and nothing is
// removed. Alert rules have no tags: the tag is at the end of their names, in brackets.
func (s scope) of(kind converge.Kind) *converge.Scope {
	within := &converge.Scope{Prefix: s.prefix, Has: maps.Clone(s.has)}
	if tag := s.has["tags"]; tag != "" && (kind.Name == monitorAlertRule.kind.Name || kind.Name == alertRule.kind.Name) {
		delete(within.Has, "tags")
		within.Suffix = " [" + tag + "]"
	}
	for field := range within.Has {
		if !slices.ContainsFunc(kind.Fields, func(f converge.Field) bool { return f.Name == field }) {
			return nil
		}
	}
	return within
}
