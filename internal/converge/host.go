// SPDX-License-Identifier: GPL-3.0-or-later

package converge

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"unicode"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// Host is the name or the address of a host, or a URL. Two spellings of the same host are equal: a
// server may write an address in its shortest form, and a name in lower case.
var Host Form = host{}

type host struct{ scalar }

func (host) compare(_ context.Context, w wish, row acsmon.Fields) (change, error) {
	current, _ := w.valueIn(row)
	return w.replace(canonical(w.value), current, !same(w.value, current) && !sameHost(w.value, current)), nil
}

func (host) spelled(text string) string { return spelling(text) }

// sameHost reports whether two texts, or two lists of texts, spell the same hosts.
func sameHost(desired, current any) bool {
	switch desired := canonical(desired).(type) {
	case string:
		text, isText := canonical(current).(string)
		return isText && spelling(desired) == spelling(text)
	case []any:
		list, isList := current.([]any)
		return isList && slices.EqualFunc(desired, list, sameHost)
	}
	return false
}

// spelling returns a host, alone or in a URL, in one spelling. The rest of a URL stays as it is,
// because its path is case-sensitive.
func spelling(text string) string {
	scheme, rest, isURL := strings.Cut(Trim(text), "://")
	if isURL {
		scheme = strings.ToLower(scheme) + "://"
	} else {
		scheme, rest = "", scheme
	}
	authority, tail := rest, ""
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority, tail = rest[:end], rest[end:]
	}
	user := authority[:strings.LastIndex(authority, "@")+1]
	name, port := splitPort(authority[len(user):])
	if name = HostName(name); strings.Contains(name, ":") {
		name = "[" + name + "]"
	}
	return scheme + user + name + port + tail
}

// splitPort splits off a port with its colon, and the brackets of an IPv6 address.
func splitPort(authority string) (name, port string) {
	if inner, isBracketed := strings.CutPrefix(authority, "["); isBracketed {
		if name, port, closed := strings.Cut(inner, "]"); closed {
			return name, port
		}
	}
	if at := strings.LastIndex(authority, ":"); strings.Count(authority, ":") == 1 {
		return authority[:at], authority[at:]
	}
	return authority, ""
}

// HostName returns a name or an address in one spelling: an address in its shortest form, a name in
// lower case and without the dot at its end.
func HostName(text string) string {
	if address, err := netip.ParseAddr(text); err == nil {
		return address.String()
	}
	return strings.ToLower(strings.TrimSuffix(text, "."))
}

// hostWords are the ends of the names of keys that hold hosts.
var hostWords = []string{
	"host", "hosts", "hostname", "hostnames", "ip", "ips", "address", "addresses", "url", "urls", "uri", "uris",
	"server", "servers", "nameserver", "nameservers", "resolver", "resolvers", "endpoint", "endpoints", "proxy",
}

// holdsHost reports whether the name of a key says that it holds hosts: smtp_host, webhookUrl.
func holdsHost(key string) bool {
	words := strings.FieldsFunc(key, func(r rune) bool { return r == '_' || r == '-' || r == '.' || r == ' ' })
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	if at := strings.LastIndexFunc(last, unicode.IsUpper); at > 0 && unicode.IsLower(rune(last[at-1])) {
		last = last[at:]
	}
	return slices.Contains(hostWords, strings.ToLower(last))
}
