#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_trap_info
short_description: Gather information about SNMP traps in ACS Monitor
version_added: 0.1.0
description:
  - Return the SNMP traps that ACS Monitor has received, or those that match all of the options that are set.
  - Costs one request for each 100 traps that are read. A O(device) given by id adds one. Given by name, it adds one for each 100 devices that are searched.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
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
  status:
    description:
      - Statuses to select, as the server shows them. They are not documented. V(open) and V(acknowledged) are likely.
      - A single status is also sent to the server, which then does not have to list all traps that it ever received.
    type: list
    elements: str
  severity:
    description:
      - Severities to select, as the server shows them, such as V(warning).
    type: list
    elements: str
  device:
    description:
      - Device whose traps to select. It must exist.
      - A value of digits only is an id. Anything else is an exact name.
    type: str
seealso:
  - module: acsmon.monitor.acsmon_trap
"""

EXAMPLES = r"""
- name: Get the traps that nobody has acknowledged, the latest first
  acsmon.monitor.acsmon_trap_info:
    status: [open]
    sort: -received_at
    limit: 20
  delegate_to: localhost
  register: open_traps

- name: Show them
  ansible.builtin.debug:
    msg: "{{ item.value }} from {{ item.device.name | default('an unknown device', true) }} at {{ item.received_at }}"
  loop: "{{ open_traps.traps }}"
  loop_control:
    label: "{{ item.id }}"

- name: Get the traps that say that a link went down
  acsmon.monitor.acsmon_trap_info:
    filters:
      oid: 1.3.6.1.6.3.1.1.5.3
  delegate_to: localhost
"""

RETURN = r"""
traps:
  description:
    - The traps that were selected, as the server shows them.
    - Anybody on the network can send a trap. Do not trust its content.
    - The keys below are likely ones. The documentation of the API does not name them.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the trap.
      returned: always
      type: int
      sample: 5120
    device:
      description: The device that sent the trap.
      returned: when the server knows which one it was
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
        ip_address:
          description: Address of the device.
          returned: when the server shows it
          type: str
          sample: 10.0.0.1
    oid:
      description: OID that says what happened.
      returned: when the server shows it
      type: str
      sample: 1.3.6.1.6.3.1.1.5.3
    value:
      description: What the trap says.
      returned: when the server shows it
      type: str
      sample: linkDown
    severity:
      description: Severity of the trap.
      returned: when the server shows it
      type: str
      sample: warning
    status:
      description: Whether somebody has acknowledged the trap.
      returned: when the server shows it
      type: str
      sample: open
    received_at:
      description: Time at which the trap came.
      returned: when the server shows it
      type: str
      sample: "2026-04-22T09:55:12Z"
    acknowledged_at:
      description: Time at which the trap was acknowledged.
      returned: when the trap is acknowledged
      type: str
      sample: "2026-04-22T10:02:40Z"
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
      sample: /api/v1/snmp-traps
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
