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
      - Exact names to select. A name that no device has selects nothing. A name that several have selects all of them.
    type: list
    elements: str
  status:
    description:
      - Statuses to select.
    type: list
    elements: str
    choices: [up, down, unknown]
  device_type:
    description:
      - Types to select, such as V(cisco_ios).
    type: list
    elements: str
  group:
    description:
      - Device group whose devices to select. The group must exist.
      - A value of digits only is an id. Anything else is an exact name.
    type: str
  is_active:
    description:
      - V(true) selects the devices that are polled, V(false) those that are switched off.
    type: bool
"""
