// SPDX-License-Identifier: GPL-3.0-or-later

package settings

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/untrusted"
)

// ResolveIngest makes a connection that pushes events to a webhook at that address. The options are
// those of a connection. Credentials are neither needed nor sent. Headers, which may hold a
// gateway's key, are sent only if there is a base URL with the same origin as the address.
func ResolveIngest(address string, given map[string]any, lookup Lookup, secrets *untrusted.Secrets) (*Connection, error) {
	s := source{door: Event, given: given, lookup: lookup}
	c := &Connection{door: Event, ingest: acsmon.Secret(address), secrets: secrets}
	hideEnvironment(secrets, lookup)
	if _, err := acsmon.NewIngest(c.ingest); err != nil {
		return nil, err
	}
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return nil, err
	}
	secrets.Add(path.Base(u.Path), path.Base(u.EscapedPath()))
	secrets.Add(untrusted.URLSecrets(address)...)
	if c.origin, err = acsmon.Origin(u.Scheme + "://" + u.Host); err != nil {
		return nil, err
	}
	if err := c.setTransport(s); err != nil {
		return nil, err
	}
	base, name := s.value("base_url")
	if base != nil {
		origin, err := acsmon.Origin(fmt.Sprint(base))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if origin == c.origin {
			c.sendHeaders()
		}
	}
	if warning := unprotected(s, c.origin, "ingest URL"); warning != "" {
		c.Warnings = append(c.Warnings, warning)
	}
	return c, c.traceTo(lookup)
}

// Ingest returns what pushes events over a connection of ResolveIngest.
func (c *Connection) Ingest(extra ...acsmon.Option) (*acsmon.Ingest, error) {
	options := append([]acsmon.Option{userAgent(), acsmon.WithRedactor(c.secrets.Redact)}, c.options...)
	return acsmon.NewIngest(c.ingest, append(options, extra...)...)
}
