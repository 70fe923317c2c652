// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"fmt"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Gather describes everything in a section, each resource as the item that lists it: by the names
// of its fields, without empty values, and with the id only if the name is not enough. Links are
// names if these are as good as ids. Within limits it, if there is one.
func (b *Batch) Gather(ctx context.Context, s *Section) ([]map[string]any, error) {
	if err := b.load(ctx, s); err != nil {
		return nil, err
	}
	items := make([]map[string]any, 0, len(s.list.rows))
	counted := b.count(s)
	for _, row := range s.list.rows {
		if in, err := b.within(ctx, s, row); err != nil || !in {
			if err != nil {
				return nil, fmt.Errorf("the scope: %w", err)
			}
			continue
		}
		now, err := s.onList().complete(ctx, reading{row: row, at: s.list.at}, s.Kind.fieldNames())
		if err != nil {
			return nil, err
		}
		item, err := s.Kind.describe(now.row, func(f Field, id any) (string, error) { return b.referTo(ctx, s.Links[f.Name], id) })
		if err != nil {
			return nil, err
		}
		if extras := s.extrasIn(now.row); len(extras) > 0 {
			item["fields"] = extras
		}
		s.giveIdentity(item)
		if key := b.identityOfRow(s, row); key == "" || counted[key] > 1 {
			item["id"] = row.ID()
		}
		items = append(items, item)
	}
	return items, nil
}

// extrasIn returns what a row shows of the additional keys, without what is empty.
func (s *Section) extrasIn(row acsmon.Fields) map[string]any {
	extras := map[string]any{}
	for _, key := range s.Extras {
		if value := canonical(row[key]); !empty(value) {
			extras[key] = value
		}
	}
	return extras
}

// describe returns what a row shows by the names of its fields, without empty values. refer returns
// the text of a link.
func (k Kind) describe(row acsmon.Fields, refer referrer) (map[string]any, error) {
	item := map[string]any{}
	for _, f := range k.Fields {
		shown, isShown := f.valueIn(row)
		if !isShown || empty(canonical(shown)) {
			continue
		}
		value, err := f.form().list(f, shown, refer)
		if err != nil {
			return nil, err
		}
		if value != nil {
			item[f.Name] = value
		}
	}
	return item, nil
}

// asShown describes a row only by what it shows.
func (k Kind) asShown(row acsmon.Fields) map[string]any {
	item, _ := k.describe(row, func(f Field, id any) (string, error) {
		if name := f.LinkName(row); name != nil {
			return fmt.Sprint(name), nil
		}
		return fmt.Sprint(id), nil
	})
	return item
}

// referTo returns the text that refers to an id: the name, unless others have it, or it looks like
// an id, or no section has it.
func (b *Batch) referTo(ctx context.Context, s *Section, id any) (string, error) {
	text := strings.TrimSpace(fmt.Sprint(id))
	if s == nil {
		return text, nil
	}
	if err := b.load(ctx, s); err != nil {
		return "", err
	}
	number, _ := ParseID(text)
	row := s.list.byID[number]
	if row == nil {
		return text, nil
	}
	key := b.key(s, row[s.Kind.identityKey()])
	if _, isID := ParseID(key); isID || key == "" || len(s.list.named[key]) > 1 {
		return text, nil
	}
	return fmt.Sprint(canonical(row[s.Kind.identityKey()])), nil
}
