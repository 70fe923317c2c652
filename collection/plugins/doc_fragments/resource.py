# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    DOCUMENTATION = r"""
options:
  create_only:
    description:
      - With V(true), what is there already is left as it is. Only what is missing is created.
      - RV(differs_in) says in what an existing one differs from the task.
      - It does not go with C(new_name), nor with O(state=absent).
    type: bool
    default: false
  fields:
    description:
      - Keys of the API that this module has no option for, with their values. They are sent, compared and shown in the difference
        like options, there as C(fields.KEY).
      - Keys that an option sets, and those that the server measures, are refused.
      - The server must show a key. One that it does not show is an error, since it does not take it. When that is found out after
        a create, the rest has been created.
      - An object is merged over the current one, a list is replaced.
    type: dict
"""
