#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_alert_rule
short_description: Manage the SNMP alert rules in ACS Monitor
version_added: 0.1.0
description:
  - Create, update, rename and remove the rules that raise alerts when a value that ACS Monitor reads over SNMP meets a condition. For monitors, see
    M(acsmon.monitor.acsmon_monitor_alert_rule).
  - Only the options that are set are compared and changed. Everything else about the rule stays as it is.
  - A task that finds its alert rule and has nothing to do costs one request. A O(device) given by name adds one. O(channels) given by name add one for each
    100 channels. An O(oid) that is not an id adds one for each 100 OIDs of the device. Ids add nothing unless they change. An update or a removal adds one. A
    create first reads all alert rules (one request for each 100) to make sure that none has that name yet, and then costs one request more.
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
      - V(present) creates the rule if there is none, and updates it if it differs.
      - V(absent) removes it.
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - Id of an existing rule. One of O(id) and O(name) is required.
      - With O(state=present) it is an error if there is no such rule.
      - If both O(id) and O(name) are set, O(id) says which rule is meant, and O(name) is the name that it gets, unless O(new_name) is set too.
    type: int
  name:
    description:
      - Name of the rule, compared exactly.
      - ACS Monitor allows several rules with the same name. In that case the task fails and lists their ids; use O(id) instead.
    type: str
  new_name:
    description:
      - Renames the rule that O(name) or O(id) identifies. It keeps its id.
      - With O(id), the rule with that id gets the new name, whatever its name is now.
      - Without O(id), if only a rule with the new name is found, it has already been renamed. If both are found, the task
        fails. If neither is found, the rule is created with the new name.
    type: str
  match_on:
    description:
      - The options that together say which rule is meant, if O(id) is not set. All of them must be set; V("") stands for a link that does not exist.
      - With V([name, device]), rules of several devices can have the same name.
      - If V(name) is not among them, the rule is found whatever its name is, and gets the O(name).
      - The server must show these fields. If it does not, the task fails before it writes anything.
      - To change one of these options, use O(id) to say which rule is meant.
    type: list
    elements: str
    choices: [name, device]
    default: [name]
  device:
    description:
      - Device that the rule is about. The device must exist.
      - A value of digits only is an id. Anything else is an exact name.
      - V("") takes the device out of the rule.
    type: str
  oid:
    description:
      - OID of O(device) whose value the condition looks at. It must exist, see M(acsmon.monitor.acsmon_device_oid).
      - A value of digits only is the id of the OID in ACS Monitor. Anything else is an exact OID, such as
        V(1.3.6.1.2.1.2.2.1.10.1), or the exact name that it has in ACS Monitor, and needs O(device).
      - V("") takes the OID out of the rule.
    type: str
  compare_to:
    description:
      - OID of O(device) whose value is 100 percent for V(pct_gt) and V(pct_lt). For the used space of a disk, for example, that is its size. It is named like
        O(oid), and costs as much if it is given by name.
      - V("") takes it out of the rule.
    type: str
  condition:
    description:
      - V(gt), V(lt), V(eq) and V(ne) mean that the value is greater than, less than, equal to and not equal to O(threshold).
      - V(contains) and V(regex) mean that the text contains O(threshold), or matches it as a regular expression.
      - V(pct_gt) and V(pct_lt) mean that the value, as a percentage of the value of O(compare_to), is above or below O(threshold).
      - Required when the rule is created.
    type: str
    choices: [gt, lt, eq, ne, contains, regex, pct_gt, pct_lt]
  threshold:
    description:
      - What the measured value is compared with. That is a number or, for some conditions, a text.
    type: raw
  severity:
    description:
      - Severity of the alerts.
    type: str
    choices: [info, warning, critical]
  consecutive_failures:
    description:
      - How many times in a row the condition must be true before there is an alert.
    type: int
  cooldown_minutes:
    description:
      - Minutes after an alert during which the rule raises no other.
    type: int
  escalation_minutes:
    description:
      - Minutes after which an alert that nobody acknowledged is escalated.
    type: int
  notify_on_recovery:
    description:
      - Whether the channels are also notified when the alert is over.
    type: bool
  channels:
    description:
      - All alert channels that are notified. Their order does not matter. The channels must exist.
      - A value of digits only is an id. Anything else is an exact name. With names, the task has to read the channels, see above.
      - V([]) removes all channels.
    type: list
    elements: str
  purge_channels:
    description:
      - With V(true), O(channels) replaces all channels of the rule. With V(false), they are added to those that the rule has, for example those that another
        team set.
    type: bool
    default: true
  is_active:
    description:
      - Whether the rule is applied.
    type: bool
