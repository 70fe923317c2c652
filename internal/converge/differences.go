// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// describeAll says, for the fields in which a row differs, what was sent and what the row shows.
func (e *Engine) describeAll(ctx context.Context, p *Plan, row acsmon.Fields, differing []string) []string {
	var texts []string
	for _, name := range differing {
		c, err := e.compare(ctx, name, p.desired, row, false)
		if err != nil {
			texts = append(texts, name)
			continue
		}
		texts = append(texts, differences(name, c.after, c.before)...)
	}
	return texts
}

// differences names each key, joined by dots, whose value differs.
func differences(path string, sent, shown any) []string {
	object, isObject := sent.(map[string]any)
	now, _ := asObject(shown)
	if !isObject {
		return []string{fmt.Sprintf("%s (sent %s, shown %s)", path, brief(sent), brief(shown))}
	}
	var texts []string
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if !sameInside(object[key], now[key]) {
			texts = append(texts, differences(path+"."+key, object[key], now[key])...)
		}
	}
	if len(texts) == 0 { // keys that should not be there
		return []string{fmt.Sprintf("%s (shown %s)", path, brief(shown))}
	}
	return texts
}

// brief is a value in a message.
func brief(value any) string {
	const most = 60
	encoded, err := json.Marshal(value)
	if err != nil {
		return "?"
	}
	text := []rune(string(encoded))
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}
