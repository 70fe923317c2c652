// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/report"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// coverageOptions are the options of acsmon_coverage.
type coverageOptions struct {
	Hosts        map[string]any `ansible:"hosts"`
	Certificates bool           `ansible:"certificates"`
	Report       []string       `ansible:"report"`
}

func runCoverage(ctx context.Context, s *session) (ansible.Result, error) {
	var o coverageOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	if len(o.Hosts) == 0 {
		return nil, errors.New("hosts is empty: an inventory without hosts is most likely one that could not be read, so look at it first")
	}
	files, err := reportFiles(s.Task, []string{".csv", ".html", ".json", ".md"})
	if err != nil {
		return nil, err
	}
	c := &coverage{hosts: o.Hosts, called: hostsByName(o.Hosts), of: map[string]*report.CoveredHost{}, byDevice: map[string][]string{}}
	if err := c.fetch(ctx, s, o.Certificates); err != nil {
		return nil, err
	}
	made := c.report(site(s.client.Origin()))
	result := ansible.Result{
		"changed": false, "percent": made.Percent, "hosts": made.Hosts, "unwatched": hostsOf(made.In(report.Unwatched)), "paused": hostsOf(made.In(report.Paused)),
		"monitors_without_host": made.Monitors, "devices_without_host": made.Devices, "certificates_without_rule": made.Certificates, "table": made.Lines(),
	}
	return result, files.write(made.As, result)
}

func hostsOf(list []report.CoveredHost) []string {
	names := []string{}
	for _, host := range list {
		names = append(names, host.Host)
	}
	return names
}

// coverage gathers what watches which host.
type coverage struct {
	hosts    map[string]any
	called   map[string][]string            // hosts by their names and addresses
	of       map[string]*report.CoveredHost // by host
	byDevice map[string][]string            // hosts by the ids of their devices

	monitors, devices, certificates []report.Watcher
}

// fetch fetches each list once.
func (c *coverage) fetch(ctx context.Context, s *session, certificates bool) error {
	for host := range c.hosts {
		c.of[host] = &report.CoveredHost{Host: host, State: report.Unwatched, Monitors: []string{}, Devices: []string{}}
	}
	list := func(of resource) ([]acsmon.Fields, error) {
		found, err := acsmon.Collect(s.list(of.store(s.client)).List(ctx, acsmon.Query{}))
		for i, row := range found {
			found[i] = s.connection.RedactRow(row)
		}
		return found, err
	}
	found, err := list(device)
	if err != nil {
		return err
	}
	for _, row := range found {
		c.addDevice(row)
	}
	if found, err = list(monitor); err != nil {
		return err
	}
	if len(found) > 0 && !rows.Show(found, "is_active") {
		s.Warnf("The server does not show is_active in its list of monitors, so a host whose monitors are all paused counts as watched.")
	}
	for _, row := range found {
		c.addMonitor(row)
	}
	if !certificates {
		return nil
	}
	rules, err := list(monitorAlertRule)
	if err != nil {
		return err
	}
	c.addCertificates(found, expiryRules(rules))
	return nil
}

// addCertificates adds the active monitors of certificates that no rule watches, neither a rule of
// the monitor nor a rule of another monitor of the same certificate.
func (c *coverage) addCertificates(found []acsmon.Fields, ruled map[string]bool) {
	watched := map[string]bool{}
	for _, row := range found {
		if ruled[rows.Text(row["id"])] && !rows.IsFalse(row["is_active"]) {
			watched[certificate(row)] = true
		}
	}
	for _, row := range found {
		if hasCertificate(row) && !rows.IsFalse(row["is_active"]) && !watched[certificate(row)] {
			c.certificates = append(c.certificates, watcher(row, "host"))
		}
	}
}

// certificate returns where a monitor's certificate is.
func certificate(row acsmon.Fields) string {
	host, port := rows.Text(row["host"]), rows.Text(row["port"])
	if link, err := url.Parse(host); err == nil && link.Port() != "" {
		port = link.Port()
	}
	return cmp.Or(canonicalHost(host), "monitor "+rows.Text(row["id"])) + ":" + cmp.Or(port, "443")
}

// addDevice adds a device to the hosts that have its name or its address.
func (c *coverage) addDevice(row acsmon.Fields) {
	w := watcher(row, "ip_address")
	w.Type = rows.Text(row["device_type"])
	found := c.named(row["ip_address"], row["name"])
	if len(found) == 0 {
		c.devices = append(c.devices, w)
	}
	c.byDevice[rows.Text(row["id"])] = found
	for _, host := range found {
		c.of[host].Devices = append(c.of[host].Devices, w.Name)
		c.watch(host, w.Active)
	}
}

