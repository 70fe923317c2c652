// SPDX-License-Identifier: GPL-3.0-or-later

package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// Coverage says which hosts of an inventory are watched, and what is watched that belongs to none.
type Coverage struct {
	Server    string    `json:"server"`
	Generated time.Time `json:"generated"`
	// Percent is the share of the hosts that are watched, cut to two decimals.
	Percent float64       `json:"percent"`
	Hosts   []CoveredHost `json:"hosts"`
	// Monitors and Devices belong to no host. Certificates are monitors of certificates whose
	// expiry no active rule watches.
	Monitors     []Watcher `json:"monitors_without_host"`
	Devices      []Watcher `json:"devices_without_host"`
	Certificates []Watcher `json:"certificates_without_rule"`
}

// HostState says whether a host is watched.
type HostState string

// A host is watched if a monitor or a device of it is active, paused if it has only some that are
// not, and unwatched if it has none.
const (
	Watched   HostState = "watched"
	Paused    HostState = "paused"
	Unwatched HostState = "unwatched"
)

// CoveredHost is a host with the names of its monitors and devices.
type CoveredHost struct {
	Host     string    `json:"host"`
	State    HostState `json:"state"`
	Monitors []string  `json:"monitors"`
	Devices  []string  `json:"devices"`
}

// Watcher is a monitor or a device.
type Watcher struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Type    string `json:"type"`
	Address string `json:"address"`
	Active  bool   `json:"is_active"`
	Expires string `json:"ssl_expiry_at,omitempty"`
}

// NewCoverage returns the report with its share, and with everything sorted by name.
func NewCoverage(c Coverage) Coverage {
	c.Percent = 0
	if watched := len(c.In(Watched)); watched > 0 {
		c.Percent = math.Floor(10000*float64(watched)/float64(len(c.Hosts))) / 100
	}
	slices.SortFunc(c.Hosts, func(a, b CoveredHost) int { return strings.Compare(a.Host, b.Host) })
	for _, list := range [][]Watcher{c.Monitors, c.Devices, c.Certificates} {
		slices.SortFunc(list, func(a, b Watcher) int { return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	}
	return c
}

// In returns the hosts of one state.
func (c Coverage) In(state HostState) []CoveredHost {
	found := []CoveredHost{}
	for _, host := range c.Hosts {
		if host.State == state {
			found = append(found, host)
		}
	}
	return found
}

// As returns the report, as it is at that time, in a form: csv, html, json, or md for a comment on
// a merge request.
func (c Coverage) As(form string, at time.Time) ([]byte, error) {
	c.Generated = at.UTC().Truncate(time.Second)
	switch form {
	case "csv":
		return c.csv(), nil
	case "json":
		return asJSON(c)
	case "md":
		return c.document().markdown(), nil
	}
	return c.document().html(), nil
}

// csv returns one row for each host, and for each monitor and device about which there is something
// to say.
func (c Coverage) csv() []byte {
	var rows [][]string
	for _, host := range c.Hosts {
		rows = append(rows, []string{"host", string(host.State), host.Host, "", "", strings.Join(host.Monitors, "; "), strings.Join(host.Devices, "; ")})
	}
	for _, part := range []struct {
		what, state string
		list        []Watcher
	}{{"monitor", "without host", c.Monitors}, {"device", "without host", c.Devices}, {"monitor", "without expiry rule", c.Certificates}} {
		for _, w := range part.list {
			rows = append(rows, []string{part.what, part.state, w.Name, strconv.FormatInt(w.ID, 10), w.Address, "", ""})
		}
	}
	return Stamp{c.Server, c.Generated}.CSV([]string{"what", "state", "name", "id", "address", "monitors", "devices"}, rows)
}

// Lines returns the report as a table for a terminal.
func (c Coverage) Lines() []string { return c.document().lines() }

func (c Coverage) document() document {
	unwatched, paused := c.In(Unwatched), c.In(Paused)
	doc := document{
		title: "Coverage", about: "The hosts of the inventory, and what watches them on", server: c.Server, generated: c.Generated,
		tiles: []tile{
			{"Watched", percent(c.Percent), "of " + count(len(c.Hosts), "host"), counted("", len(unwatched)+len(paused), "").Level},
			counted("Nothing watches", len(unwatched), "hosts"), counted("Paused only", len(paused), "hosts"),
			counted("Without a host", len(c.Monitors)+len(c.Devices), fmt.Sprintf("%s, %s", count(len(c.Monitors), "monitor"), count(len(c.Devices), "device"))),
			counted("No expiry rule", len(c.Certificates), "certificates"),
		},
		bars: c.bars(),
		footer: "A host is watched if one of its monitors or devices is active. A monitor belongs to a host whose name or address it checks or has as its name, or whose " +
			"device it is linked with; a device has the name or the address of its host.",
	}
	doc.tables = []table{
		{"unwatched", "Nothing watches", "Hosts without a monitor and without a device.", len(unwatched), []string{"Host"}, nil},
		{"paused", "Paused only", "Hosts whose monitors and devices are all switched off.", len(paused), []string{"Host", "Monitors", "Devices"}, nil},
		watcherTable("certificates", "No expiry rule", "Monitors of certificates that no active alert rule watches for their expiry.", c.Certificates, "Expires"),
		watcherTable("monitors", "Monitors without a host", "They may watch what is not in the inventory, or what is no more.", c.Monitors, "Type"),
		watcherTable("devices", "Devices without a host", "They may be what is not in the inventory, or what is no more.", c.Devices, "Type"),
	}
	for _, host := range unwatched {
		doc.tables[0].rows = append(doc.tables[0].rows, []string{host.Host})
	}
	for _, host := range paused {
		doc.tables[1].rows = append(doc.tables[1].rows, []string{host.Host, strings.Join(host.Monitors, ", "), strings.Join(host.Devices, ", ")})
	}
	return doc
}

// watcherTable is a table of monitors or devices, with one column of its own.
func watcherTable(id, title, about string, list []Watcher, column string) table {
	t := table{id, title, about, len(list), []string{"Name", "Address", column, "Id"}, nil}
	for _, w := range list {
		text := w.Type
		if column == "Expires" {
			text = w.Expires
		}
		t.rows = append(t.rows, []string{cmp.Or(untrusted.Line(w.Name), fmt.Sprintf("id %d", w.ID)), w.Address, text, strconv.FormatInt(w.ID, 10)})
	}
	return t
}

// bars show how many hosts there are of each state.
func (c Coverage) bars() *chart {
	all := &chart{}
	for _, state := range []struct {
		label, level string
		is           HostState
	}{{"watched", "ok", Watched}, {"paused only", "low", Paused}, {"unwatched", "bad", Unwatched}} {
		n := len(c.In(state.is))
		all.Bars = append(all.Bars, bar{Label: state.label, Level: state.level, Length: share(float64(n), float64(max(1, len(c.Hosts)))), Value: thousands(int64(n)),
			More: percentage(float64(n), float64(len(c.Hosts)))})
	}
	return all
}
