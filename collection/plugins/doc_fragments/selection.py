# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    DOCUMENTATION = r"""
options:
  ids:
    description:
      - Ids to select. An id that does not exist selects nothing.
      - Costs one request for a single id. Several ids are looked for in the list, or read one by one if that is cheaper.
    type: list
    elements: int
  search:
    description:
      - Free text that the server looks for in names, addresses and other fields. Rows that contain it in none of their fields are left out. Cannot be
        combined with O(ids).
    type: str
  filters:
    description:
      - More conditions, each a field with the value that it must have, or with a list of values of which it must have one.
      - A single value is also sent to the server as C(filter[FIELD]), which the server may ignore. If no row of the list shows the field, the task fails,
        because it cannot check the condition. If the list has no rows, it does not fail.
      - A path such as C(device.name) reaches into an object.
    type: dict
notes:
  - The server applies what it can of the selection. All of it is checked again on the rows that come back, because a server may ignore a filter.
  - An option that is set to an empty list selects nothing. An option that is not set leaves nothing out.
"""
