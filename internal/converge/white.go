// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// A server removes white space from the ends of texts. If two texts differ only in that, they count
// as the same, because otherwise every run would change the text. But for a check that sends a
// line, the end of the line matters.

// warnOfWhite returns a warning for each text that a row shows without the white space that is sent
// with it.
func (e *Engine) warnOfWhite(ctx context.Context, desired map[string]any, row acsmon.Fields) []string {
	var warnings []string
	for _, name := range slices.Sorted(maps.Keys(desired)) {
		if !hasWhiteEnds(desired[name]) {
			continue
		}
		shown, isShown := e.Kind.Field(name).valueIn(row)
		c, err := e.compare(ctx, name, desired, row, false)
		if !isShown || err != nil {
			continue
		}
		for _, lost := range whiteLost(name, c.send, shown) {
			warnings = append(warnings, fmt.Sprintf(
				"%s by the server, as %s %d shows: leave it out, or make sure that it does not matter", lost, e.Kind.Name, row.ID()))
		}
	}
	return warnings
}

// hasWhiteEnds reports whether a value is, or contains, a text with white space at an end.
func hasWhiteEnds(value any) bool {
	switch value := value.(type) {
	case string:
		return Trim(value) != value
	case []any:
		return slices.ContainsFunc(value, hasWhiteEnds)
	case map[string]any:
		for _, element := range value {
			if hasWhiteEnds(element) {
				return true
			}
		}
	}
	return false
}

// whiteLost says for each text, by its key, which white space was sent and is not shown.
func whiteLost(path string, sent, shown any) []string {
	var lost []string
	switch sent := sent.(type) {
	case string:
		if text, isText := shown.(string); (isText || shown == nil) && !untrusted.IsMask(shown) {
			return whiteOff(path, sent, text)
		}
	case []any:
		now, _ := shown.([]any)
		for i := range min(len(sent), len(now)) {
			lost = append(lost, whiteLost(fmt.Sprintf("%s[%d]", path, i), sent[i], now[i])...)
		}
	case map[string]any:
		now, _ := asObject(shown)
		for _, key := range slices.Sorted(maps.Keys(sent)) {
			lost = append(lost, whiteLost(path+"."+key, sent[key], now[key])...)
		}
	}
	return lost
}

func whiteOff(path, sent, shown string) []string {
	if len(shown) >= len(sent) || Trim(sent) != Trim(shown) {
		return nil
	}
	at := strings.Index(sent, shown)
	switch {
	case shown == "":
		return []string{fmt.Sprintf("%s is only white space, which is not kept", path)}
	case at == 0:
		return []string{fmt.Sprintf("the white space at the end of %s is not kept", path)}
	case at+len(shown) == len(sent):
		return []string{fmt.Sprintf("the white space at the beginning of %s is not kept", path)}
	}
	return []string{fmt.Sprintf("the white space at both ends of %s is not kept", path)}
}
