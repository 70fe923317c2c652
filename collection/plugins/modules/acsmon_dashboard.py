#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_dashboard
short_description: Manage dashboards of ACS Monitor and their widgets
version_added: 0.1.0
description:
  - Create, update, rename and remove dashboards, with the widgets on them.
  - Only the options that are set are compared and changed. Everything else about the dashboard stays as it is.
  - A task that finds its dashboard and has nothing to do costs one request, and with O(widgets) two or three. A new dashboard costs one request more, to make
    sure that none has that name yet. Each widget that is created, changed or removed costs one. Moving widgets costs one, however many they are. With
    O(widgets), a change reads them before and after.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.connection
  - acsmon.monitor.secret_keys
  - acsmon.monitor.resource
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
      - V(present) creates the dashboard if there is none, and updates it if it differs.
      - V(absent) removes it with its widgets.
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - Id of an existing dashboard. One of O(id) and O(name) is required.
      - With O(state=present) it is an error if there is no such dashboard.
      - If both O(id) and O(name) are set, O(id) says which dashboard is meant, and O(name) is the name that it gets, unless O(new_name) is set too.
    type: int
  name:
    description:
      - Name of the dashboard, compared exactly.
      - ACS Monitor allows several dashboards with the same name. In that case the task fails and lists their ids; use O(id)
        instead.
    type: str
  new_name:
    description:
      - Renames the dashboard that O(name) or O(id) identifies. It keeps its id.
      - Without O(id), if only a dashboard with the new name is found, it has already been renamed. If both are found, the task
        fails. If neither is found, the dashboard is created with the new name.
    type: str
  widgets:
    description:
      - All widgets of the dashboard, in any order. Those that are not listed are removed. An empty list removes all.
      - The API does not document the keys of a widget. RV(dashboard.widgets) of a dashboard that was made in the web interface shows them.
    type: list
    elements: dict
    suboptions:
      id:
        description:
          - Id of an existing widget. It is needed if several have the same O(widgets[].title).
        type: int
      title:
        description:
          - Title of the widget, which identifies it on its dashboard. It is sent as C(title) or C(name), whichever the server shows.
        type: str
        required: true
      type:
        description:
          - What the widget shows. The server says which types there are, and needs one for a new widget.
        type: str
      config:
        description:
          - Settings of the widget, which depend on the type. They are merged into the current settings, at every depth. A V(null) removes a key.
        type: dict
      position:
        description:
          - Where the widget is and how large, in the keys that the server shows, such as C(x), C(y), C(w) and C(h). They are merged into the current ones.
        type: dict
      fields:
        description:
          - Other keys of the widget, with their values, such as the id of what it shows.
        type: dict
seealso:
  - module: acsmon.monitor.acsmon_config
    description: With C(state=gathered) and C(sections=[dashboards]), it lists all of them.
"""

EXAMPLES = r"""
- name: Create a dashboard with two widgets, side by side
  acsmon.monitor.acsmon_dashboard:
    name: Customer A
    widgets:
      - title: Open alerts
        type: alerts
        position: {x: 0, y: 0, w: 6, h: 4}
      - title: Uptime
        type: uptime
        config:
          window: 30d
        position: {x: 6, y: 0, w: 6, h: 4}
  delegate_to: localhost

- name: Remove the dashboard
  acsmon.monitor.acsmon_dashboard:
    name: Customer A
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
dashboard:
  description:
    - The dashboard as it is after the task, or in check mode as it would be. With O(state=absent), as it was.
    - Other fields that the server shows are returned as they came.
  returned: when there is such a dashboard, or there was
  type: dict
  contains:
    id:
      description: Id of the dashboard. Missing in check mode when the dashboard would be created.
      returned: when the dashboard exists
      type: int
      sample: 3
    name:
      description: Name of the dashboard.
      returned: always
      type: str
      sample: Customer A
    layout:
      description: Its settings, if the server has them.
      returned: when the server shows them
      type: dict
      sample: {}
    is_default:
      description: Whether it is the dashboard that people see first, if the server has one.
      returned: when the server shows it
      type: bool
      sample: false
    widgets:
      description: Its widgets.
      returned: when the task sets O(widgets), or the server shows them with the dashboard
      type: list
      elements: dict
      contains:
        id:
          description: Id of the widget. Missing in check mode when it would be created.
          returned: when the widget exists
          type: int
          sample: 12
        title:
          description: Title of the widget.
          returned: always
          type: str
          sample: Open alerts
        type:
          description: What it shows.
          returned: always
          type: str
          sample: alerts
        config:
          description: Its settings.
          returned: when there are some
          type: raw
          sample: {window: 30d}
        position:
          description: Where it is and how large.
          returned: when the server shows it
          type: raw
          sample: {x: 0, y: 0, w: 6, h: 4}
differs_in:
  description: The options in which the existing resource differs from the task. They were left as they are.
  returned: when O(create_only=true) leaves differences as they are
  type: list
  elements: str
  sample: [widgets]
diff:
  description: The options that differ, before and after. A widget is listed under its title.
  returned: when the dashboard differs
  type: dict
  contains:
    before:
      description: The values that the dashboard had. Empty if it was created.
      returned: always
      type: dict
      sample:
        widgets: {Uptime: {type: uptime}}
    after:
      description: The values that the dashboard has now. Empty if it was removed.
      returned: always
      type: dict
      sample:
        widgets: {Uptime: {type: alerts}}
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
      sample: /api/v1/dashboards/3/widgets
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        type: [The type field is required.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: ["http://monitoring.example.com:80 is plain http: the token crosses the network unencrypted, use https"]
"""
