#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_monitor
short_description: Manage monitors in ACS Monitor
version_added: 0.1.0
description:
  - Create, update, rename and remove monitors (the checks of websites, ports and services) in ACS Monitor.
  - Only the options that are set are compared and changed. Everything else about the monitor stays as it is.
  - A task that finds its monitor and has nothing to do costs one request. A O(group) given by name adds one for each 100 monitor groups, and a O(device)
    given by name adds one. An update or a removal adds one. A create first reads all monitors (one request for each 100) to make sure that none has that name
    yet, and then costs one request more.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.connection
  - acsmon.monitor.secret_keys
  - acsmon.monitor.resource
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
  state:
    description:
      - V(present) creates the monitor if there is none, and updates it if it differs.
      - V(absent) removes it, with its history. To pause it instead, set O(is_active=false).
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - Id of an existing monitor. One of O(id) and O(name) is required.
      - With O(state=present) it is an error if there is no such monitor.
      - If both O(id) and O(name) are set, O(id) says which monitor is meant, and O(name) is the name that it gets, unless O(new_name) is set too.
    type: int
  name:
    description:
      - Name of the monitor, compared exactly.
      - ACS Monitor allows several monitors with the same name. In that case the task fails and lists their ids; use O(id)
        instead.
    type: str
  new_name:
    description:
      - Renames the monitor that O(name) or O(id) identifies. It keeps its id and its history.
      - With O(id), the monitor with that id gets the new name, whatever its name is now.
      - Without O(id), if only a monitor with the new name is found, it has already been renamed. If both are found, the task fails.
        If neither is found, the monitor is created with the new name.
    type: str
  match_on:
    description:
      - The options that together say which monitor is meant, if O(id) is not set. All of them must be set; V("") stands for a link that does not exist.
      - With V([name, group]), two teams can each have a monitor with the same name, each in a group of its own.
      - If V(name) is not among them, the monitor is found whatever its name is, and gets the O(name).
      - The server must show these fields. If it does not, the task fails before it writes anything.
      - To change one of these options, use O(id) to say which monitor is meant.
    type: list
    elements: str
    choices: [name, host, type, group, device]
    default: [name]
  type:
    description:
      - What is checked.
      - Required when the monitor is created.
    type: str
    choices: [ping, tcp, http, https, ssl, ssh, smtp, ftp, pop3, imap, dns, mysql, redis, snmp]
  host:
    description:
      - Host name or address to check.
      - Another spelling of the same host counts as the same. Spellings may differ in upper and lower case, in a dot at the end, and in how an IPv6 address is
        written. This also applies to keys of O(config) whose names end in a word such as C(host), C(address), C(server) or C(url), and to the scheme and host
        of a URL there.
      - Required when the monitor is created.
    type: str
  port:
    description:
      - Port to check, from 1 to 65535. Most types have a default, such as 443 for V(https).
      - V(0) clears it. If O(type) changes and the task does not set the port, the port stays, with a warning.
    type: int
  check_interval_seconds:
    description:
      - Seconds from one check to the next.
    type: int
  timeout_ms:
    description:
      - Milliseconds after which one check counts as failed. Not to be confused with O(timeout), the limit for requests of this
        task.
    type: int
  config:
    description:
      - Settings of the check, which depend on O(type).
      - They are merged into the monitor's current settings, at every depth. A key that you leave out stays as it is, a key that is V(null) is removed, and a
        list is replaced as a whole.
      - For V(http) and V(https), the keys are C(method), C(path), C(expected_status) (a number) and C(expected_body_regex). V(https) also has C(ssl_verify)
        (a boolean) and C(alert_ssl_expiry_days) (a number). Whether to follow redirects, and custom headers, can be set too.
      - Older versions of Ansible turn a number or a boolean from a variable into text. Such text is converted back if the type of the key is known. It is
        known for the keys above, and for keys whose current value is a number or a boolean. A value that cannot be converted is an error before anything is
        written.
      - A V(tcp) check can send one text and expect another, V(ssh) and V(smtp) checks can log in, a V(dns) check asks for a type of record, and a V(ssl)
        check has thresholds in days. All of these are optional. Without them, the check only tests whether the service answers.
      - The API does not document all keys. They are sent as they are, and the response of the server is compared with them.
        RV(monitor.config) of a monitor that was made in the web interface shows which keys its type has.
      - The settings are in the result and in the diff. Values whose keys have the names of secrets are hidden. Name other keys with O(secret_keys).
      - ACS Monitor removes white space from both ends of a text, here too. The task warns of each key that lost some, such as the line break at the end of
        what a V(tcp) check sends.
      - A key that the server shows masked, as C(********), is not compared. An update without it fails before anything is written, because the mask could
        replace the secret. Set the secret too.
    type: dict
  config_mode:
    description:
      - V(merge) merges O(config) into the current one.
      - V(replace) replaces the whole O(config), so keys that you leave out are removed. A key that the server shows masked stays.
    type: str
    choices: [merge, replace]
    default: merge
  group:
    description:
      - Monitor group that the monitor belongs to. The group must exist.
      - A value of digits only is an id. Anything else is an exact name.
      - V("") takes the monitor out of its group.
    type: str
  device:
    description:
      - Device that the monitor is linked with. The device must exist.
      - A value of digits only is an id. Anything else is an exact name.
      - V("") removes the link.
    type: str
  tags:
    description:
      - All tags that the monitor has. Their order does not matter.
      - V([]) removes all tags.
    type: list
    elements: str
  purge_tags:
    description:
      - With V(true), O(tags) replaces all tags of the monitor. With V(false), they are added to those that it has, for example those that another team set.
    type: bool
    default: true
  is_active:
    description:
      - Whether the monitor is checked. V(false) pauses it.
    type: bool
