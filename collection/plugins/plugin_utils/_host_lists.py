# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the variables of hosts say about their monitors and alert rules."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import re

from ansible.errors import AnsibleFilterError
from ansible.module_utils.ansible_release import __version__
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.utils.unsafe_proxy import AnsibleUnsafe

# Up to 2.18, hostvars leave a template with an undefined variable as it is. From 2.19 on it is an error.
LEAVES_TEMPLATES = tuple(int(part) for part in __version__.split('.')[:2]) < (2, 19)


def monitors_of(name, host, tags=()):
    """The monitors of a host by their names, without those that it does not need."""
    unwatched = unwatched_of(name, host)
    found = {}
    for item, where in items_of(name, host, 'acsmon_monitors', 'monitors', 'acsmon_monitor'):
        monitor = completed(name, host, item, list(tags))
        refuse_templates(monitor, where)
        if unwatched is True or own_name(item) in unwatched:
            continue
        if monitor['name'] in found:
            raise AnsibleFilterError(f'{where} has a second monitor {monitor["name"]}: give the two different names')
        found[monitor['name']] = monitor
    return found


def rules_of(name, host, mark=''):
    """The alert rules of a host by their names. A rule that names no monitor applies to each monitor of the host."""
    monitors, known = monitors_of(name, host), all_names(name, host)
    found = {}
    for item, where in items_of(name, host, 'acsmon_alert_rules', 'alert rules', 'acsmon_monitor_alert_rule'):
        wanted = full_name(name, str(item['monitor'])) if item.get('monitor') else None
        if wanted and wanted not in known:
            raise AnsibleFilterError(f'{where} names the monitor {item["monitor"]}, which {name} does not have: it has {", ".join(sorted(known)) or "none"}')
        for monitor in monitors:
            if wanted in (None, monitor):
                rule = dict(host.get('acsmon_alert_rule_defaults') or {}, **item)
                rule.update(monitor=monitor, name=f'{monitor} {item.get("name") or item.get("condition")}{mark}')
                refuse_templates(rule, where)
                if rule['name'] in found:
                    raise AnsibleFilterError(f'{where} has a second alert rule {rule["name"]}: give the two different names')
                found[rule['name']] = rule
    return found


def all_names(name, host):
    """The names of all monitors of a host, including those that it does not need."""
    items = items_of(name, host, 'acsmon_monitors', 'monitors', 'acsmon_monitor')
    return {full_name(name, own_name(item)) for item, _where in items}


def items_of(name, host, prefix, what, module):
    """The items of all lists of a host whose names begin with this text, each with the place where it is."""
    for variable in sorted(key for key in host if key == prefix or key.startswith(prefix + '_')):
        items = host[variable] or []
        if not isinstance(items, (list, tuple)):
            raise AnsibleFilterError(f'{variable} of {name} must be a list of {what}')
        for item in items:
            if not hasattr(item, 'keys'):
                raise AnsibleFilterError(f'{variable} of {name} must be a list of {what}, each with the options of {module}')
            yield dict(item), f'{variable} of {name}'


def unwatched_of(name, host):
    """The names of monitors that a host does not need, or True for all. The variable is read as a module reads an option."""
    value = host.get('acsmon_unwatched')
    if isinstance(value, (list, tuple)):
        return [str(element) for element in value]
    if not value or isinstance(value, bool):
        return value or []
    if not isinstance(value, str):
        raise AnsibleFilterError(f'acsmon_unwatched of {name} must be true, or a list of names of monitors')
    try:
        return boolean(value) or []
    except TypeError:
        return [word.strip() for word in value.split(',')]


def own_name(item):
    return str(item.get('name') or item.get('type') or '')


def full_name(name, own):
    """The name of a monitor. The name of its host is put before it, unless it contains that as a word."""
    has_it = re.search(r'(?<![\w.-])' + re.escape(name) + r'(?![\w.-])', own)
    return own if has_it else f'{name} {own}'


def completed(name, host, item, tags):
    monitor = {'host': host.get('ansible_host') or name}
    device = (host.get('acsmon') or {}).get('id')
    if device:
        monitor['device'] = str(device)
    monitor.update(host.get('acsmon_monitor_defaults') or {})
    monitor.update(item)
    monitor['name'] = full_name(name, own_name(item))
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
