// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/exact"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// The inventory plugin runs this executable with --plugin, and writes JSON values on
// its standard input: the settings, what is in Ansible's inventory already
// ([neighbours]), and perhaps answers of the server that --fetch printed before. So
// the plugin can keep answers in Ansible's own cache, and can ask for other names
// without asking the server again.
//
//	acsmon --plugin --key    print a key that tells apart what the answers depend on
//	acsmon --plugin --fetch  print {"keep": …}, and the answers on a line of their own
//	acsmon --plugin --list   print the inventory, with what [pluginMeta] adds

// neighbours is what is in Ansible's inventory already, or will be.
type neighbours struct {
	File    string                       `json:"file"`    // the settings file
	Groups  []string                     `json:"groups"`  // no host gets the name of one
	Made    []string                     `json:"made"`    // groups that the settings make through Jinja; no host gets the name of one
	Hosts   map[string]map[string]string `json:"hosts"`   // the names of the hosts that this plugin made, by server and id
	Foreign []string                     `json:"foreign"` // the names of all other hosts: no group gets one

	// What Jinja made of the hosts of an answer before, by their keys (see keyOf).
	Names    map[string][]string `json:"names"`    // of each entry of hostnames
	Excluded []string            `json:"excluded"` // by exclude_host_filters
}

// pluginMeta is what the plugin gets beside the inventory.
type pluginMeta struct {
	Server  string            `json:"server"`
	IDs     []string          `json:"ids"`     // of the hosts (see keyOf), in the order of hostvars
	Renamed map[string]string `json:"renamed"` // hosts that existed and whose name is now that of a group: their new names
}

// pluginInput is what the plugin writes.
type pluginInput struct {
	settings   map[string]any
	neighbours neighbours
	kept       *answers // nil: none
}

func parsePluginInput(from io.Reader) (*pluginInput, error) {
	decoder := exact.NewDecoder(from)
	input := &pluginInput{}
	if err := errors.Join(decoder.Decode(&input.settings), decoder.Decode(&input.neighbours)); err != nil {
		return nil, errors.New("the inventory plugin gave no settings: install the collection acsmon.monitor again")
	}
	kept := &answers{}
	switch err := decoder.Decode(kept); {
	case errors.Is(err, io.EOF):
		return input, nil
	case err != nil || kept.Rows == nil:
		return nil, errors.New("the answers in Ansible's cache are broken: run once with --flush-cache")
	}
	input.kept = kept
	return input, nil
}

// validate returns the settings. Paths in them are relative to the settings file.
func (i *pluginInput) validate() (*Settings, error) {
	s, err := validate(i.settings, "the inventory")
	if err != nil {
		return nil, err
	}
	return s, s.resolvePaths(i.neighbours.File)
}

// fetched is the answer to --fetch.
func (a *answers) fetched() ([]byte, error) {
	encoded, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	return slices.Concat(fmt.Appendf(nil, "{\"keep\":%t}\n", a.Stale == nil), encoded, []byte("\n")), nil
}

// known are the names of hosts and groups that a new host cannot have, and the names that some
// hosts already have.
type known struct {
	server string
	neighbours
}

// nameOf is the name that a host already has; "" if it is new.
func (k known) nameOf(key string) string {
	hosts := k.Hosts[k.server]
	if _, monitored, ok := strings.Cut(key, "="); ok { // it has the id of one of its monitors
		for other, name := range hosts {
			if strings.HasSuffix(other, "="+monitored) {
				return name
			}
		}
	}
	return hosts[key]
}

// excludes reports whether Jinja excluded a host.
func (k known) excludes(key string) bool {
	return len(k.Excluded) > 0 && slices.Contains(k.Excluded, key)
}

// keyOf distinguishes a host from all others of its server: a device by its id, a host that is only
// monitored by the lowest id of its monitors and what they monitor.
func keyOf(h host) string {
	if acsmon.Fields(h.record).ID() != 0 {
		return h.wanted.id
	}
	return h.wanted.id + "=" + addressKey(rows.Text(h.record["host"]))
}

