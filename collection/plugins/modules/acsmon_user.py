#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_user
short_description: Manage users of ACS Monitor
version_added: 0.1.0
description:
  - Create, update and remove the people who can log in to ACS Monitor, with their roles and the device groups that they may see.
  - The e-mail address identifies a user. The options are called O(user_email) and O(user_password), because the task itself logs in with C(email) and
    C(password).
  - Only the options that are set are compared and changed. Everything else about the user stays as it is.
  - The password is sent when the user is created, and after that only with O(update_password=always). It appears in no diff, no result and no export.
  - A task that finds nothing to do costs one request for each 100 users. A create, an update and a removal add one each. If the rows do not show a role or a
    device group by name, it costs one more.
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
    support: partial
    details:
      - With O(update_password=always) every run sends the password and reports a change.
options:
  state:
    description:
      - V(present) creates the user if there is none, and updates the user if something differs.
      - V(absent) removes the user, and with the user all of the user's tokens.
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - Id of an existing user. One of O(id) and O(user_email) is required.
      - With O(state=present) it is an error if there is no such user.
      - If both O(id) and O(user_email) are set, O(id) says which user is meant, and O(user_email) is the address that the user gets.
    type: int
  user_email:
    description:
      - E-mail address of the user, with which the user logs in. The case of its letters makes no difference, and an address that exists
        stays as it is written. Where two addresses differ only in case, the one that is written exactly so is meant.
    type: str
  name:
    description:
      - Name of the user.
      - Required when the user is created.
    type: str
  user_password:
    description:
      - Password of the user, sent as it is.
      - Required when the user is created.
    type: str
  update_password:
    description:
      - V(on_create) sends the password only with a create, so a password that the user has changed since stays.
      - V(always) sends it with every run, which is then always changed. Use it to set a new password.
    type: str
    choices: [always, on_create]
    default: on_create
  roles:
    description:
      - All roles of the user, by name or by id. A value of digits only is an id. An empty list removes all.
      - The API does not document the key of the roles. The task writes them in the way that the server shows them in its users. If a user has one role, give
        a list with one entry.
      - M(acsmon.monitor.acsmon_role) says what a role permits. Roles are created in the web interface.
    type: list
    elements: str
  device_groups:
    description:
      - All device groups to which the user is restricted, by name or by id. A value of digits only is an id. The user then sees only the devices of these
        groups, and what belongs to them.
      - An empty list ends the restriction, and the user sees everything.
      - The API does not document the key. The task uses C(device_group_ids), or a similar key if the server shows one.
    type: list
    elements: str
  is_active:
    description:
      - Whether the user may log in, on a server that can switch users off.
    type: bool
seealso:
  - module: acsmon.monitor.acsmon_role
  - module: acsmon.monitor.acsmon_device_group
  - module: acsmon.monitor.acsmon_config
    description: With C(state=gathered) and C(sections=[users]), it lists all of them.
"""

EXAMPLES = r"""
- name: Create a user who sees the devices of one customer
  acsmon.monitor.acsmon_user:
    user_email: ann@customer.example.com
    name: Ann
    user_password: "{{ vaulted_password_of_ann | default('not a password') }}"
    roles: [viewer]
    device_groups: [Core network]
  delegate_to: localhost

- name: Give the user another role
  acsmon.monitor.acsmon_user:
    user_email: ann@customer.example.com
    roles: [operator]
  delegate_to: localhost

- name: Set a new password, once
  acsmon.monitor.acsmon_user:
    user_email: ann@customer.example.com
    user_password: "{{ vaulted_new_password_of_ann | default('not a password either') }}"
    update_password: always
  delegate_to: localhost

- name: Remove the user
  acsmon.monitor.acsmon_user:
    user_email: ann@customer.example.com
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
user:
  description:
    - The user after the task, or in check mode as the user would be. With O(state=absent), as the user was.
    - The password is not in it.
    - Other fields that the server shows are returned as they came.
  returned: when there is such a user, or there was
  type: dict
  contains:
    id:
      description: Id of the user. Missing in check mode when the user would be created.
      returned: when the user exists
      type: int
      sample: 7
    email:
      description: E-mail address of the user.
      returned: always
      type: str
      sample: ann@customer.example.com
    name:
      description: Name of the user.
      returned: always
      type: str
      sample: Ann
    roles:
      description: The roles of the user, each with its id and its name. In check mode, a role that the user would get has only its id.
      returned: when the server shows them
      type: list
      elements: raw
      sample: [{id: 2, name: operator}]
    role_ids:
      description: The ids of the roles with which the user would be created.
      returned: in check mode, when the user would be created
      type: list
      elements: int
      sample: [2]
    is_active:
      description: Whether the user may log in.
      returned: when the server shows it
      type: bool
      sample: true
    device_group_ids:
      description: The device groups to which the user is restricted, if the server shows their ids.
      returned: when the server shows them
      type: list
      elements: int
      sample: [4]
    device_groups:
      description: The device groups to which the user is restricted, if the server shows them as objects.
      returned: when the server shows them
      type: list
      elements: raw
      sample: [{id: 4, name: Core network}]
differs_in:
  description: The options in which the existing resource differs from the task. They were left as they are.
  returned: when O(create_only=true) leaves differences as they are
  type: list
  elements: str
  sample: [name]
diff:
  description: The options that differ, before and after. A password that is sent shows as C(VALUE_SPECIFIED_IN_NO_LOG_PARAMETER).
  returned: when the user differs
  type: dict
  contains:
    before:
      description: The values that the user had. Empty if it was created.
      returned: always
      type: dict
      sample:
        name: Ann
    after:
      description: The values that the user has now. Empty if it was removed.
      returned: always
      type: dict
      sample:
        name: Anna
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
      sample: /api/v1/users
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        email: [The email has already been taken.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
