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
  - Files are written by the user that runs the task, on the host on which it runs. With C(connection=local) or C(delegate_to=localhost), that is the
    controller. A relative path starts at the folder in which the task runs. On the controller, that is the folder in which Ansible was started. The folder of
    a file must exist.
  - A file is replaced in one step, and then belongs to the user that runs the task. A symbolic link is replaced, not followed.
  - Files are in UTF-8. Control characters in text from the server are written as C(\u001b) and the like.
  - In CSV files, there is a C(') before what a spreadsheet would read as a formula. That is a C(=), C(+), C(-) or C(@) at the beginning of a text or after a
    semicolon in it. Line breaks in a text become spaces.
"""