// rename gives another name to hosts that have the name of a group: they count as new. It returns
// the changes.
func (k known) rename(groups map[string]bool) map[string]string {
	renamed, taken := map[string]string{}, maps.Clone(groups)
	for _, hosts := range k.Hosts {
		for _, name := range hosts {
			taken[name] = true
		}
	}
	for _, hosts := range k.Hosts {
		for _, id := range slices.Sorted(maps.Keys(hosts)) {
			if name := hosts[id]; groups[name] {
				number, _, _ := strings.Cut(id, "=")
				hosts[id] = withID(name, number, func(name string) bool { return taken[name] })
				renamed[name], taken[hosts[id]] = hosts[id], true
			}
		}
	}
	return renamed
}

// checkGroups returns an error for a group in the settings that has the name of a host of another
// source: Ansible would confuse them.
func (k known) checkGroups(s *Settings) error {
	foreign := map[string]bool{}
	for _, name := range k.Foreign {
		foreign[name] = true
	}
	for _, group := range slices.Concat(k.Made, slices.Sorted(maps.Keys(s.GroupVars)), parentsOf(s.GroupBy)) {
		if foreign[group] {
			return fmt.Errorf("the group %s has the name of a host of another inventory source: rename one of the two", group)
		}
	}
	return nil
}

func parentsOf(groupings []grouping) []string {
	var parents []string
	for _, of := range groupings {
		if of.Parent != "" {
			parents = append(parents, groupName(of.Parent))
		}
	}
	return parents
}

// pluginMeta returns what the plugin gets, as JSON.
func (i *inventory) pluginMeta() []byte {
	meta := pluginMeta{Server: i.known.server, IDs: make([]string, len(i.hosts)), Renamed: i.renamed}
	for n, h := range i.hosts {
		meta.IDs[n] = keyOf(h)
	}
	encoded, _ := json.Marshal(meta) // these are texts
	return encoded
}

// mostNamed is how many hosts one warning names.
const mostNamed = 3

// sharedNames warns of hosts that have the name of a host of another server.
func (k known) sharedNames(all []host) []string {
	type owner struct{ server, id string }
	owners := map[string]owner{}
	for server, hosts := range k.Hosts {
		if server == k.server {
			continue
		}
		for id, name := range hosts {
			owners[name] = owner{server, id}
		}
	}
	var shared []string
	for _, h := range all {
		if other, ok := owners[h.name]; ok {
			shared = append(shared, fmt.Sprintf("%s (%s of %s, and %s of %s)", h.name, what(other.id), other.server, what(h.wanted.id), k.server))
		}
	}
	if len(shared) == 0 {
		return nil
	}
	more := ""
	if n := len(shared) - mostNamed; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return []string{fmt.Sprintf("hosts of two servers have the same name, and Ansible takes them for one: %s%s: set server_name in the settings of each server",
		strings.Join(shared[:min(len(shared), mostNamed)], ", "), more)}
}

// what says what a key belongs to: see keyOf.
func what(key string) string {
	id, _, _ := strings.Cut(key, "=")
	if monitor, ok := strings.CutPrefix(id, "m"); ok {
		return "monitor " + monitor
	}
	return "device " + id
}

// keptNames warns of devices that exist under another name than the settings would give them.
func (k known) keptNames(all []host) []string {
	var kept []string
	for _, h := range all {
		if h.wanted.named != "" && h.wanted.wish != h.name && !strings.HasPrefix(h.name, h.wanted.wish+"_") {
			kept = append(kept, fmt.Sprintf("%s, not %s", h.name, h.wanted.wish))
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d devices keep the names that another settings file of this server gave them, such as %s: give both files the same hostnames",
		len(kept), kept[0])}
}
