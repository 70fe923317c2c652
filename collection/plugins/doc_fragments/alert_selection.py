# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    DOCUMENTATION = r"""
options:
  source:
    description:
      - What the alerts are about. That is a device (measured over SNMP), a monitor, a webhook of a device, or any of these.
      - It is not documented how a server shows the alerts of webhooks. V(webhook) selects the alerts that name a webhook, those that say that they are about
        one, and, on a server that shows devices and monitors, those that have neither. If a server lists no such alerts, nothing is selected.
    type: str
    choices: [device, monitor, webhook, any]
    default: any
  monitor:
    description:
      - Monitor whose alerts to select. It must exist.
      - A value of digits only is an id. Anything else is an exact name.
    type: str
  monitors:
    description:
      - Monitors whose alerts to select, each as in O(monitor).
    type: list
    elements: str
  monitor_group:
    description:
      - Monitor group whose monitors' alerts to select. The group must exist.
      - A value of digits only is an id. Anything else is an exact name.
    type: str
  tags:
    description:
      - Tags of the monitors whose alerts to select. A monitor must have all of them.
    type: list
    elements: str
  device:
    description:
      - Device whose alerts to select. It must exist.
      - A value of digits only is an id. Anything else is an exact name.
    type: str
  devices:
    description:
      - Devices whose alerts to select, each as in O(device).
    type: list
    elements: str
  device_group:
    description:
      - Device group whose devices' alerts to select. The group must exist.
      - A value of digits only is an id. Anything else is an exact name.
    type: str
  linked:
    description:
      - Whether O(device), O(devices) and O(device_group) also select the alerts of the monitors that are linked with these devices.
      - If V(false), the task warns when it leaves out alerts of monitors whose names contain the name of such a device.
    type: bool
    default: false
  hosts:
    description:
      - Hosts whose alerts to select, each with its addresses and other names.
      - A device is selected by its name or its address, and a monitor by its host, its name or the name of its device, if that is one of these or the name
        that the host has here. A host without a device or a monitor selects nothing.
      - Upper and lower case are the same, and so are all spellings of an IPv6 address. C(localhost) and loopback addresses select nothing.
    type: dict
  name_pattern:
    description:
      - Pattern that the whole name of the monitor, device or webhook must match, in upper or lower case. V(*) matches any text, V(?) matches any character.
    type: str
  older_than:
    description:
      - Time that must have passed since the alert was triggered, such as V(90s), V(30m), V(2h), V(1d) or V(1d12h). A number is seconds.
    type: str
  newer_than:
    description:
      - Time that must not have passed since the alert was triggered, as in O(older_than).
    type: str
"""
