#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_alert_info
short_description: Gather information about alerts in ACS Monitor
version_added: 0.1.0
description:
  - Return the alerts of devices and of monitors that match all of the options that are set. By default, these are all alerts that are not resolved.
  - They are found wherever the install lists them. ACS Monitor numbers the alerts of devices and those of monitors separately, so the source and the id
    together identify an alert.
  - Costs one request for each 100 alerts of each list that is read. With two values of O(status), each list is read once for each value. With three, it is
    read once, including all alerts that were ever resolved. A O(monitor) or O(device) given by name adds one request, as does a group. Each of O(monitors),
    O(devices), O(monitor_group) with O(tags), O(device_group) and O(linked) adds one for each 100 monitors or devices that are read to find them, and
    O(hosts) adds one for each 100 of both.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.alert_selection
  - acsmon.monitor.selection
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
  severity:
    description:
      - Severities to select.
    type: list
    elements: str
    choices: [info, warning, critical]
  status:
    description:
      - Statuses to select.
      - If neither this nor O(ids) is set, the default is V(open) and V(acknowledged).
    type: list
    elements: str
    choices: [open, acknowledged, resolved]
seealso:
  - module: acsmon.monitor.acsmon_alert
  - plugin: acsmon.monitor.acsmon
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Get all alerts that are not resolved
  acsmon.monitor.acsmon_alert_info:
    status: [open, acknowledged]
  delegate_to: localhost
  register: unresolved

- name: Get the critical ones that nobody has taken care of, the latest first
  acsmon.monitor.acsmon_alert_info:
    severity: [critical]
    status: [open]
    sort: -triggered_at
  delegate_to: localhost
  register: critical

- name: Show them
  ansible.builtin.debug:
    msg: "{{ (item.monitor | default(item.device, true)).name }} is {{ item.current_value }} since {{ item.triggered_at }}"
  loop: "{{ critical.alerts }}"
  loop_control:
    label: "{{ item.source }} alert {{ item.id }}"

- name: Get the alerts of one monitor, the resolved ones too
  acsmon.monitor.acsmon_alert_info:
    monitor: "{{ (unresolved.alerts | selectattr('source', 'eq', 'monitor') | first).monitor.id }}"
    status: [open, acknowledged, resolved]
  delegate_to: localhost

- name: Get an alert again
  acsmon.monitor.acsmon_alert_info:
    ids: ["{{ unresolved.alerts[0].id }}"]
    source: "{{ unresolved.alerts[0].source }}"
  delegate_to: localhost

- name: Get the ten latest alerts of devices
  acsmon.monitor.acsmon_alert_info:
    source: device
    sort: -triggered_at
    limit: 10
  delegate_to: localhost
"""

RETURN = r"""
alerts:
  description:
    - The alerts that were selected. If an id in O(ids) belongs both to an alert of a device and to one of a monitor, both are returned.
    - Other fields that the server shows are returned as they came.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the alert, unique within its source.
      returned: always
      type: int
      sample: 9821
    source:
      description: What the alert is about, V(device), V(monitor) or V(webhook).
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
      returned: when the alert is about a device
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
    webhook:
      description: The webhook that the alert is about.
      returned: when the alert is about a webhook and the server shows it
      type: dict
      contains:
        id:
          description: Id of the webhook.
          returned: always
          type: int
          sample: 6
        name:
          description: Name of the webhook.
          returned: always
          type: str
          sample: Backup
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
      sample: /api/v1/alert-events
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
