#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_uptime_report
short_description: Write a report on the uptime of monitors in ACS Monitor
version_added: 0.1.0
description:
  - Write the uptime of all monitors, or of those that match all of the options that are set, as a CSV file, an HTML page with charts, or both, and return it.
    The lowest uptime comes first, and monitors without data come last.
  - The HTML page is one file without scripts, and loads nothing from elsewhere. It follows the light or dark scheme of the browser
    and can be printed. Text from the server cannot become part of its markup.
  - A figure that the server does not have is an empty cell of the CSV file, and V(no data) on the page.
  - Costs one request for each 100 monitors that are read, and one or two for a O(group) or a O(device). Where the server shows only
    the ids of groups, it costs one more for each 100 groups. O(failed_checks) costs
    one request more for each monitor that is selected. A task that would need longer than O(max_wait) fails before it begins.
    Check mode costs as much as a run.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.selection
  - acsmon.monitor.monitor_selection
  - acsmon.monitor.files
  - acsmon.monitor.connection
  - acsmon.monitor.secret_keys
  - acsmon.monitor.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
    details:
      - The HTML page names the time at which it was made. A page in which only that time would change stays as it is, with the time at which its figures were
        first seen.
options:
  window:
    description:
      - Days over which the uptime is reported. It decides the order, the charts, the summary and what O(failed_checks) counts.
      - The uptime over the other window is shown beside it.
    type: str
    choices: [7d, 30d]
    default: 7d
  failed_checks:
    description:
      - Whether to add how many checks each monitor had in the O(window), and how many of them failed.
    type: bool
    default: false
  target:
    description:
      - Percentage below which an uptime is too low. It decides the colors, and what RV(summary.below_target) counts.
    type: float
    default: 99.9
  title:
    description:
      - Title of the HTML page.
      - If not set, it is V(Uptime over 7 days), or 30.
    type: str
  csv_dest:
    description:
      - File to write as CSV.
      - In each row, C(server) and C(generated) say where it is from and when it was written. A file in which only the time would change stays as it is.
    type: path
  html_dest:
    description:
      - File to write as HTML.
      - If neither this nor O(csv_dest) is set, nothing is written.
    type: path
seealso:
  - module: acsmon.monitor.acsmon_monitor_info
"""

EXAMPLES = r"""
- name: Write the uptime of the last 7 days, as CSV and as HTML
  acsmon.monitor.acsmon_uptime_report:
    csv_dest: ~/uptime.csv
    html_dest: ~/uptime.html
  delegate_to: localhost

- name: Find out what it costs to add the numbers of failed checks
  acsmon.monitor.acsmon_uptime_report:
    type: [http, https]
    window: 30d
  delegate_to: localhost
  register: cost

- name: Show what it costs
  ansible.builtin.debug:
    msg: "{{ cost.planned_requests }} requests, and a wait of about {{ cost.estimated_seconds }} s"

- name: Report the uptime of the websites over 30 days, with the numbers of failed checks
  acsmon.monitor.acsmon_uptime_report:
    type: [http, https]
    window: 30d
    failed_checks: true
    target: 99.95
    title: Websites in the last 30 days
    html_dest: ~/websites.html
    mode: "0644"
    max_wait: "{{ 300 + cost.estimated_seconds }}"
  delegate_to: localhost
  register: websites

- name: Show those that missed the target
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.uptime_percent_30d }} %, {{ item.failed_checks }} of {{ item.total_checks }} checks failed"
  loop: "{{ websites.monitors | rejectattr('uptime_percent_30d', 'none') | selectattr('uptime_percent_30d', 'lt', 99.95) }}"
  loop_control:
    label: "{{ item.id }}"
