# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    DOCUMENTATION = r"""
options:
  names:
    description:
      - Exact names to select. A name that no monitor has selects nothing. A name that several have selects all of them.
    type: list
    elements: str
  status:
    description:
      - Outcomes of the latest check to select.
    type: list
    elements: str
    choices: [up, down, degraded, unknown]
  type:
    description:
      - Types to select.
    type: list
    elements: str
    choices: [ping, tcp, http, https, ssl, ssh, smtp, ftp, pop3, imap, dns, mysql, redis, snmp]
  group:
    description:
      - Monitor group whose monitors to select. The group must exist.
      - A value of digits only is an id. Anything else is an exact name.
    type: str
  device:
    description:
      - Device whose monitors to select. The device must exist.
      - A value of digits only is an id. Anything else is an exact name.
    type: str
  tags:
    description:
      - Tags to select. A monitor must have all of them.
    type: list
    elements: str
  is_active:
    description:
      - V(true) selects the monitors that are checked, V(false) those that are paused.
    type: bool
"""
