#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: acsmon_device_report
short_description: Write records of devices in ACS Monitor
version_added: 0.1.0
description:
  - Write a record of each device, or of those that match all of the options that are set, into a file for a CMDB or a spreadsheet, and return the records.
  - Costs one request for each 100 devices that are read, and one or two for a O(group). Where the server shows only the
    ids of groups, it costs one more for each 100 groups.
author:
  - The acsmon.monitor authors (@acsmon)
extends_documentation_fragment:
  - acsmon.monitor.selection
  - acsmon.monitor.device_selection
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
options:
  dest:
    description:
      - File to write.
    type: path
    required: true
  format:
    description:
      - What to write. V(json) is an array of objects, one per line, and V(csv) is a table with a header line.
      - A value that a device does not have is V(null) or an empty cell.
      - In each record, C(server) and C(generated) say where it is from and when it was written. A file in which only the time would change stays as it is.
    type: str
    choices: [json, csv]
    default: json
  prefix:
    description:
      - Text that is put before the id of a device to make its C(external_id).
    type: str
    default: acsmon-
seealso:
  - module: acsmon.monitor.acsmon_device_info
"""

EXAMPLES = r"""
- name: Write the records of all devices
  acsmon.monitor.acsmon_device_report:
    dest: ~/devices.json
  delegate_to: localhost

- name: Write a spreadsheet of the network devices that are polled
  acsmon.monitor.acsmon_device_report:
    device_type: [cisco_ios, cisco_nxos]
    is_active: true
    dest: ~/devices.csv
    format: csv
    prefix: london-
    mode: "0644"
  delegate_to: localhost
"""

RETURN = r"""
records:
  description: The records, in the order of the server's ids.
  returned: success
  type: list
  elements: dict
  contains:
    external_id:
      description: Id of the device, with the O(prefix) before it.
      returned: always
      type: str
      sample: acsmon-42
    hostname:
      description: Name of the device.
      returned: always
      type: str
      sample: core-1
    ip:
      description: Address at which it is polled.
      returned: always
      type: str
      sample: 192.0.2.1
    status:
      description: Outcome of the latest poll.
      returned: always
      type: str
      sample: up
    device_type:
      description: Type of the device.
      returned: always
      type: str
      sample: cisco_ios
    device_group:
      description: Name of its group.
      returned: always
      type: str
      sample: Core network
    last_seen:
      description: Time of the latest poll.
      returned: always
      type: str
      sample: "2026-04-22T10:14:33Z"
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
      sample: /srv/cmdb/devices.json
    format:
      description: What is in it, V(json) or V(csv).
      returned: always
      type: str
      sample: json
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
      sample: /srv/cmdb/devices.csv
    after_header:
      description: Path of the file.
      returned: always
      type: str
      sample: /srv/cmdb/devices.csv
    before:
      description: What was in it, or its mode if only that differs.
      returned: always
      type: str
      sample: "external_id,hostname,ip,status,device_type,device_group,last_seen,server,generated\n"
    after:
      description: What is in it now, or in check mode would be, or its mode if only that differs.
      returned: always
      type: str
      sample: |
        external_id,hostname,ip,status,device_type,device_group,last_seen,server,generated
        acsmon-42,core-1,192.0.2.1,up,cisco_ios,Core,,https://monitoring.example.com,2026-04-24T05:00:00Z
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
      sample: /api/v1/devices
    errors:
      description: What the server found wrong, for each field.
      returned: when the server names fields
      type: dict
      sample:
        search: [The search must be a string.]
warnings:
  description: Things that you should look at, although the task succeeded.
  returned: when there are any
  type: list
  elements: str
  sample: [The token is sent unencrypted to http://monitoring.example.com.]
"""
