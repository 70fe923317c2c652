# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    DOCUMENTATION = r"""
options:
  timeout:
    description: Seconds.
    type: int
    default: 30
  base_url:
    description: Where the gadgets are.
    type: str
"""

    PLATFORM = r'''
options: {}
attributes:
  platform:
    description: Where it runs.
    support: full
    platforms: posix
'''