// addMonitor adds a monitor to the hosts that it watches.
func (c *coverage) addMonitor(row acsmon.Fields) {
	w := watcher(row, "host")
	found := c.named(row["host"], row["name"], monitor.kind.Field("device").LinkName(row), madeFor(row))
	for _, host := range c.byDevice[linkID(monitor, "device", row)] {
		found = alsoIn(found, host)
	}
	if len(found) == 0 {
		c.monitors = append(c.monitors, w)
	}
	for _, host := range found {
		c.of[host].Monitors = append(c.of[host].Monitors, w.Name)
		c.watch(host, w.Active)
	}
}

// named returns the hosts that have any of these names.
func (c *coverage) named(names ...any) []string {
	var found []string
	for _, name := range names {
		for _, host := range c.called[canonicalHost(rows.Text(name))] {
			found = alsoIn(found, host)
		}
	}
	return found
}

// alsoIn returns a list with a host, once.
func alsoIn(list []string, host string) []string {
	if slices.Contains(list, host) {
		return list
	}
	return append(list, host)
}

// hostsByName returns the hosts by the addresses and names that they have, in the form of
// canonicalHost. Several hosts may share an address.
func hostsByName(hosts map[string]any) map[string][]string {
	called := map[string][]string{}
	for _, host := range slices.Sorted(maps.Keys(hosts)) {
		for _, name := range append([]any{host}, namesIn(hosts[host])...) {
			if name := canonicalHost(rows.Text(name)); name != "" {
				called[name] = alsoIn(called[name], host)
			}
		}
	}
	return called
}

// madeFor returns the host for which the role host_monitors has made a monitor; "" if it has not. A
// monitor of the role has the tag of an owner, and a name that begins with that of the host.
func madeFor(row acsmon.Fields) string {
	for _, tag := range converge.Texts(row["tags"]) {
		if strings.HasPrefix(tag, "owner:") {
			host, _, _ := strings.Cut(rows.Text(row["name"]), " ")
			return host
		}
	}
	return ""
}

// watch records whether a monitor or a device of a host is active.
func (c *coverage) watch(host string, active bool) {
	switch {
	case active:
		c.of[host].State = report.Watched
	case c.of[host].State == report.Unwatched:
		c.of[host].State = report.Paused
	}
}

// watcher returns a row as a report has it, with its address from that key.
func watcher(row acsmon.Fields, address string) report.Watcher {
	return report.Watcher{
		ID: row.ID(), Name: rows.Text(row["name"]), Type: rows.Text(row["type"]), Address: rows.Text(row[address]),
		Active: !rows.IsFalse(row["is_active"]), Expires: rows.Text(row["ssl_expiry_at"]),
	}
}

// linkID returns the id to which a link of a row leads, as a text; "" if the row does not show one.
func linkID(of resource, option string, row acsmon.Fields) string {
	for _, path := range of.kind.Field(option).Read {
		if id, shown := converge.Dig(row, path); shown && id != nil {
			return rows.Text(id)
		}
	}
	return ""
}

// hasCertificate reports whether a monitor watches something that has a certificate.
func hasCertificate(row acsmon.Fields) bool {
	kind := rows.Text(row["type"])
	return kind == "https" || kind == "ssl" || rows.Text(row["ssl_expiry_at"]) != ""
}

// expiryRules returns the ids of the monitors that an active rule watches for the expiry of their
// certificates.
func expiryRules(rules []acsmon.Fields) map[string]bool {
	watched := map[string]bool{}
	for _, rule := range rules {
		if rows.Text(rule["condition"]) == "ssl_expiry_lt" && !rows.IsFalse(rule["is_active"]) {
			watched[linkID(monitorAlertRule, "monitor", rule)] = true
		}
	}
	return watched
}

func (c *coverage) report(server string) report.Coverage {
	made := report.Coverage{
		Server: server, Hosts: []report.CoveredHost{},
		Monitors: orNone(c.monitors), Devices: orNone(c.devices), Certificates: orNone(c.certificates),
	}
	for _, host := range c.of {
		made.Hosts = append(made.Hosts, *host)
	}
	return report.NewCoverage(made)
}

// orNone returns a list that is not null in JSON.
func orNone(list []report.Watcher) []report.Watcher { return append([]report.Watcher{}, list...) }
