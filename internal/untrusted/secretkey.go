// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// SecretKeys decides which keys of an object say by their names that they hold a secret. The elements are further names.
type SecretKeys []string

// secretEnds are what such a name ends with, in words of lower case.
var secretEnds = []string{
	"password", "passwd", "passphrase", "pass", "pwd", "secret", "token", "bearer", "credential", "credentials", "community",
	"authorization", "cookie", "apikey", "api key", "auth key", "access key", "private key", "secret key", "webhook", "webhook url", "ingest url",
}

// openHook is a URL that lets everybody who knows it write into a channel of Slack, or push to a webhook of the server,
// whatever its key is called.
var openHook = regexp.MustCompile(`^https://hooks\.slack\.[a-z.]+/\S|^\S*/webhook-ingest/\S`)

// Hides reports whether a value under that key is a secret: a text or a number that is there.
func (k SecretKeys) Hides(key string, value any) bool {
	switch value := value.(type) {
	case nil, bool, map[string]any, []any:
		return false
	case string:
		if value == "" {
			return false
		}
		if openHook.MatchString(value) {
			return true
		}
	}
	return k.Names(key)
}

// Names reports whether the name of a key says that it holds a secret.
func (k SecretKeys) Names(key string) bool {
	if slices.ContainsFunc(k, func(name string) bool { return strings.EqualFold(name, key) }) {
		return true
	}
	words := " " + words(key)
	return slices.ContainsFunc(secretEnds, func(end string) bool { return strings.HasSuffix(words, " "+end) })
}

// words gives a name as words of lower case between blanks: "X-Api-Key", "apiKey" and "api_key2" are "x api key" and "api key".
func words(name string) string {
	var b strings.Builder
	lower := false
	for _, c := range strings.TrimRightFunc(name, unicode.IsDigit) {
		if unicode.IsUpper(c) && lower {
			b.WriteByte(' ')
		}
		lower = unicode.IsLower(c)
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			c = ' '
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Hide gives a value in which the placeholder stands for each secret under a key that says so.
func (k SecretKeys) Hide(value any) any { return k.hide("", value, false) }

// HideAll is Hide for what is a secret as a whole.
func (k SecretKeys) HideAll(value any) any { return k.hide("", value, true) }

// hide is Hide for what is under a key; with all, everything in it is a secret.
func (k SecretKeys) hide(key string, value any, all bool) any {
	switch value := value.(type) {
	case map[string]any:
		mapping := make(map[string]any, len(value))
		for name, element := range value {
			mapping[name] = k.hide(name, element, all || k.Names(name))
		}
		return mapping
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = k.hide(key, element, all)
		}
		return list
	case nil, bool:
		return value
	}
	if value != "" && all || k.Hides(key, value) {
		return NoLog
	}
	return value
}
