# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What Ansible's own documentation fragment of this name holds, in short. The plugin documents cache_timeout itself.

DOCUMENTATION = r"""
options:
  cache:
    description:
      - Whether Ansible's own inventory cache is used.
    type: bool
    default: false
  cache_plugin:
    description:
      - Cache plugin that keeps the server's answers.
    type: str
  cache_connection:
    description:
      - Where the cache plugin keeps them.
    type: str
  cache_prefix:
    description:
      - What the names in the cache begin with.
    type: str
"""
