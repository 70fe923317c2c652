# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What Ansible's own documentation fragment of this name holds, in short.

DOCUMENTATION = r"""
options:
  compose:
    description:
      - Variables of each host, each with a Jinja expression.
    type: dict
  groups:
    description:
      - Groups, each with a Jinja condition that their hosts meet.
    type: dict
  keyed_groups:
    description:
      - Groups by the values of Jinja expressions.
    type: list
    elements: dict
  leading_separator:
    description:
      - Whether groups of O(keyed_groups) without a prefix begin with the separator.
    type: bool
  strict:
    description:
      - Whether an expression that fails is an error.
    type: bool
  use_extra_vars:
    description:
      - Whether expressions see the variables of the option -e.
    type: bool
"""
