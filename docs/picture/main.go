// SPDX-License-Identifier: GPL-3.0-or-later

// Command picture draws what make demo prints as a picture for the READMEs: the inventory, the
// difference that a change would make, and a runbook. It takes a file of the demo's output, or
// README.md, which shows it, and writes SVG. make picture calls it.
//
// The same output gives the same bytes. It knows nothing but text.
package main

import (
	"fmt"
	"html"
	"log"
	"os"
	"strings"
	"unicode/utf8"
)

// shown are the commands of the demo in the picture, in panes from left to right, with the width of
// each in characters.
var shown = []struct {
	commands []string
	columns  int
}{
	{[]string{"ansible-inventory -i acsmon --graph"}, 42},
	{[]string{"ansible-playbook moved.yml --check --diff", "ansible-playbook alerts.yml"}, 66},
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: picture FILE")
	}
	printed, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	picture, err := draw(string(printed))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := os.Stdout.WriteString(picture); err != nil {
		log.Fatal(err)
	}
}

// The size of a character and of the space around it, in pixels.
const (
	characterWidth = 7.3
	lineHeight     = 17
	margin         = 18
)

// draw returns the picture of what the demo printed.
func draw(printed string) (string, error) {
	var panes []string
	left, height := margin, 0
	for _, pane := range shown {
		var lines []string
		for i, command := range pane.commands {
			output, err := linesOf(printed, command, pane.columns)
			if err != nil {
				return "", err
			}
			if i > 0 {
				lines = append(lines, "")
			}
			lines = append(lines, output...)
		}
		panes = append(panes, drawPane(lines, left))
		left += int(float64(pane.columns)*characterWidth) + margin
		height = max(height, len(lines)*lineHeight+2*margin)
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img">
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<title>What the demo prints: the inventory, the difference that a change would make, and a runbook</title>
<rect width="100%%" height="100%%" rx="8" fill="#1b1f27"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="12" fill="#d5dae3">
%s</g>
</svg>
`, left, height, strings.Join(panes, "")), nil
}

// linesOf returns a command of the demo and what it printed, without how many requests that cost.
func linesOf(printed, command string, columns int) ([]string, error) {
	_, after, ok := strings.Cut(printed, "$ "+command+"\n")
	output, rest, ended := strings.Cut(after, "\n=> ")
	if !ok || !ended {
		return nil, fmt.Errorf("the demo does not show %s", command)
	}
	cost, _, _ := strings.Cut(rest, "\n")
	lines := append([]string{"$ " + command}, strings.Split(output, "\n")...)
	lines = append(lines, "=> "+cost)
	for i, line := range lines {
		lines[i] = cut(strings.TrimRight(line, " "), columns)
	}
	return lines, nil
}

// cut shortens a line to the number of columns.
func cut(line string, columns int) string {
	if utf8.RuneCountInString(line) <= columns {
		return line
	}
	if strings.HasSuffix(line, "***") {
		return string([]rune(line)[:columns])
	}
	return string([]rune(line)[:columns-1]) + "…"
}

func drawPane(lines []string, left int) string {
	var pane strings.Builder
	for i, line := range lines {
		if line == "" {
			continue
		}
		fmt.Fprintf(&pane, `<text x="%d" y="%d" xml:space="preserve"%s>%s</text>`+"\n", left, margin+(i+1)*lineHeight-5, style(line), html.EscapeString(line))
	}
	return pane.String()
}

// style colors a line as a terminal does.
func style(line string) string {
	for _, of := range []struct{ prefix, style string }{
		{"$ ", ` fill="#ffffff" font-weight="bold"`},
		{"=> ", ` fill="#8fb7ff"`},
		{"-", ` fill="#ff8f8f"`},
		{"+", ` fill="#7fdc8f"`},
		{"@@", ` fill="#6fd3d8"`},
		{"ok:", ` fill="#7fdc8f"`},
		{"changed:", ` fill="#e8c870"`},
		{"localhost ", ` fill="#e8c870"`},
	} {
		if strings.HasPrefix(line, of.prefix) {
			return of.style
		}
	}
	return ""
}
