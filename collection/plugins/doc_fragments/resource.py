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
"""
