// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// extraPrefix is at the beginning of the names of fields that no Kind declares: the user gives the
// key of the API in the option fields.
const extraPrefix = "fields."

// Extra is the name of the field for a key of the API that no option sets.
func Extra(key string) string { return extraPrefix + key }

func isExtra(name string) bool { return strings.HasPrefix(name, extraPrefix) }

// Covering returns the name of the field that sets a key of the API; "" if none does.
func (k Kind) Covering(key string) string {
	for _, f := range k.Fields {
		if slices.Contains(f.keys(), key) {
			return f.Name
		}
	}
	return ""
}

// IsMeasured reports whether a key of a row changes by itself.
func (k Kind) IsMeasured(key string) bool {
	return slices.Contains(k.Measured, key) || strings.HasSuffix(key, "_at")
}

// extra is a value of any type, whose type in Ansible may differ from that in the row. An object is
// merged over the current one.
type extra struct{ scalar }

func (extra) compare(ctx context.Context, w wish, row acsmon.Fields) (change, error) {
	if _, isObject := w.value.(map[string]any); isObject {
		return Merge.compare(ctx, w, row)
	}
	current, _ := w.valueIn(row)
	if err := survives(w.Name, w.value); err != nil {
		return change{}, err
	}
	value, err := typedValue(w.Name, w.value, current, anyType)
	if err != nil {
		return change{}, err
	}
	w.value = value
	c, err := scalar{}.compare(ctx, w, row)
	if holdsHost(w.key()) {
		c, err = host{}.compare(ctx, w, row)
	}
	if text, isText := value.(string); isText && c.send != nil { // nobody knows what it is
		c.send = text
	}
	return c, err
}

// refuseExtras returns an error for fields that the server does not show: it does not take them, or
// it cannot be known that it does.
func (k Kind) refuseExtras(row acsmon.Fields, names []string) error {
	unknown := slices.DeleteFunc(k.notShown(row, names), func(name string) bool { return !isExtra(name) })
	if len(unknown) == 0 {
		return nil
	}
	return fmt.Errorf("the server does not show %s of %s %d, so it does not take it: check the spelling of the key, or leave it out",
		strings.Join(unknown, ", "), k.Name, row.ID())
}
