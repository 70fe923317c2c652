#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_config
short_description: Manage a whole ACS Monitor install at once
version_added: 0.1.0
description:
  - Bring monitors, devices, their groups, alert rules, alert channels, users, roles, dashboards and MIBs to the state that lists describe, all of them in one
    task. Items may refer to each other by name, even to something that the same task creates.
  - The task first creates and updates, and things that others refer to come first. Then it removes, in the opposite order.
  - With O(state=gathered), the task returns an existing install as such lists. C(acsmon export FILE) writes them as a playbook.
  - A run that finds nothing to do costs one request for each 100 rows of each list that is set. A change adds one. For 500
    monitors with nothing to change, that is 5 requests.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.connection
  - acsmon.monitor.secret_keys
  - acsmon.monitor.bulk
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
  match_on:
    description:
      - The options that together say which thing an item means, if it has no C(id). Each item must have all of them; V("") stands for a link that does not
        exist.
      - It applies to each list whose items can have all of these options. Items of other lists are found by their name. So with V([name, group]), monitors
        and devices are found by their name and their group, and everything else by its name.
      - Monitors are found by any of V(name), V(host), V(type), V(group) and V(device), devices by V(name), V(ip_address) and V(group),
        rules of monitors by V(name) and V(monitor), rules of devices by V(name) and V(device).
      - If V(name) is not among them, a thing is found whatever its name is, and gets the C(name) of its item.
      - The server must show these fields. If it does not, the task fails before it writes anything.
      - If several things have the same name, items cannot refer to one of them by name. Use its id.
      - With O(state=gathered), items have these options, and a C(id) only if the options are not enough to tell them apart.
    type: list
    elements: str
    choices: [name, host, type, group, device, ip_address, monitor]
    default: [name]
  purge_channels:
    description:
      - With V(true), the channels of an item replace all channels of the rule. With V(false), they are added to those that the rule has, for example those
        that another team set, and no state removes any.
    type: bool
    default: true
  alert_channels:
    description:
      - Alert channels. Each has the options of M(acsmon.monitor.acsmon_alert_channel), except C(state), C(test) and those of the connection.
    type: list
    elements: dict
  monitor_groups:
    description:
      - Monitor groups. Each has the options of M(acsmon.monitor.acsmon_monitor_group), except C(state) and those of the connection.
    type: list
    elements: dict
  device_groups:
    description:
      - Device groups. Each has the options of M(acsmon.monitor.acsmon_device_group), except C(state) and those of the connection.
    type: list
    elements: dict
  roles:
    description:
      - Roles. Each has the options of M(acsmon.monitor.acsmon_role), except those of the connection. The API can neither create nor remove one.
      - Even with O(state=replaced) and O(state=overridden), a role that is not listed stays as it is, and a role that is listed without C(permissions) keeps
        its permissions.
    type: list
    elements: dict
  users:
    description:
      - Users. Each has the options of M(acsmon.monitor.acsmon_user), except C(state) and those of the connection.
      - O(state=overridden) removes no user. With O(state=replaced) and O(state=overridden), a user that is listed without C(roles) or C(device_groups) keeps
        them. To remove users, list them with O(state=deleted).
    type: list
    elements: dict
  devices:
    description:
      - Devices. Each has the options of M(acsmon.monitor.acsmon_device), except C(state) and those of the connection.
    type: list
    elements: dict
  monitors:
    description:
      - Monitors. Each has the options of M(acsmon.monitor.acsmon_monitor), except C(state) and those of the connection.
    type: list
    elements: dict
  monitor_alert_rules:
    description:
      - Alert rules of monitors. Each has the options of M(acsmon.monitor.acsmon_monitor_alert_rule), except C(state) and those of the connection.
    type: list
    elements: dict
  alert_rules:
    description:
      - Alert rules of devices. Each has the options of M(acsmon.monitor.acsmon_alert_rule), except C(state) and those of the connection.
    type: list
    elements: dict
  dashboards:
    description:
      - Dashboards. Each has the options of M(acsmon.monitor.acsmon_dashboard), except C(state) and those of the connection.
      - The widgets of each are read with one request. Even with O(state=replaced) and O(state=overridden), a dashboard that is listed without C(widgets)
        keeps its widgets.
    type: list
    elements: dict
  mibs:
    description:
      - MIBs. Each has the options of M(acsmon.monitor.acsmon_mib), except C(state) and those of the connection.
      - O(state=gathered) lists their names without C(src), since the API does not give the files back.
    type: list
    elements: dict
  sections:
    description:
      - The lists that O(state=gathered) reads. If not set, it reads all.
    type: list
    elements: str
    choices: [alert_channels, monitor_groups, device_groups, roles, users, devices, monitors, monitor_alert_rules, alert_rules, dashboards, mibs]
