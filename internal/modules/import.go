// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/converge"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// importOptions say which results of a scan are imported: those that match each of the lists that
// are given.
type importOptions struct {
	All         bool     `ansible:"all"`
	Addresses   []string `ansible:"addresses"`
	Hostnames   []string `ansible:"hostnames"`
	DeviceTypes []string `ansible:"device_types"`
	Services    []string `ansible:"services"`
}

// lists are the lists by the names of their options.
func (o importOptions) lists() map[string][]string {
	return map[string][]string{"addresses": o.Addresses, "hostnames": o.Hostnames, "device_types": o.DeviceTypes, "services": o.Services}
}

func (o importOptions) check() error {
	given, lists := false, o.lists()
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		patterns := lists[name]
		if patterns != nil && len(patterns) == 0 {
			return fmt.Errorf("import.%s is empty, which selects nothing: leave it out, or leave import out where there is nothing to import", name)
		}
		given = given || patterns != nil
	}
	if !given && !o.All {
		return errors.New("import does not say which results are meant: give addresses, hostnames, device_types or services, or all: true for every one")
	}
	for _, address := range o.Addresses {
		if _, err := netip.ParsePrefix(address); strings.Contains(address, "/") && err != nil {
			return fmt.Errorf("import.addresses has %q, which is no network: give one such as 192.0.2.0/28, or a pattern such as 192.0.2.*", address)
		}
	}
	return nil
}

// wants reports whether a result is selected.
func (o importOptions) wants(r acsmon.DiscoveryResult) bool {
	for name, values := range map[string][]string{
		"addresses": {r.Address}, "hostnames": {r.Hostname}, "device_types": {r.DeviceType}, "services": r.Services,
	} {
		patterns := o.lists()[name]
		if patterns != nil && !slices.ContainsFunc(patterns, func(pattern string) bool {
			return slices.ContainsFunc(values, func(value string) bool { return meetsPattern(pattern, value) })
		}) {
			return false
		}
	}
	return true
}

// meetsPattern reports whether a text meets a pattern, or an address is in a network.
func meetsPattern(pattern, value string) bool {
	network, err := netip.ParsePrefix(pattern)
	address, addressErr := netip.ParseAddr(value)
	if err == nil && addressErr == nil {
		return network.Contains(address)
	}
	return wildcards(pattern).MatchString(value)
}

func wildcards(pattern string) *regexp.Regexp { return rows.Wildcards(converge.Trim(pattern)) }

// importing is one import of results.
type importing struct {
	*session
	options importOptions
	scan    acsmon.Fields
	devices map[string]acsmon.Fields // by address
	results []*imported
}

// imported is a selected result, and what has happened to it.
type imported struct {
	acsmon.DiscoveryResult
	there    bool      // it was imported before, or a device has its address
	done     bool      // by this run, or in check mode by the predicted run
	twin     *imported // the result with the same address that is imported instead
	device   acsmon.Fields
	monitors []acsmon.Fields
}

// run imports the selected results that are not there yet, and adds them to the result of the
// module.
func (i *importing) run(ctx context.Context, result ansible.Result) error {
	result["imports"] = []map[string]any{}
	if i.scan.ID() == 0 { // predicted: what it will find is not known
		return nil
	}
	if err := i.find(ctx); err != nil || len(i.results) == 0 {
		return err
	}
	if err := i.loadDevices(ctx); err != nil {
		return err
	}
	pending := i.pending()
	err := i.importAll(ctx, pending)
	if err == nil || slices.ContainsFunc(pending, func(r *imported) bool { return r.done }) {
		err = errors.Join(err, i.complete(ctx, pending))
	}
	i.show(result)
	return err
}

// pending returns the results that are not there yet. If several have the same address, the first
// one is imported.
func (i *importing) pending() []*imported {
	var pending []*imported
	first := map[string]*imported{}
	for _, r := range i.results {
		r.device = i.deviceOf(r)
		address := converge.HostName(r.Address)
		switch {
		case r.Imported || r.device != nil:
			r.there = true
		case first[address] != nil:
			r.twin = first[address]
		default:
			pending = append(pending, r)
			if address != "" {
				first[address] = r
			}
		}
	}
	return pending
}

// find selects results of the scan.
func (i *importing) find(ctx context.Context) error {
	results, err := i.load(ctx)
	for _, r := range results {
		if i.options.wants(r) {
			i.results = append(i.results, &imported{DiscoveryResult: r})
		}
	}
	return err
}

// load fetches what the scan found.
func (i *importing) load(ctx context.Context) ([]acsmon.DiscoveryResult, error) {
	scan, err := i.client.Discovery.Get(ctx, i.scan.ID())
	if err != nil {
		return nil, err
	}
	results, shown, err := acsmon.ResultsIn(scan)
	if err == nil && !shown {
		err = fmt.Errorf("the server does not show what discovery scan %d found, so nothing can be imported: use the web interface", i.scan.ID())
	}
	return results, err
}

// loadDevices fetches all devices, so that none is made twice: a scan that ran again may show as
// new what was imported before.
func (i *importing) loadDevices(ctx context.Context) error {
	i.devices = map[string]acsmon.Fields{}
	for device, err := range i.client.Devices.Fields().List(ctx, acsmon.Query{}) {
		if err != nil {
			return err
		}
		if address := converge.HostName(rows.Text(device["ip_address"])); address != "" {
			i.devices[address] = device
		}
	}
	return nil
}

// deviceOf returns the device that a result has become, or that has its address.
func (i *importing) deviceOf(r *imported) acsmon.Fields {
	for _, device := range i.devices {
		if r.DeviceID != 0 && device.ID() == r.DeviceID {
			return device
		}
	}
	return i.devices[converge.HostName(r.Address)]
}

