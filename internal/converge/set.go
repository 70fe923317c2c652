// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Set is a list of texts whose order does not matter.
var Set Form = set{}

// Slugs is a Set of names for programs. A server may show each as an object that has the slug
// beside a name for people.
var Slugs Form = slugs{}

type set struct{ scalar }

type slugs struct{ set }

func (slugs) compare(ctx context.Context, w wish, row acsmon.Fields) (change, error) {
	if shown, isShown := w.valueIn(row); isShown {
		row = acsmon.Fields{w.Paths()[0]: slugsOf(shown)}
	}
	return set{}.compare(ctx, w, row)
}

func (slugs) sendBack(shown any) any { return slugsOf(shown) }

func (slugs) list(_ Field, shown any, _ referrer) (any, error) { return Texts(slugsOf(shown)), nil }

// slugsOf gives the slugs of a list as texts.
func slugsOf(shown any) any {
	list, isList := shown.([]any)
	if !isList {
		return shown
	}
	texts := make([]any, len(list))
	for i, item := range list {
		texts[i] = item
		if object, isObject := item.(map[string]any); isObject {
			texts[i] = cmp.Or(object["slug"], object["name"])
		}
	}
	return texts
}

func (set) compare(_ context.Context, w wish, row acsmon.Fields) (change, error) {
	current, _ := w.valueIn(row)
	edit, isEdit := w.value.(Edit)
	if !isEdit {
		return w.replace(Texts(w.value), current, !sameSet(w.value, current)), nil
	}
	value := edit.of(Texts(current))
	c := w.replace(value, current, !slices.Equal(setOf(value), setOf(current)))
	c.builtOnReading = true
	return c, nil
}

// Edit is what can be desired of a Set or of Links if everything else in it is to stay.
type Edit struct{ Add, Remove []string }

func (e Edit) of(current []string) []string {
	kept := slices.DeleteFunc(slices.Clone(current), func(text string) bool {
		return slices.Contains(e.Remove, text) || slices.Contains(e.Add, text)
	})
	return append(kept, e.Add...)
}

func (set) render(desired any) any {
	if edit, isEdit := desired.(Edit); isEdit {
		return edit.Add
	}
	return canonical(desired)
}

func (set) sendBack(shown any) any {
	if _, isList := shown.([]any); isList {
		return Texts(shown)
	}
	return shown
}

func (set) list(_ Field, shown any, _ referrer) (any, error) { return Texts(shown), nil }

func (set) exactly(listed, _ any) any {
	if listed == nil {
		return []any{}
	}
	return listed
}

// sameSet compares two lists without regard to order and repetition.
func sameSet(desired, current any) bool {
	return slices.Equal(setOf(desired), setOf(current))
}

func setOf(v any) []string {
	texts := Texts(v)
	slices.Sort(texts)
	return slices.Compact(texts)
}

// Texts lists the texts of a list, trimmed and without empty ones. A text may be shown as an object
// with a name.
func Texts(v any) []string {
	list, _ := canonical(v).([]any)
	texts := make([]string, 0, len(list))
	for _, item := range list {
		if object, ok := item.(map[string]any); ok {
			item = object["name"]
		}
		if item = canonical(item); item != nil {
			texts = append(texts, fmt.Sprint(item))
		}
	}
	return texts
}
