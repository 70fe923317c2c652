// SPDX-License-Identifier: GPL-3.0-or-later

package inventory

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/alerts"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// records makes a record for each host from the rows that the settings select.
func records(r *lists, s *Settings) ([]record, error) {
	devices, monitors, err := r.selected(s)
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

// selected returns the devices and the monitors that the settings select.
func (r *lists) selected(s *Settings) (devices, monitors []acsmon.Fields, err error) {
	of, err := s.deviceSelection()
	if err == nil {
		devices, err = of.Choose(r.Devices)
	}
	if err != nil {
		return nil, nil, err
	}
	if of, err = s.monitorSelection(); err == nil {
		monitors, err = of.Choose(r.Monitors)
	}
	return devices, monitors, err
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
	ip, name := addressKey(rows.Text(device["ip_address"])), addressKey(rows.Text(device["name"]))
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

// addMonitor adds a monitor to the device that it names, else to those that have its address, else,
// if monitors are a source, to a host of its own.
func (j *joiner) addMonitor(monitor acsmon.Fields, s *Settings) {
	hosts := j.hostsOfMonitor(monitor)
	if len(hosts) == 0 && slices.Contains(s.Sources, "monitors") {
		name := rows.Text(monitor["host"])
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

func (j *joiner) hostsOfMonitor(monitor acsmon.Fields) []record {
	if host, ok := j.byID[reference(monitor, "device")]; ok {
		return []record{host}
	}
	return j.byAddress[addressKey(rows.Text(monitor["host"]))]
}

// addAlerts adds each open alert to the hosts of its monitor or its device.
func (j *joiner) addAlerts(r *lists) {
	all := alerts.Merge(alerts.Any, r.MonitorEvents, r.AlertEvents)
	slices.SortStableFunc(all, func(a, b alerts.Alert) int { return cmp.Compare(a.List, b.List) }) // those of devices first
	for _, alert := range all {
		if alert.Status() != alerts.Open {
			continue
		}
		for _, host := range j.hostsOf(alert) {
			list, _ := host["alerts"].([]any)
			host["alerts"] = append(list, map[string]any(alert.Row))
		}
	}
}

// hostsOf returns the hosts that an alert is about.
func (j *joiner) hostsOf(alert alerts.Alert) []record {
	if id := alert.Reference(alerts.Monitor); id != "" {
		return j.byMonitor[id]
	}
	if host, ok := j.byID[alert.Reference(alerts.Device)]; ok {
		return []record{host}
	}
	return nil
}

// reference returns the id of a resource that a row names, as an object or by its id.
func reference(row acsmon.Fields, to string) string {
	return cmp.Or(record(row).first(to+".id"), record(row).first(to+"_id"))
}
