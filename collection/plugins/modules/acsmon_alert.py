#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_alert
short_description: Acknowledge and resolve alerts in ACS Monitor
version_added: 0.1.0
description:
  - Acknowledge or resolve alerts, one or many in one task, by their ids or by what they have in common.
  - The alerts of devices and those of monitors are found wherever the install lists them. ACS Monitor numbers the two separately, so the source and the id
    together identify an alert.
  - All options except O(source), O(note) and O(linked) select alerts. An alert must match all of those that are set. O(source) alone selects nothing. A task
    that selects nothing fails, unless O(all=true) is set. So does a task in which one of these options is set and empty.
  - Costs one request for each 100 alerts of each list that is read, and one for each alert that is acted on. With two values of O(status), each list is read
    once for each value. So O(state=resolved) without O(status) reads the lists of devices' alerts and of monitors' alerts twice. A O(monitor) or O(device)
    given by name adds one request, as does a group. Each of O(monitors), O(devices), O(monitor_group) with O(tags), O(device_group) and O(linked) adds one
    for each 100 monitors or devices that are read to find them, and O(hosts) adds one for each 100 of both.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.alert_selection
  - acsmon.monitor.connection
  - acsmon.monitor.secret_keys
  - acsmon.monitor.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  state:
    description:
      - V(acknowledged) acknowledges the alerts that are open. Alerts that are already acknowledged or resolved are left alone.
      - V(resolved) resolves the alerts that are open or acknowledged. Alerts that are already resolved are left alone.
    type: str
    choices: [acknowledged, resolved]
    default: acknowledged
  ids:
    description:
      - Ids of alerts. It is an error if one of them does not exist. It is also an error if one belongs both to an alert of a device and to one of a monitor,
        and O(source) does not say which is meant.
    type: list
    elements: int
  severity:
    description:
      - Severities to select.
    type: list
    elements: str
    choices: [info, warning, critical]
  status:
    description:
      - Statuses to select.
      - If neither this nor O(ids) is set, the default is V(open) with O(state=acknowledged), and V(open) and V(acknowledged) with O(state=resolved).
    type: list
    elements: str
    choices: [open, acknowledged, resolved]
  note:
    description:
      - Note that the audit log keeps for each alert that is acted on.
      - An alert that is already in the desired state gets no note.
    type: str
  all:
    description:
      - Whether to act on all alerts if no other option selects any.
    type: bool
    default: false
seealso:
  - module: acsmon.monitor.acsmon_alert_info
  - module: acsmon.monitor.acsmon_monitor
  - ref: ansible_collections.acsmon.monitor.docsite.guide_runbooks
    description: Playbooks that you run by name.
"""

EXAMPLES = r"""
- name: Acknowledge all open critical alerts
  acsmon.monitor.acsmon_alert:
    state: acknowledged
    severity: [critical]
    note: "Acknowledged by the runbook on {{ lookup('pipe', 'hostname') }}"
  delegate_to: localhost
  register: acknowledged

- name: Show what was acknowledged
  ansible.builtin.debug:
    msg: "{{ item.source }} alert {{ item.id }} is {{ item.status }}"
  loop: "{{ acknowledged.alerts }}"
  loop_control:
    label: "{{ item.id }}"

- name: Resolve them one by one, with the number of the incident
  acsmon.monitor.acsmon_alert:
    state: resolved
    ids: ["{{ item.id }}"]
    source: "{{ item.source }}"
    note: Closed by INC-9421
  delegate_to: localhost
  loop: "{{ acknowledged.alerts }}"
  loop_control:
    label: "{{ item.id }}"

- name: Make sure that the monitor exists whose alerts to resolve
  acsmon.monitor.acsmon_monitor:
    name: Intranet
    type: https
    host: intranet.example.com
  delegate_to: localhost

- name: Resolve all alerts of one monitor after its repair
  acsmon.monitor.acsmon_alert:
    state: resolved
    monitor: Intranet
    note: Certificate renewed
  delegate_to: localhost

- name: Acknowledge the alerts of all hosts of the play, of their devices and of their monitors
  acsmon.monitor.acsmon_alert:
    hosts: "{{ dict(ansible_play_hosts_all | zip(ansible_play_hosts_all | map('extract', hostvars) | map(attribute='ansible_host', default=''))) }}"
    note: Maintenance, see CHG-7310
  delegate_to: localhost
  run_once: true

- name: Resolve the acknowledged alerts of monitors with a tag that are older than a week
  acsmon.monitor.acsmon_alert:
    state: resolved
    status: [acknowledged]
    tags: [release-42]
    older_than: 1w
  delegate_to: localhost

- name: Acknowledge the warnings about devices
  acsmon.monitor.acsmon_alert:
    state: acknowledged
    source: device
    severity: [info, warning]
  delegate_to: localhost

- name: Acknowledge everything that is open
  acsmon.monitor.acsmon_alert:
    state: acknowledged
    all: true
  delegate_to: localhost
"""

RETURN = r"""
alerts:
  description:
    - The selected alerts, both those that were acted on and those that were already in the desired state. They are as they are after the task, or in check
      mode as they would be.
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
diff:
  description: The status of the alerts that were acted on, before and after.
  returned: changed
  type: dict
  contains:
    before:
      description: Status before the task, by source and id.
      returned: always
      type: dict
      sample:
        monitor 9821: open
    after:
      description: Status after the task, by source and id.
      returned: always
      type: dict
      sample:
        monitor 9821: acknowledged
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
      sample: POST
    path:
      description: Path of the request.
      returned: always
      type: str
      sample: /api/v1/monitor-events/9821/acknowledge
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        note: [The note field must not be longer than 1000 characters.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
