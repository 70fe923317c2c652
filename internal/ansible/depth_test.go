// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
)

// Ansible's Python fails on a result that is nested a few hundred times, and says nothing of why.
// Whoever may edit one monitor could so stop every task that reads monitors.
func TestAResultIsNotNestedDeeperThanAnsibleTakes(t *testing.T) {
	for levels, cut := range map[int]bool{50: false, 900: true} {
		for open, shut := range map[string]string{`{"k":`: `}`, `[`: `]`} {
			var config any
			if err := json.Unmarshal([]byte(strings.Repeat(open, levels)+`"bottom"`+strings.Repeat(shut, levels)), &config); err != nil {
				t.Fatal(err)
			}
			result := runGadget(t, `{"name": "a"}`, func(_ context.Context, task *Task) (Result, error) {
				task.Warnf("another")
				return Result{"gadget": map[string]any{"config": config, "name": "kept"}}, nil
			})
			text, err := json.Marshal(result)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), "bottom") == cut || !strings.Contains(string(text), "kept") || strings.Count(string(text), open) > 100 {
				t.Errorf("%d levels of %s: %s", levels, open, text)
			}
			if warnings, _ := result["warnings"].([]any); strings.Contains(string(text), "nested more than") != cut || len(warnings) == 0 || warnings[0] != "another" {
				t.Errorf("%d levels of %s: the warnings are %v", levels, open, warnings)
			}
		}
	}
}
