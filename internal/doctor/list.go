// SPDX-License-Identifier: GPL-3.0-or-later

package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/profile"
)

// paths are the lists that modules and the inventory fetch.
var paths = []string{
	"/devices", "/device-groups", "/monitors", "/monitor-groups", "/alert-channels", "/alert-rules", "/monitor-alert-rules",
	"/alert-events", "/monitor-events", "/discovery", "/snmp-traps",
}

// tried is the page size that is asked for: more than any server is known to send.
const tried = 500

// list is the first page of a list.
type list struct {
	rows    []map[string]any
	total   int64 // -1 if the server does not state it
	perPage int64 // 0 if it does not
}

// checkLists fetches the first page of every list.
func (d *Doctor) checkLists(ctx context.Context) {
	refused := false
	for _, path := range paths {
		size := tried
		if refused {
			size = 100
		}
		page, err := d.page(ctx, path, map[string]string{"per_page": strconv.Itoa(size)})
		if acsmon.IsQueryRefused(err) && !refused {
			refused, size = true, 100
			page, err = d.page(ctx, path, map[string]string{"per_page": "100"})
		}
		if err != nil {
			d.listFault(path, err)
			continue
		}
		d.lists[path] = page
		d.learn(path, func(l *profile.List) { l.PageSize = page.size(size) })
		d.describe(path, page)
	}
}

func (d *Doctor) listFault(path string, err error) {
	switch {
	case errors.Is(err, errSpent):
		d.add("list", Warning, "run doctor again", "%s was not checked: doctor has made enough requests", own(path))
	case acsmon.IsNotFound(err):
		d.add("list", OK, "", "the server does not serve %s", own(path))
	case acsmon.IsForbidden(err):
		d.add("list", Warning, "grant it in the web interface where you need it, or use another token", "%s cannot be read: %v", own(path), faultOf(err))
	default:
		d.fail("list", err)
	}
}

func (d *Doctor) describe(path string, page *list) {
	size := d.Profile.Lists[path].PageSize
	switch {
	case page.total < 0:
		d.add("list", OK, "", "%s: rows: %d or more, no total is stated", own(path), len(page.rows))
	case size == 0:
		d.add("list", OK, "", "%s: rows: %d", own(path), page.total)
	default:
		d.add("list", OK, "", "%s: rows: %d, page size: %d", own(path), page.total, size)
	}
}

// size is the size of the largest page, as far as the response shows it; 0 is unknown.
func (l *list) size(asked int) int {
	switch {
	case l.perPage > 0 && l.perPage <= int64(asked):
		return int(l.perPage)
	case int64(len(l.rows)) < l.total:
		return len(l.rows)
	}
	return 0
}

// learn records what is known of a list.
func (d *Doctor) learn(path string, note func(*profile.List)) {
	if d.Profile.Lists == nil {
		d.Profile.Lists = map[string]profile.List{}
	} else {
		d.Profile.Lists = maps.Clone(d.Profile.Lists)
	}
	known := d.Profile.Lists[path]
	note(&known)
	d.Profile.Lists[path] = known
}

// page fetches one page of a list.
func (d *Doctor) page(ctx context.Context, path string, query map[string]string) (*list, error) {
	answer, err := d.get(ctx, path, query)
	if err != nil {
		return nil, err
	}
	object, _ := answer.(map[string]any)
	rows, ok := object["data"].([]any)
	if !ok {
		return nil, fmt.Errorf("%s answers no list: check the base URL", path)
	}
	l := &list{total: -1}
	for _, row := range rows {
		if object, ok := row.(map[string]any); ok {
			l.rows = append(l.rows, object)
		}
	}
	meta, _ := object["meta"].(map[string]any)
	for _, from := range []map[string]any{object, meta} {
		if total, ok := whole(from["total"]); ok {
			l.total = total
		}
		if perPage, ok := whole(from["per_page"]); ok {
			l.perPage = perPage
		}
	}
	return l, nil
}

// checkKeys finds out under which keys the server shows which fields of the modules. A single read
// may show more than a list.
func (d *Doctor) checkKeys(ctx context.Context) {
	for _, shape := range d.shapes {
		page := d.lists[shape.Path]
		if page == nil || len(page.rows) == 0 {
			continue
		}
		row, sparse := maps.Clone(page.rows[0]), false
		if shape.Path == "/devices" || shape.Path == "/monitors" {
			id, _ := whole(row["id"])
			if single, err := d.get(ctx, fmt.Sprintf("%s/%d", shape.Path, id), nil); err == nil {
				more := unwrapped(single)
				sparse = len(more) > len(row)
				maps.Copy(row, more)
			}
		}
		d.checkShape(shape.Module, shape.Fields, row, sparse)
	}
}

func (d *Doctor) checkShape(module string, fields []field, row map[string]any, sparse bool) {
	keys, expected, notShown := map[string]string{}, map[string]bool{"id": true}, []string{}
	for _, f := range fields {
		for _, key := range f.Keys {
			top, _, _ := strings.Cut(key, ".")
			expected[top] = true
			if _, ok := converge.Dig(row, key); ok && keys[f.Name] == "" {
				keys[f.Name] = key
			}
		}
		if keys[f.Name] == "" && !f.Secret {
			notShown = append(notShown, f.Name)
		}
	}
	var unknown []string
	for _, key := range slices.Sorted(maps.Keys(row)) {
		if !expected[key] && !strings.HasSuffix(key, "_at") {
			unknown = append(unknown, key)
		}
	}
	d.Profile.Keys = maps.Clone(d.Profile.Keys)
	if d.Profile.Keys == nil {
		d.Profile.Keys = map[string]map[string]string{}
	}
	d.Profile.Keys[module] = keys
	if sparse {
		d.add("fields", OK, "", "%s: a list shows less than a single read, so that some plans cost a request more", own(module))
	}
	if len(notShown) == 0 {
		d.add("fields", OK, "", "%s: all are shown", own(module))
	} else {
		d.add("fields", Warning, "what is not shown cannot be compared: a task that names it cannot tell whether it is so",
			"%s: not shown: %s", own(module), keyList(notShown))
	}
	if len(unknown) > 0 {
		d.add("fields", OK, "", "%s: the server also shows %s", own(module), keyList(unknown))
	}
}

// unwrapped takes a resource out of {"data": …}.
func unwrapped(answer any) map[string]any {
	object, _ := answer.(map[string]any)
	if data, ok := object["data"].(map[string]any); ok && object["id"] == nil {
		return data
	}
	return object
}

// whole parses a number, which PHP may send as a text.
func whole(value any) (int64, bool) {
	text := ""
	switch value := value.(type) {
	case json.Number:
		text = value.String()
	case string:
		text = value
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}
