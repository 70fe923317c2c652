# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
name: declared
short_description: The lists of an install that a file declares
version_added: 0.1.0
author:
  - The acsmon.monitor authors (@acsmon)
description:
  - Returns the variables of a playbook that C(acsmon export) has written, or of a file of variables, for a task of M(acsmon.monitor.acsmon_config). The
    playbook C(acsmon.monitor.drift) uses it.
  - Templates in the file are evaluated, so that secrets can come from a vault. Text that is marked C(!unsafe) is not.
options:
  _terms:
    description: Files. A relative path starts at the playbook's folder.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show which monitors a file declares
  ansible.builtin.debug:
    msg: "{{ lookup('acsmon.monitor.declared', 'install.yml').monitors | map(attribute='name') }}"
"""

RETURN = r"""
_raw:
  description: The variables of each file.
  type: list
  elements: dict
"""

import inspect
import os

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase


# What this process has loaded, by host and file. A task refers to it once for each list, and Ansible looks it up each time.
# Each task of a host has a process of its own, so variables that change between tasks are seen.
LOADED = {}


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        return [self._declared(term, variables) for term in terms]

    def _declared(self, term, variables):
        path = self.find_file_in_search_path(variables, 'files', term)
        if not path:
            raise AnsibleLookupError(f'There is no file {term}: name one that acsmon export has written, or one of variables')
        status = os.stat(path)
        key = ((variables or {}).get('inventory_hostname'), path, status.st_mtime_ns, status.st_size)
        if key not in LOADED:
            LOADED[key] = self._load(path)
        return LOADED[key]

    def _load(self, path):
        content = self._loader.load_from_file(path, **self._trusted())
        plays = content if isinstance(content, list) else [{'vars': content}]
        found = {}
        for play in plays:
            declared = play.get('vars') if hasattr(play, 'get') else None
            if declared is not None and hasattr(declared, 'keys'):
                found.update(declared)
        if not found:
            raise AnsibleLookupError(f'{path} declares nothing: it must be a playbook with vars, as acsmon export writes it, or a file of variables')
        return self._templar.template(found)

    def _trusted(self):
        """From 2.19 on, Ansible evaluates only what is marked as trusted. Before, it evaluates everything that is not marked !unsafe."""
        known = inspect.signature(self._loader.load_from_file).parameters
        return {'trusted_as_template': True} if 'trusted_as_template' in known else {}
