#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_alert_channel
short_description: Manage alert channels in ACS Monitor
version_added: 0.1.0
description:
  - Create, update, rename, test and remove the channels through which ACS Monitor notifies people of alerts.
  - Only the options that are set are compared and changed. Everything else about the channel stays as it is.
  - The server does not show the O(secret). O(update_password) says when it is sent, and O(missing_secrets) says what happens if an update is needed and the
    task does not set the secret.
  - A task that finds its alert channel and has nothing to do costs one request. An update or a removal adds one. A create first reads all alert channels (one
    request for each 100) to make sure that none has that name yet, and then costs one request more. A test message adds one.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.connection
  - acsmon.monitor.secret_keys
  - acsmon.monitor.secrets
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
      - With O(update_password=always) every run sends the secrets and reports a change.
      - With O(test=always) every run sends a test message and reports a change.
options:
  state:
    description:
      - V(present) creates the channel if there is none, and updates it if it differs.
      - V(absent) removes it.
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - Id of an existing channel. One of O(id) and O(name) is required.
      - With O(state=present) it is an error if there is no such channel.
      - If both O(id) and O(name) are set, O(id) says which channel is meant, and O(name) is the name that it gets, unless O(new_name) is set too.
    type: int
  name:
    description:
      - Name of the channel, compared exactly.
      - ACS Monitor allows several channels with the same name. In that case the task fails and lists their ids; use O(id)
        instead.
    type: str
  new_name:
    description:
      - Renames the channel that O(name) or O(id) identifies. It keeps its id.
      - With O(id), the channel with that id gets the new name, whatever its name is now.
      - Without O(id), if only a channel with the new name is found, it has already been renamed. If both are found, the task
        fails. If neither is found, the channel is created with the new name.
    type: str
  type:
    description:
      - Type of the channel.
      - Required when the channel is created.
    type: str
    choices: [email, sms, slack, webhook]
  config:
    description:
      - Settings of the channel, which depend on O(type), such as recipients or a URL.
      - They are merged into the channel's current settings, at every depth. A key that you leave out stays as it is, a key that is V(null) is removed, and a
        list is replaced as a whole.
      - The API does not document the keys. They are sent as they are, and the response of the server is compared with them.
        RV(alert_channel.config) of a channel that was made in the web interface shows which keys its type has.
      - The settings are in the result and in the diff. Values whose keys have the names of secrets are hidden, and so is the URL of a Slack webhook. Name
        other keys with O(secret_keys).
      - A key that the server shows masked, as C(********), is not compared. An update without it fails before anything is written, because the mask could
        replace the secret. Set the secret too, or see O(missing_secrets).
    type: dict
  config_mode:
    description:
      - V(merge) merges O(config) into the current one.
      - V(replace) replaces the whole O(config), so keys that you leave out are removed. A key that the server shows masked stays.
    type: str
    choices: [merge, replace]
    default: merge
  secret:
    description:
      - Secret that signs messages to a webhook, with HMAC-SHA256 in the header C(X-ACS-Signature).
    type: str
  is_active:
    description:
      - Whether the channel is used.
    type: bool
  test:
    description:
      - When to send a test message through the channel. The response of the server does not say whether it arrived.
      - V(changed) sends one after the task has created or changed the channel.
      - V(always) sends one with every run, which is then always changed.
    type: str
    choices: [never, changed, always]
    default: never
seealso:
  - module: acsmon.monitor.acsmon_alert_rule
  - module: acsmon.monitor.acsmon_monitor_alert_rule
  - module: acsmon.monitor.acsmon_config
    description: With C(state=gathered) and C(sections=[alert_channels]), it lists all of them.
"""

EXAMPLES = r"""
- name: Notify the operators by e-mail, and send a test message whenever the channel is created or changed
  acsmon.monitor.acsmon_alert_channel:
    name: Operators
    type: email
    config:
      recipients:
        - ops@example.com
        - night@example.com
    test: changed
  delegate_to: localhost

- name: Notify the ticket system
  acsmon.monitor.acsmon_alert_channel:
    name: Tickets
    type: webhook
    config:
      url: https://tickets.example.com/hooks/acs
    secret: "{{ vaulted_signing_secret | default('not a secret') }}"
  delegate_to: localhost

- name: Replace the secret, once
  acsmon.monitor.acsmon_alert_channel:
    name: Tickets
    secret: "{{ vaulted_new_signing_secret | default('not a secret either') }}"
    update_password: always
  delegate_to: localhost

- name: Send a test message now
  acsmon.monitor.acsmon_alert_channel:
    name: Operators
    test: always
  delegate_to: localhost

- name: Remove a channel
  acsmon.monitor.acsmon_alert_channel:
    name: Operators
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
alert_channel:
  description:
    - The channel as it is after the task, or in check mode as it would be. With O(state=absent), as it was.
    - The secret is not in it.
    - Other fields that the server shows are returned as they came.
  returned: when there is such a channel, or there was
  type: dict
  contains:
    id:
      description: Id of the channel. Missing in check mode when the channel would be created.
      returned: when the channel exists
      type: int
      sample: 1
    name:
      description: Name of the channel.
      returned: always
      type: str
      sample: Operators
    type:
      description: How people are notified.
      returned: always
      type: str
      sample: email
    config:
      description: Settings of the channel, which depend on the type.
      returned: always
      type: dict
      sample:
        recipients: [ops@example.com]
    is_active:
      description: Whether the channel is used.
      returned: when the channel exists
      type: bool
      sample: true
tested:
  description: Whether a test message was sent, or in check mode would be.
  returned: success
  type: bool
  sample: false
differs_in:
  description: The options in which the existing resource differs from the task. They were left as they are.
  returned: when O(create_only=true) leaves differences as they are
  type: list
  elements: str
  sample: [type]
diff:
  description: The options that differ, before and after. A secret that is sent shows as C(VALUE_SPECIFIED_IN_NO_LOG_PARAMETER).
  returned: when the channel differs
  type: dict
  contains:
    before:
      description: The values that the channel had. Empty if it was created.
      returned: always
      type: dict
      sample:
        is_active: false
    after:
      description: The values that the channel has now. Empty if it was removed.
      returned: always
      type: dict
      sample:
        is_active: true
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
      sample: /api/v1/alert-channels
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        type: [The selected type is invalid.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