seealso:
  - module: acsmon.monitor.acsmon_monitors
  - module: acsmon.monitor.acsmon_monitor_info
  - module: acsmon.monitor.acsmon_monitor_check
  - module: acsmon.monitor.acsmon_monitor_group
  - module: acsmon.monitor.acsmon_monitor_alert_rule
  - module: acsmon.monitor.acsmon_alert
"""

EXAMPLES = r"""
- name: Watch the website and its certificate
  acsmon.monitor.acsmon_monitor:
    name: Public website
    type: https
    host: www.example.com
    port: 443
    check_interval_seconds: 60
    timeout_ms: 5000
    config:
      method: GET
      path: /health
      expected_status: 200
      expected_body_regex: '"ok":true'
      ssl_verify: true
      alert_ssl_expiry_days: 14
    group: Public web
    tags: [web, production]
  delegate_to: localhost

- name: Change one setting of the check and remove another, and leave the others alone
  acsmon.monitor.acsmon_monitor:
    name: Public website
    config:
      path: /
      expected_body_regex: null
  delegate_to: localhost

- name: Rename a monitor, with its history
  acsmon.monitor.acsmon_monitor:
    name: Public website
    new_name: Company website
  delegate_to: localhost
  register: website

- name: Pause a monitor by its id
  acsmon.monitor.acsmon_monitor:
    id: "{{ website.monitor.id }}"
    is_active: false
  delegate_to: localhost

- name: Watch several services, and set what they have in common once
  delegate_to: localhost
  module_defaults:
    group/acsmon.monitor.acsmon:
      base_url: "{{ acsmon_base_url }}"
      token: "{{ acsmon_token }}"
  block:
    - name: Watch the mail servers
      acsmon.monitor.acsmon_monitor:
        name: "{{ item }} SMTP"
        type: smtp
        host: "{{ item }}"
        port: 25
        tags: [mail]
      loop:
        - mx1.example.com
        - mx2.example.com

    - name: Watch the database
      acsmon.monitor.acsmon_monitor:
        name: Orders database
        type: mysql
        host: db1.example.com
        port: 3306
        group: Databases
        is_active: true

- name: Remove all tags of a monitor and take it out of its group
  acsmon.monitor.acsmon_monitor:
    name: Orders database
    tags: []
    group: ""
  delegate_to: localhost

