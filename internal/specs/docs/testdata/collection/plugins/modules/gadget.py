#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module whose documentation has everything that a documentation can have. DOCUMENTATION in a comment is nothing."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r'''
---
module: gadget
short_description: Manage a gadget
version_added: 1.0.0
description:
  - 'Quotes, colons: and a \backslash in a raw string, and "double quotes".'
author:
  - Ada (@ada)
extends_documentation_fragment:
  - example.gadgets.shared
  - example.gadgets.shared.platform
options:
  name:
    description: Its name.
    required: yes
    type: str
    aliases: [title, label]
  state:
    description: >-
      Folded text,
      over two lines.
    choices:
      present: It is there.
      absent: It is not.
    default: present
  port:
    description:
      - A number that YAML 1.1 and 1.2 read differently.
    type: int
    default: 0120
  tls:
    description: A boolean that YAML 1.2 takes for a string.
    type: bool
    default: on
  mode:
    description: A string that YAML 1.1 would take for a boolean.
    default: "off"
    choices: ["on", "off"]
  timeout:
    description: Overrides the fragment's.
    type: float
    default: 2.5
  tags:
    description: A list.
    type: list
    elements: str
    default: []
  token:
    description: A secret.
    type: str
  parts:
    description: Its parts.
    type: list
    elements: dict
    default: &none []
    suboptions:
      kind:
        description: The kind of part.
        type: str
        required: true
        choices: [wheel, spring]
      count:
        description: How many.
        type: int
        default: 1
      secret:
        description: A secret of the part.
        type: str
      limits:
        description: Limits.
        type: dict
        suboptions:
          low: {description: Low., type: int}
          high: {description: High., type: int}
  extra:
    description: Anything.
    type: dict
  more:
    description: The same list again.
    type: list
    elements: raw
    default: *none
'''

EXAMPLES = r"""
- name: Make a gadget
  example.gadgets.gadget:
    name: '''quoted'''
"""

RETURN = r'''
gadget:
  description: The gadget.
  returned: success
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      returned: always
'''
