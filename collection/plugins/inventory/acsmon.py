# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: acsmon
short_description: Inventory of what ACS Monitor watches
version_added: 0.1.0
description:
  - Makes each active device a host, in groups by device group, device type and status. The variable C(acsmon) of each host
    holds the device as the server shows it.
  - The collection's executable does the work. It is also an inventory script that reads the same settings file. Only this plugin supports what needs Jinja
    (O(compose), O(groups), O(keyed_groups), templates and vaults). O(group_by), O(hostnames) and the other settings cover most needs, and take a fraction of
    the time.
  - Costs one request for each 100 devices, and likewise for each 100 monitors and alerts if they are included. No setting costs a request for each host.
  - Text from the server is never evaluated as a template. Names are made valid. Each character that is not a letter, a digit, C(_), C(-) or C(.) becomes
    C(_). If several hosts would have the same name, C(_) and the id are appended to each. They are also appended to a name that means something else to
    Ansible, such as C(localhost) or the name of a group.
  - The server cannot set variables by which Ansible connects, except C(ansible_host), which is set only if it is an IP address or a valid host name.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - constructed
  - inventory_cache
  - acsmon.monitor.secret_keys
  - acsmon.monitor.connection
options:
  plugin:
    description:
      - Marks the file as settings of this plugin. The name of the file must end in C(acsmon.yml) or C(acsmon.yaml).
    type: str
    required: true
    choices: [acsmon.monitor.acsmon]
  sources:
    description:
      - What becomes a host. With V(devices), each device is a host. With V(monitors), each host that a monitor checks is one.
      - With both, a monitor belongs to the device that it names, or to the device whose IP address or name is the host that it checks. Only monitors without
        such a device make hosts of their own.
      - A host that only monitors check has the fields C(name) and C(host), which both hold what is checked, and C(monitors).
    type: list
    elements: str
    choices: [devices, monitors]
    default: [devices]
  include_inactive:
    description:
      - Whether devices and monitors that are switched off in ACS Monitor are included.
    type: bool
    default: false
  filters:
    description:
      - Conditions that devices must match, each a field with the value that it must have, or with a list of values of which it must have one.
      - A device group can be given by its name or its id.
      - Single values are sent to the server as well, as C(filter[FIELD]), to save requests. It is an error if the server's list does not show a field,
        because a server may ignore a filter that it does not know.
    type: dict
    default: {}
  monitor_filters:
    description:
      - Conditions that monitors must match, written as in O(filters).
    type: dict
    default: {}
  search:
    description:
      - Free text that the server looks for in the names and addresses of the devices. Devices that contain it in none of their
        fields are left out.
    type: str
  include:
    description:
      - Patterns. A host must match one of them. Each is V(NAME) or V(FIELD=VALUE), with the wildcards V(*) and V(?). Upper and lower case are the same.
      - NAME is the name in ACS Monitor. A field may be a path such as C(device_group.name) or C(monitors.type).
      - V(FIELD!=VALUE) matches hosts without that value, and those without the field. V(FIELD~REGEX) looks for a regular
        expression. V(FIELD>VALUE), V(FIELD>=VALUE), V(FIELD<VALUE) and V(FIELD<=VALUE) compare numbers, or times such as
        V(last_polled_at<2026-01-31).
      - A name that looks like a condition is written V(name=NAME), and a condition that looks like a name V({FIELD}=VALUE).
    type: list
    elements: str
    default: []
  exclude:
    description:
      - Patterns, written as in O(include). A host must match none of them.
    type: list
    elements: str
    default: []
  exclude_host_filters:
    description:
      - Jinja conditions, which see the variables of a host. A host for which one of them is true is left out.
      - Use this for conditions that O(exclude) cannot express. It takes more time, and only the plugin supports it.
    type: list
    elements: str
    default: []
  with_monitors:
    description:
      - Whether hosts have a field C(monitors), the list of the monitors that belong to them.
      - If O(sources) has V(monitors), they have it anyway.
      - With this field, the plugin warns of overdue deploy windows, which should have ended and still hold paused monitors. All hosts then have a variable
        C(acsmon_overdue_windows), a list with C(window), C(end) and C(monitors) of each.
    type: bool
    default: false
  with_alerts:
    description:
      - Whether hosts have a field C(alerts), the list of their open alerts. The list includes the alerts of monitors if monitors are read, that is with
        O(with_monitors=true) or if O(sources) has V(monitors).
    type: bool
    default: false
  hostnames:
    description:
      - What hosts are called, in order of preference. The first entry whose fields the host has is used. If there is none, the name is C(device_) followed by
        the id.
      - Each entry is a field such as V(name), V(ip_address) or V(id), or a text with fields in braces such as V({device_group.name}-{name}).
      - A field may be followed by a transformation. V(name | short) is what is before the first dot, V(name | lower) and
        V(name | upper) change the case, and V(name | regex_replace('^sw-', '')) replaces what a regular expression matches.
      - In the plugin, an entry may also be a Jinja template, which sees the variables of the host.
    type: list
    elements: str
    default: [name]
  lowercase:
    description:
      - Whether names are converted to lower case.
    type: bool
    default: false
  domain:
    description:
      - Domain that is appended to each name, unless the name is an IP address or already ends in it.
    type: str
    default: ""
  duplicates:
    description:
      - What to do when several hosts would have the same name.
      - V(id) appends C(_) and its id to the name of each. V(fail) is an error. V(first) keeps only the host with the lowest id.
    type: str
    choices: [id, fail, first]
    default: id
  server_name:
    description:
      - Name of this server, for an inventory with hosts of several servers. All hosts are in a group C(server_NAME) and have a field C(server_name). Their
        names begin with the name of the server and C(_), unless O(hostnames) contains C({server_name}).
      - Without it, hosts with the same name on two servers are one host to Ansible. The plugin warns of that and names both servers.
    type: str
    default: ""
  connect_with:
    description:
      - Where the variable C(ansible_host) comes from, in order of preference, each written as in O(hostnames).
      - The first one that is an IP address or a valid host name is used. An address that means the controller itself, such as C(127.0.0.1), C(::1),
        C(0.0.0.0) or C(localhost), is never used. With V([]), the variable is not set.
    type: list
    elements: str
    default: [ip_address, host]
  group_by:
    description:
      - Fields by whose values hosts are grouped. The groups are those that O(keyed_groups) would make, in a fraction of the time.
      - Each is the name of a field, a list of fields, or has the suboptions below.
      - A field whose values are a list, or that is reached through one, such as C(monitors.status), puts a host into several groups. A host that lacks the
        field is in no group, unless there is a default.
    type: list
    elements: dict
    default:
      - field: device_group
      - field: device_type
      - field: status
    suboptions:
      field:
        description:
          - Name of the field, or a path such as C(monitors.type). An object stands for its name.
          - With a list of fields, the groups of each field are children of those of the field before it, and their names begin with theirs.
        type: list
        elements: str
        required: true
      prefix:
        description:
          - What the groups' names begin with.
          - The default is the name of the field, with C(_) for each dot.
        type: str
      separator:
        description:
          - What stands between prefix and value.
        type: str
        default: _
      parent:
        description:
          - Group that the groups are put into.
        type: str
        default: ""
      default:
        description:
          - Value for hosts that lack the field. If empty, these hosts are in no group for it.
        type: str
        default: ""
  field_variables:
    description:
      - More variables of each host, each with the field that it holds, or a path to it. An object stands for its name.
      - 'V({}) sets none. V({acs_group: device_group}) sets one with another name.'
    type: dict
    default:
      device_group: device_group
      device_type: device_type
  variable:
    description:
      - Name of the variable that holds the host's fields.
    type: str
    default: acsmon
  variable_prefix:
    description:
      - If set, each field is a variable of its own, with this in front of its name, instead of being in O(variable). Ansible takes longer to load such an
        inventory.
    type: str
    default: ""
  fields:
    description:
      - Fields that each host has in O(variable). If empty, it has all.
    type: list
    elements: str
    default: []
  trust:
    description:
      - Fields, or paths to them, whose text Ansible may evaluate as templates.
      - B(Anyone who can change such a field in ACS Monitor can then run commands on the Ansible controller). List only fields that you control.
    type: list
    elements: str
    default: []
  vars:
    description:
      - Variables for all hosts. They may be templates.
    type: dict
    default: {}
  group_vars:
    description:
      - Variables for groups, by the group's name. They may be templates.
    type: dict
    default: {}
  allow_empty:
    description:
      - Whether an inventory may be without hosts. If V(false), that is an error.
    type: bool
    default: true
  cache_timeout:
    description:
      - Seconds for which the lists of the server are kept and used again.
      - With O(cache=true), Ansible's cache plugin keeps them. Otherwise, the executable keeps them itself, in a file of the current user, for all inventories
        that ask the same with the same credentials. It then uses only the value in the settings file, and keeps nothing if there is none.
      - With the plugin, the option C(--flush-cache) of C(ansible-playbook) and the task C(meta=refresh_inventory) fetch the lists again. The option
        C(--refresh) of the executable does this for the executable's own cache.
      - As an inventory script, the executable always keeps them itself.
    type: int
  cache_stale:
    description:
      - Seconds after O(cache_timeout) for which responses that the executable kept are still used if the server fails. That is the case if it cannot be
        reached, says that it is overloaded or broken, or if something else answers, such as a proxy with a page of its own. All hosts then have a variable
        C(acsmon_stale), with the time of the responses and the error.
      - If the server refuses the token or a permission is missing, that is always an error.
    type: int
    default: 0
