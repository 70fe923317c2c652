#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_monitor_check
short_description: Check monitors in ACS Monitor now
version_added: 0.1.0
description:
  - Trigger a check of one or many monitors, without waiting for their interval. On request, wait until each of them shows a desired status.
  - The server runs the checks later. A status counts only if it is the outcome of a check that is newer, by the server's clock, than the one that the server
    showed just before the trigger. An older status does not count. The server's times are whole seconds, so with O(wait=true) the task triggers the check a
    second after it has read them.
  - If the first new outcome is not the desired one, the task goes on waiting, because the next check of the monitor may bring it.
  - Costs one request for each monitor, and one for each 100 monitors that are read to find them. With O(wait=true), they are read again for every 50
    triggers. A O(group) adds one or two. While it waits, each look costs one request for each monitor that the task still waits for, or one for each 100
    monitors of the selection, whichever is less.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.connection
  - acsmon.monitor.secret_keys
  - acsmon.monitor.attributes
attributes:
  check_mode:
    support: full
    details:
      - Triggers nothing, waits for nothing, and returns the monitors for which a run would trigger a check.
  diff_mode:
    support: none
  idempotent:
    support: none
    details:
      - A check is an action. The task is changed whenever it has triggered one, because the server has done something that it would not have done by itself,
        and monitors and alerts may change as a result.
options:
  ids:
    description:
      - Ids of monitors. It is an error if one of them does not exist.
    type: list
    elements: int
  names:
    description:
      - Exact names of monitors. It is an error if no monitor, or more than one, has one of these names.
    type: list
    elements: str
  group:
    description:
      - Monitor group whose active monitors are selected. The group must exist.
      - A value of digits only is an id. Anything else is an exact name.
    type: str
  tags:
    description:
      - Tags of the active monitors to select. A monitor must have all of them.
    type: list
    elements: str
  all:
    description:
      - Whether to act on all active monitors if no other option selects any.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until each monitor shows one of O(status), as the outcome of a check that is newer than the trigger.
    type: bool
    default: false
  status:
    description:
      - Statuses to wait for. Any of them will do.
    type: list
    elements: str
    choices: [up, down, degraded, unknown]
    default: [up]
  wait_timeout:
    description:
      - Seconds to wait for O(status), starting at the last trigger. After that, the task fails.
      - Not to be confused with O(max_wait), the limit for waiting on the server's rate limit.
    type: float
    default: 300
  recheck_interval:
    description:
      - With O(wait), the task triggers another check of each monitor that does not have the desired status, each time this number of seconds has passed. So
        the task sees a service that starts late at the next of these checks, and not only after the monitor's own interval.
      - Each check is one request. With V(0), each monitor is checked once.
    type: float
    default: 0
  poll_interval:
    description:
      - Seconds between two looks at the status. It becomes longer if the looks would use more than half of the requests that the server allows.
    type: float
    default: 5
seealso:
  - module: acsmon.monitor.acsmon_monitor
  - module: acsmon.monitor.acsmon_monitor_info
  - ref: ansible_collections.acsmon.monitor.docsite.guide_runbooks
    description: Playbooks that you run by name.
"""

EXAMPLES = r"""
- name: Watch the website
  acsmon.monitor.acsmon_monitor:
    name: Public website
    type: https
    host: www.example.com
    tags: [release-42]
  delegate_to: localhost
  register: website

- name: Check it after its deployment and wait until it is up
  acsmon.monitor.acsmon_monitor_check:
    names: [Public website]
    wait: true
    wait_timeout: 120
    poll_interval: 1
  delegate_to: localhost
  register: deployed

- name: Show how fast it is
  ansible.builtin.debug:
    msg: "{{ deployed.monitors[0].name }} answered in {{ deployed.monitors[0].response_time_ms }} ms"

- name: Check all monitors of a group, without waiting for the outcome
  acsmon.monitor.acsmon_monitor_check:
    group: Public web
  delegate_to: localhost

- name: Check all monitors with a tag, and wait until each is up or degraded
  acsmon.monitor.acsmon_monitor_check:
    tags: [release-42]
    wait: true
    status: [up, degraded]
    poll_interval: 1
  delegate_to: localhost

- name: Check a monitor by its id
  acsmon.monitor.acsmon_monitor_check:
    ids: ["{{ website.monitor.id }}"]
  delegate_to: localhost

- name: Check all active monitors
  acsmon.monitor.acsmon_monitor_check:
    all: true
  delegate_to: localhost
"""

RETURN = r"""
monitors:
  description:
    - The monitors for which a check was triggered.
    - With O(wait=true), they are as they were last seen. Otherwise, they are as they were before the trigger.
  returned: always
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
    status:
      description: Status of the monitor. V(null) if it was removed meanwhile.
      returned: always
      type: str
      sample: up
    response_time_ms:
      description: Milliseconds that the check took. V(null) if there was no response.
      returned: always
      type: int
      sample: 142
    checked_at:
      description: Time of the check that gave this status, by the server's clock. V(null) if there was none.
      returned: always
      type: str
      sample: "2026-04-22T10:15:01Z"
failed_monitors:
  description:
    - Those of RV(monitors) that did not show one of O(status) as a new outcome.
  returned: with O(wait=true)
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
    status:
      description: Status of the monitor. V(null) if it was removed meanwhile.
      returned: always
      type: str
      sample: up
    response_time_ms:
      description: Milliseconds that the check took. V(null) if there was no response.
      returned: always
      type: int
      sample: 142
    checked_at:
      description: Time of the check that gave this status, by the server's clock. V(null) if there was none.
      returned: always
      type: str
      sample: "2026-04-22T10:15:01Z"
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
      sample: /api/v1/monitors/117/check
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