- name: Watch the API of one team, beside those of others
  acsmon.monitor.acsmon_monitor:
    name: API
    group: Databases
    type: https
    host: api.example.com
    match_on: [name, group]
  delegate_to: localhost

- name: Remove a monitor
  acsmon.monitor.acsmon_monitor:
    name: Orders database
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
monitor:
  description:
    - The monitor as it is after the task, or in check mode as it would be. With O(state=absent), as it was.
    - Other fields that the server shows are returned as they came.
  returned: when there is such a monitor, or there was
  type: dict
  contains:
    id:
      description: Id of the monitor. Missing in check mode when the monitor would be created.
      returned: when the monitor exists
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
    host:
      description: Host name or address that is checked.
      returned: always
      type: str
      sample: www.example.com
    port:
      description: Port that is checked.
      returned: always
      type: int
      sample: 443
    status:
      description: Outcome of the latest check, one of V(up), V(down), V(degraded) and V(unknown).
      returned: when the monitor exists
      type: str
      sample: up
    response_time_ms:
      description: Milliseconds that the latest check took.
      returned: when the monitor exists
      type: int
      sample: 142
    ssl_expiry_at:
      description: Time at which the server's certificate expires.
      returned: when the monitor exists
      type: str
      sample: "2026-09-14T00:00:00Z"
    uptime_percent_7d:
      description: Percentage of the time that the monitor was up, over 7 days.
      returned: when the monitor exists
      type: float
      sample: 99.97
    uptime_percent_30d:
      description: Percentage of the time that the monitor was up, over 30 days.
      returned: when the monitor exists
      type: float
      sample: 99.81
    consecutive_failures:
      description: Number of checks that failed in a row, up to the latest.
      returned: when the monitor exists
      type: int
      sample: 0
    last_checked_at:
      description: Time of the latest check.
      returned: when the monitor exists
      type: str
      sample: "2026-04-22T10:15:01Z"
    check_interval_seconds:
      description: Seconds from one check to the next.
      returned: when the server shows it
      type: int
      sample: 60
    timeout_ms:
      description: Milliseconds after which one check counts as failed.
      returned: when the server shows it
      type: int
      sample: 5000
    config:
      description: Settings of the check, which depend on the type.
      returned: always
      type: dict
      sample:
        method: GET
        path: /health
        expected_status: 200
        ssl_verify: true
    monitor_group_id:
      description: Id of the monitor's group.
      returned: when the server shows it
      type: int
      sample: 3
    monitor_group:
      description: The monitor's group.
      returned: when the server shows it
      type: dict
      contains:
        id:
          description: Id of the group.
          returned: always
          type: int
          sample: 3
        name:
          description: Name of the group.
          returned: always
          type: str
          sample: Public web
        color:
          description: Color in which the web interface shows the group.
          returned: when the server shows it
          type: str
          sample: "#3b82f6"
    device_id:
      description: Id of the device that the monitor is linked with.
      returned: when the server shows it
      type: int
      sample: 42
    device:
      description: The device that the monitor is linked with.
      returned: when the server shows it
      type: dict
      contains:
        id:
          description: Id of the device.
          returned: always
          type: int
          sample: 42
        name:
          description: Name of the device.
          returned: always
          type: str
          sample: web-01
    tags:
      description: Tags of the monitor.
      returned: when the server shows them
      type: list
      elements: str
      sample: [web, production]
    is_active:
      description: Whether the monitor is checked.
      returned: when the server shows it
      type: bool
      sample: true
differs_in:
  description: The options in which the existing resource differs from the task. They were left as they are.
  returned: when O(create_only=true) leaves differences as they are
  type: list
  elements: str
  sample: [type]
diff:
  description: The options that differ, before and after.
  returned: changed
  type: dict
  contains:
    before:
      description: The values that the monitor had. Empty if it was created.
      returned: always
      type: dict
      sample:
        check_interval_seconds: 300
    after:
      description: The values that the monitor has now. Empty if it was removed.
      returned: always
      type: dict
      sample:
        check_interval_seconds: 60
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
