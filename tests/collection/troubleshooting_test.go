// SPDX-License-Identifier: GPL-3.0-or-later

package collection_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

const troubleshooting = root + "docs/docsite/rst/guide_troubleshooting.rst"

// The code says what the guide quotes, and the guide has what the code says. A message that is new
// or reworded fails here until the guide has it.
func TestTroubleshootingHasEveryMessage(t *testing.T) {
	messages, quotes := messagesInSources(t), quotesIn(t, troubleshooting)
	for _, quote := range quotes {
		if _, ok := othersMessages[quote]; !ok && !slices.ContainsFunc(messages, func(message string) bool { return strings.Contains(message, quote) }) {
			t.Errorf("the guide quotes %q, which no source says", quote)
		}
	}
	contains := func(message string, parts []string) bool {
		return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(message, part) })
	}
	unquoted := slices.Sorted(maps.Keys(noMessages))
	for _, message := range messages {
		if !contains(message, quotes) && !contains(message, unquoted) {
			t.Errorf("%s does not quote %q", troubleshooting, message)
		}
	}
	for text := range othersMessages {
		if !slices.Contains(quotes, text) {
			t.Errorf("othersMessages has %q, which the guide does not quote", text)
		}
	}
	for _, text := range unquoted {
		if !slices.ContainsFunc(messages, func(message string) bool { return strings.Contains(message, text) }) {
			t.Errorf("noMessages has %q, which no source says", text)
		}
	}
}

// othersMessages are quotes that no source says as they stand, and why.
var othersMessages = map[string]string{
	"No inventory was parsed, only implicit localhost is available":                        "ansible-core says it",
	"option … of … must be …":                                                              "made of two texts",
	"inventory source … could not be verified by inventory plugin 'acsmon.monitor.acsmon'": "ansible-core says it",
	"no root 'plugin' key found, … is not a valid YAML inventory plugin config file":       "ansible-core says it",
}

const (
	answers   = "output, and no fault"
	reasons   = "part of an answer of --explain"
	ownFaults = "a fault of the collection's own documentation or code, which the tests find"
	ansibles  = "a fault of ansible-core's, or of the plugin"
	wrappers  = "a fault of a Go program that wraps the client's transport"
	programs  = "a fault of a Go program that uses the client"
)

// noMessages are texts of sources that the guide need not have, and why.
var noMessages = map[string]string{
	"… help COMMAND shows the options of a":        answers,
	"the version is asked for":                     answers,
	"waiting … s for the server or its rate limit": answers,
	"… help lists the commands":                    answers,
	"… help … shows the usage":                     answers,
	"#compdef":                                     answers,
	"local words=":                                 answers,
	"esac fi":                                      answers,
	"choices=(…)":                                  answers,
	"# An ACS Monitor install as code":             answers,
	"ACS Monitor as code":                          answers,
	"Make the install match these lists":           answers,
	"logged in at … as …":                          answers,
	": check the base URL":                         "the end of two messages that the guide quotes",
	"rate limit … requests a minute, … left":       answers,
	"try: cd … &&":                                 answers,
	"…: left as it is":                             answers,
	", made a legal name":                          reasons,
	", with its id because another host":           reasons,
	"no field of connect_with is an IP address":    reasons,
	"none of the fields of group_by has a value":   reasons,
	"it has no name":                               reasons,
	"a resource's id and name":                     "what follows \"was expected as\"",
	"a required option has no default":             ownFaults,
	"a rule names the option":                      ownFaults,
	"only a dict, or a list of them":               ownFaults,
	"only a list has elements":                     ownFaults,
	"the option … is not documented":               ownFaults,
	"the inventory plugin gave no settings":        ansibles,
	"must be an object of strings":                 ansibles,
	"the argument …, which Ansible gives, …":       ansibles,
	"the function for … is nil":                    programs,
	"one of the options is nil":                    programs,
	"the wrapper of the transport":                 wrappers,
	"sends a request that is not the client's":     wrappers,
	"sends a request to another address":           wrappers,
	"sends a request a second time":                wrappers,
}

// fewestWords is how many words a message has at least: shorter texts are names, or parts of
// messages.
const fewestWords = 4

var word = regexp.MustCompile(`(^|[\s(])[A-Za-z][a-z'-]*`)

func isMessage(text string) bool { return len(word.FindAllString(text, -1)) >= fewestWords }