seealso:
  - module: acsmon.monitor.acsmon_device_info
  - module: acsmon.monitor.acsmon_monitor_info
  - ref: ansible_collections.acsmon.monitor.docsite.guide_inventory
    description: What hosts are called, how they are grouped, and what is cached.
"""

EXAMPLES = r"""
# acsmon.yml: all active devices. ACSMON_BASE_URL and ACSMON_TOKEN are in the environment.
---
plugin: acsmon.monitor.acsmon

# The Cisco switches that are up, in groups by site and by device group. Responses are kept for five minutes, and for
# another hour while the server cannot be reached.
#
#   plugin: acsmon.monitor.acsmon
#   filters:
#     status: up
#     device_type: [cisco_ios, cisco_nxos]
#   exclude: ["*-lab-*"]
#   group_by:
#     - field: location
#       prefix: site
#       parent: sites
#     - field: device_group
#   vars:
#     ansible_connection: ansible.netcommon.network_cli
#   group_vars:
#     device_group_Core_network:
#       ansible_user: core-admin
#   cache_timeout: 300
#   cache_stale: 3600

# Every device and every host that a monitor checks, in groups by their open alerts (alerts_open, severity_critical) and
# by what is monitored on them (service_https).
#
#   plugin: acsmon.monitor.acsmon
#   sources: [devices, monitors]
#   with_alerts: true
#   group_by:
#     - field: alerts.status
#       prefix: alerts
#     - field: alerts.severity
#       prefix: severity
#     - field: monitors.type
#       prefix: service

