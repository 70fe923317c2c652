// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// canonicalHost returns a host name or an address in a form in which two of them can be compared;
// for a URL, that of its host. It returns "" for a name that means another host on every machine,
// such as localhost.
func canonicalHost(text string) string {
	text = strings.ToLower(converge.Trim(text))
	if strings.Contains(text, "://") {
		link, err := url.Parse(text)
		if err != nil {
			return ""
		}
		text = link.Hostname()
	}
	text = converge.HostName(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	if address, err := netip.ParseAddr(text); err == nil {
		if address = address.Unmap(); address.IsLoopback() || address.IsUnspecified() {
			return ""
		}
		return address.String()
	}
	if text == "localhost" || strings.HasPrefix(text, "localhost.") || strings.HasSuffix(text, ".localhost") {
		return ""
	}
	return text
}

// hostNames returns hosts by their addresses and names, in the form of canonicalHost. hosts holds
// for each one its additional names (see namesIn).
func hostNames(hosts map[string]any) map[string]string {
	called := map[string]string{}
	for _, host := range slices.Sorted(maps.Keys(hosts)) {
		for _, name := range append([]any{host}, namesIn(hosts[host])...) {
			if name := canonicalHost(rows.Text(name)); name != "" && called[name] == "" {
				called[name] = host
			}
		}
	}
	return called
}

// namesIn returns the names in a value: a text with commas between them, or a list of such texts
// and of lists, whose names may contain commas.
func namesIn(value any) []any {
	list, isList := value.([]any)
	if !isList {
		list = []any{value}
	}
	var names []any
	for _, element := range list {
		text, isText := element.(string)
		if !isText {
			names = append(names, rows.Scalars([]any{element})...)
			continue
		}
		for part := range strings.SplitSeq(text, ",") {
			names = append(names, part)
		}
	}
	return names
}
