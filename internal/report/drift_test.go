// SPDX-License-Identifier: GPL-3.0-or-later

package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/acsmon/acsmon-ansible/internal/report"
)

// drifts are what the golden files show.
func drifts() map[string]report.Drift {
	all := map[string]report.Drift{
		"drift": {
			Server: "https://monitoring.example.com", Same: 1048,
			Missing: []report.Thing{{List: "monitors", Name: "Web shop", Options: report.Differences(nil, map[string]any{
				"name": "Web shop", "type": "https", "host": "shop.example.com", "config": map[string]any{"path": "/health"}})}},
			Different: []report.Thing{{List: "monitors", Name: "Search", ID: 7, Options: report.Differences(
				map[string]any{"is_active": false, "port": nil, "tags": []any{"a"}, "config": map[string]any{"path": "/", "headers": map[string]any{"X-Token": "********"}}},
				map[string]any{"is_active": true, "port": 443, "tags": []any{"a", "b"}, "config": map[string]any{"path": "/ready"}})}},
			ServerOnly: []report.Thing{{List: "alert_channels", Name: "Test of Tuesday", ID: 12, Options: report.Differences(map[string]any{"type": "email", "name": "Test of Tuesday"}, nil)}},
			Notes:      []string{`devices[0] ("core"): the server does not show location of device 3, so it cannot be compared`},
		},
		"no-drift": {Server: "https://monitoring.example.com", Same: 3, Missing: []report.Thing{}, Different: []report.Thing{}, ServerOnly: []report.Thing{}, Notes: []string{}},
	}
	all["hostile-drift"] = hostileDrift(hostile)
	for name, d := range all {
		all[name] = d
	}
	return all
}

// markdownAttacks are texts that Markdown, and what GitHub and GitLab make of it, would act on.
var markdownAttacks = []string{
	"`", "``` \n# big", "a`b``c", "|", `\|`, `\`, "a | b", "[x](http://evil.example.com)", "![x](http://evil.example.com/i.png)", "<img src=x>", "@admin", "#1 !2 &3",
	"/close", "\n/merge", ":bomb:", "$`x`$", "https://evil.example.com", "*bold* _x_ ~y~", "&lt;", "- [ ] task", "<!-- ", "-->", "{+ in +}", "[[_TOC_]]",
}

func hostileDrift(texts []string) report.Drift {
	d := report.Drift{Server: texts[0], Missing: []report.Thing{}, Different: []report.Thing{}, ServerOnly: []report.Thing{}}
	for i, text := range texts {
		options := []report.Difference{{Option: text, Declared: text, Server: []any{text}}}
		thing := report.Thing{List: "monitors", Name: text, ID: int64(i + 1), Options: options}
		d.Missing, d.Different, d.ServerOnly = append(d.Missing, thing), append(d.Different, thing), append(d.ServerOnly, thing)
		d.Notes = append(d.Notes, text)
	}
	return d
}

func TestDriftGolden(t *testing.T) {
	for name, d := range drifts() {
		for _, ending := range []string{"md", "html", "json"} {
			text, err := d.As(ending, at)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+"."+ending, text)
			if found, ok := report.Generated(text); !ok || !found.Equal(at) {
				t.Errorf("the time of %s.%s is %v, %v", name, ending, found, ok)
			}
		}
	}
}

// withoutCode is a line without its code spans, as Markdown finds it: from a run of backticks to
// the next as long.
func withoutCode(line string) string {
	run := regexp.MustCompile("`+")
	var rest strings.Builder
	for {
		open := run.FindStringIndex(line)
		if open == nil {
			return rest.String() + line
		}
		fence := line[open[0]:open[1]]
		rest.WriteString(line[:open[0]] + "CODE")
		line = line[open[1]:]
		for {
			end := run.FindStringIndex(line)
			if end == nil {
				return rest.String() + " NOT CLOSED"
			}
			same := line[end[0]:end[1]] == fence
			line = line[end[1]:]
			if same {
				break
			}
		}
	}
}

