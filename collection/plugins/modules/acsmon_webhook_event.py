#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_webhook_event
short_description: Push an event to a webhook of ACS Monitor
version_added: 0.1.0
description:
  - Send an event to the URL of a webhook of a device. The alert rules of the webhook then raise an alert, or end one.
  - The module needs only the URL. No token is sent with the event, and it does not count towards the rate limit of the API. So a host can report for itself
    without an account in ACS Monitor.
  - An event may be sent twice, so that it is not lost. If an attempt gets no response, the event is sent again, and the webhook may show it twice.
    RV(may_be_repeated) and a warning say so. Put something into the O(payload) that tells one event from the next, such as the time of the job.
  - The task is changed whenever the event was sent.
  - Costs one request, which does not count towards the rate limit of the API.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.connection
  - acsmon.monitor.attributes
attributes:
  check_mode:
    support: full
    details:
      - Nothing is sent, so only the form of the URL is checked.
  diff_mode:
    support: none
  idempotent:
    support: none
    details:
      - Each run sends an event.
options:
  ingest_url:
    description:
      - URL of the webhook, as in RV(acsmon.monitor.acsmon_webhook#module:ingest_url).
      - It is a secret, and is neither shown nor logged.
    type: str
    required: true
  payload:
    description:
      - What to send as JSON, a mapping or a list. The alert rules of the webhook look at it.
      - If not set, an event without content is sent, which is enough to show that something is alive.
    type: raw
  query:
    description:
      - Query parameters. Each is a text, a number or a boolean. The server keeps them beside the payload.
    type: dict
  base_url:
    description:
      - Root URL of the install. It only decides whether O(headers) are sent. The event goes to O(ingest_url).
      - If not set, the environment variable E(ACSMON_BASE_URL) is used.
    type: str
  token:
    description:
      - Not used. No credentials go with an event.
    type: str
  email:
    description:
      - Not used. No credentials go with an event.
    type: str
  password:
    description:
      - Not used. No credentials go with an event.
    type: str
  headers:
    description:
      - HTTP headers to send along, for example to a gateway in front of ACS Monitor.
      - They are sent only if O(ingest_url) has the scheme, host and port of O(base_url), because they may contain the key of a gateway.
    type: dict
  profile:
    description:
      - Not used.
    type: path
seealso:
  - module: acsmon.monitor.acsmon_webhook
  - ref: ansible_collections.acsmon.monitor.docsite.guide_webhooks
    description: Jobs that report how they went.
"""

EXAMPLES = r"""
- name: Create a device whose backup reports to a webhook
  acsmon.monitor.acsmon_device:
    name: nas-1
    ip_address: 192.0.2.21
  delegate_to: localhost

- name: Raise an alert when a backup fails or does not report
  acsmon.monitor.acsmon_webhook:
    device: nas-1
    name: Backup
    show_ingest_url: true
    rules:
      - name: Backup of nas-1
        condition: payload_ne
        payload_field: job.state
        threshold: ok
        severity: critical
        notify_on_recovery: true
  delegate_to: localhost
  no_log: true
  register: backup

- name: Back up, and report how it went
  block:
    - name: Back up
      ansible.builtin.command: /bin/true
      delegate_to: localhost
      changed_when: false

    - name: Report success
      acsmon.monitor.acsmon_webhook_event:
        ingest_url: "{{ backup.ingest_url }}"
        payload:
          job:
            date: "{{ now(utc=true).strftime('%Y-%m-%d') }}"
            state: ok
      delegate_to: localhost
  rescue:
    - name: Report failure, which raises the alert
      acsmon.monitor.acsmon_webhook_event:
        ingest_url: "{{ backup.ingest_url }}"
        payload:
          job:
            date: "{{ now(utc=true).strftime('%Y-%m-%d') }}"
            state: failed
            task: "{{ ansible_failed_task.name }}"
      delegate_to: localhost

# What did not report sends no event that a rule could look into. So a playbook that runs in the morning looks, and
# reports in its place.
- name: See what was reported last
  acsmon.monitor.acsmon_webhook:
    device: nas-1
    name: Backup
    recent_events: 10
  delegate_to: localhost
  register: reported

- name: Report that the backup did not report, which raises the alert
  acsmon.monitor.acsmon_webhook_event:
    ingest_url: "{{ backup.ingest_url }}"
    payload:
      job:
        date: "{{ now(utc=true).strftime('%Y-%m-%d') }}"
        state: missing
  delegate_to: localhost
  when: now(utc=true).strftime('%Y-%m-%d') not in reported.events | map(attribute='payload.job.date', default='')
"""

RETURN = r"""
attempts:
  description: How many times the event was sent.
  returned: when it was sent
  type: int
  sample: 1
may_be_repeated:
  description:
    - Whether an attempt before the last got no usable response, so that the webhook may have received the event more than once.
    - If the task failed, whether the webhook may have received the event nevertheless.
  returned: when it was sent
  type: bool
  sample: false
response:
  description: What the server answered, if that is JSON. The documentation of the API does not say what it contains.
  returned: when there is one
  type: raw
  sample:
    received: true
failure:
  description: What the server answered when it refused the request.
  returned: when the server refused the event
  type: dict
  contains:
    status:
      description: HTTP status of the response. V(0) if there was none.
      returned: always
      type: int
      sample: 404
    method:
      description: HTTP method of the request.
      returned: always
      type: str
      sample: POST
    path:
      description: Path of the request, without the token in it.
      returned: always
      type: str
      sample: /api/v1/webhook-ingest/***
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        payload: [The payload is too large.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the ingest URL crosses the network unencrypted, use https"]
"""
