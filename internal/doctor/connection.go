// SPDX-License-Identifier: GPL-3.0-or-later

package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// expiresSoon is how long before its end a certificate causes a warning.
const expiresSoon = 21 * 24 * time.Hour

// checkAddress checks the way to the server before any request.
func (d *Doctor) checkAddress(ctx context.Context) {
	d.add("base URL", OK, "", "%s", hidden{d.connection.Server(), "base URL"})
	for _, warning := range d.connection.Warnings {
		d.add("settings", Warning, "", "%s", hidden{warning, "warning"})
	}
	u, err := url.Parse(d.connection.Server())
	if err != nil {
		return
	}
	if proxy := d.connection.Proxy(); proxy != "" {
		d.add("proxy", OK, "", "requests go through %s", hidden{proxy, "proxy"})
		return
	}
	if net.ParseIP(u.Hostname()) == nil {
		d.checkName(ctx, u.Hostname())
	}
	if u.Scheme == "https" {
		d.checkCertificate(ctx, u)
	}
}

func (d *Doctor) checkName(ctx context.Context, name string) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupHost(ctx, name)
	if err != nil {
		d.add("name", Failure, "check the base URL and the name server", "%s", hidden{err, "error of the name server"})
		return
	}
	d.add("name", OK, "", "%s is %s", hidden{name, "host name"}, hidden{strings.Join(addresses, ", "), "address"})
}

// checkCertificate shows whose certificate it is and when it ends. The first request says whether
// it is trusted.
func (d *Doctor) checkCertificate(ctx context.Context, u *url.URL) {
	dialer := &tls.Dialer{
		NetDialer: &net.Dialer{Timeout: 10 * time.Second},
		Config:    &tls.Config{InsecureSkipVerify: true, ServerName: u.Hostname()}, //nolint:gosec // nothing is sent
	}
	connection, err := dialer.DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return // the first request fails too, and explains why
	}
	defer connection.Close()
	certificate := connection.(*tls.Conn).ConnectionState().PeerCertificates[0]
	issuer, left := hidden{certificate.Issuer.String(), "issuer"}, certificate.NotAfter.Sub(d.now())
	days := int(left.Hours() / 24)
	switch {
	case left < 0:
		d.add("certificate", Failure, "have it replaced, or check this machine's clock", "it expired %d days ago; %s issued it", -days, issuer)
	case left < expiresSoon:
		d.add("certificate", Warning, "have it replaced", "it expires in %d days; %s issued it", days, issuer)
	default:
		d.add("certificate", OK, "", "it expires in %d days; %s issued it", days, issuer)
	}
}

// checkUser asks to whom the token belongs, and reports whether the server can be examined.
func (d *Doctor) checkUser(ctx context.Context) bool {
	me, err := d.client.Me(ctx)
	var e *acsmon.Error
	errors.As(err, &e)
	switch {
	case err == nil && me.ID == 0 && me.Email == "":
		d.add("server", Failure, "check the base URL", "what answers is not ACS Monitor: it does not say whose token this is")
		return false
	case err == nil:
	case e == nil || e.Status == 0:
		d.fail("connection", err)
		return false
	case e.Status == http.StatusUnauthorized:
		d.add("server", OK, "", "an API answers")
		d.fail("token", err)
		return false
	case e.Reason == acsmon.ReasonUnavailable:
		d.add("server", Failure, "wait until the update is over, then run doctor again", "it is in maintenance: %v", faultOf(err))
		return false
	default:
		d.fail("server", err)
		return false
	}
	d.add("server", OK, "", "it answers as ACS Monitor does")
	d.add("token", OK, "", "it comes from %s and belongs to %s, %s", own(d.connection.CredentialSource()), hidden{me.Name, "user"}, hidden{me.Email, "e-mail"})
	d.checkPermissions(me)
	d.checkScope(me)
	return true
}

