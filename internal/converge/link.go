// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Link refers to another resource by its id. What is desired is a reference: the text of an id or
// of a name; "" is none.
var Link Form = link{}

type link struct{ scalar }

func (link) compare(ctx context.Context, w wish, row acsmon.Fields) (change, error) {
	reference, current := textOf(w.value), any(nil)
	current, _ = w.valueIn(row)
	id, err := w.linkID(ctx, row, reference)
	if err != nil {
		return change{}, err
	}
	c := change{differs: !same(id, current), send: id, before: current, after: canonical(reference), row: map[string]any{}}
	if _, isID := ParseID(reference); !isID {
		if name := w.LinkName(row); name != nil {
			c.before = name
		}
	}
	if _, shown := row[w.key()]; shown {
		c.row[w.key()] = id
	}
	for _, path := range w.Read {
		object, ok := strings.CutSuffix(path, ".id")
		if _, shown := row[object]; ok && shown {
			c.row[object] = linked(id, reference)
		}
	}
	return c, nil
}

func (link) list(f Field, shown any, refer referrer) (any, error) { return refer(f, shown) }

func (link) exactly(listed, _ any) any {
	if listed == nil {
		return ""
	}
	return listed
}

func (link) render(desired any) any { return rendered(textOf(desired)) }

// textOf returns a reference without what does not matter.
func textOf(value any) string {
	text, _ := canonical(value).(string)
	return text
}

// linkID returns the desired id of a link, nil for none. If the row shows by id or by name that the
// link is right, the server is not asked.
func (w wish) linkID(ctx context.Context, row acsmon.Fields, reference string) (any, error) {
	if reference == "" {
		return nil, nil
	}
	current, _ := w.valueIn(row)
	shown := w.LinkName(row)
	if _, isID := ParseID(reference); isID {
		shown = current
	}
	if !w.resolver.Renamed && current != nil && shown != nil && same(reference, shown) {
		return current, nil
	}
	ids, err := w.resolver.Find(ctx, []string{reference}, w.resource)
	if err != nil {
		return nil, err
	}
	return ids[0], nil
}

// LinkName returns the name beside a link's id; nil if the row does not show it.
func (f Field) LinkName(row acsmon.Fields) any {
	for _, path := range f.Read {
		if object, ok := strings.CutSuffix(path, ".id"); ok {
			if name, ok := Dig(row, object+".name"); ok && name != nil {
				return name
			}
		}
	}
	return nil
}

// linked is a link as the API shows it, as far as it is known.
func linked(id any, reference string) any {
	_, isID := ParseID(reference)
	switch {
	case id == nil:
		return nil
	case isID:
		return map[string]any{"id": id}
	}
	return map[string]any{"id": id, "name": reference}
}

// rendered is a link whose id may not be known.
func rendered(reference string) any {
	if id, ok := ParseID(reference); ok {
		return id
	}
	if reference == "" {
		return nil
	}
	return map[string]any{"name": reference}
}
