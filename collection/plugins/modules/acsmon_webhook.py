#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_webhook
short_description: Manage the webhooks of devices in ACS Monitor
version_added: 0.1.0
description:
  - Create, update, rename and remove the webhooks of a device in ACS Monitor, with their alert rules.
  - A webhook receives events from outside. The server makes a URL for it. A script, a job or another system sends JSON to that URL, and the rules of the
    webhook turn it into alerts.
  - Anyone who knows that URL can send to it, so it is a secret. It is in no result unless O(show_ingest_url) is set.
  - Only the options that are set are compared and changed. Everything else about the webhook stays as it is.
  - A task that finds nothing to do costs one request. A O(device) given by name adds one. An update or a removal adds one.
    A create first reads all webhooks of the device (one request for each 100) to make sure that none has that name yet, and then costs one request more.
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
  device:
    description:
      - Device that the webhook belongs to. The device must exist, even with O(state=absent).
      - A value of digits only is an id. Anything else is an exact name.
    type: str
    required: true
  state:
    description:
      - V(present) creates the webhook if there is none, and updates it if it differs.
      - V(absent) removes it.
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - Id of an existing webhook. One of O(id) and O(name) is required.
      - With O(state=present) it is an error if there is no such webhook.
      - If both O(id) and O(name) are set, O(id) says which webhook is meant, and O(name) is the name that it gets, unless O(new_name) is set too.
    type: int
  name:
    description:
      - Name of the webhook, compared exactly.
      - If the device has several with the same name, the task fails and lists their ids; use O(id) instead.
    type: str
  new_name:
    description:
      - Renames the webhook that O(name) or O(id) identifies. It keeps its id.
      - With O(id), the webhook with that id gets the new name, whatever its name is now.
      - Without O(id), if only a webhook with the new name is found, it has already been renamed. If both are found, the task
        fails. If neither is found, the webhook is created with the new name.
    type: str
  description:
    description:
      - What the webhook is for. V("") removes it.
    type: str
  is_active:
    description:
      - Whether the webhook accepts events.
      - If the server does not accept this in an update, it costs two requests more, to switch the webhook and to check the result.
    type: bool
  show_ingest_url:
    description:
      - Whether to return RV(ingest_url), the URL at which the webhook receives events.
      - Set C(no_log) on the task too. Otherwise, the URL is shown and logged with the result.
    type: bool
    default: false
  recent_events:
    description:
      - How many of the latest events of the webhook to return as RV(events), at most 100.
      - This costs one request if the server sorts its list of events. Otherwise, it costs two more, or one for each page of the list if the server does not
        say how many events there are.
    type: int
    default: 0
  purge_channels:
    description:
      - With V(true), O(rules[].channels) replaces all channels of a rule. With V(false), they are added to those that it has, for example those that another
        team set.
    type: bool
    default: true
  rules:
    description:
      - All alert rules of the webhook. A rule that is not listed is removed, and V([]) removes all. If not set, the rules stay as they are.
      - Reading them costs one request for each 100 rules, and each rule that differs costs one. If O(rules[].channels) are given by name, that costs one for
        each 100 channels.
    type: list
    elements: dict
    suboptions:
      id:
        description:
          - Id of an existing rule. One of O(rules[].id) and O(rules[].name) is required.
        type: int
      name:
        description:
          - Name of the rule, compared exactly. With O(rules[].id) it is the name that it gets.
        type: str
      condition:
        description:
          - V(payload_eq), V(payload_ne), V(payload_contains), V(payload_gt) and V(payload_lt) compare the value at O(rules[].payload_field) of an event with
            O(rules[].threshold).
          - V(status_down) and V(status_up) look at the status that the server gives to the webhook.
          - Required when the rule is created.
        type: str
        choices: [status_down, status_up, payload_eq, payload_ne, payload_contains, payload_gt, payload_lt]
      payload_field:
        description:
          - Where the value is in the JSON of an event, as keys joined by dots, such as V(job.state).
        type: str
      threshold:
        description:
          - What the value is compared with, a number or a text.
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
      notify_on_recovery:
        description:
          - Whether the channels are also notified when the alert is over.
        type: bool
      channels:
        description:
          - All alert channels that are notified, or those to add with O(purge_channels=false). Their order does not matter. The channels must exist.
          - A value of digits only is an id. Anything else is an exact name.
          - V([]) removes all channels.
        type: list
        elements: str
      is_active:
        description:
          - Whether the rule is applied.
        type: bool
seealso:
  - module: acsmon.monitor.acsmon_webhook_event
  - module: acsmon.monitor.acsmon_device
  - module: acsmon.monitor.acsmon_alert_channel
