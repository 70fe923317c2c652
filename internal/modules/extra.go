// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// apiKey is what a key of the API looks like.
var apiKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// addExtras adds the keys of the API for which the module has no option.
func (r resource) addExtras(item *converge.Item, given any) error {
	fields, _ := given.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if err := r.permitExtra(key); err != nil {
			return err
		}
		item.Desired[converge.Extra(key)] = fields[key]
	}
	return nil
}

// extrasOf returns those of the keys that are no options of the resource and can be set.
func (r resource) extrasOf(keys []string) ([]string, error) {
	var extras []string
	for _, key := range keys {
		if !apiKey.MatchString(key) {
			return nil, r.permitExtra(key)
		}
		if r.permitExtra(key) == nil {
			extras = append(extras, key)
		}
	}
	return extras, nil
}

// permitExtra returns an error for a key that an option sets, that the server measures, or that
// cannot be a key.
func (r resource) permitExtra(key string) error {
	option := r.kind.Covering(key)
	switch {
	case option == "" && r.under != nil && (key == r.under.option || key == r.under.option+"_id"):
		option = r.under.option
	case option == "" && r.children != nil && key == r.children.option, key == "id":
		option = key
	}
	switch {
	case option != "":
		return fmt.Errorf("fields.%s is what the option %s sets: use that", key, option)
	case r.kind.IsMeasured(key):
		return fmt.Errorf("fields.%s is what the server measures, and cannot be set: leave it out", key)
	case !apiKey.MatchString(key):
		return fmt.Errorf("fields has the key %q, and keys of the API are made of letters, digits and _: give one of those", key)
	}
	return nil
}
