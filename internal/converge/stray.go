// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// strayed warns about what an update changed although nobody asked for it: a server that replaces
// the whole resource resets what this program does not know and cannot send back. It is "" if
// nothing of the kind happened.
func (e *Engine) strayed(p *Plan, after acsmon.Fields) string {
	meant := map[string]bool{}
	for _, name := range append(e.Kind.fieldNames(), slices.Collect(maps.Keys(p.desired))...) {
		field := e.Kind.Field(name)
		if _, ok := p.desired[name]; !ok && !field.Secret() {
			continue
		}
		for _, key := range field.keys() {
			meant[key] = true
		}
	}
	var strays []string
	for _, key := range slices.Sorted(maps.Keys(p.Current)) {
		before := p.Current[key]
		now, shown := after[key]
		if !shown || meant[key] || e.Kind.IsMeasured(key) || same(before, now) && same(now, before) {
			continue
		}
		switch before.(type) {
		case map[string]any, []any:
			strays = append(strays, key)
		default:
			strays = append(strays, fmt.Sprintf("%s (it was %v)", key, e.SecretKeys.Hide(map[string]any{key: before}).(map[string]any)[key]))
		}
	}
	if len(strays) == 0 {
		return ""
	}
	return fmt.Sprintf("the update of %s %d changed %s as well, which nobody asked for: the server resets what an update leaves out, so set it again",
		e.Kind.Name, after.ID(), strings.Join(strays, ", "))
}

// keys are the keys of a row under which the field may be.
func (f Field) keys() []string {
	keys := []string{f.key(), f.Name}
	for _, path := range f.Read {
		key, _, _ := strings.Cut(path, ".")
		keys = append(keys, key)
	}
	return keys
}
