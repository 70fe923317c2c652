// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/acsmon/acsmon-ansible/internal/converge"
)

// canonicalHost gives a host name or an address the form in which two of them can be
// compared, that of a URL's host included. What means another host to everyone who
// says it, such as localhost, is "".
func canonicalHost(text string) string {
	text = strings.ToLower(converge.Trim(text))
	if strings.Contains(text, "://") {
		link, err := url.Parse(text)
		if err != nil {
			return ""
		}
		text = link.Hostname()
	}
	text = strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"), ".")
	if address, err := netip.ParseAddr(text); err == nil {
		address = address.Unmap()
		if address.IsLoopback() || address.IsUnspecified() {
			return ""
		}
		return address.String()
	}
	if text == "localhost" || strings.HasPrefix(text, "localhost.") || strings.HasSuffix(text, ".localhost") {
		return ""
	}
	return text
}