seealso:
  - module: acsmon.monitor.acsmon_device
  - module: acsmon.monitor.acsmon_device_oid
  - module: acsmon.monitor.acsmon_alert_channel
  - module: acsmon.monitor.acsmon_monitor_alert_rule
  - module: acsmon.monitor.acsmon_config
    description: With C(state=gathered) and C(sections=[alert_rules]), it lists all of them.
"""

EXAMPLES = r"""
- name: Create a device
  acsmon.monitor.acsmon_device:
    name: edge-1
    ip_address: 192.0.2.20
    snmp_version: 2c
    snmp_community: "{{ vaulted_community | default('not-public') }}"
  delegate_to: localhost

- name: Read an OID of it
  acsmon.monitor.acsmon_device_oid:
    device: edge-1
    oid: 1.3.6.1.4.1.9.2.1.58.0
    name: CPU
    unit: "%"
  delegate_to: localhost

- name: Create a channel
  acsmon.monitor.acsmon_alert_channel:
    name: Network team
    type: email
    config:
      recipients: [network@example.com]
  delegate_to: localhost

- name: Notify the network team when the CPU is busy
  acsmon.monitor.acsmon_alert_rule:
    name: edge-1 busy
    device: edge-1
    oid: CPU
    condition: gt
    threshold: 90
    severity: warning
    consecutive_failures: 3
    channels: [Network team]
  delegate_to: localhost
  register: busy

- name: Raise the threshold, by the id of the rule
  acsmon.monitor.acsmon_alert_rule:
    id: "{{ busy.alert_rule.id }}"
    threshold: 95
  delegate_to: localhost

- name: Remove a rule
  acsmon.monitor.acsmon_alert_rule:
    name: edge-1 busy
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
alert_rule:
  description:
    - The rule as it is after the task, or in check mode as it would be. With O(state=absent), as it was.
    - Other fields that the server shows are returned as they came.
  returned: when there is such a rule, or there was
  type: dict
  contains:
    id:
      description: Id of the rule. Missing in check mode when the rule would be created.
      returned: when the rule exists
      type: int
      sample: 7
    name:
      description: Name of the rule.
      returned: always
      type: str
      sample: edge-1 busy
    device_id:
      description: Id of the device that the rule is about.
      returned: when the server shows it
      type: int
      sample: 42
    oid_id:
      description: Id of the OID whose value the condition looks at.
      returned: when the server shows it
      type: int
      sample: 11
    compare_oid_id:
      description: Id of the OID with which the value is compared.
      returned: when the server shows it
      type: int
      sample: 12
    condition:
      description: Condition under which there is an alert.
      returned: always
      type: str
      sample: gt
    threshold:
      description: What the measured value is compared with.
      returned: when the server shows it
      type: str
      sample: "90"
    severity:
      description: Severity of the alerts.
      returned: when the server shows it
      type: str
      sample: critical
    consecutive_failures:
      description: How many times in a row the condition must be true.
      returned: when the server shows it
      type: int
      sample: 2
    cooldown_minutes:
      description: Minutes after an alert during which the rule raises no other.
      returned: when the server shows it
      type: int
      sample: 5
    escalation_minutes:
      description: Minutes after which an alert that nobody acknowledged is escalated.
      returned: when the server shows it
      type: int
      sample: 30
    notify_on_recovery:
      description: Whether the channels are also notified when the alert is over.
      returned: when the server shows it
      type: bool
      sample: true
    channel_ids:
      description: Ids of the alert channels that are notified.
      returned: when the server shows it
      type: list
      elements: int
      sample: [1, 2]
    channels:
      description: The alert channels that are notified, with their ids and names.
      returned: when the server shows it
      type: list
      elements: dict
      sample: [{"id": 1, "name": "On call"}]
    is_active:
      description: Whether the rule is applied.
      returned: when the server shows it
      type: bool
      sample: true
differs_in:
  description: The options in which the existing resource differs from the task. They were left as they are.
  returned: when O(create_only=true) leaves differences as they are
  type: list
  elements: str
  sample: [device]
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
        threshold: "90"
    after:
      description: The values that the rule has now. Empty if it was removed.
      returned: always
      type: dict
      sample:
        threshold: 95
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
      sample: /api/v1/alert-rules
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        condition: [The selected condition is invalid.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
