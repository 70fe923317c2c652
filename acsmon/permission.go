// SPDX-License-Identifier: MIT

package acsmon

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
)

// spellings are the resources for which the vendor's page about roles has slugs of their own, while
// its list of endpoints uses those of another resource. Only the server knows which of the two it
// checks.
var spellings = []struct {
	path   *regexp.Regexp
	prefix string
}{
	{regexp.MustCompile(`^/device-groups\b`), "device-groups"},
	{regexp.MustCompile(`^/monitor-groups\b`), "monitor-groups"},
	{regexp.MustCompile(`^/(monitor-)?alert-rules\b|/alert-rules\b`), "alert-rules"},
	{regexp.MustCompile(`^/devices/\d+/webhooks\b`), "webhooks"},
	{regexp.MustCompile(`^/snmp-traps\b`), "traps"},
	{regexp.MustCompile(`^/system/`), "system-health"},
}

// OtherPermission returns the other spelling of the slug that a route asks for, or "" if there is
// only one. The path is below /api/v1.
func OtherPermission(path, slug string) string {
	_, verb, found := strings.Cut(slug, ".")
	if !found {
		return ""
	}
	for _, s := range spellings {
		if s.path.MatchString(path) {
			return s.prefix + "." + verb
		}
	}
	return ""
}

// permissions names the slugs of which the route asks for one.
func (e *Error) permissions() string {
	if e.OtherPermission == "" {
		return e.Permission
	}
	return e.Permission + " or " + e.OtherPermission
}

// NamePermission looks up the permissions of the token's user with one request. If err is a 403
// that may be about either of two permissions, it is narrowed to the one that the user lacks. Any
// other error stays as it is.
func (c *Client) NamePermission(ctx context.Context, err error) {
	var e *Error
	if !errors.As(err, &e) || e.Reason != ReasonForbidden || e.OtherPermission == "" {
		return
	}
	me, failed := c.Me(ctx)
	if failed != nil || len(me.Permissions) == 0 {
		return
	}
	has := func(slug string) bool { return slices.Contains(me.Permissions, slug) }
	switch {
	case has(e.Permission) && !has(e.OtherPermission):
		e.Permission, e.OtherPermission = e.OtherPermission, ""
	case has(e.OtherPermission) && !has(e.Permission):
		e.OtherPermission = ""
	}
}
