// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"fmt"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/alerts"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
	"github.com/acsmon/acsmon-ansible/internal/rows"
)

// deviceOptions are the options that say which devices are meant, beside those of every selection.
type deviceOptions struct {
	Names      []string `ansible:"names"`
	Status     []string `ansible:"status"`
	DeviceType []string `ansible:"device_type"`
	Group      string   `ansible:"group"`
	IsActive   *bool    `ansible:"is_active"`
}

// fetch returns the devices that these options and those of a selector select.
func (o deviceOptions) fetch(ctx context.Context, s *session, selector selector) ([]acsmon.Fields, error) {
	group, err := linked(ctx, s, device, "group", o.Group)
	if err != nil {
		return nil, err
	}
	wanted, err := selector.selection("device", rows.OneOf("names", "name", o.Names), rows.OneOf("status", "status", o.Status),
		rows.OneOf("device_type", "device_type", o.DeviceType), group, active(o.IsActive))
	if err != nil {
		return nil, err
	}
	return wanted.Fetch(ctx, s.reading(s.client.Devices.Fields()))
}

// deviceInfoOptions are the options of acsmon_device_info.
type deviceInfoOptions struct {
	infoOptions   `ansible:",squash"`
	deviceOptions `ansible:",squash"`
	Include       []string `ansible:"include"`
}

func runDeviceInfo(ctx context.Context, s *session) (ansible.Result, error) {
	var o deviceInfoOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	found, err := o.fetch(ctx, s, o.infoOptions)
	if err != nil {
		return nil, err
	}
	if slices.Contains(o.Include, "alerts") {
		if err := addAlerts(ctx, s.client, found); err != nil {
			return nil, err
		}
	}
	if slices.Contains(o.Include, "metrics") {
		if err := addExtras(ctx, s, "include", "device", found, []extra{metricsOf(s.client)}); err != nil {
			return nil, err
		}
	}
	return ansible.Result{"devices": resultRows(found)}, nil
}

// metricsOf returns a device's metrics: the rows, if they are a list.
func metricsOf(client *acsmon.Client) extra {
	return extra{"metrics", func(ctx context.Context, id int64) (any, error) {
		answer, err := client.Devices.Metrics(ctx, id, acsmon.Query{})
		if list, isList := answer["data"].([]any); isList {
			return list, err
		}
		return answer, err
	}}
}

// addAlerts adds to each device its alerts that are not resolved. It fetches the lists of all
// alerts, whose cost does not grow with the devices.
func addAlerts(ctx context.Context, client *acsmon.Client, devices []acsmon.Fields) error {
	if len(devices) == 0 {
		return nil
	}
	unresolved, err := alerts.NewReader(client, alerts.Any, alerts.Unresolved()).Fetch(ctx)
	if err != nil {
		return err
	}
	byDevice := map[string][]acsmon.Fields{}
	for _, device := range devices {
		byDevice[fmt.Sprint(device.ID())] = []acsmon.Fields{}
	}
	for _, alert := range unresolved {
		id := alert.Reference(alerts.Device)
		byDevice[id] = append(byDevice[id], alert.Fields())
	}
	for _, device := range devices {
		device["alerts"] = byDevice[fmt.Sprint(device.ID())]
	}
	return nil
}
