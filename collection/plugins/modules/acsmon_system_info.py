#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_system_info
short_description: Gather information about an ACS Monitor server and its user
version_added: 0.1.0
description:
  - Return the health of the server, its statistics, the user of the token, and what that user may do.
  - Costs one request for each value of O(include).
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
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
  include:
    description:
      - What to return. V(health) and V(stats) need the permission C(settings.view), which the server may call
        C(system-health.view). V(user) needs none.
    type: list
    elements: str
    choices: [health, stats, user]
    default: [health, stats, user]
seealso:
  - ref: ansible_collections.acsmon.monitor.docsite.guide_runbooks
    description: Playbooks that you run by name.
"""

EXAMPLES = r"""
- name: Get everything
  acsmon.monitor.acsmon_system_info:
    include: [health, stats, user]
  delegate_to: localhost
  register: acsmon

- name: Make sure that the server is healthy
  acsmon.monitor.acsmon_system_info:
    include: [health]
  delegate_to: localhost
  register: system
  failed_when: system is failed or system.health.status != 'ok'

- name: Make sure that the token has the permissions that the next tasks need
  acsmon.monitor.acsmon_system_info:
    include: [user]
  delegate_to: localhost
  register: me
  failed_when: "['monitors.create', 'monitors.edit'] is not subset(me.permissions)"

- name: Get the server's statistics
  acsmon.monitor.acsmon_system_info:
    include: [stats]
  delegate_to: localhost
"""

RETURN = r"""
server:
  description: Scheme, host and port of the server. The token goes only there.
  returned: always
  type: str
  sample: https://monitoring.example.com:443
health:
  description: The health of the server, as it says itself.
  returned: with V(health) in O(include)
  type: dict
  sample:
    status: ok
    checks:
      database: ok
      queue: ok
stats:
  description: The server's statistics, as it shows them.
  returned: with V(stats) in O(include)
  type: dict
  sample:
    monitors:
      total: 120
      up: 117
      down: 3
user:
  description:
    - Who the token belongs to.
    - Other fields that the server shows are returned as they came.
  returned: with V(user) in O(include)
  type: dict
  contains:
    id:
      description: Id of the user.
      returned: always
      type: int
      sample: 7
    name:
      description: Name of the user.
      returned: always
      type: str
      sample: Automation
    email:
      description: E-mail address of the user.
      returned: always
      type: str
      sample: api@example.com
roles:
  description: Names of the roles that the user has.
  returned: with V(user) in O(include)
  type: list
  elements: str
  sample: [operator]
permissions:
  description: Slugs of the permissions that these roles give.
  returned: with V(user) in O(include)
  type: list
  elements: str
  sample: [alerts.acknowledge, alerts.view, monitors.view]
restricted_to_groups:
  description:
    - How many device groups the user is restricted to. V(0) if the server does not say.
    - A restricted user does not see the devices of other groups. To this collection, they look absent.
  returned: with V(user) in O(include)
  type: int
  sample: 0
rate_limit:
  description: What the server allows the user.
  returned: when the server says so
  type: dict
  contains:
    per_minute:
      description: Number of requests in a minute.
      returned: always
      type: int
      sample: 60
    remaining:
      description: Number of requests that are left in the current minute.
      returned: always
      type: int
      sample: 57
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
      sample: /api/v1/system/health
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        scope: [The selected scope is invalid.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
