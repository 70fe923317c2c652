#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_monitor_pause
short_description: Pause monitors in ACS Monitor for a while, and resume them
version_added: 0.1.0
description:
  - Pause monitors while something is done to what they watch, and afterwards resume exactly those that were paused for it. The role
    P(acsmon.monitor.deploy_window#role) does this around a deployment.
  - The module marks each monitor that it pauses with the tag C(paused-by:WINDOW@START), in which C(WINDOW) is O(window). With O(max_minutes), the tag is
    C(paused-by:WINDOW@START/END). The times are in UTC. One request adds the tag and pauses the monitor, and one request removes the tag and resumes it. So
    the tag is there even after a run that was killed, and every controller sees it.
  - A window is overdue if it still holds a monitor after the end that its tag names. Each task of this module that reads the monitors warns of overdue
    windows and returns them as RV(overdue). O(all_overdue) ends them.
  - Several windows can hold a monitor. The last one that ends resumes it.
  - A monitor that was already paused, without such a tag, stays paused and as it is.
  - An active monitor is held by no window, whatever tags of that kind it has, because somebody has resumed it by hand.
  - Costs one request for each 100 monitors, and one for each monitor that is changed. O(groups) adds one for each 100 monitor groups.
    If the server's list does not show tags, there is one request more for each monitor that is selected, or for each that is paused if nothing is selected.
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
    support: full
  idempotent:
    support: full
options:
  state:
    description:
      - V(paused) pauses what is selected. The task ends at the first failure. RV(monitors) is then what the window holds. If the server pauses a monitor but
        does not accept the tag, the task resumes the monitor at once and fails.
      - V(resumed) resumes those of the selected monitors that the window holds, or all that it holds if nothing is selected. After a failure, it goes on with
        the others. If a monitor could not be resumed, the task fails and names it.
    type: str
    choices: [paused, resumed]
    required: true
  window:
    description:
      - Name of the window. Use the same name to pause and to resume. It has up to 50 letters, digits, dots, underscores and hyphens.
      - Two runs that use the same name for the same monitor are one window. The first of them that ends resumes it.
      - Required unless O(all_overdue=true).
    type: str
  max_minutes:
    description:
      - With O(state=paused), minutes after which the window is overdue. V(0) means never.
      - ACS Monitor resumes nothing by itself at that time. Something has to run then, such as a task with O(all_overdue).
      - A later run of the same window can make its end later, but never earlier.
    type: int
    default: 0
  all_overdue:
    description:
      - With O(state=resumed), whether to resume everything that overdue windows hold, whatever their names are. A monitor stays paused if another window,
        which is not overdue, holds it too.
      - In check mode, RV(monitors) is what overdue windows hold.
    type: bool
    default: false
  hosts:
    description:
      - Hosts whose monitors are selected, each with its addresses and other names, as a list or as text with commas between them. Put a name that contains a
        comma into a list of its own within the list.
      - A monitor is selected if its host, its name, or the name of its device (if the server's list shows that) is one of these or the name that the host has
        here. Upper and lower case are the same, and so are all spellings of an IPv6 address. C(localhost) and loopback addresses select nothing.
    type: dict
  monitors:
    description:
      - Monitors that are selected. A value of digits only is an id. Anything else is an exact name.
      - With O(state=paused), it is an error if one of them does not exist. With O(state=resumed), that is only a warning, but it is an error if one is paused
        and no longer has the tag.
    type: list
    elements: str
  groups:
    description:
      - Monitor groups whose monitors are selected. The groups must exist.
      - A value of digits only is an id. Anything else is an exact name.
    type: list
    elements: str
  tags:
    description:
      - Tags of monitors that are selected. A monitor must have all of them.
    type: list
    elements: str
notes:
  - The task selects every monitor that at least one of O(hosts), O(monitors), O(groups) and O(tags) selects. With O(state=paused), one of them must be set.
    If all that are set are empty, nothing is selected, and the task sends no request.
  - Tasks of one user on one controller that write to the same server wait for each other. If another controller changes a monitor after this task has read it
    and before it writes, the tags of one of the two may be lost. The API cannot prevent that. A monitor that is resumed twice is active. If a monitor has
    lost the tag, that is an error with O(state=resumed) if O(monitors) names it.
  - A task that sets all tags of a monitor, such as M(acsmon.monitor.acsmon_monitor) with C(tags), removes the tag. Do not run it while the monitor is paused.
seealso:
  - module: acsmon.monitor.acsmon_monitor
  - module: acsmon.monitor.acsmon_monitor_check
"""

EXAMPLES = r"""
- name: Watch the website
  acsmon.monitor.acsmon_monitor:
    name: Public website
    type: https
    host: www.example.com
    tags: [web]
  delegate_to: localhost

- name: Pause the monitors of a host, and the website
  acsmon.monitor.acsmon_monitor_pause:
    state: paused
    window: upgrade-web
    hosts:
      web1: [192.0.2.10, web1.example.com]
    monitors: [Public website]
  delegate_to: localhost
  register: paused

- name: Resume these
  acsmon.monitor.acsmon_monitor_pause:
    state: resumed
    window: upgrade-web
    monitors: "{{ paused.monitors | map(attribute='id') }}"
  delegate_to: localhost

- name: Pause the website for an hour at most
  acsmon.monitor.acsmon_monitor_pause:
    state: paused
    window: upgrade-web
    monitors: [Public website]
    max_minutes: 60
  delegate_to: localhost

- name: Resume everything that overdue windows hold
  acsmon.monitor.acsmon_monitor_pause:
    state: resumed
    all_overdue: true
  delegate_to: localhost

- name: Resume everything that a killed run has left paused
  acsmon.monitor.acsmon_monitor_pause:
    state: resumed
    window: upgrade-web
  delegate_to: localhost
"""

RETURN = r"""
monitors:
  description:
    - With O(state=paused), what the window holds. After a failure, what it may hold.
    - With O(state=resumed), what was selected, or if nothing was, what the window held.
  returned: always
  type: list
  elements: dict
  contains: &monitor
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
    host:
      description: Host name or address that is checked.
      returned: always
      type: str
      sample: www.example.com
    inventory_host:
      description: The entry of O(hosts) that the monitor belongs to. V(null) if it belongs to none.
      returned: always
      type: str
      sample: web1
    is_active:
      description: Whether the monitor is checked, after the task, or in check mode as it would be.
      returned: always
      type: bool
      sample: false
    windows:
      description: The windows that hold it.
      returned: always
      type: list
      elements: str
      sample: [upgrade-web]
    changed:
      description: Whether it was changed, or in check mode would be.
      returned: always
      type: bool
      sample: true
left:
  description: Selected monitors that were already paused, and not by a window. They stay paused.
  returned: with O(state=paused)
  type: list
  elements: dict
  contains: *monitor
still_paused:
  description: Those of RV(monitors) that are still paused, because another window holds them or because of a failure.
  returned: with O(state=resumed)
  type: list
  elements: dict
  contains: *monitor
overdue:
  description: Overdue windows that the task has seen and does not end. They do not include monitors whose tags the server's list does not show.
  returned: always
  type: list
  elements: dict
  contains:
    window:
      description: Name of the window.
      returned: always
      type: str
      sample: upgrade-db
    end:
      description: When it should have ended.
      returned: always
      type: str
      sample: "2026-03-01T06:00:00Z"
    monitors:
      description: What it holds, each by its name and id.
      returned: always
      type: list
      elements: str
      sample: ['"Orders" (id 118)']
unmatched_hosts:
  description: Those of O(hosts) that have no monitor.
  returned: with O(state=paused)
  type: list
  elements: str
  sample: [web2]
diff:
  description: All that differs, by name.
  returned: changed
  type: dict
  contains:
    before:
      description: What it was.
      returned: always
      type: dict
      sample:
        monitors:
          Public website:
            is_active: true
            tags: [web]
    after:
      description: What it is now, or in check mode would be.
      returned: always
      type: dict
      sample:
        monitors:
          Public website:
            is_active: false
            tags: [web, "paused-by:upgrade-web@2026-03-01T05:00Z"]
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
      sample: PUT
    path:
      description: Path of the request.
      returned: always
      type: str
      sample: /api/v1/monitors/117
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        tags: [The tags field is invalid.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["No monitor has an address or a name of these hosts: web2."]
"""
