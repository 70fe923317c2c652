# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    DOCUMENTATION = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/acsmon.monitor.acsmon) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - acsmon.monitor.acsmon
  check_mode:
    description: Can run in check mode and return the changed status that a run would have, without writing anything.
  diff_mode:
    description: Returns what has changed, or in check mode would change, when in diff mode.
  idempotent:
    description: A second run with the same options changes nothing and sends no write.
  platform:
    description: Where the module can run. The ACS Monitor server may be anywhere that this host reaches over HTTP.
    support: full
    platforms: linux, macos
    details:
      - The collection ships a static executable for each platform, which are Linux and macOS on x86-64 and 64-bit ARM.
      - For hosts of any other kind, such as Windows hosts and network devices, add C(delegate_to=localhost) to the task.
notes:
  - The module is a static executable that needs nothing else to be installed, not even Python on a remote host.
  - The task runs where its connection leads. On the controller, with C(connection=local) or C(delegate_to=localhost), the
    executable is run in place, which is the fastest way. Elsewhere, and with C(become) or C(async), it is copied first.
  - E(ACSMON_TOKEN) and E(ACSMON_PASSWORD) in the task's C(environment) never show on a command line.
"""
