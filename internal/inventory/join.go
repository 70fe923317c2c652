// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
)

// records makes one record a host out of the rows that the settings select.
func records(r *rows, s *Settings) ([]record, error) {
	devices, err := selected(r.Devices, s.Search, s.Filters, s.IncludeInactive)
	if err != nil {
		return nil, err
	}
	monitors, err := selected(r.Monitors, "", s.MonitorFilters, s.IncludeInactive)
	if err != nil {
		return nil, err
	}
	j := &joiner{byID: map[string]record{}, byAddress: map[string][]record{}, byMonitor: map[string][]record{}}
	withMonitors := s.WithMonitors || slices.Contains(s.Sources, "monitors")
	for _, device := range devices {
		j.addDevice(record(device))
	}
	for _, host := range j.all { // all of them, even if only some get an element
		if withMonitors {
			host["monitors"] = []any{}
		}
		if s.WithAlerts {
			host["alerts"] = []any{}
		}
	}
	for _, monitor := range monitors {
		j.addMonitor(monitor, s)
	}
	if s.WithAlerts {
		j.addAlerts(r)
	}
	if s.ServerName != "" {
		for _, host := range j.all {
			host[serverField] = s.ServerName
		}
	}
	return matching(j.all, s.include, s.exclude), nil
}

// joiner finds out what belongs together.
type joiner struct {
	all       []record
	byID      map[string]record   // of the device
	byAddress map[string][]record // IP address or name, in lower case
	byMonitor map[string][]record // id of a monitor
}

func (j *joiner) addDevice(device record) {
	j.all = append(j.all, device)
	j.byID[strconv.FormatInt(acsmon.Fields(device).ID(), 10)] = device
	ip, name := addressKey(text(device["ip_address"])), addressKey(text(device["name"]))
	j.addAddress(ip, device)
	if name != ip {
		j.addAddress(name, device)
	}
}

func (j *joiner) addAddress(key string, host record) {
	if key != "" {
		j.byAddress[key] = append(j.byAddress[key], host)
	}
}

func addressKey(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// addMonitor gives a monitor to the device that it names, else to those that have
// its address, else, where monitors are a source, to a host of their own.
func (j *joiner) addMonitor(monitor acsmon.Fields, s *Settings) {
	hosts := j.hostsOf(monitor)
	if len(hosts) == 0 && slices.Contains(s.Sources, "monitors") {
		name := text(monitor["host"])
		host := record{"name": name, "host": name}
		if s.WithAlerts {
			host["alerts"] = []any{}
		}
		j.all = append(j.all, host)
		j.addAddress(addressKey(name), host)
		hosts = []record{host}
	}
	for _, host := range hosts {
		list, _ := host["monitors"].([]any)
		host["monitors"] = append(list, map[string]any(monitor))
	}
	j.byMonitor[strconv.FormatInt(monitor.ID(), 10)] = hosts
}

func (j *joiner) hostsOf(monitor acsmon.Fields) []record {
	if host, ok := j.byID[reference(monitor, "device")]; ok {
		return []record{host}
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
	if id := reference(event, "monitor"); id != "" {
		return j.byMonitor[id], "monitor"
	}
	if host, ok := j.byID[reference(event, "device")]; ok {
		return []record{host}, "device"
	}
	return nil, "device"
}

// reference is the id of a resource that a row names, as an object or by its id.
func reference(row acsmon.Fields, to string) string {
	return cmp.Or(record(row).first(to+".id"), record(row).first(to+"_id"))
}
