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
  - Each monitor is named C(HOST NAME), in which C(NAME) is its C(name) or else its C(type), unless that has the host's name in it. It
    checks the host's C(ansible_host), unless it has a C(host) itself, and is linked with the device of which the inventory of ACS Monitor
    has made the host.
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

from ansible.errors import AnsibleFilterError
from ansible.module_utils.ansible_release import __version__
from ansible.utils.unsafe_proxy import AnsibleUnsafe

# Up to 2.18, hostvars leave a template with an undefined variable as it is. From 2.19 on it is an error.
LEAVES_TEMPLATES = tuple(int(part) for part in __version__.split('.')[:2]) < (2, 19)


def host_monitors(hosts, hostvars, tags=()):
    return [monitor for name in hosts for monitor in monitors_of(name, hostvars[name], list(tags))]


def monitors_of(name, host, tags):
    unwatched = host.get('acsmon_unwatched') or []
    found = {}
    for variable in sorted(key for key in host if key == 'acsmon_monitors' or key.startswith('acsmon_monitors_')):
        items = host[variable] or []
        if not isinstance(items, (list, tuple)):
            raise AnsibleFilterError(f'{variable} of {name} must be a list of monitors')
        for item in items:
            if not hasattr(item, 'keys'):
                raise AnsibleFilterError(f'{variable} of {name} must be a list of monitors, each with the options of acsmon_monitor')
            monitor = completed(name, host, dict(item), tags)
            refuse_templates(monitor, f'{variable} of {name}')
            if unwatched is True or item.get('name', item.get('type')) in unwatched:
                continue
            if monitor['name'] in found:
                raise AnsibleFilterError(f'{variable} of {name} has a second monitor {monitor["name"]}: give the two different names')
            found[monitor['name']] = monitor
    return found.values()


def completed(name, host, item, tags):
    monitor = {'host': host.get('ansible_host') or name}
    device = (host.get('acsmon') or {}).get('id')
    if device:
        monitor['device'] = str(device)
    monitor.update(host.get('acsmon_monitor_defaults') or {})
    monitor.update(item)
    own = str(item.get('name') or item.get('type') or '')
    monitor['name'] = own if name in own else f'{name} {own}'
    own_tags = monitor.get('tags') or []
    monitor['tags'] = tags + (own_tags.split(',') if isinstance(own_tags, str) else list(own_tags))
    return monitor


def refuse_templates(value, where):
    if not LEAVES_TEMPLATES:
        return
    if hasattr(value, 'keys'):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for element in value:
            refuse_templates(element, where)
    elif isinstance(value, str) and not isinstance(value, AnsibleUnsafe) and ('{{' in value or '{%' in value):
        raise AnsibleFilterError(f'{where} has a template with a variable that is not defined: {value}')


class FilterModule(object):
    def filters(self):
        return {'host_monitors': host_monitors}