"""

RETURN = r"""
monitors:
  description: The monitors that were selected, in the order of the report.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the monitor.
      returned: always
      type: int
      sample: 117
    name:
      description: Name of the monitor.
      returned: always
      type: str
      sample: Public website
    type:
      description: What is checked.
      returned: always
      type: str
      sample: https
    group:
      description: Name of the monitor's group. Empty if it has none, or if the server does not show it.
      returned: always
      type: str
      sample: Public web
    status:
      description: Outcome of the latest check.
      returned: always
      type: str
      sample: up
    is_active:
      description: Whether the monitor is checked, and not paused.
      returned: always
      type: bool
      sample: true
    uptime_percent_7d:
      description: Percentage of the time that the monitor was up, over 7 days. V(null) if the server has none.
      returned: always
      type: float
      sample: 99.97
    uptime_percent_30d:
      description: Percentage of the time that the monitor was up, over 30 days. V(null) if the server has none.
      returned: always
      type: float
      sample: 99.81
    total_checks:
      description: Number of checks in the O(window). V(null) if the server has none.
      returned: with O(failed_checks)
      type: int
      sample: 10080
    failed_checks:
      description: Number of checks in the O(window) that failed. V(null) if the server has none.
      returned: with O(failed_checks)
      type: int
      sample: 3
summary:
  description: The main figures of the report.
  returned: success
  type: dict
  contains:
    title:
      description: Title of the report.
      returned: always
      type: str
      sample: Uptime over 7 days
    window:
      description: Days over which the uptime is reported.
      returned: always
      type: str
      sample: 7d
    target:
      description: Percentage below which an uptime is too low.
      returned: always
      type: float
      sample: 99.9
    monitors:
      description: Number of monitors.
      returned: always
      type: int
      sample: 120
    below_target:
      description: Number of monitors whose uptime over the window is below the target. They are the first ones in RV(monitors).
      returned: always
      type: int
      sample: 14
    paused:
      description: Number of monitors that are not checked.
      returned: always
      type: int
      sample: 3
    without_data:
      description: Number of monitors for which the server has no uptime over the window. They are the last ones in RV(monitors).
      returned: always
      type: int
      sample: 1
    mean_percent_7d:
      description: Mean of the uptimes over 7 days. V(null) if there is none.
      returned: always
      type: float
      sample: 99.8132
    mean_percent_30d:
      description: Mean of the uptimes over 30 days. V(null) if there is none.
      returned: always
      type: float
      sample: 99.7204
    distribution:
      description: How many monitors are in each range of uptime over the window, the best first.
      returned: always
      type: list
      elements: dict
      contains:
        from_percent:
          description: Lowest uptime of the range. The range ends where the one before it begins.
          returned: always
          type: float
          sample: 99.9
        monitors:
          description: Number of monitors.
          returned: always
          type: int
          sample: 41
    total_checks:
      description: Number of checks in the window, of all monitors.
      returned: with O(failed_checks)
      type: int
      sample: 1209600
    failed_checks:
      description: Number of checks in the window that failed, of all monitors.
      returned: with O(failed_checks)
      type: int
      sample: 2260
files:
  description: The files that were written, or in check mode would be.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: Full path of the file.
      returned: always
      type: str
      sample: /srv/reports/uptime.html
    format:
      description: What is in it, V(csv) or V(html).
      returned: always
      type: str
      sample: html
    mode:
      description: Its mode.
      returned: always
      type: str
      sample: "0640"
    changed:
      description: Whether it was changed, or in check mode would be.
      returned: always
      type: bool
      sample: true
planned_requests:
  description: Number of requests that O(failed_checks) costs, or would cost, for the selected monitors.
  returned: success
  type: int
  sample: 120
estimated_seconds:
  description: About how long these requests have to wait for the server's rate limit.
  returned: success
  type: int
  sample: 120
diff:
  description: The files that differ.
  returned: changed, in diff mode
  type: list
  elements: dict
  contains:
    before_header:
      description: Path of the file.
      returned: always
      type: str
      sample: /srv/reports/uptime.csv
    after_header:
      description: Path of the file.
      returned: always
      type: str
      sample: /srv/reports/uptime.csv
    before:
      description: What was in it, or its mode if only that differs.
      returned: always
      type: str
      sample: "monitor,type,uptime_percent_7d,uptime_percent_30d\nShop,https,99.9,99.8\n"
    after:
      description: What is in it now, or in check mode would be, or its mode if only that differs.
      returned: always
      type: str
      sample: "monitor,type,uptime_percent_7d,uptime_percent_30d\nShop,https,99.7,99.7\n"
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
      sample:
        window: [The selected window is invalid.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: [The token is sent unencrypted to http://monitoring.example.com.]
"""