seealso:
  - module: acsmon.monitor.acsmon_monitors
  - module: acsmon.monitor.acsmon_monitor
  - ref: ansible_collections.acsmon.monitor.docsite.guide_install_as_code
    description: A whole install as data, from nothing or from an existing install.
"""

EXAMPLES = r"""
- name: Create a group, its monitors, and an alert rule with its channel, all at once
  acsmon.monitor.acsmon_config:
    monitor_groups:
      - name: Web shop
    alert_channels:
      - name: On call
        type: email
        config:
          recipients: [oncall@example.com]
    monitors:
      - name: Web shop
        type: https
        host: shop.example.com
        group: Web shop
        tags: [shop]
        config:
          path: /health
          expected_status: 200
      - name: Web shop database
        type: mysql
        host: db1.example.com
        port: 3306
        group: Web shop
        tags: [shop]
    monitor_alert_rules:
      - name: Web shop down
        monitor: Web shop
        condition: status_down
        severity: critical
        channels: [On call]
  delegate_to: localhost

- name: Keep exactly these monitors in the group, and remove at most two others
  acsmon.monitor.acsmon_config:
    state: overridden
    scope:
      group: Web shop
    max_deletions: 2
    monitors:
      - name: Web shop
        type: https
        host: shop.example.com
        group: Web shop
        tags: [shop, production]
        config:
          path: /health
          expected_status: 200
  delegate_to: localhost

- name: Read the whole install
  acsmon.monitor.acsmon_config:
    state: gathered
  delegate_to: localhost
  register: install

- name: Restore what has changed since, or only show it with `--check --diff`
  acsmon.monitor.acsmon_config:
    state: overridden
    scope:
      all: true
    monitor_groups: "{{ install.gathered.monitor_groups }}"
    monitors: "{{ install.gathered.monitors }}"
  delegate_to: localhost

- name: See how the server differs from this, as a page and as Markdown for a merge request
  acsmon.monitor.acsmon_config:
    state: compared
    scope:
      tag: shop
    report: [drift.html, drift.md]
    monitors:
      - name: Web shop
        type: https
        host: shop.example.com
        port: 443
        tags: [shop]
  delegate_to: localhost

- name: See what would be sent, without a server
  acsmon.monitor.acsmon_config:
    state: rendered
    monitors:
      - name: Web shop
        type: https
        host: shop.example.com
  delegate_to: localhost

- name: Remove the rule, the monitor and the group
  acsmon.monitor.acsmon_config:
    state: deleted
    monitor_alert_rules:
      - name: Web shop down
    monitors:
      - name: Web shop
    monitor_groups:
      - name: Web shop
  delegate_to: localhost
"""

RETURN = r"""
resources:
  description:
    - What happened to each listed item, and to each resource that was removed because it is not listed, in this order.
    - If the task failed, it lists only what was changed, what failed, and what was not tried because of that.
  returned: with the states that may change something
  type: list
  elements: dict
  contains:
    section:
      description: The list that it belongs to.
      returned: always
      type: str
      sample: monitors
    name:
      description: Its name.
      returned: always
      type: str
      sample: Web shop
    id:
      description: Its id.
      returned: when it exists
      type: int
      sample: 117
    action:
      description: What is done with it, one of V(create), V(update), V(delete) and V(keep).
      returned: always
      type: str
      sample: update
    changed:
      description: Whether it was changed, or in check mode would be.
      returned: always
      type: bool
      sample: true
    differs_in:
      description: The options in which it differs from its item. They were left as they are.
      returned: when O(create_only=true) leaves differences as they are
      type: list
      elements: str
      sample: [port]
    diff:
      description: The options that differ, before and after.
      returned: when the action is not V(keep)
      type: dict
      contains:
        before:
          description: The values that it had. Empty if it was created.
          returned: always
          type: dict
          sample:
            port: 80
        after:
          description: The values that it has now. Empty if it was removed.
          returned: always
          type: dict
          sample:
            port: 443
    error:
      description: What went wrong, or why it was not tried.
      returned: when it is not as it should be
      type: str
      sample: "POST /monitors answered 422: The selected type is invalid"
