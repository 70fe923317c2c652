# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    DOCUMENTATION = r"""
options:
  mode:
    description:
      - Mode of the files, as octal digits in quotes, such as V("0640").
      - If not set, a file keeps its mode, and a new one gets V("0640").
    type: raw
notes:
  - Files are written on the host on which the task runs, by the user that runs it. That is the controller with
    C(connection=local) or C(delegate_to=localhost). A relative path starts at the folder in which the task runs, which on the
    controller is the one in which Ansible was started. The folder of a file must exist.
  - A file is replaced in one step, and then belongs to the user that runs the task. A symbolic link is replaced, not followed.
  - Files are in UTF-8. Control characters of the server's texts are shown as C(\u001b) and the like.
  - In CSV files there is a C(') before what a spreadsheet would take for a formula, that is before a C(=), C(+), C(-) or C(@) with which
    a text begins, or that follows a semicolon in it. Line breaks in a text are spaces there.
"""
