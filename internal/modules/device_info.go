// SPDX-License-Identifier: GPL-3.0-or-later

package modules

import (
	"context"
	"slices"

	"github.com/acsmon/acsmon-ansible/acsmon"
	"github.com/acsmon/acsmon-ansible/internal/ansible"
)

// deviceSelection are the options that say which devices are meant, beside those of
// every selection.
type deviceSelection struct {
	Names      []string `ansible:"names"`
	Status     []string `ansible:"status"`
	DeviceType []string `ansible:"device_type"`
	Group      string   `ansible:"group"`
	IsActive   *bool    `ansible:"is_active"`
}

// conditions are what the selected devices have.
func (o deviceSelection) conditions(ctx context.Context, s *session) ([]condition, error) {
	group, err := linkOf(ctx, s, device, "group", o.Group)
	return slices.Concat(either("names", "name", o.Names), either("status", "status", o.Status),
		either("device_type", "device_type", o.DeviceType), group, active(o.IsActive)), err
}

// deviceInfoOptions are what acsmon_device_info is told.
type deviceInfoOptions struct {
	infoOptions     `ansible:",squash"`
	deviceSelection `ansible:",squash"`
	Include         []string `ansible:"include"`
}

func runDeviceInfo(ctx context.Context, s *session) (ansible.Result, error) {
	var o deviceInfoOptions
	if err := s.Decode(&o); err != nil {
		return nil, err
	}
	conditions, err := o.conditions(ctx, s)
	if err != nil {
		return nil, err
	}
	wanted, err := o.listing("device", conditions)
	if err != nil {
		return nil, err
	}
	rows, err := wanted.readKnown(ctx, s, s.client.Devices.Fields())
	if err != nil {
		return nil, err
	}
	if slices.Contains(o.Include, "alerts") {
		if err := addAlerts(ctx, s.client, rows); err != nil {
			return nil, err
		}
	}
	if slices.Contains(o.Include, "metrics") {
		if err := addExtras(ctx, s, "include", "device", rows, []extra{metricsOf(s.client)}); err != nil {
			return nil, err
		}
	}
	return ansible.Result{"devices": shownRows(rows)}, nil
}

// metricsOf gives a device's metrics: the rows, where they come as a list.
func metricsOf(client *acsmon.Client) extra {
	return extra{"metrics", func(ctx context.Context, id int64) (any, error) {
		answer, err := client.Devices.Metrics(ctx, id, acsmon.Query{})
		if rows, isList := answer["data"].([]any); isList {
			return rows, err
		}
		return answer, err
	}}
}

// addAlerts adds to each device its alerts that are not resolved. They come from
// the lists of all alerts, whose cost does not grow with the devices.
func addAlerts(ctx context.Context, client *acsmon.Client, devices []acsmon.Fields) error {
	if len(devices) == 0 {
		return nil
	}
	all := alertOptions{Source: "any"}
	alerts, err := all.readLists(ctx, client, unresolved.readEvents)
	if err != nil {
		return err
	}
	byDevice := map[int64][]map[string]any{}
	for _, device := range devices {
		byDevice[device.ID()] = []map[string]any{}
	}
	for _, a := range alerts {
		device, _ := a.row["device"].(map[string]any)
		id := acsmon.Fields(device).ID()
		byDevice[id] = append(byDevice[id], a.shown())
	}
	for _, device := range devices {
		device["alerts"] = byDevice[device.ID()]
	}
	return nil
}
