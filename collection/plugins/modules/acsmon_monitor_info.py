#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_monitor_info
short_description: Gather information about monitors in ACS Monitor
version_added: 0.1.0
description:
  - Return all monitors, or those that match all of the options that are set.
  - On request, add the results of past checks, and the uptime over a window of days.
  - Costs one request for each 100 monitors that are read, and one or two for a O(group) or a O(device). Each value of O(include) costs one request more for
    each monitor that is returned. A task that would need longer than O(max_wait) fails before it begins.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.selection
  - acsmon.monitor.monitor_selection
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
      - What to add to each monitor.
      - V(results) adds the outcomes of its latest checks, as many as O(results_limit) says.
      - V(uptime) adds a summary of its checks over O(window). The percentages over 7 and 30 days, without the number of checks, are among the monitor's own
        fields and cost nothing.
    type: list
    elements: str
    choices: [results, uptime]
  window:
    description:
      - Days that V(uptime) in O(include) covers.
    type: str
    choices: [7d, 30d]
    default: 30d
  results_limit:
    description:
      - Largest number of V(results) in O(include) for each monitor, from 1 to 100.
    type: int
    default: 10
seealso:
  - module: acsmon.monitor.acsmon_monitor
  - module: acsmon.monitor.acsmon_monitor_check
  - module: acsmon.monitor.acsmon_alert_info
"""

EXAMPLES = r"""
- name: Get all monitors
  acsmon.monitor.acsmon_monitor_info:
    sort: name
  delegate_to: localhost
  register: all

- name: Get those that need attention
  acsmon.monitor.acsmon_monitor_info:
    status: [down, degraded]
    is_active: true
  delegate_to: localhost

- name: Get the five slowest websites that customers use
  acsmon.monitor.acsmon_monitor_info:
    type: [http, https]
    tags: [customer-facing]
    sort: -response_time_ms
    limit: 5
  delegate_to: localhost

- name: Get the uptime of a group's monitors over 7 days, and their last 20 results
  acsmon.monitor.acsmon_monitor_info:
    group: Databases
    include: [uptime, results]
    window: 7d
    results_limit: 20
  delegate_to: localhost
  register: databases

- name: Show what failed in these 7 days
  ansible.builtin.debug:
    msg: "{{ item.uptime.failed_checks }} of {{ item.uptime.total_checks }} checks failed, the last one was {{ item.results[0].status }}"
  loop: "{{ databases.monitors }}"
  loop_control:
    label: "{{ item.name }}"

- name: Get a monitor by its id
  acsmon.monitor.acsmon_monitor_info:
    ids: ["{{ all.monitors[0].id }}"]
  delegate_to: localhost

- name: Find out whether a monitor with a certain name exists
  acsmon.monitor.acsmon_monitor_info:
    names: [Public website]
  delegate_to: localhost
  register: website
  failed_when: website.monitors | length > 1

- name: Get the monitors that failed in their last three checks
  acsmon.monitor.acsmon_monitor_info:
    filters:
      consecutive_failures: 3
  delegate_to: localhost
"""

RETURN = r"""
monitors:
  description:
    - The monitors that were selected.
    - Other fields that the server shows are returned as they came.
  returned: success
  type: list
  elements: dict
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
      description: What is checked.
      returned: always
      type: str
      sample: https
    host:
      description: Host name or address that is checked.
      returned: always
      type: str
      sample: www.example.com
    port:
      description: Port that is checked.
      returned: when the monitor has one
      type: int
      sample: 443
    status:
      description: Outcome of the latest check, one of V(up), V(down), V(degraded) and V(unknown).
      returned: always
      type: str
      sample: up
    response_time_ms:
      description: Milliseconds that the latest check took.
      returned: always
      type: int
      sample: 142
    ssl_expiry_at:
      description: Time at which the server's certificate expires.
      returned: always
      type: str
      sample: "2026-09-14T00:00:00Z"
    uptime_percent_7d:
      description: Percentage of the time that the monitor was up, over 7 days.
      returned: always
      type: float
      sample: 99.97
    uptime_percent_30d:
      description: Percentage of the time that the monitor was up, over 30 days.
      returned: always
      type: float
      sample: 99.81
    consecutive_failures:
      description: Number of checks that failed in a row, up to the latest.
      returned: always
      type: int
      sample: 0
    last_checked_at:
      description: Time of the latest check.
      returned: always
      type: str
      sample: "2026-04-22T10:15:01Z"
    check_interval_seconds:
      description: Seconds from one check to the next.
      returned: when the server shows it
      type: int
      sample: 60
    timeout_ms:
      description: Milliseconds after which one check counts as failed.
      returned: when the server shows it
      type: int
      sample: 5000
    config:
      description: Settings of the check, which depend on the type.
      returned: when the server shows them
      type: dict
      sample:
        method: GET
        path: /health
        expected_status: 200
        ssl_verify: true
    monitor_group_id:
      description: Id of the monitor's group.
      returned: when the server shows it
      type: int
      sample: 3
    monitor_group:
      description: The monitor's group.
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
          sample: Public web
        color:
          description: Color in which the web interface shows the group.
          returned: when the server shows it
          type: str
          sample: "#3b82f6"
    device_id:
      description: Id of the device that the monitor is linked with.
      returned: when the server shows it
      type: int
      sample: 42
    device:
      description: The device that the monitor is linked with.
      returned: when the server shows it
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
          sample: web-01
    tags:
      description: Tags of the monitor.
      returned: when the server shows them
      type: list
      elements: str
      sample: [web, production]
    is_active:
      description: Whether the monitor is checked.
      returned: when the server shows it
      type: bool
      sample: true
    results:
      description: Outcomes of the latest checks, the newest first. V(null) if the server has none for this monitor.
      returned: with V(results) in O(include)
      type: list
      elements: dict
      contains:
        checked_at:
          description: Time of the check.
          returned: always
          type: str
          sample: "2026-04-22T10:15:01Z"
        status:
          description: Outcome of the check.
          returned: always
          type: str
          sample: up
        response_time_ms:
          description: Milliseconds that the check took. V(null) if there was no response.
          returned: always
          type: int
          sample: 142
    uptime:
      description: A summary of the checks over the window. V(null) if the server has none for this monitor.
      returned: with V(uptime) in O(include)
      type: dict
      contains:
        uptime_percent:
          description: Percentage of time that the monitor was up.
          returned: always
          type: float
          sample: 99.91
        total_checks:
          description: Number of checks.
          returned: always
          type: int
          sample: 43200
        failed_checks:
          description: Number of checks that failed.
          returned: always
          type: int
          sample: 39
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
      sample: /api/v1/monitors
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        window: [The selected window is invalid.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
