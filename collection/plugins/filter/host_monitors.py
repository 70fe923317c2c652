# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
name: host_monitors
short_description: The monitors that hosts say they need
version_added: 0.1.0
author:
  - The acsmon.monitor authors (@acsmon)
description:
  - Collects the variables C(acsmon_monitors) and C(acsmon_monitors_*) of hosts into one list of monitors, in the form that
    M(acsmon.monitor.acsmon_monitors) takes. The role P(acsmon.monitor.host_monitors#role) uses it and describes the variables.
  - Each monitor is named C(HOST NAME), in which C(NAME) is its C(name), or its C(type) if it has no name. If that already has the host's name as a word, it
    is used as it is. The monitor checks the host's C(ansible_host), unless it has a C(host) itself. It is linked with the device from which the inventory of
    ACS Monitor made the host, if there is one.
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
  tags:
    description: Tags that each monitor has beside its own.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Show what the hosts of the play need
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts | acsmon.monitor.host_monitors(hostvars) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The monitors, those of the first host first.
  type: list
  elements: dict
"""

from ansible_collections.acsmon.monitor.plugins.plugin_utils._host_lists import monitors_of


def host_monitors(hosts, hostvars, tags=()):
    return [monitor for name in hosts for monitor in monitors_of(name, hostvars[name], tags).values()]


class FilterModule(object):
    def filters(self):
        return {'host_monitors': host_monitors}
