#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_coverage
short_description: Find hosts that ACS Monitor does not watch
version_added: 0.1.0
description:
  - Compare the hosts of an inventory with the devices and monitors of ACS Monitor. Find the hosts that nothing watches, the hosts that have only paused
    monitors, the devices and monitors that belong to no host, and the certificates without an alert rule for their expiry.
  - Costs one request for each 100 devices, for each 100 monitors, and, with O(certificates), for each 100 alert rules of monitors, whatever
    the number of hosts. Needs the permissions C(devices.view), C(monitors.view) and, for the certificates, C(alerts.view).
  - The playbook C(acsmon.monitor.coverage) does this for all hosts of the inventory.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.connection
  - acsmon.monitor.secret_keys
  - acsmon.monitor.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  hosts:
    description:
      - Hosts, each with its addresses and other names, as a list or as text with commas between them. Put a name that contains a comma into a list of its own
        within the list.
      - A device belongs to the host that has its address or its name. A monitor belongs to the host that has its host, its name or the
        name of its device, or with whose device it is linked. A monitor that the role P(acsmon.monitor.host_monitors#role) has made for a host also belongs
        to it. Upper and lower case are the same, and so are all spellings of an IPv6 address.
      - It is an error if there are no hosts.
    type: dict
    required: true
  certificates:
    description:
      - Whether to look for certificates without an alert rule whose condition is C(ssl_expiry_lt). A monitor watches a certificate if it is active and has
        the type C(https) or C(ssl), or if the server shows its C(ssl_expiry_at).
      - A rule of one monitor counts for all monitors of the same host and port.
    type: bool
    default: true
  report:
    description:
      - Files into which the task writes the result. The ending of a name chooses the format, C(.html) for a page, C(.csv) for a table,
        C(.md) for Markdown, or C(.json) for data. Text from the server is inert.
      - They are written in check mode too, and do not count as a change. A file in which only the time would change stays as it is. A new file gets the mode
        C(0640).
      - They are on the host on which the task runs. That is the controller with C(connection=local) or C(delegate_to=localhost).
    type: list
    elements: str
seealso:
  - module: acsmon.monitor.acsmon_monitors
  - ref: ansible_collections.acsmon.monitor.docsite.guide_host_monitors
    description: From inventory to monitoring.
"""

EXAMPLES = r"""
- name: Find what watches two hosts
  acsmon.monitor.acsmon_coverage:
    hosts:
      web-01: [192.0.2.1, web-01.example.com]
      web-02: [192.0.2.2]
    certificates: false
  delegate_to: localhost
  register: coverage

- name: Show it
  ansible.builtin.debug:
    msg: "{{ coverage.table }}"

- name: Write it for all hosts of the inventory
  acsmon.monitor.acsmon_coverage:
    hosts: "{{ dict(groups['all'] | zip(groups['all'] | map('extract', hostvars) | map(attribute='ansible_host', default=''))) }}"
    report: [coverage.html, coverage.csv]
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
percent:
  description: Percentage of the hosts that are watched, cut to two decimal places.
  returned: success
  type: float
  sample: 98.5
hosts:
  description: All hosts.
  returned: success
  type: list
  elements: dict
  contains:
    host:
      description: The host's name in the inventory.
      returned: always
      type: str
      sample: web-01
    state:
      description:
        - V(watched) if one of its monitors or devices is active, V(paused) if it has monitors or devices but none is active, V(unwatched) if it has none.
      returned: always
      type: str
      sample: watched
    monitors:
      description: Names of its monitors.
      returned: always
      type: list
      elements: str
      sample: [web-01 https]
    devices:
      description: Names of its devices.
      returned: always
      type: list
      elements: str
      sample: []
unwatched:
  description: Names of the hosts that nothing watches.
  returned: success
  type: list
  elements: str
  sample: [web-02]
paused:
  description: Names of the hosts whose monitors and devices are all switched off.
  returned: success
  type: list
  elements: str
  sample: []
monitors_without_host:
  description: Monitors that belong to no host.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Its id.
      returned: always
      type: int
      sample: 117
    name:
      description: Its name.
      returned: always
      type: str
      sample: Old web shop
    type:
      description: Its type.
      returned: always
      type: str
      sample: https
    address:
      description: The address that it watches.
      returned: always
      type: str
      sample: 192.0.2.77
    is_active:
      description: Whether it is active.
      returned: always
      type: bool
      sample: true
    ssl_expiry_at:
      description: When its certificate expires.
      returned: when the server shows it
      type: str
      sample: "2026-12-24T00:00:00Z"
devices_without_host:
  description: Devices that belong to no host.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Its id.
      returned: always
      type: int
      sample: 117
    name:
      description: Its name.
      returned: always
      type: str
      sample: Old web shop
    type:
      description: Its type.
      returned: always
      type: str
      sample: router
    address:
      description: The address that it watches.
      returned: always
      type: str
      sample: 192.0.2.77
    is_active:
      description: Whether it is active.
      returned: always
      type: bool
      sample: true
    ssl_expiry_at:
      description: When its certificate expires.
      returned: when the server shows it
      type: str
      sample: "2026-12-24T00:00:00Z"
certificates_without_rule:
  description: Monitors of certificates for whose expiry there is no active alert rule.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Its id.
      returned: always
      type: int
      sample: 117
    name:
      description: Its name.
      returned: always
      type: str
      sample: Old web shop
    type:
      description: Its type.
      returned: always
      type: str
      sample: https
    address:
      description: The address that it watches.
      returned: always
      type: str
      sample: 192.0.2.77
    is_active:
      description: Whether it is active.
      returned: always
      type: bool
      sample: true
    ssl_expiry_at:
      description: When its certificate expires.
      returned: when the server shows it
      type: str
      sample: "2026-12-24T00:00:00Z"
table:
  description: The result as lines for a terminal.
  returned: success
  type: list
  elements: str
  sample: ["Watched              98.50 %  of 200 hosts"]
report:
  description: The files that were written, or that were up to date.
  returned: when O(report) is set
  type: list
  elements: str
  sample: [/srv/reports/coverage.html]
failure:
  description: What the server answered when it refused the request.
  returned: when the server refused a request
  type: dict
  contains:
    status:
      description: HTTP status of the response. V(0) if there was none.
      returned: always
      type: int
      sample: 403
    method:
      description: HTTP method of the request.
      returned: always
      type: str
      sample: GET
    path:
      description: Path of the request.
      returned: always
      type: str
      sample: /api/v1/monitors
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample: {}
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