# Names with a domain, short variables.
#
#   plugin: acsmon.monitor.acsmon
#   hostnames: ["{name}", ip_address]
#   lowercase: true
#   domain: example.com
#   fields: [id, status, location]

# The token from a vault or a lookup, and what Jinja adds: only this plugin supports these, not the inventory script.
#
#   plugin: acsmon.monitor.acsmon
#   token: "{{ lookup('ansible.builtin.env', 'ACSMON_TOKEN') }}"
#   compose:
#     site: inventory_hostname.split('-')[0]
#   groups:
#     polled_often: acsmon.poll_interval_seconds < 300
#   keyed_groups:
#     - key: acsmon.snmp_version
#       prefix: snmp
"""

import gc
import json
import os
import re
import weakref

from ansible.errors import AnsibleParserError
from ansible.inventory.host import Host
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.acsmon.monitor.plugins.plugin_utils import _executable as executable

try:
    from ansible.template import trust_as_template
except ImportError:  # up to ansible-core 2.18, all strings are templates that are not wrapped
    trust_as_template = None

# Options that Jinja evaluates for each host, those that Ansible gets as they are, and those of Ansible's own cache. The others
# go to the executable.
JINJA = ('compose', 'exclude_host_filters', 'groups', 'keyed_groups', 'leading_separator', 'strict', 'use_extra_vars')
VARIABLES = ('vars', 'group_vars')
CACHE = ('cache', 'cache_connection', 'cache_plugin', 'cache_prefix')

# The cache plugins whose cache_connection is a folder.
FILE_CACHES = ('jsonfile', 'pickle', 'yaml')

FILE_NAMES = ('acsmon.yml', 'acsmon.yaml')

# How often groups that Jinja makes may turn out to have the names of hosts, which then get other names.
ROUNDS = 5

# The hosts that this plugin added to an inventory: their names, by server and id.
KNOWN = weakref.WeakKeyDictionary()


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = 'acsmon.monitor.acsmon'

    def verify_file(self, path):
        if not super().verify_file(path):
            return False
        if not path.endswith(FILE_NAMES) and names_plugin(path):
            self.display.warning(
                f'{path} is not read, although it has the plugin {self.NAME}: rename it, so that its name ends in acsmon.yml or acsmon.yaml')
        return path.endswith(FILE_NAMES)

    def parse(self, inventory, loader, path, cache=True):
        super().parse(inventory, loader, path, cache)
        self._path = path
        self._read_config_data(path)
        collects = gc.isenabled()
        gc.disable()  # everything that is made here stays: looking for garbage in it takes a sixth of the time
        try:
            self._fill(inventory, path, cache)
        finally:
            if collects:
                gc.enable()

    def _fill(self, inventory, path, cache):
        known = KNOWN.setdefault(inventory, {})
        answer, plan = self._plan(Conversation(self._settings(), path, refresh=not cache), known)
        meta = answer.pop('_meta')
        for warning in meta.get('warnings', ()):
            self.display.warning(warning)
        # Nothing is added before here: up to the newest ansible-core, an inventory keeps what a failed plugin added.
        self._rename_hosts(meta['plugin']['renamed'] or {}, known)
        self._add_hosts(plan.hosts)
        self._add_groups(answer)
        self._add_user_variables()
        plan.add_to(inventory)
        known.setdefault(meta['plugin']['server'], {}).update(zip(meta['plugin']['ids'], plan.hosts))

    def set_options(self, task_keys=None, var_options=None, direct=None):
        """Templates are evaluated before Ansible checks the types of the options."""
        self._config = {name: self._evaluated(name, value) for name, value in (direct or {}).items()}
        connection = self._config.get('cache_connection')
        if connection and str(self._config.get('cache_plugin')).rpartition('.')[2] in FILE_CACHES:
            self._config['cache_connection'] = os.path.join(os.path.dirname(self._path), os.path.expanduser(connection))
        super().set_options(task_keys=task_keys, var_options=var_options, direct=self._config)

    def _evaluated(self, name, value):
        if name in JINJA or name in VARIABLES:
            return value
        if name == 'hostnames' and isinstance(value, list):
            return [entry if is_for_each_host(entry) else self._evaluated('an entry of hostnames', entry) for entry in value]
        self.templar.available_variables = self._vars
        try:
            return self.templar.template(value)
        except Exception as error:
            raise AnsibleParserError(f'the template in the option {name} cannot be evaluated: {error}') from error

    def _settings(self):
        """The settings for the executable: all except those that Ansible evaluates itself."""
        settings = {name: value for name, value in self._config.items() if name not in JINJA and name not in VARIABLES and name not in CACHE}
        if self.get_option('cache'):
            settings['cache_timeout'] = 0  # Ansible's cache is used instead
        settings['group_vars'] = {
            name: {} if isinstance(variables, dict) else variables for name, variables in self._group_variables().items()
        }
        return settings

    def _plan(self, conversation, known):
        """
        The executable's answer, and what Jinja adds to it. No host may have the name of a group, because Ansible would mistake it
        for the group. If Jinja makes a group with the name of a host, the host gets another name.
        """
        jinja = any(self.get_option(name) for name in ('compose', 'groups', 'keyed_groups', 'exclude_host_filters'))
        hostnames = [entry if is_for_each_host(entry) else '' for entry in self.get_option('hostnames')]
        if self.get_option('cache') or jinja or any(hostnames):
            self._fetch(conversation)
        made = {self._sanitize_group_name(name) for name in self.get_option('groups') or ()}
        names = {name for hosts in known.values() for name in hosts.values()}
        neighbours = {'groups': list(self.inventory.groups), 'hosts': known, 'foreign': list(set(self.inventory.hosts) - names)}
        if self.get_option('exclude_host_filters') or any(hostnames):
            neighbours.update(self._judge(conversation.list(neighbours), hostnames))
        for unused in range(ROUNDS):
            answer = conversation.list(dict(neighbours, made=list(made)))
            plan = Plan(answer, neighbours['foreign'])
            if jinja:
                self._construct(plan, answer)
            clashes = {name for name in plan.groups if name in plan.hosts or name in names} - made
            if not clashes:
                return answer, plan
            made |= clashes
        raise AnsibleParserError(f'keyed_groups makes groups that have the names of their own hosts, such as {min(clashes)}: give them a prefix')

    def _fetch(self, conversation):
        """The server's responses, from Ansible's cache if it is used. The cache holds no secret, and no name that depends on a setting."""
        if not self.get_option('cache'):
            conversation.fetch()
            return
        key = conversation.key()
        kept = None if conversation.refresh else self._cache.get(key)
        if kept is None:
            kept, is_recent = conversation.fetch()
            if is_recent:
                self._cache[key] = kept
        conversation.use(kept)

    def _judge(self, answer, hostnames):
        """The names that Jinja gives the hosts, and the hosts that it leaves out, by their keys."""
        conditions = {f'condition_{n}': condition for n, condition in enumerate(self.get_option('exclude_host_filters') or ())}
        strict, plan = self.get_option('strict'), Plan(answer, ())
        names, keys, memberships = {}, dict(zip(plan.hosts, answer['_meta']['plugin']['ids'])), group_names(answer)
        inventory, self.inventory = self.inventory, plan
        try:
            for host, own in plan.hosts.items():
                variables = self._visible(inventory.hosts.get(host), host, own, memberships.get(host, ()))
                self._add_host_to_composed_groups(conditions, variables, host, strict=strict, fetch_hostvars=False)
                names[keys[host]] = [self._name(entry, variables, strict) for entry in hostnames]
        finally:
            self.inventory = inventory
        return {'names': names, 'excluded': [keys[host] for hosts in plan.groups.values() for host in hosts]}

    def _name(self, template, variables, strict):
        if not template:
            return ''
        self.templar.available_variables = {**variables, **(self._vars or {})}
        try:
            return str(self.templar.template(template))
        except Exception as error:
            if strict:
                raise AnsibleParserError(f'the entry {template} of hostnames cannot be evaluated: {error}') from error
            return ''

    def _construct(self, plan, answer):
        options = {name: self.get_option(name) for name in ('compose', 'groups', 'keyed_groups', 'strict')}
        memberships = group_names(answer)
        inventory, self.inventory = self.inventory, plan
        try:
            for host, own in plan.hosts.items():
                variables = self._visible(inventory.hosts.get(host), host, own, memberships.get(host, ()))
                self._set_composite_vars(options['compose'], variables, host, strict=options['strict'])
                variables.update(plan.variables.get(host, {}))
                self._add_host_to_composed_groups(options['groups'], variables, host, strict=options['strict'], fetch_hostvars=False)
                self._add_host_to_keyed_groups(options['keyed_groups'], variables, host, strict=options['strict'], fetch_hostvars=False)
        finally:
            self.inventory = inventory

    def _visible(self, existing, host, own, groups):
        """The variables that expressions see: those of the file, of the host as other sources have it, and its own."""
        variables = dict(self.get_option('vars') or {})
        if existing:
            variables.update(existing.get_vars())
            groups = {*existing.get_vars()['group_names'], *groups}
        variables.update(own)
        variables.update(Host(host).get_magic_vars(), group_names=sorted(groups))
        return variables

    def _rename_hosts(self, renamed, known):
        """Other settings files made these hosts, whose names are now those of groups."""
        for old, new in renamed.items():
            host = self.inventory.hosts[old]
            groups = [name for name, group in self.inventory.groups.items() if host in group.hosts]
            self.inventory.remove_host(host)
            self.inventory.add_host(new)
            self.inventory.hosts[new].vars = host.vars
            for group in groups:
                self.inventory.add_host(new, group)
        for hosts in known.values():
            hosts.update({key: renamed[name] for key, name in hosts.items() if name in renamed})

    def _add_hosts(self, hosts):
        source, place = self.inventory.current_source, None
        try:
            for name, variables in hosts.items():
                existing = self.inventory.hosts.get(name)
                if existing:
                    for variable, value in variables.items():
                        existing.set_variable(variable, value)
                    continue
                self.inventory.add_host(name)
                host = self.inventory.hosts[name]
                if place is None:  # Ansible looks for the source's folder again for each host
                    place, self.inventory.current_source = dict(host.vars), None
                # Not by set_variable, which checks what the executable has checked.
                host.vars = place | variables
        finally:
            self.inventory.current_source = source

    def _add_groups(self, groups):
        for name, members in groups.items():
            self.inventory.add_group(name)
            group = self.inventory.groups[name]
            for variable, value in members.get('vars', {}).items():
                group.set_variable(variable, value)
            for host in members['hosts']:
                group.add_host(self.inventory.hosts[host])
            for child in members.get('children', ()):
                self.inventory.add_group(child)
                self.inventory.add_child(name, child)

    def _add_user_variables(self):
        """Variables from the settings file, as they are there: templates and vaults included."""
        for group, variables in dict(self._group_variables(), all=self.get_option('vars') or {}).items():
            for name, value in variables.items():
                self.inventory.set_variable(group, name, value)

    def _group_variables(self):
        return self.get_option('group_vars') or {}


def names_plugin(path):
    """Whether a file holds settings of this plugin, whatever its name is."""
    if not os.path.isfile(path):
        return False
    with open(path, 'rb') as file:
        return re.search(rb'^plugin:\s*["\']?acsmon\.monitor\.acsmon\b', file.read(4096), re.MULTILINE) is not None


def is_for_each_host(entry):
    """Whether an entry of hostnames is a template for each host. An entry that also has fields in braces is evaluated once, before them."""
    return isinstance(entry, str) and '{{' in entry and not re.search(r'\{\w[^{}]*\}', re.sub(r'\{\{.*?\}\}', '', entry))


def group_names(groups):
    """The groups of each host, and the parents of these groups, from the executable's answer."""
    parents, names = {}, {}
    for name, group in groups.items():
        for child in group.get('children', ()):
            parents.setdefault(child, []).append(name)
    for name, group in groups.items():
        above, queue = {name} - {'ungrouped'}, [name]
        while queue:
            queue += [parent for parent in parents.get(queue.pop(), ()) if parent not in above and not above.add(parent)]
        for host in group.get('hosts', ()):
            names.setdefault(host, set()).update(above)
    return names


