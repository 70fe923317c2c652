// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/acsmon/acsmon-ansible/acsmon/acsmontest"
)

// The guide shows each setting with the hosts that come of it.
func TestGuideOfInventorySettings(t *testing.T) {
	t.Parallel()
	g := loadGuide(t, "guide_inventory")
	server := acsmontest.Start(t, acsmontest.Options{Seed: 1})
	add := func(kind, block string) {
		var rows []map[string]any
		if err := yaml.Unmarshal([]byte(block), &rows); err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			want := row["id"]
			delete(row, "id")
			for key, value := range row {
				if number, ok := value.(uint64); ok {
					row[key] = int64(number)
				}
			}
			if id := server.Add(kind, row); want != nil && id != int64(want.(uint64)) {
				t.Fatalf("%v got the id %d, the guide says %v", row["name"], id, want)
			}
		}
	}
	add("devices", g.block("yaml", "name: retired"))
	add("monitors", g.block("yaml", "Core SSH"))
	server.Add("alert-events", map[string]any{"severity": "critical", "status": "open", "device_id": int64(11)})
	type example struct{ settings, want string }
	var examples []example
	for i, block := range g.blocks {
		if text, ok := strings.CutPrefix(block, "text\n"); ok && i > 0 {
			if settings, ok := strings.CutPrefix(g.blocks[i-1], "yaml\n"); ok {
				examples = append(examples, example{withoutIndent(settings), withoutIndent(text)})
			}
		}
	}
	if len(examples) < 20 {
		t.Fatalf("the guide has only %d examples", len(examples))
	}
	eachCore(t, func(t *testing.T, s *site) {
		s.use(server)
		for _, example := range examples {
			s.write("acsmon.yml", pluginLine+strings.Replace(example.settings, pluginLine, "", 1))
			inventory := s.inventory("acsmon.yml")
			for line := range strings.Lines(example.want) {
				if got, want := answerTo(inventory, strings.TrimSpace(line)); !reflect.DeepEqual(got, want) {
					t.Errorf("%s: the guide says %s, and it is %v", example.settings, line, got)
				}
			}
		}
	})
}

// answerTo gives what an inventory has of a line of the guide, and what the line says.
func answerTo(inventory map[string]any, line string) (got, want any) {
	question, answer, _ := strings.Cut(line, ": ")
	words := strings.Fields(question)
	names := func(list []string) []string { return slices.Sorted(slices.Values(list)) }
	switch words[0] {
	case "hosts":
		return hostNames(inventory), names(strings.Fields(answer))
	case "group":
		return names(members(inventory, words[1])), names(strings.Fields(answer))
	case "children":
		var children []string
		list, _ := inventory[words[1]].(map[string]any)["children"].([]any)
		for _, child := range list {
			children = append(children, child.(string))
		}
		return names(children), names(strings.Fields(answer))
	}
	_ = json.Unmarshal([]byte(answer), &want)
	got = hostvars(inventory)[words[1]].(map[string]any)[words[2]]
	if marked, ok := got.(map[string]any); ok && marked["__ansible_unsafe"] != nil {
		got = marked["__ansible_unsafe"]
	}
	return got, want
}
