#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_monitor_alert_rule
short_description: Manage the alert rules of monitors in ACS Monitor
version_added: 0.1.0
description:
  - Create, update, rename and remove the rules by which monitors give alerts in ACS Monitor.
  - Only the options that are set are compared and changed. Everything else about the rule stays as it is.
  - When the task finds its monitor alert rule and nothing to do, it costs one request. A O(monitor) given by name adds one,
    O(channels) given by name add one for each 100 channels. Ids add nothing where they are not changed. An update or a removal
    adds one. Creating first reads all monitor alert rules (one request for each 100) to make sure that none has that name yet,
    and costs one request more.
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
      - V(present) creates the rule if there is none, and updates it where it differs.
      - V(absent) removes it.
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - Id of an existing rule. One of O(id) and O(name) is required.
      - With O(state=present) it is an error if there is no such rule.
      - With both O(id) and O(name), O(id) says which rule, and O(name) is the name that it gets, unless O(new_name) is
        set too.
    type: int
  name:
    description:
      - Name of the rule, compared exactly.
      - ACS Monitor allows several rules with the same name. In that case the task fails and lists their ids; use O(id) instead.
    type: str
  new_name:
    description:
      - Renames the rule that O(name) or O(id) says, which keeps its id.
      - With O(id), the rule of that id gets the new name, whatever it is called.
      - Without O(id), if only a rule of the new name is found, the rename is done already. If both are found, the task
        fails. If neither is found, the rule is created under the new name.
    type: str
  match_on:
    description:
      - The options that together say which rule is meant, where O(id) does not. All of them must be given; V("") is a link that
        is not there.
      - With V([name, monitor]), the rules of several monitors can have one name.
      - Without V(name) among them, the rule is found whatever it is called, and gets the O(name).
      - The server must show these fields. Where it does not, the task fails before it writes anything.
      - To change one of these options, say with O(id) which rule is meant.
    type: list
    elements: str
    choices: [name, monitor]
    default: [name]
  monitor:
    description:
      - Monitor that the rule is about. The monitor must exist.
      - A value of digits only is an id, anything else is an exact name.
      - V("") takes the monitor out of the rule. Whether it is then about all monitors is the decision of the server.
    type: str
  condition:
    description:
      - V(status_down) is a monitor that is down.
      - V(response_time_gt) is a response that takes more than O(threshold) milliseconds.
      - V(ssl_expiry_lt) is a certificate that expires in less than O(threshold) days.
      - V(body_mismatch) is a response whose body is not as expected.
      - Required when the rule is created.
    type: str
    choices: [status_down, response_time_gt, ssl_expiry_lt, body_mismatch]
  threshold:
    description:
      - What the measured value is compared with, a number or, for some conditions, a text.
    type: raw
  severity:
    description:
      - Severity of the alerts.
    type: str
    choices: [info, warning, critical]
  consecutive_failures:
    description:
      - How many times in a row the condition must hold before there is an alert.
    type: int
  cooldown_minutes:
    description:
      - Minutes after an alert during which the rule gives no other.
    type: int
  notify_on_recovery:
    description:
      - Whether the channels are also notified when the alert is over.
    type: bool
  channels:
    description:
      - All alert channels that are notified. Their order does not matter. The channels must exist.
      - A value of digits only is an id, anything else is an exact name. Names cost a reading of the channels, see above.
      - V([]) removes all channels.
    type: list
    elements: str
  purge_channels:
    description:
      - V(true) makes O(channels) all that the rule has. V(false) adds them to those that it has, for example those that another
        team set.
    type: bool
    default: true
  is_active:
    description:
      - Whether the rule is applied.
    type: bool
seealso:
  - module: acsmon.monitor.acsmon_monitor
  - module: acsmon.monitor.acsmon_alert_channel
  - module: acsmon.monitor.acsmon_alert_rule
  - module: acsmon.monitor.acsmon_config
    description: With C(state=gathered) and C(sections=[monitor_alert_rules]), it lists all of them.
"""

EXAMPLES = r"""
- name: Have a channel
  acsmon.monitor.acsmon_alert_channel:
    name: On call
    type: email
    config:
      recipients: [oncall@example.com]
  delegate_to: localhost

- name: Have a monitor
  acsmon.monitor.acsmon_monitor:
    name: Shop
    type: https
    host: shop.example.com
  delegate_to: localhost

- name: Tell those on call when it is down
  acsmon.monitor.acsmon_monitor_alert_rule:
    name: Shop down
    monitor: Shop
    condition: status_down
    severity: critical
    consecutive_failures: 2
    channels: [On call]
  delegate_to: localhost

- name: Warn when its certificate expires soon
  acsmon.monitor.acsmon_monitor_alert_rule:
    name: Shop certificate
    monitor: Shop
    condition: ssl_expiry_lt
    threshold: 14
    severity: warning
    channels: [On call]
  delegate_to: localhost

- name: Tell nobody any more, and rename the rule
  acsmon.monitor.acsmon_monitor_alert_rule:
    name: Shop certificate
    new_name: Shop certificate (silent)
    channels: []
  delegate_to: localhost

- name: Remove a rule
  acsmon.monitor.acsmon_monitor_alert_rule:
    name: Shop down
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
monitor_alert_rule:
  description:
    - The rule as it is after the task, or in check mode as it would be. With O(state=absent), as it was.
    - Fields that the server has beyond these are returned as they came.
  returned: when there is such a rule, or there was
  type: dict
  contains:
    id:
      description: Id of the rule. Missing in check mode when the rule would be created.
      returned: when the rule exists
      type: int
      sample: 5
    name:
      description: Name of the rule.
      returned: always
      type: str
      sample: Website down
    monitor_id:
      description: Id of the monitor that the rule is about.
      returned: when the server shows it
      type: int
      sample: 117
    condition:
      description: Condition under which there is an alert.
      returned: always
      type: str
      sample: status_down
    threshold:
      description: What the measured value is compared with.
      returned: when the server shows it
      type: str
      sample: "500"
    severity:
      description: Severity of the alerts.
      returned: when the server shows it
      type: str
      sample: critical
    consecutive_failures:
      description: How many times in a row the condition must hold.
      returned: when the server shows it
      type: int
      sample: 2
    cooldown_minutes:
      description: Minutes after an alert in which there is no other.
      returned: when the server shows it
      type: int
      sample: 5
    notify_on_recovery:
      description: Whether the channels are also told when the alert is over.
      returned: when the server shows it
      type: bool
      sample: true
    channel_ids:
      description: Ids of the alert channels that are told.
      returned: when the server shows it
      type: list
      elements: int
      sample: [1, 2]
    is_active:
      description: Whether the rule is applied.
      returned: when the server shows it
      type: bool
      sample: true
differs_in:
  description: The options in which an existing one differs from the task, and which were left as they are.
  returned: when O(create_only=true) leaves something as it is that differs
  type: list
  elements: str
  sample: [monitor]
diff:
  description: The options that differ, before and after.
  returned: changed
  type: dict
  contains:
    before:
      description: The values that the rule had. Empty if it was created.
      returned: always
      type: dict
      sample:
        severity: warning
    after:
      description: The values that the rule has now. Empty if it was removed.
      returned: always
      type: dict
      sample:
        severity: critical
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
      sample: /api/v1/monitor-alert-rules
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        condition: [The selected condition is invalid.]
warnings:
  description: What should be looked at although the task succeeded.
  returned: when there is something
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
