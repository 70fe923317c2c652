#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_role
short_description: Set what a role of ACS Monitor permits
version_added: 0.1.0
description:
  - Set the permissions of an existing role, and rename it. The API can neither create nor remove a role. Use the web interface for that.
  - Only the options that are set are compared and changed. Everything else about the role stays as it is.
  - A task that finds nothing to do costs one request, and one more if the list of roles does not show the permissions. A change
    adds one.
  - If the token's user has the role, a change can take away the right to undo it.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.connection
  - acsmon.monitor.secret_keys
  - acsmon.monitor.resource
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
      - V(present) makes the role what the task says. It is the only state, because the API can neither create nor remove a role.
    type: str
    choices: [present]
    default: present
  id:
    description:
      - Id of the role. One of O(id) and O(name) is required.
      - If both O(id) and O(name) are set, O(id) says which role is meant, and O(name) is the name that it gets, unless O(new_name) is set too.
    type: int
  name:
    description:
      - Name of the role, compared exactly.
      - If there is no such role, the task fails, because the API cannot create one.
    type: str
  new_name:
    description:
      - Renames the role that O(name) or O(id) identifies. It keeps its id.
      - If only a role with the new name is found, it has already been renamed. If both are found, the task fails.
    type: str
  permissions:
    description:
      - The permissions that the role gives, by their slugs, such as C(devices.view). Their order does not matter. An empty list removes all.
      - The vendor's pages do not all spell the slugs in the same way. RV(role.permissions) of a role shows those of the server, and
        RV(acsmon.monitor.acsmon_system_info#module:permissions) those of the token.
    type: list
    elements: str
  purge_permissions:
    description:
      - With V(true), O(permissions) replaces all permissions of the role. With V(false), they are added to those that it has, and none is removed.
    type: bool
    default: true
seealso:
  - module: acsmon.monitor.acsmon_user
  - module: acsmon.monitor.acsmon_system_info
  - module: acsmon.monitor.acsmon_config
    description: With C(state=gathered) and C(sections=[roles]), it lists all of them.
"""

EXAMPLES = r"""
- name: Give operators the permissions that they need, and no others
  acsmon.monitor.acsmon_role:
    name: operator
    permissions:
      - devices.view
      - monitors.view
      - alerts.view
      - alerts.acknowledge
  delegate_to: localhost

- name: Let them use the network tools too
  acsmon.monitor.acsmon_role:
    name: operator
    permissions: [monitors.run_tools]
    purge_permissions: false
  delegate_to: localhost
"""

RETURN = r"""
role:
  description:
    - The role as it is after the task, or in check mode as it would be.
    - Other fields that the server shows are returned as they came.
  returned: when there is such a role
  type: dict
  contains:
    id:
      description: Id of the role.
      returned: always
      type: int
      sample: 2
    name:
      description: Name of the role.
      returned: always
      type: str
      sample: operator
    permissions:
      description: The permissions that the role gives, as the server shows them.
      returned: always
      type: list
      elements: raw
      sample: [devices.view, alerts.acknowledge]
differs_in:
  description: The options in which the existing resource differs from the task. They were left as they are.
  returned: when O(create_only=true) leaves differences as they are
  type: list
  elements: str
  sample: [name]
diff:
  description: The options that differ, before and after.
  returned: when the role differs
  type: dict
  contains:
    before:
      description: The values that the role had.
      returned: always
      type: dict
      sample:
        permissions: [devices.view]
    after:
      description: The values that the role has now.
      returned: always
      type: dict
      sample:
        permissions: [devices.view, monitors.view]
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
      sample: PUT
    path:
      description: Path of the request.
      returned: always
      type: str
      sample: /api/v1/roles/2
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        permissions.0: [The selected permissions.0 is invalid.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
