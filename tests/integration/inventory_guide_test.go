// SPDX-License-Identifier: GPL-3.0-or-later

package integration

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
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
	addRows(t, server, "devices", g.block("yaml", "name: retired"))
	addRows(t, server, "monitors", g.block("yaml", "Core SSH"))
	server.Add("alert-events", map[string]any{"severity": "critical", "status": "open", "device_id": int64(11)})
	examples := settingsExamples(g)
	if len(examples) < 20 {
		t.Fatalf("the guide has only %d examples", len(examples))
	}
	eachCore(t, func(t *testing.T, s *site) {
		s.use(server)
		s.env["ACSMON_TOKEN"] = server.NewToken("devices.view", "monitors.view", "alerts.view")
		for _, example := range examples {
			if !example.dependsOnCore() && s.venv != venvs[len(venvs)-1] {
				continue
			}
			s.write("acsmon.yml", pluginLine+strings.Replace(example.settings, pluginLine, "", 1))
			var args []string
			if _, variables, ok := strings.Cut(example.settings, "here -e "); ok {
				args = []string{"-e", strings.TrimSuffix(strings.Fields(variables)[0], ".")}
			}
			if message, ok := strings.CutPrefix(example.want, "error: "); ok {
				s.refuses("acsmon.yml", strings.TrimSpace(message), args...)
				continue
			}
			inventory := s.inventory("acsmon.yml", args...)
			for line := range strings.Lines(example.want) {
				if want, ok := strings.CutPrefix(line, "requests of the next run: "); ok {
					s.wantNextRun(server, inventory, strings.TrimSpace(want))
				} else if got, want := answerTo(inventory, strings.TrimSpace(line)); !reflect.DeepEqual(got, want) {
					t.Errorf("%s: the inventory has %v, and the guide says %s", example.settings, got, line)
				}
			}
		}
	})
}

// addRows adds the rows that a block of the guide lists, under the ids that it says.
func addRows(t *testing.T, server *acsmontest.Server, kind, block string) {
	t.Helper()
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

// settingsExample is a settings file of the guide, and the result that the guide shows.
type settingsExample struct{ settings, want string }

// settingsExamples returns the settings files that are followed at once by what comes of them.
func settingsExamples(g guide) []settingsExample {
	var examples []settingsExample
	for i := 1; i < len(g.blocks); i++ {
		settings, isSettings := strings.CutPrefix(g.blocks[i-1], "yaml\n")
		text, isText := strings.CutPrefix(g.blocks[i], "text\n")
		if isSettings && isText && !prose.MatchString(settings) {
			examples = append(examples, settingsExample{withoutIndent(settings), withoutIndent(text)})
		}
	}
	return examples
}

// prose is a line of the guide that belongs to no block.
var prose = regexp.MustCompile(`(?m)^\S`)

// dependsOnCore reports whether the release of ansible-core has a say in what comes of it: where
// Jinja evaluates something, and in the values of variables. The rest is the executable's alone.
func (e settingsExample) dependsOnCore() bool {
	return strings.Contains(e.settings, "Only the plugin") || strings.Contains(e.want, "variable ") || strings.Contains(e.want, "error: ")
}

// requestsWith counts the requests with a token.
func requestsWith(server *acsmontest.Server, token string) (sent int) {
	id, _, _ := strings.Cut(token, "|")
	for _, request := range server.Requests() {
		if request.Token == id {
			sent++
		}
	}
	return sent
}

// wantNextRun holds how many requests the next run costs, and that its inventory is the same.
func (s *site) wantNextRun(server *acsmontest.Server, inventory map[string]any, requests string) {
	s.t.Helper()
	before := requestsWith(server, s.env["ACSMON_TOKEN"])
	if again := s.inventory("acsmon.yml"); !reflect.DeepEqual(again, inventory) {
		s.t.Errorf("the next run gives %v", again)
	}
	if sent := fmt.Sprint(requestsWith(server, s.env["ACSMON_TOKEN"]) - before); sent != requests {
		s.t.Errorf("the next run sends %s requests, the guide says %s", sent, requests)
	}
}

// answerTo returns what an inventory has of a line of the guide, and what the line says.
func answerTo(inventory map[string]any, line string) (got, want any) {
	question, answer, _ := strings.Cut(line, ": ")
	words := strings.Fields(strings.TrimSuffix(question, ":")) // of which there is nothing
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
	variables, _ := hostvars(inventory)[words[1]].(map[string]any)
	got = variables[words[2]]
	if marked, ok := got.(map[string]any); ok && marked["__ansible_unsafe"] != nil {
		got = marked["__ansible_unsafe"]
	}
	return got, want
}