planned_requests:
  description: Number of requests for the changes, one each, and one more to read the row again for each update that has to wait for the rate limit.
  returned: with the states that may change something
  type: int
  sample: 20
estimated_seconds:
  description: About how long the changes have to wait for the server's rate limit.
  returned: with the states that may change something
  type: int
  sample: 0
diff:
  description: All that differs, by list and by name.
  returned: changed
  type: dict
  contains:
    before:
      description: What it was.
      returned: always
      type: dict
      sample:
        monitors:
          Web shop:
            port: 80
    after:
      description: What it is now, or in check mode would be.
      returned: always
      type: dict
      sample:
        monitors:
          Web shop:
            port: 443
gathered:
  description:
    - Everything that exists, by list, as items that you can use in a task again.
  returned: with O(state=gathered)
  type: dict
  sample:
    monitors:
      - name: Web shop
        type: https
        host: shop.example.com
        tags: [web]
rendered:
  description:
    - What would be sent to create what is listed, by list. A reference by name has that name instead of the id.
  returned: with O(state=rendered)
  type: dict
  sample:
    monitors:
      - name: Web shop
        type: https
        host: shop.example.com
        monitor_group_id:
          name: Public web
report:
  description: The files that were written, or that were up to date.
  returned: when O(report) is set
  type: list
  elements: str
  sample: [/srv/reports/drift.md]
differences:
  description: How the server differs from what is listed.
  returned: with O(state=compared)
  type: dict
  contains:
    same:
      description: Number of things that are as they are listed.
      returned: always
      type: int
      sample: 48
    missing:
      description: What is listed and does not exist.
      returned: always
      type: list
      elements: dict
      contains:
        list:
          description: The list that it belongs to.
          returned: always
          type: str
          sample: monitors
        name:
          description: Its name.
          returned: always
          type: str
          sample: Web shop
        id:
          description: Its id.
          returned: when it exists
          type: int
          sample: 117
        options:
          description: The options that differ. For an option that is a dict, each key by itself.
          returned: always
          type: list
          elements: dict
          contains:
            option:
              description: The option, or C(OPTION.KEY).
              returned: always
              type: str
              sample: config.path
            declared:
              description: The value that is listed. Null if there is none.
              returned: always
              type: raw
              sample: /health
            server:
              description: The value that the server has. Null if there is none.
              returned: always
              type: raw
              sample: /
    different:
      description: What exists and differs from its item. The entries look like those of RV(differences.missing).
      returned: always
      type: list
      elements: dict
      contains:
        list:
          description: The list that it belongs to.
          returned: always
          type: str
          sample: monitors
        name:
          description: Its name.
          returned: always
          type: str
          sample: Web shop
        id:
          description: Its id.
          returned: when it exists
          type: int
          sample: 117
        options:
          description: The options that differ. For an option that is a dict, each key by itself.
          returned: always
          type: list
          elements: dict
          contains:
            option:
              description: The option, or C(OPTION.KEY).
              returned: always
              type: str
              sample: config.path
            declared:
              description: The value that is listed. Null if there is none.
              returned: always
              type: raw
              sample: /health
            server:
              description: The value that the server has. Null if there is none.
              returned: always
              type: raw
              sample: /
    server_only:
      description: What exists and is not listed. The entries look like those of RV(differences.missing).
      returned: always
      type: list
      elements: dict
      contains:
        list:
          description: The list that it belongs to.
          returned: always
          type: str
          sample: monitors
        name:
          description: Its name.
          returned: always
          type: str
          sample: Web shop
        id:
          description: Its id.
          returned: when it exists
          type: int
          sample: 117
        options:
          description: The options that differ. For an option that is a dict, each key by itself.
          returned: always
          type: list
          elements: dict
          contains:
            option:
              description: The option, or C(OPTION.KEY).
              returned: always
              type: str
              sample: config.path
            declared:
              description: The value that is listed. Null if there is none.
              returned: always
              type: raw
              sample: /health
            server:
              description: The value that the server has. Null if there is none.
              returned: always
              type: raw
              sample: /
    notes:
      description: What could not be compared.
      returned: always
      type: list
      elements: str
      sample: []
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
      sample: /api/v1/monitors
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        host: [The host field is required.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
