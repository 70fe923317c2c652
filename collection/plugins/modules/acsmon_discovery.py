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
  - Create, run and remove the scans by which ACS Monitor finds devices in networks, and import what they find. The server makes a device of each result that
    is imported, and a monitor for each service that was found on it.
  - The API cannot change a scan. If a scan with the same name exists and differs, the task fails and changes nothing.
  - A task that finds its scan and has nothing to do costs one request. A removal adds one, and so does a run. A create first reads all scans (one request for
    each 100) to make sure that none has that name yet, and then costs one request more.
  - Waiting costs one request for each look. An O(import) that selects something costs one request for the results, one for each 100 devices, to see which
    already exist, and one for each result that is imported. If the response does not show what the server made, it costs one more for each 100 devices and
    for each 100 monitors.
  - Each result is imported once. A result that the server shows as imported, or whose address already belongs to a device, is left alone. The API cannot
    import all results at once.
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
    support: partial
    details:
      - Shows what would be imported of the results that exist. It cannot know what a scan would find that has not run yet.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - With O(run=always), every task runs the scan and reports a change. What was imported is not imported again.
options:
  state:
    description:
      - V(present) creates the scan if there is none. The API cannot change one, so the task fails if the scan exists and differs.
      - V(absent) removes it.
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - Id of an existing scan. One of O(id), O(name) and O(subnet) is required.
      - With O(state=present) it is an error if there is no such scan.
      - If both O(id) and O(name) are set, O(id) says which scan is meant, and O(name) must be its name.
    type: int
  name:
    description:
      - Name of the scan, compared exactly. Without O(name) and O(id), O(subnet) says which scan is meant, for example on a server whose scans have no names.
      - ACS Monitor allows several scans with the same name. In that case the task fails and lists their ids; use O(id) instead.
    type: str
  subnet:
    description:
      - Network to scan, such as V(192.0.2.0/24).
      - Required when the scan is created.
    type: str
  schedule:
    description:
      - When the server runs the scan by itself, as a cron expression with five fields, such as V(0 3 * * 1). If not set, the scan runs only on request.
    type: str
  snmp_version:
    description:
      - Version of SNMP with which devices are polled.
    type: str
    choices: ["1", "2c", "3"]
  snmp_community:
    description:
      - Community with which devices are polled, for the versions V(1) and V(2c). This is a secret. It is sent when the scan is created, and not compared.
    type: str
  snmp_v3_user:
    description:
      - User name, for version V(3). It is sent when the scan is created, and not compared, because the server does not show it.
    type: str
  snmp_v3_auth_protocol:
    description:
      - Authentication protocol, for version V(3), such as V(SHA). Treated like O(snmp_v3_user). The value is sent as it is.
    type: str
  snmp_v3_auth_password:
    description:
      - Authentication password, for version V(3). A secret, treated like O(snmp_community).
    type: str
  snmp_v3_priv_protocol:
    description:
      - Encryption (privacy) protocol, for version V(3), such as V(AES). Treated like O(snmp_v3_user). The value is sent as it is.
    type: str
  snmp_v3_priv_password:
    description:
      - Encryption (privacy) password, for version V(3). A secret, treated like O(snmp_community).
    type: str
  run:
    description:
      - When to run the scan. It runs on the server, and the task does not wait for it unless O(wait) is set.
      - V(changed) runs it after the task has created it.
      - V(always) runs it with every task, which is then always changed.
    type: str
    choices: [never, changed, always]
    default: never
  wait:
    description:
      - Whether to wait until the scan is finished, if this task has started it or if it is already running.
    type: bool
    default: false
  wait_timeout:
    description:
      - Seconds to wait. After that, the task fails, and the scan goes on.
      - Not to be confused with O(max_wait), the limit for waiting on the server's rate limit.
    type: float
    default: 900
  poll_interval:
    description:
      - Seconds between two looks at the scan.
    type: float
    default: 10
  import:
    description:
      - Which results to import. A result must match at least one pattern of each list that is set.
      - A pattern must match the whole text, in upper or lower case. V(*) matches any text, V(?) matches any character.
      - If a result cannot be imported, the task goes on with the others. It fails in the end, and RV(imports) says what happened to each.
    type: dict
    suboptions:
      all:
        description:
          - Whether to import all results if no list is set.
        type: bool
        default: false
      addresses:
        description:
          - Patterns of addresses, such as V(192.0.2.1?), or networks, such as V(192.0.2.0/28).
        type: list
        elements: str
      hostnames:
        description:
          - Patterns of host names.
        type: list
        elements: str
      device_types:
        description:
          - Patterns of device types, such as V(switch).
        type: list
        elements: str
      services:
        description:
          - Patterns of services, such as V(https). One of the services of a result must match.
        type: list
        elements: str