class Conversation:
    """Calls of the executable and its answers. Secrets are on its standard input, never on its command line."""

    def __init__(self, settings, path, refresh):
        self._settings = json.dumps(settings, default=str)
        self._path = path
        self.refresh = refresh
        self._kept = ''

    def key(self):
        """A key that differs whenever the server's responses may differ."""
        return 'acsmon_' + self._ask(['--key'], {}).strip()

    def fetch(self):
        """Fetches the rows from the server, and makes later answers from them. Returns the rows, and whether they are recent."""
        header, unused, kept = self._ask(['--fetch'], {}).partition('\n')
        self.use(kept)
        return kept, json.loads(header)['keep']

    def use(self, kept):
        """Makes later answers from rows that were fetched before."""
        self._kept = kept

    def list(self, neighbours):
        """The inventory, given what other sources have already added."""
        answer = self._ask(['--list'], neighbours)
        return json.loads(answer, object_hook=values if trust_as_template or UNSAFE in answer else None)

    def _ask(self, arguments, neighbours):
        lines = [self._settings, json.dumps(dict(neighbours, file=self._path)), self._kept]
        refresh = ['--refresh'] if self.refresh and not self._kept else []
        try:
            path = executable.find_here()
            status, output, errors = executable.run([path, '--plugin', *arguments, *refresh], '\n'.join(lines), {})
        except executable.NotRunnable as error:
            raise AnsibleParserError(str(error)) from None
        if status == 0:
            return output
        raise AnsibleParserError(errors.strip() or executable.no_answer(path, status, ''))


