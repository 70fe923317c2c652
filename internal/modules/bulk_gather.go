// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/settings"
)

// gather returns the install as lists that can be used as input.
func (b bulk) gather(ctx context.Context, s *session) (ansible.Result, error) {
	within, err := scopeOf(s.Task)
	if err != nil {
		return nil, err
	}
	wanted, _ := s.Values["sections"].([]any)
	gathered, left, err := b.gathered(ctx, s.client, within, gathering{s.Arg("match_on"), converge.Texts(s.Arg("gather_fields"))}, wanted)
	warn(s, left)
	return ansible.Result{"changed": false, "gathered": gathered}, err
}

// gathered fetches the wanted sections. Each becomes a list of items that list what it has and are
// found by matchOn, with values of the types of the options. If all sections are wanted, it leaves
// out those that the token may not read and need not, and returns warnings that say so.
func (b bulk) gathered(ctx context.Context, client *acsmon.Client, within scope, how gathering, wanted []any) (map[string][]map[string]any, []string, error) {
	spec, err := b.spec()
	if err != nil {
		return nil, nil, err
	}
	batch, sections := b.open(stores{client: client})
	all, left := map[string][]map[string]any{}, []string{}
	for _, s := range b.sections {
		if wanted != nil && !slices.Contains(wanted, any(s.option)) {
			continue
		}
		section := sections[s.option]
		section.MatchOn = s.resource.matchOn(how.matchOn)
		if section.Extras, err = s.resource.extrasOf(how.fields); err != nil {
			return nil, left, err
		}
		if section.Within = within.of(section.Kind); section.Within == nil {
			section.Within = &converge.Scope{}
		}
		items, err := batch.Gather(ctx, section)
		if wanted == nil && s.resource.guarded && (acsmon.IsForbidden(err) || acsmon.IsNotFound(err)) {
			client.NamePermission(ctx, err)
			left = append(left, fmt.Sprintf("%s are left out: %s", s.option, settings.Task.Explain(err)))
			continue
		}
		if err != nil {
			return nil, left, err
		}
		for _, item := range items {
			for name, value := range item {
				item[name] = spec.Options[s.option].Options[name].Typed(value)
			}
		}
		all[s.option] = items
	}
	return all, left, nil
}

// gathering is what items have that are gathered: what they are found by, and keys of the API that
// no option sets.
type gathering struct {
	matchOn any
	fields  []string
}

// Gathered is one list of an install, as acsmon_config takes it.
type Gathered struct {
	Option string
	Items  []GatheredItem
}

// GatheredItem is one resource of a list.
type GatheredItem struct {
	Options []Option
	// Secrets are options that it may have and that the server does not show.
	Secrets []string
}

// Option is an option with its value.
type Option struct {
	Name  string
	Value any
}

// Gather fetches a whole install as the lists that make one like it, in the order of their
// dependencies. The options of each are in the order of the documentation. The warnings say which
// lists the token may not read.
func Gather(ctx context.Context, client *acsmon.Client, fields []string) (lists []Gathered, warnings []string, err error) {
	all, warnings, err := config.gathered(ctx, client, scope{}, gathering{fields: fields}, nil)
	if err != nil {
		return nil, warnings, err
	}
	for _, s := range config.sections {
		if all[s.option] == nil {
			continue
		}
		list := Gathered{Option: s.option}
		for _, item := range all[s.option] {
			list.Items = append(list.Items, s.resource.ordered(item))
		}
		lists = append(lists, list)
	}
	return lists, warnings, nil
}

func (r resource) ordered(item map[string]any) GatheredItem {
	var gathered GatheredItem
	add := func(name string) {
		if value, ok := item[name]; ok {
			gathered.Options = append(gathered.Options, Option{name, value})
		}
	}
	add("id")
	for _, f := range r.kind.Fields {
		add(f.Name)
		if f.Secret() && fits(f.Where, item) {
			gathered.Secrets = append(gathered.Secrets, f.Name)
		}
	}
	add("fields")
	return gathered
}

// fits reports whether an item may be one to which a secret belongs.
func fits(where map[string][]string, item map[string]any) bool {
	for name, values := range where {
		if value, shown := item[name]; shown && !slices.Contains(values, fmt.Sprint(value)) {
			return false
		}
	}
	return true
}

// render returns what would be sent to create what is listed.
func (b bulk) render(t *ansible.Task) (ansible.Result, error) {
	rendered := map[string]any{}
	for _, s := range b.sections {
		if t.Arg(s.option) == nil {
			continue
		}
		items, err := b.items(t, s)
		if err != nil {
			return nil, err
		}
		bodies := make([]acsmon.Fields, len(items))
		for i, item := range items {
			bodies[i] = s.resource.kind.Render(item)
		}
		rendered[s.option] = bodies
	}
	return ansible.Result{"changed": false, "rendered": rendered}, nil
}
