# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    DOCUMENTATION = r"""
options:
  secret_keys:
    description:
      - More names of keys whose values are secrets, for example in a C(config). Results, differences and variables of hosts show
        C(VALUE_SPECIFIED_IN_NO_LOG_PARAMETER) instead of such a value.
      - The values of keys with the names of secrets, such as V(password), V(Authorization), V(api_key), V(auth_token) and V(webhook_url), are always hidden.
        So is the URL of a webhook of Slack or of the server.
      - Upper and lower case are the same here.
    type: list
    elements: str
    default: []
"""
