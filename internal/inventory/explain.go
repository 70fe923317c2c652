// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/acsmon/acsmon-ansible/internal/nearmiss"
	"github.com/acsmon/acsmon-ansible/internal/rows"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// explain says, for people, why a host has its name, its address and its groups. The name is that
// of the host, or its name in ACS Monitor, which may belong to several hosts.
func (i *inventory) explain(name string) ([]byte, error) {
	var b strings.Builder
	for _, h := range i.hosts {
		if h.name == name || h.record.first("name") == name {
			h.explain(&b, i.settings)
		}
	}
	if b.Len() > 0 {
		for _, warning := range i.settings.warnings {
			fmt.Fprintf(&b, "note: %s\n", warning)
		}
		return []byte(untrusted.Visible(b.String())), nil
	}
	var names []string
	for _, h := range i.hosts {
		names = append(names, h.name)
	}
	if near := nearmiss.Of(name, names); near != "" {
		return nil, fmt.Errorf("there is no host %q: did you mean %s?", name, near)
	}
	return nil, fmt.Errorf("there is no host %q among the %d hosts of the inventory: it may be inactive, or left out by filters, include or exclude", name, len(i.hosts))
}

func (h host) explain(b *strings.Builder, s *Settings) {
	fmt.Fprintf(b, "%s is %s\n", h.name, h.origin())
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "  name\t%s\t%s\n", h.name, h.whyName())
	if to, from := connectTo(h.record, s); to != "" {
		fmt.Fprintf(table, "  ansible_host\t%s\tfrom %s\n", to, from)
	} else {
		fmt.Fprintf(table, "  ansible_host\t-\tno field of connect_with is an IP address or a legal host name that is not the controller's own\n")
	}
	if len(h.groups) == 0 {
		fmt.Fprintf(table, "  group\t%s\tnone of the fields of group_by has a value\n", ungrouped)
	}
	for _, m := range h.groups {
		why := fmt.Sprintf("%s is %q", m.field, m.value)
		if m.parent != "" {
			why += ", in the group " + m.parent
		}
		fmt.Fprintf(table, "  group\t%s\t%s\n", m.group, why)
	}
	_ = table.Flush()
}

// origin says which rows the host consists of.
func (h host) origin() string {
	var monitors string
	if list, _ := h.record["monitors"].([]any); len(list) > 0 {
		monitors = "monitored by " + strings.Join(monitorsOf(list), ", ")
	}
	switch id := h.record.first("id"); {
	case id == "":
		return monitors
	case monitors == "":
		return "the device " + id
	default:
		return "the device " + id + ", " + monitors
	}
}

func monitorsOf(list []any) []string {
	var names []string
	for _, element := range list {
		monitor, _ := element.(map[string]any)
		names = append(names, fmt.Sprintf("%q (%s)", rows.Text(monitor["name"]), rows.Text(monitor["id"])))
	}
	slices.Sort(names)
	return names
}

func (h host) whyName() string {
	c := h.wanted
	if c.from == "" {
		return "it has no name"
	}
	why := fmt.Sprintf("%q from %s", c.text, c.from)
	if !c.own {
		why += ", made a legal name"
	}
	if h.name != c.wish {
		why += ", with its id because another host, a group or Ansible has the name " + c.wish
	}
	return why
}