// importAll imports results, one request each. If the server refuses one, the others are still
// tried.
func (i *importing) importAll(ctx context.Context, pending []*imported) error {
	if i.CheckMode {
		for _, r := range pending {
			r.done = true
		}
		return nil
	}
	if err := converge.Affordable(ctx, i.client.Limit(), len(pending)); err != nil {
		return err
	}
	var faults faults
	done := 0
	for n, r := range pending {
		err := i.importOne(ctx, r)
		if r.done {
			done++
		}
		if faults.add("result "+r.String(), err) {
			faults.untried = len(pending) - n - 1
			break
		}
	}
	if err := faults.err(); err != nil {
		return fmt.Errorf("%d of %d results are imported now, and %w; run the task again for the rest", done, len(pending), err)
	}
	return nil
}

func (r *imported) String() string { return fmt.Sprintf("%d (%s)", r.ID, r.Address) }

// lostLooks are the waits before each look for the result of an import whose response was lost, as
// far as max_wait allows them. They add up to more than a server works on one request.
var lostLooks = []time.Duration{0, 2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 25 * time.Second}

// importOne imports a result. If the response is lost, a look at the scan shows whether it was
// carried out. If the server says that it is imported already, somebody else was faster.
func (i *importing) importOne(ctx context.Context, r *imported) error {
	answer, err := i.client.Discovery.Import(ctx, r.ID, acsmon.Fields{})
	var uncertain *acsmon.UncertainError
	switch {
	case err == nil:
		r.done = true
		r.device, r.monitors = acsmon.ImportedIn(answer)
		return nil
	case errors.As(err, &uncertain):
		r.done = i.appears(ctx, r, lostLooks)
	case acsmon.IsConflict(err):
		r.there = i.appears(ctx, r, lostLooks[:1])
	}
	if r.done || r.there {
		return nil
	}
	return err
}

// appears reports whether the scan shows a result as imported, or there is a device with its
// address.
func (i *importing) appears(ctx context.Context, r *imported, waits []time.Duration) bool {
	for _, wait := range waits {
		if left, limited := acsmon.WaitBudget(ctx); limited && left < wait {
			break
		}
		acsmon.SpendWait(ctx, wait)
		if pause(ctx, wait) != nil {
			return false
		}
		results, err := i.load(ctx)
		at := slices.IndexFunc(results, func(now acsmon.DiscoveryResult) bool { return now.ID == r.ID && now.Imported })
		if err == nil && at >= 0 {
			r.DiscoveryResult = results[at]
			return true
		}
	}
	return i.loadDevices(ctx) == nil && i.deviceOf(r) != nil
}

// complete looks for the devices and monitors that the server's responses did not show.
func (i *importing) complete(ctx context.Context, pending []*imported) error {
	made := slices.DeleteFunc(slices.Clone(pending), func(r *imported) bool { return !r.done && !r.there })
	if i.CheckMode || len(made) == 0 {
		return nil
	}
	if slices.ContainsFunc(made, func(r *imported) bool { return r.device == nil || r.device["ip_address"] == nil }) {
		if err := i.loadDevices(ctx); err != nil {
			return err
		}
		for _, r := range made {
			if device := i.deviceOf(r); device != nil {
				r.device = device
			}
		}
	}
	unshown := slices.DeleteFunc(made, func(r *imported) bool { return r.monitors != nil })
	if len(unshown) == 0 {
		return nil
	}
	for monitor, err := range i.client.Monitors.Fields().List(ctx, acsmon.Query{}) {
		if err != nil {
			return err
		}
		for _, r := range unshown {
			if r.isMonitoredBy(monitor) {
				r.monitors = append(r.monitors, monitor)
			}
		}
	}
	return nil
}

// isMonitoredBy reports whether a monitor watches what the result has become.
func (r *imported) isMonitoredBy(monitor acsmon.Fields) bool {
	if id := rows.Text(monitor["device_id"]); id != "" && r.device != nil {
		return id == fmt.Sprint(r.device.ID())
	}
	if device, _ := monitor["device"].(map[string]any); device != nil && r.device != nil {
		return acsmon.Fields(device).ID() == r.device.ID()
	}
	host := canonicalHost(rows.Text(monitor["host"]))
	return host != "" && host == canonicalHost(r.Address)
}

// show adds the imports to the result.
func (i *importing) show(result ansible.Result) {
	imports, after := []map[string]any{}, map[string]any{}
	for _, r := range i.results {
		if r.twin != nil {
			r.there, r.device = r.twin.done || r.twin.there, r.twin.device
		}
		shown := map[string]any{
			"id": r.ID, "address": r.Address, "hostname": r.Hostname, "device_type": r.DeviceType, "services": r.Services, "state": "missing",
		}
		switch {
		case r.done:
			shown["state"] = "imported"
			shown["monitors"] = resultRows(r.monitors)
			after[r.Address] = "imported"
		case r.there:
			shown["state"] = "present"
		}
		if r.device != nil {
			shown["device"] = r.device
		}
		imports = append(imports, shown)
	}
	result["imports"] = imports
	if len(after) == 0 {
		return
	}
	result["changed"] = true
	diff, _ := result["diff"].(map[string]any)
	if diff == nil {
		diff = map[string]any{"before": map[string]any{}, "after": map[string]any{}}
		result["diff"] = diff
	}
	diff["before"].(map[string]any)["imports"], diff["after"].(map[string]any)["imports"] = map[string]any{}, after
}
