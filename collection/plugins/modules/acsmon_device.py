#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_device
short_description: Manage SNMP devices in ACS Monitor
version_added: 0.1.0
description:
  - Create, update, rename and remove the devices that ACS Monitor polls over SNMP.
  - Only the options that are set are compared and changed. Everything else about the device stays as it is.
  - The server does not show the SNMP credentials. O(update_password) says when they are sent, and O(missing_secrets) says what happens if an update is needed
    and the task does not set them.
  - A task that finds its device and has nothing to do costs one request. If O(group) changes and is given by name, that adds one for each 100 device groups.
    An update or a removal adds one. A create first reads all devices (one request for each 100) to make sure that none has that name yet, and then costs one
    request more.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.connection
  - acsmon.monitor.secret_keys
  - acsmon.monitor.secrets
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
      - With O(update_password=always) every run sends the secrets and reports a change.
options:
  state:
    description:
      - V(present) creates the device if there is none, and updates it if it differs.
      - V(absent) removes it, with its history. To pause it instead, set O(is_active=false).
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - Id of an existing device. One of O(id) and O(name) is required.
      - With O(state=present) it is an error if there is no such device.
      - If both O(id) and O(name) are set, O(id) says which device is meant, and O(name) is the name that it gets, unless O(new_name) is set too.
    type: int
  name:
    description:
      - Name of the device, compared exactly.
      - ACS Monitor allows several devices with the same name. In that case the task fails and lists their ids; use O(id)
        instead.
    type: str
  new_name:
    description:
      - Renames the device that O(name) or O(id) identifies. It keeps its id.
      - With O(id), the device with that id gets the new name, whatever its name is now.
      - Without O(id), if only a device with the new name is found, it has already been renamed. If both are found, the task
        fails. If neither is found, the device is created with the new name.
    type: str
  match_on:
    description:
      - The options that together say which device is meant, if O(id) is not set. All of them must be set; V("") stands for a link that does not exist.
      - With V([name, group]), two teams can each have a device with the same name, each in a group of its own.
      - If V(name) is not among them, the device is found whatever its name is, and gets the O(name).
      - The server must show these fields. If it does not, the task fails before it writes anything.
      - To change one of these options, use O(id) to say which device is meant.
    type: list
    elements: str
    choices: [name, ip_address, group]
    default: [name]
  ip_address:
    description:
      - Address at which the device is polled.
      - Another spelling of the same address, such as the long form of an IPv6 address, counts as the same.
      - Required when the device is created.
    type: str
  device_type:
    description:
      - Type of the device, such as V(cisco_ios) or V(linux).
      - The API does not document the types. The value is sent as it is. RV(device.device_type) of a device that was made in the
        web interface shows one.
    type: str
  snmp_version:
    description:
      - Version of SNMP. It decides which credentials the device needs.
    type: str
    choices: ["1", "2c", "3"]
  snmp_community:
    description:
      - Community, for the versions V(1) and V(2c). A secret.
    type: str
  snmp_v3_user:
    description:
      - User name, for version V(3). The server does not show it, so it is treated like the secrets, except that it may be logged.
    type: str
  snmp_v3_auth_protocol:
    description:
      - Authentication protocol, for version V(3), such as V(SHA). Treated like O(snmp_v3_user).
      - The API does not document the names of the protocols. The value is sent as it is.
    type: str
  snmp_v3_auth_password:
    description:
      - Authentication password, for version V(3). A secret.
    type: str
  snmp_v3_priv_protocol:
    description:
      - Encryption (privacy) protocol, for version V(3), such as V(AES). Treated like O(snmp_v3_user).
      - The API does not document the names of the protocols. The value is sent as it is.
    type: str
  snmp_v3_priv_password:
    description:
      - Encryption (privacy) password, for version V(3). A secret.
    type: str
  poll_interval_seconds:
    description:
      - Seconds from one poll to the next.
    type: int
  group:
    description:
      - Device group that the device belongs to. The group must exist.
      - A value of digits only is an id. Anything else is an exact name.
      - V("") takes the device out of its group.
    type: str
  location:
    description:
      - Where the device is.
    type: str
  is_active:
    description:
      - Whether the device is polled. V(false) pauses it.
    type: bool
  walk:
    description:
      - When to let the server walk the device over SNMP to find its OIDs. The walk runs on the server, and the task does not wait for it.
        M(acsmon.monitor.acsmon_device_oid) can wait for what the walk finds.
      - V(created) walks a device that the task has created.
      - V(always) walks the device with every task, which is then always changed.
      - A walk costs one request.
    type: str
    choices: [never, created, always]
    default: never