"""

EXAMPLES = r"""
- name: Create a device
  acsmon.monitor.acsmon_device:
    name: edge-1
    ip_address: 192.0.2.20
    snmp_version: 2c
    snmp_community: "{{ vaulted_community | default('not-public') }}"
  delegate_to: localhost

- name: Create a webhook to which its backup reports
  acsmon.monitor.acsmon_webhook:
    device: edge-1
    name: Backup
    description: Reports once a night
    show_ingest_url: true
    rules:
      - name: Backup failed
        condition: payload_ne
        payload_field: job.state
        threshold: ok
        severity: critical
        channels: [NOC mail]
      - name: Backup is slow
        condition: payload_gt
        payload_field: job.minutes
        threshold: 90
        cooldown_minutes: 60
  delegate_to: localhost
  no_log: true
  register: backup

- name: Get the events that it received last
  acsmon.monitor.acsmon_webhook:
    device: edge-1
    name: Backup
    recent_events: 5
  delegate_to: localhost
  register: received

- name: Switch it off
  acsmon.monitor.acsmon_webhook:
    device: edge-1
    name: Backup
    is_active: false
  delegate_to: localhost

- name: Remove it
  acsmon.monitor.acsmon_webhook:
    device: edge-1
    name: Backup
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
webhook:
  description:
    - The webhook as it is after the task, or in check mode as it would be. With O(state=absent), as it was.
    - The URL at which it receives events is not in it. See RV(ingest_url).
    - Other fields that the server shows are returned as they came.
  returned: when there is such a webhook, or there was
  type: dict
  contains:
    id:
      description: Id of the webhook. Missing in check mode when the webhook would be created.
      returned: when the webhook exists
      type: int
      sample: 6
    device_id:
      description: Id of the device that it belongs to.
      returned: when the server shows it
      type: int
      sample: 42
    name:
      description: Name of the webhook.
      returned: always
      type: str
      sample: Backup
    description:
      description: What the webhook is for.
      returned: when the server shows it
      type: str
      sample: Reports once a night
    is_active:
      description: Whether the webhook accepts events.
      returned: when the webhook exists
      type: bool
      sample: true
ingest_url:
  description:
    - URL at which the webhook receives events, with GET or POST and any JSON. It needs no token of the API.
    - Anyone who knows it can send to it.
  returned: when O(show_ingest_url=true), the webhook exists and the server shows it
  type: str
  sample: https://monitoring.example.com/api/v1/webhook-ingest/TOKEN
events:
  description:
    - The events that the webhook received last, the newest first, as the server shows them.
    - Anyone who knows the URL of the webhook can send them. Do not trust their content.
    - The keys below are likely ones. The documentation of the API does not name them.
  returned: when O(recent_events) is not V(0)
  type: list
  elements: dict
  contains:
    id:
      description: Id of the event.
      returned: always
      type: int
      sample: 4711
    method:
      description: HTTP method with which the event was sent.
      returned: when the server shows it
      type: str
      sample: POST
    payload:
      description: The JSON that was sent.
      returned: when the server shows it
      type: raw
      sample:
        job:
          state: ok
    query:
      description: The query parameters that were sent.
      returned: when the server shows it
      type: raw
      sample:
        host: edge-1
    ip_address:
      description: Address from which the event was sent.
      returned: when the server shows it
      type: str
      sample: 192.0.2.20
    received_at:
      description: Time at which the event came.
      returned: when the server shows it
      type: str
      sample: "2026-04-22T01:30:00Z"
rules:
  description: The alert rules of the webhook as they are after the task, or in check mode as they would be.
  returned: when O(rules) is set
  type: list
  elements: dict
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
      sample: Backup failed
    device_id:
      description: Id of the device.
      returned: when the server shows it
      type: int
      sample: 42
    webhook_id:
      description: Id of the webhook.
      returned: when the server shows it
      type: int
      sample: 6
    condition:
      description: Condition under which there is an alert.
      returned: always
      type: str
      sample: payload_ne
    payload_field:
      description: The value in the JSON that is compared.
      returned: when the server shows it
      type: str
      sample: job.state
    threshold:
      description: What the value is compared with.
      returned: when the server shows it
      type: str
      sample: ok
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
  sample: [description]
diff:
  description:
    - The options that differ, before and after. C(rules) has the rules that differ, by their names.
  returned: changed
  type: dict
  contains:
    before:
      description: The values that the webhook had. Empty if it was created.
      returned: always
      type: dict
      sample:
        is_active: true
    after:
      description: The values that the webhook has now. Empty if it was removed.
      returned: always
      type: dict
      sample:
        is_active: false
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
      sample: /api/v1/devices/42/webhooks
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
