// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"net/http"
	"net/url"
)

// CredentialSource says where the credentials come from.
func (c *Connection) CredentialSource() string { return c.credentials.source }

// Proxy returns the proxy through which the server is reached, without credentials; "" if there is
// none.
func (c *Connection) Proxy() string {
	proxy := c.proxy
	if proxy == "" {
		request, err := http.NewRequest(http.MethodGet, c.baseURL, nil)
		if err != nil {
			return ""
		}
		found, err := http.ProxyFromEnvironment(request)
		if err != nil || found == nil {
			return ""
		}
		proxy = found.String()
	}
	u, err := url.Parse(proxy)
	if err != nil {
		return ""
	}
	u.User = nil
	return u.String()
}