class Plan:
    """
    Additions to the inventory. Ansible's own helpers add to it as they would to an inventory, so that the names of all groups
    are known before anything is added.
    """

    def __init__(self, answer, foreign):
        self.hosts = answer['_meta']['hostvars']
        self.variables = {}
        self.groups = {}
        self._foreign = set(foreign)
        self._children = []

    def set_variable(self, host, name, value):
        self.variables.setdefault(host, {})[name] = value

    def add_group(self, name):
        while name in self._foreign:  # another source has a host of this name, and Ansible would take one for the other
            name = '_' + name
        self.groups.setdefault(name, [])
        return name

    def add_host(self, host, group):
        self.groups[group].append(host)

    def add_child(self, group, child):
        if child in self.hosts:
            self.groups[group].append(child)
        else:
            self._children.append((self.add_group(group), child))

    def add_to(self, inventory):
        for host, variables in self.variables.items():
            for name, value in variables.items():
                inventory.get_host(host).set_variable(name, value)
        for group, hosts in self.groups.items():
            inventory.add_group(group)
            for host in hosts:
                inventory.add_host(host, group)
        for group, child in self._children:
            inventory.add_child(group, child)


class Trusted(dict):
    """Texts that Ansible trusts. Most occur again and again, and marking a text takes longer than looking it up."""

    def __missing__(self, text):
        trusted = self[text] = trust_as_template(text) if trust_as_template else text
        return trusted


TRUSTED = Trusted()
UNSAFE = '__ansible_unsafe'


def values(read):
    """
    The values of an object in an answer, as json has parsed it. The executable has marked the strings that Ansible would
    evaluate; they become strings that it never evaluates. All others are harmless and become trusted, as in the answer of a
    script, because Ansible shows untrusted strings in another form. The object around a mark removes it.
    """
    if UNSAFE in read:
        return read
    for key, value in read.items():
        kind = type(value)
        if kind is str:
            read[key] = TRUSTED[value]
        elif kind is list:
            read[key] = [element(one) for one in value]
        elif kind is dict and UNSAFE in value:
            read[key] = inert(value)
    return read


def element(value):
    """An element of a list. Lists may be nested; the objects in them have already been converted."""
    if isinstance(value, str):
        return TRUSTED[value]
    if isinstance(value, list):
        return [element(one) for one in value]
    return inert(value) if isinstance(value, dict) and UNSAFE in value else value


def inert(mark):
    """A string that Ansible never evaluates: from ansible-core 2.19 on every one that is not trusted."""
    return mark[UNSAFE] if trust_as_template else wrap_var(mark[UNSAFE])
