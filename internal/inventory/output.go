// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"maps"
	"slices"
)

// inventory is what the answers are made from.
type inventory struct {
	hosts    []host // sorted by name
	settings *Settings
	known    known
	renamed  map[string]string // hosts that existed before, by their old names
	stale    *stale            // nil: as recent as the settings say
	overdue  []any             // deploy windows that should have ended
	warnings []string          // the inventory plugin shows them; a script cannot
	plugin   bool              // the inventory plugin asks
}

// ungrouped is Ansible's group for hosts that are in no other.
const ungrouped = "ungrouped"

// group is one group of the inventory. Its variables are the user's: templates in them are
// intended.
type group struct {
	hosts    []string
	children map[string]bool
	vars     map[string]any
}

// groups returns the groups of all hosts, and those that have variables.
func (i *inventory) groups() map[string]*group {
	byName := map[string]*group{}
	get := func(name string) *group {
		if byName[name] == nil {
			byName[name] = &group{children: map[string]bool{}}
		}
		return byName[name]
	}
	for _, h := range i.hosts {
		last := ""
		for _, m := range h.groups {
			if m.group != last {
				get(m.group).hosts = append(get(m.group).hosts, h.name)
				last = m.group
			}
			if m.parent != "" {
				get(m.parent).children[m.group] = true
			}
		}
		if len(h.groups) == 0 {
			get(ungrouped).hosts = append(get(ungrouped).hosts, h.name)
		}
	}
	for name, vars := range i.settings.GroupVars {
		get(name).vars = trust(vars, [][]string{nil})
	}
	if len(i.settings.Vars) > 0 {
		get("all").vars = trust(i.settings.Vars, [][]string{nil})
	}
	forAll := func(name string, value any) {
		all := get("all")
		all.vars = maps.Clone(all.vars)
		if all.vars == nil {
			all.vars = map[string]any{}
		}
		all.vars[name] = value
	}
	if i.stale != nil {
		forAll("acsmon_stale", map[string]any{"error": i.stale.Reason, "fetched_at": i.stale.since()})
	}
	if len(i.overdue) > 0 {
		forAll("acsmon_overdue_windows", i.overdue)
	}
	return byName
}

// list is the answer to --list: every group with its hosts, and the variables of all hosts, so that
// Ansible does not ask for each.
func (i *inventory) list() []byte {
	e := &encoder{out: append(make([]byte, 0, 1<<20), `{"_meta":{"hostvars":{`...)}
	for n, h := range i.hosts {
		e.comma(n)
		e.quoted(h.name)
		e.out = append(e.out, ':')
		e.variables(h.vars)
	}
	e.out = append(e.out, '}')
	if len(i.warnings) > 0 {
		e.out = append(e.out, `,"warnings":`...)
		e.names(i.warnings)
	}
	if i.plugin {
		e.out = append(e.out, `,"plugin":`...)
		e.out = append(e.out, i.pluginMeta()...)
	}
	e.out = append(e.out, '}')
	groups := i.groups()
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		e.out = append(e.out, ',')
		e.quoted(name)
		e.out = append(e.out, ':')
		e.group(groups[name])
	}
	return append(e.out, "}\n"...)
}

// host is the answer to --host: the variables of the host, or none if there is no such host.
func (i *inventory) host(name string) []byte {
	e := &encoder{}
	n := slices.IndexFunc(i.hosts, func(h host) bool { return h.name == name })
	if n < 0 {
		return []byte("{}\n")
	}
	e.variables(i.hosts[n].vars)
	return append(e.out, '\n')
}

func (e *encoder) group(g *group) {
	e.out = append(e.out, '{')
	if len(g.children) > 0 {
		e.out = append(e.out, `"children":`...)
		e.names(slices.Sorted(maps.Keys(g.children)))
		e.out = append(e.out, ',')
	}
	e.out = append(e.out, `"hosts":`...)
	e.names(g.hosts)
	if len(g.vars) > 0 {
		e.out = append(e.out, `,"vars":`...)
		e.value(g.vars, 0)
	}
	e.out = append(e.out, '}')
}

func (e *encoder) names(names []string) {
	e.out = append(e.out, '[')
	for i, name := range names {
		e.comma(i)
		e.quoted(name)
	}
	e.out = append(e.out, ']')
}

func (e *encoder) variables(vars []variable) {
	e.out = append(e.out, '{')
	for i, v := range vars {
		e.comma(i)
		e.quoted(v.name)
		e.out = append(e.out, ':')
		e.value(v.value, 0)
	}
	e.out = append(e.out, '}')
}
