# -*- coding: utf-8 -*-
# Copyright (c) the acsmon.monitor authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    DOCUMENTATION = r"""
options:
  update_password:
    description:
      - When secrets are sent. The server does not show them, so they are not compared.
      - V(on_create) sends them with a create. It also sends them with an update that another option needs anyway, because a server may forget a secret that
        an update leaves out. A second run changes nothing.
      - V(always) sends them with every run, which is then always changed. Use it to replace a secret.
    type: str
    choices: [always, on_create]
    default: on_create
  missing_secrets:
    description:
      - What to do if an update is needed and the task does not set a secret that may be set on the server. It is not documented whether the server keeps or
        forgets a secret that an update leaves out.
      - V(fail) fails before anything is written, in check mode too, and names the secrets. Then set them, each to an empty text if there is none.
      - V(warn) updates anyway, with a warning.
    type: str
    choices: [fail, warn]
    default: fail
"""
