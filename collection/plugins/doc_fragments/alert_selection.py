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
      - What the alerts are about, a device (measured over SNMP), a monitor, a webhook of a device, or any of these.
      - How a server shows the alerts of webhooks is not documented. V(webhook) selects those that name a webhook, or say that they
        are about one, or have neither a device nor a monitor on a server that shows both. A server that lists no such alerts has none
        to select.
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
      - Monitors of which an alert must be about one, each as in O(monitor).
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
      - Devices of which an alert must be about one, each as in O(device).
    type: list
    elements: str
  device_group:
    description:
      - Device group whose devices' alerts to select. The group must exist.
      - A value of digits only is an id. Anything else is an exact name.
    type: str
  linked:
    description:
      - Whether O(device), O(devices) and O(device_group) also take the alerts of the monitors that are linked with these devices.
      - Without it there is a warning where alerts of monitors are left out that have a device's name in theirs.
    type: bool
    default: false
  hosts:
    description:
      - Hosts whose alerts to select, each with the addresses and further names that it has.
      - Selected are the alerts of each device whose name or address, and of each monitor whose host, whose name or whose device's name
        is one of these or the name that the host has here. A host of which there is neither selects nothing.
      - Upper and lower case are the same, and so are all spellings of an IPv6 address. C(localhost) and loopback addresses select nothing.
    type: dict
  name_pattern:
    description:
      - Pattern that the name of the monitor, of the device or of the webhook must match as a whole, whatever the case of the letters. V(*) is any
        text, V(?) is any
        character.
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
