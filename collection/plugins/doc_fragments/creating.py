# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    DOCUMENTATION = r"""
options: {}
notes:
  - A user of ACS Monitor can be restricted to some device groups. Such a user does not see the devices of other groups or what belongs to them, so to the
    task these look absent, and it may create something that already exists. Use the token of a user who sees everything. M(acsmon.monitor.acsmon_system_info)
    returns RV(acsmon.monitor.acsmon_system_info#module:restricted_to_groups).
"""
