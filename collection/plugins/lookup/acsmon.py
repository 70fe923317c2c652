# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: acsmon
short_description: Look up monitors, devices, alerts and more in ACS Monitor
version_added: 0.1.0
description:
  - Returns one resource by its name or id, or all that the options select. It changes nothing.
  - The first lookup fetches the whole list, with one request for each 100 rows. Later lookups use what it fetched for O(cache_timeout) seconds, whichever
    rows they want, and in whichever template, host or playbook they are. That ends early if a task of this collection changes something on the server.
  - Alerts are fetched once for each value of O(status). A lookup of alerts with all three statuses, or of several by O(ids), asks the server each time.
  - The rows are those of the lists, as the modules C(acsmon_*_info) return them. Text from the server is never evaluated as a
    template.
  - A lookup runs on the controller, and sees neither the C(environment) of the task nor C(module_defaults). It uses the
    controller's environment variables and the token of C(acsmon login), or the options below.
  - Use C(query) for a list. C(lookup) returns the row itself if there is only one, and C("") for an empty list.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.alert_selection
  - acsmon.monitor.info
  - acsmon.monitor.secret_keys
  - acsmon.monitor.connection
options:
  _terms:
    description:
      - The first term says what to look up.
      - V(monitor), V(device), V(monitor_group), V(device_group), V(alert_channel), V(alert_rule), V(monitor_alert_rule),
        V(role), V(user), V(dashboard) and V(mib) are followed by names or ids, each a term. A term of digits only is an id. The name of a user is the e-mail
        address. Each must exist, and a name must belong to only one.
      - V(alert) is followed by ids.
      - V(monitors), V(devices), V(alerts), V(monitor_groups), V(device_groups), V(alert_channels), V(alert_rules),
        V(monitor_alert_rules), V(roles), V(users), V(dashboards) and V(mibs) return a list of all, or of those that the options select.
      - V(system) returns what M(acsmon.monitor.acsmon_system_info) returns, without the rate limit.
    type: list
    elements: str
    required: true
  cache_timeout:
    description:
      - Seconds for which the lists of the server are kept and used again. They are kept in files of the current user, separately for each server and each of
        its users.
      - With V(0), nothing is kept or used again, and the lookup asks the server only for what it wants.
    type: int
    default: 60
  names:
    description:
      - Exact names to select, for everything that has a name.
    type: list
    elements: str
  ids:
    description:
      - Ids to select. An id that does not exist selects nothing.
    type: list
    elements: int
  search:
    description:
      - Text that one of the fields must contain. Cannot be combined with O(ids).
    type: str
  filters:
    description:
      - More conditions, each a field with the value that it must have, or with a list of values of which it must have one.
      - A path such as C(device.name) reaches into an object. It is an error if no row shows the field.
    type: dict
  status:
    description:
      - Statuses to select. For monitors, these are V(up), V(down), V(degraded) and V(unknown). For devices, they are V(up), V(down) and V(unknown). For
        alerts, they are V(open), V(acknowledged) and V(resolved).
      - For alerts, the default is V(open) and V(acknowledged) if O(ids) is not set either.
    type: list
    elements: str
  severity:
    description:
      - Severities of the alerts to select. These are V(info), V(warning) and V(critical).
    type: list
    elements: str
  type:
    description:
      - Types of the monitors to select.
    type: list
    elements: str
  device_type:
    description:
      - Types of the devices to select.
    type: list
    elements: str
  group:
    description:
      - Group whose monitors or devices to select, by its name or id. The group must exist.
    type: str
  is_active:
    description:
      - Whether the monitors or devices to select are checked or polled.
    type: bool
  include:
    description:
      - The parts of V(system) to return.
    type: list
    elements: str
    choices: [health, stats, user]
    default: [health, stats, user]
notes:
  - An option that is set to an empty list selects nothing. An option that is not set leaves nothing out.
  - Each first term has the options of its module. Any other option is an error.
seealso:
  - ref: ansible_collections.acsmon.monitor.docsite.guide_lookup
    description: What it costs, and which server and token it uses.
  - module: acsmon.monitor.acsmon_monitor_info
  - module: acsmon.monitor.acsmon_device_info
  - module: acsmon.monitor.acsmon_alert_info
"""

EXAMPLES = r"""
- name: Show the status of a monitor
  ansible.builtin.debug:
    msg: "{{ lookup('acsmon.monitor.acsmon', 'monitor', 'Public website').status }}"

- name: Act only where nothing is wrong with the group
  ansible.builtin.debug:
    msg: All of its monitors are up.
  when: query('acsmon.monitor.acsmon', 'monitors', group='Databases', status=['down', 'degraded']) | length == 0

- name: Show the critical alerts, the latest first
  ansible.builtin.debug:
    msg: "{{ item.source }} alert {{ item.id }} since {{ item.triggered_at }}"
  loop: "{{ query('acsmon.monitor.acsmon', 'alerts', severity='critical', sort='-triggered_at') }}"
  loop_control:
    label: "{{ item.id }}"

- name: Ask a server with a token from a vault, and keep nothing
  ansible.builtin.debug:
    msg: "{{ query('acsmon.monitor.acsmon', 'devices', cache_timeout=0, **server) | map(attribute='name') }}"
  vars:
    server:
      base_url: "{{ monitoring_url }}"
      token: "{{ monitoring_token }}"
"""

RETURN = r"""
_raw:
  description:
    - The rows that were found, each as the module for it returns it.
  type: list
  elements: dict
"""

import json

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.acsmon.monitor.plugins.plugin_utils import _executable as executable

display = Display()


class LookupModule(LookupBase):
    """Asks the executable, which does the work. Secrets are on its standard input, never on its command line."""

    def run(self, terms, variables=None, **kwargs):
        kwargs.pop('wantlist', None)  # a loop with_ hands it on
        request = json.dumps({'terms': list(terms), 'options': kwargs}, default=str)
        try:
            path = executable.find_here()
            status, output, unused = executable.run([path, 'lookup'], request, {})
        except executable.NotRunnable as error:
            raise AnsibleLookupError(str(error)) from None
        result = executable.parse(output)
        if result is None:
            raise AnsibleLookupError(executable.no_answer(path, status, ''))
        for warning in result.get('warnings', ()):
            display.warning(warning)
        if result.get('failed'):
            raise AnsibleLookupError(result['msg'])
        return wrap_var(result['found'])  # never a template, on any ansible-core