// needs are the permissions that modules need. The vendor's pages spell some of them in two ways;
// the first is that of the list of endpoints.
var needs = []struct {
	modules     string
	permissions []string
}{
	{"the modules of devices, groups, OIDs and webhooks", []string{"devices.view", "devices.create", "devices.edit", "devices.delete"}},
	{"the modules of monitors and their groups", []string{"monitors.view", "monitors.create", "monitors.edit", "monitors.delete"}},
	{"the modules of alerts", []string{"alerts.view", "alerts.acknowledge"}},
	{"the modules of alert rules", []string{"alerts.create", "alerts.edit", "alerts.delete"}},
	{"acsmon_alert_channel", []string{"channels.view", "channels.create", "channels.edit", "channels.delete"}},
	{"acsmon_discovery", []string{"discovery.view", "discovery.create", "discovery.run"}},
	{"acsmon_system_info", []string{"settings.view"}},
}

func (d *Doctor) checkPermissions(me acsmon.User) {
	if slices.ContainsFunc(me.Roles, func(role string) bool { return strings.Contains(strings.ToLower(role), "super") }) {
		d.add("permissions", OK, "", "a super administrator may do everything")
		return
	}
	if len(me.Permissions) == 0 {
		d.add("permissions", Warning, "", "the server does not show what the user may do")
		return
	}
	complete := true
	for _, n := range needs {
		missing := slices.DeleteFunc(slices.Clone(n.permissions), func(slug string) bool { return slices.Contains(me.Permissions, slug) })
		if len(missing) > 0 {
			complete = false
			d.add("permissions", Warning, "grant it in the web interface where you need it, or use another token",
				"missing for %s: %s", own(n.modules), own(strings.Join(missing, ", ")))
		}
	}
	if complete {
		d.add("permissions", OK, "", "every module has those that it needs")
	}
}

// checkScope says whether the user sees only some groups.
func (d *Doctor) checkScope(me acsmon.User) {
	if groups := me.ScopedTo(); groups > 0 {
		d.add("scope", Warning, "use the token of a user who sees everything: what is not seen looks absent, and is created again",
			"the user sees only the devices of some groups: %d", groups)
		return
	}
	d.add("scope", OK, "", "nothing says that the user sees only some device groups")
}

// checkSpeed checks the clock, the rate limit, and how long a request takes.
func (d *Doctor) checkSpeed() {
	if skew := d.skew.Abs(); skew > time.Minute {
		d.add("clock", Warning, "set the clocks of both machines", "the server's differs by %s", skew)
	} else {
		d.add("clock", OK, "", "it agrees with the server's")
	}
	limit := d.client.Limit()
	switch {
	case limit.PerMinute == 0:
		d.add("rate limit", OK, "", "the server states none")
	case limit.Remaining < mostRequests:
		d.add("rate limit", Warning, "something else uses this token, or wait a minute", "%d requests a minute, %d left", limit.PerMinute, limit.Remaining)
	default:
		d.add("rate limit", OK, "", "%d requests a minute, %d left", limit.PerMinute, limit.Remaining)
	}
	const slow = 2 * time.Second
	if took := d.slowest.Round(time.Millisecond); took > slow {
		d.add("speed", Warning, "allow more with ACSMON_TIMEOUT where requests time out", "a request took %d ms", took.Milliseconds())
	} else {
		d.add("speed", OK, "", "a request took %d ms", took.Milliseconds())
	}
}

// checkLicence looks for a cap in the server's statistics.
func (d *Doctor) checkLicence(ctx context.Context) {
	answer, err := d.get(ctx, "/system/stats", nil)
	if err != nil {
		d.add("licence", Warning, "", "what is free is not known: %v", faultOf(err))
		return
	}
	stats := unwrapped(answer)
	if text, ok := stats["version"].(string); ok {
		d.Profile.Version = text
	}
	switch licence, shown := acsmon.LicenceIn(stats); {
	case !shown:
		d.add("licence", OK, "", "the server does not show it")
	case licence.Cap == 0:
		d.add("licence", OK, "", "the server states no cap")
	case licence.Used >= licence.Cap:
		d.add("licence", Warning, "remove or switch off what is not needed, or have the licence extended", "it is full: %d of %d", licence.Used, licence.Cap)
	default:
		d.add("licence", OK, "", "%d of %d are used", licence.Used, licence.Cap)
	}
}
