// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"cmp"
	"slices"
	"strings"
)

// grouper is group_by, prepared for many records.
type grouper struct {
	groupings []grouping
	leads     []string // of each grouping: the beginning of its groups' names
	parents   []string // of each grouping; "": none
	taken     map[string]bool
	names     map[string]string // of groups, by what they are made from: most occur many times
}

// newGrouper prepares group_by. No value makes a group with the name of a parent, because groups
// would form a circle, or with the name of a host of another source.
func newGrouper(groupings []grouping, hosts []string) grouper {
	g := grouper{groupings: groupings, taken: map[string]bool{}, names: map[string]string{}}
	for _, name := range hosts {
		g.taken[name] = true
	}
	for _, of := range groupings {
		parent := ""
		if of.Parent != "" {
			parent = groupName(of.Parent)
			g.taken[parent] = true
		}
		g.leads, g.parents = append(g.leads, of.lead()), append(g.parents, parent)
	}
	return g
}

// groups returns the groups of a record. A missing value makes no group.
func (g grouper) groups(r record) []membership {
	var all []membership
	for i, of := range g.groupings {
		all = g.nested(all, r, of, of.Fields, g.leads[i], g.parents[i])
	}
	slices.SortStableFunc(all, func(a, b membership) int { return cmp.Compare(a.group, b.group) })
	return slices.CompactFunc(all, func(a, b membership) bool { return a.group == b.group && a.parent == b.parent })
}

// nested adds the groups of the first field, and below each of them those of the next. The record
// is in all of them.
func (g grouper) nested(all []membership, r record, of grouping, fields []string, lead, parent string) []membership {
	values := r.values(fields[0])
	if len(values) == 0 && of.Default != "" {
		values = []string{of.Default}
	}
	for _, value := range values {
		group := g.name(lead + value)
		all = append(all, membership{group: group, parent: parent, field: fields[0], value: value})
		if len(fields) > 1 {
			all = g.nested(all, r, of, fields[1:], lead+value+of.Separator, group)
		}
	}
	return all
}

// name makes the name of a group that nothing else has.
func (g grouper) name(text string) string {
	if name, ok := g.names[text]; ok {
		return name
	}
	name := groupName(text)
	for g.taken[name] {
		name = "_" + name
	}
	g.names[text] = name
	return name
}

// lead is what a grouping puts before the values.
func (g grouping) lead() string {
	prefix := strings.ReplaceAll(g.Fields[0], ".", "_")
	if g.Prefix != nil {
		prefix = *g.Prefix
	}
	if prefix == "" {
		return ""
	}
	return prefix + g.Separator
}
