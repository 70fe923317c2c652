// SPDX-License-Identifier: GPL-3.0-or-later

package ansible

import (
	"strings"
	"testing"
)

// Text that is not valid is refused by the name of its option, and not changed.
func TestBrokenTextIsRefused(t *testing.T) {
	for arguments, option := range map[string]string{
		`{"name": "a\ud83d"}`:                            "name",
		`{"name": "\udcff"}`:                             "name",
		`{"name": "\ude00\ud83d"}`:                       "name",
		`{"name": "\ud83d\ud83d\ude00"}`:                 "name",
		`{"a": "", "config": {"x": ["\uD83Dx"]}}`:        "config",
		`{"ANSIBLE_MODULE_ARGS": {"name": "\ud83d"}}`:    "name",
		"{\"name\": \"a\xff\"}":                          "name",
		"{\"monitors\": [{\"name\": \"\xed\xa0\x80\"}]}": "monitors",
		`{"name": "\ud83d\ude00", "host": "\\ud83d"}`:    "",
		`{"name": "é 監視 🚀 \u00e9"}`:                      "",
		`{"_acsmon_environment": {"X": "\udcff"}}`:       "",
	} {
		_, err := parseRequest(strings.NewReader(arguments))
		if option == "" && err != nil || option != "" && (err == nil || !strings.Contains(err.Error(), "the option "+option+" holds text that is not valid UTF-8")) {
			t.Errorf("%q: %v, want the option %q", arguments, err, option)
		}
	}
}
