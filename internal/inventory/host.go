// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// host is one host of the inventory.
type host struct {
	name   string
	wanted candidate
	record record
	vars   []variable
	groups []membership // sorted by group, each once
}

// variable is one variable of a host. Its value is the server's.
type variable struct {
	name  string
	value any
}

// membership is a group that a host is in, and why.
type membership struct {
	group        string
	parent       string // "": none
	field, value string
}

// makeHosts makes the hosts from the rows, sorted by name.
func (i *inventory) makeHosts(r *lists) error {
	if err := errors.Join(i.settings.checkFields(r), i.known.checkGroups(i.settings)); err != nil {
		return err
	}
	records, err := records(r, i.settings)
	if err != nil {
		return err
	}
	all := make([]host, 0, len(records))
	grouper := newGrouper(i.settings.groupings(), i.known.Foreign)
	for _, r := range records {
		h := host{record: r, groups: grouper.groups(r)}
		h.wanted.id = idOf(r)
		if i.known.excludes(keyOf(h)) {
			continue
		}
		h.vars = variables(r, i.settings)
		all = append(all, h)
	}
	if i.hosts, err = i.nameHosts(all); err != nil {
		return err
	}
	slices.SortFunc(i.hosts, func(a, b host) int { return cmp.Compare(a.name, b.name) })
	i.warnings = slices.Concat(i.warnings, i.known.sharedNames(i.hosts), i.known.keptNames(i.hosts))
	return checkNotEmpty(i.hosts, i.settings)
}

// groupNames returns the names of all groups, in this inventory and beside it.
func (i *inventory) groupNames(all []host) map[string]bool {
	groups := map[string]bool{}
	for _, h := range all {
		for _, m := range h.groups {
			groups[m.group], groups[m.parent] = true, true
		}
	}
	for _, names := range [][]string{i.known.Groups, i.known.Made} {
		for _, name := range names {
			groups[name] = true
		}
	}
	for name := range i.settings.GroupVars {
		groups[name] = true
	}
	return groups
}

// nameHosts gives each host a name that no other host and no group has. The settings say what
// happens if several hosts have the same name. A device that already exists, from another settings
// file for the same server, keeps its name.
func (i *inventory) nameHosts(all []host) ([]host, error) {
	s, taken := i.settings, i.groupNames(all)
	i.renamed = i.known.rename(taken)
	for _, name := range i.known.Hosts[i.known.server] {
		taken[name] = true
	}
	candidates := make([]candidate, len(all))
	for n := range all {
		key := keyOf(all[n])
		all[n].wanted = candidateOf(all[n], s, i.known.Names[key])
		all[n].wanted.named = i.known.nameOf(key)
		candidates[n] = all[n].wanted
	}
	switch s.Duplicates {
	case "fail":
		if err := noDuplicates(candidates); err != nil {
			return nil, err
		}
	case "first":
		all, candidates = firstOfEach(all, candidates)
	}
	for n, name := range uniqueNames(candidates, taken) {
		all[n].name = name
	}
	return all, nil
}

func noDuplicates(candidates []candidate) error {
	ids := map[string]string{}
	for _, c := range candidates {
		if other, ok := ids[c.wish]; ok {
			return fmt.Errorf("two hosts would be called %q, those with the ids %s and %s, and duplicates is set to fail: rename one, or choose other hostnames", c.wish, other, c.id)
		}
		ids[c.wish] = c.id
	}
	return nil
}

// firstOfEach keeps the host with the lowest id of those that have the same name.
func firstOfEach(all []host, candidates []candidate) ([]host, []candidate) {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(len(candidates[a].id), len(candidates[b].id)), cmp.Compare(candidates[a].id, candidates[b].id))
	})
	seen := map[string]bool{}
	var kept []host
	var ofKept []candidate
	for _, i := range order {
		if !seen[candidates[i].wish] {
			seen[candidates[i].wish] = true
			kept, ofKept = append(kept, all[i]), append(ofKept, candidates[i])
		}
	}
	return kept, ofKept
}

// candidateOf tries the preferred names in their order until one has a value. evaluated are those
// that Jinja made, by their position in hostnames.
func candidateOf(h host, s *Settings, evaluated []string) candidate {
	c := candidate{id: h.wanted.id}
	for n, e := range s.names {
		name := e.of(h.record)
		if e.jinja && n < len(evaluated) {
			name = evaluated[n]
		}
		c.text, c.from = withDomain(s.withServer(name), s.Domain), e.source
		if s.Lowercase {
			c.text = strings.ToLower(c.text)
		}
		if c.wish = hostName(c.text); c.wish != "" {
			c.own = c.wish == c.text
			return c
		}
	}
	c.wish, c.text, c.from = s.withServer("device_"+c.id), "", ""
	return c
}

// idOf is a device's id. For a host that is only monitored, it is the lowest id of its monitors,
// with a mark, because devices and monitors are numbered separately.
func idOf(r record) string {
	if id := acsmon.Fields(r).ID(); id != 0 {
		return strconv.FormatInt(id, 10)
	}
	var lowest int64
	list, _ := r["monitors"].([]any)
	for _, element := range list {
		monitor, _ := element.(map[string]any)
		if id := acsmon.Fields(monitor).ID(); lowest == 0 || id < lowest {
			lowest = id
		}
	}
	return "m" + strconv.FormatInt(lowest, 10)
}

func withDomain(name, domain string) string {
	name = strings.TrimSpace(name)
	if _, err := netip.ParseAddr(name); err == nil || name == "" || domain == "" || strings.HasSuffix(strings.ToLower(name), "."+strings.ToLower(domain)) {
		return name
	}
	return name + "." + domain
}

// variables returns those of field_variables, ansible_host, and the record itself.
func variables(r record, s *Settings) []variable {
	shown := record(trust(r, s.trusted))
	vars := make([]variable, 0, len(s.FieldVariables)+2)
	for _, name := range sortedKeys(s.FieldVariables) {
		vars = append(vars, variable{name, shown.at(rows.Text(s.FieldVariables[name]))})
	}
	if to, _ := connectTo(r, s); to != "" {
		vars = append(vars, variable{"ansible_host", to})
	}
	if len(s.Fields) > 0 {
		shown = maps.Clone(shown)
		maps.DeleteFunc(shown, func(field string, _ any) bool { return !slices.Contains(s.Fields, field) })
	}
	if s.VariablePrefix == "" {
		return append(vars, variable{s.Variable, map[string]any(shown)})
	}
	return separate(vars, shown, s.VariablePrefix)
}

// connectTo returns the address for ansible_host and the setting that it comes from.
func connectTo(r record, s *Settings) (to, from string) {
	for _, e := range s.addresses {
		if to := address(e.of(r)); to != "" {
			return to, e.source
		}
	}
	return "", ""
}

// separate adds a variable for each field. It replaces no variable, and adds none of Ansible's own.
func separate(vars []variable, r record, prefix string) []variable {
	for _, field := range slices.Sorted(maps.Keys(r)) {
		name := prefix + asciiName(field)
		if !isConnectionVariable(name) && !slices.ContainsFunc(vars, func(v variable) bool { return v.name == name }) {
			vars = append(vars, variable{name, r[field]})
		}
	}
	return vars
}

func asciiName(field string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, field)
}
