#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_device_group
short_description: Manage device groups in ACS Monitor
version_added: 0.1.0
description:
  - Create, update, rename and remove device groups in ACS Monitor.
  - Only the options that are set are compared and changed. Everything else about the device group stays as it is.
  - A task that finds its device group and has nothing to do costs one request. An update or a removal adds one. A create first reads all device groups (one
    request for each 100) to make sure that none has that name yet, and then costs one request more.
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
  state:
    description:
      - V(present) creates the group if there is none, and updates it if it differs.
      - V(absent) removes it. The server decides what happens to its devices. It takes them out of the group.
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - Id of an existing group. One of O(id) and O(name) is required.
      - With O(state=present) it is an error if there is no such group.
      - If both O(id) and O(name) are set, O(id) says which group is meant, and O(name) is the name that it gets, unless O(new_name) is set too.
    type: int
  name:
    description:
      - Name of the group, compared exactly.
      - ACS Monitor allows several groups with the same name. In that case the task fails and lists their ids; use O(id)
        instead.
    type: str
  new_name:
    description:
      - Renames the group that O(name) or O(id) identifies. It keeps its id.
      - With O(id), the group with that id gets the new name, whatever its name is now.
      - Without O(id), if only a group with the new name is found, it has already been renamed. If both are found, the task
        fails. If neither is found, the group is created with the new name.
    type: str
  color:
    description:
      - Color in which the web interface shows the group, such as V(#3b82f6).
    type: str
seealso:
  - module: acsmon.monitor.acsmon_device
  - module: acsmon.monitor.acsmon_config
    description: With C(state=gathered) and C(sections=[device_groups]), it lists all device groups.
"""

EXAMPLES = r"""
- name: Create a group for the data centre
  acsmon.monitor.acsmon_device_group:
    name: Data centre
    color: "#3b82f6"
  delegate_to: localhost

- name: Rename it, which keeps its devices
  acsmon.monitor.acsmon_device_group:
    name: Data centre
    new_name: Data centre London
  delegate_to: localhost
  register: london

- name: Change its color, by its id
  acsmon.monitor.acsmon_device_group:
    id: "{{ london.device_group.id }}"
    color: "#10b981"
  delegate_to: localhost

- name: Remove the group
  acsmon.monitor.acsmon_device_group:
    name: Data centre London
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
device_group:
  description:
    - The group as it is after the task, or in check mode as it would be. With O(state=absent), as it was.
    - Other fields that the server shows are returned as they came.
  returned: when there is such a group, or there was
  type: dict
  contains:
    id:
      description: Id of the group. Missing in check mode when the group would be created.
      returned: when the group exists
      type: int
      sample: 4
    name:
      description: Name of the group.
      returned: always
      type: str
      sample: Data centre
    color:
      description: Color in which the web interface shows the group.
      returned: when the server shows it
      type: str
      sample: "#3b82f6"
differs_in:
  description: The options in which the existing resource differs from the task. They were left as they are.
  returned: when O(create_only=true) leaves differences as they are
  type: list
  elements: str
  sample: [color]
diff:
  description: The options that differ, before and after.
  returned: changed
  type: dict
  contains:
    before:
      description: The values that the group had. Empty if it was created.
      returned: always
      type: dict
      sample:
        color: "#6b7280"
    after:
      description: The values that the group has now. Empty if it was removed.
      returned: always
      type: dict
      sample:
        color: "#3b82f6"
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
      sample: /api/v1/device-groups
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        name: [The name field is required.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
