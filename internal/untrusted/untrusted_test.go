// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted_test

import (
	"fmt"
	"testing"

	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

func ExampleVisible() {
	fmt.Println(untrusted.Visible("\x1b[31mred\x1b[0m"))
	// Output: \u001b[31mred\u001b[0m
}

func TestEvaluatesFindsTemplatesAndTheirHalves(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "web-01": false, "100%": false, "a}}": false, "#1": false, "#3b82f6": false,
		"{{ x }}": true, "{% x %}": true, "{": true, "{ x }}": true, "% x %}": true, "#": true, "#jin": true, "#jinja2:x": true,
	} {
		if got := untrusted.Evaluates(text); got != want {
			t.Errorf("Evaluates(%q) = %t, want %t", text, got, want)
		}
	}
}

func TestKeysAreNoMarksOfAnsible(t *testing.T) {
	for key, want := range map[string]string{
		"name": "name", "__x": "__x", "_ansible_x": "_ansible_x", "\x1b": `\u001b`,
		"__ansible_vault": "___ansible_vault", "___ansible_vault": "____ansible_vault", "{{ x }}": "{{ x }}",
	} {
		if got := untrusted.Key(key); got != want {
			t.Errorf("%q is %q, want %q", key, got, want)
		}
	}
	for key, want := range map[string]string{"{{ x }}": "___ x }}", "__ansible_x": "___ansible_x", "%x": "_%x", "name": "name"} {
		if got := untrusted.VariableKey(key); got != want {
			t.Errorf("as a variable %q is %q, want %q", key, got, want)
		}
	}
}

func TestMasksAreRecognised(t *testing.T) {
	for text, want := range map[string]struct{ holds, is bool }{
		"":                                    {},
		"**":                                  {},
		"* * *":                               {},
		"***":                                 {is: true},
		"•••••":                               {is: true},
		"********":                            {holds: true, is: true},
		"********-web-01":                     {holds: true, is: true},
		"VALUE_SPECIFIED_IN_NO_LOG_PARAMETER": {holds: true, is: true},
	} {
		if holds, is := untrusted.HoldsMask(text), untrusted.IsMask(text); holds != want.holds || is != want.is {
			t.Errorf("%q: holds %v, is %v", text, holds, is)
		}
	}
	if untrusted.IsMask(8) {
		t.Error("a number is no mask")
	}
}
