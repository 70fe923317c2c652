// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
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
		sent, shown := map[string]any{name: c.after}, map[string]any{name: c.before}
		said := pair{e.SecretKeys.Hide(sent).(map[string]any)[name], e.SecretKeys.Hide(shown).(map[string]any)[name]}
		texts = append(texts, differences(name, pair{c.after, c.before}, said)...)
	}
	return texts
}

// pair is a value as it was sent and as the server shows it.
type pair struct{ sent, shown any }

// under is what is under a key.
func (p pair) under(key string) pair {
	sent, _ := asObject(p.sent)
	shown, _ := asObject(p.shown)
	return pair{sent[key], shown[key]}
}

// differences names each key, joined by dots, whose value differs, with what may be said
// of the values.
func differences(path string, values, said pair) []string {
	object, isObject := values.sent.(map[string]any)
	if !isObject {
		return []string{fmt.Sprintf("%s (sent %s, shown %s)", path, brief(said.sent), brief(said.shown))}
	}
	var texts []string
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if inside := values.under(key); !sameUnder(sameTyped, key, inside.sent, inside.shown) {
			texts = append(texts, differences(path+"."+key, inside, said.under(key))...)
		}
	}
	shown, _ := asObject(values.shown)
	for _, key := range slices.Sorted(maps.Keys(shown)) {
		if _, sent := object[key]; !sent {
			texts = append(texts, fmt.Sprintf("%s.%s (removed, shown %s)", path, key, brief(said.under(key).shown)))
		}
	}
	if len(texts) == 0 { // only the whole differs, such as its form
		return []string{fmt.Sprintf("%s (shown %s)", path, brief(said.shown))}
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

// told is brief for the value of a key, unless its name says that it is a secret.
func told(path string, value any) string {
	key := path[strings.LastIndex(path, ".")+1:]
	return brief(untrusted.SecretKeys(nil).Hide(map[string]any{key: value}).(map[string]any)[key])
}