// Whatever the server's texts are, in Markdown they are within code, in the cell where they belong.
func TestMarkdownIsInert(t *testing.T) {
	texts := append(append([]string{}, hostile...), markdownAttacks...)
	for _, text := range texts {
		if strings.TrimSpace(strings.ToValidUTF8(text, "")) == "" {
			continue
		}
		made, _ := hostileDrift([]string{text}).As("md", at)
		plain, _ := hostileDrift([]string{"x"}).As("md", at)
		got, want := strings.Split(string(made), "\n"), strings.Split(string(plain), "\n")
		if len(got) != len(want) {
			t.Errorf("%q makes %d lines of %d:\n%s", text, len(got), len(want), made)
			continue
		}
		for i := range got {
			if withoutCode(got[i]) != withoutCode(want[i]) {
				t.Errorf("%q makes the line\n%s\nwhich outside of code should be\n%s", text, got[i], withoutCode(want[i]))
			}
			if n, should := cells(got[i]), cells(want[i]); strings.HasPrefix(want[i], "|") && n != should {
				t.Errorf("%q makes %d cells of %d in %s", text, n, should, got[i])
			}
		}
	}
}

// cells counts the cells of a line of a table.
func cells(line string) int { return len(regexp.MustCompile(`[^\\]\|`).FindAllString(line, -1)) }

func TestDriftPageIsInert(t *testing.T) {
	tags := func(texts []string) []string {
		page, err := hostileDrift(texts).As("html", at)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range string(page) {
			if c != '\n' && (c < ' ' || c >= 0x7f && c < 0xa0 || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069) {
				t.Errorf("the page holds %U", c)
			}
		}
		return markup.FindAllString(string(page), -1)
	}
	texts := append(append([]string{}, hostile...), markdownAttacks...)
	plain := make([]string, len(texts))
	for i := range plain {
		plain[i] = "x"
	}
	if got, want := fmt.Sprint(tags(texts)), fmt.Sprint(tags(plain)); got != want {
		t.Errorf("the tags are\n%s\nand with plain texts\n%s", got, want)
	}
}

// A difference is one line for each key that differs, and what is text is told from what is not.
func TestDifferences(t *testing.T) {
	for want, sides := range map[string][2]string{
		`port: 80 -> 443`:                 {`{"port":80}`, `{"port":443}`},
		`config.a.b: 1 -> <nil>`:          {`{"config":{"a":{"b":1,"c":2}}}`, `{"config":{"a":{"c":2}}}`},
		`config.x: <nil> -> 1`:            {`{"config":null}`, `{"config":{"x":1}}`},
		`tags: [a] -> [a b]`:              {`{"tags":["a"]}`, `{"tags":["a","b"]}`},
		`a: map[b:1] -> 5`:                {`{"a":{"b":1}}`, `{"a":5}`},
		`a: 1 -> 2, b: 1 -> 2, c: 1 -> 2`: {`{"c":1,"b":1,"a":1}`, `{"a":2,"b":2,"c":2}`},
		``:                                {`{"a":{"b":[1]}}`, `{"a":{"b":[1]}}`},
		`group: Web -> `:                  {`{"group":"Web"}`, `{"group":""}`},
		`color: not set -> <nil>`:         {`{"color":"not set"}`, `{}`},
	} {
		var server, declared map[string]any
		for i, into := range []*map[string]any{&server, &declared} {
			if err := json.Unmarshal([]byte(sides[i]), into); err != nil {
				t.Fatal(err)
			}
		}
		var texts []string
		for _, d := range report.Differences(server, declared) {
			texts = append(texts, fmt.Sprintf("%s: %v -> %v", d.Option, d.Server, d.Declared))
		}
		if got := strings.Join(texts, ", "); got != want {
			t.Errorf("%v is %q, and should be %q", sides, got, want)
		}
	}
}

// Markdown of a large install fits into a comment, and says what it leaves out.
func TestMarkdownFits(t *testing.T) {
	texts := make([]string, 5000)
	for i := range texts {
		texts[i] = fmt.Sprintf("monitor %d %s", i, strings.Repeat("x", 80))
	}
	made, err := hostileDrift(texts).As("md", at)
	if err != nil || len(made) > 65_536 || !bytes.Contains(made, []byte(" more.\n")) || !bytes.Contains(made, []byte("| 5\u202f000 |")) {
		t.Errorf("%d bytes, %v:\n%s", len(made), err, made[:400])
	}
}
