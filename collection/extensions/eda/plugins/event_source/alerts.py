# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An event source of ansible-rulebook: acsmon.monitor.alerts."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: alerts
short_description: Alerts of ACS Monitor when they open, are acknowledged and are resolved
version_added: 0.1.0
description:
  - Gives an event each time an alert of a device, a monitor or a webhook opens, is acknowledged, is resolved or is removed. On request, it also gives one
    when an alert stays open for too long. The collection's executable does the work, with C(acsmon watch).
  - "An event has the keys C(change) (C(opened), C(acknowledged), C(resolved), C(removed) or C(overdue)), C(source) (C(device), C(monitor) or
    C(webhook)), C(id), C(severity), C(status),
    C(device) and C(device_id), C(monitor) and C(monitor_id), C(webhook) and C(webhook_id) where the alert has them, C(server), C(alert) with the alert as the
    server shows it, and C(key), which identifies this change of this alert."
  - Each event is given at least once. A file records which events were given (see O(state)), and the next start goes on from there. An event comes twice only
    if the rulebook was killed just after it. If ansible-rulebook is killed, it forgets events that it has received but not yet acted on. O(repeat_open) makes
    up for that, and so does its own persistence together with O(feedback).
  - Text from the server never becomes a template, neither in the rulebook nor in the playbooks that it runs. For that reason, each C({) is replaced by its
    full-width form C(｛). So is a C(#) that could become C(#jinja2:), and a backslash that begins an escape.
  - If the server cannot be reached, the source says so in the log and goes on trying. If the server refuses the token, the source ends with an error.
  - Each O(interval), it costs one request for each 100 open and for each 100 acknowledged alerts of each of the two lists, at least one for each, and one
    request for each alert that is no longer among them. It does not see an alert that opens and is resolved between two looks.
  - Needs the permission C(alerts.view).
  - Options that are not set come from the environment variables C(ACSMON_*), and the token also from C(acsmon login), as for modules.
options:
  base_url:
    description:
      - Address of the web interface, such as V(https://monitoring.example.com).
      - If not set, the environment variable E(ACSMON_BASE_URL) is used.
    type: str
  token:
    description:
      - API token. The executable gets it in its environment, never on its command line.
      - If not set, the environment variable E(ACSMON_TOKEN) is used, for the server of E(ACSMON_BASE_URL) only.
    type: str
  email:
    description:
      - E-mail address to log in with, instead of O(token).
    type: str
  password:
    description:
      - Password to log in with.
    type: str
  validate_certs:
    description:
      - Whether the server's certificate is checked.
    type: bool
    default: true
  ca_path:
    description:
      - PEM file with more certificate authorities to trust.
    type: str
  timeout:
    description:
      - Seconds that one request may take.
    type: float
    default: 30
  connect_timeout:
    description:
      - Seconds that connecting may take.
    type: float
    default: 10
  max_wait:
    description:
      - Seconds that one look at the alerts may wait for the rate limit, for maintenance and between retries.
    type: float
    default: 300
  interval:
    description:
      - Seconds between two looks at the alerts, at least V(5).
    type: int
    default: 60
  source:
    description:
      - What the alerts are about. It is not documented how a server shows the alerts of webhooks.
    type: str
    choices: [any, device, monitor, webhook]
    default: any
  severity:
    description:
      - Only alerts of these severities. All if not set.
    type: list
    elements: str
    choices: [info, warning, critical]
  monitor:
    description:
      - Only alerts of this monitor, by its name or its id.
    type: str
  device:
    description:
      - Only alerts of this device, by its name or its id.
    type: str
  overdue_after:
    description:
      - If set, an alert that is still open this many seconds after its event gives one more event, with the C(change) C(overdue).
    type: int
  skip_existing:
    description:
      - Whether to give no event for alerts that are already open when there is no saved state. If V(false), each gives an event.
    type: bool
    default: false
  repeat_open:
    description:
      - Whether each start gives an event for each open alert, even if an earlier start did. Use it if an action does no harm when it is done twice, such as
        an acknowledgement, and if no alert may be missed when the rulebook is killed.
    type: bool
    default: false
  state:
    description:
      - File that records which events were given. Two sources cannot share one.
      - If not set, it is a file under E(XDG_STATE_HOME) for each server, token, choice of alerts and O(overdue_after). In a container, name a file that
        outlives it.
    type: str
  feedback:
    description:
      - Whether an event counts as given only when the rule engine has it, for rulebooks that run with the option C(--persistence-id).
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Acknowledge critical alerts
  hosts: localhost
  sources:
    - name: alerts
      acsmon.monitor.alerts:
        severity: [critical]
  rules:
    - name: Acknowledge
      condition: event.change == "opened" and event.status == "open"
      action:
        run_module:
          name: acsmon.monitor.acsmon_alert
          module_args:
            ids: ["{{ event.id }}"]
            source: "{{ event.source }}"
            note: Seen by the rulebook
"""

import asyncio
import importlib.util
import json
import logging
import os
from pathlib import Path
from typing import Any

LOGGER = logging.getLogger(__name__)

# Options of the executable, whose flags have the same names.
OPTIONS = (
    'base_url', 'validate_certs', 'ca_path', 'timeout', 'connect_timeout', 'max_wait',
    'interval', 'source', 'severity', 'monitor', 'device', 'overdue_after', 'skip_existing', 'repeat_open', 'state',
)
# The executable gets them in these environment variables.
CREDENTIALS = {'token': 'ACSMON_TOKEN', 'email': 'ACSMON_EMAIL', 'password': 'ACSMON_PASSWORD'}
# Options for ansible-rulebook itself, which adds the queue of its answers.
FEEDBACK = ('feedback', 'eda_feedback_queue')

# An event is one line, with all that the server shows of an alert.
LONGEST_LINE = 64 << 20
# How long the rule engine may take to accept an event.
FEEDBACK_SECONDS = 300


async def main(queue: asyncio.Queue, args: dict[str, Any]) -> None:
    """Put an event for each change of an alert on the queue, until cancelled."""
    process = await asyncio.create_subprocess_exec(
        _executable(), 'watch', '--confirm', *_flags(args), env=_environment(args), limit=LONGEST_LINE,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    trouble = asyncio.create_task(_log(process.stderr))
    try:
        async for line in process.stdout:
            event = json.loads(line)
            await queue.put(event)
            if feedback := args.get('eda_feedback_queue'):
                await asyncio.wait_for(feedback.get(), FEEDBACK_SECONDS)
            # Only now it counts as given. A process that has ended meanwhile says why.
            process.stdin.write(f'{event["key"]}\n'.encode())
        status, last = await process.wait(), await trouble
        raise RuntimeError(last or f'acsmon watch ended with exit status {status}')
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
        trouble.cancel()


def _executable() -> str:
    """The path of the collection's executable. ansible-rulebook has no import path to collections."""
    path = Path(__file__).resolve().parents[4] / 'plugins' / 'plugin_utils' / '_executable.py'
    spec = importlib.util.spec_from_file_location('acsmon_monitor_executable', path)
    executable = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(executable)
    return executable.find_here()


def _flags(args: dict[str, Any]) -> list[str]:
    """The options as flags. A misspelt option is refused here, because its value could be a token."""
    unknown = set(args) - {*OPTIONS, *CREDENTIALS, *FEEDBACK}
    if unknown:
        raise ValueError(f'acsmon.monitor.alerts has no option {", ".join(sorted(unknown))}; it has {", ".join([*OPTIONS, *CREDENTIALS, "feedback"])}.')
    return [f'--{name.replace("_", "-")}={_text(args[name])}' for name in OPTIONS if args.get(name) is not None]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ','.join(str(element) for element in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _environment(args: dict[str, Any]) -> dict[str, str]:
    """The environment of the executable. Credentials of the rulebook replace all those in the environment, and the server that these are for."""
    given = {CREDENTIALS[name]: str(args[name]) for name in CREDENTIALS if args.get(name) is not None}
    for name in CREDENTIALS:
        if not given.get(CREDENTIALS[name], name).strip():
            raise ValueError(f'{name} is empty: give it a value, or leave it out to use the environment.')
    if not given:
        return dict(os.environ)
    replaced = {*CREDENTIALS.values(), 'ACSMON_TOKEN_FILE'}
    if args.get('base_url'):
        replaced.add('ACSMON_BASE_URL')
    return {name: value for name, value in os.environ.items() if name not in replaced} | given


async def _log(stderr: asyncio.StreamReader) -> str:
    """Log what the executable says, and return its last complaint, without the hint that may follow it."""
    last = ''
    async for line in stderr:
        text = line.decode(errors='replace').strip()
        LOGGER.warning('%s', text)
        if not text.startswith('hint: '):
            last = text
    return last
