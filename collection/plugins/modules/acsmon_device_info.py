#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_device_info
short_description: Gather information about devices in ACS Monitor
version_added: 0.1.0
description:
  - Return all devices, or those that match all of the options that are set.
  - On request, add what was last measured on them, and their alerts.
  - Costs one request for each 100 devices that are read, and one or two for a O(group). V(alerts) in O(include) costs one
    request for each 100 alerts that are not resolved, at least four, however many devices there are. V(metrics) in O(include)
    costs one request for each device that is returned. A task that would need longer than O(max_wait) fails before it begins.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.selection
  - acsmon.monitor.device_selection
  - acsmon.monitor.info
  - acsmon.monitor.connection
  - acsmon.monitor.secret_keys
  - acsmon.monitor.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
    details:
      - This module does not change anything.
  idempotent:
    support: full
options:
  include:
    description:
      - What to add to each device.
      - V(alerts) adds its alerts that are open or acknowledged.
      - V(metrics) adds what was last measured on it.
    type: list
    elements: str
    choices: [alerts, metrics]
seealso:
  - module: acsmon.monitor.acsmon_device
  - module: acsmon.monitor.acsmon_device_poll
  - plugin: acsmon.monitor.acsmon
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Get all devices
  acsmon.monitor.acsmon_device_info:
    sort: name
  delegate_to: localhost
  register: all

- name: Get the devices that are down, with their alerts
  acsmon.monitor.acsmon_device_info:
    status: [down]
    include: [alerts]
  delegate_to: localhost
  register: down

- name: Show since when, and why
  ansible.builtin.debug:
    msg: "{{ item.alerts | map(attribute='current_value') | join(', ') }}"
  loop: "{{ down.devices }}"
  loop_control:
    label: "{{ item.name }}"

- name: Get what was measured on the core network
  acsmon.monitor.acsmon_device_info:
    group: Core network
    is_active: true
    include: [metrics]
  delegate_to: localhost

- name: Get the Cisco devices that still speak the first version of SNMP
  acsmon.monitor.acsmon_device_info:
    device_type: [cisco_ios, cisco_nxos]
    filters:
      snmp_version: 1
  delegate_to: localhost

- name: Get the three devices that were polled last
  acsmon.monitor.acsmon_device_info:
    sort: -last_polled_at
    limit: 3
  delegate_to: localhost

- name: Get some devices by their ids
  acsmon.monitor.acsmon_device_info:
    ids: "{{ all.devices[:2] | map(attribute='id') }}"
  delegate_to: localhost
"""

RETURN = r"""
devices:
  description:
    - The devices that were selected.
    - Other fields that the server shows are returned as they came.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the device.
      returned: always
      type: int
      sample: 42
    name:
      description: Name of the device.
      returned: always
      type: str
      sample: core-switch-01
    ip_address:
      description: Address of the device.
      returned: always
      type: str
      sample: 10.0.0.1
    snmp_version:
      description: One of V(1), V(2c) and V(3).
      returned: always
      type: str
      sample: 2c
    device_type:
      description: Type of the device.
      returned: always
      type: str
      sample: cisco_ios
    status:
      description: One of V(up), V(down) and V(unknown).
      returned: always
      type: str
      sample: up
    last_polled_at:
      description: Time at which the device was polled last.
      returned: always
      type: str
      sample: "2026-04-22T10:14:33Z"
    poll_interval_seconds:
      description: Seconds from one poll to the next.
      returned: always
      type: int
      sample: 60
    is_active:
      description: Whether the device is polled.
      returned: always
      type: bool
      sample: true
    location:
      description: Where the device is.
      returned: when the server shows it
      type: str
      sample: Server room
    device_group_id:
      description: Id of the device's group.
      returned: when the server shows it
      type: int
      sample: 3
    device_group:
      description: The device's group.
      returned: when the server shows it
      type: dict
      contains:
        id:
          description: Id of the group.
          returned: always
          type: int
          sample: 3
        name:
          description: Name of the group.
          returned: always
          type: str
          sample: Core network
        color:
          description: Color in which the web interface shows the group.
          returned: when the server shows it
          type: str
          sample: "#3b82f6"
    alerts:
      description: The alerts of the device that are open or acknowledged.
      returned: with V(alerts) in O(include)
      type: list
      elements: dict
      contains:
        id:
          description: Id of the alert, unique within its source.
          returned: always
          type: int
          sample: 9821
        source:
          description: The list of alerts that it is from, V(device) or V(monitor).
          returned: always
          type: str
          sample: monitor
        severity:
          description: One of V(info), V(warning) and V(critical).
          returned: always
          type: str
          sample: critical
        status:
          description: One of V(open), V(acknowledged) and V(resolved).
          returned: always
          type: str
          sample: acknowledged
        triggered_at:
          description: Time at which the alert opened.
          returned: always
          type: str
          sample: "2026-04-22T09:55:12Z"
        acknowledged_at:
          description: Time at which the alert was acknowledged.
          returned: when the alert is acknowledged
          type: str
          sample: "2026-04-22T10:02:40Z"
        resolved_at:
          description: Time at which the alert was resolved.
          returned: when the alert is resolved
          type: str
          sample: "2026-04-22T10:31:05Z"
        current_value:
          description: The value that raised the alert.
          returned: when the server shows it
          type: str
          sample: down
        monitor:
          description: The monitor that the alert is about.
          returned: when the alert is about a monitor
          type: dict
          contains:
            id:
              description: Id of the monitor.
              returned: always
              type: int
              sample: 117
            name:
              description: Name of the monitor.
              returned: always
              type: str
              sample: Public website
            type:
              description: Type of the monitor.
              returned: always
              type: str
              sample: https
        device:
          description: The device that the alert is about.
          returned: always
          type: dict
          contains:
            id:
              description: Id of the device.
              returned: always
              type: int
              sample: 42
            name:
              description: Name of the device.
              returned: always
              type: str
              sample: core-switch-01
    metrics:
      description:
        - What was last measured on the device, as the server shows it. A list is cut at 100 entries.
        - V(null) if the server has nothing for this device.
      returned: with V(metrics) in O(include)
      type: raw
      sample:
        - name: cpu_percent
          value: 17
          unit: "%"
          recorded_at: "2026-04-22T10:14:33Z"
failure:
  description: What the server answered when it refused the request.
  returned: when the server refused a request
  type: dict
  contains:
    status:
      description: HTTP status of the response. V(0) if there was none.
      returned: always
      type: int
      sample: 403
    method:
      description: HTTP method of the request.
      returned: always
      type: str
      sample: GET
    path:
      description: Path of the request.
      returned: always
      type: str
      sample: /api/v1/devices
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        per_page: [The per page field must not be greater than 100.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
