// SPDX-License-Identifier: GPL-3.0-or-later

package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/acsmon/acsmon-ansible/internal/modules"
	"github.com/acsmon/acsmon-ansible/internal/profile"
)

// field is a short name for the type in modules.
type field = modules.ShapeField

// checkQueries finds out from the existing rows whether the server does what search, filters and
// sort ask for.
func (d *Doctor) checkQueries(ctx context.Context) {
	for _, path := range []string{"/monitors", "/devices"} {
		page := d.lists[path]
		if page == nil || len(page.rows) < 2 {
			d.add("search", Warning, "try it again when there are rows, or with --write", "%s has too few rows to try search, filters and sort", own(path))
			continue
		}
		search := d.searches(ctx, path, page)
		filters := d.filters(ctx, path, page)
		sorted := d.sorts(ctx, path)
		d.learn(path, func(l *profile.List) {
			l.SearchFinds, l.Filters, l.Sort = search, filters, sorted
		})
		d.verdict("search", path, search, "it is ignored: looking for one name costs the whole list")
		d.verdict("filters", path, filters, "they are ignored: every selection costs the whole list")
		d.verdict("sort", path, sorted, "it is ignored, which costs nothing")
	}
}

func (d *Doctor) verdict(name, path string, fact profile.Fact, ignored string) {
	switch fact {
	case profile.Yes:
		d.add(name, OK, "", "%s: it does what it should", own(path))
	case profile.No:
		d.add(name, Warning, "", "%s: %s", own(path), own(ignored))
	default:
		d.add(name, Warning, "", "%s: it could not be tried", own(path))
	}
}

// nonsense is the name of nothing.
const nonsense = "acsmon-doctor-zqxjkv"

// searches reports whether a search for a name finds its row, and a search for nonsense finds
// nothing.
func (d *Doctor) searches(ctx context.Context, path string, page *list) profile.Fact {
	row := page.rows[len(page.rows)-1]
	name, ok := row["name"].(string)
	if !ok || name == "" {
		return profile.Unknown
	}
	return d.searchFinds(ctx, path, name, row["id"])
}

func (d *Doctor) searchFinds(ctx context.Context, path, name string, id any) profile.Fact {
	hits, err := d.page(ctx, path, map[string]string{"search": name, "per_page": "100"})
	if err != nil {
		return profile.Unknown
	}
	found := slices.ContainsFunc(hits.rows, func(hit map[string]any) bool { return fmt.Sprint(hit["id"]) == fmt.Sprint(id) })
	misses, err := d.page(ctx, path, map[string]string{"search": nonsense, "per_page": "1"})
	if err != nil {
		return profile.Unknown
	}
	return profile.Known(found && len(misses.rows) == 0)
}

// filters reports whether a filter leaves out what it should. If all rows are alike, that is not
// known.
func (d *Doctor) filters(ctx context.Context, path string, page *list) profile.Fact {
	value := page.rows[0]["status"]
	other := slices.ContainsFunc(page.rows, func(row map[string]any) bool { return row["status"] != value })
	text, ok := value.(string)
	if !ok || !other {
		return profile.Unknown
	}
	hits, err := d.page(ctx, path, map[string]string{"filter[status]": text, "per_page": "100"})
	if err != nil {
		return profile.Unknown
	}
	wrong := slices.ContainsFunc(hits.rows, func(row map[string]any) bool { return row["status"] != value })
	return profile.Known(!wrong && len(hits.rows) > 0)
}

// sorts reports whether rows come in the order that is asked for: descending by id. A list that
// also comes ascending cannot be so by itself.
func (d *Doctor) sorts(ctx context.Context, path string) profile.Fact {
	hits, err := d.page(ctx, path, map[string]string{"sort": "-name", "per_page": "100"})
	if err != nil || len(hits.rows) < 2 {
		return profile.Unknown
	}
	names := make([]string, len(hits.rows))
	for i, row := range hits.rows {
		names[i], _ = row["name"].(string)
	}
	first, last := names[0], names[len(names)-1]
	if first == last {
		return profile.Unknown
	}
	return profile.Known(first > last)
}

// The forms of a time.
var times = []struct {
	form    own
	pattern *regexp.Regexp
}{
	{"in UTC, with a Z", regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)},
	{"in UTC, with microseconds", regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$`)},
	{"with an offset", regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:?\d\d$`)},
	{"without a zone", regexp.MustCompile(`^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?$`)},
}

// checkForms says in which form times and numbers come.
func (d *Doctor) checkForms() {
	for _, path := range []string{"/monitors", "/devices"} {
		page := d.lists[path]
		if page == nil || len(page.rows) == 0 {
			continue
		}
		d.add("values", OK, "", "%s: times come %s, numbers %s, truth %s", own(path),
			timeForm(page.rows), numberForm(page.rows[0]["id"]), truthForm(page.rows[0]["is_active"]))
		return
	}
}

func timeForm(rows []map[string]any) own {
	for _, row := range rows {
		for _, key := range []string{"last_checked_at", "last_polled_at", "created_at", "updated_at"} {
			text, ok := row[key].(string)
			if !ok {
				continue
			}
			for _, t := range times {
				if t.pattern.MatchString(text) {
					return t.form
				}
			}
			return "in a form that is not known"
		}
	}
	return "not at all"
}

func numberForm(value any) own {
	if _, ok := value.(json.Number); ok {
		return "as numbers"
	}
	return "as texts"
}

func truthForm(value any) own {
	switch value.(type) {
	case bool:
		return "as true and false"
	case nil:
		return "not at all"
	}
	return "as 0 and 1"
}
