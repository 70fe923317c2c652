#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_monitors
short_description: Manage many monitors in ACS Monitor at once
version_added: 0.1.0
description:
  - Bring monitors to the state that a list describes, all of them in one task. M(acsmon.monitor.acsmon_config) does the same together with their groups,
    rules and channels.
  - A run that finds nothing to do costs one request for each 100 monitors. A change adds one. For 500 monitors with nothing to
    change, that is 5 requests, where M(acsmon.monitor.acsmon_monitor) in a loop needs 500.
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
      - The options that together say which monitor an item means, if it has no C(id). Each item must have all of them; V("") stands for a link that does not
        exist.
      - With V([name, group]), two teams can each have a monitor with the same name, each in a group of its own.
      - If V(name) is not among them, a monitor is found whatever its name is, and gets the C(name) of its item.
      - The server must show these fields. If it does not, the task fails before it writes anything.
      - With O(state=gathered), items have these options, and a C(id) only if the options are not enough to tell them apart.
    type: list
    elements: str
    choices: [name, host, type, group, device]
    default: [name]
  monitors:
    description:
      - Monitors. Each has the options of M(acsmon.monitor.acsmon_monitor), except C(state) and those of the connection.
    type: list
    elements: dict
seealso:
  - module: acsmon.monitor.acsmon_config
  - module: acsmon.monitor.acsmon_monitor
  - ref: ansible_collections.acsmon.monitor.docsite.guide_install_as_code
    description: A whole install as data, from nothing or from an existing install.
"""

EXAMPLES = r"""
- name: Create or update these monitors
  acsmon.monitor.acsmon_monitors:
    monitors:
      - name: Web shop
        type: https
        host: shop.example.com
        port: 443
        tags: [shop]
      - name: Web shop network
        type: ping
        host: 192.0.2.1
        tags: [shop]
  delegate_to: localhost

- name: Keep one for each host of the inventory, and no others with the tag
  acsmon.monitor.acsmon_monitors:
    state: overridden
    scope:
      tag: from-inventory
    monitors: "{{ monitors }}"
  vars:
    monitors:
      - name: SSH of one host
        type: ssh
        host: 192.0.2.1
        tags: [from-inventory]
  delegate_to: localhost

- name: Keep one for each host and type, whatever it was called before
  acsmon.monitor.acsmon_monitors:
    match_on: [host, type]
    monitors:
      - name: Shop
        type: https
        host: shop.example.com
  delegate_to: localhost

- name: See how the server differs from this, as a page and as Markdown for a merge request
  acsmon.monitor.acsmon_monitors:
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

- name: Read those of the shop
  acsmon.monitor.acsmon_monitors:
    state: gathered
    scope:
      tag: shop
  delegate_to: localhost
  register: shop

- name: Remove them
  acsmon.monitor.acsmon_monitors:
    state: deleted
    monitors: "{{ shop.gathered.monitors }}"
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
