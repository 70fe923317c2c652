// SPDX-License-Identifier: GPL-3.0-or-later

package untrusted

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
)

// SecretKeys decides which keys of an object hold a secret, by their names. Its elements are
// additional names.
type SecretKeys []string

// secretEnds are the ends of such names, as words in lower case.
var secretEnds = []string{
	"password", "passwd", "passphrase", "pass", "pwd", "secret", "token", "bearer", "credential", "credentials", "community",
	"authorization", "cookie", "apikey", "api key", "auth key", "access key", "private key", "secret key", "webhook", "webhook url", "ingest url",
}

// openHook is a URL that gives access to everybody who knows it: it writes into a channel of Slack,
// or pushes to a webhook of the server. It is a secret under any key.
var openHook = regexp.MustCompile(`^https://hooks\.slack\.[a-z.]+/\S|^\S*/webhook-ingest/\S`)

// mayBeHook spares most texts the expression: an inventory looks at each text of each row.
func mayBeHook(text string) bool {
	return strings.HasPrefix(text, "https://hooks.") || strings.Contains(text, "/webhook-ingest/")
}

// Hides reports whether a value under that key is a secret: a text or a number that is not empty.
func (k SecretKeys) Hides(key string, value any) bool {
	switch value := value.(type) {
	case nil, bool, map[string]any, []any:
		return false
	case string:
		if value == "" {
			return false
		}
		if mayBeHook(value) && openHook.MatchString(value) {
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
	if ends, known := endsAsSecret.Load(key); known {
		return ends.(bool)
	}
	words := " " + words(key)
	ends := slices.ContainsFunc(secretEnds, func(end string) bool { return strings.HasSuffix(words, " "+end) })
	if keysKnown.Add(1) <= mostKeysKnown {
		endsAsSecret.Store(key, ends)
	}
	return ends
}

// endsAsSecret holds what is known of keys: all rows of a list have the same. A server that has new
// ones in each row must not fill the memory.
var (
	endsAsSecret sync.Map
	keysKnown    atomic.Int64
)

const mostKeysKnown = 1000

// words returns a name as words in lower case with spaces between them: "X-Api-Key", "apiKey" and
// "api_key2" are "x api key" and "api key".
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

// Hide returns a value in which each secret under a key that says so is replaced by the
// placeholder.
func (k SecretKeys) Hide(value any) any { return k.hide("", value, false) }

// HideInRow is Hide for a row. An object of the row that has an id is another resource to which the
// row belongs, such as the webhook of an alert, and no secret as a whole.
func (k SecretKeys) HideInRow(row map[string]any) map[string]any {
	clean := make(map[string]any, len(row))
	for key, value := range row {
		if object, ok := value.(map[string]any); ok && object["id"] != nil {
			clean[key] = k.Hide(object)
			continue
		}
		clean[key] = k.hide(key, value, k.Names(key))
	}
	return clean
}

// HideAll is Hide for a value that is a secret as a whole.
func (k SecretKeys) HideAll(value any) any { return k.hide("", value, true) }

// hide is Hide for a value under a key; with all, everything in it is a secret.
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
