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
      - With V(true), what exists is left as it is. Only what is missing is created.
      - RV(differs_in) says in which options an existing resource differs from the task.
      - It cannot be combined with C(new_name) or O(state=absent).
    type: bool
    default: false
  fields:
    description:
      - Keys of the API for which this module has no option, with their values. They are sent and compared like options. The difference shows them as
        C(fields.KEY).
      - Keys that an option sets, and keys that the server measures, are refused.
      - The server must show each key. If it does not show a key, it does not accept it, and the task fails. If the task finds that out after a create, the
        rest has been created.
      - An object is merged into the current one. A list is replaced.
    type: dict
"""
