#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_device_poll
short_description: Poll devices in ACS Monitor now
version_added: 0.1.0
description:
  - Trigger a poll of one or many devices, without waiting for their interval. On request, wait until each of them shows a desired status.
  - The server runs the polls later. A status counts only if it is the outcome of a poll that is newer, by the server's clock, than the one that the server
    showed just before the trigger. An older status does not count. The server's times are whole seconds, so with O(wait=true) the task triggers the poll a
    second after it has read them.
  - If the first new outcome is not the desired one, the task goes on waiting, because the next poll of the device may bring it.
  - Costs one request for each device, and one for each 100 devices that are read to find them. With O(wait=true), they are read again for every 50 triggers.
    A O(group) adds one or two. While it waits, each look costs one request for each device that the task still waits for, or one for each 100 devices of the
    selection, whichever is less.
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
      - Triggers nothing, waits for nothing, and returns the devices for which a run would trigger a poll.
  diff_mode:
    support: none
  idempotent:
    support: none
    details:
      - A poll is an action. The task is changed whenever it has triggered one, because the server has done something that it would not have done by itself,
        and devices and alerts may change as a result.
options:
  ids:
    description:
      - Ids of devices. It is an error if one of them does not exist.
    type: list
    elements: int
  names:
    description:
      - Exact names of devices. It is an error if no device, or more than one, has one of these names.
    type: list
    elements: str
  group:
    description:
      - Device group whose active devices are selected. The group must exist.
      - A value of digits only is an id. Anything else is an exact name.
    type: str
  all:
    description:
      - Whether to act on all active devices if no other option selects any.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until each device shows one of O(status), as the outcome of a poll that is newer than the trigger.
    type: bool
    default: false
  status:
    description:
      - Statuses to wait for. Any of them will do.
    type: list
    elements: str
    choices: [up, down, unknown]
    default: [up]
  wait_timeout:
    description:
      - Seconds to wait for O(status), starting at the last trigger. After that, the task fails.
      - Not to be confused with O(max_wait), the limit for waiting on the server's rate limit.
    type: float
    default: 300
  poll_interval:
    description:
      - Seconds between two looks at the status. It becomes longer if the looks would use more than half of the requests that the server allows.
    type: float
    default: 5
seealso:
  - module: acsmon.monitor.acsmon_device
  - module: acsmon.monitor.acsmon_device_info
"""

EXAMPLES = r"""
- name: Get the devices that are up
  acsmon.monitor.acsmon_device_info:
    status: [up]
    is_active: true
    limit: 2
  delegate_to: localhost
  register: up

- name: Poll them after a change of their configuration, and wait until they answer
  acsmon.monitor.acsmon_device_poll:
    ids: "{{ up.devices | map(attribute='id') }}"
    wait: true
    wait_timeout: 60
    poll_interval: 1
  delegate_to: localhost
  register: polled

- name: Show when they were polled
  ansible.builtin.debug:
    msg: "{{ item.name }} is {{ item.status }} since {{ item.polled_at }}"
  loop: "{{ polled.devices }}"
  loop_control:
    label: "{{ item.id }}"

- name: Poll a device by its name
  acsmon.monitor.acsmon_device_poll:
    names: ["{{ up.devices[0].name }}"]
  delegate_to: localhost

- name: Poll the devices of a group
  acsmon.monitor.acsmon_device_poll:
    group: Core network
  delegate_to: localhost

- name: Poll all active devices
  acsmon.monitor.acsmon_device_poll:
    all: true
  delegate_to: localhost
"""

RETURN = r"""
devices:
  description:
    - The devices for which a poll was triggered.
    - With O(wait=true), they are as they were last seen. Otherwise, they are as they were before the trigger.
  returned: always
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
    status:
      description: Status of the device. V(null) if it was removed meanwhile.
      returned: always
      type: str
      sample: up
    polled_at:
      description: Time of the poll that gave this status, by the server's clock. V(null) if there was none.
      returned: always
      type: str
      sample: "2026-04-22T10:15:01Z"
failed_devices:
  description:
    - Those of RV(devices) that did not show one of O(status) as a new outcome.
  returned: with O(wait=true)
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
    status:
      description: Status of the device. V(null) if it was removed meanwhile.
      returned: always
      type: str
      sample: up
    polled_at:
      description: Time of the poll that gave this status, by the server's clock. V(null) if there was none.
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
      sample: /api/v1/devices/42/poll
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
