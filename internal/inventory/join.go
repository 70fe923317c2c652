// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// records makes one record a host out of the rows that the settings select.
func records(r *rows, s *Settings) ([]record, error) {
	devices, err := selected(r.Devices, s.Filters, s.IncludeInactive)
	if err != nil {
		return nil, err
	}
	monitors, err := selected(r.Monitors, s.MonitorFilters, s.IncludeInactive)
	if err != nil {
		return nil, err
	}
	j := &joiner{byID: map[string]record{}, byAddress: map[string][]record{}, byMonitor: map[string][]record{}}
	for _, device := range devices {
		j.addDevice(device)
	}
	for _, monitor := range monitors {
		j.addMonitor(monitor, slices.Contains(s.Sources, "monitors"))
	}
	j.addAlerts(r)
	for _, host := range j.all {
		if s.WithMonitors || slices.Contains(s.Sources, "monitors") {
			setList(host, "monitors")
		}
		if s.WithAlerts {
			setList(host, "alerts")
		}
	}
	return matching(j.all, s.Include, s.Exclude), nil
}

// joiner finds out what belongs together.
type joiner struct {
	all       []record
	byID      map[string]record   // of the device
	byAddress map[string][]record // IP address or name, in lower case
	byMonitor map[string][]record // id of a monitor
}

func (j *joiner) addDevice(device acsmon.Fields) {
	host := record(maps.Clone(device))
	delete(host, "monitors")
	delete(host, "alerts")
	j.all = append(j.all, host)
	j.byID[strconv.FormatInt(device.ID(), 10)] = host
	j.addAddress(text(device["ip_address"]), host)
	j.addAddress(text(device["name"]), host)
}

func (j *joiner) addAddress(address string, host record) {
	key := addressKey(address)
	if key != "" && !slices.ContainsFunc(j.byAddress[key], func(r record) bool { return text(r["id"]) == text(host["id"]) }) {
		j.byAddress[key] = append(j.byAddress[key], host)
	}
}

func addressKey(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// addMonitor gives a monitor to the device that it names, else to those that have
// its address, else, where monitors are a source, to a host of their own.
func (j *joiner) addMonitor(monitor acsmon.Fields, source bool) {
	hosts := j.hostsOf(monitor)
	if len(hosts) == 0 && source {
		name := text(monitor["host"])
		host := record{"name": name, "host": name}
		j.all = append(j.all, host)
		if key := addressKey(name); key != "" {
			j.byAddress[key] = append(j.byAddress[key], host)
		}
		hosts = []record{host}
	}
	for _, host := range hosts {
		list, _ := host["monitors"].([]any)
		host["monitors"] = append(list, map[string]any(monitor))
	}
	j.byMonitor[strconv.FormatInt(monitor.ID(), 10)] = hosts
}

func (j *joiner) hostsOf(monitor acsmon.Fields) []record {
	for _, id := range append(record(monitor).values("device.id"), record(monitor).values("device_id")...) {
		if host, ok := j.byID[id]; ok {
			return []record{host}
		}
	}
	return j.byAddress[addressKey(text(monitor["host"]))]
}

// addAlerts gives each open alert to the host of its device or monitor. The
// alerts of monitors may be in either list, or in both.
func (j *joiner) addAlerts(r *rows) {
	seen := map[string]bool{}
	for _, event := range slices.Concat(r.AlertEvents, r.MonitorEvents) {
		if status := text(event["status"]); status != "open" {
			continue
		}
		hosts, source := j.hostsOfEvent(event)
		if key := source + " " + text(event["id"]); !seen[key] {
			seen[key] = true
			for _, host := range hosts {
				list, _ := host["alerts"].([]any)
				host["alerts"] = append(list, map[string]any(event))
			}
		}
	}
}

func (j *joiner) hostsOfEvent(event acsmon.Fields) (hosts []record, source string) {
	if id := record(event).first("monitor.id"); id != "" {
		return j.byMonitor[id], "monitor"
	}
	if host, ok := j.byID[record(event).first("device.id")]; ok {
		return []record{host}, "device"
	}
	return nil, "device"
}

// setList gives a record an empty list where it has none, so that a variable that
// some hosts have all have.
func setList(host record, key string) {
	if host[key] == nil {
		host[key] = []any{}
	}
}