seealso:
  - module: acsmon.monitor.acsmon_device
  - module: acsmon.monitor.acsmon_device_info
  - ref: ansible_collections.acsmon.monitor.docsite.guide_onboarding
    description: From a subnet to monitored devices in one playbook.
"""

EXAMPLES = r"""
- name: Create a scan of the office network, and run it when it is new
  acsmon.monitor.acsmon_discovery:
    name: London office
    subnet: 192.0.2.0/24
    snmp_version: 2c
    snmp_community: "{{ vaulted_community | default('not-public') }}"
    run: changed
  delegate_to: localhost

- name: Run the scan, and import the machines that answer over SSH or HTTPS
  acsmon.monitor.acsmon_discovery:
    name: London office
    run: always
    wait: true
    poll_interval: 1
    import:
      services: [ssh, https]
  delegate_to: localhost
  register: office

- name: Show what is new
  ansible.builtin.debug:
    msg: "{{ item.device.name }} with {{ item.monitors | length }} monitors"
  loop: "{{ office.imports | selectattr('state', 'eq', 'imported') }}"
  loop_control:
    label: "{{ item.address }}"

- name: Scan a network every Monday, with SNMPv3
  acsmon.monitor.acsmon_discovery:
    name: Data centre
    subnet: 198.51.100.0/24
    schedule: 0 3 * * 1
    snmp_version: "3"
    snmp_v3_user: monitoring
    snmp_v3_auth_protocol: SHA
    snmp_v3_auth_password: "{{ vaulted_auth_password | default('not a secret') }}"
  delegate_to: localhost

- name: Run a scan now
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
    - Other fields that the server shows are returned as they came.
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
    schedule:
      description: When the server runs the scan by itself, as a cron expression.
      returned: when the server shows it
      type: str
      sample: 0 3 * * 1
    snmp_version:
      description: Version of SNMP with which devices are polled.
      returned: when the server shows it
      type: str
      sample: 2c
    status:
      description: State of the scan, such as V(pending), V(running) and V(completed).
      returned: when the scan exists
      type: str
      sample: completed
    last_run_at:
      description: Time of the latest run.
      returned: when the server shows it
      type: str
      sample: "2026-04-22T10:15:01Z"
    results:
      description: What the latest run found.
      returned: when the task has read this one scan, and the server shows them
      type: list
      elements: dict
      sample:
        - id: 8
          hostname: printer-3
          ip_address: 192.0.2.33
          device_type: printer
          services:
            - name: https
              port: 443
          device_id: null
started:
  description: Whether the scan was run, or in check mode would be.
  returned: success
  type: bool
  sample: false
imports:
  description:
    - The results that O(import) selects.
    - Their content comes from hosts in the network. Do not trust it.
  returned: when O(import) is set
  type: list
  elements: dict
  contains:
    id:
      description: Id of the result.
      returned: always
      type: int
      sample: 8
    address:
      description: Address of the host.
      returned: always
      type: str
      sample: 192.0.2.33
    hostname:
      description: Name of the host. Empty if the scan has found none.
      returned: always
      type: str
      sample: printer-3
    device_type:
      description: Type of the host. Empty if the scan has found none.
      returned: always
      type: str
      sample: printer
    services:
      description: Services on the host.
      returned: always
      type: list
      elements: str
      sample: [https]
    state:
      description:
        - V(imported) was imported by this task, or in check mode would be. V(present) was imported before, or a device has its
          address. V(missing) could not be imported.
      returned: always
      type: str
      sample: imported
    device:
      description: The device, as the server shows it.
      returned: when there is one
      type: dict
      sample:
        id: 42
        name: printer-3
        ip_address: 192.0.2.33
    monitors:
      description: The monitors that the import has made, or those that watch the device now.
      returned: when this task has imported the result
      type: list
      elements: dict
      sample:
        - id: 117
          name: printer-3 https
          type: https
differs_in:
  description: The options in which the existing resource differs from the task. They were left as they are.
  returned: when O(create_only=true) leaves differences as they are
  type: list
  elements: str
  sample: [subnet]
diff:
  description:
    - The options that differ, before and after. A secret that is sent shows as C(VALUE_SPECIFIED_IN_NO_LOG_PARAMETER).
    - C(imports) has the addresses that are imported.
  returned: when the scan differs, and when something is imported
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
      sample: /api/v1/discovery
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        subnet: [The subnet field must be a valid subnet.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
