#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_device_oid
short_description: Manage the OIDs of devices in ACS Monitor
version_added: 0.1.0
description:
  - Create, update and remove the OIDs that ACS Monitor reads from a device over SNMP. A task manages one OID, or several that a walk of the device has found.
  - Only the options that are set are compared and changed. Everything else about the OID stays as it is.
  - A task costs one request for each 100 OIDs of the device, which is nearly always one request. A O(device) given by name adds one. An update or a removal
    adds one. A create first reads the OIDs again, to make sure that the OID does not exist yet, and then costs one request more. With O(id), the task does
    not read the OIDs but only that one, with one request.
  - With O(match), a task costs one request for each 100 OIDs of the device, and one for each OID that differs. If the server does not accept O(is_monitored)
    in an update, each costs two more, to switch the OID and to check the result.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.connection
  - acsmon.monitor.secret_keys
  - acsmon.monitor.resource
  - acsmon.monitor.creating
  - acsmon.monitor.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  device:
    description:
      - Device that the OID belongs to. The device must exist, even with O(state=absent).
      - A value of digits only is an id. Anything else is an exact name.
    type: str
    required: true
  state:
    description:
      - V(present) creates the OID if there is none, and updates it if it differs.
      - V(absent) removes it, with its history. To stop reading it instead, set O(is_monitored=false).
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - Id of an existing OID. One of O(id), O(oid) and O(match) is required.
      - With O(state=present) it is an error if there is no such OID.
      - If both O(id) and O(oid) are set, O(id) says which OID is meant, and O(oid) is the OID that it gets.
    type: int
  oid:
    description:
      - The OID itself, such as V(1.3.6.1.2.1.1.3.0), compared exactly. It identifies the OID within a device.
      - Required when it is created.
    type: str
  match:
    description:
      - Patterns of OIDs that the device already has, for example from a walk. O(is_monitored) and O(state) then say what happens to all OIDs that match one
        of the patterns.
      - A pattern must match the whole OID or its whole name, in upper or lower case. V(*) matches any text, V(?) matches any character.
      - With O(state=present), it is an error if a pattern matches no OID. In check mode it is a warning, because a walk that an earlier task would start has
        not found anything yet.
    type: list
    elements: str
  wait_timeout:
    description:
      - Seconds to wait until each pattern of O(match) matches an OID. Use it after a walk, which runs on the server. Each look costs one request for each 100
        OIDs.
    type: float
    default: 0
  poll_interval:
    description:
      - Seconds between two looks.
    type: float
    default: 5
  name:
    description:
      - Name of what is read.
      - Required when it is created.
    type: str
  unit:
    description:
      - Unit of what is read.
    type: str
  is_monitored:
    description:
      - Whether the OID is read.
    type: bool
seealso:
  - module: acsmon.monitor.acsmon_device
  - module: acsmon.monitor.acsmon_alert_rule
"""

EXAMPLES = r"""
- name: Create a device
  acsmon.monitor.acsmon_device:
    name: edge-1
    ip_address: 192.0.2.20
    snmp_version: 2c
    snmp_community: "{{ vaulted_community | default('not-public') }}"
  delegate_to: localhost
  register: edge

- name: Read its CPU load
  acsmon.monitor.acsmon_device_oid:
    device: edge-1
    oid: 1.3.6.1.4.1.9.2.1.58.0
    name: CPU
    unit: "%"
  delegate_to: localhost

- name: Stop reading it for now, and name the device by its id, which saves a request
  acsmon.monitor.acsmon_device_oid:
    device: "{{ edge.device.id }}"
    oid: 1.3.6.1.4.1.9.2.1.58.0
    is_monitored: false
  delegate_to: localhost

- name: Create a device, and walk it when it is new
  acsmon.monitor.acsmon_device:
    name: edge-2
    ip_address: 192.0.2.21
    walk: created
  delegate_to: localhost

- name: Read the traffic of its interfaces, as soon as the walk has found them
  acsmon.monitor.acsmon_device_oid:
    device: edge-2
    match:
      - ifInOctets.*
      - 1.3.6.1.2.1.2.2.1.16.*
    is_monitored: true
    wait_timeout: 120
    poll_interval: 1
  delegate_to: localhost

- name: Remove the OID
  acsmon.monitor.acsmon_device_oid:
    device: edge-1
    oid: 1.3.6.1.4.1.9.2.1.58.0
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
device_oid:
  description:
    - The OID as it is after the task, or in check mode as it would be. With O(state=absent), as it was.
    - Other fields that the server shows are returned as they came.
  returned: without O(match), when there is such an OID, or there was
  type: dict
  contains:
    id:
      description: Id of the OID. Missing in check mode when the OID would be created.
      returned: when the OID exists
      type: int
      sample: 11
    device_id:
      description: Id of the device that it belongs to.
      returned: when the server shows it
      type: int
      sample: 42
    name:
      description: Name of what is read.
      returned: always
      type: str
      sample: CPU
    oid:
      description: The OID itself.
      returned: always
      type: str
      sample: 1.3.6.1.4.1.9.2.1.58.0
    unit:
      description: Unit of what is read.
      returned: when the server shows it
      type: str
      sample: "%"
    is_monitored:
      description: Whether the OID is read.
      returned: when the OID exists
      type: bool
      sample: true
    last_value:
      description: What was last read.
      returned: when the server shows it
      type: str
      sample: "12"
device_oids:
  description:
    - The OIDs that match, as they are after the task, or in check mode as they would be. With O(state=absent), as they were.
    - Each has the keys of RV(device_oid).
  returned: when O(match) is set
  type: list
  elements: dict
  sample:
    - id: 12
      device_id: 42
      name: ifInOctets.1
      oid: 1.3.6.1.2.1.2.2.1.10.1
      unit: bytes
      is_monitored: true
differs_in:
  description: The options in which the existing resource differs from the task. They were left as they are.
  returned: when O(create_only=true) leaves differences as they are
  type: list
  elements: str
  sample: [device]
diff:
  description: The options that differ, before and after. With O(match), they are in C(match), under the OIDs.
  returned: changed
  type: dict
  contains:
    before:
      description: The values that the OID had. Empty if it was created.
      returned: always
      type: dict
      sample:
        unit: percent
    after:
      description: The values that the OID has now. Empty if it was removed.
      returned: always
      type: dict
      sample:
        unit: "%"
failure:
  description: What the server answered when it refused the request.
  returned: when the server refused a request
  type: dict
  contains:
    status:
      description: HTTP status of the response. V(0) if there was none.
      returned: always
      type: int
      sample: 422
    method:
      description: HTTP method of the request.
      returned: always
      type: str
      sample: POST
    path:
      description: Path of the request.
      returned: always
      type: str
      sample: /api/v1/devices/42/oids
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        oid: [The oid field is required.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