// quotesIn returns the messages that a guide has between double backquotes.
func quotesIn(t *testing.T, path string) []string {
	t.Helper()
	guide, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var quotes []string
	for _, literal := range regexp.MustCompile("(?s)``(\\S|\\S.*?\\S)``").FindAllStringSubmatch(string(guide), -1) {
		if text := strings.Join(strings.Fields(literal[1]), " "); isMessage(text) {
			quotes = append(quotes, text)
		}
	}
	if len(quotes) == 0 {
		t.Fatal("the guide quotes nothing")
	}
	return quotes
}

// messagesInSources returns the texts of all sources whose messages a user meets, with … for each
// value in them.
func messagesInSources(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{}
	add := func(text string) {
		if text = strings.Join(strings.Fields(text), " "); isMessage(text) {
			found[text] = true
		}
	}
	for _, root := range []string{"../../acsmon", "../../internal", "../../cmd", root + "plugins", root + "playbooks", root + "roles"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && slices.Contains([]string{"acsmontest", "acsmon-sandbox", "testdata", "specs", "doctor", "report"}, entry.Name()):
				return fs.SkipDir // doctor says what to do below each of its lines, and a report's texts are no messages
			case entry.IsDir() || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			switch filepath.Ext(path) {
			case ".go":
				addGo(t, path, add)
			case ".py":
				addPython(t, path, add)
			case ".yml":
				addPlaybook(t, path, add)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return slices.Sorted(maps.Keys(found))
}

var (
	verb        = regexp.MustCompile(`%(\[\d+\])?[-+#0]*\d*[a-zA-Z]`)
	expression  = regexp.MustCompile(`\{\{.*?\}\}`)
	replacement = regexp.MustCompile(`\{[^{}]*\}`)
)

var declaresFlag = regexp.MustCompile(`^(Bool|Duration|Int|String)Var$`)

// addGo adds the texts of a Go file. A sum of texts is one text, and each part of it that is no
// literal is a value.
func addGo(t *testing.T, path string, add func(string)) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.CallExpr: // patterns, and the help of flags
			function, ok := node.Fun.(*ast.SelectorExpr)
			return !ok || function.Sel.Name != "MustCompile" && !declaresFlag.MatchString(function.Sel.Name)
		case *ast.KeyValueExpr: // the help of commands and of environment variables
			key, ok := node.Key.(*ast.Ident)
			return !ok || !slices.Contains([]string{"Short", "Long", "Usage"}, key.Name)
		case *ast.BinaryExpr:
			if text, ok := sum(node); ok {
				add(text)
				return false
			}
		case *ast.BasicLit:
			if text, ok := sum(node); ok {
				add(text)
			}
		}
		return true
	})
}

func sum(node ast.Expr) (text string, ok bool) {
	switch node := node.(type) {
	case *ast.BasicLit:
		if node.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(node.Value)
		return verb.ReplaceAllString(text, "…"), err == nil
	case *ast.BinaryExpr:
		left, isText := sum(node.X)
		right, isTextToo := sum(node.Y)
		if node.Op != token.ADD || !isText && !isTextToo {
			return "", false
		}
		return left + right, true
	}
	return "…", false
}

var (
	pythonText   = regexp.MustCompile(`f?'((?:[^'\\\n]|\\.)*)'`)
	pythonJoin   = regexp.MustCompile(`'\s*\n\s*f?'`)
	pythonNoText = regexp.MustCompile(`(?s)r?""".*?"""|#[^\n]*`)
)

// addPython adds the texts in single quotes of a Python file, of which neighbours are one.
// Documentation is in double quotes.
func addPython(t *testing.T, path string, add func(string)) {
	t.Helper()
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	code := pythonJoin.ReplaceAllString(pythonNoText.ReplaceAllString(string(source), ""), "")
	for _, text := range pythonText.FindAllStringSubmatch(code, -1) {
		add(replacement.ReplaceAllString(text[1], "…"))
	}
}

// addPlaybook adds the messages with which the tasks of a playbook fail.
func addPlaybook(t *testing.T, path string, add func(string)) {
	t.Helper()
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var plays any
	if err := yaml.Unmarshal(source, &plays); err != nil {
		t.Fatal(err)
	}
	var walk func(any)
	walk = func(value any) {
		switch value := value.(type) {
		case []any:
			for _, element := range value {
				walk(element)
			}
		case map[string]any:
			for key, element := range value {
				args, _ := element.(map[string]any)
				if key == "ansible.builtin.assert" || key == "ansible.builtin.fail" {
					for _, name := range []string{"fail_msg", "msg"} {
						text, _ := args[name].(string)
						add(expression.ReplaceAllString(text, "…"))
					}
				}
				walk(element)
			}
		}
	}
	walk(plays)
}