seealso:
  - module: acsmon.monitor.acsmon_device_group
  - module: acsmon.monitor.acsmon_device_info
  - module: acsmon.monitor.acsmon_device_oid
  - module: acsmon.monitor.acsmon_device_poll
  - module: acsmon.monitor.acsmon_alert_rule
  - module: acsmon.monitor.acsmon_webhook
  - plugin: acsmon.monitor.acsmon
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Poll the core switch
  acsmon.monitor.acsmon_device:
    name: core-sw-1
    ip_address: 192.0.2.10
    device_type: cisco_ios
    snmp_version: 2c
    snmp_community: "{{ vaulted_community | default('not-public') }}"
    group: Core network
    location: London, rack 4
  delegate_to: localhost

- name: Replace its community, once
  acsmon.monitor.acsmon_device:
    name: core-sw-1
    snmp_community: "{{ vaulted_new_community | default('not-public-either') }}"
    update_password: always
  delegate_to: localhost

- name: Poll a device with SNMPv3
  acsmon.monitor.acsmon_device:
    name: fw-1
    ip_address: 192.0.2.1
    snmp_version: "3"
    snmp_v3_user: monitoring
    snmp_v3_auth_protocol: SHA
    snmp_v3_auth_password: "{{ vaulted_auth_password | default('not a secret') }}"
    snmp_v3_priv_protocol: AES
    snmp_v3_priv_password: "{{ vaulted_priv_password | default('no secret either') }}"
  delegate_to: localhost

- name: Pause a device without its credentials
  acsmon.monitor.acsmon_device:
    name: core-sw-1
    is_active: false
    missing_secrets: warn
  delegate_to: localhost

- name: Remove a device
  acsmon.monitor.acsmon_device:
    name: core-sw-1
    state: absent
  delegate_to: localhost

- name: Create a device, and walk it when it is new
  acsmon.monitor.acsmon_device:
    name: edge-2
    ip_address: 192.0.2.22
    walk: created
  delegate_to: localhost
"""

RETURN = r"""
device:
  description:
    - The device as it is after the task, or in check mode as it would be. With O(state=absent), as it was.
    - No credential is in it.
    - Other fields that the server shows are returned as they came.
  returned: when there is such a device, or there was
  type: dict
  contains:
    id:
      description: Id of the device. Missing in check mode when the device would be created.
      returned: when the device exists
      type: int
      sample: 42
    name:
      description: Name of the device.
      returned: always
      type: str
      sample: core-sw-1
    ip_address:
      description: Address at which the device is polled.
      returned: always
      type: str
      sample: 192.0.2.10
    snmp_version:
      description: Version of SNMP.
      returned: when the device exists
      type: str
      sample: 2c
    device_type:
      description: Type of the device.
      returned: when the server shows it
      type: str
      sample: cisco_ios
    status:
      description: Outcome of the latest poll, one of V(up), V(down) and V(unknown).
      returned: when the device exists
      type: str
      sample: up
    last_polled_at:
      description: Time of the latest poll.
      returned: when the device exists
      type: str
      sample: "2026-04-22T10:15:01Z"
    poll_interval_seconds:
      description: Seconds from one poll to the next.
      returned: when the device exists
      type: int
      sample: 60
    is_active:
      description: Whether the device is polled.
      returned: when the device exists
      type: bool
      sample: true
    device_group_id:
      description: Id of the device's group.
      returned: when the server shows it
      type: int
      sample: 4
    device_group:
      description: The device's group.
      returned: when the server shows it
      type: dict
      contains:
        id:
          description: Id of the group.
          returned: always
          type: int
          sample: 4
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
    location:
      description: Where the device is.
      returned: when the server shows it
      type: str
      sample: London, rack 4
walked:
  description: Whether the device was walked, or in check mode would be.
  returned: success
  type: bool
  sample: false
differs_in:
  description: The options in which the existing resource differs from the task. They were left as they are.
  returned: when O(create_only=true) leaves differences as they are
  type: list
  elements: str
  sample: [ip_address]
diff:
  description: The options that differ, before and after. A secret that is sent shows as C(VALUE_SPECIFIED_IN_NO_LOG_PARAMETER).
  returned: changed
  type: dict
  contains:
    before:
      description: The values that the device had. Empty if it was created.
      returned: always
      type: dict
      sample:
        poll_interval_seconds: 300
    after:
      description: The values that the device has now. Empty if it was removed.
      returned: always
      type: dict
      sample:
        poll_interval_seconds: 60
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
      sample: /api/v1/devices
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        ip_address: [The ip address field must be a valid IP address.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
