// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/profile"
)

// serverOf returns what the profile says about one list.
func serverOf(known profile.Profile, path string) converge.Server {
	list := known.Lists[path]
	return converge.Server{KeepsUnnamed: list.KeepsUnnamed == profile.Yes, SearchFinds: list.SearchFinds == profile.Yes}
}

// kindOf is the kind of the resource with the keys under which the server is known to show its
// fields. If the API's documentation leaves open which of several keys it is, the key that is sent
// follows the one that is shown: a link shown as group.id or group_id is sent as group_id.
func (r resource) kindOf(known profile.Profile) converge.Kind {
	kind, keys := r.kind, known.Keys[r.name]
	kind.Module = r.name
	if len(keys) == 0 {
		return kind
	}
	kind.Fields = slices.Clone(kind.Fields)
	for i, f := range kind.Fields {
		key := keys[f.Name]
		if !slices.Contains(f.Read, key) {
			continue
		}
		others := slices.DeleteFunc(slices.Clone(f.Read), func(k string) bool { return k == key })
		kind.Fields[i].Read = append([]string{key}, others...)
		if object, isLink := strings.CutSuffix(key, ".id"); isLink {
			kind.Fields[i].Send = object + "_id"
		} else if strings.HasSuffix(key, "_id") || strings.HasSuffix(key, "_ids") {
			kind.Fields[i].Send = key
		}
	}
	return kind
}
