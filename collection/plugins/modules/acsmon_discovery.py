#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_discovery
short_description: Manage discovery scans in ACS Monitor
version_added: 0.1.0
description:
  - Create, run and remove the scans by which ACS Monitor finds devices in networks.
  - The API cannot change a scan. Where there is one of the same name that differs, the task fails and changes nothing.
  - When the task finds its scan and nothing to do, it costs one request. A removal adds one, and so does a run. Creating first
    reads all scans (one request for each 100) to make sure that none has that name yet, and costs one request more.
  - What a scan finds is in RV(discovery.results) once it is done. To make devices of it, use M(acsmon.monitor.acsmon_api) or
    the web interface.
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
    support: partial
    details:
      - With O(run=always) every task runs the scan and reports a change.
options:
  state:
    description:
      - V(present) creates the scan if there is none. The API cannot change one, so the task fails where there is one that
        differs.
      - V(absent) removes it.
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - Id of an existing scan. One of O(id) and O(name) is required.
      - With O(state=present) it is an error if there is no such scan.
      - With both O(id) and O(name), O(id) says which scan, and O(name) must be its name.
    type: int
  name:
    description:
      - Name of the scan, compared exactly.
      - ACS Monitor allows several scans with the same name. In that case the task fails and lists their ids; use O(id) instead.
    type: str
  subnet:
    description:
      - Network to scan, such as V(192.0.2.0/24).
      - Required when the scan is created.
    type: str
  snmp_version:
    description:
      - Version of SNMP with which devices are polled.
    type: str
    choices: ["1", "2c", "3"]
  snmp_community:
    description:
      - Community with which devices are polled. A secret, which is sent when the scan is created, and not compared.
    type: str
  run:
    description:
      - When the scan is run. It runs on the server, and the task does not wait for it.
      - V(changed) runs it after the task has created it.
      - V(always) runs it with every task, which is then always changed.
    type: str
    choices: [never, changed, always]
    default: never
seealso:
  - module: acsmon.monitor.acsmon_device
  - module: acsmon.monitor.acsmon_device_info
"""

EXAMPLES = r"""
- name: Have the office network scanned, and run the scan when it is new
  acsmon.monitor.acsmon_discovery:
    name: London office
    subnet: 192.0.2.0/24
    snmp_version: 2c
    snmp_community: "{{ vaulted_community | default('not-public') }}"
    run: changed
  delegate_to: localhost

- name: Run it now
  acsmon.monitor.acsmon_discovery:
    name: London office
    run: always
  delegate_to: localhost

- name: Remove it
  acsmon.monitor.acsmon_discovery:
    name: London office
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
discovery:
  description:
    - The scan as it is after the task, or in check mode as it would be. With O(state=absent), as it was.
    - The community is not in it.
    - Fields that the server has beyond these are returned as they came.
  returned: when there is such a scan, or there was
  type: dict
  contains:
    id:
      description: Id of the scan. Missing in check mode when the scan would be created.
      returned: when the scan exists
      type: int
      sample: 2
    name:
      description: Name of the scan.
      returned: always
      type: str
      sample: London office
    subnet:
      description: Network that is scanned.
      returned: always
      type: str
      sample: 192.0.2.0/24
    snmp_version:
      description: Version of SNMP with which devices are asked.
      returned: when the server gives it
      type: str
      sample: 2c
    status:
      description: State of the scan, such as V(pending), V(running) and V(completed).
      returned: when the scan exists
      type: str
      sample: completed
    last_run_at:
      description: Time of the latest run.
      returned: when the server gives it
      type: str
      sample: "2026-04-22T10:15:01Z"
    results:
      description: What the latest run found.
      returned: when the scan was read by itself, and the server gives them
      type: list
      elements: dict
      sample:
        - id: 8
          name: printer-3
          ip_address: 192.0.2.33
          device_type: linux
          device_id: null
started:
  description: Whether the scan was run, or in check mode would be.
  returned: success
  type: bool
  sample: false
differs_in:
  description: The options in which an existing one differs from the task, and which were left as they are.
  returned: when O(create_only=true) leaves something as it is that differs
  type: list
  elements: str
  sample: [subnet]
diff:
  description: The options that differ, before and after. A secret that is sent shows as C(VALUE_SPECIFIED_IN_NO_LOG_PARAMETER).
  returned: when the scan differs
  type: dict
  contains:
    before:
      description: The values that the scan had. Empty if it was created.
      returned: always
      type: dict
      sample:
        {}
    after:
      description: The values that the scan has now. Empty if it was removed.
      returned: always
      type: dict
      sample:
        subnet: 192.0.2.0/24
failure:
  description: What the server answered, where it refused.
  returned: when the server refused a request
  type: dict
  contains:
    status:
      description: HTTP status of the answer. V(0) if there was none.
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
      sample: /api/v1/discovery
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        subnet: [The subnet field must be a valid subnet.]
warnings:
  description: What should be looked at although the task succeeded.
  returned: when there is something
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
