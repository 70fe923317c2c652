# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
name: host_alert_rules
short_description: The alert rules that hosts say their monitors need
version_added: 0.1.0
author:
  - The acsmon.monitor authors (@acsmon)
description:
  - Collects the variables C(acsmon_alert_rules) and C(acsmon_alert_rules_*) of hosts into one list of alert rules, in the form that
    O(acsmon.monitor.acsmon_config#module:monitor_alert_rules) takes. The role P(acsmon.monitor.host_monitors#role) uses it and describes
    the variables.
positional: _input, hostvars
options:
  _input:
    description: Names of the hosts.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variable C(hostvars).
    type: dict
    required: true
  owner:
    description: Whose rules these are. Each name ends with C([owner:OWNER]).
    type: str
    default: ""
  otherwise:
    description: What to return if no host has such a variable, which says nothing about what there should be. The role passes C(omit).
    type: raw
"""

EXAMPLES = r"""
- name: Show which alert rules the hosts of the play need
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts | acsmon.monitor.host_alert_rules(hostvars) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The alert rules, those of the first host first.
  type: list
  elements: dict
"""

from ansible_collections.acsmon.monitor.plugins.plugin_utils._host_lists import rules_of


def host_alert_rules(hosts, hostvars, owner='', otherwise=None):
    if not any(key.startswith('acsmon_alert_rules') for name in hosts for key in hostvars[name]):
        return otherwise
    mark = f' [owner:{owner}]' if owner else ''
    return [rule for name in hosts for rule in rules_of(name, hostvars[name], mark).values()]


class FilterModule(object):
    def filters(self):
        return {'host_alert_rules': host_alert_rules}
