# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    DOCUMENTATION = r"""
options:
  sort:
    description:
      - Field to sort by. With a V(-) before it, the largest value or the latest time comes first.
      - Everything that is selected is read. If the server shows the field, the module sorts by it too.
    type: str
  limit:
    description:
      - Largest number of results. These are the first in the order of O(sort), or of the server if O(sort) is not set.
      - If not set, all are returned, however many there are.
    type: int
"""
