#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_api
short_description: Call any route of the API of ACS Monitor
version_added: 0.1.0
description:
  - Send one request to the API, for routes that the other modules of this collection do not cover, such as those of a newer release of the server.
    Authentication, the rate limit, repeats, pages and errors are handled as in the other modules.
  - The task is changed whenever its O(method) is not V(GET), because it cannot know what a request changes. Use C(changed_when) if you know better.
  - Costs one request, or one for each 100 rows with O(all_pages=true).
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.connection
  - acsmon.monitor.secret_keys
  - acsmon.monitor.attributes
attributes:
  check_mode:
    support: partial
    details:
      - A V(GET) is sent as usual. Nothing else is sent, the task is changed, and there is no RV(response).
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - With V(GET) only.
options:
  method:
    description:
      - HTTP method.
    type: str
    choices: [GET, POST, PUT, PATCH, DELETE]
    default: GET
  path:
    description:
      - Path below C(/api/v1), such as V(/monitors/117/results).
      - The routes of C(/auth) are refused, except C(/auth/me). See O(email) and O(password).
    type: str
    required: true
  query:
    description:
      - Query parameters. Each is a text, a number or a boolean.
    type: dict
  body:
    description:
      - What is sent as JSON, a mapping or a list.
      - It is shown among the arguments of the task. Values whose keys have the names of secrets are hidden. Name other keys with O(secret_keys).
    type: raw
  all_pages:
    description:
      - Whether to read all pages of a list and return its rows, without their envelope.
    type: bool
    default: false
  idempotent:
    description:
      - Whether a V(POST) or a V(PATCH) does no harm when the server carries it out twice.
      - If V(false) and the response to such a request is lost, it is not repeated. The task then fails and says that the outcome is uncertain. V(GET), V(PUT)
        and V(DELETE) are always repeated.
    type: bool
    default: false
seealso:
  - module: acsmon.monitor.acsmon_system_info
"""

EXAMPLES = r"""
- name: Get all users
  acsmon.monitor.acsmon_api:
    path: /users
    all_pages: true
  delegate_to: localhost
  register: users

- name: Show them
  ansible.builtin.debug:
    msg: "{{ users.response | map(attribute='name') }}"

- name: Get the first monitor that is down, in the envelope of the API
  acsmon.monitor.acsmon_api:
    path: /monitors
    query:
      filter[status]: down
      per_page: 1
  delegate_to: localhost
  register: down

- name: Add a dashboard
  acsmon.monitor.acsmon_api:
    method: POST
    path: /dashboards
    body:
      name: Network operations
  delegate_to: localhost
  register: dashboard

- name: Rename it
  acsmon.monitor.acsmon_api:
    method: PUT
    path: "/dashboards/{{ dashboard.response.id }}"
    body:
      name: Wall in the control room
  delegate_to: localhost

- name: Remove it
  acsmon.monitor.acsmon_api:
    method: DELETE
    path: "/dashboards/{{ dashboard.response.id }}"
  delegate_to: localhost

- name: Ping a host from the server, which changes nothing and does no harm when it is done twice
  acsmon.monitor.acsmon_api:
    method: POST
    path: /tools/ping
    idempotent: true
    body:
      host: www.example.com
  delegate_to: localhost
  register: ping
  changed_when: false
"""

RETURN = r"""
response:
  description:
    - What the server answered, as it came. With O(all_pages=true), the rows of all pages.
    - V(null) if the response was empty, as after a V(DELETE).
  returned: success, unless nothing was sent in check mode
  type: raw
  sample:
    id: 3
    name: Network operations
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
      sample: /api/v1/dashboards
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
