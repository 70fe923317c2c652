// SPDX-License-Identifier: GPL-3.0-or-later

package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/internal/exact"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// Drift is how a server differs from what is declared. Its values are plain JSON, without secrets.
type Drift struct {
	Server    string    `json:"server"`
	Generated time.Time `json:"generated"`
	Same      int       `json:"same"` // as declared
	// Missing is declared but does not exist; Different exists but differs; ServerOnly exists
	// without being declared.
	Missing    []Thing `json:"missing"`
	Different  []Thing `json:"different"`
	ServerOnly []Thing `json:"server_only"`
	// Notes say what could not be compared.
	Notes []string `json:"notes"`
}

// Thing is one resource that differs, and in what.
type Thing struct {
	List    string       `json:"list"`
	Name    string       `json:"name"`
	ID      int64        `json:"id,omitempty"`
	Options []Difference `json:"options"`
}

// Difference is one option, or a key in it as OPTION.KEY. A value that is not set is nil.
type Difference struct {
	Option   string `json:"option"`
	Declared any    `json:"declared"`
	Server   any    `json:"server"`
}

// Differences returns what differs between two objects, key by key, in the order of the keys. It
// compares objects inside key by key, unless one of them is something else.
func Differences(server, declared map[string]any) []Difference {
	return differences("", server, declared)
}

func differences(path string, server, declared map[string]any) []Difference {
	found := []Difference{}
	keys := slices.Sorted(maps.Keys(declared))
	for _, key := range slices.Sorted(maps.Keys(server)) {
		if _, both := declared[key]; !both {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		now, want := server[key], declared[key]
		nowObject, nowIs := now.(map[string]any)
		wantObject, wantIs := want.(map[string]any)
		switch {
		case (nowIs || now == nil) && (wantIs || want == nil) && len(nowObject)+len(wantObject) > 0:
			found = append(found, differences(path+key+".", nowObject, wantObject)...)
		case valueText(now) != valueText(want):
			found = append(found, Difference{path + key, want, now})
		}
	}
	return found
}

// valueText is a value as people read it.
func valueText(value any) string {
	switch value := value.(type) {
	case nil:
		return "not set"
	case string:
		if value == "" || strings.TrimSpace(value) != value || value == "not set" {
			return strconv.Quote(value)
		}
		return value
	}
	text, err := exact.Marshal(value, "")
	if err != nil {
		return fmt.Sprint(value)
	}
	return strings.TrimSpace(string(text))
}

// ByName sorts each part by list and name, so that the same state makes the same report.
func (d *Drift) ByName() {
	for _, part := range [][]Thing{d.Missing, d.Different, d.ServerOnly} {
		slices.SortStableFunc(part, func(a, b Thing) int {
			return cmp.Or(strings.Compare(a.List, b.List), strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
		})
	}
}

// As returns the report, as it is at that time, in a form: html, json, or md for a comment on a
// merge request.
func (d Drift) As(form string, at time.Time) ([]byte, error) {
	d.Generated = at.UTC().Truncate(time.Second)
	switch form {
	case "json":
		return asJSON(d)
	case "md":
		return d.document().markdown(), nil
	}
	return d.document().html(), nil
}

// asJSON returns a report as JSON for people. Characters that control a terminal are escaped, which
// is the same text in JSON.
func asJSON(data any) ([]byte, error) {
	text, err := json.MarshalIndent(data, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("the report cannot be written as JSON, please report it: %w", err)
	}
	return []byte(untrusted.Visible(string(text)) + "\n"), nil
}

func (d Drift) document() document {
	doc := document{
		title: "Drift", about: "What is declared, compared with", server: d.Server, generated: d.Generated, notes: d.Notes,
		tiles: []tile{
			counted("Missing", len(d.Missing), "declared, and not there"), counted("Different", len(d.Different), "not as declared"),
			counted("On the server only", len(d.ServerOnly), "not declared"), {"As declared", thousands(int64(d.Same)), "", ""},
		},
		footer: "Options that are not declared are not compared, unless the task says that they must not be set. Secrets are shown as " + untrusted.Mask + " or " +
			untrusted.NoLog + ", and those that the server does not show are not compared.",
	}
	doc.tables = []table{
		{"missing", "Missing", "Declared, and not on the server.", len(d.Missing), []string{"Name", "List", "Declared"}, nil},
		{"different", "Different", "On the server, and not as declared.", len(d.Different), []string{"Name", "List", "Option", "Declared", "On the server"}, nil},
		{"server-only", "On the server only", "There without being declared.", len(d.ServerOnly), []string{"Name", "List", "Id", "On the server"}, nil},
	}
	for _, t := range d.Missing {
		doc.tables[0].rows = append(doc.tables[0].rows, []string{t.name(), t.list(), t.brief(func(d Difference) any { return d.Declared })})
	}
	for _, t := range d.Different {
		for _, o := range t.Options {
			doc.tables[1].rows = append(doc.tables[1].rows, []string{t.name(), t.list(), o.Option, valueText(o.Declared), valueText(o.Server)})
		}
	}
	for _, t := range d.ServerOnly {
		row := []string{t.name(), t.list(), strconv.FormatInt(t.ID, 10), t.brief(func(d Difference) any { return d.Server })}
		doc.tables[2].rows = append(doc.tables[2].rows, row)
	}
	return doc
}

// counted is a tile with a number of resources, which should be zero.
func counted(name string, n int, note string) tile {
	level := "ok"
	if n > 0 {
		level = "low"
	}
	return tile{name, thousands(int64(n)), note, level}
}

func (t Thing) name() string { return cmp.Or(untrusted.Line(t.Name), fmt.Sprintf("id %d", t.ID)) }

func (t Thing) list() string { return strings.ReplaceAll(t.List, "_", " ") }

// brief is what a resource has on one side, without its name.
func (t Thing) brief(side func(Difference) any) string {
	var parts []string
	for _, o := range t.Options {
		if o.Option != "name" {
			parts = append(parts, o.Option+": "+valueText(side(o)))
		}
	}
	return strings.Join(parts, ", ")
}
