// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"fmt"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// listing is a section's list as it was read once, and as it will be.
type listing struct {
	Store
	rows  []acsmon.Fields
	byID  map[int64]acsmon.Fields
	named map[string][]acsmon.Fields

	targets map[string][]target // by the names that there will be
	gone    map[int64]bool      // ids that there will not be
	plain   bool                // a row by itself shows no more than the list does
}

// target is what a name will mean: a row, or one that is yet to be created.
type target struct {
	id     int64
	create *Step
}

// load reads a section's list, the first time.
func (b *Batch) load(ctx context.Context, s *Section) error {
	if s.list != nil {
		return nil
	}
	rows, err := read(ctx, s.Store, s.Kind.key(), acsmon.Query{})
	if err != nil {
		return err
	}
	l := &listing{Store: s.Store, byID: map[int64]acsmon.Fields{}, named: map[string][]acsmon.Fields{}}
	for _, row := range rows {
		l.index(b.key(row[s.Kind.key()]), row)
	}
	s.list = l
	l.settle(b, nil)
	return nil
}

func (l *listing) index(key string, row acsmon.Fields) {
	l.rows = append(l.rows, row)
	l.byID[row.ID()] = row
	l.named[key] = append(l.named[key], row)
}

// settle works out which names and ids there will be after the section's steps.
func (l *listing) settle(b *Batch, steps []*Step) {
	l.targets, l.gone = map[string][]target{}, map[int64]bool{}
	names := map[int64]string{}
	for _, step := range steps {
		id, name := step.ID(), b.key(step.item.finalName())
		switch {
		case step.item.Absent:
			l.gone[id] = true
		case id == 0:
			l.targets[name] = append(l.targets[name], target{create: step})
		default:
			names[id] = name
		}
	}
	for key, rows := range l.named {
		for _, row := range rows {
			name := key
			if new := names[row.ID()]; new != "" {
				name = new
			}
			if !l.gone[row.ID()] {
				l.targets[name] = append(l.targets[name], target{id: row.ID()})
			}
		}
	}
}

// Get reads one row by itself, unless it is known that this shows no more than the
// list did.
func (l *listing) Get(ctx context.Context, id int64) (acsmon.Fields, error) {
	listed := l.byID[id]
	if l.plain && listed != nil {
		return listed, nil
	}
	row, err := l.Store.Get(ctx, id)
	if err != nil || listed == nil {
		return row, err
	}
	l.plain = true
	for key := range row {
		if _, shown := listed[key]; !shown {
			l.plain = false
		}
	}
	return row, nil
}

// reader is the section's engine on the list that was read.
func (s *Section) reader() *Engine {
	e := s.Engine
	e.Store = s.list
	return &e
}

// Select reads a section's list, and gives the rows that are wanted with the fields
// of these names, unless the server does not show them at all. What ids name and the
// list lacks is looked for by itself, for rows may move from page to page while a
// list is read.
func (b *Batch) Select(ctx context.Context, s *Section, ids []int64, wanted func(acsmon.Fields) (bool, error), names ...string) ([]acsmon.Fields, error) {
	if err := b.load(ctx, s); err != nil {
		return nil, err
	}
	for _, id := range ids {
		if s.list.byID[id] != nil {
			continue
		}
		switch row, err := s.Store.Get(ctx, id); {
		case err == nil:
			s.list.index(b.key(row[s.Kind.key()]), row)
		case !acsmon.IsNotFound(err):
			return nil, err
		}
	}
	var selected []acsmon.Fields
	for i, row := range s.list.rows {
		if ok, err := wanted(row); err != nil || !ok {
			if err != nil {
				return nil, err
			}
			continue
		}
		now, err := s.reader().complete(ctx, reading{row, false}, names)
		if err != nil {
			return nil, err
		}
		s.list.rows[i], s.list.byID[row.ID()] = now.row, now.row
		selected = append(selected, now.row)
	}
	return selected, nil
}

// Gather describes all that a section has, each as the item that lists it: by its
// fields' names, without what is empty, and with the id only where the name does
// not say which one it is. Links are names where these are as good as ids. Within,
// where there is one, limits it.
func (b *Batch) Gather(ctx context.Context, s *Section) ([]map[string]any, error) {
	if err := b.load(ctx, s); err != nil {
		return nil, err
	}
	items := make([]map[string]any, 0, len(s.list.rows))
	for _, row := range s.list.rows {
		if in, err := b.within(ctx, s, row); err != nil || !in {
			if err != nil {
				return nil, fmt.Errorf("the scope: %w", err)
			}
			continue
		}
		now, err := s.reader().complete(ctx, reading{row, false}, s.Kind.names())
		if err != nil {
			return nil, err
		}
		item, err := s.describe(now.row, func(f Field, id any) (string, error) { return b.referTo(ctx, s.Links[f.Name], id) })
		if err != nil {
			return nil, err
		}
		if key := b.key(row[s.Kind.key()]); key == "" || len(s.list.named[key]) > 1 {
			item["id"] = row.ID()
		}
		items = append(items, item)
	}
	return items, nil
}

// describe gives what a row shows by its fields' names, without what is empty.
// refer gives the text of a link.
func (s *Section) describe(row acsmon.Fields, refer func(f Field, id any) (string, error)) (map[string]any, error) {
	item := map[string]any{}
	for _, f := range s.Kind.Fields {
		current, shown := f.read(row)
		if !shown || f.Compare == Secret || empty(canonical(current)) {
			continue
		}
		item[f.Name] = current
		var err error
		switch f.Compare {
		case Merge:
			if object, isObject := asObject(current); isObject {
				item[f.Name] = unmasked(object)
			}
		case Set:
			item[f.Name] = Texts(current)
		case Link:
			item[f.Name], err = refer(f, current)
		case Links:
			item[f.Name], err = referAll(f, idsIn(current), refer)
		}
		if err != nil {
			return nil, err
		}
	}
	return item, nil
}

func referAll(f Field, ids []any, refer func(f Field, id any) (string, error)) ([]string, error) {
	texts := make([]string, len(ids))
	for i, id := range ids {
		var err error
		if texts[i], err = refer(f, id); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// asShown describes a row by what it shows alone.
func (s *Section) asShown(row acsmon.Fields) map[string]any {
	item, _ := s.describe(row, func(f Field, id any) (string, error) {
		if name := f.LinkName(row); name != nil {
			return fmt.Sprint(name), nil
		}
		return fmt.Sprint(id), nil
	})
	return item
}

// referTo gives the text that refers to an id: the name, unless it is not the only
// one or would be taken for an id, or there is no section of it.
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
	key := b.key(row[s.Kind.key()])
	if _, isID := ParseID(key); isID || key == "" || len(s.list.named[key]) > 1 {
		return text, nil
	}
	return fmt.Sprint(canonical(row[s.Kind.key()])), nil
}
